/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A chart of readings with its lines and axes, on a canvas. Readings stand
 * side by side in their order, whatever time lies between; where much more
 * time than usual does, the line is broken.
 */
#ifndef VIGIA_CHART_H
#define VIGIA_CHART_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tui/spark.h"

struct canvas;

#define CHART_NONE SIZE_MAX

struct chart_reading {
    int64_t at;
    double value; /* NaN: none */
    bool alert;
};

/* Borrowed while it is painted; texts are safe. */
struct chart {
    size_t x, y, width, height; /* of the canvas; 16 x 3 at least */
    const struct chart_reading *readings;
    size_t count; /* oldest first */
    /* NaN: no line. fresh is the threshold that is proposed. */
    double mean, threshold, fresh;
    const char *unit;
    int64_t now;   /* which day is today */
    size_t cursor; /* the reading that is told above; CHART_NONE */
    size_t mark;   /* the other end of a range; CHART_NONE */
    enum charset set;
};

/* The usual time between two readings, in microseconds: the middle one of
 * those that are not 0; 0: there is none. */
int64_t chart_usual(const struct chart_reading *readings, size_t count);

void chart_paint(struct canvas *canvas, const struct chart *c);

#endif
