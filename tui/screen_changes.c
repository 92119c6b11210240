/* SPDX-License-Identifier: Apache-2.0 */
/* Who did what, the newest on top; a whole change can be taken back. */
#include "tui/screen.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/figure.h"
#include "core/change.h"
#include "core/service.h"
#include "core/undo.h"
#include "tui/grid.h"

enum {
    PAGE = 200,      /* changes read at once */
    ROWS_MAX = 20000 /* that are kept */
};

struct changes {
    struct change_page rows;
    int64_t before; /* the oldest one read; 0: none yet */
    bool ended;
    struct grid grid;
    int64_t asked; /* the change that is to be taken back */
};

enum {
    COLUMN_ID,
    COLUMN_WHEN,
    COLUMN_BY,
    COLUMN_VIA,
    COLUMN_WHAT,
    COLUMN_MODELS,
    COLUMN_NOTE
};

/* clang-format off */
static const struct grid_column columns[] = {
    [COLUMN_ID]     = {"CHANGE", GRID_RIGHT, 6,  10, 0},
    [COLUMN_WHEN]   = {"WHEN",   GRID_TEXT,  19, 19, 2},
    [COLUMN_BY]     = {"BY",     GRID_TEXT,  4,  16, 0},
    [COLUMN_VIA]    = {"VIA",    GRID_TEXT,  4,  9,  4},
    [COLUMN_WHAT]   = {"WHAT",   GRID_TEXT,  6,  10, 0},
    [COLUMN_MODELS] = {"MODELS", GRID_RIGHT, 6,  10, 3},
    [COLUMN_NOTE]   = {"NOTE",   GRID_REST,  10, 200, 5},
    {.name = NULL},
};
/* clang-format on */

/* ---- reading ---- */

static void
take(struct screen *s, struct change_page *page)
{
    struct changes *own = s->own;
    struct change_page rest = {.items = page->items};
    struct change_page *all = &own->rows;

    all->items = xreallocarray(all->items, all->count + page->count + 1,
                               sizeof *all->items);
    for (size_t i = 0; i < page->count; i++) {
        struct change_row row = page->items[i];
        const char *texts[] = {row.by, row.via, row.what, row.note};

        if (screen_fits(s, texts, 4, NULL))
            all->items[all->count++] = row;
        else
            rest.items[rest.count++] = row;
    }
    change_page_free(&rest);
}

static enum err
read_more(struct screen *s)
{
    struct changes *own = s->own;
    struct change_page page = {0};
    enum err e = change_list(s->app->service, own->before, PAGE, &page);

    if (e != ERR_OK)
        return e;
    own->ended = page.count < PAGE || own->rows.count >= ROWS_MAX;
    if (page.count > 0)
        own->before = page.items[page.count - 1].id;
    take(s, &page);
    list_read(&s->list, own->rows.count, !own->ended);
    return ERR_OK;
}

static enum err
begin(struct screen *s)
{
    struct changes *own = s->own;

    change_page_free(&own->rows);
    own->before = 0;
    s->app->working = true;
    return read_more(s);
}

static enum err
load(struct screen *s)
{
    /* Further down the rows stay where they are. */
    return s->list.cursor > 0 ? ERR_OK : begin(s);
}

static enum err
work(struct screen *s, bool *more)
{
    struct changes *own = s->own;
    size_t wanted = list_wanted(&s->list);
    enum err e = ERR_OK;

    if (!own->ended && own->rows.count < wanted)
        e = read_more(s);
    *more = e == ERR_OK && !own->ended && own->rows.count < wanted;
    return e;
}

static void
row_of(struct screen *s, const struct change_row *row, struct grid_cell *cells)
{
    char when[CLOCK_TEXT], number[FIGURE_MAX];

    buf_printf(&cells[COLUMN_ID].text, "%" PRId64, row->id);
    clock_local(when, row->at);
    when[19] = '\0'; /* without the offset */
    buf_str(&cells[COLUMN_WHEN].text, when);
    app_safe(s->app, &cells[COLUMN_BY].text, row->by);
    cells[COLUMN_BY].paint = PAINT_BOLD;
    app_safe(s->app, &cells[COLUMN_VIA].text, row->via);
    app_safe(s->app, &cells[COLUMN_WHAT].text, row->what);
    buf_str(&cells[COLUMN_MODELS].text, figure_group(number, row->models));
    app_safe(s->app, &cells[COLUMN_NOTE].text, row->note);
}

static enum err
fetch(struct screen *s, size_t height)
{
    struct changes *own = s->own;
    struct list *l = &s->list;

    grid_rows(&own->grid, list_fit(l, height));
    if (!own->ended && l->count < l->top + 2 * l->height)
        s->app->working = true;
    for (size_t i = 0; i < own->grid.rows; i++)
        row_of(s, &own->rows.items[l->top + i], grid_row(&own->grid, i));
    return ERR_OK;
}

/* ---- painting ---- */

static void
head(struct screen *s, struct buf *out)
{
    (void) s;
    buf_str(out, "who did what");
}

static void
note(struct screen *s, struct buf *out)
{
    const struct changes *own = s->own;

    if (s->list.cursor > 0)
        buf_str(out, "Home: the newest  ");
    if (!own->ended)
        buf_str(out, "more below");
}

static void
paint(struct screen *s, struct canvas *c, struct area area)
{
    struct changes *own = s->own;

    screen_paint_list(s, &own->grid, false,
                      own->ended ? "no such change" : "reading...", c, area);
}

/* ---- undo ---- */

static enum err
undo_done(struct screen *s, const char *text)
{
    struct changes *own = s->own;
    struct undo_report report;
    struct buf left = {0};
    enum err e;

    if (!text) {
        app_say(s->app, "left as it is");
        return ERR_OK;
    }
    e = undo_change(s->app->service, own->asked, &left, &report);
    if (e == ERR_OK)
        e = undo_outcome(own->asked, &report);
    if (e == ERR_OK)
        app_say(s->app,
                "change %" PRId64 " is taken back: %" PRId64
                " model%s set back",
                own->asked, report.undone, report.undone == 1 ? "" : "s");
    buf_free(&left);
    s->list.cursor = s->list.top = 0;
    s->app->due = true;
    return e;
}

static enum err
ask_undo(struct screen *s)
{
    struct changes *own = s->own;
    const struct change_row *row = &own->rows.items[s->list.cursor];
    struct undo undo = {0};
    struct buf question = {0};
    enum err e = undo_begin(s->app->service, row->id, &undo);

    if (e != ERR_OK)
        return e;
    own->asked = row->id;
    buf_printf(
        &question,
        "take back change %" PRId64 ", %s by %s, of %" PRId64 " model%s?",
        row->id, row->what, row->by, row->models, row->models == 1 ? "" : "s");
    app_ask_yes(s->app, buf_text(&question), undo_done);
    buf_free(&question);
    undo_free(&undo);
    return ERR_OK;
}

static enum err
act(struct screen *s, const struct key *key)
{
    return key->action == DO_UNDO && s->list.count > 0 ? ask_undo(s) : ERR_OK;
}

static void
close_changes(struct screen *s)
{
    struct changes *own = s->own;

    change_page_free(&own->rows);
    grid_free(&own->grid);
    free(own);
}

enum err
screen_changes(struct app *app)
{
    static const struct screen_ops ops = {
        .id = SCREEN_CHANGES,
        .load = load,
        .work = work,
        .fetch = fetch,
        .again = begin,
        .head = head,
        .note = note,
        .paint = paint,
        .act = act,
        .close = close_changes,
    };
    struct changes *own = xcalloc(1, sizeof *own);

    grid_begin(&own->grid, columns, app->ascii);
    return screen_push(app, &ops, own);
}
