/* SPDX-License-Identifier: Apache-2.0 */
/* CSV out: one field at a time, and pieces of files for messages. */
#include "data/csv.h"

#include <string.h>

#include "base/buf.h"

void
csv_add(struct buf *out, const char *field, size_t len, char delimiter)
{
    const char *end = field + len, *quote;

    if (!memchr(field, delimiter, len) && !memchr(field, '"', len)
        && !memchr(field, '\r', len) && !memchr(field, '\n', len)) {
        buf_add(out, field, len);
        return;
    }
    buf_char(out, '"');
    while ((quote = memchr(field, '"', (size_t) (end - field)))) {
        buf_add(out, field, (size_t) (quote - field) + 1); /* quote >= field */
        buf_char(out, '"');
        field = quote + 1;
    }
    buf_add(out, field, (size_t) (end - field)); /* end >= field */
    buf_char(out, '"');
}

const char *
csv_clip(char out[CSV_CLIP], const char *s, size_t len)
{
    static const char dots[] = "…";
    size_t keep = len;

    if (keep > CSV_CLIP - sizeof dots) {
        keep = CSV_CLIP - sizeof dots;
        while (keep > 0 && ((unsigned char) s[keep] & 0xc0) == 0x80)
            keep--;
    }
    memcpy(out, s, keep);
    memcpy(out + keep, keep < len ? dots : "", keep < len ? sizeof dots : 1);
    return out;
}
