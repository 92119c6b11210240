/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A table of group numbers, probed in line and at most half full. Keys lie
 * end to end in one buffer, each with a NUL; the moments of all groups are one
 * array, a group's columns side by side.
 */
#include "data/groups.h"

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

/* Few keys among many slots are found without a look at a second one. */
enum {
    FIRST_SLOTS = 4096, /* a power of two */
    FIRST_GROUPS = 32,
    AHEAD = 16 /* groups that are asked for before they are merged */
};

struct group {
    size_t key, len; /* where the key lies in keys */
};

struct slot {
    uint64_t hash;
    uint32_t len;    /* of the key */
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

/* Of up to eight bytes no two of a length have the same, as every step can
 * be undone: such keys need no look at the text. */
static inline uint64_t
hash(const char *key, size_t len)
{
    uint64_t h = len, word;

    for (size_t i = 0; i + sizeof word < len; i += sizeof word) {
        memcpy(&word, key + i, sizeof word);
        h = mix(h, word);
    }
    return mix(mix(h, last_word(key, len)), 0); /* so that each bit counts */
}

static const char *
text_of(const struct groups *g, size_t number)
{
    return buf_text(&g->keys) + g->group[number].key;
}

/* The slot that holds the key, or the free one where it belongs. */
static size_t
find_slot(const struct groups *g, uint64_t h, const char *key, size_t len)
{
    size_t mask = g->slot_count - 1;
    size_t i = (size_t) h & mask;

    for (; g->slots[i].number; i = (i + 1) & mask) {
        const struct slot *slot = &g->slots[i];

        if (slot->hash == h && slot->len == len
            && (len <= sizeof(uint64_t)
                || memcmp(text_of(g, slot->number - 1), key, len) == 0))
            break;
    }
    return i;
}

static void
grow_slots(struct groups *g)
{
    struct slot *old = g->slots;
    size_t count = g->slot_count, mask = 2 * count - 1;

    g->slot_count = 2 * count;
    g->slots = xcalloc(g->slot_count, sizeof *g->slots);
    for (size_t n = 0; n < count; n++) {
        size_t i = (size_t) old[n].hash & mask;

        if (!old[n].number)
            continue;
        while (g->slots[i].number)
            i = (i + 1) & mask;
        g->slots[i] = old[n];
    }
    free(old);
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
    assert(g->count < UINT32_MAX && len <= UINT32_MAX);
    if (g->count == g->cap)
        grow_groups(g);
    if (2 * (g->count + 1) > g->slot_count) {
        grow_slots(g);
        slot = find_slot(g, h, key, len);
    }
    g->group[g->count] = (struct group){g->keys.len, len};
    buf_add(&g->keys, key, len);
    buf_char(&g->keys, '\0');
    for (size_t i = 0; i < g->columns; i++)
        g->moments[g->count * g->columns + i] = (struct moments){0};
    g->slots[slot] = (struct slot){h, (uint32_t) len, (uint32_t) ++g->count};
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

/* Millions of groups lie in memory that is far away: it is asked for a while
 * before it is needed. */
static void
expect(const struct groups *g, const struct groups *more, size_t i)
{
    const struct group *group = &more->group[i];
    uint64_t h = hash(text_of(more, i), group->len);

    __builtin_prefetch(&g->slots[h & (g->slot_count - 1)]);
}

void
groups_merge(struct groups *g, const struct groups *more)
{
    for (size_t i = 0; i < more->count; i++) {
        const struct group *group = &more->group[i];

        if (i + AHEAD < more->count)
            expect(g, more, i + AHEAD);
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
