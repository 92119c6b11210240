/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the metrics share: the counters as they are kept
 * (metrics.c) and written as text (metrics_page.c). */
#ifndef VIGIA_METRICS_INTERNAL_H
#define VIGIA_METRICS_INTERNAL_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/state.h"

struct buf;
struct metrics;
struct route;
struct service;

enum {
    BOUNDS_MAX = 16,    /* buckets of a histogram, without +Inf */
    STATUS_FIRST = 100, /* HTTP has no others */
    STATUS_END = 600,
    COLUMNS_MAX = 64,      /* series of one model's columns */
    COLUMNS_PER_MODEL = 8, /* of all models, on the average */
    STATE_ROWS_MAX = 4000, /* columns that a scrape looks at for states, */
    ALERT_ROWS_MAX = 1000  /* and those in alert */
};

struct histogram {
    const double *bounds; /* ascending, ends with 0 */
    uint64_t buckets[BOUNDS_MAX + 1];
    double sum;
};

/* What was answered on one route. */
struct answers {
    uint64_t by_status[STATUS_END - STATUS_FIRST];
    struct histogram seconds;
};

struct column_series {
    char *name;
    uint64_t alerts;
};

struct model_series {
    int64_t id; /* of the model; 0: all those without their own */
    uint64_t verdicts;
    struct column_series *columns;
    size_t count;
};

/* The round over all models for the number in each state. */
struct state_round {
    int64_t after; /* the model looked at last */
    int64_t counted[STATES];
    int64_t last[STATES]; /* of the round before */
    bool complete;        /* there was one */
};

struct metrics {
    /* as in route_tables, then NULL for what fits none; apart from the
     * counters, because they are searched */
    const struct route **routes;
    struct answers *answers;
    size_t route_count;
    struct histogram turn_requests, commit_seconds, lock_wait_seconds;
    struct model_series *models; /* by appearance; the first is all others */
    size_t model_count, model_cap;
    size_t *slots; /* hashed by id: an index of models; 0: free */
    size_t slot_count;
    size_t max_models, column_count, max_columns;
    int64_t last_own; /* models up to this id have their own series */
    struct state_round round;
};

/* The series that models without their own share, and columns likewise. */
#define METRICS_OTHER "_other"

/* The series of a model; NULL when it has none of its own. */
const struct model_series *metrics_model(const struct metrics *m, int64_t id);

/* Finds out up to which id models have their own series. */
void metrics_rank(struct metrics *m, struct service *s);

/*
 * How many models are in each state. A plant of up to STATE_ROWS_MAX columns
 * is counted at once. A larger one is counted in rounds over several calls,
 * and the figures are those of the last whole round, but for alert, which is
 * read from its index each time as long as few are.
 */
CHECKED enum err metrics_states(struct metrics *m, struct service *s,
                                int64_t out[STATES]);

#endif
