/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the fuzzers of models share: their laws. What is refused is refused
 * with a sentence and leaves nothing; what is read becomes a forest that is
 * read in its turn, and answers any row.
 */
#ifndef VIGIA_FUZZ_FOREST_H
#define VIGIA_FUZZ_FOREST_H

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/json.h"
#include "kinds/features.h"
#include "kinds/forest.h"
#include "kinds/trees_load.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A broken law ends the program, which is how a fuzzer learns of it. */
static inline void
must(bool law)
{
    if (!law)
        abort();
}

static inline void
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

/* The JSON of a forest; sound: one that a reader of ours wrote, and against
 * which only its size may stand. */
static inline void
read_forest(const char *text, size_t len, size_t features, bool sound)
{
    struct json *json = NULL;
    struct forest *f = NULL;
    enum err e = json_parse(text, len, &json);

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

/* The text of a model as another program writes it. */
static inline void
read_foreign(enum err (*reader)(const char *, size_t, struct features *,
                                struct buf *),
             const char *text, size_t len)
{
    struct features features = {0};
    struct buf forest = {0};
    enum err e;

    err_clear();
    e = reader(text, len, &features, &forest);
    if (e == ERR_OK)
        read_forest(buf_text(&forest), forest.len, features.count, true);
    else
        must(err_text()[0] != '\0' && forest.len == 0 && features.count == 0);
    features_free(&features);
    buf_free(&forest);
}

#endif
