/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Moments by key and column: what a fit of many sensors gathers from a file.
 * An open-addressed hash table over one arena of keys; groups keep the order
 * of their first appearance.
 */
#ifndef VIGIA_GROUPS_H
#define VIGIA_GROUPS_H

#include "data/stats.h"

#include <stddef.h>

struct groups;

struct groups *groups_new(size_t columns);
void groups_free(struct groups *groups);

size_t groups_columns(const struct groups *groups);

/* Forgets all groups and keeps the memory. */
void groups_clear(struct groups *groups);

/* Adds what more has seen, group by group in its order. */
void groups_merge(struct groups *groups, const struct groups *more);

/* The number of a key's group (from 0), made when it is new. */
size_t groups_at(struct groups *groups, const char *key, size_t len);

size_t groups_count(const struct groups *groups);
/* A NUL follows the key. Borrowed until the next new key. */
const char *groups_key(const struct groups *groups, size_t i, size_t *len);

/* The group's moments, one per column. Borrowed until the next new key. */
struct moments *groups_moments(struct groups *groups, size_t i);

#endif
