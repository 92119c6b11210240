/* SPDX-License-Identifier: Apache-2.0 */
/* Models of tables: compiled, shown, adjusted, and what a row answers. */
#include "kinds/tabular.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/number.h"
#include "kinds/quality.h"

/* ---- params ---- */

double
tabular_number(const struct kind *kind, const struct json *params,
               const char *name)
{
    const struct json *value = params ? json_get(params, name) : NULL;
    const char *column;
    const struct param *p = param_find(kind, name, &column);
    double number = 0;

    if (value)
        return json_number(value);
    (void) number_scan(p->preset, p->preset + strlen(p->preset), NUMBER_LOOSE,
                       &number);
    return number;
}

static const char *
text_of(const struct json *params, const char *name)
{
    const struct json *value = params ? json_get(params, name) : NULL;

    return value ? json_text(value) : NULL;
}

/* "id, beds" is two names. */
static void
split_names(const char *text, struct names *out)
{
    while (text && *text) {
        size_t len = strcspn(text, ","), blank = strspn(text, " \t");
        size_t end = len;

        while (end > blank && (text[end - 1] == ' ' || text[end - 1] == '\t'))
            end--;
        if (end > blank)
            names_add(out, text + blank, end - blank);
        text += len + (text[len] == ',');
    }
}

static enum err
take_params(struct tabular *m, const struct json *params)
{
    static const char *const taken[] = {"id", "model", "verdicts"};
    const char *unseen = text_of(params, "unseen");
    const char *task = text_of(params, "task");
    const char *answer = text_of(params, "answer");
    enum err e = ERR_OK;

    m->threshold = tabular_number(m->learner->kind, params, "threshold");
    m->offset += tabular_number(m->learner->kind, params, "offset");
    m->answer = answer ? xstrdup(answer) : NULL;
    split_names(text_of(params, "ignore"), &m->ignored);
    m->unseen_missing = unseen && strcmp(unseen, "missing") == 0;
    if (unseen && !m->unseen_missing && strcmp(unseen, "error") != 0)
        e = kind_problem("/params", "unseen",
                         "unseen must be error or missing, not \"%s\"",
                         unseen);
    if (task && strcmp(task, "classify") != 0 && strcmp(task, "regress") != 0)
        e = kind_problem("/params", "task",
                         "task must be classify or regress, not \"%s\"", task);
    for (size_t i = 0; answer && i < sizeof taken / sizeof *taken; i++)
        if (strcmp(answer, taken[i]) == 0)
            e = kind_problem("/params", "answer",
                             "an answer has \"%s\" already: choose another "
                             "name",
                             answer);
    if (m->features.classes.count != 2 && fabs(m->threshold - 0.5) > 0)
        e = kind_problem("/params", "threshold",
                         "a threshold is for models of two classes");
    if (m->offset != 0 && m->features.classes.count > 0)
        e = kind_problem("/params", "offset",
                         "an offset is for models that answer a number");
    return e;
}

/* ---- compile ---- */

static enum err
read_priors(struct tabular *m, const struct json *priors)
{
    size_t count = m->features.classes.count;

    m->priors = xcalloc(count ? count : 1, sizeof *m->priors);
    for (size_t i = 0; i < count; i++)
        m->priors[i] = 1;
    if (!priors)
        return ERR_OK;
    if (json_type(priors) != JSON_ARRAY || count == 0
        || json_count(priors) != count)
        return kind_problem("/weights", "priors",
                            "\"priors\" must be an array of a factor for each "
                            "class");
    for (size_t i = 0; i < count; i++) {
        const struct json *v = json_at(priors, i);

        m->priors[i] = json_type(v) == JSON_NUMBER ? json_number(v) : 0;
        if (!(m->priors[i] >= 1e-6 && m->priors[i] <= 1e6))
            return kind_problem("/weights", "priors",
                                "item %zu of \"priors\" is not between 1e-6 "
                                "and 1e6",
                                i);
    }
    return ERR_OK;
}

static enum err
read_rest(struct tabular *m, const struct json *weights)
{
    const char *known[] = {"examples",         "features", "metrics",
                           "offset",           "priors",   "target",
                           m->learner->member, NULL};
    const struct json *metrics = json_get(weights, "metrics");
    const struct json *offset = json_get(weights, "offset");
    enum err e = kind_members(weights, known, "weights", "/weights", NULL);

    if (e != ERR_OK)
        return e;
    if (metrics && json_type(metrics) != JSON_OBJECT)
        return kind_problem("/weights", "metrics",
                            "\"metrics\" must be an object");
    if (metrics)
        json_canonical(metrics, &m->metrics);
    if (offset && json_type(offset) != JSON_NUMBER)
        return kind_problem("/weights", "offset",
                            "\"offset\" must be a "
                            "number");
    m->offset = offset ? json_number(offset) : 0;
    return read_priors(m, json_get(weights, "priors"));
}

/* Are all classes integers as number_print() writes them? */
static bool
all_whole(const struct names *classes)
{
    int64_t v;

    for (size_t i = 0; i < classes->count; i++)
        if (number_int(classes->items[i], -INT32_MAX, INT32_MAX, &v) != ERR_OK)
            return false;
    return true;
}

void
tabular_release(void *model)
{
    struct tabular *m = model;

    if (!m)
        return;
    m->learner->release(m->own);
    features_free(&m->features);
    names_free(&m->ignored);
    buf_free(&m->metrics);
    free(m->priors);
    free(m->answer);
    free(m);
}

enum err
tabular_compile(const struct learner *learner, const struct json *weights,
                const struct json *params, void **model)
{
    struct tabular *m = xcalloc(1, sizeof *m);
    enum err e = ERR_OK;

    m->learner = learner;
    err_clear();
    if (params)
        e = params_check(learner->kind, params);
    if (e == ERR_OK && json_type(weights) != JSON_OBJECT)
        e = kind_problem("/weights", NULL, "weights must be an object");
    if (e == ERR_OK)
        e = features_read(weights, &m->features);
    if (e == ERR_OK)
        e = read_rest(m, weights);
    if (e == ERR_OK)
        e = learner->read(json_get(weights, learner->member), &m->features,
                          &m->own);
    if (e == ERR_OK)
        e = take_params(m, params);
    if (e == ERR_OK) {
        m->whole_classes = all_whole(&m->features.classes);
        err_clear(); /* of what was no integer */
        *model = m;
    } else {
        tabular_release(m);
    }
    return e;
}

enum err
tabular_check(const struct learner *learner, const struct json *weights)
{
    void *model = NULL;
    enum err e = tabular_compile(learner, weights, NULL, &model);

    if (e == ERR_OK)
        e = examples_check(model, json_get(weights, "examples"));
    tabular_release(model);
    return e;
}

/* ---- answers ---- */

void
tabular_predict(const struct tabular *m, double *values, double *value,
                double *probabilities)
{
    const struct features *f = &m->features;
    double sum = 0;

    for (size_t i = 0; i < f->count; i++)
        if (f->items[i].mean != 0 || f->items[i].scale != 1)
            values[i] = (values[i] - f->items[i].mean) / f->items[i].scale;
    if (f->classes.count == 0) {
        m->learner->predict(m->own, values, 0, value);
        *value = f->mean + f->scale * *value + m->offset;
        return;
    }
    m->learner->predict(m->own, values, f->classes.count, probabilities);
    for (size_t i = 0; i < f->classes.count; i++)
        if (m->priors[i] != 1)
            sum = 1; /* there is something to do */
    if (sum == 0)
        return;
    sum = 0;
    for (size_t i = 0; i < f->classes.count; i++)
        sum += probabilities[i] *= m->priors[i];
    for (size_t i = 0; i < f->classes.count && sum > 0; i++)
        probabilities[i] /= sum;
}

size_t
tabular_class(const struct tabular *m, const double *probabilities)
{
    if (m->features.classes.count == 2 && m->threshold != 0.5)
        return probabilities[1] >= m->threshold;
    return quality_best(probabilities, m->features.classes.count);
}

/* ---- show ---- */

void
tabular_show(const void *model, const char *const *states,
             struct json_out *out)
{
    const struct tabular *m = model;
    bool moved = false;

    (void) states; /* of columns */
    json_open(out, '{');
    features_write(&m->features, out);
    if (m->metrics.len > 0) {
        json_key(out, "metrics");
        json_put_raw(out, buf_text(&m->metrics));
    }
    for (size_t i = 0; i < m->features.classes.count; i++)
        moved |= m->priors[i] != 1;
    if (moved) {
        json_key(out, "priors");
        json_open(out, '{');
        for (size_t i = 0; i < m->features.classes.count; i++) {
            json_key(out, m->features.classes.items[i]);
            json_put_number(out, m->priors[i]);
        }
        json_close(out, '}');
    }
    if (m->offset != 0) {
        json_key(out, "offset");
        json_put_number(out, m->offset);
    }
    json_close(out, '}');
}

void
tabular_metrics(const void *model, struct json_out *out)
{
    const struct tabular *m = model;

    json_put_raw(out, m->metrics.len ? buf_text(&m->metrics) : "{}");
}

/* Of classes; of numbers. */
const char *const tabular_headlines[] = {"accuracy", "r2", "rmse", NULL};

/* ---- adjust ---- */

/* The class that adjust moves: the one named, else the second of two. */
static enum err
which_class(const struct features *f, const char *name, size_t *at)
{
    struct buf why = {0};
    enum err e = ERR_OK;

    if (name && names_find(&f->classes, name, at))
        return ERR_OK;
    if (!name && f->classes.count == 2) {
        *at = 1;
        return ERR_OK;
    }
    for (size_t i = 0; i < f->classes.count && i < 8; i++)
        buf_printf(&why, "%s%s", i ? ", " : "", f->classes.items[i]);
    if (name)
        e = err_set(ERR_NOT_FOUND, "no class \"%s\"; there is %s", name,
                    buf_text(&why));
    else
        e = err_set(ERR_NOT_FOUND,
                    "the model has %zu classes; name one of %s as the column",
                    f->classes.count, buf_text(&why));
    buf_free(&why);
    return e;
}

/* The typical answer that an offset is a percentage of. */
static double
typical(const struct features *f, const struct json *weights)
{
    const struct json *metrics = json_get(weights, "metrics");
    const struct json *mean = metrics ? json_get(metrics, "mean") : NULL;

    return mean && json_type(mean) == JSON_NUMBER ? json_number(mean)
                                                  : f->mean;
}

/* Of what was measured on the rows held out only their mean holds for a model
 * that was moved. */
static void
put_metrics(const struct json *metrics, struct json_out *out)
{
    const struct json *mean = json_get(metrics, "mean");

    if (!mean || json_type(mean) != JSON_NUMBER)
        return;
    json_key(out, "metrics");
    json_open(out, '{');
    json_key(out, "mean");
    json_put_number(out, json_number(mean));
    json_close(out, '}');
}

/* The members of weights as they are, but for one, and the metrics. */
static void
put_all_but(const struct json *weights, const char * not, struct json_out *out)
{
    struct json_walk it = {0};
    struct buf text = {0};

    while (json_next(weights, &it)) {
        if (strcmp(it.key, not ) == 0)
            continue;
        if (strcmp(it.key, "metrics") == 0) {
            put_metrics(it.value, out);
            continue;
        }
        buf_clear(&text);
        json_canonical(it.value, &text);
        json_key(out, it.key);
        json_put_raw(out, buf_text(&text));
    }
    buf_free(&text);
}

static enum err
move_prior(const struct json *weights, const struct features *f,
           const char *name, double factor, struct json_out *out)
{
    const struct json *old = json_get(weights, "priors");
    size_t at = 0;
    double prior;
    enum err e = which_class(f, name, &at);

    if (e != ERR_OK)
        return e;
    prior = factor * (old ? json_number(json_at(old, at)) : 1);
    if (!(prior >= 1e-6 && prior <= 1e6))
        return err_set(ERR_DATA,
                       "the prior of class \"%s\" would be %g times "
                       "what it was at the fit; it must be 1e-6 to 1e6",
                       f->classes.items[at], prior);
    json_open(out, '{');
    put_all_but(weights, "priors", out);
    json_key(out, "priors");
    json_open(out, '[');
    for (size_t i = 0; i < f->classes.count; i++)
        json_put_number(out, i == at ? prior
                             : old   ? json_number(json_at(old, i))
                                     : 1);
    json_close(out, ']');
    json_close(out, '}');
    return ERR_OK;
}

static enum err
move_offset(const struct json *weights, const struct features *f,
            const char *name, double percent, struct json_out *out)
{
    const struct json *old = json_get(weights, "offset");
    double usual = typical(f, weights), offset;

    if (name)
        return err_set(ERR_NOT_FOUND,
                       "the model answers a number and has no "
                       "column \"%s\"",
                       name);
    if (usual == 0)
        return err_set(ERR_DATA,
                       "it is not known what the model usually "
                       "answers, so a percentage means nothing: set offset= "
                       "instead");
    offset = (old ? json_number(old) : 0) + fabs(usual) * percent / 100;
    if (!isfinite(offset) || fabs(offset) > 1e150)
        return err_set(ERR_DATA, "%g %% moves the offset too far", percent);
    json_open(out, '{');
    put_all_but(weights, "offset", out);
    json_key(out, "offset");
    json_put_number(out, offset);
    json_close(out, '}');
    return ERR_OK;
}

enum err
tabular_adjust(const struct json *weights, double percent, const char *column,
               struct buf *out)
{
    struct features f = {0};
    struct json_out json = {.buf = out};
    enum err e;

    err_clear();
    if (!isfinite(percent))
        return err_set(ERR_DATA, "the percentage must be a finite number");
    e = features_read(weights, &f);
    if (e == ERR_OK && f.classes.count > 0)
        e = move_prior(weights, &f, column, 1 + percent / 100, &json);
    else if (e == ERR_OK)
        e = move_offset(weights, &f, column, percent, &json);
    features_free(&f);
    return e;
}
