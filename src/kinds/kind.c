/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table of kinds, and what all of them need: columns by name, lists of
 * verdicts, and sentences about input that is wrong. Whoever sends garbage
 * must not make us think long about it, so names are suggested only for the
 * first few problems, and only out of the first columns of a wide model.
 */
#include "kinds/kind.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/text.h"

enum {
    PROBLEMS_MAX = 100, /* err_also() keeps no more */
    SUGGESTED_MAX = 5,  /* problems with a suggestion */
    NEAREST_OF = 100,   /* columns that are compared with a wrong name */
    LISTED_MAX = 8      /* columns that are listed in a sentence */
};

const struct kind *const kinds[] = {
    &kind_baseline,      &kind_trees,        &kind_linear, &kind_invite_exp,
    &kind_invite_nbinom, &kind_invite_stoch, NULL,
};

const struct kind *
kind_find(const char *name)
{
    for (size_t i = 0; kinds[i]; i++)
        if (strcmp(kinds[i]->name, name) == 0)
            return kinds[i];
    return NULL;
}

enum err
kind_params(const struct kind *kind, const char *params, struct json **out)
{
    struct buf presets = {0};
    bool same;

    *out = NULL;
    params_presets(kind, &presets);
    same = strcmp(buf_text(&presets), params) == 0;
    buf_free(&presets);
    return same ? ERR_OK : json_parse(params, strlen(params), out);
}

enum err
kind_compile(const struct kind *kind, const char *weights, const char *params,
             void **model)
{
    struct json *parsed = NULL, *settings = NULL;
    enum err e = kind_params(kind, params, &settings);

    if (e != ERR_OK
        || (kind->compile_plain
            && kind->compile_plain(weights, settings, model)))
        goto done;
    e = json_parse(weights, strlen(weights), &parsed);
    if (e == ERR_OK)
        e = kind->compile(parsed, settings, model);

done:
    json_free(parsed);
    json_free(settings);
    return e;
}

void
kind_list(struct buf *out, int learns)
{
    const char *comma = "";

    for (size_t i = 0; kinds[i]; i++) {
        if (learns >= 0 && kinds[i]->learns != (enum learns) learns)
            continue;
        buf_printf(out, "%s%s", comma, kinds[i]->name);
        comma = ", ";
    }
}

/* ---- kinds without columns ---- */

size_t
kind_no_columns(const void *model)
{
    (void) model;
    return 0;
}

bool
kind_no_column(const void *model, const char *name, size_t *index)
{
    (void) model;
    (void) name;
    (void) index;
    return false;
}

enum err
kind_mode(const struct ask *ask, const char *const *modes, size_t *mode)
{
    struct buf known = {0};
    enum err e;

    *mode = 0;
    while (ask->mode && modes[*mode] && strcmp(ask->mode, modes[*mode]) != 0)
        ++*mode;
    if (modes[*mode])
        return ERR_OK;
    for (size_t i = 0; modes[i]; i++)
        buf_printf(&known, "%s%s", i ? ", " : "", modes[i]);
    e = err_also(ERR_DATA, "?mode", "there is no mode \"%.40s\"; there is %s",
                 ask->mode, buf_text(&known));
    *mode = 0;
    buf_free(&known);
    return e;
}

/* ---- verdicts ---- */

void
verdicts_clear(struct verdicts *v)
{
    for (size_t i = 0; i < v->count; i++)
        buf_free(&v->items[i].detail);
    v->count = 0;
    buf_clear(&v->beside);
}

void
verdicts_free(struct verdicts *v)
{
    verdicts_clear(v);
    free(v->items);
    buf_free(&v->beside);
    *v = (struct verdicts){0};
}

struct verdict *
verdicts_add(struct verdicts *v)
{
    if (v->count == v->cap) {
        v->cap = v->cap ? 2 * v->cap : 8;
        v->items = xreallocarray(v->items, v->cap, sizeof *v->items);
    }
    v->items[v->count] = (struct verdict){0};
    return &v->items[v->count++];
}

/* ---- problems ---- */

enum err
kind_problem(const char *parent, const char *key, const char *format, ...)
{
    char text[1000]; /* as much as err_also() keeps */
    struct buf pointer = {0};
    va_list ap;
    enum err e;

    va_start(ap, format);
    (void) vsnprintf(text, sizeof text, format, ap);
    va_end(ap);
    buf_str(&pointer, parent);
    if (key)
        json_pointer(&pointer, key);
    e = err_also(ERR_DATA, buf_text(&pointer), "%s", text);
    buf_free(&pointer);
    return e;
}

bool
kind_enough_problems(void)
{
    size_t noted;

    (void) err_details(&noted);
    return noted >= PROBLEMS_MAX;
}

void
kind_suggest(struct buf *out, const char *word, const char *const *candidates)
{
    const char *nearest;
    size_t noted;

    (void) err_details(&noted);
    nearest = noted < SUGGESTED_MAX ? text_nearest(word, candidates) : NULL;
    if (nearest)
        buf_printf(out, "; did you mean \"%s\"?", nearest);
}

static bool
listed(const char *word, const char *const *list)
{
    while (*list && strcmp(*list, word) != 0)
        list++;
    return *list;
}

enum err
kind_members(const struct json *object, const char *const *known,
             const char *what, const char *parent, const char *key)
{
    struct json_walk it = {0};
    struct buf hint = {0};
    enum err e = ERR_OK;

    while (json_next(object, &it) && !kind_enough_problems()) {
        if (listed(it.key, known))
            continue;
        buf_clear(&hint);
        kind_suggest(&hint, it.key, known);
        e = kind_problem(parent, key ? key : it.key,
                         "%s has no member \"%s\"%s", what, it.key,
                         buf_text(&hint));
    }
    buf_free(&hint);
    return e;
}

const char *
kind_text_fault(const char *text, size_t max)
{
    const char *end = text + strlen(text);
    unsigned code = 0;

    if (text == end)
        return "is empty";
    if ((size_t) (end - text) > max) /* end is behind text */
        return "is too long";
    text = text_plain_end(text, end);
    if (!text_is_utf8(text, (size_t) (end - text)))
        return "is not UTF-8";
    while (text < end) {
        text += text_decode(text, end, &code);
        if (code < 0x20 || (code >= 0x7f && code < 0xa0))
            return "has control characters";
    }
    return NULL;
}

/* ---- columns by name ---- */

bool
kind_column_seek(const struct kind *kind, const void *model, const char *name,
                 size_t *index)
{
    if (!name && kind->columns(model) == 1) {
        *index = 0;
        return true;
    }
    return kind->find(model, name ? name : "value", index);
}

/* names has the first NEAREST_OF of count names at least, and a NULL. */
static void
say_lost(const char *name, const char *const *names, size_t count,
         struct buf *out)
{
    size_t before;

    if (count == 0) {
        buf_str(out, "this model has no columns");
        return;
    }
    if (name) {
        buf_printf(out, "no column \"%s\"", name);
        before = out->len;
        kind_suggest(out, name, names);
        if (out->len > before)
            return;
        buf_str(out, "; there is ");
    } else {
        buf_printf(out, "the model has %zu columns; name one of ", count);
    }
    for (size_t i = 0; i < count && i < LISTED_MAX; i++)
        buf_printf(out, "%s\"%s\"", i > 0 ? ", " : "", names[i]);
    if (count > LISTED_MAX)
        buf_printf(out, " and %zu more", count - LISTED_MAX);
}

void
kind_name_lost(const char *name, const char *const *names, size_t count,
               struct buf *out)
{
    const char *first[NEAREST_OF + 1] = {NULL};

    for (size_t i = 0; i < count && i < NEAREST_OF; i++)
        first[i] = names[i];
    say_lost(name, first, count, out);
}

void
kind_column_lost(const struct kind *kind, const void *model, const char *name,
                 struct buf *out)
{
    const char *first[NEAREST_OF + 1] = {NULL};
    size_t count = kind->columns(model);

    for (size_t i = 0; i < count && i < NEAREST_OF; i++) {
        struct kind_column c;

        kind->column(model, i, &c);
        first[i] = c.name;
    }
    say_lost(name, first, count, out);
}

enum err
kind_column_find(const struct kind *kind, const void *model, const char *name,
                 size_t *index)
{
    struct buf sentence = {0};
    enum err e;

    if (kind_column_seek(kind, model, name, index))
        return ERR_OK;
    err_clear();
    kind_column_lost(kind, model, name, &sentence);
    e = err_set(ERR_NOT_FOUND, "%s", buf_text(&sentence));
    buf_free(&sentence);
    return e;
}
