/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The cells of a regular record that are plain numbers (number_plain.h), which
 * most are: the innermost loop of reading a file. For rows.c alone.
 */
#ifndef VIGIA_PLAIN_CELLS_H
#define VIGIA_PLAIN_CELLS_H

#include <stddef.h>

struct fields;

/*
 * Reads the fields `columns`, in quotes or not, to values. Returns how many it
 * has read: count, or the number of the first that is no plain number.
 */
size_t plain_cells(const struct fields *f, const size_t *columns, size_t count,
                   double *values);

#endif
