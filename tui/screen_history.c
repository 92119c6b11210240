/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Recorded readings, the newest on top, a row each; further ones are read as
 * one goes down. At the top new readings appear by themselves; further down
 * the rows stay where they are.
 */
#include "tui/screen.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/figure.h"
#include "core/answer.h"
#include "core/history.h"
#include "core/model.h"
#include "core/service.h"
#include "core/version.h"
#include "kinds/kind.h"
#include "tui/grid.h"
#include "tui/row.h"

enum {
    PAGE = 200,      /* rows read at once */
    ROWS_MAX = 20000 /* that are kept */
};

struct history {
    struct history_query query;
    struct model model; /* id 0: all */
    struct history_page rows;
    bool ended;
    bool
        verdicts; /* a row of a sensor was seen; before, columns are missing */
    struct grid grid;
};

enum {
    COLUMN_WHEN,
    COLUMN_NAME,
    COLUMN_STATE,
    COLUMN_COLUMN,
    COLUMN_VALUE,
    COLUMN_UNIT,
    COLUMN_SCORE,
    COLUMN_THRESHOLD,
    COLUMN_OF,
    COLUMN_ANSWER,
    COLUMN_VERSION,
    COLUMN_BY
};

/* clang-format off */
static const struct grid_column columns[] = {
    [COLUMN_WHEN]      = {"WHEN",      GRID_TAIL,  19, 25, 0},
    [COLUMN_NAME]      = {"MODEL",     GRID_NAME,  16, 32, 0},
    [COLUMN_STATE]     = {"STATE",     GRID_WORD,  7,  7,  0},
    [COLUMN_COLUMN]    = {"COLUMN",    GRID_TAIL,  11, 32, 2},
    [COLUMN_VALUE]     = {"VALUE",     GRID_POINT, 6,  14, 0},
    [COLUMN_UNIT]      = {"UNIT",      GRID_TEXT,  4,  10, 5},
    [COLUMN_SCORE]     = {"SCORE",     GRID_POINT, 6,  10, 3},
    [COLUMN_THRESHOLD] = {"THRESHOLD", GRID_POINT, 9,  14, 4},
    [COLUMN_OF]        = {"ALERTS",    GRID_RIGHT, 6,  9,  6},
    [COLUMN_ANSWER]    = {"ANSWER",    GRID_TEXT,  50, 60, 0},
    [COLUMN_VERSION]   = {"VER",       GRID_RIGHT, 3,  7,  7},
    [COLUMN_BY]        = {"BY",        GRID_TEXT,  4,  16, 8},
    {.name = NULL},
};
/* clang-format on */

/* ---- reading ---- */

/* Has the row the words of the filter: sensor, columns, state or answer, and
 * who recorded it? What it is of is looked up only when there is a filter. */
static bool
fits(struct screen *s, const struct history_row *row)
{
    const char **texts = xcalloc(row->value_count + 4, sizeof *texts);
    size_t count = 0;
    struct compiled *c = NULL;
    struct buf answer = {0};
    bool fit;

    texts[count++] = row->model;
    texts[count++] = row->by;
    texts[count++] = row->alert ? state_names[STATE_ALERT] : "";
    if (*s->filter && row->output) {
        answer_brief(&answer, row->output);
        texts[count++] = buf_text(&answer);
    } else if (*s->filter
               && compiled_by_id(s->app->service, row->kind, row->model_id,
                                 row->version, &c)
                      == ERR_OK) {
        for (size_t i = 0; i < row->value_count; i++) {
            struct kind_column column;

            c->kind->column(c->model, i, &column);
            if (!isnan(row->values[i]))
                texts[count++] = column.name;
        }
    }
    fit = screen_fits(s, texts, count, NULL);
    compiled_put(c);
    buf_free(&answer);
    free(texts);
    return fit;
}

/* Takes the rows of the page that fit. */
static void
take(struct screen *s, struct history_page *page)
{
    struct history *own = s->own;
    struct history_page rest = {.items = page->items};
    struct history_page *all = &own->rows;

    all->items = xreallocarray(all->items, all->count + page->count + 1,
                               sizeof *all->items);
    for (size_t i = 0; i < page->count; i++) {
        struct history_row row = page->items[i];

        if (fits(s, &row))
            all->items[all->count++] = row;
        else
            rest.items[rest.count++] = row;
    }
    history_page_free(&rest);
}

static enum err
read_more(struct screen *s)
{
    struct history *own = s->own;
    struct history_page page = {0};
    enum err e;

    own->query.limit = PAGE;
    e = history_read(s->app->service, &own->query, &page);
    if (e != ERR_OK)
        return e;
    own->query.cursor = page.next;
    own->ended = page.next == 0 || own->rows.count >= ROWS_MAX;
    take(s, &page);
    list_read(&s->list, own->rows.count, !own->ended);
    return ERR_OK;
}

static enum err
begin(struct screen *s)
{
    struct history *own = s->own;

    history_page_free(&own->rows);
    own->query.cursor = 0;
    s->list.count = 0;
    return read_more(s);
}

static enum err
load(struct screen *s)
{
    struct history *own = s->own;

    if (s->list.cursor > 0 && own->rows.count > 0)
        return ERR_OK; /* one is reading further down */
    return begin(s);
}

/* Keeps a few pages of the screen ready below the cursor. */
static enum err
work(struct screen *s, bool *more)
{
    struct history *own = s->own;
    size_t wanted = list_wanted(&s->list);
    enum err e = ERR_OK;

    if (!own->ended && own->rows.count < wanted)
        e = read_more(s);
    *more = e == ERR_OK && !own->ended && own->rows.count < wanted;
    return e;
}

/* ---- painting ---- */

/* The verdict that says most: an alert, else the highest score. */
static const struct verdict *
foremost(const struct verdicts *verdicts, size_t *alerts)
{
    const struct verdict *first = NULL;

    *alerts = 0;
    for (size_t i = 0; i < verdicts->count; i++) {
        const struct verdict *v = &verdicts->items[i];

        *alerts += v->alert;
        if (!first || v->alert > first->alert
            || (v->alert == first->alert && v->score > first->score))
            first = v;
    }
    return first;
}

static void
verdict_cells(const struct screen *s, const struct compiled *c,
              const struct verdicts *verdicts, struct grid_cell *cells)
{
    char number[FIGURE_MAX];
    size_t alerts;
    const struct verdict *v = foremost(verdicts, &alerts);
    struct kind_column column;

    row_state(&cells[COLUMN_STATE].text, alerts ? STATE_ALERT : STATE_OK,
              s->app->ascii);
    cells[COLUMN_STATE].paint = row_paint(alerts ? STATE_ALERT : STATE_OK);
    if (!v || !v->column)
        return;
    c->kind->column(c->model, v->index, &column);
    app_safe(s->app, &cells[COLUMN_COLUMN].text, v->column);
    app_unit(s->app, &cells[COLUMN_UNIT].text, column.unit);
    buf_str(&cells[COLUMN_VALUE].text,
            row_figure(number, v->value, v->threshold));
    if (!isnan(v->score))
        buf_printf(&cells[COLUMN_SCORE].text, "%s%s", v->score > 0 ? "+" : "",
                   figure_fixed(number, v->score, 2));
    buf_str(&cells[COLUMN_THRESHOLD].text,
            row_figure(number, v->threshold, v->value));
    buf_printf(&cells[COLUMN_OF].text, "%zu/%zu", alerts, verdicts->count);
}

static enum err
row_of(struct screen *s, const struct history_row *row,
       struct grid_cell *cells)
{
    struct compiled *c = NULL;
    struct verdicts verdicts = {0};
    struct history *own = s->own;
    struct buf answer = {0};
    char when[CLOCK_TEXT];
    enum err e = history_verdicts(s->app->service, row, &c, &verdicts);

    clock_local(when, row->at);
    when[19] = '\0'; /* without the offset */
    buf_str(&cells[COLUMN_WHEN].text, when);
    if (!own->model.id) /* else the header says it */
        app_safe(s->app, &cells[COLUMN_NAME].text, row->model);
    cells[COLUMN_NAME].paint = PAINT_BOLD;
    buf_printf(&cells[COLUMN_VERSION].text, "%" PRId64, row->version);
    app_safe(s->app, &cells[COLUMN_BY].text, row->by);
    if (e == ERR_OK && row->output) {
        int place = own->verdicts ? COLUMN_STATE : COLUMN_ANSWER;

        answer_brief(&answer, row->output);
        app_safe(s->app, &cells[place].text, buf_text(&answer));
        cells[place].over = own->verdicts;
    } else if (e == ERR_OK) {
        verdict_cells(s, c, &verdicts, cells);
    }
    buf_free(&answer);
    verdicts_free(&verdicts);
    compiled_put(c);
    return e;
}

static enum err
fetch(struct screen *s, size_t height)
{
    struct history *own = s->own;
    struct list *l = &s->list;
    enum err e = ERR_OK;

    grid_rows(&own->grid, list_fit(l, height));
    if (!own->ended && l->count < l->top + 2 * l->height)
        s->app->working = true;
    for (size_t i = 0; i < own->grid.rows; i++)
        own->verdicts |= !own->rows.items[l->top + i].output;
    for (size_t i = 0; e == ERR_OK && i < own->grid.rows; i++)
        e = row_of(s, &own->rows.items[l->top + i], grid_row(&own->grid, i));
    return e;
}

static void
head(struct screen *s, struct buf *out)
{
    const struct history *own = s->own;

    buf_str(out, own->query.alerts ? "alerts of " : "readings of ");
    app_safe(s->app, out, own->model.id ? own->model.name : "all sensors");
}

static void
add_time(struct buf *out, const char *word, int64_t us)
{
    char text[CLOCK_TEXT];

    if (us == INT64_MIN || us == INT64_MAX)
        return;
    clock_local(text, us);
    buf_printf(out, "%s %s  ", word, text);
}

static void
note(struct screen *s, struct buf *out)
{
    const struct history *own = s->own;

    add_time(out, "since", own->query.since);
    add_time(out, "until", own->query.until);
    if (s->list.cursor > 0)
        buf_str(out, "Home: the newest  ");
    if (!own->ended)
        buf_str(out, "more below");
}

static void
paint(struct screen *s, struct canvas *c, struct area area)
{
    struct history *own = s->own;

    screen_paint_list(s, &own->grid, false,
                      !own->ended  ? "reading..."
                      : *s->filter ? "no reading is like that"
                                   : "no such readings are recorded",
                      c, area);
}

/* ---- keys ---- */

static enum err
again(struct screen *s)
{
    s->list.cursor = s->list.top = 0;
    s->app->working = true;
    return begin(s);
}

/* A TIME of a prompt; empty is usual. */
static enum err
read_time(const char *text, int64_t usual, int64_t *out)
{
    if (*text)
        return clock_argument(text, clock_now(), out);
    *out = usual;
    return ERR_OK;
}

static enum err until_done(struct screen *s, const char *text);
static enum err since_done(struct screen *s, const char *text);

/* Labels leave half of 80 columns to what is typed. */
static void
ask_since(struct screen *s, const char *text)
{
    app_ask(s->app, "since (2h, 2026-11-20; empty: first):", text, NULL,
            since_done);
}

static void
ask_until(struct screen *s, const char *text)
{
    app_ask(s->app, "until (empty: now and further):", text, NULL, until_done);
}

static enum err
until_done(struct screen *s, const char *text)
{
    struct history *own = s->own;
    int64_t until;
    enum err e;

    if (!text)
        return ERR_OK;
    e = read_time(text, INT64_MAX, &until);
    if (e == ERR_OK && until <= own->query.since)
        e = err_set(ERR_DATA, "that is not after the first time");
    if (e != ERR_OK) {
        ask_until(s, text);
        return e;
    }
    own->query.until = until;
    return again(s);
}

static enum err
since_done(struct screen *s, const char *text)
{
    struct history *own = s->own;
    int64_t since;
    enum err e;

    if (!text)
        return ERR_OK;
    e = read_time(text, INT64_MIN, &since);
    if (e != ERR_OK) {
        ask_since(s, text);
        return e;
    }
    own->query.since = since;
    own->query.until = INT64_MAX;
    ask_until(s, "");
    return again(s);
}

static enum err
act(struct screen *s, const struct key *key)
{
    struct history *own = s->own;

    switch (key->action) {
    case DO_RANGE:
        ask_since(s, "");
        return ERR_OK;
    case DO_ALERTS:
        own->query.alerts = !own->query.alerts;
        return again(s);
    case DO_CHANGES:
        return screen_changes(s->app);
    default:
        return ERR_OK;
    }
}

static void
close_history(struct screen *s)
{
    struct history *own = s->own;

    history_page_free(&own->rows);
    model_free(&own->model);
    grid_free(&own->grid);
    free(own);
}

enum err
screen_history(struct app *app, int64_t model, bool alerts)
{
    static const struct screen_ops ops = {
        .id = SCREEN_HISTORY,
        .load = load,
        .work = work,
        .fetch = fetch,
        .again = again,
        .head = head,
        .note = note,
        .paint = paint,
        .act = act,
        .close = close_history,
    };
    struct history *own;
    struct model m = {0};
    enum err e = model ? model_by_id(app->service, model, &m) : ERR_OK;

    if (e != ERR_OK)
        return e;
    own = xcalloc(1, sizeof *own);
    own->model = m;
    own->query = (struct history_query){.model = model,
                                        .alerts = alerts,
                                        .since = INT64_MIN,
                                        .until = INT64_MAX};
    grid_begin(&own->grid, columns, app->ascii);
    return screen_push(app, &ops, own);
}
