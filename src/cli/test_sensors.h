/* SPDX-License-Identifier: Apache-2.0 */
/* The sensors that the rows of a CSV file are of, looked up once each. */
#ifndef VIGIA_TEST_SENSORS_H
#define VIGIA_TEST_SENSORS_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/model.h"

struct cmd;
struct compiled;
struct csv_ask;
struct row;

/* The sensor of one key. */
struct sensor {
    size_t number;    /* in the order they were looked up */
    bool passed_over; /* not the one asked for, or unknown (--skip-bad) */
    bool told;        /* and the user knows why */
    bool claimed;     /* its name, by a row of the file */
    struct model model;
    struct compiled *compiled;
    size_t *index; /* of its columns, by the plan's; SIZE_MAX: none */
    bool none;     /* none at all */
    enum err e;    /* it was not found: */
    bool of_row;   /* because of its key, which --skip-bad may skip */
    char *why;
};

struct sensors; /* by key */

/* SENSOR[@N] is only that one, NULL any; both are borrowed. */
struct sensors *sensors_new(struct cmd *cmd, struct csv_ask *ask,
                            const char *only);
void sensors_free(struct sensors *s); /* takes NULL */

/*
 * The sensor of a row; borrowed. ERR_NOT_FOUND names file, line and the
 * nearest names; with --skip-bad it is passed over, and *why is that
 * sentence, which the caller frees, or NULL. Reads the database: not in a
 * turn.
 */
CHECKED enum err sensors_at(struct sensors *s, const struct row *row,
                            struct sensor **out, char **why);

/* One that was looked up. */
struct sensor *sensors_get(struct sensors *s, size_t number);

/*
 * In the order of the file, when a row is known to be one: a look-up by
 * several threads may be of what lies in quotes. ERR_DATA: another text has
 * the same name, and two texts of a plant are no one sensor.
 */
CHECKED enum err sensors_claim(struct sensors *s, struct sensor *sensor,
                               int64_t line);

/* Whether a sensor that has claimed its name has the column. */
bool sensors_have(const struct sensors *s, const char *column);

/* How many of those have none of the plan's columns, so that no verdict was
 * given of them; *name is of the first. */
size_t sensors_unjudged(const struct sensors *s, const char **name);

/*
 * Fills in the index, when it is not there yet, by the plan's columns. Where
 * they were named: ERR_NOT_FOUND when the sensor has none of them.
 */
CHECKED enum err sensors_index(struct sensors *s, struct sensor *sensor,
                               int64_t line);

#endif
