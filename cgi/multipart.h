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

/*
 * Finds the field of that name in a body of that content type. *text points
 * into body and is not NUL-terminated; NULL when there is no such field.
 * ERR_SYNTAX: the body is no such form, or is cut.
 */
CHECKED enum err multipart_field(const char *type, const struct buf *body,
                                 const char *name, const char **text,
                                 size_t *len);

#endif
