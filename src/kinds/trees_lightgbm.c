/* SPDX-License-Identifier: Apache-2.0 */
/*
 * LightGBM's text: lines of key=value, first of the model, then of each tree
 * after a line Tree=N, then "end of trees" and what was set for training. A
 * tree of n leaves has n - 1 splits; a link of 0 and above leads to a split,
 * below it to leaf -1 - link. A split decides by the bits of decision_type: 1
 * a set of categories, 2 a missing value goes left, 4 a zero is missing, 8
 * NaN is missing (without either, NaN is a zero).
 */
#include "kinds/trees_load.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/json.h"
#include "base/number.h"
#include "kinds/features.h"
#include "kinds/forest.h"
#include "kinds/pairs.h"

enum { CATEGORY = 1, LEFT = 2, ZERO_MISSING = 4, NAN_MISSING = 8 };

/* The members of a tree that are lists of numbers. */
enum {
    SPLIT_FEATURE,
    SPLIT_GAIN,
    THRESHOLD,
    DECISION_TYPE,
    LEFT_CHILD,
    RIGHT_CHILD,
    LEAF_VALUE,
    CAT_BOUNDARIES,
    CAT_THRESHOLD,
    LISTS
};
static const char *const list_names[LISTS] = {
    "split_feature", "split_gain",     "threshold",
    "decision_type", "left_child",     "right_child",
    "leaf_value",    "cat_boundaries", "cat_threshold",
};

struct tree_text {
    int64_t number, leaves, cats, linear;
    struct numbers lists[LISTS];
};

struct model_text {
    struct span objective, names, infos, pandas, sizes;
    int64_t groups, max_feature;
    bool average;
    size_t trees; /* as many as tree_sizes says */
};

/* ---- the model ---- */

/* What an objective makes of the sums. */
static const struct objective {
    const char *name;
    enum forest_output output;
} objectives[] = {
    {"regression",    FOREST_RAW     },
    {"regression_l1", FOREST_RAW     },
    {"huber",         FOREST_RAW     },
    {"fair",          FOREST_RAW     },
    {"quantile",      FOREST_RAW     },
    {"mape",          FOREST_RAW     },
    {"lambdarank",    FOREST_RAW     },
    {"rank_xendcg",   FOREST_RAW     },
    {"poisson",       FOREST_EXP     },
    {"gamma",         FOREST_EXP     },
    {"tweedie",       FOREST_EXP     },
    {"binary",        FOREST_SIGMOID },
    {"cross_entropy", FOREST_SIGMOID },
    {"multiclass",    FOREST_SOFTMAX },
    {"multiclassova", FOREST_SIGMOIDS},
};

/* "binary sigmoid:1": the name, and words that change what is computed. */
static enum err
read_objective(struct span text, struct forest_head *head)
{
    struct span name = span_word(&text), word;
    size_t count = sizeof objectives / sizeof objectives[0], i = 0;

    while (i < count && !span_is(name, objectives[i].name))
        i++;
    if (i == count && name.len > 0)
        return err_set(ERR_DATA, "the objective \"%.*s\" is not supported",
                       span_cut(name), name.at);
    head->output = i < count ? objectives[i].output : FOREST_RAW;
    for (word = span_word(&text); word.len > 0; word = span_word(&text)) {
        if (span_is(word, "sqrt") && head->output == FOREST_RAW)
            head->output = FOREST_SQUARE;
        if (span_begins(word, "sigmoid:")
            && (number_read(word.at + 8, word.len - 8, NUMBER_JSON,
                            &head->steepness)
                    != ERR_OK
                || !(head->steepness > 0)))
            return err_set(ERR_DATA,
                           "\"%.*s\" of the objective is not a "
                           "number above 0",
                           span_cut(word), word.at);
    }
    return ERR_OK;
}

static enum err
read_head(struct pairs *l, struct model_text *m)
{
    enum err e = ERR_OK;

    *m = (struct model_text){.groups = 1, .max_feature = -1};
    while (e == ERR_OK && pairs_next(l)) {
        if (span_begins(l->line, "Tree=") || span_is(l->line, "end of trees"))
            break;
        if (span_is(l->line, "average_output"))
            m->average = true;
        else if (span_is(l->key, "objective"))
            m->objective = l->value;
        else if (span_is(l->key, "feature_names"))
            m->names = l->value;
        else if (span_is(l->key, "feature_infos"))
            m->infos = l->value;
        else if (span_is(l->key, "tree_sizes"))
            m->sizes = l->value;
        else if (span_is(l->key, "num_tree_per_iteration"))
            e = pairs_int(l, 1, FOREST_GROUPS_MAX, &m->groups);
        else if (span_is(l->key, "max_feature_idx"))
            e = pairs_int(l, 0, FOREST_FEATURES_MAX - 1, &m->max_feature);
    }
    if (e == ERR_OK && m->max_feature < 0)
        e = err_set(ERR_DATA, "the model has no max_feature_idx");
    for (struct span rest = m->sizes; span_word(&rest).len > 0;)
        m->trees++;
    if (e == ERR_OK && (m->trees == 0 || m->trees > FOREST_TREES_MAX))
        e = err_set(ERR_DATA,
                    "the model has %zu trees by its tree_sizes; it must be 1 "
                    "to %d",
                    m->trees, FOREST_TREES_MAX);
    if (e == ERR_OK && m->trees % (size_t) m->groups != 0)
        e = err_set(ERR_DATA,
                    "the model has %zu trees, which is no multiple of its "
                    "num_tree_per_iteration=%jd",
                    m->trees, (intmax_t) m->groups);
    return e;
}

/* "[-2.6:2.1]" is a range; categories and "none" say nothing of one. */
static void
read_range(struct span info, struct feature *f)
{
    double min, max;
    size_t n;

    if (info.len < 3 || info.at[0] != '[')
        return;
    n = number_scan(info.at + 1, info.at + info.len, NUMBER_LOOSE, &min);
    if (n == 0 || n + 1 >= info.len || info.at[n + 1] != ':')
        return;
    if (number_scan(info.at + n + 2, info.at + info.len, NUMBER_LOOSE, &max)
            > 0
        && isfinite(min) && isfinite(max)) {
        f->min = min;
        f->max = max;
    }
}

static enum err
read_features(const struct model_text *m, struct features *f)
{
    size_t count = (size_t) m->max_feature + 1;
    struct span names = m->names, infos = m->infos, name;

    f->scale = 1;
    for (name = span_word(&names); name.len > 0; name = span_word(&names)) {
        if (f->count == count)
            break;
        read_range(span_word(&infos), features_add(f, name.at, name.len));
    }
    if (f->count != count || name.len > 0)
        return err_set(ERR_DATA,
                       "feature_names has %s names than max_feature_idx=%jd "
                       "says",
                       name.len > 0 ? "more" : "fewer",
                       (intmax_t) m->max_feature);
    return ERR_OK;
}

/* ---- a tree ---- */

static enum err
read_tree(struct pairs *l, struct tree_text *t)
{
    enum err e = ERR_OK;

    t->leaves = -1;
    t->cats = t->linear = 0;
    for (size_t i = 0; i < LISTS; i++)
        t->lists[i].count = 0;
    while (e == ERR_OK && pairs_next(l)) {
        size_t i = 0;

        if (span_begins(l->line, "Tree=") || span_is(l->line, "end of trees"))
            break;
        while (i < LISTS && !span_is(l->key, list_names[i]))
            i++;
        if (i < LISTS)
            e = pairs_numbers(l, &t->lists[i]);
        else if (span_is(l->key, "num_leaves"))
            e = pairs_int(l, 1, FOREST_NODES_MAX, &t->leaves);
        else if (span_is(l->key, "num_cat"))
            e = pairs_int(l, 0, FOREST_NODES_MAX, &t->cats);
        else if (span_is(l->key, "is_linear"))
            e = pairs_int(l, 0, 1, &t->linear);
    }
    return e;
}

/* Has each list as many numbers as it must? */
static enum err
check_counts(const struct tree_text *t)
{
    size_t leaves = (size_t) t->leaves, cats = (size_t) t->cats;

    if (t->leaves < 0)
        return err_set(ERR_DATA, "tree %jd has no num_leaves",
                       (intmax_t) t->number);
    if (t->linear)
        return err_set(ERR_DATA,
                       "tree %jd has linear leaves, which are not supported",
                       (intmax_t) t->number);
    for (size_t i = 0; i < LISTS; i++) {
        size_t want = i == LEAF_VALUE       ? leaves
                      : i == CAT_BOUNDARIES ? (cats ? cats + 1 : 0)
                      : i == CAT_THRESHOLD  ? t->lists[i].count
                                            : leaves - 1;

        /* A tree of one leaf may leave out the lists of its splits, and an
         * old one its gains. */
        if (t->lists[i].count != want
            && !(i == SPLIT_GAIN && t->lists[i].count == 0)
            && !(cats == 0 && i >= CAT_BOUNDARIES))
            return err_set(ERR_DATA,
                           "tree %jd has %zu numbers in %s, where its %jd "
                           "leaves need %zu",
                           (intmax_t) t->number, t->lists[i].count,
                           list_names[i], (intmax_t) t->leaves, want);
    }
    return ERR_OK;
}

/* The number of a list as an integer from least to most; false: it is none. */
static bool
whole(const struct tree_text *t, size_t list, size_t i, double least,
      double most, int64_t *out)
{
    double v = t->lists[list].items[i];

    if (!(v >= least && v <= most && v == floor(v)))
        return false;
    *out = (int64_t) v; /* in range: see above */
    return true;
}

/* A link as the number of a node, those of the leaves behind the splits. */
static enum err
read_link(const struct tree_text *t, size_t list, size_t i, int64_t *out)
{
    int64_t splits = t->leaves - 1, link;

    if (!whole(t, list, i, (double) -t->leaves, (double) (splits - 1), &link))
        return err_set(ERR_DATA,
                       "tree %jd: %s of split %zu is %g, which leads nowhere",
                       (intmax_t) t->number, list_names[list], i,
                       t->lists[list].items[i]);
    *out = link >= 0 ? link : splits - 1 - link;
    return ERR_OK;
}

/* The categories of a split: the bits of its words. */
static enum err
read_set(const struct tree_text *t, size_t i, struct codes *codes,
         struct forest_node *n)
{
    double words = (double) t->lists[CAT_THRESHOLD].count;
    int64_t set, from, end, word;

    if (!whole(t, THRESHOLD, i, 0, (double) (t->cats - 1), &set)
        || !whole(t, CAT_BOUNDARIES, (size_t) set, 0, words, &from)
        || !whole(t, CAT_BOUNDARIES, (size_t) set + 1, (double) from, words,
                  &end)
        || end - from > FOREST_CODES_MAX / 32)
        return err_set(ERR_DATA,
                       "tree %jd: the categories of split %zu are not there",
                       (intmax_t) t->number, i);
    n->set_from = codes->count;
    for (int64_t w = from; w < end; w++) {
        if (!whole(t, CAT_THRESHOLD, (size_t) w, 0, UINT32_MAX, &word))
            return err_set(ERR_DATA,
                           "tree %jd: cat_threshold has a number that is no "
                           "word of 32 bits",
                           (intmax_t) t->number);
        for (int64_t bit = 0; bit < 32; bit++)
            if (word >> bit & 1)
                codes_add(codes, (w - from) * 32 + bit);
    }
    n->set_count = codes->count - n->set_from;
    return codes->count > FOREST_NODES_MAX
               ? err_set(ERR_DATA, "tree %jd has more than %d categories",
                         (intmax_t) t->number, FOREST_NODES_MAX)
               : ERR_OK;
}

static enum err
read_split(const struct tree_text *t, size_t i, struct codes *codes,
           struct forest_node *n)
{
    const struct numbers *gains = &t->lists[SPLIT_GAIN];
    int64_t decision = 0;
    enum err e;

    if (!whole(t, DECISION_TYPE, i, 0, 11, &decision))
        return err_set(ERR_DATA,
                       "tree %jd: split %zu has the decision_type "
                       "%g",
                       (intmax_t) t->number, i,
                       t->lists[DECISION_TYPE].items[i]);
    if (!whole(t, SPLIT_FEATURE, i, 0, FOREST_FEATURES_MAX - 1, &n->feature))
        n->feature = -1; /* which forest_add() refuses */
    n->value = t->lists[THRESHOLD].items[i];
    n->gain = gains->count > 0 && gains->items[i] > 0 ? gains->items[i] : 0;
    e = read_link(t, LEFT_CHILD, i, &n->left);
    if (e == ERR_OK)
        e = read_link(t, RIGHT_CHILD, i, &n->right);
    if (e != ERR_OK)
        return e;
    if (decision & CATEGORY) {
        n->what = 'o'; /* a missing value is in no set */
        return read_set(t, i, codes, n);
    }
    if (decision & ZERO_MISSING)
        n->what = decision & LEFT ? 'y' : 'z';
    else if (decision & NAN_MISSING)
        n->what = decision & LEFT ? 'l' : 'r';
    else
        n->what = n->value >= 0 ? 'l' : 'r'; /* NaN is a zero */
    return ERR_OK;
}

static enum err
add_tree(struct forest_writer *w, const struct tree_text *t, size_t group)
{
    size_t leaves = (size_t) t->leaves, splits = leaves - 1, reached = 0;
    struct forest_node *nodes;
    struct codes codes = {0};
    struct forest_tree tree;
    enum err e = check_counts(t);

    if (e != ERR_OK)
        return e;
    nodes = xcalloc(splits + leaves, sizeof *nodes);
    for (size_t i = 0; i < splits && e == ERR_OK; i++)
        e = read_split(t, i, &codes, &nodes[i]);
    for (size_t i = 0; i < leaves; i++)
        nodes[splits + i] = (struct forest_node){
            .what = '.', .value = t->lists[LEAF_VALUE].items[i]};
    tree = (struct forest_tree){.number = t->number,
                                .group = group,
                                .nodes = nodes,
                                .count = splits + leaves,
                                .codes = codes.items,
                                .code_count = codes.count};
    if (e == ERR_OK)
        e = forest_add(w, &tree, &reached);
    if (e == ERR_OK && reached != tree.count)
        e = err_set(ERR_DATA, "tree %jd has nodes that no link leads to",
                    (intmax_t) t->number);
    codes_free(&codes);
    free(nodes);
    return e;
}

/* ---- all of it ---- */

static enum err
read_trees(struct pairs *l, const struct model_text *m,
           struct forest_writer *w)
{
    struct tree_text t = {0};
    size_t n = 0;
    enum err e = ERR_OK;

    while (e == ERR_OK && span_begins(l->line, "Tree=")) {
        e = pairs_int(l, 0, FOREST_TREES_MAX - 1, &t.number);
        if (e == ERR_OK && (uint64_t) t.number != n)
            e = err_set(ERR_DATA, "line %zu: tree %zu is expected, not %jd",
                        l->number, n, (intmax_t) t.number);
        if (e == ERR_OK)
            e = read_tree(l, &t);
        if (e == ERR_OK)
            e = add_tree(w, &t, n++ % (size_t) m->groups);
    }
    if (e == ERR_OK && (n != m->trees || !span_is(l->line, "end of trees")))
        e = err_set(ERR_DATA,
                    "the model is cut: it has %zu of %zu trees and %s \"end "
                    "of trees\"",
                    n, m->trees,
                    span_is(l->line, "end of trees") ? "an" : "no");
    for (size_t i = 0; i < LISTS; i++)
        free(t.lists[i].items);
    return e;
}

/* A model of pandas' categories keeps their names in its last line. */
static enum err
refuse_pandas(struct pairs *l)
{
    while (pairs_next(l))
        if (span_begins(l->line, "pandas_categorical:")
            && !span_is(l->line, "pandas_categorical:null")
            && !span_is(l->line, "pandas_categorical:[]"))
            return err_set(ERR_DATA,
                           "the model names categories of pandas, which are "
                           "not supported: train it on the codes of the "
                           "categories");
    return ERR_OK;
}

bool
lightgbm_is(const char *text, size_t len)
{
    return len > 5 && memcmp(text, "tree", 4) == 0
           && (text[4] == '\n' || text[4] == '\r');
}

enum err
lightgbm_read(const char *text, size_t len, struct features *features,
              struct buf *forest)
{
    struct pairs l = {.at = text, .end = text + len};
    struct forest_head head = {.arithmetic = FOREST_DOUBLE, .steepness = 1};
    double base[FOREST_GROUPS_MAX] = {0};
    struct buf made = {0};
    struct json_out out = {.buf = &made};
    struct forest_writer w = {.out = &out};
    struct model_text m;
    enum err e = read_head(&l, &m);

    if (e == ERR_OK)
        e = read_objective(m.objective, &head);
    if (e == ERR_OK && (head.output < FOREST_SOFTMAX) != (m.groups == 1))
        e = err_set(ERR_DATA,
                    "the objective does not go with "
                    "num_tree_per_iteration=%jd",
                    (intmax_t) m.groups);
    if (e == ERR_OK)
        e = read_features(&m, features);
    if (e != ERR_OK)
        goto done;
    head.groups = (size_t) m.groups;
    head.base = base;
    head.divisor = m.average ? (double) (m.trees / head.groups) : 1;
    w.features = features->count;
    w.gains = xcalloc(w.features, sizeof *w.gains);
    forest_begin(&w, &head);
    e = read_trees(&l, &m, &w);
    if (e == ERR_OK)
        e = refuse_pandas(&l);
    if (e != ERR_OK)
        goto done;
    forest_end(&w);
    features_weigh(features, w.gains);
    features_classes(features, span_begins(m.objective, "binary") ? 2
                               : head.groups > 1                  ? head.groups
                                                                  : 0);
    buf_add(forest, made.data, made.len);

done:
    if (e != ERR_OK)
        features_free(features);
    free(w.gains);
    buf_free(&made);
    return e;
}
