/* SPDX-License-Identifier: Apache-2.0 */
/* A form with files (multipart/form-data, RFC 7578): its fields by name. */
#ifndef VIGIA_MULTIPART_H
#define VIGIA_MULTIPART_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

struct buf;

/* Is that the content type of a form? type may be NULL. */
bool multipart_is(const char *type);

/* Points into the body; nothing is NUL-terminated. */
struct multipart_part {
    const char *name, *text;
    size_t name_len, len;
};

/*
 * Calls see for each part of a body of that content type, until it answers
 * anything but ERR_OK, which is the result. ERR_SYNTAX: the body is no such
 * form, or is cut; parts before the cut were seen.
 */
CHECKED enum err
multipart_each(const char *type, const struct buf *body,
               enum err (*see)(const struct multipart_part *part, void *arg),
               void *arg);

/* Adds what the form says, the same whatever boundary its sender has drawn;
 * of a broken one its bytes. */
void multipart_content(const char *type, const struct buf *body,
                       struct buf *out);

#endif
