/* SPDX-License-Identifier: Apache-2.0 */
/* Models: finding one by name, suggesting names, listing. */
#ifndef VIGIA_MODEL_H
#define VIGIA_MODEL_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct kind;
struct service;

struct model {
    int64_t id;
    char *name, *title; /* owned */
    const struct kind *kind;
    int64_t version;     /* the active number; 0: hidden */
    int64_t versions;    /* numbers given so far */
    int64_t stale_after; /* microseconds; 0: off */
    /* activations: newest; where undo stands; newest change (schema.c) */
    int64_t activation, top, head;
    int64_t removed_at; /* 0: not hidden */
};

void model_free(struct model *m); /* what it owns; takes NULL */

/*
 * Finds a model by name. ERR_NOT_FOUND suggests the mapped name and the
 * nearest ones; for a hidden model (unless hidden is asked for) it says how
 * to bring it back. *out is owned when ERR_OK. A model that a kind has built
 * in and that is not there yet is made, in a turn of its own if none is open.
 */
CHECKED enum err model_find(struct service *s, const char *name, bool hidden,
                            struct model *out);

/*
 * Two texts of a plant are not one model: the title keeps the text that its
 * name was made from, and ERR_DATA names both when text is another.
 */
CHECKED enum err model_check_text(const struct model *m, const char *text,
                                  size_t len);

/* What brings a hidden model back: "undo", of a removal, or "redo". */
const char *model_brought_back(const struct model *m);

/* Like model_find(), hidden ones too; *found false when there is none. */
CHECKED enum err model_look(struct service *s, const char *name, bool *found,
                            struct model *out);

/* The same, and one with id 0 when there is none: it is to be made. */
CHECKED enum err model_or_new(struct service *s, const char *name,
                              struct model *out);

/*
 * The same for many names: a look-up finds out, too, up to which name there
 * is none, so that new names in their order need no further one. Starts as
 * {0}, and is worth what one read or turn is. model_gap_free() after use.
 */
struct model_gap {
    char *from, *to; /* no model between; to NULL: nor behind */
};
void model_gap_free(struct model_gap *gap);
CHECKED enum err model_or_new_next(struct service *s, struct model_gap *gap,
                                   const char *name, struct model *out);

/* By id. ERR_NOT_FOUND. */
CHECKED enum err model_by_id(struct service *s, int64_t id, struct model *out);

/* Stores count models that have no id yet, with all they have, and gives them
 * ids in their order; or what the row repeats of one that has. In a turn. */
CHECKED enum err model_insert(struct service *s, struct model *const *models,
                              size_t count);
CHECKED enum err model_save(struct service *s, const struct model *m);

/* Renames; ERR_DATA: not a name; ERR_CONFLICT: taken. In a turn. */
CHECKED enum err model_rename(struct service *s, const struct model *m,
                              const char *name);

/*
 * Deletes a hidden model with versions, activations, history and state, a
 * slice a call: at most rows rows (at least 1) and PIECE_US. *more: it goes on
 * in the next turn. In a turn. (purge.c)
 */
CHECKED enum err model_purge(struct service *s, const struct model *m,
                             int64_t rows, bool *more);

/* Models by name, from after (not inclusive; "" from the first) on. */
struct model_page {
    struct model *items; /* owned: model_page_free() */
    size_t count;
};
void model_page_free(struct model_page *page);
CHECKED enum err model_list(struct service *s, const char *after, size_t limit,
                            bool hidden, struct model_page *page);

#endif
