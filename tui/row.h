/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rows of the sensors that are seen: read from the core, a page at a
 * time, and as texts.
 */
#ifndef VIGIA_ROW_H
#define VIGIA_ROW_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/figure.h"
#include "core/state.h"
#include "tui/grid.h"

struct service;

enum { ROW_READINGS = 40 }; /* of a sparkline, at most */

/* A column of a sensor. */
struct row {
    uint64_t id;                        /* order.h */
    char *name, *title, *column, *unit; /* owned; name NULL: it is gone */
    enum state state;
    bool tested;
    int64_t at; /* of the last reading */
    double value, score, threshold;
    int64_t version;
    double readings[ROW_READINGS]; /* oldest first; NaN: none */
    unsigned char alerts[ROW_READINGS];
    size_t count;
};

struct rows {
    struct row *items;
    size_t count;
};
void rows_free(struct rows *rows); /* takes a zeroed one */

/*
 * Reads the rows of count ids, with up to readings last readings each, into
 * *rows. Those that are there already are kept, unless fresh.
 */
CHECKED enum err rows_load(struct service *s, const uint64_t *ids,
                           size_t count, size_t readings, bool fresh,
                           int64_t now, struct rows *rows);

/* The columns of the screen. */
enum row_column {
    ROW_STATE,
    ROW_NAME,
    ROW_TITLE,
    ROW_COLUMN,
    ROW_LAST,
    ROW_UNIT,
    ROW_WHEN,
    ROW_SCORE,
    ROW_THRESHOLD,
    ROW_VERSION,
    ROW_SPARK,
    ROW_COLUMNS
};
extern const struct grid_column row_columns[ROW_COLUMNS + 1];

/* How a state is written: a sign and its word, ALERT in capitals; its look. */
void row_state(struct buf *out, enum state state, bool ascii);
unsigned row_paint(enum state state);

/* v, told from other by as many digits as there is room for in a table. */
const char *row_figure(char out[FIGURE_MAX], double v, double other);

/* Fills in the cells of a row, but for the sparkline. */
void row_cells(const struct row *row, int64_t now, bool ascii,
               struct grid_cell *cells);

/*
 * The sparkline of a row in width columns. Where there are colours an alert
 * is a bar in the colour of one, so that a lasting alert keeps its shape; else
 * its sign.
 */
void row_spark(const struct row *row, size_t width, bool ascii, bool colour,
               struct grid_cell *cell);

#endif
