/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The one reader and the one writer of numbers. Reading is exact: the double
 * nearest to the decimal text, ties to even, as a correct strtod() in the C
 * locale. Writing is the shortest decimal that reads back to the same
 * double, and of those the nearest to it. No locale is ever consulted.
 */
#ifndef VIGIA_NUMBER_H
#define VIGIA_NUMBER_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf;

/* Which texts are numbers. */
enum number_form {
    NUMBER_JSON, /* exactly JSON's grammar */
    NUMBER_LOOSE /* also a leading +, leading zeros, ".5" and "5." */
};

/* The longest text number_print() makes, with its NUL. */
enum { NUMBER_MAX = 32 };

/*
 * Reads the longest number that [s, end) begins with. Returns the number of
 * bytes it has, 0 when there is none; *out is written only when not 0.
 * Beyond the range of a double *out is +-infinity; below it, +-0: the caller
 * decides. Words (nan, inf, 0x..) are never numbers. s need not be
 * NUL-terminated; nothing at or after end is looked at.
 */
size_t number_scan(const char *s, const char *end, enum number_form form,
                   double *out);

/*
 * Reads the whole text as one finite number. NUMBER_LOOSE also drops blanks
 * and tabs around it. ERR_SYNTAX: "abc" is not a number; ERR_DATA: 1e999 is
 * beyond the range of a double. *out is untouched on failure.
 */
CHECKED enum err number_read(const char *s, size_t len, enum number_form form,
                             double *out);

/*
 * Reads the whole text, digits after at most a minus, as an integer between
 * min and max (inclusive). ERR_SYNTAX: "1.5" is not an integer; ERR_DATA: 7
 * is not between 1 and 5. *out is untouched on failure.
 */
CHECKED enum err number_int(const char *s, int64_t min, int64_t max,
                            int64_t *out);

/*
 * Writes v, which must be finite, and a NUL; returns the length. The form is
 * JSON's: integers below 1e17 without a point, exponents ("1e-07" is written
 * 1e-7) when they are shorter to read (below 1e-5 or from 1e17 on). -0 is
 * written "-0".
 */
size_t number_print(char out[NUMBER_MAX], double v);

/* Adds v to b as number_print() writes it; "null" when it is not finite. */
void number_add(struct buf *b, double v);

/* Adds all digits of v to b. */
void number_add_int(struct buf *b, int64_t v);

#endif
