/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a change would make of a sensor, seen before it is stored: the new
 * threshold in the chart, and what it means for readings past and to come.
 */
#ifndef VIGIA_PROPOSAL_H
#define VIGIA_PROPOSAL_H

#include "base/err.h"

#include <stdbool.h>

#include "base/buf.h"
#include "core/change.h"
#include "core/draft.h"
#include "core/impact.h"
#include "tui/screen.h"
#include "tui/sensor.h"

/* Begins with sensor.model and ord; then a draft or a version is filled in. */
struct proposal {
    struct sensor sensor;    /* as it is */
    struct draft draft;      /* what it would become: this, */
    struct compiled *chosen; /* or this version; NULL: see removes */
    const void *after;       /* compiled, of one of them; NULL: none yet */
    bool removes;            /* the model from sight */
    struct impact impact;
    /* As the readings were when it was fitted last, which no adjustment moves;
     * std 0: not known. */
    double mean, std;
    struct buf about, warning; /* "adjust +10 %" */
};
void proposal_free(struct proposal *p); /* takes a zeroed one */

/* Forgets what it would become. */
void proposal_clear(struct proposal *p);

/* Takes d over (or the version c), and measures what it means. */
CHECKED enum err proposal_draft(struct app *app, struct proposal *p,
                                struct draft *d);
CHECKED enum err proposal_version(struct app *app, struct proposal *p,
                                  int64_t number);

/* Paints the sensor, the chart, and the lines about it; picture, unless NULL,
 * paints in place of the chart. */
void proposal_paint(struct app *app, const struct proposal *p,
                    struct canvas *c, struct area area,
                    void (*picture)(struct screen *s, struct canvas *c,
                                    struct area area));

/* What happened, after it was stored: says it and leaves the screen. */
void proposal_done(struct app *app, const struct proposal *p,
                   const struct model *m);

#endif
