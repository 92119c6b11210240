/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Entity tags: which version a client has seen. A tag is made of the
 * version's id and the database's generation, so that no tag from before a
 * restore is ever taken for one of after it.
 */
#ifndef VIGIA_ETAG_H
#define VIGIA_ETAG_H

#include <stdbool.h>
#include <stdint.h>

struct exchange;
struct model;
struct service;

enum { ETAG_SIZE = 35 }; /* 32 digits in quotes, and a NUL */

/* The tag of a version; number 0 is the active one (of a hidden model, that
 * it is hidden). */
void etag_of(const struct service *s, const struct model *m, int64_t number,
             char out[ETAG_SIZE]);

/*
 * Puts the version's ETag into the answer. True when If-None-Match has it:
 * the answer is a finished 304 then, and the handler returns ERR_OK.
 */
bool etag_fresh(struct exchange *x, const struct model *m, int64_t number);

/*
 * Does If-Match, if there is one, have the tag of the active version, and
 * If-None-Match not (a star: is there no such model)? Else the answer is a
 * finished 412 naming that version, and the handler returns ERR_OK; what it
 * wrote is undone.
 */
bool etag_expected(struct exchange *x, const struct model *m);

#endif
