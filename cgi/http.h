/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A request and its answer, whatever brought them: what a transport fills in,
 * what handlers read and write. The target is parsed here, once, from the raw
 * text, because web servers hand on decoded paths in different ways.
 */
#ifndef VIGIA_HTTP_H
#define VIGIA_HTTP_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

enum method {
    METHOD_GET,
    METHOD_HEAD,
    METHOD_POST,
    METHOD_PATCH,
    METHOD_DELETE,
    METHOD_OTHER
};
enum method method_of(const char *text);
const char *method_name(enum method method);

/* The headers that are looked at. */
enum header {
    HEADER_AUTHORIZATION,
    HEADER_CONTENT_ENCODING,
    HEADER_CONTENT_TYPE,
    HEADER_HOST,
    HEADER_IDEMPOTENCY_KEY,
    HEADER_IF_MATCH,
    HEADER_IF_NONE_MATCH,
    HEADER_ORIGIN,
    HEADER_FORWARDED_FOR,
    HEADER_REQUEST_ID,
    HEADERS
};
extern const char *const header_names[HEADERS]; /* "Authorization" ... */

/* Does a header that has come with this value count? An empty one is as if it
 * had not come, but for a key: who sends one relies on it. */
bool header_counts(size_t header, const char *value);

enum {
    HTTP_TARGET_MAX = 2048, /* bytes of a request target */
    HTTP_SEGMENTS_MAX = 8,
    HTTP_QUERIES_MAX = 32,
    HTTP_ID_MAX = 64 /* bytes of a request id */
};

struct query {
    const char *name, *value; /* decoded */
};

/* Owned by whoever makes it: request_free(). */
struct request {
    enum method method;
    char *target;           /* as it came: "/a%20b/fit?x=1" */
    char *headers[HEADERS]; /* NULL: absent */
    char *remote; /* the client's address; "unix:" for a unix socket; NULL or
                   * "": not known, and so not this machine */
    bool https;
    struct buf body;
    /* filled in by request_parse(): */
    char *decoded; /* holds the segments and queries */
    const char *segments[HTTP_SEGMENTS_MAX];
    size_t segment_count;
    struct query queries[HTTP_QUERIES_MAX];
    size_t query_count;
};
void request_free(struct request *r); /* what it owns; takes a zeroed one */

/*
 * Cuts the query, strips scheme and authority ("http://h/x") and prefix (""
 * or "/vigia"), splits at '/', decodes each segment and query once. A
 * trailing slash is dropped. ERR_SYNTAX: "//", ".", "..", %2F, a control
 * byte, bad escapes, bad UTF-8; ERR_NOT_FOUND: not below the prefix; ERR_DATA:
 * too long, too many segments or queries.
 */
CHECKED enum err request_parse(struct request *r, const char *prefix);

/* A query's value; NULL when it is not there. */
const char *request_query(const struct request *r, const char *name);

/* Owned by whoever makes it: response_free(). */
struct response {
    int status;
    const char *type;   /* content type; static */
    struct buf headers; /* further lines, each "Name: value\r\n" */
    struct buf body;
};
void response_free(struct response *r);

/* Adds a header line; control bytes in value are dropped. */
void response_header(struct response *r, const char *name, const char *value);

/* The status of an error, and the reason phrase of a status. */
int http_status(enum err e);
const char *http_reason(int status);

/*
 * Makes the answer a problem document (RFC 9457): type, title, status, detail
 * (err_text()), instance (the request's id), error (the same as detail, for
 * clients that look there), errors from err_details(). ERR_INTERNAL shows
 * nothing but the id, and is logged with its text. Sets Retry-After for 429
 * and 503. What the answer had is forgotten but its X-Request-Id.
 */
void response_problem(struct response *r, enum err e, const char *id);

/* The same when the file of the database has lost its name: a 503 that asks
 * nobody to try again. err_text() is logged. */
void response_gone(struct response *r, const char *id);

/* What a client is told of an error of the service (5xx), instead of its text,
 * which may name files. */
const char *http_excuse(enum err e);

/* The same with a status that no error has (405, 415, 429 ...). */
void response_problem_status(struct response *r, int status,
                             const char *detail, const char *id);

#endif
