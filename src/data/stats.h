/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The moments of a column of readings: how many, missing, mean, sample
 * standard deviation, smallest and largest, in one pass.
 *
 * What is promised. The same calls give the same bits, on every machine. In
 * whatever order values come, one by one or many at once, and however they
 * were divided among moments that are merged: the sums have an error of about
 * n x 2^-105 of the sum of all amounts, so mean and standard deviation are
 * those of exact arithmetic to within a unit in the last place or two, unless
 * what is left is that small beside what cancelled. Two ways of adding the
 * same values then give the same two doubles, but for the one in thousands of
 * millions whose exact value lies that close to where rounding turns. So one
 * who needs the same bits always, whoever did the work, divides it at fixed
 * places and merges in a fixed order.
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
    double sum[2];    /* of v - pivot: what is kept, and what rounding lost */
    double square[2]; /* of (v - pivot)^2 */
    double min, max;
};

/* Adds one value; NaN counts as missing. |v| <= STATS_VALUE_MAX. */
void moments_add(struct moments *m, double v);

/* Adds count such values, at about half the cost of moments_add(). */
void moments_add_many(struct moments *m, const double *v, size_t count);

/* Adds a value to each of count moments, faster than one after the other;
 * the bits are those of moments_add(). Returns how many are missing. */
size_t moments_add_row(struct moments *m, const double *v, size_t count);

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
