/* SPDX-License-Identifier: Apache-2.0 */
/* The Beta distribution against figures of SciPy 1.10. */
#include "kinds/beta.h"

#include <math.h>
#include <stdlib.h>

#include "tap.h"

static int
near(double got, double want, double tolerance)
{
    return fabs(got - want) <= tolerance * fmax(1e-9, fabs(want));
}

static void
test_quantiles(void)
{
    static const struct {
        struct beta b;
        double low, high; /* 0.05, 0.95 */
    } cases[] = {
        {{10.931428571428572, 262.35428571428577},
         0.022627500686181655,                                             0.06119024717315936 },
        {{31.8, 127.2},                            0.15020053819799456,    0.25410123999655493 },
        {{0.5, 0.5},                               0.0061558297024311365,  0.9938441702975689  },
        {{1, 3},                                   0.0169524275084415,     0.6315968501359612  },
        {{2000, 8000},                             0.193455154913052,      0.2066130696792706  },
        {{2, 3},                                   0.09761146288641434,    0.7513953742698181  },
        {{1.5, 900},                               0.0001953968153317388,  0.004330905039682121},
        {{900, 1.5},                               0.9956690949603179,     0.9998046031846682  },
        {{500, 20000},                             0.022644916854076363,   0.026188326270794957},
        {{0.2, 7},                                 3.0868919433059975e-08, 0.14433413895566607 },
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        ok(near(beta_quantile(&cases[i].b, 0.05), cases[i].low, 1e-5)
               && near(beta_quantile(&cases[i].b, 0.95), cases[i].high, 1e-9),
           "quantiles of Beta(%g, %g)", cases[i].b.alpha, cases[i].b.beta);
}

static void
test_tries(void)
{
    static const struct {
        int64_t n;
        struct beta b;
        int64_t wanted;
        double enough, over;
    } cases[] = {
        {26,
         {10.931428571428572, 262.35428571428577},
         1,                                               0.637509957316918,
         0.40249004268319255                                                                     },
        {54,     {32.8, 177.2},                    9,     0.46785843871754174, 0.9321973583775321},
        {0,      {1, 1},                           1,     0,                   0                 },
        {5,      {1, 1},                           3,     0.5,                 0.5               },
        {100000, {2, 3},                           40000, 0.4752086397683112,  8294.607355971715 },
        {10,     {0.5, 0.5},                       10,    0.17619705200195315, 0                 },
        {7,      {3, 4},                           0,     1,                   3                 },
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct beta_tries t =
            beta_tries(&cases[i].b, cases[i].n, cases[i].wanted);

        ok(near(t.enough, cases[i].enough, 1e-9)
               && near(t.over, cases[i].over, 1e-9),
           "%d tries of Beta(%g, %g)", (int) cases[i].n, cases[i].b.alpha,
           cases[i].b.beta);
    }
}

static void
test_moments(void)
{
    struct beta b = beta_of(0.04, 0.00014);

    ok(b.alpha == 10.931428571428572 && b.beta == 262.35428571428577,
       "the Beta of a mean and a variance");
    b = beta_of(0.2, 0.001);
    ok(near(b.alpha, 31.8, 1e-14) && near(b.beta, 127.2, 1e-14),
       "and of others");
    ok(near(beta_mean(&b), 0.2, 1e-14), "whose mean it is");
}

/* Mean and variance of many draws, within 6 standard errors. */
static void
test_draws(void)
{
    static const struct beta shapes[] = {
        {31.8, 127.2},
        {0.3,  0.8  },
        {1,    1    }
    };
    enum { N = 20000 };

    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        const struct beta *b = &shapes[i];
        double sum = b->alpha + b->beta, mean = beta_mean(b);
        double variance = mean * (1 - mean) / (sum + 1);
        double got = 0, squares = 0;
        struct draws d = {7};
        int outside = 0;

        for (int j = 0; j < N; j++) {
            double p = draws_beta(&d, b);

            outside += !(p >= 0 && p <= 1);
            got += p / N;
            squares += (p - mean) * (p - mean) / N;
        }
        ok(outside == 0 && fabs(got - mean) < 6 * sqrt(variance / N)
               && near(squares, variance, 0.1),
           "draws of Beta(%g, %g)", b->alpha, b->beta);
    }
}

static void
test_seeds(void)
{
    struct draws a = {1}, b = {1}, c = {2};
    struct beta uniform = {1, 1};
    double first = draws_beta(&a, &uniform);

    ok(fabs(first - draws_beta(&b, &uniform)) <= 0,
       "the same seed draws the same");
    ok(fabs(first - draws_beta(&c, &uniform)) > 1e-9, "another one does not");
}

int
main(void)
{
    test_quantiles();
    test_tries();
    test_moments();
    test_draws();
    test_seeds();
    return done_testing();
}
