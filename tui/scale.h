/* SPDX-License-Identifier: Apache-2.0 */
/* Axes: round numbers for values, and times that say which day they are of. */
#ifndef VIGIA_SCALE_H
#define VIGIA_SCALE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/figure.h"

struct buf;

/* From low to high with a tick at every multiple of step: 1, 2 or 5 times a
 * power of ten. */
struct scale {
    double low, high, step;
    int decimals; /* that the ticks need */
};

/* For at most ticks ticks between the values; equal ones are given room. */
struct scale scale_make(double low, double high, size_t ticks);

/* The number of ticks, and one of them, the lowest first. */
size_t scale_ticks(const struct scale *s);
double scale_tick(const struct scale *s, size_t i);

/* A tick as text, all with the same decimals. */
const char *scale_text(const struct scale *s, size_t i, char out[FIGURE_MAX]);

/*
 * Adds at in local time: "14:03", or "14:03:09" with seconds; "11-20 14:03"
 * when it is of another day than beside, "2025-11-20 14:03" of another year.
 */
void scale_time(struct buf *out, int64_t at, int64_t beside, bool seconds);

#endif
