/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Models that are asked for again and again, by name: kept with their active
 * version as long as nothing in the database says that they are others now
 * (service.h: epoch). What a test or a reading needs is found without a
 * statement and without an allocation.
 */
#ifndef VIGIA_KNOWN_H
#define VIGIA_KNOWN_H

#include "base/err.h"

#include <stddef.h>
#include <stdint.h>

#include "core/model.h"

struct compiled;
struct service;

struct known {
    struct model model;
    struct compiled *compiled; /* the active version; NULL: not handed out */
    int64_t epoch;
};

/*
 * The model of that name and its active version; *out is NULL when there is
 * none, or it is hidden (model_find() says which). Borrowed until the next
 * known_find() or the end of the turn. In a turn, or after service_refresh().
 */
CHECKED enum err known_find(struct service *s, const char *name, size_t len,
                            const struct known **out);

/* The cache itself, for service.c. */
struct known_cache *known_new(void);
void known_free(struct known_cache *cache); /* takes NULL */

#endif
