/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON read value by value where it stands, without building anything: for
 * bodies with very many readings. As strict as json_parse(); only a key that
 * occurs twice is the caller's to notice, who knows the keys, and refuses it
 * by json_pull_twice().
 *
 *     json_pull_begin(&p, text, len)
 *     json_pull_open(&p, '{')
 *     for (i = 0; json_pull_member(&p, i, &key, &more) == ERR_OK && more; i++)
 *         ... exactly one value: number, text, skip, or open and its items
 *     json_pull_end(&p)
 *
 * All errors are ERR_SYNTAX with line and column, and end the reading.
 */
#ifndef VIGIA_JSON_PULL_H
#define VIGIA_JSON_PULL_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

#include "base/json.h"

struct buf;

/* Copying it is remembering the place. */
struct json_pull {
    const char *text, *at, *end; /* borrowed; at: the next byte */
};

/* A text as it stands, without its quotes. Borrowed. */
struct json_raw {
    const char *at;
    size_t len;
    bool escaped; /* has \ in it: json_raw_text() */
};

/* ERR_DATA: too long. */
CHECKED enum err json_pull_begin(struct json_pull *p, const char *text,
                                 size_t len);
/* The text must end here. */
CHECKED enum err json_pull_end(struct json_pull *p);

/* What the next value is; it is read by one of the functions below. */
CHECKED enum err json_pull_type(struct json_pull *p, enum json_type *type);

/* The bracket of an array or object, which must be there. */
CHECKED enum err json_pull_open(struct json_pull *p, char bracket);

/* Before item or member i, counted from 0: *more is false behind the last
 * one, whose bracket is read. A member's key is read with its colon. */
CHECKED enum err json_pull_item(struct json_pull *p, size_t i, bool *more);
CHECKED enum err json_pull_member(struct json_pull *p, size_t i,
                                  struct json_raw *key, bool *more);

/* Refuses a key that was there before, with its place. */
CHECKED enum err json_pull_twice(const struct json_pull *p,
                                 const struct json_raw *key);

/* A value of that type, which must be there; a number is finite. */
CHECKED enum err json_pull_number(struct json_pull *p, double *v);
CHECKED enum err json_pull_text(struct json_pull *p, struct json_raw *text);

/*
 * Behind an item: the next ones with the commas before them, at most max, as
 * long as they are numbers with a comma behind them too; json_pull_item()
 * goes on from there, and meets whatever else there is. Returns how many.
 * What it writes to v behind them means nothing.
 */
size_t json_pull_numbers(struct json_pull *p, double *v, size_t max);

/* Passes over any value, checking its grammar. ERR_DATA: nested too deep. */
CHECKED enum err json_pull_skip(struct json_pull *p);

/* Is it that word? An escaped one is compared as what it means. */
bool json_raw_is(const struct json_raw *raw, const char *word);

/* Adds what it means. */
void json_raw_text(const struct json_raw *raw, struct buf *out);

#endif
