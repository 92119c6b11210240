/* SPDX-License-Identifier: Apache-2.0 */
/*
 * DELETE /v1/models/{name}: hides the model. With ?purge=1 it is hidden first,
 * so that nobody sees half of it, and then deleted over several turns.
 */
#include "cgi/models.h"

#include <stdlib.h>

#include "base/json.h"
#include "cgi/app.h"
#include "cgi/ask.h"
#include "cgi/etag.h"
#include "core/change.h"
#include "core/model.h"
#include "core/service.h"

enum { PIECE_ROWS = 500 };

/* The purge of one model, from its first turn to its last. */
struct purge {
    int64_t model, change;
};

static void
answer(struct exchange *x, const char *done, int64_t change)
{
    struct json_out out = {.buf = &x->response.body};

    json_open(&out, '{');
    json_key(&out, "name");
    json_put_text(&out, x->names[0]);
    json_key(&out, done);
    json_put_bool(&out, true);
    json_key(&out, "change");
    json_put_int(&out, change);
    json_close(&out, '}');
}

/* Hides the model, if it is not hidden yet. */
static enum err
hide(struct exchange *x, struct model *m)
{
    struct service *s = x->app->service;
    enum err e = m->version ? change_open(s, "remove", m->name) : ERR_OK;

    if (e == ERR_OK && m->version)
        e = change_activate(s, m, 0);
    return e;
}

static enum err
piece(struct exchange *x, struct model *m)
{
    const struct purge *purge = x->state;
    int64_t change = purge->change;
    bool more = false;
    enum err e = model_purge(x->app->service, m, PIECE_ROWS, &more);

    if (e == ERR_OK && !more)
        answer(x, "purged", change);
    x->more = e == ERR_OK && more;
    return e;
}

static enum err
begin_purge(struct exchange *x, struct model *m)
{
    struct service *s = x->app->service;
    struct purge *purge;
    enum err e = hide(x, m);

    if (e == ERR_OK)
        e = change_open(s, "purge", m->name);
    if (e != ERR_OK)
        return e;
    purge = xmalloc(sizeof *purge);
    *purge = (struct purge){.model = m->id, .change = s->change.id};
    x->state = purge;
    x->state_free = free;
    return piece(x, m);
}

static enum err
go_on(struct exchange *x)
{
    const struct purge *purge = x->state;
    struct model m = {0};
    enum err e = model_by_id(x->app->service, purge->model, &m);

    if (e == ERR_OK && m.version)
        e = err_set(ERR_CONFLICT, "%s has been brought back meanwhile",
                    m.name);
    if (e == ERR_OK)
        e = piece(x, &m);
    model_free(&m);
    return e;
}

enum err
model_remove(struct exchange *x)
{
    struct model m = {0};
    bool purge = false;
    enum err e;

    if (x->state)
        return go_on(x);
    e = ask_flag(x, "purge", &purge);
    if (e == ERR_OK)
        e = ask_model(x, purge, &m);
    if (e == ERR_OK && etag_expected(x, &m)) {
        e = purge ? begin_purge(x, &m) : hide(x, &m);
        if (e == ERR_OK && !purge)
            answer(x, "removed", x->app->service->change.id);
    }
    model_free(&m);
    return e;
}
