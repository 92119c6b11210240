/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Versions: immutable weights and params of a model, stored as the kind's
 * JSON, and compiled once for testing.
 */
#ifndef VIGIA_VERSION_H
#define VIGIA_VERSION_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct db_put;
struct kind;
struct leaf;
struct leaves;
struct model;
struct service;

struct version {
    int64_t number;
    char *origin; /* fit, adjust, set, load */
    int64_t change, created_at;
    char *by, *note; /* who, and from what */
    char *metrics;   /* JSON object of the kind's figures; NULL: none */
    char *title, *params, *weights;
};

void version_free(struct version *v); /* what it owns; takes NULL */

/* Number of the model, 0: the active one. ERR_NOT_FOUND names the range. */
CHECKED enum err version_load(struct service *s, const struct model *m,
                              int64_t number, struct version *out);

/* Versions of a model behind number `after` (0: from the first), oldest
 * first, at most limit of them; without params and weights. */
struct version_list {
    struct version *items; /* owned: version_list_free() */
    size_t count;
};
void version_list_free(struct version_list *list);
CHECKED enum err version_list(struct service *s, const struct model *m,
                              int64_t after, size_t limit,
                              struct version_list *out);

/* Adds the metrics of a version to out, and finds the one that lists show:
 * the first of its kind's headlines that it has; NULL: none. */
void version_metrics(const struct version *v, struct leaves *out);
const struct leaf *version_headline(const struct kind *kind,
                                    const struct leaves *metrics);

/* The number that a next version would get. ERR_CONFLICT: there are too many.
 */
CHECKED enum err version_next(const struct model *m, int64_t *number);

/*
 * Puts title, params, weights and metrics of v, made by origin, as version
 * v->number of the model, with its id. In a turn, with a change open.
 */
void version_put_begin(struct db_put *put, struct service *s);
CHECKED enum err version_put(struct db_put *put, const struct service *s,
                             int64_t model, const char *origin,
                             const struct version *v);

/* A compiled version, shared and counted: compiled_put() after use. */
struct compiled {
    const struct kind *kind;
    const void *model; /* for the kind's functions */
    int64_t id;        /* internal: version's row */
    int64_t number;
    size_t bytes; /* about */
    unsigned users;
};

/* Number of the model (0: the active one), from the cache if it is there. */
CHECKED enum err compiled_get(struct service *s, const struct model *m,
                              int64_t number, struct compiled **out);
/* By the ids a history row has. */
CHECKED enum err compiled_by_id(struct service *s, const struct kind *kind,
                                int64_t model, int64_t number,
                                struct compiled **out);
void compiled_put(struct compiled *c); /* takes NULL */

/* The key of a version's row (schema.c), for the core. */
int64_t version_row(int64_t model, int64_t number);

/* The cache itself, for service.c. */
struct cache *cache_new(void);
void cache_clear(struct cache *cache);

/* About so many bytes from now on, instead of 64 MiB. */
void cache_limit(struct cache *cache, size_t bytes);

/* Between begin and end it is noted what is compiled; it is dropped again
 * unless it is to be kept. */
void cache_part_begin(struct cache *cache);
void cache_part_end(struct cache *cache, bool keep);
void cache_free(struct cache *cache); /* takes NULL */

#endif
