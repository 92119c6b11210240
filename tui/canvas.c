/* SPDX-License-Identifier: Apache-2.0 */
/* Cells. A character that combines joins the cell before it. */
#include "tui/canvas.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/text.h"

void
canvas_clear(struct canvas *c, size_t width, size_t height)
{
    width = width < CANVAS_WIDTH_MAX ? width : CANVAS_WIDTH_MAX;
    height = height < CANVAS_HEIGHT_MAX ? height : CANVAS_HEIGHT_MAX;
    if (width != c->width || height != c->height) {
        free(c->cells);
        c->cells = xcalloc(width * height + 1, sizeof *c->cells);
        c->width = width;
        c->height = height;
    }
    for (size_t i = 0; i < width * height; i++)
        c->cells[i] = (struct cell){.text = " "};
    c->caret = false;
}

void
canvas_free(struct canvas *c)
{
    free(c->cells);
    *c = (struct canvas){0};
}

static struct cell *
cell_at(struct canvas *c, size_t x, size_t y)
{
    return &c->cells[y * c->width + x];
}

/* A wide character loses both halves when one is painted over. */
static void
make_room(struct canvas *c, size_t x, size_t y)
{
    struct cell *cell = cell_at(c, x, y);

    if (cell->text[0] == '\0' && x > 0)
        memcpy(cell[-1].text, " ", 2);
    if (x + 1 < c->width && cell[1].text[0] == '\0')
        memcpy(cell[1].text, " ", 2);
}

static void
put_one(struct canvas *c, size_t x, size_t y, const char *text, size_t len,
        size_t columns, unsigned paint)
{
    struct cell *cell = cell_at(c, x, y);

    for (size_t i = 0; i < columns; i++)
        make_room(c, x + i, y);
    memcpy(cell->text, text, len);
    cell->text[len] = '\0';
    cell->paint = (unsigned char) paint; /* enum paint */
    if (columns == 2) {
        cell[1].text[0] = '\0';
        cell[1].paint = cell->paint;
    }
}

size_t
canvas_put(struct canvas *c, size_t x, size_t y, size_t width,
           const char *text, unsigned paint)
{
    const char *end = text + strlen(text);
    size_t from = x, last = x;

    if (y >= c->height || x >= c->width)
        return 0;
    width = width < c->width - x ? width : c->width - x;
    while (text < end) {
        unsigned code;
        char one[5] = {0};
        size_t len = text_decode(text, end, &code), columns;

        if (len == 0)
            break; /* it was not a safe text */
        memcpy(one, text, len);
        columns = text_width(one);
        if (x - from + columns > width)
            break;
        if (columns > 0) {
            put_one(c, x, y, text, len, columns, paint);
            last = x;
        } else if (x > from) {
            struct cell *cell = cell_at(c, last, y);
            size_t used = strlen(cell->text);

            if (used + len < CELL_BYTES)
                memcpy(cell->text + used, one, len + 1);
        }
        x += columns;
        text += len;
    }
    return x - from;
}

void
canvas_fit(struct canvas *c, size_t x, size_t y, size_t width,
           const char *text, unsigned paint)
{
    struct buf fitted = {0};

    text_fit(&fitted, text, width, TEXT_LEFT, c->ascii);
    (void) canvas_put(c, x, y, width, buf_text(&fitted), paint);
    buf_free(&fitted);
}

size_t
canvas_lines(struct canvas *c, size_t y, size_t rows, const char *text,
             unsigned paint)
{
    size_t room = c->width > 2 ? c->width - 2 : 1, row = 0;

    for (; *text && row < rows; row++) {
        size_t len = row + 1 == rows ? strlen(text) : text_line(text, room);
        char *line = xstrndup(text, len);

        canvas_fit(c, 1, y + row, room, line, paint);
        free(line);
        text += len + (text[len] == ' ' || text[len] == '\n');
    }
    return row;
}

void
canvas_fill(struct canvas *c, size_t x, size_t y, size_t width,
            const char *character, unsigned paint)
{
    for (size_t i = 0; i < width && x + i < c->width; i++)
        (void) canvas_put(c, x + i, y, 1, character, paint);
}

void
canvas_paint(struct canvas *c, size_t x, size_t y, unsigned paint)
{
    if (x < c->width && y < c->height)
        cell_at(c, x, y)->paint = (unsigned char) paint; /* enum paint */
}

void
canvas_mark(struct canvas *c, size_t y, unsigned paint)
{
    for (size_t x = 0; y < c->height && x < c->width; x++)
        cell_at(c, x, y)->paint |= (unsigned char) paint; /* enum paint */
}

void
canvas_text(const struct canvas *c, struct buf *out)
{
    for (size_t y = 0; y < c->height; y++) {
        const struct cell *row = &c->cells[y * c->width];
        size_t used = c->width;

        while (used > 0 && strcmp(row[used - 1].text, " ") == 0)
            used--;
        for (size_t x = 0; x < used; x++)
            buf_str(out, row[x].text);
        buf_char(out, '\n');
    }
}
