/* SPDX-License-Identifier: Apache-2.0 */
/*
 * GET /v1/history: recorded readings with their verdicts, newest first. A
 * page is made of small pieces, so that neither long rows nor a search that
 * finds little keeps the others waiting; it may be short and go on.
 */
#include "cgi/resources.h"

#include "base/clock.h"
#include "base/json.h"
#include "cgi/ask.h"
#include "core/answer.h"
#include "core/history.h"
#include "core/model.h"
#include "core/service.h"
#include "core/version.h"
#include "kinds/kind.h"

enum {
    LIMIT = 100,
    LIMIT_MAX = 1000,
    PIECE = 100,          /* rows read at a time */
    BODY_ENOUGH = 4 << 20 /* bytes after which a page ends */
};

static enum err
read_query(const struct exchange *x, struct history_query *q, int64_t *limit)
{
    const char *name = request_query(&x->request, "model");
    struct model m = {0};
    enum err e = ask_time(x, "since", &q->since);

    if (e == ERR_OK)
        e = ask_time(x, "until", &q->until);
    if (e == ERR_OK && q->since >= q->until)
        e = err_set(ERR_DATA, "?since is not before ?until");
    if (e == ERR_OK)
        e = ask_flag(x, "alert", &q->alerts);
    if (e == ERR_OK)
        e = ask_int(x, "limit", 1, LIMIT_MAX, limit);
    if (e == ERR_OK)
        e = ask_int(x, "cursor", 1, INT64_MAX, &q->cursor);
    if (e == ERR_OK && name)
        e = model_find(x->app->service, name, true, &m);
    q->model = m.id;
    model_free(&m);
    return e;
}

static enum err
put_rows(struct service *s, const struct history_page *page,
         struct json_out *out)
{
    struct verdicts verdicts = {0};
    enum err e = ERR_OK;

    for (size_t i = 0; e == ERR_OK && i < page->count; i++) {
        struct compiled *c = NULL;

        verdicts_clear(&verdicts);
        e = history_verdicts(s, &page->items[i], &c, &verdicts);
        if (e == ERR_OK)
            answer_reading(out, &page->items[i], &verdicts);
        compiled_put(c);
    }
    verdicts_free(&verdicts);
    return e;
}

/* Reads and writes rows until there are limit, or it has been enough. */
static enum err
put_pieces(struct service *s, struct history_query *q, int64_t limit,
           struct json_out *out)
{
    int64_t began = clock_elapsed(), left = limit;
    bool full = true;
    enum err e = ERR_OK;

    do {
        struct history_page page = {0};

        q->limit = left < PIECE ? (size_t) left : PIECE; /* positive */
        e = history_read(s, q, &page);
        if (e != ERR_OK)
            break;
        e = put_rows(s, &page, out);
        full = page.count == q->limit;
        left -= (int64_t) page.count;
        q->cursor = page.next;
        history_page_free(&page);
    } while (e == ERR_OK && q->cursor && left > 0 && full
             && out->buf->len < BODY_ENOUGH
             && clock_elapsed() - began < PIECE_US);
    return e;
}

static enum err
answer(struct exchange *x)
{
    struct history_query query = {.since = INT64_MIN, .until = INT64_MAX};
    struct json_out out = {.buf = &x->response.body};
    int64_t limit = LIMIT;
    enum err e = read_query(x, &query, &limit);

    if (e != ERR_OK)
        return e;
    json_open(&out, '{');
    json_key(&out, "history");
    json_open(&out, '[');
    e = put_pieces(x->app->service, &query, limit, &out);
    json_close(&out, ']');
    answer_int_or_null(&out, "next", query.cursor);
    json_close(&out, '}');
    return e;
}

/* clang-format off */
static const struct route_query queries[] = {
    {"model", "string", "only readings of this model"},
    {"since", "time", "only readings from then on: RFC 3339, or 12h, 7d"},
    {"until", "time", "only readings before then"},
    {"alert", "boolean", "1: only readings in alert"},
    {"limit", "integer", "at most that many readings (100), up to 1,000"},
    {"cursor", "integer", "go on from the next of the page before"},
    {.name = NULL},
};
/* clang-format on */

static const char response_schema[] =
    "{\"type\":\"object\",\"required\":[\"history\",\"next\"],"
    "\"properties\":{\"history\":{\"type\":\"array\",\"items\":"
    "{\"type\":\"object\"}},"
    "\"next\":{\"type\":[\"integer\",\"null\"]}}}";

const struct route history_routes[] = {
    {
     .method = METHOD_GET,
     .path = "/v1/history",
     .may_lack = true,
     .scope = SCOPE_READ,
     .answer = answer,
     .queries = queries,
     .summary = "Recorded readings with their verdicts, newest first.",
     .response_schema = response_schema,
     },
    {.path = NULL    },
};
