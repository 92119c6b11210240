/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sums are pairs of doubles: a plain sum, and beside it the sum of what every
 * addition has rounded off, which Knuth's sum() finds (TAOCP 2, 4.2.2). That
 * is as exact as arithmetic of twice the precision (Ogita, Rump, Oishi,
 * "Accurate Sum and Dot Product", 2005), but each of the two only waits for
 * one addition, so most of the work for neighbouring values overlaps. Two
 * lanes do it in the vector registers that every processor of today has.
 *
 * Where pairs are put together they are double-doubles: the unevaluated sum
 * high + low, with low at most half a unit in the last place of high. The
 * build has -ffp-contract=off, so that all machines round alike.
 */
#include "data/stats.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/simd.h"

#ifdef __FAST_MATH__
#error "stats.c needs IEEE arithmetic: build it without -ffast-math"
#endif

struct dd {
    double high, low;
};

/* a + b without error (Knuth). */
static inline struct dd
sum(double a, double b)
{
    double s = a + b;
    double t = s - a;

    return (struct dd){s, (a - (s - t)) + (b - t)};
}

/* The same for |a| >= |b| (Dekker). */
static inline struct dd
quick_sum(double a, double b)
{
    double s = a + b;

    return (struct dd){s, b - (s - a)};
}

/* a in two halves of at most 26 bits; |a| < 2^995 (Veltkamp). */
static inline struct dd
split(double a)
{
    double t = 0x8000001p0 * a; /* 2^27 + 1 */
    double high = t - (t - a);

    return (struct dd){high, a - high};
}

/* a * b without error, short of overflow and underflow (Dekker). */
static inline struct dd
product(double a, double b)
{
    struct dd x = split(a), y = split(b);
    double p = a * b;
    double e = x.high * y.high - p;

    e += x.high * y.low;
    e += x.low * y.high;
    return (struct dd){p, e + x.low * y.low};
}

static inline struct dd
add(struct dd a, struct dd b)
{
    struct dd s = sum(a.high, b.high);
    struct dd t = sum(a.low, b.low);

    s = quick_sum(s.high, s.low + t.high);
    return quick_sum(s.high, s.low + t.low);
}

static struct dd
multiply(struct dd a, struct dd b)
{
    struct dd p = product(a.high, b.high);

    return quick_sum(p.high, p.low + (a.high * b.low + a.low * b.high));
}

static struct dd
divide(struct dd a, double b)
{
    double q = a.high / b;
    struct dd p = product(q, b);
    struct dd rest = add(a, (struct dd){-p.high, -p.low});

    return quick_sum(q, rest.high / b);
}

/* A pair of sums as a double-double; their low part may be the larger. */
static struct dd
get(const double pair[2])
{
    return sum(pair[0], pair[1]);
}

static void
put(double pair[2], struct dd a)
{
    pair[0] = a.high;
    pair[1] = a.low;
}

/* ---- adding ---- */

typedef double lanes __attribute__((vector_size(16)));
typedef int64_t lane_bits __attribute__((vector_size(16)));

enum { LANES = 2 };

/* Two moments' sums side by side. */
struct sums {
    lanes sum, sum_low, square, square_low;
};

/* sum() of each lane. */
static inline lanes
sum_lanes(lanes a, lanes b, lanes *low)
{
    lanes s = a + b;
    lanes t = s - a;

    *low = (a - (s - t)) + (b - t);
    return s;
}

/* Adds to each lane a value; one that is the pivot changes nothing. */
static inline void
add_lanes(struct sums *sums, lanes v, lanes pivot)
{
    const lane_bits upper = {~INT64_C(0x7ffffff), ~INT64_C(0x7ffffff)};
    lanes low, lost;
    lanes d = sum_lanes(v, -pivot, &low); /* d + low is v - pivot */
    lanes p = d * d;
    lanes x = (lanes) ((lane_bits) d & upper), y = d - x; /* 26, 27 bits */
    lanes rest = x * x - p;                               /* p + rest: d^2 */

    sums->sum = sum_lanes(sums->sum, d, &lost);
    sums->sum_low += lost + low;
    rest += (x + x) * y;
    rest += y * y;
    rest += (d + d) * low;
    sums->square = sum_lanes(sums->square, p, &lost);
    sums->square_low += lost + rest;
}

static double
smaller(double a, double b)
{
    return a < b ? a : b;
}

static double
larger(double a, double b)
{
    return a > b ? a : b;
}

static void
widen(struct moments *m, double min, double max)
{
    m->min = smaller(min, m->min);
    m->max = larger(max, m->max);
}

void
moments_add(struct moments *m, double v)
{
    struct sums sums = {
        {m->sum[0]}, {m->sum[1]}, {m->square[0]}, {m->square[1]}};

    if (isnan(v)) {
        m->missing++;
        return;
    }
    assert(fabs(v) <= STATS_VALUE_MAX);
    if (m->n++ == 0)
        m->pivot = m->min = m->max = v;
    widen(m, v, v);
    add_lanes(&sums, (lanes){v}, (lanes){m->pivot});
    m->sum[0] = sums.sum[0];
    m->sum[1] = sums.sum_low[0];
    m->square[0] = sums.square[0];
    m->square[1] = sums.square_low[0];
}

static inline lanes
load(const double pair[LANES])
{
    lanes v;

    memcpy(&v, pair, sizeof v);
    return v;
}

static inline void
store(double pair[LANES], double a, double b)
{
    lanes v = {a, b};

    memcpy(pair, &v, sizeof v);
}

/* Adds a value each to two that have a pivot; neither is missing. What is
 * stored as a pair is loaded as one, or the processor waits for it. */
static inline void
add_to_two(struct moments *a, struct moments *b, double v, double w)
{
    lanes x = load(a->sum), y = load(b->sum);
    lanes xx = load(a->square), yy = load(b->square);
    struct sums s = {
        {x[0],  y[0] },
        {x[1],  y[1] },
        {xx[0], yy[0]},
        {xx[1], yy[1]}
    };

    assert(fabs(v) <= STATS_VALUE_MAX && fabs(w) <= STATS_VALUE_MAX);
    add_lanes(&s, (lanes){v, w}, (lanes){a->pivot, b->pivot});
    store(a->sum, s.sum[0], s.sum_low[0]);
    store(b->sum, s.sum[1], s.sum_low[1]);
    store(a->square, s.square[0], s.square_low[0]);
    store(b->square, s.square[1], s.square_low[1]);
    widen(a, v, v);
    widen(b, w, w);
    a->n++;
    b->n++;
}

/* Compiled for what every machine has, and for what saves the copies. */
static inline __attribute__((__always_inline__)) size_t
add_row(struct moments *m, const double *v, size_t count)
{
    size_t missing = 0, i = 0;

    while (i < count) {
        if (i + LANES <= count && m[i].n > 0 && m[i + 1].n > 0
            && !isunordered(v[i], v[i + 1])) {
            add_to_two(&m[i], &m[i + 1], v[i], v[i + 1]);
            i += LANES;
        } else {
            missing += isnan(v[i]) ? 1 : 0;
            moments_add(&m[i], v[i]);
            i++;
        }
    }
    return missing;
}

#ifdef __x86_64__

SIMD_FOR_AVX2 static size_t
add_row_avx2(struct moments *m, const double *v, size_t count)
{
    return add_row(m, v, count);
}

#endif

size_t
moments_add_row(struct moments *m, const double *v, size_t count)
{
#ifdef __x86_64__
    if (simd_level() == SIMD_AVX2)
        return add_row_avx2(m, v, count);
#endif
    return add_row(m, v, count);
}

/* A missing value is counted, and stands for one that changes nothing. */
static inline double
present(struct moments *m, double v)
{
    if (isnan(v)) {
        m->missing++;
        m->n--;
        return m->pivot;
    }
    return v;
}

/* Adds an even number of values to moments that have a pivot. */
static void
add_pairs(struct moments *m, const double *v, size_t count)
{
    const lanes pivot = {m->pivot, m->pivot};
    struct sums s = {{m->sum[0]}, {m->sum[1]}, {m->square[0]}, {m->square[1]}};
    double min[LANES] = {m->min, m->min}, max[LANES] = {m->max, m->max};

    for (size_t i = 0; i < count; i += LANES) {
        double a = present(m, v[i]), b = present(m, v[i + 1]);

        min[0] = smaller(a, min[0]);
        min[1] = smaller(b, min[1]);
        max[0] = larger(a, max[0]);
        max[1] = larger(b, max[1]);
        add_lanes(&s, (lanes){a, b}, pivot);
    }
    m->n += (int64_t) count; /* less those that present() took off */
    widen(m, min[0], max[0]);
    widen(m, min[1], max[1]);
    assert(m->min >= -STATS_VALUE_MAX && m->max <= STATS_VALUE_MAX);
    put(m->sum, add(sum(s.sum[0], s.sum_low[0]), sum(s.sum[1], s.sum_low[1])));
    put(m->square, add(sum(s.square[0], s.square_low[0]),
                       sum(s.square[1], s.square_low[1])));
}

void
moments_add_many(struct moments *m, const double *v, size_t count)
{
    for (; count > 0 && (m->n == 0 || count % LANES > 0); count--)
        moments_add(m, *v++);
    add_pairs(m, v, count);
}

/* ---- putting together ---- */

/* Their sums as they are for a pivot that is lower by so much. */
static void
lower_pivot(const struct moments *m, struct dd by, struct dd *above,
            struct dd *square)
{
    struct dd shift = multiply(by, (struct dd){(double) m->n, 0});
    struct dd twice;

    *above = get(m->sum);
    twice = (struct dd){2 * above->high, 2 * above->low};
    *square = add(get(m->square), multiply(by, add(twice, shift)));
    *above = add(*above, shift);
}

void
moments_merge(struct moments *a, const struct moments *b)
{
    int64_t missing = a->missing + b->missing;
    struct dd above, square;

    if (a->n == 0) {
        *a = *b;
    } else if (b->n > 0) {
        lower_pivot(b, sum(b->pivot, -a->pivot), &above, &square);
        put(a->sum, add(get(a->sum), above));
        put(a->square, add(get(a->square), square));
        widen(a, b->min, b->max);
        a->n += b->n;
    }
    a->missing = missing;
}

/* ---- what they say ---- */

double
moments_mean(const struct moments *m)
{
    assert(m->n >= 1);
    return add(divide(get(m->sum), (double) m->n), (struct dd){m->pivot, 0})
        .high;
}

double
moments_std(const struct moments *m)
{
    double n = (double) m->n;
    double range = m->max - m->min;
    struct dd above = get(m->sum), rest;
    double std, least, most;

    assert(m->n >= 2);
    if (range <= 0)
        return 0;
    rest = multiply(divide(above, n), above);
    rest = add(get(m->square), (struct dd){-rest.high, -rest.low});
    std = sqrt(rest.high / (n - 1));

    /*
     * The sum of squared deviations lies between range^2 / 2 and
     * n range^2 / 4. Where squares underflow (|v| below 1e-140) or overflow
     * (1e8 values of 1e150), that is what remains known; fmax() and fmin()
     * also let go of a NaN.
     */
    least = range * sqrt(0.5 / (n - 1)) * (1 - 1e-14);
    most = range * sqrt(0.25 * n / (n - 1)) * (1 + 1e-14);
    return fmin(fmax(std, least), most);
}
