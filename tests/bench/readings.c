/* SPDX-License-Identifier: Apache-2.0 */
/*
 * POST /v1/readings without a transport: readings a second that are stored
 * durably, at 1,000 a request and 1,000 sensors hit at random, without and
 * with a time of their own, through both halves of route.h and a commit for
 * each request. Beside it, in the same run, bare INSERTs of a thousand a
 * commit into a table without index: the floor. Processor time hardly feels
 * what else the machine does; what waits for the disk does.
 *
 * readings [REQUESTS] [SENSORS]   (300 and 1000 unless told)
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "rest.h"

enum { READINGS = 1000 }; /* of a request */

static uint64_t seed = 42;

static uint64_t
random_number(void)
{
    seed =
        seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return seed >> 33;
}

static void
fit_all(struct service *s, int64_t count)
{
    static const char *const columns[] = {"value", NULL};

    for (int64_t i = 0; i < count; i++) {
        char name[32];
        struct model m = {.name = name,
                          .title = name + sizeof name - 1,
                          .kind = &kind_baseline};
        struct draft d;
        int64_t number;

        name[sizeof name - 1] = '\0';
        (void) snprintf(name, sizeof name - 1, "PUMP-%06" PRId64, i);
        if (i % 1000 == 0) {
            must(service_begin(s));
            if (i == 0)
                must(change_open(s, "fit", "bench"));
        }
        lab_draft(s, name, columns, 10, &d);
        m.title = xstrdup("");
        m.name = xstrdup(name);
        must(draft_apply(s, &m, &d, &number));
        draft_free(&d);
        model_free(&m);
        if (i % 1000 == 999 || i == count - 1)
            must(service_commit(s));
    }
}

/* One percent of the readings alert. */
static void
make_body(struct buf *body, int64_t sensors, int64_t *at)
{
    char time[CLOCK_TEXT];

    buf_clear(body);
    buf_str(body, "{\"readings\":[");
    for (int i = 0; i < READINGS; i++) {
        int64_t sensor = (int64_t) (random_number() % (uint64_t) sensors);
        double value = (double) (random_number() % 12400) / 100;

        buf_printf(body, "%s{\"model\":\"PUMP-%06" PRId64 "\",", i ? "," : "",
                   sensor);
        if (at) {
            clock_utc(time, (*at)++);
            buf_printf(body, "\"at\":\"%s\",", time);
        }
        buf_printf(body, "\"value\":%.2f}", value);
    }
    buf_str(body, "]}");
}

/* ---- figures ---- */

struct watch {
    int64_t wall;
    double cpu;
};

static double
cpu_seconds(void)
{
    return (double) clock() / CLOCKS_PER_SEC;
}

static void
start(struct watch *w)
{
    w->wall -= clock_elapsed();
    w->cpu -= cpu_seconds();
}

static void
stop(struct watch *w)
{
    w->wall += clock_elapsed();
    w->cpu += cpu_seconds();
}

static void
print(const char *what, const struct watch *w, int64_t requests)
{
    double readings = (double) requests * READINGS;

    printf("%-26s %9.0f readings/s  (%.2f us each, %.2f us of processor)\n",
           what, readings / ((double) w->wall / 1e6),
           (double) w->wall / readings, w->cpu * 1e6 / readings);
}

/* ---- what is measured ---- */

static void
floor_of(struct service *s, int64_t requests)
{
    static const char table[] =
        "CREATE TABLE bare(id INTEGER PRIMARY KEY, at INTEGER,"
        " model INTEGER, value REAL, alert INTEGER) STRICT";
    static const char sql[] =
        "INSERT INTO bare(at, model, value, alert) VALUES ($1, $2, $3, $4)";
    struct watch w = {0};

    must(db_run(s->db, table, NULL, 0));
    start(&w);
    for (int64_t i = 0; i < requests; i++) {
        must(service_begin(s));
        for (int64_t k = 0; k < READINGS; k++) {
            struct arg args[] = {arg_int(clock_now()), arg_int(k),
                                 arg_real((double) k / 100), arg_int(0)};

            must(db_run(s->db, sql, args, 4));
        }
        must(service_commit(s));
    }
    stop(&w);
    print("bare INSERT (the floor)", &w, requests);
}

static void
readings(struct rest *p, int64_t requests, int64_t sensors, bool timed)
{
    int64_t at = clock_now() - CLOCK_DAY;
    struct watch w = {0};
    struct buf body = {0};

    for (int64_t i = 0; i < requests; i++) {
        struct exchange *x;

        make_body(&body, sensors, timed ? &at : NULL);
        x = rest_request(p, "POST", "/v1/readings", buf_text(&body));
        start(&w);
        if (rest_send(x) != 200
            || !strstr(buf_text(&x->response.body), "\"tested\":1000,")) {
            (void) fprintf(stderr, "readings: %.300s\n",
                           buf_text(&x->response.body));
            exit(1);
        }
        stop(&w);
        exchange_free(x);
    }
    print(timed ? "with a time of their own" : "without a time", &w, requests);
    buf_free(&body);
}

int
main(int argc, char **argv)
{
    int64_t requests = argc > 1 ? strtoll(argv[1], NULL, 10) : 300;
    int64_t sensors = argc > 2 ? strtoll(argv[2], NULL, 10) : 1000;
    struct rest p;

    rest_open(&p);
    fit_all(p.app->service, sensors);
    floor_of(p.app->service, requests);
    readings(&p, requests, sensors, false);
    readings(&p, requests, sensors, true);
    rest_close(&p);
    return 0;
}
