/* SPDX-License-Identifier: Apache-2.0 */
/* The time left is what the rest takes at the rate so far. */
#include "base/progress.h"

#include <math.h>

#include "base/buf.h"
#include "base/clock.h"

/* 850, 12.3k, 4.56M. */
static void
add_scaled(struct buf *out, double n, const char *unit)
{
    static const char suffixes[] = "kMGTPE";
    const char *suffix = suffixes;

    if (n < 1000) {
        buf_printf(out, "%.0f%s", n, unit);
        return;
    }
    for (n /= 1000; n >= 999.5 && suffix[1]; n /= 1000)
        suffix++;
    buf_printf(out, "%.*f%c%s",
               n < 10    ? 2
               : n < 100 ? 1
                         : 0,
               n, *suffix, unit);
}

void
progress_text(struct buf *out, int64_t done, int64_t total, int64_t us,
              const char *unit)
{
    double seconds = (double) us / (double) CLOCK_SECOND;
    double rate = seconds > 0 ? (double) done / seconds : 0;
    char left[CLOCK_TEXT];

    if (total > 0)
        buf_printf(out, "%3.0f %%  ", 100 * (double) done / (double) total);
    add_scaled(out, (double) done, unit);
    if (total > 0) {
        buf_str(out, " of ");
        add_scaled(out, (double) total, unit);
    }
    if (rate <= 0)
        return;
    buf_str(out, "  ");
    add_scaled(out, rate, unit);
    buf_str(out, "/s");
    if (total > done) {
        double rest = (double) (total - done) / rate * (double) CLOCK_SECOND;

        rest = fmax(rest, (double) CLOCK_SECOND); /* "0s left" is untrue */
        clock_age(left, rest < 1e15 ? (int64_t) rest : INT64_MAX);
        buf_printf(out, "  %s left", left);
    }
}
