/* SPDX-License-Identifier: Apache-2.0 */
/* What is typed to test a model without columns, as the request it means. */
#ifndef VIGIA_REQUEST_H
#define VIGIA_REQUEST_H

#include "base/err.h"

struct buf;

/*
 * Adds a JSON object made of NAME=VALUE NAME=VALUE, or the text as it is when
 * it begins as JSON does. Blanks or commas stand between the pairs, and
 * blanks may stand around "="; a value goes on to the next NAME=, so it may
 * have blanks. What reads as a number is one, and nothing at all is null.
 * Quotes, " or ', make a text of what stands between them, or a name.
 * ERR_DATA: what is no pair, or a name that comes twice. Whether the text is
 * JSON is the caller's to see.
 */
CHECKED enum err request_read(const char *text, struct buf *json);

#endif
