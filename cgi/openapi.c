/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The document is written in one pass. Schemas come as texts from the rows
 * and are put in as they are; which errors a route may answer follows from
 * what the row says of it (openapi_problems[]).
 */
#include "cgi/openapi.h"

#include <ctype.h>
#include <string.h>

#include "base/json.h"
#include "cgi/multipart.h"
#include "cgi/openapi_parts.h"
#include "cgi/resources.h"

static void
put_member(struct json_out *out, const char *key, const char *text)
{
    json_key(out, key);
    json_put_text(out, text);
}

static void
put_ref(struct json_out *out, const char *kind, const char *name)
{
    struct buf ref = {0};

    buf_printf(&ref, "#/components/%s/%s", kind, name);
    json_open(out, '{');
    put_member(out, "$ref", buf_text(&ref));
    json_close(out, '}');
    buf_free(&ref);
}

/* Adds the word of path in braces that begins at *path, and steps behind it;
 * false when there is none. */
static bool
next_name(const char **path, struct buf *name)
{
    const char *open = strchr(*path, '{');
    const char *close = open ? strchr(open, '}') : NULL;

    if (!close)
        return false;
    buf_clear(name);
    buf_add(name, open + 1, (size_t) (close - open - 1));
    *path = close + 1;
    return true;
}

void
openapi_id(const struct route *route, struct buf *out)
{
    bool part = true; /* a '_' is due before the next letter */

    for (const char *p = method_name(route->method); *p; p++)
        buf_char(out, (char) tolower((unsigned char) *p));
    for (const char *p = route->path; *p; p++) {
        if (!isalnum((unsigned char) *p)) {
            part = true;
            continue;
        }
        if (part)
            buf_char(out, '_');
        part = false;
        buf_char(out, *p);
    }
}

/* ---- parameters ---- */

static void
put_path_parameter(struct json_out *out, const char *name)
{
    const struct openapi_name *known = openapi_names;

    while (known->name && strcmp(known->name, name) != 0)
        known++;
    json_open(out, '{');
    put_member(out, "name", name);
    put_member(out, "in", "path");
    json_key(out, "required");
    json_put_bool(out, true);
    put_member(out, "description", known->help);
    json_key(out, "schema");
    json_put_raw(out, known->schema);
    json_close(out, '}');
}

static void
put_query_parameter(struct json_out *out, const struct route_query *query)
{
    const struct openapi_type *type = openapi_types;

    while (type->name && strcmp(type->name, query->type) != 0)
        type++;
    json_open(out, '{');
    put_member(out, "name", query->name);
    put_member(out, "in", "query");
    put_member(out, "description", query->help);
    json_key(out, "schema");
    json_put_raw(out, type->schema);
    json_close(out, '}');
}

static void
put_parameters(struct json_out *out, const struct route *route)
{
    const char *path = route->path;
    struct buf name = {0};

    json_key(out, "parameters");
    json_open(out, '[');
    while (next_name(&path, &name))
        put_path_parameter(out, buf_text(&name));
    for (const struct route_query *q = route->queries; q && q->name; q++)
        put_query_parameter(out, q);
    if (route->idempotent_key)
        put_ref(out, "parameters", "IdempotencyKey");
    if (route->tagged)
        put_ref(out, "parameters", route->writes ? "IfMatch" : "IfNoneMatch");
    json_close(out, ']');
    buf_free(&name);
}

/* ---- bodies ---- */

static void
put_content(struct json_out *out, const char *type, const char *schema)
{
    json_key(out, type);
    json_open(out, '{');
    json_key(out, "schema");
    json_put_raw(out, schema ? schema : "{}");
    json_close(out, '}');
}

/* A body may be left out when its schema asks for nothing. */
static bool
is_needed(const char *schema)
{
    static const char *const demands[] = {"required", "oneOf", "anyOf"};
    struct json *value = NULL;
    bool needed = false;

    if (!schema || json_parse(schema, strlen(schema), &value) != ERR_OK)
        return false;
    for (size_t i = 0; i < sizeof demands / sizeof *demands; i++)
        needed = needed || json_get(value, demands[i]);
    json_free(value);
    return needed;
}

static const char text_schema[] = "{\"type\":\"string\"}";

/* Of a load (verbs_load.c). */
static const char form_schema[] =
    "{\"type\":\"object\",\"required\":[\"file\"],"
    "\"additionalProperties\":false,\"properties\":{"
    "\"file\":{\"type\":\"string\",\"format\":\"binary\","
    "\"description\":\"A model's text.\"},"
    "\"scalers\":{\"type\":\"string\",\"format\":\"binary\","
    "\"description\":\"Its scalers, as JSON.\"}}}";

static void
put_body(struct json_out *out, const struct route *route)
{
    const char *schema = route->request_schema, *other = text_schema;
    bool form = route->accept && multipart_is(route->accept);

    if (form)
        other = form_schema;
    else if (route->accept && strstr(route->accept, "+json"))
        other = schema;

    json_key(out, "requestBody");
    json_open(out, '{');
    json_key(out, "required");
    json_put_bool(out, form || is_needed(schema));
    json_key(out, "content");
    json_open(out, '{');
    put_content(out, "application/json", schema);
    if (route->accept)
        put_content(out, route->accept, other);
    json_close(out, '}');
    json_close(out, '}');
}

/* ---- answers ---- */

static bool
may_answer(const struct route *route, enum openapi_when when)
{
    switch (when) {
    case WHEN_ALWAYS:
        return true;
    case WHEN_GUARDED:
        return route->scope > SCOPE_OPEN;
    case WHEN_NAMED:
        return route->may_lack || strchr(route->path, '{');
    case WHEN_CHANGING:
        return route->writes && route->scope > SCOPE_TEST;
    case WHEN_TAGGED:
        return route->writes && route->tagged;
    case WHEN_BODY:
        return route->body;
    case WHEN_ASKED:
        return route->body || route->queries;
    case WHEN_WRITING:
        return route->writes;
    case WHEN_LATER:
        return route->later_schema != NULL;
    }
    return false;
}

/* When the work takes longer than the client should wait. */
static void
put_later(struct json_out *out, const struct route *route)
{
    json_key(out, "202");
    json_open(out, '{');
    put_member(out, "description",
               "It takes longer; Location has what will become of it.");
    json_key(out, "headers");
    json_put_raw(out, "{\"Location\":{\"schema\":{\"type\":\"string\"}}}");
    json_key(out, "content");
    json_open(out, '{');
    put_content(out, "application/json", route->later_schema);
    json_close(out, '}');
    json_close(out, '}');
}

static void
put_responses(struct json_out *out, const struct route *route)
{
    const char *type = route->response_type;

    json_key(out, "responses");
    json_open(out, '{');
    json_key(out, "200");
    json_open(out, '{');
    put_member(out, "description", "Done.");
    json_key(out, "headers");
    json_open(out, '{');
    json_key(out, "X-Request-Id");
    put_ref(out, "headers", "RequestId");
    json_close(out, '}');
    json_key(out, "content");
    json_open(out, '{');
    if (type)
        put_content(out, type, text_schema);
    else
        put_content(out, "application/json", route->response_schema);
    json_close(out, '}');
    json_close(out, '}');
    if (route->later_schema)
        put_later(out, route);
    if (route->tagged && !route->writes) {
        json_key(out, "304");
        json_open(out, '{');
        put_member(out, "description",
                   "The version is the one of If-None-Match.");
        json_close(out, '}');
    }
    for (const struct openapi_problem *p = openapi_problems; p->status; p++)
        if (may_answer(route, p->when)) {
            json_key(out, p->status);
            put_ref(out, "responses", p->name);
        }
    json_close(out, '}');
}

/* ---- operations ---- */

/* Nobody on the machine itself needs a key: {} stands for that. */
static void
put_security(struct json_out *out, const struct route *route)
{
    json_key(out, "security");
    json_open(out, '[');
    if (route->scope > SCOPE_OPEN) {
        json_open(out, '{');
        json_key(out, "key");
        json_open(out, '[');
        json_close(out, ']');
        json_close(out, '}');
    }
    json_open(out, '{');
    json_close(out, '}');
    json_close(out, ']');
}

static void
put_description(struct json_out *out, const struct route *route)
{
    struct buf text = {0};

    buf_str(&text, route->summary);
    if (route->scope > SCOPE_OPEN)
        buf_printf(&text, " A key needs the scope %s.",
                   scope_names[route->scope]);
    else
        buf_str(&text, " Open to everybody.");
    if (route->writes)
        buf_str(&text, " Answered when it is on the disk.");
    put_member(out, "description", buf_text(&text));
    buf_free(&text);
}

/* A summary is a title in most viewers: the sentence without its full stop. */
static void
put_summary(struct json_out *out, const struct route *route)
{
    struct buf text = {0};
    size_t len = strlen(route->summary);

    buf_add(&text, route->summary, len);
    if (len > 0 && text.data[len - 1] == '.')
        text.data[len - 1] = '\0';
    put_member(out, "summary", buf_text(&text));
    buf_free(&text);
}

static void
put_operation(struct json_out *out, const struct route *route, const char *tag)
{
    struct buf key = {0}, id = {0};

    for (const char *p = method_name(route->method); *p; p++)
        buf_char(&key, (char) tolower((unsigned char) *p));
    openapi_id(route, &id);
    json_key(out, buf_text(&key));
    json_open(out, '{');
    put_member(out, "operationId", buf_text(&id));
    put_summary(out, route);
    put_description(out, route);
    json_key(out, "tags");
    json_open(out, '[');
    json_put_text(out, tag);
    json_close(out, ']');
    put_parameters(out, route);
    if (route->body)
        put_body(out, route);
    put_responses(out, route);
    put_security(out, route);
    json_close(out, '}');
    buf_free(&key);
    buf_free(&id);
}

/* A walk over all routes, by tag; starts as {0}. */
struct place {
    const struct openapi_tag *tag;
    const struct route *route;
};

static bool
next_route(struct place *place)
{
    if (!place->tag)
        *place = (struct place){openapi_tags, openapi_tags->routes};
    else
        place->route++;
    while (place->tag->name && !place->route->path) {
        place->tag++;
        place->route = place->tag->routes;
    }
    return place->tag->name;
}

/* All methods of a path stand together, where its first row is. */
static void
put_path(struct json_out *out, const char *path)
{
    struct place place = {0};

    json_key(out, path);
    json_open(out, '{');
    while (next_route(&place))
        if (strcmp(place.route->path, path) == 0)
            put_operation(out, place.route, place.tag->name);
    json_close(out, '}');
}

static bool
is_first(const struct place *here)
{
    struct place place = {0};

    while (next_route(&place))
        if (strcmp(place.route->path, here->route->path) == 0)
            break;
    return place.route == here->route;
}

/* ---- the document ---- */

static void
put_info(struct json_out *out)
{
    json_key(out, "info");
    json_open(out, '{');
    put_member(out, "title", "vigia");
    put_member(out, "version", PACKAGE_VERSION);
    put_member(out, "summary", openapi_summary);
    put_member(out, "description", openapi_description);
    json_key(out, "contact");
    json_put_raw(out, "{\"name\":\"The vigia project\"}");
    json_key(out, "license");
    json_put_raw(out, "{\"name\":\"Apache License 2.0\","
                      "\"identifier\":\"Apache-2.0\"}");
    json_close(out, '}');
}

static void
put_tags(struct json_out *out)
{
    json_key(out, "tags");
    json_open(out, '[');
    for (const struct openapi_tag *tag = openapi_tags; tag->name; tag++) {
        json_open(out, '{');
        put_member(out, "name", tag->name);
        put_member(out, "description", tag->help);
        json_close(out, '}');
    }
    json_close(out, ']');
}

static void
put_problems(struct json_out *out)
{
    json_key(out, "responses");
    json_open(out, '{');
    for (const struct openapi_problem *p = openapi_problems; p->status; p++) {
        json_key(out, p->name);
        json_open(out, '{');
        put_member(out, "description", p->help);
        if (p->headers) {
            json_key(out, "headers");
            json_put_raw(out, p->headers);
        }
        json_key(out, "content");
        json_open(out, '{');
        put_content(out, "application/problem+json",
                    "{\"$ref\":\"#/components/schemas/Problem\"}");
        json_close(out, '}');
        json_close(out, '}');
    }
    json_close(out, '}');
}

static void
put_components(struct json_out *out)
{
    json_key(out, "components");
    json_open(out, '{');
    for (const struct openapi_part *p = openapi_parts; p->key; p++) {
        json_key(out, p->key);
        json_put_raw(out, p->json);
    }
    put_problems(out);
    json_close(out, '}');
}

void
openapi_write(const char *prefix, struct buf *text)
{
    struct json_out out = {.buf = text};
    struct place place = {0};

    json_open(&out, '{');
    put_member(&out, "openapi", "3.1.0");
    put_info(&out);
    json_key(&out, "servers");
    json_open(&out, '[');
    json_open(&out, '{');
    put_member(&out, "url", prefix && *prefix ? prefix : "/");
    json_close(&out, '}');
    json_close(&out, ']');
    put_tags(&out);
    json_key(&out, "paths");
    json_open(&out, '{');
    while (next_route(&place))
        if (is_first(&place))
            put_path(&out, place.route->path);
    json_close(&out, '}');
    put_components(&out);
    json_close(&out, '}');
}
