/* SPDX-License-Identifier: Apache-2.0 */
/* Views. The states of a version that is not active come from its weights. */
#include "core/view.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "core/service.h"
#include "kinds/kind.h"

void
view_free(struct view *view)
{
    activation_list_free(&view->activations);
    free(view->states);
    compiled_put(view->compiled);
    version_free(&view->version);
    model_free(&view->model);
    *view = (struct view){0};
}

enum err
view_load(struct service *s, struct model *m, int64_t number,
          struct view *view)
{
    struct view v = {.model = *m, .now = clock_now()};
    enum err e = version_load(s, m, number, &v.version);

    *m = (struct model){0};
    if (e == ERR_OK)
        e = compiled_get(s, &v.model, v.version.number, &v.compiled);
    if (e == ERR_OK)
        e = view_states(s, &v.model, v.compiled, v.now, &v.states, &v.worst,
                        &v.last);
    if (e == ERR_OK)
        e = activation_list(s, &v.model, VIEW_ACTIVATIONS, &v.activations);
    if (e == ERR_OK)
        *view = v;
    else
        view_free(&v);
    return e;
}

static const struct state_row *
find(const struct state_list *list, const char *column, size_t guess)
{
    if (guess < list->count && !strcmp(list->items[guess].column, column))
        return &list->items[guess];
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->items[i].column, column) == 0)
            return &list->items[i];
    return NULL;
}

enum err
view_states(struct service *s, const struct model *m, const struct compiled *c,
            int64_t now, enum state **out, enum state *worst, int64_t *last)
{
    size_t count = state_columns(c);
    struct state_list list = {0};
    enum state *states;
    enum err e = ERR_OK;

    if (c->number == m->version)
        e = state_load(s, m->id, &list);
    if (e != ERR_OK)
        return e;
    states = xcalloc(count, sizeof *states);
    *worst = STATE_OK;
    *last = 0;
    for (size_t i = 0; i < count; i++) {
        struct kind_column column;
        struct state_row fresh;
        const struct state_row *row;

        state_column(c, i, &column);
        fresh = (struct state_row){
            .n = column.n, .flat = !(column.std > 0), .activated_at = now};
        row = find(&list, column.name, i);
        row = row ? row : &fresh;
        states[i] = state_of(s, row, m->stale_after, now);
        *worst = states[i] < *worst ? states[i] : *worst;
        if (row->tested && row->at > *last)
            *last = row->at;
    }
    state_list_free(&list);
    *out = states;
    return ERR_OK;
}
