/* SPDX-License-Identifier: Apache-2.0 */
/* Opening, turns, and what has to be written at the end of one. */
#include "core/service.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "core/change.h"
#include "core/history.h"
#include "core/known.h"
#include "core/state.h"
#include "core/version.h"

static enum err
read_generation(struct service *s, int64_t *generation)
{
    struct db_rows *rows;
    bool more = false;
    enum err e =
        db_query(s->db, "SELECT value FROM meta WHERE name = 'generation'",
                 NULL, 0, &rows);

    if (e != ERR_OK)
        return e;
    e = db_next(rows, &more);
    if (e == ERR_OK && !more)
        e = err_set(ERR_SCHEMA, "%s has no generation", db_path(s->db));
    if (e == ERR_OK)
        *generation = db_int(rows, 0);
    db_done(rows);
    return e;
}

enum err
service_open(const char *path, enum db_mode mode, const struct conf *conf,
             const char *by, const char *via, struct service **out)
{
    struct db_options options = {.busy_timeout = conf->busy_timeout,
                                 .normal = conf->durability == CONF_NORMAL};
    struct service *s = xcalloc(1, sizeof *s);
    enum err e;

    s->conf = conf;
    s->by = xstrdup(by);
    s->via = via;
    s->cache = cache_new();
    s->known = known_new();
    s->seats = seats_new();
    e = db_open(path, mode, &options, &s->db);
    if (e == ERR_OK && mode != DB_UPGRADE)
        e = service_refresh(s);
    if (e == ERR_OK)
        *out = s;
    else
        service_close(s);
    return e;
}

void
service_close(struct service *s)
{
    if (!s)
        return;
    known_free(s->known);
    seats_free(s->seats);
    cache_free(s->cache);
    db_close(s->db);
    free((char *) s->by); /* ours: service_open() copied it */
    free(s);
}

enum err
service_refresh(struct service *s)
{
    int64_t version, generation;
    enum err e = db_data_version(s->db, &version);

    if (e != ERR_OK || version == s->data_version)
        return e;
    e = db_check_schema(s->db);
    if (e == ERR_OK)
        e = read_generation(s, &generation);
    if (e != ERR_OK)
        return e;
    if (generation != s->generation) {
        cache_clear(s->cache);
        s->actor = 0;
    }
    s->generation = generation;
    s->data_version = version;
    s->epoch++;
    return ERR_OK;
}

enum err
service_begin(struct service *s)
{
    enum err e = db_begin(s->db);

    if (e != ERR_OK)
        return e;
    e = service_refresh(s);
    if (e != ERR_OK)
        service_rollback(s);
    return e;
}

enum err
service_commit(struct service *s)
{
    enum err e = change_save(s);

    if (e == ERR_OK)
        e = history_count_add(s, s->recorded);
    if (e == ERR_OK)
        e = db_commit(s->db);
    if (e != ERR_OK)
        service_rollback(s);
    else
        s->recorded = 0;
    return e;
}

/* What was made since a rollback never was: the row of who acts, versions,
 * what is kept of models. */
static void
forget(struct service *s)
{
    s->actor = 0;
    cache_clear(s->cache);
    s->epoch++;
}

void
service_rollback(struct service *s)
{
    db_rollback(s->db);
    s->change = (struct change){0};
    s->recorded = 0;
    forget(s);
}

enum err
service_read_begin(struct service *s)
{
    return db_run(s->db, "BEGIN", NULL, 0);
}

enum err
service_read_end(struct service *s, enum err e)
{
    struct err_kept why = {0};

    if (e == ERR_OK)
        return db_run(s->db, "COMMIT", NULL, 0);
    err_keep(&why, "");
    err_clear();
    if (db_run(s->db, "COMMIT", NULL, 0) != ERR_OK)
        err_clear(); /* SQLite had ended it, for the reason that we have */
    return err_tell(&why, e);
}

enum err
service_part_begin(struct service *s, bool savepoint)
{
    s->part.change = s->change;
    s->part.actor = s->actor;
    s->part.recorded = s->recorded;
    s->part.changed = db_changed_ever(s->db);
    s->part.savepoint = savepoint;
    cache_part_begin(s->cache);
    return savepoint ? db_savepoint(s->db) : ERR_OK;
}

enum err
service_part_keep(struct service *s)
{
    cache_part_end(s->cache, true);
    return s->part.savepoint ? db_savepoint_keep(s->db) : ERR_OK;
}

enum err
service_part_undo(struct service *s)
{
    bool changed = db_changed_ever(s->db) != s->part.changed;

    s->change = s->part.change;
    s->actor = s->part.actor;
    s->recorded = s->part.recorded;
    cache_part_end(s->cache, false);
    if (changed)
        s->epoch++;
    if (s->part.savepoint)
        return db_savepoint_undo(s->db);
    return changed ? err_set(ERR_IO, "something was stored only in part")
                   : db_forgive(s->db);
}

void
service_act_as(struct service *s, const char *by)
{
    if (strcmp(s->by, by) == 0)
        return;
    free((char *) s->by); /* ours: service_open() copied it */
    s->by = xstrdup(by);
    s->actor = 0;
}

enum err
service_actor(struct service *s, int64_t *actor)
{
    /* The update changes nothing; it makes RETURNING answer for a row that
     * stood there already, too. */
    static const char sql[] = "INSERT INTO actor(name) VALUES ($1)"
                              " ON CONFLICT (name) DO UPDATE"
                              " SET name = excluded.name"
                              " RETURNING id";
    struct arg args[] = {arg_text(s->by)};
    struct db_rows *rows;
    bool more = false;
    enum err e;

    if (s->actor) {
        *actor = s->actor;
        return ERR_OK;
    }
    e = db_query(s->db, sql, args, 1, &rows);
    if (e != ERR_OK)
        return e;
    e = db_next(rows, &more);
    if (e == ERR_OK && more) {
        s->actor = db_int(rows, 0);
        e = db_next(rows, &more);
    }
    db_done(rows);
    *actor = s->actor;
    return e;
}
