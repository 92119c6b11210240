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

/* The columns of a model's active version, in its order. */
CHECKED enum err state_load(struct service *s, int64_t model,
                            struct state_list *out);

/* The word of one column, and of the whole model, at the time now. */
enum state state_of(const struct service *s, const struct state_row *row,
                    int64_t stale_after, int64_t now);
enum state state_worst(const struct service *s, const struct state_list *list,
                       int64_t stale_after, int64_t now);

/* Follows the activation of a version: its columns, with the last readings
 * of those that had some. In a turn. */
CHECKED enum err state_activate(struct service *s, const struct model *m,
                                const struct compiled *c);

/*
 * Follows a reading: verdicts (by column name) at the time at, whose history
 * row is row (0: not recorded). An older reading than the last one does not
 * replace it. In a turn.
 */
CHECKED enum err state_reading(struct service *s, int64_t model,
                               const struct state_list *before,
                               const struct verdicts *verdicts, int64_t at,
                               int64_t row);

#endif
