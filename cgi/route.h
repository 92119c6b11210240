/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The routing table: one row per route, from which dispatch, Allow headers,
 * scopes, metrics, OpenAPI and the manual's check come. A resource's rows
 * stand in its own file (sensors.c, models.c ...) and are gathered here.
 */
#ifndef VIGIA_ROUTE_H
#define VIGIA_ROUTE_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

#include "cgi/app.h"
#include "cgi/http.h"

/* A query parameter of a route, for OpenAPI and to refuse unknown ones. */
struct route_query {
    const char *name, *type; /* "string", "integer", "boolean", "time";
                              * "strings" may be there several times */
    const char *help;
};

struct route {
    enum method method;
    const char *path; /* "/v1/models/{name}"; a segment in braces is a name */
    enum scope scope;
    bool writes;         /* answered in a transaction */
    bool stores_last;    /* fails before it has stored something, or only
                          * because the database does: no savepoint */
    bool idempotent_key; /* honours Idempotency-Key */
    bool tagged;         /* If-None-Match is looked at, or If-Match */
    bool may_lack;       /* 404, though its path has no name */
    bool body;           /* takes JSON (or what accept says) */
    const char *accept;  /* another content type it takes; NULL */
    /* Reads the body into x->state, computes; no database writes. With a
     * status of 300 and above the answer is final. NULL. */
    enum err (*prepare)(struct exchange *x);
    /* Writes x->response (status 200 and JSON unless it says otherwise). In
     * a turn; what it wrote is undone when it fails, or with a status of 400
     * and above. */
    enum err (*answer)(struct exchange *x);
    const struct route_query *queries; /* ends with name NULL; NULL: none */
    const char *summary;               /* a sentence for the documentation */
    /* JSON Schemas (texts) of body and answer; NULL: none, any */
    const char *request_schema, *response_schema;
    const char *later_schema;  /* of a 202 with a Location, of what may take
                                * long and is done one at a time, else 429 */
    const char *response_type; /* what the answer is when it is not JSON */
};

/* All tables; each ends with path NULL, the list with NULL. HEAD is answered
 * as GET, and the transport leaves the body out. */
extern const struct route *const route_tables[];

/*
 * Everything before the turn: id, target, route (404, 405 with Allow), the
 * door (401, 403), queries, content type (415), prepare. Errors become the
 * answer: x->answered.
 */
void route_prepare(struct exchange *x);

/*
 * The answer, inside a turn if the route writes: idempotency, savepoint,
 * handler. Errors become the answer. Returns an error only when the turn's
 * transaction is lost (the turn ends, all its answers become 503).
 */
CHECKED enum err route_answer(struct exchange *x);

/* Turns the answer of a turn that could not be committed into a 503;
 * err_text() says why. */
void route_lost(struct exchange *x, enum err e);

#endif
