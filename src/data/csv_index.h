/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where the fields of many CSV records end, found 64 bytes at a time: the
 * fast half of reading CSV, for what is regular. Whatever is not - a quote
 * within a field, text after a closing quote, a NUL byte - it stops at and
 * leaves to csv.h, which is exact.
 */
#ifndef VIGIA_CSV_INDEX_H
#define VIGIA_CSV_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Starts as {0}; kept for reuse; free the arrays. */
struct csv_index {
    uint32_t *stops; /* where a delimiter or a record's line feed stands */
    size_t stop_count;
    uint32_t *ends; /* for each record: its stops and those before it */
    size_t end_count;
    size_t cap;  /* of stops, in bytes indexed */
    bool breaks; /* there are line feeds within fields */
    bool odd;    /* it ended at something that is not regular */
};
void csv_index_free(struct csv_index *index); /* what it owns */

/*
 * Indexes text, which begins where a record does and has len bytes, below
 * 4 GiB. Records that are not complete, or not regular, and all after them
 * are not in ends. Does not follow the limits of csv.h.
 */
void csv_index(struct csv_index *index, const char *text, size_t len,
               char delimiter);

/* The line feeds in text. */
size_t csv_count_lines(const char *text, size_t len);

#endif
