/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rows of a request, pulled from their text (json_pull.h), as there may
 * be a hundred and there is no other use for their values.
 */
#include "kinds/invite.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/json_pull.h"

enum {
    ROWS_MAX = 100000,
    MINUTES_MAX = 52560000 /* a hundred years */
};

/* The members of a row. What their texts are compared with begins with the
 * one that is counted. */
enum { ANSWER, STATE, MINUTES, MEMBERS };
static const char *const members[MEMBERS] = {
    [ANSWER] = "notification_status",
    [STATE] = "candidate_status",
    [MINUTES] = "time_to_respond_ir_minutes",
};
static const char *const statuses[MEMBERS][4] = {
    [ANSWER] = {"ir_accepted",    "ir_rejected", "ir_pending", NULL},
    [STATE] = {"offer_accepted", "not_in_ft",   "cancelled",  NULL},
};

/*
 * Rows repeat themselves: bytes that have been read once, and what they were.
 * Where the same bytes stand in the same place they are not read again.
 */
struct seen {
    const char *at;
    size_t len; /* 0: none */
    size_t what;
};

enum { KEYS = 8, TEXTS = 4 }; /* that are remembered */

struct reader {
    struct json_pull *p;
    struct invite *r;
    const char *at; /* the pointer of the array of rows */
    size_t minute_cap;
    struct seen keys[KEYS];            /* of the last row, by their place */
    struct seen texts[MEMBERS][TEXTS]; /* of statuses, in turn */
    size_t text_count[MEMBERS];
};

void
invite_warn(struct invite *r, const char *what, const struct json_raw *word,
            const char *so)
{
    struct buf meant = {0}, text = {0};

    json_raw_text(word, &meant);
    buf_printf(&text, "the %s \"%.60s\" is not known, and %s", what,
               buf_text(&meant), so);
    if (r->warnings.len > 0)
        buf_char(&r->warnings, ',');
    json_quote(&r->warnings, buf_text(&text), text.len);
    buf_free(&meant);
    buf_free(&text);
}

/* A row while it is read. */
struct row {
    size_t number;
    bool has[MEMBERS];   /* even null */
    bool given[MEMBERS]; /* as a text, which is */
    bool first[MEMBERS]; /* the one that is counted */
    bool whole;          /* the minutes are an integer's text */
    double minutes;      /* NaN: none */
};

/* Notes what is wrong with a member of the row, or (key NULL) with it. */
static void
fault(struct reader *rd, const struct row *row, const char *key,
      const char *what)
{
    struct buf at = {0};

    rd->r->faulty = true;
    buf_printf(&at, "%s/%zu", rd->at, row->number);
    if (!kind_enough_problems())
        (void) !kind_problem(buf_text(&at), key, "%s", what);
    buf_free(&at);
}

/* ---- what was seen ---- */

/* Goes behind the bytes if they stand here again. */
static inline bool
pass(struct json_pull *p, const struct seen *seen)
{
    if (seen->len == 0 || (size_t) (p->end - p->at) < seen->len
        || memcmp(p->at, seen->at, seen->len) != 0)
        return false;
    p->at += seen->len;
    return true;
}

/* The bytes from at on, which have been read. */
static struct seen
see(const struct json_pull *p, const char *at, size_t what)
{
    return (struct seen){at, (size_t) (p->at - at), what}; /* it went on */
}

/* ---- members ---- */

/* Is the text the first of the statuses? One that is none of them is told
 * once. */
static enum err
read_text(struct reader *rd, size_t m, bool *first)
{
    const char *const *known = statuses[m];
    struct json_raw text;
    enum err e = json_pull_text(rd->p, &text);

    if (e != ERR_OK)
        return e;
    while (*known && !json_raw_is(&text, *known))
        known++;
    *first = known == statuses[m];
    if (!*known && rd->r->warnings.len == 0)
        invite_warn(rd->r, "status", &text, "counts for nothing");
    return ERR_OK;
}

/* A status, which may be null. */
static enum err
read_status(struct reader *rd, struct row *row, size_t m)
{
    const char *from = rd->p->at;
    struct seen *seen = rd->texts[m];
    enum json_type type;
    enum err e;

    for (size_t i = 0; i < TEXTS; i++) {
        if (!pass(rd->p, &seen[i]))
            continue;
        row->given[m] = true;
        row->first[m] = seen[i].what;
        return ERR_OK;
    }
    e = json_pull_type(rd->p, &type);
    if (e == ERR_OK && type != JSON_STRING) {
        if (type != JSON_NULL)
            fault(rd, row, members[m], "a status must be a text or null");
        return json_pull_skip(rd->p);
    }
    if (e == ERR_OK)
        e = read_text(rd, m, &row->first[m]);
    row->given[m] = true;
    seen[rd->text_count[m]++ % TEXTS] = see(rd->p, from, row->first[m]);
    return e;
}

static enum err
read_minutes(struct reader *rd, struct row *row)
{
    const char *from;
    enum json_type type;
    enum err e = json_pull_type(rd->p, &type);

    if (e == ERR_OK && type != JSON_NUMBER) {
        if (type != JSON_NULL)
            fault(rd, row, members[MINUTES],
                  "minutes must be a number or null");
        return json_pull_skip(rd->p);
    }
    from = rd->p->at;
    if (e == ERR_OK)
        e = json_pull_number(rd->p, &row->minutes);
    if (e != ERR_OK)
        return e;
    row->whole = true;
    for (; from < rd->p->at; from++)
        row->whole = row->whole && *from != '.' && (*from | 0x20) != 'e';
    if (!(row->minutes >= 0 && row->minutes <= MINUTES_MAX))
        fault(rd, row, members[MINUTES], "minutes must be from 0 to 52560000");
    return ERR_OK;
}

/* Which member begins as the i-th of the row; MEMBERS for one of others. */
static enum err
read_key(struct reader *rd, size_t i, bool *more, size_t *member)
{
    const char *from = rd->p->at;
    struct json_raw key;
    enum err e;

    if (i < KEYS && pass(rd->p, &rd->keys[i])) {
        *member = rd->keys[i].what;
        return ERR_OK;
    }
    e = json_pull_member(rd->p, i, &key, more);
    if (e != ERR_OK || !*more)
        return e;
    *member = 0;
    while (*member < MEMBERS && !json_raw_is(&key, members[*member]))
        ++*member;
    if (i < KEYS)
        rd->keys[i] = see(rd->p, from, *member);
    return ERR_OK;
}

static enum err
read_member(struct reader *rd, struct row *row, size_t m)
{
    if (m == MEMBERS)
        return json_pull_skip(rd->p);
    if (row->has[m])
        return err_set(ERR_SYNTAX, "the key \"%s\" is there twice",
                       members[m]);
    row->has[m] = true;
    return m == MINUTES ? read_minutes(rd, row) : read_status(rd, row, m);
}

/* ---- rows ---- */

static void
keep_minutes(struct reader *rd, double minutes)
{
    struct invite *r = rd->r;

    if (r->minute_count == rd->minute_cap) {
        rd->minute_cap = rd->minute_cap ? 2 * rd->minute_cap : 32;
        r->minutes =
            xreallocarray(r->minutes, rd->minute_cap, sizeof *r->minutes);
    }
    r->minutes[r->minute_count++] = minutes;
}

static void
count_row(struct reader *rd, const struct row *row)
{
    struct invite *r = rd->r;
    bool timed = !isnan(row->minutes);

    r->rows++;
    r->any_status = r->any_status || row->given[ANSWER];
    r->offered += row->first[STATE];
    r->accepted += row->first[ANSWER];
    r->whole = r->whole && row->whole;
    r->untimed = r->untimed && !row->has[MINUTES];
    if (timed)
        r->longest = r->timed ? fmax(r->longest, row->minutes) : row->minutes;
    r->timed = r->timed || timed;
    if (timed && row->first[ANSWER])
        keep_minutes(rd, row->minutes);
}

static enum err
read_row(struct reader *rd, size_t number)
{
    struct row row = {.number = number, .minutes = NAN};
    bool more = true;
    enum json_type type;
    enum err e = json_pull_type(rd->p, &type);

    if (e == ERR_OK && type != JSON_OBJECT) {
        fault(rd, &row, NULL, "a row must be an object");
        return json_pull_skip(rd->p);
    }
    if (e == ERR_OK)
        e = json_pull_open(rd->p, '{');
    for (size_t i = 0; e == ERR_OK; i++) {
        size_t member = MEMBERS; /* one that is not known */

        e = read_key(rd, i, &more, &member);
        if (e != ERR_OK || !more)
            break;
        e = read_member(rd, &row, member);
    }
    if (e == ERR_OK)
        count_row(rd, &row);
    return e;
}

/* An array of rows, at pointer. */
static enum err
read_rows(struct reader *rd)
{
    enum json_type type;
    bool more = true;
    enum err e = json_pull_type(rd->p, &type);

    if (e == ERR_OK && type != JSON_ARRAY) {
        rd->r->faulty = true;
        (void) !kind_problem(rd->at, NULL, "the rows must be an array, not %s",
                             json_type_name(type));
        return json_pull_skip(rd->p);
    }
    if (e == ERR_OK)
        e = json_pull_open(rd->p, '[');
    rd->r->whole = rd->r->untimed = true;
    for (size_t i = 0; e == ERR_OK; i++) {
        e = json_pull_item(rd->p, i, &more);
        if (e != ERR_OK || !more)
            break;
        e = read_row(rd, i);
        if (e == ERR_OK && i >= ROWS_MAX)
            e = err_also(ERR_DATA, rd->at, "more than %d rows", ROWS_MAX);
    }
    rd->r->whole = rd->r->whole && rd->r->rows > 0;
    rd->r->untimed = rd->r->untimed && rd->r->rows > 0;
    return e;
}

enum err
invite_pull_rows(struct json_pull *p, const char *pointer, struct invite *r)
{
    struct reader rd = {
        .p = p, .r = r, .at = pointer, .minute_cap = r->minute_count};

    return read_rows(&rd);
}

enum err
invite_read_rows(const char *text, size_t len, const char *pointer,
                 struct invite *r)
{
    struct json_pull p;
    enum err e = json_pull_begin(&p, text, len);

    if (e == ERR_OK)
        e = invite_pull_rows(&p, pointer, r);
    return e == ERR_OK && r->faulty ? ERR_DATA : e;
}
