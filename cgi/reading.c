/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A reading: {"model":"PUMP-7","at":"2026-11-20T14:00:00Z","value":10}, or
 * with "columns" instead of "value". On the usual way nothing is allocated
 * and no statement runs but those that record. The first fault of a reading
 * is told, and no more of it.
 */
#include "cgi/reading.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "cgi/app.h"
#include "cgi/ask.h"
#include "cgi/metrics.h"
#include "core/history.h"
#include "core/known.h"
#include "core/model.h"
#include "core/service.h"
#include "core/version.h"

enum {
    SUGGESTED_MAX = 5, /* unknown names that get the nearest ones told */
    SHOWN_MAX = 128    /* bytes of a name that a message repeats */
};

void
taker_free(struct taker *t)
{
    verdicts_free(&t->verdicts);
    buf_free(&t->pointer);
    buf_free(&t->text);
    free(t->columns);
}

/* Notes that the error e is about a member of the reading. */
static enum err
at(struct taker *t, const char *member, enum err e)
{
    json_pointer(&t->pointer, member);
    return e;
}

/* What a text means; borrowed until the next one. */
static const char *
text_of(struct taker *t, const struct json_raw *raw)
{
    buf_clear(&t->text);
    json_raw_text(raw, &t->text);
    return buf_text(&t->text);
}

/* ---- reading ---- */

enum member { MODEL, AT, VALUE, COLUMNS };
static const char *const members[] = {
    [MODEL] = "model",     [AT] = "at", [VALUE] = "value",
    [COLUMNS] = "columns", NULL,
};
enum { MEMBERS = COLUMNS + 1 };

struct reading_text {
    bool has[MEMBERS];
    struct json_raw model;
    int64_t at;
    double value;
    struct json_pull columns; /* where they stand */
};

static enum err
read_name(struct taker *t, struct json_pull *p, struct reading_text *r)
{
    (void) t;
    return json_pull_text(p, &r->model);
}

static enum err
read_at(struct taker *t, struct json_pull *p, struct reading_text *r)
{
    struct json_raw raw;
    enum err e = json_pull_text(p, &raw);

    if (e == ERR_OK && raw.escaped) {
        raw.at = text_of(t, &raw);
        raw.len = t->text.len;
    }
    return e == ERR_OK ? clock_rfc3339(raw.at, raw.len, &r->at) : e;
}

static enum err
read_value(struct taker *t, struct json_pull *p, struct reading_text *r)
{
    (void) t;
    return json_pull_number(p, &r->value);
}

static enum err
pass_columns(struct taker *t, struct json_pull *p, struct reading_text *r)
{
    (void) t;
    r->columns = *p;
    return json_pull_skip(p);
}

static const struct {
    enum json_type type;
    enum err (*read)(struct taker *t, struct json_pull *p,
                     struct reading_text *r);
} readers[MEMBERS] = {
    [MODEL] = {JSON_STRING, read_name   },
    [AT] = {JSON_STRING, read_at     },
    [VALUE] = {JSON_NUMBER, read_value  },
    [COLUMNS] = {JSON_OBJECT, pass_columns},
};

/* Refuses a value that stands where another type is wanted. */
static enum err
wrong_type(const char *name, enum json_type type, enum json_type want)
{
    if (type == JSON_NULL && want == JSON_NUMBER)
        return err_set(ERR_DATA,
                       "\"%s\" is null: a missing reading has no verdict",
                       name);
    return err_set(ERR_DATA, "\"%s\" must be %s, not %s", name,
                   json_type_name(want), json_type_name(type));
}

static enum err
stranger(struct taker *t, const struct json_raw *key)
{
    const char *name = text_of(t, key);
    struct buf hint = {0};
    enum err e;

    kind_suggest(&hint, name, members);
    e = err_set(ERR_DATA, "a reading has no member \"%.*s\"%s", SHOWN_MAX,
                name, buf_text(&hint));
    buf_free(&hint);
    return at(t, name, e);
}

static enum err
read_member(struct taker *t, struct json_pull *p, const struct json_raw *key,
            struct reading_text *r)
{
    enum json_type type;
    size_t i = 0;
    enum err e;

    while (i < MEMBERS && !json_raw_is(key, members[i]))
        i++;
    if (i == MEMBERS)
        return stranger(t, key);
    if (r->has[i])
        return at(t, members[i],
                  err_set(ERR_DATA, "\"%s\" is given twice", members[i]));
    r->has[i] = true;
    e = json_pull_type(p, &type);
    if (e == ERR_OK && type != readers[i].type)
        e = wrong_type(members[i], type, readers[i].type);
    if (e == ERR_OK)
        e = readers[i].read(t, p, r);
    return e == ERR_OK ? e : at(t, members[i], e);
}

static enum err
read_object(struct taker *t, struct json_pull *p, struct reading_text *r)
{
    struct json_raw key;
    enum json_type type;
    bool more = true;
    enum err e = json_pull_type(p, &type);

    if (e == ERR_OK && type != JSON_OBJECT)
        e = err_set(ERR_DATA,
                    "a reading must be an object such as "
                    "{\"model\":\"PUMP-7\",\"value\":10}, not %s",
                    json_type_name(type));
    if (e == ERR_OK)
        e = json_pull_open(p, '{');
    for (size_t i = 0; e == ERR_OK && more; i++) {
        e = json_pull_member(p, i, &key, &more);
        if (e == ERR_OK && more)
            e = read_member(t, p, &key, r);
    }
    if (e != ERR_OK)
        return e;
    if (!r->has[MODEL])
        return err_set(ERR_DATA, "a reading needs \"model\"");
    if (r->has[VALUE] == r->has[COLUMNS])
        return err_set(ERR_DATA, "a reading needs \"value\" or \"columns\", "
                                 "one of them");
    return ERR_OK;
}

/* ---- judging ---- */

/* Says why there is no such model. The nearest names cost a look around, so
 * only the first few strangers of a request get them. */
static enum err
no_model(struct taker *t, const char *name)
{
    struct service *s = t->app->service;
    struct model m = {0};
    bool found = false;
    enum err e = model_look(s, name, &found, &m);

    model_free(&m);
    if (e != ERR_OK)
        return e;
    if (!found && t->strangers++ >= SUGGESTED_MAX)
        return err_set(ERR_NOT_FOUND, "no model named \"%.*s\"", SHOWN_MAX,
                       name);
    e = ask_named(s, name, false, &m);
    return e == ERR_OK ? err_set(ERR_INTERNAL, "a model comes and goes") : e;
}

static enum err
find_model(struct taker *t, const struct reading_text *r)
{
    struct json_raw name = r->model;
    enum err e;

    if (name.escaped) {
        name.at = text_of(t, &r->model);
        name.len = t->text.len;
    }
    e = known_find(t->app->service, name.at, name.len, &t->known);
    if (e != ERR_OK)
        return e;
    if (!t->known)
        return at(t, "model", no_model(t, text_of(t, &r->model)));
    if (t->known->compiled->kind->columns(t->known->compiled->model) == 0)
        return at(t, "model",
                  err_set(ERR_DATA, "%s is no sensor, but of the kind %s",
                          t->known->model.name,
                          t->known->compiled->kind->name));
    return ERR_OK;
}

/* Room for the values of all columns, none of which is given. */
static void
clear_columns(struct taker *t, size_t count)
{
    if (count > t->column_cap) {
        t->columns = xreallocarray(t->columns, count, sizeof *t->columns);
        t->column_cap = count;
    }
    for (size_t i = 0; i < count; i++)
        t->columns[i] = NAN;
}

/* The sentence for a column that is not there. */
static enum err
no_column(const struct compiled *c, const char *name)
{
    struct buf why = {0};
    enum err e;

    err_clear();
    kind_column_lost(c->kind, c->model, name, &why);
    e = err_set(ERR_DATA, "%s", buf_text(&why));
    buf_free(&why);
    return e;
}

static enum err
read_column(struct taker *t, struct json_pull *p, const char *name)
{
    const struct compiled *c = t->known->compiled;
    enum json_type type;
    size_t index;
    double v = 0;
    enum err e = json_pull_type(p, &type);

    if (e == ERR_OK && !c->kind->find(c->model, name, &index))
        return no_column(c, name);
    if (e == ERR_OK && !isnan(t->columns[index]))
        return err_set(ERR_DATA, "\"%s\" is given twice", name);
    if (e == ERR_OK && type != JSON_NUMBER)
        return wrong_type(name, type, JSON_NUMBER);
    if (e == ERR_OK)
        e = json_pull_number(p, &v);
    if (e == ERR_OK)
        t->columns[index] = v;
    return e;
}

static enum err
read_columns(struct taker *t, struct json_pull p, size_t *given)
{
    struct json_raw key;
    bool more = true;
    enum err e = json_pull_open(&p, '{');

    for (*given = 0; e == ERR_OK; (*given)++) {
        e = json_pull_member(&p, *given, &key, &more);
        if (e != ERR_OK || !more)
            break;
        e = read_column(t, &p, text_of(t, &key));
        if (e != ERR_OK) {
            (void) at(t, "columns", e);
            return at(t, text_of(t, &key), e);
        }
    }
    if (e == ERR_OK && *given == 0)
        e = err_set(ERR_DATA, "\"columns\" must have a column, at least one");
    return e == ERR_OK ? e : at(t, "columns", e);
}

static enum err
judge(struct taker *t, const struct reading_text *r)
{
    const struct compiled *c = t->known->compiled;
    size_t count = c->kind->columns(c->model), index, given = 1;
    enum err e = ERR_OK;

    clear_columns(t, count);
    if (r->has[COLUMNS])
        e = read_columns(t, r->columns, &given);
    else if (kind_column_seek(c->kind, c->model, NULL, &index))
        t->columns[index] = r->value;
    else
        e = at(t, "value", no_column(c, NULL));
    if (e != ERR_OK)
        return e;
    verdicts_clear(&t->verdicts);
    c->kind->judge(c->model, t->columns, count, &t->verdicts);
    t->values += given;
    return ERR_OK;
}

/* ---- recording ---- */

static enum err
record(struct taker *t, const struct reading_text *r)
{
    struct reading reading = {
        .model = &t->known->model,
        .compiled = t->known->compiled,
        .verdicts = &t->verdicts,
        .timed = r->has[AT],
        .at = r->at,
        .request = t->request,
    };
    enum err e = history_record(t->app->service, &reading, &t->stored);

    if (e == ERR_DATA) /* of a reading, only its time may be refused now */
        return at(t, "at", e);
    if (e == ERR_OK && t->stored) {
        metrics_verdicts(t->app, reading.model->id, &t->verdicts);
        t->app->prune_wanted = true;
    }
    return e;
}

enum err
reading_take(struct taker *t, struct json_pull *p)
{
    struct reading_text r = {.value = NAN};
    enum err e;

    buf_clear(&t->pointer);
    t->stored = false;
    e = read_object(t, p, &r);
    if (e == ERR_OK && t->alone)
        e = json_pull_end(p);
    if (e == ERR_OK)
        e = find_model(t, &r);
    if (e == ERR_OK)
        e = judge(t, &r);
    if (e == ERR_OK && !t->dry)
        e = record(t, &r);
    return e;
}
