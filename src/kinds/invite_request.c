/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Requests of the planners, pulled from their text. What is not asked for is
 * passed over with a warning: those who send it know more than we need.
 */
#include "kinds/invite.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/json_pull.h"

enum {
    COUNT_MAX = 1000000, /* vacancies, candidates in the pool */
    TIME_MAX = 64,       /* bytes of a time, */
    DATE = 10            /* and of its date */
};

static const char rows_at[] = "/impacted_candidates_data";

struct reader {
    struct json_pull p;
    struct invite *r;
};

void
invite_free(struct invite *r)
{
    free(r->minutes);
    buf_free(&r->warnings);
    *r = (struct invite){0};
}

/* ---- members ---- */

/* What a member is, until all are there and can be judged together. */
enum member { NOW, REFERENCE, DEADLINE, VACANCIES, POOL, ROWS, CORRELATION };
enum { MEMBERS = CORRELATION + 1 };
static const char *const members[MEMBERS] = {
    [NOW] = "now",
    [REFERENCE] = "reference_date_time",
    [DEADLINE] = "deadline",
    [VACANCIES] = "num_vacancies",
    [POOL] = "num_remaining_in_pool",
    [ROWS] = "impacted_candidates_data",
    [CORRELATION] = "correlation_id",
};

struct frame {
    bool has[MEMBERS];
    struct json_raw times[DEADLINE + 1];
    enum json_type types[MEMBERS];
    double counts[MEMBERS];
    struct json_pull rows; /* where they stand */
};

/* Times and counts are kept to be judged; rows are read. */
static enum err
read_value(struct reader *rd, struct frame *f, size_t i)
{
    enum err e = json_pull_type(&rd->p, &f->types[i]);

    if (e != ERR_OK)
        return e;
    if (i == ROWS)
        f->rows = rd->p;
    if (i == ROWS)
        return invite_pull_rows(&rd->p, rows_at, rd->r);
    if (i <= DEADLINE && f->types[i] == JSON_STRING)
        return json_pull_text(&rd->p, &f->times[i]);
    if ((i == VACANCIES || i == POOL) && f->types[i] == JSON_NUMBER)
        return json_pull_number(&rd->p, &f->counts[i]);
    return json_pull_skip(&rd->p);
}

static enum err
read_members(struct reader *rd, struct frame *f)
{
    struct json_raw key;
    bool more = true, told = false;
    enum err e = json_pull_open(&rd->p, '{');

    for (size_t n = 0; e == ERR_OK; n++) {
        size_t i = 0;

        e = json_pull_member(&rd->p, n, &key, &more);
        if (e != ERR_OK || !more)
            break;
        while (i < MEMBERS && !json_raw_is(&key, members[i]))
            i++;
        if (i < MEMBERS && f->has[i])
            return json_pull_twice(&rd->p, &key);
        if (i < MEMBERS) {
            f->has[i] = true;
            e = read_value(rd, f, i);
            continue;
        }
        if (!told)
            invite_warn(rd->r, "member", &key, "was passed over");
        told = true;
        e = json_pull_skip(&rd->p);
    }
    return e == ERR_OK ? json_pull_end(&rd->p) : e;
}

/* ---- what they say ---- */

static enum err
take_count(const struct frame *f, size_t i, int64_t *out)
{
    const char *key = members[i];
    double v = f->counts[i];

    if (!f->has[i])
        return kind_problem("", key, "a request needs \"%s\"", key);
    if (f->types[i] != JSON_NUMBER)
        return kind_problem("", key, "\"%s\" must be a number, not %s", key,
                            json_type_name(f->types[i]));
    if (!(fabs(v) <= COUNT_MAX) || v < floor(v) || v > floor(v))
        return kind_problem("", key,
                            "\"%s\" must be a whole number of at most %d", key,
                            COUNT_MAX);
    *out = (int64_t) v; /* in range: see above */
    return ERR_OK;
}

/* RFC 3339, or without a zone, which is UTC then. Only one that is wrong sets
 * an error, which would make others be forgotten. */
static bool
is_time(const struct json_raw *text, int64_t *us)
{
    char utc[TIME_MAX + 2] = "";

    if (text->len > TIME_MAX || text->escaped)
        return false;
    memcpy(utc, text->at, text->len);
    if (text->len < DATE || !strpbrk(utc + DATE, "Zz+-"))
        utc[text->len] = 'Z';
    return clock_rfc3339(utc, strnlen(utc, sizeof utc), us) == ERR_OK;
}

struct time_read {
    bool right;
    int64_t us;
};

/* False when one is wrong: then what was noted before is forgotten. */
static bool
read_times(const struct frame *f, struct time_read out[DEADLINE + 1])
{
    bool all = true;

    for (size_t i = 0; i <= DEADLINE; i++) {
        out[i].right = f->has[i] && f->types[i] == JSON_STRING
                       && is_time(&f->times[i], &out[i].us);
        all = all && (out[i].right || !f->has[i]);
    }
    return all;
}

static enum err
take_time(const struct frame *f, size_t i, const struct time_read *read,
          int64_t *out)
{
    const char *key = members[i];

    *out = read->us;
    if (!f->has[i])
        return kind_problem("", key, "a request needs \"%s\"%s", key,
                            i == NOW ? " (or \"reference_date_time\")" : "");
    if (f->types[i] != JSON_STRING)
        return kind_problem("", key, "\"%s\" must be a time, not %s", key,
                            json_type_name(f->types[i]));
    if (!read->right)
        return kind_problem(
            "", key,
            "\"%.*s\" is no date and time that exists, written like "
            "2021-11-01 00:00:00",
            (int) fmin((double) f->times[i].len, 40), f->times[i].at);
    return ERR_OK;
}

/* The members are there; problems with rows are noted by then. */
static enum err
take_members(const struct frame *f, const struct time_read *times,
             struct invite *r)
{
    size_t now = f->has[NOW] || !f->has[REFERENCE] ? NOW : REFERENCE;
    const enum err parts[] = {
        take_time(f, now, &times[now], &r->now),
        take_time(f, DEADLINE, &times[DEADLINE], &r->deadline),
        take_count(f, VACANCIES, &r->vacancies),
        take_count(f, POOL, &r->pool),
        f->has[ROWS] ? ERR_OK
                     : kind_problem("", members[ROWS],
                                    "a request needs \"%s\"", members[ROWS]),
        f->has[NOW] && f->has[REFERENCE] ? kind_problem(
            "", members[REFERENCE], "\"%s\" and \"%s\" are the same: give one",
            members[NOW], members[REFERENCE])
                                         : ERR_OK,
    };

    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (parts[i] != ERR_OK)
            return parts[i];
    r->vacancies -= (int64_t) r->offered; /* at most ROWS_MAX */
    return ERR_OK;
}

/* All of it, its grammar included. */
static enum err
read_request(struct reader *rd)
{
    struct time_read times[DEADLINE + 1] = {
        {false, 0}
    };
    struct frame f = {.has = {false}};
    enum json_type type;
    enum err e = json_pull_type(&rd->p, &type);

    if (e == ERR_OK && type != JSON_OBJECT) {
        e = json_pull_skip(&rd->p);
        if (e == ERR_OK)
            e = json_pull_end(&rd->p);
        return e != ERR_OK ? e
                           : kind_problem("", NULL,
                                          "a request must be an object, not "
                                          "%s",
                                          json_type_name(type));
    }
    if (e == ERR_OK)
        e = read_members(rd, &f);
    if (e != ERR_OK)
        return e;
    if (!read_times(&f, times)) {
        err_clear();
        rd->p = f.rows;
        if (rd->r->faulty) /* notes it again */
            e = invite_pull_rows(&rd->p, rows_at, rd->r);
    }
    if (e == ERR_OK)
        e = take_members(&f, times, rd->r);
    return e == ERR_OK && rd->r->faulty ? ERR_DATA : e;
}

enum err
invite_read(const char *text, size_t len, struct invite *out)
{
    struct invite r = {0};
    struct reader rd = {.r = &r};
    enum err e;

    err_clear();
    e = json_pull_begin(&rd.p, text, len);
    if (e == ERR_OK)
        e = read_request(&rd);
    if (e == ERR_OK)
        *out = r;
    else
        invite_free(&r);
    return e;
}
