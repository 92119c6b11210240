/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The verbs that make a new version: fit, set, adjust, load. Each first makes
 * a draft, which changes nothing and can be looked at; draft_apply() stores
 * and activates it, if the model is still as it was.
 */
#ifndef VIGIA_DRAFT_H
#define VIGIA_DRAFT_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/state.h"

struct buf;
struct compiled;
struct foreign;
struct json;
struct kind;
struct model;
struct service;
struct source;

struct draft {
    const char *origin; /* fit, set, adjust, load */
    const struct kind *kind;
    int64_t base; /* the active version it starts from; 0: none */
    int64_t job;  /* that ends with draft_store() (job.h); 0: none */
    bool same;    /* nothing would change */
    char *title, *params, *weights; /* owned: draft_free() */
    char *metrics;                  /* NULL: the kind has none */
    void *model;                    /* compiled, for the kind's functions */
};
void draft_free(struct draft *d); /* takes a zeroed one */

struct fit {
    const char *text; /* the plant's own text for it; NULL: none */
    const struct kind *kind;
    const struct source *source;
    const char *const *params; /* KEY=VALUE */
    size_t param_count;
    const struct json *changes; /* of params, as in draft_patch(); or NULL */
    bool fresh;                 /* forget the other columns and the params */
    bool only_check; /* the draft may lack weights and is not to be stored */
};

/*
 * m is the model, or one with id 0 that is to be made. ERR_CONFLICT: it is of
 * another kind, or stands for another text of the plant. Errors of the
 * readings as in the kind.
 */
CHECKED enum err draft_fit(struct service *s, const struct model *m,
                           const struct fit *fit, struct draft *out);

/* KEY=VALUE: title or a param of the kind. */
CHECKED enum err draft_set(struct service *s, const struct model *m,
                           const char *const *pairs, size_t count,
                           struct draft *out);

/* The same from JSON: title (NULL: as it is) and changes of params (NULL:
 * none), merged as params_merge() says. */
CHECKED enum err draft_patch(struct service *s, const struct model *m,
                             const char *title, const struct json *changes,
                             struct draft *out);

/* Every mean, or that of one column (NULL: all), moved by percent. */
CHECKED enum err draft_adjust(struct service *s, const struct model *m,
                              double percent, const char *column,
                              struct draft *out);

/* An exported text, or one in a format that a kind knows, completely checked;
 * a second text goes with the latter only. m as in draft_fit(). */
CHECKED enum err draft_load(const struct model *m, const struct foreign *file,
                            struct draft *out);

/* Changes a draft that is not stored: title or params, as draft_set(). On
 * failure the draft is as it was, or freed. */
CHECKED enum err draft_change(struct draft *d, const char *const *pairs,
                              size_t count);

/* Sets d->same: is the active version of m the same in kind, title, params
 * and weights? */
CHECKED enum err draft_compare(struct service *s, const struct model *m,
                               struct draft *d);

/* ERR_CONFLICT: m is there, and of another kind. */
CHECKED enum err draft_check_kind(const struct model *m,
                                  const struct kind *kind);

/* Takes the draft d to *out if e is ERR_OK and it compiles, else frees it;
 * how the makers of drafts end. */
CHECKED enum err draft_finish(struct draft *d, enum err e, struct draft *out);

/*
 * Makes the model if it has no id, stores the version and activates it.
 * ERR_CONFLICT: another version became active since the draft was made. In a
 * turn, with a change open; m as it was for the draft or found again.
 */
CHECKED enum err draft_apply(struct service *s, struct model *m,
                             const struct draft *d, int64_t *number);

/*
 * The same for many, of different models: a few statements store all of them,
 * in less than half the time. (bulk.c)
 */
struct drafted {
    struct model *model;
    const struct draft *draft;
    int64_t number;   /* of the version, when it is stored, */
    enum state worst; /* and the state of the model */
    bool fresh;       /* the model was made */
};
CHECKED enum err draft_apply_all(struct service *s, struct drafted *all,
                                 size_t count);

/*
 * The same in a turn and a change of its own, what and note, for the model of
 * that name, which is found again: how a load and a long fit end. *number is
 * that of the version.
 */
CHECKED enum err draft_store(struct service *s, const char *name,
                             const char *what, const char *note,
                             const struct draft *d, int64_t *number);

/*
 * A version as text: canonical JSON with a checksum and a final newline,
 * without name, number, time and user, so that a loaded one exports equal.
 */
CHECKED enum err version_export(struct service *s, const struct model *m,
                                int64_t number, struct buf *out);

#endif
