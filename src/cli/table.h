/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tables on standard output. On a terminal: aligned columns, numbers by their
 * decimal point and rounded to sensible digits, times local, alerts bold. In
 * a pipe or file: tab-separated with a header line, numbers with every digit,
 * times as RFC 3339 UTC. Rows are printed as they come (the first few hundred
 * are kept to find the widths), so a table may be of any length.
 */
#ifndef VIGIA_TABLE_H
#define VIGIA_TABLE_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cmd;
struct table;

enum table_type {
    TABLE_TEXT,   /* left */
    TABLE_STATE,  /* a word of state.h; ALERT stands out, and in capitals */
    TABLE_NUMBER, /* a double, by the decimal point */
    TABLE_INT,    /* right, 2,788 */
    TABLE_ID,     /* right, 2788: a number that is typed again */
    TABLE_TIME    /* microseconds */
};

struct table_column {
    const char *name; /* lower case; a terminal shows it in capitals */
    enum table_type type;
};

/* columns is borrowed. Nothing is printed yet. */
struct table *table_new(const struct cmd *cmd,
                        const struct table_column *columns, size_t count);

/* The next cell; a row is complete with its last. Texts are copied and made
 * safe. */
void table_text(struct table *t, const char *s);
void table_number(struct table *t, double v); /* NaN: none */
void table_int(struct table *t, int64_t v);   /* or an id */
void table_time(struct table *t, int64_t us);
void table_none(struct table *t);

/* A sign behind the last cell on a terminal only ("*", " mm/s"). */
void table_sign(struct table *t, const char *sign);

/* Prints the rows that are complete now, for whoever waits for more of them;
 * the widths stay as they are from then on. ERR_IO. */
CHECKED enum err table_flush(struct table *t);

/* Prints what is left and frees. ERR_IO: standard output failed. */
CHECKED enum err table_end(struct table *t);

#endif
