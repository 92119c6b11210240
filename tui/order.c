/* SPDX-License-Identifier: Apache-2.0 */
/*
 * All sorts count, and keep what is equal by name: a hundred thousand rows
 * take 2 ms, of which qsort() needs 20. A text is kept once however many rows
 * have it, and sorted by as its rank among the others.
 */
#include "tui/order.h"

#include <math.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

enum {
    STATE_BITS = 3,
    DIGIT_BITS = 11, /* of a rank that is sorted by */
    DIGIT_VALUES = 1 << DIGIT_BITS,
    DIGITS = 6 /* at least 64 bits */
};

struct order_word {
    uint32_t rank; /* from 1 */
    char text[];
};

static enum state
state_in(const struct order_entry *e)
{
    return (enum state)(e->what & 7); /* as order_add() put it */
}

void
order_free(struct order *o)
{
    order_clear(o);
    free(o->places);
    free(o->front);
    free(o->alerts);
    *o = (struct order){0};
}

void
order_clear(struct order *o)
{
    free(o->items);
    o->items = NULL;
    o->count = o->cap = 0;
    o->placed = 0;
    tdestroy(o->words, free);
    o->words = NULL;
}

static struct order_entry *
add(struct order *o, uint64_t id, enum state state)
{
    if (o->count == o->cap) {
        o->cap += o->cap / 4 + 1024;
        o->items = xreallocarray(o->items, o->cap, sizeof *o->items);
    }
    o->items[o->count] =
        (struct order_entry){.what = id << STATE_BITS | state};
    return &o->items[o->count++];
}

void
order_add(struct order *o, uint64_t id, enum state state, double key)
{
    add(o, id, state)->key.value = key;
}

/* Without regard to case first, as a person looks for them. */
static int
compare_words(const void *a, const void *b)
{
    const struct order_word *x = a, *y = b;
    int order = strcasecmp(x->text, y->text);

    return order ? order : strcmp(x->text, y->text);
}

void
order_add_text(struct order *o, uint64_t id, enum state state,
               const char *text)
{
    size_t size = strlen(text) + 1;
    struct order_word *word, **found;

    if (size == 1) {
        add(o, id, state)->key.word = NULL;
        return;
    }
    word = xcalloc(1, sizeof *word + size);
    memcpy(word->text, text, size);
    found = tsearch(word, &o->words, compare_words);
    if (!found)
        abort(); /* as where other memory runs out */
    o->ranked = o->ranked && *found != word;
    add(o, id, state)->key.word = *found;
    if (*found != word)
        free(word);
}

static int
compare_ids(const void *a, const void *b)
{
    const uint64_t *x = a, *y = b;

    return (*x > *y) - (*x < *y);
}

void
order_front(struct order *o, const uint64_t *ids, size_t count)
{
    o->front = xreallocarray(o->front, count + 1, sizeof *o->front);
    o->alerts = xreallocarray(o->alerts, count + 1, sizeof *o->alerts);
    if (count > 0) {
        memcpy(o->front, ids, count * sizeof *ids);
        memcpy(o->alerts, ids, count * sizeof *ids);
        qsort(o->alerts, count, sizeof *ids, compare_ids);
    }
    o->front_count = count;
}

static bool
in_front(const struct order *o, uint64_t id)
{
    return o->front_count > 0
           && bsearch(&id, o->alerts, o->front_count, sizeof id, compare_ids);
}

/* ---- arranging ---- */

static void
rank_word(const void *node, VISIT visit, void *last)
{
    struct order_word *const *word = node;
    uint32_t *rank = last;

    if (visit == postorder || visit == leaf)
        (*word)->rank = ++*rank;
}

/* What is sorted by as a number without sign: of a double its bits, those of
 * a negative one the other way round. */
static uint64_t
rank_of(const struct order *o, const struct order_entry *e)
{
    const uint64_t sign = UINT64_C(1) << 63;
    double value = e->key.value + 0.0; /* no -0 */
    uint64_t bits;

    if (o->words)
        return e->key.word ? e->key.word->rank : UINT64_MAX;
    if (isnan(value))
        return UINT64_MAX;
    memcpy(&bits, &value, sizeof bits);
    return bits & sign ? ~bits : bits | sign;
}

static size_t
digit_of(uint64_t rank, size_t digit)
{
    return (size_t) (rank >> digit * DIGIT_BITS) & (DIGIT_VALUES - 1);
}

/* A digit after the other, the lowest first; one that all have alike says
 * nothing. */
static void
sort_places(struct order *o)
{
    uint32_t counts[DIGITS][DIGIT_VALUES] = {{0}};
    uint32_t *from = o->places, *to = xcalloc(o->cap + 1, sizeof *to), *sorted;

    if (!o->ranked)
        twalk_r(o->words, rank_word, &(uint32_t){0});
    o->ranked = true;
    for (size_t i = 0; i < o->placed; i++)
        for (size_t d = 0; d < DIGITS; d++)
            counts[d][digit_of(rank_of(o, &o->items[from[i]]), d)]++;
    for (size_t d = 0; d < DIGITS && o->placed > 0; d++) {
        uint32_t *at = counts[d], sum = 0;

        if (at[digit_of(rank_of(o, &o->items[from[0]]), d)] == o->placed)
            continue;
        for (size_t i = 0; i < DIGIT_VALUES; i++) {
            uint32_t count = at[i];

            at[i] = sum;
            sum += count;
        }
        for (size_t i = 0; i < o->placed; i++)
            to[at[digit_of(rank_of(o, &o->items[from[i]]), d)]++] = from[i];
        sorted = to;
        to = from;
        from = sorted;
    }
    o->places = from;
    free(to);
}

/* Brings what is in alert up to the front's knowledge. */
static void
update_alerts(struct order *o)
{
    for (size_t i = 0; i < o->count; i++) {
        struct order_entry *e = &o->items[i];
        bool alert = in_front(o, e->what >> STATE_BITS);

        if (alert || state_in(e) == STATE_ALERT)
            e->what =
                (e->what & ~UINT64_C(7)) | (alert ? STATE_ALERT : STATE_OK);
    }
}

static void
count_states(struct order *o)
{
    memset(o->states, 0, sizeof o->states);
    for (size_t i = 0; i < o->count; i++)
        o->states[state_in(&o->items[i])]++;
}

/* Whether it stands in front, and not among the others. */
static bool
leads(const struct order *o, const struct order_by *by,
      const struct order_entry *e)
{
    return by->lead && !by->key && state_in(e) == STATE_ALERT
           && in_front(o, e->what >> STATE_BITS);
}

static void
place_by_state(struct order *o, const struct order_by *by)
{
    size_t at[STATES + 1] = {0};

    for (size_t i = 0; i < o->count; i++)
        if (!leads(o, by, &o->items[i]))
            at[state_in(&o->items[i]) + 1]++;
    for (int i = 1; i <= STATES; i++)
        at[i] += at[i - 1];
    o->placed = at[STATES];
    for (size_t i = 0; i < o->count; i++)
        if (!leads(o, by, &o->items[i]))
            o->places[at[state_in(&o->items[i])]++] =
                (uint32_t) i; /* below 2^32 rows */
}

/* Only one state, or by key. */
static void
place_some(struct order *o, const struct order_by *by)
{
    o->placed = 0;
    for (size_t i = 0; i < o->count; i++) {
        int state = (int) state_in(&o->items[i]); /* below STATES */

        if ((by->state < 0 || state == by->state)
            && !leads(o, by, &o->items[i]))
            o->places[o->placed++] = (uint32_t) i; /* below 2^32 rows */
    }
    if (by->key)
        sort_places(o);
}

void
order_arrange(struct order *o, const struct order_by *by)
{
    o->places = xreallocarray(o->places, o->cap + 1, sizeof *o->places);
    o->reversed = by->reversed;
    if (by->all)
        update_alerts(o);
    count_states(o);
    if (by->key || by->state >= 0)
        place_some(o, by);
    else
        place_by_state(o, by);
    o->leading =
        by->lead && !by->key && (by->state < 0 || by->state == STATE_ALERT)
            ? o->front_count
            : 0;
}

size_t
order_count(const struct order *o)
{
    return o->leading + o->placed;
}

uint64_t
order_at(const struct order *o, size_t place)
{
    if (o->reversed)
        place = order_count(o) - 1 - place;
    if (place < o->leading)
        return o->front[place];
    return o->items[o->places[place - o->leading]].what >> STATE_BITS;
}

bool
order_find(const struct order *o, uint64_t id, size_t *place)
{
    size_t count = order_count(o);

    for (size_t i = 0; i < count; i++)
        if (order_at(o, i) == id) {
            *place = i;
            return true;
        }
    return false;
}
