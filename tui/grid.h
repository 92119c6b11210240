/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A table on a screen: the rows that are seen, in columns that find their
 * widths from what stands in them; an empty one is left out. Widths grow and
 * do not shrink again, so that nothing moves to and fro while one scrolls.
 */
#ifndef VIGIA_GRID_H
#define VIGIA_GRID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

struct canvas;

enum grid_type {
    GRID_TEXT,  /* left; cut on the right */
    GRID_WORD,  /* left; one of few words, never cut */
    GRID_TAIL,  /* left; cut on the left: the end tells them apart */
    GRID_NAME,  /* left; cut in its middle: either end may tell them apart */
    GRID_RIGHT, /* right */
    GRID_POINT, /* numbers, by the decimal point */
    GRID_REST   /* left; takes the room that is left */
};

struct grid_column {
    const char *name; /* in capitals */
    enum grid_type type;
    size_t min, max; /* columns of the terminal; a text that is shorter takes
                        fewer */
    int rank;        /* where there is no room, the highest goes first; one of
                        rank 1 is worth more than half of the texts */
};

struct grid_cell {
    struct buf text; /* safe */
    unsigned paint;
    uint64_t alerts; /* bit i: column i of the text is painted as an alert */
    bool over;       /* text: it runs over the empty cells behind it, too */
};

enum { GRID_COLUMNS_MAX = 16 };

struct grid {
    const struct grid_column *columns; /* borrowed */
    size_t count, left, width; /* columns; where it stands on the canvas */
    bool ascii;
    int sorted; /* the column whose head is marked; -1: none */
    struct {
        size_t natural, before, after; /* before, after: the point */
        size_t width, x;               /* width 0: left out */
    } layout[GRID_COLUMNS_MAX];
    struct grid_cell *cells; /* row by row; owned */
    size_t rows, cap;
};

/* columns end with name NULL. */
void grid_begin(struct grid *g, const struct grid_column *columns, bool ascii);
void grid_free(struct grid *g); /* takes a zeroed one */

/* Room for so many rows of empty cells; the caller fills them in. */
void grid_rows(struct grid *g, size_t rows);
struct grid_cell *grid_row(const struct grid *g, size_t row);

/* Finds the widths for the rows that are there in width columns. */
void grid_fit(struct grid *g, size_t width);

/* The width of a column, as fitted; 0: it is not shown. */
size_t grid_width(const struct grid *g, size_t column);

/* Paints the heads at row y, and a row of cells. */
void grid_heads(const struct grid *g, struct canvas *c, size_t y);
void grid_paint(const struct grid *g, struct canvas *c, size_t row, size_t y);

#endif
