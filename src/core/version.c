/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The cache is direct-mapped: a version has one place, and drives out what
 * stood there. No lists to keep, and as versions never change there is
 * nothing to invalidate but after a restore. It is bounded by bytes: a hand
 * goes round the places and empties them while there are too many.
 */
#include "core/version.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/json.h"
#include "base/leaves.h"
#include "core/model.h"
#include "core/service.h"
#include "kinds/kind.h"

enum {
    CACHE_PLACES = 1 << 17,
    CACHE_BYTES = 64 << 20, /* in all unless told, as compile() estimates */
    PART_MAX = 64, /* versions compiled in a part that are remembered singly */
    VERSION_BITS = 20,
    VERSIONS_MAX = 1 << 20
};

struct cache {
    struct compiled *places[CACHE_PLACES];
    size_t bytes, limit;     /* of all that stand there */
    size_t hand;             /* the place to be emptied next */
    bool part;               /* one is open: */
    size_t part_count;       /* how many places were filled since, */
    size_t filled[PART_MAX]; /* and the first of them */
};

struct cache *
cache_new(void)
{
    struct cache *cache = xcalloc(1, sizeof *cache);

    cache->limit = CACHE_BYTES;
    return cache;
}

static void
empty_place(struct cache *cache, size_t place)
{
    struct compiled *c = cache->places[place];

    cache->bytes -= c ? c->bytes : 0;
    compiled_put(c);
    cache->places[place] = NULL;
}

static void
trim(struct cache *cache)
{
    while (cache->bytes > cache->limit)
        empty_place(cache, cache->hand++ % CACHE_PLACES);
}

static void
fill_place(struct cache *cache, size_t place, struct compiled *c)
{
    empty_place(cache, place);
    cache->places[place] = c;
    cache->bytes += c->bytes;
    trim(cache);
}

void
cache_limit(struct cache *cache, size_t bytes)
{
    cache->limit = bytes;
    trim(cache);
}

void
cache_clear(struct cache *cache)
{
    for (size_t i = 0; cache->bytes > 0; i++)
        empty_place(cache, i);
}

void
cache_part_begin(struct cache *cache)
{
    cache->part = true;
    cache->part_count = 0;
}

/* What was compiled in the part may be of a version that now never was. */
void
cache_part_end(struct cache *cache, bool keep)
{
    if (!keep && cache->part_count > PART_MAX)
        cache_clear(cache);
    else if (!keep)
        for (size_t i = 0; i < cache->part_count; i++)
            empty_place(cache, cache->filled[i]);
    cache->part = false;
}

void
cache_free(struct cache *cache)
{
    if (cache)
        cache_clear(cache);
    free(cache);
}

void
compiled_put(struct compiled *c)
{
    if (!c || --c->users > 0)
        return;
    c->kind->release((void *) c->model); /* ours: compile() made it */
    free(c);
}

int64_t
version_row(int64_t model, int64_t number)
{
    return model << VERSION_BITS | number;
}

void
version_free(struct version *v)
{
    if (!v)
        return;
    free(v->origin);
    free(v->by);
    free(v->note);
    free(v->metrics);
    free(v->title);
    free(v->params);
    free(v->weights);
    *v = (struct version){0};
}

void
version_list_free(struct version_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        version_free(&list->items[i]);
    free(list->items);
    *list = (struct version_list){0};
}

/* The columns all queries below begin with. */
static void
read_row(const struct db_rows *rows, struct version *v)
{
    *v = (struct version){
        .number = db_int(rows, 0) & (VERSIONS_MAX - 1),
        .origin = xstrdup(db_text(rows, 1)),
        .change = db_int(rows, 2),
        .title = xstrdup(db_text(rows, 3)),
        .created_at = db_int(rows, 4),
        .by = xstrdup(db_text(rows, 5)),
        .note = xstrdup(db_text(rows, 6)),
        .metrics = db_is_null(rows, 7) ? NULL : xstrdup(db_text(rows, 7)),
    };
}

static enum err
no_such_version(const struct model *m, int64_t number)
{
    if (m->version == 0 && number == 0)
        return err_set(ERR_NOT_FOUND,
                       "%s is removed and has no active version", m->name);
    return err_set(ERR_NOT_FOUND,
                   "%s has no version %" PRId64 "; it has 1 to %" PRId64,
                   m->name, number, m->versions);
}

enum err
version_load(struct service *s, const struct model *m, int64_t number,
             struct version *out)
{
    static const char sql[] =
        "SELECT v.id, v.origin, v.change, v.title, c.at, a.name, c.note,"
        " v.metrics, v.params, v.weights"
        " FROM version v JOIN change c ON c.id = v.change"
        " JOIN actor a ON a.id = c.actor WHERE v.id = $1";
    int64_t wanted = number ? number : m->version;
    struct arg args[] = {arg_int(version_row(m->id, wanted))};
    struct db_rows *rows;
    bool more = false;
    enum err e = db_query(s->db, sql, args, 1, &rows);

    if (e != ERR_OK)
        return e;
    e = db_next(rows, &more);
    if (e == ERR_OK && !more)
        e = no_such_version(m, number);
    if (e == ERR_OK) {
        read_row(rows, out);
        out->params = xstrdup(db_text(rows, 8));
        out->weights = xstrdup(db_text(rows, 9));
    }
    db_done(rows);
    return e;
}

enum err
version_list(struct service *s, const struct model *m, int64_t after,
             size_t limit, struct version_list *out)
{
    static const char sql[] =
        "SELECT v.id, v.origin, v.change, v.title, c.at, a.name, c.note,"
        " v.metrics FROM version v JOIN change c ON c.id = v.change"
        " JOIN actor a ON a.id = c.actor"
        " WHERE v.id > $1 AND v.id < $2 ORDER BY v.id LIMIT $3";
    struct arg args[] = {arg_int(version_row(m->id, after)),
                         arg_int(version_row(m->id + 1, 0)),
                         arg_int((int64_t) limit) /* small */};
    struct version_list list = {0};
    struct db_rows *rows;
    bool more = false;
    enum err e = db_query(s->db, sql, args, 3, &rows);

    if (e != ERR_OK)
        return e;
    list.items = xcalloc(limit, sizeof *list.items);
    while ((e = db_next(rows, &more)) == ERR_OK && more)
        read_row(rows, &list.items[list.count++]);
    db_done(rows);
    if (e == ERR_OK)
        *out = list;
    else
        version_list_free(&list);
    return e;
}

void
version_metrics(const struct version *v, struct leaves *out)
{
    struct json *json = NULL;

    if (v->metrics
        && json_parse(v->metrics, strlen(v->metrics), &json) == ERR_OK)
        leaves_add(out, json);
    json_free(json);
}

const struct leaf *
version_headline(const struct kind *kind, const struct leaves *metrics)
{
    const char *const *name = kind->headlines;
    const struct leaf *leaf = NULL;

    for (; name && *name && !leaf; name++)
        leaf = leaves_find(metrics, *name);
    return leaf;
}

enum err
version_next(const struct model *m, int64_t *number)
{
    if (m->versions + 1 >= VERSIONS_MAX)
        return err_set(ERR_CONFLICT, "%s has %d versions, which is the limit",
                       m->name, VERSIONS_MAX - 1);
    *number = m->versions + 1;
    return ERR_OK;
}

void
version_put_begin(struct db_put *put, struct service *s)
{
    static const char sql[] = "INSERT INTO version(id, origin, change, title,"
                              " params, weights, metrics)"
                              " VALUES ($1, $2, $3, $4, $5, $6, $7)";

    db_put_begin(put, s->db, sql, 7);
}

enum err
version_put(struct db_put *put, const struct service *s, int64_t model,
            const char *origin, const struct version *v)
{
    struct arg row[] = {arg_int(version_row(model, v->number)),
                        arg_text(origin),
                        arg_int(s->change.id),
                        arg_text(v->title),
                        arg_text(v->params),
                        arg_text(v->weights),
                        arg_text(v->metrics)};

    return db_put_row(put, row);
}

/* ---- compiled ---- */

static enum err
compile(struct service *s, const struct kind *kind, int64_t id,
        struct compiled **out)
{
    static const char sql[] =
        "SELECT params, weights FROM version WHERE id = $1";
    struct arg args[] = {arg_int(id)};
    struct db_rows *rows;
    size_t bytes = sizeof **out;
    void *model = NULL;
    bool more = false;
    enum err e = db_query(s->db, sql, args, 1, &rows);

    if (e != ERR_OK)
        return e;
    e = db_next(rows, &more);
    if (e == ERR_OK && !more)
        e = err_set(ERR_NOT_FOUND, "version %" PRId64 " is not there",
                    id & (VERSIONS_MAX - 1));
    if (e == ERR_OK) {
        const char *params = db_text(rows, 0), *weights = db_text(rows, 1);

        bytes += 2 * (strlen(params) + strlen(weights)); /* about */
        e = kind_compile(kind, weights, params, &model);
    }
    db_done(rows);
    if (e != ERR_OK)
        return e;
    *out = xcalloc(1, sizeof **out);
    **out = (struct compiled){.kind = kind,
                              .model = model,
                              .id = id,
                              .number = id & (VERSIONS_MAX - 1),
                              .bytes = bytes,
                              .users = 1};
    return ERR_OK;
}

enum err
compiled_by_id(struct service *s, const struct kind *kind, int64_t model,
               int64_t number, struct compiled **out)
{
    int64_t id = version_row(model, number);
    /* Neighbouring models get neighbouring places, numbers spread. */
    size_t place = (size_t) (model + number * 61) % CACHE_PLACES;
    struct compiled *c = s->cache->places[place];
    enum err e;

    if (!c || c->id != id) {
        e = compile(s, kind, id, &c);
        if (e != ERR_OK)
            return e;
        c->users++; /* the cache, and the caller: it may be driven out now */
        fill_place(s->cache, place, c);
        if (s->cache->part && s->cache->part_count++ < PART_MAX)
            s->cache->filled[s->cache->part_count - 1] = place;
    } else {
        c->users++;
    }
    *out = c;
    return ERR_OK;
}

enum err
compiled_get(struct service *s, const struct model *m, int64_t number,
             struct compiled **out)
{
    int64_t wanted = number ? number : m->version;

    if (wanted < 1 || wanted > m->versions)
        return no_such_version(m, number);
    return compiled_by_id(s, m->kind, m->id, wanted, out);
}
