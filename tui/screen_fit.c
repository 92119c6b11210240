/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A fit of one column: from a file, from numbers, or from recorded readings.
 * What was read is shown with its figures, its histogram, and what it would
 * have said of the recorded past; nothing but y stores it.
 */
#include "tui/screen.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/figure.h"
#include "core/apply.h"
#include "core/name.h"
#include "core/service.h"
#include "data/numbers.h"
#include "data/rows.h"
#include "data/stats.h"
#include "tui/proposal.h"
#include "tui/reading.h"

struct own {
    struct proposal p;
    int64_t since, until; /* of recorded readings; until 0: all */
    struct reading reading;
    struct buf note;   /* "from pump.txt"; what the change notes */
    bool asked, fresh; /* fresh: there is no version yet */
};

/* ---- what is read ---- */

static enum err
take_value(const struct row *row, void *arg)
{
    sample_add(arg, row->values[0]);
    return ERR_OK;
}

static enum err answered(struct screen *s, const char *text);

/* Shows what a source would make of the column, and asks; what says where it
 * is from, to a person. */
static enum err
propose(struct screen *s, const struct source *source, const char *what)
{
    struct own *own = s->own;
    const struct model *m = &own->p.sensor.view.model;
    struct fit fit = {.kind = m->kind, .source = source};
    struct draft d = {0};
    char n[FIGURE_MAX];
    enum err e;

    proposal_clear(&own->p);
    e = draft_fit(s->app->service, m, &fit, &d);
    if (e == ERR_OK)
        e = proposal_draft(s->app, &own->p, &d);
    if (e != ERR_OK)
        return e;
    buf_printf(&own->p.about, "fit %s", what);
    if (source->column_count > 1)
        buf_printf(&own->p.about, ", %s columns",
                   figure_group(n, (int64_t) source->column_count));
    own->asked = true;
    app_ask_yes(s->app, "store it?", answered);
    return ERR_OK;
}

/* The column learns from what numbers_*() read. */
static enum err
propose_moments(struct screen *s, const struct moments *moments)
{
    struct own *own = s->own;
    const char *columns[] = {own->p.sensor.name};
    const struct source source = {
        .column_count = 1, .columns = columns, .moments = moments};

    return propose(s, &source, buf_text(&own->note));
}

static void
begin(struct own *own)
{
    proposal_clear(&own->p);
    reading_free(&own->reading);
    buf_clear(&own->note);
}

/* Blanks between numbers are as good as line ends. */
static enum err
read_numbers(struct screen *s, const char *text)
{
    struct own *own = s->own;
    struct rows_plan plan = {.by = NULL};
    const struct rows_calls calls = {.row = take_value,
                                     .arg = &own->reading.sample};
    struct moments moments = {0};
    char *lines = xstrdup(text), n[FIGURE_MAX];
    int64_t bad = 0;
    enum err e;

    begin(own);
    for (char *p = lines; *p && text[strspn(text, " ")] != '['; p++) {
        if (*p == ' ' || *p == ';' || (*p == ',' && (p[1] == ' ' || !p[1])))
            *p = '\n';
    }
    e = numbers_text("what was typed", lines, &plan, &calls, &moments, &bad);
    if (e == ERR_OK) {
        buf_printf(&own->note, "from %s typed numbers",
                   figure_group(n, moments.n));
        e = propose_moments(s, &moments);
    }
    free(lines);
    return e;
}

static enum err
begin_file(struct screen *s, const char *path)
{
    struct own *own = s->own;
    struct buf home = {0};
    enum err e;

    begin(own);
    complete_home(path, &home);
    e = reading_file(&own->reading, buf_text(&home));
    s->app->working = true;
    buf_free(&home);
    return e;
}

static enum err
begin_recorded(struct screen *s)
{
    struct own *own = s->own;
    int64_t since = own->until ? own->since : INT64_MIN;
    int64_t until = own->until ? own->until + 1 : INT64_MAX;

    if (own->fresh)
        return err_set(ERR_NOT_FOUND, "nothing is recorded of a new sensor");
    begin(own);
    s->app->working = true;
    return reading_past(&own->reading, s->app->service,
                        &own->p.sensor.view.model, since, until);
}

static enum err
propose_file(struct screen *s)
{
    struct own *own = s->own;

    buf_printf(&own->note, "from %s", own->reading.path);
    return propose_moments(s, &own->reading.moments);
}

/* The readings of the chart are the sample; all of the history counts. */
static enum err
propose_recorded(struct screen *s)
{
    struct own *own = s->own;
    const struct sensor *sensor = &own->p.sensor;
    struct recorded *past = &own->reading.past;
    struct source source;
    struct buf what = {0};
    char n[FIGURE_MAX];
    enum err e = recorded_source(past, &sensor->view.model, &source);

    for (size_t i = 0; e == ERR_OK && i < sensor->count; i++)
        if (sensor->readings[i].at >= past->since
            && sensor->readings[i].at < past->until)
            sample_add(&own->reading.sample, sensor->readings[i].value);
    if (e == ERR_OK) {
        recorded_note(past, &own->note);
        buf_printf(&what, "from %s recorded readings",
                   figure_group(n, past->readings));
        e = propose(s, &source, buf_text(&what));
    }
    buf_free(&what);
    return e;
}

/* ---- asking ---- */

static enum err
file_entered(struct screen *s, const char *text)
{
    enum err e;

    if (!text || !*text)
        return ERR_OK;
    e = begin_file(s, text);
    if (e != ERR_OK) /* a letter may be all that is wrong */
        app_ask_path(s->app, "file:", text, file_entered);
    return e;
}

static enum err
numbers_entered(struct screen *s, const char *text)
{
    enum err e;

    if (!text || !*text)
        return ERR_OK;
    e = read_numbers(s, text);
    if (e != ERR_OK)
        app_ask(s->app, "numbers:", text, NULL, numbers_entered);
    return e;
}

static enum err
answered(struct screen *s, const char *text)
{
    struct own *own = s->own;
    struct app *app = s->app;
    struct model m = {0};
    enum err e = ERR_OK;

    own->asked = false;
    if (!text) {
        begin(own);
        app_say(app, "nothing changed");
        return ERR_OK;
    }
    if (own->p.sensor.model)
        e = model_by_id(app->service, own->p.sensor.model, &m);
    else
        m.name = xstrdup(own->p.sensor.view.model.name);
    if (e == ERR_OK)
        e = apply_draft(app->service, &m, buf_text(&own->note), &own->p.draft);
    if (e == ERR_OK)
        proposal_done(app, &own->p, &m); /* s is gone */
    else
        begin(own); /* it was for another version */
    model_free(&m);
    app->due = true;
    return e;
}

/* ---- the screen ---- */

/* A piece of what is read; at its end it is shown. */
static enum err
work(struct screen *s, bool *more)
{
    struct own *own = s->own;
    struct reading *r = &own->reading;
    enum err e;

    if (!r->on)
        return ERR_OK;
    e = reading_step(r, s->app->service);
    *more = r->on;
    if (e == ERR_OK && !r->on)
        e = r->path ? propose_file(s) : propose_recorded(s);
    if (e != ERR_OK) {
        if (r->path)
            app_ask_path(s->app, "file:", r->path, file_entered);
        begin(own);
    }
    return e;
}

static enum err
load(struct screen *s)
{
    struct own *own = s->own;

    return own->asked || own->fresh ? ERR_OK
                                    : sensor_load(s->app, &own->p.sensor);
}

static void
head(struct screen *s, struct buf *out)
{
    struct own *own = s->own;

    app_safe(s->app, out, own->p.sensor.view.model.name);
}

static void
note(struct screen *s, struct buf *out)
{
    const struct own *own = s->own;

    if (own->reading.on)
        buf_str(out, "Esc stops it; nothing changes");
    else
        buf_str(out, own->fresh
                         ? "learn from a file (f) or from numbers (n)"
                         : "learn from a file (f), from numbers (n), or "
                           "from all that is recorded (r)");
}

static void
picture(struct screen *s, struct canvas *c, struct area area)
{
    struct own *own = s->own;
    struct buf unit = {0};
    struct chart chart = sensor_chart(s->app, &own->p.sensor, &unit);
    struct kind_column fresh = {.threshold = NAN};
    const struct kind *kind = own->p.sensor.view.model.kind;
    struct histogram h = {.y = area.y,
                          .x = 1,
                          .width = c->width - 2,
                          .height = area.height,
                          .values = own->reading.sample.values,
                          .count = own->reading.sample.count,
                          .unit = buf_text(&unit),
                          .set = chart.set};
    size_t ord;

    if (kind->find(own->p.after, own->p.sensor.name, &ord))
        kind->column(own->p.after, ord, &fresh);
    h.threshold = fresh.threshold;
    if (area.height >= 14 && chart.count > 0) { /* room for both */
        h.height = area.height / 2;
        chart.y = area.y + h.height;
        chart.height = area.height - h.height;
        chart.width = c->width;
        chart.fresh = fresh.threshold;
        chart_paint(c, &chart);
    }
    histogram_paint(c, &h);
    buf_free(&unit);
}

/* Names that Tab found, in as many columns as there is room for. */
static void
paint_names(const struct complete *names, struct canvas *c, struct area area)
{
    size_t widest = 1, columns, rows;

    for (size_t i = 0; i < names->count; i++)
        if (strlen(names->names[i]) > widest)
            widest = strlen(names->names[i]);
    columns = (c->width - 1) / (widest + 2);
    columns = columns ? columns : 1;
    rows = (names->count + columns - 1) / columns;
    rows = rows < area.height ? rows : area.height;
    for (size_t y = 0; y < rows; y++) {
        size_t row = area.y + area.height - rows + y;

        canvas_fill(c, 0, row, c->width, " ", PAINT_PLAIN);
        for (size_t x = 0; x < columns; x++)
            if (y * columns + x < names->count)
                canvas_fit(c, 1 + x * (widest + 2), row, widest,
                           names->names[y * columns + x], PAINT_DIM);
    }
}

static void
paint(struct screen *s, struct canvas *c, struct area area)
{
    struct own *own = s->own;

    if (own->reading.on || (own->fresh && !own->p.after))
        sensor_title(s->app, &own->p.sensor, c, area.y); /* no chart yet */
    else
        proposal_paint(s->app, &own->p, c, area,
                       own->p.after ? picture : NULL);
    if (own->reading.on)
        reading_paint(&own->reading, s->app, c,
                      (struct area){area.y + 1, area.height - 1});
    if (s->app->prompt.label && s->app->prompt.names.count > 1)
        paint_names(&s->app->prompt.names, c, area);
}

/* Esc ends reading, and no other key begins something beside it. */
static bool
type(struct screen *s, int code)
{
    struct own *own = s->own;
    const struct key *key = key_at(code, SCREEN_FIT);

    if (!own->reading.on || !key)
        return false;
    if (code == KEY_ESCAPE) {
        begin(own);
        app_say(s->app, "stopped reading; nothing changed");
    } else if (key->changes) {
        app_say(s->app, "it is still reading; Esc stops it");
    }
    return code == KEY_ESCAPE || key->changes;
}

static enum err
act(struct screen *s, const struct key *key)
{
    switch (key->action) {
    case DO_FILE:
        app_ask_path(s->app, "file:", "", file_entered);
        return ERR_OK;
    case DO_NUMBERS:
        app_ask(s->app, "numbers:", "", NULL, numbers_entered);
        return ERR_OK;
    case DO_RECORDED:
        return begin_recorded(s);
    default:
        return ERR_OK;
    }
}

static void
close_fit(struct screen *s)
{
    struct own *own = s->own;

    proposal_free(&own->p);
    reading_free(&own->reading);
    buf_free(&own->note);
    free(own);
}

static const struct screen_ops ops = {
    .id = SCREEN_FIT,
    .load = load,
    .work = work,
    .head = head,
    .note = note,
    .paint = paint,
    .act = act,
    .type = type,
    .close = close_fit,
};

enum err
screen_fit(struct app *app, int64_t model, size_t ord, int64_t since,
           int64_t until)
{
    struct own *own = xcalloc(1, sizeof *own);
    enum err e;

    own->p.sensor = (struct sensor){.model = model, .ord = ord};
    own->since = since;
    own->until = until;
    e = screen_push(app, &ops, own);
    return e == ERR_OK && until ? begin_recorded(app->top) : e;
}

/* ---- a new sensor ---- */

/* A model of that name that may be fitted as a new one: none, or hidden. */
static enum err
look_new(struct app *app, const char *name, struct model *m)
{
    bool found = false;
    enum err e = name_check(name);

    if (e == ERR_OK)
        e = model_look(app->service, name, &found, m);
    if (e == ERR_OK && found && m->version) {
        model_free(m);
        return err_set(ERR_CONFLICT, "%s is there already: f fits it", name);
    }
    if (e == ERR_OK && !found)
        *m = (struct model){.name = xstrdup(name),
                            .title = xstrdup(""),
                            .kind = &kind_baseline};
    return e;
}

static enum err
name_entered(struct screen *s, const char *text)
{
    struct app *app = s->app;
    struct model m = {0};
    struct own *own;
    enum err e;

    if (!text || !*text)
        return ERR_OK;
    e = look_new(app, text, &m);
    if (e != ERR_OK) {
        app_ask(app, "name:", text, NULL, name_entered);
        return e;
    }
    own = xcalloc(1, sizeof *own);
    own->fresh = true;
    sensor_new(&m, &own->p.sensor);
    return screen_push(app, &ops, own);
}

void
screen_new(struct app *app)
{
    app_ask(app, "name:", "", NULL, name_entered);
}
