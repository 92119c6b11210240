/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A table of group numbers, probed in line and at most half full. Keys lie
 * end to end in one buffer; the moments of all groups are one array, a
 * group's columns side by side.
 */
#include "data/groups.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

enum { FIRST_SLOTS = 64 }; /* a power of two */

struct group {
    uint64_t hash;
    size_t key, len; /* where the key lies in keys */
};

struct groups {
    size_t columns;
    struct group *group;
    struct moments *moments; /* cap times columns */
    size_t count, cap;
    struct buf keys;
    size_t *slots; /* the number of a group plus one; 0: free */
    size_t slot_count;
};

/* FNV-1a, with the high bits folded in for a table of a power of two. */
static uint64_t
hash(const char *key, size_t len)
{
    uint64_t h = UINT64_C(14695981039346656037);

    for (size_t i = 0; i < len; i++)
        h = (h ^ (unsigned char) key[i]) * UINT64_C(1099511628211);
    return h ^ (h >> 32);
}

static int
is_key(const struct groups *g, size_t i, uint64_t h, const char *key,
       size_t len)
{
    const struct group *group = &g->group[i];

    return group->hash == h && group->len == len
           && (len == 0 || memcmp(g->keys.data + group->key, key, len) == 0);
}

/* The slot that holds the key, or the free one where it belongs. */
static size_t
find_slot(const struct groups *g, uint64_t h, const char *key, size_t len)
{
    size_t mask = g->slot_count - 1;
    size_t i = (size_t) h & mask;

    while (g->slots[i] && !is_key(g, g->slots[i] - 1, h, key, len))
        i = (i + 1) & mask;
    return i;
}

static void
grow_slots(struct groups *g)
{
    size_t mask;

    g->slot_count *= 2;
    mask = g->slot_count - 1;
    free(g->slots);
    g->slots = xcalloc(g->slot_count, sizeof *g->slots);
    for (size_t n = 0; n < g->count; n++) {
        size_t i = (size_t) g->group[n].hash & mask;

        while (g->slots[i])
            i = (i + 1) & mask;
        g->slots[i] = n + 1;
    }
}

static void
grow_groups(struct groups *g)
{
    size_t columns = g->columns;

    g->cap = g->cap ? g->cap * 2 : FIRST_SLOTS / 2;
    g->group = xreallocarray(g->group, g->cap, sizeof *g->group);
    g->moments =
        xreallocarray(g->moments, g->cap, columns * sizeof *g->moments);
}

struct groups *
groups_new(size_t columns)
{
    struct groups *g = xcalloc(1, sizeof *g);

    g->columns = columns;
    g->slot_count = FIRST_SLOTS;
    g->slots = xcalloc(g->slot_count, sizeof *g->slots);
    return g;
}

void
groups_free(struct groups *g)
{
    if (!g)
        return;
    free(g->slots);
    buf_free(&g->keys);
    free(g->moments);
    free(g->group);
    free(g);
}

size_t
groups_at(struct groups *g, const char *key, size_t len)
{
    uint64_t h = hash(key, len);
    size_t slot = find_slot(g, h, key, len);

    if (g->slots[slot])
        return g->slots[slot] - 1;
    if (g->count == g->cap)
        grow_groups(g);
    if (2 * (g->count + 1) > g->slot_count) {
        grow_slots(g);
        slot = find_slot(g, h, key, len);
    }
    g->group[g->count] = (struct group){h, g->keys.len, len};
    buf_add(&g->keys, key, len);
    for (size_t i = 0; i < g->columns; i++)
        g->moments[g->count * g->columns + i] = (struct moments){0};
    g->slots[slot] = ++g->count;
    return g->count - 1;
}

size_t
groups_count(const struct groups *g)
{
    return g->count;
}

const char *
groups_key(const struct groups *g, size_t i, size_t *len)
{
    assert(i < g->count);
    *len = g->group[i].len;
    return g->keys.data + g->group[i].key;
}

struct moments *
groups_moments(struct groups *g, size_t i)
{
    assert(i < g->count);
    return g->moments + i * g->columns;
}
