/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writes a CSV file in the shape of a plant's collected readings to standard
 * output: 13 columns, 0.5 % of the readings empty. The same arguments give
 * the same bytes. In turns every sensor has as many rows as the others, and
 * single is that with one column: what a fit of very many sensors reads.
 *
 * collects [ROWS] [SENSORS] [plain|quoted|turns|single]   (7000000, 200,
 * plain)
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t state = 42;

static uint64_t
random_number(void)
{
    state =
        state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return state >> 33;
}

/* Roughly normal, between -1 and 1: the mean of four. */
static double
noise(void)
{
    double sum = 0;

    for (int i = 0; i < 4; i++)
        sum += (double) random_number() / (double) (UINT64_C(1) << 31);
    return sum / 2 - 1;
}

static const char *mark = ""; /* around every field */

static void
put_number(double v, bool last)
{
    char end = last ? '\n' : ',';

    if (random_number() % 200 == 0)
        (void) printf("%s%s%c", mark, mark, end);
    else
        (void) printf("%s%.6f%s%c", mark, v, mark, end);
}

static void
put_row(uint64_t row, uint64_t sensor)
{
    double level = 1 + (double) (sensor % 17) / 4;
    uint64_t second = row / 100;

    (void) printf("%s60b%08" PRIx64 "%s,", mark, row, mark);
    (void) printf("%s2021-%02d-%02dT%02d:%02d:%02d.370Z%s,", mark,
                  (int) (second / 2419200 % 12) + 1, /* below 60 all of them */
                  (int) (second / 86400 % 28) + 1, (int) (second / 3600 % 24),
                  (int) (second / 60 % 60), (int) (second % 60), mark);
    for (int axis = 0; axis < 3; axis++)
        put_number(0.01 * level * (1 + noise() / 4), false);
    (void) printf("%s3.006%s,%s1656.686627%s,%s%" PRIu64 "%s,", mark, mark,
                  mark, mark, mark, 1622505813 + second, mark);
    for (int axis = 0; axis < 3; axis++)
        put_number(0.001 * level * (1 + noise() / 3), false);
    (void) printf("%sIAJ%04" PRIu64 "%s,", mark, sensor, mark);
    put_number(20 + level + 3 * noise(), true);
}

int
main(int argc, char **argv)
{
    uint64_t rows = argc > 1 ? strtoull(argv[1], NULL, 10) : 7000000;
    uint64_t sensors = argc > 2 ? strtoull(argv[2], NULL, 10) : 200;
    const char *shape = argc > 3 ? argv[3] : "plain";
    bool turns = strcmp(shape, "turns") == 0;

    mark = strcmp(shape, "quoted") == 0 ? "\"" : "";
    if (strcmp(shape, "single") == 0) {
        (void) puts("sensor,value");
        for (uint64_t i = 0; i < rows; i++)
            (void) printf("P%07" PRIu64 ",%.6f\n", i % sensors, 20 + noise());
        return ferror(stdout) || fflush(stdout);
    }
    (void) puts("_id,createdAt,params.accelRMS.x,params.accelRMS.y,"
                "params.accelRMS.z,params.duration,params.sampRate,"
                "params.timeStart,params.velRMS.x,params.velRMS.y,"
                "params.velRMS.z,sensorId,temp");
    for (uint64_t i = 0; i < rows; i++)
        put_row(i, (turns ? i : random_number()) % sensors);
    return ferror(stdout) || fflush(stdout);
}
