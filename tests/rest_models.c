/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The routes of models, versions and changes, in process: each with good and
 * bad requests, and work that takes several turns.
 */
#include "core/answer.h"
#include "core/view.h"
#include "rest.h"

#include "base/json.h"

static struct rest rest;
static struct exchange *x; /* the last request; send() frees the one before */

static int
send(const char *method, const char *target, const char *body)
{
    exchange_free(x);
    x = rest_request(&rest, method, target, body);
    return rest_send(x);
}

static const char *
answer(void)
{
    return buf_text(&x->response.body);
}

/* Sends it; has the answer that status and these words? */
#define try(method, target, body, status, words, name) \
    (send(method, target, body), rest_says(x, status, words, name))

/* ---- list ---- */

static void
test_list(void)
{
    try("GET", "/v1/models", NULL, 200, "{\"models\":[],\"next\":null}",
        "no models yet");
    for (int i = 0; i < 5; i++) {
        struct buf target = {0};

        buf_printf(&target, "/v1/models/M%d/fit", i);
        send("POST", target.data, "{\"values\":[1,2]}");
        buf_free(&target);
    }
    try("GET", "/v1/models?limit=2", NULL, 200,
        "{\"models\":[{\"name\":\"M0\",\"title\":\"\",\"kind\":\"baseline\","
        "\"version\":1,\"state\":\"learning\",\"columns\":[\"value\"],"
        "\"last\":null},{\"name\":\"M1\"",
        "the first page");
    ok(strstr(answer(), "],\"next\":\"M1\"}"), "says where the next begins");
    try("GET", "/v1/models?limit=3&cursor=M1", NULL, 200,
        "{\"models\":[{\"name\":\"M2\"", "the next one");
    ok(strstr(answer(), "],\"next\":null}"), "is the last");
    try("GET", "/v1/models?match=*3", NULL, 200,
        "{\"models\":[{\"name\":\"M3\"", "by name");
    try("GET", "/v1/models?state=alert", NULL, 200,
        "{\"models\":[],\"next\":null}", "by state");
    send("POST", "/M4/predict", "{\"value\":100}");
    try("GET", "/v1/models?state=alert&kind=baseline", NULL, 200,
        "{\"models\":[{\"name\":\"M4\"", "by state and kind");
    ok(strstr(answer(), "\"alert\":true}"), "with its last reading");
    try("GET", "/v1/models?state=bad", NULL, 422, "there is alert, stale",
        "a state that is none");
    try("GET", "/v1/models?kind=bad", NULL, 422, "there is baseline",
        "a kind that is none");
    try("GET", "/v1/models?limit=0", NULL, 422,
        "?limit: ", "a limit out of range");
    try("GET", "/v1/models?limt=1", NULL, 400, "limit",
        "a parameter that is none");
    try("GET", "/v1/models?limit=1&limit=2", NULL, 400,
        "\\\"limit\\\" twice\"", "a parameter twice");
}

/* ---- show, set ---- */

/* What `vigia show --json` writes of it. */
static char *
shown(const char *name)
{
    struct model m = lab_model(rest.app->service, name);
    struct view view;
    struct buf text = {0};
    struct json_out out = {.buf = &text};

    must(view_load(rest.app->service, &m, 0, &view));
    answer_view(&out, &view, NULL);
    view_free(&view);
    return buf_steal(&text);
}

static void
test_show(void)
{
    char *text;

    send("POST", "/v1/models/S/fit", "{\"values\":[10,5,6,9]}");
    is_int(send("GET", "/v1/models/S/", NULL), 200, "a model is shown");
    text = shown("S");
    is_str(answer(), text, "as on the command line");
    free(text);
    ok(rest_has_header(x, "ETag: \""), "with an ETag");
    send("POST", "/v1/models/S/adjust", NULL);
    try("GET", "/v1/models/S?version=1", NULL, 200, "\"active\":false",
        "an older version");
    try("GET", "/v1/models/S?version=3", NULL, 404, "it has 1 to 2",
        "one that is not there");
    try("GET", "/v1/models/T", NULL, 404, "no model named",
        "a model that is not there");
    try("GET", "/v1/models/%C3%81rea%201", NULL, 404, "no model named",
        "nor is one that no name could be of");
}

static void
test_set(void)
{
    char both[500];

    send("POST", "/v1/models/P/fit", "{\"columns\":{\"a\":[1,3]}}");
    try("PATCH", "/v1/models/P",
        "{\"title\":\"Feed pump\",\"params\":{\"k\":3,\"unit.a\":\"mm\"}}",
        200,
        "\"title\":\"Feed pump\",\"kind\":\"baseline\",\"version\":2,"
        "\"origin\":\"set\"",
        "title and params are set");
    ok(strstr(answer(), "\"params\":{\"k\":3,\"unit.a\":\"mm\"}"),
       "as they were given");
    try("GET", "/v1/changes?limit=1", NULL, 200,
        "\"note\":\"title=Feed pump k=3 unit.a=mm\"",
        "and noted as on the command line");
    try("PATCH", "/v1/models/P", "{\"params\":{\"unit.a\":null,\"k\":null}}",
        200, "\"params\":{\"k\":2}", "null takes them back");
    try("GET", "/v1/changes?limit=1", NULL, 200, "\"note\":\"unit.a= k=\"",
        "which is noted as nothing");
    try("PATCH", "/v1/models/P", "{}", 200, "\"version\":3",
        "what changes nothing makes no version");
    try("PATCH", "/v1/models/P", "{\"params\":{\"k\":2}}", 200,
        "\"version\":3", "nor do the values it has");
    try("PATCH", "/v1/models/P",
        "{\"params\":{\"k\":\"3\",\"unit\":7,\"k.b\":1,\"kk\":1}}", 422,
        "\"pointer\":\"/params/k\",\"detail\":\"k must be a number",
        "bad params");
    ok(strstr(answer(), "/params/unit") && strstr(answer(), "/params/k.b")
           && strstr(answer(), "/params/kk"),
       "all of them");
    (void) snprintf(both, sizeof both,
                    "{\"params\":{\"k\":-1},\"title\":\"%0400d\"}", 0);
    try("PATCH", "/v1/models/P", both, 422, "/params/k",
        "a bad param beside a bad title");
    ok(strstr(answer(), "\"/title\"") != NULL, "both of them");
    try("PATCH", "/v1/models/P", "{\"k\":3}", 422, "\"pointer\":\"/k\"",
        "a param outside of params");
    try("PATCH", "/v1/models/P", "{\"title\":3}", 422,
        "\"pointer\":\"/title\"", "a title that is no text");
    try("PATCH", "/v1/models/P",
        "{\"title\":5,\"params\":{\"k\":\"x\",\"kk\":1},\"foo\":1}", 422,
        "\"pointer\":\"/params/kk\"", "all that is wrong: params");
    ok(strstr(answer(), "\"pointer\":\"/params/k\"")
           && strstr(answer(), "\"pointer\":\"/foo\"")
           && strstr(answer(), "\"pointer\":\"/title\""),
       "... members, and the title");
    try("PATCH", "/v1/models/P", "", 422, "a patch is an object", "no body");
    try("PATCH", "/v1/models/P", "[", 400, "line 1", "half a body");
    try("PATCH", "/v1/models/nobody", "{}", 404, "no model", "no model");
    exchange_free(x);
    x = rest_request(&rest, "PATCH", "/v1/models/P", "{\"title\":null}");
    rest_header(x, HEADER_CONTENT_TYPE, "application/merge-patch+json");
    rest_send(x);
    rest_says(x, 200, "\"title\":\"\"", "a merge patch by its own type");
}

/* ---- test ---- */

static void
test_test(void)
{
    send("POST", "/v1/models/V/fit", "{\"values\":[10,5,6,9]}");
    try("POST", "/v1/models/V/test", "{\"value\":10}", 200,
        "{\"verdicts\":[{\"model\":\"V\",\"version\":1,\"column\":\"value\","
        "\"value\":10,\"alert\":false,\"score\":1.0502100630210074,"
        "\"mean\":7.5,\"std\":2.3804761428476167,"
        "\"threshold\":12.260952285695232,\"state\":\"learning\",\"reason\":"
        "\"10 is 1.05 standard deviations above the mean of 7.5",
        "a verdict says everything");
    try("POST", "/v1/models/V/test", "{\"values\":[20,1]}", 200,
        "\"alert\":true", "several values");
    ok(strstr(answer(), "\"alert\":false"), "have a verdict each");
    try("POST", "/v1/models/V/test?record=0", "{\"columns\":{\"value\":1}}",
        200, "\"value\":1,", "columns");
    try("POST", "/v1/models/V/test", "{\"columns\":{\"v\":1}}", 422,
        "\"pointer\":\"/columns/v\"", "no such column");
    try("POST", "/v1/models/W/test", "{\"value\":1}", 404, "no model",
        "no such model");
    is_int(lab_number(rest.app->service,
                      "SELECT count(*) FROM history h JOIN model m"
                      " ON m.id = h.model WHERE m.name = 'V'"),
           3, "tests are recorded, but for one");
}

/* ---- undo, redo, versions ---- */

static void
test_undo(void)
{
    send("POST", "/v1/models/U/fit", "{\"values\":[1,3]}");
    send("POST", "/v1/models/U/adjust", "{\"percent\":50}");
    try("POST", "/v1/models/U/undo", "{\"steps\":2}", 422,
        "\"pointer\":\"/steps\"", "undo takes no members");
    try("POST", "/v1/models/U/undo", "[]", 422, "takes no body", "nor others");
    try("POST", "/v1/models/U/undo", "{", 400, "line 1",
        "nor what is no JSON");
    try("POST", "/v1/models/U/undo", "{}", 200, "\"version\":1", "undo");
    ok(rest_has_header(x, "ETag: "), "answers with the model and its ETag");
    try("POST", "/v1/models/U/undo", NULL, 200,
        "{\"name\":\"U\",\"title\":\"\",\"kind\":\"baseline\",\"version\":"
        "null",
        "undoing the first version hides the model");
    try("POST", "/v1/models/U/undo", NULL, 409, "nothing left to undo",
        "then nothing is left");
    try("GET", "/v1/models/U", NULL, 404,
        "U is removed; POST /v1/models/U/redo brings it back",
        "it is not shown");
    try("POST", "/v1/models/U/redo", NULL, 200, "\"version\":1", "redo");
    try("POST", "/v1/models/U/redo", NULL, 200, "\"version\":2", "and again");
    try("POST", "/v1/models/U/redo", NULL, 409, "nothing to redo",
        "until nothing is left");
    try("POST", "/v1/models/X/undo", NULL, 404, "no model", "no model");
    try("POST", "/v1/models/X/redo", NULL, 404, "no model", "no model");
}

static void
test_versions(void)
{
    for (int i = 1; i <= 5; i++) {
        struct buf body = {0};

        buf_printf(&body, "{\"values\":[%d,%d]}", i, i + 2);
        send("POST", "/v1/models/N/fit", body.data);
        buf_free(&body);
    }
    try("GET", "/v1/models/N/versions?limit=2", NULL, 200,
        "{\"versions\":[{\"number\":1,\"origin\":\"fit\",", "versions");
    ok(strstr(answer(), "\"next\":2}"), "by pages");
    try("GET", "/v1/models/N/versions?limit=3&cursor=2", NULL, 200,
        "{\"versions\":[{\"number\":3,", "from where one ended");
    ok(strstr(answer(), "\"active\":true")
           && strstr(answer(), "\"next\":null"),
       "to the last, which is active");
    try("GET", "/v1/models/N/versions?cursor=x", NULL, 422, "?cursor",
        "a cursor that is none");
    try("POST", "/v1/models/N/versions/2/activate", NULL, 200,
        "\"version\":2,", "another version becomes active");
    try("POST", "/v1/models/N/versions/2/activate", NULL, 200,
        "\"version\":2,", "again is harmless");
    try("POST", "/v1/models/N/versions/6/activate", NULL, 404, "it has 1 to 5",
        "one that is not there");
    try("POST", "/v1/models/N/versions/two/activate", NULL, 404,
        "not the number of a version", "one that is no number");
    try("GET", "/v1/models/O/versions", NULL, 404, "no model", "no model");
}

static void
test_export(void)
{
    char *text, *at;

    is_int(send("GET", "/v1/models/N/versions/3/export", NULL), 200, "export");
    text = xstrdup(answer());
    try("POST", "/v1/models/L/load", text, 200, "\"origin\":\"load\"", "load");
    send("GET", "/v1/models/L/versions/1/export", NULL);
    is_str(answer(), text, "what is loaded exports equal");
    try("POST", "/v1/models/N/load", text, 200, "\"version\":6,",
        "a load into a model is its next version");
    at = strstr(text, "\"mean\":4");
    if (ok(at != NULL, "the text has its mean"))
        at[7] = '5';
    try("POST", "/v1/models/L/load", text, 422, "checksum",
        "a changed text is refused");
    try("POST", "/v1/models/L/load", "{\"format\":\"x\"}", 422, "not known",
        "another format");
    try("POST", "/v1/models/L/load", "{", 400, "line 1", "half a text");
    try("POST", "/v1/models/a%20b/load", text, 422, "cannot be a name",
        "a name that is none");
    try("GET", "/v1/models/L", NULL, 200, "\"version\":1",
        "and all is as it was");
    try("GET", "/v1/models/N/versions/9/export", NULL, 404, "it has 1 to",
        "no such version");
    free(text);
}

/* ---- remove ---- */

static void
test_remove(void)
{
    int turns = 0;

    send("POST", "/v1/models/R/fit", "{\"values\":[1,3]}");
    for (int i = 0; i < 1300; i++)
        send("POST", "/R/predict", "{\"value\":1}");
    try("DELETE", "/v1/models/R", NULL, 200,
        "{\"name\":\"R\",\"removed\":true,\"change\":", "a model is removed");
    try("DELETE", "/v1/models/R", NULL, 404,
        "R is removed; POST /v1/models/R/undo brings it back", "only once");
    try("POST", "/v1/models/R/undo", NULL, 200, "\"version\":1",
        "undo brings it back");
    exchange_free(x);
    x = rest_request(&rest, "DELETE", "/v1/models/R?purge=1", NULL);
    route_prepare(x);
    do {
        must(service_begin(rest.app->service));
        must(route_answer(x));
        must(service_commit(rest.app->service));
        turns++;
    } while (x->more);
    rest_says(x, 200, "{\"name\":\"R\",\"purged\":true,\"change\":",
              "a purge deletes it");
    ok(turns > 2, "over several turns");
    try("GET", "/v1/models/R/versions", NULL, 404, "no model",
        "and nothing is left");
    try("DELETE", "/v1/models/R?purge=1", NULL, 404, "no model",
        "nothing to purge");
}

/* ---- changes ---- */

static int64_t
newest_change(void)
{
    return lab_number(rest.app->service, "SELECT max(id) FROM change");
}

static void
undo_change_of(int64_t id)
{
    struct buf target = {0};

    buf_printf(&target, "/v1/changes/%d/undo", (int) id);
    send("POST", target.data, NULL);
    buf_free(&target);
}

/* One change of many models, as a CSV fit makes. */
static int64_t
fit_many(int count)
{
    struct service *s = rest.app->service;
    static const char *const columns[] = {"value", NULL};

    must(service_begin(s));
    must(change_open(s, "fit", "of many"));
    for (int i = 0; i < count; i++) {
        struct buf name = {0};
        struct draft d;
        struct model m;
        int64_t number;

        buf_printf(&name, "many%d", i);
        lab_draft(s, name.data, columns, 1, &d);
        m = lab_model(s, name.data);
        must(draft_apply(s, &m, &d, &number));
        draft_free(&d);
        model_free(&m);
        buf_free(&name);
    }
    must(service_commit(s));
    return newest_change();
}

static void
test_changes(void)
{
    enum { MANY = 450 };
    struct service *s = rest.app->service;
    int64_t id = fit_many(MANY);
    int turns = 0;
    struct exchange *whole;
    struct buf target = {0};

    try("GET", "/v1/changes?limit=1", NULL, 200, "\"note\":\"of many\"",
        "changes, newest first");
    ok(strstr(answer(), "\"models\":450") && !strstr(answer(), "next\":null"),
       "with what they did, by pages");
    try("GET", "/v1/changes?cursor=2", NULL, 200, "{\"changes\":[{\"id\":1,",
        "to the first");
    send("POST", "/v1/models/many7/adjust", NULL);

    /* another request has its turn between two pieces */
    clock_step(PIECE_US / 100); /* models in a turn */
    buf_printf(&target, "/v1/changes/%d/undo", (int) id);
    whole = rest_request(&rest, "POST", target.data, NULL);
    route_prepare(whole);
    do {
        must(service_begin(s));
        must(route_answer(whole));
        must(service_commit(s));
        if (whole->more)
            send("POST", "/v1/models/between/fit", "{\"values\":[1,2]}");
        turns++;
    } while (whole->more);
    clock_step(1);
    ok(turns > 1, "a change is taken back over several turns");
    rest_says(whole, 200,
              "\"undone\":449,\"undone_before\":0,\"left\":1,"
              "\"left_models\":[\"many7\"]}",
              "whole, but for what was changed later");
    exchange_free(whole);
    is_int(lab_number(s, "SELECT models FROM change WHERE undoes IS NOT NULL"),
           449, "as one change, whoever acts meanwhile");
    is_int(
        lab_number(s, "SELECT count(*) FROM change WHERE undoes IS NOT NULL"),
        1, "and only one");
    try("GET", "/v1/models/many8", NULL, 404, "is removed", "they are hidden");
    undo_change_of(id);
    rest_says(x, 409, "stays as it was: many7\"",
              "again there is nothing to do");
    undo_change_of(newest_change() + 100);
    rest_says(x, 404, "; GET /v1/changes lists them", "no such change");
    exchange_free(x);
    x = rest_request(&rest, "POST", "/v1/changes/1/undo", NULL);
    rest_header(x, HEADER_IF_MATCH, "\"seen\"");
    (void) rest_send(x);
    rest_says(x, 400, "If-Match is of the version of one model",
              "a change may be of many models");
    try("POST", "/v1/changes/x/undo", NULL, 404, "not the number of a change",
        "no number");
    try("GET", "/v1/changes?limit=1001", NULL, 422, "?limit", "a limit");
    buf_free(&target);
}

/* ---- only a model that is new ---- */

static int
fit_new(const char *tags)
{
    exchange_free(x);
    x = rest_request(&rest, "POST", "/v1/models/new/fit",
                     "{\"values\":[10,5,6,9]}");
    rest_header(x, HEADER_IF_NONE_MATCH, tags);
    return rest_send(x);
}

static void
test_new(void)
{
    is_int(fit_new("*"), 200, "If-None-Match: * makes a model");
    is_int(fit_new("*"), 412, "and changes none that is there");
    rest_says(x, 412, "version 1 of new is active, which is one of If-None",
              "which is named");
    is_int(fit_new("\"seen\""), 200, "another tag is not in the way");
}

int
main(void)
{
    rest_open(&rest);
    test_list();
    test_show();
    test_new();
    test_set();
    test_test();
    test_undo();
    test_versions();
    test_export();
    test_remove();
    test_changes();
    exchange_free(x);
    rest_close(&rest);
    return done_testing();
}
