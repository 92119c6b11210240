/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The last place of every few bytes is found by a hash, without a list of
 * older ones; runs without any copy are passed over ever faster.
 */
#include "base/pack.h"

#include <endian.h>
#include <stdint.h>
#include <string.h>

#include "base/buf.h"

enum {
    HASH_BITS = 12,
    KEY = 4,        /* bytes that are hashed */
    SKIP_BITS = 5,  /* after 32 misses in a row steps are of two bytes */
    NUMBER_MAX = 5, /* bytes */
    EIGHT = sizeof(uint64_t)
};

/* Writes a number, and returns where it ends. */
static char *
put_number(char *at, size_t n)
{
    for (; n >= 0x80; n >>= 7)
        *at++ = (char) (0x80 | (n & 0x7f));
    *at++ = (char) n;
    return at;
}

static uint32_t
hash(const char *at)
{
    uint32_t key;

    memcpy(&key, at, KEY);
    return (key * UINT32_C(2654435761)) >> (32 - HASH_BITS);
}

/* How many bytes are the same at a and b; a is before b. */
static size_t
same(const char *a, const char *b, const char *end)
{
    const char *from = b;

    while (end - b >= EIGHT) {
        uint64_t x, y;

        memcpy(&x, a, sizeof x);
        memcpy(&y, b, sizeof y);
        if (x != y) /* the lowest bit that differs is in the first byte */
            return (size_t) (b - from)
                   + (size_t) __builtin_ctzll(le64toh(x ^ y)) / EIGHT;
        a += EIGHT;
        b += EIGHT;
    }
    while (b < end && *a == *b) {
        a++;
        b++;
    }
    return (size_t) (b - from); /* it went on */
}

/* The literals, and numbers of the copy behind them unless it is 0 long. */
static void
put_sequence(struct buf *out, const char *from, const char *to,
             size_t distance, size_t copy)
{
    size_t literals = (size_t) (to - from); /* from is not behind it */
    char *at;

    buf_reserve(out, literals + 3 * NUMBER_MAX);
    at = put_number(out->data + out->len, literals);
    memcpy(at, from, literals);
    at += literals;
    if (copy > 0) {
        at = put_number(at, distance);
        at = put_number(at, copy - PACK_COPY_MIN);
    }
    out->len = (size_t) (at - out->data); /* it went on */
}

void
pack_text(const char *text, size_t len, struct buf *out)
{
    uint32_t last[1 << HASH_BITS] = {0}; /* place + 1 */
    const char *end = text + len, *at = text, *literal = text;
    size_t misses = 0;

    buf_reserve(out, NUMBER_MAX + len / 8); /* what most texts need */
    out->len = (size_t) (put_number(out->data + out->len, len) - out->data);
    while (at + PACK_COPY_MIN <= end) {
        uint32_t *slot = &last[hash(at)];
        const char *from = text + *slot - 1;
        size_t copy = *slot ? same(from, at, end) : 0;

        *slot = (uint32_t) (at - text) + 1; /* below PACK_MAX */
        if (copy < PACK_COPY_MIN) {
            at += 1 + (misses++ >> SKIP_BITS);
            continue;
        }
        put_sequence(out, literal, at, (size_t) (at - from), copy);
        at += copy;
        literal = at;
        misses = 0;
    }
    if (literal < end)
        put_sequence(out, literal, end, 0, 0);
    buf_str(out, ""); /* ends it */
}

/* ---- unpacking ---- */

static enum err
damaged(void)
{
    return err_set(ERR_DATA, "a packed text is damaged");
}

/* Reads a number of at most max; *at moves behind it. */
static enum err
get_number(const unsigned char **at, const unsigned char *end, size_t max,
           size_t *out)
{
    size_t n = 0;

    for (unsigned shift = 0; shift < 7 * 5; shift += 7) {
        if (*at == end)
            return damaged();
        n |= (size_t) (**at & 0x7f) << shift;
        if (*(*at)++ & 0x80)
            continue;
        *out = n;
        return n <= max ? ERR_OK : damaged();
    }
    return damaged();
}

/* A copy may overlap what it makes, so it goes byte by byte. */
static void
put_copy(struct buf *out, size_t distance, size_t count)
{
    buf_reserve(out, count);
    for (char *to = out->data + out->len; count > 0; count--, to++) {
        *to = to[-(ptrdiff_t) distance];
        out->len++;
    }
}

enum err
unpack_text(const void *packed, size_t len, struct buf *out)
{
    const unsigned char *at = packed, *end = at + len;
    size_t start = out->len, total = 0, n, distance;
    enum err e = get_number(&at, end, PACK_MAX, &total);

    while (e == ERR_OK && out->len - start < total) {
        size_t left = total - (out->len - start);

        e = get_number(&at, end, left, &n);
        if (e == ERR_OK && n > (size_t) (end - at)) /* not behind */
            e = damaged();
        if (e != ERR_OK)
            break;
        buf_add(out, at, n);
        at += n;
        left -= n;
        if (left == 0)
            break;
        e = get_number(&at, end, out->len - start, &distance);
        if (e == ERR_OK && distance == 0)
            e = damaged();
        if (e == ERR_OK)
            e = get_number(&at, end, left, &n);
        if (e == ERR_OK && n + PACK_COPY_MIN > left)
            e = damaged();
        if (e == ERR_OK)
            put_copy(out, distance, n + PACK_COPY_MIN);
    }
    if (e == ERR_OK && at != end)
        e = damaged();
    buf_str(out, ""); /* ends it */
    if (e != ERR_OK)
        out->len = start;
    return e;
}
