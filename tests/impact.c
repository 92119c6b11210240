/* SPDX-License-Identifier: Apache-2.0 */
/* core/impact.c: its sentences and the rate of false alerts. What is measured
 * in a database is tested by tests/cli_change.t. */
#include "core/impact.h"

#include <math.h>

#include "base/buf.h"
#include "tap.h"

static void
is_sentence(struct impact impact, const char *want, const char *name)
{
    struct buf got = {0};

    impact_sentence(&impact, &got);
    is_str(buf_text(&got), want, name);
    buf_free(&got);
}

/* The upper tail of the normal distribution is 0.5, 0.0227501319 and
 * 0.00134989803 at 0, 2 and 3 (Abramowitz and Stegun, table 26.1). */
static void
is_rate(double mean, double std, double threshold, double want,
        const char *name)
{
    double got = impact_false_alerts(mean, std, threshold, 1440);

    ok(fabs(got - want) < 1e-5 * want, "%s: %g", name, got);
}

int
main(void)
{
    is_sentence((struct impact){.readings = 0}, "", "without readings, none");
    is_sentence((struct impact){.readings = 1000},
                "of the last 1,000 recorded readings none alerted, and none "
                "would",
                "no alerts");
    is_sentence(
        (struct impact){.readings = 9, .before = 3, .after = 2, .still = 2},
        "of the last 9 recorded readings 3 alerted; 2 would still "
        "alert",
        "fewer alerts");
    is_sentence((struct impact){.readings = 9, .after = 2},
                "of the last 9 recorded readings 0 alerted; 0 would still "
                "alert, and 2 more",
                "new alerts");
    is_rate(0, 1, 0, 720, "half of them above the mean");
    is_rate(10, 2, 14, 32.7601899, "two deviations");
    is_rate(-10, 2, -4, 1.94385316, "three");
    return done_testing();
}
