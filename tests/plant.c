/* SPDX-License-Identifier: Apache-2.0 */
/* The simulated plant: reproducible, and each machine with its story. */
#include "data/plant.h"

#include <math.h>
#include <string.h>

#include "data/stats.h"
#include "tap.h"

enum { SEED = 7, FIRST = 12 };

/* The first machine with the story. */
static size_t
machine_of(enum plant_story story)
{
    size_t i = 0;

    while (plant_machine(i).story != story)
        i++;
    return i;
}

/* The moments of a column from one time to another, a reading a minute. */
static struct moments
watch(size_t i, size_t column, int64_t from, int64_t to)
{
    struct moments m = {0};
    double values[PLANT_COLUMNS];

    for (int64_t t = from; t < to; t += 60)
        if (plant_reading(SEED, i, t, values))
            moments_add(&m, values[column]);
    return m;
}

static int
same(uint64_t seed, uint64_t other)
{
    double a[PLANT_COLUMNS], b[PLANT_COLUMNS];
    int equal = 1;

    for (int64_t t = -PLANT_LATE; t <= 0; t += 600)
        if (plant_reading(seed, 1, t, a) && plant_reading(other, 1, t, b))
            for (size_t c = 0; c < PLANT_COLUMNS; c++)
                equal = equal && a[c] == b[c];
    return equal;
}

static void
chance(void)
{
    double values[PLANT_COLUMNS] = {0};

    ok(same(SEED, SEED), "a seed gives the same readings again");
    ok(!same(SEED, SEED + 1), "another seed gives others");
    ok(plant_reading(1, 0, -86400, values), "a sound machine sends");
    ok(values[0] == 2.3 && values[1] == 2.075 && values[2] == 52.652,
       "the readings are the same everywhere (%.3f %.3f %.3f)", values[0],
       values[1], values[2]);
}

static void
names(void)
{
    int unique = 1, titled = 1;

    for (size_t i = 0; i < PLANT_MACHINES_MAX; i++) {
        struct plant_machine a = plant_machine(i);

        titled = titled && strchr(a.title, ',') && strchr(a.name, '-');
        for (size_t j = 0; j < i && unique; j++) {
            struct plant_machine b = plant_machine(j);

            unique = strcmp(a.name, b.name) != 0;
        }
    }
    is_str(plant_machine(0).name, "PUMP-1", "the first machine is PUMP-1");
    is_str(plant_machine(7).title, "Exhaust fan, line 2",
           "a title says what it is and where");
    ok(unique, "no two machines have one name");
    ok(titled, "all of them have names and titles");
    for (int story = PLANT_SOUND; story <= PLANT_STUCK; story++)
        ok(machine_of((enum plant_story) story) < FIRST,
           "story %d is among the first machines", story);
}

static void
sound(void)
{
    size_t i = machine_of(PLANT_SOUND);
    int few = 1, positive = 1;

    for (size_t c = 0; c < PLANT_COLUMNS; c++) {
        struct moments good =
            watch(i, c, -PLANT_GOOD - PLANT_LATE, -PLANT_LATE);
        double limit = moments_mean(&good) + 2 * moments_std(&good);
        double values[PLANT_COLUMNS];
        int alerts = 0, all = 0;

        for (int64_t t = -PLANT_LATE; t <= 0; t += 60, all++)
            if (plant_reading(SEED, i, t, values))
                alerts += values[c] >= limit;
        few = few && alerts * 20 < all;
        positive = positive && good.min > 0 && moments_std(&good) > 0;
    }
    ok(few, "a sound machine alerts less than one time in twenty");
    ok(positive, "its readings vary and stay above zero");
}

static void
faults(void)
{
    size_t bearing = machine_of(PLANT_BEARING);
    size_t drift = machine_of(PLANT_DRIFT), stuck = machine_of(PLANT_STUCK);
    int64_t start = -PLANT_GOOD - PLANT_LATE;
    struct moments good = watch(bearing, 0, start, -PLANT_LATE);
    struct moments late = watch(bearing, 0, -600, 1);
    struct moments live = watch(bearing, 0, 1, 600);

    ok(late.min > good.max, "a failing bearing shakes more than ever");
    ok(live.min > good.max, "and goes on so");
    good = watch(drift, 2, start, -PLANT_LATE);
    late = watch(drift, 2, -600, 1);
    ok(moments_mean(&late) > moments_mean(&good) + moments_std(&good),
       "a drifting machine gets warmer");
    good = watch(stuck, 2, start, -PLANT_LATE);
    late = watch(stuck, 2, -PLANT_LATE, 1);
    ok(good.min == good.max, "a stuck thermometer says one thing");
    ok(late.max < good.min, "and less once it was freed");
}

static void
silence(void)
{
    size_t dead = machine_of(PLANT_DEAD), gaps = machine_of(PLANT_GAPS);
    size_t fresh = machine_of(PLANT_NEW);
    double values[PLANT_COLUMNS];
    struct moments m;
    int64_t n = 0;

    ok(plant_reading(SEED, dead, PLANT_SILENCE, values),
       "a machine that dies sends until then");
    ok(!plant_reading(SEED, dead, PLANT_SILENCE + 1, values)
           && !plant_reading(SEED, dead, 0, values)
           && !plant_reading(SEED, dead, 100, values),
       "and nothing afterwards");
    m = watch(gaps, 0, -PLANT_LATE, 0);
    ok(m.n + m.missing < PLANT_LATE / 60,
       "a machine with gaps loses readings");
    ok(m.missing > 0 && m.n > m.missing, "and some of its values");
    for (int64_t t = -PLANT_GOOD - PLANT_LATE; t < -PLANT_LATE;
         t += PLANT_STEP)
        n += plant_reading(SEED, fresh, t, values);
    is_int(n, PLANT_FEW, "a new machine has few good readings");
}

int
main(void)
{
    chance();
    names();
    sound();
    faults();
    silence();
    return done_testing();
}
