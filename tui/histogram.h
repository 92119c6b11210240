/* SPDX-License-Identifier: Apache-2.0 */
/* How often which values occur, as a picture, with the threshold in it. */
#ifndef VIGIA_HISTOGRAM_H
#define VIGIA_HISTOGRAM_H

#include <stddef.h>
#include <stdint.h>

#include "tui/spark.h"

struct canvas;

/* A part of the values of a text of any length, by which its histogram is
 * drawn: every one, then every second, fourth ... Starts as {0}. */
struct sample {
    double *values; /* owned: sample_free() */
    size_t count, cap;
    uint64_t seen, stride; /* one of stride values is kept */
};
enum { SAMPLE_MAX = 1 << 16 };

void sample_add(struct sample *s, double v); /* a NaN is not kept */
void sample_free(struct sample *s);

/* Borrowed while it is painted; unit is safe. */
struct histogram {
    size_t x, y, width, height; /* of the canvas; 16 x 3 at least */
    const double *values;
    size_t count;
    double threshold; /* NaN: none */
    const char *unit;
    enum charset set;
};

void histogram_paint(struct canvas *canvas, const struct histogram *h);

#endif
