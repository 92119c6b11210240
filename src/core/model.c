/* SPDX-License-Identifier: Apache-2.0 */
/* Models. Names are the order of all lists, by the index they have anyway. */
#include "core/model.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "core/builtin.h"
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
model_or_new(struct service *s, const char *name, struct model *out)
{
    bool found = false;
    enum err e = model_look(s, name, &found, out);

    if (e == ERR_OK && !found)
        *out = (struct model){.name = xstrdup(name), .title = xstrdup("")};
    return e;
}

void
model_gap_free(struct model_gap *gap)
{
    free(gap->from);
    free(gap->to);
    *gap = (struct model_gap){0};
}

static bool
is_in_gap(const struct model_gap *gap, const char *name)
{
    return gap->from && strcmp(name, gap->from) > 0
           && (!gap->to || strcmp(name, gap->to) < 0);
}

/* The model of that name, or else the gap where it would be. */
static enum err
look_ahead(struct service *s, struct model_gap *gap, const char *name,
           struct model *out)
{
    struct arg args[] = {arg_text(name)};
    struct db_rows *rows;
    bool more = false;
    enum err e =
        db_query(s->db, MODEL_COLUMNS "WHERE name >= $1 ORDER BY name LIMIT 1",
                 args, 1, &rows);

    if (e != ERR_OK)
        return e;
    e = db_next(rows, &more);
    if (e == ERR_OK && more && strcmp(db_text(rows, 1), name) == 0) {
        e = read_row(rows, out);
    } else if (e == ERR_OK) {
        model_gap_free(gap);
        gap->from = xstrdup(name);
        gap->to = more ? xstrdup(db_text(rows, 1)) : NULL;
    }
    db_done(rows);
    return e;
}

enum err
model_or_new_next(struct service *s, struct model_gap *gap, const char *name,
                  struct model *out)
{
    struct model m = {0};
    enum err e = is_in_gap(gap, name) ? ERR_OK : look_ahead(s, gap, name, &m);

    if (e != ERR_OK)
        return e;
    if (!m.id)
        m = (struct model){.name = xstrdup(name), .title = xstrdup("")};
    *out = m;
    return ERR_OK;
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
model_check_text(const struct model *m, const char *text, size_t len)
{
    struct buf mapped = {0};
    enum err e = ERR_OK;

    if (m->id && *m->title
        && (strlen(m->title) != len || memcmp(m->title, text, len) != 0)
        && name_map(m->title, strlen(m->title), &mapped) == ERR_OK
        && strcmp(buf_text(&mapped), m->name) == 0)
        e = err_set(ERR_DATA,
                    "\"%s\" and \"%.*s\" would both be named %s: rename one",
                    m->title, (int) len, text, m->name); /* of a record */
    buf_free(&mapped);
    return e;
}

const char *
model_brought_back(const struct model *m)
{
    return m->top ? "undo" : "redo";
}

enum err
model_find(struct service *s, const char *name, bool hidden, struct model *out)
{
    const struct kind *kind;
    bool found = false;
    enum err e = model_look(s, name, &found, out);

    kind = found ? NULL : kind_find(name);
    if (e == ERR_OK && kind && kind->builtin)
        return builtin_make(s, kind, out);
    if (e == ERR_OK && !found)
        return not_found(s, name);
    if (e == ERR_OK && !out->version && !hidden) {
        e = err_set(ERR_NOT_FOUND, "%s is removed; vigia %s %s brings it back",
                    name, model_brought_back(out), name);
        model_free(out);
    }
    return e;
}

/* ---- making, renaming, deleting ---- */

enum err
model_insert(struct service *s, struct model *const *models, size_t count)
{
    static const char sql[] =
        "INSERT INTO model(name, kind, title, version, versions, stale_after,"
        " activation, top, head, removed_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    struct db_put put;
    enum err e = ERR_OK;

    db_put_begin(&put, s->db, sql, 10);
    for (size_t i = 0; e == ERR_OK && i < count; i++) {
        const struct model *m = models[i];
        struct arg row[] = {arg_text(m->name),     arg_text(m->kind->name),
                            arg_text(m->title),    arg_id(m->version),
                            arg_int(m->versions),  arg_int(m->stale_after),
                            arg_id(m->activation), arg_id(m->top),
                            arg_id(m->head),       arg_id(m->removed_at)};

        e = name_check(m->name);
        if (e == ERR_OK)
            e = db_put_row(&put, row);
    }
    if (e == ERR_OK)
        e = db_put_end(&put);
    for (size_t i = count; e == ERR_OK && i > 0; i--)
        models[i - 1]->id = db_inserted(s->db) - (int64_t) (count - i);
    return e;
}

enum err
model_save(struct service *s, const struct model *m)
{
    static const char sql[] =
        "UPDATE model SET version = $1, versions = $2, title = $3,"
        " stale_after = $4, activation = $5, top = $6, head = $7,"
        " removed_at = $8 WHERE id = $9";
    struct arg args[] = {
        arg_id(m->version),      arg_int(m->versions),  arg_text(m->title),
        arg_int(m->stale_after), arg_id(m->activation), arg_id(m->top),
        arg_id(m->head),         arg_id(m->removed_at), arg_int(m->id)};

    return db_run(s->db, sql, args, 9);
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
    s->epoch++;
    model_free(&other);
    return e;
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
