/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Changes and activations: who did what, which version became active when,
 * and the walk back (undo) and forth (redo) through it.
 */
#ifndef VIGIA_CHANGE_H
#define VIGIA_CHANGE_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct db_put;
struct model;
struct service;

/* Begins an act, in a turn: what ("fit") and note ("from pumps.csv"). Later
 * turns may go on with it until the next change_open(). */
CHECKED enum err change_open(struct service *s, const char *what,
                             const char *note);

/* Writes the figures of the open change; service_commit() does it. */
CHECKED enum err change_save(struct service *s);

/*
 * Makes version number of the model the active one, as a new act; 0 hides
 * the model. m is kept up to date. In a turn, with a change open.
 */
CHECKED enum err change_activate(struct service *s, struct model *m,
                                 int64_t number);

/* ---- for bulk.c, which activates what it has just stored ---- */

/* What m repeats of its active version. */
CHECKED enum err change_repeat(struct model *m, const char *title,
                               const char *params);

/* An activation; 0: none. */
struct activating {
    int64_t id, model, prev, version, at;
    int64_t step; /* 0 change, 1 undo, 2 redo */
    int64_t about, parent;
};

/* The id of the next one; those behind it are free, too. */
CHECKED enum err change_next(struct service *s, int64_t *id);

/* Puts it as one of the open change; what the model has of it is the
 * caller's. In a turn. */
void change_put_begin(struct db_put *put, struct service *s);
CHECKED enum err change_put(struct db_put *put, struct service *s,
                            const struct activating *act);

/* What an undo or a redo of a model would do, and of which change. */
struct step {
    int64_t from, to; /* version numbers; 0: hidden */
    int64_t about;    /* the activation taken back or brought back */
    int64_t top;      /* where undo stands afterwards; 0: at the start */
    int64_t change;   /* the change it belongs to */
};

/* ERR_CONFLICT: nothing left to undo, or to redo. */
CHECKED enum err change_undo_step(struct service *s, const struct model *m,
                                  struct step *step);
CHECKED enum err change_redo_step(struct service *s, const struct model *m,
                                  struct step *step);

/* Does it. In a turn, with a change open. */
CHECKED enum err change_undo(struct service *s, struct model *m,
                             const struct step *step);
CHECKED enum err change_redo(struct service *s, struct model *m,
                             const struct step *step);

/* ---- reading ---- */

struct change_row {
    int64_t id, at;
    char *by, *via, *what, *note; /* owned: change_page_free() */
    int64_t undoes;               /* the change it took back; 0 */
    int64_t models;
    int64_t first, last; /* its activations */
};
struct change_page {
    struct change_row *items;
    size_t count;
};
void change_page_free(struct change_page *page);

/* The newest changes before the id given (0: from the newest). */
CHECKED enum err change_list(struct service *s, int64_t before, size_t limit,
                             struct change_page *page);

/* One change. ERR_NOT_FOUND. Free with change_row_free(). */
CHECKED enum err change_find(struct service *s, int64_t id,
                             struct change_row *out);
void change_row_free(struct change_row *row);

/* Notes that the open change takes back another one. */
CHECKED enum err change_takes_back(struct service *s, int64_t id);

/*
 * The activations of a change, after the activation `after` (0: from the
 * first), at most limit of them.
 */
struct change_model {
    int64_t activation, model;
};
CHECKED enum err change_models(struct service *s, const struct change_row *row,
                               int64_t after, size_t limit,
                               struct change_model *out, size_t *count);

/* Does the model's present version stand on that activation, with others
 * after it (later), as the last one (top), or not at all (undone)? */
enum standing { STANDING_TOP, STANDING_LATER, STANDING_UNDONE };
CHECKED enum err change_standing(struct service *s, const struct model *m,
                                 int64_t activation, enum standing *out);

/* Activations of a model, newest first, at most limit. */
struct activation {
    int64_t id, at, version; /* version 0: hidden */
    int64_t change;
    int step;        /* 0 change, 1 undo, 2 redo */
    char *by, *what; /* owned: activation_list_free() */
};
struct activation_list {
    struct activation *items;
    size_t count;
};
void activation_list_free(struct activation_list *list);
CHECKED enum err activation_list(struct service *s, const struct model *m,
                                 size_t limit, struct activation_list *out);

#endif
