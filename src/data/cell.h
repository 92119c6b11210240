/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What one cell of readings says: a number, nothing, a time, or neither.
 * Pure functions over a text, for those who read rows.
 */
#ifndef VIGIA_CELL_H
#define VIGIA_CELL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct rows_plan;

enum cell {
    CELL_NUMBER,
    CELL_MISSING, /* empty, NaN, null, or one of plan->missing */
    CELL_BEYOND,  /* a number over STATS_VALUE_MAX */
    CELL_TEXT
};

static inline bool
cell_is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* Takes blanks and tabs off both ends. */
static inline void
cell_trim(const char **text, size_t *len)
{
    while (*len > 0 && cell_is_blank(**text)) {
        (*text)++;
        (*len)--;
    }
    while (*len > 0 && cell_is_blank((*text)[*len - 1]))
        (*len)--;
}

/*
 * Reads a trimmed text by the plan's decimal sign and missing texts. *v is
 * NaN when the cell is no number that can be used.
 */
enum cell cell_read(const struct rows_plan *plan, const char *text, size_t len,
                    double *v);

/* True for a text that is a number if its comma is the decimal sign. */
bool cell_has_comma(const struct rows_plan *plan, const char *text,
                    size_t len);

/*
 * Reads RFC 3339, or local time as YYYY-MM-DD[ HH:MM[:SS[.FRACTION]]] with a
 * blank or T between. False when it is neither.
 */
bool cell_time(const char *text, size_t len, int64_t *us);

#endif
