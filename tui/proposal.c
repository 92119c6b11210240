/* SPDX-License-Identifier: Apache-2.0 */
/* Lines come in the order of what an operator asks first. */
#include "tui/proposal.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/figure.h"
#include "core/service.h"
#include "core/version.h"

enum {
    CHART_MIN = 4,
    LINES_MAX = 8,
    FITTED_MAX = 100 /* versions among which a fitted one is looked for */
};

void
proposal_clear(struct proposal *p)
{
    draft_free(&p->draft);
    compiled_put(p->chosen);
    p->chosen = NULL;
    p->after = NULL;
    p->removes = false;
    p->impact = (struct impact){0};
    buf_clear(&p->about);
    buf_clear(&p->warning);
}

void
proposal_free(struct proposal *p)
{
    proposal_clear(p);
    sensor_free(&p->sensor);
    buf_free(&p->about);
    buf_free(&p->warning);
}

/* The newest fitted (or loaded) version up to the active one; 0: none. */
static enum err
find_fitted(struct app *app, const struct model *m, int64_t *number)
{
    struct version_list list = {0};
    enum err e = version_list(
        app->service, m, m->version > FITTED_MAX ? m->version - FITTED_MAX : 0,
        FITTED_MAX, &list);

    *number = 0;
    for (size_t i = 0; e == ERR_OK && i < list.count; i++) {
        const struct version *v = &list.items[i];

        if (v->number <= m->version
            && (!strcmp(v->origin, "fit") || !strcmp(v->origin, "load")))
            *number = v->number;
    }
    version_list_free(&list);
    return e;
}

static enum err
read_fitted(struct app *app, struct proposal *p)
{
    const struct model *m = &p->sensor.view.model;
    struct compiled *c = NULL;
    struct kind_column column;
    int64_t number = 0;
    size_t ord;
    enum err e = find_fitted(app, m, &number);

    p->mean = p->std = 0;
    if (e == ERR_OK && number)
        e = compiled_get(app->service, m, number, &c);
    if (c && c->kind->find(c->model, p->sensor.name, &ord)) {
        c->kind->column(c->model, ord, &column);
        p->mean = column.mean;
        p->std = column.std;
    }
    compiled_put(c);
    return e;
}

static enum err
measure(struct app *app, struct proposal *p)
{
    const struct view *v = &p->sensor.view;
    enum err e;

    if (!v->compiled) /* it is new */
        return ERR_OK;
    e = read_fitted(app, p);
    if (e != ERR_OK)
        return e;
    return impact_measure(app->service, &v->model, v->compiled->model,
                          p->after, &p->impact);
}

enum err
proposal_draft(struct app *app, struct proposal *p, struct draft *d)
{
    p->draft = *d;
    *d = (struct draft){0};
    p->after = p->draft.model;
    return measure(app, p);
}

enum err
proposal_version(struct app *app, struct proposal *p, int64_t number)
{
    enum err e;

    if (number == 0) {
        p->removes = true;
        return ERR_OK;
    }
    e = compiled_get(app->service, &p->sensor.view.model, number, &p->chosen);
    if (e != ERR_OK)
        return e;
    p->after = p->chosen->model;
    return measure(app, p);
}

/* The column as it would be; false: it would not be there, or nothing is
 * proposed. */
static bool
after_column(const struct proposal *p, struct kind_column *out)
{
    const struct kind *kind = p->sensor.view.model.kind;
    size_t index;

    if (!p->after || !kind->find(p->after, p->sensor.name, &index))
        return false;
    kind->column(p->after, index, out);
    return true;
}

/* ---- lines ---- */

/* Adds "threshold 4.96 -> 5.2 (+4.8 %)", or one figure when they agree or
 * there was none. */
static void
add_figure(struct buf *out, const char *name, double old, double fresh)
{
    char a[FIGURE_MAX], b[FIGURE_MAX];
    double percent = (fresh - old) / fabs(old) * 100;

    buf_printf(out, "%s%s %s", out->len > 0 ? "   " : "", name,
               isnan(old) ? figure_round(a, fresh, fresh)
                          : figure_round(a, old, fresh));
    if (!(old < fresh || old > fresh))
        return;
    buf_printf(out, " -> %s", figure_round(b, fresh, old));
    if (fabs(percent) < 1e6)
        buf_printf(out, " (%+.1f %%)", percent);
}

static void
add_figures(const struct proposal *p, struct buf *out)
{
    const struct kind_column *old = &p->sensor.column;
    struct kind_column fresh;
    char n[FIGURE_MAX];

    if (!after_column(p, &fresh)) {
        buf_printf(out, "%s", p->after ? "this column would be gone" : "");
        return;
    }
    add_figure(out, "threshold", old->threshold, fresh.threshold);
    add_figure(out, "mean", old->mean, fresh.mean);
    if (isnan(old->std) || old->std < fresh.std || old->std > fresh.std)
        add_figure(out, "std", old->std, fresh.std);
    if (isnan(old->k) || old->k < fresh.k || old->k > fresh.k)
        add_figure(out, "k", old->k, fresh.k);
    if (fresh.n != old->n || fresh.missing != old->missing) {
        buf_str(out, "   n ");
        if (p->sensor.view.compiled)
            buf_printf(out, "%s -> ", figure_group(n, old->n));
        buf_str(out, figure_group(n, fresh.n));
        if (fresh.missing > 0)
            buf_printf(out, " and %s missing", figure_group(n, fresh.missing));
    }
}

/* A rate a day, in as many digits as it is worth. */
static void
add_rate(struct buf *out, double rate)
{
    char text[FIGURE_MAX];

    if (rate < 0.1)
        buf_str(out, "under 0.1");
    else if (rate < 10)
        buf_str(out, figure_fixed(text, rate, 1));
    else
        buf_str(out, figure_group(text, (int64_t) (rate + 0.5))); /* < 2^63 */
}

/* "expected false alerts at a reading each 1m: 33 -> 21 a day" */
static void
add_false_alerts(const struct proposal *p, struct buf *out)
{
    double per_day = sensor_per_day(&p->sensor);
    struct kind_column fresh;
    char every[CLOCK_TEXT];

    if (!after_column(p, &fresh) || !(p->std > 0) || !(per_day > 0))
        return;
    clock_age(every, (int64_t) ((double) CLOCK_DAY / per_day)); /* < 2^63 */
    buf_printf(out, "expected false alerts at a reading each %s: ",
               per_day > 86400 ? "moment" : every);
    add_rate(out, impact_false_alerts(p->mean, p->std,
                                      p->sensor.column.threshold, per_day));
    buf_str(out, " -> ");
    add_rate(out,
             impact_false_alerts(p->mean, p->std, fresh.threshold, per_day));
    buf_str(out, " a day");
}

struct lines {
    struct buf text[LINES_MAX];
    unsigned paint[LINES_MAX];
    size_t count;
};

static struct buf *
add_line(struct lines *l, unsigned paint)
{
    l->paint[l->count] = paint;
    return &l->text[l->count++];
}

/* Every threshold is as it was; nothing is measured then. */
static bool
stays(const struct proposal *p)
{
    const struct kind *kind = p->sensor.view.model.kind;
    const struct compiled *c = p->sensor.view.compiled;
    struct kind_column old, fresh;
    size_t count = c ? kind->columns(c->model) : 0, ord;

    if (count == 0 || kind->columns(p->after) != count)
        return false;
    for (size_t i = 0; i < count; i++) {
        kind->column(c->model, i, &old);
        if (!kind->find(p->after, old.name, &ord))
            return false;
        kind->column(p->after, ord, &fresh);
        if (old.threshold < fresh.threshold || old.threshold > fresh.threshold)
            return false;
    }
    return true;
}

static void
make_lines(const struct proposal *p, struct lines *l)
{
    struct buf *line;

    if (p->about.len > 0)
        buf_str(add_line(l, PAINT_BOLD), buf_text(&p->about));
    if (p->warning.len > 0) /* before what a small screen has no room for */
        buf_str(add_line(l, PAINT_WARN), buf_text(&p->warning));
    add_figures(p, add_line(l, PAINT_PLAIN));
    line = add_line(l, PAINT_PLAIN);
    impact_sentence(&p->impact, line);
    if (p->after && line->len == 0)
        buf_str(line, stays(p)
                          ? "the threshold stays, and with it every verdict"
                          : "no reading is recorded that it could be tried "
                            "on");
    add_false_alerts(p, add_line(l, PAINT_PLAIN));
}

void
proposal_paint(struct app *app, const struct proposal *p, struct canvas *c,
               struct area area,
               void (*picture)(struct screen *s, struct canvas *c,
                               struct area area))
{
    struct buf unit = {0};
    struct chart chart = sensor_chart(app, &p->sensor, &unit);
    struct kind_column fresh;
    struct lines l = {.count = 0};
    size_t rows = 1, y;

    make_lines(p, &l);
    for (size_t i = 0; i < l.count; i++)
        rows += l.text[i].len > 0;
    rows += area.height > 12 || p->warning.len > 0; /* long lines are broken */
    if (p->warning.len > 0 && rows > area.height)
        rows = area.height; /* it is read, whatever becomes of the chart */
    else if (p->warning.len == 0 && rows + CHART_MIN > area.height)
        rows = area.height > CHART_MIN + 2 ? area.height - CHART_MIN : 3;
    sensor_title(app, &p->sensor, c, area.y);
    chart.y = area.y + 1;
    chart.width = c->width;
    chart.height = area.height > rows ? area.height - rows : 0;
    if (after_column(p, &fresh)
        && (fresh.threshold < chart.threshold
            || fresh.threshold > chart.threshold))
        chart.fresh = fresh.threshold;
    if (picture)
        picture(app->top, c,
                (struct area){.y = chart.y, .height = chart.height});
    else
        chart_paint(c, &chart);
    y = chart.y + chart.height;
    for (size_t i = 0; i < l.count; i++) {
        struct buf safe = {0};

        app_safe(app, &safe, buf_text(&l.text[i]));
        if (safe.len > 0 && y < area.y + area.height)
            y += canvas_lines(c, y, area.y + area.height - y > 2 ? 2 : 1,
                              buf_text(&safe), l.paint[i]);
        buf_free(&safe);
        buf_free(&l.text[i]);
    }
    buf_free(&unit);
}

void
proposal_done(struct app *app, const struct proposal *p, const struct model *m)
{
    struct buf text = {0};

    if (m->version)
        buf_printf(&text, "%s: version %" PRId64 " is active", m->name,
                   m->version);
    else
        buf_printf(&text, "%s is removed; vigia redo %s brings it back",
                   m->name, m->name);
    buf_printf(&text, " (change %" PRId64 ": %s)", app->service->change.id,
               buf_text(&p->about));
    screen_pop(app);
    app_say(app, "%s", buf_text(&text));
    buf_free(&text);
}
