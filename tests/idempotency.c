/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What all writing routes have in common: a part of the turn each, answers
 * to repeated requests, a turn that is lost. The routes are made up: their
 * handler does what the body says, and answers with the id of its change.
 */
#include "cgi/etag.h"
#include "rest.h"

static struct rest rest;

static enum err
act(struct exchange *x)
{
    struct service *s = x->app->service;
    const char *what = buf_text(&x->request.body);
    enum err e = change_open(s, "test", what);

    if (e != ERR_OK)
        return e;
    response_header(&x->response, "ETag", "\"tag\"");
    buf_printf(&x->response.body, "{\"change\":%d}", (int) s->change.id);
    if (strcmp(what, "bad") == 0)
        return err_set(ERR_DATA, "the body is bad");
    if (strcmp(what, "stale") == 0)
        response_problem_status(&x->response, 412, "it is stale", x->id);
    return ERR_OK;
}

static const struct route act_route = {
    .method = METHOD_POST,
    .path = "/{name}/act",
    .scope = SCOPE_OPERATE,
    .writes = true,
    .idempotent_key = true,
    .answer = act,
};

/* A request that has found its route and passed the door. */
static struct exchange *
request(const char *body, const char *key)
{
    struct exchange *x = rest_request(&rest, "POST", "/P/act", body);
    static int count;

    x->route = &act_route;
    (void) snprintf(x->by, sizeof x->by, "rest");
    (void) snprintf(x->id, sizeof x->id, "id-%d", ++count);
    response_header(&x->response, "X-Request-Id", x->id);
    if (key)
        rest_header(x, HEADER_IDEMPOTENCY_KEY, key);
    return x;
}

static struct exchange *
answered(const char *body, const char *key)
{
    struct exchange *x = request(body, key);

    rest_turn(x);
    return x;
}

static int64_t
changes(void)
{
    return lab_number(rest.app->service, "SELECT count(*) FROM change");
}

static void
parts(void)
{
    struct service *s = rest.app->service;
    struct exchange *bodies[] = {request("one", NULL), request("bad", NULL),
                                 request("stale", NULL), request("two", NULL)};

    must(service_begin(s));
    for (size_t i = 0; i < 4; i++)
        must(route_answer(bodies[i]));
    must(service_commit(s));
    rest_says(bodies[0], 200, "{\"change\":1}", "a request of a turn");
    rest_says(bodies[1], 422, "the body is bad", "one that is refused");
    ok(!rest_has_header(bodies[1], "ETag")
           && rest_has_header(bodies[1], "X-Request-Id: id-2\r\n"),
       "has nothing left of its answer but the id");
    rest_says(bodies[2], 412, "it is stale", "and one that does not apply");
    rest_says(bodies[3], 200, "{\"change\":2}", "leave nothing for the next");
    is_int(changes(), 2, "nor in the database");
    for (size_t i = 0; i < 4; i++)
        exchange_free(bodies[i]);
}

static void
repeated(void)
{
    struct exchange *x = answered("go", "k1");

    rest_says(x, 200, "{\"change\":3}", "a request with a key is answered");
    exchange_free(x);
    x = answered("go", "k1");
    rest_says(x, 200, "{\"change\":3}", "again, it has the same answer");
    ok(rest_has_header(x, "ETag: \"tag\"\r\n")
           && rest_has_header(x, "Idempotency-Replayed: true\r\n"),
       "with its headers, and says so");
    ok(strstr(buf_text(&x->response.headers), x->id)
           == strrchr(buf_text(&x->response.headers), 'i'),
       "under its own id");
    exchange_free(x);
    is_int(changes(), 3, "it was done once");
    x = answered("stop", "k1");
    rest_says(x, 422, "with another body", "with another body it is refused");
    exchange_free(x);
    x = answered("go", NULL);
    rest_says(x, 200, "{\"change\":4}", "without a key it is another one");
    exchange_free(x);
}

static void
not_kept(void)
{
    struct exchange *x = answered("bad", "k2");

    exchange_free(x);
    x = answered("bad", "k2");
    ok(x->response.status == 422
           && !rest_has_header(x, "Idempotency-Replayed"),
       "an error is not kept: it is tried again");
    exchange_free(x);
    x = answered("good", "k2");
    rest_says(x, 200, "change", "also with another body");
    exchange_free(x);
}

static void
same_turn(void)
{
    struct service *s = rest.app->service;
    struct exchange *first = request("go", "k3"),
                    *second = request("go", "k3");
    int64_t before = changes();

    must(service_begin(s));
    must(route_answer(first));
    must(route_answer(second));
    service_rollback(s);
    route_lost(first, err_set(ERR_IO, "/secret broke"));
    rest_says(first, 503, "could not be written", "a lost turn is 503");
    ok(!strstr(buf_text(&first->response.body), "secret")
           && rest_has_header(first, "Retry-After: "),
       "and may be tried again");
    route_lost(second, err_set(ERR_CONFIG, "/secret broke"));
    is_int(second->response.status, 503, "for whatever reason");
    exchange_free(first);
    exchange_free(second);
    first = request("go", "k3");
    second = request("go", "k3");
    must(service_begin(s));
    must(route_answer(first));
    must(route_answer(second));
    must(service_commit(s));
    is_str(buf_text(&second->response.body), buf_text(&first->response.body),
           "two in one turn have one answer");
    is_int(changes(), before + 1, "and what was lost was not kept");
    exchange_free(first);
    exchange_free(second);
}

static void
tags(void)
{
    struct service *s = rest.app->service;
    char one[ETAG_SIZE], two[ETAG_SIZE];
    struct exchange *x;
    struct model m;

    (void) lab_fit(s, "P", 1);
    (void) lab_fit(s, "P", 2);
    m = lab_model(s, "P");
    etag_of(s, &m, 1, one);
    etag_of(s, &m, 0, two);
    ok(strcmp(one, two) != 0 && strlen(one) == ETAG_SIZE - 1,
       "each version has its tag");
    x = request("", NULL);
    ok(!etag_fresh(x, &m, 2) && rest_has_header(x, two), "a version is new");
    rest_header(x, HEADER_IF_NONE_MATCH, one);
    ok(!etag_fresh(x, &m, 2), "to whom has another");
    exchange_free(x);
    x = request("", NULL);
    rest_header(x, HEADER_IF_NONE_MATCH, "\"x\", W/");
    ok(!etag_fresh(x, &m, 2) && x->response.status == 200, "or none");
    {
        struct buf list = {0};

        buf_printf(&list, "\"x\", W/%s", two);
        rest_header(x, HEADER_IF_NONE_MATCH, list.data);
        buf_free(&list);
    }
    ok(etag_fresh(x, &m, 2) && x->response.status == 304,
       "not to whom has it, weak as a web server made it");
    exchange_free(x);
    x = request("", NULL);
    ok(etag_expected(x, &m), "without If-Match any version is expected");
    rest_header(x, HEADER_IF_MATCH, two);
    ok(etag_expected(x, &m), "with it, the active one");
    rest_header(x, HEADER_IF_MATCH, "*");
    ok(etag_expected(x, &m), "or any");
    rest_header(x, HEADER_IF_MATCH, one);
    ok(!etag_expected(x, &m), "and no other");
    rest_says(x, 412, "version 2 of P is active", "which is told");
    ok(rest_has_header(x, two), "with its tag");
    exchange_free(x);
    s->generation++;
    etag_of(s, &m, 1, two);
    ok(strcmp(one, two) != 0, "a restore makes other tags");
    s->generation--;
    model_free(&m);
}

int
main(void)
{
    if (!freopen("/dev/null", "w", stderr)) /* the log */
        abort();
    rest_open(&rest);
    parts();
    repeated();
    not_kept();
    same_turn();
    tags();
    rest_close(&rest);
    return done_testing();
}
