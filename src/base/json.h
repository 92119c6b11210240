/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON in and JSON out. In: jansson at its strictest, behind an opaque
 * value. Out: a small writer over struct buf that cannot nest wrongly, with
 * numbers as number_print() writes them. Long arrays of numbers never become
 * values: json_numbers() reads them straight from the text.
 */
#ifndef VIGIA_JSON_H
#define VIGIA_JSON_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf;

/* ---- reading ---- */

struct json; /* a parsed value, or a part of one */

enum json_type {
    JSON_NULL,
    JSON_BOOL,
    JSON_NUMBER,
    JSON_STRING,
    JSON_ARRAY,
    JSON_OBJECT
};

enum {
    JSON_DEPTH_MAX = 32,      /* arrays and objects inside each other */
    JSON_SIZE_MAX = 64 << 20, /* bytes of one text */
    JSON_VALUES_MAX = 1 << 20 /* values of one text, its memory's bound */
};

/*
 * Parses the whole text. Refused with ERR_SYNTAX and line and column: what
 * is not JSON, a NUL byte, invalid UTF-8, duplicate keys, \u0000 in a key or
 * text, numbers beyond a double. ERR_DATA: nested too deeply, too long or of
 * too many values.
 * Frees with json_free() (takes NULL).
 */
CHECKED enum err json_parse(const char *text, size_t len, struct json **out);
void json_free(struct json *value);

enum json_type json_type(const struct json *value);
const char *json_type_name(enum json_type type); /* "a number", "null", … */

/* Only for values of that type; text is borrowed and NUL-terminated. */
bool json_bool(const struct json *value);
double json_number(const struct json *value);
const char *json_text(const struct json *value);

/* The number of items or members; 0 for anything else. */
size_t json_count(const struct json *value);
const struct json *json_at(const struct json *array, size_t i);
/* NULL when there is no such member, or object is none. */
const struct json *json_get(const struct json *object, const char *key);

/* Walks the members in the order of the text: for (it = {0}; json_next();) */
struct json_walk {
    const char *key;
    const struct json *value;
    void *at; /* internal */
};
bool json_next(const struct json *object, struct json_walk *walk);

/* Adds value as JSON with sorted keys and no white space (canonical). */
void json_canonical(const struct json *value, struct buf *out);

/*
 * Reads a whole text that is one array of numbers and nulls (NaN in the
 * result), without building values. Everything JSON forbids is refused as
 * by json_parse(). ERR_DATA names the index of a member of another type or
 * beyond a double. The first fault in the order of the text is told.
 * The caller frees *values.
 */
CHECKED enum err json_numbers(const char *text, size_t len, double **values,
                              size_t *count);

/* ---- writing ---- */

/*
 * Starts as { .buf = &b }. Wrong nesting is a bug and asserted: a value in
 * an object without its key, a key in an array, a bracket that was not
 * opened. Several values at depth 0 follow each other without a comma.
 */
struct json_out {
    struct buf *buf; /* borrowed; what is written is added to it */
    unsigned depth;
    bool keyed;                     /* a key waits for its value */
    bool comma[JSON_DEPTH_MAX + 1]; /* an item stands before, by depth */
    char close[JSON_DEPTH_MAX + 1]; /* the bracket that is due, by depth */
};

void json_open(struct json_out *out, char bracket);  /* '{' or '[' */
void json_close(struct json_out *out, char bracket); /* '}' or ']' */
void json_key(struct json_out *out, const char *key);
void json_put_text(struct json_out *out, const char *s); /* NULL: null */
void json_put_number(struct json_out *out, double v);    /* not finite: null */
void json_put_int(struct json_out *out, int64_t v);
void json_put_bool(struct json_out *out, bool v);
void json_put_null(struct json_out *out);
void json_put_time(struct json_out *out, int64_t us);      /* clock_utc() */
void json_put_raw(struct json_out *out, const char *json); /* as it is */
/* The members of an object's text, among those of the object that is open. */
void json_put_members(struct json_out *out, const char *object);

/* Adds s quoted and escaped; bytes that are not UTF-8 become U+FFFD. */
void json_quote(struct buf *out, const char *s, size_t len);

/* Adds "/key", a step of a JSON pointer; ~ and / of key are escaped. */
void json_pointer(struct buf *out, const char *key);

#endif
