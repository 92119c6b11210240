/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tests of kinds without columns: a model that takes requests, from wherever
 * they come, and its verdicts as lines. What a verdict says is the kind's; as
 * CSV its leaves are the columns, in the order of the first verdict.
 */
#ifndef VIGIA_TEST_REQUESTS_H
#define VIGIA_TEST_REQUESTS_H

#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

#include "base/leaves.h"
#include "core/model.h"
#include "kinds/kind.h"

struct buf;
struct cmd;
struct compiled;
struct json;

struct requests {
    struct cmd *cmd;
    struct model model;
    struct compiled *compiled;
    struct ask ask;
    bool record;
    struct leaves columns; /* of the first verdict: the header */
    int64_t count;         /* verdicts so far */
};

/* Reads the options and finds the model that MODEL or MODEL@N names; the
 * database is open. ERR_USAGE: it is a sensor. Free in any case. */
CHECKED enum err requests_open(struct requests *r, const char *text);
void requests_free(struct requests *r);

/* Adds the verdicts of one request. Without a seed of the user each draws its
 * own. Errors as the kind's test. */
CHECKED enum err requests_judge(struct requests *r, const struct json *request,
                                struct verdicts *verdicts);

/* Records the verdicts of a request, in a turn: between begin and end, which
 * commits if e is ERR_OK, and answers e else. */
CHECKED enum err requests_begin(struct requests *r);
CHECKED enum err requests_record(struct requests *r,
                                 const struct json *request,
                                 const struct verdicts *verdicts);
CHECKED enum err requests_end(struct requests *r, enum err e);

/* What a verdict says. */
void requests_leaves(const struct verdict *v, struct leaves *out);

/* Adds a verdict as a line of CSV, the first one after the header; line is
 * where its request stood. */
void requests_line(struct requests *r, const struct verdict *v, int64_t line,
                   struct buf *out);

#endif
