/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Wide instructions: what this machine has of them. Loops over bytes and
 * numbers are compiled for each level, and all of them give the same.
 */
#ifndef VIGIA_SIMD_H
#define VIGIA_SIMD_H

/* SIMD_BASE: what every machine of this kind has, SSE2 or NEON. */
enum simd { SIMD_NONE, SIMD_BASE, SIMD_AVX2, SIMD_LEVELS };

/* Before a function that is called at SIMD_AVX2 only. */
#define SIMD_FOR_AVX2 __attribute__((__target__("avx2,bmi,popcnt")))

extern enum simd simd_now; /* for simd_level() alone */

/* The highest level here that simd_limit() allows; asked for every row of a
 * file. */
static inline enum simd
simd_level(void)
{
    return simd_now;
}

/* For tests: no level above most from now on; SIMD_AVX2 returns to the truth.
 * Not while another thread reads. */
void simd_limit(enum simd most);

#endif
