/* SPDX-License-Identifier: Apache-2.0 */
/* The versions of a model: listed, activated, exported, loaded. */
#include "cgi/resources.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/json.h"
#include "cgi/ask.h"
#include "cgi/etag.h"
#include "cgi/models.h"
#include "cgi/schemas.h"
#include "cgi/verbs.h"
#include "core/answer.h"
#include "core/change.h"
#include "core/name.h"
#include "core/service.h"

enum { LIMIT = 100, LIMIT_MAX = 1000 };

static enum err
list(struct exchange *x)
{
    struct json_out out = {.buf = &x->response.body};
    struct version_list page = {0};
    struct model m = {0};
    int64_t limit = LIMIT, after = 0;
    enum err e = ask_int(x, "limit", 1, LIMIT_MAX, &limit);

    if (e == ERR_OK)
        e = ask_int(x, "cursor", 1, INT32_MAX, &after);
    if (e == ERR_OK)
        e = ask_model(x, true, &m);
    if (e == ERR_OK)
        e = version_list(x->app->service, &m, after, (size_t) limit, &page);
    if (e == ERR_OK) {
        bool more = page.count == (size_t) limit /* positive */
                    && page.items[page.count - 1].number < m.versions;

        json_open(&out, '{');
        json_key(&out, "versions");
        json_open(&out, '[');
        for (size_t i = 0; i < page.count; i++)
            answer_version(&out, &m, &page.items[i]);
        json_close(&out, ']');
        answer_int_or_null(&out, "next",
                           more ? page.items[page.count - 1].number : 0);
        json_close(&out, '}');
    }
    version_list_free(&page);
    model_free(&m);
    return e;
}

static enum err
activate(struct exchange *x)
{
    struct service *s = x->app->service;
    struct compiled *c = NULL;
    struct model m = {0};
    struct buf note = {0}, none = {0};
    int64_t number;
    enum err e = ask_number(x, 1, "version", &number);

    if (e == ERR_OK)
        e = ask_model(x, true, &m);
    if (e == ERR_OK)
        e = compiled_get(s, &m, number, &c); /* is it there? */
    if (e == ERR_OK && etag_expected(x, &m)) {
        buf_printf(&note, "version %" PRId64, number);
        if (number != m.version) {
            e = change_open(s, "activate", buf_text(&note));
            if (e == ERR_OK)
                e = change_activate(s, &m, number);
        }
        if (e == ERR_OK)
            e = model_answer_now(x, &m, &none);
    }
    compiled_put(c);
    buf_free(&note);
    model_free(&m);
    return e;
}

static enum err export(struct exchange *x) {
    struct model m = {0}; int64_t number;
    enum err e = ask_number(x, 1, "version", &number);

    if (e == ERR_OK) e = ask_model(x, true, &m);
    if (e == ERR_OK && !etag_fresh(x, &m, number))
        e = version_export(x->app->service, &m, number, &x->response.body);
    model_free(&m);
    return e;
}

/* ---- load ---- */

static enum err
read_load(struct exchange *x)
{
    return verb_load_read(x, x->names[0]);
}

static enum err
load(struct exchange *x)
{
    struct deed deed = {.done = false};
    enum err e = verb_load(x, x->names[0], &deed);

    if (e == ERR_OK && deed.done)
        e = model_answer_now(x, &deed.model, &deed.warning);
    deed_free(&deed);
    return e;
}

/* ---- the table ---- */

static const struct route_query list_queries[] = {
    {"limit",                                           "integer", "at most so many, 100 unless told, 1000 at most"},
    {"cursor", "integer", "go on from the next of the page before"},
    {.name = NULL                                         },
};

#define VERSION_SCHEMA                                            \
    "{\"type\":\"object\",\"properties\":{"                       \
    "\"number\":{\"type\":\"integer\"},\"origin\":{\"type\":"     \
    "\"string\"},\"created_at\":{\"type\":\"string\",\"format\":" \
    "\"date-time\"},\"by\":{\"type\":\"string\"},\"active\":{"    \
    "\"type\":\"boolean\"},\"change\":{\"type\":\"integer\"},"    \
    "\"note\":{\"type\":\"string\"}}}"

static const char list_schema[] =
    "{\"type\":\"object\",\"required\":[\"versions\",\"next\"],"
    "\"properties\":{\"versions\":{\"type\":\"array\","
    "\"items\":" VERSION_SCHEMA
    "},\"next\":{\"type\":[\"integer\",\"null\"]}}}";

static const char export_schema[] =
    "{\"type\":\"object\",\"required\":[\"format\",\"kind\",\"params\","
    "\"sha256\",\"weights\"],\"properties\":{\"format\":{\"type\":"
    "\"string\"},\"kind\":{\"type\":\"string\"},\"params\":{\"type\":"
    "\"object\"},\"sha256\":{\"type\":\"string\"},\"weights\":{\"type\":"
    "\"object\"}}}";

const struct route version_routes[] = {
    {
     .method = METHOD_GET,
     .path = "/v1/models/{name}/versions",
     .scope = SCOPE_READ,
     .answer = list,
     .queries = list_queries,
     .summary = "The versions of a model, oldest first.",
     .response_schema = list_schema,
     },
    {
     .method = METHOD_POST,
     .path = "/v1/models/{name}/versions/{number}/activate",
     .tagged = true,
     .scope = SCOPE_OPERATE,
     .writes = true,
     .idempotent_key = true,
     .answer = activate,
     .summary = "Makes the version the active one.",
     .response_schema = schema_model,
     },
    {
     .method = METHOD_GET,
     .path = "/v1/models/{name}/versions/{number}/export",
     .tagged = true,
     .scope = SCOPE_READ,
     .answer = export,
     .summary = "The version as a text that can be loaded.",
     .response_schema = export_schema,
     },
    {
     .method = METHOD_POST,
     .path = "/v1/models/{name}/load",
     .tagged = true,
     .scope = SCOPE_ADMIN,
     .writes = true,
     .idempotent_key = true,
     .body = true,
     .accept = "multipart/form-data",
     .prepare = read_load,
     .answer = load,
     .summary = "Makes a version of an exported text, and activates it.",
     .request_schema = export_schema,
     .response_schema = schema_model,
     },
    {.path = NULL                                    },
};
