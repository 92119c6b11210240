/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Learning from readings that were recorded: the moments of the active
 * version's columns, by their names in whichever version judged a reading.
 * Read step by step, so that nobody else waits for the whole.
 */
#ifndef VIGIA_RECORDED_H
#define VIGIA_RECORDED_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kinds/kind.h"

struct compiled;
struct model;
struct moments;
struct service;

/* Owned: recorded_free(). The fields are to be read. */
struct recorded {
    int64_t model, since, until; /* INT64_MIN, INT64_MAX: open */
    struct compiled *active;     /* lends the columns their names */
    const char **columns;
    struct moments *moments;
    size_t count;
    int64_t readings; /* taken so far */
    int64_t cursor;   /* in the history; 0 at both ends */
    bool done;
};
void recorded_free(struct recorded *r); /* takes a zeroed one */

/* Prepares for the active version of m. ERR_NOT_FOUND: it has none;
 * ERR_DATA: its kind has no columns. */
CHECKED enum err recorded_begin(struct service *s, const struct model *m,
                                int64_t since, int64_t until,
                                struct recorded *out);

/* Looks at the next rows of the history, at most 10,000 and for at most
 * PIECE_US; r->done after the last. Needs no turn. */
CHECKED enum err recorded_step(struct service *s, struct recorded *r);

/*
 * What a fit learns from, when all is done: the columns that readings were of;
 * the others stay as they are. Borrowed from r, once. ERR_DATA: there are no
 * readings (at that time).
 */
CHECKED enum err recorded_source(struct recorded *r, const struct model *m,
                                 struct source *out);

/* "from recorded readings since 2026-11-20T08:00:00.000000Z": added. */
void recorded_note(const struct recorded *r, struct buf *out);

#endif
