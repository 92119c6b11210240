/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON in. jansson builds the values; what it does not refuse (a NUL byte
 * after the end, deep nesting) is refused before it sees the text, and what
 * it does refuse is said in our words.
 */
#include "base/json.h"

/* jansson gives these names to its own types of values */
#define json_type   jansson_type
#define JSON_OBJECT JANSSON_OBJECT
#define JSON_ARRAY  JANSSON_ARRAY
#define JSON_STRING JANSSON_STRING
#define JSON_NULL   JANSSON_NULL
#include <jansson.h>
#undef json_type
#undef JSON_OBJECT
#undef JSON_ARRAY
#undef JSON_STRING
#undef JSON_NULL

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/json_scan.h"

/* ---- what jansson says, in our words ---- */

struct reason {
    const char *says; /* how jansson's message begins */
    const char *words;
    enum manner manner;
};

/* The last fits whatever a later jansson may say. */
/* clang-format off */
static const struct reason reasons[] = {
    {"unable to decode byte", "a byte that is not UTF-8", NEXT},
    {"premature end of input", "a text without its closing quote", START},
    {"unexpected newline", "a line break inside a text", NEXT},
    {"control character", "a control character inside a text", NEXT},
    {"invalid escape", "an escape that JSON does not know", LAST},
    {"invalid Unicode", "half of a surrogate pair", START},
    {"\\u0000 is not", "\\u0000 is not allowed in a text", START},
    {"NUL byte in", "\\u0000 is not allowed in a key", START},
    {"duplicate", WANT_NEW_KEY, NAMED},
    {"real number", "a number beyond the range of a double", NAMED},
    {"string or '}'", "a key in quotes or '}' expected", INSTEAD},
    {"':' expected", "':' expected", INSTEAD},
    {"'}' expected", "',' or '}' expected", INSTEAD},
    {"']' expected", WANT_COMMA, INSTEAD},
    {"end of file", WANT_END, INSTEAD},
    {"invalid token", WANT_VALUE, INSTEAD},
    {"unexpected token", WANT_VALUE, INSTEAD},
    {"", "not JSON", START},
};
/* clang-format on */

static const struct reason *
reason_of(const char *message)
{
    const struct reason *r = reasons;

    while (strncmp(message, r->says, strlen(r->says)) != 0)
        r++;
    return r;
}

/* The token in which, or right after which, at stands. */
static struct token
token_around(const char *text, const char *end, const char *at)
{
    struct token t = token_next(text, end);

    while (t.len > 0 && token_end(t) < at)
        t = token_next(token_end(t), end);
    return t;
}

/* Says what jansson found; its position is the number of bytes read. */
static enum err
explain(const char *text, const char *end, const json_error_t *error)
{
    const struct reason *r = reason_of(error->text);
    bool ends = r->manner == INSTEAD
                && json_error_code(error) == json_error_premature_end_of_input;
    struct token t = {text + error->position, 0};

    if (r->manner == LAST)
        t.at--;
    else if (r->manner != NEXT && !ends)
        t = token_around(text, end, t.at);
    return json_refuse(text, r->manner, r->words, t);
}

/* ---- values ---- */

/* A bracket or a comma stands before each value but the first. */
static enum err
check_bounds(const char *text, const char *end)
{
    struct token t = token_next(text, end);
    unsigned depth = 0, values = 0;

    for (; t.len > 0; t = token_next(token_end(t), end)) {
        if (*t.at == '[' || *t.at == '{')
            depth++;
        else if ((*t.at == ']' || *t.at == '}') && depth > 0)
            depth--;
        values += *t.at == '[' || *t.at == '{' || *t.at == ',';
        if (depth > JSON_DEPTH_MAX)
            return err_set(ERR_DATA, "nested more than %d levels deep",
                           JSON_DEPTH_MAX);
        if (values > JSON_VALUES_MAX)
            return err_set(ERR_DATA, "more than %d values", JSON_VALUES_MAX);
    }
    return ERR_OK;
}

static json_t *
theirs(const struct json *value)
{
    return (json_t *) value; /* ours is only a name; jansson has no const */
}

static const struct json *
ours(const json_t *value)
{
    return (const struct json *) value; /* see theirs() */
}

enum err
json_parse(const char *text, size_t len, struct json **out)
{
    json_error_t error;
    json_t *value;
    enum err e;

    e = json_check(text, len);
    if (e == ERR_OK)
        e = check_bounds(text, text + len);
    if (e != ERR_OK)
        return e;
    json_set_alloc_funcs(xmalloc, free); /* so that exhaustion aborts */
    value = json_loadb(text, len,
                       JSON_REJECT_DUPLICATES | JSON_DECODE_ANY
                           | JSON_DECODE_INT_AS_REAL,
                       &error);
    if (!value)
        return explain(text, text + len, &error);
    *out = (struct json *) value; /* see theirs() */
    return ERR_OK;
}

void
json_free(struct json *value)
{
    json_decref(theirs(value));
}

enum json_type
json_type(const struct json *value)
{
    static const enum json_type types[] = {
        [JANSSON_NULL] = JSON_NULL,   [JSON_FALSE] = JSON_BOOL,
        [JSON_TRUE] = JSON_BOOL,      [JSON_INTEGER] = JSON_NUMBER,
        [JSON_REAL] = JSON_NUMBER,    [JANSSON_STRING] = JSON_STRING,
        [JANSSON_ARRAY] = JSON_ARRAY, [JANSSON_OBJECT] = JSON_OBJECT,
    };

    assert(value);
    return types[json_typeof(theirs(value))];
}

const char *
json_type_name(enum json_type type)
{
    static const char *const names[] = {
        [JSON_NULL] = "null",       [JSON_BOOL] = "a boolean",
        [JSON_NUMBER] = "a number", [JSON_STRING] = "a text",
        [JSON_ARRAY] = "an array",  [JSON_OBJECT] = "an object",
    };

    return names[type];
}

bool
json_bool(const struct json *value)
{
    assert(json_type(value) == JSON_BOOL);
    return json_is_true(theirs(value));
}

double
json_number(const struct json *value)
{
    assert(json_type(value) == JSON_NUMBER);
    return json_number_value(theirs(value));
}

const char *
json_text(const struct json *value)
{
    assert(json_type(value) == JSON_STRING);
    return json_string_value(theirs(value));
}

size_t
json_count(const struct json *value)
{
    return json_type(value) == JSON_OBJECT ? json_object_size(theirs(value))
                                           : json_array_size(theirs(value));
}

const struct json *
json_at(const struct json *array, size_t i)
{
    assert(i < json_count(array));
    return ours(json_array_get(theirs(array), i));
}

const struct json *
json_get(const struct json *object, const char *key)
{
    return ours(json_object_get(theirs(object), key));
}

bool
json_next(const struct json *object, struct json_walk *walk)
{
    walk->at = walk->at ? json_object_iter_next(theirs(object), walk->at)
                        : json_object_iter(theirs(object));
    if (!walk->at)
        return false;
    walk->key = json_object_iter_key(walk->at);
    walk->value = ours(json_object_iter_value(walk->at));
    return true;
}
