/* SPDX-License-Identifier: Apache-2.0 */
/*
 * 64 bytes become bit masks, one for each sign; what is within quotes is the
 * running parity of the quotes (Langdale and Lemire, "Parsing Gigabytes of
 * JSON per Second", 2019). By itself parity would take any quote for one
 * that opens or closes. It is right as long as every quote that opens stands
 * where a field begins or after a closing one (which makes a doubled quote),
 * and every quote that closes is followed by a delimiter, a line end or
 * another quote; the first byte for which that does not hold ends the index.
 */
#include "data/csv_index.h"

#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/simd.h"

#if defined(__x86_64__)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

enum {
    BLOCK = 64,
    EIGHT = 8 /* stops are written so many at once, some for nothing */
};

#define TOP (UINT64_C(1) << (BLOCK - 1))

/* Bit i is set when byte i is that sign. */
struct signs {
    uint64_t delimiter, feed, quote, other; /* other: a CR or a NUL */
};

#define INLINE static inline __attribute__((__always_inline__))

/* ---- looking at 64 bytes, a way for each machine ---- */

INLINE uint64_t
load_word(const char *s)
{
    uint64_t word;

    memcpy(&word, s, sizeof word);
    return le64toh(word);
}

/* The high bit of each byte that is zero. */
INLINE uint64_t
zero_bytes(uint64_t word)
{
    const uint64_t low = UINT64_C(0x7f7f7f7f7f7f7f7f);

    return ~(((word & low) + low) | word | low);
}

/* The eight high bits side by side. */
INLINE uint64_t
gather(uint64_t high)
{
    return (high >> 7) * UINT64_C(0x0102040810204080) >> 56;
}

INLINE uint64_t
find_word(uint64_t word, char sign)
{
    uint64_t all = UINT64_C(0x0101010101010101) * (unsigned char) sign;

    return gather(zero_bytes(word ^ all));
}

INLINE struct signs
look_portable(const char *p, char delimiter)
{
    struct signs s = {0};

    for (unsigned i = 0; i < BLOCK; i += 8) {
        uint64_t word = load_word(p + i);

        s.delimiter |= find_word(word, delimiter) << i;
        s.feed |= find_word(word, '\n') << i;
        s.quote |= find_word(word, '"') << i;
        s.other |= (find_word(word, '\r') | find_word(word, '\0')) << i;
    }
    return s;
}

INLINE uint64_t
feeds_portable(const char *p)
{
    uint64_t feed = 0;

    for (unsigned i = 0; i < BLOCK; i += 8)
        feed |= find_word(load_word(p + i), '\n') << i;
    return feed;
}

#if defined(__x86_64__)

INLINE uint64_t
find_sse2(const __m128i v[4], char sign)
{
    const __m128i all = _mm_set1_epi8(sign);
    uint64_t mask = 0;

    for (unsigned i = 0; i < 4; i++) {
        int found = _mm_movemask_epi8(_mm_cmpeq_epi8(v[i], all));

        mask |= (uint64_t) (unsigned) found << 16 * i;
    }
    return mask;
}

INLINE void
load_sse2(const char *p, __m128i v[4])
{
    for (unsigned i = 0; i < 4; i++) /* unaligned loads: any address does */
        v[i] = _mm_loadu_si128((const __m128i *) (const void *) (p + 16 * i));
}

INLINE struct signs
look_sse2(const char *p, char delimiter)
{
    __m128i v[4];

    load_sse2(p, v);
    return (struct signs){find_sse2(v, delimiter), find_sse2(v, '\n'),
                          find_sse2(v, '"'),
                          find_sse2(v, '\r') | find_sse2(v, '\0')};
}

INLINE uint64_t
feeds_sse2(const char *p)
{
    __m128i v[4];

    load_sse2(p, v);
    return find_sse2(v, '\n');
}

SIMD_FOR_AVX2 INLINE uint64_t
find_avx2(__m256i low, __m256i high, char sign)
{
    const __m256i all = _mm256_set1_epi8(sign);
    int l = _mm256_movemask_epi8(_mm256_cmpeq_epi8(low, all));
    int h = _mm256_movemask_epi8(_mm256_cmpeq_epi8(high, all));

    return (unsigned) l | (uint64_t) (unsigned) h << 32;
}

SIMD_FOR_AVX2 INLINE struct signs
look_avx2(const char *p, char delimiter)
{
    __m256i low = _mm256_loadu_si256((const __m256i *) (const void *) p);
    __m256i high =
        _mm256_loadu_si256((const __m256i *) (const void *) (p + 32));

    return (struct signs){
        find_avx2(low, high, delimiter), find_avx2(low, high, '\n'),
        find_avx2(low, high, '"'),
        find_avx2(low, high, '\r') | find_avx2(low, high, '\0')};
}

SIMD_FOR_AVX2 INLINE uint64_t
feeds_avx2(const char *p)
{
    __m256i low = _mm256_loadu_si256((const __m256i *) (const void *) p);
    __m256i high =
        _mm256_loadu_si256((const __m256i *) (const void *) (p + 32));

    return find_avx2(low, high, '\n');
}

#elif defined(__aarch64__)

INLINE uint64_t
find_neon(const uint8x16_t v[4], char sign)
{
    static const uint8_t weights[16] = {1, 2, 4, 8, 16, 32, 64, 128,
                                        1, 2, 4, 8, 16, 32, 64, 128};
    const uint8x16_t weight = vld1q_u8(weights);
    const uint8x16_t all = vdupq_n_u8((uint8_t) sign);
    uint8x16_t a = vandq_u8(vceqq_u8(v[0], all), weight);
    uint8x16_t b = vandq_u8(vceqq_u8(v[1], all), weight);
    uint8x16_t c = vandq_u8(vceqq_u8(v[2], all), weight);
    uint8x16_t d = vandq_u8(vceqq_u8(v[3], all), weight);
    uint8x16_t sum = vpaddq_u8(vpaddq_u8(a, b), vpaddq_u8(c, d));

    sum = vpaddq_u8(sum, sum);
    return vgetq_lane_u64(vreinterpretq_u64_u8(sum), 0);
}

INLINE void
load_neon(const char *p, uint8x16_t v[4])
{
    for (unsigned i = 0; i < 4; i++)
        v[i] = vld1q_u8((const uint8_t *) p + 16 * i);
}

INLINE struct signs
look_neon(const char *p, char delimiter)
{
    uint8x16_t v[4];

    load_neon(p, v);
    return (struct signs){find_neon(v, delimiter), find_neon(v, '\n'),
                          find_neon(v, '"'),
                          find_neon(v, '\r') | find_neon(v, '\0')};
}

INLINE uint64_t
feeds_neon(const char *p)
{
    uint8x16_t v[4];

    load_neon(p, v);
    return find_neon(v, '\n');
}

#endif

/* ---- what they have in common, compiled once for each ---- */

/* Bit i is the parity of the bits up to i. */
INLINE uint64_t
parity(uint64_t bits)
{
    for (int shift = 1; shift < BLOCK; shift *= 2)
        bits ^= bits << shift;
    return bits;
}

/* What the bytes before this block leave behind; but for the first, bit 0. */
struct before {
    uint64_t quoted;  /* all bits when within quotes, else none */
    uint64_t starts;  /* a field may begin with the next byte */
    uint64_t closed;  /* the last byte was a closing quote */
    uint64_t carried; /* it was a CR after one */
};

/* Bits moved to the next byte, with what the block before moved into this. */
INLINE uint64_t
next_byte(uint64_t bits, uint64_t *carry)
{
    uint64_t moved = bits << 1 | *carry;

    *carry = bits >> (BLOCK - 1);
    return moved;
}

/* The delimiters and line feeds outside of quotes; *odd becomes the bytes
 * that parity is wrong about. */
INLINE uint64_t
find_stops(const struct signs *s, const char *p, struct before *before,
           uint64_t *odd)
{
    uint64_t signs = s->delimiter | s->feed, within, closing, after, cr = 0;

    if (!(s->quote | before->quoted | before->closed | before->carried)) {
        before->starts = signs >> (BLOCK - 1);
        *odd = 0;
        if (s->other) /* a CR is text here, a NUL is not */
            for (uint64_t rest = s->other; rest; rest &= rest - 1)
                if (!p[__builtin_ctzll(rest)])
                    *odd |= rest & -rest;
        return signs;
    }
    within = parity(s->quote) ^ before->quoted;
    before->quoted = -(within >> (BLOCK - 1));
    closing = s->quote & ~within;
    *odd = s->quote & within
           & ~next_byte((signs & ~within) | closing, &before->starts);
    for (uint64_t rest = s->other; rest; rest &= rest - 1) {
        if (p[__builtin_ctzll(rest)])
            cr |= rest & -rest;
        else
            *odd |= rest & -rest;
    }
    after = next_byte(closing, &before->closed);
    *odd |= after & ~(signs | s->quote | cr);
    *odd |= next_byte(after & cr, &before->carried) & ~s->feed;
    return signs & ~within;
}

/* Adds where the stops stand, and for each line feed how many there are. */
INLINE void
add_stops(struct csv_index *x, size_t at, uint64_t stops, uint64_t feeds)
{
    uint32_t *out = x->stops + x->stop_count;

    for (; feeds; feeds &= feeds - 1) {
        uint64_t upto = stops & (feeds ^ (feeds - 1));

        x->ends[x->end_count++] =
            (uint32_t) (x->stop_count
                        + (size_t) __builtin_popcountll(upto)); /* < 4 Gi */
    }
    x->stop_count += (size_t) __builtin_popcountll(stops);
    for (; stops; out += EIGHT) { /* whole eights: a branch that is known */
#pragma GCC unroll 8
        for (int i = 0; i < EIGHT; i++) {
            out[i] = (uint32_t) at + (uint32_t) __builtin_ctzll(stops | TOP);
            stops &= stops - 1;
        }
    }
}

INLINE void
index_by(struct signs (*look)(const char *p, char delimiter),
         struct csv_index *x, const char *text, size_t len, char delimiter)
{
    struct before before = {.starts = 1};
    char last[BLOCK];

    for (size_t at = 0; at < len; at += BLOCK) {
        const char *p = text + at;
        struct signs s;
        uint64_t stops, odd;

        if (len - at < BLOCK) {
            memset(last, 0, sizeof last); /* what is odd, if it is looked at */
            memcpy(last, p, len - at);
            p = last;
        }
        s = look(p, delimiter);
        stops = find_stops(&s, p, &before, &odd);
        x->breaks |= (s.feed & ~stops) != 0;
        if (odd)
            stops &= (odd & -odd) - 1; /* what stands before the first */
        add_stops(x, at, stops, stops & s.feed);
        if (odd) {
            x->odd = at + (size_t) __builtin_ctzll(odd) < len;
            return;
        }
    }
}

INLINE size_t
count_by(uint64_t (*feeds)(const char *p), const char *text, size_t len)
{
    size_t at = 0, n = 0;

    for (; len - at >= BLOCK; at += BLOCK)
        n += (size_t) __builtin_popcountll(feeds(text + at));
    for (; at < len; at++)
        n += text[at] == '\n';
    return n;
}

/* ---- the ways ---- */

struct way {
    void (*index)(struct csv_index *x, const char *text, size_t len,
                  char delimiter);
    size_t (*count)(const char *text, size_t len);
};

static void
index_portable(struct csv_index *x, const char *text, size_t len,
               char delimiter)
{
    index_by(look_portable, x, text, len, delimiter);
}

static size_t
count_portable(const char *text, size_t len)
{
    return count_by(feeds_portable, text, len);
}

#if defined(__x86_64__)

static void
index_sse2(struct csv_index *x, const char *text, size_t len, char delimiter)
{
    index_by(look_sse2, x, text, len, delimiter);
}

static size_t
count_sse2(const char *text, size_t len)
{
    return count_by(feeds_sse2, text, len);
}

SIMD_FOR_AVX2 static void
index_avx2(struct csv_index *x, const char *text, size_t len, char delimiter)
{
    index_by(look_avx2, x, text, len, delimiter);
}

SIMD_FOR_AVX2 static size_t
count_avx2(const char *text, size_t len)
{
    return count_by(feeds_avx2, text, len);
}

#elif defined(__aarch64__)

static void
index_neon(struct csv_index *x, const char *text, size_t len, char delimiter)
{
    index_by(look_neon, x, text, len, delimiter);
}

static size_t
count_neon(const char *text, size_t len)
{
    return count_by(feeds_neon, text, len);
}

#endif

static const struct way ways[SIMD_LEVELS] = {
    [SIMD_NONE] = {index_portable, count_portable},
#if defined(__x86_64__)
    [SIMD_BASE] = {index_sse2,     count_sse2    },
    [SIMD_AVX2] = {index_avx2,     count_avx2    },
#elif defined(__aarch64__)
    [SIMD_BASE] = {index_neon, count_neon},
#endif
};

void
csv_index_free(struct csv_index *x)
{
    free(x->stops);
    free(x->ends);
    *x = (struct csv_index){0};
}

void
csv_index(struct csv_index *x, const char *text, size_t len, char delimiter)
{
    if (len > x->cap) {
        x->cap = len;
        x->stops = xreallocarray(x->stops, len + EIGHT, sizeof *x->stops);
        x->ends = xreallocarray(x->ends, len, sizeof *x->ends);
    }
    x->stop_count = x->end_count = 0;
    x->breaks = x->odd = false;
    ways[simd_level()].index(x, text, len, delimiter);
}

size_t
csv_count_lines(const char *text, size_t len)
{
    return ways[simd_level()].count(text, len);
}
