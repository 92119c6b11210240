/* SPDX-License-Identifier: Apache-2.0 */
/* Models. Names are the order of all lists, by the index they have anyway. */
#include "core/model.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "core/name.h"
#include "core/service.h"
#include "core/version.h"
#include "kinds/kind.h"

enum {
    NEIGHBOURS = 100, /* names looked at before and after a wrong one */
    SUGGESTIONS = 3,
    SHOWN_MAX = 60 /* bytes of a wrong name that a message repeats */
};

void
model_free(struct model *m)
{
    if (!m)
        return;
    free(m->name);
    free(m->title);
    *m = (struct model){0};
}

void
model_page_free(struct model_page *page)
{
    for (size_t i = 0; i < page->count; i++)
        model_free(&page->items[i]);
    free(page->items);
    *page = (struct model_page){0};
}

#define MODEL_COLUMNS                                               \
    "SELECT id, name, title, kind, version, versions, stale_after," \
    " activation, top, head, removed_at FROM model "

static enum err
read_row(const struct db_rows *rows, struct model *m)
{
    const struct kind *kind = kind_find(db_text(rows, 3));

    if (!kind)
        return err_set(ERR_CONFIG,
                       "this vigia was built without the kind %s, which "
                       "%s has",
                       db_text(rows, 3), db_text(rows, 1));
    *m = (struct model){
        .id = db_int(rows, 0),
        .name = xstrdup(db_text(rows, 1)),
        .title = xstrdup(db_text(rows, 2)),
        .kind = kind,
        .version = db_int(rows, 4),
        .versions = db_int(rows, 5),
        .stale_after = db_int(rows, 6),
        .activation = db_int(rows, 7),
        .top = db_int(rows, 8),
        .head = db_int(rows, 9),
        .removed_at = db_int(rows, 10),
    };
    return ERR_OK;
}

static enum err
find_one(struct service *s, const char *sql, struct arg key, bool *found,
         struct model *out)
{
    struct db_rows *rows;
    enum err e = db_query(s->db, sql, &key, 1, &rows);

    if (e != ERR_OK)
        return e;
    e = db_next(rows, found);
    if (e == ERR_OK && *found)
        e = read_row(rows, out);
    db_done(rows);
    return e;
}

enum err
model_look(struct service *s, const char *name, bool *found, struct model *out)
{
    return find_one(s, MODEL_COLUMNS "WHERE name = $1", arg_text(name), found,
                    out);
}

enum err
model_by_id(struct service *s, int64_t id, struct model *out)
{
    bool found = false;
    enum err e =
        find_one(s, MODEL_COLUMNS "WHERE id = $1", arg_int(id), &found, out);

    if (e == ERR_OK && !found)
        e = err_set(ERR_NOT_FOUND, "no model has the id %" PRId64, id);
    return e;
}

/* ---- suggestions ---- */

struct near {
    char *names[SUGGESTIONS];
    size_t distances[SUGGESTIONS];
    size_t count;
};

/* Keeps the nearest few, nearest first. */
static void
consider(struct near *near, const char *wanted, const char *name)
{
    size_t d = text_distance(wanted, name), i = near->count;

    if (d > 1 + strlen(wanted) / 3)
        return;
    if (near->count == SUGGESTIONS) {
        if (d >= near->distances[SUGGESTIONS - 1])
            return;
        free(near->names[--i]);
    } else {
        near->count++;
    }
    for (; i > 0 && near->distances[i - 1] > d; i--) {
        near->names[i] = near->names[i - 1];
        near->distances[i] = near->distances[i - 1];
    }
    near->names[i] = xstrdup(name);
    near->distances[i] = d;
}

static enum err
look_around(struct service *s, const char *sql, const char *wanted,
            struct near *near)
{
    struct arg args[] = {arg_text(wanted), arg_int(NEIGHBOURS)};
    struct db_rows *rows;
    bool more = false;
    enum err e = db_query(s->db, sql, args, 2, &rows);

    if (e != ERR_OK)
        return e;
    while ((e = db_next(rows, &more)) == ERR_OK && more)
        consider(near, wanted, db_text(rows, 0));
    db_done(rows);
    return e;
}

static enum err
not_found(struct service *s, const char *name)
{
    static const char below[] =
        "SELECT name FROM model WHERE name < $1 AND removed_at IS NULL"
        " ORDER BY name DESC LIMIT $2";
    static const char above[] =
        "SELECT name FROM model WHERE name >= $1 AND removed_at IS NULL"
        " ORDER BY name LIMIT $2";
    struct buf wanted = {0}, text = {0};
    struct near near = {.count = 0};
    enum err e = ERR_OK;

    /* A plant's own id: look for the name it was given. */
    if (name_map(name, strlen(name), &wanted) != ERR_OK && wanted.len == 0)
        buf_str(&wanted, name);
    e = look_around(s, above, buf_text(&wanted), &near);
    if (e == ERR_OK)
        e = look_around(s, below, buf_text(&wanted), &near);
    for (size_t i = 0; i < near.count; i++) {
        buf_printf(&text, "%s%s", i ? ", " : "; nearest: ", near.names[i]);
        free(near.names[i]);
    }
    if (e == ERR_OK)
        e = err_set(ERR_NOT_FOUND, "no model named \"%.*s\"%s", SHOWN_MAX,
                    name, buf_text(&text));
    buf_free(&wanted);
    buf_free(&text);
    return e;
}

enum err
model_find(struct service *s, const char *name, bool hidden, struct model *out)
{
    bool found = false;
    enum err e = model_look(s, name, &found, out);

    if (e == ERR_OK && !found)
        return not_found(s, name);
    if (e == ERR_OK && !out->version && !hidden) {
        e = err_set(ERR_NOT_FOUND, "%s is removed; vigia %s %s brings it back",
                    name, out->top ? "undo" : "redo", name);
        model_free(out);
    }
    return e;
}

/* ---- making, renaming, deleting ---- */

enum err
model_make(struct service *s, const char *name, const struct kind *kind,
           struct model *out)
{
    static const char sql[] = "INSERT INTO model(name, kind, removed_at)"
                              " VALUES ($1, $2, $3)";
    struct arg args[] = {arg_text(name), arg_text(kind->name),
                         arg_int(s->change.at)};
    enum err e = name_check(name);

    if (e == ERR_OK)
        e = db_run(s->db, sql, args, 3);
    if (e != ERR_OK)
        return e;
    *out = (struct model){.id = db_inserted(s->db),
                          .name = xstrdup(name),
                          .title = xstrdup(""),
                          .kind = kind,
                          .removed_at = s->change.at};
    return ERR_OK;
}

enum err
model_rename(struct service *s, const struct model *m, const char *name)
{
    static const char sql[] = "UPDATE model SET name = $1 WHERE id = $2";
    struct arg args[] = {arg_text(name), arg_int(m->id)};
    struct model other = {0};
    bool taken = false;
    enum err e = name_check(name);

    if (e == ERR_OK)
        e = model_look(s, name, &taken, &other);
    if (e == ERR_OK && taken && other.id != m->id)
        e = err_set(ERR_CONFLICT, "there is a model named %s already%s", name,
                    other.version ? "" : " (it is removed)");
    if (e == ERR_OK)
        e = db_run(s->db, sql, args, 2);
    model_free(&other);
    return e;
}

/*
 * Ids of history must not be given again (schema.c), so the newest row of all
 * stays when it is the model's: emptied, without a model to show it. Pruning
 * takes it when it is old and not the newest any more.
 */
static enum err
purge_row(struct service *s, int64_t id)
{
    static const char delete[] =
        "DELETE FROM history"
        " WHERE id = $1 AND id < (SELECT max(id) FROM history)";
    static const char empty[] = "UPDATE history SET input = 0, alert = 0,"
                                " delay = NULL, request = NULL WHERE id = $1";
    struct arg args[] = {arg_int(id)};
    enum err e = db_run(s->db, delete, args, 1);

    if (e != ERR_OK)
        return e;
    if (db_changed(s->db) == 0)
        return db_run(s->db, empty, args, 1);
    s->recorded--;
    return ERR_OK;
}

/* Runs a query for one number; *id is 0 when it has no row. */
static enum err
read_id(struct service *s, const char *sql, const struct arg *args,
        size_t count, int64_t *id)
{
    struct db_rows *rows;
    bool more = false;
    enum err e = db_query(s->db, sql, args, count, &rows);

    if (e != ERR_OK)
        return e;
    e = db_next(rows, &more);
    if (e == ERR_OK)
        *id = more ? db_int(rows, 0) : 0;
    db_done(rows);
    return e;
}

/* The rows of a model are found by its chain, and older ones, which are
 * alerts, by their index. */
static enum err
purge_history(struct service *s, const struct model *m, int64_t rows,
              bool *more)
{
    static const char newest[] =
        "SELECT newest FROM state WHERE model = $1 AND ord = 0";
    static const char prev[] =
        "SELECT prev FROM history WHERE id = $1 AND model = $2";
    static const char step[] =
        "UPDATE state SET newest = $1 WHERE model = $2 AND ord = 0";
    static const char alert[] =
        "SELECT id FROM history WHERE model = $1 AND alert = 1 LIMIT 1";
    struct arg model[] = {arg_int(m->id)};
    int64_t id = 0, before, deleted = 0;
    enum err e = read_id(s, newest, model, 1, &id);

    for (; e == ERR_OK && id && deleted < rows; deleted++, id = before) {
        struct arg row[] = {arg_int(id), arg_int(m->id)};

        e = read_id(s, prev, row, 2, &before);
        if (e == ERR_OK)
            e = purge_row(s, id);
    }
    if (e == ERR_OK && deleted > 0) {
        struct arg rest[] = {id ? arg_int(id) : arg_null(), arg_int(m->id)};

        e = db_run(s->db, step, rest, 2);
    }
    *more = true; /* until no alert is left either */
    for (; e == ERR_OK && *more && deleted < rows; deleted++) {
        e = read_id(s, alert, model, 1, &id);
        *more = e == ERR_OK && id != 0;
        if (*more)
            e = purge_row(s, id);
    }
    return e;
}

static enum err
purge_activations(struct service *s, const struct model *m)
{
    static const char sql[] =
        "DELETE FROM activation WHERE id = $1 RETURNING prev";
    int64_t id = m->activation;
    enum err e = ERR_OK;

    while (e == ERR_OK && id) {
        struct arg args[] = {arg_int(id)};
        struct db_rows *rows;
        bool more = false;

        e = db_query(s->db, sql, args, 1, &rows);
        if (e != ERR_OK)
            break;
        e = db_next(rows, &more);
        id = e == ERR_OK && more ? db_int(rows, 0) : 0;
        if (e == ERR_OK && more)
            e = db_next(rows, &more);
        db_done(rows);
    }
    return e;
}

enum err
model_purge(struct service *s, const struct model *m, int64_t rows, bool *more)
{
    static const char states[] = "DELETE FROM state WHERE model = $1";
    static const char versions[] =
        "DELETE FROM version WHERE id > $1 AND id < $2";
    static const char model[] = "DELETE FROM model WHERE id = $1";
    struct arg id[] = {arg_int(m->id)};
    struct arg range[] = {arg_int(version_row(m->id, 0)),
                          arg_int(version_row(m->id + 1, 0))};
    enum err e = purge_history(s, m, rows, more);

    if (e != ERR_OK || *more)
        return e;
    e = purge_activations(s, m);
    if (e == ERR_OK)
        e = db_run(s->db, states, id, 1);
    if (e == ERR_OK)
        e = db_run(s->db, versions, range, 2);
    return e == ERR_OK ? db_run(s->db, model, id, 1) : e;
}

enum err
model_list(struct service *s, const char *after, size_t limit, bool hidden,
           struct model_page *page)
{
    static const char all[] =
        MODEL_COLUMNS "WHERE name > $1 ORDER BY name LIMIT $2";
    static const char active[] =
        MODEL_COLUMNS "WHERE name > $1 AND removed_at IS NULL"
                      " ORDER BY name LIMIT $2";
    struct arg args[] = {arg_text(after),
                         arg_int((int64_t) limit) /* small */};
    struct model_page found = {0};
    struct db_rows *rows;
    bool more = false;
    enum err e = db_query(s->db, hidden ? all : active, args, 2, &rows);

    if (e != ERR_OK)
        return e;
    found.items = xcalloc(limit, sizeof *found.items);
    while (e == ERR_OK && (e = db_next(rows, &more)) == ERR_OK && more) {
        e = read_row(rows, &found.items[found.count]);
        found.count += e == ERR_OK;
    }
    db_done(rows);
    if (e == ERR_OK)
        *page = found;
    else
        model_page_free(&found);
    return e;
}
