/* SPDX-License-Identifier: Apache-2.0 */
/* By state it is a counting sort; by key, qsort() with the name's rank as the
 * last word. */
#include "tui/order.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

enum { STATE_BITS = 3 };

static enum state
state_in(const struct order_entry *e)
{
    return (enum state)(e->what & 7); /* as order_add() put it */
}

void
order_free(struct order *o)
{
    free(o->items);
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
}

void
order_add(struct order *o, uint64_t id, enum state state, double key)
{
    if (o->count == o->cap) {
        o->cap += o->cap / 4 + 1024;
        o->items = xreallocarray(o->items, o->cap, sizeof *o->items);
    }
    o->items[o->count++] =
        (struct order_entry){.what = id << STATE_BITS | state, .key = key};
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

/* NaN last. */
static int
compare_places(const void *a, const void *b, void *arg)
{
    const struct order_entry *items = arg;
    uint32_t i = *(const uint32_t *) a, j = *(const uint32_t *) b;
    double x = items[i].key, y = items[j].key;

    if (isnan(x) != isnan(y))
        return isnan(x) ? 1 : -1;
    if (x < y || x > y)
        return x < y ? -1 : 1;
    return (i > j) - (i < j);
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
        qsort_r(o->places, o->placed, sizeof *o->places, compare_places,
                o->items);
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
