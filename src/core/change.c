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

/* What a model's row repeats of its active version, and the state rows. */
static enum err
take_over(struct service *s, struct model *m, const char *title,
          const char *params, const struct compiled *c)
{
    enum err e = read_stale_after(params, &m->stale_after);

    if (e != ERR_OK)
        return e;
    free(m->title);
    m->title = xstrdup(title);
    return state_activate(s, m, c);
}

/* The same from the database, when there is an active version. */
static enum err
take_over_active(struct service *s, struct model *m)
{
    struct version v = {0};
    struct compiled *c = NULL;
    enum err e;

    if (!m->version)
        return ERR_OK;
    e = version_load(s, m, m->version, &v);
    if (e == ERR_OK)
        e = compiled_get(s, m, m->version, &c);
    if (e == ERR_OK)
        e = take_over(s, m, v.title, v.params, c);
    compiled_put(c);
    version_free(&v);
    return e;
}

static enum err
save_model(struct service *s, const struct model *m)
{
    static const char sql[] =
        "UPDATE model SET version = $1, versions = $2, title = $3,"
        " stale_after = $4, activation = $5, top = $6, head = $7,"
        " removed_at = $8 WHERE id = $9";
    struct arg args[] = {m->version ? arg_int(m->version) : arg_null(),
                         arg_int(m->versions),
                         arg_text(m->title),
                         arg_int(m->stale_after),
                         arg_int(m->activation),
                         m->top ? arg_int(m->top) : arg_null(),
                         m->head ? arg_int(m->head) : arg_null(),
                         m->version ? arg_null() : arg_int(m->removed_at),
                         arg_int(m->id)};

    return db_run(s->db, sql, args, 9);
}

static enum err
activate(struct service *s, struct model *m, int64_t number,
         enum step_kind kind, int64_t about)
{
    static const char sql[] =
        "INSERT INTO activation(model, prev, version, at, change, step,"
        " about, parent) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    bool fresh = kind == STEP_CHANGE;
    struct arg args[] = {arg_int(m->id),
                         m->activation ? arg_int(m->activation) : arg_null(),
                         number ? arg_int(number) : arg_null(),
                         arg_int(clock_now()),
                         arg_int(s->change.id),
                         arg_int(kind),
                         fresh ? arg_null() : arg_int(about),
                         fresh && m->top ? arg_int(m->top) : arg_null()};
    enum err e = db_run(s->db, sql, args, 8);

    if (e != ERR_OK)
        return e;
    m->activation = db_inserted(s->db);
    if (!s->change.first)
        s->change.first = m->activation;
    s->change.last = m->activation;
    s->change.models++;
    s->change.dirty = true;
    m->version = number;
    m->removed_at = number ? 0 : s->change.at;
    s->epoch++;
    return ERR_OK;
}

enum err
change_activate(struct service *s, struct model *m, int64_t number)
{
    enum err e = activate(s, m, number, STEP_CHANGE, 0);

    if (e == ERR_OK)
        e = take_over_active(s, m);
    if (e != ERR_OK)
        return e;
    m->top = m->head = m->activation;
    return save_model(s, m);
}

enum err
change_activate_stored(struct service *s, struct model *m, const char *title,
                       const char *params, const struct compiled *c)
{
    enum err e = activate(s, m, c->number, STEP_CHANGE, 0);

    if (e == ERR_OK)
        e = take_over(s, m, title, params, c);
    if (e != ERR_OK)
        return e;
    m->top = m->head = m->activation;
    return save_model(s, m);
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
        e = take_over_active(s, m);
    if (e != ERR_OK)
        return e;
    m->top = step->top;
    return save_model(s, m);
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
