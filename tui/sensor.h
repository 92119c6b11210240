/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One column of a sensor as the screens about it show it: its weights, its
 * last readings, and the pictures and lines made of them.
 */
#ifndef VIGIA_SENSOR_H
#define VIGIA_SENSOR_H

#include "base/err.h"

#include <stddef.h>
#include <stdint.h>

#include "core/view.h"
#include "kinds/kind.h"
#include "tui/chart.h"

struct app;
struct canvas;

enum { SENSOR_READINGS = 1000 }; /* of the history, at most */

/* Begins with model, ord and hidden; the rest is what sensor_load() found. */
struct sensor {
    int64_t model;  /* id */
    size_t ord;     /* of the column, in the active version */
    int64_t hidden; /* the version by which a hidden model is shown; 0: none */
    struct view view;
    struct kind_column column; /* borrowed from view.compiled */
    char *name; /* of the column, by which it is found again; owned */
    struct chart_reading *readings; /* oldest first; owned */
    struct sensor_origin {
        int64_t id, version; /* history row; version that judged it */
    } * origins;             /* of each reading; owned */
    size_t count;
};
void sensor_free(struct sensor *s); /* takes a zeroed one */

/* ERR_NOT_FOUND: the model is gone, or hidden and not to be shown. What was
 * there stays when it fails. */
CHECKED enum err sensor_load(struct app *app, struct sensor *s);

/* One that has no version yet: m, which it takes over, is hidden, or has a
 * name alone. Its column is the one of sensors that were fitted without naming
 * any.
 */
void sensor_new(struct model *m, struct sensor *s);

/* Another column, by so many places; at the ends it begins again. */
void sensor_turn(struct sensor *s, int by);

/* Adds why the verdict about a reading was what it was. */
CHECKED enum err sensor_reason(struct app *app, const struct sensor *s,
                               size_t reading, struct buf *out);

/* Readings a day, by the usual time between two; 0: not known. */
double sensor_per_day(const struct sensor *s);

/* The chart of the readings as far as it is the same everywhere: the caller
 * sets place, cursor and further lines. unit is what the chart borrows. */
struct chart sensor_chart(const struct app *app, const struct sensor *s,
                          struct buf *unit);

/* Paints the name, title, column and active version in row y. */
void sensor_title(const struct app *app, const struct sensor *s,
                  struct canvas *c, size_t y);

#endif
