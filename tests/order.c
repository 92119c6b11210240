/* SPDX-License-Identifier: Apache-2.0 */
/* The order of the rows: states, keys, and alerts known before the others. */
#include "tui/order.h"

#include <math.h>
#include <stdio.h>

#include "base/buf.h"
#include "tap.h"

static const char *
places(const struct order *o)
{
    static char text[200];
    size_t len = 0;

    text[0] = '\0';
    for (size_t i = 0; i < order_count(o); i++)
        len += (size_t) snprintf(text + len, sizeof text - len, "%s%lld",
                                 i ? " " : "",
                                 (long long) order_model(order_at(o, i)));
    return text;
}

/* Models 1 to 6 by name. */
static void
fill(struct order *o)
{
    static const enum state states[] = {STATE_OK,    STATE_STALE, STATE_ALERT,
                                        STATE_ALERT, STATE_OK,    STATE_FLAT};
    static const double values[] = {3, 1, 2, (double) NAN, 1, -5};

    for (size_t i = 0; i < 6; i++)
        order_add(o, order_id((int64_t) i + 1, 0), states[i], values[i]);
}

static void
ids(void)
{
    uint64_t id = order_id((INT64_C(1) << 43) - 1, 65535);

    ok(order_model(id) == (INT64_C(1) << 43) - 1 && order_ord(id) == 65535,
       "an id has its model and column");
}

static void
states(void)
{
    struct order o = {0};
    size_t place = 9;

    order_arrange(&o, &(struct order_by){.state = -1});
    ok(order_count(&o) == 0, "nothing is an order, too");
    fill(&o);
    order_arrange(&o, &(struct order_by){.state = -1});
    is_str(places(&o), "3 4 2 6 1 5", "by state, then by name");
    order_arrange(&o, &(struct order_by){.state = -1, .reversed = true});
    is_str(places(&o), "5 1 6 2 4 3", "... and reversed");
    order_arrange(&o, &(struct order_by){.state = STATE_OK});
    is_str(places(&o), "1 5", "one state alone");
    ok(order_find(&o, order_id(5, 0), &place) && place == 1, "a row is found");
    ok(!order_find(&o, order_id(3, 0), &place), "... unless it is not there");
    ok(o.states[STATE_ALERT] == 2 && o.states[STATE_OK] == 2,
       "states are counted");
    order_free(&o);
}

static void
by_key(void)
{
    struct order o = {0};

    fill(&o);
    order_arrange(&o, &(struct order_by){.state = -1, .key = true});
    is_str(places(&o), "6 2 5 3 1 4",
           "by key, equal ones by name, without one last");
    order_free(&o);
}

static void
by_text(void)
{
    static const char *const texts[] = {"pump", "", "Fan", "fan", "pump", "a"};
    struct order o = {0};
    const struct order_by by = {.state = -1, .key = true};

    for (size_t i = 0; i < 6; i++)
        order_add_text(&o, order_id((int64_t) i + 1, 0), STATE_OK, texts[i]);
    order_arrange(&o, &by);
    is_str(places(&o), "6 3 4 1 5 2",
           "by text whatever its case, empty ones last");
    order_add_text(&o, order_id(7, 0), STATE_OK, "compressor");
    order_arrange(&o, &by);
    is_str(places(&o), "6 7 3 4 1 5 2", "... also one that came later");
    order_clear(&o);
    order_add_text(&o, order_id(8, 0), STATE_OK, "");
    order_add_text(&o, order_id(9, 0), STATE_OK, "x");
    order_arrange(&o, &by);
    is_str(places(&o), "9 8", "... and not those before it was cleared");
    order_free(&o);
}

/* Every power of two of a double, and values beside each other. */
static void
many_keys(void)
{
    enum { COUNT = 5000 };
    struct order o = {0};
    double last = -INFINITY;
    bool sorted = true;
    static double keys[COUNT];

    for (size_t i = 0; i < COUNT; i++) {
        double v = ldexp(1 + (double) (i * 7919 % 1000) / 1000,
                         (int) (i * 104729 % 2040) - 1020);

        keys[i] = i % 2 ? v : -v;
        order_add(&o, order_id((int64_t) i, 0), STATE_OK, keys[i]);
    }
    order_arrange(&o, &(struct order_by){.state = -1, .key = true});
    for (size_t i = 0; i < COUNT; i++) {
        double v = keys[order_model(order_at(&o, i))];

        sorted = sorted && v >= last;
        last = v;
    }
    ok(sorted && order_count(&o) == COUNT,
       "keys of every size and sign are in order");
    order_free(&o);
    order_add(&o, order_id(1, 0), STATE_OK, 0.0);
    order_add(&o, order_id(2, 0), STATE_OK, -0.0);
    order_add(&o, order_id(3, 0), STATE_OK, -1e-300);
    order_arrange(&o, &(struct order_by){.state = -1, .key = true});
    is_str(places(&o), "3 1 2", "... and both zeros are the same");
    order_free(&o);
}

static void
front(void)
{
    const uint64_t known[] = {order_id(9, 0), order_id(3, 0), order_id(1, 0)};
    struct order o = {0};
    struct order_by by = {.state = -1, .lead = true};

    order_front(&o, known, 3);
    order_arrange(&o, &by);
    is_str(places(&o), "9 3 1", "alerts are there before all others");
    fill(&o);
    order_arrange(&o, &by);
    is_str(places(&o), "9 3 1 4 2 6 1 5",
           "... and lead, with those that the walk finds behind them");
    by.all = true;
    order_arrange(&o, &by);
    is_str(places(&o), "9 3 1 2 6 4 5",
           "when they are all, the others are in alert no more");
    by.state = STATE_STALE;
    order_arrange(&o, &by);
    is_str(places(&o), "2", "of another state none leads");
    by = (struct order_by){.state = -1, .lead = true, .key = true};
    order_arrange(&o, &by);
    is_str(places(&o), "6 2 5 3 1 4", "nor by key");
    order_clear(&o);
    ok(order_count(&o) == 3 || order_count(&o) == 0,
       "cleared, only they may be left");
    order_free(&o);
}

int
main(void)
{
    ids();
    states();
    by_key();
    by_text();
    many_keys();
    front();
    return done_testing();
}
