/* SPDX-License-Identifier: Apache-2.0 */
/* Names of models: what is allowed, and names made from a plant's own ids. */
#ifndef VIGIA_NAME_H
#define VIGIA_NAME_H

#include "base/err.h"

#include <stddef.h>
#include <stdint.h>

struct buf;

enum { NAME_MAX_LEN = 128 };

/* ERR_DATA: not [A-Za-z0-9][A-Za-z0-9._:-]{0,127}, or a reserved word. */
CHECKED enum err name_check(const char *name);

/*
 * The name a text from a plant gets: every character that a name may not
 * have becomes '_', and 'x' is put before a first one that may not begin a
 * name. ERR_DATA: empty, too long, or the result is reserved.
 */
CHECKED enum err name_map(const char *text, size_t len, struct buf *name);

/*
 * Splits MODEL or MODEL@N; *number is 0 without one. The name is the
 * caller's. ERR_DATA: N is no version number.
 */
CHECKED enum err name_split(const char *text, char **name, int64_t *number);

#endif
