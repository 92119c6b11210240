/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A table of group numbers, probed in line and at most half full. Keys lie
 * end to end in one buffer; the moments of all groups are one array, a
 * group's columns side by side.
 */
#include "data/groups.h"

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

/* Few keys among many slots are found without a look at a second one. */
enum { FIRST_SLOTS = 4096 /* a power of two */, FIRST_GROUPS = 32 };

struct group {
    size_t key, len; /* where the key lies in keys */
};

struct slot {
    uint32_t hash;   /* the upper half */
    uint32_t number; /* of a group plus one; 0: free */
};

struct groups {
    size_t columns;
    struct group *group;
    struct moments *moments; /* cap times columns */
    size_t count, cap;
    struct buf keys;
    struct slot *slots;
    size_t slot_count;
};

/* The last eight bytes of a key, or all it has: they may overlap what was
 * read before, or each other, so that no byte is read singly. */
static inline uint64_t
last_word(const char *key, size_t len)
{
    uint64_t word = 0;
    uint32_t low, high;

    if (len >= sizeof word) {
        memcpy(&word, key + len - sizeof word, sizeof word);
    } else if (len >= sizeof low) {
        memcpy(&low, key, sizeof low);
        memcpy(&high, key + len - sizeof high, sizeof high);
        word = (uint64_t) high << 32 | low;
    } else if (len > 0) {
        const unsigned char *u = (const unsigned char *) key;

        word = u[0] | (uint64_t) u[len / 2] << 8 | (uint64_t) u[len - 1] << 16;
    }
    return word;
}

static inline uint64_t
mix(uint64_t h, uint64_t word)
{
    h = (h ^ word) * UINT64_C(0x9e3779b97f4a7c15); /* odd: 2^64 / phi */
    return h ^ (h >> 32);
}

static uint64_t
hash(const char *key, size_t len)
{
    uint64_t h = len, word;

    for (size_t i = 0; i + sizeof word < len; i += sizeof word) {
        memcpy(&word, key + i, sizeof word);
        h = mix(h, word);
    }
    return mix(h, last_word(key, len));
}

static inline bool
is_same(const char *a, const char *b, size_t len)
{
    uint64_t x, y;

    for (size_t i = 0; i + sizeof x < len; i += sizeof x) {
        memcpy(&x, a + i, sizeof x);
        memcpy(&y, b + i, sizeof y);
        if (x != y)
            return false;
    }
    return last_word(a, len) == last_word(b, len);
}

/* The slot that holds the key, or the free one where it belongs. */
static size_t
find_slot(const struct groups *g, uint64_t h, const char *key, size_t len)
{
    size_t mask = g->slot_count - 1;
    size_t i = (size_t) h & mask;

    for (; g->slots[i].number; i = (i + 1) & mask) {
        const struct group *group = &g->group[g->slots[i].number - 1];

        if (g->slots[i].hash == (uint32_t) (h >> 32) && group->len == len
            && is_same(buf_text(&g->keys) + group->key, key, len))
            break;
    }
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
        uint64_t h =
            hash(buf_text(&g->keys) + g->group[n].key, g->group[n].len);
        size_t i = (size_t) h & mask;

        while (g->slots[i].number)
            i = (i + 1) & mask;
        g->slots[i] = (struct slot){(uint32_t) (h >> 32), (uint32_t) n + 1};
    }
}

static void
grow_groups(struct groups *g)
{
    size_t columns = g->columns;

    g->cap = g->cap ? g->cap * 2 : FIRST_GROUPS;
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

    if (g->slots[slot].number)
        return g->slots[slot].number - 1;
    assert(g->count < UINT32_MAX);
    if (g->count == g->cap)
        grow_groups(g);
    if (2 * (g->count + 1) > g->slot_count) {
        grow_slots(g);
        slot = find_slot(g, h, key, len);
    }
    g->group[g->count] = (struct group){g->keys.len, len};
    buf_add(&g->keys, key, len);
    for (size_t i = 0; i < g->columns; i++)
        g->moments[g->count * g->columns + i] = (struct moments){0};
    g->slots[slot] =
        (struct slot){(uint32_t) (h >> 32), (uint32_t) ++g->count};
    return g->count - 1;
}

size_t
groups_columns(const struct groups *g)
{
    return g->columns;
}

void
groups_clear(struct groups *g)
{
    if (g->count > 0)
        memset(g->slots, 0, g->slot_count * sizeof *g->slots);
    g->count = 0;
    buf_clear(&g->keys);
}

void
groups_merge(struct groups *g, const struct groups *more)
{
    for (size_t i = 0; i < more->count; i++) {
        const struct group *group = &more->group[i];
        size_t at =
            groups_at(g, buf_text(&more->keys) + group->key, group->len);

        for (size_t c = 0; c < g->columns; c++)
            moments_merge(&g->moments[at * g->columns + c],
                          &more->moments[i * g->columns + c]);
    }
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
