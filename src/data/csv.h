/* SPDX-License-Identifier: Apache-2.0 */
/*
 * CSV records (RFC 4180): quotes, doubled quotes, line ends LF and CRLF, any
 * inside quotes (a CR elsewhere is a part of its field), a byte order mark,
 * any one-byte delimiter. Reads a file or standard input in chunks; knows
 * nothing of headers or numbers (rows.h).
 */
#ifndef VIGIA_CSV_H
#define VIGIA_CSV_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    CSV_RECORD_MAX = 1 << 20, /* bytes of one record */
    CSV_FIELDS_MAX = 65536    /* fields of one record */
};

struct csv; /* an open file */

/*
 * Opens path, "-" for standard input. ERR_INPUT with the reason: does not
 * exist, no permission, a directory. Refused with ERR_DATA: UTF-16 or UTF-32
 * (the sentence has the iconv line to use), a NUL byte (a binary file).
 * ERR_USAGE: a delimiter that cannot be one (quote, CR, LF, NUL). An empty
 * file opens. Close with csv_close() (takes NULL).
 */
CHECKED enum err csv_open(const char *path, char delimiter, struct csv **out);
void csv_close(struct csv *csv);

/* The name for messages: the path, or "standard input". Borrowed. */
const char *csv_name(const struct csv *csv);

/*
 * Reads the next record; *more is false at the end of the file. Empty lines
 * are skipped (a record of one empty quoted field is a record). ERR_DATA
 * names file and line: text after a closing quote, an unclosed quote, a NUL
 * byte, a record over CSV_RECORD_MAX or CSV_FIELDS_MAX, a CR in the first line
 * (lines that end with CR alone are not read). ERR_IO: reading failed.
 * ERR_INTERRUPTED: the user asked to stop (stop.h) while a read waited.
 */
CHECKED enum err csv_next(struct csv *csv, bool *more);

/*
 * The record last read; all borrowed until the next csv_next(). A field is
 * followed by a NUL. Lines count from 1: where the record began, and where
 * its field i did (another only after quoted line ends).
 */
size_t csv_fields(const struct csv *csv);
const char *csv_field(const struct csv *csv, size_t i, size_t *len);
int64_t csv_line(const struct csv *csv);
int64_t csv_field_line(const struct csv *csv, size_t i);

/* Bytes read so far, and the size of the file (0 when not a file). */
int64_t csv_position(const struct csv *csv);
int64_t csv_size(const struct csv *csv);

/*
 * Splits the one record that stands in a string ('"Vel, mm/s",Temp'). The
 * caller frees (*fields)[i] and *fields. ERR_SYNTAX names the text: as
 * csv_next(), and when there is no field or a second line.
 */
CHECKED enum err csv_split(const char *text, char delimiter, char ***fields,
                           size_t *count);

/* Adds one field to out, quoted when it must be. */
struct buf;
void csv_add(struct buf *out, const char *field, size_t len, char delimiter);

/* A piece of a file for a message: s, cut between characters with "…". */
enum { CSV_CLIP = 64 };
const char *csv_clip(char out[CSV_CLIP], const char *s, size_t len);

#endif
