/* SPDX-License-Identifier: Apache-2.0 */
/* The keys of the screen one came from, as the table has them. */
#include "tui/screen.h"

#include <stdlib.h>
#include <string.h>

#include "tui/grid.h"
#include "tui/sensor.h"

struct help {
    enum screen_id id; /* the screen that is explained */
    struct grid grid;
};

enum { HELP_KEY, HELP_WHAT };
enum { WIDE = 80, FOOT = 2 };

/* Keys that do the same are one row: their names, then the sentence. */
static const struct key *
next_group(const struct key *k, enum screen_id id, struct buf *names)
{
    const struct key *first = k++;

    buf_clear(names);
    if (first->screens & (unsigned) id)
        buf_str(names, first->name);
    for (; k->name && !k->help; k++)
        if (k->screens & (unsigned) id)
            buf_printf(names, "%s%s", names->len ? ", " : "", k->name);
    return k;
}

static enum err
load(struct screen *s)
{
    struct help *own = s->own;
    struct buf names = {0};
    const struct key *k = keys;
    size_t count = 0;

    grid_rows(&own->grid, 64);
    while (k->name) {
        const struct key *first = k;
        struct grid_cell *cells = grid_row(&own->grid, count);

        k = next_group(k, own->id, &names);
        if (names.len == 0
            || !screen_fits(s, (const char *[]){names.data, first->help}, 2,
                            NULL))
            continue;
        buf_str(&cells[HELP_KEY].text, names.data);
        cells[HELP_KEY].paint = PAINT_BOLD;
        buf_str(&cells[HELP_WHAT].text, first->help);
        if (first->changes && s->app->read_only)
            buf_str(&cells[HELP_WHAT].text, " (not read-only)");
        count++;
    }
    s->list.count = count;
    list_settle(&s->list);
    buf_free(&names);
    return ERR_OK;
}

static void
head(struct screen *s, struct buf *out)
{
    const struct help *own = s->own;

    buf_printf(out, "keys of %s", screen_name(own->id));
}

static void
note(struct screen *s, struct buf *out)
{
    (void) s;
    buf_str(out, "every change is shown before it is made, and can be undone");
}

/* Rows for the whole sentence about the chosen key, where the table has no
 * room for it. */
static size_t
foot_rows(const struct screen *s, size_t height)
{
    return s->app->canvas.width < WIDE && height > 2 * FOOT ? FOOT : 0;
}

static enum err
fetch(struct screen *s, size_t height)
{
    (void) list_fit(&s->list, height - foot_rows(s, height));
    return ERR_OK;
}

static void
paint(struct screen *s, struct canvas *c, struct area area)
{
    struct help *own = s->own;
    size_t foot = foot_rows(s, area.height);

    area.height -= foot;
    screen_paint_list(s, &own->grid, true, "no key is like that", c, area);
    if (s->list.count > 0)
        (void) canvas_lines(
            c, area.y + area.height, foot,
            buf_text(&grid_row(&own->grid, s->list.cursor)[HELP_WHAT].text),
            PAINT_PLAIN);
}

static enum err
act(struct screen *s, const struct key *key)
{
    (void) s;
    (void) key; /* it is moved in only */
    return ERR_OK;
}

static void
close_help(struct screen *s)
{
    struct help *own = s->own;

    grid_free(&own->grid);
    free(own);
}

enum err
screen_help(struct app *app, enum screen_id id)
{
    static const struct screen_ops ops = {
        .id = SCREEN_HELP,
        .load = load,
        .fetch = fetch,
        .again = load,
        .head = head,
        .note = note,
        .paint = paint,
        .act = act,
        .close = close_help,
    };
    static const struct grid_column columns[] = {
        [HELP_KEY] = {"KEY", GRID_TEXT, 10, 16, 0},
        [HELP_WHAT] = {"WHAT",   GRID_REST, 20, 80, 0},
        {.name = NULL   },
    };
    struct help *own = xcalloc(1, sizeof *own);

    own->id = id;
    grid_begin(&own->grid, columns, app->ascii);
    return screen_push(app, &ops, own);
}
