/* SPDX-License-Identifier: Apache-2.0 */
/* tui/spark.c: lines of readings as strings. */
#include "tui/spark.h"

#include <math.h>

#include "base/buf.h"
#include "tap.h"

static void
is_line(const double *values, const unsigned char *alert, size_t count,
        size_t width, enum charset set, const char *want, const char *name)
{
    struct buf out = {0};

    spark(&out, values, alert, count, width, set);
    is_str(buf_text(&out), want, name);
    buf_free(&out);
}

int
main(void)
{
    static const double rise[] = {1, 2, 3, 4, 5, 6, 7, 8};
    static const double flat[] = {5, 5, 5};
    static const double large[] = {-1e150, 0, 1e150};
    const double gap[] = {1, NAN, 2};
    const double none[] = {NAN, NAN};
    static const unsigned char last[] = {0, 0, 0, 0, 0, 0, 0, 1};

    is_line(rise, NULL, 8, 8, CHARSET_BLOCKS, "▁▂▃▄▅▆▇█",
            "eight values rise by eighths");
    is_line(rise, NULL, 8, 8, CHARSET_BRAILLE, "▁▂▃▄▅▆▇█",
            "with braille, too");
    is_line(rise, NULL, 8, 8, CHARSET_ASCII, "__..--\"\"",
            "four signs in ASCII");
    is_line(rise, last, 8, 8, CHARSET_BLOCKS, "▁▂▃▄▅▆▇▲",
            "an alert has a sign");
    is_line(rise, last, 8, 8, CHARSET_ASCII, "__..--\"!",
            "an alert has a sign in ASCII");
    is_line(rise, last, 8, 3, CHARSET_BLOCKS, "▁▅▲",
            "the last ones are shown, and set the scale");
    is_line(rise, NULL, 2, 5, CHARSET_BLOCKS, "   ▁█",
            "the newest stands on the right");
    is_line(flat, NULL, 3, 3, CHARSET_BLOCKS, "▅▅▅",
            "equal values lie in the middle");
    is_line(large, NULL, 3, 3, CHARSET_BLOCKS, "▁▅█",
            "the largest values there are");
    is_line(gap, NULL, 3, 3, CHARSET_BLOCKS, "▁ █", "a gap is a blank");
    is_line(none, NULL, 2, 3, CHARSET_BLOCKS, "   ", "nothing but gaps");
    is_line(NULL, NULL, 0, 3, CHARSET_BLOCKS, "   ", "no values are blanks");
    is_line(rise, NULL, 8, 0, CHARSET_BLOCKS, "", "no width is nothing");
    return done_testing();
}
