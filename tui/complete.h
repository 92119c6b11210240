/* SPDX-License-Identifier: Apache-2.0 */
/* Completion of the path of a file that is typed. */
#ifndef VIGIA_COMPLETE_H
#define VIGIA_COMPLETE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

enum { COMPLETE_MAX = 1000 }; /* names that are offered */

/* Names of one folder that a path can go on with, sorted; folders end with a
 * slash. Starts as {0}. */
struct complete {
    char **names; /* owned: complete_free() */
    size_t count;
    bool more; /* there are further ones */
};
void complete_free(struct complete *c);

/*
 * Adds path to out, as far as all files agree that it can be the beginning
 * of; c gets their names, none when there is no such file. "~/" is the home
 * folder. Hidden names are offered to who begins with the dot; names that
 * cannot be shown as they are, are not.
 */
void complete_path(const char *path, struct buf *out, struct complete *c);

/* Adds path to out with a leading "~/" replaced. */
void complete_home(const char *path, struct buf *out);

#endif
