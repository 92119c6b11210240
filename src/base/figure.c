/* SPDX-License-Identifier: Apache-2.0 */
/* Digits are counted in what printf() makes of a number: "D.DDDe+XX". */
#include "base/figure.h"

#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    DIGITS = 4,        /* significant ones that a person reads */
    DIGITS_MEANT = 15, /* any decimal of that many survives a double */
    DIGITS_ALL = 17,   /* tell any two doubles apart */
    PLAIN_MIN = -5,    /* exponents that are written out */
    PLAIN_MAX = 6,
    FIXED_MAX = 1000000000 /* beyond it, decimals are not written out */
};

/* v as D.DDDe+XX; returns where the e is. */
static char *
scientific(char out[FIGURE_MAX], double v, int digits)
{
    (void) snprintf(out, FIGURE_MAX, "%.*e", digits - 1, v);
    return strchr(out, 'e');
}

int
figure_exponent(double v, int digits)
{
    char text[FIGURE_MAX];

    return (int) strtol(scientific(text, v, digits) + 1, NULL, 10);
}

int
figure_digits(double v)
{
    char text[FIGURE_MAX];
    const char *end = scientific(text, v, DIGITS_MEANT);
    int digits = DIGITS_MEANT;

    while (digits > 1 && *--end == '0')
        digits--;
    return digits;
}

/* Whether the two are the same text in so many digits. */
static bool
look_same(double a, double b, int digits)
{
    char text[FIGURE_MAX], other[FIGURE_MAX];

    (void) scientific(text, a, digits);
    (void) scientific(other, b, digits);
    return strcmp(text, other) == 0;
}

const char *
figure_round(char out[FIGURE_MAX], double v, double other)
{
    int digits = DIGITS, exponent, exact;
    char *e;

    if (!isfinite(v) || v == 0)
        return memcpy(out, v == 0 ? "0" : "-", 2);
    while (isfinite(other) && v != other && digits < DIGITS_ALL
           && look_same(v, other, digits))
        digits++;
    exact = figure_digits(v);
    if (exact < digits)
        digits = exact;
    exponent = figure_exponent(v, digits);
    if (exponent >= PLAIN_MIN && exponent <= PLAIN_MAX) {
        int decimals = digits > exponent ? digits - 1 - exponent : 0;

        (void) snprintf(out, FIGURE_MAX, "%.*f", decimals, v);
    } else {
        e = scientific(out, v, digits); /* without "+" and "0": e-9 */
        (void) snprintf(e + 1, (size_t) (out + FIGURE_MAX - e - 1), "%d",
                        exponent);
    }
    return out;
}

const char *
figure_fixed(char out[FIGURE_MAX], double v, int decimals)
{
    if (v != 0 && (fabs(v) >= FIXED_MAX || figure_exponent(v, 1) < -decimals))
        return figure_round(out, v, NAN);
    (void) snprintf(out, FIGURE_MAX, "%.*f", decimals, v == 0 ? 0 : v);
    return out;
}

const char *
figure_group(char out[FIGURE_MAX], int64_t n)
{
    char digits[FIGURE_MAX];
    size_t len =
        (size_t) snprintf(digits, sizeof digits, "%" PRId64, n); /* >= 1 */
    char *to = out;

    for (size_t i = 0; i < len; i++) {
        if (i > 0 && (len - i) % 3 == 0 && digits[i - 1] != '-')
            *to++ = ',';
        *to++ = digits[i];
    }
    *to = '\0';
    return out;
}
