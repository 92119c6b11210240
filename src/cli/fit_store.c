/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Storing a fit. A draft depends on the version that is active, so each is
 * made twice: before, to check it, and again in the turn that stores it.
 */
#include "cli/fit.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/figure.h"
#include "base/stop.h"
#include "cli/cmd.h"
#include "cli/terminal.h"
#include "core/change.h"
#include "core/draft.h"
#include "core/model.h"
#include "core/service.h"
#include "core/undo.h"

struct fit_item *
fit_add(struct fit_job *job)
{
    job->items = xreallocarray(job->items, job->count + 1, sizeof *job->items);
    job->items[job->count] = (struct fit_item){0};
    return &job->items[job->count++];
}

void
fit_item_free(struct fit_item *item)
{
    free(item->text);
    free(item->name);
    free(item->columns);
    free(item->moments);
    *item = (struct fit_item){0};
}

void
fit_job_free(struct fit_job *job)
{
    for (size_t i = 0; i < job->count; i++)
        fit_item_free(&job->items[i]);
    free(job->items);
    free(job->params);
    free(job->note);
    *job = (struct fit_job){0};
}

enum err
fit_draft(const struct fit_job *job, const struct fit_item *item,
          const struct model *m, struct draft *out)
{
    struct fit fit = {.text = item->text,
                      .kind = job->kind,
                      .source = &item->source,
                      .params = job->params,
                      .param_count = job->param_count,
                      .fresh = job->fresh};

    return draft_fit(job->cmd->service, m, &fit, out);
}

/* The model of the item, id 0 when it is to be made, and its draft. */
static enum err
draft_item(const struct fit_job *job, const struct fit_item *item,
           struct model *m, struct draft *draft)
{
    enum err e = model_or_new(job->cmd->service, item->name, m);

    return e == ERR_OK ? fit_draft(job, item, m, draft) : e;
}

/* As many items from *at on as there is time for, in one read. */
static enum err
check_piece(const struct fit_job *job, size_t *at)
{
    struct service *s = job->cmd->service;
    enum err e = service_read_begin(s);
    int64_t began = clock_elapsed();

    if (e != ERR_OK)
        return e;
    while (e == ERR_OK && *at < job->count
           && clock_elapsed() - began < PIECE_US) {
        struct model m = {0};
        struct draft draft = {0};

        e = draft_item(job, &job->items[(*at)++], &m, &draft);
        draft_free(&draft);
        model_free(&m);
    }
    return service_read_end(s, e);
}

enum err
fit_check(struct fit_job *job)
{
    struct progress progress;
    size_t at = 0;
    enum err e = ERR_OK;

    progress_begin(&progress, "checking");
    while (e == ERR_OK && at < job->count) {
        e = check_piece(job, &at);
        progress_step(&progress, (int64_t) at, (int64_t) job->count);
        if (e == ERR_OK)
            e = stop_check();
    }
    progress_end(&progress);
    return e;
}

static enum err
store_item(struct fit_job *job, struct fit_item *item)
{
    struct model m = {0};
    struct draft draft = {0};
    enum err e = draft_item(job, item, &m, &draft);

    if (e == ERR_OK)
        e = draft_apply(job->cmd->service, &m, &draft, &item->version);
    draft_free(&draft);
    model_free(&m);
    return e;
}

/* One turn: as many items as it has time for. */
static enum err
store_piece(struct fit_job *job)
{
    struct service *s = job->cmd->service;
    size_t i = job->stored;
    int64_t began;
    enum err e = service_begin(s);

    if (e != ERR_OK)
        return e;
    began = clock_elapsed();
    if (!job->change)
        e = change_open(s, "fit", job->note);
    while (e == ERR_OK && i < job->count && clock_elapsed() - began < PIECE_US)
        e = store_item(job, &job->items[i++]);
    if (e == ERR_OK)
        e = service_commit(s);
    else
        service_rollback(s);
    if (e != ERR_OK)
        return e;
    job->change = s->change.id;
    job->stored = i;
    return ERR_OK;
}

enum err
fit_store(struct fit_job *job)
{
    char stored[FIGURE_MAX], count[FIGURE_MAX];
    struct progress progress;
    enum err e = ERR_OK;

    progress_begin(&progress, "storing");
    while (e == ERR_OK && job->stored < job->count) {
        e = stop_check();
        if (e == ERR_OK)
            e = store_piece(job);
        progress_step(&progress, (int64_t) job->stored, (int64_t) job->count);
    }
    progress_end(&progress);
    if (e == ERR_OK || job->stored == 0)
        return e;
    return err_set(e,
                   "%s: %s of %s models were stored; vigia undo --change "
                   "%" PRId64 " takes them back",
                   err_text(), figure_group(stored, (int64_t) job->stored),
                   figure_group(count, (int64_t) job->count), job->change);
}
