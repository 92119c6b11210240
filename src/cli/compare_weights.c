/* SPDX-License-Identifier: Apache-2.0 */
/* Weights of kinds without columns side by side: the leaves of what the kind
 * shows of them, as far as they differ. */
#include "cli/compare.h"

#include <math.h>
#include <string.h>

#include "base/buf.h"
#include "base/figure.h"
#include "base/json.h"
#include "base/leaves.h"
#include "cli/cmd.h"
#include "cli/table.h"
#include "kinds/kind.h"

struct sides {
    struct leaves before, after;
};

static void
read_side(const struct kind *kind, const struct side *side,
          struct leaves *leaves)
{
    struct buf text = {0};
    struct json_out out = {.buf = &text};
    struct json *json = NULL;

    if (!side->model)
        return;
    kind->show(side->model, NULL, &out);
    if (json_parse(text.data, text.len, &json) == ERR_OK) /* its own */
        leaves_add(leaves, json);
    json_free(json);
    buf_free(&text);
}

static struct sides
read_sides(const struct comparison *c)
{
    struct sides sides = {0};

    read_side(c->kind, c->before, &sides.before);
    read_side(c->kind, c->after, &sides.after);
    return sides;
}

static void
sides_free(struct sides *sides)
{
    leaves_free(&sides->before);
    leaves_free(&sides->after);
}

/* The next leaf that differs, from *i on: those of after, then those of
 * before that are gone. */
static bool
next_leaf(const struct sides *sides, size_t *i, const struct leaf **before,
          const struct leaf **after)
{
    size_t fresh = sides->after.count, all = fresh + sides->before.count;

    for (; *i < all; ++*i) {
        const struct leaf *leaf = *i < fresh
                                      ? &sides->after.items[*i]
                                      : &sides->before.items[*i - fresh];

        *before = leaves_find(&sides->before, leaf->name);
        *after = leaves_find(&sides->after, leaf->name);
        if (*i < fresh ? *before && strcmp((*before)->text, leaf->text) == 0
                       : *after != NULL)
            continue;
        ++*i;
        return true;
    }
    return false;
}

static void
put_leaf(const struct cmd *cmd, struct table *t, const struct leaf *leaf,
         const struct leaf *other)
{
    char text[FIGURE_MAX];

    if (!leaf)
        table_none(t);
    else if (leaf->number && cmd->terminal)
        table_text(t,
                   figure_round(text, leaf->value,
                                other && other->number ? other->value : NAN));
    else
        table_text(t, leaf->text);
}

enum err
compare_weights(const struct cmd *cmd, const struct comparison *c)
{
    static const struct table_column columns[] = {
        {"name", TABLE_TEXT},
        {"old",  TABLE_TEXT},
        {"new",  TABLE_TEXT}
    };
    struct sides sides = read_sides(c);
    struct table *t = NULL; /* nothing is printed when nothing differs */
    const struct leaf *before, *after;

    for (size_t i = 0; next_leaf(&sides, &i, &before, &after);) {
        if (!t)
            t = table_new(cmd, columns, 3);
        table_text(t, after ? after->name : before->name);
        put_leaf(cmd, t, before, after);
        put_leaf(cmd, t, after, before);
    }
    sides_free(&sides);
    return t ? table_end(t) : ERR_OK;
}

static void
put_json(struct json_out *out, const char *key, const struct leaf *leaf)
{
    json_key(out, key);
    if (leaf && leaf->number)
        json_put_number(out, leaf->value);
    else
        json_put_text(out, leaf ? leaf->text : NULL);
}

void
compare_weights_json(struct json_out *out, const struct comparison *c)
{
    struct sides sides = read_sides(c);
    const struct leaf *before, *after;

    json_key(out, "weights");
    json_open(out, '{');
    for (size_t i = 0; next_leaf(&sides, &i, &before, &after);) {
        json_key(out, after ? after->name : before->name);
        json_open(out, '{');
        put_json(out, "old", before);
        put_json(out, "new", after);
        json_close(out, '}');
    }
    json_close(out, '}');
    sides_free(&sides);
}
