/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A tree of XGBoost's JSON is an object of arrays with an item per node:
 * left_children and right_children (-1: a leaf), split_indices,
 * split_conditions (thresholds, and the values of leaves) and default_left;
 * and for the nodes that categories_nodes names the codes that go right,
 * categories_sizes of them from categories_segments on in categories.
 */
#include "kinds/xgboost.h"

#include <math.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/json_pull.h"
#include "base/number.h"
#include "kinds/forest.h"

enum {
    LEFT,
    RIGHT,
    INDICES,
    CONDITIONS,
    DEFAULT_LEFT,
    CHANGES, /* the first of those that may be absent */
    CATEGORIES,
    CAT_NODES,
    CAT_SEGMENTS,
    CAT_SIZES
};

static const char *const array_names[XGBOOST_ARRAYS] = {
    "left_children",    "right_children",   "split_indices",
    "split_conditions", "default_left",     "loss_changes",
    "categories",       "categories_nodes", "categories_segments",
    "categories_sizes",
};

/* A tree while it is read. */
struct reading {
    size_t number;
    struct numbers *arrays;
    int64_t vector;  /* of a leaf's values: 0 or 1 is a number */
    int64_t deleted; /* nodes that no link leads to */
};

void
xgboost_arrays_free(struct xgboost_arrays *a)
{
    for (size_t i = 0; i < XGBOOST_ARRAYS; i++)
        free(a->items[i].items);
    *a = (struct xgboost_arrays){0};
}

/* ---- from JSON to arrays ---- */

/* A number; for false and true 0 and 1, for null NaN. */
static enum err
read_item(struct json_pull *p, double *v)
{
    enum json_type type;
    enum err e = json_pull_type(p, &type);

    if (e != ERR_OK || (type != JSON_BOOL && type != JSON_NULL))
        return e == ERR_OK ? json_pull_number(p, v) : e;
    *v = type == JSON_NULL ? NAN : *p->at == 't';
    return json_pull_skip(p);
}

static enum err
read_array(struct json_pull *p, struct reading *t, size_t array)
{
    struct numbers *a = &t->arrays[array];
    bool more = false;
    double v = 0;
    enum err e = json_pull_open(p, '[');

    a->count = 0;
    for (size_t i = 0; e == ERR_OK; i++) {
        e = json_pull_item(p, i, &more);
        if (e == ERR_OK && more)
            e = read_item(p, &v);
        if (e != ERR_OK || !more)
            break;
        if (i == FOREST_NODES_MAX)
            return err_set(ERR_DATA, "%s of tree %zu has more than %d items",
                           array_names[array], t->number, FOREST_NODES_MAX);
        numbers_add(a, v);
    }
    return e;
}

/* The counts are texts. */
static enum err
read_params(struct json_pull *p, struct reading *t)
{
    struct json_raw key, text;
    bool more = false;
    enum err e = json_pull_open(p, '{');

    for (size_t i = 0; e == ERR_OK; i++) {
        int64_t *out = NULL;
        struct buf b = {0};

        e = json_pull_member(p, i, &key, &more);
        if (e != ERR_OK || !more)
            break;
        if (json_raw_is(&key, "num_deleted"))
            out = &t->deleted;
        else if (json_raw_is(&key, "size_leaf_vector"))
            out = &t->vector;
        if (!out) {
            e = json_pull_skip(p);
            continue;
        }
        e = json_pull_text(p, &text);
        if (e == ERR_OK) {
            json_raw_text(&text, &b);
            e = number_int(buf_text(&b), 0, FOREST_NODES_MAX, out);
        }
        buf_free(&b);
    }
    return e;
}

static enum err
read_tree(struct json_pull *p, struct reading *t)
{
    struct json_raw key;
    bool more = false;
    enum err e = json_pull_open(p, '{');

    for (size_t i = 0; i < XGBOOST_ARRAYS; i++)
        t->arrays[i].count = 0;
    for (size_t i = 0; e == ERR_OK; i++) {
        size_t a = 0;

        e = json_pull_member(p, i, &key, &more);
        if (e != ERR_OK || !more)
            break;
        while (a < XGBOOST_ARRAYS && !json_raw_is(&key, array_names[a]))
            a++;
        if (a < XGBOOST_ARRAYS)
            e = read_array(p, t, a);
        else if (json_raw_is(&key, "tree_param"))
            e = read_params(p, t);
        else
            e = json_pull_skip(p);
    }
    return e;
}

/* ---- from arrays to nodes ---- */

static enum err
check_counts(const struct reading *t)
{
    size_t nodes = t->arrays[LEFT].count, cats = t->arrays[CAT_NODES].count;

    if (t->vector > 1)
        return err_set(ERR_DATA,
                       "tree %zu has leaves with several values, which are "
                       "not supported",
                       t->number);
    for (size_t i = 0; i < XGBOOST_ARRAYS; i++) {
        size_t want = i >= CAT_NODES    ? cats
                      : i == CATEGORIES ? t->arrays[i].count
                                        : nodes;

        if (t->arrays[i].count != want
            && !(i == CHANGES && t->arrays[i].count == 0))
            return err_set(ERR_DATA,
                           "tree %zu has %zu items in %s, and %zu in %s",
                           t->number, t->arrays[i].count, array_names[i], want,
                           array_names[i >= CAT_NODES ? CAT_NODES : LEFT]);
    }
    return ERR_OK;
}

/* The item of an array as an integer from least to most; false: it is none. */
static bool
whole(const struct reading *t, size_t array, size_t i, double least,
      double most, int64_t *out)
{
    double v = t->arrays[array].items[i];

    if (!(v >= least && v <= most && v == floor(v)))
        return false;
    *out = (int64_t) v; /* in range: see above */
    return true;
}

static enum err
read_node(const struct reading *t, size_t i, struct forest_node *n)
{
    double nodes = (double) t->arrays[LEFT].count;
    int64_t left_missing = 0;
    const struct numbers *changes = &t->arrays[CHANGES];

    if (!whole(t, LEFT, i, -1, nodes - 1, &n->left)
        || !whole(t, RIGHT, i, -1, nodes - 1, &n->right)
        || (n->left < 0) != (n->right < 0))
        return err_set(ERR_DATA,
                       "tree %zu: the links of node %zu, %g and %g, are not "
                       "two nodes, nor -1 for a leaf",
                       t->number, i, t->arrays[LEFT].items[i],
                       t->arrays[RIGHT].items[i]);
    if (!whole(t, INDICES, i, 0, INT32_MAX, &n->feature)
        || !whole(t, DEFAULT_LEFT, i, 0, 1, &left_missing))
        return err_set(ERR_DATA,
                       "tree %zu: split_indices or default_left of node %zu "
                       "is no index",
                       t->number, i);
    n->value = (float) t->arrays[CONDITIONS].items[i];
    n->gain =
        changes->count > 0 && changes->items[i] > 0 ? changes->items[i] : 0;
    n->what = n->left < 0 ? '.' : left_missing ? 'l' : 'r';
    return ERR_OK;
}

/*
 * XGBoost sends the codes of a set right, forests send them left: the links
 * change places, and so does the side of a missing value.
 */
static enum err
read_set(const struct reading *t, size_t i, struct forest_node *nodes,
         struct codes *codes)
{
    double all = (double) t->arrays[CATEGORIES].count;
    int64_t node = 0, from = 0, size = 0, code = 0;
    struct forest_node *n;

    if (!whole(t, CAT_NODES, i, 0, (double) t->arrays[LEFT].count - 1, &node)
        || !whole(t, CAT_SEGMENTS, i, 0, all, &from)
        || !whole(t, CAT_SIZES, i, 0, all - (double) from, &size)
        || nodes[node].what == '.' || nodes[node].set_count > 0)
        return err_set(ERR_DATA,
                       "tree %zu: the categories of item %zu are "
                       "not there",
                       t->number, i);
    n = &nodes[node];
    n->set_from = codes->count;
    n->set_count = (size_t) size;
    for (int64_t k = from; k < from + size; k++) {
        if (!whole(t, CATEGORIES, (size_t) k, 0, FOREST_CODES_MAX - 1, &code))
            return err_set(ERR_DATA,
                           "tree %zu: category %g is not between 0 "
                           "and %d",
                           t->number, t->arrays[CATEGORIES].items[k],
                           FOREST_CODES_MAX - 1);
        codes_add(codes, code);
    }
    n->what = n->what == 'l' ? 'o' : 'i';
    code = n->left;
    n->left = n->right;
    n->right = code;
    return codes->count > FOREST_NODES_MAX
               ? err_set(ERR_DATA, "tree %zu has more than %d categories",
                         t->number, FOREST_NODES_MAX)
               : ERR_OK;
}

enum err
xgboost_tree(struct json_pull *p, size_t number, size_t group,
             struct xgboost_arrays *arrays, struct forest_writer *w)
{
    struct reading t = {.number = number, .arrays = arrays->items};
    struct forest_node *nodes = NULL;
    struct codes codes = {0};
    size_t count = 0, reached = 0;
    enum err e = read_tree(p, &t);

    if (e == ERR_OK)
        e = check_counts(&t);
    if (e != ERR_OK)
        return e;
    count = t.arrays[LEFT].count;
    nodes = xcalloc(count ? count : 1, sizeof *nodes);
    for (size_t i = 0; i < count && e == ERR_OK; i++)
        e = read_node(&t, i, &nodes[i]);
    for (size_t i = 0; i < t.arrays[CAT_NODES].count && e == ERR_OK; i++)
        e = read_set(&t, i, nodes, &codes);
    if (e == ERR_OK) {
        struct forest_tree tree = {.number = (int64_t) number,
                                   .group = group,
                                   .nodes = nodes,
                                   .count = count,
                                   .codes = codes.items,
                                   .code_count = codes.count};

        e = forest_add(w, &tree, &reached);
    }
    if (e == ERR_OK && reached + (size_t) t.deleted != count)
        e = err_set(ERR_DATA, "tree %zu has nodes that no link leads to",
                    number);
    codes_free(&codes);
    free(nodes);
    return e;
}
