/* SPDX-License-Identifier: Apache-2.0 */
/* A version of a model as it is looked at: what a front end needs to show
 * all of it. */
#ifndef VIGIA_VIEW_H
#define VIGIA_VIEW_H

#include "base/err.h"

#include <stdint.h>

#include "core/change.h"
#include "core/model.h"
#include "core/state.h"
#include "core/version.h"

struct service;

enum { VIEW_ACTIVATIONS = 5 }; /* that are looked at, the last ones */

struct view {
    struct model model;
    struct version version;
    struct compiled *compiled;
    enum state *states, worst;
    int64_t now, last; /* last: of the last reading; 0: none */
    struct activation_list activations;
};
void view_free(struct view *view); /* takes a zeroed one */

/*
 * Version number (0: the active one) of m, at the present time. Takes over
 * what m owns, also when it fails. ERR_NOT_FOUND: no such version.
 */
CHECKED enum err view_load(struct service *s, struct model *m, int64_t number,
                           struct view *view);

/*
 * The state of each column of a version at the time now: of the active one by
 * the last readings, of another one by its weights alone. *worst is that of
 * the model, *last the time of its last reading (0: none). The caller frees
 * *out, one for each column, or one for a model without columns.
 */
CHECKED enum err view_states(struct service *s, const struct model *m,
                             const struct compiled *c, int64_t now,
                             enum state **out, enum state *worst,
                             int64_t *last);

#endif
