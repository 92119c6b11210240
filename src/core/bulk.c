/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Storing drafts, one or thousands. A new model is inserted complete, with the
 * version and the activation that follow it: their ids are known before.
 */
#include "core/draft.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/clock.h"
#include "core/change.h"
#include "core/model.h"
#include "core/service.h"
#include "core/version.h"
#include "kinds/kind.h"

/* Can it be stored for the model as that is now? */
static enum err
check(struct drafted *one)
{
    const struct model *m = one->model;
    const struct draft *d = one->draft;
    enum err e = draft_check_kind(m, d->kind);

    if (e != ERR_OK)
        return e;
    if (m->version != d->base)
        return err_set(ERR_CONFLICT,
                       "%s has been changed meanwhile (version %" PRId64
                       " is active now); look again",
                       m->name, m->version);
    one->fresh = m->id == 0;
    return version_next(m, &one->number);
}

/* What the model becomes by the activation of that id. */
static enum err
bring_forward(const struct drafted *one, int64_t activation)
{
    struct model *m = one->model;

    m->kind = one->draft->kind;
    m->version = m->versions = one->number;
    m->activation = m->top = m->head = activation;
    m->removed_at = 0;
    return change_repeat(m, one->draft->title, one->draft->params);
}

static enum err
insert_models(struct service *s, struct drafted *all, size_t count,
              int64_t activation)
{
    struct model **models = xcalloc(count, sizeof *models);
    size_t n = 0;
    enum err e = ERR_OK;

    for (size_t i = 0; e == ERR_OK && i < count; i++) {
        if (!all[i].fresh)
            continue;
        models[n++] = all[i].model;
        e = bring_forward(&all[i], activation + (int64_t) i);
    }
    if (e == ERR_OK)
        e = model_insert(s, models, n);
    free(models);
    return e;
}

static enum err
put_versions(struct service *s, const struct drafted *all, size_t count)
{
    struct db_put put;
    enum err e = ERR_OK;

    version_put_begin(&put, s);
    for (size_t i = 0; e == ERR_OK && i < count; i++) {
        const struct draft *d = all[i].draft;
        const struct version v = {.number = all[i].number,
                                  .title = d->title,
                                  .params = d->params,
                                  .weights = d->weights,
                                  .metrics = d->metrics};

        e = version_put(&put, s, all[i].model->id, d->origin, &v);
    }
    return e == ERR_OK ? db_put_end(&put) : e;
}

static enum err
put_activations(struct service *s, const struct drafted *all, size_t count,
                int64_t activation)
{
    struct activating act = {.at = clock_now()};
    struct db_put put;
    enum err e = ERR_OK;

    change_put_begin(&put, s);
    for (size_t i = 0; e == ERR_OK && i < count; i++) {
        const struct model *m = all[i].model;

        act.id = activation + (int64_t) i;
        act.model = m->id;
        act.prev = all[i].fresh ? 0 : m->activation;
        act.version = all[i].number;
        act.parent = all[i].fresh ? 0 : m->top;
        e = change_put(&put, s, &act);
    }
    return e == ERR_OK ? db_put_end(&put) : e;
}

static enum err
save_models(struct service *s, const struct drafted *all, size_t count,
            int64_t activation)
{
    enum err e = ERR_OK;

    for (size_t i = 0; e == ERR_OK && i < count; i++) {
        if (all[i].fresh)
            continue;
        e = bring_forward(&all[i], activation + (int64_t) i);
        if (e == ERR_OK)
            e = model_save(s, all[i].model);
    }
    return e;
}

static enum err
put_states(struct service *s, struct drafted *all, size_t count)
{
    int64_t now = clock_now();
    struct db_put put;
    enum err e = ERR_OK;

    state_put_begin(&put, s);
    for (size_t i = 0; e == ERR_OK && i < count; i++) {
        const struct compiled c = {.kind = all[i].draft->kind,
                                   .model = all[i].draft->model};

        e = state_put(&put, s, all[i].model, all[i].fresh, &c, now,
                      &all[i].worst);
    }
    return e == ERR_OK ? db_put_end(&put) : e;
}

enum err
draft_apply_all(struct service *s, struct drafted *all, size_t count)
{
    int64_t activation = 0; /* of the first; the others follow */
    enum err e = ERR_OK;

    for (size_t i = 0; e == ERR_OK && i < count; i++)
        e = check(&all[i]);
    if (e == ERR_OK)
        e = change_next(s, &activation);
    if (e == ERR_OK)
        e = insert_models(s, all, count, activation);
    if (e == ERR_OK)
        e = put_versions(s, all, count);
    if (e == ERR_OK)
        e = put_activations(s, all, count, activation);
    if (e == ERR_OK)
        e = save_models(s, all, count, activation);
    if (e == ERR_OK)
        e = put_states(s, all, count);
    return e;
}

enum err
draft_apply(struct service *s, struct model *m, const struct draft *d,
            int64_t *number)
{
    struct drafted one = {.model = m, .draft = d};
    enum err e = draft_apply_all(s, &one, 1);

    if (e == ERR_OK)
        *number = one.number;
    return e;
}
