/* SPDX-License-Identifier: Apache-2.0 */
/* Text as bytes: characters of UTF-8, and runs that need no look at them. */
#include "base/text.h"

#include <endian.h>
#include <stdint.h>
#include <string.h>

/* The characters a first byte announces, and what they cost in UTF-8. */
static const struct form {
    unsigned char mask, lead; /* byte & mask == lead */
    unsigned char len;
    unsigned min; /* smaller codes would be an overlong form */
} forms[] = {
    {0x80, 0x00, 1, 0x0    },
    {0xe0, 0xc0, 2, 0x80   },
    {0xf0, 0xe0, 3, 0x800  },
    {0xf8, 0xf0, 4, 0x10000},
};

enum { CODE_MAX = 0x10ffff };

static bool
is_surrogate(unsigned code)
{
    return code >= 0xd800 && code <= 0xdfff;
}

size_t
text_decode(const char *s, const char *end, unsigned *code)
{
    const struct form *form = forms;
    unsigned char lead;
    unsigned c;

    if (s >= end)
        return 0;
    lead = (unsigned char) *s; /* a byte, not a signed char */
    while ((lead & form->mask) != form->lead)
        if (++form == forms + sizeof forms / sizeof *forms)
            return 0;
    if ((size_t) (end - s) < form->len) /* s < end */
        return 0;
    c = lead & ~(unsigned) form->mask;
    for (size_t i = 1; i < form->len; i++) {
        unsigned char next = (unsigned char) s[i]; /* a byte, as above */

        if ((next & 0xc0) != 0x80)
            return 0;
        c = c << 6 | (next & 0x3f);
    }
    if (c < form->min || c > CODE_MAX || is_surrogate(c))
        return 0;
    *code = c;
    return form->len;
}

static bool
is_plain(char c)
{
    return c >= ' ' && c <= '~' && c != '"' && c != '\\';
}

/*
 * Eight bytes are looked at together: of those with the highest bit in stops
 * the lowest is surely not plain, while those above it may have it from a
 * borrow or a carry. Bytes above ASCII bring it with them: one of the terms
 * leaves it.
 */
const char *
text_plain_end(const char *s, const char *end)
{
    const uint64_t each = UINT64_C(0x0101010101010101);
    enum { EIGHT = sizeof each };

    for (; end - s >= EIGHT; s += EIGHT) {
        uint64_t word, stops;

        memcpy(&word, s, sizeof word);
        word = le64toh(word);
        stops =
            ((word - each * ' ') | (word + each) | ((word ^ each * '"') - each)
             | ((word ^ each * '\\') - each))
            & each << 7;
        if (stops)
            return s + __builtin_ctzll(stops) / EIGHT;
    }
    while (s < end && is_plain(*s))
        s++;
    return s;
}

bool
text_is_utf8(const char *s, size_t len)
{
    const char *end = s + len;
    unsigned code;

    while ((s = text_plain_end(s, end)) < end) {
        size_t n = text_decode(s, end, &code);

        if (n == 0)
            return false;
        s += n;
    }
    return true;
}
