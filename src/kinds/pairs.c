/* SPDX-License-Identifier: Apache-2.0 */
/* Lines "key=value"; how they are cut. */
#include "kinds/pairs.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/number.h"

enum { SHOWN = 60 }; /* bytes of a text in a message */

bool
span_is(struct span s, const char *word)
{
    return strlen(word) == s.len
           && (s.len == 0 || memcmp(s.at, word, s.len) == 0);
}

bool
span_begins(struct span s, const char *word)
{
    size_t len = strlen(word);

    return s.len >= len && memcmp(s.at, word, len) == 0;
}

struct span
span_word(struct span *s)
{
    struct span word;

    while (s->len > 0 && *s->at == ' ') {
        s->at++;
        s->len--;
    }
    word = (struct span){.at = s->at};
    while (word.len < s->len && word.at[word.len] != ' ')
        word.len++;
    if (word.len > 0) {
        s->at += word.len;
        s->len -= word.len;
    }
    return word;
}

int
span_cut(struct span s)
{
    return s.len < SHOWN ? (int) s.len : SHOWN;
}

bool
pairs_next(struct pairs *l)
{
    size_t left = (size_t) (l->end - l->at); /* at never passes end */
    const char *end = left ? memchr(l->at, '\n', left) : NULL;
    const char *equals;

    l->line = l->key = l->value = (struct span){.at = ""};
    if (left == 0)
        return false;
    l->line.at = l->at;
    l->line.len = end ? (size_t) (end - l->at) : left;
    l->at += l->line.len + (end ? 1 : 0);
    l->number++;
    if (l->line.len > 0 && l->line.at[l->line.len - 1] == '\r')
        l->line.len--;
    equals = l->line.len ? memchr(l->line.at, '=', l->line.len) : NULL;
    if (equals) {
        l->key.at = l->line.at;
        l->key.len = (size_t) (equals - l->line.at);
        l->value.at = equals + 1;
        l->value.len = l->line.len - l->key.len - 1;
    }
    return true;
}

static enum err
bad_number(const struct pairs *l, struct span word)
{
    return err_set(ERR_DATA,
                   "line %zu: \"%.*s\" in %.*s is not a number that "
                   "can stand there",
                   l->number, span_cut(word), word.at, span_cut(l->key),
                   l->key.at);
}

enum err
pairs_int(const struct pairs *l, int64_t least, int64_t most, int64_t *out)
{
    double v = NAN;

    if (number_scan(l->value.at, l->value.at + l->value.len, NUMBER_JSON, &v)
            != l->value.len
        || !(v >= (double) least && v <= (double) most && v == floor(v)))
        return bad_number(l, l->value);
    *out = (int64_t) v; /* in range: see above */
    return ERR_OK;
}

void
numbers_add(struct numbers *n, double v)
{
    if (n->count == n->cap) {
        n->cap = n->cap ? 2 * n->cap : 64;
        n->items = xreallocarray(n->items, n->cap, sizeof *n->items);
    }
    n->items[n->count++] = v;
}

enum err
pairs_numbers(const struct pairs *l, struct numbers *out)
{
    struct span rest = l->value, word;

    out->count = 0;
    for (word = span_word(&rest); word.len > 0; word = span_word(&rest)) {
        double v = NAN;

        if (number_scan(word.at, word.at + word.len, NUMBER_LOOSE, &v)
                != word.len
            || !isfinite(v))
            return bad_number(l, word);
        numbers_add(out, v);
    }
    return ERR_OK;
}

void
codes_add(struct codes *c, int64_t code)
{
    if (c->count == c->cap) {
        c->cap = c->cap ? 2 * c->cap : 64;
        c->items = xreallocarray(c->items, c->cap, sizeof *c->items);
    }
    c->items[c->count++] = code;
}

void
codes_free(struct codes *c)
{
    free(c->items);
    *c = (struct codes){0};
}
