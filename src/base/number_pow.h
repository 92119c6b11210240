/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What reading (number.c) and writing (number_print.c) of doubles share: the
 * layout of a double, and powers of ten to more bits than a double has.
 * Nobody else needs this. A double's number is c x 2^e, c being an integer.
 */
#ifndef VIGIA_NUMBER_POW_H
#define VIGIA_NUMBER_POW_H

#include <assert.h>
#include <stdint.h>
#include <string.h>

enum {
    MANTISSA_BITS = 52,   /* bits of c that are stored, without the hidden */
    EXPONENT_MAX = 0x7ff, /* stored for infinity and NaN */
    EXPONENT_BIAS = 1075  /* what is stored is e + this */
};

#define HIDDEN_BIT         (UINT64_C(1) << MANTISSA_BITS)
#define DOUBLE_INTEGER_MAX (2 * HIDDEN_BIT) /* all integers to here are */

enum {
    POWER_FIRST = -342,   /* 19 digits x 10^-343 are 0 to a double */
    POWER_LAST = 324,     /* reading needs 308, writing 5e-324 this one */
    POWER_EXACT_LAST = 55 /* 5^55 is the last power below 2^128 */
};

/*
 * The 128 leading bits of 10^n, the topmost being 1: 10^n is this number
 * x 2^(log2_of_ten(n) - 127). Exact from 1e0 to 1e55, else rounded up.
 */
struct power {
    uint64_t high, low;
};

extern const struct power number_powers[POWER_LAST - POWER_FIRST + 1];

static inline const struct power *
power_of_ten(int n)
{
    assert(n >= POWER_FIRST && n <= POWER_LAST);
    return &number_powers[n - POWER_FIRST];
}

/* floor(log2(10^n)); right for every n of the table, and far beyond. */
static inline int
log2_of_ten(int n)
{
    return n * 1741647 >> 19;
}

/* Returns the high word of a x b, and the low one. */
static inline uint64_t
multiply(uint64_t a, uint64_t b, uint64_t *low)
{
#ifdef __SIZEOF_INT128__
    __extension__ unsigned __int128 product = a;

    product *= b;
    *low = (uint64_t) product;
    return (uint64_t) (product >> 64);
#else
    uint64_t a0 = (uint32_t) a, a1 = a >> 32;
    uint64_t b0 = (uint32_t) b, b1 = b >> 32;
    uint64_t inner = a1 * b0 + (a0 * b0 >> 32);
    uint64_t outer = a0 * b1 + (uint32_t) inner;

    *low = a * b;
    return a1 * b1 + (inner >> 32) + (outer >> 32);
#endif
}

/* 192 bits: a power's significand times a word. */
struct product {
    uint64_t high, middle, low;
};

static inline struct product
scale(const struct power *power, uint64_t word)
{
    struct product p;
    uint64_t carry = multiply(power->low, word, &p.low);

    p.high = multiply(power->high, word, &p.middle);
    p.middle += carry;
    p.high += p.middle < carry;
    return p;
}

static inline double
double_of_bits(uint64_t bits)
{
    double d;

    memcpy(&d, &bits, sizeof d);
    return d;
}

static inline uint64_t
bits_of_double(double d)
{
    uint64_t bits;

    memcpy(&bits, &d, sizeof bits);
    return bits;
}

#endif
