/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Params of a kind: a flat JSON object of numbers and texts, checked against
 * the kind's table. A key is NAME or NAME.COLUMN; names have no dot, columns
 * may have some, so the first dot divides.
 */
#include "kinds/kind.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/number.h"

enum { KEYS_MAX = 64 }; /* params of one kind, for lists of candidates */

const struct param *
param_find(const struct kind *kind, const char *key, const char **column)
{
    size_t len = strcspn(key, ".");

    for (const struct param *p = kind->params; p->name; p++) {
        if (strlen(p->name) != len || strncmp(p->name, key, len) != 0)
            continue;
        *column = key[len] ? key + len + 1 : NULL;
        return p;
    }
    return NULL;
}

/* ---- what is wrong with a key or value, as sentences ---- */

/*
 * title is the one key of `set` that every model has beside its params; who
 * gives it as a param is not told to try it.
 */
static void
say_unknown(const struct kind *kind, const char *key, struct buf *out)
{
    const char *keys[KEYS_MAX + 2] = {NULL};
    char *name = xstrndup(key, strcspn(key, "."));
    size_t before, n = 0;

    for (; n < KEYS_MAX && kind->params[n].name; n++)
        keys[n] = kind->params[n].name;
    keys[n] = strcmp(name, "title") == 0 ? NULL : "title";
    buf_printf(out, "\"%s\" is no param of a model of kind %s", key,
               kind->name);
    before = out->len;
    kind_suggest(out, name, keys);
    if (out->len == before)
        for (size_t i = 0; keys[i]; i++)
            buf_printf(out, "%s%s", i > 0 ? ", " : "; there is ", keys[i]);
    free(name);
}

/* False, with the sentence, unless p goes with (or without) the column. */
static bool
right_place(const struct param *p, const char *column, struct buf *why)
{
    if (column ? p->per_column : p->whole)
        return true;
    if (column)
        buf_printf(why, "%s is for the whole model, not for a column",
                   p->name);
    else
        buf_printf(why, "%s is for one column: write %s.COLUMN", p->name,
                   p->name);
    return false;
}

static bool
right_number(const struct param *p, const char *key, double v, struct buf *why)
{
    bool fraction = p->integer && v != floor(v);

    if (v >= p->min && v <= p->max && !fraction)
        return true;
    buf_printf(why, "%s must be %sbetween ", key,
               p->integer ? "a whole number " : "");
    number_add(why, p->min);
    buf_str(why, " and ");
    number_add(why, p->max);
    buf_str(why, p->type == PARAM_DURATION ? " seconds, not " : ", not ");
    number_add(why, v);
    return false;
}

static bool
right_text(const struct param *p, const char *key, const char *text,
           struct buf *why)
{
    const char *fault = kind_text_fault(text, (size_t) p->max);

    if (fault)
        buf_printf(why,
                   "%s=\"%s\" %s: a text of 1 to %zu bytes of UTF-8 without "
                   "control characters is needed",
                   key, text, fault, (size_t) p->max);
    return !fault;
}

/* ---- one value ---- */

/* A value as text becomes JSON in out. */
static enum err
value_read(const struct param *p, const char *key, const char *text,
           struct buf *out)
{
    struct buf why = {0};
    double number = 0;
    int64_t us;
    enum err e = ERR_OK;
    bool right;

    if (p->type == PARAM_NUMBER) {
        e = number_read(text, strlen(text), NUMBER_LOOSE, &number);
    } else if (p->type == PARAM_DURATION) {
        e = clock_duration(text, &us);
        if (e == ERR_OK)
            number = (double) us / (double) CLOCK_SECOND;
    }
    if (e != ERR_OK)
        return e;
    right = p->type == PARAM_TEXT ? right_text(p, key, text, &why)
                                  : right_number(p, key, number, &why);
    if (!right)
        e = err_set(ERR_DATA, "%s", buf_text(&why));
    else if (p->type == PARAM_TEXT)
        json_quote(out, text, strlen(text));
    else
        number_add(out, number);
    buf_free(&why);
    return e;
}

static void
put_member(struct json_out *out, const char *key, const struct json *value)
{
    json_key(out, key);
    if (json_type(value) == JSON_STRING)
        json_put_text(out, json_text(value));
    else
        json_put_number(out, json_number(value));
}

/* The object old with key as the JSON text value, without it when NULL. */
static void
replace(const struct json *old, const char *key, const char *value,
        struct buf *fresh)
{
    struct json_out out = {.buf = fresh};
    struct json_walk it = {0};

    json_open(&out, '{');
    while (json_next(old, &it)) {
        if (strcmp(it.key, key) != 0) {
            put_member(&out, it.key, it.value);
        } else if (value) {
            json_key(&out, key);
            json_put_raw(&out, value);
        }
    }
    if (value && !json_get(old, key)) {
        json_key(&out, key);
        json_put_raw(&out, value);
    }
    json_close(&out, '}');
}

/* ---- the public ones ---- */

/* Finds the row of a key that may be set; the sentence when there is none. */
static const struct param *
param_named(const struct kind *kind, const char *key,
            const char *const *columns, size_t count, struct buf *why)
{
    const char *column = NULL;
    const struct param *p = param_find(kind, key, &column);
    size_t i = 0;

    if (!p) {
        say_unknown(kind, key, why);
        return NULL;
    }
    if (!right_place(p, column, why))
        return NULL;
    if (!column)
        return p;
    while (i < count && strcmp(columns[i], column) != 0)
        i++;
    if (i < count)
        return p;
    kind_name_lost(column, columns, count, why);
    return NULL;
}

enum err
params_set(const struct kind *kind, struct buf *params, const char *key,
           const char *value, const char *const *columns, size_t count)
{
    struct buf text = {0};  /* of the value, or what is wrong */
    struct buf fresh = {0}; /* the new params */
    struct json *old = NULL;
    const struct param *p;
    bool preset = value[0] == '\0' || strcmp(value, "preset") == 0;
    enum err e = ERR_OK;

    err_clear();
    p = param_named(kind, key, columns, count, &text);
    if (!p) {
        e = err_set(ERR_NOT_FOUND, "%s", buf_text(&text));
        goto done;
    }
    if (preset) /* only whole params have a preset of their own */
        value = strcmp(key, p->name) == 0 ? p->preset : NULL;
    if (value)
        e = value_read(p, key, value, &text);
    if (e == ERR_OK)
        e = json_parse(buf_text(params), params->len, &old);
    if (e != ERR_OK)
        goto done;
    replace(old, key, value ? buf_text(&text) : NULL, &fresh);
    buf_clear(params);
    buf_add(params, fresh.data, fresh.len);

done:
    json_free(old);
    buf_free(&fresh);
    buf_free(&text);
    return e;
}

void
params_presets(const struct kind *kind, struct buf *params)
{
    struct json_out out = {.buf = params};
    struct buf value = {0};

    json_open(&out, '{');
    for (const struct param *p = kind->params; p->name; p++) {
        if (!p->preset || !p->whole)
            continue;
        buf_clear(&value);
        if (p->type != PARAM_NUMBER
            && value_read(p, p->name, p->preset, &value) != ERR_OK)
            abort(); /* the kind's own table is wrong */
        json_key(&out, p->name);
        json_put_raw(&out, value.len ? value.data : p->preset);
    }
    json_close(&out, '}');
    buf_free(&value);
}

/* False, with the sentence, when the member does not fit the table. */
static bool
member_right(const struct kind *kind, const struct json_walk *member,
             struct buf *why)
{
    const char *column = NULL;
    const struct param *p = param_find(kind, member->key, &column);
    enum json_type type = json_type(member->value);

    if (!p) {
        say_unknown(kind, member->key, why);
        return false;
    }
    if (!right_place(p, column, why))
        return false;
    if (type != (p->type == PARAM_TEXT ? JSON_STRING : JSON_NUMBER)) {
        buf_printf(why, "%s must be %s, not %s", member->key,
                   p->type == PARAM_TEXT ? "a text" : "a number",
                   json_type_name(type));
        return false;
    }
    if (p->type == PARAM_TEXT)
        return right_text(p, member->key, json_text(member->value), why);
    return right_number(p, member->key, json_number(member->value), why);
}

enum err
params_check(const struct kind *kind, const struct json *params)
{
    struct json_walk it = {0};
    struct buf why = {0};
    enum err e = ERR_OK;

    err_clear();
    if (json_type(params) != JSON_OBJECT)
        return kind_problem("/params", NULL,
                            "params must be an object, not %s",
                            json_type_name(json_type(params)));
    while (json_next(params, &it) && !kind_enough_problems()) {
        buf_clear(&why);
        if (!member_right(kind, &it, &why))
            e = kind_problem("/params", it.key, "%s", buf_text(&why));
    }
    buf_free(&why);
    return e;
}

/* ---- changes from outside ---- */

/* False, with the sentence, when the change does not fit the kind, or its
 * column is none of the model's. */
static bool
change_right(const struct kind *kind, const struct json_walk *change,
             const char *const *columns, size_t count, struct buf *why)
{
    return param_named(kind, change->key, columns, count, why)
           && (json_type(change->value) == JSON_NULL
               || member_right(kind, change, why));
}

/* The value that a change gives its key, as JSON; nothing: the key goes. */
static enum err
change_value(const struct kind *kind, const struct json_walk *change,
             struct buf *out)
{
    const char *column = NULL;
    const struct param *p = param_find(kind, change->key, &column);

    if (json_type(change->value) != JSON_NULL)
        json_canonical(change->value, out);
    else if (!column && p->preset)
        return value_read(p, p->name, p->preset, out);
    return ERR_OK;
}

static enum err
merge_one(const struct kind *kind, const struct json_walk *change,
          struct buf *params)
{
    struct buf value = {0}, fresh = {0};
    struct json *old = NULL;
    enum err e = change_value(kind, change, &value);

    if (e == ERR_OK)
        e = json_parse(buf_text(params), params->len, &old);
    if (e == ERR_OK) {
        replace(old, change->key, value.len ? buf_text(&value) : NULL, &fresh);
        buf_clear(params);
        buf_add(params, fresh.data, fresh.len);
    }
    json_free(old);
    buf_free(&value);
    buf_free(&fresh);
    return e;
}

enum err
params_merge(const struct kind *kind, struct buf *params,
             const struct json *changes, const char *const *columns,
             size_t count)
{
    struct json_walk it = {0};
    struct buf why = {0};
    enum err e = ERR_OK;

    err_clear();
    if (json_type(changes) != JSON_OBJECT)
        return kind_problem("/params", NULL,
                            "params must be an object, not %s",
                            json_type_name(json_type(changes)));
    while (json_next(changes, &it) && !kind_enough_problems()) {
        buf_clear(&why);
        if (!change_right(kind, &it, columns, count, &why))
            e = kind_problem("/params", it.key, "%s", buf_text(&why));
    }
    buf_free(&why);
    it = (struct json_walk){0};
    while (e == ERR_OK && json_next(changes, &it))
        e = merge_one(kind, &it, params);
    return e;
}
