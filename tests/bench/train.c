/* SPDX-License-Identifier: Apache-2.0 */
/*
 * XGBoost itself on the listings, with the presets of the kind trees and by
 * its C interface alone: what tables.pl times beside vigia fit. The table is
 * read, one model is trained and written as text, and nothing is measured or
 * stored.
 *
 * train FILE.csv THREADS   (0: as many as XGBoost wants)
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <xgboost/c_api.h>

#include "base/buf.h"
#include "data/dataset.h"
#include "data/rows.h"

enum { ROUNDS = 200 };

static void
must(int result)
{
    if (result != 0) {
        (void) fprintf(stderr, "train: %s\n", XGBGetLastError());
        exit(1);
    }
}

static DMatrixHandle
make_matrix(const struct dataset *d)
{
    float *x = xcalloc(d->rows * d->count, sizeof *x);
    float *y = xcalloc(d->rows, sizeof *y);
    const char **types = xcalloc(d->count, sizeof *types);
    DMatrixHandle matrix;

    for (size_t i = 0; i < d->count; i++) {
        types[i] = d->columns[i].levels ? "c" : "float";
        for (size_t r = 0; r < d->rows; r++)
            x[r * d->count + i] = (float) d->columns[i].values[r];
    }
    for (size_t r = 0; r < d->rows; r++)
        y[r] = (float) d->label.values[r];
    must(XGDMatrixCreateFromMat(x, d->rows, d->count, NAN, &matrix));
    must(XGDMatrixSetFloatInfo(matrix, "label", y, d->rows));
    must(XGDMatrixSetStrFeatureInfo(matrix, "feature_type", types, d->count));
    free(types);
    free(x);
    free(y);
    return matrix;
}

/* As trees.c says it to XGBoost. */
static void
set_params(BoosterHandle booster, const char *classes, const char *threads)
{
    const char *const params[][2] = {
        {"tree_method",      "hist"          },
        {"objective",        "multi:softprob"},
        {"num_class",        classes         },
        {"max_depth",        "4"             },
        {"eta",              "0.05"          },
        {"subsample",        "0.7"           },
        {"colsample_bytree", "0.8"           },
        {"min_child_weight", "5"             },
        {"lambda",           "1"             },
        {"seed",             "1"             },
        {"verbosity",        "0"             },
        {"nthread",          threads         },
    };

    for (size_t i = 0; i < sizeof params / sizeof params[0]; i++)
        must(XGBoosterSetParam(booster, params[i][0], params[i][1]));
}

int
main(int argc, char **argv)
{
    struct rows_plan plan = {.jobs = 0}; /* the usual */
    struct dataset data = {0};
    DMatrixHandle matrix;
    BoosterHandle booster;
    const char *text;
    bst_ulong len;
    char classes[24];

    if (argc != 3
        || dataset_read(argv[1], &plan, "price_category", NULL, &data)
               != ERR_OK) {
        (void) fprintf(stderr, "train: %s\n",
                       argc == 3 ? err_text() : "FILE.csv THREADS");
        return 1;
    }
    matrix = make_matrix(&data);
    (void) snprintf(classes, sizeof classes, "%zu", data.label.level_count);
    must(XGBoosterCreate(&matrix, 1, &booster));
    set_params(booster, classes, argv[2]);
    for (int i = 0; i < ROUNDS; i++)
        must(XGBoosterUpdateOneIter(booster, i, matrix));
    must(XGBoosterSaveModelToBuffer(booster, "{\"format\":\"json\"}", &len,
                                    &text));
    printf("%zu bytes\n", (size_t) len); /* of memory */
    must(XGBoosterFree(booster));
    must(XGDMatrixFree(matrix));
    dataset_free(&data);
    return 0;
}
