/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tests. The usual request, one value for one sensor, goes from its bytes to
 * its history row without an allocation: its body is read in the turn, and
 * its verdict lies on the stack.
 */
#include "cgi/verbs.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/random.h"
#include "cgi/app.h"
#include "cgi/ask.h"
#include "cgi/body.h"
#include "cgi/metrics.h"
#include "core/history.h"
#include "core/known.h"
#include "core/service.h"

enum {
    COLUMNS_FEW = 16,   /* that have room on the stack */
    READINGS_MAX = 1000 /* or rows, of one request, as others wait meanwhile;
                         * /v1/readings takes more */
};

void
trial_free(struct trial *trial)
{
    compiled_put(trial->compiled);
    if (trial->verdicts.items != &trial->one)
        verdicts_free(&trial->verdicts);
    *trial = (struct trial){0};
}

/* ---- the body ---- */

/* {"value":10} becomes {"column":"x","value":10}. */
static enum err
add_column(const char *column, struct json **body)
{
    struct buf members = {0}, text = {0};
    struct json *fresh = NULL;
    enum err e;

    err_clear();
    if (json_type(*body) != JSON_OBJECT || json_count(*body) == 0)
        return ERR_OK; /* the kind says what is wrong */
    if (json_get(*body, "column"))
        return kind_problem("", "column",
                            "\"column\" stands in the query already");
    json_canonical(*body, &members);
    buf_str(&text, "{\"column\":");
    json_quote(&text, column, strlen(column));
    buf_printf(&text, ",%s", members.data + 1); /* behind its bracket */
    e = json_parse(text.data, text.len, &fresh);
    if (e == ERR_OK) {
        json_free(*body);
        *body = fresh;
    }
    buf_free(&members);
    buf_free(&text);
    return e;
}

enum err
verb_test_read(struct exchange *x)
{
    const char *column = request_query(&x->request, "column");
    struct json *body = NULL;
    double v;
    enum err e;

    if (body_is_value(&x->request.body, &v))
        return ERR_OK;
    e = body_json(&x->request.body, false, &body);
    if (e == ERR_OK && column)
        e = add_column(column, &body);
    if (e != ERR_OK) {
        json_free(body);
        return e;
    }
    verb_keep(x, body);
    return ERR_OK;
}

/* ---- judging ---- */

/* The model that is there and active, without an allocation. */
static enum err
look(struct exchange *x, struct trial *trial)
{
    struct service *s = x->app->service;
    const char *name = x->names[0];
    struct model m = {0};
    int64_t version = 0;
    enum err e = ask_int(x, "version", 1, INT32_MAX, &version);

    if (e == ERR_OK)
        e = known_find(s, name, strlen(name), &trial->known);
    if (e == ERR_OK && !trial->known) {
        e = ask_model(x, false, &m); /* it may be built in */
        model_free(&m);
        if (e == ERR_OK)
            e = known_find(s, name, strlen(name), &trial->known);
        if (e == ERR_OK && !trial->known)
            e = err_set(ERR_INTERNAL, "%s is not known", name);
    }
    return e == ERR_OK ? compiled_get(s, &trial->known->model, version,
                                      &trial->compiled)
                       : e;
}

static enum err
judge_value(const struct exchange *x, struct trial *trial, double v)
{
    const struct compiled *c = trial->compiled;
    const char *column = request_query(&x->request, "column");
    double few[COLUMNS_FEW], *values = few;
    size_t index = 0;
    enum err e = kind_column_find(c->kind, c->model, column, &index);

    if (e != ERR_OK && !column) /* the request lacks it, nothing is missing */
        return err_set(ERR_DATA, "%s", err_text());
    if (e != ERR_OK)
        return e;
    if (index >= COLUMNS_FEW)
        values = xcalloc(index + 1, sizeof *values);
    for (size_t i = 0; i < index; i++)
        values[i] = NAN;
    values[index] = v;
    trial->verdicts = (struct verdicts){.items = &trial->one, .cap = 1};
    c->kind->judge(c->model, values, index + 1, &trial->verdicts);
    if (values != few)
        free(values);
    return ERR_OK;
}

/* What a test of a kind without columns may be told in the query. */
static enum err
read_ask(const struct exchange *x, struct ask *ask)
{
    int64_t seed = -1;
    enum err e = ask_int(x, "seed", 0, RANDOM_SEED_MAX, &seed);

    *ask = (struct ask){.mode = request_query(&x->request, "mode"),
                        .seeded = seed >= 0,
                        .seed = (uint64_t) seed};
    if (e == ERR_OK && !ask->seeded)
        e = random_seed(&ask->seed);
    return e;
}

/* A request of the kind's own, which takes no time from us. */
static enum err
judge_request(struct exchange *x, struct trial *trial)
{
    const struct compiled *c = trial->compiled;
    const struct buf *text = &x->request.body;
    const struct json *rows;
    struct json *body = NULL;
    struct ask ask;
    enum err e = read_ask(x, &ask);

    if (e == ERR_OK && request_query(&x->request, "column"))
        e = err_also(ERR_DATA, "?column",
                     "?column: a model of kind %s has none", c->kind->name);
    if (e != ERR_OK)
        return e;
    err_clear();
    if (!x->state && c->kind->test_text) {
        trial->text = buf_text(text);
        return c->kind->test_text(c->model, trial->text, text->len, &ask,
                                  &trial->verdicts);
    }
    if (!x->state) { /* {"value":10}, left as it was */
        e = body_json(text, false, &body);
        if (e == ERR_OK)
            verb_keep(x, body);
    }
    if (e != ERR_OK)
        return e;
    rows = json_get(x->state, "rows");
    if (rows && json_type(rows) == JSON_ARRAY
        && json_count(rows) > READINGS_MAX)
        return kind_problem("", "rows", "at most %d rows are tested at once",
                            READINGS_MAX);
    if (!trial->input)
        trial->input = x->state;
    return c->kind->test(c->model, x->state, &ask, &trial->verdicts);
}

/* Sensors are tested in one way only. */
static enum err
refuse_ask(const struct exchange *x)
{
    static const char *const names[] = {"mode", "seed"};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (request_query(&x->request, names[i]))
            return err_set(ERR_DATA, "?%s: the test of a sensor has none",
                           names[i]);
    return ERR_OK;
}

static enum err
judge_body(const struct json *body, struct trial *trial, bool *timed,
           int64_t *at)
{
    const struct compiled *c = trial->compiled;
    const struct ask ask = {.mode = NULL};
    enum err e = c->kind->test(c->model, body, &ask, &trial->verdicts);
    enum err one = body_at(body, timed, at);

    if (e == ERR_OK)
        e = one;
    if (e == ERR_OK && *timed && json_get(body, "values"))
        e = kind_problem("", "at",
                         "\"at\" is the time of one reading, \"values\" are "
                         "several");
    if (e == ERR_OK && trial->verdicts.count > READINGS_MAX
        && json_get(body, "values"))
        e = kind_problem("", "values",
                         "at most %d readings are tested at once; "
                         "/v1/readings takes more",
                         READINGS_MAX);
    return e;
}

/* ---- recording ---- */

static enum err
record(struct exchange *x, const struct trial *trial, struct reading *r,
       bool each)
{
    struct service *s = x->app->service;
    const struct verdicts *all = &trial->verdicts;
    bool stored;
    enum err e = ERR_OK;

    r->model = &trial->known->model;
    r->compiled = trial->compiled;
    r->request = x->id;
    r->input = trial->input;
    r->text = trial->text;
    if (!each) {
        r->verdicts = all;
        e = history_record(s, r, &stored);
    }
    for (size_t i = 0; each && e == ERR_OK && i < all->count; i++) {
        struct verdicts one = {.items = &all->items[i], .count = 1};

        r->verdicts = &one;
        e = history_record(s, r, &stored);
    }
    if (e != ERR_OK)
        return e;
    metrics_verdicts(x->app, r->model->id, all);
    x->app->prune_wanted = true;
    return ERR_OK;
}

enum err
verb_test(struct exchange *x, struct trial *trial)
{
    const struct json *body = x->state;
    struct reading reading = {.timed = false};
    bool recorded = true, columns;
    double v = 0;
    enum err e = ask_flag(x, "record", &recorded);

    if (e == ERR_OK)
        e = look(x, trial);
    if (e != ERR_OK)
        return e;
    columns = trial->compiled->kind->learns == LEARNS_MOMENTS;
    if (columns)
        e = refuse_ask(x);
    if (e != ERR_OK)
        return e;
    if (!columns)
        e = judge_request(x, trial);
    else if (body)
        e = judge_body(body, trial, &reading.timed, &reading.at);
    else if (body_is_value(&x->request.body, &v))
        e = judge_value(x, trial, v);
    for (size_t i = 0; e == ERR_OK && i < trial->verdicts.count; i++)
        trial->alert = trial->alert || trial->verdicts.items[i].alert;
    if (e == ERR_OK && recorded)
        e = record(x, trial, &reading,
                   !columns || (body && json_get(body, "values")));
    return e;
}
