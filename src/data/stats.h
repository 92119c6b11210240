/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The moments of a column of readings: how many, missing, mean, sample
 * standard deviation, smallest and largest. Accumulated in one pass and
 * merged without loss: sums are kept as unevaluated pairs of doubles (about
 * 106 bits; Dekker 1971, Knuth TAOCP 2, 4.2.2), squares are taken of what
 * values are above the first one; so neither a large mean nor the order of
 * readings spoils the last digits.
 */
#ifndef VIGIA_STATS_H
#define VIGIA_STATS_H

#include <stddef.h>
#include <stdint.h>

/* Values beyond this are refused before they are added. */
#define STATS_VALUE_MAX 1e150

/* Starts as {0}. */
struct moments {
    int64_t n;       /* values */
    int64_t missing; /* cells without a value */
    /* The rest is meaningful when n > 0. */
    double pivot;     /* the first value */
    double sum[2];    /* of values: high and low part */
    double square[2]; /* the sum of (v - pivot)^2 */
    double min, max;
};

/* Adds one value; NaN counts as missing. |v| <= STATS_VALUE_MAX. */
void moments_add(struct moments *m, double v);

/* Adds count values; the same result as count calls of moments_add(). */
void moments_add_all(struct moments *m, const double *v, size_t count);

/* Adds what b has seen to a. */
void moments_merge(struct moments *a, const struct moments *b);

/* sum / n; needs n >= 1. */
double moments_mean(const struct moments *m);

/*
 * sqrt(sum((v - mean)^2) / (n - 1)), needs n >= 2; exactly 0 when all values
 * are equal, never NaN.
 */
double moments_std(const struct moments *m);

#endif
