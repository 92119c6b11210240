/* SPDX-License-Identifier: Apache-2.0 */
/* The picture: header, the screen itself, what happened or is asked, keys. */
#include "tui/screen.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "tui/grid.h"

static void
paint_header(struct app *app)
{
    struct canvas *c = &app->canvas;
    struct buf text = {0};
    char clock[CLOCK_TEXT];
    size_t clock_x = c->width > 9 ? c->width - 9 : 0;

    canvas_fill(c, 0, 0, c->width, " ", PAINT_BOLD);
    buf_printf(&text, " vigia %s  %s", screen_name(app->top->ops->id),
               app->read_only ? "read-only  " : "");
    app->top->ops->head(app->top, &text);
    canvas_fit(c, 0, 0, c->width, buf_text(&text), PAINT_BOLD);
    clock_local(clock, app->now);
    /* 2026-11-20 14:03:00+01:00 */
    clock[19] = '\0';
    if (c->width >= 100)
        (void) canvas_put(c, clock_x - 1, 0, 10, "          ", PAINT_BOLD);
    if (c->width >= 100)
        (void) canvas_put(c, clock_x, 0, 8, clock + 11, PAINT_DIM);
    buf_free(&text);
}

static void
paint_prompt(struct app *app, size_t y)
{
    struct prompt *p = &app->prompt;
    struct canvas *c = &app->canvas;
    struct buf text = {0}, line = {0};
    size_t x, caret;

    if (p->yes) {
        buf_printf(&text, "%s  y do it  any other key: leave it",
                   buf_text(&p->question));
        canvas_fit(c, 1, y, c->width - 1, buf_text(&text), PAINT_NOTE);
    } else {
        x = 2 + canvas_put(c, 1, y, c->width / 2, p->label, PAINT_NOTE);
        edit_view(&p->edit, c->width - x, app->ascii, &line, &caret);
        app_safe(app, &text, buf_text(&line));
        (void) canvas_put(c, x, y, c->width - x, buf_text(&text), 0);
        for (size_t i = 0; p->edit.preset && i < caret; i++)
            canvas_paint(c, x + i, y, PAINT_CURSOR); /* as it is chosen */
        buf_free(&line);
        c->caret = true;
        c->caret_x = x + caret;
        c->caret_y = y;
    }
    buf_free(&text);
}

static void
add_note(const struct app *app, struct buf *out)
{
    if (*app->top->filter) {
        buf_str(out, "filter: ");
        app_safe(app, out, app->top->filter);
        buf_str(out, "  ");
    }
    app->top->ops->note(app->top, out);
}

/* How many rows a text takes in width columns. */
static size_t
rows_of(const char *text, size_t width)
{
    size_t rows = 0;

    for (; *text; rows++) {
        text += text_line(text, width);
        text += *text == ' ' || *text == '\n';
    }
    return rows;
}

/*
 * The message in the rows up to last: broken at blanks where there is room
 * for all of it, else a row for each of its lines, as far as there is.
 */
static void
paint_message(struct app *app, size_t last)
{
    struct canvas *c = &app->canvas;
    const char *text = buf_text(&app->message);
    unsigned paint = app->alarming ? PAINT_ALERT : PAINT_NOTE;
    size_t most = last > 2 ? last - 1 : 1, lines = rows_of(text, SIZE_MAX);
    size_t rows = rows_of(text, c->width - 2), y;
    bool whole = rows <= most;

    rows = whole ? rows : lines < most ? lines : most;
    y = last + 1 - rows;
    for (size_t i = 0; i < rows; i++)
        canvas_fill(c, 0, y + i, c->width, " ", PAINT_PLAIN);
    if (whole)
        (void) canvas_lines(c, y, rows, text, paint);
    for (size_t i = 0; !whole && i < rows; i++) {
        size_t len = strcspn(text, "\n");
        struct buf line = {0};

        if (i + 1 == rows && lines > rows)
            buf_printf(&line, "and %zu more", lines - i);
        else
            buf_add(&line, text, len);
        canvas_fit(c, 1, y + i, c->width - 1, buf_text(&line), paint);
        buf_free(&line);
        text += len + (text[len] == '\n');
    }
}

/* What happened; else where one is. */
static void
paint_note(struct app *app, size_t y)
{
    struct canvas *c = &app->canvas;
    const struct list *l = &app->top->list;
    struct buf text = {0};
    char place[64];
    size_t width;

    if (app->message.len == 0)
        add_note(app, &text);
    else
        buf_str(&text, app->message.data);
    canvas_fit(c, 1, y, c->width > 1 ? c->width - 1 : 0, buf_text(&text),
               app->message.len == 0 ? PAINT_DIM
               : app->alarming       ? PAINT_ALERT
                                     : PAINT_NOTE);
    if (l->count > 0) {
        (void) snprintf(place, sizeof place, " %s%zu/%zu%s ",
                        l->goal ? "reading... " : "", l->cursor + 1, l->count,
                        l->more ? "+" : "");
        width = strlen(place);
        if (width < c->width
            && (app->message.len == 0
                || text_width(text.data) + width + 1 < c->width))
            (void) canvas_put(c, c->width - width, y, width, place, PAINT_DIM);
    }
    buf_free(&text);
}

/* The keys that stand there, as many as there is room for, and ? help. */
static void
paint_footer(struct app *app, size_t y)
{
    struct canvas *c = &app->canvas;
    const struct key *last = NULL;
    size_t x = 1, help = strlen("? help");

    canvas_fill(c, 0, y, c->width, " ", PAINT_BAR);
    for (const struct key *k = keys; k->name; k++) {
        size_t width;

        if (!k->word || !(k->screens & (unsigned) app->top->ops->id)
            || (k->changes && app->read_only))
            continue;
        width = text_width(k->name) + 1 + text_width(k->word);
        last = k->action == DO_HELP ? k : last;
        if (k->action == DO_HELP || x + width + 2 + help > c->width)
            continue;
        x += canvas_put(c, x, y, width, k->name, PAINT_BAR);
        x += 1 + canvas_put(c, x + 1, y, width, k->word, PAINT_BAR);
        x += 2;
    }
    if (last)
        (void) canvas_put(c, x, y, help, "? help", PAINT_BAR);
}

/* While a line is asked for. */
static void
paint_line_keys(struct app *app, size_t y)
{
    static const char *const words[] = {"Enter take it", "Esc leave it",
                                        "Tab complete", "Up the one before",
                                        "Ctrl-U clear"};
    struct canvas *c = &app->canvas;
    size_t x = 1;

    canvas_fill(c, 0, y, c->width, " ", PAINT_BAR);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if ((i != 2 || app->prompt.path) && x + strlen(words[i]) < c->width)
            x += 2 + canvas_put(c, x, y, c->width, words[i], PAINT_BAR);
}

void
screen_paint_list(const struct screen *s, struct grid *grid, bool all,
                  const char *empty, struct canvas *c, struct area area)
{
    const struct list *l = &s->list;

    grid_fit(grid, c->width);
    if (l->count > 0) /* of none it is not known which there are */
        grid_heads(grid, c, area.y);
    for (size_t i = 0; i + 1 < area.height && l->top + i < l->count; i++)
        grid_paint(grid, c, all ? l->top + i : i, area.y + 1 + i);
    if (l->count == 0)
        canvas_fit(c, 1, area.y + 1, c->width - 1, empty, PAINT_NOTE);
    else
        canvas_mark(c, area.y + 1 + l->cursor - l->top, PAINT_CURSOR);
}

void
app_paint(struct app *app, size_t width, size_t height)
{
    struct canvas *c = &app->canvas;
    struct area area = {.y = 1, .height = height > 4 ? height - 3 : 1};

    c->ascii = app->ascii;
    canvas_clear(c, width, height);
    if (c->height < 4 || c->width < 20) {
        (void) canvas_put(c, 0, 0, c->width, "too small", PAINT_PLAIN);
        return;
    }
    if (app->top->ops->fetch
        && app->top->ops->fetch(app->top, area.height) != ERR_OK)
        app_complain(app);
    paint_header(app);
    app->top->ops->paint(app->top, c, area);
    if (app->prompt.label) {
        paint_prompt(app, c->height - 2);
        if (app->message.len > 0) /* why it is asked once more */
            paint_message(app, c->height - 3);
    } else if (strchr(buf_text(&app->message), '\n')) {
        paint_message(app, c->height - 2);
    } else {
        paint_note(app, c->height - 2);
    }
    if (app->prompt.label && !app->prompt.yes)
        paint_line_keys(app, c->height - 1);
    else
        paint_footer(app, c->height - 1);
}
