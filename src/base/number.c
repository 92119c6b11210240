/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading numbers. A text says w x 10^q. When w and 10^q are both exact
 * doubles one multiplication rounds correctly (Clinger, "How to Read Floating
 * Point Numbers Accurately", 1990). Else w is multiplied by 128 bits of 10^q,
 * which is enough for every w of 64 bits: the Eisel-Lemire method (Lemire,
 * "Number Parsing at a Gigabyte per Second", 2021), here with all powers
 * rounded up. Only when more digits than that decide is strtod() asked.
 * Writing is in number_print.c.
 */
#include "base/number.h"

#include <endian.h>
#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/number_pow.h"

enum {
    WORD_DIGITS = 19, /* as many always fit 64 bits */
    EXACT_TEN = 22,   /* 1e22 is the last power that is a double */
    SHOWN_MAX = 60    /* bytes of a wrong text that an error repeats */
};

/* The parts of a number's text. */
struct spelling {
    const char *first; /* its digits, with at most one point among them */
    const char *last;  /* one past them */
    size_t digits;     /* how many */
    uint64_t value;    /* theirs, modulo 2^64 */
    int64_t exponent;  /* the number is value x 10^exponent */
    bool negative;
};

static bool
is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* clang-format off */
static const double exact_tens[EXACT_TEN + 1] = {
    1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
    1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22
};
/* clang-format on */

/*
 * The truth is the product or, where the power was rounded up, less than one
 * unit of the middle word below it. So a bit set anywhere below the half bit
 * proves that the truth is no tie, and on the same side of the half.
 *
 * Without one, the truth is just what the bits above say. For |q| <= 27, 5^q
 * fits 64 bits: what is no multiple of the half bit is too far from one. For
 * other q no w of 64 bits leaves the 73 bits clear; number_gen.py proves it.
 */
static double
round_product(uint64_t w, int q)
{
    int shift = __builtin_clzll(w);
    struct product p = scale(power_of_ten(q), w << shift);
    int drop = 9 + (int) (p.high >> 63); /* keeps 53 bits and the half bit */
    int exponent = log2_of_ten(q) - shift + drop + EXPONENT_BIAS + 2;
    uint64_t c;
    bool half, more;

    if (exponent >= EXPONENT_MAX)
        return INFINITY;
    if (exponent < 1) { /* subnormal: fewer bits are kept */
        drop += 1 - exponent;
        exponent = 1;
        if (drop > 63) /* less than half of the least double */
            return 0;
    }
    more = (p.high & ((UINT64_C(1) << drop) - 1)) != 0 || p.middle != 0;
    c = p.high >> drop;
    half = c & 1;
    c >>= 1;
    c += half && (more || (c & 1));
    /* The hidden bit, and a carry out of c, count the exponent up. */
    return double_of_bits(((uint64_t) (exponent - 1) << MANTISSA_BITS) + c);
}

/* The double nearest to w x 10^q. */
static double
nearest(uint64_t w, int64_t q)
{
    if (FLT_EVAL_METHOD == 0 && w <= DOUBLE_INTEGER_MAX && q >= -EXACT_TEN
        && q <= EXACT_TEN) {
        double d = (double) (int64_t) w; /* signed: one instruction */

        return q < 0 ? d / exact_tens[-q] : d * exact_tens[q];
    }
    if (w == 0 || q < POWER_FIRST)
        return 0;
    if (q > DBL_MAX_10_EXP)
        return INFINITY;
    return round_product(w, (int) q);
}

/* ---- digits, eight at once ---- */

enum { EIGHT = 8 };

#define ZEROS UINT64_C(0x3030303030303030)

static uint32_t
load_four(const char *s)
{
    uint32_t word;

    memcpy(&word, s, sizeof word);
    return le32toh(word);
}

/* All of less than eight characters, the first in the lowest byte, and NULs.
 * Where two parts overlap the same bytes meet. */
static uint64_t
load_few(const char *s, size_t len)
{
    const unsigned char *u = (const unsigned char *) s;

    if (len >= 4)
        return load_four(s)
               | (uint64_t) load_four(s + len - 4) << 8 * (len - 4);
    if (len == 0)
        return 0;
    return u[0] | (uint64_t) u[len / 2] << 8 * (len / 2)
           | (uint64_t) u[len - 1] << 8 * (len - 1);
}

/* Eight characters, or the few that there are. */
static inline uint64_t
load_eight(const char *s, const char *end)
{
    uint64_t word;

    if (end - s < EIGHT)
        return load_few(s, (size_t) (end - s)); /* not negative */
    memcpy(&word, s, sizeof word);
    return le64toh(word);
}

/* How many of the bytes, from the lowest, are 0 to 9. Others have the highest
 * bit, or get it by the sum, whose carry reaches only what is behind them. */
static inline unsigned
count_digits(uint64_t bytes)
{
    const uint64_t highest = UINT64_C(0x8080808080808080);
    uint64_t others =
        (bytes | (bytes + UINT64_C(0x7676767676767676))) & highest;

    return others ? (unsigned) __builtin_ctzll(others) / 8 : EIGHT;
}

/* The number that the lowest count of bytes are, 1 to 8: with zeros before
 * them, neighbours are joined three times: to pairs, to fours, to all. How
 * many there are decides no branch, which a processor might guess wrongly. */
static inline uint64_t
join_digits(uint64_t bytes, unsigned count)
{
    bytes <<= 8 * (EIGHT - count);
    bytes = (bytes * 10 + (bytes >> 8)) & UINT64_C(0x00ff00ff00ff00ff);
    bytes = (bytes * 100 + (bytes >> 16)) & UINT64_C(0x0000ffff0000ffff);
    return (bytes * 10000 + (bytes >> 32)) & UINT32_MAX;
}

static const uint32_t small_tens[EIGHT + 1] = {
    1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000};

/* Appends the digits at p to *value, modulo 2^64; returns their end. */
static const char *
take_digits(const char *p, const char *end, uint64_t *value)
{
    unsigned count = EIGHT;

    while (count == EIGHT) {
        uint64_t bytes = load_eight(p, end) ^ ZEROS;

        count = count_digits(bytes);
        if (count == 0)
            break;
        *value = *value * small_tens[count] + join_digits(bytes, count);
        p += count;
    }
    return p;
}

/* Adds what the exponent at p says; returns its end, or p without one. */
static const char *
take_exponent(const char *p, const char *end, int64_t *exponent)
{
    const int64_t enough = INT64_C(1) << 50; /* more than any text has bytes */
    const char *s;
    int64_t n = 0;
    bool negative;

    if (p == end || (*p != 'e' && *p != 'E'))
        return p;
    s = p + 1;
    negative = s < end && *s == '-';
    if (s < end && (*s == '-' || *s == '+'))
        s++;
    if (s == end || !is_digit(*s))
        return p;
    for (; s < end && is_digit(*s); s++)
        if (n < enough)
            n = n * 10 + (*s - '0');
    *exponent += negative ? -n : n;
    return s;
}

/* Returns the end of the number at s, NULL when there is none. */
static const char *
spell(const char *s, const char *end, enum number_form form,
      struct spelling *t)
{
    const char *p = s;

    t->negative = p < end && *p == '-';
    if (p < end && (*p == '-' || (*p == '+' && form == NUMBER_LOOSE)))
        p++;
    t->first = p;
    t->value = 0;
    t->exponent = 0;
    p = take_digits(p, end, &t->value);
    if (form == NUMBER_JSON && p - t->first > 1 && *t->first == '0') {
        p = t->first + 1; /* "012" begins with the number 0 */
        t->value = 0;
    }
    t->digits = (size_t) (p - t->first);
    if (form == NUMBER_JSON && t->digits == 0)
        return NULL;
    if (p < end && *p == '.') {
        const char *fraction = p + 1;
        const char *stop = take_digits(fraction, end, &t->value);

        t->exponent = fraction - stop;
        t->digits += (size_t) (stop - fraction);
        if (stop > fraction || form == NUMBER_LOOSE)
            p = stop;
    }
    if (t->digits == 0)
        return NULL;
    t->last = p;
    return take_exponent(p, end, &t->exponent);
}

/*
 * The last resort: strtod() on a copy without a point, so that no locale is
 * asked what a point looks like. No number halfway between two doubles has
 * more than 767 significant digits; what follows the KEPT ones only matters
 * by not being zero, which one digit says as well.
 */
static double
read_slowly(const char *first, const char *last, int64_t exponent)
{
    enum { KEPT = 800 };
    char text[KEPT + 1 + NUMBER_MAX];
    size_t len = 0;

    for (const char *p = first; p < last; p++) {
        if (*p == '.')
            continue;
        if (len < KEPT) {
            text[len++] = *p;
        } else {
            if (len == KEPT && *p != '0')
                text[len++] = '1';
            exponent++;
        }
    }
    if (len > KEPT)
        exponent--;
    (void) snprintf(text + len, sizeof text - len, "e%" PRId64, exponent);
    return strtod(text, NULL);
}

/*
 * More digits than a word holds. The first 19 that count make w, and the
 * number lies between w and w + 1: mostly both round to the same double.
 */
static double
read_long(const struct spelling *t)
{
    const char *first = t->first, *p;
    uint64_t w = 0;
    int64_t q = t->exponent;
    double below;
    int taken = 0;

    while (first < t->last && (*first == '0' || *first == '.'))
        first++;
    for (p = first; p < t->last; p++) {
        if (*p == '.')
            continue;
        if (taken < WORD_DIGITS) {
            w = w * 10 + (uint64_t) (*p - '0');
            taken++;
        } else {
            q++;
        }
    }
    below = nearest(w, q);
    if (q == t->exponent || below == nearest(w + 1, q))
        return below;
    return read_slowly(first, t->last, t->exponent);
}

/* Any number; returns its length, or 0. */
static size_t
scan_any(const char *s, const char *end, enum number_form form, double *out)
{
    struct spelling t;
    const char *stop = spell(s, end, form, &t);
    double d;

    if (!stop)
        return 0;
    d = t.digits <= WORD_DIGITS ? nearest(t.value, t.exponent) : read_long(&t);
    *out = t.negative ? -d : d;
    return (size_t) (stop - s);
}

/*
 * What most readings are: less than eight digits before the point, less than
 * fifteen in all, no exponent. The point is taken out of the word, so that
 * mostly one is enough. Returns 0 for all others, and for what is no number.
 */
static inline size_t
scan_short(const char *s, const char *end, enum number_form form, double *out)
{
    uint64_t minus = s < end && *s == '-', bytes, before, value;
    const char *p = s + minus, *stop;
    unsigned point, count, fraction = 0;

    bytes = load_eight(p, end) ^ ZEROS;
    point = count = count_digits(bytes);
    if (point == 0 || point == EIGHT
        || (form == NUMBER_JSON && point > 1 && *p == '0'))
        return 0;
    stop = p + point;
    if ((bytes >> 8 * point & 0xff) == ('.' ^ '0')) {
        before = (UINT64_C(1) << 8 * point) - 1;
        bytes = (bytes & before) | (bytes >> 8 & ~before);
        count = count_digits(bytes | UINT64_C(0xff) << 8 * (EIGHT - 1));
        if (count == point) /* "5." is not the same in all forms */
            return 0;
        fraction = count - point;
        stop = p + 1 + count;
    }
    value = join_digits(bytes, count);
    if (fraction > 0 && count == EIGHT - 1) {
        bytes = load_eight(stop, end) ^ ZEROS;
        count = count_digits(bytes);
        if (count == EIGHT)
            return 0;
        if (count > 0)
            value = value * small_tens[count] + join_digits(bytes, count);
        fraction += count;
        stop += count;
    }
    if (FLT_EVAL_METHOD != 0 || (stop < end && (*stop | 0x20) == 'e'))
        return 0;
    /* Both are exact, so this rounds once; -0 has its sign, too. */
    *out = double_of_bits(
        bits_of_double((double) (int64_t) value / exact_tens[fraction])
        | minus << 63);
    return (size_t) (stop - s); /* it went on */
}

size_t
number_scan(const char *s, const char *end, enum number_form form, double *out)
{
    size_t len = scan_short(s, end, form, out);

    return len > 0 ? len : scan_any(s, end, form, out);
}

/* How many bytes of a wrong text to repeat: whole UTF-8 characters. */
static int
shown(const char *s, size_t len)
{
    if (len <= SHOWN_MAX)
        return (int) len;
    len = SHOWN_MAX;
    while (len > 0 && ((unsigned char) s[len] & 0xc0) == 0x80)
        len--;
    return (int) len;
}

static bool
is_blank(char c)
{
    return c == ' ' || c == '\t';
}

enum err
number_read(const char *s, size_t len, enum number_form form, double *out)
{
    const char *p = s, *end = s + len;
    double d;

    if (form == NUMBER_LOOSE) {
        while (p < end && is_blank(*p))
            p++;
        while (p < end && is_blank(end[-1]))
            end--;
    }
    if (p == end || number_scan(p, end, form, &d) != (size_t) (end - p))
        return err_set(ERR_SYNTAX, "\"%.*s\" is not a number", shown(s, len),
                       s);
    if (isinf(d))
        return err_set(ERR_DATA, "%.*s is beyond the range of a double",
                       shown(p, (size_t) (end - p)), p);
    *out = d;
    return ERR_OK;
}

enum err
number_int(const char *s, int64_t min, int64_t max, int64_t *out)
{
    const char *first = s + (*s == '-'), *p;
    int64_t n = 0; /* negative: there the range is larger */
    bool over = false;

    for (p = first; is_digit(*p); p++) {
        over |= __builtin_mul_overflow(n, 10, &n);
        over |= __builtin_sub_overflow(n, *p - '0', &n);
    }
    if (p == first || *p != '\0')
        return err_set(ERR_SYNTAX, "\"%.*s\" is not an integer",
                       shown(s, strlen(s)), s);
    if (*s != '-')
        over |= __builtin_sub_overflow(0, n, &n);
    if (over || n < min || n > max)
        return err_set(ERR_DATA,
                       "%.*s is not between %" PRId64 " and %" PRId64,
                       shown(s, strlen(s)), s, min, max);
    *out = n;
    return ERR_OK;
}
