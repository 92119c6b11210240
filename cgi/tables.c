/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Routes of services that vigia takes the place of, as their clients call
 * them: a score for flights (/model/...), a label for clients (/predict), a
 * list of models (/models). Which model answers is in the configuration.
 */
#include "cgi/resources.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "cgi/app.h"
#include "cgi/ask.h"
#include "cgi/body.h"
#include "cgi/models.h"
#include "cgi/schemas.h"
#include "cgi/verbs.h"
#include "core/answer.h"
#include "core/history.h"
#include "core/model.h"
#include "core/service.h"

enum { LIMIT = 100, LIMIT_MAX = 1000, MISSING_MAX = 100 };

/* ---- both ways to ask ---- */

/* Asks the model; one that is not there is told how to be made. */
static enum err
ask(struct exchange *x, const char *name, const char *hint,
    struct trial *trial)
{
    enum err e;

    x->names[0] = name;
    e = verb_test(x, trial);
    if (e == ERR_NOT_FOUND && !trial->compiled)
        e = err_set(ERR_NOT_FOUND, "there is no model \"%s\" yet: %s", name,
                    hint);
    if (e == ERR_OK && trial->verdicts.count != 1)
        e = err_set(ERR_DATA,
                    "one row at a time: POST /v1/models/%s/test "
                    "takes several",
                    name);
    return e;
}

/* A member of the only verdict; ERR_DATA when it has none. detail is the
 * caller's to free. */
static enum err
answer_of(const struct trial *trial, const char *member, const char *name,
          struct json **detail, const struct json **value)
{
    const struct buf *text = &trial->verdicts.items[0].detail;
    enum err e = ERR_OK;

    if (text->len > 0)
        e = json_parse(text->data, text->len, detail);
    *value = *detail ? json_get(*detail, member) : NULL;
    if (e == ERR_OK && !*value)
        e = err_set(ERR_DATA,
                    "the model %s answers no %s: POST /v1/models/%s/test has "
                    "its answer",
                    name, member, name);
    return e;
}

/* ---- flights: /model/... ---- */

static const char *
score_model(const struct exchange *x)
{
    return x->app->conf->score_model;
}

static enum err
predict(struct exchange *x)
{
    static const char hint[] = "POST /model/load/ makes it of a model's text";
    struct json_out out = {.buf = &x->response.body};
    struct trial trial = {.known = NULL};
    const struct json *value = NULL;
    struct json *detail = NULL;
    enum err e = ask(x, score_model(x), hint, &trial);

    if (e == ERR_OK)
        e = answer_of(&trial, "value", score_model(x), &detail, &value);
    if (e == ERR_OK) {
        json_open(&out, '{');
        json_key(&out, "score");
        json_put_number(&out, json_number(value));
        json_key(&out, "model_version");
        json_put_int(&out, trial.compiled->number);
        json_close(&out, '}');
    }
    json_free(detail);
    trial_free(&trial);
    return e;
}

static enum err
read_score_load(struct exchange *x)
{
    return verb_load_read(x, score_model(x));
}

static enum err
score_load(struct exchange *x)
{
    struct json_out out = {.buf = &x->response.body};
    struct deed deed = {.done = false};
    enum err e = verb_load(x, score_model(x), &deed);

    if (e == ERR_OK && deed.done) {
        json_open(&out, '{');
        json_key(&out, "status");
        json_put_text(&out, "ok");
        json_key(&out, "message");
        json_put_text(&out, "Model loaded successfully");
        json_key(&out, "model_version");
        json_put_int(&out, deed.model.version);
        json_close(&out, '}');
    }
    deed_free(&deed);
    return e;
}

/* {"features","score","datetime","model"} of a row that has an answer. */
static enum err
put_row(const struct history_row *row, struct json_out *out)
{
    struct json *output = NULL;
    const struct json *score;
    struct buf model = {0};
    enum err e = ERR_OK;

    if (row->input && row->output)
        e = json_parse(row->output, strlen(row->output), &output);
    if (e != ERR_OK || !output)
        return e;
    score = json_get(output, "value");
    buf_printf(&model, "%s@%jd", row->model, (intmax_t) row->version);
    json_open(out, '{');
    json_key(out, "features");
    json_put_raw(out, row->input);
    json_key(out, "score");
    json_put_number(out, score && json_type(score) == JSON_NUMBER
                             ? json_number(score)
                             : NAN);
    json_key(out, "datetime");
    json_put_time(out, row->at);
    json_key(out, "model");
    json_put_text(out, buf_text(&model));
    json_close(out, '}');
    buf_free(&model);
    json_free(output);
    return ERR_OK;
}

static enum err
score_history(struct exchange *x)
{
    struct history_query q = {.since = INT64_MIN, .until = INT64_MAX};
    struct service *s = x->app->service;
    struct json_out out = {.buf = &x->response.body};
    struct history_page page = {0};
    struct model m = {0};
    int64_t limit = LIMIT;
    bool found = false;
    enum err e = ask_int(x, "limit", 1, LIMIT_MAX, &limit);

    if (e == ERR_OK)
        e = ask_int(x, "cursor", 1, INT64_MAX, &q.cursor);
    if (e == ERR_OK)
        e = model_look(s, score_model(x), &found, &m);
    q.model = m.id;
    q.limit = (size_t) limit; /* positive */
    if (e == ERR_OK && found)
        e = history_read(s, &q, &page);
    if (e == ERR_OK) {
        json_open(&out, '{');
        json_key(&out, "history");
        json_open(&out, '[');
        for (size_t i = 0; e == ERR_OK && i < page.count; i++)
            e = put_row(&page.items[i], &out);
        json_close(&out, ']');
        if (page.next)
            answer_int_or_null(&out, "next", page.next);
        json_close(&out, '}');
    }
    history_page_free(&page);
    model_free(&m);
    return e;
}

/* ---- clients: /predict ---- */

static enum err
read_client(struct exchange *x)
{
    static const char *const known[] = {"features", "idx", NULL};
    const struct json *features;
    struct json *body = NULL;
    enum err e = body_json(&x->request.body, false, &body);

    if (e != ERR_OK)
        return e;
    verb_keep(x, body);
    features = json_get(body, "features");
    e = kind_members(body, known, "a request", "", NULL);
    if (!features || json_type(features) != JSON_OBJECT)
        e = kind_problem("", "features",
                         "a request must have an object \"features\"");
    return e;
}

static int
by_text(const void *a, const void *b)
{
    const char *const *left = a, *const *right = b;

    return strcmp(*left, *right);
}

/* The name of a member of features that a pointer is of; NULL: another. The
 * caller's. */
static char *
feature_of(const char *pointer)
{
    static const char at[] = "/features/";
    struct buf name = {0};

    if (strncmp(pointer, at, sizeof at - 1) != 0
        || strchr(pointer + sizeof at - 1, '/'))
        return NULL;
    for (const char *s = pointer + sizeof at - 1; *s; s++) {
        bool escape = *s == '~' && s[1] != '\0';

        buf_char(&name, !escape ? *s : s[1] == '1' ? '/' : '~');
        s += escape;
    }
    return name.len ? buf_steal(&name) : NULL;
}

/*
 * What a client of old looks for when features are missing: status 400 and
 * their names, sorted. A problem whose pointer names no member of features is
 * of a missing one. False: none is missing.
 */
static bool
tell_missing(struct exchange *x, const struct json *features)
{
    struct json_out out = {.buf = &x->response.body};
    char *names[MISSING_MAX];
    size_t noted, count = 0;
    const struct err_detail *details = err_details(&noted);

    for (size_t i = 0; i < noted && count < MISSING_MAX; i++) {
        char *name = feature_of(details[i].pointer);

        if (name && !json_get(features, name))
            names[count++] = name;
        else
            free(name);
    }
    if (count == 0)
        return false;
    qsort(names, count, sizeof *names, by_text);
    response_problem(&x->response, ERR_SYNTAX, x->id); /* 400 */
    x->response.body.len--;                            /* the object goes on */
    buf_str(out.buf, ",\"missing_fields\":");
    json_open(&out, '[');
    for (size_t i = 0; i < count; i++) {
        json_put_text(&out, names[i]);
        free(names[i]);
    }
    json_close(&out, ']');
    buf_char(out.buf, '}');
    return true;
}

static enum err
put_label(struct exchange *x, const struct trial *trial, const char *name)
{
    struct json_out out = {.buf = &x->response.body};
    const struct json *label = NULL;
    struct json *detail = NULL;
    struct buf text = {0};
    enum err e = answer_of(trial, "label", name, &detail, &label);

    if (e == ERR_OK) {
        json_canonical(label, &text);
        json_open(&out, '{');
        json_key(&out, "label");
        json_put_raw(&out, buf_text(&text));
        json_close(&out, '}');
    }
    buf_free(&text);
    json_free(detail);
    return e;
}

static enum err
label(struct exchange *x)
{
    static const char hint[] =
        "vigia fit --kind trees makes it of a table, or POST "
        "/v1/models/{name}/load of a model's text";
    const char *name = x->app->conf->label_model;
    struct json *body = x->state, *features;
    struct trial trial = {.input = body}; /* idx, too, is remembered */
    enum err e;

    features = (struct json *) json_get(body, "features"); /* only read */
    x->state = features;
    e = ask(x, name, hint, &trial);
    x->state = body;
    if (e == ERR_OK)
        e = put_label(x, &trial, name);
    if (e == ERR_DATA) {
        err_within("/features");
        e = tell_missing(x, features) ? ERR_OK : e;
    }
    trial_free(&trial);
    return e;
}

/* ---- the table ---- */

static const struct route_query history_queries[] = {
    {"limit",                                      "integer", "at most that many rows (100), up to 1,000"},
    {"cursor", "integer", "go on from the next of the page before"},
    {.name = NULL                                    },
};

static const char score_schema[] =
    "{\"type\":\"object\",\"required\":[\"score\",\"model_version\"],"
    "\"properties\":{\"score\":{\"type\":\"number\"},"
    "\"model_version\":{\"type\":\"integer\"}}}";

static const char loaded_schema[] =
    "{\"type\":\"object\",\"required\":[\"status\",\"message\","
    "\"model_version\"],\"properties\":{\"status\":{\"const\":\"ok\"},"
    "\"message\":{\"type\":\"string\"},"
    "\"model_version\":{\"type\":\"integer\"}}}";

static const char rows_schema[] =
    "{\"type\":\"object\",\"required\":[\"history\"],\"properties\":{"
    "\"history\":{\"type\":\"array\",\"items\":{\"type\":\"object\","
    "\"properties\":{\"features\":{\"type\":\"object\"},\"score\":"
    "{\"type\":[\"number\",\"null\"]},\"datetime\":{\"type\":\"string\","
    "\"format\":\"date-time\"},\"model\":{\"type\":\"string\"}}}},"
    "\"next\":{\"type\":\"integer\"}}}";

static const char features_schema[] =
    "{\"type\":\"object\",\"description\":\"features by name\"}";

static const char client_schema[] =
    "{\"type\":\"object\",\"required\":[\"features\"],\"properties\":{"
    "\"idx\":{},\"features\":{\"type\":\"object\"}},"
    "\"additionalProperties\":false}";

static const char label_schema[] =
    "{\"type\":\"object\",\"required\":[\"label\"],\"properties\":{"
    "\"label\":{\"type\":[\"integer\",\"string\"]}}}";

const struct route table_routes[] = {
    {
     .method = METHOD_POST,
     .path = "/model/predict",
     .may_lack = true,
     .scope = SCOPE_TEST,
     .writes = true,
     .body = true,
     .prepare = verb_test_read,
     .answer = predict,
     .queries = verb_test_queries,
     .summary =
            "The score that the model of [rest] score_model gives a row.", .request_schema = features_schema,
     .response_schema = score_schema,
     },
    {
     .method = METHOD_POST,
     .path = "/model/load",
     .tagged = true,
     .scope = SCOPE_ADMIN,
     .writes = true,
     .idempotent_key = true,
     .body = true,
     .accept = "multipart/form-data",
     .prepare = read_score_load,
     .answer = score_load,
     .summary =
            "Makes the next version of that model: the field file has a "
            "model's text, the field scalers may have its scalers.", .response_schema = loaded_schema,
     },
    {
     .method = METHOD_GET,
     .path = "/model/history",
     .scope = SCOPE_READ,
     .answer = score_history,
     .queries = history_queries,
     .summary = "The rows that model has scored, newest first.",
     .response_schema = rows_schema,
     },
    {
     .method = METHOD_POST,
     .path = "/predict",
     .may_lack = true,
     .scope = SCOPE_TEST,
     .writes = true,
     .body = true,
     .prepare = read_client,
     .answer = label,
     .queries = verb_test_queries,
     .summary =
            "The label that the model of [rest] label_model gives a row.", .request_schema = client_schema,
     .response_schema = label_schema,
     },
    {.path = NULL},
};
