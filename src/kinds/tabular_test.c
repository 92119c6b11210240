/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Requests to models of tables: features by name, one row or {"rows":[...]}.
 * All that is wrong is told at once; what is only strange, as a warning.
 */
#include "kinds/tabular.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/number.h"

/* A request while it is read. */
struct asking {
    const struct tabular *m;
    char at[40];    /* the pointer of the row: "" or /rows/3 */
    double *values; /* of the row, as the model takes them */
    double *probabilities;
    struct names warnings;
};

static void
warn(struct asking *a, const struct feature *f, const char *what)
{
    struct buf text = {0};

    buf_printf(&text, "%s is %s", f->name, what);
    names_add(&a->warnings, buf_text(&text), text.len);
    buf_free(&text);
}

/* ---- one value ---- */

static void
warn_range(struct asking *a, const struct feature *f, double v)
{
    double slack = (f->max - f->min) * 1e-9;
    bool low = v < f->min - slack;
    char shown[NUMBER_MAX], limit[NUMBER_MAX];
    struct buf what = {0};

    if (!low && !(v > f->max + slack))
        return;
    (void) number_print(shown, v);
    (void) number_print(limit, low ? f->min : f->max);
    buf_printf(&what, "%s, %s %s, the %s in training", shown,
               low ? "below" : "above", limit, low ? "least" : "most");
    warn(a, f, buf_text(&what));
    buf_free(&what);
}

static enum err
read_level(struct asking *a, const struct feature *f, const char *text,
           double *v)
{
    size_t from = strspn(text, " \t\r\n"), len = strlen(text + from), at = 0;
    char *trimmed;
    struct buf hint = {0};
    enum err e = ERR_OK;

    while (len > 0 && strchr(" \t\r\n", text[from + len - 1]))
        len--;
    trimmed = xstrndup(text + from, len);
    if (features_level(f, trimmed, &at)) {
        *v = (double) at; /* below LEVELS_MAX */
    } else if (a->m->unseen_missing) {
        buf_printf(&hint,
                   "\"%s\", which no row in training had: it counts as "
                   "missing",
                   trimmed);
        warn(a, f, buf_text(&hint));
        *v = NAN;
    } else {
        features_suggest(f, trimmed, &hint);
        e = kind_problem(a->at, f->name,
                         "%s is \"%s\", a level that no row "
                         "in training had%s",
                         f->name, trimmed, buf_text(&hint));
    }
    buf_free(&hint);
    free(trimmed);
    return e;
}

static enum err
read_value(struct asking *a, const struct feature *f, const struct json *value,
           double *v)
{
    enum json_type type = json_type(value);
    bool levels = f->levels.count > 0;
    char number[NUMBER_MAX];

    if (type == JSON_NULL) {
        if (f->missing == 0)
            warn(a, f, "missing, and never was in training");
        *v = NAN;
        return ERR_OK;
    }
    if (levels && type == JSON_STRING)
        return read_level(a, f, json_text(value), v);
    if (levels && type == JSON_NUMBER) {
        (void) number_print(number, json_number(value));
        return read_level(a, f, number, v);
    }
    if (!levels && type == JSON_NUMBER) {
        *v = json_number(value);
        warn_range(a, f, *v);
        return ERR_OK;
    }
    return kind_problem(a->at, f->name, "%s must be %s, not %s", f->name,
                        levels ? "one of its levels" : "a number",
                        json_type_name(type));
}

/* ---- one row ---- */

/* Members that are neither features nor ignored. The label may be there: rows
 * to be tested are often such as were learnt from. */
static enum err
check_members(const struct asking *a, const struct json *row)
{
    const struct features *f = &a->m->features;
    struct json_walk it = {0};
    struct buf hint = {0};
    enum err e = ERR_OK;
    size_t at;

    while (json_next(row, &it) && !kind_enough_problems()) {
        if (features_find(f, it.key, &at)
            || names_find(&a->m->ignored, it.key, &at)
            || strcmp(it.key, f->target) == 0)
            continue;
        buf_clear(&hint);
        features_nearest(f, it.key, &hint);
        e = kind_problem(a->at, it.key, "the model has no feature \"%s\"%s",
                         it.key, buf_text(&hint));
    }
    buf_free(&hint);
    return e;
}

static enum err
read_row(struct asking *a, const struct json *row)
{
    const struct features *f = &a->m->features;
    enum err e, one;

    if (json_type(row) != JSON_OBJECT)
        return kind_problem(a->at, NULL,
                            "a row must be an object of features, not %s",
                            json_type_name(json_type(row)));
    /* First, as a name mistyped makes two problems, and this one says what to
     * do. */
    e = check_members(a, row);
    for (size_t i = 0; i < f->count && !kind_enough_problems(); i++) {
        const struct json *value = json_get(row, f->items[i].name);

        if (value)
            one = read_value(a, &f->items[i], value, &a->values[i]);
        else
            one = kind_problem(a->at, f->items[i].name,
                               "the feature \"%s\" is missing",
                               f->items[i].name);
        e = one != ERR_OK ? one : e;
    }
    return e;
}

static void
put_class(const struct tabular *m, size_t at, struct json_out *out)
{
    if (m->whole_classes)
        json_put_raw(out, m->features.classes.items[at]);
    else
        json_put_text(out, m->features.classes.items[at]);
}

static void
put_warnings(struct asking *a, struct json_out *out)
{
    if (a->warnings.count == 0)
        return;
    json_key(out, "warnings");
    json_open(out, '[');
    for (size_t i = 0; i < a->warnings.count; i++)
        json_put_text(out, a->warnings.items[i]);
    json_close(out, ']');
    names_free(&a->warnings);
}

/* The answer to one row again, beside the verdicts, by its own name. */
static void
put_beside(const struct tabular *m, const struct json *row, double value,
           size_t at, struct buf *beside)
{
    struct json_out out = {.buf = beside};
    const struct json *id = json_get(row, "id");
    struct buf text = {0};

    json_open(&out, '{');
    if (id) {
        json_canonical(id, &text);
        json_key(&out, "id");
        json_put_raw(&out, buf_text(&text));
        buf_free(&text);
    }
    json_key(&out, m->answer);
    if (m->features.classes.count > 0)
        put_class(m, at, &out);
    else
        json_put_number(&out, value);
    json_close(&out, '}');
}

static enum err
answer_row(struct asking *a, const struct json *row, bool alone,
           struct verdicts *out)
{
    const struct names *classes = &a->m->features.classes;
    struct verdict *v;
    struct json_out json;
    double value = 0;
    size_t at = 0;

    tabular_predict(a->m, a->values, &value, a->probabilities);
    if (!isfinite(value))
        return kind_problem(a->at, NULL,
                            "what the model answers is beyond the range of a "
                            "double");
    v = verdicts_add(out);
    v->input = alone ? NULL : row;
    json = (struct json_out){.buf = &v->detail};
    json_open(&json, '{');
    if (classes->count > 0) {
        at = tabular_class(a->m, a->probabilities);
        json_key(&json, "label");
        put_class(a->m, at, &json);
        json_key(&json, "probabilities");
        json_open(&json, '{');
        for (size_t i = 0; i < classes->count; i++) {
            json_key(&json, classes->items[i]);
            json_put_number(&json, a->probabilities[i]);
        }
        json_close(&json, '}');
    } else {
        v->value = value;
        json_key(&json, "value");
        json_put_number(&json, value);
    }
    put_warnings(a, &json);
    json_close(&json, '}');
    if (alone && a->m->answer)
        put_beside(a->m, row, value, at, &out->beside);
    return ERR_OK;
}

/* All rows are read before the first is answered by the caller's commit, so
 * that a wrong one leaves nothing behind. */
static enum err
test_rows(struct asking *a, const struct json *rows, struct verdicts *out)
{
    enum err e = ERR_OK, one;

    if (json_type(rows) != JSON_ARRAY || json_count(rows) == 0)
        return kind_problem("", "rows",
                            "\"rows\" must be an array of one row "
                            "or more");
    for (size_t i = 0; i < json_count(rows) && !kind_enough_problems(); i++) {
        const struct json *row = json_at(rows, i);

        (void) snprintf(a->at, sizeof a->at, "/rows/%zu", i);
        one = read_row(a, row);
        if (one == ERR_OK && e == ERR_OK)
            one = answer_row(a, row, false, out);
        e = one != ERR_OK ? one : e;
        names_free(&a->warnings);
    }
    return e;
}

enum err
tabular_test(const void *model, const struct json *request,
             const struct ask *ask, struct verdicts *out)
{
    static const char *const modes[] = {"usual", NULL};
    const struct tabular *m = model;
    const struct json *rows;
    struct asking a = {.m = m};
    size_t mode, at;
    enum err e;

    err_clear();
    e = kind_mode(ask, modes, &mode);
    if (e != ERR_OK)
        return e;
    a.values = xcalloc(m->features.count, sizeof *a.values);
    a.probabilities =
        xcalloc(m->features.classes.count + 1, sizeof *a.probabilities);
    rows = json_get(request, "rows");
    if (rows && json_count(request) == 1
        && !features_find(&m->features, "rows", &at)) {
        e = test_rows(&a, rows, out);
    } else {
        e = read_row(&a, request);
        if (e == ERR_OK)
            e = answer_row(&a, request, true, out);
    }
    names_free(&a.warnings);
    free(a.probabilities);
    free(a.values);
    return e;
}
