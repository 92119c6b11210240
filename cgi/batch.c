/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A turn has two halves. What only reads is answered first, outside of any
 * transaction: it sees nothing that may be taken back, and waits for nobody's
 * lock. Then what writes is answered in one transaction and acknowledged
 * after its commit. The lock is waited for in short tries, between which the
 * readers go on; a writer that has had no turn for [database] busy_timeout is
 * told so. A turn holds the lock for about 20 ms; who has not been answered
 * by then is first in the next one.
 */
#include "cgi/batch.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "cgi/app.h"
#include "cgi/metrics.h"
#include "cgi/route.h"
#include "core/service.h"

/* ---- queues ---- */

static void
push(struct queue *q, const struct pending *p)
{
    if (q->count == q->cap) {
        q->cap = q->cap ? q->cap * 2 : 64;
        q->items = xreallocarray(q->items, q->cap, sizeof *q->items);
    }
    q->items[q->count++] = *p;
}

/* Makes what waits in q the batch, so that q takes what comes meanwhile. */
static struct queue *
take(struct batch *b, struct queue *q)
{
    struct queue empty = b->now;

    empty.count = 0;
    b->now = *q;
    *q = empty;
    return &b->now;
}

/* Before what came meanwhile: they have waited longer. */
static void
put_back(struct queue *q, const struct pending *items, size_t count)
{
    size_t later = q->count;

    for (size_t i = 0; i < count; i++)
        push(q, &items[i]); /* only for the room */
    if (count == 0)
        return;
    memmove(q->items + count, q->items, later * sizeof *q->items);
    memcpy(q->items, items, count * sizeof *q->items);
}

static double
seconds(int64_t us)
{
    return (double) us / CLOCK_SECOND;
}

static void
finish(struct batch *b, const struct pending *p)
{
    const struct exchange *x = p->x;

    metrics_request(b->app, x->route, x->response.status,
                    seconds(clock_elapsed() - p->since));
    p->reply(p->x, p->arg);
}

static enum err
answer(const struct pending *p)
{
    p->x->more = false;
    return p->x->answered ? ERR_OK : route_answer(p->x);
}

/* ---- the half that reads ---- */

static void
answer_readers(struct batch *b)
{
    struct queue *queue = take(b, &b->readers);
    struct service *s = b->app->service;
    enum err fresh = queue->count > 0 ? service_refresh(s) : ERR_OK;
    char *why = fresh != ERR_OK ? xstrdup(err_text()) : NULL;

    for (size_t i = 0; i < queue->count; i++) {
        const struct pending *p = &queue->items[i];
        enum err e;

        if (fresh != ERR_OK && !p->x->answered)
            e = err_set(fresh, "%s", why);
        else
            e = answer(p);
        if (e != ERR_OK)
            route_lost(p->x, e);
        if (e == ERR_OK && p->x->more)
            push(&b->readers, p);
        else
            finish(b, p);
    }
    free(why);
}

/* ---- the half that writes ---- */

/* There was no transaction: who may still wait, waits. */
static void
no_turn(struct batch *b, const struct queue *queue, enum err e)
{
    int64_t limit = b->app->conf->busy_timeout, now = clock_elapsed();
    char *why = xstrdup(err_text());

    for (size_t i = 0; i < queue->count; i++) {
        const struct pending *p = &queue->items[i];

        if (e == ERR_BUSY && now - p->since < limit) {
            push(&b->writers, p);
        } else {
            e = err_set(e, "%s", why);
            route_lost(p->x, e);
            finish(b, p);
        }
    }
    free(why);
}

/* Inside the transaction; *count of the batch had their turn. An error means
 * that all of it is lost. */
static enum err
answer_queue(const struct queue *queue, size_t *count)
{
    int64_t end = clock_elapsed() + PIECE_US;
    enum err e = ERR_OK;

    for (*count = 0; e == ERR_OK && *count < queue->count; ++*count) {
        if (*count > 0 && clock_elapsed() >= end)
            break;
        e = answer(&queue->items[*count]);
    }
    return e;
}

/* After the commit (e: ERR_OK) or without it. */
static void
acknowledge(struct batch *b, const struct queue *queue, size_t count,
            enum err e)
{
    char *why = e != ERR_OK ? xstrdup(err_text()) : NULL;

    put_back(&b->writers, queue->items + count, queue->count - count);
    for (size_t i = 0; i < count; i++) {
        const struct pending *p = &queue->items[i];

        if (e != ERR_OK) {
            e = err_set(e, "%s", why);
            route_lost(p->x, e);
        }
        if (e == ERR_OK && p->x->more)
            push(p->x->sleep_until ? &b->asleep : &b->writers, p);
        else
            finish(b, p);
    }
    free(why);
}

/* Those that have slept long enough are writers again. */
static void
wake(struct batch *b)
{
    int64_t now = b->asleep.count > 0 ? clock_elapsed() : 0;
    size_t left = 0;

    for (size_t i = 0; i < b->asleep.count; i++) {
        const struct pending *p = &b->asleep.items[i];

        if (!b->app->roused && p->x->sleep_until > now) {
            b->asleep.items[left++] = *p;
            continue;
        }
        p->x->sleep_until = 0;
        push(&b->writers, p);
    }
    b->asleep.count = left;
    b->app->roused = false;
}

static void
answer_writers(struct batch *b)
{
    struct queue *queue = take(b, &b->writers);
    struct service *s = b->app->service;
    int64_t asked = clock_elapsed(), locked, answered;
    size_t count = 0;
    enum err e;

    if (queue->count == 0)
        return;
    e = service_begin(s);
    if (e != ERR_OK) {
        no_turn(b, queue, e);
        return;
    }
    locked = clock_elapsed();
    e = answer_queue(queue, &count);
    answered = clock_elapsed();
    if (e == ERR_OK) {
        b->tidy.added += s->recorded;
        e = service_commit(s);
    } else {
        service_rollback(s);
    }
    if (e == ERR_OK)
        metrics_turn(b->app, count, seconds(clock_elapsed() - answered),
                     seconds(locked - asked));
    acknowledge(b, queue, count, e);
}

/* ---- for the loop ---- */

void
batch_add(struct batch *b, struct exchange *x,
          void (*reply)(struct exchange *x, void *arg), void *arg)
{
    struct pending p = {
        .x = x, .reply = reply, .arg = arg, .since = clock_elapsed()};

    route_prepare(x);
    push(!x->answered && x->route->writes ? &b->writers : &b->readers, &p);
}

bool
batch_waiting(const struct batch *b)
{
    return b->readers.count + b->writers.count > 0;
}

void
batch_wait(const struct batch *b, int64_t *wait_us)
{
    int64_t now = b->asleep.count > 0 ? clock_elapsed() : 0;

    for (size_t i = 0; i < b->asleep.count; i++) {
        int64_t us = b->asleep.items[i].x->sleep_until - now;

        if (us < 0 || b->app->roused)
            us = 0;
        if (*wait_us < 0 || us < *wait_us)
            *wait_us = us;
    }
}

void
batch_turn(struct batch *b)
{
    wake(b);
    answer_readers(b);
    answer_writers(b);
    if (!b->app->prune_wanted)
        return;
    b->app->prune_wanted = false;
    tidy_step(&b->tidy, b->app->service);
}

void
batch_refuse(struct batch *b)
{
    struct queue *queues[] = {&b->readers, &b->writers, &b->asleep};

    for (size_t i = 0; i < sizeof queues / sizeof *queues; i++) {
        struct queue *queue = take(b, queues[i]);

        for (size_t k = 0; k < queue->count; k++) {
            const struct pending *p = &queue->items[k];

            if (!p->x->answered)
                route_lost(
                    p->x, err_set(ERR_UNAVAILABLE, "the service is stopping"));
            finish(b, p);
        }
    }
}

void
batch_free(struct batch *b)
{
    free(b->readers.items);
    free(b->writers.items);
    free(b->asleep.items);
    free(b->now.items);
    *b = (struct batch){0};
}
