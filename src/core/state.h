/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The state of each column: what its weights are worth and what its last
 * reading said, kept in one small row so that lists need no history.
 */
#ifndef VIGIA_STATE_H
#define VIGIA_STATE_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct compiled;
struct db_put;
struct kind_column;
struct model;
struct service;
struct verdicts;

/* Worst first: a model has the first of these that a column of it has. */
enum state {
    STATE_ALERT,
    STATE_STALE,
    STATE_FLAT,
    STATE_LEARNING,
    STATE_UNTESTED,
    STATE_OK
};
enum { STATES = STATE_OK + 1 };
extern const char *const state_names[STATES + 1]; /* ends with NULL */

struct state_row {
    char *column; /* owned: state_list_free() */
    int64_t n;
    bool flat;
    int64_t activated_at;
    int64_t newest; /* the model's newest history row; in the first row */
    bool tested;    /* the next four are there */
    int64_t at;
    double value, score; /* score NaN: none */
    bool alert;
};
struct state_list {
    struct state_row *items;
    size_t count;
};
void state_list_free(struct state_list *list);

/*
 * What state is kept of: the columns of a version, or, of a kind without
 * columns, the model as a whole, as one column without a name.
 */
size_t state_columns(const struct compiled *c);
void state_column(const struct compiled *c, size_t i, struct kind_column *out);

/* The columns of a model's active version, in its order. */
CHECKED enum err state_load(struct service *s, int64_t model,
                            struct state_list *out);

/* The word of one column, and of the whole model, at the time now. */
enum state state_of(const struct service *s, const struct state_row *row,
                    int64_t stale_after, int64_t now);
enum state state_worst(const struct service *s, const struct state_list *list,
                       int64_t stale_after, int64_t now);

/*
 * Follows the activation of a version: puts its columns, with the last
 * readings of those that had some; *worst is the state of the model then. Of
 * the first version of all there are none to look for. In a turn.
 */
void state_put_begin(struct db_put *put, struct service *s);
CHECKED enum err state_put(struct db_put *put, struct service *s,
                           const struct model *m, bool first,
                           const struct compiled *c, int64_t now,
                           enum state *worst);

/* ---- recording ---- */

/*
 * What recording a reading needs of its model's state. Seats are kept as long
 * as nothing says that the state is another one now (service.h: epoch).
 */
struct seat {
    int64_t model, epoch;
    int64_t version; /* the active one; 0: hidden */
    int64_t newest;  /* the model's newest history row; 0: none */
    int64_t *at;     /* of each column's last reading; SEAT_UNTESTED */
    size_t count, cap;
};
#define SEAT_UNTESTED INT64_MIN

/* In a turn; borrowed until the next call or the end of the turn. */
CHECKED enum err state_seat(struct service *s, int64_t model,
                            struct seat **out);

/*
 * Follows a reading: verdicts by version c, at the time at, whose
 * history row is row (0: not recorded). An older reading than the last one
 * does not replace it. In a turn.
 */
CHECKED enum err state_reading(struct service *s, struct seat *seat,
                               const struct compiled *c,
                               const struct verdicts *verdicts, int64_t at,
                               int64_t row);

/* The seats themselves, for service.c. */
struct seats *seats_new(void);
void seats_free(struct seats *seats); /* takes NULL */

#endif
