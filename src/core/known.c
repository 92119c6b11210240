/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Direct-mapped like the cache of versions: a name has one place. A place is
 * out of date when its epoch is not the service's any more; so nothing has
 * to be found and removed when a model changes. Only the one handed out last
 * has its version, so that the cache of versions alone says how many are kept.
 */
#include "core/known.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "core/name.h"
#include "core/service.h"
#include "core/version.h"

enum { PLACES = 1 << 17 };

struct known_cache {
    struct known *places[PLACES]; /* each made when it is needed first */
    struct known *last;           /* handed out */
};

struct known_cache *
known_new(void)
{
    return xcalloc(1, sizeof(struct known_cache));
}

/* Takes back what was handed out. */
static void
take_back(struct known_cache *cache)
{
    if (!cache->last)
        return;
    compiled_put(cache->last->compiled);
    cache->last->compiled = NULL;
}

void
known_free(struct known_cache *cache)
{
    if (cache && cache->last) {
        take_back(cache);
        for (size_t i = 0; i < PLACES; i++) {
            if (cache->places[i])
                model_free(&cache->places[i]->model);
            free(cache->places[i]);
        }
    }
    free(cache);
}

/* FNV-1a, as the names are short. */
static size_t
place_of(const char *name, size_t len)
{
    uint32_t hash = UINT32_C(2166136261);

    for (size_t i = 0; i < len; i++)
        hash = (hash ^ (unsigned char) name[i]) * UINT32_C(16777619);
    return (hash ^ hash >> 16) % PLACES;
}

/* Is k the model of that name still? */
static bool
is_it(const struct service *s, const struct known *k, const char *name,
      size_t len)
{
    return k && k->epoch == s->epoch && strncmp(k->model.name, name, len) == 0
           && k->model.name[len] == '\0';
}

/* Puts the model there, if it is one that is not hidden: strangers drive
 * nobody out. */
static enum err
look(struct service *s, const char *name, struct known **place)
{
    struct model m = {0};
    bool found = false;
    enum err e = model_look(s, name, &found, &m);

    if (e != ERR_OK || !m.version) {
        model_free(&m);
        return e;
    }
    if (*place)
        model_free(&(*place)->model);
    else
        *place = xcalloc(1, sizeof **place);
    (*place)->model = m;
    (*place)->epoch = s->epoch;
    return ERR_OK;
}

enum err
known_find(struct service *s, const char *name, size_t len,
           const struct known **out)
{
    struct known **place = &s->known->places[place_of(name, len)];
    char text[NAME_MAX_LEN + 1];
    enum err e = ERR_OK;

    *out = NULL;
    if (len >= sizeof text) /* no model has such a name */
        return ERR_OK;
    take_back(s->known);
    if (!is_it(s, *place, name, len)) {
        memcpy(text, name, len);
        text[len] = '\0';
        e = look(s, text, place);
        if (e != ERR_OK || !is_it(s, *place, name, len))
            return e;
    }
    s->known->last = *place;
    e = compiled_get(s, &(*place)->model, 0, &(*place)->compiled);
    if (e == ERR_OK)
        *out = *place;
    return e;
}
