/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a fit learns from, read in pieces between two keys, however much it is:
 * the numbers of a file, or recorded readings.
 */
#ifndef VIGIA_READING_H
#define VIGIA_READING_H

#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

#include "core/recorded.h"
#include "data/rows.h"
#include "data/stats.h"
#include "tui/histogram.h"
#include "tui/screen.h"

struct numbers;

/* Starts as {0}, may be begun again, and stays where it is while it is on. */
struct reading {
    bool on;                /* there is more to read */
    char *path;             /* of the file; NULL: recorded readings */
    struct recorded past;   /* which are these, */
    struct moments moments; /* and the numbers of the file these */
    struct sample sample;   /* of them */

    /* its own */
    struct numbers *file;
    struct rows_calls calls;
    int64_t began, done, size; /* clock_elapsed(); bytes */
};
void reading_free(struct reading *r);

/* Begins. ERR_INPUT: there is no plain file; a pipe or a device could let the
 * screen wait for ever. */
CHECKED enum err reading_file(struct reading *r, const char *path);
CHECKED enum err reading_past(struct reading *r, struct service *s,
                              const struct model *m, int64_t since,
                              int64_t until);

/* Some milliseconds of it. Errors of numbers_step() and recorded_step(). */
CHECKED enum err reading_step(struct reading *r, struct service *s);

/* Paints how far it is. */
void reading_paint(const struct reading *r, const struct app *app,
                   struct canvas *c, struct area area);

#endif
