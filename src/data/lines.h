/* SPDX-License-Identifier: Apache-2.0 */
/* Several JSON values in one text: an array, or a value on each line. */
#ifndef VIGIA_LINES_H
#define VIGIA_LINES_H

#include "base/err.h"

#include <stddef.h>

struct json;

/*
 * Reads text, NUL-terminated, as an array: json_free() it. One that begins
 * with '[' is an array already; else each line that is not blank is a value.
 * Errors as json_parse(), naming the line.
 */
CHECKED enum err lines_read(const char *text, size_t len, struct json **out);

#endif
