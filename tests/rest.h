/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The REST service without a transport, for its tests: an app on a database
 * of its own, and requests that go through both halves of route.h, each in a
 * turn of its own. Each look at the clock takes a microsecond, so that no turn
 * ends before its work, however slow the machine is; a test of work in several
 * turns says by clock_step() how far it comes in one.
 */
#ifndef VIGIA_REST_H
#define VIGIA_REST_H

#include "cgi/app.h"
#include "cgi/route.h"
#include "lab.h"

struct rest {
    char *folder, *path;
    struct conf conf;
    struct app *app;
};

static inline void
rest_open(struct rest *p)
{
    clock_step(1);
    conf_presets(&p->conf);
    p->folder = lab_folder();
    p->path = lab_file(p->folder, "v.db");
    must(app_new(p->path, &p->conf, &p->app));
}

static inline void
rest_close(struct rest *p)
{
    app_free(p->app);
    conf_free(&p->conf);
    free(p->path);
    lab_clear(p->folder);
}

/* A request from this machine; body NULL: none. exchange_free() it. */
static inline struct exchange *
rest_request(struct rest *p, const char *method, const char *target,
             const char *body)
{
    struct exchange *x = exchange_new(p->app);

    x->request.method = method_of(method);
    x->request.target = xstrdup(target);
    x->request.remote = xstrdup("127.0.0.1");
    if (body)
        buf_str(&x->request.body, body);
    return x;
}

static inline void
rest_header(struct exchange *x, enum header header, const char *value)
{
    free(x->request.headers[header]);
    x->request.headers[header] = xstrdup(value);
}

static inline void
rest_from(struct exchange *x, const char *address)
{
    free(x->request.remote);
    x->request.remote = xstrdup(address);
}

/* The second half, in a turn where the route writes. */
static inline void
rest_turn(struct exchange *x)
{
    struct service *s = x->app->service;

    if (!x->route->writes) {
        must(service_refresh(s));
        must(route_answer(x));
        return;
    }
    do {
        must(service_begin(s));
        must(route_answer(x));
        must(service_commit(s));
    } while (x->more);
}

static inline int
rest_send(struct exchange *x)
{
    route_prepare(x);
    if (!x->answered)
        rest_turn(x);
    return x->response.status;
}

/* Has the body of the answer these words? */
#define rest_says(x, status, words, name) \
    rest_says_at(x, status, words, __FILE__, __LINE__, name)

static inline void
rest_says_at(const struct exchange *x, int status, const char *words,
             const char *file, int line, const char *name)
{
    const char *body = buf_text(&x->response.body);

    if (!ok_at(x->response.status == status && strstr(body, words), file, line,
               "%s", name))
        diag("   got: %d %s", x->response.status, body);
}

static inline bool
rest_has_header(const struct exchange *x, const char *line)
{
    return strstr(buf_text(&x->response.headers), line) != NULL;
}

#endif
