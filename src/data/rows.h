/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Readings out of CSV files: the header is mapped by name, each record
 * becomes a key (which sensor), a time and numbers. The only reader of
 * readings from CSV; how it scans is its own affair.
 */
#ifndef VIGIA_ROWS_H
#define VIGIA_ROWS_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What is asked of a file. Strings are borrowed while it is scanned. */
struct rows_plan {
    const char *const *by; /* key columns, joined with ':'; may be none */
    size_t by_count;
    const char *const *columns; /* value columns, e.g. from rows_find() */
    size_t column_count;
    const char *time;     /* time column (RFC 3339 or YYYY-MM-DD...); NULL */
    int64_t since, until; /* rows outside are passed over; with time only */
    const char *const *missing; /* further texts for a missing cell */
    size_t missing_count;
    char delimiter; /* 0: ',' */
    char decimal;   /* 0: '.' */
    bool skip_bad;  /* count and report bad cells instead of failing */
    bool any_size;  /* numbers are judged only, and may be beyond the limit */
    size_t jobs;    /* threads that scan; 0: one, the caller's */
    bool prompt;    /* of a pipe, take what there is at once, by one thread */
    size_t chunk;   /* bytes scanned as a part; 0: 2 MiB */
};

/* One record. Borrowed during the call. */
struct row {
    const char *key;      /* the key texts as they stand, joined with ':' */
    size_t key_len;       /* (no NUL follows) */
    const double *values; /* plan's columns in order; NaN is missing */
    int64_t time;         /* microseconds; with plan->time only */
    int64_t line;
};

struct rows_report {
    int64_t rows;    /* records given to the caller */
    int64_t outside; /* records outside since/until */
    int64_t bad;     /* skipped with skip_bad: cells, which become missing; or
                        records with a bad key, time or number of fields */
};

/*
 * Several threads scan parts of the file at once. Each part has something of
 * the caller's, made by make(), which its records are given to; merge() then
 * gets it, part by part in the order of the file, and leaves it empty to be
 * used again. Where parts begin does not depend on the number of threads.
 * Without make(), one thread gives all records to arg.
 */
struct rows_calls {
    /* Takes one record; not ERR_OK ends the scan with that, once all before
     * is merged. On any thread; own is the part's, or arg. */
    enum err (*row)(const struct row *row, void *own);
    /* With skip_bad: the sentence about a bad cell, "file:line: ..."; NULL:
     * one more of so many that they are only counted. */
    void (*bad)(const char *sentence, void *arg);
    /* Now and then: bytes done of size (0: unknown). ERR_* ends the scan. */
    enum err (*progress)(int64_t done, int64_t size, void *arg);
    void *arg;
    void *(*make)(void *arg); /* on any thread */
    void (*release)(void *own);
    enum err (*merge)(void *own, void *arg);
};

/*
 * Scans path ("-": standard input). Errors name file, line and column, e.g.
 *   readings.csv:118: column "x": "abc" is not a number
 * with a hint when a decimal comma explains it. ERR_DATA: no header with a
 * named column (nearest name suggested), a column twice in the header,
 * a record with another number of fields than the header, a bad cell, an
 * empty key, |v| > STATS_VALUE_MAX, an empty file; ERR_USAGE: a delimiter or
 * decimal sign that cannot be one; else as csv.h says. Missing is an empty
 * cell, NaN or null in any case, and plan->missing; blanks around are ignored.
 * calls->bad and calls->progress may be NULL.
 */
CHECKED enum err rows_scan(const char *path, const struct rows_plan *plan,
                           const struct rows_calls *calls,
                           struct rows_report *report);

/*
 * The columns whose cells are numbers (or missing) in the whole file, except
 * by and time; a column without any number or without a name is left out.
 * Errors as rows_scan(); ERR_DATA too when no column is left. Reads the file
 * once; not for standard input (rows_spool). The caller frees (*names)[i] and
 * *names. plan->columns, since and until do not count; of the calls, which
 * may be NULL, progress alone.
 */
CHECKED enum err rows_find(const char *path, const struct rows_plan *plan,
                           const struct rows_calls *calls, char ***names,
                           size_t *count);

/*
 * Copies standard input to an unlinked temporary file so that it can be read
 * twice; *path is /dev/fd/N of it, the caller frees it and closes *fd. Of the
 * calls, which may be NULL, progress alone.
 */
CHECKED enum err rows_spool(const struct rows_calls *calls, char **path,
                            int *fd);

#endif
