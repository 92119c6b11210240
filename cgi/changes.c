/* SPDX-License-Identifier: Apache-2.0 */
/* Changes: listed, and taken back whole, over as many turns as it takes. */
#include "cgi/resources.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "cgi/ask.h"
#include "core/answer.h"
#include "core/service.h"
#include "core/undo.h"

enum { LIMIT = 100, LIMIT_MAX = 1000 };

static enum err
list(struct exchange *x)
{
    struct json_out out = {.buf = &x->response.body};
    struct change_page page = {0};
    int64_t limit = LIMIT, before = 0;
    enum err e = ask_int(x, "limit", 1, LIMIT_MAX, &limit);

    if (e == ERR_OK)
        e = ask_int(x, "cursor", 1, INT64_MAX, &before);
    if (e == ERR_OK)
        e = change_list(x->app->service, before, (size_t) limit, &page);
    if (e != ERR_OK)
        return e;
    json_open(&out, '{');
    json_key(&out, "changes");
    json_open(&out, '[');
    for (size_t i = 0; i < page.count; i++)
        answer_change(&out, &page.items[i]);
    json_close(&out, ']');
    answer_int_or_null(&out, "next",
                       page.count == (size_t) limit /* positive */
                           ? page.items[page.count - 1].id
                           : 0);
    json_close(&out, '}');
    change_page_free(&page);
    return ERR_OK;
}

/* ---- undo ---- */

static void
free_undo(void *state)
{
    undo_free(state);
    free(state);
}

static enum err
begin(struct exchange *x)
{
    struct undo undo;
    int64_t id = 0;
    enum err e = ask_number(x, 0, "change", &id);

    if (e == ERR_OK && x->request.headers[HEADER_IF_MATCH])
        e = err_set(ERR_SYNTAX, "If-Match is of the version of one model, "
                                "and a change may be of many");
    if (e == ERR_OK)
        e = undo_begin(x->app->service, id, &undo);
    if (e == ERR_NOT_FOUND && id > 0)
        e = err_set(ERR_NOT_FOUND,
                    "there is no change %" PRId64 "; GET /v1/changes lists "
                    "them",
                    id);
    if (e != ERR_OK)
        return e;
    x->state = xmalloc(sizeof undo);
    *(struct undo *) x->state = undo;
    x->state_free = free_undo;
    return ERR_OK;
}

/* Why nothing was taken back, with the names of those that are left. */
static enum err
nothing_undone(const struct undo *undo)
{
    enum err e = undo_outcome(undo->row.id, &undo->report);
    const char *name = buf_text(&undo->left);
    struct buf words = {0};

    if (*name == '\0')
        return e;
    buf_str(&words, err_text());
    for (const char *mark = ": "; *name; mark = ", ") {
        size_t len = strcspn(name, "\n");

        buf_str(&words, mark);
        buf_add(&words, name, len);
        name += len + (name[len] == '\n');
    }
    e = err_set(e, "%s", buf_text(&words));
    buf_free(&words);
    return e;
}

/* Models with later changes are left and named in the answer; that nothing
 * at all could be taken back is an error. */
static enum err
undo(struct exchange *x)
{
    struct json_out out = {.buf = &x->response.body};
    struct undo *undo;
    bool more = false;
    enum err e = x->state ? ERR_OK : begin(x);

    if (e != ERR_OK)
        return e;
    undo = x->state;
    e = undo_piece(x->app->service, undo, &more);
    x->more = e == ERR_OK && more;
    if (e != ERR_OK || more)
        return e;
    if (undo->report.undone == 0)
        return nothing_undone(undo);
    answer_undone(&out, undo->row.id, buf_text(&undo->left), &undo->report);
    return ERR_OK;
}

/* ---- the table ---- */

static const struct route_query list_queries[] = {
    {"limit",                                           "integer", "at most so many, 100 unless told, 1000 at most"},
    {"cursor", "integer", "go on from the next of the page before"},
    {.name = NULL                                         },
};

static const char list_schema[] =
    "{\"type\":\"object\",\"required\":[\"changes\",\"next\"],"
    "\"properties\":{\"changes\":{\"type\":\"array\",\"items\":{\"type\":"
    "\"object\",\"properties\":{\"id\":{\"type\":\"integer\"},"
    "\"at\":{\"type\":\"string\",\"format\":\"date-time\"},"
    "\"by\":{\"type\":\"string\"},\"via\":{\"type\":\"string\"},"
    "\"what\":{\"type\":\"string\"},\"note\":{\"type\":\"string\"},"
    "\"models\":{\"type\":\"integer\"},"
    "\"undoes\":{\"type\":[\"integer\",\"null\"]}}}},"
    "\"next\":{\"type\":[\"integer\",\"null\"]}}}";

static const char undo_schema[] =
    "{\"type\":\"object\",\"properties\":{\"about\":{\"type\":\"integer\"},"
    "\"change\":{\"type\":\"integer\"},\"undone\":{\"type\":\"integer\"},"
    "\"undone_before\":{\"type\":\"integer\"},"
    "\"left\":{\"type\":\"integer\"},\"left_models\":{\"type\":\"array\","
    "\"items\":{\"type\":\"string\"}}}}";

const struct route change_routes[] = {
    {
     .method = METHOD_GET,
     .path = "/v1/changes",
     .scope = SCOPE_READ,
     .answer = list,
     .queries = list_queries,
     .summary = "What was changed, when and by whom; newest first.",
     .response_schema = list_schema,
     },
    {
     .method = METHOD_POST,
     .path = "/v1/changes/{id}/undo",
     .scope = SCOPE_OPERATE,
     .writes = true,
     .idempotent_key = true,
     .answer = undo,
     .summary = "Takes back everything one change did.",
     .response_schema = undo_schema,
     },
    {.path = NULL},
};
