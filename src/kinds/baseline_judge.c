/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How a sensor judges: the rule, requests as JSON, and the sentence that
 * says why.
 */
#include "kinds/baseline.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/number.h"

/* ---- the rule ---- */

static void
judge_one(const struct baseline *m, size_t index, double value,
          struct verdicts *out)
{
    const struct kind_column *c = &m->columns[index].is;
    struct verdict *v = verdicts_add(out);
    double score = (value - c->mean) / c->std;

    v->index = index;
    v->column = c->name;
    v->value = value;
    v->mean = c->mean;
    v->std = c->std;
    v->threshold = c->threshold;
    v->alert = value >= c->threshold;
    /* a score beyond the range of a double stays a number */
    v->score = c->std > 0 ? fmax(-DBL_MAX, fmin(score, DBL_MAX)) : NAN;
}

void
baseline_judge(const void *model, const double *values, size_t count,
               struct verdicts *out)
{
    const struct baseline *m = model;

    for (size_t i = 0; i < count && i < m->count; i++)
        if (!isnan(values[i]))
            judge_one(m, i, values[i], out);
}

size_t
baseline_alerts(const void *model, const double *values, size_t count)
{
    const struct baseline *m = model;
    size_t alerts = 0;

    for (size_t i = 0; i < count && i < m->count; i++) /* a NaN is not >= */
        alerts += values[i] >= m->columns[i].is.threshold;
    return alerts;
}

/* ---- requests ---- */

/* The member of a request by which it gives readings. */
struct form {
    const char *name;
    enum err (*judge)(const struct baseline *m, size_t index,
                      const struct json *value, struct verdicts *out);
    bool takes_column; /* index is of the column the readings are of */
};

/* A reading, which must be there and a number; name is for messages. */
static enum err
read_value(const struct json *json, const char *parent, const char *key,
           const char *name, double *out)
{
    enum json_type type = json_type(json);

    if (type == JSON_NULL)
        return kind_problem(parent, key,
                            "\"%s\" is null: a missing reading has no verdict",
                            name);
    if (type != JSON_NUMBER)
        return kind_problem(parent, key, "\"%s\" must be a number, not %s",
                            name, json_type_name(type));
    *out = json_number(json);
    return ERR_OK;
}

static enum err
judge_value(const struct baseline *m, size_t index, const struct json *value,
            struct verdicts *out)
{
    double v = 0;
    enum err e = read_value(value, "", "value", "value", &v);

    if (e == ERR_OK)
        judge_one(m, index, v, out);
    return e;
}

static enum err
judge_values(const struct baseline *m, size_t index, const struct json *values,
             struct verdicts *out)
{
    enum err e = ERR_OK, one;
    char name[32]; /* any size_t fits */
    double v = 0;

    if (json_type(values) != JSON_ARRAY || json_count(values) == 0)
        return kind_problem("", "values",
                            "\"values\" must be an array of numbers, at least "
                            "one");
    for (size_t i = 0; i < json_count(values) && !kind_enough_problems();
         i++) {
        (void) snprintf(name, sizeof name, "values/%zu", i);
        one = read_value(json_at(values, i), "/values", strchr(name, '/') + 1,
                         name, &v);
        if (one == ERR_OK)
            judge_one(m, index, v, out);
        else
            e = one;
    }
    return e;
}

static enum err
judge_columns(const struct baseline *m, size_t none,
              const struct json *columns, struct verdicts *out)
{
    size_t index = none; /* each name says its own */
    struct json_walk it = {0};
    struct buf why = {0};
    enum err e = ERR_OK, one;

    if (json_type(columns) != JSON_OBJECT || json_count(columns) == 0)
        return kind_problem("", "columns",
                            "\"columns\" must be an object of columns and "
                            "numbers, at least one");
    while (json_next(columns, &it) && !kind_enough_problems()) {
        double v = 0;

        if (kind_baseline.find(m, it.key, &index)) {
            one = read_value(it.value, "/columns", it.key, it.key, &v);
        } else {
            buf_clear(&why);
            kind_column_lost(&kind_baseline, m, it.key, &why);
            one = kind_problem("/columns", it.key, "%s", buf_text(&why));
        }
        if (one == ERR_OK)
            judge_one(m, index, v, out);
        else
            e = one;
    }
    buf_free(&why);
    return e;
}

/* clang-format off */
static const struct form forms[] = {
    { "value",   judge_value,   true },
    { "values",  judge_values,  true },
    { "columns", judge_columns, false },
};
/* clang-format on */

enum { FORMS = sizeof forms / sizeof forms[0] };

/* Which column "value" and "values" are of. */
static enum err
read_column(const struct baseline *m, const struct json *request,
            size_t *index)
{
    const struct json *column = json_get(request, "column");
    const char *name = NULL;
    struct buf why = {0};
    enum err e = ERR_OK;

    if (column && json_type(column) != JSON_STRING)
        return kind_problem("", "column", "\"column\" must be a text, not %s",
                            json_type_name(json_type(column)));
    if (column)
        name = json_text(column);
    if (!kind_column_seek(&kind_baseline, m, name, index)) {
        kind_column_lost(&kind_baseline, m, name, &why);
        e = kind_problem("", column ? "column" : NULL, "%s", buf_text(&why));
    }
    buf_free(&why);
    return e;
}

/* The one form a request has; NULL when it has none or several. */
static const struct form *
form_of(const struct json *request)
{
    const struct form *found = NULL;

    for (const struct form *f = forms; f < forms + FORMS; f++) {
        if (!json_get(request, f->name))
            continue;
        if (found)
            return NULL;
        found = f;
    }
    return found;
}

enum err
baseline_test(const void *model, const struct json *request,
              const struct ask *ask, struct verdicts *out)
{
    static const char *const members[] = {"value",  "values", "columns",
                                          "column", "at",     NULL};
    const struct form *form = form_of(request);
    size_t before = out->count, index = 0;
    enum err e, one = ERR_OK;

    (void) ask; /* there is only one way to test */
    err_clear();
    if (json_type(request) != JSON_OBJECT)
        return kind_problem("", NULL,
                            "a request must be an object such as "
                            "{\"value\":10}, not %s",
                            json_type_name(json_type(request)));
    e = kind_members(request, members, "a request", "", NULL);
    if (!form)
        return kind_problem("", NULL,
                            "a request needs \"value\", \"values\" or "
                            "\"columns\", one of them");
    if (form->takes_column)
        one = read_column(model, request, &index);
    else if (json_get(request, "column"))
        one = kind_problem("", "column",
                           "\"column\" goes with \"value\" and \"values\" "
                           "only");
    if (one != ERR_OK)
        e = one;
    one = form->judge(model, index, json_get(request, form->name), out);
    if (one != ERR_OK)
        e = one;
    if (e != ERR_OK)
        out->count = before; /* they own nothing: no detail */
    return e;
}

/* ---- the sentence ---- */

enum {
    DIGITS = 4,       /* that a person reads */
    SCORE_DIGITS = 3, /* of a score */
    DIGITS_MAX = 16   /* from here on a number is shown as it is */
};

/* v with that many digits that count, and never fewer than its integer. */
static double
rounded(double v, int digits)
{
    double size = fabs(v), scale = 1;
    int decimals;

    if (digits >= DIGITS_MAX || size < 1e-15 || size >= 1e15)
        return v;
    decimals = digits - 1 - (int) floor(log10(size)); /* -12 to 29 */
    for (int i = 0; i < decimals; i++)
        scale *= 10;
    return round(v * scale) / scale;
}

/* The fewest digits, at least least, that tell a from b. */
static int
digits_apart(double a, double b, int least)
{
    int digits = least;

    while (a != b && digits < DIGITS_MAX
           && rounded(a, digits) == rounded(b, digits))
        digits++;
    return digits;
}

static void
say(struct buf *out, double v, int digits, const char *unit)
{
    number_add(out, rounded(v, digits));
    if (unit[0])
        buf_printf(out, " %s", unit);
}

static const char *
side(double v, double of)
{
    return v > of ? "over" : v < of ? "under" : "at";
}

/* "... is 4.3 standard deviations above the mean of 2.4 (std 1.28)" */
static void
say_distance(const struct kind_column *c, const struct verdict *v,
             struct buf *out)
{
    int digits = v->value == c->threshold
                     ? SCORE_DIGITS
                     : digits_apart(v->score, c->k, SCORE_DIGITS);
    double score = rounded(fabs(v->score), digits);

    if (v->value == c->mean) {
        buf_str(out, " is the mean (std ");
    } else {
        buf_str(out, " is ");
        number_add(out, score);
        buf_printf(out, " standard deviation%s %s the mean of ",
                   score == 1 ? "" : "s",
                   v->value > c->mean ? "above" : "below");
        say(out, c->mean, digits_apart(v->value, c->mean, DIGITS), c->unit);
        buf_str(out, " (std ");
    }
    say(out, c->std, DIGITS, "");
    buf_str(out, ")");
}

void
baseline_explain(const void *model, const struct verdict *v, struct buf *out)
{
    const struct baseline *m = model;
    const struct kind_column *c = &m->columns[v->index].is;
    int digits = digits_apart(v->value, c->threshold, DIGITS);
    int apart = digits_apart(v->value, c->mean, DIGITS);

    say(out, v->value, digits > apart ? digits : apart, c->unit);
    if (c->std > 0) {
        say_distance(c, v, out);
        buf_printf(out, ", %s the threshold ", side(v->value, c->threshold));
        say(out, c->threshold, digits, c->unit);
        buf_str(out, " = mean + ");
        number_add(out, c->k);
        buf_str(out, " std");
        return;
    }
    buf_printf(out, " is %s ", side(v->value, c->threshold));
    say(out, c->threshold, digits, c->unit);
    if (c->min == c->max) {
        buf_str(out, ": the fitted readings were all ");
        say(out, c->min, DIGITS, c->unit);
        buf_str(out, " (std 0)");
    } else { /* loaded so, or too near to each other for a double */
        buf_str(out, ": the std of the fitted readings is 0");
    }
    buf_str(out, ", so anything from ");
    say(out, c->threshold, digits, c->unit);
    buf_str(out, " up alerts");
}
