/* SPDX-License-Identifier: Apache-2.0 */
/* Drafts. What a draft needs of the database it reads when it is made. */
#include "core/draft.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/json.h"
#include "base/text.h"
#include "core/change.h"
#include "core/job.h"
#include "core/model.h"
#include "core/name.h"
#include "core/service.h"
#include "core/version.h"
#include "kinds/kind.h"

enum { TITLE_MAX = 200 };

void
draft_free(struct draft *d)
{
    if (d->model)
        d->kind->release(d->model);
    free(d->title);
    free(d->params);
    free(d->weights);
    free(d->metrics);
    *d = (struct draft){0};
}

/* Compiles what the draft has, which checks it, too. */
static enum err
compile(struct draft *d)
{
    return kind_compile(d->kind, d->weights, d->params, &d->model);
}

static void
measure(struct draft *d)
{
    struct buf text = {0};
    struct json_out out = {.buf = &text};

    d->kind->metrics(d->model, &out);
    d->metrics = buf_steal(&text);
}

enum err
draft_finish(struct draft *d, enum err e, struct draft *out)
{
    if (e == ERR_OK && !d->model)
        e = compile(d);
    if (e == ERR_OK && d->kind->metrics)
        measure(d);
    if (e == ERR_OK)
        *out = *d;
    else
        draft_free(d);
    return e;
}

enum err
draft_check_kind(const struct model *m, const struct kind *kind)
{
    if (m->id && m->kind != kind)
        return err_set(ERR_CONFLICT,
                       "%s is of kind %s, not %s; choose another name",
                       m->name, m->kind->name, kind->name);
    return ERR_OK;
}

/* ---- params ---- */

struct names {
    const char **items;
    size_t count;
};

/* The columns of a compiled model; borrowed from it. */
static struct names
columns_of(const struct kind *kind, const void *model)
{
    struct names names = {.count = kind->columns(model)};

    names.items = xcalloc(names.count, sizeof *names.items);
    for (size_t i = 0; i < names.count; i++) {
        struct kind_column column;

        kind->column(model, i, &column);
        names.items[i] = column.name;
    }
    return names;
}

/* To what is wrong already this adds what is wrong with the title. */
static enum err
set_title(struct draft *d, const char *value)
{
    if (strlen(value) > TITLE_MAX)
        return kind_problem("", "title", "a title has at most %d bytes",
                            TITLE_MAX);
    if (!text_is_utf8(value, strlen(value)))
        return kind_problem("", "title", "the title is not UTF-8");
    free(d->title);
    d->title = xstrdup(value);
    return ERR_OK;
}

/* Where KEY=VALUE is parted: a column's name may hold '=', so by the last
 * one; but the first, if a param of all columns stands before it. */
static const char *
find_equals(const struct kind *kind, const char *pair)
{
    const char *first = strchr(pair, '=');
    char *key = first ? xstrndup(pair, (size_t) (first - pair)) : NULL;
    const char *column = NULL;
    bool whole = key && param_find(kind, key, &column) && !column;

    free(key);
    return whole ? first : strrchr(pair, '=');
}

/* KEY=VALUE; the title is free text. */
static enum err
set_pair(struct draft *d, const struct names *columns, const char *pair)
{
    const char *equals = find_equals(d->kind, pair);
    struct buf params = {0};
    char *key;
    enum err e;

    err_clear();
    if (strncmp(pair, "title=", 6) == 0)
        return set_title(d, pair + 6);
    if (!equals || equals == pair)
        return err_set(ERR_USAGE, "\"%s\" is not KEY=VALUE", pair);
    key = xstrndup(pair, (size_t) (equals - pair));
    buf_str(&params, d->params);
    e = params_set(d->kind, &params, key, equals + 1, columns->items,
                   columns->count);
    if (e == ERR_OK) {
        free(d->params);
        d->params = buf_steal(&params);
    }
    buf_free(&params);
    free(key);
    return e;
}

static enum err
set_pairs(struct draft *d, const struct names *columns,
          const char *const *pairs, size_t count)
{
    enum err e = ERR_OK;

    for (size_t i = 0; e == ERR_OK && i < count; i++)
        e = set_pair(d, columns, pairs[i]);
    return e;
}

static enum err
merge_params(struct draft *d, const struct names *columns,
             const struct json *changes)
{
    struct buf params = {0};
    enum err e;

    buf_str(&params, d->params);
    e = params_merge(d->kind, &params, changes, columns->items,
                     columns->count);
    if (e == ERR_OK) {
        free(d->params);
        d->params = buf_steal(&params);
    }
    buf_free(&params);
    return e;
}

/* Both forms of changes to params. */
static enum err
set_params(struct draft *d, const char *const *pairs, size_t count,
           const struct json *changes)
{
    struct names columns = {0};
    enum err e = ERR_OK;

    if (count == 0 && !changes)
        return ERR_OK;
    if (d->kind->learns == LEARNS_MOMENTS && !d->model)
        e = compile(d); /* for the names of columns */
    if (e != ERR_OK)
        return e;
    if (d->model)
        columns = columns_of(d->kind, d->model);
    e = set_pairs(d, &columns, pairs, count);
    if (e == ERR_OK && changes)
        e = merge_params(d, &columns, changes);
    free(columns.items);
    if (d->model)
        d->kind->release(d->model);
    d->model = NULL;
    return e;
}

/* ---- the verbs ---- */

/* A draft that equals the active version; weights too if wanted. */
static enum err
start(struct service *s, const struct model *m, const char *origin,
      struct draft *d)
{
    struct version v = {0};
    enum err e = version_load(s, m, 0, &v);

    if (e != ERR_OK)
        return e;
    *d = (struct draft){.origin = origin,
                        .kind = m->kind,
                        .base = m->version,
                        .title = v.title,
                        .params = v.params,
                        .weights = v.weights};
    v.title = v.params = v.weights = NULL;
    version_free(&v);
    return ERR_OK;
}

/* Where a fit starts: from the active version, or from nothing. */
static enum err
start_fit(struct service *s, const struct model *m, const struct fit *fit,
          struct draft *d)
{
    struct buf params = {0};

    if (m->version && !fit->fresh)
        return start(s, m, "fit", d);
    params_presets(fit->kind, &params);
    *d = (struct draft){.origin = "fit",
                        .kind = fit->kind,
                        .base = m->version,
                        .title = xstrdup(m->id ? m->title : ""),
                        .params = buf_steal(&params)};
    return ERR_OK;
}

/* As kind_params(); a draft that begins without weights has the presets. */
static enum err
read_params(const struct draft *d, struct json **params)
{
    if (!d->kind->fit_compiled)
        return json_parse(d->params, strlen(d->params), params);
    return d->weights ? kind_params(d->kind, d->params, params) : ERR_OK;
}

/* The kind learns: d gets weights, and is compiled if that is a short cut. */
static enum err
learn(struct draft *d, const struct fit *fit)
{
    struct json *old = NULL, *params = NULL;
    struct source source = *fit->source;
    struct buf weights = {0};
    /* params that are yet to come are compiled with the weights */
    bool wanted = !fit->only_check || fit->param_count > 0 || fit->changes;
    enum err e = read_params(d, &params);

    if (e == ERR_OK && d->weights)
        e = json_parse(d->weights, strlen(d->weights), &old);
    source.params = params;
    if (e == ERR_OK)
        e = d->kind->fit_compiled ? d->kind->fit_compiled(
                &source, old, params, wanted ? &weights : NULL, &d->model)
                                  : d->kind->fit(&source, old, &weights);
    json_free(params);
    json_free(old);
    if (e == ERR_OK && wanted) {
        free(d->weights);
        d->weights = buf_steal(&weights);
    }
    buf_free(&weights);
    return e;
}

/* Params of columns need the columns; what else is learnt needs the params. */
enum err
draft_fit(struct service *s, const struct model *m, const struct fit *fit,
          struct draft *out)
{
    bool columns = fit->kind->learns == LEARNS_MOMENTS;
    struct draft d = {0};
    enum err e = draft_check_kind(m, fit->kind);

    if (e == ERR_OK)
        e = fit->text ? model_check_text(m, fit->text, strlen(fit->text))
                      : ERR_OK;
    if (e == ERR_OK)
        e = start_fit(s, m, fit, &d);
    if (e == ERR_OK && !columns)
        e = set_params(&d, fit->params, fit->param_count, fit->changes);
    if (e == ERR_OK)
        e = learn(&d, fit);
    if (e == ERR_OK && columns)
        e = set_params(&d, fit->params, fit->param_count, fit->changes);
    if (e == ERR_OK && fit->text && !*d.title && strcmp(fit->text, m->name))
        e = set_title(&d, fit->text);
    return draft_finish(&d, e, out);
}

/* What a set and a patch share: whether anything is other than before. */
static enum err
change_params(struct service *s, const struct model *m,
              const char *const *pairs, size_t count, const char *new_title,
              const struct json *changes, struct draft *out)
{
    struct draft d = {0};
    enum err e = start(s, m, "set", &d), titled = ERR_OK;
    char *title = NULL, *params = NULL;

    if (e == ERR_OK) { /* both say what is wrong */
        title = xstrdup(d.title);
        params = xstrdup(d.params);
        err_clear();
        e = set_params(&d, pairs, count, changes);
        if (new_title)
            titled = set_title(&d, new_title);
    }
    if (e == ERR_OK)
        e = titled;
    if (e == ERR_OK)
        d.same = !strcmp(title, d.title) && !strcmp(params, d.params);
    free(title);
    free(params);
    return draft_finish(&d, e, out);
}

enum err
draft_set(struct service *s, const struct model *m, const char *const *pairs,
          size_t count, struct draft *out)
{
    return change_params(s, m, pairs, count, NULL, NULL, out);
}

enum err
draft_patch(struct service *s, const struct model *m, const char *title,
            const struct json *changes, struct draft *out)
{
    return change_params(s, m, NULL, 0, title, changes, out);
}

enum err
draft_adjust(struct service *s, const struct model *m, double percent,
             const char *column, struct draft *out)
{
    struct draft d = {0};
    struct json *weights = NULL;
    struct buf moved = {0};
    enum err e = start(s, m, "adjust", &d);

    if (e == ERR_OK)
        e = json_parse(d.weights, strlen(d.weights), &weights);
    if (e == ERR_OK)
        e = d.kind->adjust(weights, percent, column, &moved);
    json_free(weights);
    if (e == ERR_OK) {
        d.same = strcmp(d.weights, buf_text(&moved)) == 0;
        free(d.weights);
        d.weights = buf_steal(&moved);
    }
    buf_free(&moved);
    return draft_finish(&d, e, out);
}

enum err
draft_change(struct draft *d, const char *const *pairs, size_t count)
{
    struct draft changed = *d;
    enum err e;

    *d = (struct draft){0};
    changed.kind->release(changed.model);
    changed.model = NULL;
    free(changed.metrics);
    changed.metrics = NULL;
    e = set_params(&changed, pairs, count, NULL);
    return draft_finish(&changed, e, d);
}

enum err
draft_store(struct service *s, const char *name, const char *what,
            const char *note, const struct draft *d, int64_t *number)
{
    struct model m = {0};
    enum err e = service_begin(s);

    if (e != ERR_OK)
        return e;
    e = model_or_new(s, name, &m);
    if (e == ERR_OK)
        e = change_open(s, what, note);
    if (e == ERR_OK)
        e = draft_apply(s, &m, d, number);
    if (e == ERR_OK && d->job)
        e = job_done(s, d->job, *number);
    if (e == ERR_OK)
        e = service_commit(s);
    else
        service_rollback(s);
    model_free(&m);
    return e;
}
