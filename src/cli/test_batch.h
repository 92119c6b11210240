/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rows of a CSV file on their way through a test: judged one by one, then
 * recorded and printed together, because nothing is printed within a turn,
 * and a line only after the commit of its reading. Batches that do not
 * record may be filled by several threads, one each.
 */
#ifndef VIGIA_TEST_BATCH_H
#define VIGIA_TEST_BATCH_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "kinds/kind.h"

struct cmd;
struct csv_ask;
struct row;
struct sensor;
struct sensors;

struct batch {
    struct cmd *cmd; /* with these set, a batch begins */
    const struct csv_ask *ask;
    struct sensors *sensors;
    bool record, quiet, alerts_only;

    struct pending *rows; /* judged, and waiting */
    size_t count;
    struct verdicts verdicts; /* theirs */
    struct buf text;          /* and their lines */
    double *values;           /* of one row, by column of its sensor */
    size_t value_cap;

    int64_t readings, cells, alerts, missing; /* so far */
    int64_t recorded, there;                  /* newly, and already before */
};
void batch_free(struct batch *b); /* what it owns */

/* Hands over what was judged without recording: lines, and figures so far. */
void batch_merge(struct batch *all, struct batch *part);

/* Judges a row of the sensor, whose index is filled in (sensors_index()). */
void batch_add(struct batch *b, const struct row *row,
               const struct sensor *sensor);

/* True when it is time to flush. */
bool batch_full(const struct batch *b);

/* Records and prints what waits. */
CHECKED enum err batch_flush(struct batch *b);

#endif
