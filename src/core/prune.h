/* SPDX-License-Identifier: Apache-2.0 */
/* Pruning: history older than the configuration keeps is deleted. */
#ifndef VIGIA_PRUNE_H
#define VIGIA_PRUNE_H

#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

struct service;

struct prune_plan {
    int64_t before; /* readings recorded before this go */
    int64_t
        alerts_before; /* alerts recorded before this go; INT64_MIN: none */
    int64_t rows_max;  /* and the oldest beyond so many rows; -1: any */
};

/*
 * What the configuration says at the time now: keep_days, keep_alert_days
 * (never shorter), and as many rows as fit max_size at the present bytes a
 * row.
 */
CHECKED enum err prune_plan(struct service *s, int64_t now,
                            struct prune_plan *plan);

/*
 * How many rows the plan would delete. Reads in pages; a long history takes
 * a while (about a million rows a second).
 */
CHECKED enum err prune_count(struct service *s, const struct prune_plan *plan,
                             int64_t *rows);

/*
 * One slice of the work in a turn of its own: at most rows deleted, at most
 * 20 ms of lock. Oldest first, never the newest row of all. *more when there
 * is something left to do. *deleted is added to.
 */
struct prune_state {
    int64_t at; /* how far it came; starts as 0 */
};
CHECKED enum err prune_slice(struct service *s, const struct prune_plan *plan,
                             struct prune_state *state, int64_t rows,
                             int64_t *deleted, bool *more);

#endif
