/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Storing a fit. A draft depends on the version that is active, so each is
 * made twice: before anything is stored, to check it, and again before the
 * turn that stores it. In the turn there is nothing to do but to insert,
 * unless somebody else has stored something since.
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

struct fit_item *
fit_add(struct fit_job *job)
{
    if (job->count == job->room) {
        job->room = job->room ? 2 * job->room : 1;
        job->items = xreallocarray(job->items, job->room, sizeof *job->items);
    }
    job->items[job->count] = (struct fit_item){0};
    return &job->items[job->count++];
}

void
fit_item_free(struct fit_item *item)
{
    if (item->name != item->text)
        free((char *) item->name); /* ours, as the rest: fit.h */
    if (item->own) {
        free((void *) item->columns);
        free((void *) item->moments);
    }
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
          const struct model *m, bool only_check, struct draft *out)
{
    struct source source = job->source;
    struct fit fit = {.text = item->text,
                      .kind = job->kind,
                      .source = &source,
                      .params = job->params,
                      .param_count = job->param_count,
                      .fresh = job->fresh,
                      .only_check = only_check};

    source.columns = item->columns;
    source.moments = item->moments;
    source.column_count = item->column_count;
    return draft_fit(job->cmd->service, m, &fit, out);
}

/* ---- drafts ---- */

/* A draft and its model, which has id 0 when it is to be made. */
struct ready {
    struct model model;
    struct draft draft;
};

static void
ready_free(struct ready *r)
{
    draft_free(&r->draft);
    model_free(&r->model);
}

static enum err
make_ready(const struct fit_job *job, const struct fit_item *item,
           struct model_gap *gap, bool only_check, struct ready *out)
{
    struct ready r = {.model = {0}};
    enum err e =
        model_or_new_next(job->cmd->service, gap, item->name, &r.model);

    if (e == ERR_OK)
        e = fit_draft(job, item, &r.model, only_check, &r.draft);
    if (e == ERR_OK)
        *out = r;
    else
        ready_free(&r);
    return e;
}

/* As many items from *at on as there is time for, in one read. */
static enum err
check_piece(const struct fit_job *job, size_t *at)
{
    struct service *s = job->cmd->service;
    enum err e = service_read_begin(s);
    int64_t began = clock_elapsed();
    struct model_gap gap = {0};

    if (e != ERR_OK)
        return e;
    while (e == ERR_OK && *at < job->count
           && clock_elapsed() - began < PIECE_US) {
        struct ready r = {.model = {0}};

        e = make_ready(job, &job->items[(*at)++], &gap, true, &r);
        ready_free(&r);
    }
    model_gap_free(&gap);
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

/* ---- storing ---- */

enum {
    AHEAD = 4096, /* columns that are drafted before a turn, about */
    BATCH = 512   /* columns that are stored between two looks at the clock */
};

/* Drafts of the items that are stored next. */
struct ahead {
    struct ready *ready; /* owned: ahead_free() */
    size_t count, used;
    int64_t seen; /* the database's data version when they were made */
};

static void
ahead_clear(struct ahead *a)
{
    for (size_t i = 0; i < a->count; i++)
        ready_free(&a->ready[i]);
    a->count = a->used = 0;
}

static void
ahead_free(struct ahead *a)
{
    ahead_clear(a);
    free(a->ready);
}

/* Drafts the next items, in one read. */
static enum err
look_ahead(const struct fit_job *job, struct ahead *a)
{
    struct service *s = job->cmd->service;
    const struct fit_item *item = &job->items[job->stored];
    const struct fit_item *end = job->items + job->count;
    struct model_gap gap = {0};
    size_t columns = 0;
    enum err e = service_read_begin(s);

    if (e != ERR_OK)
        return e;
    ahead_clear(a);
    e = db_data_version(s->db, &a->seen);
    for (; e == ERR_OK && item < end && columns < AHEAD; item++) {
        e = make_ready(job, item, &gap, false, &a->ready[a->count]);
        a->count += e == ERR_OK;
        columns += item->column_count;
    }
    model_gap_free(&gap);
    return service_read_end(s, e);
}

/* The draft anew, if its model is another one now. */
static enum err
look_again(const struct fit_job *job, const struct fit_item *item,
           struct model_gap *gap, struct ready *r)
{
    struct model now = {0};
    enum err e = model_or_new_next(job->cmd->service, gap, item->name, &now);

    if (e != ERR_OK)
        return e;
    if (now.id == r->model.id && now.version == r->draft.base) {
        model_free(&r->model);
        r->model = now;
        return ERR_OK;
    }
    ready_free(r);
    r->model = now;
    return fit_draft(job, item, &r->model, false, &r->draft);
}

/* In a turn: stores the next of them. stale: somebody else has stored
 * something since they were made. */
static enum err
store_batch(const struct fit_job *job, struct ahead *a, struct fit_item *items,
            bool stale)
{
    struct drafted all[BATCH];
    struct model_gap gap = {0};
    size_t count = 0, columns = 0;
    enum err e = ERR_OK;

    while (e == ERR_OK && a->used + count < a->count && columns < BATCH) {
        struct ready *r = &a->ready[a->used + count];

        if (stale)
            e = look_again(job, &items[count], &gap, r);
        all[count] = (struct drafted){.model = &r->model, .draft = &r->draft};
        columns += items[count++].column_count;
    }
    model_gap_free(&gap);
    if (e == ERR_OK)
        e = draft_apply_all(job->cmd->service, all, count);
    for (size_t i = 0; e == ERR_OK && i < count; i++) {
        items[i].version = all[i].number;
        items[i].state = (uint8_t) all[i].worst; /* below STATES */
    }
    a->used += count;
    return e;
}

/* One turn: as many items as it has time for. */
static enum err
store_piece(struct fit_job *job, struct ahead *a)
{
    struct service *s = job->cmd->service;
    struct fit_item *items = job->items + job->stored;
    size_t first;
    int64_t began;
    enum err e = a->used < a->count ? ERR_OK : look_ahead(job, a);

    if (e == ERR_OK)
        e = service_begin(s);
    if (e != ERR_OK)
        return e;
    began = clock_elapsed();
    first = a->used;
    if (!job->change)
        e = change_open(s, "fit", job->note);
    while (e == ERR_OK && a->used < a->count
           && clock_elapsed() - began < PIECE_US)
        e = store_batch(job, a, items + (a->used - first),
                        s->data_version != a->seen);
    if (e == ERR_OK)
        e = service_commit(s);
    else
        service_rollback(s);
    if (e != ERR_OK)
        return e;
    job->change = s->change.id;
    job->stored += a->used - first;
    return ERR_OK;
}

enum err
fit_store(struct fit_job *job)
{
    struct ahead ahead = {.ready = xcalloc(AHEAD, sizeof *ahead.ready)};
    char stored[FIGURE_MAX], count[FIGURE_MAX];
    struct progress progress;
    enum err e = ERR_OK;

    progress_begin(&progress, "storing");
    while (e == ERR_OK && job->stored < job->count) {
        e = stop_check();
        if (e == ERR_OK)
            e = store_piece(job, &ahead);
        progress_step(&progress, (int64_t) job->stored, (int64_t) job->count);
    }
    progress_end(&progress);
    ahead_free(&ahead);
    if (e == ERR_OK || job->stored == 0)
        return e;
    return err_set(e,
                   "%s: %s of %s models were stored; vigia undo --change "
                   "%" PRId64 " takes them back",
                   err_text(), figure_group(stored, (int64_t) job->stored),
                   figure_group(count, (int64_t) job->count), job->change);
}
