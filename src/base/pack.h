/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Packing of texts that repeat themselves, such as JSON with many rows of the
 * same members: a byte string of literals and of copies from what came before
 * (LZ77). Fast rather than small.
 *
 * A packed text is its length, then sequences: the count of literals, these,
 * and, unless the text is complete, the distance back and the length of a
 * copy less PACK_COPY_MIN. Numbers are 7 bits a byte, the low ones first, the
 * high bit set in all but the last.
 */
#ifndef VIGIA_PACK_H
#define VIGIA_PACK_H

#include "base/err.h"

#include <stddef.h>

struct buf;

enum { PACK_COPY_MIN = 6, PACK_MAX = 64 << 20 /* bytes of a text */ };

/* Adds the packed text to out. len is at most PACK_MAX. */
void pack_text(const char *text, size_t len, struct buf *out);

/* Adds the text to out. ERR_DATA: it was not packed so, or is damaged. */
CHECKED enum err unpack_text(const void *packed, size_t len, struct buf *out);

#endif
