/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Idempotency-Key, as route_answer() keeps to it: the answer of a change is
 * stored with the change, and a repetition of the request gets it again.
 */
#ifndef VIGIA_REPEAT_H
#define VIGIA_REPEAT_H

#include "base/err.h"

#include <stdbool.h>

struct exchange;

enum { REPEAT_KEY_MAX = 255 }; /* bytes of an Idempotency-Key */

/* ERR_SYNTAX: its key is empty, too long, or has other than printable ASCII.
 * Before the turn. */
CHECKED enum err repeat_check(const struct exchange *x);

/* *found: x was answered before, and has that answer again. ERR_DATA: its key
 * belongs to another request. Before the turn, and once more in it: the other
 * one may have come just before. */
CHECKED enum err repeat_find(struct exchange *x, bool *found);

/* Stores the answer of x if it is one of success. In the part of the turn
 * that made it. */
CHECKED enum err repeat_keep(struct exchange *x);

#endif
