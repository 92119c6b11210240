/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What --csv and the options beside it ask of CSV files: the same for fit and
 * test, so they are read, and the files made readable twice, in one place.
 */
#ifndef VIGIA_CSV_ASK_H
#define VIGIA_CSV_ASK_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "data/rows.h"

struct cmd;

/* Rows of a command's options. */
/* clang-format off */
#define CSV_ASK_OPTIONS                                                      \
    {"by", "COLUMN,...", false, "the columns that say which sensor a row is"}, \
    {"columns", "A,B,...", false,                                            \
     "the columns of readings, as one CSV record"},                          \
    {"time", "COLUMN", false, "the column that says when"},                  \
    {"since", "TIME", false, "only readings from then on (with --time)"},    \
    {"until", "TIME", false, "only readings before (with --time)"},          \
    {"missing", "TEXT,...", false, "further texts for a missing reading"},   \
    {"delimiter", "C", false, "what parts the cells, such as ; or tab"},     \
    {"decimal", "C", false, "the decimal sign, . or ,"},                     \
    {"skip-bad", NULL, false, "skip and count what is wrong"},               \
    {"jobs", "N", false,                                                     \
     "threads that read CSV, 1 to 64; unless told one a processor, at most 4"}
/* clang-format on */

struct csv_ask {
    struct rows_plan plan;
    const char **files;
    size_t file_count;
    /* what the plan borrows; owned */
    char **by, **columns, **missing;
    bool named;      /* --columns was given */
    char *spool;     /* standard input, copied; NULL: not needed */
    int spool_fd;    /* -1: none */
    int64_t skipped; /* sentences told by csv_ask_tell() */
};

/* Reads the options. ERR_USAGE. Free with csv_ask_free() in any case. */
CHECKED enum err csv_ask_read(const struct cmd *cmd, struct csv_ask *ask);
void csv_ask_free(struct csv_ask *ask); /* takes a zeroed one */

/* A file's name for messages. Borrowed. */
const char *csv_ask_name(const struct csv_ask *ask, size_t file);

/* Makes each file one that can be read several times. ERR_INPUT: it cannot,
 * and is not standard input, which is copied. */
CHECKED enum err csv_ask_again(struct csv_ask *ask);

/* Takes names, which become ask's, for the columns of the plan. */
void csv_ask_take(struct csv_ask *ask, char **names, size_t count);

/* Tells the user of something that is skipped; the first few of them. */
void csv_ask_tell(struct csv_ask *ask, const char *sentence);

/* Says how many were skipped, when it was more than those. */
void csv_ask_told(const struct csv_ask *ask);

#endif
