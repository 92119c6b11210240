/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One sensor: the chart of a column, the sentence about the reading at the
 * cursor, weights, versions and the last readings. Without room the tables go
 * first, then the sentence.
 */
#include "tui/screen.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/figure.h"
#include "core/service.h"
#include "tui/grid.h"
#include "tui/row.h"
#include "tui/scale.h"
#include "tui/sensor.h"

enum {
    CHART_MIN = 5,
    SENTENCE_ROWS = 2,
    VERSIONS_MAX = 12,  /* that are read */
    READINGS_WIDTH = 34 /* of the table of readings, when there are both */
};

struct own {
    struct sensor sensor;
    int64_t chosen;      /* the history row of the cursor; 0: the newest */
    size_t cursor, mark; /* readings; CHART_NONE */
    struct buf reason;
    struct version_list versions;
    struct grid weights, history, made;
};

/* ---- reading ---- */

/* The newest versions of the model. */
static enum err
read_versions(struct screen *s)
{
    struct own *own = s->own;
    const struct model *m = &own->sensor.view.model;
    struct version_list fresh = {0};
    enum err e = version_list(
        s->app->service, m,
        m->versions > VERSIONS_MAX ? m->versions - VERSIONS_MAX : 0,
        VERSIONS_MAX, &fresh);

    if (e != ERR_OK)
        return e;
    version_list_free(&own->versions);
    own->versions = fresh;
    return ERR_OK;
}

static enum err
load(struct screen *s)
{
    struct own *own = s->own;
    int64_t mark =
        own->mark < own->sensor.count ? own->sensor.origins[own->mark].id : 0;
    enum err e = sensor_load(s->app, &own->sensor);

    if (e == ERR_OK)
        e = read_versions(s);
    if (e != ERR_OK)
        return e;
    own->cursor = own->sensor.count > 0 ? own->sensor.count - 1 : CHART_NONE;
    own->mark = CHART_NONE;
    for (size_t i = 0; i < own->sensor.count; i++) {
        if (own->sensor.origins[i].id == own->chosen)
            own->cursor = i;
        if (mark && own->sensor.origins[i].id == mark)
            own->mark = i;
    }
    return ERR_OK;
}

/* The sentence about the reading at the cursor. */
static enum err
fetch(struct screen *s, size_t height)
{
    struct own *own = s->own;

    (void) height;
    buf_clear(&own->reason);
    if (own->cursor >= own->sensor.count) {
        buf_str(&own->reason, "no reading of this column is recorded yet");
        return ERR_OK;
    }
    return sensor_reason(s->app, &own->sensor, own->cursor, &own->reason);
}

/* ---- the tables ---- */

/* clang-format off */
static const struct grid_column weights_columns[] = {
    {"COLUMN",    GRID_TAIL,  6, 40, 0},
    {"STATE",     GRID_WORD,  10, 10, 1},
    {"N",         GRID_RIGHT, 1, 12, 5},
    {"MEAN",      GRID_POINT, 4, 14, 3},
    {"STD",       GRID_POINT, 3, 14, 4},
    {"THRESHOLD", GRID_POINT, 9, 14, 0},
    {"k",         GRID_POINT, 1, 8,  2},
    {"UNIT",      GRID_TEXT,  4, 10, 6},
    {.name = NULL},
};
static const struct grid_column made_columns[] = {
    {"VERSION",   GRID_RIGHT, 8, 9,  0},
    {"ORIGIN",    GRID_WORD,  6, 8,  0},
    {"WHEN",      GRID_TEXT,  16, 16, 0},
    {"BY",        GRID_TEXT,  3, 16, 2},
    {"FROM",      GRID_REST,  4, 60, 3},
    {.name = NULL},
};
static const struct grid_column history_columns[] = {
    {"READ",      GRID_RIGHT, 8, 19, 0},
    {"VALUE",     GRID_POINT, 5, 14, 0},
    {"",          GRID_TEXT,  1, 1,  0},
    {"VER",       GRID_RIGHT, 3, 7,  1},
    {.name = NULL},
};
/* clang-format on */

static void
put_number(struct grid_cell *cell, double v, double other)
{
    char figure[FIGURE_MAX];

    buf_str(&cell->text, figure_round(figure, v, other));
}

static void
fill_weights(struct screen *s, size_t rows)
{
    struct own *own = s->own;
    const struct view *v = &own->sensor.view;
    size_t count = v->model.kind->columns(v->compiled->model);
    size_t first = own->sensor.ord >= rows ? own->sensor.ord - rows + 1 : 0;

    grid_rows(&own->weights, count - first < rows ? count - first : rows);
    for (size_t i = 0; i < own->weights.rows; i++) {
        struct grid_cell *cells = grid_row(&own->weights, i);
        enum state state = v->states[first + i];
        struct kind_column column;
        char n[FIGURE_MAX];

        v->model.kind->column(v->compiled->model, first + i, &column);
        app_safe(s->app, &cells[0].text, column.name);
        cells[0].paint =
            first + i == own->sensor.ord ? PAINT_BOLD : PAINT_PLAIN;
        row_state(&cells[1].text, state, s->app->ascii);
        cells[1].paint = row_paint(state);
        buf_str(&cells[2].text, figure_group(n, column.n));
        put_number(&cells[3], column.mean, NAN);
        put_number(&cells[4], column.std, NAN);
        put_number(&cells[5], column.threshold, NAN);
        put_number(&cells[6], column.k, NAN);
        app_unit(s->app, &cells[7].text, column.unit);
    }
}

static void
fill_made(struct screen *s, size_t rows)
{
    struct own *own = s->own;
    size_t count = own->versions.count;
    int64_t active = own->sensor.view.model.version;

    grid_rows(&own->made, count < rows ? count : rows);
    for (size_t i = 0; i < own->made.rows; i++) {
        const struct version *v = &own->versions.items[count - 1 - i];
        struct grid_cell *cells = grid_row(&own->made, i);
        char when[CLOCK_TEXT];

        buf_printf(&cells[0].text, "%s%" PRId64,
                   v->number == active ? "active " : "", v->number);
        cells[0].paint = v->number == active ? PAINT_BOLD : PAINT_PLAIN;
        app_safe(s->app, &cells[1].text, v->origin);
        clock_local(when, v->created_at);
        buf_add(&cells[2].text, when, sizeof "2026-11-20 14:03" - 1);
        app_safe(s->app, &cells[3].text, v->by);
        app_safe(s->app, &cells[4].text, v->note);
    }
}

/* The readings around the cursor, the newest first. */
static void
fill_history(struct screen *s, size_t rows)
{
    struct own *own = s->own;
    size_t count = own->sensor.count, at = own->cursor;
    size_t after = at < count ? count - 1 - at : 0; /* newer ones */
    size_t first = after < rows / 2 ? after : rows / 2;

    grid_rows(&own->history, 0);
    if (at >= count)
        return;
    first = at + first;
    grid_rows(&own->history, first + 1 < rows ? first + 1 : rows);
    for (size_t i = 0; i < own->history.rows; i++) {
        const struct chart_reading *r = &own->sensor.readings[first - i];
        struct grid_cell *cells = grid_row(&own->history, i);

        scale_time(&cells[0].text, r->at, s->app->now, true);
        put_number(&cells[1], r->value, own->sensor.column.threshold);
        if (r->alert) {
            buf_str(
                &cells[2].text,
                charset_alert(s->app->ascii ? CHARSET_ASCII : CHARSET_BLOCKS));
            cells[2].paint = cells[1].paint = PAINT_ALERT;
        }
        buf_printf(&cells[3].text, "%" PRId64,
                   own->sensor.origins[first - i].version);
        if (first - i == at)
            for (size_t j = 0; j < 4; j++)
                cells[j].paint |= PAINT_CURSOR;
    }
}

/* ---- painting ---- */

static void
head(struct screen *s, struct buf *out)
{
    struct own *own = s->own;

    app_safe(s->app, out, own->sensor.view.model.name);
}

static void
note(struct screen *s, struct buf *out)
{
    struct own *own = s->own;

    if (own->mark < own->sensor.count && own->mark == own->cursor)
        buf_str(out,
                "this reading is marked; go to the other end, then f fits "
                "from all between");
    else if (own->mark < own->sensor.count)
        buf_printf(out, "%zu readings are marked; f fits from them",
                   (own->mark > own->cursor ? own->mark - own->cursor
                                            : own->cursor - own->mark)
                       + 1);
    else if (own->sensor.count > 0)
        buf_printf(out, "reading %zu of the last %zu", own->cursor + 1,
                   own->sensor.count);
}

static void
paint_table(struct grid *g, struct canvas *c, size_t x, size_t y, size_t width)
{
    g->left = x;
    grid_fit(g, width);
    grid_heads(g, c, y);
    for (size_t i = 0; i < g->rows; i++)
        grid_paint(g, c, i, y + 1 + i);
}

/* Versions on the left, readings on the right; below WIDE only readings. */
static void
paint_pair(struct screen *s, struct canvas *c, size_t y, size_t rows)
{
    struct own *own = s->own;
    size_t right = READINGS_WIDTH < c->width / 2 ? READINGS_WIDTH : 0;

    fill_made(s, rows - 1);
    fill_history(s, rows - 1);
    paint_table(&own->made, c, 0, y, c->width - right - (right > 0));
    if (right > 0)
        paint_table(&own->history, c, c->width - right, y, right);
}

static void
paint(struct screen *s, struct canvas *c, struct area area)
{
    struct own *own = s->own;
    const struct view *v = &own->sensor.view;
    size_t columns = v->model.kind->columns(v->compiled->model);
    size_t left = area.height, weights = 0, pair = 0, sentence, y = area.y;
    struct buf unit = {0};
    struct chart chart = sensor_chart(s->app, &own->sensor, &unit);

    sentence = left > CHART_MIN + SENTENCE_ROWS ? SENTENCE_ROWS : 1;
    left -= 1 + sentence < left ? 1 + sentence : left;
    if (left >= CHART_MIN + 4) { /* heads and a row */
        weights = columns < (left - CHART_MIN) / 4
                      ? columns + 1
                      : (left - CHART_MIN) / 4 + 1;
        left -= weights;
    }
    if (left >= CHART_MIN + 4) {
        pair = left / 3 > 4 ? left / 3 : 4;
        left -= pair;
    }
    sensor_title(s->app, &own->sensor, c, y++);
    chart.y = y;
    chart.width = c->width;
    chart.height = left;
    chart.cursor = own->cursor;
    chart.mark = own->mark;
    chart_paint(c, &chart);
    y += left;
    (void) canvas_lines(c, y, sentence, buf_text(&own->reason), PAINT_PLAIN);
    y += sentence;
    if (weights > 0) {
        fill_weights(s, weights - 1);
        paint_table(&own->weights, c, 0, y, c->width);
    }
    if (pair > 0)
        paint_pair(s, c, y + weights, pair);
    buf_free(&unit);
}

/* ---- keys ---- */

static void
move_to(struct own *own, size_t reading)
{
    bool last = reading + 1 == own->sensor.count;

    own->cursor = reading;
    own->chosen = last ? 0 : own->sensor.origins[reading].id;
}

/* A page is a tenth of what is there. */
static void
move(struct own *own, int action)
{
    size_t count = own->sensor.count, at = own->cursor;
    size_t page = count / 10 > 0 ? count / 10 : 1, last = count - 1;

    switch (action) {
    case DO_LEFT:
        move_to(own, at > 0 ? at - 1 : 0);
        break;
    case DO_RIGHT:
        move_to(own, at < last ? at + 1 : last);
        break;
    case DO_PAGE_UP:
        move_to(own, at > page ? at - page : 0);
        break;
    case DO_PAGE_DOWN:
        move_to(own, last - at > page ? at + page : last);
        break;
    case DO_FIRST:
        move_to(own, 0);
        break;
    case DO_LAST:
        move_to(own, last);
        break;
    default:
        break;
    }
}

static bool
wants_reading(int action)
{
    return action == DO_LEFT || action == DO_RIGHT || action == DO_PAGE_UP
           || action == DO_PAGE_DOWN || action == DO_FIRST || action == DO_LAST
           || action == DO_MARK;
}

static enum err
turn(struct screen *s, int by)
{
    struct own *own = s->own;
    const struct compiled *c = own->sensor.view.compiled;

    if (c->kind->columns(c->model) == 1) {
        app_say(s->app, "this is the only column");
        return ERR_OK;
    }
    sensor_turn(&own->sensor, by);
    return load(s);
}

static enum err
about(struct screen *s, int action)
{
    struct own *own = s->own;

    return screen_about(s->app, action, own->sensor.model, own->sensor.ord);
}

/* From the marked reading to the cursor, whichever is older. */
static enum err
fit_range(struct screen *s)
{
    struct own *own = s->own;
    int64_t a = own->sensor.readings[own->mark].at;
    int64_t b = own->sensor.readings[own->cursor].at;

    return screen_fit(s->app, own->sensor.model, own->sensor.ord,
                      a < b ? a : b, a < b ? b : a);
}

static enum err
act(struct screen *s, const struct key *key)
{
    struct own *own = s->own;
    bool marked = own->mark < own->sensor.count;

    if (own->sensor.count == 0 && wants_reading(key->action)) {
        app_say(s->app, "no reading is here to be chosen");
        return ERR_OK;
    }
    switch (key->action) {
    case DO_NEXT_COLUMN:
    case DO_DOWN:
        return turn(s, 1);
    case DO_COLUMN_BEFORE:
    case DO_UP:
        return turn(s, -1);
    case DO_MARK:
        own->mark = marked ? CHART_NONE : own->cursor;
        return ERR_OK;
    case DO_ALERTS:
        return screen_history(s->app, own->sensor.model, true);
    case DO_FIT:
        return marked ? fit_range(s) : about(s, key->action);
    case DO_LEFT:
    case DO_RIGHT:
    case DO_PAGE_UP:
    case DO_PAGE_DOWN:
    case DO_FIRST:
    case DO_LAST:
        move(own, key->action);
        return ERR_OK;
    default:
        return about(s, key->action);
    }
}

static void
close_sensor(struct screen *s)
{
    struct own *own = s->own;

    sensor_free(&own->sensor);
    buf_free(&own->reason);
    version_list_free(&own->versions);
    grid_free(&own->weights);
    grid_free(&own->history);
    grid_free(&own->made);
    free(own);
}

enum err
screen_sensor(struct app *app, int64_t model, size_t ord)
{
    static const struct screen_ops ops = {
        .id = SCREEN_SENSOR,
        .load = load,
        .fetch = fetch,
        .head = head,
        .note = note,
        .paint = paint,
        .act = act,
        .close = close_sensor,
    };
    struct own *own = xcalloc(1, sizeof *own);

    own->sensor = (struct sensor){.model = model, .ord = ord};
    own->cursor = own->mark = CHART_NONE;
    grid_begin(&own->weights, weights_columns, app->ascii);
    grid_begin(&own->made, made_columns, app->ascii);
    grid_begin(&own->history, history_columns, app->ascii);
    return screen_push(app, &ops, own);
}

enum err
screen_about(struct app *app, int action, int64_t model, size_t ord)
{
    switch (action) {
    case DO_OPEN:
        return screen_sensor(app, model, ord);
    case DO_HISTORY:
        return screen_history(app, model, false);
    case DO_CHANGES:
        return screen_changes(app);
    case DO_FIT:
        return screen_fit(app, model, ord, 0, 0);
    case DO_TEST:
        return screen_test(app, model, ord);
    case DO_VERSIONS:
        return screen_versions(app, model, ord);
    case DO_ADJUST:
    case DO_SET_K:
    case DO_STEP_BACK:
    case DO_STEP_FORTH:
        return screen_change(app, action, model, ord, 0);
    default:
        return ERR_OK;
    }
}
