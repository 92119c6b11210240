/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The order of very many rows in 20 bytes each: which column of which model
 * stands at which place of the list. Entries come by name, in pieces; the
 * order among them is made anew whenever it is asked for. Columns in alert
 * may be known before the walk by name has come to them: they stand in front.
 */
#ifndef VIGIA_ORDER_H
#define VIGIA_ORDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/state.h"

/* A column of a model: model << 16 | ord. */
static inline uint64_t
order_id(int64_t model, size_t ord)
{
    return (uint64_t) model << 16 | ord; /* ids are positive, below 2^43 */
}

static inline int64_t
order_model(uint64_t id)
{
    return (int64_t) (id >> 16);
}

static inline size_t
order_ord(uint64_t id)
{
    return (size_t) (id & 0xffff);
}

struct order_word; /* a text that is sorted by */

struct order_entry {
    uint64_t what; /* the id << 3 | state */
    union {        /* what is sorted by; NaN and NULL: last */
        double value;
        const struct order_word *word; /* where the order has words */
    } key;
};

struct order {
    struct order_entry *items; /* by name; owned, as what follows */
    size_t count, cap;
    void *words;      /* a tree of different texts (tsearch()) */
    bool ranked;      /* each of them has its rank */
    uint32_t *places; /* entries in their order, without those in front */
    size_t placed;
    uint64_t *front; /* ids by name */
    size_t front_count;
    uint64_t *alerts; /* the same by id */
    size_t leading;   /* front_count, or 0 where they stand among the others */
    bool reversed;
    size_t states[STATES]; /* how many there are */
};

void order_free(struct order *o);  /* takes a zeroed one */
void order_clear(struct order *o); /* no entries; the front stays */

/* Adds an entry behind all others by name; of one order, all with a key or all
 * with a text, of which an empty one is last. */
void order_add(struct order *o, uint64_t id, enum state state, double key);
void order_add_text(struct order *o, uint64_t id, enum state state,
                    const char *text);

/* What is in alert now: ids by name, copied. */
void order_front(struct order *o, const uint64_t *ids, size_t count);

struct order_by {
    bool key;      /* by key or text; else by state */
    bool reversed; /* the last first */
    int state;     /* only these; -1: all */
    bool lead;     /* the front leads; else its ids stand among the others */
    bool all;      /* what is not in the front is not in alert */
};

/* Makes the order; entries of the same rank stay by name. */
void order_arrange(struct order *o, const struct order_by *by);

/* How many places there are, and who has one. */
size_t order_count(const struct order *o);
uint64_t order_at(const struct order *o, size_t place);

/* The place of an id; false: it has none. */
bool order_find(const struct order *o, uint64_t id, size_t *place);

#endif
