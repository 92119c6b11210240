/* SPDX-License-Identifier: Apache-2.0 */
/* Readings are judged by the versions that judged them, as in the history. */
#include "tui/sensor.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/text.h"
#include "core/answer.h"
#include "core/history.h"
#include "core/service.h"
#include "core/version.h"
#include "tui/row.h"
#include "tui/screen.h"

void
sensor_free(struct sensor *s)
{
    view_free(&s->view);
    free(s->name);
    free(s->readings);
    free(s->origins);
    *s = (struct sensor){0};
}

/* ---- reading ---- */

/* Takes what a row of the history has of the column. */
static enum err
take_row(struct service *service, const struct history_row *row,
         struct sensor *s)
{
    struct compiled *c = NULL;
    struct verdicts verdicts = {0};
    enum err e = history_verdicts(service, row, &c, &verdicts);

    if (e != ERR_OK)
        return e;
    for (size_t i = 0; i < verdicts.count; i++) {
        const struct verdict *v = &verdicts.items[i];

        if (strcmp(v->column, s->name) != 0)
            continue;
        s->readings[s->count] = (struct chart_reading){
            .at = row->at, .value = v->value, .alert = v->alert};
        s->origins[s->count++] =
            (struct sensor_origin){.id = row->id, .version = row->version};
    }
    verdicts_free(&verdicts);
    compiled_put(c);
    return ERR_OK;
}

/* From newest first to oldest first. */
static void
turn_round(struct sensor *s)
{
    for (size_t i = 0, j = s->count; i + 1 < j; i++) {
        struct chart_reading reading = s->readings[i];
        struct sensor_origin origin = s->origins[i];

        j--;
        s->readings[i] = s->readings[j];
        s->origins[i] = s->origins[j];
        s->readings[j] = reading;
        s->origins[j] = origin;
    }
}

static enum err
read_history(struct service *service, struct sensor *s)
{
    struct history_query query = {.model = s->model,
                                  .since = INT64_MIN,
                                  .until = INT64_MAX,
                                  .limit = SENSOR_READINGS};
    enum err e;

    s->readings = xcalloc(SENSOR_READINGS, sizeof *s->readings);
    s->origins = xcalloc(SENSOR_READINGS, sizeof *s->origins);
    do {
        struct history_page page = {0};

        e = history_read(service, &query, &page);
        for (size_t i = 0; e == ERR_OK && i < page.count; i++)
            e = take_row(service, &page.items[i], s);
        query.limit -= page.count;
        query.cursor = page.next;
        history_page_free(&page);
    } while (e == ERR_OK && query.limit > 0 && query.cursor);
    turn_round(s);
    return e;
}

/* The column: by its name if it had one, else by its place. */
static void
find_column(struct sensor *s, const char *name)
{
    const struct compiled *c = s->view.compiled;
    size_t count = c->kind->columns(c->model);

    if (!name || !c->kind->find(c->model, name, &s->ord))
        s->ord = s->ord < count ? s->ord : 0;
    c->kind->column(c->model, s->ord, &s->column);
    s->name = xstrdup(s->column.name);
}

enum err
sensor_load(struct app *app, struct sensor *s)
{
    struct sensor fresh = {
        .model = s->model, .ord = s->ord, .hidden = s->hidden};
    struct model m = {0};
    enum err e = model_by_id(app->service, s->model, &m);

    if (e == ERR_OK && !m.version && !s->hidden) {
        e = err_set(ERR_NOT_FOUND, "%s is removed; %s brings it back", m.name,
                    model_brought_back(&m));
        model_free(&m);
    }
    if (e == ERR_OK)
        e = view_load(app->service, &m, m.version ? 0 : s->hidden,
                      &fresh.view);
    if (e == ERR_OK
        && fresh.view.model.kind->columns(fresh.view.compiled->model) == 0)
        e = err_set(ERR_CONFLICT, "%s has no columns to show: vigia show %s",
                    fresh.view.model.name, fresh.view.model.name);
    if (e == ERR_OK) {
        find_column(&fresh, s->name);
        e = read_history(app->service, &fresh);
    }
    if (e != ERR_OK) {
        sensor_free(&fresh);
        return e;
    }
    sensor_free(s);
    *s = fresh;
    return ERR_OK;
}

void
sensor_new(struct model *m, struct sensor *s)
{
    *s = (struct sensor){
        .model = m->id,
        .view.model = *m,
        .column = {.name = "value",
                   .unit = "",
                   .mean = NAN,
                   .std = NAN,
                   .k = NAN,
                   .threshold = NAN},
        .name = xstrdup("value"),
    };
    *m = (struct model){0};
}

void
sensor_turn(struct sensor *s, int by)
{
    const struct compiled *c = s->view.compiled;
    size_t count = c->kind->columns(c->model);

    s->ord = by > 0 ? (s->ord + 1) % count : (s->ord + count - 1) % count;
    free(s->name);
    s->name = NULL;
}

enum err
sensor_reason(struct app *app, const struct sensor *s, size_t reading,
              struct buf *out)
{
    struct compiled *c = NULL;
    struct verdicts verdicts = {0};
    struct buf reason = {0};
    size_t ord, count;
    double *values;
    enum err e = compiled_by_id(app->service, s->view.model.kind, s->model,
                                s->origins[reading].version, &c);

    if (e != ERR_OK)
        return e;
    count = c->kind->columns(c->model);
    values = xmalloc(count * sizeof *values);
    for (size_t i = 0; i < count; i++)
        values[i] = NAN;
    if (c->kind->find(c->model, s->name, &ord)) {
        values[ord] = s->readings[reading].value;
        c->kind->judge(c->model, values, count, &verdicts);
        answer_reason(&reason, c, &verdicts.items[0]);
        app_unit(app, out, buf_text(&reason));
    }
    free(values);
    buf_free(&reason);
    verdicts_free(&verdicts);
    compiled_put(c);
    return ERR_OK;
}

double
sensor_per_day(const struct sensor *s)
{
    double usual = (double) chart_usual(s->readings, s->count); /* < 2^53 */

    return usual > 0 ? (double) CLOCK_DAY / usual : 0;
}

/* ---- painting ---- */

struct chart
sensor_chart(const struct app *app, const struct sensor *s, struct buf *unit)
{
    const char *term = getenv("TERM");

    app_unit(app, unit, s->column.unit);
    return (struct chart){
        .readings = s->readings,
        .count = s->count,
        .mean = s->column.mean,
        .threshold = s->column.threshold,
        .fresh = NAN,
        .unit = buf_text(unit),
        .now = app->now,
        .cursor = CHART_NONE,
        .mark = CHART_NONE,
        /* the font of the Linux console has no braille */
        .set = app->ascii                           ? CHARSET_ASCII
               : term && strcmp(term, "linux") == 0 ? CHARSET_BLOCKS
                                                    : CHARSET_BRAILLE,
    };
}

/* The name, in at most half of the row: state and column follow. Returns where
 * it ends. */
static size_t
put_name(const struct app *app, const struct sensor *s, struct canvas *c,
         size_t y)
{
    struct buf text = {0};
    size_t half = c->width / 2, width;

    app_safe(app, &text, s->view.model.name);
    width = text_width(buf_text(&text));
    canvas_fit(c, 1, y, width < half ? width : half, buf_text(&text),
               PAINT_BOLD);
    buf_free(&text);
    return 1 + (width < half ? width : half);
}

void
sensor_title(const struct app *app, const struct sensor *s, struct canvas *c,
             size_t y)
{
    const struct view *v = &s->view;
    size_t columns, x = put_name(app, s, c, y) + 2;
    char when[CLOCK_TEXT];
    struct buf text = {0};

    if (!v->compiled) {
        canvas_fit(c, x, y, c->width > x ? c->width - x : 0,
                   v->model.id ? "is removed; a fit brings it back" : "new",
                   PAINT_NOTE);
        return;
    }
    columns = v->model.kind->columns(v->compiled->model);
    row_state(&text, v->states[s->ord], app->ascii);
    x += canvas_put(c, x, y, c->width, buf_text(&text),
                    row_paint(v->states[s->ord]))
         + 2;
    buf_clear(&text);
    app_safe(app, &text, s->column.name);
    if (columns > 1)
        buf_printf(&text, " (%zu of %zu)", s->ord + 1, columns);
    clock_local(when, v->version.created_at);
    when[sizeof "2026-11-20 14:03" - 1] = '\0';
    buf_printf(&text, "  version %" PRId64 " (%s, ", v->version.number,
               v->version.origin);
    app_safe(app, &text, v->version.by);
    buf_printf(&text, ", %s)", when);
    if (*v->model.title) {
        buf_str(&text, "  \"");
        app_safe(app, &text, v->model.title);
        buf_char(&text, '"');
    }
    canvas_fit(c, x, y, c->width > x ? c->width - x : 0, buf_text(&text),
               PAINT_PLAIN);
    buf_free(&text);
}
