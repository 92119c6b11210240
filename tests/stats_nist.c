/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The Statistical Reference Datasets of the US National Institute of Standards
 * and Technology, univariate summary statistics: the four that follow from
 * their definition, and Michelso, a hundred measurements of the speed of light
 * (here in km/s above 299,000; the set has thousands of km/s). The
 * figures of the manual, vigia(1), are the ones of this test.
 *
 * Data are decimals, and a double holds one like 10000000.1 only nearly. How
 * many digits can be had is then a property of the set: there the exact
 * result of the doubles is compared as well.
 */
#include "data/stats.h"

#include <math.h>

#include "tap.h"

static const short michelson[] = {
    850, 740, 900, 1070, 930,  850, 950, 980, 980, 880, 1000, 980, 930,
    650, 760, 810, 1000, 1000, 960, 960, 960, 940, 960, 940,  880, 800,
    850, 880, 900, 840,  830,  790, 810, 880, 880, 830, 800,  790, 760,
    800, 880, 880, 880,  860,  720, 720, 620, 860, 970, 950,  880, 910,
    850, 870, 840, 840,  850,  840, 840, 840, 890, 810, 810,  820, 800,
    770, 760, 740, 750,  760,  910, 920, 890, 860, 880, 720,  840, 850,
    850, 780, 890, 840,  780,  810, 760, 810, 790, 810, 820,  850, 870,
    870, 810, 740, 810,  940,  950, 800, 810, 870,
};

enum { MICHELSON = sizeof michelson / sizeof *michelson };

/* first, then low and high by turns. */
static struct moments
by_turns(double first, double low, double high)
{
    double v[1001] = {first};
    struct moments m = {0};

    for (size_t i = 1; i < 1001; i++)
        v[i] = i % 2 ? low : high;
    moments_add_many(&m, v, 1001);
    return m;
}

static struct moments
numacc1(void)
{
    static const double v[] = {10000001, 10000003, 10000002};
    struct moments m = {0};

    moments_add_many(&m, v, 3);
    return m;
}

static struct moments
numacc2(void)
{
    return by_turns(1.2, 1.1, 1.3);
}

static struct moments
numacc3(void)
{
    return by_turns(1000000.2, 1000000.1, 1000000.3);
}

static struct moments
numacc4(void)
{
    return by_turns(10000000.2, 10000000.1, 10000000.3);
}

static struct moments
michelso(void)
{
    struct moments m = {0};

    for (size_t i = 0; i < MICHELSON; i++)
        moments_add(&m, (299000 + michelson[i]) / 1000.0);
    return m;
}

/* How many digits of got are right; 15 are certified, and are all. */
static double
digits(double got, double want)
{
    return got == want ? 15 : fmin(15, -log10(fabs(got - want) / want));
}

int
main(void)
{
    static const struct {
        const char *name;
        struct moments (*make)(void);
        double mean, std; /* certified */
        double least;     /* digits of the deviation */
        double std_of_doubles;
    } sets[] = {
        {"Michelso", michelso, 299.8524,   0.0790105478190518, 13.5, 0                   },
        {"NumAcc1",  numacc1,  10000002,   1,                  15,   0                   },
        {"NumAcc2",  numacc2,  1.2,        0.1,                15,   0                   },
        {"NumAcc3",  numacc3,  1000000.2,  0.1,                9.4,  0x1.9999999c00000p-4},
        {"NumAcc4",  numacc4,  10000000.2, 0.1,                8.2,  0x1.999999c000000p-4},
    };

    for (size_t i = 0; i < sizeof sets / sizeof *sets; i++) {
        struct moments m = sets[i].make();
        double mean = digits(moments_mean(&m), sets[i].mean);
        double std = digits(moments_std(&m), sets[i].std);

        ok(mean >= 15, "%s: the mean is right in all digits", sets[i].name);
        ok(std >= sets[i].least, "%s: the deviation in as many as can be",
           sets[i].name);
        diag("%s: mean %.1f digits, deviation %.1f", sets[i].name, mean, std);
        if (sets[i].std_of_doubles > 0)
            ok(digits(moments_std(&m), sets[i].std_of_doubles) >= 15,
               "%s: all digits of what the doubles are", sets[i].name);
    }
    return done_testing();
}
