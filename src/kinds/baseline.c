/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The sensor: per column a mean and a standard deviation; a value alerts
 * when it reaches mean + k * std. Here it learns, is compiled, adjusted and
 * shown; how it judges is in baseline_judge.c.
 */
#include "kinds/baseline.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/number.h"
#include "data/stats.h"

enum { PARAM_K, PARAM_UNIT }; /* those of own_params[] that compile reads */

enum { TEN_YEARS = 315360000 }; /* seconds */

/* clang-format off */
static const struct param own_params[] = {
    [PARAM_K] = {
        .name = "k", .type = PARAM_NUMBER, .preset = "2",
        .min = 0, .max = 1000, .per_column = true, .whole = true,
        .help = "a value alerts from mean + k standard deviations on",
    },
    [PARAM_UNIT] = {
        .name = "unit", .type = PARAM_TEXT,
        .max = 32, .per_column = true, .whole = true,
        .help = "the unit of the readings, shown beside them",
    },
    {
        .name = "stale_after", .type = PARAM_DURATION,
        .min = 0, .max = TEN_YEARS, .whole = true,
        .help = "without a reading for so long the state is stale; 0 is off",
    },
    { .name = NULL },
};

/* clang-format on */

/* ---- fit ---- */

static enum err
learn_column(const struct source *source, size_t i, struct kind_column *c)
{
    const struct moments *m = &source->moments[i];
    bool several = source->column_count > 1;
    enum err e = baseline_check_name(c->name, "/columns");

    if (e != ERR_OK)
        return e;
    if (m->n < 2)
        return kind_problem("/columns", c->name,
                            "%s%s%sa fit needs at least two values, not %d",
                            several ? "column \"" : "", several ? c->name : "",
                            several ? "\": " : "", (int) m->n); /* 0 or 1 */
    c->n = m->n;
    c->missing = m->missing;
    c->mean = moments_mean(m);
    c->std = moments_std(m);
    c->min = m->min;
    c->max = m->max;
    return ERR_OK;
}

/* What the source says, with borrowed names. */
static enum err
learn(const struct source *source, struct baseline **out)
{
    const struct baseline_column *twice;
    struct baseline *m;
    enum err e = ERR_OK, one;

    if (source->column_count == 0 || source->column_count > KIND_COLUMNS_MAX)
        return kind_problem("/columns", NULL,
                            "a fit takes 1 to %d columns, not %zu",
                            KIND_COLUMNS_MAX, source->column_count);
    m = baseline_new(source->column_count);
    for (size_t i = 0; i < m->count && !kind_enough_problems(); i++) {
        m->columns[i].is.name = source->columns[i];
        one = learn_column(source, i, &m->columns[i].is);
        if (one != ERR_OK)
            e = one;
    }
    twice = e == ERR_OK ? baseline_index(m) : NULL;
    if (twice)
        e = kind_problem("/columns", twice->is.name,
                         "column \"%s\" is given twice", twice->is.name);
    if (e == ERR_OK)
        *out = m;
    else
        baseline_free(m);
    return e;
}

/*
 * The columns of old (may be NULL) in their order, those of fresh instead
 * where there are any, then the new ones. Names are borrowed.
 */
static struct baseline *
merge(const struct baseline *old, const struct baseline *fresh)
{
    size_t kept = old ? old->count : 0, count = 0;
    struct baseline *m = baseline_new(kept + fresh->count);

    for (size_t i = 0; i < kept; i++) {
        const struct baseline_column *c =
            baseline_find(fresh, old->columns[i].is.name);

        m->columns[count++] = c ? *c : old->columns[i];
    }
    for (size_t i = 0; i < fresh->count; i++)
        if (!old || !baseline_find(old, fresh->columns[i].is.name))
            m->columns[count++] = fresh->columns[i];
    m->count = count;
    return m;
}

/* The columns of a fit; names are borrowed from source and *before, which is
 * the old weights as they were read. */
static enum err
learn_all(const struct source *source, const struct json *old,
          struct baseline **before, struct baseline **all)
{
    struct baseline *fresh = NULL;
    enum err e;

    err_clear();
    e = learn(source, &fresh);
    if (e != ERR_OK || !old) {
        *all = fresh;
        return e;
    }
    e = baseline_read(old, before);
    if (e == ERR_OK) {
        *all = merge(*before, fresh);
        (void) baseline_index(*all); /* no name is in both */
    }
    if (e == ERR_OK && (*all)->count > KIND_COLUMNS_MAX)
        e = kind_problem("/columns", NULL,
                         "the model would have %zu columns, more than %d",
                         (*all)->count, KIND_COLUMNS_MAX);
    baseline_free(fresh);
    return e;
}

static enum err
fit(const struct source *source, const struct json *old, struct buf *weights)
{
    struct baseline *before = NULL, *all = NULL;
    enum err e = learn_all(source, old, &before, &all);

    if (e == ERR_OK)
        baseline_write(all, weights);
    baseline_free(all);
    baseline_free(before);
    return e;
}

/* ---- compile ---- */

/*
 * The product is a value of its own, so that no compiler joins it with the
 * sum: a fused multiply-add would move thresholds in their last digit.
 */
static void
set_k(struct kind_column *c, double k)
{
    double margin = k * c->std;

    c->k = k;
    c->threshold = c->mean + margin;
}

/* k and unit of every column; names and units are borrowed. */
static enum err
take_params(struct baseline *m, const struct json *params)
{
    const char *preset = own_params[PARAM_K].preset;
    const struct json *k = json_get(params, "k");
    const struct json *unit = json_get(params, "unit");
    struct json_walk it = {0};
    struct buf why = {0};
    double usual = 0;
    enum err e = ERR_OK;

    (void) number_scan(preset, preset + strlen(preset), NUMBER_LOOSE, &usual);
    for (size_t i = 0; i < m->count; i++) {
        set_k(&m->columns[i].is, k ? json_number(k) : usual);
        m->columns[i].is.unit = unit ? json_text(unit) : "";
    }
    while (json_next(params, &it) && !kind_enough_problems()) {
        const char *name = NULL;
        const struct param *p = param_find(&kind_baseline, it.key, &name);
        struct baseline_column *c = name ? baseline_find(m, name) : NULL;

        if (!name)
            continue;
        if (!c) {
            buf_clear(&why);
            kind_column_lost(&kind_baseline, m, name, &why);
            e = kind_problem("/params", it.key, "%s: %s", it.key,
                             buf_text(&why));
        } else if (p == &own_params[PARAM_K]) {
            set_k(&c->is, json_number(it.value));
            c->own_k = true;
        } else if (p == &own_params[PARAM_UNIT]) {
            c->is.unit = json_text(it.value);
        }
    }
    buf_free(&why);
    return e;
}

static enum err
check_thresholds(const struct baseline *m)
{
    enum err e = ERR_OK;

    for (size_t i = 0; i < m->count && !kind_enough_problems(); i++) {
        const struct kind_column *c = &m->columns[i].is;

        if (!isfinite(c->threshold))
            e = kind_problem("/weights/columns", c->name,
                             "mean + k * std of column \"%s\" is beyond the "
                             "range of a double",
                             c->name);
    }
    return e;
}

static const char *
keep(char **room, const char *s)
{
    size_t size = strlen(s) + 1;
    char *copy = memcpy(*room, s, size);

    *room += size;
    return copy;
}

/* Copies what is borrowed, all into one piece of memory. */
static void
keep_texts(struct baseline *m)
{
    size_t size = 0;
    char *room, *text;

    for (size_t i = 0; i < m->count; i++)
        size += strlen(m->columns[i].is.name) + 1
                + strlen(m->columns[i].is.unit) + 1;
    room = text = xmalloc(size);
    for (size_t i = 0; i < m->count; i++) {
        struct kind_column *c = &m->columns[i].is;

        c->name = keep(&room, c->name);
        c->unit = keep(&room, c->unit);
    }
    free(m->text);
    m->text = text;
}

/* The weights are read into m, which is freed when the rest fails. */
static enum err
complete(struct baseline *m, const struct json *params, void **model)
{
    enum err e = take_params(m, params);

    if (e == ERR_OK)
        e = check_thresholds(m);
    if (e == ERR_OK) {
        keep_texts(m);
        *model = m;
    } else {
        baseline_free(m);
    }
    return e;
}

static enum err
compile(const struct json *weights, const struct json *params, void **model)
{
    struct baseline *m = NULL;
    enum err e = ERR_OK;

    err_clear();
    if (params)
        e = params_check(&kind_baseline, params);
    if (e == ERR_OK)
        e = baseline_read(weights, &m);
    return e == ERR_OK ? complete(m, params, model) : e;
}

static bool
compile_plain(const char *weights, const struct json *params, void **model)
{
    struct baseline *m;

    err_clear();
    if (params && params_check(&kind_baseline, params) != ERR_OK)
        return false;
    m = baseline_read_plain(weights);
    return m && complete(m, params, model) == ERR_OK;
}

/* The numbers read back from weights would be the same ones. */
static enum err
fit_compiled(const struct source *source, const struct json *old,
             const struct json *params, struct buf *weights, void **model)
{
    struct baseline *before = NULL, *all = NULL;
    enum err e = learn_all(source, old, &before, &all);

    if (e == ERR_OK && params)
        e = params_check(&kind_baseline, params);
    if (e == ERR_OK && weights)
        baseline_write(all, weights);
    if (e == ERR_OK)
        e = complete(all, params, model);
    else
        baseline_free(all);
    baseline_free(before);
    return e;
}

static enum err
check(const struct json *weights)
{
    void *model = NULL;
    enum err e = compile(weights, NULL, &model);

    baseline_free(model);
    return e;
}

/* ---- a compiled model and its columns ---- */

static size_t
columns(const void *model)
{
    const struct baseline *m = model;

    return m->count;
}

static void
column(const void *model, size_t i, struct kind_column *out)
{
    const struct baseline *m = model;

    *out = m->columns[i].is;
}

static bool
find(const void *model, const char *name, size_t *index)
{
    const struct baseline *m = model;
    const struct baseline_column *c = baseline_find(m, name);

    if (c)
        *index = (size_t) (c - m->columns); /* c is one of them */
    return c;
}

static void
show(const void *model, const char *const *states, struct json_out *out)
{
    const struct baseline *m = model;

    json_open(out, '{');
    json_key(out, "columns");
    json_open(out, '{');
    for (size_t i = 0; i < m->count; i++) {
        const struct kind_column *c = &m->columns[i].is;

        json_key(out, c->name);
        json_open(out, '{');
        baseline_put_fields(out, c);
        json_key(out, "threshold");
        json_put_number(out, c->threshold);
        json_key(out, "state");
        json_put_text(out, states[i]);
        if (c->unit[0]) {
            json_key(out, "unit");
            json_put_text(out, c->unit);
        }
        if (m->columns[i].own_k) {
            json_key(out, "k");
            json_put_number(out, c->k);
        }
        json_close(out, '}');
    }
    json_close(out, '}');
    json_close(out, '}');
}

/* ---- adjust ---- */

static enum err
move_mean(struct kind_column *c, double percent)
{
    double mean = c->mean * (1 + percent / 100);
    char shown[NUMBER_MAX];

    if (!isfinite(percent))
        return err_set(ERR_DATA, "the percentage must be a finite number");
    if (!isfinite(mean)) {
        (void) number_print(shown, percent);
        return err_set(ERR_DATA,
                       "%s %% moves the mean of column \"%s\" beyond the "
                       "range of a double",
                       shown, c->name);
    }
    c->mean = mean;
    return ERR_OK;
}

static enum err
adjust(const struct json *weights, double percent, const char *column_name,
       struct buf *out)
{
    struct baseline *m = NULL;
    size_t first = 0, end = 0;
    enum err e;

    err_clear();
    e = baseline_read(weights, &m);
    if (e == ERR_OK)
        end = m->count;
    if (e == ERR_OK && column_name) {
        e = kind_column_find(&kind_baseline, m, column_name, &first);
        end = first + 1;
    }
    for (size_t i = first; e == ERR_OK && i < end; i++)
        e = move_mean(&m->columns[i].is, percent);
    if (e == ERR_OK)
        baseline_write(m, out);
    baseline_free(m);
    return e;
}

const struct kind kind_baseline = {
    .name = "baseline",
    .summary = "a sensor: alerts from mean + k standard deviations on",
    .params = own_params,
    .learns = LEARNS_MOMENTS,
    .moves = "the means, and with them the thresholds",
    .fit = fit,
    .fit_compiled = fit_compiled,
    .compile = compile,
    .compile_plain = compile_plain,
    .release = baseline_free,
    .columns = columns,
    .column = column,
    .find = find,
    .judge = baseline_judge,
    .alerts = baseline_alerts,
    .test = baseline_test,
    .explain = baseline_explain,
    .adjust = adjust,
    .show = show,
    .check = check,
};
