/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fuzzing what an exported model brings: a digit stands for weights of one of
 * kinds[], behind it their text; an f for a forest alone.
 */
#include "fuzz_forest.h"

#include "kinds/kind.h"

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

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = (const char *) data + 1; /* bytes are what it reads */

    if (size < 2)
        return 0;
    size--;
    if (data[0] == 'f')
        read_forest(text, size, 3, false);
    for (size_t i = 0; kinds[i]; i++)
        if (data[0] == '0' + i)
            check_weights(kinds[i], text, size);
    return 0;
}
