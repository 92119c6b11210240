/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The page walks the parsed document: a list of contents, then each tag with
 * its operations, each with its parameters, bodies, answers and a curl line.
 */
#include "cgi/docs_page.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "base/buf.h"
#include "base/json.h"
#include "cgi/docs_style.h"
#include "cgi/html.h"

enum { SCHEMA_DEPTH = 6 }; /* levels of a body that are shown */

struct page {
    const struct json *document;
    const char *prefix;
    struct buf *out;
};

/* What is not there has no items. */
static size_t
count_of(const struct json *list)
{
    return list ? json_count(list) : 0;
}

static const struct json *
item_of(const struct json *list, size_t i)
{
    return i < count_of(list) ? json_at(list, i) : NULL;
}

static const char *
text_of(const struct json *object, const char *key)
{
    const struct json *value = json_get(object, key);

    return value && json_type(value) == JSON_STRING ? json_text(value) : "";
}

/* What "#/components/..." stands for; the value itself when it is no
 * reference, NULL when it leads nowhere. */
static const struct json *
resolve(const struct page *p, const struct json *value)
{
    const char *ref = text_of(value, "$ref");
    const struct json *at = p->document;
    struct buf key = {0};

    if (*ref != '#')
        return value;
    for (ref++; at && *ref == '/';) {
        size_t len = strcspn(ref + 1, "/");

        buf_clear(&key);
        buf_add(&key, ref + 1, len);
        at = json_get(at, buf_text(&key));
        ref += len + 1;
    }
    buf_free(&key);
    return at;
}

/* ---- walking the operations ---- */

struct operation {
    const char *path, *method;
    const struct json *is;
};

/* The operations of a tag, in the order of the document. */
struct operations {
    const struct json *paths;
    const char *tag;
    struct json_walk path, method;
};

static bool
next_operation(struct operations *all, struct operation *op)
{
    for (;;) {
        while (all->path.value && json_next(all->path.value, &all->method)) {
            const struct json *tags = json_get(all->method.value, "tags");

            if (count_of(tags) == 0
                || strcmp(json_text(item_of(tags, 0)), all->tag) != 0)
                continue;
            *op = (struct operation){all->path.key, all->method.key,
                                     all->method.value};
            return true;
        }
        all->method = (struct json_walk){0};
        if (!json_next(all->paths, &all->path))
            return false;
    }
}

static struct operations
operations_of(const struct page *p, const char *tag)
{
    return (struct operations){.paths = json_get(p->document, "paths"),
                               .tag = tag};
}

/* ---- schemas ---- */

/* "array of numbers", "object", "one of ..." */
static void
put_type(const struct page *p, const struct json *schema)
{
    const struct json *type = json_get(schema, "type");
    const struct json *values = json_get(schema, "enum");
    const char *format = text_of(schema, "format");

    if (type && json_type(type) == JSON_ARRAY) {
        for (size_t i = 0; i < count_of(type); i++) {
            buf_str(p->out, i ? " or " : "");
            html_add(p->out, json_text(item_of(type, i)));
        }
    } else {
        html_add(p->out, text_of(schema, "type"));
    }
    if (*format) {
        buf_str(p->out, ", ");
        html_add(p->out, format);
    }
    for (size_t i = 0; i < count_of(values); i++) {
        buf_str(p->out, i ? ", " : ": ");
        html_value(p->out, item_of(values, i));
    }
    if (strcmp(text_of(schema, "type"), "array") == 0
        && json_get(schema, "items")) {
        buf_str(p->out, " of ");
        put_type(p, resolve(p, json_get(schema, "items")));
    }
}

static bool
is_required(const struct json *schema, const char *key)
{
    const struct json *required = json_get(schema, "required");

    for (size_t i = 0; i < count_of(required); i++)
        if (strcmp(json_text(item_of(required, i)), key) == 0)
            return true;
    return false;
}

static void put_members(const struct page *p, const struct json *schema,
                        unsigned depth);

static void
put_member(const struct page *p, const char *key, const struct json *schema,
           bool required, unsigned depth)
{
    buf_printf(p->out, "<tr><td class=\"d%u\"><code>", depth);
    html_add(p->out, key);
    buf_printf(p->out, "</code>%s</td><td>", required ? "<b>*</b>" : "");
    put_type(p, schema);
    buf_str(p->out, "</td><td>");
    html_prose(p->out, text_of(schema, "description"));
    buf_str(p->out, "</td></tr>\n");
    if (depth < SCHEMA_DEPTH)
        put_members(p, schema, depth + 1);
}

/* Rows for what is inside: of an object its members, of an array those of its
 * items, of alternatives those of each. */
static void
put_members(const struct page *p, const struct json *schema, unsigned depth)
{
    static const char *const alternatives[] = {"oneOf", "anyOf", "allOf"};
    const struct json *properties = json_get(schema, "properties");
    const struct json *others = json_get(schema, "additionalProperties");
    const struct json *items = json_get(schema, "items");
    struct json_walk it = {0};

    while (properties && json_next(properties, &it))
        put_member(p, it.key, resolve(p, it.value),
                   is_required(schema, it.key), depth);
    if (others && json_type(others) == JSON_OBJECT)
        put_member(p, "…", resolve(p, others), false, depth);
    if (items && depth <= SCHEMA_DEPTH)
        put_members(p, resolve(p, items), depth);
    for (size_t i = 0; i < sizeof alternatives / sizeof *alternatives; i++) {
        const struct json *list = json_get(schema, alternatives[i]);

        for (size_t n = 0; n < count_of(list) && depth <= SCHEMA_DEPTH; n++)
            put_members(p, resolve(p, item_of(list, n)), depth);
    }
}

static const struct json *
example_of(const struct json *schema)
{
    return item_of(json_get(schema, "examples"), 0);
}

static void
put_schema(const struct page *p, const struct json *schema)
{
    const struct json *is = resolve(p, schema);
    const struct json *example = example_of(is);
    size_t before;

    if (!is)
        return;
    buf_str(p->out, "<table>");
    before = p->out->len;
    put_members(p, is, 0);
    if (p->out->len > before) {
        buf_str(p->out, "</table>\n");
    } else {
        buf_str(p->out, "<tr><td>");
        put_type(p, is);
        buf_str(p->out, "</td></tr></table>\n");
    }
    if (!example)
        return;
    buf_str(p->out, "<pre>");
    html_value(p->out, example);
    buf_str(p->out, "</pre>\n");
}

/* content: by media type. */
static void
put_content(const struct page *p, const struct json *content)
{
    struct json_walk it = {0};

    while (content && json_next(content, &it)) {
        const struct json *schema = json_get(it.value, "schema");

        buf_str(p->out, "<p class=\"type\">");
        html_add(p->out, it.key);
        buf_str(p->out, "</p>");
        put_schema(p, schema);
    }
}

/* ---- one operation ---- */

static void
put_parameters(const struct page *p, const struct json *parameters)
{
    if (count_of(parameters) == 0)
        return;
    buf_str(p->out, "<h4>Parameters</h4><table>\n");
    for (size_t i = 0; i < count_of(parameters); i++) {
        const struct json *one = resolve(p, item_of(parameters, i));
        const struct json *required = json_get(one, "required");
        bool must = required && json_bool(required);

        buf_str(p->out, "<tr><td><code>");
        html_add(p->out, text_of(one, "name"));
        buf_printf(p->out, "</code>%s</td><td>", must ? "<b>*</b>" : "");
        html_add(p->out, text_of(one, "in"));
        buf_str(p->out, ", ");
        put_type(p, json_get(one, "schema"));
        buf_str(p->out, "</td><td>");
        html_prose(p->out, text_of(one, "description"));
        buf_str(p->out, "</td></tr>\n");
    }
    buf_str(p->out, "</table>\n");
}

/* The path with examples for its names. */
static void
put_address(const struct page *p, const struct operation *op)
{
    const struct json *parameters = json_get(op->is, "parameters");
    size_t n = 0;

    buf_str(p->out, " http://127.0.0.1:8080");
    html_add(p->out, p->prefix);
    for (const char *s = op->path; *s; s++) {
        const char letter[] = {*s, '\0'};
        const struct json *schema = json_get(item_of(parameters, n), "schema");

        if (*s != '{') {
            html_add(p->out, letter);
            continue;
        }
        if (example_of(schema))
            html_word(p->out, example_of(schema));
        else
            buf_char(p->out, '1');
        n++;
        s += strcspn(s, "}");
        if (!*s)
            break;
    }
}

static void
put_curl(const struct page *p, const struct operation *op)
{
    const struct json *content =
        json_get(json_get(op->is, "requestBody"), "content");
    const struct json *example =
        example_of(json_get(json_get(content, "application/json"), "schema"));
    bool simple = strcmp(op->method, "get") == 0
                  || (strcmp(op->method, "post") == 0 && example);

    buf_str(p->out, "<pre class=\"curl\">curl");
    if (!simple) {
        buf_str(p->out, " -X ");
        for (const char *s = op->method; *s; s++)
            buf_char(p->out, (char) toupper((unsigned char) *s));
    }
    put_address(p, op);
    if (example) {
        buf_str(p->out, " -H 'Content-Type: application/json' -d '");
        html_value(p->out, example);
        buf_char(p->out, '\'');
    }
    buf_str(p->out, "</pre>\n");
}

static void
put_responses(const struct page *p, const struct json *responses)
{
    struct json_walk it = {0};

    buf_str(p->out, "<h4>Answers</h4>\n");
    while (responses && json_next(responses, &it)) {
        const struct json *one = resolve(p, it.value);

        if (*it.key == '2') {
            put_content(p, json_get(one, "content"));
            buf_str(p->out, "<table>");
            continue;
        }
        buf_printf(p->out, "<tr><td><code>%s</code></td><td>", it.key);
        html_prose(p->out, text_of(one, "description"));
        buf_str(p->out, "</td></tr>\n");
    }
    buf_str(p->out, "</table>\n");
}

static void
put_method(const struct page *p, const char *method)
{
    buf_str(p->out, "<span class=\"m ");
    html_add(p->out, method);
    buf_str(p->out, "\">");
    html_add(p->out, method);
    buf_str(p->out, "</span> ");
}

static void
put_operation(const struct page *p, const struct operation *op)
{
    const struct json *body = json_get(op->is, "requestBody");

    buf_str(p->out, "<section id=\"");
    html_add(p->out, text_of(op->is, "operationId"));
    buf_str(p->out, "\"><h3>");
    put_method(p, op->method);
    buf_str(p->out, "<code>");
    html_add(p->out, op->path);
    buf_str(p->out, "</code></h3>\n<p>");
    html_prose(p->out, text_of(op->is, "description"));
    buf_str(p->out, "</p>\n");
    put_curl(p, op);
    buf_str(p->out, "<details><summary>Details</summary>\n");
    put_parameters(p, json_get(op->is, "parameters"));
    if (body) {
        buf_str(p->out, "<h4>Body</h4>\n");
        put_content(p, json_get(body, "content"));
    }
    put_responses(p, json_get(op->is, "responses"));
    buf_str(p->out, "</details></section>\n");
}

/* ---- the page ---- */

static void
put_contents(const struct page *p, const struct json *tags)
{
    struct operation op;

    buf_str(p->out, "<nav>\n<p class=\"name\">vigia</p>\n");
    for (size_t i = 0; i < count_of(tags); i++) {
        const char *tag = text_of(item_of(tags, i), "name");
        struct operations all = operations_of(p, tag);

        buf_str(p->out, "<h2>");
        html_add(p->out, tag);
        buf_str(p->out, "</h2>\n<ul>\n");
        while (next_operation(&all, &op)) {
            buf_str(p->out, "<li><a href=\"#");
            html_add(p->out, text_of(op.is, "operationId"));
            buf_str(p->out, "\">");
            put_method(p, op.method);
            html_path(p->out, op.path);
            buf_str(p->out, "</a></li>\n");
        }
        buf_str(p->out, "</ul>\n");
    }
    buf_str(p->out, "</nav>\n");
}

static void
put_tags(const struct page *p, const struct json *tags)
{
    struct operation op;

    for (size_t i = 0; i < count_of(tags); i++) {
        const char *tag = text_of(item_of(tags, i), "name");
        struct operations all = operations_of(p, tag);

        buf_str(p->out, "<h2>");
        html_add(p->out, tag);
        buf_str(p->out, "</h2>\n<p>");
        html_prose(p->out, text_of(item_of(tags, i), "description"));
        buf_str(p->out, "</p>\n");
        while (next_operation(&all, &op))
            put_operation(p, &op);
    }
}

static void
put_page(const struct page *p)
{
    const struct json *info = json_get(p->document, "info");
    const struct json *tags = json_get(p->document, "tags");

    buf_str(p->out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n"
                    "<meta charset=\"utf-8\">\n"
                    "<meta name=\"viewport\" content=\"width=device-width\">\n"
                    "<title>vigia: the REST interface</title>\n<style>\n");
    buf_str(p->out, docs_style);
    buf_str(p->out, "</style>\n</head>\n<body>\n");
    put_contents(p, tags);
    buf_str(p->out, "<main>\n<h1>");
    html_add(p->out, text_of(info, "title"));
    buf_str(p->out, " <small>");
    html_add(p->out, text_of(info, "version"));
    buf_str(p->out, "</small></h1>\n<p>");
    html_prose(p->out, text_of(info, "description"));
    buf_str(p->out, "</p>\n<p>The same as an <a href=\"");
    html_add(p->out, p->prefix);
    buf_str(p->out, "/openapi.json\">OpenAPI 3.1 document</a>.</p>\n");
    put_tags(p, tags);
    buf_str(p->out, "</main>\n</body>\n</html>\n");
}

enum err
docs_page_write(const char *document, size_t len, const char *prefix,
                struct buf *out)
{
    struct page page = {.prefix = prefix, .out = out};
    struct json *value = NULL;
    enum err e = json_parse(document, len, &value);

    if (e != ERR_OK)
        return e;
    page.document = value;
    put_page(&page);
    json_free(value);
    return ERR_OK;
}
