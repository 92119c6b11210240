/* SPDX-License-Identifier: Apache-2.0 */
/* The versions of a sensor, newest first, with what each says of a column. */
#include "tui/screen.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/figure.h"
#include "core/service.h"
#include "core/version.h"
#include "tui/grid.h"
#include "tui/sensor.h"

enum { VERSIONS_MAX = 1000 }; /* the newest, of those there are */

struct own {
    struct sensor sensor;
    struct version_list list;
    const struct version **rows; /* newest first, those that fit the filter */
    struct grid grid;
};

/* clang-format off */
static const struct grid_column columns[] = {
    {"VERSION",   GRID_RIGHT, 7,  7,  0},
    {"",          GRID_TEXT,  6,  6,  0},
    {"ORIGIN",    GRID_WORD,  6,  8,  0},
    {"THRESHOLD", GRID_POINT, 9,  14, 0},
    {"MEAN",      GRID_POINT, 4,  14, 2},
    {"STD",       GRID_POINT, 3,  14, 3},
    {"N",         GRID_RIGHT, 1,  12, 4},
    {"WHEN",      GRID_TEXT,  16, 16, 5},
    {"BY",        GRID_TEXT,  3,  16, 6},
    {"FROM",      GRID_REST,  8,  60, 7},
    {.name = NULL},
};
/* clang-format on */

static void
choose(struct screen *s)
{
    struct own *own = s->own;

    s->list.count = 0;
    for (size_t i = own->list.count; i > 0; i--) {
        const struct version *v = &own->list.items[i - 1];
        bool active = v->number == own->sensor.view.model.version;
        char number[FIGURE_MAX];
        const char *texts[] = {v->origin, v->by, v->note,
                               active ? "active" : ""};

        (void) snprintf(number, sizeof number, "%" PRId64, v->number);
        if (screen_fits(s, texts, 4, number))
            own->rows[s->list.count++] = v;
    }
    list_settle(&s->list);
}

static enum err
load(struct screen *s)
{
    struct own *own = s->own;
    struct version_list fresh = {0};
    const struct model *m;
    enum err e = sensor_load(s->app, &own->sensor);

    if (e != ERR_OK)
        return e;
    m = &own->sensor.view.model;
    e = version_list(s->app->service, m,
                     m->versions > VERSIONS_MAX ? m->versions - VERSIONS_MAX
                                                : 0,
                     VERSIONS_MAX, &fresh);
    if (e != ERR_OK)
        return e;
    version_list_free(&own->list);
    own->list = fresh;
    own->rows = xreallocarray(own->rows, fresh.count + 1, sizeof *own->rows);
    choose(s);
    return ERR_OK;
}

static enum err
again(struct screen *s)
{
    choose(s);
    return ERR_OK;
}

/* What a version says of the column, in the cells of its figures. */
static enum err
put_figures(struct screen *s, const struct version *v, struct grid_cell *cells)
{
    struct own *own = s->own;
    struct compiled *c = NULL;
    struct kind_column column;
    char text[FIGURE_MAX];
    size_t ord;
    enum err e =
        compiled_get(s->app->service, &own->sensor.view.model, v->number, &c);

    if (e != ERR_OK)
        return e;
    if (c->kind->find(c->model, own->sensor.name, &ord)) {
        c->kind->column(c->model, ord, &column);
        buf_str(&cells[3].text, figure_round(text, column.threshold, NAN));
        buf_str(&cells[4].text, figure_round(text, column.mean, NAN));
        buf_str(&cells[5].text, figure_round(text, column.std, NAN));
        buf_str(&cells[6].text, figure_group(text, column.n));
    }
    compiled_put(c);
    return ERR_OK;
}

static enum err
fetch(struct screen *s, size_t height)
{
    struct own *own = s->own;
    struct list *l = &s->list;
    enum err e = ERR_OK;

    l->height = height > 2 ? height - 2 : 1;
    list_settle(l);
    grid_rows(&own->grid,
              l->count - l->top < l->height ? l->count - l->top : l->height);
    for (size_t i = 0; e == ERR_OK && i < own->grid.rows; i++) {
        const struct version *v = own->rows[l->top + i];
        struct grid_cell *cells = grid_row(&own->grid, i);
        char when[CLOCK_TEXT];

        buf_printf(&cells[0].text, "%" PRId64, v->number);
        if (v->number == own->sensor.view.model.version) {
            buf_str(&cells[1].text, "active");
            cells[1].paint = PAINT_GOOD;
        }
        app_safe(s->app, &cells[2].text, v->origin);
        clock_local(when, v->created_at);
        buf_add(&cells[7].text, when, sizeof "2026-11-20 14:03" - 1);
        app_safe(s->app, &cells[8].text, v->by);
        app_safe(s->app, &cells[9].text, v->note);
        e = put_figures(s, v, cells);
    }
    return e;
}

static void
head(struct screen *s, struct buf *out)
{
    struct own *own = s->own;

    app_safe(s->app, out, own->sensor.view.model.name);
    buf_str(out, "  ");
    app_safe(s->app, out, own->sensor.name);
}

static void
note(struct screen *s, struct buf *out)
{
    (void) s;
    buf_str(out, "Enter shows what activating it would change");
}

static void
paint(struct screen *s, struct canvas *c, struct area area)
{
    struct own *own = s->own;

    sensor_title(s->app, &own->sensor, c, area.y);
    area.y++;
    area.height -= area.height > 1;
    screen_paint_list(s, &own->grid, false, "no version is like that", c,
                      area);
}

static enum err
act(struct screen *s, const struct key *key)
{
    struct own *own = s->own;

    if (key->action != DO_ACTIVATE)
        return ERR_OK;
    if (s->list.count == 0) {
        app_say(s->app, "no version is here to be chosen");
        return ERR_OK;
    }
    return screen_change(s->app, DO_ACTIVATE, own->sensor.model,
                         own->sensor.ord, own->rows[s->list.cursor]->number);
}

static void
close_versions(struct screen *s)
{
    struct own *own = s->own;

    sensor_free(&own->sensor);
    version_list_free(&own->list);
    free(own->rows);
    grid_free(&own->grid);
    free(own);
}

enum err
screen_versions(struct app *app, int64_t model, size_t ord)
{
    static const struct screen_ops ops = {
        .id = SCREEN_VERSIONS,
        .load = load,
        .fetch = fetch,
        .again = again,
        .head = head,
        .note = note,
        .paint = paint,
        .act = act,
        .close = close_versions,
    };
    struct own *own = xcalloc(1, sizeof *own);

    own->sensor = (struct sensor){.model = model, .ord = ord};
    grid_begin(&own->grid, columns, app->ascii);
    return screen_push(app, &ops, own);
}
