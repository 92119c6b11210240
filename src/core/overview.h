/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every column of every model in a few bytes, read piece by piece: for lists
 * of very many that are shown, sorted and filtered while others write.
 */
#ifndef VIGIA_OVERVIEW_H
#define VIGIA_OVERVIEW_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/state.h"

struct kind;
struct service;

/* A column of a model's active version; the texts are borrowed for the call.
 */
struct overview_row {
    int64_t model, version; /* id, active number */
    size_t ord;             /* of the column */
    const char *name, *title, *column;
    const struct kind *kind;
    enum state state;
    bool tested;
    int64_t at; /* of the last reading, if it is tested */
    double value, score;
};

/* A walk by name; starts as {0}. */
struct overview {
    char *after; /* the last name seen; owned */
    bool done;
};
void overview_free(struct overview *o); /* takes a zeroed one */

/*
 * Calls see for the next columns by name, until us microseconds have passed
 * and a model is complete; o->done after the last. states are those at the
 * time now.
 */
CHECKED enum err
overview_step(struct service *s, struct overview *o, int64_t now, int64_t us,
              void (*see)(const struct overview_row *row, void *arg),
              void *arg);

/*
 * Calls see for the columns whose last reading is an alert, by their models'
 * ids, at most limit of them; *all is false when there are more.
 */
CHECKED enum err overview_alerts(struct service *s, size_t limit, int64_t now,
                                 void (*see)(const struct overview_row *row,
                                             void *arg),
                                 void *arg, bool *all);

/*
 * How many of the last limit alerts were recorded since then; *oldest is when
 * the oldest of these was (now, when there is none).
 */
CHECKED enum err overview_rate(struct service *s, int64_t since, size_t limit,
                               int64_t *count, int64_t *oldest);

#endif
