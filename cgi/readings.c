/* SPDX-License-Identifier: Apache-2.0 */
/*
 * POST /v1/readings: many readings of many sensors in one request. Before the
 * turn the body is read once for its grammar and counted, which stores
 * nothing; in the turns that follow each reading is read again where it
 * stands, judged and recorded. So a body of a hundred thousand readings takes
 * no memory beside itself and its answer, and no turn is longer than a piece.
 */
#include "cgi/resources.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/json.h"
#include "cgi/ask.h"
#include "cgi/reading.h"
#include "core/answer.h"
#include "core/known.h"
#include "core/service.h"
#include "core/state.h"
#include "core/version.h"

enum {
    ATOMIC_MAX = 1000,    /* readings of an atomic request */
    ATOMIC_VALUES = 10000 /* and values: they must fit into one turn */
};

static const char lines_type[] = "application/x-ndjson";

struct intake {
    struct json_pull body; /* where the next reading stands */
    bool lines, atomic, all;
    size_t max;   /* readings */
    size_t index; /* of the next item or line */
    struct taker taker;
    int64_t tested, alerts;
    struct buf faults;   /* pointer NUL sentence NUL ... */
    struct buf verdicts; /* the items of an array, as JSON */
    struct json_out out; /* to verdicts */
};

static void
intake_free(void *arg)
{
    struct intake *in = arg;

    taker_free(&in->taker);
    buf_free(&in->faults);
    buf_free(&in->verdicts);
    free(in);
}

/* ---- before the turn ---- */

static bool
is_blank(const char *s, size_t len)
{
    while (len > 0 && strchr(" \t\r", s[len - 1]))
        len--;
    return len == 0;
}

/* Takes the next line that is not blank; false when there is none. It is a
 * text of its own: what is wrong with one says nothing about the others. */
static bool
next_line(struct json_pull *body, size_t *index, struct json_pull *line)
{
    while (body->at < body->end) {
        const char *start = body->at;
        size_t rest = (size_t) (body->end - start); /* positive */
        const char *stop = memchr(start, '\n', rest);
        size_t len = stop ? (size_t) (stop - start) : rest;

        body->at = stop ? stop + 1 : body->end;
        (*index)++;
        *line = (struct json_pull){start, start, start + len};
        if (!is_blank(start, len))
            return true;
    }
    return false;
}

/* Counts readings from p on, up to the first too many. The grammar of those
 * that stand in one text is checked. */
static enum err
count_readings(const struct intake *in, struct json_pull *p)
{
    struct json_pull line;
    size_t index = 0, count = 0;
    bool more = true;
    enum err e = ERR_OK;

    for (; count <= in->max; count++) {
        if (in->lines)
            more = next_line(p, &index, &line);
        else
            e = json_pull_item(p, count, &more);
        if (e == ERR_OK && more && !in->lines)
            e = json_pull_skip(p);
        if (e != ERR_OK || !more)
            return e;
    }
    return err_also(ERR_DATA, in->lines ? "" : "/readings",
                    "more than %zu readings in %s request: send several",
                    in->max, in->max == ATOMIC_MAX ? "an atomic" : "one");
}

/* "readings" of the body: notes where its items begin. */
static enum err
read_list(struct intake *in, struct json_pull *p, const struct json_raw *key)
{
    enum json_type type;
    enum err e = json_pull_type(p, &type);

    if (e != ERR_OK)
        return e;
    if (type != JSON_ARRAY)
        return err_also(ERR_DATA, "/readings",
                        "\"readings\" must be an array, not %s",
                        json_type_name(type));
    if (in->body.text)
        return json_pull_twice(p, key);
    e = json_pull_open(p, '[');
    in->body = *p;
    return e == ERR_OK ? count_readings(in, p) : e;
}

static enum err
no_member(const struct json_raw *key)
{
    struct buf name = {0}, pointer = {0};
    enum err e;

    json_raw_text(key, &name);
    json_pointer(&pointer, buf_text(&name));
    e = err_also(ERR_DATA, buf_text(&pointer),
                 "the body has one member, \"readings\", and not \"%.128s\"",
                 buf_text(&name));
    buf_free(&name);
    buf_free(&pointer);
    return e;
}

/* {"readings":[...]}, the grammar of which is checked to its end. */
static enum err
read_frame(struct intake *in, const struct buf *body)
{
    struct json_pull p;
    struct json_raw key;
    enum json_type type;
    bool more = true;
    enum err e = json_pull_begin(&p, buf_text(body), body->len);

    if (e == ERR_OK)
        e = json_pull_type(&p, &type);
    if (e == ERR_OK && type != JSON_OBJECT)
        return err_also(ERR_DATA, "",
                        "the body must be an object with \"readings\", not %s",
                        json_type_name(type));
    if (e == ERR_OK)
        e = json_pull_open(&p, '{');
    for (size_t i = 0; e == ERR_OK; i++) {
        e = json_pull_member(&p, i, &key, &more);
        if (e != ERR_OK || !more)
            break;
        e = json_raw_is(&key, "readings") ? read_list(in, &p, &key)
                                          : no_member(&key);
    }
    if (e == ERR_OK)
        e = json_pull_end(&p);
    if (e == ERR_OK && !in->body.text)
        e = err_also(ERR_DATA, "/readings", "the body needs \"readings\"");
    return e;
}

static enum err
read_body(struct intake *in, const struct exchange *x)
{
    const struct buf *body = &x->request.body;
    struct json_pull p;
    enum err e;

    in->max = (size_t) x->app->conf->rest_rows_max; /* positive */
    if (in->atomic && in->max > ATOMIC_MAX)
        in->max = ATOMIC_MAX;
    if (!in->lines)
        return read_frame(in, body);
    e = json_pull_begin(&in->body, buf_text(body), body->len);
    p = in->body;
    return e == ERR_OK ? count_readings(in, &p) : e;
}

static enum err
prepare(struct exchange *x)
{
    static const char *const which[] = {"alerts", "all", NULL};
    const char *type = x->request.headers[HEADER_CONTENT_TYPE];
    struct intake *in = xcalloc(1, sizeof *in);
    int64_t all = 0;
    enum err e;

    x->state = in;
    x->state_free = intake_free;
    in->lines = type && !strncasecmp(type, lines_type, strlen(lines_type));
    in->out.buf = &in->verdicts;
    in->taker.app = x->app;
    in->taker.request = x->id;
    in->taker.alone = in->lines;
    json_open(&in->out, '[');
    e = ask_word(x, "verdicts", which, &all);
    in->all = all == 1;
    if (e == ERR_OK)
        e = ask_flag(x, "atomic", &in->atomic);
    return e == ERR_OK ? read_body(in, x) : e;
}

/* ---- in the turns ---- */

/* The state of a column after a reading of it. */
static enum state
state_after(const struct service *s, const struct compiled *c,
            const struct verdict *v)
{
    struct kind_column column;

    c->kind->column(c->model, v->index, &column);
    return state_of(s,
                    &(struct state_row){.n = column.n,
                                        .flat = !(column.std > 0),
                                        .tested = true,
                                        .alert = v->alert},
                    0, 0);
}

static void
tell_verdicts(struct intake *in)
{
    const struct taker *t = &in->taker;
    const struct known *k = t->known;
    bool alert = false;

    for (size_t i = 0; i < t->verdicts.count; i++) {
        const struct verdict *v = &t->verdicts.items[i];

        alert = alert || v->alert;
        if (in->all || v->alert)
            answer_verdict(&in->out, &k->model, k->compiled, v,
                           state_after(t->app->service, k->compiled, v));
    }
    in->tested++;
    in->alerts += alert;
}

/* Keeps what is wrong with reading i. A line is read as a text of its own,
 * and told by its number in the body. */
static void
note_fault(struct intake *in, size_t i)
{
    static const char first[] = "line 1,";
    const char *why = err_text();

    buf_printf(&in->faults, "%s/%zu%s", in->lines ? "" : "/readings", i,
               buf_text(&in->taker.pointer));
    buf_char(&in->faults, '\0');
    if (in->lines && strncmp(why, first, sizeof first - 1) == 0) {
        buf_printf(&in->faults, "line %zu,", i + 1);
        why += sizeof first - 1;
    }
    buf_str(&in->faults, why);
    buf_char(&in->faults, '\0');
}

static bool
is_fault(enum err e)
{
    return e == ERR_SYNTAX || e == ERR_DATA || e == ERR_NOT_FOUND;
}

static enum err
take_item(struct intake *in, bool *more)
{
    struct json_pull item;
    enum err e = json_pull_item(&in->body, in->index, more);

    if (e != ERR_OK || !*more)
        return e;
    item = in->body;
    e = reading_take(&in->taker, &in->body);
    in->index++;
    if (e == ERR_OK)
        tell_verdicts(in);
    if (!is_fault(e))
        return e;
    note_fault(in, in->index - 1);
    in->body = item;
    return json_pull_skip(&in->body);
}

static enum err
take_line(struct intake *in, bool *more)
{
    struct json_pull line;
    enum err e;

    *more = next_line(&in->body, &in->index, &line);
    if (!*more)
        return ERR_OK;
    e = reading_take(&in->taker, &line);
    if (e == ERR_OK)
        tell_verdicts(in);
    if (!is_fault(e))
        return e;
    note_fault(in, in->index - 1);
    return ERR_OK;
}

/* Each pointer and sentence of the faults; false after the last. */
static bool
next_fault(const struct buf *faults, size_t *place, struct err_detail *fault)
{
    if (*place == faults->len)
        return false;
    fault->pointer = faults->data + *place;
    *place += strlen(fault->pointer) + 1;
    fault->text = faults->data + *place;
    *place += strlen(fault->text) + 1;
    return true;
}

/* Everything that is wrong with an atomic request. */
static enum err
refuse_all(const struct intake *in)
{
    struct err_detail fault;
    size_t place = 0;
    enum err e = ERR_OK;

    err_clear();
    while (next_fault(&in->faults, &place, &fault))
        e = err_also(ERR_DATA, fault.pointer, "%s", fault.text);
    return e;
}

static void
put_answer(const struct intake *in, struct buf *body)
{
    struct json_out out = {.buf = body};
    struct err_detail fault;
    size_t place = 0;

    json_open(&out, '{');
    json_key(&out, "tested");
    json_put_int(&out, in->tested);
    json_key(&out, "alerts");
    json_put_int(&out, in->alerts);
    json_key(&out, "errors");
    json_open(&out, '[');
    while (next_fault(&in->faults, &place, &fault)) {
        json_open(&out, '{');
        json_key(&out, "pointer");
        json_put_text(&out, fault.pointer);
        json_key(&out, "detail");
        json_put_text(&out, fault.text);
        json_close(&out, '}');
    }
    json_close(&out, ']');
    json_key(&out, "verdicts");
    json_put_raw(&out, buf_text(&in->verdicts));
    json_close(&out, '}');
}

static enum err
answer(struct exchange *x)
{
    struct intake *in = x->state;
    int64_t began = clock_elapsed();
    bool more = true;
    enum err e = ERR_OK;

    do {
        in->taker.dry = in->atomic && in->faults.len > 0;
        e = in->lines ? take_line(in, &more) : take_item(in, &more);
        if (e == ERR_OK && in->atomic && in->taker.values > ATOMIC_VALUES)
            return err_set(ERR_DATA,
                           "more than %d values in an atomic request: send "
                           "several",
                           ATOMIC_VALUES);
    } while (e == ERR_OK && more
             && (in->atomic || clock_elapsed() - began < PIECE_US));
    if (e != ERR_OK)
        return e;
    x->more = more;
    if (more)
        return ERR_OK;
    if (in->atomic && in->faults.len > 0)
        return refuse_all(in);
    json_close(&in->out, ']');
    put_answer(in, &x->response.body);
    return ERR_OK;
}

/* ---- the route ---- */

static const struct route_query queries[] = {
    {"verdicts",                                          "string",
     "all: the verdicts of all readings; else of alerts"},
    {"atomic", "boolean", "1: all readings are recorded, or none"},
    {.name = NULL                                           },
};

static const char request_schema[] =
    "{\"type\":\"object\",\"required\":[\"readings\"],"
    "\"additionalProperties\":false,\"properties\":{\"readings\":"
    "{\"type\":\"array\",\"items\":{\"type\":\"object\","
    "\"required\":[\"model\"],\"additionalProperties\":false,"
    "\"properties\":{\"model\":{\"type\":\"string\"},"
    "\"at\":{\"type\":\"string\",\"format\":\"date-time\"},"
    "\"value\":{\"type\":\"number\"},"
    "\"columns\":{\"type\":\"object\",\"minProperties\":1,"
    "\"additionalProperties\":{\"type\":\"number\"}}}}}},"
    "\"examples\":[{\"readings\":[{\"model\":\"PUMP-7\",\"value\":10}]}]}";

static const char response_schema[] =
    "{\"type\":\"object\",\"required\":"
    "[\"tested\",\"alerts\",\"errors\",\"verdicts\"],\"properties\":{"
    "\"tested\":{\"type\":\"integer\"},\"alerts\":{\"type\":\"integer\"},"
    "\"errors\":{\"type\":\"array\",\"items\":{\"type\":\"object\","
    "\"properties\":{\"pointer\":{\"type\":\"string\"},"
    "\"detail\":{\"type\":\"string\"}}}},"
    "\"verdicts\":{\"type\":\"array\",\"items\":{\"type\":\"object\"}}}}";

const struct route reading_routes[] = {
    {
     .method = METHOD_POST,
     .path = "/v1/readings",
     .scope = SCOPE_TEST,
     .writes = true,
     .body = true,
     .accept = lines_type,
     .prepare = prepare,
     .answer = answer,
     .queries = queries,
     .summary = "Tests and records readings of many sensors.",
     .request_schema = request_schema,
     .response_schema = response_schema,
     },
    {.path = NULL  },
};
