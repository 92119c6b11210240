/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The body of a fit, pulled member by member (json_pull.h). What is long goes
 * into moments where it stands; what is short becomes values.
 */
#include "cgi/body.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/json.h"
#include "base/json_pull.h"
#include "data/stats.h"
#include "kinds/kind.h"

void
fit_body_free(struct fit_body *body)
{
    for (size_t i = 0; i < body->count; i++)
        free(body->names[i]);
    free(body->names);
    free(body->moments);
    json_free(body->params);
    json_free(body->cases);
    *body = (struct fit_body){0};
}

/* ---- arrays of numbers ---- */

/* Where an array stands: the pointer is made only when it is needed. */
struct place {
    const char *member; /* "values", "columns" */
    const char *name;   /* of the column; NULL: the member is the array */
};

/* A problem with the array, or with its item text ("17"). */
static enum err
complain(const struct place *place, const char *item, const char *what)
{
    struct buf parent = {0};
    enum err e;

    if (kind_enough_problems())
        return ERR_DATA;
    if (place->name || item)
        buf_printf(&parent, "/%s", place->member);
    if (place->name && item) {
        buf_char(&parent, '/');
        for (const char *s = place->name; *s; s++)
            buf_str(&parent, *s == '~'   ? "~0"
                             : *s == '/' ? "~1"
                                         : (const char[]){*s, '\0'});
    }
    e = kind_problem(buf_text(&parent),
                     item          ? item
                     : place->name ? place->name
                                   : place->member,
                     "%s", what);
    buf_free(&parent);
    return e;
}

static enum err
complain_item(const struct place *place, size_t i, const char *what)
{
    char item[24]; /* any size_t fits */

    (void) snprintf(item, sizeof item, "%zu", i);
    return complain(place, item, what);
}

enum { NUMBERS_AT_ONCE = 512 };

static const char beyond[] = "a value beyond 1e150 cannot be learnt";

/* Reads one item and adds it. *wrong: it is none that can be learnt. */
static enum err
read_item(struct json_pull *p, const struct place *place, size_t i,
          struct moments *m, bool *wrong)
{
    char what[64];
    enum json_type type;
    double v = NAN;
    enum err e = json_pull_type(p, &type);

    if (e == ERR_OK)
        e = type == JSON_NUMBER ? json_pull_number(p, &v) : json_pull_skip(p);
    if (e != ERR_OK)
        return e;
    if (type != JSON_NUMBER && type != JSON_NULL) {
        (void) snprintf(what, sizeof what, "a number or null, not %s",
                        json_type_name(type));
        e = complain_item(place, i, what);
    } else if (fabs(v) > STATS_VALUE_MAX) {
        e = complain_item(place, i, beyond);
    } else {
        moments_add(m, v);
    }
    *wrong = *wrong || e != ERR_OK;
    return ERR_OK;
}

/* Adds the numbers that follow item *i, and moves *i to the last of them. */
static void
read_numbers(struct json_pull *p, const struct place *place, size_t *i,
             struct moments *m, bool *wrong)
{
    double v[NUMBERS_AT_ONCE];
    size_t count;

    do {
        count = json_pull_numbers(p, v, NUMBERS_AT_ONCE);
        for (size_t k = 0; k < count; k++) {
            ++*i;
            if (fabs(v[k]) > STATS_VALUE_MAX) {
                (void) complain_item(place, *i, beyond);
                *wrong = true;
            }
        }
        if (!*wrong)
            moments_add_many(m, v, count);
    } while (count == NUMBERS_AT_ONCE);
}

/* Reads an array. What is wrong with its items is noted in *problem. */
static enum err
read_array(struct json_pull *p, const struct place *place, struct moments *m,
           enum err *problem)
{
    char what[64];
    enum json_type type;
    bool more = true, wrong = false;
    enum err e = json_pull_type(p, &type);

    if (e == ERR_OK && type != JSON_ARRAY) {
        (void) snprintf(what, sizeof what, "an array of numbers, not %s",
                        json_type_name(type));
        *problem = complain(place, NULL, what);
        return json_pull_skip(p);
    }
    if (e == ERR_OK)
        e = json_pull_open(p, '[');
    for (size_t i = 0; e == ERR_OK && more; i++) {
        e = json_pull_item(p, i, &more);
        if (e == ERR_OK && more)
            e = read_item(p, place, i, m, &wrong);
        if (e == ERR_OK && more)
            read_numbers(p, place, &i, m, &wrong);
    }
    if (e == ERR_OK && !wrong && m->n < 2) {
        (void) snprintf(what, sizeof what,
                        "a fit needs at least two values, not %d",
                        (int) m->n); /* 0 or 1 */
        *problem = complain(place, NULL, what);
    }
    if (wrong)
        *problem = ERR_DATA;
    return e;
}

/* ---- the members of a fit ---- */

struct seen;

struct reader {
    struct json_pull pull;
    struct fit_body *body;
    struct seen *seen; /* as many as the body has room for columns; owned */
    enum err problem;  /* ERR_DATA when something was noted */
};

/* Adds a column; the name is the body's then. */
static struct moments *
add_column(struct fit_body *body, char *name)
{
    enum { CAP_MIN = 8 };

    if (body->count == body->cap) {
        body->cap = body->cap ? 2 * body->cap : CAP_MIN;
        body->names =
            xreallocarray(body->names, body->cap, sizeof *body->names);
        body->moments =
            xreallocarray(body->moments, body->cap, sizeof *body->moments);
    }
    body->names[body->count] = name;
    body->moments[body->count] = (struct moments){0};
    return &body->moments[body->count++];
}

static enum err
read_values(struct reader *r)
{
    static const struct place place = {.member = "values"};
    struct moments *m = add_column(r->body, xstrdup("value"));

    return read_array(&r->pull, &place, m, &r->problem);
}

/* A column, to find one that is there twice. */
struct seen {
    const char *name;
    struct json_raw key; /* where it stands */
};

static int
by_name(const void *a, const void *b)
{
    const struct seen *x = a, *y = b;
    int order = strcmp(x->name, y->name);

    return order ? order : (x->key.at > y->key.at) - (x->key.at < y->key.at);
}

/* No JSON has a key twice. */
static enum err
check_twice(struct reader *r)
{
    const struct fit_body *body = r->body;
    enum err e = ERR_OK;

    for (size_t i = 0; i < body->count; i++)
        r->seen[i].name = body->names[i];
    if (body->count > 1)
        qsort(r->seen, body->count, sizeof *r->seen, by_name);
    for (size_t i = 1; e == ERR_OK && i < body->count; i++)
        if (strcmp(r->seen[i - 1].name, r->seen[i].name) == 0)
            e = json_pull_twice(&r->pull, &r->seen[i].key);
    return e;
}

static enum err
read_column(struct reader *r, const struct json_raw *key)
{
    struct place place = {.member = "columns"};
    struct moments unused = {0}, *m = &unused;
    struct buf name = {0};
    enum err e;

    json_raw_text(key, &name);
    if (r->body->count < KIND_COLUMNS_MAX) {
        m = add_column(r->body, buf_steal(&name));
        r->seen = xreallocarray(r->seen, r->body->cap, sizeof *r->seen);
        r->seen[r->body->count - 1].key = *key;
        place.name = r->body->names[r->body->count - 1];
        e = read_array(&r->pull, &place, m, &r->problem);
    } else {
        r->problem = kind_problem(
            "", place.member, "a fit takes 1 to %d columns", KIND_COLUMNS_MAX);
        e = json_pull_skip(&r->pull);
    }
    buf_free(&name);
    return e;
}

static enum err
read_columns(struct reader *r)
{
    enum json_type type;
    struct json_raw key;
    bool more = true;
    enum err e = json_pull_type(&r->pull, &type);

    if (e == ERR_OK && type != JSON_OBJECT) {
        r->problem = kind_problem("", "columns",
                                  "\"columns\" must be an object of arrays, "
                                  "not %s",
                                  json_type_name(type));
        return json_pull_skip(&r->pull);
    }
    if (e == ERR_OK)
        e = json_pull_open(&r->pull, '{');
    for (size_t i = 0; e == ERR_OK && more; i++) {
        e = json_pull_member(&r->pull, i, &key, &more);
        if (e == ERR_OK && more)
            e = read_column(r, &key);
        if (e == ERR_OK && !more && i == 0)
            r->problem = kind_problem("", "columns",
                                      "\"columns\" needs at least one column");
    }
    return e == ERR_OK ? check_twice(r) : e;
}

/* A member that is short: as a value. */
static enum err
read_json(struct reader *r, const char *name, struct json **out)
{
    enum json_type type;
    const char *from = NULL;
    char *why;
    enum err e = json_pull_type(&r->pull, &type);

    if (e == ERR_OK) {
        from = r->pull.at;
        e = json_pull_skip(&r->pull);
    }
    if (e != ERR_OK)
        return e;
    e = json_parse(from, (size_t) (r->pull.at - from), out); /* it went on */
    if (e == ERR_OK)
        return e;
    why = xstrdup(err_text());
    e = err_set(e, "in \"%s\", %s", name, why);
    free(why);
    return e;
}

static enum err
read_params(struct reader *r)
{
    return read_json(r, "params", &r->body->params);
}

static enum err
read_cases(struct reader *r)
{
    enum err e = read_json(r, "cases", &r->body->cases);

    if (e == ERR_OK && json_type(r->body->cases) != JSON_ARRAY)
        r->problem =
            kind_problem("", "cases", "\"cases\" must be an array, not %s",
                         json_type_name(json_type(r->body->cases)));
    return e;
}

static enum err
read_fresh(struct reader *r)
{
    struct json *json = NULL;
    enum err e = read_json(r, "fresh", &json);

    if (e != ERR_OK)
        return e;
    if (json_type(json) == JSON_BOOL)
        r->body->fresh = json_bool(json);
    else
        r->problem = kind_problem("", "fresh",
                                  "\"fresh\" must be true or false, not %s",
                                  json_type_name(json_type(json)));
    json_free(json);
    return ERR_OK;
}

static enum err
read_recorded(struct reader *r)
{
    static const char *const known[] = {"since", "until", NULL};
    struct fit_body *body = r->body;
    struct json *json = NULL;
    enum err e = read_json(r, "recorded", &json), since, until;

    if (e != ERR_OK)
        return e;
    body->recorded = true;
    if (json_type(json) != JSON_OBJECT)
        r->problem = kind_problem("", "recorded",
                                  "\"recorded\" must be an object with "
                                  "\"since\" and \"until\", not %s",
                                  json_type_name(json_type(json)));
    else if (kind_members(json, known, "\"recorded\"", "/recorded", NULL)
             != ERR_OK)
        r->problem = ERR_DATA;
    since = body_time(json, "/recorded", "since", &body->since);
    until = body_time(json, "/recorded", "until", &body->until);
    if (since != ERR_OK || until != ERR_OK)
        r->problem = ERR_DATA;
    else if (body->since >= body->until)
        r->problem =
            kind_problem("", "recorded", "\"since\" is not before \"until\"");
    json_free(json);
    return ERR_OK;
}

/* What a member is one of: a body has one source, and some more. */
static const struct member {
    const char *name;
    enum err (*read)(struct reader *r);
    bool source;
} members[] = {
    {"values",   read_values,   true },
    {"columns",  read_columns,  true },
    {"recorded", read_recorded, true },
    {"cases",    read_cases,    true },
    {"params",   read_params,   false},
    {"fresh",    read_fresh,    false},
};

enum { MEMBERS = sizeof members / sizeof members[0] };

static enum err
skip_unknown(struct reader *r, const struct json_raw *key)
{
    const char *names[MEMBERS + 1] = {NULL};
    struct buf name = {0}, hint = {0};

    for (size_t i = 0; i < MEMBERS; i++)
        names[i] = members[i].name;
    json_raw_text(key, &name);
    kind_suggest(&hint, buf_text(&name), names);
    if (!kind_enough_problems())
        r->problem =
            kind_problem("", buf_text(&name), "a fit has no member \"%s\"%s",
                         buf_text(&name), buf_text(&hint));
    buf_free(&name);
    buf_free(&hint);
    return json_pull_skip(&r->pull);
}

static enum err
read_member(struct reader *r, const struct json_raw *key, bool seen[MEMBERS])
{
    size_t i = 0;

    while (i < MEMBERS && !json_raw_is(key, members[i].name))
        i++;
    if (i == MEMBERS)
        return skip_unknown(r, key);
    if (seen[i])
        return json_pull_twice(&r->pull, key);
    seen[i] = true;
    return members[i].read(r);
}

static enum err
read_members(struct reader *r)
{
    bool seen[MEMBERS] = {false}, more = true;
    struct json_raw key;
    size_t sources = 0;
    enum err e = json_pull_open(&r->pull, '{');

    for (size_t i = 0; e == ERR_OK && more; i++) {
        e = json_pull_member(&r->pull, i, &key, &more);
        if (e == ERR_OK && more)
            e = read_member(r, &key, seen);
    }
    if (e == ERR_OK)
        e = json_pull_end(&r->pull);
    for (size_t i = 0; i < MEMBERS; i++)
        sources += seen[i] && members[i].source;
    if (e == ERR_OK && sources != 1)
        r->problem = kind_problem("", NULL,
                                  "a fit needs \"values\", \"columns\", "
                                  "\"recorded\" or \"cases\", one of them");
    return e == ERR_OK ? r->problem : e;
}

enum err
fit_body_read(const struct buf *text, struct fit_body *out)
{
    struct fit_body body = {.since = INT64_MIN, .until = INT64_MAX};
    struct reader r = {.body = &body, .problem = ERR_OK};
    enum json_type type;
    enum err e;

    err_clear();
    e = json_pull_begin(&r.pull, buf_text(text), text->len);
    if (e == ERR_OK)
        e = json_pull_type(&r.pull, &type);
    if (e == ERR_OK && type == JSON_OBJECT) {
        e = read_members(&r);
    } else if (e == ERR_OK) {
        e = json_pull_skip(&r.pull);
        if (e == ERR_OK)
            e = json_pull_end(&r.pull);
        if (e == ERR_OK)
            e = kind_problem("", NULL,
                             "a fit must be an object such as "
                             "{\"values\":[10,5,6,9]}, not %s",
                             json_type_name(type));
    }
    free(r.seen);
    if (e == ERR_OK)
        *out = body;
    else
        fit_body_free(&body);
    return e;
}
