/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The text itself: tokens, refusals with their place, and the arrays of
 * numbers, which are read from the tokens without building values.
 */
#include "base/json_scan.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/json.h"
#include "base/number.h"

/* ---- tokens ---- */

enum sort { WORD, BLANK, MARK, QUOTE }; /* what a byte begins */

static const unsigned char sorts[256] = {
    [' '] = BLANK, ['\t'] = BLANK, ['\n'] = BLANK, ['\r'] = BLANK,
    ['['] = MARK,  [']'] = MARK,   ['{'] = MARK,   ['}'] = MARK,
    [','] = MARK,  [':'] = MARK,   ['"'] = QUOTE,
};

static enum sort
sort_of(char c)
{
    return sorts[(unsigned char) c];
}

struct token
token_next(const char *s, const char *end)
{
    struct token t;

    while (s < end && sort_of(*s) == BLANK)
        s++;
    t.at = s;
    if (s < end && sort_of(*s) == QUOTE) {
        for (s++; s < end && *s != '"'; s++)
            if (*s == '\\' && end - s > 1)
                s++;
        s += s < end;
    } else if (s < end && sort_of(*s) == MARK) {
        s++;
    } else {
        while (s < end && sort_of(*s) == WORD)
            s++;
    }
    t.len = (size_t) (s - t.at); /* s never goes back */
    return t;
}

const char *
token_end(struct token t)
{
    return t.at + t.len;
}

bool
token_is(struct token t, const char *word)
{
    return t.len == strlen(word) && memcmp(t.at, word, t.len) == 0;
}

static bool
token_is_number(struct token t)
{
    double v;

    return t.len > 0
           && number_scan(t.at, token_end(t), NUMBER_JSON, &v) == t.len;
}

/* ---- refusals ---- */

/* How many bytes of a token a message shows; no character is cut. */
static int
shown(struct token t)
{
    enum { SHOWN_MAX = 40 };
    size_t n = t.len;

    if (n > SHOWN_MAX)
        for (n = SHOWN_MAX; n > 0 && (t.at[n] & 0xc0) == 0x80;)
            n--;
    return (int) n; /* at most SHOWN_MAX */
}

enum err
json_refuse(const char *text, enum manner manner, const char *words,
            struct token t)
{
    size_t line = 1, column = 1;
    const char *before = "", *after = "";

    for (const char *s = text; s < t.at; s++) {
        if (*s == '\n') {
            line++;
            column = 1;
        } else if ((*s & 0xc0) != 0x80) {
            column++;
        }
    }
    if (manner == NAMED) {
        before = ": ";
    } else if (manner == INSTEAD && t.len == 0) {
        before = ", but the text ends";
    } else if (manner == INSTEAD && strchr("+-.0123456789", *t.at)
               && !token_is_number(t)) {
        words = "not a number as JSON writes it";
        before = ": ";
    } else if (manner == INSTEAD) {
        before = ", not '";
        after = "'";
    } else {
        t.len = 0;
    }
    return err_set(ERR_SYNTAX, "line %zu, column %zu: %s%s%.*s%s", line,
                   column, words, before, shown(t), t.at, after);
}

enum err
json_check(const char *text, size_t len)
{
    const char *nul;

    if (len == 0)
        return err_set(ERR_SYNTAX, "line 1, column 1: the text is empty");
    if (len > JSON_SIZE_MAX)
        return err_set(ERR_DATA, "a text of %zu bytes, at most %d are read",
                       len, JSON_SIZE_MAX);
    if (len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
        return json_refuse(text, START, "a byte order mark before the text",
                           (struct token){text, 0});
    nul = memchr(text, '\0', len);
    if (nul)
        return json_refuse(text, START, "a NUL byte", (struct token){nul, 0});
    return ERR_OK;
}

/* ---- arrays of numbers ---- */

/* The type of value that begins with t; false when none does. */
static bool
token_type(struct token t, enum json_type *type)
{
    static const struct {
        const char *word;
        enum json_type type;
    } words[] = {
        {"null",  JSON_NULL  },
        {"true",  JSON_BOOL  },
        {"false", JSON_BOOL  },
        {"[",     JSON_ARRAY },
        {"{",     JSON_OBJECT},
    };

    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        *type = words[i].type;
        if (token_is(t, words[i].word))
            return true;
    }
    *type = JSON_STRING;
    if (t.len > 0 && *t.at == '"')
        return true;
    *type = JSON_NUMBER;
    return token_is_number(t);
}

/* Reads item i, which begins at *s or after blanks, and moves *s behind. */
static enum err
number_item(const char *text, const char *end, size_t i, const char **s,
            double *v)
{
    struct token t;
    enum json_type type;
    size_t n;

    while (*s < end && sort_of(**s) == BLANK)
        (*s)++;
    n = number_scan(*s, end, NUMBER_JSON, v);
    if (n > 0 && isfinite(*v) && (*s + n == end || sort_of((*s)[n]) != WORD)) {
        *s += n;
        return ERR_OK;
    }
    t = token_next(*s, end);
    if (!token_type(t, &type))
        return json_refuse(text, INSTEAD, WANT_VALUE, t);
    if (type == JSON_NUMBER)
        return err_set(ERR_DATA,
                       "item %zu is beyond the range of a double: %.*s", i,
                       shown(t), t.at);
    if (type != JSON_NULL)
        return err_set(ERR_DATA, "item %zu is %s, not a number", i,
                       json_type_name(type));
    *v = NAN;
    *s = token_end(t);
    return ERR_OK;
}

struct numbers {
    double *v;
    size_t count, cap;
    size_t max; /* no text of this length holds more */
};

static void
numbers_add(struct numbers *list, double v)
{
    enum { CAP_MIN = 64 };

    if (list->count == list->cap) {
        list->cap = list->cap ? list->cap * 2 : CAP_MIN;
        if (list->cap > list->max)
            list->cap = list->max;
        list->v = xreallocarray(list->v, list->cap, sizeof *list->v);
    }
    list->v[list->count++] = v;
}

/* Reads the items after "[" and moves *s behind "]". */
static enum err
number_items(const char *text, const char *end, const char **s,
             struct numbers *list)
{
    struct token t = token_next(*s, end);
    enum err e;
    double v;

    while (!token_is(t, "]")) {
        e = number_item(text, end, list->count, s, &v);
        if (e != ERR_OK)
            return e;
        numbers_add(list, v);
        t = token_next(*s, end);
        if (!token_is(t, ",") && !token_is(t, "]"))
            return json_refuse(text, INSTEAD, WANT_COMMA, t);
        *s = token_end(t);
    }
    *s = token_end(t);
    return ERR_OK;
}

enum err
json_numbers(const char *text, size_t len, double **values, size_t *count)
{
    struct numbers list = {.max = len / 2}; /* "[" or "," and a digit */
    const char *end = text + len, *s;
    enum json_type type;
    struct token t;
    enum err e;

    e = json_check(text, len);
    if (e != ERR_OK)
        return e;
    t = token_next(text, end);
    if (!token_type(t, &type))
        return json_refuse(text, INSTEAD, WANT_VALUE, t);
    if (type != JSON_ARRAY)
        return err_set(ERR_DATA, "the text is %s, not an array of numbers",
                       json_type_name(type));
    s = token_end(t);
    e = number_items(text, end, &s, &list);
    t = token_next(s, end);
    if (e == ERR_OK && t.len > 0)
        e = json_refuse(text, INSTEAD, WANT_END, t);
    if (e != ERR_OK) {
        free(list.v);
        return e;
    }
    *values = list.v ? list.v : xmalloc(sizeof *list.v);
    *count = list.count;
    return ERR_OK;
}
