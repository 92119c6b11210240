/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One row through 100 trees of 31 leaves: microseconds here, and by XGBoost's
 * C interface on the same model, row by row, with one thread. The best of
 * several passes is shown, since whatever disturbs a pass only makes it
 * slower.
 */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <xgboost/c_api.h>

#include "base/buf.h"
#include "base/json.h"
#include "kinds/boost.h"
#include "kinds/features.h"
#include "kinds/forest.h"
#include "kinds/trees_load.h"

enum { ROWS = 4000, FEATURES = 8, PASSES = 7, ASKED = 1000 };

static double x[ROWS * FEATURES], y[ROWS], weights[ROWS];
static volatile double sink; /* keeps the work from being optimised away */

static void
draw(void)
{
    uint64_t state = 42;

    for (size_t i = 0; i < ROWS * FEATURES; i++) {
        state = state * UINT64_C(6364136223846793005) + 1442695040888963407;
        x[i] = (double) (float) ((double) (state >> 33) / 2147483648.0);
        y[i / FEATURES] += sin(9 * x[i]);
        weights[i / FEATURES] = 1;
    }
}

static void
die(const char *why)
{
    (void) fprintf(stderr, "forest: %s\n", why);
    exit(1);
}

static void
train(struct buf *model)
{
    static const char *const types[FEATURES] = {"float", "float", "float",
                                                "float", "float", "float",
                                                "float", "float"};
    static const struct boost_setting settings[] = {
        {"tree_method", "hist"     },
        {"grow_policy", "lossguide"},
        {"max_leaves",  "31"       },
        {"max_depth",   "0"        },
        {"verbosity",   "0"        },
        {"nthread",     "1"        },
        {NULL,          NULL       },
    };
    const struct boost_data data = {ROWS, FEATURES, x, y, weights, types};

    if (boost_train(&data, settings, 100, NULL, NULL, model) != ERR_OK)
        die(err_text());
}

static double
now_us(void)
{
    struct timespec t;

    (void) clock_gettime(CLOCK_MONOTONIC, &t);
    return (double) t.tv_sec * 1e6 + (double) t.tv_nsec / 1e3;
}

static struct forest *
make_forest(const struct buf *model)
{
    struct features features = {0};
    struct buf text = {0};
    struct json *json = NULL;
    struct forest *forest = NULL;

    if (xgboost_read(model->data, model->len, &features, &text) != ERR_OK
        || json_parse(text.data, text.len, &json) != ERR_OK
        || forest_read(json, FEATURES, &forest) != ERR_OK)
        die(err_text());
    json_free(json);
    buf_free(&text);
    features_free(&features);
    return forest;
}

static double
time_ours(const struct forest *f)
{
    double begun = now_us(), out;

    for (size_t i = 0; i < ASKED; i++) {
        forest_predict(f, x + i % ROWS * FEATURES, &out);
        sink = sink + out;
    }
    return (now_us() - begun) / ASKED;
}

static double
time_theirs(BoosterHandle booster)
{
    static const char config[] =
        "{\"type\":0,\"training\":false,\"iteration_begin\":0,"
        "\"iteration_end\":0,\"strict_shape\":false,\"missing\":NaN,"
        "\"cache_id\":0}";
    double begun = now_us();
    float row[FEATURES];
    char array[200];

    for (size_t i = 0; i < ASKED; i++) {
        bst_ulong const *shape;
        bst_ulong dimensions;
        const float *out;

        for (size_t k = 0; k < FEATURES; k++)
            row[k] = (float) x[i * FEATURES + k];
        (void) snprintf(array, sizeof array,
                        "{\"data\":[%ju,true],\"shape\":[1,%d],"
                        "\"typestr\":\"<f4\",\"version\":3}",
                        (uintmax_t) (uintptr_t) row, FEATURES);
        if (XGBoosterPredictFromDense(booster, array, config, NULL, &shape,
                                      &dimensions, &out)
            != 0)
            die(XGBGetLastError());
        sink = sink + (double) *out;
    }
    return (now_us() - begun) / ASKED;
}

int
main(void)
{
    struct buf model = {0};
    struct forest *forest;
    BoosterHandle booster;
    double ours = INFINITY, theirs = INFINITY;

    draw();
    train(&model);
    forest = make_forest(&model);
    if (XGBoosterCreate(NULL, 0, &booster) != 0
        || XGBoosterLoadModelFromBuffer(booster, model.data, model.len) != 0
        || XGBoosterSetParam(booster, "nthread", "1") != 0)
        die(XGBGetLastError());
    for (int pass = 0; pass < PASSES; pass++) {
        ours = fmin(ours, time_ours(forest));
        theirs = fmin(theirs, time_theirs(booster));
    }
    printf("a row of 100 trees: %.2f us, XGBoost %.2f us: %.1f times\n", ours,
           theirs, theirs / ours);
    (void) XGBoosterFree(booster);
    forest_free(forest);
    buf_free(&model);
    return 0;
}
