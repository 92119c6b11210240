/* SPDX-License-Identifier: Apache-2.0 */
/* Columns have one blank between them. */
#include "tui/grid.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "tui/canvas.h"

enum {
    HALF = 8, /* of a text, where only what is worth it is left */
    LEAST = 4 /* where nothing more can be left out */
};

void
grid_begin(struct grid *g, const struct grid_column *columns, bool ascii)
{
    *g = (struct grid){.columns = columns, .ascii = ascii, .sorted = -1};
    while (columns[g->count].name)
        g->count++;
}

void
grid_free(struct grid *g)
{
    for (size_t i = 0; i < g->cap * g->count; i++)
        buf_free(&g->cells[i].text);
    free(g->cells);
    *g = (struct grid){0};
}

void
grid_rows(struct grid *g, size_t rows)
{
    size_t had = g->cap * g->count, need = rows * g->count;

    if (rows > g->cap) {
        g->cells = xreallocarray(g->cells, need, sizeof *g->cells);
        memset(g->cells + had, 0, (need - had) * sizeof *g->cells);
        g->cap = rows;
    }
    g->rows = rows;
    for (size_t i = 0; i < need; i++) {
        buf_clear(&g->cells[i].text);
        g->cells[i].paint = 0;
        g->cells[i].alerts = 0;
        g->cells[i].over = false;
    }
}

struct grid_cell *
grid_row(const struct grid *g, size_t row)
{
    return &g->cells[row * g->count];
}

/* ---- widths ---- */

/* May be cut? */
static bool
is_text(enum grid_type type)
{
    return type == GRID_TEXT || type == GRID_TAIL || type == GRID_NAME;
}

/* How much of a number stands before its point; all that is none. */
static size_t
before_point(const char *text)
{
    size_t len = strcspn(text, ".e");

    return text[len] ? len : text_width(text);
}

static size_t
larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

static void
measure(struct grid *g, size_t column)
{
    const struct grid_column *is = &g->columns[column];
    bool words = is_text(is->type) || is->type == GRID_WORD;
    bool empty = true;
    size_t natural = g->layout[column].natural, before = 0, after = 0;

    for (size_t i = 0; i < g->rows; i++) {
        const char *text = buf_text(&grid_row(g, i)[column].text);
        size_t width = grid_row(g, i)[column].over ? 0 : text_width(text);

        empty = empty && width == 0;
        if (is->type == GRID_POINT) {
            before = larger(before, before_point(text));
            after = larger(after, width - before_point(text));
        } else {
            natural = larger(natural, width);
        }
    }
    if (empty && is->type != GRID_REST)
        return; /* as wide as it was, or not there */
    natural =
        larger(larger(natural, text_width(is->name)), words ? 0 : is->min);
    before = larger(before, g->layout[column].before);
    after = larger(after, g->layout[column].after);
    natural =
        larger(larger(natural, before + after), g->layout[column].natural);
    g->layout[column].before = before;
    g->layout[column].after = after;
    g->layout[column].natural = natural < is->max ? natural : is->max;
}

/* What the shown columns take, with the blanks between. */
static size_t
total(const struct grid *g)
{
    size_t sum = 0;

    for (size_t i = 0; i < g->count; i++)
        if (g->layout[i].width > 0)
            sum += g->layout[i].width + (sum > 0);
    return sum;
}

/* Leaves the column with the highest rank out; false: it is below rank. */
static bool
leave_out(struct grid *g, int rank)
{
    size_t worst = 0;

    for (size_t i = 1; i < g->count; i++)
        if (g->layout[i].width > 0
            && (g->layout[worst].width == 0
                || g->columns[i].rank >= g->columns[worst].rank))
            worst = i;
    if (g->columns[worst].rank < rank)
        return false;
    g->layout[worst].width = 0;
    return true;
}

/* Takes a column from the widest text; false: none is wider than its min, or
 * than least, unless that is 0. */
static bool
squeeze(struct grid *g, size_t least)
{
    size_t widest = g->count, spare = 0;

    for (size_t i = 0; i < g->count; i++) {
        const struct grid_column *is = &g->columns[i];

        if (is_text(is->type) && g->layout[i].width > (least ? least : is->min)
            && g->layout[i].width > spare) {
            spare = g->layout[i].width;
            widest = i;
        }
    }
    if (widest == g->count)
        return false;
    g->layout[widest].width--;
    return true;
}

/* Gives the texts back what is left, those first that matter most. */
static void
grow(struct grid *g)
{
    size_t spare = g->width > total(g) ? g->width - total(g) : 0;

    for (int rank = 0; spare > 0 && rank < GRID_COLUMNS_MAX; rank++)
        for (size_t i = 0; i < g->count; i++) {
            size_t *width = &g->layout[i].width;
            size_t more = is_text(g->columns[i].type) && *width > 0
                                  && g->columns[i].rank == rank
                              ? g->layout[i].natural - *width
                              : 0;

            more = more < spare ? more : spare;
            *width += more;
            spare -= more;
        }
}

void
grid_fit(struct grid *g, size_t width)
{
    size_t x = 0;

    if (width != g->width)
        memset(g->layout, 0, sizeof g->layout);
    g->width = width;
    for (size_t i = 0; i < g->count; i++) {
        measure(g, i);
        g->layout[i].width = g->columns[i].type == GRID_REST
                                 ? g->columns[i].min
                                 : g->layout[i].natural;
    }
    while (total(g) > width
           && (squeeze(g, 0) || leave_out(g, 2) || squeeze(g, HALF)
               || leave_out(g, 1) || squeeze(g, LEAST)))
        ;
    grow(g);
    for (size_t i = 0; i < g->count; i++) {
        size_t *is = &g->layout[i].width, used = total(g);

        if (g->columns[i].type == GRID_REST && *is && used < width)
            *is = *is + width - used < g->columns[i].max ? *is + width - used
                                                         : g->columns[i].max;
    }
    for (size_t i = 0; i < g->count; i++) {
        g->layout[i].x = x;
        if (x + g->layout[i].width > width)
            g->layout[i].width = 0; /* half a number would be a wrong one */
        x += g->layout[i].width ? g->layout[i].width + 1 : 0;
    }
}

size_t
grid_width(const struct grid *g, size_t column)
{
    return g->layout[column].width;
}

/* ---- painting ---- */

static void
fit(const struct grid *g, size_t column, const char *text, struct buf *out)
{
    size_t width = g->layout[column].width, point;
    struct buf part = {0};

    switch (g->columns[column].type) {
    case GRID_TEXT:
    case GRID_WORD:
    case GRID_REST:
        text_fit(out, text, width, TEXT_LEFT, g->ascii);
        break;
    case GRID_TAIL:
    case GRID_NAME:
        text_ends(&part, text,
                  g->columns[column].type == GRID_NAME ? (width - 1) / 2 : 0,
                  width, g->ascii);
        text_fit(out, buf_text(&part), width, TEXT_LEFT, g->ascii);
        break;
    case GRID_RIGHT:
        text_fit(out, text, width, TEXT_RIGHT, g->ascii);
        break;
    case GRID_POINT:
        /* A column that is wider than its numbers has them on the right. */
        point = width
                - (width < g->layout[column].after ? width
                                                   : g->layout[column].after);
        for (size_t i = before_point(text); i < point; i++)
            buf_char(&part, ' ');
        buf_str(&part, text);
        text_fit(out, buf_text(&part), width, TEXT_LEFT, g->ascii);
        break;
    }
    buf_free(&part);
}

void
grid_heads(const struct grid *g, struct canvas *c, size_t y)
{
    canvas_fill(c, g->left, y, g->width, " ", PAINT_BAR);
    for (size_t i = 0; i < g->count; i++) {
        struct buf text = {0};
        bool right = g->columns[i].type == GRID_RIGHT
                     || g->columns[i].type == GRID_POINT;
        bool sorted = g->sorted == (int) i; /* small */

        if (g->layout[i].width > 0) {
            text_fit(&text, g->columns[i].name, g->layout[i].width,
                     right ? TEXT_RIGHT : TEXT_LEFT, g->ascii);
            (void) canvas_put(c, g->left + g->layout[i].x, y,
                              g->layout[i].width, buf_text(&text),
                              PAINT_BAR | (sorted ? PAINT_CURSOR : 0));
        }
        buf_free(&text);
    }
}

static void
paint_alerts(struct canvas *c, size_t x, size_t y, uint64_t alerts)
{
    for (; alerts; alerts >>= 1, x++)
        if (alerts & 1)
            canvas_paint(c, x, y, PAINT_ALERT);
}

/* The columns a cell has: its own, or up to the next one with a text. */
static size_t
room(const struct grid *g, const struct grid_cell *cells, size_t column)
{
    size_t next = column + 1;

    if (!cells[column].over)
        return g->layout[column].width;
    while (next < g->count
           && (g->layout[next].width == 0 || cells[next].text.len == 0))
        next++;
    return (next < g->count ? g->layout[next].x - 1 : g->width)
           - g->layout[column].x;
}

void
grid_paint(const struct grid *g, struct canvas *c, size_t row, size_t y)
{
    for (size_t i = 0; i < g->count; i++) {
        const struct grid_cell *cell = &grid_row(g, row)[i];
        struct buf text = {0};

        if (g->layout[i].width > 0 && cell->text.len > 0) {
            size_t width = room(g, grid_row(g, row), i);

            if (cell->over)
                text_fit(&text, buf_text(&cell->text), width, TEXT_LEFT,
                         g->ascii);
            else
                fit(g, i, buf_text(&cell->text), &text);
            (void) canvas_put(c, g->left + g->layout[i].x, y, width,
                              buf_text(&text), cell->paint);
            paint_alerts(c, g->left + g->layout[i].x, y, cell->alerts);
        }
        buf_free(&text);
    }
}
