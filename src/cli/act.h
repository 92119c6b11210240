/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How the commands that change one model end: what is told of the change that
 * core/apply.h stored, in the same words and the same JSON by all of them.
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
struct json_out;

struct act {
    const char *what;    /* the word of the change: "adjust" */
    const char *reverse; /* the command that takes it back: "undo" */
    struct model model;  /* owned, and the sides; act_free() */
    struct side before, after;
    int64_t change; /* 0: nothing was stored */
};
void act_free(struct act *act);

/* Takes down what core/apply.h stored, if e is ERR_OK; answers e. */
CHECKED enum err act_stored(const struct cmd *cmd, struct act *act,
                            enum err e);

/* The two sides as tables. */
CHECKED enum err act_compare(const struct cmd *cmd, const struct act *act);

/* How the last recorded readings are judged by the one and the other; the
 * sentence about it is a line when there are readings. */
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
