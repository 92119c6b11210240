/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The routes of one sensor: /{sensor_id}/fit, /weights, /predict, /adjust.
 * Their bodies are those of a service that clients exist for already; the
 * full API is in models.c.
 */
#include "cgi/resources.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "cgi/ask.h"
#include "cgi/etag.h"
#include "cgi/schemas.h"
#include "cgi/verbs.h"
#include "core/known.h"
#include "core/service.h"
#include "core/view.h"
#include "kinds/kind.h"

/* ---- answers ---- */

static void
put_figures(struct json_out *out, const struct kind_column *c)
{
    const struct {
        const char *key;
        double value;
    } figures[] = {
        {"mean",      c->mean     },
        {"std",       c->std      },
        {"threshold", c->threshold}
    };

    json_key(out, "n");
    json_put_int(out, c->n);
    for (size_t i = 0; i < sizeof figures / sizeof *figures; i++) {
        json_key(out, figures[i].key);
        json_put_number(out, figures[i].value);
    }
}

static void
put_column(struct json_out *out, const struct kind_column *c, enum state state)
{
    json_key(out, c->name);
    json_open(out, '{');
    put_figures(out, c);
    json_key(out, "missing");
    json_put_int(out, c->missing);
    json_key(out, "min");
    json_put_number(out, c->min);
    json_key(out, "max");
    json_put_number(out, c->max);
    json_key(out, "k");
    json_put_number(out, c->k);
    if (*c->unit) {
        json_key(out, "unit");
        json_put_text(out, c->unit);
    }
    json_key(out, "state");
    json_put_text(out, state_names[state]);
    json_close(out, '}');
}

/* {"sensor_id","version",figures of one column (NULL: of the only one, if
 * there is one),"columns":{...}} and the warning, if there is one. */
static void
put_sensor(struct json_out *out, const struct model *m,
           const struct compiled *c, const enum state *states,
           const char *column, const struct buf *warning)
{
    size_t count = c->kind->columns(c->model), index = 0;
    struct kind_column one;

    json_open(out, '{');
    json_key(out, "sensor_id");
    json_put_text(out, m->name);
    json_key(out, "version");
    json_put_int(out, c->number);
    if (column ? c->kind->find(c->model, column, &index) : count == 1) {
        c->kind->column(c->model, index, &one);
        put_figures(out, &one);
    }
    json_key(out, "columns");
    json_open(out, '{');
    for (size_t i = 0; i < count; i++) {
        c->kind->column(c->model, i, &one);
        put_column(out, &one, states[i]);
    }
    json_close(out, '}');
    if (warning->len > 0) {
        json_key(out, "warning");
        json_put_text(out, buf_text(warning));
    }
    json_close(out, '}');
}

/* Version number (0: the active one) of the sensor. */
static enum err
answer(struct exchange *x, const struct model *m, int64_t number,
       const char *column, const struct buf *warning)
{
    struct service *s = x->app->service;
    struct json_out out = {.buf = &x->response.body};
    struct compiled *c = NULL;
    enum state *states = NULL, worst;
    int64_t last;
    enum err e = compiled_get(s, m, number, &c);

    if (e == ERR_OK)
        e = view_states(s, m, c, clock_now(), &states, &worst, &last);
    if (e == ERR_OK)
        put_sensor(&out, m, c, states, column, warning);
    free(states);
    compiled_put(c);
    return e;
}

/* The new version. */
static enum err
answer_deed(struct exchange *x, const struct deed *deed)
{
    verb_tag(x, &deed->model);
    return answer(x, &deed->model, 0, deed->column, &deed->warning);
}

/* ---- what is no sensor ---- */

/* Refuses models of other kinds before anything of them is stored, among them
 * one that is built in and would be made now. way is the route of the models
 * that they have for it; verb what it does. */
static enum err
check_sensor(struct exchange *x, const char *way, const char *verb)
{
    const char *name = x->names[0];
    const struct kind *kind = kind_find(name);
    const struct known *known = NULL;
    enum err e = known_find(x->app->service, name, strlen(name), &known);

    if (known)
        kind = known->model.kind;
    else if (kind && !kind->builtin)
        kind = NULL;
    if (e != ERR_OK || !kind || kind->learns == LEARNS_MOMENTS)
        return e;
    return err_set(
        ERR_DATA, "%s is no sensor but of the kind %s: %s /v1/models/%s%s %s",
        name, kind->name, method_name(x->route->method), name, way, verb);
}

/* ---- fit, weights, adjust ---- */

static enum err
fit(struct exchange *x)
{
    struct deed deed = {.done = false};
    enum err e = verb_fit(x, &deed);

    if (e == ERR_OK && deed.done)
        e = answer_deed(x, &deed);
    deed_free(&deed);
    return e;
}

static enum err
weights(struct exchange *x)
{
    const char *column = request_query(&x->request, "column");
    const struct buf none = {0}; /* no warning */
    struct compiled *c = NULL;
    struct model m = {0};
    int64_t number = 0;
    size_t index;
    enum err e = check_sensor(x, "", "shows it");

    if (e == ERR_OK)
        e = ask_int(x, "version", 1, INT32_MAX, &number);
    if (e == ERR_OK)
        e = ask_model(x, number != 0, &m);
    if (e == ERR_OK && column)
        e = compiled_get(x->app->service, &m, number, &c);
    if (e == ERR_OK && column)
        e = kind_column_find(c->kind, c->model, column, &index);
    if (e == ERR_OK && !etag_fresh(x, &m, number))
        e = answer(x, &m, number, column, &none);
    compiled_put(c);
    model_free(&m);
    return e;
}

static enum err
adjust(struct exchange *x)
{
    struct deed deed = {.done = false};
    enum err e = check_sensor(x, "/adjust", "adjusts it");

    if (e == ERR_OK)
        e = verb_adjust(x, &deed);
    if (e == ERR_OK && deed.done)
        e = answer_deed(x, &deed);
    deed_free(&deed);
    return e;
}

/* ---- predict ---- */

static enum err
predict(struct exchange *x)
{
    static const char *const answers[] = {"false", "true"};
    struct trial trial = {.known = NULL};
    enum err e = check_sensor(x, "/test", "has its answer");

    if (e == ERR_OK)
        e = verb_test(x, &trial);
    if (e == ERR_OK)
        buf_str(&x->response.body, answers[trial.alert]);
    trial_free(&trial);
    return e;
}

/* ---- the table ---- */

#define COLUMN_SCHEMA                                                   \
    "{\"type\":\"object\",\"properties\":{"                             \
    "\"n\":{\"type\":\"integer\"},\"mean\":{\"type\":\"number\"},"      \
    "\"std\":{\"type\":\"number\"},\"threshold\":{\"type\":\"number\"}" \
    ",\"missing\":{\"type\":\"integer\"},\"min\":{\"type\":\"number\"}" \
    ",\"max\":{\"type\":\"number\"},\"k\":{\"type\":\"number\"},"       \
    "\"unit\":{\"type\":\"string\"},\"state\":{\"type\":\"string\"}}}"

static const char sensor_schema[] =
    "{\"type\":\"object\",\"required\":[\"sensor_id\",\"version\","
    "\"columns\"],\"properties\":{\"sensor_id\":{\"type\":\"string\"},"
    "\"version\":{\"type\":\"integer\"},\"n\":{\"type\":\"integer\"},"
    "\"mean\":{\"type\":\"number\"},\"std\":{\"type\":\"number\"},"
    "\"threshold\":{\"type\":\"number\"},"
    "\"warning\":{\"type\":\"string\"},"
    "\"columns\":{\"type\":\"object\",\"additionalProperties\":" COLUMN_SCHEMA
    "}}}";

static const struct route_query weights_queries[] = {
    {"column",                          "string", "whose figures stand at the top"},
    {"version", "integer", "of this version, not the active one"},
    {.name = NULL                        },
};

const struct route sensor_routes[] = {
    {
     .method = METHOD_POST,
     .path = "/{sensor_id}/fit",
     .tagged = true,
     .scope = SCOPE_OPERATE,
     .writes = true,
     .idempotent_key = true,
     .body = true,
     .prepare = verb_fit_read,
     .answer = fit,
     .summary = "Learns the sensor's mean and standard deviation.",
     .request_schema = schema_fit,
     .response_schema = sensor_schema,
     },
    {
     .method = METHOD_GET,
     .path = "/{sensor_id}/weights",
     .tagged = true,
     .scope = SCOPE_READ,
     .answer = weights,
     .queries = weights_queries,
     .summary = "What the sensor has learnt.",
     .response_schema = sensor_schema,
     },
    {
     .method = METHOD_POST,
     .path = "/{sensor_id}/predict",
     .scope = SCOPE_TEST,
     .writes = true,
     .stores_last = true,
     .body = true,
     .prepare = verb_test_read,
     .answer = predict,
     .queries = verb_test_queries,
     .summary = "Whether a reading is an alert: true or false.",
     .request_schema = schema_test,
     .response_schema = "{\"type\":\"boolean\",\"examples\":[false]}",
     },
    {
     .method = METHOD_POST,
     .path = "/{sensor_id}/adjust",
     .tagged = true,
     .scope = SCOPE_OPERATE,
     .writes = true,
     .idempotent_key = true,
     .body = true,
     .prepare = verb_json_read,
     .answer = adjust,
     .queries = verb_adjust_queries,
     .summary = "Raises the thresholds: moves the means by some percent.",
     .request_schema = schema_adjust,
     .response_schema = sensor_schema,
     },
    {.path = NULL        },
};
