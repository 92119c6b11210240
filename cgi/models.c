/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The models: listed, shown, set, removed, and the verbs fit, test, adjust,
 * undo and redo. What changes a model answers with the model as it is then.
 */
#include "cgi/resources.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/json.h"
#include "cgi/ask.h"
#include "cgi/etag.h"
#include "cgi/models.h"
#include "cgi/schemas.h"
#include "cgi/verbs.h"
#include "core/answer.h"
#include "core/change.h"
#include "core/known.h"
#include "core/service.h"
#include "core/view.h"

/* ---- show ---- */

static enum err
show(struct exchange *x)
{
    struct buf none = {0};
    struct model m = {0};
    int64_t number = 0;
    enum err e = ask_int(x, "version", 1, INT32_MAX, &number);

    if (e == ERR_OK)
        e = ask_model(x, number != 0, &m);
    if (e == ERR_OK && !etag_fresh(x, &m, number))
        e = model_answer(x, &m, number, &none);
    model_free(&m);
    return e;
}

/* ---- fit, adjust, set ---- */

static enum err
finish(struct exchange *x, struct deed *deed, enum err e)
{
    if (e == ERR_OK && deed->done)
        e = model_answer_now(x, &deed->model, &deed->warning);
    deed_free(deed);
    return e;
}

static enum err
fit_read(struct exchange *x)
{
    return verb_train_wanted(x) ? verb_train_read(x) : verb_fit_read(x);
}

static enum err
fit(struct exchange *x)
{
    struct deed deed = {.done = false};

    if (verb_train_wanted(x))
        return verb_train(x);
    return finish(x, &deed, verb_fit(x, &deed));
}

static enum err
adjust(struct exchange *x)
{
    struct deed deed = {.done = false};

    return finish(x, &deed, verb_adjust(x, &deed));
}

/* The members of a merge patch; NULL: not given. */
struct patch {
    const char *title;
    const struct json *params;
};

/* Takes what can be taken; check_patch() says what is wrong. */
static struct patch
read_patch(const struct json *body)
{
    struct patch patch = {.params = json_get(body, "params")};
    const struct json *title = json_get(body, "title");

    if (title && json_type(title) == JSON_STRING)
        patch.title = json_text(title);
    else if (title && json_type(title) == JSON_NULL)
        patch.title = "";
    return patch;
}

/* Adds to what is wrong with the params. */
static enum err
check_patch(const struct json *body)
{
    static const char *const known[] = {"title", "params", NULL};
    const struct json *title = json_get(body, "title");
    enum err e = kind_members(body, known, "a patch", "", NULL);

    if (title && json_type(title) != JSON_STRING
        && json_type(title) != JSON_NULL)
        e = kind_problem("", "title", "\"title\" must be a text, not %s",
                         json_type_name(json_type(title)));
    return e;
}

/* The draft, and all that is wrong with the patch at once. */
static enum err
draft_of_patch(struct exchange *x, struct deed *deed)
{
    const struct json *body = x->state;
    struct patch patch;
    enum err e, also;

    if (!body || json_type(body) != JSON_OBJECT)
        return err_also(ERR_DATA, "",
                        "a patch is an object such as "
                        "{\"params\":{\"k\":3}}");
    patch = read_patch(body);
    e = ask_model(x, false, &deed->model);
    if (e == ERR_OK)
        e = draft_patch(x->app->service, &deed->model, patch.title,
                        patch.params, &deed->draft);
    if (e == ERR_OK)
        err_clear();
    also = e == ERR_OK || e == ERR_DATA ? check_patch(body) : ERR_OK;
    return e == ERR_OK ? also : e;
}

static void
note_pair(const char *key, const struct json *value, struct buf *note)
{
    buf_printf(note, "%s%s=", note->len ? " " : "", key);
    if (json_type(value) == JSON_STRING)
        buf_str(note, json_text(value));
    else if (json_type(value) != JSON_NULL) /* which takes it back */
        json_canonical(value, note);
}

/* The pairs that the command line would have been given for it. */
static void
note_patch(const struct json *body, struct buf *note)
{
    struct json_walk it = {0};

    if (json_get(body, "title"))
        note_pair("title", json_get(body, "title"), note);
    while (json_next(json_get(body, "params"), &it))
        note_pair(it.key, it.value, note);
}

static enum err
set(struct exchange *x)
{
    struct deed deed = {.done = false};
    struct buf note = {0};
    enum err e = draft_of_patch(x, &deed);

    if (e == ERR_OK && deed.draft.same) {
        deed.done = etag_expected(x, &deed.model);
    } else if (e == ERR_OK) {
        note_patch(x->state, &note);
        e = verb_store(x, &deed, "set", buf_text(&note));
    }
    buf_free(&note);
    return finish(x, &deed, e);
}

/* ---- test ---- */

static enum err
put_verdicts(struct exchange *x, const struct trial *trial,
             const struct model *m)
{
    struct json_out out = {.buf = &x->response.body};
    enum state *states = NULL, worst;
    int64_t last;
    enum err e = view_states(x->app->service, m, trial->compiled, clock_now(),
                             &states, &worst, &last);

    if (e != ERR_OK)
        return e;
    answer_verdicts(&out, m, trial->compiled, &trial->verdicts, states);
    free(states);
    return ERR_OK;
}

static enum err
test(struct exchange *x)
{
    struct trial trial = {.known = NULL};
    enum err e = verb_test(x, &trial);

    if (e == ERR_OK)
        e = put_verdicts(x, &trial, &trial.known->model);
    trial_free(&trial);
    return e;
}

/* ---- undo and redo ---- */

/* Takes one step; look says which, take takes it. */
static enum err
step(struct exchange *x, const char *what,
     enum err (*look)(struct service *, const struct model *, struct step *),
     enum err (*take)(struct service *, struct model *, const struct step *))
{
    struct service *s = x->app->service;
    struct change_row row = {0};
    struct buf none = {0}, note = {0};
    struct model m = {0};
    struct step way;
    enum err e = ask_model(x, true, &m);

    if (e == ERR_OK && !etag_expected(x, &m)) {
        model_free(&m);
        return ERR_OK;
    }
    if (e == ERR_OK)
        e = look(s, &m, &way);
    if (e == ERR_OK)
        e = change_find(s, way.change, &row);
    if (e == ERR_OK) {
        buf_printf(&note, "change %" PRId64 ": %s%s%s", row.id, row.what,
                   *row.note ? " " : "", row.note);
        e = change_open(s, what, buf_text(&note));
    }
    if (e == ERR_OK)
        e = take(s, &m, &way);
    if (e == ERR_OK)
        e = model_answer_now(x, &m, &none);
    change_row_free(&row);
    buf_free(&note);
    model_free(&m);
    return e;
}

static enum err
undo(struct exchange *x)
{
    return step(x, "undo", change_undo_step, change_undo);
}

static enum err
redo(struct exchange *x)
{
    return step(x, "redo", change_redo_step, change_redo);
}

/* ---- the table ---- */

static const struct route_query list_queries[] = {
    {"kind",                                    "string", "only models of this kind"},
    {"state",               "string", "only models in this state"},
    {"match",                                   "string", "only names or titles like this: PUMP-*"},
    {"limit",              "integer", "at most so many, 100 unless told, 1000 at most"},
    {"cursor",                                   "string", "go on from the next of the page before"},
    {.name = NULL},
};

static const struct route_query show_queries[] = {
    {"version",                           "integer", "this version, not the active one"},
    {.name = NULL},
};

static const struct route_query remove_queries[] = {
    {"purge",                                   "boolean", "1: delete it with versions and history"},
    {.name = NULL},
};

static const char list_schema[] =
    "{\"type\":\"object\",\"required\":[\"models\",\"next\"],"
    "\"properties\":{\"models\":{\"type\":\"array\",\"items\":{\"type\":"
    "\"object\",\"properties\":{\"name\":{\"type\":\"string\"},"
    "\"title\":{\"type\":\"string\"},\"kind\":{\"type\":\"string\"},"
    "\"version\":{\"type\":\"integer\"},\"state\":{\"type\":\"string\"},"
    "\"columns\":{\"type\":\"array\",\"items\":{\"type\":\"string\"}},"
    "\"last\":{\"type\":[\"object\",\"null\"]}}}},"
    "\"next\":{\"type\":[\"string\",\"null\"]}}}";

static const char patch_schema[] =
    "{\"type\":\"object\",\"properties\":{\"title\":{\"type\":[\"string\","
    "\"null\"]},\"params\":{\"type\":\"object\"}},"
    "\"examples\":[{\"title\":\"Feed pump\",\"params\":{\"k\":3}}]}";

static const char remove_schema[] =
    "{\"type\":\"object\",\"properties\":{\"name\":{\"type\":\"string\"},"
    "\"removed\":{\"type\":\"boolean\"},\"purged\":{\"type\":\"boolean\"},"
    "\"change\":{\"type\":\"integer\"}}}";

/* What there is to test is the kind's to say. */
static const char request_schema[] =
    "{\"type\":\"object\",\"examples\":[{\"value\":10}]}";

static const char verdicts_schema[] =
    "{\"type\":\"object\",\"required\":[\"verdicts\"],\"properties\":{"
    "\"verdicts\":{\"type\":\"array\",\"items\":{\"type\":\"object\","
    "\"properties\":{\"model\":{\"type\":\"string\"},"
    "\"version\":{\"type\":\"integer\"},"
    "\"column\":{\"type\":\"string\"},\"value\":{\"type\":\"number\"},"
    "\"alert\":{\"type\":\"boolean\"},"
    "\"score\":{\"type\":[\"number\",\"null\"]},"
    "\"mean\":{\"type\":\"number\"},\"std\":{\"type\":\"number\"},"
    "\"threshold\":{\"type\":\"number\"},"
    "\"state\":{\"type\":\"string\"},"
    "\"reason\":{\"type\":\"string\"}}}}}}";

const struct route model_routes[] = {
    {
     .method = METHOD_GET,
     .path = "/v1/models",
     .scope = SCOPE_READ,
     .answer = models_list,
     .queries = list_queries,
     .summary = "The models, by name.",
     .response_schema = list_schema,
     },
    {
     .method = METHOD_GET,
     .path = "/models",
     .scope = SCOPE_READ,
     .answer = models_list,
     .queries = list_queries,
     .summary = "The same list, for clients of the listings.",
     .response_schema = list_schema,
     },
    {
     .method = METHOD_GET,
     .path = "/v1/models/{name}",
     .tagged = true,
     .scope = SCOPE_READ,
     .answer = show,
     .queries = show_queries,
     .summary = "Weights, params and state of a model.",
     .response_schema = schema_model,
     },
    {
     .method = METHOD_PATCH,
     .path = "/v1/models/{name}",
     .tagged = true,
     .scope = SCOPE_OPERATE,
     .writes = true,
     .idempotent_key = true,
     .body = true,
     .accept = "application/merge-patch+json",
     .prepare = verb_json_read,
     .answer = set,
     .summary = "Changes title or params, as a new version.",
     .request_schema = patch_schema,
     .response_schema = schema_model,
     },
    {
     .method = METHOD_DELETE,
     .path = "/v1/models/{name}",
     .tagged = true,
     .scope = SCOPE_ADMIN,
     .writes = true,
     .answer = model_remove,
     .queries = remove_queries,
     .summary = "Hides the model, or deletes it.",
     .response_schema = remove_schema,
     },
    {
     .method = METHOD_POST,
     .path = "/v1/models/{name}/fit",
     .tagged = true,
     .scope = SCOPE_OPERATE,
     .writes = true,
     .idempotent_key = true,
     .body = true,
     .accept = "text/csv",
     .prepare = fit_read,
     .answer = fit,
     .queries = verb_train_queries,
     .summary = "Learns from readings or a table, as a new version.",
     .request_schema = schema_fit,
     .response_schema = schema_model,
     .later_schema = schema_job,
     },
    {
     .method = METHOD_POST,
     .path = "/v1/models/{name}/test",
     .scope = SCOPE_TEST,
     .writes = true,
     .body = true,
     .prepare = verb_test_read,
     .answer = test,
     .queries = verb_test_queries,
     .summary = "Judges readings: alert or not, and why.",
     .request_schema = request_schema,
     .response_schema = verdicts_schema,
     },
    {
     .method = METHOD_POST,
     .path = "/v1/models/{name}/adjust",
     .tagged = true,
     .scope = SCOPE_OPERATE,
     .writes = true,
     .idempotent_key = true,
     .body = true,
     .prepare = verb_json_read,
     .answer = adjust,
     .queries = verb_adjust_queries,
     .summary = "Raises the thresholds, as a new version.",
     .request_schema = schema_adjust,
     .response_schema = schema_model,
     },
    {
     .method = METHOD_POST,
     .path = "/v1/models/{name}/undo",
     .tagged = true,
     .scope = SCOPE_OPERATE,
     .writes = true,
     .idempotent_key = true,
     .answer = undo,
     .summary = "Takes back the newest change of the model.",
     .response_schema = schema_model,
     },
    {
     .method = METHOD_POST,
     .path = "/v1/models/{name}/redo",
     .tagged = true,
     .scope = SCOPE_OPERATE,
     .writes = true,
     .idempotent_key = true,
     .answer = redo,
     .summary = "Brings back what undo took back.",
     .response_schema = schema_model,
     },
    {.path = NULL                                          },
};
