/* SPDX-License-Identifier: Apache-2.0 */
/* The simulated plant (data/plant.h) in a database. */
#ifndef VIGIA_DEMO_H
#define VIGIA_DEMO_H

#include "base/err.h"

#include <stddef.h>
#include <stdint.h>

#include "core/model.h"

struct cmd;
struct compiled;

#define DEMO_CHANGE                                         \
    "demo" /* what the changes that make a plant are called \
            */

struct demo {
    struct cmd *cmd;
    uint64_t seed;
    size_t count;
    int64_t now; /* the plant's time 0, in microseconds */
    struct machine {
        struct model model;
        struct compiled *compiled;
    } * machines;     /* owned: demo_free() */
    int64_t readings; /* recorded */
};
void demo_free(struct demo *demo);

/* ERR_CONFLICT when the database holds a model that no demo made. */
CHECKED enum err demo_check(struct demo *demo);

/* Deletes the plant of a demo before. */
CHECKED enum err demo_clear(struct demo *demo);

/* Fits the machines on their good period. */
CHECKED enum err demo_fit(struct demo *demo);

/* Records the hours up to now. */
CHECKED enum err demo_record(struct demo *demo);

/* Records one reading of each machine, t seconds after now. */
CHECKED enum err demo_record_at(struct demo *demo, int64_t t);

#endif
