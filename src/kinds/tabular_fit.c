/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Learning from a table. A part of the rows, drawn by the seed, is held out:
 * a first model that never saw them is measured by them, and a second one of
 * all rows is kept.
 */
#include "kinds/tabular.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/number.h"
#include "data/dataset.h"
#include "kinds/quality.h"

enum {
    HELD_OUT_LEAST = 10,  /* fewer rows measure nothing */
    CONFUSION_MAX = 100,  /* classes of a confusion matrix */
    WHOLE_CLASSES_MAX = 2 /* numbers that are classes without being told */
};

/* All of a fit. */
struct fitting {
    const struct learner *learner;
    const struct source *source;
    struct features features;
    size_t rows;
    double *x, *y, *weights; /* as in struct lesson, all rows */
    double *gains;
    size_t *order; /* the rows, those held out last */
    size_t held_out;
    int64_t done, total; /* rounds of both lessons, for progress */
};

/* ---- features and target ---- */

static void
take_feature(const struct dataset_column *c, size_t rows, struct feature *f)
{
    for (size_t i = 0; i < c->level_count; i++)
        names_add(&f->levels, c->levels[i], strlen(c->levels[i]));
    for (size_t i = 0; i < rows && !c->levels; i++) {
        f->min = fmin(f->min, c->values[i]); /* of NaN and v it is v */
        f->max = fmax(f->max, c->values[i]);
    }
    f->missing = (double) c->missing / (double) rows;
}

/* The distinct numbers of the label, up to CLASSES_MAX + 1 of them. */
static size_t
distinct(const struct dataset_column *label, size_t rows, double *out)
{
    size_t n = 0, at;

    for (size_t i = 0; i < rows && n <= CLASSES_MAX; i++) {
        for (at = n; at > 0 && out[at - 1] > label->values[i]; at--)
            ;
        if (at > 0 && out[at - 1] == label->values[i])
            continue;
        memmove(out + at + 1, out + at, (n - at) * sizeof *out);
        out[at] = label->values[i];
        n++;
    }
    return n;
}

/* Are the numbers of the label classes? By the task, or when they are two
 * integers. */
static bool
are_classes(const struct fitting *t, const double *values, size_t count)
{
    const struct json *task = json_get(t->source->params, "task");

    if (task)
        return strcmp(json_text(task), "classify") == 0;
    for (size_t i = 0; i < count; i++)
        if (values[i] != floor(values[i]))
            return false;
    return count == WHOLE_CLASSES_MAX;
}

static enum err
take_numbers(struct fitting *t, const struct dataset_column *label)
{
    double values[CLASSES_MAX + 2];
    char name[NUMBER_MAX];
    size_t count = distinct(label, t->rows, values);

    if (!are_classes(t, values, count)) {
        memcpy(t->y, label->values, t->rows * sizeof *t->y);
        return ERR_OK;
    }
    if (count > CLASSES_MAX)
        return err_set(ERR_DATA, "the label \"%s\" has more than %d classes",
                       label->name, CLASSES_MAX);
    for (size_t i = 0; i < count; i++)
        names_add(&t->features.classes, name, number_print(name, values[i]));
    for (size_t i = 0; i < t->rows; i++) {
        size_t at = 0;

        while (values[at] != label->values[i])
            at++;
        t->y[i] = (double) at;
    }
    return ERR_OK;
}

static enum err
take_target(struct fitting *t)
{
    const struct dataset_column *label = &t->source->data->label;
    const struct json *task = json_get(t->source->params, "task");
    struct names *classes = &t->features.classes;
    enum err e = ERR_OK;

    t->features.target = xstrdup(label->name);
    if (!label->levels) {
        e = take_numbers(t, label);
    } else if (task && strcmp(json_text(task), "regress") == 0) {
        e = err_set(ERR_DATA,
                    "the label \"%s\" has texts, which cannot be "
                    "regressed",
                    label->name);
    } else if (label->level_count > CLASSES_MAX) {
        e = err_set(ERR_DATA, "the label \"%s\" has more than %d classes",
                    label->name, CLASSES_MAX);
    } else {
        for (size_t i = 0; i < label->level_count; i++)
            names_add(classes, label->levels[i], strlen(label->levels[i]));
        memcpy(t->y, label->values, t->rows * sizeof *t->y);
    }
    if (e == ERR_OK && classes->count == 1)
        e = err_set(ERR_DATA,
                    "the label \"%s\" is \"%s\" in every row: there "
                    "is nothing to learn",
                    label->name, classes->items[0]);
    return e;
}

static enum err
take_data(struct fitting *t)
{
    const struct dataset *d = t->source->data;

    t->rows = d->rows;
    t->features.scale = 1;
    t->x = xcalloc(d->rows * d->count, sizeof *t->x);
    t->y = xcalloc(d->rows, sizeof *t->y);
    t->weights = xcalloc(d->rows, sizeof *t->weights);
    t->order = xcalloc(d->rows, sizeof *t->order);
    t->gains = xcalloc(d->count, sizeof *t->gains);
    for (size_t c = 0; c < d->count; c++) {
        const struct dataset_column *from = &d->columns[c];

        take_feature(
            from, d->rows,
            features_add(&t->features, from->name, strlen(from->name)));
        for (size_t i = 0; i < d->rows; i++)
            t->x[i * d->count + c] = from->values[i];
    }
    for (size_t i = 0; i < d->rows; i++)
        t->weights[i] = 1;
    return take_target(t);
}

/* ---- class weights ---- */

static enum err
read_weights(const struct fitting *t, const char *text, double *factors)
{
    const struct names *classes = &t->features.classes;

    while (*text) {
        size_t len = strcspn(text, ","), at = 0;
        char *item = xstrndup(text, len), *equals = strrchr(item, '=');
        double v = 0;
        bool good = equals != NULL;

        if (equals)
            *equals = '\0';
        good = good && names_find(classes, item, &at)
               && number_read(equals + 1, strlen(equals + 1), NUMBER_LOOSE, &v)
                      == ERR_OK
               && v >= 1e-6 && v <= 1e6;
        free(item);
        if (!good)
            return err_set(ERR_DATA,
                           "class_weights must be balanced, or "
                           "LABEL=WEIGHT of classes there are, each 1e-6 to "
                           "1e6, with commas; not \"%.*s\"",
                           (int) (len < 100 ? len : 100), text);
        factors[at] = v;
        text += len + (text[len] == ',');
    }
    return ERR_OK;
}

static enum err
weigh_classes(struct fitting *t)
{
    const struct json *param = json_get(t->source->params, "class_weights");
    size_t count = t->features.classes.count;
    double *factors;
    enum err e = ERR_OK;

    if (!param)
        return ERR_OK;
    if (count == 0)
        return err_set(ERR_DATA,
                       "class_weights is for labels that are "
                       "classes, and \"%s\" is a number",
                       t->features.target);
    factors = xcalloc(count, sizeof *factors);
    if (strcmp(json_text(param), "balanced") == 0) {
        for (size_t i = 0; i < t->rows; i++)
            factors[(size_t) t->y[i]]++;
        for (size_t i = 0; i < count; i++)
            factors[i] = (double) t->rows / ((double) count * factors[i]);
    } else {
        for (size_t i = 0; i < count; i++)
            factors[i] = 1;
        e = read_weights(t, json_text(param), factors);
    }
    for (size_t i = 0; i < t->rows && e == ERR_OK; i++)
        t->weights[i] = factors[(size_t) t->y[i]];
    free(factors);
    return e;
}

/* ---- the division ---- */

/* SplitMix64 (Steele, Lea and Flood 2014). */
uint64_t
tabular_draw(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

static void
divide(struct fitting *t)
{
    const struct kind *kind = t->learner->kind;
    const struct json *params = t->source->params;
    uint64_t state = (uint64_t) tabular_number(kind, params, "seed");
    double share = tabular_number(kind, params, "holdout");

    for (size_t i = 0; i < t->rows; i++)
        t->order[i] = i;
    for (size_t i = t->rows; i > 1; i--) {
        size_t at = (size_t) (tabular_draw(&state) % i), swap = t->order[at];

        t->order[at] = t->order[i - 1];
        t->order[i - 1] = swap;
    }
    t->held_out = (size_t) (share * (double) t->rows);
    if (t->held_out < HELD_OUT_LEAST)
        t->held_out = 0;
}

/* ---- lessons ---- */

static enum err
on_progress(int64_t done, int64_t total, void *arg)
{
    struct fitting *t = arg;
    int64_t lessons = t->held_out ? 2 : 1;

    t->total = total;
    return t->source->progress(t->done + done, lessons * total,
                               t->source->arg);
}

/* Learns from the first count rows of the order. */
static enum err
learn(struct fitting *t, size_t count, struct buf *out)
{
    size_t width = t->features.count;
    double *x = xcalloc(count * width, sizeof *x);
    double *y = xcalloc(count, sizeof *y);
    double *weights = xcalloc(count, sizeof *weights);
    struct lesson l = {.features = &t->features,
                       .kind = t->learner->kind,
                       .params = t->source->params,
                       .x = x,
                       .y = y,
                       .weights = weights,
                       .rows = count,
                       .progress = t->source->progress ? on_progress : NULL,
                       .arg = t};
    enum err e;

    for (size_t i = 0; i < count; i++) {
        memcpy(x + i * width, t->x + t->order[i] * width, width * sizeof *x);
        y[i] = t->y[t->order[i]];
        weights[i] = t->weights[t->order[i]];
    }
    memset(t->gains, 0, width * sizeof *t->gains);
    e = t->learner->learn(&l, out, t->gains);
    t->done += t->total;
    free(weights);
    free(y);
    free(x);
    return e;
}

/* ---- metrics ---- */

static void
put_class_metrics(const struct fitting *t, const double *p,
                  struct json_out *out)
{
    const struct names *classes = &t->features.classes;
    size_t count = classes->count;
    size_t *truth = xcalloc(t->held_out, sizeof *truth);
    struct class_quality q;

    for (size_t i = 0; i < t->held_out; i++)
        truth[i] = (size_t) t->y[t->order[t->rows - t->held_out + i]];
    quality_classes(truth, p, t->held_out, count, &q);
    json_key(out, "accuracy");
    json_put_number(out, q.accuracy);
    json_key(out, "auc");
    json_put_number(out, q.auc);
    if (count <= CONFUSION_MAX) {
        json_key(out, "confusion"); /* a row per true class */
        json_open(out, '[');
        for (size_t i = 0; i < count; i++) {
            json_open(out, '[');
            for (size_t j = 0; j < count; j++)
                json_put_int(out, (int64_t) q.confusion[i * count + j]);
            json_close(out, ']');
        }
        json_close(out, ']');
    }
    json_key(out, "log_loss");
    json_put_number(out, q.log_loss);
    free(q.confusion);
    free(truth);
}

static void
put_value_metrics(const struct fitting *t, const double *said,
                  struct json_out *out)
{
    double *truth = xcalloc(t->held_out, sizeof *truth);
    struct value_quality q;

    for (size_t i = 0; i < t->held_out; i++)
        truth[i] = t->y[t->order[t->rows - t->held_out + i]];
    quality_values(truth, said, t->held_out, &q);
    json_key(out, "mae");
    json_put_number(out, q.mae);
    json_key(out, "r2");
    json_put_number(out, q.r2);
    json_key(out, "rmse");
    json_put_number(out, q.rmse);
    free(truth);
}

/* What a learned member says of the rows held out. */
static enum err
measure(struct fitting *t, const struct buf *learned, struct json_out *out)
{
    size_t width = t->features.count, count = t->features.classes.count;
    size_t answers = count ? count : 1;
    double *said = xcalloc(t->held_out * answers, sizeof *said);
    struct json *json = NULL;
    void *own = NULL;
    enum err e = json_parse(buf_text(learned), learned->len, &json);

    if (e == ERR_OK)
        e = t->learner->read(json, &t->features, &own);
    for (size_t i = 0; e == ERR_OK && i < t->held_out; i++)
        t->learner->predict(own,
                            t->x + t->order[t->rows - t->held_out + i] * width,
                            count, said + i * answers);
    if (e == ERR_OK && count)
        put_class_metrics(t, said, out);
    else if (e == ERR_OK)
        put_value_metrics(t, said, out);
    t->learner->release(own);
    json_free(json);
    free(said);
    return e;
}

static enum err
make_metrics(struct fitting *t, struct buf *metrics)
{
    struct json_out out = {.buf = metrics};
    struct buf learned = {0};
    double mean = 0;
    enum err e = ERR_OK;

    json_open(&out, '{');
    if (t->held_out > 0) {
        e = learn(t, t->rows - t->held_out, &learned);
        if (e == ERR_OK)
            e = measure(t, &learned, &out);
    }
    for (size_t i = 0; i < t->rows; i++)
        mean += t->y[i] / (double) t->rows;
    if (t->features.classes.count == 0) {
        json_key(&out, "mean");
        json_put_number(&out, mean);
    }
    json_key(&out, "rows");
    json_put_int(&out, (int64_t) t->rows);
    json_key(&out, "rows_held_out");
    json_put_int(&out, (int64_t) t->held_out);
    if (e == ERR_OK)
        json_close(&out, '}');
    buf_free(&learned);
    return e;
}

/* ---- the fit ---- */

static void
put_weights(const struct fitting *t, const struct buf *learned,
            const struct buf *metrics, const struct buf *examples,
            struct buf *weights)
{
    struct json_out out = {.buf = weights};

    json_open(&out, '{');
    features_write(&t->features, &out);
    json_key(&out, t->learner->member);
    json_put_raw(&out, buf_text(learned));
    json_key(&out, "metrics");
    json_put_raw(&out, buf_text(metrics));
    json_key(&out, "examples");
    json_put_raw(&out, buf_text(examples));
    json_close(&out, '}');
}

static enum err
finish(struct fitting *t, const struct buf *learned, const struct buf *metrics,
       struct buf *weights)
{
    double seed = tabular_number(t->learner->kind, t->source->params, "seed");
    struct buf bare = {0}, examples = {0};
    enum err e;

    features_weigh(&t->features, t->gains);
    buf_str(&examples, "[]");
    put_weights(t, learned, metrics, &examples, &bare);
    buf_clear(&examples);
    e = examples_draw(t->learner, &bare, (uint64_t) seed, &examples);
    if (e == ERR_OK)
        put_weights(t, learned, metrics, &examples, weights);
    buf_free(&examples);
    buf_free(&bare);
    return e;
}

enum err
tabular_fit(const struct learner *learner, const struct source *source,
            struct buf *weights)
{
    struct fitting t = {.learner = learner, .source = source};
    struct buf learned = {0}, metrics = {0};
    enum err e;

    err_clear();
    e = take_data(&t);
    if (e == ERR_OK)
        e = features_check(&t.features, "");
    if (e == ERR_OK)
        e = weigh_classes(&t);
    if (e == ERR_OK) {
        divide(&t);
        e = make_metrics(&t, &metrics);
    }
    if (e == ERR_OK)
        e = learn(&t, t.rows, &learned);
    if (e == ERR_OK)
        e = finish(&t, &learned, &metrics, weights);
    buf_free(&metrics);
    buf_free(&learned);
    features_free(&t.features);
    free(t.order);
    free(t.gains);
    free(t.weights);
    free(t.y);
    free(t.x);
    return e;
}
