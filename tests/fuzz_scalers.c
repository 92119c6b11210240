/* SPDX-License-Identifier: Apache-2.0 */
/* Fuzzing the scalers that come with a model, here one of two features. */
#include "fuzz_forest.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct features f = {.scale = 1};
    struct json *json = NULL;
    enum err e = json_parse((const char *) data, size, &json);

    (void) features_add(&f, "x", 1);
    (void) features_add(&f, "y", 1);
    if (e == ERR_OK) {
        err_clear();
        e = features_scale(&f, json);
        must(e == ERR_OK || err_text()[0] != '\0');
    }
    features_free(&f);
    json_free(json);
    return 0;
}
