/* SPDX-License-Identifier: Apache-2.0 */
/* One of many readings in a body: read where it stands, judged, recorded. */
#ifndef VIGIA_READING_H
#define VIGIA_READING_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/json_pull.h"
#include "kinds/kind.h"

struct app;
struct known;

/* What taking a reading works with; kept from one to the next. */
struct taker {
    struct app *app;
    const char *request; /* id of the request, for the history */
    bool alone;          /* nothing may follow a reading in its text */
    bool dry;            /* judge only: what is recorded will be undone */
    size_t strangers;    /* names that no model has, so far */
    size_t values;       /* judged so far */
    /* of the last reading: */
    const struct known *known; /* borrowed until the next one */
    struct verdicts verdicts;
    bool stored;
    struct buf pointer; /* where its fault is, after the reading itself */
    /* memory */
    double *columns;
    size_t column_cap;
    struct buf text;
};
void taker_free(struct taker *t); /* what it owns */

/*
 * Takes the reading that p stands before. ERR_DATA, ERR_SYNTAX and
 * ERR_NOT_FOUND: it is a bad one (t->pointer), and p is somewhere in it;
 * nothing of it is recorded. Other errors end the turn. In a turn.
 */
CHECKED enum err reading_take(struct taker *t, struct json_pull *p);

#endif
