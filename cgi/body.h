/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Request bodies. Those of a fit, which may be long, are read straight from
 * the text: a million numbers become moments, not values. Errors: ERR_SYNTAX,
 * it is not JSON; ERR_DATA, it is, and everything that is wrong with it is
 * named at once (err_also, JSON pointers).
 */
#ifndef VIGIA_BODY_H
#define VIGIA_BODY_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf;
struct json;
struct moments;

/*
 * {"values":[...]}, {"columns":{"NAME":[...],...}},
 * {"recorded":{"since":TIME,"until":TIME}} or {"cases":[...]}; beside each
 * "params":{...}, and "fresh":true to forget what was learnt before.
 */
struct fit_body {
    char **names; /* of the columns; none: recorded */
    struct moments *moments;
    size_t count, cap;
    struct json *params; /* NULL: none */
    struct json *cases;  /* an array; NULL: none */
    bool fresh, recorded;
    int64_t since, until; /* of recorded; INT64_MIN, INT64_MAX when open */
};
void fit_body_free(struct fit_body *body); /* takes a zeroed one */
CHECKED enum err fit_body_read(const struct buf *text, struct fit_body *out);

/* Any body as a value. One without a byte is NULL where it may be missing. */
CHECKED enum err body_json(const struct buf *text, bool missing,
                           struct json **out);

/* The body of a change that takes none: nothing, or {}. Whoever sends members
 * thinks that they count. */
CHECKED enum err body_none(const struct buf *text);

/* Is the body {"value":NUMBER} and nothing else? Then it needs no value. */
bool body_is_value(const struct buf *text, double *v);

/* The member "at" of an object, RFC 3339, if it is there. */
CHECKED enum err body_at(const struct json *object, bool *timed, int64_t *at);

/* A text member that holds a time; parent as in kind_problem(). */
CHECKED enum err body_time(const struct json *object, const char *parent,
                           const char *key, int64_t *out);

#endif
