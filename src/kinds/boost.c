/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The few functions of XGBoost that training takes, looked up by name when
 * they are first needed.
 */
#include "kinds/boost.h"

#include <string.h>

#include "base/buf.h"

#ifdef HAVE_XGBOOST

#include <dlfcn.h>
#include <stdbool.h>
#include <stdlib.h>
#include <xgboost/c_api.h>

/* Each has the type that its header declares. */
static struct {
    __typeof__(XGBGetLastError) *error;
    __typeof__(XGDMatrixCreateFromMat) *matrix;
    __typeof__(XGDMatrixFree) *matrix_free;
    __typeof__(XGDMatrixSetFloatInfo) *set_floats;
    __typeof__(XGDMatrixSetStrFeatureInfo) *set_types;
    __typeof__(XGBoosterCreate) *create;
    __typeof__(XGBoosterFree) *release;
    __typeof__(XGBoosterSetParam) *set;
    __typeof__(XGBoosterUpdateOneIter) *update;
    __typeof__(XGBoosterSaveModelToBuffer) *save;
} xgb;

static const struct {
    const char *name;
    void *place; /* of the pointer above */
} functions[] = {
    {"XGBGetLastError",            &xgb.error      },
    {"XGDMatrixCreateFromMat",     &xgb.matrix     },
    {"XGDMatrixFree",              &xgb.matrix_free},
    {"XGDMatrixSetFloatInfo",      &xgb.set_floats },
    {"XGDMatrixSetStrFeatureInfo", &xgb.set_types  },
    {"XGBoosterCreate",            &xgb.create     },
    {"XGBoosterFree",              &xgb.release    },
    {"XGBoosterSetParam",          &xgb.set        },
    {"XGBoosterUpdateOneIter",     &xgb.update     },
    {"XGBoosterSaveModelToBuffer", &xgb.save       },
};

static enum err
open_library(void)
{
    static const char *const names[] = {"libxgboost.so.0", "libxgboost.so"};
    static void *library;

    for (size_t i = 0; !library && i < sizeof names / sizeof names[0]; i++)
        library = dlopen(names[i], RTLD_NOW | RTLD_LOCAL);
    if (!library)
        return err_set(ERR_UNAVAILABLE,
                       "fitting trees needs the library XGBoost, which is not "
                       "installed: install libxgboost0 (Debian), or use "
                       "--kind linear");
    for (size_t i = 0; i < sizeof functions / sizeof functions[0]; i++) {
        void *f = dlsym(library, functions[i].name);

        if (!f)
            return err_set(ERR_UNAVAILABLE,
                           "the library XGBoost has no function %s: version "
                           "1.6 or later is needed",
                           functions[i].name);
        memcpy(functions[i].place, &f, sizeof f);
    }
    return ERR_OK;
}

/* XGBoost's own sentence, its first line; then comes where it was thrown. */
static enum err
check(int result)
{
    const char *text = result == 0 ? "" : xgb.error(), *colon;
    size_t len;

    if (result == 0)
        return ERR_OK;
    colon = strstr(text, ": ");
    text = colon ? colon + 2 : text;
    len = strcspn(text, "\n");
    return err_set(ERR_DATA, "XGBoost: %.*s", (int) (len < 500 ? len : 500),
                   text);
}

/* Doubles as floats. */
static float *
floats(const double *from, size_t count)
{
    float *to = xcalloc(count, sizeof *to);

    for (size_t i = 0; i < count; i++)
        to[i] = (float) from[i];
    return to;
}

static enum err
set_floats(DMatrixHandle matrix, const char *name, const double *values,
           size_t count)
{
    float *f = floats(values, count);
    enum err e = check(xgb.set_floats(matrix, name, f, count));

    free(f);
    return e;
}

static enum err
make_matrix(const struct boost_data *d, DMatrixHandle *out)
{
    float *x = floats(d->x, d->rows * d->features);
    DMatrixHandle matrix = NULL;
    /* Its parameter lacks a const. */
    const char **types = xcalloc(d->features, sizeof *types);
    enum err e;

    memcpy(types, d->types, d->features * sizeof *types);
    e = check(
        xgb.matrix(x, d->rows, d->features, __builtin_nanf(""), &matrix));
    free(x);
    if (e == ERR_OK)
        e = set_floats(matrix, "label", d->y, d->rows);
    if (e == ERR_OK)
        e = set_floats(matrix, "weight", d->weights, d->rows);
    if (e == ERR_OK)
        e = check(xgb.set_types(matrix, "feature_type", types, d->features));
    free(types);
    if (e == ERR_OK)
        *out = matrix;
    else if (matrix)
        (void) xgb.matrix_free(matrix);
    return e;
}

static enum err
run_rounds(BoosterHandle booster, DMatrixHandle matrix, int64_t rounds,
           enum err (*progress)(int64_t done, int64_t total, void *arg),
           void *arg)
{
    enum err e = ERR_OK;

    for (int64_t i = 0; i < rounds && e == ERR_OK; i++) {
        e = check(xgb.update(booster, (int) i, matrix)); /* few */
        if (e == ERR_OK && progress)
            e = progress(i + 1, rounds, arg);
    }
    return e;
}

enum err
boost_train(const struct boost_data *data,
            const struct boost_setting *settings, int64_t rounds,
            enum err (*progress)(int64_t done, int64_t total, void *arg),
            void *arg, struct buf *out)
{
    DMatrixHandle matrix = NULL;
    BoosterHandle booster = NULL;
    const char *text = NULL;
    bst_ulong len = 0;
    enum err e = open_library();

    if (e != ERR_OK)
        return e;
    e = make_matrix(data, &matrix);
    if (e == ERR_OK)
        e = check(xgb.create(&matrix, 1, &booster));
    for (; e == ERR_OK && settings->name; settings++)
        e = check(xgb.set(booster, settings->name, settings->value));
    if (e == ERR_OK)
        e = run_rounds(booster, matrix, rounds, progress, arg);
    if (e == ERR_OK)
        e = check(xgb.save(booster, "{\"format\":\"json\"}", &len, &text));
    if (e == ERR_OK)
        buf_add(out, text, len);
    if (booster)
        (void) xgb.release(booster);
    if (matrix)
        (void) xgb.matrix_free(matrix);
    return e;
}

#else

enum err
boost_train(const struct boost_data *data,
            const struct boost_setting *settings, int64_t rounds,
            enum err (*progress)(int64_t done, int64_t total, void *arg),
            void *arg, struct buf *out)
{
    (void) data;
    (void) settings;
    (void) rounds;
    (void) progress;
    (void) arg;
    (void) out;
    return err_set(ERR_UNAVAILABLE,
                   "this vigia was built without XGBoost, which fitting trees "
                   "needs (configure --with-xgboost); --kind linear needs "
                   "none, and trees made elsewhere can be loaded");
}

#endif
