/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pruning by the service: a little after turns that have added to the
 * history, so that what is kept never has to be deleted at one go.
 */
#ifndef VIGIA_TIDY_H
#define VIGIA_TIDY_H

#include <stdbool.h>
#include <stdint.h>

#include "core/prune.h"

struct service;

struct tidy {
    int64_t next;  /* clock_elapsed() of the next look, unless busy */
    int64_t added; /* rows since the last slice */
    bool busy;     /* the last slice left something to do */
    struct prune_plan plan;
    struct prune_state state;
};

/*
 * After the answers of a turn are sent: at most one slice of 20 ms, of as
 * many rows as were added, or 500. With nothing to do it looks once a second.
 * Failures are logged; they are no request's concern.
 */
void tidy_step(struct tidy *tidy, struct service *s);

#endif
