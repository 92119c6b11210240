/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From a request to its row of the tables, and through what all rows have in
 * common. Nothing here knows what a resource does.
 */
#include "cgi/route.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "cgi/ask.h"
#include "cgi/body.h"
#include "cgi/door.h"
#include "cgi/repeat.h"
#include "cgi/resources.h"
#include "core/name.h"
#include "core/service.h"

enum { SHOWN_MAX = 60 }; /* bytes of a wrong text that a message repeats */

/* A path that begins with a word goes before one that begins with a name. */
const struct route *const route_tables[] = {
    reading_routes, model_routes, version_routes, change_routes,
    history_routes, table_routes, job_routes,     health_routes,
    metrics_routes, docs_routes,  planner_routes, sensor_routes,
    NULL,
};

/* ---- the id ---- */

static bool
is_id(const char *s)
{
    static const char allowed[] = "._-0123456789abcdefghijklmnopqrstuvwxyz"
                                  "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    size_t len = strspn(s, allowed);

    return len > 0 && len <= HTTP_ID_MAX && s[len] == '\0';
}

static void
take_id(struct exchange *x)
{
    const char *given = x->request.headers[HEADER_REQUEST_ID];

    x->app->requests++;
    if (given && is_id(given))
        (void) snprintf(x->id, sizeof x->id, "%s", given);
    else
        (void) snprintf(x->id, sizeof x->id, "%s-%" PRId64, x->app->instance,
                        x->app->requests);
    response_header(&x->response, "X-Request-Id", x->id);
}

/* ---- finding the row ---- */

/* The next segment of a row's path, which stands at its slash. */
static size_t
next_segment(const char **path)
{
    (*path)++;
    return strcspn(*path, "/");
}

/* Does the path of the request fit? Sets the names on its way. */
static bool
fits(const char *path, const struct request *r, const char **names)
{
    size_t count = 0;

    if (r->segment_count == 0)
        return path[1] == '\0';
    if (path[1] != r->segments[0][0] && path[1] != '{') /* most rows */
        return false;
    for (size_t i = 0; i < r->segment_count; i++) {
        const char *segment = r->segments[i];
        size_t len;

        if (*path == '\0')
            return false;
        len = next_segment(&path);
        if (*path == '{')
            names[count++] = segment;
        else if (strncmp(path, segment, len) != 0 || segment[len] != '\0')
            return false;
        path += len;
    }
    return *path == '\0';
}

/* Calls see for each row that there is by the configuration; a row that it
 * says true to is the answer. */
static const struct route *
each_route(const struct app *app,
           bool (*see)(const struct route *route, void *arg), void *arg)
{
    for (const struct route *const *table = route_tables; *table; table++) {
        if (*table == docs_routes && !app->conf->rest_docs)
            continue;
        for (const struct route *route = *table; route->path; route++)
            if (see(route, arg))
                return route;
    }
    return NULL;
}

static bool
is_it(const struct route *route, void *arg)
{
    struct exchange *x = arg;
    enum method method = x->request.method;

    return route->method == (method == METHOD_HEAD ? METHOD_GET : method)
           && fits(route->path, &x->request, x->names);
}

/* ---- when there is none ---- */

struct methods {
    const struct request *request;
    bool has[METHOD_OTHER];
};

static bool
note_method(const struct route *route, void *arg)
{
    struct methods *methods = arg;
    const char *names[EXCHANGE_NAMES_MAX];

    if (fits(route->path, methods->request, names)) {
        methods->has[route->method] = true;
        methods->has[METHOD_HEAD] |= route->method == METHOD_GET;
    }
    return false;
}

/* The methods the path has, for Allow; empty when it has none. */
static void
list_methods(const struct exchange *x, struct buf *out)
{
    struct methods methods = {.request = &x->request};

    each_route(x->app, note_method, &methods);
    for (enum method m = METHOD_GET; m < METHOD_OTHER; m++)
        if (methods.has[m])
            buf_printf(out, "%s%s", out->len ? ", " : "", method_name(m));
}

static void
refuse_method(struct exchange *x, const char *allow)
{
    struct buf detail = {0};

    buf_printf(&detail, "this path takes %s", allow);
    response_problem_status(&x->response, 405, detail.data, x->id);
    response_header(&x->response, "Allow", allow);
    buf_free(&detail);
}

struct guess {
    const struct request *request;
    struct buf best, path; /* the nearest path so far, and the next one */
    size_t distance;
};

/* The distance of a row's path from that of the request, whose names are put
 * into it; SIZE_MAX when it has another number of segments, one that has less
 * than half in common with what was asked for, or what can be no name. */
static size_t
measure(const char *path, const struct request *r, struct buf *out)
{
    size_t distance = 0;

    for (size_t i = 0; i < r->segment_count; i++) {
        char *segment;
        size_t len, letters;

        if (*path == '\0' || path[1] == '\0')
            return SIZE_MAX;
        len = next_segment(&path);
        buf_char(out, '/');
        if (*path == '{' && name_check(r->segments[i]) != ERR_OK)
            return SIZE_MAX;
        if (*path == '{') {
            buf_str(out, r->segments[i]);
        } else {
            segment = xstrndup(path, len);
            letters = text_distance(segment, r->segments[i]);
            distance += letters;
            buf_str(out, segment);
            free(segment);
            if (2 * letters > len)
                return SIZE_MAX;
        }
        path += len;
    }
    return *path == '\0' ? distance : SIZE_MAX;
}

static bool
compare_path(const struct route *route, void *arg)
{
    struct guess *guess = arg;
    size_t distance;

    buf_clear(&guess->path);
    distance = measure(route->path, guess->request, &guess->path);
    if (distance < guess->distance) {
        guess->distance = distance;
        buf_clear(&guess->best);
        buf_str(&guess->best, buf_text(&guess->path));
    }
    return false;
}

/* A name alone is a sensor whose verb is missing; another path is told the
 * one that it may be meant to be. */
static void
refuse_path(struct exchange *x)
{
    const struct request *r = &x->request;
    const struct conf *conf = x->app->conf;
    const char *prefix = conf->rest_prefix ? conf->rest_prefix : "";
    struct guess guess = {.request = r, .distance = 4};
    enum err e;

    if (r->segment_count > 0)
        each_route(x->app, compare_path, &guess);
    if (guess.best.len > 0)
        e = err_set(ERR_NOT_FOUND, "no such path; is it %s%s?", prefix,
                    buf_text(&guess.best));
    else if (r->segment_count == 1 && name_check(r->segments[0]) == ERR_OK)
        e = err_set(ERR_NOT_FOUND,
                    "no such path; a sensor has %s/%.*s/fit, /weights, "
                    "/predict and /adjust, and a model is %s/v1/models/%.*s",
                    prefix, SHOWN_MAX, r->segments[0], prefix, SHOWN_MAX,
                    r->segments[0]);
    else
        e = err_set(ERR_NOT_FOUND, "no such path%s%s%s",
                    conf->rest_docs ? "; " : "", conf->rest_docs ? prefix : "",
                    conf->rest_docs ? "/openapi.json lists all there are"
                                    : "");
    response_problem(&x->response, e, x->id);
    buf_free(&guess.best);
    buf_free(&guess.path);
}

static bool
find_route(struct exchange *x)
{
    struct buf allow = {0};

    x->route = each_route(x->app, is_it, x);
    if (x->route)
        return true;
    list_methods(x, &allow);
    if (allow.len > 0)
        refuse_method(x, allow.data);
    else
        refuse_path(x);
    buf_free(&allow);
    return false;
}

/* ---- what all rows ask for ---- */

static bool
parse(struct exchange *x)
{
    const char *prefix = x->app->conf->rest_prefix;
    enum err e = request_parse(&x->request, prefix ? prefix : "");

    if (e == ERR_OK)
        return true;
    if (e == ERR_DATA) /* too long */
        response_problem_status(&x->response, 414, err_text(), x->id);
    else
        response_problem(&x->response, e, x->id);
    return false;
}

/* Is type, up to its parameters, the wanted one? */
static bool
is_type(const char *type, const char *wanted)
{
    size_t len = strcspn(type, "; \t");

    return wanted && len == strlen(wanted)
           && strncasecmp(type, wanted, len) == 0;
}

/* Without a type a body is JSON. */
static bool
check_type(struct exchange *x)
{
    const char *type = x->request.headers[HEADER_CONTENT_TYPE];
    const struct route *route = x->route;
    struct buf detail = {0};

    if ((!route->body && !route->writes) || x->request.body.len == 0 || !type
        || *type == '\0' || is_type(type, "application/json")
        || is_type(type, route->accept))
        return true;
    buf_printf(&detail,
               "the body came as %.*s, which this does not take: send the "
               "header \"Content-Type: application/json\"",
               SHOWN_MAX, type);
    if (route->accept)
        buf_printf(&detail, " or \"Content-Type: %s\"", route->accept);
    response_problem_status(&x->response, 415, detail.data, x->id);
    buf_free(&detail);
    return false;
}

/* Nothing is unpacked here. */
static bool
check_coding(struct exchange *x)
{
    const char *coding = x->request.headers[HEADER_CONTENT_ENCODING];
    struct buf detail = {0};

    if (!coding || x->request.body.len == 0
        || strcasecmp(coding, "identity") == 0)
        return true;
    buf_printf(&detail,
               "the body came with the Content-Encoding \"%.*s\", which this "
               "does not take: send it as it is",
               SHOWN_MAX, coding);
    response_problem_status(&x->response, 415, detail.data, x->id);
    response_header(&x->response, "Accept-Encoding", "identity");
    buf_free(&detail);
    return false;
}

/* A body that the transport did not keep. */
static bool
check_body(struct exchange *x)
{
    struct buf detail = {0};

    if (x->refused == 0)
        return true;
    if (x->refused == 413)
        buf_printf(&detail, "the body is longer than %" PRId64 " bytes",
                   x->app->conf->rest_body_max);
    else if (x->refused == 400)
        buf_str(&detail, "the head of the request and its body do not fit: "
                         "look at Host, Content-Length and "
                         "Transfer-Encoding");
    else
        buf_str(&detail, "too many long requests wait for their answers; "
                         "try again");
    response_problem_status(&x->response, x->refused, detail.data, x->id);
    buf_free(&detail);
    return false;
}

/* ---- the two halves ---- */

/* True when x is ready for its turn; else it has its answer. */
static bool
prepare(struct exchange *x)
{
    bool found = false;
    enum err e;

    if (!parse(x) || !find_route(x) || !door_pass(x))
        return false;
    e = ask_check(x);
    if (e == ERR_OK && (!check_body(x) || !check_coding(x) || !check_type(x)))
        return false;
    if (e == ERR_OK && x->route->writes && !x->route->body)
        e = body_none(&x->request.body);
    if (e == ERR_OK)
        e = repeat_check(x);
    if (e == ERR_OK)
        e = repeat_find(x, &found);
    if (found)
        return false;
    if (e == ERR_OK && x->route->prepare) {
        err_clear();
        e = x->route->prepare(x);
    }
    if (e != ERR_OK)
        response_problem(&x->response, e, x->id);
    return e == ERR_OK && x->response.status < 300;
}

void
route_prepare(struct exchange *x)
{
    if (x->began == 0)
        x->began = clock_elapsed();
    take_id(x);
    x->answered = !prepare(x);
}

/* A repeated request has its answer from before. */
static enum err
answer_or_repeat(struct exchange *x)
{
    bool found = false;
    enum err e = x->begun ? ERR_OK : repeat_find(x, &found);

    x->begun = true;
    x->more = false;
    if (e != ERR_OK || found)
        return e;
    err_clear();
    e = x->route->answer(x);
    if (e == ERR_OK && !x->more)
        e = repeat_keep(x);
    return e;
}

/* In a part of the turn, which is kept if the answer is one of success. */
static enum err
answer_in_part(struct exchange *x)
{
    struct service *s = x->app->service;
    enum err e;

    service_act_as(s, x->by);
    e = service_part_begin(s, !x->route->stores_last);
    if (e != ERR_OK)
        return e;
    e = answer_or_repeat(x);
    if (e == ERR_OK && x->response.status < 400)
        return service_part_keep(s);
    x->more = false;
    if (e != ERR_OK) /* now, before undoing says something else */
        response_problem(&x->response, e, x->id);
    return service_part_undo(s);
}

enum err
route_answer(struct exchange *x)
{
    enum err e;

    if (x->route->writes)
        return answer_in_part(x);
    x->more = false;
    err_clear();
    e = x->route->answer(x);
    if (e != ERR_OK)
        response_problem(&x->response, e, x->id);
    return ERR_OK;
}

void
route_lost(struct exchange *x, enum err e)
{
    x->more = false;
    if (e == ERR_IO && db_still_there(x->app->service->db) != ERR_OK) {
        response_gone(&x->response, x->id);
        return;
    }
    if (http_status(e) == 503) {
        response_problem(&x->response, e, x->id);
        return;
    }
    log_line("request %s: %s", x->id, err_text());
    response_problem_status(&x->response, 503, http_excuse(ERR_IO), x->id);
}
