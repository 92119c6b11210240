/* SPDX-License-Identifier: Apache-2.0 */
/* vigia show: what a version of a model is, where it comes from, and what
 * its columns are like now. */
#include "cli/cmd.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/number.h"
#include "cli/show.h"
#include "cli/table.h"
#include "core/change.h"
#include "core/model.h"
#include "core/service.h"
#include "core/version.h"
#include "kinds/kind.h"

enum {
    ACTIVATIONS = 5, /* that are shown, the last ones */
    WIDE = 100       /* columns of a terminal that has room for extremes */
};

struct seen {
    struct model m;
    struct version v;
    struct compiled *c;
    enum state *states, worst;
    int64_t now, last; /* last: of the last reading; 0: none */
    struct activation_list activations;
};

static void
seen_free(struct seen *seen)
{
    activation_list_free(&seen->activations);
    free(seen->states);
    compiled_put(seen->c);
    version_free(&seen->v);
    model_free(&seen->m);
}

/* A removed model is shown by version only: MODEL@N. */
static enum err
look(struct cmd *cmd, struct seen *seen)
{
    struct service *s = cmd->service;
    bool chosen = strchr(cmd->argv[0], '@');
    int64_t number = 0;
    enum err e = cmd_model(cmd, cmd->argv[0], chosen, &seen->m, &number);

    seen->now = clock_now();
    if (e == ERR_OK)
        e = version_load(s, &seen->m, number, &seen->v);
    if (e == ERR_OK)
        e = compiled_get(s, &seen->m, seen->v.number, &seen->c);
    if (e == ERR_OK)
        e = show_states(cmd, &seen->m, seen->c, seen->now, &seen->states,
                        &seen->worst, &seen->last);
    if (e == ERR_OK)
        e = activation_list(s, &seen->m, ACTIVATIONS, &seen->activations);
    return e;
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
print_head(const struct cmd *cmd, const struct seen *seen)
{
    const struct version *v = &seen->v;
    bool sensor = seen->m.kind == &kind_baseline;
    char *title = cmd_safe(cmd, v->title), *by = cmd_safe(cmd, v->by);
    char *note = cmd_safe(cmd, v->note);
    char when[CLOCK_TEXT];

    clock_local(when, v->created_at);
    cmd_line("%s%s%s%s", seen->m.name, *title ? "  \"" : "", title,
             *title ? "\"" : "");
    cmd_line("%s, version %" PRId64 " of %" PRId64 ", %s %s by %s%s%s",
             sensor ? "sensor" : seen->m.kind->name, v->number,
             seen->m.versions, made(v->origin), when, by, *note ? ", " : "",
             note);
    free(title);
    free(by);
    free(note);
}

static void
print_state(const struct cmd *cmd, const struct seen *seen)
{
    bool alert = seen->worst == STATE_ALERT;
    const char *word = alert ? "ALERT" : state_names[seen->worst];
    char age[CLOCK_TEXT];

    if (seen->m.version == 0) {
        cmd_line("removed: no version is active");
        return;
    }
    if (seen->m.version != seen->v.number) {
        cmd_line("not active: version %" PRId64 " is", seen->m.version);
        return;
    }
    clock_age(age, seen->now - seen->last);
    cmd_line("state %s%s%s, %s%s%s", alert && cmd->colour ? "\033[1;31m" : "",
             word, alert && cmd->colour ? "\033[m" : "",
             seen->last ? "last reading " : "no reading yet",
             seen->last ? age : "",
             seen->last && strcmp(age, "now") != 0 ? " ago" : "");
}

/* Params of the whole model, as vigia set takes them. */
static void
print_params(const struct cmd *cmd, const struct seen *seen)
{
    struct json *params = NULL;
    struct json_walk it = {0};
    struct buf line = {0};
    char *safe;

    if (json_parse(seen->v.params, strlen(seen->v.params), &params) != ERR_OK)
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

static enum err
print_columns(const struct cmd *cmd, const struct seen *seen)
{
    struct table_column columns[CELLS];
    bool shown[CELLS];
    size_t count = 0;
    struct table *t;

    choose_cells(cmd, seen->c, shown);
    for (size_t i = 0; i < CELLS; i++)
        if (shown[i])
            columns[count++] = cells[i];
    t = table_new(cmd, columns, count);
    for (size_t i = 0; i < seen->c->kind->columns(seen->c->model); i++) {
        struct kind_column column;

        seen->c->kind->column(seen->c->model, i, &column);
        for (int cell = 0; cell < CELLS; cell++)
            if (shown[cell])
                put_cell(t, cell, &column, seen->states[i]);
    }
    return table_end(t);
}

/* ---- the foot ---- */

static enum err
print_activations(const struct cmd *cmd, const struct seen *seen)
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

    for (size_t i = seen->activations.count; i > 0; i--) {
        const struct activation *a = &seen->activations.items[i - 1];

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
print_next(const struct cmd *cmd, const struct seen *seen)
{
    const char *dot = cmd->ascii ? " | " : " \u00b7 ";
    const char *name = seen->m.name;
    char *history = show_try(cmd, "history", name, NULL);
    char *versions = show_try(cmd, "versions", name, NULL);
    char *adjust = show_try(cmd, "adjust", name, "--dry-run", NULL);
    char *activate = show_try(cmd, "activate", cmd->argv[0], NULL);
    bool active = seen->m.version == seen->v.number;

    cmd_line("next: %s%s%s%s%s", active ? adjust : activate, dot, history, dot,
             versions);
    free(history);
    free(versions);
    free(adjust);
    free(activate);
}

/* A program gets the table alone; the rest is in the JSON. */
static enum err
print(const struct cmd *cmd, const struct seen *seen)
{
    enum err e;

    if (!cmd->terminal)
        return print_columns(cmd, seen);
    print_head(cmd, seen);
    print_state(cmd, seen);
    print_params(cmd, seen);
    cmd_line("%s", "");
    e = print_columns(cmd, seen);
    cmd_line("%s", "");
    if (e == ERR_OK)
        e = print_activations(cmd, seen);
    cmd_line("%s", "");
    print_next(cmd, seen);
    return e;
}

/* ---- JSON ---- */

static void
put_activations(struct json_out *out, const struct activation_list *list)
{
    json_key(out, "activations"); /* the last ones, newest last */
    json_open(out, '[');
    for (size_t i = list->count; i > 0; i--) {
        const struct activation *a = &list->items[i - 1];

        json_open(out, '{');
        json_key(out, "at");
        json_put_time(out, a->at);
        json_key(out, "what");
        json_put_text(out, a->what);
        json_key(out, "version");
        if (a->version)
            json_put_int(out, a->version);
        else
            json_put_null(out);
        json_key(out, "by");
        json_put_text(out, a->by);
        json_key(out, "change");
        json_put_int(out, a->change);
        json_close(out, '}');
    }
    json_close(out, ']');
}

/* The words of the states, for the kind. The caller frees the array. */
static const char **
state_words(const struct seen *seen)
{
    size_t count = seen->c->kind->columns(seen->c->model);
    const char **words = xcalloc(count + 1, sizeof *words);

    for (size_t i = 0; i < count; i++)
        words[i] = state_names[seen->states[i]];
    return words;
}

static enum err
print_json(const struct seen *seen)
{
    struct buf text = {0};
    struct json_out out = cmd_json_begin(&text);
    const char **words = state_words(seen);
    const struct {
        const char *key, *text;
    } head[] = {
        {"name",  seen->m.name      },
        {"title", seen->v.title     },
        {"kind",  seen->m.kind->name}
    };
    enum err e;

    json_open(&out, '{');
    for (size_t i = 0; i < sizeof head / sizeof *head; i++) {
        json_key(&out, head[i].key);
        json_put_text(&out, head[i].text);
    }
    json_key(&out, "version");
    json_put_int(&out, seen->v.number);
    json_key(&out, "origin");
    json_put_text(&out, seen->v.origin);
    json_key(&out, "created_at");
    json_put_time(&out, seen->v.created_at);
    json_key(&out, "by");
    json_put_text(&out, seen->v.by);
    json_key(&out, "note");
    json_put_text(&out, seen->v.note);
    json_key(&out, "active");
    json_put_bool(&out, seen->m.version == seen->v.number);
    json_key(&out, "state");
    json_put_text(&out, state_names[seen->worst]);
    json_key(&out, "params");
    json_put_raw(&out, seen->v.params);
    json_key(&out, "weights");
    seen->m.kind->show(seen->c->model, words, &out);
    put_activations(&out, &seen->activations);
    json_close(&out, '}');
    e = cmd_json_end(&text);
    buf_free(&text);
    free(words);
    return e;
}

static enum err
run(struct cmd *cmd)
{
    struct seen seen = {0};
    enum err e = cmd_args(cmd, 1, 1);

    if (e == ERR_OK)
        e = cmd_open(cmd, DB_WRITE);
    if (e == ERR_OK)
        e = look(cmd, &seen);
    if (e == ERR_OK)
        e = cmd->json ? print_json(&seen) : print(cmd, &seen);
    seen_free(&seen);
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
