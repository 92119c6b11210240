/* SPDX-License-Identifier: Apache-2.0 */
/* What a change of weights would mean for the readings recorded last. */
#ifndef VIGIA_IMPACT_H
#define VIGIA_IMPACT_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf;
struct kind;
struct model;
struct service;

enum { IMPACT_READINGS = 1000 };

struct impact {
    int64_t readings; /* looked at: the last ones, at most IMPACT_READINGS */
    int64_t before;   /* of them alert with the one model */
    int64_t after;    /* and with the other */
    int64_t still;    /* with both */
};

/*
 * Judges the last recorded readings of m with two compiled models of its
 * kind. Columns are matched by name.
 */
CHECKED enum err impact_measure(struct service *s, const struct model *m,
                                const void *before, const void *after,
                                struct impact *out);

/* Adds "of the last 1,000 recorded readings 37 alerted; 29 would still
 * alert"; nothing when there are no readings. */
void impact_sentence(const struct impact *impact, struct buf *out);

/*
 * Adds what will not do what an adjust by percent is for, when the threshold
 * of the column (NULL: of any) is not higher with the model after: "the
 * threshold of x does not rise: its mean is -3".
 */
void impact_warning(const struct kind *kind, const void *before,
                    const void *after, double percent, const char *column,
                    struct buf *out);

/*
 * How many of per_day readings a day would alert although nothing is wrong:
 * those of a normal distribution with this mean and std (positive) that reach
 * the threshold.
 */
double impact_false_alerts(double mean, double std, double threshold,
                           double per_day);

/* The `set` that would have kept the newest alert quiet. */
struct quiet {
    bool found;
    char *column; /* owned: free() */
    double value, k;
    bool only; /* the model has one column: k= is enough */
};

/*
 * Looks for the newest alert among the last readings by the compiled model;
 * k is rounded up to few digits, so that value < mean + k * std just holds.
 * Not found: no alert, std is 0, or no k that may be set is enough.
 */
CHECKED enum err impact_quiet(struct service *s, const struct model *m,
                              const void *compiled, struct quiet *out);

#endif
