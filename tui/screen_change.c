/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A change of a sensor before it is stored: adjust and set k with what they
 * would do while one types, undo, redo and another version at once. Nothing
 * but y stores it, and then what was shown or nothing.
 */
#include "tui/screen.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "core/apply.h"
#include "core/service.h"
#include "tui/proposal.h"

enum { PERCENT_MIN = -100, PERCENT_MAX = 1000 };

struct own {
    const struct verb *verb;
    struct proposal p;
    struct step step; /* of undo and redo */
    int64_t number;   /* of activate */
    char *text;       /* as it is typed; owned */
    struct buf fault; /* why there is no proposal */
    bool asked;       /* for the y: what is shown stays */
};

struct verb {
    int action;
    const char *label; /* NULL: nothing is typed */
    enum err (*prepare)(struct screen *s);
    enum err (*apply)(struct screen *s, struct model *m);
};

/* ---- adjust, set k ---- */

static enum err
read_number(const struct own *own, double *out)
{
    return number_read(own->text, strlen(own->text), NUMBER_LOOSE, out);
}

static enum err
prepare_adjust(struct screen *s)
{
    struct own *own = s->own;
    const struct view *v = &own->p.sensor.view;
    const char *column = own->p.sensor.name;
    struct draft d = {0};
    double percent = 0;
    enum err e = read_number(own, &percent);

    if (e == ERR_OK && !(percent > PERCENT_MIN && percent <= PERCENT_MAX))
        e = err_set(ERR_DATA, "%s is not between %d (exclusive) and %d",
                    own->text, PERCENT_MIN, PERCENT_MAX);
    if (e == ERR_OK)
        e = draft_adjust(s->app->service, &v->model, percent, column, &d);
    if (e != ERR_OK)
        return e;
    impact_warning(v->model.kind, v->compiled->model, d.model, percent, column,
                   &own->p.warning);
    buf_printf(&own->p.about, "adjust %s", percent > 0 ? "+" : "");
    number_add(&own->p.about, percent);
    buf_printf(&own->p.about, " %%, of %s", column);
    return proposal_draft(s->app, &own->p, &d);
}

static enum err
prepare_k(struct screen *s)
{
    struct own *own = s->own;
    const struct view *v = &own->p.sensor.view;
    bool only = v->model.kind->columns(v->compiled->model) == 1;
    struct buf pair = {0};
    struct draft d = {0};
    const char *pairs[1];
    enum err e;

    buf_printf(&pair, "k%s%s=%s", only ? "" : ".",
               only ? "" : own->p.sensor.name, own->text);
    pairs[0] = buf_text(&pair);
    e = draft_set(s->app->service, &v->model, pairs, 1, &d);
    if (e == ERR_OK) {
        buf_printf(&own->p.about, "set %s", pairs[0]);
        e = proposal_draft(s->app, &own->p, &d);
    }
    buf_free(&pair);
    return e;
}

static enum err
apply_it(struct screen *s, struct model *m)
{
    struct own *own = s->own;

    /* the note is without the verb, which the change has */
    return apply_draft(s->app->service, m,
                       strchr(buf_text(&own->p.about), ' ') + 1,
                       &own->p.draft);
}

/* ---- undo, redo, another version ---- */

static const struct direction *
way_of(const struct own *own)
{
    return own->verb->action == DO_STEP_BACK ? &apply_undo : &apply_redo;
}

static enum err
prepare_step(struct screen *s)
{
    struct own *own = s->own;
    enum err e = way_of(own)->look(s->app->service, &own->p.sensor.view.model,
                                   &own->step);

    if (e != ERR_OK)
        return e;
    buf_printf(&own->p.about, "%s ", way_of(own)->what);
    e = apply_describe(s->app->service, &own->step, &own->p.about);
    if (e == ERR_OK && own->step.to == 0)
        buf_str(&own->p.warning, "it was the first: the sensor is removed "
                                 "from sight");
    else if (e == ERR_OK && own->step.from == 0)
        buf_printf(&own->p.about, "; version %" PRId64 " comes back",
                   own->step.to);
    else if (e == ERR_OK)
        buf_printf(&own->p.about, "; version %" PRId64 " -> %" PRId64,
                   own->step.from, own->step.to);
    return e == ERR_OK ? proposal_version(s->app, &own->p, own->step.to) : e;
}

static enum err
take_step(struct screen *s, struct model *m)
{
    struct own *own = s->own;

    return apply_step(s->app->service, m, way_of(own), &own->step);
}

static enum err
prepare_version(struct screen *s)
{
    struct own *own = s->own;
    int64_t active = own->p.sensor.view.model.version;

    if (own->number == active)
        return err_set(ERR_CONFLICT,
                       "version %" PRId64 " is the active one already",
                       active);
    buf_printf(&own->p.about,
               "activate version %" PRId64 " instead of %" PRId64, own->number,
               active);
    return proposal_version(s->app, &own->p, own->number);
}

static enum err
take_version(struct screen *s, struct model *m)
{
    struct own *own = s->own;

    return apply_version(s->app->service, m, own->number);
}

static const struct verb verbs[] = {
    {DO_ADJUST,     "percent:", prepare_adjust,  apply_it    },
    {DO_SET_K,      "k:",       prepare_k,       apply_it    },
    {DO_STEP_BACK,  NULL,       prepare_step,    take_step   },
    {DO_STEP_FORTH, NULL,       prepare_step,    take_step   },
    {DO_ACTIVATE,   NULL,       prepare_version, take_version},
};

/* ---- asking ---- */

static enum err
prepare(struct screen *s)
{
    struct own *own = s->own;
    enum err e;

    proposal_clear(&own->p);
    buf_clear(&own->fault);
    e = own->verb->prepare(s);
    if (e != ERR_OK) {
        app_safe(s->app, &own->fault, err_text());
        proposal_clear(&own->p);
    }
    return e;
}

static void ask(struct screen *s, bool again);

/* y, or anything else. */
static enum err
answered(struct screen *s, const char *text)
{
    struct own *own = s->own;
    struct app *app = s->app;
    struct model m = {0};
    enum err e;

    own->asked = false;
    if (!text) {
        screen_pop(app);
        app_say(app, "nothing changed");
        return ERR_OK;
    }
    e = model_by_id(app->service, own->p.sensor.model, &m);
    if (e == ERR_OK) {
        m.version = own->p.sensor.view.model.version; /* as it was shown */
        e = own->verb->apply(s, &m);
    }
    if (e == ERR_OK)
        proposal_done(app, &own->p, &m);
    else
        screen_pop(app); /* to look at it as it is now */
    model_free(&m);
    return e;
}

static void
typed(struct screen *s, const char *text)
{
    struct own *own = s->own;

    free(own->text);
    own->text = xstrdup(text);
    if (prepare(s) != ERR_OK)
        err_clear(); /* it is being typed */
}

static enum err
entered(struct screen *s, const char *text)
{
    struct own *own = s->own;

    struct app *app = s->app;

    if (!text) {
        screen_pop(app);
        app_say(app, "nothing changed");
        return ERR_OK;
    }
    typed(s, text);
    if (own->p.after && own->p.draft.same) {
        app_say(s->app, "that is how it is already");
    } else if (own->p.after) {
        own->asked = true;
        app_ask_yes(s->app, "store it?", answered);
        return ERR_OK;
    }
    ask(s, true);
    return ERR_OK;
}

/* The text that is there at first gives way to what is typed; again, it is to
 * be corrected. */
static void
ask(struct screen *s, bool again)
{
    struct own *own = s->own;

    if (own->verb->label) {
        app_ask(s->app, own->verb->label, own->text, typed, entered);
        s->app->prompt.edit.preset = !again;
    } else {
        own->asked = true;
        app_ask_yes(s->app,
                    own->p.removes ? "remove it from sight?" : "store it?",
                    answered);
    }
}

/* ---- the screen ---- */

/* A removed sensor is shown as undo or redo would bring it back. */
static enum err
find_hidden(struct screen *s)
{
    struct own *own = s->own;
    struct model m = {0};
    enum err e = model_by_id(s->app->service, own->p.sensor.model, &m);

    if (e == ERR_OK && !m.version
        && (own->verb->action == DO_STEP_FORTH
            || own->verb->action == DO_STEP_BACK)) {
        e = way_of(own)->look(s->app->service, &m, &own->step);
        own->p.sensor.hidden = e == ERR_OK ? own->step.to : 0;
    }
    model_free(&m);
    return e;
}

static enum err
load(struct screen *s)
{
    struct own *own = s->own;
    enum err e;

    if (own->asked)
        return ERR_OK;
    e = find_hidden(s);
    if (e == ERR_OK)
        e = sensor_load(s->app, &own->p.sensor);
    if (e != ERR_OK)
        return e;
    if (!own->text && own->verb->action == DO_SET_K) {
        char k[NUMBER_MAX];

        (void) number_print(k, own->p.sensor.column.k);
        own->text = xstrdup(k);
    } else if (!own->text) {
        own->text = xstrdup("10"); /* percent */
    }
    e = prepare(s);
    return own->verb->label ? ERR_OK : e; /* another text may be typed */
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
    struct own *own = s->own;

    buf_str(out, buf_text(&own->fault));
}

static void
paint(struct screen *s, struct canvas *c, struct area area)
{
    struct own *own = s->own;

    proposal_paint(s->app, &own->p, c, area, NULL);
    if (own->fault.len == 0)
        return;
    canvas_fill(c, 0, area.y + area.height - 1, c->width, " ", PAINT_PLAIN);
    (void) canvas_lines(c, area.y + area.height - 1, 1, buf_text(&own->fault),
                        PAINT_WARN);
}

static enum err
act(struct screen *s, const struct key *key)
{
    (void) key; /* there is always a prompt */
    ask(s, true);
    return ERR_OK;
}

static void
close_change(struct screen *s)
{
    struct own *own = s->own;

    proposal_free(&own->p);
    buf_free(&own->fault);
    free(own->text);
    free(own);
}

enum err
screen_change(struct app *app, int action, int64_t model, size_t ord,
              int64_t number)
{
    static const struct screen_ops ops = {
        .id = SCREEN_CHANGE,
        .load = load,
        .head = head,
        .note = note,
        .paint = paint,
        .act = act,
        .close = close_change,
    };
    struct own *own = xcalloc(1, sizeof *own);
    enum err e;

    own->verb = verbs;
    while (own->verb->action != action)
        own->verb++;
    own->p.sensor = (struct sensor){.model = model, .ord = ord};
    own->number = number;
    e = screen_push(app, &ops, own);
    if (e == ERR_OK)
        ask(app->top, false);
    return e;
}
