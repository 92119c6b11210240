/* SPDX-License-Identifier: Apache-2.0 */
/* Files that are read whole, as they are small: texts of models, requests. */
#ifndef VIGIA_WHOLE_H
#define VIGIA_WHOLE_H

#include "base/err.h"

struct buf;
struct json;

/* What messages call the file at path, "-" being standard input. Borrowed. */
const char *whole_name(const char *path);

/* Adds the whole file to text. ERR_INPUT: it cannot be read; ERR_DATA: it is
 * empty, or longer than JSON_SIZE_MAX. */
CHECKED enum err whole_read(const char *path, struct buf *text);

/* Puts the name before the sentence of e; several faults keep their list. */
CHECKED enum err whole_blame(enum err e, const char *path);

/*
 * The file as an array, as lines_read() has it: json_free() it. ERR_SYNTAX,
 * ERR_DATA name the line.
 */
CHECKED enum err whole_values(const char *path, struct json **out);

#endif
