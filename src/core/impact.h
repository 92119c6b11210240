/* SPDX-License-Identifier: Apache-2.0 */
/* What a change of weights would mean for the readings recorded last. */
#ifndef VIGIA_IMPACT_H
#define VIGIA_IMPACT_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

struct kind;
struct model;
struct service;

enum { IMPACT_READINGS = 1000 };

struct impact {
    int64_t readings; /* of the last ones, at most IMPACT_READINGS, those with
                       * a value of what the change is about */
    int64_t before;   /* of them alert with the one model */
    int64_t after;    /* and with the other */
    int64_t still;    /* with both */
};

/*
 * Judges the last recorded readings of m with two compiled models of its
 * kind: the columns, matched by name, that have another threshold in the one
 * than in the other.
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
    struct buf pairs; /* "k.COLUMN=3.2", each with a NUL; owned: buf_free() */
    size_t count;     /* of them; 0: no alert, or no `set` is enough */
};

/*
 * Looks for the newest alert of the column (NULL: of any) among the last
 * readings by the compiled model; the k of each column that it is of is
 * rounded up to few digits, so that value < mean + k * std just holds. None is
 * found when a std is 0, or no k that may be set is enough.
 */
CHECKED enum err impact_quiet(struct service *s, const struct model *m,
                              const void *compiled, const char *column,
                              struct quiet *out);

#endif
