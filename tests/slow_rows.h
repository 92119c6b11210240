/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Readings from CSV the plain way: one exact record after the other, every
 * cell copied, no chunks and no index. What rows_scan() gives is compared
 * with it. Bad records and cells are skipped.
 */
#ifndef VIGIA_SLOW_ROWS_H
#define VIGIA_SLOW_ROWS_H

#include <math.h>
#include <string.h>

#include "base/buf.h"
#include "base/number.h"
#include "data/csv.h"
#include "data/rows.h"
#include "data/stats.h"

enum { SLOW_COLUMNS = 64 };

/* A row as text. */
static inline void
slow_add_row(struct buf *out, int64_t line, const char *key, size_t len,
             const double *values, size_t count)
{
    buf_printf(out, "%lld:", (long long) line);
    buf_add(out, key, len);
    for (size_t i = 0; i < count; i++) {
        buf_char(out, ' ');
        number_add(out, values[i]);
    }
    buf_char(out, '\n');
}

static inline double
slow_value(const char *text, size_t len, char decimal)
{
    struct buf copy = {0};
    double v = NAN;
    bool other = decimal == ',' && memchr(text, '.', len);

    buf_add(&copy, text, len);
    for (size_t i = 0; decimal == ',' && i < len; i++) {
        if (copy.data[i] == ',') {
            copy.data[i] = '.';
            break;
        }
    }
    if (other || number_read(buf_text(&copy), len, NUMBER_LOOSE, &v) != ERR_OK
        || fabs(v) > STATS_VALUE_MAX)
        v = NAN;
    buf_free(&copy);
    return v;
}

static inline bool
slow_is_blank(const char *text, size_t len)
{
    return strspn(text, " \t") >= len;
}

/* Which field has that name; it must be there. */
static inline size_t
slow_field(const struct csv *csv, const char *name)
{
    size_t i = 0, len;
    const char *text;

    for (;; i++) {
        text = csv_field(csv, i, &len);
        while (len > 0 && (*text == ' ' || *text == '\t')) {
            text++;
            len--;
        }
        while (len > 0 && (text[len - 1] == ' ' || text[len - 1] == '\t'))
            len--;
        if (len == strlen(name) && memcmp(text, name, len) == 0)
            return i;
    }
}

/* All rows of a file whose header has what the plan asks for (at most one key
 * column, SLOW_COLUMNS, no time, no texts for missing); then the error. */
static inline enum err
slow_rows(const char *path, const struct rows_plan *plan, struct buf *out)
{
    size_t at[SLOW_COLUMNS], key = 0, width = 0, len = 0;
    double values[SLOW_COLUMNS];
    struct csv *csv = NULL;
    bool more = false;
    enum err e = csv_open(path, plan->delimiter ? plan->delimiter : ',', &csv);

    if (e == ERR_OK)
        e = csv_next(csv, &more);
    for (size_t i = 0; e == ERR_OK && i < plan->column_count; i++)
        at[i] = slow_field(csv, plan->columns[i]);
    if (e == ERR_OK && plan->by_count > 0)
        key = slow_field(csv, plan->by[0]);
    width = e == ERR_OK ? csv_fields(csv) : 0;
    while (e == ERR_OK && (e = csv_next(csv, &more)) == ERR_OK && more) {
        const char *text = "";

        if (csv_fields(csv) != width)
            continue;
        if (plan->by_count > 0)
            text = csv_field(csv, key, &len);
        if (plan->by_count > 0 && slow_is_blank(text, len))
            continue;
        for (size_t i = 0; i < plan->column_count; i++) {
            size_t n;
            const char *cell = csv_field(csv, at[i], &n);

            values[i] = slow_value(cell, n, plan->decimal);
        }
        slow_add_row(out, csv_line(csv), text, len, values,
                     plan->column_count);
    }
    if (e != ERR_OK)
        buf_str(out, err_text());
    csv_close(csv);
    return e;
}

#endif
