/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The numbers that most cells of a table are, when it is known where they
 * end: number_scan() without looking for it. To be inlined where many are
 * read; whatever it does not take number.h does.
 */
#ifndef VIGIA_NUMBER_PLAIN_H
#define VIGIA_NUMBER_PLAIN_H

#include <endian.h>
#include <float.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#ifdef __x86_64__
#include <immintrin.h>
#endif

#include "base/simd.h"

enum {
    NUMBER_PLAIN_MAX = 16, /* bytes, after a minus */
    NUMBER_PLAIN_PAD = 17  /* bytes that can be read from a text on */
};

/* What digits are divided by: powers of ten, which are exact, for both
 * signs. */
/* clang-format off */
static const double plain_tens[2][NUMBER_PLAIN_MAX + 1] = {
    { 1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,
      1e9,  1e10,  1e11,  1e12,  1e13,  1e14,  1e15,  1e16},
    {-1e0, -1e1, -1e2, -1e3, -1e4, -1e5, -1e6, -1e7, -1e8,
     -1e9, -1e10, -1e11, -1e12, -1e13, -1e14, -1e15, -1e16},
};
/* clang-format on */

/* Eight characters as digits, the first in the lowest byte; those that fill
 * up from below, when there are fewer, are zeros. */
static inline uint64_t
plain_load(const char *s, size_t count)
{
    const unsigned fill = 8 * (8 - (unsigned) count); /* count is 1 to 8 */
    uint64_t word;

    memcpy(&word, s, sizeof word);
    return (le64toh(word) ^ UINT64_C(0x3030303030303030)) << fill;
}

/* The highest bit of each byte that is no digit, the lowest one surely:
 * above it a carry may have set others. */
static inline uint64_t
plain_others(uint64_t bytes)
{
    return (bytes | (bytes + UINT64_C(0x7676767676767676)))
           & UINT64_C(0x8080808080808080);
}

/* Takes out the byte whose highest bit is other, if that is all that is and
 * the byte is a point; *fraction is how many are above it. */
static inline bool
plain_point(uint64_t *bytes, uint64_t other, unsigned *fraction)
{
    unsigned at = (unsigned) __builtin_ctzll(other) - 7; /* its lowest bit */
    uint64_t below = (UINT64_C(1) << at) - 1;

    if ((other & (other - 1)) || (*bytes >> at & 0xff) != ('.' ^ '0'))
        return false;
    *fraction = 7 - at / 8;
    *bytes =
        (*bytes & ~below & ~(UINT64_C(0xff) << at)) | (*bytes & below) << 8;
    return true;
}

/* Neighbours are joined three times: to pairs, to fours, to all. */
static inline uint64_t
plain_join(uint64_t bytes)
{
    bytes = (bytes * 10 + (bytes >> 8)) & UINT64_C(0x00ff00ff00ff00ff);
    bytes = (bytes * 100 + (bytes >> 16)) & UINT64_C(0x0000ffff0000ffff);
    return (bytes * 10000 + (bytes >> 32)) & UINT32_MAX;
}

/* number_plain() with nothing but words. */
static inline bool
number_plain_words(const char *s, size_t len, double *out)
{
    size_t minus = *s == '-';
    uint64_t high, low, value, other;
    unsigned fraction = 0, scale = 100000000;

    s += minus;
    len -= minus;
    if (len - 1 >= NUMBER_PLAIN_MAX) /* 0 wraps */
        return false;
    if (len <= 8) {
        low = plain_load(s, len);
        other = plain_others(low);
        if (other && (len == 1 || !plain_point(&low, other, &fraction)))
            return false;
        value = plain_join(low);
    } else {
        high = plain_load(s, len - 8);
        low = plain_load(s + len - 8, 8);
        other = plain_others(high);
        if (other) {
            if (!plain_point(&high, other, &fraction) || plain_others(low))
                return false;
            fraction += 8;
        } else if ((other = plain_others(low))) {
            if (!plain_point(&low, other, &fraction))
                return false;
            scale = 10000000;
        } else if (len == NUMBER_PLAIN_MAX) {
            return false;
        }
        value = plain_join(high) * scale + plain_join(low);
    }
    *out = (double) (int64_t) value /* signed: one instruction */
           / plain_tens[minus][fraction];
    return true;
}

#ifdef __x86_64__

/* The first count of sixteen bytes. */
static inline __m128i
plain_first(size_t count)
{
    static const unsigned char set[32] = {255, 255, 255, 255, 255, 255,
                                          255, 255, 255, 255, 255, 255,
                                          255, 255, 255, 255}; /* and none */

    return _mm_loadu_si128(
        (const __m128i *) (const void *) (set + 16 - count));
}

/* A text as sixteen bytes from its first digit on. */
struct plain {
    __m128i bytes; /* above '0' */
    size_t minus, point, digits;
};

/* False: it has no or too many digits, whatever they are. */
static inline bool
plain_look(const char *s, size_t len, struct plain *p)
{
    unsigned points;
    __m128i v;

    p->minus = *s == '-';
    s += p->minus;
    len -= p->minus;
    if (len - 1 >= NUMBER_PLAIN_MAX) /* 0 wraps */
        return false;
    v = _mm_loadu_si128((const __m128i *) (const void *) s);
    points =
        (unsigned) _mm_movemask_epi8(_mm_cmpeq_epi8(v, _mm_set1_epi8('.')));
    p->point = (size_t) __builtin_ctz(points | 1U << len);
    p->digits = len - (p->point < len);
    p->bytes = _mm_sub_epi8(v, _mm_set1_epi8('0'));
    return p->digits - 1 < NUMBER_PLAIN_MAX - 1;
}

/* Two halves of eight digits each; the digits stay where they were, zeros
 * fill up behind them: what they make has at most 2^52 and some more factors
 * of two, so it is exact. */
static inline double
plain_divide(const struct plain *p, __m128i joined)
{
    uint64_t halves = (uint64_t) _mm_cvtsi128_si64(joined);
    uint64_t all = (halves & UINT32_MAX) * 100000000 + (halves >> 32);

    return (double) (int64_t) all
           / plain_tens[p->minus][NUMBER_PLAIN_MAX - p->point];
}

/* number_plain() with sixteen bytes at once. */
static inline bool
number_plain_vector(const char *s, size_t len, double *out)
{
    struct plain p;
    __m128i v, before;

    if (!plain_look(s, len, &p))
        return false;
    before = plain_first(p.point);
    v = _mm_or_si128(_mm_and_si128(before, p.bytes),
                     _mm_andnot_si128(before, _mm_srli_si128(p.bytes, 1)));
    v = _mm_and_si128(v, plain_first(p.digits));
    if (_mm_movemask_epi8(_mm_cmpeq_epi8(_mm_min_epu8(v, _mm_set1_epi8(9)), v))
        != 0xffff)
        return false;
    /* Neighbours are joined: to pairs, to fours, to eights. */
    v = _mm_add_epi16(_mm_mullo_epi16(_mm_and_si128(v, _mm_set1_epi16(0xff)),
                                      _mm_set1_epi16(10)),
                      _mm_srli_epi16(v, 8));
    v = _mm_madd_epi16(v, _mm_set1_epi32(1 << 16 | 100));
    v = _mm_madd_epi16(_mm_packs_epi32(v, v), _mm_set1_epi32(1 << 16 | 10000));
    *out = plain_divide(&p, v);
    return true;
}

/* The same in half as many steps, to be inlined into functions of that
 * target. */
SIMD_FOR_AVX2 static inline bool
number_plain_avx2(const char *s, size_t len, double *out)
{
    const __m128i behind =
        _mm_setr_epi8(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 0);
    struct plain p;
    __m128i v, more;

    if (!plain_look(s, len, &p))
        return false;
    v = _mm_shuffle_epi8(p.bytes, _mm_add_epi8(behind, plain_first(p.point)));
    v = _mm_and_si128(v, plain_first(p.digits));
    more = _mm_subs_epu8(v, _mm_set1_epi8(9));
    if (!_mm_testz_si128(more, more))
        return false;
    v = _mm_maddubs_epi16(v, _mm_set1_epi16(1 << 8 | 10));
    v = _mm_madd_epi16(v, _mm_set1_epi32(1 << 16 | 100));
    v = _mm_madd_epi16(_mm_packus_epi32(v, v),
                       _mm_set1_epi32(1 << 16 | 10000));
    *out = plain_divide(&p, v);
    return true;
}

#endif

/*
 * Reads the whole text as a number: a minus or none, digits, at most one
 * point with or among them. True when it is such, and has no more than
 * NUMBER_PLAIN_MAX bytes and one digit less, so that one division rounds
 * correctly; *out is then what number_scan() reads in its loose form.
 * NUMBER_PLAIN_PAD bytes can be read from s on, whatever they are.
 */
static inline bool
number_plain(const char *s, size_t len, double *out)
{
    if (FLT_EVAL_METHOD != 0)
        return false;
#ifdef __x86_64__
    return number_plain_vector(s, len, out);
#else
    return number_plain_words(s, len, out);
#endif
}

#endif
