/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A simulated plant: machines with a load that follows the day, noise, and
 * faults. Every reading is a pure function of seed, machine and time, in
 * plain arithmetic, so the same seed gives the same plant on every computer.
 */
#ifndef VIGIA_PLANT_H
#define VIGIA_PLANT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What every machine measures. */
enum { PLANT_COLUMNS = 3 };
extern const char *const plant_columns[PLANT_COLUMNS];
extern const char *const plant_units[PLANT_COLUMNS];

/* What is the matter with a machine. */
enum plant_story {
    PLANT_SOUND,
    PLANT_BEARING, /* vibration grows over the last hours, then heat */
    PLANT_DRIFT,   /* its temperature creeps up */
    PLANT_DEAD,    /* sends nothing from PLANT_SILENCE on */
    PLANT_GAPS,    /* loses readings, and single values */
    PLANT_NEW,     /* only PLANT_FEW good readings */
    PLANT_STUCK    /* its thermometer hung while it was fitted */
};

enum {
    PLANT_MACHINES_MAX = 1000,
    PLANT_GOOD = 3 * 86400, /* seconds of the good period ... */
    PLANT_STEP = 600,       /* ... which has a reading in so many of them */
    PLANT_LATE = 6 * 3600,  /* seconds after it, up to now */
    PLANT_SILENCE = -2520,  /* seconds before now */
    PLANT_FEW = 20
};

struct plant_machine {
    char name[16];  /* PUMP-1 */
    char title[64]; /* "Feed pump, line 1" */
    enum plant_story story;
};

/* Machine number i, from 0 on. */
struct plant_machine plant_machine(size_t i);

/* What the story says to an operator; "" for PLANT_SOUND. */
const char *plant_story_text(enum plant_story story);

/*
 * The reading of machine i at the time t, in seconds from now: below
 * -PLANT_LATE in the good period, up to 0 in the hours shown, above 0 live.
 * NaN is a missing value. False: the machine sent nothing.
 */
bool plant_reading(uint64_t seed, size_t i, int64_t t,
                   double values[PLANT_COLUMNS]);

#endif
