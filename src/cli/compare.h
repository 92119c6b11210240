/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Two versions of a model side by side: what a change did, or would do, to
 * title, params and columns.
 */
#ifndef VIGIA_COMPARE_H
#define VIGIA_COMPARE_H

#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

#include "core/version.h"

struct cmd;
struct draft;
struct json_out;
struct kind;
struct model;
struct service;

/* One of the two. */
struct side {
    int64_t number; /* of the version; 0: none, or a draft */
    const char *title, *params;
    const void *model;      /* compiled; NULL: the model is removed */
    struct version version; /* owned: side_free() */
    struct compiled *compiled;
};

/* A stored version; 0 is the removed model. */
CHECKED enum err side_load(struct service *s, const struct model *m,
                           int64_t number, struct side *out);

/* A draft, which is borrowed. */
struct side side_draft(const struct draft *d);

void side_free(struct side *side);

struct comparison {
    const struct kind *kind;
    const struct side *before, *after;
};

/* Whether the threshold of a column is another one, or not there any more. */
bool compare_thresholds(const struct comparison *c);

/* Tables of the params and columns that differ; nothing when none does. Of
 * kinds without columns, what differs in their weights. */
CHECKED enum err compare_print(const struct cmd *cmd,
                               const struct comparison *c);

/* The members title (if it differs), params and columns of an object; and
 * weights, of kinds without columns. */
void compare_json(struct json_out *out, const struct comparison *c);

/* The latter alone. (compare_weights.c) */
CHECKED enum err compare_weights(const struct cmd *cmd,
                                 const struct comparison *c);
void compare_weights_json(struct json_out *out, const struct comparison *c);

#endif
