/* SPDX-License-Identifier: Apache-2.0 */
/* base/progress.c: how far a long work is, as a text. */
#include "base/progress.h"

#include "base/buf.h"
#include "base/clock.h"
#include "tap.h"

static void
is_text(int64_t done, int64_t total, int64_t us, const char *unit,
        const char *want, const char *name)
{
    struct buf out = {0};

    progress_text(&out, done, total, us, unit);
    is_str(buf_text(&out), want, name);
    buf_free(&out);
}

int
main(void)
{
    is_text(123000000, 1020000000, CLOCK_SECOND, "B",
            " 12 %  123MB of 1.02GB  123MB/s  7s left", "a part of a file");
    is_text(1020000000, 1020000000, 2 * CLOCK_SECOND, "",
            "100 %  1.02G of 1.02G  510M/s", "all of it leaves no time");
    is_text(850, 0, CLOCK_SECOND / 2, "", "850  1.70k/s", "of a pipe");
    is_text(0, 5000, 0, "", "  0 %  0 of 5.00k", "no rate before it begins");
    is_text(9, 10, 100 * CLOCK_SECOND, "", " 90 %  9 of 10  0/s  11s left",
            "time left is of the rate so far");
    is_text(99, 100, CLOCK_SECOND, "", " 99 %  99 of 100  99/s  1s left",
            "and at least a second");
    return done_testing();
}
