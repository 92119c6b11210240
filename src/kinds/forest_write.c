/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Trees with links, as other programs store them, become trees in preorder.
 * Walking a tree is what finds wrong links: a tree that is one reaches no
 * node twice.
 */
#include "kinds/forest.h"

#include <math.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/json.h"

const char *const forest_arithmetics[] = {"double", "float", NULL};
const char *const forest_outputs[] = {
    "raw", "square", "exp", "sigmoid", "softmax", "sigmoids", "shares", NULL};

void
forest_begin(struct forest_writer *w, const struct forest_head *head)
{
    struct json_out *out = w->out;

    w->groups = head->groups;
    w->arithmetic = head->arithmetic;
    json_open(out, '{');
    json_key(out, "arithmetic");
    json_put_text(out, forest_arithmetics[head->arithmetic]);
    json_key(out, "base");
    json_open(out, '[');
    for (size_t i = 0; i < head->groups; i++)
        json_put_number(out, head->base[i]);
    json_close(out, ']');
    json_key(out, "divisor");
    json_put_number(out, head->divisor);
    json_key(out, "output");
    json_put_text(out, forest_outputs[head->output]);
    json_key(out, "steepness");
    json_put_number(out, head->steepness);
    json_key(out, "trees");
    json_open(out, '[');
}

void
forest_end(struct forest_writer *w)
{
    json_close(w->out, ']');
    json_close(w->out, '}');
}

/* ---- one tree ---- */

static enum err
check_codes(const struct forest_tree *t, size_t at)
{
    const struct forest_node *n = &t->nodes[at];

    if (n->set_from > t->code_count
        || n->set_count > t->code_count - n->set_from)
        return err_set(ERR_DATA,
                       "tree %jd: the categories of node %zu are not there",
                       (intmax_t) t->number, at);
    for (size_t i = 0; i < n->set_count; i++) {
        int64_t code = t->codes[n->set_from + i];

        if (code < 0 || code >= FOREST_CODES_MAX)
            return err_set(ERR_DATA,
                           "tree %jd: category %jd of node %zu is not "
                           "between 0 and %d",
                           (intmax_t) t->number, (intmax_t) code, at,
                           FOREST_CODES_MAX - 1);
        if (i > 0 && code <= t->codes[n->set_from + i - 1])
            return err_set(ERR_DATA,
                           "tree %jd: the categories of node %zu do not "
                           "ascend",
                           (intmax_t) t->number, at);
    }
    return ERR_OK;
}

static bool
fits(const struct forest_writer *w, double v)
{
    return isfinite(v)
           && (w->arithmetic == FOREST_DOUBLE
               || (fabs(v) <= 3.4028234663852886e38
                   && (double) (float) v == v));
}

static bool
has_set(char what)
{
    return what == 'i' || what == 'o';
}

static enum err
check_node(const struct forest_writer *w, const struct forest_tree *t,
           size_t at)
{
    const struct forest_node *n = &t->nodes[at];
    bool leaf = n->what == '.';

    if (!has_set(n->what) && !fits(w, n->value))
        return err_set(ERR_DATA, "tree %jd: the %s of node %zu is %s",
                       (intmax_t) t->number, leaf ? "value" : "threshold", at,
                       isfinite(n->value) ? "no float" : "no finite number");
    if (!leaf && (n->feature < 0 || (uint64_t) n->feature >= w->features))
        return err_set(ERR_DATA,
                       "tree %jd: node %zu splits by feature %jd, and there "
                       "are %zu, counted from 0",
                       (intmax_t) t->number, at, (intmax_t) n->feature,
                       w->features);
    return has_set(n->what) ? check_codes(t, at) : ERR_OK;
}

/* The numbers of the nodes in preorder; order has room for all. */
static enum err
walk(const struct forest_writer *w, const struct forest_tree *t, size_t *order,
     size_t *reached)
{
    int64_t *waiting = xcalloc(t->count + 1, sizeof *waiting);
    bool *seen = xcalloc(t->count, sizeof *seen);
    size_t depth = 1, n = 0;
    enum err e = ERR_OK;

    while (depth > 0 && e == ERR_OK) {
        int64_t at = waiting[--depth];

        if (at < 0 || (uint64_t) at >= t->count) {
            e = err_set(ERR_DATA,
                        "tree %jd: a link leads to node %jd, and there are "
                        "%zu, counted from 0",
                        (intmax_t) t->number, (intmax_t) at, t->count);
        } else if (seen[at]) {
            e = err_set(ERR_DATA, "tree %jd: two links lead to node %jd",
                        (intmax_t) t->number, (intmax_t) at);
        } else {
            seen[at] = true;
            order[n++] = (size_t) at; /* in range: see above */
            e = check_node(w, t, (size_t) at);
            if (t->nodes[at].what != '.') {
                /* Each push is a node of its own, or the next pop fails. */
                waiting[depth++] = t->nodes[at].right;
                waiting[depth++] = t->nodes[at].left;
                if (depth > t->count)
                    e = err_set(ERR_DATA, "tree %jd has more links than nodes",
                                (intmax_t) t->number);
            }
        }
    }
    *reached = n;
    free(seen);
    free(waiting);
    return e;
}

static void
put_codes(struct json_out *out, const struct forest_tree *t,
          const struct forest_node *n)
{
    json_open(out, '[');
    for (size_t i = 0; i < n->set_count; i++)
        json_put_int(out, t->codes[n->set_from + i]);
    json_close(out, ']');
}

static void
put_features(struct json_out *out, const struct forest_tree *t,
             const size_t *order, size_t count)
{
    json_key(out, "features");
    json_open(out, '[');
    for (size_t i = 0; i < count; i++)
        if (t->nodes[order[i]].what != '.')
            json_put_int(out, t->nodes[order[i]].feature);
    json_close(out, ']');
}

static void
put_tree(struct json_out *out, const struct forest_tree *t,
         const size_t *order, size_t count)
{
    struct buf nodes = {0};
    bool sets = false;

    for (size_t i = 0; i < count; i++) {
        buf_char(&nodes, t->nodes[order[i]].what);
        sets |= has_set(t->nodes[order[i]].what);
    }
    json_open(out, '{');
    put_features(out, t, order, count);
    json_key(out, "group");
    json_put_int(out, (int64_t) t->group); /* below FOREST_GROUPS_MAX */
    json_key(out, "nodes");
    json_put_text(out, buf_text(&nodes));
    if (sets) {
        json_key(out, "sets");
        json_open(out, '[');
        for (size_t i = 0; i < count; i++)
            if (has_set(t->nodes[order[i]].what))
                put_codes(out, t, &t->nodes[order[i]]);
        json_close(out, ']');
    }
    json_key(out, "values");
    json_open(out, '[');
    for (size_t i = 0; i < count; i++)
        if (!has_set(t->nodes[order[i]].what))
            json_put_number(out, t->nodes[order[i]].value);
    json_close(out, ']');
    json_close(out, '}');
    buf_free(&nodes);
}

enum err
forest_add(struct forest_writer *w, const struct forest_tree *t,
           size_t *reached)
{
    size_t *order, count = 0;
    enum err e;

    if (t->count == 0)
        return err_set(ERR_DATA, "tree %jd has no nodes",
                       (intmax_t) t->number);
    if (w->trees == FOREST_TREES_MAX || t->count > FOREST_NODES_MAX - w->nodes)
        return err_set(
            ERR_DATA, "tree %jd: a model has at most %d trees and %d nodes",
            (intmax_t) t->number, FOREST_TREES_MAX, FOREST_NODES_MAX);
    if (t->group >= w->groups)
        return err_set(ERR_DATA, "tree %jd is of class %zu, and there are %zu",
                       (intmax_t) t->number, t->group, w->groups);
    order = xcalloc(t->count, sizeof *order);
    e = walk(w, t, order, &count);
    if (e == ERR_OK) {
        put_tree(w->out, t, order, count);
        for (size_t i = 0; i < count; i++)
            if (t->nodes[order[i]].what != '.')
                w->gains[t->nodes[order[i]].feature] +=
                    t->nodes[order[i]].gain;
        w->trees++;
        w->nodes += count;
        *reached = count;
    }
    free(order);
    return e;
}
