/* SPDX-License-Identifier: Apache-2.0 */
/* The order that is shown is complete or grows; a complete one is built anew
 * beside it. */
#include "tui/roster.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "core/service.h"
#include "core/version.h"
#include "kinds/kind.h"
#include "tui/row.h"
#include "tui/screen.h"

enum {
    SLICE = 3000,     /* microseconds of work between two keys */
    FIRST = 500,      /* before the first picture: rows enough to fill it */
    SHARE = 20,       /* one part in so many goes into building anew */
    IDLE_SHARE = 400, /* when nobody has written, and time alone went on */
    FRONT_MAX = 1000, /* alerts known before the walk comes to them */
    FRONT_FIRST = 64  /* before the first picture */
};

/* ---- what is sorted by ---- */

static double
by_value(struct roster *r, const struct overview_row *row)
{
    (void) r;
    return row->value;
}

/* The newest first. */
static double
by_age(struct roster *r, const struct overview_row *row)
{
    (void) r;
    return row->tested ? -(double) row->at : NAN; /* exact up to 2^53 */
}

/* The highest first. */
static double
by_score(struct roster *r, const struct overview_row *row)
{
    (void) r;
    return -row->score;
}

static double
by_version(struct roster *r, const struct overview_row *row)
{
    (void) r;
    return -(double) row->version; /* below 2^20 */
}

/* What the active version says of the column, in c, which is put back. */
static struct kind_column
column_of(struct roster *r, const struct overview_row *row,
          struct compiled **c)
{
    struct kind_column column = {.threshold = NAN, .unit = ""};
    enum err e = compiled_by_id(r->screen->app->service, row->kind, row->model,
                                row->version, c);

    if (e != ERR_OK)
        r->failed = e;
    else if (row->ord < (*c)->kind->columns((*c)->model))
        (*c)->kind->column((*c)->model, row->ord, &column);
    return column;
}

static double
by_threshold(struct roster *r, const struct overview_row *row)
{
    struct compiled *c = NULL;
    double threshold = column_of(r, row, &c).threshold;

    compiled_put(c);
    return threshold;
}

static void
by_unit(struct roster *r, const struct overview_row *row, struct buf *out)
{
    struct compiled *c = NULL;

    buf_str(out, column_of(r, row, &c).unit);
    compiled_put(c);
}

static void
by_title(struct roster *r, const struct overview_row *row, struct buf *out)
{
    (void) r;
    buf_str(out, row->title);
}

static void
by_column(struct roster *r, const struct overview_row *row, struct buf *out)
{
    (void) r;
    buf_str(out, row->column);
}

const struct roster_sort roster_sorts[ROSTER_SORTS] = {
    {"state",     ROW_STATE,     NULL,         NULL     },
    {"name",      ROW_NAME,      NULL,         NULL     },
    {"title",     ROW_TITLE,     NULL,         by_title },
    {"column",    ROW_COLUMN,    NULL,         by_column},
    {"last",      ROW_LAST,      by_value,     NULL     },
    {"unit",      ROW_UNIT,      NULL,         by_unit  },
    {"age",       ROW_WHEN,      by_age,       NULL     },
    {"score",     ROW_SCORE,     by_score,     NULL     },
    {"threshold", ROW_THRESHOLD, by_threshold, NULL     },
    {"version",   ROW_VERSION,   by_version,   NULL     },
};

/* ---- the order ---- */

static void
add_row(struct roster *r, struct order *o, const struct overview_row *row)
{
    const struct roster_sort *sort = &roster_sorts[r->sort];
    uint64_t id = order_id(row->model, row->ord);

    if (!sort->text) {
        order_add(o, id, row->state, sort->key ? sort->key(r, row) : NAN);
        return;
    }
    buf_clear(&r->text);
    sort->text(r, row, &r->text);
    order_add_text(o, id, row->state, buf_text(&r->text));
}

static bool
fits(const struct roster *r, const struct overview_row *row)
{
    const char *texts[] = {row->name, row->title, row->column};

    return screen_fits(r->screen, texts, 3, NULL);
}

static void
see(const struct overview_row *row, void *arg)
{
    struct roster *r = arg;

    if (row->kind->learns != LEARNS_MOMENTS)
        return; /* it stands on the screen of models */
    r->counting.sensors += row->model != r->counted;
    r->counting.columns++;
    r->counting.states[row->state]++;
    r->counted = row->model;
    if (fits(r, row))
        add_row(r, r->complete ? &r->next : &r->shown, row);
}

static void
see_alert(const struct overview_row *row, void *arg)
{
    struct roster *r = arg;
    size_t n = r->alerts.count;

    if (row->kind->learns != LEARNS_MOMENTS || !fits(r, row))
        return;
    r->alerts.names[n] = xstrdup(row->name);
    r->alerts.ids[n] = order_id(row->model, row->ord);
    r->alerts.count++;
}

/* Arranges what is shown; the cursor stays on its row, or at the top. */
void
roster_arrange(struct roster *r)
{
    struct list *l = &r->screen->list;
    size_t offset = l->cursor - l->top, place;
    const struct order_by by = {
        .key = r->sort > 0,
        .reversed = r->reversed,
        .state = r->state,
        .lead = r->front || !r->complete,
        .all = r->front,
    };

    order_arrange(&r->shown, &by);
    l->count = order_count(&r->shown);
    if (l->cursor > 0 && order_find(&r->shown, r->chosen, &place)) {
        l->cursor = place;
        l->top = place > offset ? place - offset : 0;
    }
    list_settle(l);
}

struct named {
    const char *name;
    uint64_t id;
};

static int
compare_named(const void *a, const void *b)
{
    const struct named *x = a, *y = b;
    int order = strcmp(x->name, y->name);

    return order ? order : (x->id > y->id) - (x->id < y->id);
}

/* Puts the alerts by name in front. */
static void
sort_alerts(struct roster *r)
{
    size_t count = r->alerts.count;
    struct named *all = xcalloc(count + 1, sizeof *all);

    for (size_t i = 0; i < count; i++)
        all[i] = (struct named){r->alerts.names[i], r->alerts.ids[i]};
    qsort(all, count, sizeof *all, compare_named);
    for (size_t i = 0; i < count; i++)
        r->alerts.ids[i] = all[i].id;
    order_front(&r->shown, r->alerts.ids, count);
    for (size_t i = 0; i < count; i++)
        free(r->alerts.names[i]);
    free(all);
}

static enum err
read_alerts(struct roster *r, size_t limit)
{
    bool all;
    enum err e;

    r->alerts.count = 0;
    r->alerts.names = xcalloc(limit, sizeof *r->alerts.names);
    r->alerts.ids = xcalloc(limit, sizeof *r->alerts.ids);
    e = overview_alerts(r->screen->app->service, limit, r->screen->app->now,
                        see_alert, r, &all);
    sort_alerts(r);
    r->front = e == ERR_OK && all;
    free(r->alerts.names);
    free(r->alerts.ids);
    return e;
}

static void
begin_walk(struct roster *r)
{

    overview_free(&r->walk);
    r->walking = true;
    r->epoch = r->screen->app->service->epoch;
    r->cost = 0;
    r->counting = (struct totals){0};
    r->counted = 0;
    r->screen->app->working = true;
}

static void
end_walk(struct roster *r)
{

    r->walking = false;
    r->ended = clock_elapsed();
    r->totals = r->counting;
    if (r->complete) {
        struct order old = r->shown;

        r->next.front = old.front;
        r->next.front_count = old.front_count;
        r->next.alerts = old.alerts;
        r->shown = r->next;
        old.front = old.alerts = NULL;
        order_free(&old);
        r->next = (struct order){0};
    }
    r->complete = true;
}

static enum err
walk_on(struct roster *r, int64_t us, bool *more)
{
    size_t before = r->shown.placed;
    int64_t began = clock_elapsed();
    enum err e = ERR_OK;

    if (!r->walking)
        return ERR_OK;
    r->failed = ERR_OK;
    e = overview_step(r->screen->app->service, &r->walk, r->screen->app->now,
                      us, see, r);
    if (e == ERR_OK)
        e = r->failed;
    r->cost += clock_elapsed() - began;
    if (e != ERR_OK) {
        r->walking = false;
        return e;
    }
    if (r->walk.done)
        end_walk(r);
    if (r->walk.done || r->shown.count >= 2 * before)
        roster_arrange(r);
    *more = r->walking;
    return ERR_OK;
}

enum err
roster_work(struct roster *r, bool *more)
{
    return walk_on(r, SLICE, more);
}

/* From the beginning, the first slice now. */
static enum err
begin(struct roster *r, int64_t us)
{
    struct list *l = &r->screen->list;
    bool more;
    enum err e;

    order_clear(&r->shown);
    order_free(&r->next);
    r->complete = false;
    l->cursor = l->top = 0;
    e = read_alerts(r, FRONT_FIRST);
    begin_walk(r);
    if (e == ERR_OK)
        e = walk_on(r, us, &more);
    roster_arrange(r);
    return e;
}

enum err
roster_again(struct roster *r)
{
    return begin(r, SLICE);
}

enum err
roster_load(struct roster *r)
{
    const struct app *app = r->screen->app;
    int64_t share;
    enum err e;

    if (!r->walking && !r->complete)
        return begin(r, FIRST);
    e = read_alerts(r, FRONT_MAX);
    if (e != ERR_OK)
        return e;
    share = r->epoch == app->service->epoch ? IDLE_SHARE : SHARE;
    if (!r->walking && clock_elapsed() - r->ended >= share * r->cost)
        begin_walk(r);
    roster_arrange(r);
    return ERR_OK;
}

void
roster_free(struct roster *r)
{
    order_free(&r->shown);
    order_free(&r->next);
    overview_free(&r->walk);
    buf_free(&r->text);
}
