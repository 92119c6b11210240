/* SPDX-License-Identifier: Apache-2.0 */
/* Nothing here knows a kind: only what JSON calls "metrics", "name" and
 * "importance". */
#include "core/facts.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/figure.h"
#include "base/json.h"
#include "base/leaves.h"
#include "core/version.h"

/* Adds "accuracy 0.64, auc 0.83": the numbers there are, or the texts. */
static void
add_parts(struct buf *out, const struct leaves *l, bool numbers)
{
    for (size_t i = 0; i < l->count; i++) {
        const struct leaf *leaf = &l->items[i];
        char figure[FIGURE_MAX];

        if (leaf->number != numbers || strcmp(leaf->name, "name") == 0)
            continue;
        buf_printf(out, "%s%s %s", out->len > 0 ? ", " : "", leaf->name,
                   numbers ? figure_round(figure, leaf->value, NAN)
                           : leaf->text);
    }
}

/* ---- versions ---- */

void
facts_metrics(struct leaves *l, const struct kind *kind,
              const struct version *v)
{
    const struct leaf *found;
    struct leaf first;
    size_t at;

    version_metrics(v, l);
    found = version_headline(kind, l);
    if (!found)
        return;
    first = *found;
    at = (size_t) (found - l->items); /* it is one of them */
    memmove(l->items + 1, l->items, at * sizeof *l->items);
    l->items[0] = first;
}

void
facts_version(struct leaves *l, const struct kind *kind,
              const struct version *v, bool active)
{
    struct leaves metrics = {0};
    struct buf name = {0}, text = {0};
    char when[CLOCK_TEXT];

    clock_local(when, v->created_at);
    when[sizeof "2026-11-20 14:03" - 1] = '\0';
    buf_printf(&name, "version %" PRId64, v->number);
    buf_printf(&text, "%s%s %s by %s", active ? "active, " : "", v->origin,
               when, v->by);
    facts_metrics(&metrics, kind, v);
    add_parts(&text, &metrics, true);
    leaves_put_text(l, buf_text(&name), buf_steal(&text));
    leaves_free(&metrics);
    buf_free(&name);
}

/* ---- weights ---- */

/* One thing of an array. */
struct item {
    const char *name;
    const struct json *json;
    double importance; /* -1: it does not tell */
    size_t place;
};

static int
compare(const void *a, const void *b)
{
    const struct item *x = a, *y = b;

    if (x->importance < y->importance || x->importance > y->importance)
        return x->importance < y->importance ? 1 : -1;
    return x->place < y->place ? -1 : 1;
}

/* Whether all that stands in an array, if it is one, has a name. */
static bool
has_names(const struct json *array)
{
    for (size_t i = 0; i < json_count(array); i++) {
        const struct json *name = json_get(json_at(array, i), "name");

        if (!name || json_type(name) != JSON_STRING)
            return false;
    }
    return json_type(array) == JSON_ARRAY;
}

static void
add_item(struct leaves *l, const char *parent, const struct item *item)
{
    struct leaves parts = {0};
    struct buf name = {0}, text = {0};

    leaves_add(&parts, item->json);
    buf_printf(&name, "%s.%s", parent, item->name);
    add_parts(&text, &parts, true);
    add_parts(&text, &parts, false); /* they may be long */
    buf_str(&text, "");
    leaves_put_text(l, buf_text(&name), buf_steal(&text));
    leaves_free(&parts);
    buf_free(&name);
}

static void
add_items(struct leaves *l, const char *parent, const struct json *array)
{
    size_t count = json_count(array);
    struct item *items = xcalloc(count + 1, sizeof *items);

    for (size_t i = 0; i < count; i++) {
        const struct json *json = json_at(array, i);
        const struct json *v = json_get(json, "importance");

        items[i] = (struct item){
            .name = json_text(json_get(json, "name")),
            .json = json,
            .importance =
                v && json_type(v) == JSON_NUMBER ? json_number(v) : -1,
            .place = i,
        };
    }
    qsort(items, count, sizeof *items, compare);
    for (size_t i = 0; i < count; i++)
        add_item(l, parent, &items[i]);
    free(items);
}

void
facts_weights(struct leaves *l, const struct json *weights)
{
    struct json_walk it = {0};

    while (json_next(weights, &it)) {
        if (strcmp(it.key, "metrics") == 0)
            continue;
        if (has_names(it.value))
            add_items(l, it.key, it.value);
        else
            leaves_put(l, it.key, it.value);
    }
}
