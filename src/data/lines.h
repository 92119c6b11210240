/* SPDX-License-Identifier: Apache-2.0 */
/* Several JSON values in one text: an array, a value on each line, or one
 * object over as many lines as it likes. */
#ifndef VIGIA_LINES_H
#define VIGIA_LINES_H

#include "base/err.h"

#include <stddef.h>

struct json;

/*
 * Reads text, NUL-terminated, as an array: json_free() it. One that begins
 * with '[' is an array already, one that is an object the only item; else each
 * line that is not blank is a value. Errors as json_parse(), naming the line.
 */
CHECKED enum err lines_read(const char *text, size_t len, struct json **out);

#endif
