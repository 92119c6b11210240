/* SPDX-License-Identifier: Apache-2.0 */
/* Moments by key: many keys, odd keys, and the order they come back in. */
#include "data/groups.h"

#include <stdio.h>
#include <string.h>

#include "tap.h"

enum { MANY = 20000 };

static size_t
at(struct groups *g, const char *key)
{
    return groups_at(g, key, strlen(key));
}

static void
few_keys(void)
{
    struct groups *g = groups_new(2);
    size_t len;

    is_int((int64_t) groups_count(g), 0, "a new table has no group");
    is_int((int64_t) at(g, "P-101"), 0, "the first key is group 0");
    is_int((int64_t) at(g, "P-102"), 1, "the next one group 1");
    is_int((int64_t) at(g, "P-101"), 0, "a key keeps its group");
    is_int((int64_t) at(g, "P-10"), 2, "a prefix is another key");
    is_int((int64_t) at(g, ""), 3, "so is the empty key");
    is_int((int64_t) at(g, ""), 3, "which keeps its group too");
    is_int((int64_t) groups_at(g, "a\0b", 3), 4, "keys are bytes");
    is_int((int64_t) groups_at(g, "a\0c", 3), 5, "all of which count");
    is_int((int64_t) groups_count(g), 6, "each is counted once");
    ok(memcmp(groups_key(g, 1, &len), "P-102", 5) == 0 && len == 5,
       "a group knows its key");
    groups_free(g);
}

static void
many_keys(void)
{
    struct groups *g = groups_new(3);
    int right = 1, order = 1;

    for (int round = 1; round <= 2; round++) {
        for (int i = 0; i < MANY; i++) {
            char key[32];
            size_t n;

            (void) snprintf(key, sizeof key, "sensor-%d", i * 7919);
            n = at(g, key);
            order = order && n == (size_t) i;
            moments_add(&groups_moments(g, n)[0], i);
            moments_add(&groups_moments(g, n)[2], i * round);
        }
    }
    ok(order, "groups are numbered by first appearance");
    is_int((int64_t) groups_count(g), MANY, "many keys make as many groups");
    for (size_t i = 0; i < MANY; i++) {
        const struct moments *m = groups_moments(g, i);

        right = right && m[0].n == 2 && m[0].min == (double) i
                && m[0].max == (double) i && m[1].n == 0 && m[2].n == 2
                && m[2].max == (double) (2 * i);
    }
    ok(right, "each group has the moments of its own values, by column");
    groups_free(g);
}

/* Two tables in one, as if the values of both had been added in their order;
 * and a table that is used again. */
static void
tables(void)
{
    struct groups *a = groups_new(1), *b = groups_new(1);

    moments_add(groups_moments(a, at(a, "P-1")), 1);
    moments_add(groups_moments(b, at(b, "P-2")), 5);
    moments_add(groups_moments(b, at(b, "P-1")), 3);
    groups_merge(a, b);
    is_int((int64_t) groups_count(a), 2, "a new key is added by a merge");
    is_int(groups_moments(a, at(a, "P-1"))->n, 2, "what was there grows");
    ok(groups_moments(a, 0)->max == 3 && groups_moments(a, 1)->min == 5,
       "with the moments of each");
    groups_clear(b);
    is_int((int64_t) groups_count(b), 0, "a table can be emptied");
    is_int((int64_t) at(b, "P-1"), 0, "and used again");
    is_int(groups_moments(b, 0)->n, 0, "without what it had");
    groups_free(a);
    groups_free(b);
}

/* One step of the table's hash, to make keys that have the same one. */
static uint64_t
mix(uint64_t h, uint64_t word)
{
    h = (h ^ word) * UINT64_C(0x9e3779b97f4a7c15);
    return h ^ (h >> 32);
}

static void
equal_hashes(void)
{
    struct groups *g = groups_new(0);
    uint64_t a[2] = {1, 2}, b[2] = {3, 2 ^ mix(16, 1) ^ mix(16, 3)};
    char key[sizeof a];

    memcpy(key, a, sizeof key);
    (void) groups_at(g, key, sizeof key);
    memcpy(key, b, sizeof key);
    is_int((int64_t) groups_at(g, key, sizeof key), 1,
           "keys of one hash are two");
    groups_free(g);
}

/* Keys of one length that differ in one byte, and those of another that are
 * the same bytes: what a hash alone may take for one. */
static void
lengths(void)
{
    struct groups *g = groups_new(0);
    char key[24];
    size_t n = 0;
    int right = 1;

    memset(key, 'x', sizeof key);
    for (int round = 0; round < 2; round++, n = 0) {
        for (size_t len = 0; len <= sizeof key; len++) {
            right = right && groups_at(g, key, len) == n++;
            for (size_t i = 0; i < len; i++) {
                key[i] = 'y';
                right = right && groups_at(g, key, len) == n++;
                key[i] = 'x';
            }
        }
    }
    ok(right, "keys of any length differ by each of their bytes");
    groups_free(g);
}

int
main(void)
{
    few_keys();
    many_keys();
    tables();
    lengths();
    equal_hashes();
    groups_free(NULL);
    return done_testing();
}
