/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Times are read by a small cursor that takes exactly the digits and signs a
 * form prescribes; strptime() would take blanks, signs and half a text. Each
 * reader answers NULL, or why the text is refused.
 */
#include "base/clock.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define YEAR_1_S    INT64_C(-62135596800) /* 0001-01-01T00:00:00Z */
#define YEAR_9999_S INT64_C(253402300799) /* 9999-12-31T23:59:59Z */

enum { QUOTED_MAX = 100, DAY_S = 86400 };

/* Why a text is refused; what the others say follows the quoted text. */
static const char not_a_time[] = "is not a time";
static const char no_such_day[] = "names a day that does not exist";
static const char no_such_time[] = "names a time of day that does not exist";
static const char out_of_years[] = "lies outside the years 0001 to 9999";
static const char skipped[] = "was skipped by a change of the local time";

struct cursor {
    const char *at, *end;
};

struct civil {
    int year, month, day, hour, minute, second;
    int64_t us;   /* of the second */
    int64_t east; /* of UTC, in seconds */
};

/* Units of a duration; their suffixes end the text. */
static const struct unit {
    const char *suffix;
    int64_t us;
} units[] = {
    {"ms", CLOCK_SECOND / 1000},
    {"s",  CLOCK_SECOND       },
    {"m",  60 * CLOCK_SECOND  },
    {"h",  3600 * CLOCK_SECOND},
    {"d",  CLOCK_DAY          },
    {"w",  7 * CLOCK_DAY      },
    {NULL, 0                  },
};

static int64_t fixed_now;
static int64_t elapsed, elapsed_step = -1;

/* ---- reading ---- */

static bool
take_digits(struct cursor *c, size_t count, int *out)
{
    int n = 0;

    if ((size_t) (c->end - c->at) < count) /* at <= end */
        return false;
    for (size_t i = 0; i < count; i++) {
        if (c->at[i] < '0' || c->at[i] > '9')
            return false;
        n = n * 10 + (c->at[i] - '0');
    }
    c->at += count;
    *out = n;
    return true;
}

/* Takes one of the characters of set; 0 when none of them is next. */
static char
take_one(struct cursor *c, const char *set)
{
    if (c->at == c->end || *c->at == '\0' || !strchr(set, *c->at))
        return '\0';
    return *c->at++;
}

static int
days_in_month(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

    return month == 2 && leap ? 29 : days[month - 1];
}

static const char *
read_date(struct cursor *c, struct civil *t)
{
    if (!take_digits(c, 4, &t->year) || !take_one(c, "-")
        || !take_digits(c, 2, &t->month) || !take_one(c, "-")
        || !take_digits(c, 2, &t->day))
        return not_a_time;
    if (t->year < 1)
        return out_of_years;
    if (t->month < 1 || t->month > 12 || t->day < 1
        || t->day > days_in_month(t->year, t->month))
        return no_such_day;
    return NULL;
}

/* HH:MM and, when they follow or must, :SS. */
static const char *
read_time(struct cursor *c, bool seconds, struct civil *t)
{
    if (!take_digits(c, 2, &t->hour) || !take_one(c, ":")
        || !take_digits(c, 2, &t->minute))
        return not_a_time;
    if (take_one(c, ":")) {
        if (!take_digits(c, 2, &t->second))
            return not_a_time;
    } else if (seconds) {
        return not_a_time;
    }
    if (t->hour > 23 || t->minute > 59 || t->second > 60)
        return no_such_time;
    return NULL;
}

static const char *
read_fraction(struct cursor *c, struct civil *t)
{
    int64_t place = CLOCK_SECOND;
    int digit;

    if (!take_one(c, "."))
        return NULL;
    if (!take_digits(c, 1, &digit))
        return not_a_time;
    do {
        place /= 10; /* 0 behind the microseconds: the rest is cut */
        t->us += digit * place;
    } while (take_digits(c, 1, &digit));
    return NULL;
}

static const char *
read_offset(struct cursor *c, struct civil *t)
{
    int hours, minutes;
    char sign;

    if (take_one(c, "Zz"))
        return NULL;
    sign = take_one(c, "+-");
    if (!sign || !take_digits(c, 2, &hours) || !take_one(c, ":")
        || !take_digits(c, 2, &minutes))
        return not_a_time;
    if (hours > 23 || minutes > 59)
        return no_such_time;
    t->east = (hours * 60 + minutes) * (sign == '-' ? -60 : 60);
    return NULL;
}

/*
 * Days from 1970-01-01. The year is taken to begin in March, so that the
 * leap day is its last and the months before it follow one formula.
 */
static int64_t
days_since_1970(const struct civil *t)
{
    int year = t->month > 2 ? t->year : t->year - 1;
    int month = t->month > 2 ? t->month - 3 : t->month + 9;
    int days = 365 * year + year / 4 - year / 100 + year / 400
               + (153 * month + 2) / 5 + t->day - 1;

    return days - 719468; /* 1970-01-01 counted from March of year 0 */
}

static const char *
to_us(int64_t seconds, int64_t us, int64_t *out)
{
    if (seconds < YEAR_1_S || seconds > YEAR_9999_S)
        return out_of_years;
    *out = seconds * CLOCK_SECOND + us;
    return NULL;
}

static const char *
read_rfc3339(const char *s, size_t len, int64_t *out)
{
    struct cursor c = {s, s + len};
    struct civil t = {0};
    const char *why = read_date(&c, &t);
    int64_t seconds;

    if (!why && !take_one(&c, "Tt "))
        why = not_a_time;
    if (!why)
        why = read_time(&c, true, &t);
    if (!why)
        why = read_fraction(&c, &t);
    if (!why)
        why = read_offset(&c, &t);
    if (!why && c.at != c.end)
        why = not_a_time;
    if (why)
        return why;
    seconds = days_since_1970(&t) * DAY_S + t.hour * 3600 + t.minute * 60
              + t.second - t.east;
    /* A leap second ends a day of UTC, and nothing else. */
    if (t.second == 60 && seconds % DAY_S != 0)
        return no_such_time;
    return to_us(seconds, t.us, out);
}

/* False when the local clock never showed t. */
static bool
local_seconds(const struct civil *t, int64_t *seconds)
{
    struct tm tm = {
        .tm_year = t->year - 1900,
        .tm_mon = t->month - 1,
        .tm_mday = t->day,
        .tm_hour = t->hour,
        .tm_min = t->minute,
        .tm_sec = t->second,
        .tm_isdst = -1,
    };

    *seconds = mktime(&tm);
    return tm.tm_mday == t->day && tm.tm_hour == t->hour
           && tm.tm_min == t->minute;
}

/* YYYY-MM-DD[ HH:MM[:SS]] */
static const char *
read_local(const char *s, size_t len, int64_t *out)
{
    struct cursor c = {s, s + len};
    struct civil t = {0};
    const char *why = read_date(&c, &t);
    bool whole_day = c.at == c.end;
    int64_t seconds;

    if (!why && !whole_day) {
        why = take_one(&c, "Tt ") ? read_time(&c, false, &t) : not_a_time;
        if (!why && c.at != c.end)
            why = not_a_time;
        if (!why && t.second == 60)
            why = no_such_time;
    }
    if (why)
        return why;
    if (!local_seconds(&t, &seconds)) {
        /* Where midnight is skipped the day begins at one. */
        t.hour = 1;
        if (!whole_day || !local_seconds(&t, &seconds))
            return skipped;
    }
    return to_us(seconds, 0, out);
}

static enum err
refuse(const char *s, size_t len, const char *why, const char *hint)
{
    int shown = len < QUOTED_MAX ? (int) len : QUOTED_MAX; /* it is small */

    return err_set(ERR_SYNTAX, "\"%.*s\" %s%s", shown, s, why,
                   why == not_a_time ? hint : "");
}

enum err
clock_rfc3339(const char *s, size_t len, int64_t *out)
{
    const char *why = read_rfc3339(s, len, out);

    if (!why)
        return ERR_OK;
    return refuse(s, len, why, " such as 2026-11-20T14:03:00Z");
}

/* The unit behind the digits of s; NULL when s is no number with a unit. */
static const struct unit *
find_unit(const char *s, size_t *digits)
{
    const struct unit *unit = units;

    *digits = strspn(s, "0123456789");
    while (unit->suffix && strcmp(s + *digits, unit->suffix) != 0)
        unit++;
    return *digits > 0 && unit->suffix ? unit : NULL;
}

enum err
clock_duration(const char *s, int64_t *us)
{
    size_t digits;
    const struct unit *unit = find_unit(s, &digits);
    int64_t scale = unit ? unit->us : CLOCK_SECOND;
    int64_t n = 0;

    if (digits == 0 || (!unit && s[digits] != '\0'))
        return refuse(s, strlen(s), not_a_time,
                      " span such as 90s, 15m, 12h, 7d or 2w");
    for (size_t i = 0; i < digits; i++) {
        int digit = s[i] - '0';

        if (n > (INT64_MAX / scale - digit) / 10)
            return err_set(ERR_DATA, "\"%.*s\" is too long a time", QUOTED_MAX,
                           s);
        n = n * 10 + digit;
    }
    *us = n * scale;
    return ERR_OK;
}

enum err
clock_argument(const char *s, int64_t now, int64_t *out)
{
    size_t digits, len = strlen(s);
    const char *why;
    int64_t age;

    if (strcmp(s, "now") == 0) {
        *out = now;
        return ERR_OK;
    }
    if (find_unit(s, &digits)) {
        enum err e = clock_duration(s, &age);

        if (e != ERR_OK)
            return e;
        if (age > now - YEAR_1_S * CLOCK_SECOND)
            return refuse(s, len, out_of_years, "");
        *out = now - age;
        return ERR_OK;
    }
    why = read_rfc3339(s, len, out);
    if (why == not_a_time) /* of that form; a wrong day is wrong in both */
        why = read_local(s, len, out);
    if (!why)
        return ERR_OK;
    return refuse(s, len, why,
                  ": give 2026-11-20, 2026-11-20 14:03, RFC 3339, now, or an "
                  "age such as 15m");
}

/* ---- writing ---- */

/* The second us lies in, kept within the years that can be written. */
static time_t
whole_seconds(int64_t us, int64_t *rest)
{
    int64_t seconds = us / CLOCK_SECOND;

    *rest = us % CLOCK_SECOND;
    if (*rest < 0) {
        *rest += CLOCK_SECOND;
        seconds--;
    }
    if (seconds < YEAR_1_S)
        return YEAR_1_S;
    return seconds < YEAR_9999_S ? seconds : YEAR_9999_S;
}

/* Writes the last width digits of n, which is not negative, and a sign. */
static char *
put(char *out, size_t width, int64_t n, char sign)
{
    for (size_t i = width; i > 0; i--, n /= 10)
        out[i - 1] = (char) ('0' + n % 10); /* a digit */
    out[width] = sign;
    return out + width + 1;
}

/* Date and time with the sign between them; returns where to go on. */
static char *
put_civil(char *out, const struct tm *tm, char between, char after)
{
    out = put(out, 4, tm->tm_year + 1900, '-');
    out = put(out, 2, tm->tm_mon + 1, '-');
    out = put(out, 2, tm->tm_mday, between);
    out = put(out, 2, tm->tm_hour, ':');
    out = put(out, 2, tm->tm_min, ':');
    return put(out, 2, tm->tm_sec, after);
}

void
clock_utc(char out[CLOCK_TEXT], int64_t us)
{
    int64_t rest;
    time_t seconds = whole_seconds(us, &rest);
    struct tm tm;

    (void) gmtime_r(&seconds, &tm); /* cannot fail in these years */
    out = put_civil(out, &tm, 'T', '.');
    out = put(out, 6, rest, 'Z');
    *out = '\0';
}

void
clock_local(char out[CLOCK_TEXT], int64_t us)
{
    int64_t rest;
    time_t seconds = whole_seconds(us, &rest);
    struct tm tm;
    long minutes;

    (void) localtime_r(&seconds, &tm); /* cannot fail either */
    minutes = labs(tm.tm_gmtoff) / 60;
    out = put_civil(out, &tm, ' ', tm.tm_gmtoff < 0 ? '-' : '+');
    out = put(out, 2, minutes / 60, ':');
    (void) put(out, 2, minutes % 60, '\0');
}

void
clock_age(char out[CLOCK_TEXT], int64_t age_us)
{
    static const struct {
        char letter;
        int64_t us;
    } ages[] = {
        {'y', 365 * CLOCK_DAY    },
        {'d', CLOCK_DAY          },
        {'h', 3600 * CLOCK_SECOND},
        {'m', 60 * CLOCK_SECOND  },
        {'s', CLOCK_SECOND       },
    };
    size_t i = 0, last = sizeof ages / sizeof *ages - 1;

    if (age_us < 0) {
        (void) snprintf(out, CLOCK_TEXT, "now");
        return;
    }
    while (i < last && age_us < ages[i].us)
        i++;
    (void) snprintf(out, CLOCK_TEXT, "%" PRId64 "%c", age_us / ages[i].us,
                    ages[i].letter);
}

/* ---- the clocks ---- */

static int64_t
read_clock(clockid_t id)
{
    struct timespec ts;

    (void) clock_gettime(id, &ts); /* fails only for an unknown clock */
    return ts.tv_sec * CLOCK_SECOND + ts.tv_nsec / 1000;
}

int64_t
clock_now(void)
{
    return fixed_now ? fixed_now : read_clock(CLOCK_REALTIME);
}

void
clock_fix(int64_t us)
{
    fixed_now = us;
}

int64_t
clock_elapsed(void)
{
    if (elapsed_step < 0)
        return read_clock(CLOCK_MONOTONIC);
    return elapsed += elapsed_step;
}

void
clock_step(int64_t step)
{
    elapsed = read_clock(CLOCK_MONOTONIC);
    elapsed_step = step;
}
