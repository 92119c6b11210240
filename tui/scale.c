/* SPDX-License-Identifier: Apache-2.0 */
/* A step is the smallest round one with which the ticks are few enough. */
#include "tui/scale.h"

#include <math.h>
#include <time.h>

#include "base/buf.h"
#include "base/clock.h"

enum { DECIMALS_MAX = 6, TICKS_MAX = 100 };

struct scale
scale_make(double low, double high, size_t ticks)
{
    static const double round[] = {1, 2, 5, 10};
    struct scale s = {.low = low, .high = high};
    double unit, raw;
    int exponent;

    if (!(low < high)) {
        double room = low != 0 ? fabs(low) * 0.1 : 1;

        s.low = low - room;
        s.high = high + room;
    }
    raw = (s.high - s.low) / (double) (ticks > 1 ? ticks : 1);
    exponent = (int) floor(log10(raw)); /* of a double: -323 to 308 */
    unit = pow(10, exponent);
    for (size_t i = 0; i < sizeof round / sizeof *round; i++) {
        s.step = round[i] * unit;
        if (s.step >= raw * (1 - 1e-9))
            break;
    }
    if (s.step >= 10 * unit)
        exponent++;
    s.decimals = exponent < 0 ? -exponent : 0;
    return s;
}

/* Steps are counted from zero; a hair of tolerance keeps the ends. */
static double
first_step(const struct scale *s)
{
    return ceil(s->low / s->step - 1e-9);
}

size_t
scale_ticks(const struct scale *s)
{
    double count = floor(s->high / s->step + 1e-9) - first_step(s) + 1;

    return count < 0 ? 0 : count < TICKS_MAX ? (size_t) count : TICKS_MAX;
}

double
scale_tick(const struct scale *s, size_t i)
{
    return (first_step(s) + (double) i) * s->step; /* i is at most TICKS_MAX */
}

const char *
scale_text(const struct scale *s, size_t i, char out[FIGURE_MAX])
{
    double v = scale_tick(s, i);

    return s->decimals > DECIMALS_MAX ? figure_round(out, v, NAN)
                                      : figure_fixed(out, v, s->decimals);
}

static struct tm
local(int64_t at)
{
    time_t seconds =
        (time_t) ((at - (at < 0 ? CLOCK_SECOND - 1 : 0)) / CLOCK_SECOND);
    struct tm tm = {0};

    (void) localtime_r(&seconds, &tm);
    return tm;
}

void
scale_time(struct buf *out, int64_t at, int64_t beside, bool seconds)
{
    struct tm tm = local(at), other = local(beside);

    if (tm.tm_year != other.tm_year)
        buf_printf(out, "%04d-", tm.tm_year + 1900);
    if (tm.tm_year != other.tm_year || tm.tm_yday != other.tm_yday)
        buf_printf(out, "%02d-%02d ", tm.tm_mon + 1, tm.tm_mday);
    buf_printf(out, "%02d:%02d", tm.tm_hour, tm.tm_min);
    if (seconds)
        buf_printf(out, ":%02d", tm.tm_sec);
}
