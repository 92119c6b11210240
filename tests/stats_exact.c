/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Moments against exact arithmetic: sums of values and of their squares as
 * integers of 4096 bits, rounded once at the end. Added one by one, at once,
 * and in portions that are merged, all must be the same two doubles.
 */
#include "data/stats.h"

#include <math.h>
#include <string.h>

#include "tap.h"

enum { COUNT = 3000, ROUNDS = 20 };

/* ---- integers that are never negative ---- */

enum { LIMBS = 128, LIMB_BITS = 32 };

struct big {
    uint32_t limb[LIMBS]; /* the lowest first */
};

/* Adds c x 2^shift; c is below 2^63. */
static void
big_add(struct big *a, uint64_t c, int shift)
{
    uint64_t carry = 0;
    uint64_t low = c << shift % LIMB_BITS;
    uint64_t high = shift % LIMB_BITS ? c >> (64 - shift % LIMB_BITS) : 0;
    const uint64_t parts[] = {low & UINT32_MAX, low >> LIMB_BITS, high};

    for (size_t i = (size_t) (shift / LIMB_BITS), k = 0; i < LIMBS; i++, k++) {
        carry += a->limb[i] + (k < 3 ? parts[k] : 0);
        a->limb[i] = (uint32_t) carry;
        carry >>= LIMB_BITS;
    }
}

static int
big_compare(const struct big *a, const struct big *b)
{
    for (size_t i = LIMBS; i-- > 0;)
        if (a->limb[i] != b->limb[i])
            return a->limb[i] < b->limb[i] ? -1 : 1;
    return 0;
}

/* The larger less the smaller. */
static struct big
big_difference(const struct big *a, const struct big *b)
{
    struct big d = {{0}};
    int64_t borrow = 0;

    if (big_compare(a, b) < 0)
        return big_difference(b, a);
    for (size_t i = 0; i < LIMBS; i++) {
        borrow += (int64_t) a->limb[i] - b->limb[i];
        d.limb[i] = (uint32_t) borrow;
        borrow = borrow < 0 ? -1 : 0;
    }
    return d;
}

static struct big
big_product(const struct big *a, const struct big *b)
{
    struct big p = {{0}};

    for (size_t i = 0; i < LIMBS; i++) {
        uint64_t carry = 0;

        for (size_t k = 0; i + k < LIMBS; k++) {
            carry += (uint64_t) a->limb[i] * b->limb[k] + p.limb[i + k];
            p.limb[i + k] = (uint32_t) carry;
            carry >>= LIMB_BITS;
        }
    }
    return p;
}

/* Its leading bits: it is about the result x 2^*exponent. */
static long double
big_leading(const struct big *a, int *exponent)
{
    size_t top = LIMBS - 1;
    long double sum = 0;

    while (top > 3 && a->limb[top] == 0)
        top--;
    for (size_t i = 0; i < 4; i++)
        sum = ldexpl(sum, LIMB_BITS) + a->limb[top - i];
    *exponent = LIMB_BITS * ((int) top - 3);
    return sum;
}

/* ---- exact moments ---- */

enum { SCALE = 1200 }; /* a sum counts units of 2^-SCALE */

struct exact {
    struct big positive, negative, square;
    uint64_t n;
};

static void
exact_add(struct exact *x, double v)
{
    int exponent;
    uint64_t c = (uint64_t) ldexp(frexp(fabs(v), &exponent), 53);
    uint64_t upper = c >> 27, lower = c & 0x7ffffff;
    int shift = exponent - 53 + SCALE;

    big_add(v < 0 ? &x->negative : &x->positive, c, shift);
    big_add(&x->square, upper * upper, 2 * shift + 54);
    big_add(&x->square, 2 * upper * lower, 2 * shift + 27);
    big_add(&x->square, lower * lower, 2 * shift);
    x->n++;
}

static double
exact_mean(const struct exact *x)
{
    struct big sum = big_difference(&x->positive, &x->negative);
    int exponent;
    long double amount = big_leading(&sum, &exponent) / (long double) x->n;
    double mean = (double) ldexpl(amount, exponent - SCALE);

    return big_compare(&x->positive, &x->negative) < 0 ? -mean : mean;
}

/* sqrt((n squares - sum^2) / (n (n - 1))) */
static double
exact_std(const struct exact *x)
{
    struct big sum = big_difference(&x->positive, &x->negative), n = {{0}};
    struct big square = big_product(&sum, &sum), all, rest;
    long double variance;
    int exponent;

    big_add(&n, x->n, 0);
    all = big_product(&n, &x->square);
    rest = big_difference(&all, &square);
    variance = big_leading(&rest, &exponent) / (long double) x->n
               / (long double) (x->n - 1);
    return (double) ldexpl(sqrtl(ldexpl(variance, exponent & 1)),
                           (exponent - (exponent & 1)) / 2 - SCALE);
}

/* ---- series ---- */

static uint64_t random_state = 42;

static double
random_unit(void)
{
    random_state ^= random_state >> 12;
    random_state ^= random_state << 25;
    random_state ^= random_state >> 27;
    return (double) (random_state * UINT64_C(2685821657736338717) >> 11)
           * 0x1p-53;
}

static double
plain(int i)
{
    (void) i;
    return random_unit();
}

static double
readings(int i)
{
    (void) i;
    return round(random_unit() * 1e6) / 1e6 + 50;
}

static double
signs(int i)
{
    (void) i;
    return random_unit() - 0.5;
}

static double
far(int i)
{
    (void) i;
    return 1e9 + 1e-6 * random_unit();
}

static double
outlier(int i)
{
    return i == 0 ? 1e15 : random_unit();
}

static double
late_outlier(int i)
{
    return i == COUNT - 1 ? -1e15 : random_unit();
}

static double
huge(int i)
{
    (void) i;
    return 2e150 * (random_unit() - 0.5);
}

static double
tiny(int i)
{
    (void) i;
    return 1e-140 * (random_unit() - 0.25);
}

static double
all_sizes(int i)
{
    return (i % 2 ? 1 : -1) * pow(10, 200 * random_unit() - 100);
}

static double
pairs(int i)
{
    return (i % 2 ? -1e8 : 1e8) + random_unit();
}

/* ---- comparing ---- */

static struct moments
one_by_one(const double *v, size_t count)
{
    struct moments m = {0};

    for (size_t i = 0; i < count; i++)
        moments_add(&m, v[i]);
    return m;
}

static struct moments
at_once(const double *v, size_t count)
{
    struct moments m = {0};

    moments_add_many(&m, v, count);
    return m;
}

/* Portions of 0 to 99 values, merged in their order. */
static struct moments
in_portions(const double *v, size_t count)
{
    struct moments m = {0}, portion;

    for (size_t from = 0, len; from < count; from += len) {
        len = (size_t) (100 * random_unit());
        if (len > count - from)
            len = count - from;
        portion = at_once(v + from, len);
        moments_merge(&m, &portion);
    }
    return m;
}

static double
error_of(double got, double want)
{
    return fabs(got - want) / fabs(want);
}

/* The largest error of a series, NAN when two ways differ. */
static double
worst_of(double (*series)(int i))
{
    static struct moments (*const ways[])(const double *,
                                          size_t) = {at_once, in_portions};
    static double v[COUNT];
    double worst = 0;

    for (int round = 0; round < ROUNDS; round++) {
        struct exact x = {.n = 0};
        struct moments m, other;

        for (int i = 0; i < COUNT; i++) {
            v[i] = series(i);
            exact_add(&x, v[i]);
        }
        m = one_by_one(v, COUNT);
        worst = fmax(worst, error_of(moments_mean(&m), exact_mean(&x)));
        worst = fmax(worst, error_of(moments_std(&m), exact_std(&x)));
        for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
            other = ways[i](v, COUNT);
            if (moments_mean(&other) != moments_mean(&m)
                || moments_std(&other) != moments_std(&m) || other.n != m.n
                || other.min != m.min || other.max != m.max)
                return NAN;
        }
    }
    return worst;
}

static void
test_missing(void)
{
    double v[COUNT], known[COUNT];
    size_t count = 0;
    struct moments m, want;

    for (int i = 0; i < COUNT; i++) {
        v[i] = i < 3 || random_unit() < 0.3 ? NAN : random_unit();
        if (!isnan(v[i]))
            known[count++] = v[i];
    }
    m = at_once(v, COUNT);
    want = at_once(known, count);
    is_int(m.n, (int64_t) count, "of many at once, values are counted");
    is_int(m.missing, (int64_t) (COUNT - count), "and what is missing");
    ok(moments_mean(&m) == moments_mean(&want)
           && moments_std(&m) == moments_std(&want) && m.min == want.min
           && m.max == want.max,
       "which leaves the rest alone");
    m = at_once(v, 3);
    ok(m.n == 0 && m.missing == 3, "nothing but missing is no value");
}

int
main(void)
{
    static const struct {
        const char *name;
        double (*series)(int i);
    } all[] = {
        {"between 0 and 1",               plain       },
        {"with six decimals",             readings    },
        {"of both signs",                 signs       },
        {"far from 0 and close together", far         },
        {"after one that is far off",     outlier     },
        {"before one that is far off",    late_outlier},
        {"of 1e150",                      huge        },
        {"of 1e-140",                     tiny        },
        {"of all sizes and both signs",   all_sizes   },
        {"of two groups",                 pairs       },
    };

    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        double worst = worst_of(all[i].series);

        if (!ok(worst < 1e-15, "values %s: exact, whatever way", all[i].name))
            diag("the largest error is %g", worst);
    }
    test_missing();
    return done_testing();
}
