/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Two processes, so that whichever of them is killed, even by SIGKILL, the
 * other leaves the terminal usable: a parent that only waits, and the child
 * that is the dashboard.
 */
#ifndef VIGIA_GUARD_H
#define VIGIA_GUARD_H

#include "base/err.h"

/*
 * Returns in the child; the parent waits for it, stops and goes on with it,
 * puts the terminal back when the child has ended and did not, and exits with
 * its status.
 * Before a database is open (a child would share its lock), and before curses.
 */
CHECKED enum err guard_begin(void);

#endif
