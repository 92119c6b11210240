/* SPDX-License-Identifier: Apache-2.0 */
/* Values come from json_parse() only, so the recursion is bounded. */
#include "base/leaves.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/json.h"
#include "base/number.h"

void
leaves_free(struct leaves *l)
{
    for (size_t i = 0; i < l->count; i++) {
        free(l->items[i].name);
        free(l->items[i].text);
    }
    free(l->items);
    *l = (struct leaves){0};
}

static bool
is_plain(const struct json *value)
{
    enum json_type type = json_type(value);

    return type != JSON_ARRAY && type != JSON_OBJECT;
}

static void
add_text(struct buf *out, const struct json *value)
{
    switch (json_type(value)) {
    case JSON_STRING:
        buf_str(out, json_text(value));
        break;
    case JSON_NUMBER:
        number_add(out, json_number(value));
        break;
    case JSON_BOOL:
        buf_str(out, json_bool(value) ? "yes" : "no");
        break;
    case JSON_NULL:
    case JSON_ARRAY:
    case JSON_OBJECT:
        break;
    }
}

static void
add_leaf(struct leaves *l, const char *name, char *text, bool number,
         double value)
{
    if (l->count == l->cap) {
        l->cap = l->cap ? 2 * l->cap : 16;
        l->items = xreallocarray(l->items, l->cap, sizeof *l->items);
    }
    l->items[l->count++] = (struct leaf){
        .name = xstrdup(name), .text = text, .number = number, .value = value};
}

void
leaves_put_text(struct leaves *l, const char *name, char *text)
{
    add_leaf(l, name, text, false, NAN);
}

static bool
all_plain(const struct json *array)
{
    for (size_t i = 0; i < json_count(array); i++)
        if (!is_plain(json_at(array, i)))
            return false;
    return true;
}

static void add_value(struct leaves *l, const char *parent, const char *step,
                      const struct json *value);

static void
add_array(struct leaves *l, const char *name, const struct json *array)
{
    for (size_t i = 0; i < json_count(array); i++) {
        const struct json *item = json_at(array, i);
        const struct json *own = json_get(item, "name");
        struct buf place = {0};

        buf_printf(&place, "%zu", i + 1);
        add_value(l, name,
                  own && json_type(own) == JSON_STRING ? json_text(own)
                                                       : buf_text(&place),
                  item);
        buf_free(&place);
    }
}

static void
add_value(struct leaves *l, const char *parent, const char *step,
          const struct json *value)
{
    struct buf name = {0}, text = {0};
    struct json_walk it = {0};

    buf_printf(&name, "%s%s%s", parent, *parent ? "." : "", step);
    if (json_type(value) == JSON_OBJECT) {
        while (json_next(value, &it))
            add_value(l, buf_text(&name), it.key, it.value);
    } else if (json_type(value) == JSON_ARRAY && !all_plain(value)) {
        add_array(l, buf_text(&name), value);
    } else {
        if (is_plain(value))
            add_text(&text, value);
        for (size_t i = 0; i < json_count(value); i++) {
            buf_str(&text, i ? "; " : "");
            add_text(&text, json_at(value, i));
        }
        buf_str(&text, "");
        if (json_type(value) == JSON_NUMBER)
            add_leaf(l, buf_text(&name), buf_steal(&text), true,
                     json_number(value));
        else
            leaves_put_text(l, buf_text(&name), buf_steal(&text));
    }
    buf_free(&name);
    buf_free(&text);
}

void
leaves_put(struct leaves *l, const char *name, const struct json *value)
{
    add_value(l, "", name, value);
}

void
leaves_add(struct leaves *l, const struct json *object)
{
    struct json_walk it = {0};

    while (json_next(object, &it))
        leaves_put(l, it.key, it.value);
}

const struct leaf *
leaves_find(const struct leaves *l, const char *name)
{
    for (size_t i = 0; i < l->count; i++)
        if (strcmp(l->items[i].name, name) == 0)
            return &l->items[i];
    return NULL;
}
