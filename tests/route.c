/* SPDX-License-Identifier: Apache-2.0 */
/* The routing table, and how a request comes to its row. */
#include "cgi/route.h"

#include "core/name.h"
#include "core/service.h"
#include "rest.h"

static struct rest rest;

/* ---- the table ---- */

static bool
is_method(enum method m)
{
    return m == METHOD_GET || m == METHOD_POST || m == METHOD_PATCH
           || m == METHOD_DELETE;
}

static size_t
count_names(const char *path)
{
    size_t count = 0;

    for (; (path = strchr(path, '{')); path++)
        count++;
    return count;
}

/* A first segment that is no name must not be one that a sensor may have. */
static bool
is_reserved(const char *path)
{
    char *first = xstrndup(path + 1, strcspn(path + 1, "/"));
    bool good = *first == '{' || *first == '\0' || name_check(first) != ERR_OK;

    free(first);
    return good;
}

static void
check_row(const struct route *r)
{
    const char *m = method_name(r->method);

    ok(r->scope > SCOPE_UNSET && r->scope <= SCOPE_ADMIN, "%s %s has a scope",
       m, r->path);
    ok(is_method(r->method) && r->path[0] == '/' && r->answer && r->summary,
       "%s %s is complete", m, r->path);
    ok(count_names(r->path) <= EXCHANGE_NAMES_MAX && is_reserved(r->path),
       "%s %s has a path that is free", m, r->path);
    ok(r->method != METHOD_GET
           || (!r->writes && !r->idempotent_key && !r->body
               && r->scope <= SCOPE_READ),
       "%s %s only reads if it is a GET", m, r->path);
    ok(!r->writes || r->scope >= SCOPE_TEST,
       "%s %s writes nothing for those who may read", m, r->path);
    ok(!r->idempotent_key || r->writes, "%s %s repeats only changes", m,
       r->path);
}

/* Could one request fit both paths? Words of the first segment are reserved,
 * so that no sensor is meant by them. */
static bool
overlap(const char *a, const char *b)
{
    if ((a[1] == '{') != (b[1] == '{'))
        return false;
    while (*a && *b) {
        size_t m = strcspn(++a, "/"), n = strcspn(++b, "/");

        if (*a != '{' && *b != '{' && (m != n || memcmp(a, b, n) != 0))
            return false;
        a += m;
        b += n;
    }
    return !*a && !*b;
}

static void
table(void)
{
    const struct route *all[128];
    size_t count = 0, both = 0;
    bool name = false, ordered = true;

    for (const struct route *const *t = route_tables; *t; t++)
        for (const struct route *r = *t; r->path && count < 128; r++)
            all[count++] = r;
    ok(count > 15 && count < 128, "%zu routes", count);
    for (size_t i = 0; i < count; i++) {
        ordered = ordered && (!name || all[i]->path[1] == '{');
        name = all[i]->path[1] == '{';
        check_row(all[i]);
        for (size_t k = 0; k < i; k++)
            if (all[i]->method == all[k]->method
                && overlap(all[i]->path, all[k]->path)) {
                diag("%s and %s", all[i]->path, all[k]->path);
                both++;
            }
    }
    is_int((int64_t) both, 0, "no request fits two rows");
    ok(ordered, "paths that begin with a name come last");
}

/* ---- a request ---- */

static struct exchange *
prepared(const char *method, const char *target)
{
    struct exchange *x = rest_request(&rest, method, target, NULL);

    route_prepare(x);
    return x;
}

static void
found(void)
{
    static const struct {
        const char *method, *target, *path, *name;
    } cases[] = {
        {"GET",  "/PUMP-7/weights",    "/{sensor_id}/weights", "PUMP-7"},
        {"HEAD", "/PUMP-7/weights/",   "/{sensor_id}/weights", "PUMP-7"},
        {"GET",  "/PUMP%2D7/weights?", "/{sensor_id}/weights", "PUMP-7"},
        {"GET",  "http://h/P/weights", "/{sensor_id}/weights", "P"     },
        {"GET",  "/v1/models",         "/v1/models",           NULL    },
        {"GET",  "/v1/models/v1",      "/v1/models/{name}",    "v1"    },
        {"GET",  "/health",            "/health",              NULL    },
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct exchange *x = prepared(cases[i].method, cases[i].target);
        const char *path = x->route ? x->route->path : "none";
        size_t len = strlen(cases[i].path);

        ok(strncmp(path, cases[i].path, len) == 0
               && (path[len] == '\0' || strcmp(path + len, "/") == 0)
               && (!cases[i].name || !strcmp(x->names[0], cases[i].name)),
           "%s %s is %s", cases[i].method, cases[i].target, path);
        exchange_free(x);
    }
}

static void
refused_paths(void)
{
    /* clang-format off */
    static const struct {
        const char *method, *target;
        int status;
        const char *words, *name;
    } cases[] = {
        {"GET", "/PUMP-7/wieghts", 404, "is it /PUMP-7/weights?",
         "a typing error is told the path"},
        {"POST", "/PUMP-7/prdict", 404, "is it /PUMP-7/predict?",
         "the names in it stay"},
        {"GET", "/v1/modles", 404, "is it /v1/models?", "in any segment"},
        {"GET", "/health/x", 404, "/openapi.json lists all",
         "but nothing that it does not resemble"},
        {"GET", "/PUMP-7", 404, "/PUMP-7/fit",
         "a name alone is told what it has"},
        {"GET", "/a/b/c/d/e", 404, "/openapi.json", "else where all are"},
        {"GET", "/", 404, "no such path", "the root, too"},
        {"GET", "/a//b", 400, "empty segment", "a bad path is no path"},
        {"DELETE", "/PUMP-7/weights", 405, "takes GET, HEAD",
         "a method that a path has not"},
        {"OPTIONS", "/PUMP-7/fit", 405, "takes POST", "is told those it has"},
        {"GET", "/PUMP-7/weights?colum=x", 400, "is it column?",
         "a query that is not known"},
        {"GET", "/PUMP-7/weights?xyzzy=1", 400, "it may have column, version",
         "is told what there is"},
        {"GET", "/health?x=1", 400, "takes none", "or that there is none"},
        {"GET", "/nope", 404, "a sensor has /nope/fit",
         "less than half in common is no likeness"},
        {"GET", "/health/fot", 404, "/openapi.json lists all",
         "what can be no name is not taken for one"},
    };
    /* clang-format on */

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct exchange *x = prepared(cases[i].method, cases[i].target);

        ok(x->answered, "it is answered at once");
        rest_says(x, cases[i].status, cases[i].words, cases[i].name);
        exchange_free(x);
    }
}

static void
details(void)
{
    struct exchange *x = prepared("PATCH", "/v1/models");

    ok(rest_has_header(x, "Allow: GET, HEAD\r\n"), "405 comes with Allow");
    ok(!x->route, "and has no route");
    exchange_free(x);
    x = prepared("GET", "/PUMP-7/weights?a=1&b=2");
    rest_says(x, 400, "{\"pointer\":\"?b\"", "all unknown queries are told");
    exchange_free(x);
    rest.conf.rest_prefix = (char[]){"/vigia"};
    x = prepared("GET", "/vigia/health");
    ok(x->route != NULL, "a prefix is taken off");
    exchange_free(x);
    x = prepared("GET", "/health");
    rest_says(x, 404, "not below /vigia", "and must be there");
    exchange_free(x);
    x = prepared("GET", "/vigia/P/wieghts");
    rest_says(x, 404, "is it /vigia/P/weights?", "a guess has it, too");
    exchange_free(x);
    rest.conf.rest_prefix = NULL;
    rest.conf.rest_docs = 0;
    x = prepared("GET", "/opanapi.json");
    rest_says(x, 404, "a sensor has", "what is switched off is no guess");
    exchange_free(x);
    x = prepared("POST", "/docs");
    rest_says(x, 404, "\"no such path\"", "nor is there another method of it");
    exchange_free(x);
    rest.conf.rest_docs = 1;
    x = exchange_new(rest.app);
    x->request.target = xcalloc(HTTP_TARGET_MAX + 10, 1);
    memset(x->request.target, '/', HTTP_TARGET_MAX + 9);
    route_prepare(x);
    is_int(x->response.status, 414, "a path may be too long");
    exchange_free(x);
}

static void
doors(void)
{
    struct exchange *x = rest_request(&rest, "GET", "/PUMP-7/weights", NULL);

    rest_from(x, "10.0.0.1");
    is_int(rest_send(x), 403, "a stranger does not come in");
    exchange_free(x);
    x = rest_request(&rest, "GET", "/v1/models?foo=1", NULL);
    rest_from(x, "10.0.0.1");
    is_int(rest_send(x), 403, "and is told nothing of queries");
    exchange_free(x);
    x = rest_request(&rest, "GET", "/health", NULL);
    rest_from(x, "10.0.0.1");
    is_int(rest_send(x), 200, "but sees that the service is well");
    exchange_free(x);
}

/* ---- bodies and ids ---- */

static int
status_of_type(const char *type, const char *words)
{
    struct exchange *x =
        rest_request(&rest, "POST", "/PUMP-7/fit", "{\"values\":[1,2,3]}");
    int status;

    if (type)
        rest_header(x, HEADER_CONTENT_TYPE, type);
    route_prepare(x);
    status = x->response.status;
    if (words && !strstr(buf_text(&x->response.body), words))
        status = 0;
    exchange_free(x);
    return status;
}

static void
types(void)
{
    struct exchange *x;

    is_int(status_of_type(NULL, NULL), 200, "no Content-Type means JSON");
    is_int(status_of_type("", NULL), 200, "as does an empty one");
    is_int(status_of_type("application/json", NULL), 200, "JSON is JSON");
    is_int(status_of_type("Application/JSON; charset=utf-8", NULL), 200,
           "with parameters, too");
    is_int(status_of_type("application/x-www-form-urlencoded",
                          "Content-Type: application/json"),
           415, "a form is not, and is told what to send");
    is_int(status_of_type("application/jsonx", NULL), 415,
           "nor is what begins so");
    is_int(status_of_type("text/plain", NULL), 415, "nor is text");
    x = rest_request(&rest, "POST", "/v1/models/PUMP-7/undo", "{}");
    rest_header(x, HEADER_CONTENT_TYPE, "text/plain");
    is_int(rest_send(x), 415, "nor where no body is needed");
    exchange_free(x);
}

static void
codings(void)
{
    static const struct {
        const char *coding, *body;
        int status;
        const char *words, *name;
    } cases[] = {
        {"gzip",     "\x1f\x8b\b",           415, "Content-Encoding \\\"gzip\\\"",
         "a packed body is refused by the name of its coding"                                                },
        {"Identity", "{\"values\":[1,2,3]}", 200, "",                              "identity is none"        },
        {"gzip",     "",                     400, "the text is empty",             "nor is it without a body"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct exchange *x =
            rest_request(&rest, "POST", "/PUMP-7/fit", cases[i].body);

        rest_header(x, HEADER_CONTENT_ENCODING, cases[i].coding);
        route_prepare(x);
        rest_says(x, cases[i].status, cases[i].words, cases[i].name);
        ok((cases[i].status == 415)
               == rest_has_header(x, "Accept-Encoding: identity\r\n"),
           "and is told what is taken");
        exchange_free(x);
    }
}

static void
ids(void)
{
    static const char *const bad[] = {"", "a b", "a\r\nX: y", "a\xc3\xa9",
                                      NULL};
    char longest[HTTP_ID_MAX + 2] = {0}, first[HTTP_ID_MAX + 1];
    struct exchange *x = rest_request(&rest, "GET", "/health", NULL);

    rest_header(x, HEADER_REQUEST_ID, "Abc-1_2.3");
    route_prepare(x);
    is_str(x->id, "Abc-1_2.3", "an id is taken");
    ok(rest_has_header(x, "X-Request-Id: Abc-1_2.3\r\n"), "and given back");
    exchange_free(x);
    for (size_t i = 0; bad[i]; i++) {
        x = rest_request(&rest, "GET", "/nothing/here", NULL);
        rest_header(x, HEADER_REQUEST_ID, bad[i]);
        route_prepare(x);
        ok(strncmp(x->id, rest.app->instance, 16) == 0
               && rest_has_header(x, x->id),
           "a bad one is not: it is made, and stands with a 404, too");
        exchange_free(x);
    }
    memset(longest, 'a', HTTP_ID_MAX + 1);
    x = rest_request(&rest, "GET", "/health", NULL);
    rest_header(x, HEADER_REQUEST_ID, longest);
    route_prepare(x);
    ok(strncmp(x->id, "aaaa", 4) != 0, "nor is one of 65 bytes");
    memcpy(first, x->id, sizeof first);
    exchange_free(x);
    x = prepared("GET", "/health");
    ok(strcmp(x->id, first) != 0, "each request has its own");
    exchange_free(x);
}

static void
idempotency_keys(void)
{
    struct exchange *x =
        rest_request(&rest, "POST", "/PUMP-7/fit", "{\"values\":[1,2,3]}");

    rest_header(x, HEADER_IDEMPOTENCY_KEY, "a b");
    route_prepare(x);
    rest_says(x, 400, "Idempotency-Key has 1 to 255",
              "a bad key is refused before anything is done");
    exchange_free(x);
    for (int i = 0; i < 2; i++) {
        x = rest_request(&rest, "POST", "/PUMP-7/fit",
                         "{\"values\":[10,5,6,9]}");
        rest_header(x, HEADER_IDEMPOTENCY_KEY, "k");
        (void) rest_send(x);
        ok(x->answered == (i == 1), "a repetition needs no turn");
        rest_says(x, 200, "\"version\":1", "a fit sent twice is done once");
        exchange_free(x);
    }
}

/* ---- a database that is gone ---- */

static int
health(void)
{
    struct exchange *x = rest_request(&rest, "GET", "/health/ready", NULL);
    int status = rest_send(x);

    if (status != 200)
        rest_says(x, 503, "the service must be started again",
                  "who asks whether it is ready is told what to do");
    exchange_free(x);
    return status;
}

static void
gone(void)
{
    char *away = lab_file(rest.folder, "away");
    struct exchange *x = prepared("POST", "/v1/models/PUMP-7/undo");

    is_int(health(), 200, "a service with its database is ready");
    ok(rename(rest.path, away) == 0, "the database is taken away");
    is_int(health(), 503, "then it is not");
    route_lost(x, service_begin(rest.app->service));
    rest_says(x, 503, "removed or replaced; the service must be started again",
              "nor is anything written");
    ok(!rest_has_header(x, "Retry-After")
           && !strstr(x->response.body.data, "try again"),
       "and nobody is asked to try again");
    ok(rename(away, rest.path) == 0 && health() == 200,
       "with its database it is ready again");
    exchange_free(x);
    free(away);
}

int
main(void)
{
    rest_open(&rest);
    table();
    found();
    refused_paths();
    details();
    doors();
    types();
    codings();
    ids();
    idempotency_keys();
    gone();
    rest_close(&rest);
    return done_testing();
}
