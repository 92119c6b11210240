/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The turn: what is acknowledged is committed, readers wait for nobody, a
 * lost transaction is lost for all of it, long work does not hold up the
 * others, and pruning comes afterwards.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "cgi/batch.h"
#include "rest.h"
#include "store/lock.h"
#include "tap.h"

enum { CROWD = 20, OLD = 1200, LONG = 40000 };

/* What came of a request, and when. */
struct told {
    int status, order; /* 0: nothing yet */
    int64_t rows;      /* of the history, as another connection sees it */
    char *body;
};

static struct rest rest;
static struct batch batch;
static struct service *other; /* another connection */
static int replies;

static int64_t
rows_of(struct service *s)
{
    return lab_number(s, "SELECT count(*) FROM history");
}

static void
tell(struct exchange *x, void *arg)
{
    struct told *t = arg;

    t->status = x->response.status;
    t->order = ++replies;
    t->rows = rows_of(other);
    free(t->body);
    t->body = xstrdup(buf_text(&x->response.body));
    exchange_free(x);
}

static void
add(const char *method, const char *target, const char *body, struct told *t)
{
    free(t->body);
    *t = (struct told){0};
    batch_add(&batch, rest_request(&rest, method, target, body), tell, t);
}

static void
predict(struct told *t)
{
    add("POST", "/s1/predict", "{\"value\":10}", t);
}

static void
test_commit(void)
{
    struct told t[CROWD] = {{0}}, reader = {0}, wrong = {0};
    int64_t before = rows_of(other);
    int early = 0;

    add("POST", "/s1/fit", "{\"values\":[10,5,6,9]}", &t[0]);
    is_int(t[0].status, 0, "nothing is answered before the turn");
    batch_turn(&batch);
    is_int(t[0].status, 200, "a turn answers");
    for (size_t i = 0; i < CROWD; i++)
        predict(&t[i]);
    add("GET", "/s1/weights", NULL, &reader);
    add("POST", "/s1/predict", "{\"value\":}", &wrong);
    batch_turn(&batch);
    for (size_t i = 0; i < CROWD; i++)
        early += t[i].status != 200 || t[i].rows != before + CROWD;
    is_int(early, 0, "who is told finds the rows of the whole turn stored");
    is_int(rows_of(other), before + CROWD, "all are stored");
    ok(reader.status == 200 && reader.rows == before
           && reader.order < t[0].order,
       "a reader is told first");
    is_int(wrong.status, 400, "what is wrong needs no turn");
    ok(!batch_waiting(&batch), "nobody waits any more");
    for (size_t i = 0; i < CROWD; i++)
        free(t[i].body);
    free(reader.body);
    free(wrong.body);
}

/* The pages of the file are limited to what it has. */
static void
limit_pages(int64_t pages)
{
    static const char small[] = "PRAGMA max_page_count=1";
    static const char large[] = "PRAGMA max_page_count=1000000";

    (void) lab_number(rest.app->service, pages ? small : large);
}

static void
test_full(void)
{
    struct told first = {0}, many = {0}, reader = {0};
    struct buf body = {0};
    int64_t before = rows_of(other);

    buf_str(&body, "{\"readings\":[");
    for (int i = 0; i < 1000; i++)
        buf_printf(&body, "%s{\"model\":\"s1\",\"value\":1}", i ? "," : "");
    buf_str(&body, "]}");
    limit_pages(1);
    predict(&first);
    add("POST", "/v1/readings?atomic=1", body.data, &many);
    add("GET", "/s1/weights", NULL, &reader);
    batch_turn(&batch);
    is_int(many.status, 503, "on a full disk a change is refused");
    is_int(first.status, 503, "... with all that was in its turn");
    is_int(reader.status, 200, "... but not who only reads");
    is_int(rows_of(other), before, "... and nothing is stored");
    limit_pages(0);
    predict(&first);
    batch_turn(&batch);
    is_int(first.status, 200, "with room again the next turn is as any");
    free(first.body);
    free(many.body);
    free(reader.body);
    buf_free(&body);
}

static void
test_busy(void)
{
    struct told writer = {0}, reader = {0};
    struct lock lock;

    clock_step(-1); /* the lock is waited for in truth */
    db_patience(rest.app->service->db, 1000);
    must(lock_open(&lock, rest.path));
    must(lock_take(&lock, 0));
    predict(&writer);
    add("GET", "/s1/weights", NULL, &reader);
    batch_turn(&batch);
    is_int(reader.status, 200, "who reads does not wait for the lock");
    ok(writer.status == 0 && batch_waiting(&batch), "who writes waits");
    lock_give(&lock);
    batch_turn(&batch);
    is_int(writer.status, 200, "... until it is free");
    must(lock_take(&lock, 0));
    rest.conf.busy_timeout = 1;
    predict(&writer);
    batch_turn(&batch);
    is_int(writer.status, 503, "... or patience is at its end");
    rest.conf.busy_timeout = 5 * CLOCK_SECOND;
    predict(&writer);
    batch_turn(&batch);
    batch_refuse(&batch);
    is_int(writer.status, 503, "when there is no more turn, it is told");
    ok(strstr(writer.body, "cannot answer now"), "... to try again");
    clock_step(1);
    lock_close(&lock);
    free(writer.body);
    free(reader.body);
}

static void
test_long_work(void)
{
    struct told work = {0}, quick = {0};
    struct buf body = {0};
    int rounds, between;

    buf_str(&body, "{\"readings\":[");
    for (int i = 0; i < LONG; i++)
        buf_printf(&body, "%s{\"model\":\"s1\",\"value\":1}", i ? "," : "");
    buf_str(&body, "]}");
    add("POST", "/v1/readings", body.data, &work);
    clock_step(PIECE_US / 1000); /* readings in a turn */
    for (rounds = between = 0; work.status == 0 && rounds < 1000; rounds++) {
        predict(&quick);
        batch_turn(&batch);
        if (quick.status == 0) /* it came behind a whole piece */
            batch_turn(&batch);
        between += quick.status == 200 && work.status == 0;
    }
    clock_step(1);
    batch_turn(&batch); /* for the last of the others */
    is_int(work.status, 200, "long work comes to its end");
    ok(rounds > 1 && between > 0, "others were answered between (%d of %d)",
       between, rounds);
    free(work.body);
    free(quick.body);
    buf_free(&body);
}

/* Readings of long ago, the first of all. */
static void
put_old(void)
{
    lab_fit(other, "s1", 1);
    clock_fix(LAB_TIME - 200 * CLOCK_DAY);
    must(service_begin(other));
    for (int i = 0; i < OLD; i++)
        (void) lab_put(other, "s1", (const double[]){1}, 1, 0, NULL);
    must(service_commit(other));
    clock_fix(0);
}

static void
test_pruning(void)
{
    struct service *s = rest.app->service;
    struct told t = {0};
    int64_t before = rows_of(s), pruned, turns = 1;

    batch.tidy = (struct tidy){0};
    predict(&t);
    batch_turn(&batch);
    is_int(t.rows, before + 1, "the answer comes before the pruning");
    pruned = before + 1 - rows_of(s);
    is_int(pruned, 500, "a turn prunes some rows");
    for (; turns < OLD && before + turns - rows_of(s) < OLD; turns++) {
        predict(&t);
        batch_turn(&batch);
    }
    is_int(before + turns - rows_of(s), OLD, "... until nothing old is left");
    free(t.body);
}

int
main(void)
{
    rest_open(&rest);
    must(service_open(rest.path, DB_WRITE, &rest.conf, "eva", "cli", &other));
    batch.app = rest.app;
    put_old();
    batch.tidy.next = INT64_MAX; /* not yet */
    test_commit();
    test_full();
    test_busy();
    test_long_work();
    test_pruning();
    batch_free(&batch);
    service_close(other);
    rest_close(&rest);
    return done_testing();
}
