/* SPDX-License-Identifier: Apache-2.0 */
/* Heights are eighths of a row; ASCII has four signs that look like them. */
#include "tui/spark.h"

#include <math.h>

#include "base/buf.h"

static const char *const blocks[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
static const char *const signs[] = {"_", ".", "-", "\""};

const char *
charset_alert(enum charset set)
{
    return set == CHARSET_ASCII ? "!" : "▲";
}

void
spark(struct buf *out, const double *values, const unsigned char *alert,
      size_t count, size_t width, enum charset set)
{
    const char *const *heights = set == CHARSET_ASCII ? signs : blocks;
    size_t levels = set == CHARSET_ASCII ? sizeof signs / sizeof *signs
                                         : sizeof blocks / sizeof *blocks;
    size_t from = count > width ? count - width : 0;
    double low = INFINITY, high = -INFINITY;

    for (size_t i = from; i < count; i++) {
        low = values[i] < low ? values[i] : low;
        high = values[i] > high ? values[i] : high;
    }
    for (size_t i = count; i < width; i++)
        buf_char(out, ' ');
    for (size_t i = from; i < count; i++) {
        double part = high > low ? (values[i] - low) / (high - low) : 0.5;
        size_t level;

        if (isnan(values[i])) {
            buf_char(out, ' ');
            continue;
        }
        level = (size_t) (part * (double) levels); /* part: 0 to 1 */
        level = level < levels ? level : levels - 1;
        buf_str(out, alert && alert[i] ? charset_alert(set) : heights[level]);
    }
}
