/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Double-double arithmetic: a number is the unevaluated sum of two doubles,
 * high + low, with low at most half a unit in the last place of high. The
 * products of halves in product() are exact, so a compiler that contracts
 * them to fused operations changes nothing; one that reorders sums would.
 */
#include "data/stats.h"

#include <assert.h>
#include <math.h>

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

static inline struct dd
get(const double pair[2])
{
    return (struct dd){pair[0], pair[1]};
}

static inline void
put(double pair[2], struct dd a)
{
    pair[0] = a.high;
    pair[1] = a.low;
}

/* The sum of what the values are above m->pivot. */
static struct dd
above_pivot(const struct moments *m)
{
    struct dd pivots = product((double) m->n, m->pivot);

    return add(get(m->sum), (struct dd){-pivots.high, -pivots.low});
}

/* What m->square is for another pivot, this much lower. */
static struct dd
lower_pivot(const struct moments *m, struct dd by)
{
    struct dd above = above_pivot(m);
    struct dd shift = multiply(by, (struct dd){(double) m->n, 0});

    above = (struct dd){2 * above.high, 2 * above.low};
    return add(get(m->square), multiply(by, add(above, shift)));
}

static void
widen(struct moments *m, double min, double max)
{
    m->min = fmin(m->min, min);
    m->max = fmax(m->max, max);
}

void
moments_add(struct moments *m, double v)
{
    struct dd above;

    if (isnan(v)) {
        m->missing++;
        return;
    }
    assert(fabs(v) <= STATS_VALUE_MAX);
    if (m->n++ == 0)
        m->pivot = m->min = m->max = v;
    widen(m, v, v);
    above = sum(v, -m->pivot);
    put(m->sum, add(get(m->sum), (struct dd){v, 0}));
    put(m->square, add(get(m->square), multiply(above, above)));
}

void
moments_add_all(struct moments *m, const double *v, size_t count)
{
    for (size_t i = 0; i < count; i++)
        moments_add(m, v[i]);
}

void
moments_merge(struct moments *a, const struct moments *b)
{
    int64_t missing = a->missing + b->missing;
    struct dd square;

    if (a->n == 0) {
        *a = *b;
    } else if (b->n > 0) {
        square = lower_pivot(b, sum(b->pivot, -a->pivot));
        put(a->square, add(get(a->square), square));
        put(a->sum, add(get(a->sum), get(b->sum)));
        widen(a, b->min, b->max);
        a->n += b->n;
    }
    a->missing = missing;
}

double
moments_mean(const struct moments *m)
{
    assert(m->n >= 1);
    return divide(get(m->sum), (double) m->n).high;
}

double
moments_std(const struct moments *m)
{
    double n = (double) m->n;
    double range = m->max - m->min;
    struct dd above = above_pivot(m), rest;
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
