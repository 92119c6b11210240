/* SPDX-License-Identifier: Apache-2.0 */
/* Taking back a whole change, in pieces as it was stored. */
#ifndef VIGIA_UNDO_H
#define VIGIA_UNDO_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "core/change.h"
#include "core/service.h"

/* The most names of models that are told of a change's undo. */
enum { UNDO_NAMED_MAX = 100 };

struct undo_report {
    int64_t change; /* the new change that took it back; 0: nothing done */
    int64_t undone; /* models set back */
    int64_t before; /* models that had it undone already */
    int64_t left;   /* models with later activations, untouched */
};

/*
 * Takes back change id in turns of its own. Its models with later activations
 * are left: their names are added to left, one a line (at most
 * UNDO_NAMED_MAX). ERR_CONFLICT: the change activated nothing, or is itself an
 * undo or redo. Interrupted it stops between two pieces with ERR_INTERRUPTED,
 * report filled.
 */
CHECKED enum err undo_change(struct service *s, int64_t id, struct buf *left,
                             struct undo_report *report);

/*
 * ERR_CONFLICT, with the sentence, when models had later changes, or all had
 * it taken back before.
 */
CHECKED enum err undo_outcome(int64_t id, const struct undo_report *report);

/* ---- the same in turns of the caller's ---- */

struct undo {
    struct change_row row;     /* what is taken back */
    struct change change;      /* the new one, to go on with */
    int64_t after;             /* the activation it came to */
    struct buf left;           /* names, as above */
    struct undo_report report; /* what is done so far */
};
void undo_free(struct undo *u); /* what it owns; takes a zeroed one */

/* Looks at change id. Errors as above. */
CHECKED enum err undo_begin(struct service *s, int64_t id, struct undo *u);

/* A piece of at most PIECE_US, in a turn; *more when some are left. If it
 * fails, or the turn is not committed, u is good for undo_free() only. */
CHECKED enum err undo_piece(struct service *s, struct undo *u, bool *more);

#endif
