/* SPDX-License-Identifier: Apache-2.0 */
/*
 * All columns of all sensors in the order of the list, built in slices of a
 * few milliseconds: alerts first, by their index, then by name. While others
 * write it is built anew for at most a twentieth of the time.
 */
#ifndef VIGIA_ROSTER_H
#define VIGIA_ROSTER_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "core/overview.h"
#include "tui/order.h"

struct roster;
struct screen;

/* What is sorted by. */
struct roster_sort {
    const char *name;
    int column; /* enum row_column */
    /* One of both; none: by state, the first one, or else by name. */
    double (*key)(struct roster *r, const struct overview_row *row);
    void (*text)(struct roster *r, const struct overview_row *row,
                 struct buf *out);
};
enum { ROSTER_SORTS = 10 };
extern const struct roster_sort roster_sorts[ROSTER_SORTS];

struct totals {
    size_t sensors, columns, states[STATES];
};

struct roster {
    struct screen *screen; /* its filter and list; borrowed */
    size_t sort;           /* of roster_sorts[] */
    bool reversed;
    int state;       /* only these; -1: all */
    uint64_t chosen; /* the row that the cursor stays on */

    /* to be read */
    struct order shown;
    struct totals totals;   /* of all, whatever the filter; of the last walk */
    struct totals counting; /* of the present one */
    bool walking, complete; /* complete: shown has all rows */
    bool front;             /* shown.front has every alert */

    /* its own */
    struct order next;
    struct overview walk;
    int64_t cost, ended; /* of the last walk; clock_elapsed() */
    int64_t epoch;       /* of the service, when it began */
    int64_t counted;     /* the model counted last */
    struct {
        char **names;
        uint64_t *ids;
        size_t count;
    } alerts;        /* while they are read */
    struct buf text; /* that is sorted by */
    enum err failed; /* inside a walk */
};
void roster_free(struct roster *r); /* what it owns */

/* From the beginning, for another filter or sort; the cursor on top. */
CHECKED enum err roster_again(struct roster *r);

/* The database has changed: the alerts now, the others in roster_work(). */
CHECKED enum err roster_load(struct roster *r);

/* A slice; *more: there is another one. */
CHECKED enum err roster_work(struct roster *r, bool *more);

/* For another state or direction. The cursor stays on its row, or on top. */
void roster_arrange(struct roster *r);

#endif
