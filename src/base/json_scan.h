/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the two readers of JSON share (json.c builds values, json_scan.c
 * reads arrays of numbers): tokens, which know of the grammar only where
 * they begin and end, and refusals with line and column. Nobody else needs
 * this.
 */
#ifndef VIGIA_JSON_SCAN_H
#define VIGIA_JSON_SCAN_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

/* A text in its quotes, one of []{},: or a run of anything else. */
struct token {
    const char *at;
    size_t len; /* 0 at the end of the text */
};

/* The first token of [s, end), after the blanks. */
struct token token_next(const char *s, const char *end);
const char *token_end(struct token t);
bool token_is(struct token t, const char *word);

static inline bool
json_blank(char c)
{
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

/* Where a fault is, and whether the message shows what stands there. */
enum manner {
    NEXT,    /* behind the last byte read */
    LAST,    /* at the last byte read */
    START,   /* at the token, which is not shown */
    NAMED,   /* at the token: "words: token" */
    INSTEAD, /* at the token: "words, not 'token'", or the text ends */
};

#define WANT_VALUE   "a value expected"
#define WANT_COMMA   "',' or ']' expected"
#define WANT_END     "the text must end here"
#define WANT_NEW_KEY "a key that is already there"

/*
 * ERR_SYNTAX: line L, column C: words, and then what manner adds. The place
 * is the beginning of t, which points into text; columns count characters.
 */
CHECKED enum err json_refuse(const char *text, enum manner manner,
                             const char *words, struct token t);

/* What both readers refuse before they begin: no text, too much, NUL, BOM. */
CHECKED enum err json_check(const char *text, size_t len);

#endif
