/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Moments against results computed in exact rational arithmetic and rounded
 * once at the end.
 */
#include "data/stats.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/simd.h"
#include "tap.h"

#define COUNT(a) (sizeof(a) / sizeof *(a))

enum { MANY = 1000 };

static int
near(double got, double want, double relative)
{
    if (fabs(got - want) <= relative * fabs(want))
        return 1;
    diag("got %.17g, want %.17g", got, want);
    return 0;
}

static struct moments
of(const double *v, size_t count)
{
    struct moments m = {0};

    moments_add_many(&m, v, count);
    return m;
}

/* Numbers from -300 to 700, always the same ones. */
static void
seeded(double out[MANY])
{
    uint64_t x = 12345;

    for (int i = 0; i < MANY; i++) {
        x = x * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        out[i] = (double) (x >> 11) / 0x1p53 * 1000 - 300;
    }
}

static void
small_sets(void)
{
    static const double golden[] = {10, 5, 6, 9};
    static const double flat[] = {0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1};
    static const double gaps[] = {NAN, 3, NAN, -1, NAN};
    struct moments m = of(golden, COUNT(golden));

    ok(moments_mean(&m) == 7.5, "the mean of 10 5 6 9 is 7.5");
    ok(moments_std(&m) == 2.3804761428476167,
       "their standard deviation is that of a sample, n - 1");
    ok(m.min == 5 && m.max == 10, "smallest and largest are kept");

    m = of(flat, COUNT(flat));
    ok(moments_std(&m) == 0, "equal values have a standard deviation of 0");
    ok(moments_mean(&m) == 0.1, "and their own mean, to the last bit");

    m = of(gaps, COUNT(gaps));
    is_int(m.missing, 3, "NaN counts as missing");
    is_int(m.n, 2, "and not as a value");
    ok(moments_mean(&m) == 1 && m.min == -1 && m.max == 3,
       "and leaves mean, smallest and largest alone");
}

/* Rows of 0 to 5 values, some missing, some from the first. */
static bool
same_by_rows(const double *v)
{
    bool same = true;

    for (size_t width = 0; width <= 5; width++) {
        struct moments row[5] = {{0}}, alone[5] = {{0}};
        size_t missing = 0, want = 0;

        for (size_t i = 0; i + width <= MANY; i += width + 1) {
            missing += moments_add_row(row, v + i, width);
            for (size_t c = 0; c < width; c++)
                moments_add(&alone[c], v[i + c]);
        }
        for (size_t c = 0; c < width; c++)
            want += (size_t) alone[c].missing; /* not negative */
        same = same && missing == want && memcmp(row, alone, sizeof row) == 0;
    }
    return same;
}

static void
rows(void)
{
    double v[MANY];

    seeded(v);
    for (size_t i = 0; i < MANY; i += 7)
        v[i] = NAN;
    for (enum simd most = SIMD_NONE; most <= SIMD_AVX2; most++) {
        simd_limit(most);
        ok(same_by_rows(v), "a row at once gives the bits of value by value");
    }
}

static void
hard_sets(void)
{
    static const double far[] = {1e9 + 0.25, 1e9 + 0.5, 1e9 + 0.75, 1e9 + 1,
                                 1e9 + 0.125};
    static const double cancel[] = {1e16, 1, -1e16, 2, 3};
    struct moments m = of(far, COUNT(far));

    ok(moments_mean(&m) == 0x1.dcd6500433333p+29
           && near(moments_std(&m), 0x1.6e8945a9acd92p-2, 1e-15),
       "a mean of 1e9 leaves a spread of 0.4 its digits");
    m = (struct moments){0};
    for (int i = 0; i < 100; i++)
        moments_add(&m, 1e9 + i * 1e-6);
    ok(moments_mean(&m) == 0x1.dcd650000019fp+29
           && near(moments_std(&m), 0x1.e6be92202ec1bp-16, 1e-15),
       "and one of 3e-5 as well");

    m = of(cancel, COUNT(cancel));
    ok(moments_mean(&m) == 1.2, "large values that cancel leave the small");
}

static void
edges(void)
{
    static const double large[] = {1e150, -1e150, 1e150, 5e149};
    static const double small[] = {1e-100, 3e-100, 7e-100};
    static const double tiny[] = {1e-200, 3e-200};
    static const double least[] = {0, 1e-300, 0};
    struct moments m = of(large, COUNT(large));

    ok(moments_mean(&m) == 0x1.d53cfc578e206p+496
           && near(moments_std(&m), 0x1.2815a485067ffp+498, 1e-15),
       "values of 1e150 do not overflow");
    m = of(small, COUNT(small));
    ok(moments_mean(&m) == 0x1.9a9eafc2cda17p-331
           && near(moments_std(&m), 0x1.56206cd479444p-331, 1e-15),
       "values of 1e-100 do not underflow");
    m = of(tiny, COUNT(tiny));
    ok(near(moments_std(&m), 0x1.151f68876f410p-664, 1e-13),
       "the spread of two values is right where squares are 0");
    m = of(least, COUNT(least));
    ok(moments_std(&m) > 0, "and never 0 when values differ");

    m = (struct moments){
        .n = 400000000,
        .sum = {4e158,    0  },
        .square = {INFINITY, NAN},
        .min = 9e149,
        .max = 1e150
    };
    ok(moments_std(&m) > 0 && moments_std(&m) <= 1e149,
       "nor NaN when squares overflow");
}

static void
merging(void)
{
    double v[MANY];
    struct moments all, empty = {0}, m;
    int same = 1;

    seeded(v);
    all = of(v, MANY);
    ok(moments_mean(&all) == 0x1.a5b80140feb37p+7
           && moments_std(&all) == 0x1.23872f2e20302p+8,
       "a thousand values have the exact moments");
    for (size_t cut = 0; cut <= MANY; cut++) {
        struct moments rest = of(v + cut, MANY - cut);

        m = of(v, cut);
        moments_merge(&m, &rest);
        same = same && m.n == all.n && m.min == all.min && m.max == all.max
               && moments_mean(&m) == moments_mean(&all)
               && moments_std(&m) == moments_std(&all);
    }
    ok(same, "cut anywhere and merged they have the same, to the last bit");

    m = (struct moments){0};
    for (size_t i = MANY; i-- > 0;)
        moments_add(&m, v[i]);
    ok(moments_mean(&m) == moments_mean(&all)
           && moments_std(&m) == moments_std(&all),
       "and in the opposite order too");

    empty.missing = 4;
    m = all;
    moments_merge(&m, &empty);
    ok(m.missing == 4 && m.n == MANY && m.min == all.min,
       "merging nothing adds but the missing");
}

int
main(void)
{
    small_sets();
    rows();
    hard_sets();
    edges();
    merging();
    return done_testing();
}
