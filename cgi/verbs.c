/* SPDX-License-Identifier: Apache-2.0 */
/* Changes of one model by a request. The body was read before the turn. */
#include "cgi/verbs.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/json.h"
#include "base/number.h"
#include "cgi/app.h"
#include "cgi/ask.h"
#include "cgi/body.h"
#include "cgi/etag.h"
#include "core/change.h"
#include "core/name.h"
#include "core/recorded.h"
#include "core/service.h"
#include "data/stats.h"

void
deed_free(struct deed *deed)
{
    model_free(&deed->model);
    draft_free(&deed->draft);
    buf_free(&deed->warning);
    free(deed->column);
    *deed = (struct deed){0};
}

enum err
verb_store(struct exchange *x, struct deed *deed, const char *what,
           const char *note)
{
    struct service *s = x->app->service;
    int64_t number;
    enum err e;

    if (!etag_expected(x, &deed->model))
        return ERR_OK; /* a finished 412 */
    e = change_open(s, what, note);
    if (e == ERR_OK)
        e = draft_apply(s, &deed->model, &deed->draft, &number);
    deed->done = e == ERR_OK;
    return e;
}

void
verb_tag(struct exchange *x, const struct model *m)
{
    char tag[ETAG_SIZE];

    etag_of(x->app->service, m, 0, tag);
    response_header(&x->response, "ETag", tag);
}

static void
free_json(void *state)
{
    json_free(state);
}

void
verb_keep(struct exchange *x, struct json *json)
{
    x->state = json;
    x->state_free = free_json;
}

enum err
verb_json_read(struct exchange *x)
{
    struct json *json = NULL;
    enum err e = body_json(&x->request.body, true, &json);

    if (e == ERR_OK)
        verb_keep(x, json);
    return e;
}

/* ---- fit ---- */

/* A fit on its way; with recorded readings that may take some turns. */
struct fit_job {
    struct fit_body body;
    struct recorded recorded;
};

static void
free_job(void *state)
{
    struct fit_job *job = state;

    fit_body_free(&job->body);
    recorded_free(&job->recorded);
    free(job);
}

enum err
verb_fit_read(struct exchange *x)
{
    struct fit_job job = {.body = {.count = 0}};
    enum err e = name_check(x->names[0]);

    if (e == ERR_OK)
        e = fit_body_read(&x->request.body, &job.body);
    if (e != ERR_OK)
        return e;
    x->state = xmalloc(sizeof job);
    *(struct fit_job *) x->state = job;
    x->state_free = free_job;
    return ERR_OK;
}

/* The columns of the body. */
static void
take_body(const struct fit_body *body, struct source *source, struct buf *note)
{
    int64_t values = 0;

    *source = (struct source){.column_count = body->count,
                              .columns = (const char *const *) body->names,
                              .moments = body->moments,
                              .cases = body->cases};
    if (body->cases) {
        buf_printf(note, "from %zu cases", json_count(body->cases));
        return;
    }
    for (size_t i = 0; i < body->count; i++)
        values += body->moments[i].n;
    buf_printf(note, "from %" PRId64 " values", values);
}

/* A step through the history; x->more when it was not the last. */
static enum err
take_recorded(struct exchange *x, const struct model *m, struct source *source,
              struct buf *note)
{
    struct fit_job *job = x->state;
    struct recorded *r = &job->recorded;
    struct service *s = x->app->service;
    enum err e = ERR_OK;

    if (!r->active) /* the first turn */
        e = recorded_begin(s, m, job->body.since, job->body.until, r);
    if (e == ERR_OK)
        e = recorded_step(s, r);
    x->more = e == ERR_OK && !r->done;
    if (e != ERR_OK || x->more)
        return e;
    recorded_note(r, note);
    return recorded_source(r, m, source);
}

/* The kind asked for, or that of the model, or of the one that is built in,
 * or baseline; it must learn from what the body has. */
static enum err
choose_kind(const struct exchange *x, const struct model *m,
            const struct kind **out)
{
    const struct fit_job *job = x->state;
    const char *name = request_query(&x->request, "kind");
    const struct kind *kind = name ? kind_find(name) : m->kind;
    struct buf names = {0};

    if (name && !kind) {
        kind_list(&names, -1);
        (void) !err_set(ERR_DATA, "?kind: no kind \"%.40s\"; there is %s",
                        name, names.data);
        buf_free(&names);
        return ERR_DATA;
    }
    if (!kind)
        kind = kind_find(m->name);
    if (!kind || !(name || m->kind || kind->builtin))
        kind = &kind_baseline;
    if ((kind->learns == LEARNS_CASES) != (job->body.cases != NULL)
        || kind->learns == LEARNS_TABLE)
        return err_set(ERR_DATA, "a model of kind %s learns from %s",
                       kind->name,
                       kind->learns == LEARNS_CASES   ? "\"cases\""
                       : kind->learns == LEARNS_TABLE ? "a table as text/csv"
                                                      : "readings");
    *out = kind;
    return ERR_OK;
}

/* Learns from what there is now. */
static enum err
learn(struct exchange *x, struct deed *deed, const struct source *source,
      const char *note)
{
    const struct fit_job *job = x->state;
    struct fit fit = {.source = source,
                      .changes = job->body.params,
                      .fresh = job->body.fresh};
    enum err e = choose_kind(x, &deed->model, &fit.kind);

    if (e == ERR_OK)
        e = draft_fit(x->app->service, &deed->model, &fit, &deed->draft);
    if (e == ERR_OK && source->column_count == 1)
        deed->column = xstrdup(source->columns[0]);
    return e == ERR_OK ? verb_store(x, deed, "fit", note) : e;
}

enum err
verb_fit(struct exchange *x, struct deed *deed)
{
    const struct fit_job *job = x->state;
    struct source source;
    struct buf note = {0};
    enum err e;

    if (job->body.recorded) {
        e = ask_model(x, false, &deed->model);
        if (e == ERR_OK)
            e = take_recorded(x, &deed->model, &source, &note);
    } else {
        take_body(&job->body, &source, &note);
        e = model_or_new(x->app->service, x->names[0], &deed->model);
    }
    if (e == ERR_OK && !x->more)
        e = learn(x, deed, &source, buf_text(&note));
    buf_free(&note);
    return e;
}

/* ---- adjust ---- */

enum { PERCENT_MIN = -100, PERCENT_MAX = 1000 };

static enum err
read_percent(const struct json *body, double *percent)
{
    static const char *const known[] = {"percent", NULL};
    const struct json *value;
    enum err e;

    err_clear();
    if (!body)
        return ERR_OK;
    if (json_type(body) != JSON_OBJECT)
        return kind_problem("", NULL,
                            "an adjust is an object such as "
                            "{\"percent\":10}, not %s",
                            json_type_name(json_type(body)));
    e = kind_members(body, known, "an adjust", "", NULL);
    value = json_get(body, "percent");
    if (!value)
        return e;
    if (json_type(value) != JSON_NUMBER)
        return kind_problem("", "percent",
                            "\"percent\" must be a number, not %s",
                            json_type_name(json_type(value)));
    *percent = json_number(value);
    if (!(*percent > PERCENT_MIN && *percent <= PERCENT_MAX))
        return kind_problem("", "percent",
                            "\"percent\" must be above %d and at most %d",
                            PERCENT_MIN, PERCENT_MAX);
    return e;
}

/* Thresholds that do not rise, which is what an adjust is for. */
static void
warn(struct deed *deed, const struct compiled *before, const char *column)
{
    const struct kind *kind = deed->draft.kind;
    size_t count = kind->columns(deed->draft.model), low = 0, i = 0;
    struct kind_column was, is;
    const char *first = NULL;

    if (column && kind_column_seek(kind, deed->draft.model, column, &i))
        count = i + 1;
    for (; i < count; i++) {
        kind->column(before->model, i, &was);
        kind->column(deed->draft.model, i, &is);
        if (!(is.threshold > was.threshold) && low++ == 0)
            first = is.name;
    }
    if (low > 0)
        buf_printf(&deed->warning, "the threshold of %s", first);
    if (low > 1)
        buf_printf(&deed->warning, " and of %zu more columns", low - 1);
    if (low > 0)
        buf_str(&deed->warning, " does not rise");
}

enum err
verb_adjust(struct exchange *x, struct deed *deed)
{
    struct service *s = x->app->service;
    const char *column = request_query(&x->request, "column");
    struct compiled *before = NULL;
    char shown[NUMBER_MAX];
    struct buf note = {0};
    double percent = 10;
    enum err e = read_percent(x->state, &percent);

    if (e == ERR_OK)
        e = ask_model(x, false, &deed->model);
    if (e == ERR_OK)
        e = compiled_get(s, &deed->model, 0, &before);
    if (e == ERR_OK)
        e = draft_adjust(s, &deed->model, percent, column, &deed->draft);
    if (e == ERR_OK) {
        warn(deed, before, column);
        deed->column = column ? xstrdup(column) : NULL;
        (void) number_print(shown, percent);
        buf_printf(&note, "%s%s %%%s%s", percent > 0 ? "+" : "", shown,
                   column ? " " : "", column ? column : "");
        e = verb_store(x, deed, "adjust", buf_text(&note));
    }
    compiled_put(before);
    buf_free(&note);
    return e;
}

/* clang-format off */
const struct route_query verb_fit_queries[] = {
    {"kind", "string", "the kind of a model that is new"},
    {.name = NULL},
};

const struct route_query verb_test_queries[] = {
    {"column", "string", "the column the value is of"},
    {"version", "integer", "judged by this version, not the active one"},
    {"record", "boolean", "0: the reading is not recorded"},
    {"mode", "string", "another way of answering that the kind has"},
    {"seed", "integer", "begins what a kind draws: the same answer again"},
    {.name = NULL},
};

const struct route_query verb_adjust_queries[] = {
    {"column", "string", "only this column"},
    {.name = NULL},
};
/* clang-format on */
