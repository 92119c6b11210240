/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Training boosted trees through XGBoost's C interface, the only place that
 * knows it. The library is opened at the first training, as it takes longer
 * to start than most commands run, and predicting does not need it.
 */
#ifndef VIGIA_BOOST_H
#define VIGIA_BOOST_H

#include "base/err.h"

#include <stddef.h>
#include <stdint.h>

struct buf;

/* Rows of numbers (NaN: missing), codes of levels among them. */
struct boost_data {
    size_t rows, features;
    const double *x;          /* [row * features + feature] */
    const double *y;          /* a number, or a class from 0 on */
    const double *weights;    /* of the rows */
    const char *const *types; /* per feature: "float", or "c" for codes */
};

/* A setting of XGBoost by its own name, as text. */
struct boost_setting {
    const char *name, *value;
};

/*
 * Trains so many rounds and adds the model as XGBoost's JSON. settings end
 * with name NULL. progress (may be NULL) is called after each round; what it
 * answers but ERR_OK ends the training. The same data and settings give the
 * same bytes. ERR_UNAVAILABLE: built without XGBoost, or it is not installed;
 * ERR_DATA: what XGBoost refuses, in its words.
 */
CHECKED enum err
boost_train(const struct boost_data *data,
            const struct boost_setting *settings, int64_t rounds,
            enum err (*progress)(int64_t done, int64_t total, void *arg),
            void *arg, struct buf *out);

#endif
