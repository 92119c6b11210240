/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the kinds that learn from a table share: features and classes, the
 * division into rows to learn from and rows to measure by, requests by name,
 * priors and offset. A learner brings what differs. Weights are
 *   {"features":[...],"target":{...},   see features.h
 *    "forest":{...},                    the learner's own member
 *    "metrics":{"accuracy":0.64,...},   measured at the fit; may be absent
 *    "examples":[{"row":{"distance":284,...},   asked when it is loaded;
 *                 "answer":{"High":0.3,...}},...], may be absent
 *    "priors":[1,1.1],                  factors of the classes, by adjust
 *    "offset":0.5}                      added to the answer, by adjust
 */
#ifndef VIGIA_TABULAR_H
#define VIGIA_TABULAR_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "kinds/features.h"
#include "kinds/kind.h"

/* What a learner learns from: rows of numbers, and codes of levels. */
struct lesson {
    const struct features *features;
    const struct kind *kind; /* whose params those are */
    const struct json *params;
    const double *x; /* [row * features->count + feature]; NaN: missing */
    const double *y; /* a number or the place of a class */
    const double *weights; /* of the rows */
    size_t rows;
    enum err (*progress)(int64_t done, int64_t total, void *arg); /* or NULL */
    void *arg;
};

struct learner {
    const struct kind *kind;
    const char *member; /* of the weights */

    /* Adds the value of member; gains has room for a number per feature, and
     * gets what each was worth, none below 0. */
    enum err (*learn)(const struct lesson *lesson, struct buf *out,
                      double *gains);

    /* Reads the value of member (NULL: there is none), checked completely;
     * release takes NULL. */
    enum err (*read)(const struct json *value, const struct features *f,
                     void **own);
    void (*release)(void *own);

    /* The number for a row (classes is 0), or a probability per class. */
    void (*predict)(const void *own, const double *row, size_t classes,
                    double *out);
};

/* A compiled model. */
struct tabular {
    const struct learner *learner;
    struct features features;
    void *own;
    struct buf metrics; /* an object, or nothing */
    double *priors;     /* per class */
    double offset;      /* of adjust and of the param together */
    double threshold;   /* of the second of two classes */
    bool whole_classes; /* their names are integers, answered as such */
    bool unseen_missing;
    char *answer;         /* a second name of the label; NULL: none */
    struct names ignored; /* members of a request that are no feature */
};

/* The params that all of them have; rows of a table. */
/* clang-format off */
#define TABULAR_PARAMS                                                       \
    { .name = "answer", .type = PARAM_TEXT, .max = 64, .whole = true,        \
      .help = "a name by which the answer to one row is given, too" },       \
    { .name = "class_weights", .type = PARAM_TEXT, .max = 1024,              \
      .whole = true,                                                         \
      .help = "balanced, or LABEL=WEIGHT,...: how much a row counts" },      \
    { .name = "holdout", .type = PARAM_NUMBER, .preset = "0.2", .min = 0,    \
      .max = 0.9, .whole = true,                                             \
      .help = "the share of rows that the metrics are measured by" },        \
    { .name = "ignore", .type = PARAM_TEXT, .max = 4096, .whole = true,      \
      .help = "members of a request that are no feature, with commas" },     \
    { .name = "offset", .type = PARAM_NUMBER, .preset = "0", .min = -1e150,  \
      .max = 1e150, .whole = true,                                           \
      .help = "added to the number that is answered" },                      \
    { .name = "seed", .type = PARAM_NUMBER, .preset = "1", .min = 0,         \
      .max = 2147483647, .whole = true, .integer = true,                     \
      .help = "of what is drawn at a fit" },                                 \
    { .name = "task", .type = PARAM_TEXT, .max = 16, .whole = true,          \
      .help = "classify or regress; by the label unless told" },             \
    { .name = "threshold", .type = PARAM_NUMBER, .preset = "0.5", .min = 0,  \
      .max = 1, .whole = true,                                               \
      .help = "the probability that the second of two classes needs" },      \
    { .name = "unseen", .type = PARAM_TEXT, .max = 16, .whole = true,        \
      .help = "error, or missing: what a level is that no row had" }
/* clang-format on */

/* The number of a param that has a preset. */
double tabular_number(const struct kind *kind, const struct json *params,
                      const char *name);

/* Members of struct kind, the first with a learner more. */
CHECKED enum err tabular_fit(const struct learner *learner,
                             const struct source *source, struct buf *weights);
CHECKED enum err tabular_compile(const struct learner *learner,
                                 const struct json *weights,
                                 const struct json *params, void **model);
CHECKED enum err tabular_check(const struct learner *learner,
                               const struct json *weights);
void tabular_release(void *model);
enum err tabular_adjust(const struct json *weights, double percent,
                        const char *column, struct buf *out);
enum err tabular_test(const void *model, const struct json *request,
                      const struct ask *ask, struct verdicts *out);
void tabular_show(const void *model, const char *const *states,
                  struct json_out *out);
void tabular_metrics(const void *model, struct json_out *out);
extern const char *const tabular_headlines[];

/*
 * The answer to a row of numbers and codes as the features have it: *value,
 * or a probability for each class. values is worked on.
 */
void tabular_predict(const struct tabular *m, double *values, double *value,
                     double *probabilities);

/*
 * Examples, which adjust leaves as they are: their answers are those without
 * priors and offset. examples_draw() adds the value of that member for
 * weights that have neither. examples_check() asks again, and takes priors
 * and offset off; NULL: there are none. ERR_DATA: another answer (pointers
 * below /weights/examples).
 */
CHECKED enum err examples_draw(const struct learner *learner,
                               const struct buf *weights, uint64_t seed,
                               struct buf *out);
CHECKED enum err examples_check(struct tabular *m,
                                const struct json *examples);

/* The next of the numbers that a seed begins. */
uint64_t tabular_draw(uint64_t *state);

/* Which class is answered. */
size_t tabular_class(const struct tabular *m, const double *probabilities);

#endif
