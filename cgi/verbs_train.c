/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A fit on a table, which may take long, over several turns: the first writes
 * down a job; the second, after its commit, starts the process and falls
 * asleep; the last, when that has ended or a second is over, answers with the
 * version or with the job.
 */
#include "cgi/verbs.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/json.h"
#include "cgi/app.h"
#include "cgi/ask.h"
#include "cgi/etag.h"
#include "cgi/jobs.h"
#include "cgi/models.h"
#include "cgi/training.h"
#include "core/job.h"
#include "core/model.h"
#include "core/name.h"
#include "core/service.h"

#define PATIENCE_US CLOCK_SECOND /* then the answer is the job */

enum { OPTIONS_MAX = HTTP_QUERIES_MAX + 4 };

struct train {
    struct app *app;
    const struct kind *kind; /* asked for; NULL: the model's */
    char *options[OPTIONS_MAX + 1];
    size_t count;
    int64_t job; /* 0: not begun */
    bool started;
};

static void
free_train(void *state)
{
    struct train *t = state;

    if (t->job && !t->started) /* what was begun is not to be: the commit */
        training_leave(t->app, t->job); /* or the start has failed */
    for (size_t i = 0; i < t->count; i++)
        free(t->options[i]);
    free(t);
}

bool
verb_train_wanted(const struct exchange *x)
{
    static const char csv[] = "text/csv";
    const char *type = x->request.headers[HEADER_CONTENT_TYPE];

    return type && strncasecmp(type, csv, sizeof csv - 1) == 0;
}

/* clang-format off */
const struct route_query verb_train_queries[] = {
    {"kind", "string", "the kind of a model that is new"},
    {"label", "string", "of a table: the column that it is to teach"},
    {"columns", "string", "of a table: the features, as one CSV record"},
    {"param", "strings", "of a table: KEY=VALUE, as often as you like"},
    {"fresh", "boolean", "of a table: 1: forget the params of before"},
    {.name = NULL},
};
/* clang-format on */

/* ---- before the turn ---- */

/* Value and option are one word, so that no value is an option. */
static void
add_option(struct train *t, const char *name, const char *value)
{
    struct buf word = {0};

    buf_printf(&word, "--%s", name);
    if (value)
        buf_printf(&word, "=%s", value);
    t->options[t->count++] = buf_steal(&word);
}

static enum err
read_kind(const struct exchange *x, struct train *t)
{
    const char *name = request_query(&x->request, "kind");
    struct buf names = {0};
    enum err e = ERR_OK;

    t->kind = name ? kind_find(name) : NULL;
    kind_list(&names, LEARNS_TABLE);
    if (name && (!t->kind || t->kind->learns != LEARNS_TABLE))
        e = err_set(ERR_DATA,
                    "?kind: no kind \"%.40s\" learns from a table; %s do",
                    name, buf_text(&names));
    buf_free(&names);
    return e;
}

static enum err
read_options(const struct exchange *x, struct train *t)
{
    static const char *const texts[] = {"label", "columns", "param"};
    const struct request *r = &x->request;
    bool fresh = false;
    enum err e = ask_flag(x, "fresh", &fresh);

    if (e == ERR_OK && !request_query(r, "label"))
        e = err_set(ERR_DATA, "?label: a fit on a table needs the column that "
                              "it is to teach");
    if (e != ERR_OK)
        return e;
    if (fresh)
        add_option(t, "fresh", NULL);
    for (size_t i = 0; i < r->query_count; i++)
        for (size_t k = 0; k < sizeof texts / sizeof *texts; k++)
            if (strcmp(r->queries[i].name, texts[k]) == 0)
                add_option(t, texts[k], r->queries[i].value);
    return ERR_OK;
}

enum err
verb_train_read(struct exchange *x)
{
    struct train *t = xcalloc(1, sizeof *t);
    enum err e = name_check(x->names[0]);

    t->app = x->app;
    x->state = t;
    x->state_free = free_train;
    if (e == ERR_OK)
        e = read_kind(x, t);
    return e == ERR_OK ? read_options(x, t) : e;
}

/* ---- the turns ---- */

static enum err
choose_kind(struct train *t, const struct model *m)
{
    if (!t->kind)
        t->kind = m->kind;
    if (!t->kind)
        return err_set(ERR_DATA, "?kind: a new model needs the kind that it "
                                 "is to be of");
    if (t->kind->learns != LEARNS_TABLE)
        return err_set(ERR_DATA,
                       "%s is of kind %s, which does not learn from a table",
                       m->name, t->kind->name);
    add_option(t, "kind", t->kind->name);
    return draft_check_kind(m, t->kind);
}

static enum err
begin(struct exchange *x, struct train *t)
{
    struct service *s = x->app->service;
    struct model m = {0};
    enum err e;

    if (!x->app->training)
        return err_set(ERR_UNAVAILABLE, "nothing is trained here");
    if (training_job(x->app)) {
        response_problem_status(&x->response, 429,
                                "another model is being fitted; try again "
                                "when its job has ended",
                                x->id);
        return ERR_OK;
    }
    e = model_or_new(s, x->names[0], &m);
    if (e == ERR_OK)
        e = choose_kind(t, &m);
    if (e == ERR_OK && etag_expected(x, &m)) {
        e = job_begin(s, x->names[0], &t->job);
        x->more = e == ERR_OK;
    }
    if (x->more)
        training_take(x->app, t->job);
    model_free(&m);
    return e;
}

static enum err
start(struct exchange *x, struct train *t)
{
    const char *words[OPTIONS_MAX + 2] = {x->names[0]};
    enum err e;

    for (size_t i = 0; i < t->count; i++)
        words[i + 1] = t->options[i];
    e = training_start(x->app, words, &x->request.body);
    if (e != ERR_OK)
        return e;
    t->started = true;
    x->sleep_until = clock_elapsed() + PATIENCE_US;
    x->more = true;
    return ERR_OK;
}

static enum err
answer_version(struct exchange *x, const struct job *job)
{
    struct buf none = {0};
    struct model m = {0};
    enum err e = model_find(x->app->service, job->model, true, &m);

    if (e != ERR_OK)
        return e;
    if (m.version == job->version)
        verb_tag(x, &m);
    return model_answer(x, &m, job->version, &none);
}

static void
answer_later(struct exchange *x, const struct job *job)
{
    struct json_out out = {.buf = &x->response.body};
    const char *prefix = x->app->conf->rest_prefix;
    struct buf place = {0};

    buf_printf(&place, "%s/v1/jobs/%" PRId64, prefix ? prefix : "", job->id);
    x->response.status = 202;
    response_header(&x->response, "Location", buf_text(&place));
    job_put(&out, job);
    buf_free(&place);
}

static enum err
finish(struct exchange *x, const struct train *t)
{
    struct job job = {0};
    enum err e = training_look(x->app, t->job, &job);

    if (e != ERR_OK)
        return e;
    if (job.state == JOB_DONE)
        e = answer_version(x, &job);
    else if (job.state == JOB_RUNNING)
        answer_later(x, &job);
    else
        response_problem_status(&x->response, job_status(&job),
                                job_reason(&job), x->id);
    job_free(&job);
    return e;
}

enum err
verb_train(struct exchange *x)
{
    struct train *t = x->state;

    if (!t->job)
        return begin(x, t);
    return t->started ? finish(x, t) : start(x, t);
}
