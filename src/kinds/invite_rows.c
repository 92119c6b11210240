/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rows of a request, pulled from their text (json_pull.h), as there may
 * be a hundred and there is no other use for their values.
 */
#include "kinds/invite.h"

#include <math.h>
#include <stdlib.h>

#include "base/json.h"
#include "base/json_pull.h"

enum {
    ROWS_MAX = 100000,
    MINUTES_MAX = 52560000 /* a hundred years */
};

struct reader {
    struct json_pull *p;
    struct invite *r;
    const char *at; /* the pointer of the array of rows */
    size_t minute_cap;
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
    bool answered, accepted, offered; /* some answer; the wanted ones */
    bool has_minutes, whole;          /* the member; an integer's text */
    double minutes;                   /* NaN: none */
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

/*
 * A status, which may be null. Is it the first of known? One that is none of
 * them (ends with NULL) is told once.
 */
static enum err
read_status(struct reader *rd, struct row *row, const char *key,
            const char *const *known, bool *given, bool *first)
{
    struct json_raw text;
    enum json_type type;
    const char *const *k = known;
    enum err e = json_pull_type(rd->p, &type);

    if (e == ERR_OK && type != JSON_STRING) {
        if (type != JSON_NULL)
            fault(rd, row, key, "a status must be a text or null");
        return json_pull_skip(rd->p);
    }
    if (e == ERR_OK)
        e = json_pull_text(rd->p, &text);
    if (e != ERR_OK)
        return e;
    *given = true;
    while (*k && !json_raw_is(&text, *k))
        k++;
    *first = k == known;
    if (!*k && rd->r->warnings.len == 0)
        invite_warn(rd->r, "status", &text, "counts for nothing");
    return ERR_OK;
}

static enum err
read_answer(struct reader *rd, struct row *row, const char *key)
{
    static const char *const known[] = {"ir_accepted", "ir_rejected",
                                        "ir_pending", NULL};

    return read_status(rd, row, key, known, &row->answered, &row->accepted);
}

static enum err
read_state(struct reader *rd, struct row *row, const char *key)
{
    static const char *const known[] = {"offer_accepted", "not_in_ft",
                                        "cancelled", NULL};
    bool given = false;

    return read_status(rd, row, key, known, &given, &row->offered);
}

static enum err
read_minutes(struct reader *rd, struct row *row, const char *key)
{
    const char *from;
    enum json_type type;
    enum err e = json_pull_type(rd->p, &type);

    row->has_minutes = true;
    if (e == ERR_OK && type != JSON_NUMBER) {
        if (type != JSON_NULL)
            fault(rd, row, key, "minutes must be a number or null");
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
        fault(rd, row, key, "minutes must be from 0 to 52560000");
    return ERR_OK;
}

static const struct {
    const char *name;
    enum err (*read)(struct reader *rd, struct row *row, const char *key);
} row_members[] = {
    {"notification_status",        read_answer },
    {"candidate_status",           read_state  },
    {"time_to_respond_ir_minutes", read_minutes},
};

enum { ROW_MEMBERS = sizeof row_members / sizeof row_members[0] };

static enum err
read_row_member(struct reader *rd, struct row *row, const struct json_raw *key,
                bool seen[ROW_MEMBERS])
{
    size_t i = 0;

    while (i < ROW_MEMBERS && !json_raw_is(key, row_members[i].name))
        i++;
    if (i == ROW_MEMBERS)
        return json_pull_skip(rd->p);
    if (seen[i])
        return err_set(ERR_SYNTAX, "the key \"%s\" is there twice",
                       row_members[i].name);
    seen[i] = true;
    return row_members[i].read(rd, row, row_members[i].name);
}

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
    r->any_status = r->any_status || row->answered;
    r->offered += row->offered;
    r->accepted += row->accepted;
    r->whole = r->whole && row->whole;
    r->untimed = r->untimed && !row->has_minutes;
    if (timed)
        r->longest = r->timed ? fmax(r->longest, row->minutes) : row->minutes;
    r->timed = r->timed || timed;
    if (timed && row->accepted)
        keep_minutes(rd, row->minutes);
}

static enum err
read_row(struct reader *rd, size_t number)
{
    bool seen[ROW_MEMBERS] = {false}, more = true;
    struct row row = {.number = number, .minutes = NAN};
    struct json_raw key;
    enum json_type type;
    enum err e = json_pull_type(rd->p, &type);

    if (e == ERR_OK && type != JSON_OBJECT) {
        fault(rd, &row, NULL, "a row must be an object");
        return json_pull_skip(rd->p);
    }
    if (e == ERR_OK)
        e = json_pull_open(rd->p, '{');
    for (size_t i = 0; e == ERR_OK; i++) {
        e = json_pull_member(rd->p, i, &key, &more);
        if (e != ERR_OK || !more)
            break;
        e = read_row_member(rd, &row, &key, seen);
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
