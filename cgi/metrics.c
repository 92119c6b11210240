/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Counting. A request costs a walk over the addresses of some forty routes, a
 * verdict a look into a hash of model ids; neither allocates.
 */
#include "cgi/metrics.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "cgi/app.h"
#include "cgi/metrics_internal.h"
#include "cgi/route.h"
#include "kinds/kind.h"

/* Seconds: from a predict on a warm disk to a client that gave up. */
static const double second_bounds[] = {
    0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025,
    0.05,   0.1,     0.25,   0.5,   1,      2.5,   10,   0};
static const double request_bounds[] = {1,  2,   4,   8,   16,   32,
                                        64, 128, 256, 512, 1024, 0};

static void
histogram_add(struct histogram *h, double v)
{
    size_t i = 0;

    while (h->bounds[i] > 0 && v > h->bounds[i])
        i++;
    h->buckets[i]++;
    h->sum += v;
}

/* ---- routes ---- */

static void
add_route(struct metrics *m, const struct route *route)
{
    size_t n = m->route_count++;

    m->routes = xreallocarray(m->routes, n + 1, sizeof *m->routes);
    m->routes[n] = route;
    m->answers = xreallocarray(m->answers, n + 1, sizeof *m->answers);
    m->answers[n] = (struct answers){.seconds.bounds = second_bounds};
}

static struct answers *
find_route(const struct metrics *m, const struct route *route)
{
    size_t i = 0;

    while (m->routes[i] && m->routes[i] != route)
        i++;
    return &m->answers[i];
}

void
metrics_request(struct app *app, const struct route *route, int status,
                double seconds)
{
    struct answers *answers;

    if (status < STATUS_FIRST || status >= STATUS_END)
        return;
    answers = find_route(app->metrics, route);
    answers->by_status[status - STATUS_FIRST]++;
    histogram_add(&answers->seconds, seconds);
}

void
metrics_turn(struct app *app, size_t requests, double commit_seconds,
             double lock_wait_seconds)
{
    struct metrics *m = app->metrics;

    histogram_add(&m->turn_requests, (double) requests);
    histogram_add(&m->commit_seconds, commit_seconds);
    histogram_add(&m->lock_wait_seconds, lock_wait_seconds);
}

/* ---- models ---- */

/* The slot that has the model, or the free one where it belongs. There are
 * always free ones: max_models is less than half of them. */
static size_t *
find_slot(const struct metrics *m, int64_t id)
{
    uint64_t hash = (uint64_t) id * UINT64_C(0x9e3779b97f4a7c15);
    size_t i = (size_t) (hash >> 32) & (m->slot_count - 1);

    while (m->slots[i] && m->models[m->slots[i]].id != id)
        i = (i + 1) & (m->slot_count - 1);
    return &m->slots[i];
}

const struct model_series *
metrics_model(const struct metrics *m, int64_t id)
{
    size_t slot = *find_slot(m, id);

    return slot ? &m->models[slot] : NULL;
}

/* Ids are not reused, so one up to max_models is of one of the first. Of the
 * others it is asked until there are so many models. */
static struct model_series *
take_model(struct metrics *m, struct service *s, int64_t id)
{
    size_t *slot = find_slot(m, id);

    if (*slot)
        return &m->models[*slot];
    if (id > (int64_t) m->max_models && m->last_own == INT64_MAX)
        metrics_rank(m, s);
    if (id > m->last_own || m->model_count > m->max_models)
        return &m->models[0];
    if (m->model_count == m->model_cap) {
        m->model_cap *= 2;
        m->models = xreallocarray(m->models, m->model_cap, sizeof *m->models);
    }
    *slot = m->model_count++;
    m->models[*slot] = (struct model_series){.id = id};
    return &m->models[*slot];
}

static struct column_series *
add_column(struct metrics *m, struct model_series *model, const char *name)
{
    struct column_series *column;

    model->columns = xreallocarray(model->columns, model->count + 1,
                                   sizeof *model->columns);
    column = &model->columns[model->count++];
    *column = (struct column_series){.name = xstrdup(name)};
    m->column_count++;
    return column;
}

/* Columns are looked for from guess on, which is where they mostly are. */
static struct column_series *
find_column(const struct model_series *model, const char *name, size_t guess)
{
    if (guess < model->count && strcmp(model->columns[guess].name, name) == 0)
        return &model->columns[guess];
    for (size_t i = 0; i < model->count; i++)
        if (strcmp(model->columns[i].name, name) == 0)
            return &model->columns[i];
    return NULL;
}

/* Those of models without a series of their own, and those too many, are one
 * column. */
static struct column_series *
take_column(struct metrics *m, struct model_series *model, const char *name,
            size_t guess)
{
    bool own = model->id != 0 && guess < COLUMNS_MAX;
    struct column_series *column =
        own ? find_column(model, name, guess) : NULL;

    if (column)
        return column;
    if (own && model->count < COLUMNS_MAX && m->column_count < m->max_columns)
        return add_column(m, model, name);
    column = find_column(model, METRICS_OTHER, model->count - 1);
    return column ? column : add_column(m, model, METRICS_OTHER);
}

/* A column has its series from the first verdict on, with 0 alerts: what
 * begins with its first alert has no rise that Prometheus could see. */
void
metrics_verdicts(struct app *app, int64_t model,
                 const struct verdicts *verdicts)
{
    struct metrics *m = app->metrics;
    struct model_series *series = take_model(m, app->service, model);

    series->verdicts += verdicts->count;
    for (size_t i = 0; i < verdicts->count; i++) {
        const struct verdict *v = &verdicts->items[i];

        if (v->column)
            take_column(m, series, v->column, v->index)->alerts += v->alert;
    }
}

/* ---- all of it ---- */

struct metrics *
metrics_new(int64_t max_models)
{
    struct metrics *m = xcalloc(1, sizeof *m);

    for (size_t t = 0; route_tables[t]; t++)
        for (const struct route *r = route_tables[t]; r->path; r++)
            add_route(m, r);
    add_route(m, NULL);
    m->turn_requests.bounds = request_bounds;
    m->commit_seconds.bounds = second_bounds;
    m->lock_wait_seconds.bounds = second_bounds;
    m->max_models = (size_t) max_models; /* the configuration bounds it */
    m->max_columns = COLUMNS_PER_MODEL * m->max_models;
    m->slot_count = 16;
    while (m->slot_count < 2 * m->max_models + 2)
        m->slot_count *= 2;
    m->slots = xcalloc(m->slot_count, sizeof *m->slots);
    m->model_cap = 16;
    m->models = xcalloc(m->model_cap, sizeof *m->models);
    m->model_count = 1; /* all others */
    m->last_own = INT64_MAX;
    return m;
}

void
metrics_free(struct metrics *m)
{
    if (!m)
        return;
    for (size_t i = 0; i < m->model_count; i++) {
        for (size_t c = 0; c < m->models[i].count; c++)
            free(m->models[i].columns[c].name);
        free(m->models[i].columns);
    }
    free(m->models);
    free(m->slots);
    free(m->routes);
    free(m->answers);
    free(m);
}
