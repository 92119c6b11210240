/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rows of one CSV file as requests of a kind without columns, one by one:
 * what test and diff read. A cell that is a number is one, a missing one is
 * null, any other a text.
 */
#ifndef VIGIA_REQUEST_ROWS_H
#define VIGIA_REQUEST_ROWS_H

#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

#include "cli/csv_ask.h"

struct cmd;
struct json;
struct records;

struct request_rows {
    struct csv_ask ask;
    struct records *records;
};

/* Reads the options and opens the file. ERR_USAGE: more than one file, or an
 * option that is for sensors. Free in any case; takes a zeroed one. */
CHECKED enum err request_rows_open(const struct cmd *cmd,
                                   struct request_rows *r);
void request_rows_free(struct request_rows *r);

/* The next row, which the caller frees; *request is NULL at the end. */
CHECKED enum err request_rows_next(struct request_rows *r,
                                   struct json **request);
int64_t request_rows_line(const struct request_rows *r);

/* Puts file and line before what is wrong with the row last read. */
CHECKED enum err request_rows_blame(const struct request_rows *r, enum err e);

/* ERR_OK when e is of a row that is to be skipped, which is told; else e. */
CHECKED enum err request_rows_skip(struct request_rows *r, enum err e);

#endif
