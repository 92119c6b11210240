/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Numbers for a person: how many digits a double has that are worth reading.
 * What a program reads is printed by number_print().
 */
#ifndef VIGIA_FIGURE_H
#define VIGIA_FIGURE_H

#include "cli/cmd.h"

/* The power of ten of v's first digit, once it is rounded to so many. */
int figure_exponent(double v, int digits);

/*
 * How many significant digits v has, at most 15: what binary fractions add
 * behind those (8.250000000000002) nobody meant.
 */
int figure_digits(double v);

/* v, finite, with so many decimals; or as cmd_round() when it is too large
 * for that to be read, or so small that its digits would all be 0. */
const char *figure_fixed(char out[CMD_NUMBER], double v, int decimals);

#endif
