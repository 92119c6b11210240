/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every act that activates a version points to the one that stood before it
 * (parent), so the acts of a model are a tree. Undo walks up it from
 * model.top; redo walks down again on the path to model.head, the newest act.
 */
#include "core/change.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/json.h"
#include "core/model.h"
#include "core/service.h"
#include "core/state.h"
#include "core/version.h"

enum step_kind { STEP_CHANGE, STEP_UNDO, STEP_REDO };

enum err
change_open(struct service *s, const char *what, const char *note)
{
    static const char sql[] = "INSERT INTO change(at, actor, via, what, note)"
                              " VALUES ($1, $2, $3, $4, $5)";
    int64_t actor, now = clock_now();
    enum err e = change_save(s);

    if (e == ERR_OK)
        e = service_actor(s, &actor);
    if (e == ERR_OK) {
        struct arg args[] = {arg_int(now), arg_int(actor), arg_text(s->via),
                             arg_text(what), arg_text(note)};

        e = db_run(s->db, sql, args, 5);
    }
    if (e == ERR_OK)
        s->change = (struct change){.id = db_inserted(s->db), .at = now};
    return e;
}

enum err
change_save(struct service *s)
{
    static const char sql[] = "UPDATE change SET models = $1,"
                              " first_activation = $2, last_activation = $3"
                              " WHERE id = $4";
    struct arg args[] = {arg_int(s->change.models), arg_int(s->change.first),
                         arg_int(s->change.last), arg_int(s->change.id)};
    enum err e;

    if (!s->change.dirty)
        return ERR_OK;
    e = db_run(s->db, sql, args, 4);
    if (e == ERR_OK)
        s->change.dirty = false;
    return e;
}

enum err
change_takes_back(struct service *s, int64_t id)
{
    static const char sql[] = "UPDATE change SET undoes = $1 WHERE id = $2";
    struct arg args[] = {arg_int(id), arg_int(s->change.id)};

    return db_run(s->db, sql, args, 2);
}

/* ---- activations ---- */

/* The param that lists need without reading the version; few have it. */
static enum err
read_stale_after(const char *params, int64_t *us)
{
    static const char name[] = "stale_after";
    struct json *json;
    const struct json *seconds;
    enum err e;

    *us = 0;
    if (!strstr(params, name))
        return ERR_OK;
    e = json_parse(params, strlen(params), &json);
    if (e != ERR_OK)
        return e;
    seconds = json_get(json, name);
    *us = seconds && json_type(seconds) == JSON_NUMBER
              ? (int64_t) (json_number(seconds)
                           * CLOCK_SECOND) /* in range: kind */
              : 0;
    json_free(json);
    return ERR_OK;
}

enum err
change_repeat(struct model *m, const char *title, const char *params)
{
    enum err e = read_stale_after(params, &m->stale_after);

    if (e == ERR_OK && (!m->title || strcmp(m->title, title) != 0)) {
        free(m->title);
        m->title = xstrdup(title);
    }
    return e;
}

/* What the model's row repeats of its active version, and the state rows,
 * when there is such a version. */
static enum err
take_over(struct service *s, struct model *m)
{
    struct version v = {0};
    struct compiled *c = NULL;
    struct db_put states;
    enum state worst;
    enum err e;

    if (!m->version)
        return ERR_OK;
    e = version_load(s, m, m->version, &v);
    if (e == ERR_OK)
        e = compiled_get(s, m, m->version, &c);
    if (e == ERR_OK)
        e = change_repeat(m, v.title, v.params);
    state_put_begin(&states, s);
    if (e == ERR_OK)
        e = state_put(&states, s, m, false, c, clock_now(), &worst);
    if (e == ERR_OK)
        e = db_put_end(&states);
    compiled_put(c);
    version_free(&v);
    return e;
}

enum err
change_next(struct service *s, int64_t *id)
{
    static const char sql[] =
        "SELECT id FROM activation WHERE id > 0 ORDER BY id DESC LIMIT 1";
    enum err e = db_one_int(s->db, sql, NULL, 0, id);

    if (e == ERR_OK)
        ++*id;
    return e;
}

void
change_put_begin(struct db_put *put, struct service *s)
{
    static const char sql[] =
        "INSERT INTO activation(id, model, prev, version, at, change, step,"
        " about, parent) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";

    db_put_begin(put, s->db, sql, 9);
}

enum err
change_put(struct db_put *put, struct service *s, const struct activating *act)
{
    struct arg row[] = {
        arg_int(act->id),     arg_int(act->model), arg_id(act->prev),
        arg_id(act->version), arg_int(act->at),    arg_int(s->change.id),
        arg_int(act->step),   arg_id(act->about),  arg_id(act->parent),
    };
    enum err e = db_put_row(put, row);

    if (e != ERR_OK)
        return e;
    if (!s->change.first)
        s->change.first = act->id;
    s->change.last = act->id;
    s->change.models++;
    s->change.dirty = true;
    s->epoch++;
    return ERR_OK;
}

static enum err
activate(struct service *s, struct model *m, int64_t number,
         enum step_kind kind, int64_t about)
{
    struct activating act = {.model = m->id,
                             .prev = m->activation,
                             .version = number,
                             .at = clock_now(),
                             .step = kind,
                             .about = about,
                             .parent = kind == STEP_CHANGE ? m->top : 0};
    struct db_put put;
    enum err e = change_next(s, &act.id);

    change_put_begin(&put, s);
    if (e == ERR_OK)
        e = change_put(&put, s, &act);
    if (e == ERR_OK)
        e = db_put_end(&put);
    if (e != ERR_OK)
        return e;
    m->activation = act.id;
    m->version = number;
    m->removed_at = number ? 0 : s->change.at;
    return ERR_OK;
}

enum err
change_activate(struct service *s, struct model *m, int64_t number)
{
    enum err e = activate(s, m, number, STEP_CHANGE, 0);

    if (e == ERR_OK)
        e = take_over(s, m);
    if (e != ERR_OK)
        return e;
    m->top = m->head = m->activation;
    return model_save(s, m);
}

/* ---- undo and redo ---- */

struct act {
    int64_t version, parent, change;
};

static enum err
read_act(struct service *s, int64_t id, struct act *act)
{
    static const char sql[] =
        "SELECT version, parent, change FROM activation WHERE id = $1";
    struct arg args[] = {arg_int(id)};
    struct db_rows *rows;
    bool more = false;
    enum err e = db_query(s->db, sql, args, 1, &rows);

    if (e != ERR_OK)
        return e;
    e = db_next(rows, &more);
    if (e == ERR_OK && !more)
        e = err_set(ERR_INTERNAL, "activation %" PRId64 " is missing", id);
    if (e == ERR_OK)
        *act = (struct act){db_int(rows, 0), db_int(rows, 1), db_int(rows, 2)};
    db_done(rows);
    return e;
}

enum err
change_undo_step(struct service *s, const struct model *m, struct step *step)
{
    struct act act, before = {0};
    enum err e;

    if (!m->top)
        return err_set(ERR_CONFLICT, "nothing left to undo for %s", m->name);
    e = read_act(s, m->top, &act);
    if (e == ERR_OK && act.parent)
        e = read_act(s, act.parent, &before);
    if (e == ERR_OK)
        *step = (struct step){.from = m->version,
                              .to = before.version,
                              .about = m->top,
                              .top = act.parent,
                              .change = act.change};
    return e;
}

enum err
change_redo_step(struct service *s, const struct model *m, struct step *step)
{
    struct act act;
    int64_t id = m->head;
    enum err e;

    if (m->top == m->head)
        return err_set(ERR_CONFLICT, "nothing to redo for %s", m->name);
    while ((e = read_act(s, id, &act)) == ERR_OK && act.parent != m->top) {
        if (!act.parent)
            return err_set(ERR_INTERNAL, "the activations of %s are broken",
                           m->name);
        id = act.parent;
    }
    if (e == ERR_OK)
        *step = (struct step){.from = m->version,
                              .to = act.version,
                              .about = id,
                              .top = id,
                              .change = act.change};
    return e;
}

enum err
change_standing(struct service *s, const struct model *m, int64_t activation,
                enum standing *out)
{
    struct act act;
    int64_t id = m->top;
    enum err e = ERR_OK;

    while (e == ERR_OK && id > activation) {
        e = read_act(s, id, &act);
        id = e == ERR_OK ? act.parent : 0;
    }
    *out = id != activation       ? STANDING_UNDONE
           : m->top == activation ? STANDING_TOP
                                  : STANDING_LATER;
    return e;
}

static enum err
take(struct service *s, struct model *m, const struct step *step,
     enum step_kind kind)
{
    enum err e = activate(s, m, step->to, kind, step->about);

    if (e == ERR_OK)
        e = take_over(s, m);
    if (e != ERR_OK)
        return e;
    m->top = step->top;
    return model_save(s, m);
}

enum err
change_undo(struct service *s, struct model *m, const struct step *step)
{
    return take(s, m, step, STEP_UNDO);
}

enum err
change_redo(struct service *s, struct model *m, const struct step *step)
{
    return take(s, m, step, STEP_REDO);
}
