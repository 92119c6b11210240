/* SPDX-License-Identifier: Apache-2.0 */
/* Readings are judged again; a history row keeps the values as they came. */
#include "core/impact.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/figure.h"
#include "base/number.h"
#include "core/history.h"
#include "core/model.h"
#include "core/service.h"
#include "core/version.h"
#include "kinds/kind.h"

/* Calls take for each of the last readings, newest first, until it says no. */
static enum err
each_reading(struct service *s, const struct model *m,
             bool (*take)(const struct history_row *row,
                          const struct compiled *judged, void *arg),
             void *arg)
{
    struct history_query query = {.model = m->id,
                                  .since = INT64_MIN,
                                  .until = INT64_MAX,
                                  .limit = IMPACT_READINGS};
    bool go = true;
    enum err e;

    if (m->kind->learns != LEARNS_MOMENTS)
        return ERR_OK; /* its readings are no values to judge again */
    do {
        struct history_page page = {0};

        e = history_read(s, &query, &page);
        for (size_t i = 0; e == ERR_OK && go && i < page.count; i++) {
            struct compiled *judged;

            e = compiled_by_id(s, m->kind, m->id, page.items[i].version,
                               &judged);
            if (e == ERR_OK) {
                go = take(&page.items[i], judged, arg);
                compiled_put(judged);
            }
        }
        query.limit -= page.count;
        query.cursor = page.next;
        history_page_free(&page);
    } while (e == ERR_OK && go && query.limit > 0 && query.cursor);
    return e;
}

/* Judges a row's values, given in the order of judged, with another model. */
static void
judge(const struct kind *kind, const struct history_row *row,
      const struct compiled *judged, const void *model,
      struct verdicts *verdicts)
{
    size_t count = kind->columns(model);
    double *values = xmalloc(count * sizeof *values);

    for (size_t i = 0; i < count; i++) {
        struct kind_column to, from;

        values[i] = NAN;
        kind->column(model, i, &to);
        for (size_t j = 0; j < row->value_count; j++) {
            size_t k = (i + j) % row->value_count; /* mostly the same place */

            kind->column(judged->model, k, &from);
            if (strcmp(from.name, to.name) == 0) {
                values[i] = row->values[k];
                break;
            }
        }
    }
    verdicts_clear(verdicts);
    kind->judge(model, values, count, verdicts);
    free(values);
}

struct measure {
    const struct kind *kind;
    const void *before, *after;
    struct verdicts old, fresh; /* of a reading */
    struct impact impact;
};

/* The verdict on the column of v[i], which is mostly at the same place. */
static const struct verdict *
same_column(const struct verdicts *others, const struct verdict *v, size_t i)
{
    for (size_t j = 0; j < others->count; j++) {
        const struct verdict *o = &others->items[(i + j) % others->count];

        if (strcmp(o->column, v->column) == 0)
            return o;
    }
    return NULL;
}

/* Is there an alert of a column that others judge by another threshold?
 * *any: there is such a column. */
static bool
alerts(const struct verdicts *verdicts, const struct verdicts *others,
       bool *any)
{
    bool alert = false;

    for (size_t i = 0; i < verdicts->count; i++) {
        const struct verdict *v = &verdicts->items[i];
        const struct verdict *o = same_column(others, v, i);

        if (o && o->threshold <= v->threshold && o->threshold >= v->threshold)
            continue;
        *any = true;
        alert = alert || v->alert;
    }
    return alert;
}

static bool
measure_one(const struct history_row *row, const struct compiled *judged,
            void *arg)
{
    struct measure *m = arg;
    bool before, after, any = false;

    judge(m->kind, row, judged, m->before, &m->old);
    judge(m->kind, row, judged, m->after, &m->fresh);
    before = alerts(&m->old, &m->fresh, &any);
    after = alerts(&m->fresh, &m->old, &any);
    m->impact.readings += any;
    m->impact.before += before;
    m->impact.after += after;
    m->impact.still += before && after;
    return true;
}

enum err
impact_measure(struct service *s, const struct model *m, const void *before,
               const void *after, struct impact *out)
{
    struct measure measure = {
        .kind = m->kind, .before = before, .after = after};
    enum err e = each_reading(s, m, measure_one, &measure);

    verdicts_free(&measure.old);
    verdicts_free(&measure.fresh);
    if (e == ERR_OK)
        *out = measure.impact;
    return e;
}

void
impact_sentence(const struct impact *impact, struct buf *out)
{
    char n[FIGURE_MAX];
    int64_t others = impact->after - impact->still;

    if (impact->readings == 0)
        return;
    buf_printf(out, "of the last %s recorded readings ",
               figure_group(n, impact->readings));
    if (impact->before == 0 && others == 0) {
        buf_str(out, "none alerted, and none would");
        return;
    }
    buf_printf(out, "%s alerted; ", figure_group(n, impact->before));
    buf_printf(out, "%s would still alert", figure_group(n, impact->still));
    if (others > 0)
        buf_printf(out, ", and %s more", figure_group(n, others));
}

void
impact_warning(const struct kind *kind, const void *before, const void *after,
               double percent, const char *column, struct buf *out)
{
    size_t count = kind->columns(after), low = 0, i = 0;
    struct kind_column old, fresh, first = {0};
    char figure[FIGURE_MAX];

    if (column && kind_column_seek(kind, after, column, &i))
        count = i + 1;
    for (; i < count; i++) {
        kind->column(before, i, &old);
        kind->column(after, i, &fresh);
        if (fresh.threshold > old.threshold)
            continue;
        if (low++ == 0)
            first = old;
    }
    if (low == 0)
        return;
    buf_printf(out, "the threshold of %s", first.name);
    if (low > 1)
        buf_printf(out, " and of %zu more columns", low - 1);
    buf_printf(out, " does not rise: ");
    if (percent > 0)
        buf_printf(out, "its mean is %s",
                   figure_round(figure, first.mean, NAN));
    else
        buf_printf(out, "the mean moves by %s %%",
                   figure_round(figure, percent, NAN));
}

double
impact_false_alerts(double mean, double std, double threshold, double per_day)
{
    return per_day * erfc((threshold - mean) / std / sqrt(2)) / 2;
}

struct search {
    const struct kind *kind;
    const void *model;
    const char *column; /* NULL: any */
    struct verdicts verdicts;
    struct quiet quiet;
};

/*
 * The smallest k of few digits that is quiet, at most max: 3 decimals, or as
 * many fewer as make 4 digits. Steps double, as a std that is small beside
 * the mean moves the threshold by nothing at first. NaN: there is none.
 */
static double
quiet_k(const struct verdict *v, double max)
{
    double scale = 1000, steps, k;

    while (scale > 1 && v->score * scale >= 10000)
        scale /= 10;
    steps = ceil(v->score * scale);
    k = steps / scale;
    for (double more = 1; k <= max && v->value >= v->mean + k * v->std;
         more *= 2) {
        steps += more;
        k = steps / scale;
    }
    return k <= max ? k : NAN;
}

/* A reading with an alert of what is looked for ends the search, with a k for
 * every column of it that alerts, or with none. */
static bool
search_one(const struct history_row *row, const struct compiled *judged,
           void *arg)
{
    struct search *search = arg;
    struct quiet *quiet = &search->quiet;
    const char *column;
    const struct param *param = param_find(search->kind, "k", &column);
    bool found = false, all = true;

    judge(search->kind, row, judged, search->model, &search->verdicts);
    for (size_t i = 0; i < search->verdicts.count; i++) {
        const struct verdict *v = &search->verdicts.items[i];
        double k = v->std > 0 && param ? quiet_k(v, param->max) : NAN;

        if (!v->alert
            || (search->column && strcmp(search->column, v->column) != 0))
            continue;
        found = true;
        all = all && !isnan(k);
        buf_printf(&quiet->pairs, "k.%s=", v->column);
        number_add(&quiet->pairs, k);
        buf_char(&quiet->pairs, '\0');
        quiet->count++;
    }
    if (!all) {
        buf_free(&quiet->pairs);
        quiet->count = 0;
    }
    return !found;
}

enum err
impact_quiet(struct service *s, const struct model *m, const void *compiled,
             const char *column, struct quiet *out)
{
    struct search search = {
        .kind = m->kind, .model = compiled, .column = column};
    enum err e = each_reading(s, m, search_one, &search);

    verdicts_free(&search.verdicts);
    if (e == ERR_OK)
        *out = search.quiet;
    else
        buf_free(&search.quiet.pairs);
    return e;
}
