/* SPDX-License-Identifier: Apache-2.0 */
/* tui/chart.c and histogram.c: pictures as text. */
#include "tui/chart.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/buf.h"
#include "base/clock.h"
#include "tap.h"
#include "tui/canvas.h"
#include "tui/histogram.h"
#include "tui/scale.h"

/* 2026-11-20T14:00:00Z */
#define START  (INT64_C(1795183200) * CLOCK_SECOND)
#define MINUTE (60 * CLOCK_SECOND)

enum { READINGS = 24 };

/* A slow wave that alerts in the end, a reading a minute. */
static void
fill(struct chart_reading r[READINGS])
{
    for (int i = 0; i < READINGS; i++) {
        r[i] = (struct chart_reading){.at = START + i * MINUTE,
                                      .value = 2 + i % 6 * 0.25};
        if (i >= READINGS - 2) {
            r[i].value = 6;
            r[i].alert = true;
        }
    }
}

static struct chart
plain(const struct chart_reading *r, size_t count)
{
    return (struct chart){.width = 50,
                          .height = 8,
                          .readings = r,
                          .count = count,
                          .mean = 2.5,
                          .threshold = 5,
                          .fresh = NAN,
                          .unit = "mm/s",
                          .now = START,
                          .cursor = CHART_NONE,
                          .mark = CHART_NONE,
                          .set = CHARSET_BRAILLE};
}

static void
is_chart(const struct chart *c, const char *want, const char *name)
{
    struct canvas canvas = {0};
    struct buf got = {0};

    canvas_clear(&canvas, c->x + c->width, c->y + c->height);
    chart_paint(&canvas, c);
    canvas_text(&canvas, &got);
    is_str(buf_text(&got), want, name);
    buf_free(&got);
    canvas_free(&canvas);
}

static void
test_charsets(void)
{
    struct chart_reading r[READINGS];
    struct chart c = plain(r, READINGS);

    fill(r);
    is_chart(&c,
             "6┤                                            ⢀▲⠉▲\n"
             " │┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄ threshold 5 ┄⢸┄┄┄\n"
             " │                                            ⡎\n"
             "4┤                                           ⢠⠃\n"
             " │         ⢀⡀           ⣀           ⢀⡀       ⢸\n"
             " │     ⣀⠤⠒⠉⠁⠘⡄     ⢀⡠⠔⠊⠉ ⢣     ⢀⡠⠔⠊⠉⠁⠘⡄     ⣀⠇\n"
             "2┤⣀⠤⠒⠊⠉──────⠘⣄⠤⠒⠊⠉⠁──────⢣⡠⠔⠒⠉⠁──────⠘⣄⠤⠒⠊⠉──────\n"
             " └14:00 ───── 14:06 ───── 14:12 ──── 14:17 ── mm/s\n",
             "with braille");
    c.set = CHARSET_BLOCKS;
    is_chart(&c,
             "6┤                                            ▲▀▀▲\n"
             " │┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄ threshold 5 ┄▄▀┄┄┄\n"
             " │                                           █\n"
             "4┤                                           █\n"
             " │          ▄           ▄           ▄       ▄▀\n"
             " │────▄▄▄▄▀▀─█────▄▄▄▄▀▀─█────▄▄▄▄▀▀─█────▄▄█─────\n"
             "2┤▄▄▀▀        █▄▀▀        █▄▀▀        █▄▀▀\n"
             " └14:00 ───── 14:06 ───── 14:12 ───── 14:18 ─ mm/s\n",
             "with blocks");
    c.set = CHARSET_ASCII;
    is_chart(&c,
             "6+                                            !..!\n"
             " |                                            .\n"
             " |============================= threshold 5 =.====\n"
             "4+                                           .\n"
             " |          *           *           *       .\n"
             " |----*.*.*.-.----*.*.*.-.----*.*.*.-.----*.*-----\n"
             "2+*.*.        *.*.        *.*.        *.*.\n"
             " +14:00 ----- 14:06 ----- 14:12 ----- 14:18 - mm/s\n",
             "with ASCII");
}

static void
test_cursor(void)
{
    struct chart_reading r[READINGS];
    struct chart c = plain(r, READINGS);

    fill(r);
    c.cursor = READINGS - 1;
    c.fresh = 5.5;
    is_chart(&c,
             "                                14:23:00  6 mm/s ▲\n"
             "6┤╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌ new 5.5 ╌⢀▲⠉▲\n"
             " │┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄ threshold 5 ┄⢸┄┄│\n"
             " │                                            ⡇  │\n"
             "4┤                                           ⢸   │\n"
             " │     ⢀⣀⠤⠒⠊⠱⡀      ⣀⡠⠔⠒⠉⢆      ⣀⡠⠔⠒⠊⠱⡀     ⢀⡎   │\n"
             "2┤⣀⡠⠤⠒⠉⠁─────⠱⣀⡠⠤⠒⠉⠉─────⠈⢆⣀⠤⠔⠊⠉──────⠱⣀⡠⠤⠒⠉⠁────│\n"
             " └14:00 ───── 14:06 ───── 14:12 ──── 14:17 ── mm/s\n",
             "the reading at the cursor is told above");
    c.cursor = 12;
    c.mark = 6;
    c.set = CHARSET_ASCII;
    is_chart(&c,
             "                  14:12:00  2 mm/s\n"
             "6+                        |                   !..!\n"
             " |~~~~~~~~~~~~~~~~~~~~ new 5.5 ~ threshold 5 =.~~~\n"
             " |                        |                  .\n"
             "4+          *           * |         *        .\n"
             " |----*.*.*.-.----*.*.*.-.|---*.*.*.-.----*.*-----\n"
             "2+*.*.        *.*.        *.*.        *.*.\n"
             " +------------[-----------]-----------------------\n",
             "a range has brackets");
}

static void
test_days(void)
{
    struct chart_reading r[READINGS];
    struct chart c = plain(r, READINGS);

    fill(r);
    for (int i = 0; i < READINGS; i++)
        r[i].at = START - (READINGS - 1 - i) * 4 * 60 * MINUTE;
    c.height = 4;
    c.width = 70;
    is_chart(
        &c,
        "6┤┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄ threshold 5 "
        "┄⢀▲⠉⠉▲\n"
        "4┤                                                              ⡠⠃\n"
        "2┤⣀⡠⠤⠤⠤⠤⠤⠔⠒⠒⠊⠉⠉⠉⠉⠒⠤⣀⣀⡠⠤⠤⠤⠤⠤⠒⠒⠒⠉⠉⠉⠉⠑⠢⢄⣀⣀⠤⠤⠤⠤⠤⠤⠒⠒⠊⠉⠉⠉⠉⠒⠤⣀⣀⡠⠤⠤⠤⠤⠤⠔⠒⠁────"
        "─\n"
        " └11-16 18:00 ──── 11-17 18:00 ───── 11-18 18:00 ──────────────── "
        "mm/s\n",
        "times say their day when it is another");
    for (int i = 0; i < READINGS; i++)
        r[i].at = START;
    is_chart(
        &c,
        "6┤┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄ threshold 5 "
        "┄⢀▲⠉⠉▲\n"
        "4┤                                                              ⡠⠃\n"
        "2┤⣀⡠⠤⠤⠤⠤⠤⠔⠒⠒⠊⠉⠉⠉⠉⠒⠤⣀⣀⡠⠤⠤⠤⠤⠤⠒⠒⠒⠉⠉⠉⠉⠑⠢⢄⣀⣀⠤⠤⠤⠤⠤⠤⠒⠒⠊⠉⠉⠉⠉⠒⠤⣀⣀⡠⠤⠤⠤⠤⠤⠔⠒⠁────"
        "─\n"
        " └14:00:00 ────────────────────────────────────────────────────── "
        "mm/s\n",
        "equal times stand there once");
}

static void
test_edges(void)
{
    struct chart_reading r[READINGS];
    struct chart c = plain(r, READINGS);

    fill(r);
    for (int i = 12; i < READINGS; i++)
        r[i].at += 600 * MINUTE;
    r[5].value = NAN;
    is_chart(&c,
             "6┤                                            ⢀▲⠉▲\n"
             " │┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄ threshold 5 ┄⢸┄┄┄\n"
             " │                                            ⡎\n"
             "4┤                                           ⢠⠃\n"
             " │                      ⣀           ⢀⡀       ⢸\n"
             " │     ⣀⠤⠒⠁        ⢀⡠⠔⠊⠉       ⢀⡠⠔⠊⠉⠁⠘⡄     ⣀⠇\n"
             "2┤⣀⠤⠒⠊⠉───────⣀⠤⠒⠊⠉⠁──────⢀⡠⠔⠒⠉⠁──────⠘⣄⠤⠒⠊⠉──────\n"
             " └14:00 ───── 14:06 ───── 11-21 00:12 ─────── mm/s\n",
             "gaps of time and value break the line");
    c = plain(r, 0);
    c.mean = c.threshold = NAN;
    is_chart(&c,
             " 1┤ no readings\n"
             "  │\n"
             "  │\n"
             " 0┤\n"
             "  │\n"
             "  │\n"
             "-1┤\n"
             "  └────────────────────────────────────────── mm/s\n",
             "no readings");
    c = plain(r, 1);
    c.width = 30;
    c.height = 5;
    is_chart(&c,
             " │┄┄┄┄┄┄┄┄┄┄┄┄┄┄ threshold 5 ┄\n"
             "4┤\n"
             " │\n"
             "2┤──────────────── mean 2.5 ─⢀\n"
             " └─────────────────────── mm/s\n",
             "one reading, 30 x 5");
    c.width = 10;
    is_chart(&c, "\n\n\n\n\n", "nothing where there is no room");
}

static void
test_extremes(void)
{
    struct chart_reading r[READINGS];
    struct chart c = plain(r, READINGS);

    fill(r);
    for (int i = 0; i < READINGS; i++)
        r[i].value = i % 2 ? 1e150 : -1e150;
    c.height = 4;
    is_chart(&c,
             " 1e150┤ ⡜⡄  ⡜⡄ ⢠⢣  ⡜⡄  ⡜⡄ ⢠⢣  ⢠⢣  ⡜⡄ ⢠⢣  ⢠⢣  ⡜⡄  ▲\n"
             "     0┤⢠⠃⠱⡀⡰⠁⢣⢀⠎⠈⢆⢠⠃⠱⡀⡰⠁⢣⢀⠎⠈⢆⢀⠎⠘⡄⡰⠁⠱⡀⡜⠈⢆⢀⠎⠘⡄⡰⠁⠱⡀⡰⠁\n"
             "-1e150┤⡜  ⢣⠃ ⠘⡜  ⠘⡜  ⢣⠃ ⠘⡜  ⠘⡜  ⢣⠃  ⢣⠃ ⠘⡜  ⢣⠃  ▲⠃\n"
             "      └14:00 ──── 14:06 ──── 14:12 ────────── mm/s\n",
             "the largest values there are");
    for (int i = 0; i < READINGS; i++)
        r[i].value = 1e-9;
    c.mean = c.threshold = 1e-9;
    is_chart(&c,
             "1.1e-9┤\n"
             "  1e-9┤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤▲⠤▲\n"
             " 9e-10┤\n"
             "      └14:00 ──── 14:06 ──── 14:12 ────────── mm/s\n",
             "nothing but one small value");
}

/* Every size, with what has been painted outside of it looked at. */
static void
test_sizes(void)
{
    struct chart_reading r[READINGS];
    struct chart c = plain(r, READINGS);
    size_t spoilt = 0;

    fill(r);
    c.x = c.y = 1;
    c.cursor = 20;
    c.mark = 3;
    for (int set = CHARSET_BRAILLE; set <= CHARSET_ASCII; set++)
        for (c.width = 0; c.width < 90; c.width++)
            for (c.height = 0; c.height < 12; c.height++) {
                struct canvas canvas = {0};

                c.set = (enum charset) set;
                canvas_clear(&canvas, c.width + 2, c.height + 2);
                chart_paint(&canvas, &c);
                for (size_t i = 0; i < canvas.width * canvas.height; i++) {
                    size_t x = i % canvas.width, y = i / canvas.width;
                    bool inside =
                        x > 0 && y > 0 && x <= c.width && y <= c.height;

                    spoilt += !inside && canvas.cells[i].text[0] != ' ';
                }
                canvas_free(&canvas);
            }
    is_int((int64_t) spoilt, 0, "a chart of any size stays in its place");
}

static void
test_scale(void)
{
    struct scale s = scale_make(0.2, 9.7, 5);
    struct buf text = {0};

    is_int((int64_t) scale_ticks(&s), 4, "ticks are few");
    ok(fabs(scale_tick(&s, 0) - 2) < 1e-9, "and round");
    s = scale_make(0.00027, 0.00109, 4);
    is_int(s.decimals, 4, "small steps have decimals");
    s = scale_make(1e150, 1e150, 4);
    ok(s.low < 1e150 && s.high > 1e150, "equal values get room");
    scale_time(&text, START + 61 * CLOCK_SECOND, START, true);
    is_str(buf_text(&text), "14:01:01", "the same day needs no date");
    buf_clear(&text);
    scale_time(&text, START - CLOCK_DAY, START, false);
    is_str(buf_text(&text), "11-19 14:00", "another day is named");
    buf_clear(&text);
    scale_time(&text, START - 365 * CLOCK_DAY, START, false);
    is_str(buf_text(&text), "2025-11-20 14:00", "another year, too");
    buf_clear(&text);
    scale_time(&text, -1, START, true);
    is_str(buf_text(&text), "1969-12-31 23:59:59", "before 1970");
    buf_free(&text);
}

static void
is_histogram(const struct histogram *h, const char *want, const char *name)
{
    struct canvas canvas = {0};
    struct buf got = {0};

    canvas_clear(&canvas, h->width, h->height);
    histogram_paint(&canvas, h);
    canvas_text(&canvas, &got);
    is_str(buf_text(&got), want, name);
    buf_free(&got);
    canvas_free(&canvas);
}

static void
test_histogram(void)
{
    double values[100];
    struct histogram h = {.width = 48,
                          .height = 6,
                          .values = values,
                          .count = 100,
                          .threshold = 8,
                          .unit = "mm/s",
                          .set = CHARSET_BLOCKS};

    for (int i = 0; i < 100; i++) /* thick in the middle */
        values[i] = (i % 10 + i / 10) / 2.0;
    is_histogram(&h,
                 "                     ▄  █ ▄   threshold 8 ┊\n"
                 "                ▄ █  █  █ █  █  ▄         ┊\n"
                 "          ▄  █  █ █  █  █ █  █  █ █  ▄    ┊\n"
                 "     ▄  █ █  █  █ █  █  █ █  █  █ █  █  █ ▄\n"
                 "▄ █  █  █ █  █  █ █  █  █ █  █  █ █  █  █ █  █ ▄\n"
                 "0 ────────────────────────5 ─────────────── mm/s\n",
                 "a histogram with blocks");
    h.set = CHARSET_ASCII;
    h.threshold = 1;
    is_histogram(&h,
                 "     | threshold 1   #  # #\n"
                 "     |          # #  #  # #  #  #\n"
                 "     |    #  #  # #  #  # #  #  # #  #\n"
                 "     #  # #  #  # #  #  # #  #  # #  #  # #\n"
                 "# #  #  # #  #  # #  #  # #  #  # #  #  # #  # #\n"
                 "0 ------------------------5 --------------- mm/s\n",
                 "with ASCII, and the threshold at the left");
    h.count = 0;
    h.threshold = NAN;
    is_histogram(&h,
                 "\n"
                 "\n"
                 "\n"
                 "\n"
                 "\n"
                 "-1 ---------------------0 ----------------- mm/s\n",
                 "of nothing");
}

static void
test_sample(void)
{
    struct sample s = {0};
    bool even = true;

    sample_add(&s, NAN);
    is_int((int64_t) s.count, 0, "missing values are not kept");
    for (int i = 0; i < 5 * SAMPLE_MAX; i++)
        sample_add(&s, i);
    for (size_t i = 1; i < s.count; i++)
        even = even && s.values[i] - s.values[i - 1] == 8;
    ok(even && s.values[0] == 0, "what is kept of many is spread evenly");
    ok(s.count > SAMPLE_MAX / 2 && s.count <= SAMPLE_MAX,
       "and at least half as many as there is room for");
    sample_free(&s);
}

int
main(void)
{
    (void) setenv("TZ", "UTC0", 1);
    tzset();
    test_charsets();
    test_cursor();
    test_days();
    test_edges();
    test_extremes();
    test_sizes();
    test_scale();
    test_histogram();
    test_sample();
    return done_testing();
}
