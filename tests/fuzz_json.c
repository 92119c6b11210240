/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fuzzing the readers of JSON. Two laws: the canonical form of what was read
 * reads back to the same canonical form; and json_numbers() takes exactly
 * the arrays of numbers and nulls that json_parse() takes, with equal values.
 */
#include "base/json.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A broken law ends the program, which is how a fuzzer learns of it. */
static void
must(bool law)
{
    if (!law)
        abort();
}

static void
canonical_is_stable(const struct json *value)
{
    struct buf first = {0}, second = {0};
    struct json *again = NULL;

    json_canonical(value, &first);
    must(json_parse(first.data, first.len, &again) == ERR_OK);
    json_canonical(again, &second);
    must(strcmp(buf_text(&first), buf_text(&second)) == 0);
    json_free(again);
    buf_free(&second);
    buf_free(&first);
}

static bool
holds_numbers(const struct json *value)
{
    if (!value || json_type(value) != JSON_ARRAY)
        return false;
    for (size_t i = 0; i < json_count(value); i++) {
        enum json_type type = json_type(json_at(value, i));

        if (type != JSON_NUMBER && type != JSON_NULL)
            return false;
    }
    return true;
}

static void
numbers_agree(const char *text, size_t len, const struct json *value)
{
    double *numbers = NULL;
    size_t count = 0;
    enum err e = json_numbers(text, len, &numbers, &count);

    must((e == ERR_OK) == holds_numbers(value));
    if (e != ERR_OK)
        return;
    must(count == json_count(value));
    for (size_t i = 0; i < count; i++) {
        const struct json *item = json_at(value, i);
        double v;

        if (json_type(item) == JSON_NULL) {
            must(isnan(numbers[i]));
        } else {
            v = json_number(item);
            must(memcmp(&v, &numbers[i], sizeof v) == 0);
        }
    }
    free(numbers);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = (const char *) data; /* bytes are what it reads */
    struct json *value = NULL;

    if (json_parse(text, size, &value) == ERR_OK)
        canonical_is_stable(value);
    else
        must(err_text()[0] != '\0');
    numbers_agree(text, size, value);
    json_free(value);
    return 0;
}
