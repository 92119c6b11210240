/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads the JSON of trees into what is evaluated. Everything is checked, as
 * it may come from outside: a tree must use up its nodes, features, values
 * and sets exactly.
 */
#include "kinds/forest_internal.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/json.h"
#include "base/number.h"
#include "kinds/kind.h"

static const char forest_at[] = "/weights/forest";

struct reader {
    struct forest *f;
    size_t nodes, node_cap; /* used and there */
    size_t sets, words;
    size_t waiting_cap;
    uint32_t *waiting; /* right children that preorder comes to later */
};

/* A tree while it is read: its members and how far they are used. */
struct tree_reader {
    size_t number;
    const char *nodes;
    const struct json *features, *values, *sets;
    size_t feature, value, set;
};

/* ---- single values ---- */

/* The items of what may be no array, and one of them, or NULL. */
static size_t
items(const struct json *value)
{
    return value && json_type(value) == JSON_ARRAY ? json_count(value) : 0;
}

static const struct json *
item(const struct json *array, size_t i)
{
    return i < items(array) ? json_at(array, i) : NULL;
}

static enum err
tree_problem(const struct tree_reader *t, const char *what)
{
    char pointer[64], number[NUMBER_MAX];

    (void) number_print(number, (double) t->number);
    (void) snprintf(pointer, sizeof pointer, "%s/trees", forest_at);
    return kind_problem(pointer, number, "tree %zu: %s", t->number, what);
}

/* A whole number from 0 to below limit; false: it is none. */
static bool
read_index(const struct json *value, size_t limit, size_t *out)
{
    double v;

    if (!value || json_type(value) != JSON_NUMBER)
        return false;
    v = json_number(value);
    if (!(v >= 0 && v < (double) limit && v == floor(v)))
        return false;
    *out = (size_t) v; /* in range: see above */
    return true;
}

static bool
read_value(const struct forest *f, const struct json *value, double *out)
{
    if (!value || json_type(value) != JSON_NUMBER)
        return false;
    *out = json_number(value);
    return f->arithmetic == FOREST_DOUBLE
           || (fabs(*out) <= 3.4028234663852886e38
               && (double) (float) *out == *out);
}

/* ---- sets ---- */

static enum err
read_set(struct reader *r, struct tree_reader *t, struct node *n)
{
    const struct json *codes = item(t->sets, t->set++);
    struct forest *f = r->f;
    size_t count = items(codes), code = 0, last = 0;
    size_t words;

    if (!codes || json_type(codes) != JSON_ARRAY
        || (count > 0
            && !read_index(item(codes, count - 1), FOREST_CODES_MAX, &last)))
        return tree_problem(t, "a set must be an array of codes");
    words = count ? last / 32 + 1 : 0;
    if (words > FOREST_WORDS_MAX - r->words)
        return tree_problem(t, "its sets need too much memory");
    f->sets = xreallocarray(f->sets, r->sets + 1, sizeof *f->sets);
    f->words = xreallocarray(f->words, r->words + words, sizeof *f->words);
    memset(f->words + r->words, 0, words * sizeof *f->words);
    for (size_t i = 0, before = 0; i < count; i++, before = code) {
        if (!read_index(item(codes, i), last + 1, &code)
            || (i > 0 && code <= before))
            return tree_problem(t, "the codes of a set must ascend");
        f->words[r->words + code / 32] |= UINT32_C(1) << code % 32;
    }
    f->sets[r->sets] = (struct code_set){.from = (uint32_t) r->words,
                                         .words = (uint32_t) words};
    n->at = (double) r->sets++;
    r->words += words;
    return ERR_OK;
}

/* ---- nodes ---- */

/* What a character of "nodes" stands for. */
static const struct letter {
    char letter;
    uint8_t what;
} letters[] = {
    {'l', NODE_LEFT             },
    {'r', NODE_RIGHT            },
    {'y', NODE_ZERO | NODE_LEFT },
    {'z', NODE_ZERO | NODE_RIGHT},
    {'i', NODE_SET | NODE_LEFT  },
    {'o', NODE_SET | NODE_RIGHT },
};

static const struct letter *
find_letter(char c)
{
    for (size_t i = 0; i < sizeof letters / sizeof letters[0]; i++)
        if (letters[i].letter == c)
            return &letters[i];
    return NULL;
}

/* New nodes side by side. */
static uint32_t
make_nodes(struct reader *r, size_t count)
{
    struct forest *f = r->f;

    if (r->nodes + count > r->node_cap) {
        r->node_cap = 2 * r->node_cap + count;
        f->nodes = xreallocarray(f->nodes, r->node_cap, sizeof *f->nodes);
    }
    memset(f->nodes + r->nodes, 0, count * sizeof *f->nodes);
    r->nodes += count;
    return (uint32_t) (r->nodes - count); /* below FOREST_NODES_MAX */
}

static enum err
read_leaf(struct reader *r, struct tree_reader *t, uint32_t at)
{
    struct node *n = &r->f->nodes[at];

    n->child = at;
    if (!read_value(r->f, item(t->values, t->value++), &n->at))
        return tree_problem(t, "a leaf has no value, or one that is no float");
    if (r->f->output == FOREST_SHARES && !(n->at >= 0 && n->at <= 1))
        return tree_problem(t, "a leaf is no probability, from 0 to 1");
    return ERR_OK;
}

static enum err
read_split(struct reader *r, struct tree_reader *t, uint32_t at,
           const struct letter *l)
{
    struct node n = {.inner = 1, .what = l->what};
    size_t feature = 0;
    enum err e = ERR_OK;

    if (!read_index(item(t->features, t->feature++), r->f->features, &feature))
        return tree_problem(t, "a split has no feature that is there");
    n.feature = (uint16_t) feature; /* below FOREST_FEATURES_MAX */
    r->f->plain &= !(l->what & (NODE_ZERO | NODE_SET));
    if (l->what & NODE_SET)
        e = read_set(r, t, &n);
    else if (!read_value(r->f, item(t->values, t->value++), &n.at))
        e = tree_problem(t,
                         "a split has no threshold, or one that is no float");
    /* A float is below a float when it is at most the one before. */
    else if (r->f->arithmetic == FOREST_FLOAT)
        n.at = nextafterf((float) n.at, -INFINITY);
    if (e != ERR_OK)
        return e;
    n.child = make_nodes(r, 2);
    r->f->nodes[at] = n;
    return ERR_OK;
}

/* Preorder: the left child is next, the right one waits. */
static enum err
read_nodes(struct reader *r, struct tree_reader *t, uint32_t root)
{
    size_t depth = 1;
    enum err e = ERR_OK;

    r->waiting[0] = root;
    for (const char *c = t->nodes; *c && e == ERR_OK; c++) {
        const struct letter *l = find_letter(*c);
        uint32_t at;

        if (depth == 0)
            return tree_problem(t, "it has more nodes than places for them");
        at = r->waiting[--depth];
        if (*c == '.') {
            e = read_leaf(r, t, at);
        } else if (!l) {
            e = tree_problem(t, "its nodes are written with . l r y z i o");
        } else {
            e = read_split(r, t, at, l);
            r->waiting[depth++] = r->f->nodes[at].child + 1;
            r->waiting[depth++] = r->f->nodes[at].child;
        }
    }
    if (e == ERR_OK && depth > 0)
        e = tree_problem(t, "it ends before its last leaf");
    return e;
}

static enum err
read_tree(struct reader *r, const struct json *json, size_t number)
{
    static const char *const known[] = {"features", "group",  "nodes",
                                        "sets",     "values", NULL};
    const struct json *nodes = json_get(json, "nodes");
    struct tree_reader t = {.number = number,
                            .features = json_get(json, "features"),
                            .sets = json_get(json, "sets"),
                            .values = json_get(json, "values")};
    size_t group = 0, length;
    enum err e = kind_members(json, known, "a tree", forest_at, "trees");

    if (e != ERR_OK)
        return e;
    if (!nodes || json_type(nodes) != JSON_STRING)
        return tree_problem(&t, "it must have a text \"nodes\"");
    if (!read_index(json_get(json, "group"), r->f->groups, &group))
        return tree_problem(&t, "its \"group\" is not there");
    t.nodes = json_text(nodes);
    length = strlen(t.nodes);
    if (length > FOREST_NODES_MAX - r->nodes)
        return tree_problem(&t, "the model has too many nodes");
    if (length + 2 > r->waiting_cap) {
        r->waiting_cap = length + 2;
        r->waiting =
            xreallocarray(r->waiting, r->waiting_cap, sizeof *r->waiting);
    }
    r->f->group_of[number] = (uint16_t) group; /* below FOREST_GROUPS_MAX */
    r->f->roots[number] = make_nodes(r, 1);
    e = read_nodes(r, &t, r->f->roots[number]);
    if (e == ERR_OK
        && (t.feature != items(t.features) || t.value != items(t.values)
            || t.set != items(t.sets)))
        e = tree_problem(&t, "it has more features, values or sets than "
                             "nodes for them");
    return e;
}

/* ---- the head ---- */

/* The place of a member's text in words; their count when it is none. */
static size_t
read_word(const struct json *json, const char *key, const char *const *words)
{
    const struct json *value = json_get(json, key);
    size_t i = 0;

    while (words[i]
           && (!value || json_type(value) != JSON_STRING
               || strcmp(words[i], json_text(value)) != 0))
        i++;
    return i;
}

static bool
read_positive(const struct json *json, const char *key, double *out)
{
    const struct json *value = json_get(json, key);

    if (!value || json_type(value) != JSON_NUMBER || !(json_number(value) > 0))
        return false;
    *out = json_number(value);
    return true;
}

static enum err
read_base(struct forest *f, const struct json *json)
{
    const struct json *base = json_get(json, "base");
    bool classes = f->output == FOREST_SOFTMAX || f->output == FOREST_SIGMOIDS
                   || f->output == FOREST_SHARES;

    f->groups = items(base);
    if (!base || json_type(base) != JSON_ARRAY || f->groups > FOREST_GROUPS_MAX
        || f->groups < (classes ? 2 : 1) || (!classes && f->groups != 1))
        return kind_problem(forest_at, "base",
                            "\"base\" must be an array of a number for each "
                            "output");
    f->base = xcalloc(f->groups, sizeof *f->base);
    for (size_t i = 0; i < f->groups; i++)
        if (!read_value(f, item(base, i), &f->base[i]))
            return kind_problem(forest_at, "base",
                                "item %zu of \"base\" is no number, or no "
                                "float",
                                i);
    return ERR_OK;
}

static enum err
read_head(struct forest *f, const struct json *json)
{
    static const char *const known[] = {
        "arithmetic", "base", "divisor", "output", "steepness", "trees", NULL};
    const struct json *trees = json_get(json, "trees");
    size_t arithmetic = read_word(json, "arithmetic", forest_arithmetics);
    size_t output = read_word(json, "output", forest_outputs);
    enum err e;

    if (!json || json_type(json) != JSON_OBJECT)
        return kind_problem("/weights", "forest",
                            "the weights must have an object \"forest\"");
    e = kind_members(json, known, "a forest", forest_at, NULL);
    if (e != ERR_OK)
        return e;
    if (!forest_arithmetics[arithmetic])
        return kind_problem(forest_at, "arithmetic",
                            "\"arithmetic\" must be double or float");
    if (!forest_outputs[output])
        return kind_problem(forest_at, "output",
                            "\"output\" must be one of raw, square, exp, "
                            "sigmoid, softmax, sigmoids, shares");
    if (!read_positive(json, "divisor", &f->divisor)
        || !read_positive(json, "steepness", &f->steepness))
        return kind_problem(forest_at, NULL,
                            "\"divisor\" and \"steepness\" must be above 0");
    f->trees = items(trees);
    if (!trees || json_type(trees) != JSON_ARRAY || f->trees == 0
        || f->trees > FOREST_TREES_MAX)
        return kind_problem(forest_at, "trees",
                            "a forest is an array of 1 to %d trees",
                            FOREST_TREES_MAX);
    f->arithmetic = (enum forest_arithmetic) arithmetic;
    f->output = (enum forest_output) output;
    return read_base(f, json);
}

/* So that none of the sums is above 1. */
static enum err
check_shares(const struct forest *f)
{
    size_t *counts = xcalloc(f->groups, sizeof *counts);
    bool good = true;

    for (size_t i = 0; i < f->trees; i++)
        counts[f->group_of[i]]++;
    for (size_t i = 0; i < f->groups; i++)
        good &= (double) counts[i] == f->divisor && f->base[i] == 0;
    free(counts);
    return good ? ERR_OK
                : kind_problem(forest_at, "divisor",
                               "of shares, each \"base\" must be 0, and "
                               "\"divisor\" the count of trees of each "
                               "output");
}

enum err
forest_read(const struct json *json, size_t features, struct forest **out)
{
    struct forest *f = xcalloc(1, sizeof *f);
    struct reader r = {.f = f};
    const struct json *trees = json_get(json, "trees");
    enum err e, one;

    f->features = features;
    f->plain = true;
    e = read_head(f, json);
    if (e == ERR_OK) {
        f->roots = xcalloc(f->trees, sizeof *f->roots);
        f->group_of = xcalloc(f->trees, sizeof *f->group_of);
        for (size_t i = 0; i < f->trees && !kind_enough_problems(); i++) {
            one = read_tree(&r, item(trees, i), i);
            e = one != ERR_OK ? one : e;
        }
    }
    free(r.waiting);
    if (e == ERR_OK && f->output == FOREST_SHARES)
        e = check_shares(f);
    if (e == ERR_OK)
        *out = f;
    else
        forest_free(f);
    return e;
}
