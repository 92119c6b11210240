/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fuzzing the readers of models: a byte says which. The laws: what is refused
 * is refused with a sentence and leaves nothing; what is read becomes weights
 * that are read in their turn, and answer any row. A digit stands for weights
 * of one of kinds[], as a load has them.
 */
#include "kinds/trees_load.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/json.h"
#include "kinds/features.h"
#include "kinds/forest.h"
#include "kinds/kind.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A broken law ends the program, which is how a fuzzer learns of it. */
static void
must(bool law)
{
    if (!law)
        abort();
}

static void
ask_rows(const struct forest *f, size_t features)
{
    static const double values[] = {0, -1, 1e300, -1e300, 1e-36, 3, 65536};
    double *row = xcalloc(features, sizeof *row);
    double *out = xcalloc(forest_groups(f), sizeof *out);

    for (size_t v = 0; v < 8; v++) {
        for (size_t i = 0; i < features; i++)
            row[i] = v < 7 ? values[(v + i) % 7] : NAN;
        forest_predict(f, row, out);
    }
    free(out);
    free(row);
}

/* The JSON of a forest, or whatever stands there. */
static void
read_forest(const char *text, size_t len, size_t features, bool sound)
{
    struct json *json = NULL;
    struct forest *f = NULL;
    enum err e = json_parse(text, len, &json);

    /* Only its size may stand against a text of our own. */
    must(e == ERR_OK || !sound || e == ERR_DATA);
    if (e == ERR_OK) {
        err_clear();
        e = forest_read(json, features, &f);
        must(e == ERR_OK || (!sound && err_text()[0] != '\0'));
    }
    if (e == ERR_OK)
        ask_rows(f, features);
    forest_free(f);
    json_free(json);
}

/* Weights of a kind, with the examples that they may have. */
static void
check_weights(const struct kind *kind, const char *text, size_t len)
{
    struct json *json = NULL;
    void *model = NULL;
    enum err e = json_parse(text, len, &json);

    if (e != ERR_OK)
        return;
    err_clear();
    e = kind->check(json);
    must(e == ERR_OK || err_text()[0] != '\0');
    /* What is checked can be compiled, with the presets. */
    must(e != ERR_OK || kind->compile(json, NULL, &model) == ERR_OK);
    kind->release(model);
    json_free(json);
}

/* Scalers of a model of two features. */
static void
scale(const char *text, size_t len)
{
    struct features f = {.scale = 1};
    struct json *json = NULL;
    enum err e = json_parse(text, len, &json);

    (void) features_add(&f, "a", 1);
    (void) features_add(&f, "b", 1);
    if (e == ERR_OK) {
        err_clear();
        e = features_scale(&f, json);
        must(e == ERR_OK || err_text()[0] != '\0');
    }
    features_free(&f);
    json_free(json);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = (const char *) data + 1; /* bytes are what it reads */
    struct features features = {0};
    struct buf forest = {0};
    enum err e;

    if (size < 2)
        return 0;
    size--;
    err_clear();
    if (data[0] == 'f') {
        read_forest(text, size, 3, false);
        return 0;
    }
    if (data[0] == 's') {
        scale(text, size);
        return 0;
    }
    for (size_t i = 0; kinds[i]; i++)
        if (data[0] == '0' + i) {
            check_weights(kinds[i], text, size);
            return 0;
        }
    (void) lightgbm_is(text, size);
    e = data[0] == 'x' ? xgboost_read(text, size, &features, &forest)
                       : lightgbm_read(text, size, &features, &forest);
    if (e == ERR_OK)
        read_forest(buf_text(&forest), forest.len, features.count, true);
    else
        must(err_text()[0] != '\0' && forest.len == 0 && features.count == 0);
    features_free(&features);
    buf_free(&forest);
    return 0;
}
