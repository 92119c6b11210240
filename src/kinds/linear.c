/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The kind linear: least squares for a number, multinomial logistic
 * regression for classes. A number becomes a column, (value - mean) / scale
 * and 0 when missing; each level becomes a column of its own, 1 or 0. Weights
 * are in
 *   "coefficients":{"answers":[{"constant":0.3,"weights":[1.2,...]},...],
 *                   "columns":[{"feature":0,"mean":3.1,"scale":2},
 *                              {"feature":1,"level":0},...]}
 * so a coefficient says what a standard deviation, or a level, adds.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/number.h"
#include "kinds/linear_solve.h"
#include "kinds/tabular.h"

enum { COLUMNS_MAX = 1000 }; /* the work grows with their cube */

/* clang-format off */
static const struct param own_params[] = {
    TABULAR_PARAMS,
    { .name = "ridge", .type = PARAM_NUMBER, .preset = "1",
      .min = 0.000001, .max = 1e12, .whole = true,
      .help = "how strongly large coefficients are held back" },
    { .name = "steps", .type = PARAM_NUMBER, .preset = "300",
      .min = 1, .max = 100000, .whole = true, .integer = true,
      .help = "towards the likeliest coefficients of classes, at most" },
    { .name = NULL },
};
/* clang-format on */

struct column {
    size_t feature;
    bool has_level;
    size_t level;
    double mean, scale;
};

struct linear {
    size_t count, answers;
    struct column *columns;
    double *weights; /* [(count + 1) * answer + column], the constant last */
};

static void
linear_free(void *own)
{
    struct linear *m = own;

    if (!m)
        return;
    free(m->columns);
    free(m->weights);
    free(m);
}

/* What a column makes of a row of features. */
static double
column_value(const struct column *c, const double *row)
{
    double v = row[c->feature];

    if (c->has_level)
        return v == (double) c->level;
    return isnan(v) ? 0 : (v - c->mean) / c->scale;
}

/* ---- learning ---- */

/* Mean and deviation of a feature over the rows of a lesson. */
static void
standardise(const struct lesson *l, struct column *c)
{
    size_t width = l->features->count;
    double sum = 0, squares = 0, n = 0;

    for (size_t r = 0; r < l->rows; r++) {
        double v = l->x[r * width + c->feature];

        sum += isnan(v) ? 0 : v;
        n += !isnan(v);
    }
    c->mean = n > 0 ? sum / n : 0;
    for (size_t r = 0; r < l->rows; r++) {
        double v = l->x[r * width + c->feature] - c->mean;

        squares += isnan(v) ? 0 : v * v;
    }
    c->scale = squares > 0 ? sqrt(squares / n) : 1;
}

static enum err
make_columns(const struct lesson *l, struct linear *m)
{
    const struct features *f = l->features;
    size_t count = 0;

    for (size_t i = 0; i < f->count; i++)
        count += f->items[i].levels.count ? f->items[i].levels.count : 1;
    if (count > COLUMNS_MAX)
        return err_set(ERR_DATA,
                       "the features and their levels make %zu "
                       "columns, and the kind linear takes at most %d: leave "
                       "some out, or use --kind trees",
                       count, COLUMNS_MAX);
    m->columns = xcalloc(count, sizeof *m->columns);
    for (size_t i = 0; i < f->count; i++) {
        size_t levels = f->items[i].levels.count;

        for (size_t k = 0; k < (levels ? levels : 1); k++) {
            struct column *c = &m->columns[m->count++];

            *c = (struct column){
                .feature = i, .has_level = levels > 0, .level = k, .scale = 1};
            if (!levels)
                standardise(l, c);
        }
    }
    return ERR_OK;
}

/* A feature is worth the deviation of what it adds to the answers. */
static void
weigh(const struct lesson *l, const struct linear *m, double *gains)
{
    size_t width = l->features->count;
    double n = (double) l->rows;
    double *sums = xcalloc(2 * width, sizeof *sums);

    for (size_t a = 0; a < m->answers; a++) {
        const double *w = m->weights + a * (m->count + 1);

        memset(sums, 0, 2 * width * sizeof *sums);
        for (size_t r = 0; r < l->rows; r++)
            for (size_t i = 0; i < m->count; i++) {
                size_t f = m->columns[i].feature;
                double v =
                    w[i] * column_value(&m->columns[i], l->x + r * width);

                sums[2 * f] += v;
                sums[2 * f + 1] += v * v; /* levels exclude each other */
            }
        for (size_t f = 0; f < width; f++) {
            double mean = sums[2 * f] / n;

            gains[f] += sqrt(fmax(sums[2 * f + 1] / n - mean * mean, 0));
        }
    }
    free(sums);
}

static void
put_columns(const struct linear *m, struct json_out *out)
{
    json_key(out, "columns");
    json_open(out, '[');
    for (const struct column *c = m->columns; c < m->columns + m->count; c++) {
        json_open(out, '{');
        json_key(out, "feature");
        json_put_int(out, (int64_t) c->feature);
        if (c->has_level) {
            json_key(out, "level");
            json_put_int(out, (int64_t) c->level);
        } else {
            json_key(out, "mean");
            json_put_number(out, c->mean);
            json_key(out, "scale");
            json_put_number(out, c->scale);
        }
        json_close(out, '}');
    }
    json_close(out, ']');
}

static void
put_model(const struct linear *m, struct buf *text)
{
    struct json_out out = {.buf = text};

    json_open(&out, '{');
    json_key(&out, "answers");
    json_open(&out, '[');
    for (size_t a = 0; a < m->answers; a++) {
        const double *w = m->weights + a * (m->count + 1);

        json_open(&out, '{');
        json_key(&out, "constant");
        json_put_number(&out, w[m->count]);
        json_key(&out, "weights");
        json_open(&out, '[');
        for (size_t i = 0; i < m->count; i++)
            json_put_number(&out, w[i]);
        json_close(&out, ']');
        json_close(&out, '}');
    }
    json_close(&out, ']');
    put_columns(m, &out);
    json_close(&out, '}');
}

static enum err
learn(const struct lesson *l, struct buf *out, double *gains)
{
    struct linear *m = xcalloc(1, sizeof *m);
    struct linear_problem p = {.rows = l->rows,
                               .y = l->y,
                               .weights = l->weights,
                               .classes = l->features->classes.count,
                               .progress = l->progress,
                               .arg = l->arg};
    double *x = NULL;
    enum err e = make_columns(l, m);

    if (e != ERR_OK)
        goto done;
    x = xcalloc(l->rows * m->count, sizeof *x);
    for (size_t r = 0; r < l->rows; r++)
        for (size_t i = 0; i < m->count; i++)
            x[r * m->count + i] =
                column_value(&m->columns[i], l->x + r * l->features->count);
    m->answers = p.classes ? p.classes : 1;
    m->weights = xcalloc(m->answers * (m->count + 1), sizeof *m->weights);
    p.x = x;
    p.columns = m->count;
    p.ridge = tabular_number(l->kind, l->params, "ridge");
    p.steps = (int64_t) tabular_number(l->kind, l->params, "steps");
    e = linear_solve(&p, m->weights);
    if (e == ERR_OK) {
        weigh(l, m, gains);
        put_model(m, out);
    }

done:
    free(x);
    linear_free(m);
    return e;
}

/* ---- reading ---- */

static const char member_at[] = "/weights/coefficients";

/* A finite number from least on; false: it is none. */
static bool
number_of(const struct json *object, const char *key, double least, double *v)
{
    const struct json *value = json_get(object, key);

    if (!value || json_type(value) != JSON_NUMBER
        || !(json_number(value) >= least))
        return false;
    *v = json_number(value);
    return true;
}

static bool
place_of(const struct json *object, const char *key, size_t limit,
         size_t *place)
{
    double v;

    if (!number_of(object, key, 0, &v) || v >= (double) limit || v != floor(v))
        return false;
    *place = (size_t) v; /* in range: see above */
    return true;
}

static enum err
read_column(const struct json *json, const struct features *f, size_t i,
            struct column *c)
{
    bool good = place_of(json, "feature", f->count, &c->feature);
    size_t levels = good ? f->items[c->feature].levels.count : 0;

    c->has_level = levels > 0;
    c->scale = 1;
    if (good && levels > 0)
        good = place_of(json, "level", levels, &c->level);
    else if (good)
        good = number_of(json, "mean", -1e300, &c->mean)
               && number_of(json, "scale", 1e-300, &c->scale);
    if (good)
        return ERR_OK;
    return kind_problem(member_at, "columns",
                        "column %zu must have a feature that is there, with "
                        "a level of it or with mean and scale",
                        i);
}

static enum err
read_answer(const struct json *json, const struct linear *m, size_t a)
{
    double *w = m->weights + a * (m->count + 1);
    const struct json *weights = json_get(json, "weights");
    bool good = number_of(json, "constant", -1e300, &w[m->count]) && weights
                && json_type(weights) == JSON_ARRAY
                && json_count(weights) == m->count;

    for (size_t i = 0; good && i < m->count; i++) {
        const struct json *v = json_at(weights, i);

        good = json_type(v) == JSON_NUMBER;
        w[i] = good ? json_number(v) : 0;
    }
    if (good)
        return ERR_OK;
    return kind_problem(member_at, "answers",
                        "answer %zu must have a number \"constant\" and "
                        "\"weights\", a number for each of %zu columns",
                        a, m->count);
}

static enum err
read_coefficients(const struct json *value, const struct features *f,
                  void **own)
{
    const struct json *columns = value ? json_get(value, "columns") : NULL;
    const struct json *answers = value ? json_get(value, "answers") : NULL;
    struct linear *m;
    enum err e = ERR_OK;

    if (!columns || json_type(columns) != JSON_ARRAY || !answers
        || json_type(answers) != JSON_ARRAY
        || json_count(columns) > COLUMNS_MAX
        || json_count(answers) != (f->classes.count ? f->classes.count : 1))
        return kind_problem("/weights", "coefficients",
                            "\"coefficients\" must have \"columns\", at most "
                            "%d, and \"answers\", one for each class",
                            COLUMNS_MAX);
    m = xcalloc(1, sizeof *m);
    m->count = json_count(columns);
    m->answers = json_count(answers);
    m->columns = xcalloc(m->count + 1, sizeof *m->columns);
    m->weights = xcalloc(m->answers * (m->count + 1), sizeof *m->weights);
    for (size_t i = 0; i < m->count && e == ERR_OK; i++)
        e = read_column(json_at(columns, i), f, i, &m->columns[i]);
    for (size_t a = 0; a < m->answers && e == ERR_OK; a++)
        e = read_answer(json_at(answers, a), m, a);
    if (e == ERR_OK)
        *own = m;
    else
        linear_free(m);
    return e;
}

/* ---- predicting ---- */

static void
predict(const void *own, const double *row, size_t classes, double *out)
{
    const struct linear *m = own;

    for (size_t a = 0; a < m->answers; a++) {
        const double *w = m->weights + a * (m->count + 1);

        out[a] = w[m->count];
        for (size_t i = 0; i < m->count; i++)
            out[a] += w[i] * column_value(&m->columns[i], row);
    }
    if (classes > 0)
        linear_softmax(out, classes);
}

/* ---- the kind ---- */

static const struct learner learner = {
    .kind = &kind_linear,
    .member = "coefficients",
    .learn = learn,
    .read = read_coefficients,
    .release = linear_free,
    .predict = predict,
};

static enum err
fit(const struct source *source, const struct json *old, struct buf *weights)
{
    (void) old; /* a table says all */
    return tabular_fit(&learner, source, weights);
}

static enum err
compile(const struct json *weights, const struct json *params, void **model)
{
    return tabular_compile(&learner, weights, params, model);
}

static enum err
check(const struct json *weights)
{
    return tabular_check(&learner, weights);
}

const struct kind kind_linear = {
    .name = "linear",
    .summary = "a table: logistic or least-squares regression",
    .params = own_params,
    .learns = LEARNS_TABLE,
    .moves = "the odds of a class, or the number that is answered",
    .fit = fit,
    .compile = compile,
    .release = tabular_release,
    .columns = kind_no_columns,
    .find = kind_no_column,
    .test = tabular_test,
    .adjust = tabular_adjust,
    .show = tabular_show,
    .check = check,
    .metrics = tabular_metrics,
    .headlines = tabular_headlines,
};
