/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A month of ten vibration sensors, read by rows and gathered by groups:
 * the moments are those computed by other software.
 */
#include "data/rows.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/json.h"
#include "data/groups.h"
#include "tap.h"

enum { COLUMNS = 6 };

static const char *const by[] = {"sensorId"};
static const char *const columns[COLUMNS] = {
    "params.velRMS.x",   "params.velRMS.y",   "params.velRMS.z",
    "params.accelRMS.x", "params.accelRMS.y", "params.accelRMS.z"};

static enum err
gather(const struct row *row, void *arg)
{
    size_t i = groups_at(arg, row->key, row->key_len);

    for (size_t c = 0; c < COLUMNS; c++)
        moments_add(&groups_moments(arg, i)[c], row->values[c]);
    return ERR_OK;
}

static struct json *
read_golden(const char *path)
{
    struct json *value = NULL;
    struct buf b = {0};
    FILE *f = fopen(path, "rb");
    size_t n = 1;

    while (f && n > 0) {
        buf_reserve(&b, BUFSIZ);
        n = fread(b.data + b.len, 1, BUFSIZ, f);
        b.len += n;
    }
    if (f)
        (void) fclose(f); /* only read */
    if (f && json_parse(b.data, b.len, &value) != ERR_OK)
        diag("%s: %s", path, err_text());
    buf_free(&b);
    return value;
}

static int
near(const struct json *want, double got)
{
    double w = want ? json_number(want) : NAN;

    return fabs(got - w) <= 1e-12 * fabs(w);
}

static int
is_golden(const struct json *golden, struct groups *g, size_t i)
{
    size_t len;
    const char *key = groups_key(g, i, &len);
    char *name = xstrndup(key, len);
    const struct json *sensor = json_get(golden, name);
    int right = sensor != NULL;

    for (size_t c = 0; right && c < COLUMNS; c++) {
        const struct moments *m = &groups_moments(g, i)[c];
        const struct json *want = json_get(sensor, columns[c]);

        right = want && m->n == (int64_t) json_number(json_get(want, "n"))
                && m->n + m->missing
                       == (int64_t) json_number(json_get(sensor, "rows"))
                && near(json_get(want, "mean"), moments_mean(m))
                && near(json_get(want, "std_sample"), moments_std(m));
        if (!right)
            diag("%s %s: n %lld mean %.17g std %.17g", name, columns[c],
                 (long long) m->n, moments_mean(m), moments_std(m));
    }
    free(name);
    return right;
}

int
main(void)
{
    const char *shared = getenv("VIGIA_SHARED"), *top = getenv("top_srcdir");
    struct rows_plan p = {
        .by = by, .by_count = 1, .columns = columns, .column_count = COLUMNS};
    struct groups *g = groups_new(COLUMNS);
    struct rows_calls calls = {.row = gather, .arg = g};
    struct rows_report report = {0};
    struct buf folder = {0}, path = {0};
    struct json *golden;
    int right = 1;

    buf_printf(&folder, "%s%s/sensors",
               shared ? shared
               : top  ? top
                      : ".",
               shared ? "" : "/../shared/data");
    buf_printf(&path, "%s/golden_baselines.json", buf_text(&folder));
    golden = read_golden(buf_text(&path));
    if (!golden)
        skip_all("no readings of real sensors here");
    buf_clear(&path);
    buf_printf(&path, "%s/collects.csv", buf_text(&folder));
    is_int(rows_scan(buf_text(&path), &p, &calls, &report), ERR_OK,
           "the readings are read");
    is_int(report.rows, 33901, "all of them");
    is_int((int64_t) groups_count(g), (int64_t) json_count(golden),
           "they are of the known sensors");
    for (size_t i = 0; i < groups_count(g); i++)
        right = right && is_golden(golden, g, i);
    ok(right, "each has its known moments in each column");
    json_free(golden);
    buf_free(&path);
    buf_free(&folder);
    groups_free(g);
    return done_testing();
}
