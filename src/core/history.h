/* SPDX-License-Identifier: Apache-2.0 */
/*
 * History: the record of tested readings. A row keeps the values as they
 * came and the version that judged them; as both never change, the verdicts
 * are computed again when the row is read, to the same figures. Of kinds
 * without columns, whose tests may draw or be asked for in several ways, it
 * keeps request and answer as JSON.
 */
#ifndef VIGIA_HISTORY_H
#define VIGIA_HISTORY_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct compiled;
struct json;
struct kind;
struct model;
struct service;
struct verdicts;

/* A reading to record, already judged. Borrowed. */
struct reading {
    const struct model *model;
    const struct compiled *compiled;
    const struct verdicts *verdicts; /* one, for kinds without columns */
    /* The request, if the verdict has no part of its own: one of the two. */
    const struct json *input;
    const char *text;
    bool timed;          /* it came with a time of its own: */
    int64_t at;          /* microseconds */
    const char *request; /* id of the request; NULL: none */
};

/*
 * Records it ([history] record decides what is kept) and follows it in the
 * state. *stored is false when a reading of that model and own time is there
 * already. ERR_DATA: a time more than a day ahead. In a turn.
 */
CHECKED enum err history_record(struct service *s, const struct reading *r,
                                bool *stored);

/*
 * Records each verdict as a reading of its own, of now, in turns of PIECE_US.
 * An error after the first turn says how many were recorded.
 */
CHECKED enum err history_record_values(struct service *s,
                                       const struct model *m,
                                       const struct compiled *c,
                                       const struct verdicts *verdicts);

/* How many rows there are: kept, not counted. */
CHECKED enum err history_count(struct service *s, int64_t *rows);
CHECKED enum err history_count_add(struct service *s, int64_t rows);

struct history_row {
    int64_t id, at, recorded_at;
    int64_t model_id, version;
    char *model; /* its name */
    const struct kind *kind;
    double *values; /* by column of the version; NaN: not given */
    size_t value_count;
    char *input, *output; /* JSON, of kinds without columns; NULL: of others */
    bool alert;
    char *by, *request; /* request NULL: none */
};

struct history_query {
    int64_t model;        /* id; 0: all */
    bool alerts;          /* only those */
    int64_t since, until; /* of `at`: since inclusive, until exclusive */
    int64_t cursor;       /* go on from `next` of the page before; 0: newest */
    size_t limit;
};

/* A page of rows, newest first; it may be short, even empty, and have a
 * next: the most rows examined for one are bounded. next 0: the end. */
struct history_page {
    struct history_row *items; /* owned: history_page_free() */
    size_t count;
    int64_t next;
};
void history_page_free(struct history_page *page);
CHECKED enum err history_read(struct service *s,
                              const struct history_query *query,
                              struct history_page *page);

/* Rows recorded after the row `after`, oldest first, at most limit: what
 * --follow shows. model 0: all. */
CHECKED enum err history_tail(struct service *s, int64_t model, bool alerts,
                              int64_t after, size_t limit,
                              struct history_page *page);

/* The newest row there is; 0 when none. */
CHECKED enum err history_newest(struct service *s, int64_t *id);

/* The verdicts of a row, by the version that judged it; *compiled is the
 * caller's to put back, and lends the verdicts their names. A row with input
 * and output has no verdicts, and no *compiled. */
CHECKED enum err history_verdicts(struct service *s,
                                  const struct history_row *row,
                                  struct compiled **compiled,
                                  struct verdicts *verdicts);

#endif
