/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The OpenAPI document and the pages made of it: every route is there once,
 * every reference leads somewhere, every example has the shape its schema
 * says, and what switches them off does.
 */
#include "cgi/openapi.h"
#include "base/json.h"
#include "cgi/docs_page.h"
#include "cgi/openapi_parts.h"
#include "rest.h"

static struct json *document;

static const struct json *
item(const struct json *list, size_t i)
{
    return list && i < json_count(list) ? json_at(list, i) : NULL;
}

static const char *
text(const struct json *object, const char *key)
{
    const struct json *value = json_get(object, key);

    return value && json_type(value) == JSON_STRING ? json_text(value) : "";
}

/* Where "#/a/b" leads, ~ for a slash in a key; NULL when nowhere. */
static const struct json *
follow(const char *ref)
{
    const struct json *at = document;
    struct buf key = {0};

    if (*ref++ != '#')
        return NULL;
    while (at && *ref == '/') {
        size_t len = strcspn(ref + 1, "/");

        buf_clear(&key);
        buf_add(&key, ref + 1, len);
        for (size_t i = 0; i < key.len; i++)
            if (key.data[i] == '~')
                key.data[i] = '/'; /* as a key has it */
        at = json_get(at, buf_text(&key));
        ref += len + 1;
    }
    buf_free(&key);
    return at;
}

/* ---- does a value have the shape of a schema? ---- */

static bool fits(const struct json *schema, const struct json *value);

static bool
is_type(const char *type, const struct json *value)
{
    static const struct {
        const char *name;
        enum json_type type;
    } types[] = {
        {"null",    JSON_NULL  },
        {"boolean", JSON_BOOL  },
        {"number",  JSON_NUMBER},
        {"integer", JSON_NUMBER},
        {"string",  JSON_STRING},
        {"array",   JSON_ARRAY },
        {"object",  JSON_OBJECT},
    };

    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (strcmp(types[i].name, type) == 0)
            return json_type(value) == types[i].type
                   && (strcmp(type, "integer") != 0
                       || json_number(value) == floor(json_number(value)));
    return false; /* no such type */
}

static bool
fits_type(const struct json *type, const struct json *value)
{
    bool found = false;

    if (!type)
        return true;
    if (json_type(type) == JSON_STRING)
        return is_type(json_text(type), value);
    for (size_t i = 0; i < json_count(type); i++)
        found = found || is_type(json_text(json_at(type, i)), value);
    return found;
}

static bool
fits_object(const struct json *schema, const struct json *value)
{
    const struct json *required = json_get(schema, "required");
    const struct json *properties = json_get(schema, "properties");
    const struct json *others = json_get(schema, "additionalProperties");
    struct json_walk it = {0};

    for (size_t i = 0; item(required, i); i++)
        if (!json_get(value, json_text(item(required, i))))
            return false;
    while (json_next(value, &it)) {
        const struct json *own = json_get(properties, it.key);

        if (own && !fits(own, it.value))
            return false;
        if (!own && others && json_type(others) == JSON_BOOL
            && !json_bool(others))
            return false;
        if (!own && others && json_type(others) == JSON_OBJECT
            && !fits(others, it.value))
            return false;
    }
    return true;
}

static size_t
count_fitting(const struct json *list, const struct json *value)
{
    size_t n = 0;

    for (size_t i = 0; item(list, i); i++)
        n += fits(item(list, i), value);
    return n;
}

static bool
fits(const struct json *schema, const struct json *value)
{
    const struct json *ref = json_get(schema, "$ref");
    const struct json *items = json_get(schema, "items");
    const struct json *one = json_get(schema, "oneOf");
    const struct json *any = json_get(schema, "anyOf");

    if (ref)
        return follow(json_text(ref)) && fits(follow(json_text(ref)), value);
    if (!fits_type(json_get(schema, "type"), value))
        return false;
    if (json_type(value) == JSON_OBJECT && !fits_object(schema, value))
        return false;
    if (json_type(value) == JSON_ARRAY)
        for (size_t i = 0; items && item(value, i); i++)
            if (!fits(items, item(value, i)))
                return false;
    return (!one || count_fitting(one, value) == 1)
           && (!any || count_fitting(any, value) > 0);
}

/* ---- walking the document ---- */

static int64_t refs, lost, examples, misfits, untyped;

/* at is the pointer to value, for messages. */
static void
walk(const struct json *value, const char *at)
{
    struct json_walk it = {0};

    if (json_type(value) == JSON_ARRAY)
        for (size_t i = 0; item(value, i); i++)
            walk(item(value, i), at);
    if (json_type(value) != JSON_OBJECT)
        return;
    if (*text(value, "$ref")) {
        refs++;
        if (!follow(text(value, "$ref"))) {
            lost++;
            diag("   %s: %s leads nowhere", at, text(value, "$ref"));
        }
    }
    if (item(json_get(value, "enum"), 0) && !json_get(value, "type")) {
        untyped++;
        diag("   %s: an enum without a type", at);
    }
    for (size_t i = 0; item(json_get(value, "examples"), i); i++) {
        examples++;
        if (!fits(value, item(json_get(value, "examples"), i))) {
            misfits++;
            diag("   %s: example %zu does not fit", at, i);
        }
    }
    while (json_next(value, &it)) {
        struct buf below = {0};

        buf_printf(&below, "%s/%s", at, it.key);
        walk(it.value, buf_text(&below));
        buf_free(&below);
    }
}

static const struct json *
operation_of(const struct route *route)
{
    const struct json *path =
        json_get(json_get(document, "paths"), route->path);
    char method[16] = "";

    for (size_t i = 0; method_name(route->method)[i]; i++)
        method[i] = (char) (method_name(route->method)[i] | 0x20);
    return json_get(path, method);
}

/* ---- one route ---- */

static bool
has_parameter(const struct json *operation, const char *in, const char *name)
{
    const struct json *list = json_get(operation, "parameters");

    for (size_t i = 0; item(list, i); i++)
        if (strcmp(text(item(list, i), "in"), in) == 0
            && strcmp(text(item(list, i), "name"), name) == 0)
            return true;
    return false;
}

static size_t
braces(const char *path)
{
    size_t n = 0;

    for (; *path; path++)
        n += *path == '{';
    return n;
}

static bool
has_parameters(const struct route *route, const struct json *operation)
{
    size_t want = braces(route->path) + route->idempotent_key + route->tagged;
    const struct json *list = json_get(operation, "parameters");

    for (const struct route_query *q = route->queries; q && q->name; q++) {
        want++;
        if (!has_parameter(operation, "query", q->name))
            return false;
    }
    return list && json_count(list) == want;
}

static void
test_route(const struct route *route)
{
    const struct json *operation = operation_of(route);
    const struct json *responses = json_get(operation, "responses");
    struct buf id = {0};

    openapi_id(route, &id);
    ok(operation, "%s %s is there", method_name(route->method), route->path);
    if (operation) {
        is_str(text(operation, "operationId"), buf_text(&id), "... its id");
        ok(*text(operation, "summary") && *text(operation, "description"),
           "... says what it does");
        ok(has_parameters(route, operation), "... its parameters");
        ok(!json_get(operation, "requestBody") == !route->body,
           "... a body if it has one");
        ok(json_get(responses, "200") && json_get(responses, "503"),
           "... its answers");
        ok(!json_get(responses, "304") == !(route->tagged && !route->writes)
               && !json_get(responses, "412")
                      == !(route->tagged && route->writes)
               && !json_get(responses, "422")
                      == !(route->body || route->queries),
           "... and when it may answer otherwise");
        ok(!json_get(responses, "401") == (route->scope == SCOPE_OPEN),
           "... and who may");
    }
    buf_free(&id);
}

static void
test_routes(void)
{
    size_t rows = 0, operations = 0;
    struct json_walk it = {0};

    for (size_t t = 0; route_tables[t]; t++) {
        const struct openapi_tag *tag = openapi_tags;

        while (tag->name && tag->routes != route_tables[t])
            tag++;
        ok(tag->name, "a table has its tag: %s", route_tables[t]->path);
        for (const struct route *r = route_tables[t]; r->path; r++) {
            test_route(r);
            rows++;
        }
    }
    while (json_next(json_get(document, "paths"), &it))
        operations += json_count(it.value);
    is_int((int64_t) operations, (int64_t) rows, "and there are no others");
}

/* Schemas of rows are texts; one that is no JSON would spoil the document. */
static void
test_schemas(void)
{
    for (size_t t = 0; route_tables[t]; t++)
        for (const struct route *r = route_tables[t]; r->path; r++) {
            const char *texts[] = {r->request_schema, r->response_schema};

            for (size_t i = 0; i < 2; i++) {
                struct json *value = NULL;

                if (!texts[i])
                    continue;
                if (!ok(json_parse(texts[i], strlen(texts[i]), &value)
                            == ERR_OK,
                        "%s: the schema of its %s is JSON", r->path,
                        i ? "answer" : "body"))
                    diag("   %s", err_text());
                json_free(value);
            }
        }
}

/* ---- the pages ---- */

static void
test_pages(struct rest *rest)
{
    static const char *const pages[] = {"/openapi.json", "/docs", "/redoc/",
                                        "/docs"};
    struct exchange *x = rest_request(rest, "GET", "/docs", NULL);

    is_int(rest_send(x), 200, "a page for people");
    is_str(x->response.type, "text/html; charset=utf-8", "... is HTML");
    ok(rest_has_header(x, "Content-Security-Policy: default-src"),
       "... with a policy of what it may load");
    ok(!strstr(buf_text(&x->response.body), "://")
           || !strstr(buf_text(&x->response.body), "src=\"http"),
       "... which is nothing from elsewhere");
    exchange_free(x);

    x = rest_request(rest, "GET", "/docs/nothing.js", NULL);
    rest_says(x, rest_send(x), "", "an asset that is not there");
    is_int(x->response.status, 404, "... is not found");
    exchange_free(x);

    rest->conf.rest_docs = 0;
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
        x = rest_request(rest, "GET", pages[i], NULL);
        is_int(rest_send(x), 404, "[rest] docs = off removes them");
        exchange_free(x);
    }
}

/* Nothing of the document, nor of the prefix, becomes HTML. */
static void
test_escaping(void)
{
    static const char evil[] =
        "{\"info\":{\"title\":\"<i>&\"},\"tags\":[{\"name\":\"<i>\"}],"
        "\"paths\":{\"/<i>\":{\"get\":{\"tags\":[\"<i>\"],"
        "\"operationId\":\"\\\"><i>\"}}}}";
    struct buf page = {0};

    must(docs_page_write(evil, sizeof evil - 1, "/a\"><i>", &page));
    ok(!strstr(buf_text(&page), "<i>"), "texts stay texts");
    ok(strstr(buf_text(&page), "href=\"/a&quot;&gt;&lt;i&gt;/openapi.json\""),
       "... in addresses, too");
    buf_free(&page);
    refused(docs_page_write("{", 1, "", &page), ERR_SYNTAX, "",
            "what is no document is refused");
}

int
main(void)
{
    struct buf whole = {0};
    struct rest rest;

    test_schemas();
    openapi_write("/vigia", &whole);
    if (!ok(json_parse(buf_text(&whole), whole.len, &document) == ERR_OK,
            "the document is JSON")) {
        diag("   %s", err_text());
        return done_testing();
    }
    is_str(text(document, "openapi"), "3.1.0", "of OpenAPI 3.1");
    is_str(text(item(json_get(document, "servers"), 0), "url"), "/vigia",
           "below the prefix");
    test_routes();
    walk(document, "");
    ok(refs > 50, "there are references");
    is_int(lost, 0, "each leads somewhere");
    ok(examples > 5, "there are examples");
    is_int(misfits, 0, "each has the shape of its schema");
    is_int(untyped, 0, "what is one of some words has a type, too");
    ok(follow("#/paths/~metrics/get/responses/200/content/text~plain"),
       "an answer that is not JSON has the type that it comes with");

    rest_open(&rest);
    test_escaping();
    test_pages(&rest);
    rest_close(&rest);
    json_free(document);
    buf_free(&whole);
    return done_testing();
}
