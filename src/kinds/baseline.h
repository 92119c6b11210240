/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the files of the kind baseline share: the compiled model, which is
 * also what every reader of weights gets. Weights are
 *   {"columns":{"NAME":{"n":4,"missing":0,"mean":7.5,"std":2.38,
 *                       "min":5,"max":10},...}}
 */
#ifndef VIGIA_BASELINE_H
#define VIGIA_BASELINE_H

#include "kinds/kind.h"

struct baseline_column {
    struct kind_column is;
    bool own_k; /* k.COLUMN is set */
};

struct baseline { /* with its columns one piece of memory */
    size_t count;
    struct baseline_column *columns;
    struct baseline_column **by_name; /* sorted */
    char *text; /* what names and units point at; NULL: borrowed */
};

/* ---- baseline_weights.c ---- */

/* A model of count empty columns; free takes NULL. */
struct baseline *baseline_new(size_t count);
void baseline_free(void *model);

/*
 * Makes the columns, which have their names now, known to baseline_find().
 * Returns a column whose name occurs twice, else NULL.
 */
const struct baseline_column *baseline_index(struct baseline *m);

/* The column of that name, NULL when there is none. */
struct baseline_column *baseline_find(const struct baseline *m,
                                      const char *name);

/* A problem (kind_problem) at parent when name is no name for a column. */
CHECKED enum err baseline_check_name(const char *name, const char *parent);

/*
 * Weights as a model with borrowed names and without k, threshold and unit.
 * ERR_DATA: all problems, below /weights.
 */
CHECKED enum err baseline_read(const struct json *weights,
                               struct baseline **out);

/* The same from a text whose members are all there, right, and in the order
 * of baseline_write(); NULL for any other. Names point into the model's own
 * text. */
struct baseline *baseline_read_plain(const char *weights);

/* Adds the weights of m. */
void baseline_write(const struct baseline *m, struct buf *weights);

/* Writes the members of a column's weights, without the brackets. */
void baseline_put_fields(struct json_out *out, const struct kind_column *c);

/* ---- baseline_judge.c: these members of struct kind ---- */

size_t baseline_alerts(const void *model, const double *values, size_t count);
void baseline_judge(const void *model, const double *values, size_t count,
                    struct verdicts *out);
enum err baseline_test(const void *model, const struct json *request,
                       const struct ask *ask, struct verdicts *out);
void baseline_explain(const void *model, const struct verdict *v,
                      struct buf *out);

#endif
