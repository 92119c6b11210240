/* SPDX-License-Identifier: Apache-2.0 */
/* Models of every kind by name, read further as one goes down. */
#include "tui/screen.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/figure.h"
#include "base/leaves.h"
#include "core/answer.h"
#include "core/model.h"
#include "core/service.h"
#include "core/state.h"
#include "core/version.h"
#include "kinds/kind.h"
#include "tui/grid.h"
#include "tui/row.h"

enum { PAGE = 200 /* models read at once */ };

struct models {
    struct model_page rows;
    char *after; /* the last name read; owned */
    bool ended;
    size_t kind; /* only kinds[kind - 1]; 0: all */
    struct grid grid;
};

enum {
    COLUMN_STATE,
    COLUMN_NAME,
    COLUMN_TITLE,
    COLUMN_KIND,
    COLUMN_VERSION,
    COLUMN_METRIC,
    COLUMN_COLUMNS,
    COLUMN_LAST
};

/* clang-format off */
static const struct grid_column columns[] = {
    [COLUMN_STATE]   = {"STATE",   GRID_WORD,  10, 10, 0},
    [COLUMN_NAME]    = {"MODEL",   GRID_NAME,  24, 40, 0},
    [COLUMN_TITLE]   = {"TITLE",   GRID_TEXT,  8,  40, 4},
    [COLUMN_KIND]    = {"KIND",    GRID_TEXT,  8,  14, 0},
    [COLUMN_VERSION] = {"VER",     GRID_RIGHT, 3,  7,  1},
    [COLUMN_METRIC]  = {"METRIC",  GRID_WORD,  6,  40, 2},
    [COLUMN_COLUMNS] = {"COLUMNS", GRID_RIGHT, 7,  7,  3},
    [COLUMN_LAST]    = {"AGE",     GRID_RIGHT, 4,  5,  5},
    {.name = NULL},
};
/* clang-format on */

/* ---- reading ---- */

static bool
fits(const struct screen *s, const struct model *m)
{
    const struct models *own = s->own;
    const char *texts[] = {m->name, m->title};

    return (own->kind == 0 || m->kind == kinds[own->kind - 1])
           && screen_fits(s, texts, 2, m->kind->name);
}

static enum err
read_more(struct screen *s)
{
    struct models *own = s->own;
    struct model_page page = {0}, rest, *all = &own->rows;
    enum err e = model_list(s->app->service, own->after ? own->after : "",
                            PAGE, false, &page);

    if (e != ERR_OK)
        return e;
    own->ended = page.count < PAGE;
    if (page.count > 0) {
        free(own->after);
        own->after = xstrdup(page.items[page.count - 1].name);
    }
    rest = (struct model_page){.items = page.items};
    all->items = xreallocarray(all->items, all->count + page.count + 1,
                               sizeof *all->items);
    for (size_t i = 0; i < page.count; i++) {
        struct model m = page.items[i];

        if (fits(s, &m))
            all->items[all->count++] = m;
        else
            rest.items[rest.count++] = m;
    }
    model_page_free(&rest);
    list_read(&s->list, all->count, !own->ended);
    return ERR_OK;
}

static enum err
begin(struct screen *s)
{
    struct models *own = s->own;

    model_page_free(&own->rows);
    free(own->after);
    own->after = NULL;
    s->app->working = true;
    return read_more(s);
}

static enum err
load(struct screen *s)
{
    struct models *own = s->own;
    size_t had = own->rows.count;
    enum err e = begin(s);

    /* As far as one had come. */
    while (e == ERR_OK && !own->ended && own->rows.count < had)
        e = read_more(s);
    return e;
}

static enum err
work(struct screen *s, bool *more)
{
    struct models *own = s->own;
    size_t wanted = list_wanted(&s->list);
    enum err e = ERR_OK;

    if (!own->ended && own->rows.count < wanted)
        e = read_more(s);
    *more = e == ERR_OK && !own->ended && own->rows.count < wanted;
    return e;
}

/* "accuracy 0.64": the headline of the active version. */
static enum err
put_metric(struct screen *s, const struct model *m, struct buf *out)
{
    struct version_list list = {0};
    struct leaves metrics = {0};
    const struct leaf *leaf;
    char figure[FIGURE_MAX];
    enum err e;

    if (!m->kind->headlines)
        return ERR_OK;
    e = version_list(s->app->service, m, m->version - 1, 1, &list);
    if (e != ERR_OK)
        return e;
    for (size_t i = 0; i < list.count; i++) /* one */
        version_metrics(&list.items[i], &metrics);
    leaf = version_headline(m->kind, &metrics);
    if (leaf)
        buf_printf(out, "%s %s", leaf->name,
                   figure_round(figure, leaf->value, NAN));
    leaves_free(&metrics);
    version_list_free(&list);
    return ERR_OK;
}

static enum err
row_of(struct screen *s, const struct model *m, struct grid_cell *cells)
{
    struct state_list states = {0};
    char age[CLOCK_TEXT], number[FIGURE_MAX];
    enum state state;
    int64_t last;
    bool alert;
    enum err e = state_load(s->app->service, m->id, &states);

    if (e != ERR_OK)
        return e;
    state = state_worst(s->app->service, &states, m->stale_after, s->app->now);
    last = answer_last(&states, &alert);
    row_state(&cells[COLUMN_STATE].text, state, s->app->ascii);
    cells[COLUMN_STATE].paint = row_paint(state);
    app_safe(s->app, &cells[COLUMN_NAME].text, m->name);
    cells[COLUMN_NAME].paint = PAINT_BOLD;
    app_safe(s->app, &cells[COLUMN_TITLE].text, m->title);
    buf_str(&cells[COLUMN_KIND].text, m->kind->name);
    buf_printf(&cells[COLUMN_VERSION].text, "%" PRId64, m->version);
    if (m->kind->learns == LEARNS_MOMENTS) /* others have no columns */
        buf_str(&cells[COLUMN_COLUMNS].text,
                figure_group(number, (int64_t) states.count)); /* few */
    clock_age(age, s->app->now - last);
    if (last)
        buf_str(&cells[COLUMN_LAST].text, age);
    state_list_free(&states);
    return put_metric(s, m, &cells[COLUMN_METRIC].text);
}

static enum err
fetch(struct screen *s, size_t height)
{
    struct models *own = s->own;
    struct list *l = &s->list;
    enum err e = ERR_OK;

    grid_rows(&own->grid, list_fit(l, height));
    if (!own->ended && l->count < l->top + 2 * l->height)
        s->app->working = true;
    for (size_t i = 0; e == ERR_OK && i < own->grid.rows; i++)
        e = row_of(s, &own->rows.items[l->top + i], grid_row(&own->grid, i));
    return e;
}

/* ---- painting ---- */

static void
head(struct screen *s, struct buf *out)
{
    const struct models *own = s->own;

    buf_printf(out, "of %s%s", own->kind ? "kind " : "every kind",
               own->kind ? kinds[own->kind - 1]->name : "");
}

static void
note(struct screen *s, struct buf *out)
{
    const struct models *own = s->own;

    if (!own->ended)
        buf_str(out, "more below");
}

static void
paint(struct screen *s, struct canvas *c, struct area area)
{
    struct models *own = s->own;

    screen_paint_list(s, &own->grid, false,
                      !own->ended               ? "reading..."
                      : *s->filter || own->kind ? "no model is like that"
                                                : "no models yet: n names a "
                                                  "sensor and lets it learn",
                      c, area);
}

/* ---- keys ---- */

static enum err
open_model(struct app *app, const struct model *m)
{
    return m->kind->learns == LEARNS_MOMENTS ? screen_sensor(app, m->id, 0)
                                             : screen_model(app, m->id);
}

static enum err
act(struct screen *s, const struct key *key)
{
    struct models *own = s->own;
    const struct model *chosen =
        s->list.count > 0 ? &own->rows.items[s->list.cursor] : NULL;

    if (!chosen && (key->action == DO_OPEN || key->action == DO_HISTORY)) {
        app_say(s->app, "no model is here to be chosen");
        return ERR_OK;
    }
    switch (key->action) {
    case DO_KIND:
        own->kind = kinds[own->kind] ? own->kind + 1 : 0;
        s->list.cursor = s->list.top = 0;
        return begin(s);
    case DO_OPEN:
        return open_model(s->app, chosen);
    case DO_HISTORY:
        return screen_history(s->app, chosen->id, false);
    case DO_NEW:
        screen_new(s->app);
        return ERR_OK;
    case DO_CHANGES:
        return screen_changes(s->app);
    default:
        return ERR_OK;
    }
}

static void
close_models(struct screen *s)
{
    struct models *own = s->own;

    model_page_free(&own->rows);
    free(own->after);
    grid_free(&own->grid);
    free(own);
}

enum err
screen_models(struct app *app)
{
    static const struct screen_ops ops = {
        .id = SCREEN_MODELS,
        .load = load,
        .work = work,
        .fetch = fetch,
        .again = begin,
        .head = head,
        .note = note,
        .paint = paint,
        .act = act,
        .close = close_models,
    };
    struct models *own = xcalloc(1, sizeof *own);

    grid_begin(&own->grid, columns, app->ascii);
    return screen_push(app, &ops, own);
}
