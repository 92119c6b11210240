/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The last place of every few bytes is found by a hash, without a list of
 * older ones; runs without any copy are passed over ever faster.
 */
#include "base/pack.h"

#include <stdint.h>
#include <string.h>

#include "base/buf.h"

enum {
    HASH_BITS = 12,
    KEY = 4,      /* bytes that are hashed */
    SKIP_BITS = 5 /* after 32 misses in a row steps are of two bytes */
};

static void
put_number(struct buf *out, size_t n)
{
    for (; n >= 0x80; n >>= 7)
        buf_char(out, (char) (0x80 | (n & 0x7f)));
    buf_char(out, (char) n);
}

static uint32_t
hash(const char *at)
{
    uint32_t key;

    memcpy(&key, at, KEY);
    return (key * UINT32_C(2654435761)) >> (32 - HASH_BITS);
}

static size_t
same(const char *a, const char *b, const char *end)
{
    const char *from = b;

    while (b < end && *a == *b) {
        a++;
        b++;
    }
    return (size_t) (b - from); /* it went on */
}

static void
put_literals(struct buf *out, const char *from, const char *to)
{
    put_number(out, (size_t) (to - from)); /* from is not behind it */
    buf_add(out, from, (size_t) (to - from));
}

void
pack_text(const char *text, size_t len, struct buf *out)
{
    uint32_t last[1 << HASH_BITS] = {0}; /* place + 1 */
    const char *end = text + len, *at = text, *literal = text;
    size_t misses = 0;

    put_number(out, len);
    while (at + PACK_COPY_MIN <= end) {
        uint32_t *slot = &last[hash(at)];
        const char *from = text + *slot - 1;
        size_t copy = *slot ? same(from, at, end) : 0;

        *slot = (uint32_t) (at - text) + 1; /* below PACK_MAX */
        if (copy < PACK_COPY_MIN) {
            at += 1 + (misses++ >> SKIP_BITS);
            continue;
        }
        put_literals(out, literal, at);
        put_number(out, (size_t) (at - from)); /* from lies before */
        put_number(out, copy - PACK_COPY_MIN);
        at += copy;
        literal = at;
        misses = 0;
    }
    if (literal < end)
        put_literals(out, literal, end);
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
