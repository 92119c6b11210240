/* SPDX-License-Identifier: Apache-2.0 */
/* Answers. Members stand in the order in which a person wants to read them. */
#include "core/answer.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/figure.h"
#include "base/json.h"
#include "core/change.h"
#include "core/history.h"
#include "core/model.h"
#include "core/undo.h"
#include "core/version.h"
#include "core/view.h"
#include "kinds/kind.h"

/* ---- members ---- */

static void
put_text(struct json_out *out, const char *key, const char *text)
{
    json_key(out, key);
    json_put_text(out, text);
}

static void
put_int(struct json_out *out, const char *key, int64_t v)
{
    json_key(out, key);
    json_put_int(out, v);
}

static void
put_number(struct json_out *out, const char *key, double v)
{
    json_key(out, key);
    json_put_number(out, v); /* NaN: null */
}

static void
put_bool(struct json_out *out, const char *key, bool v)
{
    json_key(out, key);
    json_put_bool(out, v);
}

static void
put_time(struct json_out *out, const char *key, int64_t us)
{
    json_key(out, key);
    json_put_time(out, us);
}

static void
put_null(struct json_out *out, const char *key)
{
    json_key(out, key);
    json_put_null(out);
}

void
answer_int_or_null(struct json_out *out, const char *key, int64_t number)
{
    if (number)
        put_int(out, key, number);
    else
        put_null(out, key);
}

/* ---- models ---- */

void
answer_weights(struct json_out *out, const struct kind *kind,
               const void *compiled, const enum state *states)
{
    size_t count = kind->columns(compiled);
    const char **words = xcalloc(count + 1, sizeof *words);

    for (size_t i = 0; i < count; i++)
        words[i] = state_names[states[i]];
    kind->show(compiled, words, out);
    free(words);
}

static void
put_activations(struct json_out *out, const struct activation_list *list)
{
    json_key(out, "activations"); /* the last ones, newest last */
    json_open(out, '[');
    for (size_t i = list->count; i > 0; i--) {
        const struct activation *a = &list->items[i - 1];

        json_open(out, '{');
        put_time(out, "at", a->at);
        put_text(out, "what", a->what);
        answer_int_or_null(out, "version", a->version);
        put_text(out, "by", a->by);
        put_int(out, "change", a->change);
        json_close(out, '}');
    }
    json_close(out, ']');
}

void
answer_view(struct json_out *out, const struct view *view, const char *warning)
{
    const struct model *m = &view->model;
    const struct version *v = &view->version;

    json_open(out, '{');
    put_text(out, "name", m->name);
    put_text(out, "title", v->title);
    put_text(out, "kind", m->kind->name);
    put_int(out, "version", v->number);
    put_text(out, "origin", v->origin);
    put_time(out, "created_at", v->created_at);
    put_text(out, "by", v->by);
    put_text(out, "note", v->note);
    put_bool(out, "active", m->version == v->number);
    put_text(out, "state", state_names[view->worst]);
    json_key(out, "params");
    json_put_raw(out, v->params);
    if (v->metrics) {
        json_key(out, "metrics");
        json_put_raw(out, v->metrics);
    }
    json_key(out, "weights");
    answer_weights(out, m->kind, view->compiled->model, view->states);
    put_activations(out, &view->activations);
    if (warning)
        put_text(out, "warning", warning);
    json_close(out, '}');
}

int64_t
answer_last(const struct state_list *states, bool *alert)
{
    int64_t last = 0;

    *alert = false;
    for (size_t i = 0; i < states->count; i++) {
        const struct state_row *row = &states->items[i];

        if (row->tested && row->at > last)
            last = row->at;
        *alert = *alert || (row->tested && row->alert);
    }
    return last;
}

void
answer_listed(struct json_out *out, const struct model *m,
              const struct state_list *states, const char *state)
{
    bool alert;
    int64_t last = answer_last(states, &alert);

    json_open(out, '{');
    put_text(out, "name", m->name);
    put_text(out, "title", m->title);
    put_text(out, "kind", m->kind->name);
    answer_int_or_null(out, "version", m->version);
    put_text(out, "state", m->version ? state : NULL);
    json_key(out, "columns");
    json_open(out, '[');
    for (size_t i = 0; i < states->count; i++)
        if (*states->items[i].column) /* a model without columns has none */
            json_put_text(out, states->items[i].column);
    json_close(out, ']');
    json_key(out, "last");
    if (last) {
        json_open(out, '{');
        put_time(out, "at", last);
        put_bool(out, "alert", alert);
        json_close(out, '}');
    } else {
        json_put_null(out);
    }
    json_close(out, '}');
}

/* ---- versions and changes ---- */

void
answer_version(struct json_out *out, const struct model *m,
               const struct version *v)
{
    json_open(out, '{');
    put_int(out, "number", v->number);
    put_text(out, "origin", v->origin);
    put_time(out, "created_at", v->created_at);
    put_text(out, "by", v->by);
    put_bool(out, "active", v->number == m->version);
    put_int(out, "change", v->change);
    put_text(out, "note", v->note);
    if (v->metrics) {
        json_key(out, "metrics");
        json_put_raw(out, v->metrics);
    }
    json_close(out, '}');
}

void
answer_change(struct json_out *out, const struct change_row *row)
{
    json_open(out, '{');
    put_int(out, "id", row->id);
    put_time(out, "at", row->at);
    put_text(out, "by", row->by);
    put_text(out, "via", row->via);
    put_text(out, "what", row->what);
    put_text(out, "note", row->note);
    put_int(out, "models", row->models);
    answer_int_or_null(out, "undoes", row->undoes);
    json_close(out, '}');
}

void
answer_undone(struct json_out *out, int64_t id, const char *left,
              const struct undo_report *report)
{
    json_open(out, '{');
    put_int(out, "about", id);
    answer_int_or_null(out, "change", report->change);
    put_int(out, "undone", report->undone);
    put_int(out, "undone_before", report->before);
    put_int(out, "left", report->left);
    json_key(out, "left_models"); /* the first hundred */
    json_open(out, '[');
    while (*left) {
        size_t len = strcspn(left, "\n");
        char *name = xstrndup(left, len);

        json_put_text(out, name);
        free(name);
        left += len + (left[len] == '\n');
    }
    json_close(out, ']');
    json_close(out, '}');
}

/* ---- verdicts ---- */

void
answer_reason(struct buf *out, const struct compiled *c,
              const struct verdict *v)
{
    c->kind->explain(c->model, v, out);
    buf_printf(out, "; version %" PRId64 " of this sensor", c->number);
}

void
answer_verdict(struct json_out *out, const struct model *m,
               const struct compiled *c, const struct verdict *v,
               enum state state)
{
    struct buf reason = {0};

    json_open(out, '{');
    put_text(out, "model", m->name);
    put_int(out, "version", c->number);
    if (v->detail.len > 0) {
        json_put_members(out, buf_text(&v->detail));
        json_close(out, '}');
        return;
    }
    answer_reason(&reason, c, v);
    put_text(out, "column", v->column);
    put_number(out, "value", v->value);
    put_bool(out, "alert", v->alert);
    put_number(out, "score", v->score);
    put_number(out, "mean", v->mean);
    put_number(out, "std", v->std);
    put_number(out, "threshold", v->threshold);
    put_text(out, "state", state_names[state]);
    put_text(out, "reason", buf_text(&reason));
    json_close(out, '}');
    buf_free(&reason);
}

void
answer_verdicts(struct json_out *out, const struct model *m,
                const struct compiled *c, const struct verdicts *verdicts,
                const enum state *states)
{
    struct buf version = {0};

    json_open(out, '{');
    if (verdicts->beside.len > 0) {
        json_put_members(out, buf_text(&verdicts->beside));
        buf_printf(&version, "%s@%" PRId64, m->name, c->number);
        put_text(out, "model", buf_text(&version));
        buf_free(&version);
    }
    json_key(out, "verdicts");
    json_open(out, '[');
    for (size_t i = 0; i < verdicts->count; i++)
        answer_verdict(out, m, c, &verdicts->items[i],
                       states[verdicts->items[i].index]);
    json_close(out, ']');
    json_close(out, '}');
}

static void
put_columns(struct json_out *out, const struct verdicts *verdicts)
{
    json_key(out, "columns");
    json_open(out, '{');
    for (size_t i = 0; i < verdicts->count; i++) {
        const struct verdict *v = &verdicts->items[i];

        json_key(out, v->column);
        json_open(out, '{');
        put_number(out, "value", v->value);
        put_bool(out, "alert", v->alert);
        put_number(out, "score", v->score);
        json_close(out, '}');
    }
    json_close(out, '}');
}

/* JSON as it came from outside, made canonical: on one line, safe to show. */
static void
put_stored(struct json_out *out, const char *key, const char *text)
{
    struct json *json = NULL;
    struct buf canonical = {0};

    if (text && json_parse(text, strlen(text), &json) == ERR_OK)
        json_canonical(json, &canonical);
    json_key(out, key);
    json_put_raw(out, canonical.len ? canonical.data : "null");
    buf_free(&canonical);
    json_free(json);
}

void
answer_reading(struct json_out *out, const struct history_row *row,
               const struct verdicts *verdicts)
{
    json_open(out, '{');
    put_int(out, "id", row->id);
    put_time(out, "at", row->at);
    put_time(out, "recorded_at", row->recorded_at);
    put_text(out, "model", row->model);
    put_int(out, "version", row->version);
    if (row->input)
        put_null(out, "columns");
    else
        put_columns(out, verdicts);
    put_bool(out, "alert", row->alert);
    put_stored(out, "input", row->input); /* of the kinds without columns */
    json_key(out, "output");
    json_put_raw(out, row->output ? row->output : "null");
    put_text(out, "request_id", row->request);
    put_text(out, "by", row->by);
    json_close(out, '}');
}

void
answer_brief(struct buf *out, const char *output)
{
    char shown[FIGURE_MAX];
    struct json_walk it = {0};
    struct json *json = NULL;
    size_t before = out->len;

    if (json_parse(output, strlen(output), &json) != ERR_OK)
        json = NULL; /* it is our own, and shown as it is */
    while (json && json_next(json, &it) && json_type(it.value) != JSON_OBJECT
           && json_type(it.value) != JSON_ARRAY) {
        buf_printf(out, "%s%s ", out->len > before ? ", " : "", it.key);
        if (json_type(it.value) == JSON_NUMBER)
            buf_str(out, figure_round(shown, json_number(it.value), NAN));
        else if (json_type(it.value) == JSON_STRING)
            buf_str(out, json_text(it.value));
        else
            json_canonical(it.value, out);
    }
    if (out->len == before)
        buf_str(out, output);
    json_free(json);
}
