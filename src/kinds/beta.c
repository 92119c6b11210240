/* SPDX-License-Identifier: Apache-2.0 */
/* Nothing here needs more than the C library's lgamma(). */
#include "kinds/beta.h"

#include <float.h>
#include <math.h>

enum { FRACTION_MAX = 100000, STEPS_MAX = 200 };

double
beta_mean(const struct beta *b)
{
    return b->alpha / (b->alpha + b->beta);
}

struct beta
beta_of(double mean, double variance)
{
    double alpha = ((1 - mean) / variance - 1 / mean) * (mean * mean);

    return (struct beta){.alpha = alpha, .beta = alpha * (1 / mean - 1)};
}

static double
lbeta(double a, double b)
{
    return lgamma(a) + lgamma(b) - lgamma(a + b);
}

/* ---- the distribution function ---- */

/* The continued fraction, by Lentz' method: x < (a + 1) / (a + b + 2). */
static double
fraction(double a, double b, double x)
{
    const double tiny = 1e-300;
    double c = 1, d = 1 - (a + b) * x / (a + 1), f;

    d = 1 / (fabs(d) < tiny ? tiny : d);
    f = d;
    for (int m = 1; m < FRACTION_MAX; m++) {
        double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
        double odd =
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
        double step;

        d = 1 + even * d;
        c = 1 + even / c;
        d = 1 / (fabs(d) < tiny ? tiny : d);
        c = fabs(c) < tiny ? tiny : c;
        f *= c * d;
        d = 1 + odd * d;
        c = 1 + odd / c;
        d = 1 / (fabs(d) < tiny ? tiny : d);
        c = fabs(c) < tiny ? tiny : c;
        step = c * d;
        f *= step;
        if (fabs(step - 1) < 4 * DBL_EPSILON)
            break;
    }
    return f;
}

static double
below(const struct beta *p, double x, double log_norm)
{
    double a = p->alpha, b = p->beta;
    double front = exp(a * log(x) + b * log1p(-x) - log_norm);

    if (x < (a + 1) / (a + b + 2))
        return front * fraction(a, b, x) / a;
    return 1 - front * fraction(b, a, 1 - x) / b;
}

/*
 * Where to begin: Abramowitz and Stegun, Handbook of Mathematical Functions,
 * 26.5.22, with the quantile of the normal distribution by 26.2.22.
 */
static double
guess(const struct beta *p, double q)
{
    double t = sqrt(-2 * log(fmin(q, 1 - q)));
    double y =
        t - (2.30753 + 0.27061 * t) / (1 + 0.99229 * t + 0.04481 * t * t);
    double a = 1 / (2 * p->alpha - 1), b = 1 / (2 * p->beta - 1);
    double h = 2 / (a + b), l, w, x;

    y = q > 0.5 ? -y : y;
    l = (y * y - 3) / 6;
    w = y * sqrt(h + l) / h - (b - a) * (l + 5.0 / 6 - 2 / (3 * h));
    x = p->alpha / (p->alpha + p->beta * exp(2 * w));
    return p->alpha > 1 && p->beta > 1 && x > 0 && x < 1 ? x : beta_mean(p);
}

/* Halley's steps, or halves where they lead out of the bracket. */
double
beta_quantile(const struct beta *b, double p)
{
    double low = 0, high = 1, x = guess(b, p);
    double log_norm = lbeta(b->alpha, b->beta);

    for (int i = 0; i < STEPS_MAX && high - low > 1e-12 * high; i++) {
        double error = below(b, x, log_norm) - p;
        double slope = exp((b->alpha - 1) * log(x) + (b->beta - 1) * log1p(-x)
                           - log_norm);
        double bend = (b->alpha - 1) / x - (b->beta - 1) / (1 - x);
        double step = error / slope;

        step /= fmin(fmax(1 - step * bend / 2, 0.5), 1.5);
        if (fabs(step) < 1e-13)
            return x - step;
        if (error > 0)
            high = x;
        else
            low = x;
        x -= step;
        if (!(x > low && x < high))
            x = low + (high - low) / 2;
    }
    return x;
}

/* ---- tries ---- */

/*
 * Sums over the numbers of successes from the likeliest on to both sides, by
 * the ratio of neighbours, until what comes is too small to count. The sum of
 * all is 1, which takes the error of lgamma() away.
 */
struct beta_tries
beta_tries(const struct beta *p, int64_t n, int64_t wanted)
{
    double a = p->alpha, b = p->beta, size = (double) n, all = 0;
    int64_t start = (int64_t) (size * beta_mean(p)); /* 0 to n */
    struct beta_tries out = {0, 0};

    for (int side = 0; side < 2; side++) {
        double term = 1;
        int64_t k = start;

        while (k >= 0 && k <= n && term > DBL_EPSILON * 1e-3 * all) {
            double now = (double) k; /* small */

            if (side == 0 || k != start) {
                all += term;
                out.enough += k >= wanted ? term : 0;
                out.over += k > wanted ? term * (now - (double) wanted) : 0;
            }
            if (side == 0)
                term *= (size - now) * (a + now)
                        / ((now + 1) * (b + size - now - 1));
            else
                term *= now * (b + size - now)
                        / ((size - now + 1) * (a + now - 1));
            k += side == 0 ? 1 : -1;
        }
    }
    out.enough /= all;
    out.over /= all;
    return out;
}

/* ---- draws ---- */

static uint64_t
next_bits(struct draws *d)
{
    uint64_t z = d->state += UINT64_C(0x9e3779b97f4a7c15);

    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

double
draws_uniform(struct draws *d)
{
    return ((double) (next_bits(d) >> 11) + 0.5) / 9007199254740992.0;
}

/* By the polar method, which has two and forgets one. */
static double
draw_normal(struct draws *d)
{
    double x, y, s;

    do {
        x = 2 * draws_uniform(d) - 1;
        y = 2 * draws_uniform(d) - 1;
        s = x * x + y * y;
    } while (s >= 1 || s <= 0);
    return x * sqrt(-2 * log(s) / s);
}

/* The logarithm of a gamma variate, as those of small shapes underflow. */
static double
draw_log_gamma(struct draws *d, double shape)
{
    double more = shape < 1 ? log(draws_uniform(d)) / shape : 0;
    double k = (shape < 1 ? shape + 1 : shape) - 1.0 / 3;
    double c = 1 / sqrt(9 * k);

    for (;;) {
        double x = draw_normal(d), v = 1 + c * x, u;

        v = v * v * v;
        if (!(v > 0))
            continue;
        u = draws_uniform(d);
        if (u < 1 - 0.0331 * (x * x) * (x * x) /* surely true below, too */
            || log(u) < x * x / 2 + k * (1 - v + log(v)))
            return log(k * v) + more;
    }
}

double
draws_beta(struct draws *d, const struct beta *b)
{
    double x = draw_log_gamma(d, b->alpha), y = draw_log_gamma(d, b->beta);

    return 1 / (1 + exp(y - x));
}
