/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a predict costs without a transport: microseconds per POST
 * /{sensor_id}/predict through both halves of route.h at 32 a turn, and in
 * the same run a recorded test alone, so that what the request adds is seen;
 * with few and many sensors hit at random. Then fits of long bodies.
 *
 * predict [MODELS] [REQUESTS]   (100000 and 200000 unless told)
 */
#include <inttypes.h>
#include <time.h>

#include "core/known.h"
#include "rest.h"

enum { TURN = 32, FEW = 1000 };

static uint64_t seed = 42;

static uint64_t
random_number(void)
{
    seed =
        seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return seed >> 33;
}

static void
fit_all(struct service *s, int64_t first, int64_t end)
{
    static const char *const columns[] = {"value", NULL};

    for (int64_t i = first; i < end; i++) {
        char name[32];
        struct draft d;
        struct model m;
        int64_t number;

        if (i % FEW == 0)
            must(service_begin(s));
        if (i % FEW == 0)
            must(change_open(s, "fit", "bench"));
        (void) snprintf(name, sizeof name, "M%07" PRId64, i);
        lab_draft(s, name, columns, 1, &d);
        m = lab_model(s, name);
        must(draft_apply(s, &m, &d, &number));
        draft_free(&d);
        model_free(&m);
        if (i % FEW == FEW - 1)
            must(service_commit(s));
    }
}

/* CPU and wall time of count requests, in microseconds each. */
struct watch {
    int64_t wall;
    clock_t cpu;
};

static struct watch
start(void)
{
    return (struct watch){clock_elapsed(), clock()};
}

static void
print(const char *what, int64_t models, struct watch w, int64_t count)
{
    printf("%-14s %8" PRId64 " models: %6.2f us CPU, %6.2f us in all\n", what,
           models,
           (double) (clock() - w.cpu) * 1e6 / CLOCKS_PER_SEC / (double) count,
           (double) (clock_elapsed() - w.wall) / (double) count);
}

static void
predict(struct rest *rest, int64_t models, int64_t count)
{
    struct service *s = rest->app->service;
    struct exchange *turn[TURN];
    struct watch watch = start();

    for (int64_t i = 0; i < count; i += TURN) {
        for (int k = 0; k < TURN; k++) {
            char target[64], body[64];

            (void) snprintf(target, sizeof target, "/M%07d/predict",
                            (int) (random_number() % (uint64_t) models));
            (void) snprintf(body, sizeof body, "{\"value\": %d.5}",
                            (int) (random_number() % 13));
            turn[k] = rest_request(rest, "POST", target, body);
            route_prepare(turn[k]);
        }
        must(service_begin(s));
        for (int k = 0; k < TURN; k++)
            must(route_answer(turn[k]));
        must(service_commit(s));
        for (int k = 0; k < TURN; k++) {
            if (turn[k]->response.status != 200) {
                printf("%s\n", buf_text(&turn[k]->response.body));
                exit(1);
            }
            exchange_free(turn[k]);
        }
    }
    print("predict", models, watch, count);
}

/* The same readings without requests. */
static void
record(struct service *s, int64_t models, int64_t count)
{
    struct verdicts verdicts = {0};
    struct watch watch = start();

    for (int64_t i = 0; i < count; i++) {
        double v = (double) (random_number() % 13);
        const struct known *known;
        struct reading r = {.verdicts = &verdicts, .request = "bench-1"};
        char name[32];
        bool stored;

        if (i % TURN == 0)
            must(service_begin(s));
        (void) snprintf(name, sizeof name, "M%07d",
                        (int) (random_number() % (uint64_t) models));
        must(known_find(s, name, strlen(name), &known));
        verdicts_clear(&verdicts);
        known->compiled->kind->judge(known->compiled->model, &v, 1, &verdicts);
        r.model = &known->model;
        r.compiled = known->compiled;
        must(history_record(s, &r, &stored));
        if (i % TURN == TURN - 1)
            must(service_commit(s));
    }
    verdicts_free(&verdicts);
    print("recorded test", models, watch, count);
}

static void
fit_long(struct rest *rest, int numbers)
{
    struct buf body = {0};
    struct exchange *x;
    int64_t began, read;

    buf_str(&body, "{\"values\":[0");
    for (int i = 1; i < numbers; i++)
        buf_printf(&body, ",%d.%03d", (int) (random_number() % 100),
                   (int) (random_number() % 1000));
    buf_str(&body, "]}");
    x = rest_request(rest, "POST", "/long/fit", body.data);
    began = clock_elapsed();
    route_prepare(x);
    read = clock_elapsed();
    rest_turn(x);
    printf("fit of %d numbers (%zu bytes): %.1f ms before the turn, %.2f ms "
           "in it\n",
           numbers, body.len, (double) (read - began) / 1000,
           (double) (clock_elapsed() - read) / 1000);
    exchange_free(x);
    buf_free(&body);
}

int
main(int argc, char **argv)
{
    int64_t models = argc > 1 ? strtoll(argv[1], NULL, 10) : 100000;
    int64_t count = argc > 2 ? strtoll(argv[2], NULL, 10) : 200000;
    struct rest rest;

    models -= models % FEW; /* fits are stored by the thousand, */
    count -= count % TURN;  /* requests by the turn */
    rest_open(&rest);
    fit_all(rest.app->service, 0, FEW);
    record(rest.app->service, FEW, count);
    predict(&rest, FEW, count);
    fit_all(rest.app->service, FEW, models);
    record(rest.app->service, models, count);
    predict(&rest, models, count);
    fit_long(&rest, 1000000);
    rest_close(&rest);
    return 0;
}
