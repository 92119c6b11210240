/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Storing one change of one model that somebody has looked at: each call is a
 * turn, in which the model is found again, and refuses with ERR_CONFLICT when
 * it is not as it was shown any more. m is the model as it was shown, and on
 * success as it is now; s->change.id is the change.
 */
#ifndef VIGIA_APPLY_H
#define VIGIA_APPLY_H

#include "base/err.h"

#include <stdint.h>

struct buf;
struct draft;
struct model;
struct service;
struct step;

/* The draft's version, stored and made the active one. */
CHECKED enum err apply_draft(struct service *s, struct model *m,
                             const char *note, const struct draft *d);

/* Version number becomes the active one. */
CHECKED enum err apply_version(struct service *s, struct model *m,
                               int64_t number);

/* The two directions of the walk through a model's changes. */
struct direction {
    const char *what, *reverse; /* "undo", "redo" */
    enum err (*look)(struct service *s, const struct model *m,
                     struct step *step);
    enum err (*take)(struct service *s, struct model *m,
                     const struct step *step);
};
extern const struct direction apply_undo, apply_redo;

/* The step that way->look() answered. */
CHECKED enum err apply_step(struct service *s, struct model *m,
                            const struct direction *way,
                            const struct step *step);

/* Adds "change 5: adjust +10 %", which a step takes back or brings back. */
CHECKED enum err apply_describe(struct service *s, const struct step *step,
                                struct buf *out);

#endif
