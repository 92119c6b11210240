/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Time is a count of microseconds since 1970-01-01 UTC in an int64_t.
 * Years 0001 to 9999.
 */
#ifndef VIGIA_CLOCK_H
#define VIGIA_CLOCK_H

#include "base/err.h"

#include <stddef.h>
#include <stdint.h>

#define CLOCK_SECOND INT64_C(1000000)
#define CLOCK_DAY    (INT64_C(86400) * CLOCK_SECOND)

enum { CLOCK_TEXT = 40 }; /* room for any text made here, with its NUL */

/* The wall clock, or what clock_fix() said. */
int64_t clock_now(void);

/* For tests: from now on clock_now() answers us; 0 returns to the truth. */
void clock_fix(int64_t us);

/* A clock that never goes back, for durations and deadlines. */
int64_t clock_elapsed(void);

/* For tests: from now on clock_elapsed() goes on by step at each call, and
 * not with time; a step below 0 returns to the truth. */
void clock_step(int64_t step);

/* 2026-11-20T14:03:00.000000Z */
void clock_utc(char out[CLOCK_TEXT], int64_t us);

/* 2026-11-20 14:03:00+01:00, the form a terminal shows; seconds, local. */
void clock_local(char out[CLOCK_TEXT], int64_t us);

/* The age of something: 2s, 31m, 5h, 12d, 3y; "now" for the future. */
void clock_age(char out[CLOCK_TEXT], int64_t age_us);

/*
 * RFC 3339, date and time with offset or Z, fraction of up to any length
 * (cut to microseconds), T or a blank between. ERR_SYNTAX names the text.
 */
CHECKED enum err clock_rfc3339(const char *s, size_t len, int64_t *out);

/*
 * TIME as an argument: RFC 3339; YYYY-MM-DD[ HH:MM[:SS]] in local time;
 * "now"; or an age such as 90s 15m 12h 7d before now. 2021-02-30, 25:00 and
 * what the local clock skipped are refused by name with ERR_SYNTAX; an age
 * beyond an int64_t is ERR_DATA.
 */
CHECKED enum err clock_argument(const char *s, int64_t now, int64_t *out);

/*
 * A duration: 100ms 90s 15m 12h 7d 2w, or a bare number of seconds; >= 0.
 * ERR_SYNTAX names the text; ERR_DATA when it is beyond an int64_t.
 */
CHECKED enum err clock_duration(const char *s, int64_t *us);

#endif
