/* SPDX-License-Identifier: Apache-2.0 */
/* Taking back a whole change, in pieces as it was stored. */
#ifndef VIGIA_UNDO_H
#define VIGIA_UNDO_H

#include "base/err.h"

#include <stddef.h>
#include <stdint.h>

struct buf;
struct service;

/* The longest a piece of long work may hold the write lock. */
enum { PIECE_US = 20000 };

/* The most names of models that are told of a change's undo. */
enum { UNDO_NAMED_MAX = 100 };

struct undo_report {
    int64_t change; /* the new change that took it back; 0: nothing done */
    int64_t undone; /* models set back */
    int64_t before; /* models that had it undone already */
    int64_t left;   /* models with later activations, untouched */
};

/*
 * Takes back change id. Its models with later activations are left: their
 * names are added to left, one a line (at most UNDO_NAMED_MAX). ERR_CONFLICT:
 * the change activated nothing, or is itself an undo or redo. Interrupted it
 * stops between two pieces with ERR_INTERRUPTED, report filled.
 */
CHECKED enum err undo_change(struct service *s, int64_t id, struct buf *left,
                             struct undo_report *report);

#endif
