/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Direct-mapped like the cache of versions: a name has one place. A place is
 * out of date when its epoch is not the service's any more; so nothing has
 * to be found and removed when a model changes.
 */
#include "core/known.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "core/name.h"
#include "core/service.h"
#include "core/version.h"

enum { PLACES = 4096 };

struct known_cache {
    struct known places[PLACES];
};

struct known_cache *
known_new(void)
{
    return xcalloc(1, sizeof(struct known_cache));
}

static void
leave(struct known *k)
{
    model_free(&k->model);
    compiled_put(k->compiled);
    *k = (struct known){0};
}

void
known_free(struct known_cache *cache)
{
    for (size_t i = 0; cache && i < PLACES; i++)
        leave(&cache->places[i]);
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

static enum err
look(struct service *s, const char *name, struct known *k)
{
    bool found = false;
    enum err e = model_look(s, name, &found, &k->model);

    if (e == ERR_OK && found && k->model.version)
        e = compiled_get(s, &k->model, 0, &k->compiled);
    if (e != ERR_OK || !k->compiled)
        leave(k);
    k->epoch = s->epoch;
    return e;
}

enum err
known_find(struct service *s, const char *name, size_t len,
           const struct known **out)
{
    struct known *k = &s->known->places[place_of(name, len)];
    char text[NAME_MAX_LEN + 1];
    enum err e;

    if (k->epoch == s->epoch && k->compiled
        && strncmp(k->model.name, name, len) == 0
        && k->model.name[len] == '\0') {
        *out = k;
        return ERR_OK;
    }
    *out = NULL;
    if (len >= sizeof text) /* no model has such a name */
        return ERR_OK;
    memcpy(text, name, len);
    text[len] = '\0';
    leave(k);
    e = look(s, text, k);
    if (e == ERR_OK && k->compiled)
        *out = k;
    return e;
}
