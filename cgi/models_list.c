/* SPDX-License-Identifier: Apache-2.0 */
/*
 * GET /v1/models. A page ends at its limit, or when it has looked at so many
 * models, or for so long, that others would wait: then it is short and has a
 * next all the same.
 */
#include "cgi/models.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/text.h"
#include "cgi/app.h"
#include "cgi/ask.h"
#include "core/answer.h"
#include "core/model.h"
#include "core/service.h"
#include "core/state.h"
#include "kinds/kind.h"

enum { LIMIT = 100, LIMIT_MAX = 1000, EXAMINED_MAX = 10000, PAGE = 200 };

struct lister {
    struct service *s;
    struct json_out out;
    const char *match; /* NULL: any */
    int64_t kind;      /* place in kinds[]; -1: any */
    int64_t state;     /* -1: any */
    int64_t limit, listed, examined;
    int64_t now, until; /* until: clock_elapsed() when it must end */
    char *last;         /* the name looked at last; owned */
};

static enum err
ask_kind(const struct exchange *x, int64_t *kind)
{
    enum { KINDS_MAX = 32 };
    const char *names[KINDS_MAX + 1] = {NULL};

    for (size_t i = 0; i < KINDS_MAX && kinds[i]; i++)
        names[i] = kinds[i]->name;
    return ask_word(x, "kind", names, kind);
}

static bool
fits(const struct lister *l, const struct model *m)
{
    return (l->kind < 0 || m->kind == kinds[l->kind])
           && (!l->match || text_match(l->match, m->name)
               || text_match(l->match, m->title));
}

/* Only a model that fits has its states read. */
static enum err
look(struct lister *l, const struct model *m)
{
    struct state_list states = {0};
    enum state state;
    enum err e;

    l->examined++;
    free(l->last);
    l->last = xstrdup(m->name);
    if (!fits(l, m))
        return ERR_OK;
    e = state_load(l->s, m->id, &states);
    if (e != ERR_OK)
        return e;
    state = state_worst(l->s, &states, m->stale_after, l->now);
    if (l->state < 0 || state == (enum state) l->state) { /* one of them */
        answer_listed(&l->out, m, &states, state_names[state]);
        l->listed++;
    }
    state_list_free(&states);
    return ERR_OK;
}

static bool
enough(const struct lister *l)
{
    return l->listed == l->limit || l->examined >= EXAMINED_MAX
           || (l->examined > 0 && clock_elapsed() >= l->until);
}

/* *more: there are models behind l->last. */
static enum err
walk(struct lister *l, const char *after, bool *more)
{
    char *from = xstrdup(after);
    enum err e = ERR_OK;

    *more = true;
    while (e == ERR_OK && *more && !enough(l)) {
        struct model_page page = {0};
        size_t i = 0;

        e = model_list(l->s, from, PAGE, false, &page);
        while (e == ERR_OK && i < page.count && !enough(l))
            e = look(l, &page.items[i++]);
        *more = i < page.count || page.count == PAGE;
        if (l->last) {
            free(from);
            from = xstrdup(l->last);
        }
        model_page_free(&page);
    }
    free(from);
    return e;
}

enum err
models_list(struct exchange *x)
{
    struct lister l = {.s = x->app->service,
                       .out = {.buf = &x->response.body},
                       .match = request_query(&x->request, "match"),
                       .kind = -1,
                       .state = -1,
                       .limit = LIMIT,
                       .now = clock_now(),
                       .until = clock_elapsed() + PIECE_US};
    const char *cursor = request_query(&x->request, "cursor");
    bool more = false;
    enum err e = ask_kind(x, &l.kind);

    if (e == ERR_OK)
        e = ask_word(x, "state", state_names, &l.state);
    if (e == ERR_OK)
        e = ask_int(x, "limit", 1, LIMIT_MAX, &l.limit);
    if (e != ERR_OK)
        return e;
    json_open(&l.out, '{');
    json_key(&l.out, "models");
    json_open(&l.out, '[');
    e = walk(&l, cursor ? cursor : "", &more);
    json_close(&l.out, ']');
    json_key(&l.out, "next");
    json_put_text(&l.out, more ? l.last : NULL);
    json_close(&l.out, '}');
    free(l.last);
    return e;
}
