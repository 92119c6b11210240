/* SPDX-License-Identifier: Apache-2.0 */
/* Params are compared as JSON members, columns by name and by a table of
 * figures; a column or key may stand on one side only. */
#include "cli/compare.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/figure.h"
#include "base/json.h"
#include "base/number.h"
#include "cli/cmd.h"
#include "cli/table.h"
#include "core/draft.h"
#include "core/model.h"
#include "kinds/kind.h"

/* ---- sides ---- */

enum err
side_load(struct service *s, const struct model *m, int64_t number,
          struct side *out)
{
    struct side side = {.number = number, .title = "", .params = "{}"};
    enum err e = ERR_OK;

    if (number) {
        e = version_load(s, m, number, &side.version);
        if (e == ERR_OK)
            e = compiled_get(s, m, number, &side.compiled);
    }
    if (e != ERR_OK) {
        side_free(&side);
        return e;
    }
    if (number) {
        side.title = side.version.title;
        side.params = side.version.params;
        side.model = side.compiled->model;
    }
    *out = side;
    return ERR_OK;
}

struct side
side_draft(const struct draft *d)
{
    return (struct side){
        .title = d->title, .params = d->params, .model = d->model};
}

void
side_free(struct side *side)
{
    compiled_put(side->compiled);
    version_free(&side->version);
    *side = (struct side){0};
}

/* ---- params ---- */

/* Walks the keys that differ: those of before, then the new ones. */
struct param_pairs {
    struct json *before, *after;
    struct json_walk it;
    bool second; /* the walk is through after */
};

struct param_pair {
    const char *key;
    const struct json *before, *after; /* NULL: not there */
};

/* The texts are our own, from the database; what cannot be read is {}. */
static struct param_pairs
param_pairs(const struct comparison *c)
{
    struct param_pairs pairs = {0};

    if (json_parse(c->before->params, strlen(c->before->params), &pairs.before)
        != ERR_OK)
        pairs.before = NULL;
    if (json_parse(c->after->params, strlen(c->after->params), &pairs.after)
        != ERR_OK)
        pairs.after = NULL;
    return pairs;
}

static void
param_pairs_free(struct param_pairs *pairs)
{
    json_free(pairs->before);
    json_free(pairs->after);
}

static bool
same_param(const struct json *a, const struct json *b)
{
    if (!a || !b || json_type(a) != json_type(b))
        return false;
    if (json_type(a) == JSON_NUMBER)
        return !(json_number(a) < json_number(b))
               && !(json_number(a) > json_number(b));
    return strcmp(json_text(a), json_text(b)) == 0;
}

static bool
next_param(struct param_pairs *pairs, struct param_pair *out)
{
    for (;;) {
        const struct json *in = pairs->second ? pairs->after : pairs->before;

        while (in && json_next(in, &pairs->it)) {
            const char *key = pairs->it.key;

            *out = (struct param_pair){
                .key = key,
                .before = pairs->before ? json_get(pairs->before, key) : NULL,
                .after = pairs->after ? json_get(pairs->after, key) : NULL,
            };
            if (!(pairs->second && out->before)
                && !same_param(out->before, out->after))
                return true;
        }
        if (pairs->second)
            return false;
        pairs->second = true;
        pairs->it = (struct json_walk){0};
    }
}

static void
text_cell(struct table *t, const char *text)
{
    if (*text)
        table_text(t, text);
    else
        table_none(t);
}

static void
param_cell(struct table *t, const struct json *value)
{
    char text[NUMBER_MAX];

    if (!value) {
        table_none(t);
    } else if (json_type(value) == JSON_NUMBER) {
        (void) number_print(text, json_number(value));
        table_text(t, text);
    } else {
        table_text(t, json_text(value));
    }
}

static enum err
print_params(const struct cmd *cmd, const struct comparison *c, bool *any)
{
    static const struct table_column columns[] = {
        {"param", TABLE_TEXT},
        {"old",   TABLE_TEXT},
        {"new",   TABLE_TEXT}
    };
    struct param_pairs pairs = param_pairs(c);
    struct param_pair pair;
    struct table *t = NULL;

    if (strcmp(c->before->title, c->after->title) != 0) {
        t = table_new(cmd, columns, 3);
        table_text(t, "title");
        text_cell(t, c->before->title);
        text_cell(t, c->after->title);
    }
    while (next_param(&pairs, &pair)) {
        t = t ? t : table_new(cmd, columns, 3);
        table_text(t, pair.key);
        param_cell(t, pair.before);
        param_cell(t, pair.after);
    }
    param_pairs_free(&pairs);
    *any = t;
    return t ? table_end(t) : ERR_OK;
}

/* ---- columns ---- */

static double
get_n(const struct kind_column *c)
{
    return (double) c->n; /* counts are below 2^53 */
}

static double
get_mean(const struct kind_column *c)
{
    return c->mean;
}

static double
get_std(const struct kind_column *c)
{
    return c->std;
}

static double
get_threshold(const struct kind_column *c)
{
    return c->threshold;
}

enum { FIGURE_N, FIGURE_MEAN, FIGURE_STD, FIGURE_THRESHOLD, FIGURES };
static const struct figure {
    const char *name, *fresh; /* as a heading, for the new one in a pipe */
    double (*get)(const struct kind_column *c);
} figures[FIGURES] = {
    [FIGURE_N] = {"n",         "new n",         get_n        },
    [FIGURE_MEAN] = {"mean",      "new mean",      get_mean     },
    [FIGURE_STD] = {"std",       "new std",       get_std      },
    [FIGURE_THRESHOLD] = {"threshold", "new threshold", get_threshold},
};

/* A column on both sides; NaN where it is not. */
struct column_pair {
    const char *name;
    double before[FIGURES], after[FIGURES];
};

static void
take_figures(const struct kind *kind, const void *model, const char *name,
             double out[FIGURES])
{
    struct kind_column column;
    size_t index = 0;
    bool there = model && kind->find(model, name, &index);

    if (there)
        kind->column(model, index, &column);
    for (size_t f = 0; f < FIGURES; f++)
        out[f] = there ? figures[f].get(&column) : NAN;
}

static bool
differs(const struct column_pair *p, size_t f)
{
    double a = p->before[f], b = p->after[f];

    return isnan(a) != isnan(b) || a < b || a > b;
}

static size_t
side_columns(const struct comparison *c, const struct side *side)
{
    return side->model ? c->kind->columns(side->model) : 0;
}

/* The next column that differs, from *i on: those of after, then those of
 * before that are gone. */
static bool
next_column(const struct comparison *c, size_t *i, struct column_pair *out)
{
    size_t fresh = side_columns(c, c->after);
    size_t all = fresh + side_columns(c, c->before);

    for (; *i < all; ++*i) {
        bool gone = *i >= fresh, differ = false;
        struct kind_column column;

        c->kind->column(gone ? c->before->model : c->after->model,
                        gone ? *i - fresh : *i, &column);
        out->name = column.name;
        take_figures(c->kind, c->before->model, column.name, out->before);
        take_figures(c->kind, c->after->model, column.name, out->after);
        if (gone && !isnan(out->after[FIGURE_N]))
            continue; /* it was seen among those of after */
        for (size_t f = 0; f < FIGURES; f++)
            differ = differ || differs(out, f);
        if (differ) {
            ++*i;
            return true;
        }
    }
    return false;
}

bool
compare_thresholds(const struct comparison *c)
{
    struct column_pair pair;

    for (size_t i = 0; next_column(c, &i, &pair);)
        if (differs(&pair, FIGURE_THRESHOLD))
            return true;
    return false;
}

/* "0.01909 -> 0.02100"; one number where only one is, or they are equal. */
static void
arrow_cell(struct table *t, double before, double after)
{
    char old[FIGURE_MAX], fresh[FIGURE_MAX];
    struct buf cell = {0};

    if (isnan(after))
        buf_printf(&cell, "%s -> none", figure_round(old, before, NAN));
    else if (before < after || before > after)
        buf_printf(&cell, "%s -> %s", figure_round(old, before, after),
                   figure_round(fresh, after, before));
    else
        buf_str(&cell, figure_round(fresh, after, NAN));
    table_text(t, buf_text(&cell));
    buf_free(&cell);
}

/* "+2.1 %" of the threshold. */
static void
percent_cell(struct table *t, double before, double after)
{
    double percent = (after - before) / fabs(before) * 100;
    char text[32]; /* at most 7 digits before the point */

    if (!isfinite(percent) || fabs(percent) >= 1e7) {
        table_none(t);
        return;
    }
    (void) snprintf(text, sizeof text,
                    fabs(percent) < 0.1 ? "%+.1g %%" : "%+.1f %%", percent);
    table_text(t, text);
}

/* In a pipe, where numbers have every digit and a cell for each. */
static void
plain_row(struct table *t, const struct column_pair *p)
{
    table_text(t, p->name);
    for (size_t f = 0; f < FIGURES; f++) {
        table_number(t, p->before[f]);
        table_number(t, p->after[f]);
    }
}

static enum err
print_plain(const struct cmd *cmd, const struct comparison *c)
{
    struct table_column columns[1 + 2 * FIGURES] = {
        {"column", TABLE_TEXT}
    };
    struct column_pair pair;
    struct table *t;

    for (size_t f = 0; f < FIGURES; f++) {
        columns[1 + 2 * f] =
            (struct table_column){figures[f].name, TABLE_NUMBER};
        columns[2 + 2 * f] =
            (struct table_column){figures[f].fresh, TABLE_NUMBER};
    }
    t = table_new(cmd, columns, 1 + 2 * FIGURES);
    for (size_t i = 0; next_column(c, &i, &pair);)
        plain_row(t, &pair);
    return table_end(t);
}

/* On a terminal: the threshold, and the mean if it differs somewhere. The
 * rest follows from them, and would not fit. */
static enum err
print_pretty(const struct cmd *cmd, const struct comparison *c)
{
    static const struct table_column columns[] = {
        {"column",    TABLE_TEXT},
        {"threshold", TABLE_TEXT},
        {"change",    TABLE_TEXT},
        {"mean",      TABLE_TEXT}
    };
    struct column_pair pair;
    struct table *t;
    bool means = false;

    for (size_t i = 0; !means && next_column(c, &i, &pair);)
        means = differs(&pair, FIGURE_MEAN);
    t = table_new(cmd, columns, means ? 4 : 3);
    for (size_t i = 0; next_column(c, &i, &pair);) {
        table_text(t, pair.name);
        arrow_cell(t, pair.before[FIGURE_THRESHOLD],
                   pair.after[FIGURE_THRESHOLD]);
        percent_cell(t, pair.before[FIGURE_THRESHOLD],
                     pair.after[FIGURE_THRESHOLD]);
        if (means)
            arrow_cell(t, pair.before[FIGURE_MEAN], pair.after[FIGURE_MEAN]);
    }
    return table_end(t);
}

enum err
compare_print(const struct cmd *cmd, const struct comparison *c)
{
    struct column_pair pair;
    bool params = false;
    size_t i = 0;
    enum err e = ERR_OK;

    if (c->before->model && c->after->model)
        e = print_params(cmd, c, &params);

    if (e == ERR_OK && c->kind->learns != LEARNS_MOMENTS)
        return compare_weights(cmd, c);
    if (e != ERR_OK || !next_column(c, &i, &pair))
        return e;
    if (params)
        cmd_line("%s", "");
    return cmd->terminal ? print_pretty(cmd, c) : print_plain(cmd, c);
}

/* ---- JSON ---- */

static void
put_value(struct json_out *out, const struct json *value)
{
    if (!value)
        json_put_null(out);
    else if (json_type(value) == JSON_NUMBER)
        json_put_number(out, json_number(value));
    else
        json_put_text(out, json_text(value));
}

static void
params_json(struct json_out *out, const struct comparison *c)
{
    struct param_pairs pairs = param_pairs(c);
    struct param_pair pair;

    json_key(out, "params");
    json_open(out, '{');
    while (next_param(&pairs, &pair)) {
        json_key(out, pair.key);
        json_open(out, '{');
        json_key(out, "old");
        put_value(out, pair.before);
        json_key(out, "new");
        put_value(out, pair.after);
        json_close(out, '}');
    }
    json_close(out, '}');
    param_pairs_free(&pairs);
}

static void
column_json(struct json_out *out, const struct column_pair *pair)
{
    json_key(out, pair->name);
    json_open(out, '{');
    for (size_t f = 0; f < FIGURES; f++) {
        json_key(out, figures[f].name);
        json_open(out, '{');
        json_key(out, "old");
        json_put_number(out, pair->before[f]);
        json_key(out, "new");
        json_put_number(out, pair->after[f]);
        json_close(out, '}');
    }
    json_close(out, '}');
}

void
compare_json(struct json_out *out, const struct comparison *c)
{
    struct column_pair pair;

    if (strcmp(c->before->title, c->after->title) != 0) {
        json_key(out, "title");
        json_open(out, '{');
        json_key(out, "old");
        json_put_text(out, c->before->title);
        json_key(out, "new");
        json_put_text(out, c->after->title);
        json_close(out, '}');
    }
    params_json(out, c);
    json_key(out, "columns");
    json_open(out, '{');
    for (size_t i = 0; next_column(c, &i, &pair);)
        column_json(out, &pair);
    json_close(out, '}');
    if (c->kind->learns != LEARNS_MOMENTS)
        compare_weights_json(out, c);
}
