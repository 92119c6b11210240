/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writing numbers: Schubfach (Giulietti, "The Schubfach way to render
 * doubles", 2020). Around v lies an interval of decimals that read back as
 * v. The multiples of the largest 10^k not wider than it are so close that
 * one or two of v's neighbours among them are inside, and three scaled
 * bounds tell which; one of 10^(k+1), when inside, is shorter still.
 */
#include "base/number.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/number_pow.h"

enum { DIGITS_MAX = 20 }; /* of 64 bits */

/* digits x 10^exponent */
struct decimal {
    uint64_t digits;
    int exponent;
};

/*
 * A scaled bound; its lowest bit is set when there is more behind it. The
 * low word does not count: it may come from rounding the power up. word is
 * below 2^60, and so is the error there: it cannot make the middle word.
 */
static uint64_t
scale_to_odd(const struct power *power, uint64_t word)
{
    struct product p = scale(power, word);

    return p.high | (p.middle != 0);
}

/* Shifting a negative number right is not defined the same everywhere. */
static int
floor_div(int a, int b)
{
    return a >= 0 ? a / b : -((b - 1 - a) / b);
}

/*
 * The shortest decimal between the halves towards v's neighbours, v > 0.
 * Bounds are in quarters of v's last place, because the lower neighbour of a
 * power of two is half as far away; scaled, in quarters of 10^k. An even c
 * owns its bounds: reading rounds ties to it.
 */
static struct decimal
shortest(double v)
{
    uint64_t bits = bits_of_double(v);
    int stored = (int) (bits >> MANTISSA_BITS);
    uint64_t c = bits & (HIDDEN_BIT - 1);
    bool closer = c == 0 && stored > 1; /* the neighbour below */
    int e = (stored ? stored : 1) - EXPONENT_BIAS;
    /* floor(log10(2^e)), or of 3/4 of it */
    int k = floor_div(e * 1262611 - (closer ? 524031 : 0), 1 << 22);
    int h = e + log2_of_ten(-k) + 1;
    const struct power *power = power_of_ten(-k);
    uint64_t low, mid, high, s, tens;
    bool below, above;

    if (stored)
        c |= HIDDEN_BIT;
    low = scale_to_odd(power, (4 * c - 2 + closer) << h) + (c & 1);
    mid = scale_to_odd(power, (4 * c) << h);
    high = scale_to_odd(power, (4 * c + 2) << h) - (c & 1);

    /* One digit fewer, if just one of the two multiples around v is inside */
    s = mid / 4;
    tens = s / 10;
    below = low <= 40 * tens;
    above = 40 * (tens + 1) <= high;
    if (s >= 10 && below != above)
        return (struct decimal){tens + above, k + 1};

    below = low <= 4 * s;
    above = 4 * (s + 1) <= high;
    if (below == above) /* both inside (or none, never): the nearer one */
        above = mid > 4 * s + 2 || (mid == 4 * s + 2 && (s & 1));
    return (struct decimal){s + above, k};
}

/* Writes n in decimal so that it ends before end; returns its beginning. */
static char *
put_integer(char *end, uint64_t n)
{
    static const char pairs[] = "00010203040506070809"
                                "10111213141516171819"
                                "20212223242526272829"
                                "30313233343536373839"
                                "40414243444546474849"
                                "50515253545556575859"
                                "60616263646566676869"
                                "70717273747576777879"
                                "80818283848586878889"
                                "90919293949596979899";
    char *p = end;

    for (; n >= 10; n /= 100) {
        p -= 2;
        memcpy(p, pairs + n % 100 * 2, 2);
    }
    if (n > 0 || p == end)
        *--p = (char) ('0' + n);
    return p;
}

static char *
put(char *p, const char *bytes, size_t len)
{
    memcpy(p, bytes, len);
    return p + len;
}

static char *
put_zeros(char *p, int count)
{
    memset(p, '0', (size_t) count);
    return p + count;
}

/*
 * Lays out len digits, the point after the first point_at of them (before
 * them, when that is below 0). Returns the end.
 */
static char *
put_decimal(char *p, const char *digits, int len, int point_at)
{
    enum { LEAST = -4, MOST = 17 }; /* 1e-5 to below 1e17 have no exponent */
    bool exponent = point_at < LEAST || point_at > MOST;
    int whole = exponent ? 1 : point_at; /* digits before the point */

    if (whole <= 0) {
        p = put(p, "0.", 2);
        p = put_zeros(p, -whole);
        p = put(p, digits, (size_t) len);
    } else if (whole >= len) {
        p = put(p, digits, (size_t) len);
        p = put_zeros(p, whole - len);
    } else {
        p = put(p, digits, (size_t) whole);
        *p++ = '.';
        p = put(p, digits + whole, (size_t) (len - whole));
    }
    if (exponent) {
        char text[4], *end = text + sizeof text;
        char *start = put_integer(end, (uint64_t) abs(point_at - 1));

        *p++ = 'e';
        if (point_at < 1)
            *p++ = '-';
        p = put(p, start, (size_t) (end - start));
    }
    return p;
}

size_t
number_print(char out[NUMBER_MAX], double v)
{
    char text[DIGITS_MAX], *end = text + sizeof text;
    char *p = out, *start;

    assert(isfinite(v));
    if (signbit(v)) {
        *p++ = '-';
        v = -v;
    }
    if (v < (double) DOUBLE_INTEGER_MAX && v == (double) (int64_t) v) {
        start = put_integer(end, (uint64_t) v);
        p = put(p, start, (size_t) (end - start));
    } else {
        struct decimal d = shortest(v);
        int len;

        start = put_integer(end, d.digits);
        len = (int) (end - start);
        d.exponent += len; /* from here on, where the point is */
        while (start[len - 1] == '0')
            len--;
        p = put_decimal(p, start, len, d.exponent);
    }
    *p = '\0';
    return (size_t) (p - out);
}

void
number_add(struct buf *b, double v)
{
    if (!isfinite(v)) {
        buf_str(b, "null");
        return;
    }
    buf_reserve(b, NUMBER_MAX);
    b->len += number_print(b->data + b->len, v);
}

void
number_add_int(struct buf *b, int64_t v)
{
    char text[DIGITS_MAX], *end = text + sizeof text, *start;

    start = put_integer(end, v < 0 ? -(uint64_t) v : (uint64_t) v);
    buf_reserve(b, DIGITS_MAX + 1);
    if (v < 0)
        buf_char(b, '-');
    buf_add(b, start, (size_t) (end - start)); /* it is in text */
}
