/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One chunk of a CSV file, read into records: the fast way for what is
 * regular, the exact one for all else. What is wrong stands in the part
 * until it is its turn. For rows.c, rows_find.c and plain_cells.c alone.
 */
#ifndef VIGIA_ROWS_PART_H
#define VIGIA_ROWS_PART_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "data/csv_index.h"
#include "data/rows.h"

struct chunk;
struct input;
struct part;

/* A regular record: fields end at stops, which count from text. */
struct fields {
    const char *text;
    size_t begin; /* of the first field */
    const uint32_t *stops;
    size_t count;
    int64_t line;
};

/* What is known of the file, and what is done with its records. */
struct rows_file {
    struct rows_plan plan;
    const struct rows_calls *calls;
    struct input *input;
    char **names; /* of the header, blanks around taken off; NULL-terminated */
    char ***sorted; /* the places of names, by name */
    size_t width;
    size_t *by, *columns, time; /* fields of the plan's columns */
    int64_t line;               /* the first after the header */
    bool plain;                 /* whatever reads as a number is one */

    /* Takes a record; when it is *odd it did nothing, and wants it exactly,
     * by the other. Any thread. */
    enum err (*take_fields)(struct part *p, const struct fields *f, bool *odd);
    enum err (*take_record)(struct part *p); /* p->csv has it */

    /* What is gathered in a part, and merged in the order of the file. */
    void *(*make)(const struct rows_file *file);
    void (*release)(void *own);
    enum err (*merge)(void *own, const struct rows_file *file);
    void *found; /* by rows_find() */

    struct part *seam; /* for records that begin in an earlier chunk */
    struct buf tail;   /* what is read of such a one */
    int64_t tail_line; /* where it begins */
    int64_t done;      /* bytes settled */
    struct rows_report report;
};

struct part {
    struct rows_file *file;
    void *own;
    struct rows_report report;
    double *values; /* of the plan's columns */
    struct buf key, sentence;

    struct csv *csv;
    struct csv_index index;
    struct { /* what csv reads: */
        const char *data[2];
        size_t len[2];
        bool dry; /* it wanted more than there was */
    } source;

    struct buf told; /* sentences about bad records, each with its NUL */
    size_t told_count;
    int64_t untold; /* further ones, which are only counted */

    bool scanned;
    size_t start, done; /* of the chunk: where it began, where it stopped */
    int64_t line;       /* of done */
    enum err e;         /* why it stopped */
    char *error;
};

/* A field as it stands in the file; the last may end in a CR. */
static inline const char *
fields_raw(const struct fields *f, size_t i, size_t *len)
{
    size_t from = i > 0 ? (size_t) f->stops[i - 1] + 1 : f->begin;

    *len = f->stops[i] - from;
    return f->text + from;
}

/* The raw text of a field, quotes taken off; *quoted: doubled ones in it are
 * still doubled. */
static inline const char *
fields_get(const struct fields *f, size_t i, size_t *len, bool *quoted)
{
    const char *s = fields_raw(f, i, len), *end = s + *len;

    if (i + 1 == f->count && end > s && end[-1] == '\r')
        end--;
    *quoted = end > s && *s == '"';
    if (*quoted) {
        s++;
        end--;
    }
    *len = (size_t) (end - s); /* end >= s: a closing quote is another */
    return s;
}

/* For take_record(): ends with p->sentence, or with skip_bad tells it. */
CHECKED enum err part_refuse(struct part *p);
CHECKED enum err part_refuse_width(struct part *p);

/* Settles all of the file, which is open behind its header. */
CHECKED enum err parts_run(struct rows_file *file);

/* The file with its header, all but what is done with records. (rows.c) */
CHECKED enum err rows_file_open(struct rows_file *file, const char *path,
                                const struct rows_plan *plan,
                                const struct rows_calls *calls);
void rows_file_close(struct rows_file *file);
CHECKED enum err rows_file_column(const struct rows_file *file,
                                  const char *wanted, size_t *field);

#define COMMA_HINT " (a decimal comma? then: --decimal ,)"

#endif
