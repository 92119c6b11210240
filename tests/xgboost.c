/* SPDX-License-Identifier: Apache-2.0 */
/*
 * XGBoost itself is the judge: models that it trains on drawn data, with
 * missing values, sets of categories and every objective, must answer the
 * same bits here and there; and training must give the same bytes twice.
 */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xgboost/c_api.h>

#include "base/buf.h"
#include "base/json.h"
#include "kinds/boost.h"
#include "kinds/features.h"
#include "kinds/forest.h"
#include "kinds/trees_load.h"
#include "tap.h"

enum { ROWS = 600, FEATURES = 5, CLASSES = 3, LEVELS = 12 };

struct table {
    double x[ROWS * FEATURES], y[ROWS], weights[ROWS];
};

static uint64_t state = 42;

static double
drawn(void)
{
    state = state * UINT64_C(6364136223846793005) + 1442695040888963407;
    return (double) (state >> 33) / 2147483648.0;
}

/* Three numbers, two columns of codes, and a tenth of all missing. */
static void
draw_table(struct table *t, const char *objective)
{
    for (size_t r = 0; r < ROWS; r++) {
        double *x = t->x + r * FEATURES, sum = 0;

        for (size_t i = 0; i < 3; i++)
            sum += x[i] = round(drawn() * 200) / 10 - 10;
        x[3] = floor(drawn() * 3);
        x[4] = floor(drawn() * LEVELS);
        sum += 4 * x[3] + fmod(x[4] * 7, LEVELS);
        for (size_t i = 0; i < FEATURES; i++)
            if (drawn() < 0.1)
                x[i] = NAN;
        t->y[r] = strstr(objective, "binary:") || strstr(objective, "logistic")
                      ? sum > 8
                  : strstr(objective, "multi:")      ? (sum > 4) + (sum > 12)
                  : strstr(objective, "reg:squared") ? sum
                                                     : 1 + fabs(round(sum));
        t->weights[r] = 1 + (double) (r % 3);
    }
}

static const char *const types[] = {"float", "float", "float", "c", "c"};

static enum err
train(const struct table *t, const char *objective, struct buf *out)
{
    struct boost_data data = {ROWS, FEATURES, t->x, t->y, t->weights, types};
    struct boost_setting settings[] = {
        {"objective",      objective                     },
        {"nthread",        "1"                           },
        {"verbosity",      "0"                           },
        {"tree_method",    "hist"                        },
        {"max_depth",      "6"                           },
        {"subsample",      "0.8"                         },
        {"seed",           "7"                           },
        {strstr(objective, "multi:") ? "num_class" : NULL, "3"},
        {NULL,                NULL                                          },
    };

    return boost_train(&data, settings, 25, NULL, NULL, out);
}

/* What XGBoost says of the rows, classes numbers for each. */
static const float *
their_answers(const struct table *t, const struct buf *model,
              BoosterHandle *booster, DMatrixHandle *matrix)
{
    static float x[ROWS * FEATURES];
    const char *names[FEATURES];
    bst_ulong const *shape;
    bst_ulong dimensions;
    const float *out = NULL;

    memcpy(names, types, sizeof names);
    for (size_t i = 0; i < ROWS * FEATURES; i++)
        x[i] = (float) t->x[i];
    if (XGDMatrixCreateFromMat(x, ROWS, FEATURES, NAN, matrix) != 0
        || XGDMatrixSetStrFeatureInfo(*matrix, "feature_type", names, FEATURES)
               != 0
        || XGBoosterCreate(NULL, 0, booster) != 0
        || XGBoosterLoadModelFromBuffer(*booster, model->data, model->len) != 0
        || XGBoosterPredictFromDMatrix(
               *booster, *matrix,
               "{\"type\":0,\"training\":false,\"iteration_begin\":0,"
               "\"iteration_end\":0,\"strict_shape\":true}",
               &shape, &dimensions, &out)
               != 0)
        printf("Bail out! %s\n", XGBGetLastError());
    return out;
}

static struct forest *
our_model(const struct buf *model)
{
    struct features f = {0};
    struct buf made = {0};
    struct json *json = NULL;
    struct forest *forest = NULL;

    if (xgboost_read(model->data, model->len, &f, &made) != ERR_OK
        || json_parse(made.data, made.len, &json) != ERR_OK
        || forest_read(json, FEATURES, &forest) != ERR_OK)
        diag("%s", err_text());
    json_free(json);
    buf_free(&made);
    features_free(&f);
    return forest;
}

static void
test_objective(const char *objective)
{
    static struct table t;
    struct buf model = {0}, again = {0};
    struct forest *forest = NULL;
    BoosterHandle booster = NULL;
    DMatrixHandle matrix = NULL;
    const float *theirs;
    double ours[CLASSES];
    size_t different = 0, groups;

    draw_table(&t, objective);
    if (train(&t, objective, &model) != ERR_OK
        || train(&t, objective, &again) != ERR_OK) {
        ok(0, "%s: %s", objective, err_text());
        return;
    }
    ok(model.len == again.len && !memcmp(model.data, again.data, model.len),
       "%s: the same bytes twice", objective);
    forest = our_model(&model);
    theirs = their_answers(&t, &model, &booster, &matrix);
    groups = forest ? forest_groups(forest) : 0;
    for (size_t r = 0; forest && r < ROWS; r++) {
        forest_predict(forest, t.x + r * FEATURES, ours);
        for (size_t i = 0; i < groups; i++)
            different += !((float) ours[i] == theirs[r * groups + i]);
    }
    ok(forest && different == 0, "%s: the same bits (%zu of %d differ)",
       objective, different, ROWS * (int) groups);
    (void) XGBoosterFree(booster);
    (void) XGDMatrixFree(matrix);
    forest_free(forest);
    buf_free(&again);
    buf_free(&model);
}

int
main(void)
{
    static const char *const objectives[] = {
        "reg:squarederror", "reg:logistic", "binary:logistic", "count:poisson",
        "reg:gamma",        "reg:tweedie",  "multi:softprob",
    };

    for (size_t i = 0; i < sizeof objectives / sizeof objectives[0]; i++)
        test_objective(objectives[i]);
    return done_testing();
}
