/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a screen shows, as cells: views paint here, term.c brings it to the
 * terminal, and tests read it as text. Knows no terminal.
 */
#ifndef VIGIA_CANVAS_H
#define VIGIA_CANVAS_H

#include <stdbool.h>
#include <stddef.h>

struct buf;

/* How a cell looks. What a colour says, a word or sign says, too. */
enum paint {
    PAINT_PLAIN,
    PAINT_DIM,  /* rules, what is not there */
    PAINT_BOLD, /* names, headings */
    PAINT_ALERT,
    PAINT_WARN, /* stale, flat */
    PAINT_GOOD, /* ok */
    PAINT_NOTE, /* learning, untested; what is asked */
    PAINT_BAR,  /* the header, the heads of a table */
    PAINT_MEAN, /* lines of a chart */
    PAINT_LIMIT,
    PAINTS,
    PAINT_CURSOR = 0x80 /* or'ed: the chosen row, reversed */
};

enum {
    CELL_BYTES = 12,         /* a character and what combines with it */
    CANVAS_WIDTH_MAX = 1000, /* of a terminal; the rest stays blank */
    CANVAS_HEIGHT_MAX = 500
};

struct cell {
    char text[CELL_BYTES]; /* "": the right half of the cell before */
    unsigned char paint;
};

struct canvas {
    size_t width, height;
    struct cell *cells; /* row by row; owned */
    bool caret;         /* a cursor is shown, at: */
    size_t caret_x, caret_y;
    bool ascii; /* how text_fit() cuts */
};

/* Blank, in this size. Starts as {0}; canvas_free() takes that, too. */
void canvas_clear(struct canvas *c, size_t width, size_t height);
void canvas_free(struct canvas *c);

/*
 * Puts a safe text (text_safe()) at x, y, in at most width columns, without a
 * sign where it is cut; what is outside of the canvas is left out. Returns
 * the columns it took.
 */
size_t canvas_put(struct canvas *c, size_t x, size_t y, size_t width,
                  const char *text, unsigned paint);

/* The same, cut with a sign or padded to exactly width columns. */
void canvas_fit(struct canvas *c, size_t x, size_t y, size_t width,
                const char *text, unsigned paint);

/* Paints a safe text in at most rows rows from y on, broken at line ends and
 * blanks; returns how many it took. */
size_t canvas_lines(struct canvas *c, size_t y, size_t rows, const char *text,
                    unsigned paint);

/* Fills a row from x on, in width columns, with one character of one column.
 */
void canvas_fill(struct canvas *c, size_t x, size_t y, size_t width,
                 const char *character, unsigned paint);

/* Another paint for the character at x, y. */
void canvas_paint(struct canvas *c, size_t x, size_t y, unsigned paint);

/* Adds paint (PAINT_CURSOR) to a whole row. */
void canvas_mark(struct canvas *c, size_t y, unsigned paint);

/* Adds the canvas as lines without trailing blanks. */
void canvas_text(const struct canvas *c, struct buf *out);

#endif
