/* SPDX-License-Identifier: Apache-2.0 */
/*
 * CSV files with a header, record by record, as texts: what is common to a
 * table to learn from and rows to test. Readings of sensors come by rows.h.
 */
#ifndef VIGIA_RECORDS_H
#define VIGIA_RECORDS_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct records; /* an open file */

/*
 * Opens path ("-": standard input) and reads its header; delimiter 0 is ','.
 * ERR_DATA: no header, a column without a name or twice; else as csv_open().
 * Close with records_close() (takes NULL).
 */
CHECKED enum err records_open(const char *path, char delimiter,
                              struct records **out);
void records_close(struct records *r);

/* The columns, blanks around taken off; ends with NULL. Borrowed. */
const char *const *records_names(const struct records *r, size_t *count);

/*
 * The next record; *more is false at the end. ERR_DATA names file and line: a
 * record with another number of fields than the header (the next call goes
 * on behind it), or as csv_next().
 */
CHECKED enum err records_next(struct records *r, bool *more);

/* Of the record last read: a cell, blanks around taken off, and the line it
 * began at. Borrowed until the next one. */
const char *records_cell(const struct records *r, size_t i, size_t *len);
int64_t records_line(const struct records *r);

/* True when the failed record was only passed over: go on if you like. */
bool records_usable(const struct records *r);

/* The file's name for messages; bytes read of its size (0: unknown). */
const char *records_name(const struct records *r);
void records_position(const struct records *r, int64_t *done, int64_t *size);

#endif
