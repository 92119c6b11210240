/* SPDX-License-Identifier: Apache-2.0 */
/* Parts of reading XGBoost's JSON; for trees_xgboost.c alone. */
#ifndef VIGIA_XGBOOST_H
#define VIGIA_XGBOOST_H

#include "base/err.h"

#include <stddef.h>
#include <stdint.h>

#include "kinds/pairs.h"

struct forest_head;
struct forest_writer;
struct json_pull;

enum { XGBOOST_ARRAYS = 10 };

/* Memory that the trees of a model use one after another. */
struct xgboost_arrays {
    struct numbers items[XGBOOST_ARRAYS];
};
void xgboost_arrays_free(struct xgboost_arrays *a);

/*
 * Reads the object of tree number, which adds to group, and writes it.
 * ERR_DATA names the tree and what is wrong.
 */
CHECKED enum err xgboost_tree(struct json_pull *p, size_t number, size_t group,
                              struct xgboost_arrays *arrays,
                              struct forest_writer *w);

/*
 * The head for an objective of that name; base has room for
 * FOREST_GROUPS_MAX numbers and gets what base_score, a text, says. *classes
 * is how many are told apart, 0 for a number. ERR_DATA: not supported, or
 * numbers that do not go together.
 */
CHECKED enum err xgboost_head(const char *objective, const char *base_score,
                              int64_t num_class, double *base,
                              struct forest_head *head, size_t *classes);

#endif
