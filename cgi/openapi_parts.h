/* SPDX-License-Identifier: Apache-2.0 */
/* What the routing table does not say: the words and common parts of the
 * OpenAPI document, as tables. */
#ifndef VIGIA_OPENAPI_PARTS_H
#define VIGIA_OPENAPI_PARTS_H

struct route;

extern const char openapi_summary[], openapi_description[];

/* A resource: its rows, and the tag they get. Ends with name NULL. */
struct openapi_tag {
    const char *name, *help;
    const struct route *routes;
};
extern const struct openapi_tag openapi_tags[];

/* A name in braces. The last row, with name NULL, is for all others. */
struct openapi_name {
    const char *name, *help, *schema;
};
extern const struct openapi_name openapi_names[];

/* The type of a query parameter, as a schema; the last row likewise. */
struct openapi_type {
    const char *name, *schema;
};
extern const struct openapi_type openapi_types[];

/* A problem document, and which routes may answer it. Ends with status
 * NULL. */
enum openapi_when {
    WHEN_ALWAYS,
    WHEN_GUARDED,  /* everybody but /health */
    WHEN_NAMED,    /* something in the path may not exist */
    WHEN_WRITING,  /* answered in a transaction */
    WHEN_CHANGING, /* makes or activates versions */
    WHEN_TAGGED,   /* and looks at If-Match */
    WHEN_BODY,     /* reads a body */
    WHEN_ASKED,    /* reads a body, or a query */
    WHEN_LATER     /* may take long */
};
struct openapi_problem {
    const char *status, *name, *help;
    enum openapi_when when;
    const char *headers; /* NULL: none */
};
extern const struct openapi_problem openapi_problems[];

/* Members of "components" as they are. Ends with key NULL. */
struct openapi_part {
    const char *key, *json;
};
extern const struct openapi_part openapi_parts[];

#endif
