/* SPDX-License-Identifier: Apache-2.0 */
/*
 * CSV records (RFC 4180): quotes, doubled quotes, line ends LF and CRLF, any
 * inside quotes (a CR elsewhere is a part of its field), any one-byte
 * delimiter. Exact, one record at a time, from anywhere; csv_index.h finds
 * regular records faster. Knows nothing of headers or numbers (rows.h).
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

/* Where the bytes come from. */
struct csv_source {
    /* At most size of them; none at the end only. */
    enum err (*read)(void *arg, char *to, size_t size, size_t *len);
    void *arg;
};

/* ERR_USAGE: cannot be a delimiter (quote, CR, LF, NUL). */
CHECKED enum err csv_delimiter(char delimiter);

/* Reads from source, which it copies; name is borrowed, for messages. Close
 * with csv_close(). */
struct csv *csv_new(const char *name, char delimiter,
                    const struct csv_source *source);

/* Opens an input (input.h, whose errors they are) and reads that. */
CHECKED enum err csv_open(const char *path, char delimiter, struct csv **out);
void csv_close(struct csv *csv); /* takes NULL */

/* Forgets everything: source is at the beginning of a record on that line. */
void csv_restart(struct csv *csv, int64_t line);

/* The name for messages. Borrowed. */
const char *csv_name(const struct csv *csv);

/*
 * Reads the next record; *more is false at the end of the file. Empty lines
 * are skipped (a record of one empty quoted field is a record). ERR_DATA
 * names file and line: text after a closing quote, an unclosed quote, a NUL
 * byte, a record over CSV_RECORD_MAX or CSV_FIELDS_MAX, a CR in the first line
 * (lines that end with CR alone are not read). Else as the source says.
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

/* The line after the record; the bytes of it and of all before it, line ends
 * among them; and what was read after it, borrowed until the next call. */
int64_t csv_line_after(const struct csv *csv);
size_t csv_used(const struct csv *csv);
const char *csv_rest(const struct csv *csv, size_t *len);

/* The size of the file that csv_open() opened; 0: not a file. */
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
