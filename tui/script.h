/* SPDX-License-Identifier: Apache-2.0 */
/* The dashboard without a terminal: keys from a file, screens as text. */
#ifndef VIGIA_SCRIPT_H
#define VIGIA_SCRIPT_H

#include "base/err.h"

struct app;
struct options;

/*
 * Presses the keys of o->script (- is standard input), line by line: a
 * character as it is, others by name: <Enter>. A line that begins with ':' is
 * a command: ":dump" writes the screen to o->dump (standard output unless
 * told), ":size 40x10" changes its size, ":look" looks whether something has
 * changed; one that begins with '#' is a comment. After each key all work is
 * done. At the end the screen is written if it was not before.
 */
CHECKED enum err script_run(struct app *app, const struct options *o);

/* Prints the table of the sensors on standard output. */
CHECKED enum err batch_run(struct app *app, const struct options *o);

#endif
