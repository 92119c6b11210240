/* SPDX-License-Identifier: Apache-2.0 */
/* How far a long work is, as a text for who waits for it. */
#ifndef VIGIA_PROGRESS_H
#define VIGIA_PROGRESS_H

#include <stdint.h>

struct buf;

/*
 * Adds " 12 %  123M of 1.02G  180M/s  5s left" to out: how much of total (0:
 * not known) is done after us microseconds; unit ("", "B") stands behind each
 * amount.
 */
void progress_text(struct buf *out, int64_t done, int64_t total, int64_t us,
                   const char *unit);

#endif
