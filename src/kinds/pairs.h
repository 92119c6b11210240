/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A text of lines "key=value", read without copies: spans, words, lists of
 * numbers. For the texts of other programs.
 */
#ifndef VIGIA_PAIRS_H
#define VIGIA_PAIRS_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct span {
    const char *at;
    size_t len;
};

bool span_is(struct span s, const char *word);
bool span_begins(struct span s, const char *word);
/* Cuts the next word off, which a blank ends; an empty one at the end. */
struct span span_word(struct span *s);
/* Its length for %.*s, cut at what a message can show. */
int span_cut(struct span s);

/* Starts as {.at = text, .end = text + len}. */
struct pairs {
    const char *at, *end;
    size_t number;                /* of the line, from 1 */
    struct span line, key, value; /* without "=": key and value are empty */
};

/* The next line, without its end; false: there is none. */
bool pairs_next(struct pairs *l);

/* The value as one integer from least to most. ERR_DATA names the line. */
CHECKED enum err pairs_int(const struct pairs *l, int64_t least, int64_t most,
                           int64_t *out);

struct numbers {
    double *items;
    size_t count, cap;
};

void numbers_add(struct numbers *n, double v);

/*
 * The value as finite numbers between blanks, in place of what out had.
 * ERR_DATA names the line. The caller frees out->items.
 */
CHECKED enum err pairs_numbers(const struct pairs *l, struct numbers *out);

/* A growing list of integers. */
struct codes {
    int64_t *items;
    size_t count, cap;
};
void codes_add(struct codes *c, int64_t code);
void codes_free(struct codes *c);

#endif
