/* SPDX-License-Identifier: Apache-2.0 */
/* Fuzzing the reader of LightGBM's models. */
#include "fuzz_forest.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = (const char *) data; /* bytes are what it reads */

    (void) lightgbm_is(text, size);
    read_foreign(lightgbm_read, text, size);
    return 0;
}
