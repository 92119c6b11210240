/* SPDX-License-Identifier: Apache-2.0 */
/* vigia show: what a version of a model is, where it comes from, and what
 * its columns are like now. */
#include "cli/cmd.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/leaves.h"
#include "base/number.h"
#include "cli/show.h"
#include "cli/table.h"
#include "core/answer.h"
#include "core/facts.h"
#include "core/view.h"
#include "kinds/kind.h"

enum { WIDE = 100 }; /* columns of a terminal with room for extremes */

/* A removed model is shown by version only: MODEL@N. */
static enum err
look(struct cmd *cmd, struct view *view)
{
    bool chosen = strchr(cmd->argv[0], '@');
    struct model m = {0};
    int64_t number = 0;
    enum err e = cmd_model(cmd, cmd->argv[0], chosen, &m, &number);

    return e == ERR_OK ? view_load(cmd->service, &m, number, view) : e;
}

/* ---- the head ---- */

static const char *
made(const char *origin)
{
    static const struct {
        const char *origin, *word;
    } words[] = {
        {"fit",    "fitted"  },
        {"adjust", "adjusted"},
        {"load",   "loaded"  }
    };

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(words[i].origin, origin) == 0)
            return words[i].word;
    return origin; /* set */
}

/* "PUMP-7  "Feed pump, line 2"" and "sensor, version 2 of 3, ...". */
static void
print_head(const struct cmd *cmd, const struct view *view)
{
    const struct version *v = &view->version;
    bool sensor = view->model.kind->learns == LEARNS_MOMENTS;
    char *title = cmd_safe(cmd, v->title), *by = cmd_safe(cmd, v->by);
    char *note = cmd_safe(cmd, v->note);
    char when[CLOCK_TEXT];

    clock_local(when, v->created_at);
    cmd_line("%s%s%s%s", view->model.name, *title ? "  \"" : "", title,
             *title ? "\"" : "");
    cmd_line("%s, version %" PRId64 " of %" PRId64 ", %s %s by %s%s%s",
             sensor ? "sensor" : view->model.kind->name, v->number,
             view->model.versions, made(v->origin), when, by,
             *note ? ", " : "", note);
    free(title);
    free(by);
    free(note);
}

static void
print_state(const struct cmd *cmd, const struct view *view)
{
    bool alert = view->worst == STATE_ALERT;
    const char *word = alert ? "ALERT" : state_names[view->worst];
    char age[CLOCK_TEXT];

    if (view->model.version == 0) {
        cmd_line("removed: no version is active");
        return;
    }
    if (view->model.version != view->version.number) {
        cmd_line("not active: version %" PRId64 " is", view->model.version);
        return;
    }
    clock_age(age, view->now - view->last);
    cmd_line("state %s%s%s, %s%s%s", alert && cmd->colour ? "\033[1;31m" : "",
             word, alert && cmd->colour ? "\033[m" : "",
             view->last ? "last reading " : "no reading yet",
             view->last ? age : "",
             view->last && strcmp(age, "now") != 0 ? " ago" : "");
}

/* Params of the whole model, as vigia set takes them. */
static void
print_params(const struct cmd *cmd, const struct view *view)
{
    struct json *params = NULL;
    struct json_walk it = {0};
    struct buf line = {0};
    char *safe;

    if (json_parse(view->version.params, strlen(view->version.params), &params)
        != ERR_OK)
        return; /* it was compiled, so it can be read */
    while (json_next(params, &it)) {
        if (strchr(it.key, '.'))
            continue;
        buf_printf(&line, " %s=", it.key);
        if (json_type(it.value) == JSON_NUMBER)
            number_add(&line, json_number(it.value));
        else
            buf_str(&line, json_text(it.value));
    }
    safe = cmd_safe(cmd, buf_text(&line));
    if (*safe)
        cmd_line("params:%s", safe);
    free(safe);
    buf_free(&line);
    json_free(params);
}

/* ---- the columns ---- */

enum {
    CELL_COLUMN,
    CELL_STATE,
    CELL_N,
    CELL_MISSING,
    CELL_MEAN,
    CELL_STD,
    CELL_MIN,
    CELL_MAX,
    CELL_THRESHOLD,
    CELL_K,
    CELL_UNIT,
    CELLS
};
static const struct table_column cells[CELLS] = {
    [CELL_COLUMN] = {"column",    TABLE_TEXT  },
    [CELL_STATE] = {"state",     TABLE_STATE },
    [CELL_N] = {"n",         TABLE_INT   },
    [CELL_MISSING] = {"missing",   TABLE_INT   },
    [CELL_MEAN] = {"mean",      TABLE_NUMBER},
    [CELL_STD] = {"std",       TABLE_NUMBER},
    [CELL_MIN] = {"min",       TABLE_NUMBER},
    [CELL_MAX] = {"max",       TABLE_NUMBER},
    [CELL_THRESHOLD] = {"threshold", TABLE_NUMBER},
    [CELL_K] = {"k",         TABLE_NUMBER},
    [CELL_UNIT] = {"unit",      TABLE_TEXT  },
};

/*
 * On a terminal, what says nothing is left out: no missing values, one k for
 * all (a param above the table), no units; and a narrow one has no room for
 * the extremes, as names cut short could not be told apart. In a pipe all
 * columns stay.
 */
static void
choose_cells(const struct cmd *cmd, const struct compiled *c,
             bool shown[CELLS])
{
    struct kind_column column, first;
    bool all = !cmd->terminal, wide = all || cmd->width >= WIDE;

    for (size_t i = 0; i < CELLS; i++)
        shown[i] = true;
    shown[CELL_MISSING] = shown[CELL_K] = shown[CELL_UNIT] = all;
    shown[CELL_MIN] = shown[CELL_MAX] = wide;
    for (size_t i = 0; i < c->kind->columns(c->model); i++) {
        c->kind->column(c->model, i, &column);
        if (i == 0)
            first = column;
        if (wide && column.missing > 0)
            shown[CELL_MISSING] = true;
        if (column.k < first.k || column.k > first.k)
            shown[CELL_K] = true;
        if (*column.unit)
            shown[CELL_UNIT] = true;
    }
}

static void
put_cell(struct table *t, int cell, const struct kind_column *column,
         enum state state)
{
    const double numbers[CELLS] = {
        [CELL_MEAN] = column->mean,
        [CELL_STD] = column->std,
        [CELL_MIN] = column->min,
        [CELL_MAX] = column->max,
        [CELL_THRESHOLD] = column->threshold,
        [CELL_K] = column->k,
    };

    if (cell == CELL_COLUMN)
        table_text(t, column->name);
    else if (cell == CELL_STATE)
        table_text(t, state_names[state]);
    else if (cell == CELL_N)
        table_int(t, column->n);
    else if (cell == CELL_MISSING)
        table_int(t, column->missing);
    else if (cell == CELL_UNIT)
        table_text(t, column->unit);
    else
        table_number(t, numbers[cell]);
}

/* The weights of a kind without columns, as it shows them, after its
 * metrics. A person has a line for each thing, a program one for each value.
 */
static enum err
print_weights(const struct cmd *cmd, const struct view *view)
{
    struct buf text = {0};
    struct json_out out = {.buf = &text};
    struct leaves leaves = {0};
    struct json *json = NULL;
    enum err e;

    json_open(&out, '{');
    if (view->version.metrics)
        json_put_members(&out, view->version.metrics);
    json_key(&out, "weights");
    answer_weights(&out, view->model.kind, view->compiled->model,
                   view->states);
    json_close(&out, '}');
    e = json_parse(text.data, text.len, &json);
    if (e == ERR_OK) {
        if (cmd->terminal) {
            facts_metrics(&leaves, view->model.kind, &view->version);
            facts_weights(&leaves, json_get(json, "weights"));
        } else {
            leaves_add(&leaves, json);
        }
        e = show_leaves(cmd, &leaves);
    }
    leaves_free(&leaves);
    json_free(json);
    buf_free(&text);
    return e;
}

static enum err
print_columns(const struct cmd *cmd, const struct view *view)
{
    struct table_column columns[CELLS];
    bool shown[CELLS];
    size_t count = 0;
    struct table *t;

    if (view->model.kind->learns != LEARNS_MOMENTS)
        return print_weights(cmd, view);

    choose_cells(cmd, view->compiled, shown);
    for (size_t i = 0; i < CELLS; i++)
        if (shown[i])
            columns[count++] = cells[i];
    t = table_new(cmd, columns, count);
    for (size_t i = 0;
         i < view->compiled->kind->columns(view->compiled->model); i++) {
        struct kind_column column;

        view->compiled->kind->column(view->compiled->model, i, &column);
        for (int cell = 0; cell < CELLS; cell++)
            if (shown[cell])
                put_cell(t, cell, &column, view->states[i]);
    }
    return table_end(t);
}

/* ---- the foot ---- */

static enum err
print_activations(const struct cmd *cmd, const struct view *view)
{
    static const struct table_column columns[] = {
        {"activated", TABLE_TIME},
        {"what",      TABLE_TEXT},
        {"version",   TABLE_ID  },
        {"by",        TABLE_TEXT},
        {"change",    TABLE_ID  },
    };
    struct table *t =
        table_new(cmd, columns, sizeof columns / sizeof *columns);

    for (size_t i = view->activations.count; i > 0; i--) {
        const struct activation *a = &view->activations.items[i - 1];

        table_time(t, a->at);
        table_text(t, a->what);
        if (a->version)
            table_int(t, a->version);
        else
            table_none(t);
        table_text(t, a->by);
        table_int(t, a->change);
    }
    return table_end(t);
}

static void
print_next(const struct cmd *cmd, const struct view *view)
{
    const char *dot = cmd->ascii ? " | " : " \u00b7 ";
    const char *name = view->model.name;
    char *history = show_try(cmd, "history", name, NULL);
    char *versions = show_try(cmd, "versions", name, NULL);
    char *adjust = show_try(cmd, "adjust", name, "--dry-run", NULL);
    char *activate = show_try(cmd, "activate", cmd->argv[0], NULL);
    bool active = view->model.version == view->version.number;

    cmd_line("next: %s%s%s%s%s", active ? adjust : activate, dot, history, dot,
             versions);
    free(history);
    free(versions);
    free(adjust);
    free(activate);
}

/* A program gets the table alone; the rest is in the JSON. */
static enum err
print(const struct cmd *cmd, const struct view *view)
{
    enum err e;

    if (!cmd->terminal)
        return print_columns(cmd, view);
    print_head(cmd, view);
    print_state(cmd, view);
    print_params(cmd, view);
    cmd_line("%s", "");
    e = print_columns(cmd, view);
    cmd_line("%s", "");
    if (e == ERR_OK)
        e = print_activations(cmd, view);
    cmd_line("%s", "");
    print_next(cmd, view);
    return e;
}

static enum err
print_json(const struct view *view)
{
    struct buf text = {0};
    struct json_out out = cmd_json_begin(&text);
    enum err e;

    answer_view(&out, view, NULL);
    e = cmd_json_end(&text);
    buf_free(&text);
    return e;
}

static enum err
run(struct cmd *cmd)
{
    struct view view = {0};
    enum err e = cmd_args(cmd, 1, 1);

    if (e == ERR_OK)
        e = cmd_open(cmd, DB_WRITE);
    if (e == ERR_OK)
        e = look(cmd, &view);
    if (e == ERR_OK)
        e = cmd->json ? print_json(&view) : print(cmd, &view);
    view_free(&view);
    return e;
}

const struct command cmd_show = {
    .name = "show",
    .alias = "weights",
    .args = "MODEL[@N]",
    .summary = "weights, params and state of a model",
    .detail = "Of the active version, or of version N. In a pipe it prints "
              "the table of columns alone; --json has everything.",
    .example = "vigia show PUMP-7",
    .run = run,
};
