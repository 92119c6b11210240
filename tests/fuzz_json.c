/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fuzzing the readers of JSON. Three laws: the canonical form of what was
 * read reads back to the same canonical form; json_numbers() takes exactly
 * the arrays of numbers and nulls that json_parse() takes, with equal values;
 * and json_pull takes what json_parse() takes, with equal values, and beyond
 * that only objects with a key that occurs twice.
 */
#include "base/json.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/json_pull.h"

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

/* Is the text as it stands the one that was parsed? */
static bool
same_text(const struct json_raw *raw, const char *parsed)
{
    struct buf meant = {0};
    bool same;

    json_raw_text(raw, &meant);
    same = strcmp(buf_text(&meant), parsed) == 0;
    must(json_raw_is(raw, parsed) == same);
    buf_free(&meant);
    return same;
}

/* The member of that key; NULL when there is none. */
static const struct json *
member(const struct json *object, const struct json_raw *key)
{
    for (struct json_walk walk = {0}; json_next(object, &walk);)
        if (same_text(key, walk.key))
            return walk.value;
    return NULL;
}

/* Pulls what json_parse() has made this value of. */
static void
pull_value(struct json_pull *p, const struct json *value)
{
    enum json_type type;
    struct json_raw raw;
    bool is_object, more;
    size_t n = 0;
    double v, parsed;

    must(json_pull_type(p, &type) == ERR_OK && type == json_type(value));
    if (type == JSON_NULL || type == JSON_BOOL) {
        must(type == JSON_NULL || json_bool(value) == (*p->at == 't'));
        must(json_pull_skip(p) == ERR_OK);
    } else if (type == JSON_NUMBER) {
        parsed = json_number(value);
        must(json_pull_number(p, &v) == ERR_OK);
        must(memcmp(&v, &parsed, sizeof v) == 0);
    } else if (type == JSON_STRING) {
        must(json_pull_text(p, &raw) == ERR_OK);
        must(same_text(&raw, json_text(value)));
    } else {
        is_object = type == JSON_OBJECT;
        must(json_pull_open(p, is_object ? '{' : '[') == ERR_OK);
        for (;; n++) {
            must((is_object ? json_pull_member(p, n, &raw, &more)
                            : json_pull_item(p, n, &more))
                 == ERR_OK);
            if (!more)
                break;
            must(n < json_count(value));
            pull_value(p, is_object ? member(value, &raw) : json_at(value, n));
        }
        must(n == json_count(value));
    }
}

/* value: what json_parse() has made of it; NULL: it has just refused it. */
static void
pull_agrees(const char *text, size_t len, const struct json *value)
{
    bool twice = !value && strstr(err_text(), "already there");
    struct json_pull p = {0}, again;
    enum err e = json_pull_begin(&p, text, len);

    again = p;
    if (e == ERR_OK)
        e = json_pull_skip(&p);
    if (e == ERR_OK)
        e = json_pull_end(&p);
    must((e == ERR_OK) == (value != NULL) || twice);
    if (!value)
        return;
    pull_value(&again, value);
    must(json_pull_end(&again) == ERR_OK && again.at == p.at);
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
    pull_agrees(text, size, value);
    numbers_agree(text, size, value);
    json_free(value);
    return 0;
}
