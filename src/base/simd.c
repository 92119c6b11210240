/* SPDX-License-Identifier: Apache-2.0 */
/* The level is found before main(), so that asking for it is one load. */
#include "base/simd.h"

enum simd simd_now;

#if defined(__x86_64__)

/* All that SIMD_FOR_AVX2 names. */
static enum simd
highest(void)
{
    __builtin_cpu_init();
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi")
                   && __builtin_cpu_supports("popcnt")
               ? SIMD_AVX2
               : SIMD_BASE;
}

#else

static enum simd
highest(void)
{
#ifdef __aarch64__
    return SIMD_BASE;
#else
    return SIMD_NONE;
#endif
}

#endif

void
simd_limit(enum simd most)
{
    enum simd here = highest();

    simd_now = here < most ? here : most;
}

__attribute__((__constructor__)) static void
look(void)
{
    simd_limit(SIMD_AVX2);
}
