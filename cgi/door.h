/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The door: who is it, and may they? Callers of this machine need no key;
 * others need one whose scope includes that of the route.
 */
#ifndef VIGIA_DOOR_H
#define VIGIA_DOOR_H

#include <stdbool.h>

struct exchange;

/*
 * May x go to its route? Sets x->by then; else the answer is a finished 401
 * (with WWW-Authenticate) or 403 (with what is missing), or 503.
 */
bool door_pass(struct exchange *x);

/* Is that address one of this machine? For tests. */
bool door_is_loopback(const char *address);

#endif
