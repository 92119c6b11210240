/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Nanoseconds to read and to write a number, beside strtod() and
 * snprintf("%.17g") on the same numbers in the same run. The best of several
 * passes is shown, since whatever disturbs a pass only makes it slower.
 *
 *   number [COUNT]
 *
 * With a count, so many random texts are read by both instead, and must be
 * the same doubles; 100000000 take some minutes. The hard cases that others
 * have published are in tests/number.c and tests/number_random.c.
 */
#include "base/number.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { COUNT = 100000, PASSES = 15, TEXT_MAX = 40 };

static double values[COUNT];
static char texts[COUNT][TEXT_MAX];
static uint64_t random_state = 42;
static volatile double sink; /* keeps the work from being optimised away */

static uint64_t
random_bits(void)
{
    random_state ^= random_state >> 12;
    random_state ^= random_state << 25;
    random_state ^= random_state >> 27;
    return random_state * UINT64_C(2685821657736338717);
}

static double
random_unit(void)
{
    return (double) (random_bits() >> 11) * 0x1p-53;
}

static void
make_integer(char text[TEXT_MAX])
{
    (void) snprintf(text, TEXT_MAX, "%d", (int) (random_bits() % 100000));
}

static void
make_decimal(char text[TEXT_MAX])
{
    (void) snprintf(text, TEXT_MAX, "%.4f", random_unit() * 100);
}

static void
make_share(char text[TEXT_MAX])
{
    (void) snprintf(text, TEXT_MAX, "%.6f", random_unit());
}

static void
make_long(char text[TEXT_MAX])
{
    (void) snprintf(text, TEXT_MAX, "%.17g", random_unit() * 100);
}

static void
make_nineteen(char text[TEXT_MAX])
{
    (void) snprintf(text, TEXT_MAX, "%.18f", 1 + random_unit() * 9);
}

static void
make_any(char text[TEXT_MAX])
{
    double d;
    uint64_t bits;

    do {
        bits = random_bits();
        memcpy(&d, &bits, sizeof d);
    } while (!isfinite(d));
    (void) snprintf(text, TEXT_MAX, "%.17g", d);
}

static void
make_many_digits(char text[TEXT_MAX])
{
    (void) snprintf(text, TEXT_MAX, "%.30f", random_unit());
}

static void
read_ours(void)
{
    double sum = 0, d = 0;

    for (size_t i = 0; i < COUNT; i++) {
        const char *end = texts[i] + TEXT_MAX; /* a NUL stands before it */

        (void) number_scan(texts[i], end, NUMBER_LOOSE, &d);
        sum += d;
    }
    sink = sum;
}

static void
read_libc(void)
{
    double sum = 0;

    for (size_t i = 0; i < COUNT; i++)
        sum += strtod(texts[i], NULL);
    sink = sum;
}

static void
write_ours(void)
{
    char text[TEXT_MAX];
    size_t sum = 0;

    for (size_t i = 0; i < COUNT; i++)
        sum += number_print(text, values[i]);
    sink = (double) sum;
}

static void
write_libc(void)
{
    char text[TEXT_MAX];
    int sum = 0;

    for (size_t i = 0; i < COUNT; i++)
        sum += snprintf(text, sizeof text, "%.17g", values[i]);
    sink = sum;
}

static double
best_ns(void (*work)(void))
{
    double best = INFINITY;

    for (int i = 0; i < PASSES; i++) {
        struct timespec from, to;
        double ns;

        (void) clock_gettime(CLOCK_MONOTONIC, &from);
        work();
        (void) clock_gettime(CLOCK_MONOTONIC, &to);
        ns = (double) (to.tv_sec - from.tv_sec) * 1e9
             + (double) (to.tv_nsec - from.tv_nsec);
        best = fmin(best, ns / COUNT);
    }
    return best;
}

/* Digits with a point anywhere and often an exponent; returns the length. */
static size_t
make_random(char text[TEXT_MAX])
{
    uint64_t bits = random_bits();
    int digits = 1 + (int) (bits & 0xff) % 20;
    int point = (int) (bits >> 8 & 0xff) % (digits + 1);
    uint64_t n = random_bits();
    char *p = text;

    *p = '-';
    p += bits >> 16 & 1;
    for (int i = 0; i < digits; i++, n /= 10) {
        if (i == point)
            *p++ = '.';
        *p++ = (char) ('0' + n % 10);
    }
    *p = '\0';
    if (bits >> 17 & 1)
        p += snprintf(p, 8, "e%d", (int) ((bits >> 20) % 680) - 350);
    return (size_t) (p - text); /* not negative */
}

static int
compare(int64_t count)
{
    char text[TEXT_MAX];

    for (int64_t i = 0; i < count; i++) {
        size_t len = make_random(text);
        double ours = 42, theirs = strtod(text, NULL);

        if (number_scan(text, text + len, NUMBER_LOOSE, &ours) == len
            && memcmp(&ours, &theirs, sizeof ours) == 0)
            continue;
        printf("%s is read as %a, by strtod() as %a\n", text, ours, theirs);
        return 1;
    }
    printf("%lld random numbers are read as strtod() reads them\n",
           (long long) count);
    return 0;
}

int
main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*make)(char text[TEXT_MAX]);
    } mixes[] = {
        {"integers below 100,000", make_integer    },
        {"12.3456",                make_decimal    },
        {"0.123456",               make_share      },
        {"17 digits",              make_long       },
        {"19 digits",              make_nineteen   },
        {"any double, 17 digits",  make_any        },
        {"31 digits",              make_many_digits},
    };

    if (argc > 1)
        return compare(strtoll(argv[1], NULL, 10));
    printf("%-24s %7s %8s %6s   %7s %9s %6s\n", "ns per number", "read",
           "strtod", "ratio", "write", "snprintf", "ratio");
    for (size_t i = 0; i < sizeof mixes / sizeof *mixes; i++) {
        double ours, libc;

        for (size_t k = 0; k < COUNT; k++) {
            mixes[i].make(texts[k]);
            values[k] = strtod(texts[k], NULL);
        }
        ours = best_ns(read_ours);
        libc = best_ns(read_libc);
        printf("%-24s %7.1f %8.1f %5.1fx", mixes[i].name, ours, libc,
               libc / ours);
        ours = best_ns(write_ours);
        libc = best_ns(write_libc);
        printf("   %7.1f %9.1f %5.1fx\n", ours, libc, libc / ours);
    }
    return 0;
}
