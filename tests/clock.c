/* SPDX-License-Identifier: Apache-2.0 */
/* Times and durations, read and written. Zones are POSIX rules, not files. */
#include "base/clock.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tap.h"

/* The middle of Europe: an hour ahead, two from March to October. */
#define EUROPE   "CET-1CEST,M3.5.0,M10.5.0/3"
/* Summer time that begins at midnight, and an odd offset in the west. */
#define MIDNIGHT "XXT+3XXST,M11.1.0/0,M2.3.0/0"
#define WEST     "NST+3:30"

static const int64_t noon = INT64_C(1795179780) * CLOCK_SECOND; /* 14:03 CET */

static void
zone(const char *rule)
{
    (void) setenv("TZ", rule, 1);
    tzset();
}

static void
utc_is(int64_t us, const char *want, const char *name)
{
    char got[CLOCK_TEXT];

    clock_utc(got, us);
    is_str(got, want, name);
}

static void
local_is(const char *rule, int64_t us, const char *want, const char *name)
{
    char got[CLOCK_TEXT];

    zone(rule);
    clock_local(got, us);
    is_str(got, want, name);
}

static void
writing(void)
{
    utc_is(0, "1970-01-01T00:00:00.000000Z", "the count begins in 1970");
    utc_is(-1, "1969-12-31T23:59:59.999999Z", "the count goes below zero");
    utc_is(noon + 1, "2026-11-20T13:03:00.000001Z", "microseconds are kept");
    utc_is(INT64_MIN, "0001-01-01T00:00:00.224192Z",
           "before year 1 the text stays at year 1");
    utc_is(INT64_MAX, "9999-12-31T23:59:59.775807Z",
           "after year 9999 the text stays at year 9999");
    local_is(EUROPE, noon, "2026-11-20 14:03:00+01:00", "winter time");
    local_is(EUROPE, noon - 120 * CLOCK_DAY, "2026-07-23 15:03:00+02:00",
             "summer time");
    local_is(WEST, noon, "2026-11-20 09:33:00-03:30",
             "an offset to the west has a minus");
    local_is("UTC0", noon, "2026-11-20 13:03:00+00:00", "no offset");
}

static void
ages(void)
{
    static const struct {
        int64_t us;
        const char *want;
    } cases[] = {
        {-1,                        "now" },
        {0,                         "0s"  },
        {2 * CLOCK_SECOND + 999999, "2s"  },
        {60 * CLOCK_SECOND - 1,     "59s" },
        {31 * 60 * CLOCK_SECOND,    "31m" },
        {5 * 3600 * CLOCK_SECOND,   "5h"  },
        {12 * CLOCK_DAY,            "12d" },
        {365 * CLOCK_DAY - 1,       "364d"},
        {3 * 365 * CLOCK_DAY,       "3y"  },
    };
    char got[CLOCK_TEXT];

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        clock_age(got, cases[i].us);
        is_str(got, cases[i].want, "an age is told in its largest unit");
    }
}

static const struct {
    const char *s, *utc; /* NULL: refused */
} stamps[] = {
    {"2026-11-20T14:03:00Z",               "2026-11-20T14:03:00.000000Z"},
    {"2026-11-20t14:03:00z",               "2026-11-20T14:03:00.000000Z"},
    {"2026-11-20 14:03:00+01:00",          "2026-11-20T13:03:00.000000Z"},
    {"2026-11-20T14:03:00-03:30",          "2026-11-20T17:33:00.000000Z"},
    {"2026-01-01T00:30:00+01:00",          "2025-12-31T23:30:00.000000Z"},
    {"2026-11-20T14:03:00-00:00",          "2026-11-20T14:03:00.000000Z"},
    {"2026-11-20T14:03:00.5Z",             "2026-11-20T14:03:00.500000Z"},
    {"2026-11-20T14:03:00.1234569999999Z", "2026-11-20T14:03:00.123456Z"},
    {"2024-02-29T00:00:00Z",               "2024-02-29T00:00:00.000000Z"},
    {"2000-02-29T00:00:00Z",               "2000-02-29T00:00:00.000000Z"},
    {"1900-03-01T00:00:00Z",               "1900-03-01T00:00:00.000000Z"},
    {"0001-01-01T00:00:00Z",               "0001-01-01T00:00:00.000000Z"},
    {"9999-12-31T23:59:59.9999999Z",       "9999-12-31T23:59:59.999999Z"},
    {"2016-12-31T23:59:60Z",               "2017-01-01T00:00:00.000000Z"},
    {"2016-12-31T23:59:60.25Z",            "2017-01-01T00:00:00.250000Z"},
    {"2016-12-31T15:59:60-08:00",          "2017-01-01T00:00:00.000000Z"},
    {"2016-12-31T22:59:60Z",               NULL                         },
    {"2016-12-31T23:59:60+01:00",          NULL                         },
    {"2016-12-31T23:59:61Z",               NULL                         },
    {"9999-12-31T23:59:60Z",               NULL                         },
    {"0001-01-01T00:00:00+00:01",          NULL                         },
    {"0000-12-31T23:59:59-01:00",          NULL                         },
    {"0000-01-01T00:00:00Z",               NULL                         },
    {"2021-02-30T00:00:00Z",               NULL                         },
    {"2021-02-29T00:00:00Z",               NULL                         },
    {"1900-02-29T00:00:00Z",               NULL                         },
    {"2021-04-31T00:00:00Z",               NULL                         },
    {"2021-13-01T00:00:00Z",               NULL                         },
    {"2021-00-01T00:00:00Z",               NULL                         },
    {"2021-01-00T00:00:00Z",               NULL                         },
    {"2021-01-01T24:00:00Z",               NULL                         },
    {"2021-01-01T25:61:00Z",               NULL                         },
    {"2021-01-01T00:60:00Z",               NULL                         },
    {"2021-01-01T00:00:00+24:00",          NULL                         },
    {"2021-01-01T00:00:00+01:60",          NULL                         },
    {"2021-01-01T00:00:00+0100",           NULL                         },
    {"2021-01-01T00:00:00",                NULL                         },
    {"2021-01-01T00:00Z",                  NULL                         },
    {"2021-01-01T00:00:00.Z",              NULL                         },
    {"2021-01-01T00:00:00,5Z",             NULL                         },
    {"2021-01-01T00:00:00ZZ",              NULL                         },
    {"2021-01-01_00:00:00Z",               NULL                         },
    {"2021-1-01T00:00:00Z",                NULL                         },
    {"+021-01-01T00:00:00Z",               NULL                         },
    {"20210101T000000Z",                   NULL                         },
    {" 2021-01-01T00:00:00Z",              NULL                         },
    {"",                                   NULL                         },
};

static void
rfc3339(void)
{
    char got[CLOCK_TEXT];

    for (size_t i = 0; i < sizeof stamps / sizeof *stamps; i++) {
        const char *s = stamps[i].s;
        int64_t us = 42;
        enum err e = clock_rfc3339(s, strlen(s), &us);

        clock_utc(got, us);
        if (stamps[i].utc)
            ok(e == ERR_OK && strcmp(got, stamps[i].utc) == 0, "\"%s\" is %s",
               s, stamps[i].utc);
        else
            ok(e == ERR_SYNTAX && us == 42 && strstr(err_text(), s),
               "\"%s\" is refused by name", s);
    }
}

static void
limits_of_the_text(void)
{
    const char embedded[] = "2021-01-01T00:00:00Z\0Z";
    char digits[1000];
    int64_t us;

    memset(digits, '1', sizeof digits);
    is_int(clock_rfc3339(digits, sizeof digits, &us), ERR_SYNTAX,
           "a text without an end is read only as far as its length");
    is_int(clock_rfc3339(embedded, sizeof embedded - 1, &us), ERR_SYNTAX,
           "a NUL byte is no part of a time");
    is_int(clock_rfc3339("2021-01-01T00:00:00Zjunk", 20, &us), ERR_OK,
           "what lies behind the length does not matter");
}

/* Every thirteenth day, each at another time of day. */
static void
round_trip(void)
{
    const int64_t first = INT64_C(-719162), last = INT64_C(2932896);
    int64_t us = 0, bad = 0;
    char text[CLOCK_TEXT];

    for (int64_t day = first; day <= last; day += 13) {
        int64_t at = day * CLOCK_DAY + (day - first) * 23456789 % CLOCK_DAY;

        clock_utc(text, at);
        bad += clock_rfc3339(text, strlen(text), &us) != ERR_OK || us != at;
        clock_local(text, at);
        at -= (at % CLOCK_SECOND + CLOCK_SECOND) % CLOCK_SECOND;
        if (day + 13 <= last) /* the local text may name year 10000 */
            bad +=
                clock_rfc3339(text, strlen(text), &us) != ERR_OK || us != at;
    }
    is_int(bad, 0, "what is written is read as the same instant");
}

static void
argument_is(const char *rule, const char *s, const char *want)
{
    int64_t us = 42;
    char got[CLOCK_TEXT];
    enum err e;

    zone(rule);
    e = clock_argument(s, noon, &us);
    clock_utc(got, us);
    if (want)
        ok(e == ERR_OK && strcmp(got, want) == 0, "\"%s\" in %s is %s (%s)", s,
           rule, want, got);
    else
        ok(e == ERR_SYNTAX && us == 42 && strstr(err_text(), s),
           "\"%s\" in %s is refused by name", s, rule);
}

static void
arguments(void)
{
    argument_is("UTC0", "now", "2026-11-20T13:03:00.000000Z");
    argument_is("UTC0", "90s", "2026-11-20T13:01:30.000000Z");
    argument_is("UTC0", "15m", "2026-11-20T12:48:00.000000Z");
    argument_is("UTC0", "12h", "2026-11-20T01:03:00.000000Z");
    argument_is("UTC0", "7d", "2026-11-13T13:03:00.000000Z");
    argument_is("UTC0", "0s", "2026-11-20T13:03:00.000000Z");
    argument_is(EUROPE, "2026-11-20", "2026-11-19T23:00:00.000000Z");
    argument_is(EUROPE, "2026-07-01", "2026-06-30T22:00:00.000000Z");
    argument_is(EUROPE, "2026-11-20 14:03", "2026-11-20T13:03:00.000000Z");
    argument_is(EUROPE, "2026-11-20 14:03:07", "2026-11-20T13:03:07.000000Z");
    argument_is(EUROPE, "2026-11-20T14:03:07Z", "2026-11-20T14:03:07.000000Z");
    argument_is(WEST, "1969-12-31 20:29:59", "1969-12-31T23:59:59.000000Z");
    argument_is(EUROPE, "2026-03-29 03:00", "2026-03-29T01:00:00.000000Z");
    argument_is(EUROPE, "2026-03-29 02:30", NULL);
    argument_is(MIDNIGHT, "2026-11-01", "2026-11-01T03:00:00.000000Z");
    argument_is(MIDNIGHT, "2026-11-01 00:30", NULL);
    argument_is("UTC0", "2021-02-30", NULL);
    argument_is("UTC0", "2021-02-28 25:00", NULL);
    argument_is("UTC0", "2021-02-28 24:00", NULL);
    argument_is("UTC0", "2021-02-28 25:61", NULL);
    argument_is("UTC0", "2016-12-31 23:59:60", NULL);
    argument_is("UTC0", "2021-02-28 ", NULL);
    argument_is("UTC0", "2021-02-28 12", NULL);
    argument_is("UTC0", "2021-02-28 12:00:", NULL);
    argument_is("UTC0", "2021-02-28 12:00:00.5", NULL);
    argument_is("UTC0", "20210228", NULL);
    argument_is("UTC0", "15", NULL);
    argument_is("UTC0", "-15m", NULL);
    argument_is("UTC0", "15 m", NULL);
    argument_is("UTC0", "15x", NULL);
    argument_is("UTC0", "m", NULL);
    argument_is("UTC0", "Now", NULL);
    argument_is("UTC0", "yesterday", NULL);
    argument_is("UTC0", "", NULL);
    argument_is("UTC0", "3000000d", NULL);
    argument_is(WEST, "9999-12-31 23:59:59", NULL);
}

static void
durations(void)
{
    static const struct {
        const char *s;
        int64_t us; /* negative: this error, negated */
    } cases[] = {
        {"0",                     0                           },
        {"5",                     5 * CLOCK_SECOND            },
        {"100ms",                 CLOCK_SECOND / 10           },
        {"90s",                   90 * CLOCK_SECOND           },
        {"15m",                   900 * CLOCK_SECOND          },
        {"12h",                   CLOCK_DAY / 2               },
        {"7d",                    7 * CLOCK_DAY               },
        {"2w",                    14 * CLOCK_DAY              },
        {"007s",                  7 * CLOCK_SECOND            },
        {"9223372036854s",        INT64_C(9223372036854000000)},
        {"9223372036855s",        -ERR_DATA                   },
        {"99999999999999999999",  -ERR_DATA                   },
        {"99999999999999999999d", -ERR_DATA                   },
        {"",                      -ERR_SYNTAX                 },
        {"s",                     -ERR_SYNTAX                 },
        {"-5s",                   -ERR_SYNTAX                 },
        {"+5s",                   -ERR_SYNTAX                 },
        {"5 s",                   -ERR_SYNTAX                 },
        {"5S",                    -ERR_SYNTAX                 },
        {"5s ",                   -ERR_SYNTAX                 },
        {"1.5h",                  -ERR_SYNTAX                 },
        {"1h30m",                 -ERR_SYNTAX                 },
        {"5y",                    -ERR_SYNTAX                 },
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t us = -1;
        enum err e = clock_duration(cases[i].s, &us);

        if (cases[i].us >= 0)
            ok(e == ERR_OK && us == cases[i].us, "\"%s\" lasts %" PRId64,
               cases[i].s, cases[i].us);
        else
            ok((int64_t) e == -cases[i].us && us == -1
                   && strstr(err_text(), cases[i].s),
               "\"%s\" is refused by name", cases[i].s);
    }
}

static void
clocks(void)
{
    int64_t before, after;

    clock_fix(noon);
    is_int(clock_now(), noon, "the clock can be fixed");
    clock_fix(0);
    ok(clock_now() != noon, "and goes again");
    before = clock_elapsed();
    after = clock_elapsed();
    ok(after >= before, "the other clock never goes back");
    clock_step(7);
    before = clock_elapsed();
    is_int(clock_elapsed() - before, 7, "it can go by steps");
    clock_step(-1);
    ok(clock_elapsed() >= after, "and with time again");
}

int
main(void)
{
    writing();
    ages();
    rfc3339();
    limits_of_the_text();
    zone(EUROPE);
    round_trip();
    arguments();
    durations();
    clocks();
    return done_testing();
}
