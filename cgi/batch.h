/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The exchanges that wait for the next turn, and the turn: each is answered,
 * what was written is committed, and only then is anybody told.
 */
#ifndef VIGIA_BATCH_H
#define VIGIA_BATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cgi/tidy.h"

struct app;
struct exchange;

struct pending {
    struct exchange *x;
    void (*reply)(struct exchange *x, void *arg);
    void *arg;
    int64_t since;
};

struct queue {
    struct pending *items;
    size_t count, cap;
};

struct batch {
    struct app *app;
    struct queue readers, writers; /* of the next turn */
    struct queue asleep;           /* writers of a later one */
    struct queue now;              /* of the half that is under way */
    struct tidy tidy;
};

/* Frees what the queues take; nobody may be waiting in them. */
void batch_free(struct batch *b);

/* Adds a complete request (route_prepare() is done here). */
void batch_add(struct batch *b, struct exchange *x,
               void (*reply)(struct exchange *x, void *arg), void *arg);

/* Is anybody waiting? */
bool batch_waiting(const struct batch *b);

/* Lowers *wait_us (-1: for ever) to when the first sleeper wakes. */
void batch_wait(const struct batch *b, int64_t *wait_us);

/* One turn, and a slice of pruning if it has added to the history. */
void batch_turn(struct batch *b);

/* No turn will come any more: whoever waits is told so (503). */
void batch_refuse(struct batch *b);

#endif
