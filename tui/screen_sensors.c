/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The first screen: a row for each column of each sensor, in the order that
 * roster.h keeps. Only the rows that are seen are read whole.
 */
#include "tui/screen.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/figure.h"
#include "core/overview.h"
#include "core/service.h"
#include "tui/roster.h"
#include "tui/row.h"

enum { RATE_MAX = 1000 /* alerts that are counted */ };

struct sensors {
    struct roster roster;
    struct rows rows;
    bool fresh;    /* rows are to be read again */
    bool rate_due; /* so is the rate */
    struct grid grid;
    int64_t rate, oldest;
};

/* ---- reading ---- */

static enum err
again(struct screen *s)
{
    struct sensors *own = s->own;

    return roster_again(&own->roster);
}

static enum err
work(struct screen *s, bool *more)
{
    struct sensors *own = s->own;
    int64_t since = s->app->now - 3600 * CLOCK_SECOND;

    if (!own->rate_due)
        return roster_work(&own->roster, more);
    own->rate_due = false;
    *more = true;
    return overview_rate(s->app->service, since, RATE_MAX, &own->rate,
                         &own->oldest);
}

static enum err
load(struct screen *s)
{
    struct sensors *own = s->own;

    own->roster.screen = s;
    own->fresh = own->rate_due = true;
    return roster_load(&own->roster);
}

static enum err
fetch(struct screen *s, size_t height)
{
    struct sensors *own = s->own;
    struct list *l = &s->list;
    uint64_t ids[CANVAS_HEIGHT_MAX];
    size_t count = list_fit(l, height);
    enum err e;

    for (size_t i = 0; i < count; i++)
        ids[i] = order_at(&own->roster.shown, l->top + i);
    own->roster.chosen =
        l->count ? order_at(&own->roster.shown, l->cursor) : 0;
    e = rows_load(s->app->service, ids, count, ROW_READINGS, own->fresh,
                  s->app->now, &own->rows);
    own->fresh = e != ERR_OK;
    return e;
}

/* ---- painting ---- */

/* How many readings were in alert during the last hour; when these are too
 * many to count, a minute by those that are the newest. */
static void
add_rate(const struct sensors *own, int64_t now, struct buf *out)
{
    double minutes = (double) (now - own->oldest) /* days, at most */
                     / (60 * (double) CLOCK_SECOND);

    if (own->rate < RATE_MAX)
        buf_printf(out, " (%" PRId64 "/h)", own->rate);
    else if (minutes < 1)
        buf_printf(out, " (over %d/min)", RATE_MAX);
    else
        buf_printf(out, " (%.0f/min)", (double) own->rate / minutes);
}

static void
head(struct screen *s, struct buf *out)
{
    const struct sensors *own = s->own;
    const struct roster *r = &own->roster;
    const struct totals *t = r->complete ? &r->totals : &r->counting;
    const char *path = db_path(s->app->service->db);
    const char *slash = strrchr(path, '/');
    char n[FIGURE_MAX], m[FIGURE_MAX];

    app_safe(s->app, out, slash ? slash + 1 : path);
    for (int i = 0; i < STATE_UNTESTED; i++) {
        size_t count = i == STATE_ALERT && r->front && !*s->filter
                           ? r->shown.front_count
                           : t->states[i];

        if (i == STATE_ALERT) {
            buf_printf(out, "  %s ALERT", figure_group(n, (int64_t) count));
            add_rate(own, s->app->now, out);
        } else if (count > 0) {
            buf_printf(out, "  %s %s", figure_group(n, (int64_t) count),
                       state_names[i]);
        }
    }
    buf_printf(out, "  %s sensor%s, %s column%s%s",
               figure_group(n, (int64_t) t->sensors), /* below 2^43 */
               t->sensors == 1 ? "" : "s",
               figure_group(m, (int64_t) t->columns), /* likewise */
               t->columns == 1 ? "" : "s", r->complete ? "" : "...");
}

static void
note(struct screen *s, struct buf *out)
{
    const struct sensors *own = s->own;
    const struct roster *r = &own->roster;

    buf_printf(out, "by %s%s", roster_sorts[r->sort].name,
               r->reversed ? ", reversed" : "");
    if (r->state >= 0)
        buf_printf(out, "  only %s", state_names[r->state]);
    if (r->walking && !r->complete)
        buf_str(out, "  reading...");
}

static const char *
empty(const struct sensors *own)
{
    if (own->roster.walking && !own->roster.complete)
        return "reading...";
    return own->roster.totals.sensors > 0
               ? "no row is like that"
               : "no sensors yet: n names one and lets it learn; vigia demo "
                 "shows a plant";
}

static void
paint(struct screen *s, struct canvas *c, struct area area)
{
    struct sensors *own = s->own;
    struct grid *g = &own->grid;
    bool ascii = s->app->ascii;

    grid_rows(g, own->rows.count);
    for (size_t i = 0; i < own->rows.count; i++)
        row_cells(&own->rows.items[i], s->app->now, ascii, grid_row(g, i));
    g->sorted = roster_sorts[own->roster.sort].column;
    /* A sparkline is as long as there is room for. */
    grid_fit(g, c->width);
    for (size_t i = 0; i < own->rows.count; i++)
        row_spark(&own->rows.items[i], grid_width(g, ROW_SPARK), ascii,
                  s->app->colour, &grid_row(g, i)[ROW_SPARK]);
    screen_paint_list(s, g, false, empty(own), c, area);
}

/* ---- keys ---- */

/* The next state that there is, then all again. */
static enum err
next_state(struct screen *s)
{
    struct sensors *own = s->own;
    struct roster *r = &own->roster;

    if (r->state < 0 && s->list.count == 0) {
        app_say(s->app, "no row is here that has a state");
        return ERR_OK;
    }
    do
        r->state = r->state + 1 < STATES ? r->state + 1 : -1;
    while (r->state >= 0 && r->shown.states[r->state] == 0
           && (r->state != STATE_ALERT || r->shown.front_count == 0));
    s->list.cursor = s->list.top = 0;
    roster_arrange(r);
    return ERR_OK;
}

/* Esc goes back from one state to all, when no filter is to be left first. */
static bool
type(struct screen *s, int code)
{
    struct sensors *own = s->own;

    if (code != KEY_ESCAPE || *s->filter || own->roster.state < 0)
        return false;
    own->roster.state = -1;
    roster_arrange(&own->roster);
    return true;
}

static enum err
act(struct screen *s, const struct key *key)
{
    struct sensors *own = s->own;
    struct roster *r = &own->roster;
    bool any = s->list.count > 0;

    switch (key->action) {
    case DO_STATE:
        return next_state(s);
    case DO_SORT:
        r->sort = (r->sort + 1) % ROSTER_SORTS;
        return roster_again(r);
    case DO_SORT_BEFORE:
        r->sort = (r->sort + ROSTER_SORTS - 1) % ROSTER_SORTS;
        return roster_again(r);
    case DO_REVERSE:
        r->reversed = !r->reversed;
        s->list.cursor = s->list.top = 0;
        roster_arrange(r);
        return ERR_OK;
    case DO_ALERTS:
        return screen_history(s->app, 0, true);
    case DO_NEW:
        screen_new(s->app);
        return ERR_OK;
    case DO_MODELS:
        return screen_models(s->app);
    default:
        if (any || key->action == DO_CHANGES)
            return screen_about(s->app, key->action, order_model(r->chosen),
                                order_ord(r->chosen));
        if (!list_move(&s->list, key->action)) /* those ask for no sensor */
            app_say(s->app, "no sensor is here to be chosen");
        return ERR_OK;
    }
}

static void
close_sensors(struct screen *s)
{
    struct sensors *own = s->own;

    roster_free(&own->roster);
    rows_free(&own->rows);
    grid_free(&own->grid);
    free(own);
}

enum err
screen_sensors(struct app *app)
{
    static const struct screen_ops ops = {
        .id = SCREEN_SENSORS,
        .load = load,
        .work = work,
        .fetch = fetch,
        .again = again,
        .head = head,
        .note = note,
        .paint = paint,
        .act = act,
        .type = type,
        .close = close_sensors,
    };
    struct sensors *own = xcalloc(1, sizeof *own);

    own->roster.state = -1;
    grid_begin(&own->grid, row_columns, app->ascii);
    return screen_push(app, &ops, own);
}
