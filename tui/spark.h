/* SPDX-License-Identifier: Apache-2.0 */
/* A line of readings as small as a word. */
#ifndef VIGIA_SPARK_H
#define VIGIA_SPARK_H

#include <stddef.h>

struct buf;

/* What a terminal has to draw with. */
enum charset { CHARSET_BRAILLE, CHARSET_BLOCKS, CHARSET_ASCII };

/* The sign of an alert, in one column. */
const char *charset_alert(enum charset set);

/*
 * Adds the last of count values, oldest first, to out in exactly width
 * columns; the newest stands on the right, so that lines under each other
 * agree. The smallest value that is shown is the lowest, the largest the
 * highest; a NaN is a blank. Where alert (NULL: nowhere) is not 0 the sign of
 * an alert stands instead.
 */
void spark(struct buf *out, const double *values, const unsigned char *alert,
           size_t count, size_t width, enum charset set);

#endif
