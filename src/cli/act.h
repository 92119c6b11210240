/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How the commands that change one model end: the turn that stores the
 * change, and what is then told of it, in the same words and the same JSON
 * by all of them.
 */
#ifndef VIGIA_ACT_H
#define VIGIA_ACT_H

#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

#include "cli/compare.h"
#include "core/impact.h"
#include "core/model.h"

struct buf;
struct cmd;
struct draft;
struct json_out;

struct act {
    const char *what;    /* the word of the change: "adjust" */
    const char *reverse; /* the command that takes it back: "undo" */
    struct model model;  /* owned, and the sides; act_free() */
    struct side before, after;
    int64_t change; /* 0: nothing was stored */
};
void act_free(struct act *act);

/*
 * Runs work in a turn with a change open. The model is found again there, as
 * it may have changed since it was shown: work looks whether it still fits,
 * and answers ERR_CONFLICT if not.
 */
CHECKED enum err act_store(struct cmd *cmd, struct act *act, const char *note,
                           enum err (*work)(struct service *s, struct model *m,
                                            const void *arg),
                           const void *arg);

/* The same with a draft, whose side is act->after. */
CHECKED enum err act_store_draft(struct cmd *cmd, struct act *act,
                                 const char *note, const struct draft *d);

/* "NAME has been changed meanwhile ...", for work. */
CHECKED enum err act_changed(const struct model *m);

/* The two sides as tables. */
CHECKED enum err act_compare(const struct cmd *cmd, const struct act *act);

/* How the last recorded readings are judged by the one and the other. */
CHECKED enum err act_impact(const struct cmd *cmd, const struct act *act,
                            struct impact *out);
void act_impact_line(const struct impact *impact);

/* The last line: the active version, its change, how to take it back; or how
 * to do what was only tried. */
CHECKED enum err act_end(const struct cmd *cmd, const struct act *act);

/* Opens the object of an answer, with the members all of them have. The
 * caller adds its own and closes it. */
struct json_out act_json(struct buf *text, const struct cmd *cmd,
                         const struct act *act);
void act_impact_json(struct json_out *out, const struct impact *impact);

#endif
