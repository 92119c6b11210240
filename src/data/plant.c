/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The plant. Chance comes from a hash of what is asked for (SplitMix64,
 * Steele et al. 2014) instead of a generator with a state, so readings can
 * be asked for in any order.
 */
#include "data/plant.h"

#include <math.h>
#include <stdio.h>

const char *const plant_columns[PLANT_COLUMNS] = {"velRMS.x", "velRMS.y",
                                                  "temperature"};
const char *const plant_units[PLANT_COLUMNS] = {"mm/s", "mm/s", "°C"};

enum { VEL_X, VEL_Y, TEMPERATURE };

enum {
    DAY = 86400,        /* seconds */
    SHIFT = 7 * 3600,   /* the load's phase: machines differ by some of it */
    FAULT = 5 * 3600,   /* before now: the bearing begins to fail */
    STUCK_AT = 150,     /* degrees, where a broken thermometer ends */
    LOST_PERCENT = 8,   /* of the readings of a machine with gaps */
    EMPTY_PERCENT = 10, /* of its single values */
    DECIMALS = 1000     /* readings have three */
};

/* The kinds of machines, in turn. */
static const struct {
    const char *name, *title;
    double level[PLANT_COLUMNS]; /* at medium load */
} types[] = {
    {"PUMP", "Feed pump",      {2.1, 1.8, 52}},
    {"FAN",  "Exhaust fan",    {3.2, 2.9, 41}},
    {"COMP", "Air compressor", {1.3, 1.2, 68}},
    {"CONV", "Conveyor drive", {1.7, 1.5, 47}},
    {"MIX",  "Mixer",          {2.6, 2.2, 44}},
    {"MILL", "Ball mill",      {4.1, 3.8, 61}},
};
enum { TYPES = sizeof types / sizeof *types };

/* The first machines have the stories; of the others one in some. */
static const enum plant_story stories[] = {
    PLANT_BEARING, PLANT_SOUND, PLANT_DEAD,  PLANT_SOUND,
    PLANT_DRIFT,   PLANT_GAPS,  PLANT_SOUND, PLANT_NEW,
    PLANT_SOUND,   PLANT_STUCK, PLANT_SOUND, PLANT_SOUND,
};
enum { STORIES = sizeof stories / sizeof *stories, STORY_EVERY = 50 };

struct plant_machine
plant_machine(size_t i)
{
    struct plant_machine m = {.story = PLANT_SOUND};
    unsigned number = (unsigned) (i % PLANT_MACHINES_MAX / TYPES + 1);

    (void) snprintf(m.name, sizeof m.name, "%s-%u", types[i % TYPES].name,
                    number);
    (void) snprintf(m.title, sizeof m.title, "%s, line %u",
                    types[i % TYPES].title, number);
    if (i < STORIES)
        m.story = stories[i];
    else if (i % STORY_EVERY == 0)
        m.story = stories[i / STORY_EVERY % STORIES];
    return m;
}

const char *
plant_story_text(enum plant_story story)
{
    static const char *const texts[] = {
        [PLANT_SOUND] = "",
        [PLANT_BEARING] = "a bearing is failing: its vibration grows",
        [PLANT_DRIFT] = "its temperature creeps up",
        [PLANT_DEAD] = "it stopped sending 42 minutes ago",
        [PLANT_GAPS] = "it loses readings",
        [PLANT_NEW] = "it is new: too few readings to rely on",
        [PLANT_STUCK] = "its thermometer hung while it was fitted",
    };

    return texts[story];
}

/* ---- chance ---- */

static uint64_t
mix(uint64_t x)
{
    x += UINT64_C(0x9e3779b97f4a7c15);
    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    return x ^ (x >> 31);
}

/* Evenly from 0 to 1, for this machine, time and purpose. */
static double
chance(uint64_t seed, size_t i, int64_t t, unsigned purpose)
{
    uint64_t x = mix(mix(mix(seed) ^ i) ^ (uint64_t) t); /* any bits do */

    return (double) (mix(x ^ purpose) >> 11) / 9007199254740992.0; /* 2^53 */
}

/* About normal, mean 0 and deviation 1: a sum of twelve (Irwin and Hall). */
static double
noise(uint64_t seed, size_t i, int64_t t, unsigned purpose)
{
    double sum = -6;

    for (unsigned n = 0; n < 12; n++)
        sum += chance(seed, i, t, (purpose << 8) + n);
    return sum;
}

/* ---- a machine ---- */

/* -1 at night to 1 at noon: a sine made of two parabolas. */
static double
load(size_t i, int64_t t)
{
    int64_t shift = SHIFT + (int64_t) (i % TYPES) * 600; /* few */
    double day = (double) (((t + shift) % DAY + DAY) % DAY) / DAY;
    double x = day < 0.5 ? day : day - 0.5;
    double hump = 16 * x * (0.5 - x);

    return day < 0.5 ? hump : -hump;
}

/* How far a fault has come at t: 0 until from, 1 now, and not more. */
static double
progress(int64_t t, int64_t from)
{
    double done = t >= 0 ? 1 : (double) (t + from) / (double) from;

    return done > 0 ? done : 0;
}

/* What the story adds to a value, as a factor. */
static double
trouble(enum plant_story story, size_t column, int64_t t)
{
    double fault = progress(t, FAULT);

    if (story == PLANT_BEARING && column != TEMPERATURE)
        return 1 + (column == VEL_X ? 2.0 : 0.9) * fault * fault;
    if (story == PLANT_BEARING)
        return 1 + 0.12 * fault * fault * fault;
    if (story == PLANT_DRIFT && column == TEMPERATURE)
        return 1 + 0.09 * progress(t, PLANT_LATE);
    return 1;
}

static double
value_at(uint64_t seed, size_t i, size_t column, int64_t t,
         enum plant_story story)
{
    bool hot = column == TEMPERATURE;
    double level = types[i % TYPES].level[column];
    double own = 1 + (hot ? 0.04 : 0.1) * (2 * chance(seed, i, 0, 90) - 1);
    double swing = hot ? 0.07 : 0.25, rough = hot ? 0.01 : 0.06;
    double v;

    if (story == PLANT_STUCK && hot && t < -PLANT_LATE)
        return STUCK_AT;
    if (story == PLANT_NEW) /* it runs day and night */
        swing = 0;
    v = level * own
        * (1 + swing * load(i, t)
           + rough * noise(seed, i, t, (unsigned) column));
    return round(v * trouble(story, column, t) * DECIMALS) / DECIMALS;
}

bool
plant_reading(uint64_t seed, size_t i, int64_t t, double values[PLANT_COLUMNS])
{
    enum plant_story story = plant_machine(i).story;
    bool gaps = story == PLANT_GAPS;

    if (story == PLANT_DEAD && t > PLANT_SILENCE)
        return false;
    if (story == PLANT_NEW && t < -PLANT_LATE - PLANT_FEW * PLANT_STEP)
        return false;
    if (gaps && 100 * chance(seed, i, t, 91) < LOST_PERCENT)
        return false;
    for (size_t c = 0; c < PLANT_COLUMNS; c++) {
        values[c] = value_at(seed, i, c, t, story);
        if (gaps
            && 100 * chance(seed, i, t, 92 + (unsigned) c) < EMPTY_PERCENT)
            values[c] = NAN;
    }
    return true;
}
