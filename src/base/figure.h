/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Numbers for a person: how many digits a double has that are worth reading.
 * What a program reads is printed by number_print().
 */
#ifndef VIGIA_FIGURE_H
#define VIGIA_FIGURE_H

#include <stdint.h>

enum { FIGURE_MAX = 40 }; /* room for any text made here, with its NUL */

/* v for a person: 4 significant digits, fewer when it has no more ("0.01909",
 * "8.25", "0.02100", "1.2e-9"), as many more as tell it from other when they
 * differ (NaN: no other); "-" when it is not finite. */
const char *figure_round(char out[FIGURE_MAX], double v, double other);

/* 2,788 */
const char *figure_group(char out[FIGURE_MAX], int64_t n);

/* The power of ten of v's first digit, once it is rounded to so many. */
int figure_exponent(double v, int digits);

/*
 * How many significant digits v has, at most 15: what binary fractions add
 * behind those (8.250000000000002) nobody meant.
 */
int figure_digits(double v);

/* v, finite, with so many decimals; or as figure_round() when it is too large
 * for that to be read, or so small that its digits would all be 0. */
const char *figure_fixed(char out[FIGURE_MAX], double v, int decimals);

#endif
