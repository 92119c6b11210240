/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Evaluating trees. A node has 16 bytes; its children lie side by side, so a
 * step adds the result of a comparison to an index, and a leaf leads to
 * itself. Eight trees are walked at once: their loads do not wait for each
 * other, and the only branch is the one that ends all eight. A sum is made in
 * the order of the trees, so its bits are those of a plain loop.
 */
#include "kinds/forest.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "kinds/forest_internal.h"

#include "base/buf.h"

enum { LANES = 8 };

/* LightGBM takes values so near to zero for zeros: 1e-35 as a float. */
static const double ZERO = 1.0000000180025095e-35;

void
forest_free(struct forest *f)
{
    if (!f)
        return;
    free(f->nodes);
    free(f->roots);
    free(f->group_of);
    free(f->base);
    free(f->sets);
    free(f->words);
    free(f);
}

size_t
forest_groups(const struct forest *f)
{
    return f->groups;
}

enum forest_output
forest_output(const struct forest *f)
{
    return f->output;
}

/* ---- from the root to a leaf ---- */

/* 1 when a threshold sends the value right, or a leaf's 0. */
static inline unsigned
goes_right(const struct node *n, double x)
{
    return n->inner
           & ((unsigned) (x > n->at) | ((unsigned) (x != x) & n->what));
}

static bool
in_set(const struct forest *f, const struct node *n, double x)
{
    const struct code_set *set = &f->sets[(size_t) n->at]; /* an index */
    uint32_t code;

    if (!(x > -1 && x < (double) set->words * 32))
        return false;
    code = (uint32_t) (x > 0 ? x : 0); /* -0.5 is cut to 0 */
    return f->words[set->from + code / 32] >> code % 32 & 1;
}

/* Any kind of node. */
static double
walk_any(const struct forest *f, const double *row, uint32_t at)
{
    const struct node *n = &f->nodes[at];

    while (n->inner) {
        double x = row[n->feature];
        unsigned right;

        if (n->what & NODE_SET)
            right = x != x ? n->what & NODE_RIGHT : !in_set(f, n, x);
        else if (n->what & NODE_ZERO && !(fabs(x) > ZERO))
            right = n->what & NODE_RIGHT;
        else
            right = goes_right(n, x);
        n = &f->nodes[n->child + right];
    }
    return n->at;
}

/* LANES trees at once, all of whose nodes are plain thresholds. */
static void
walk_lanes(const struct forest *f, const double *row, const uint32_t *roots,
           double *leaves)
{
    const struct node *nodes = f->nodes;
    uint32_t at[LANES];
    unsigned more;

    memcpy(at, roots, sizeof at);
    do {
        more = 0;
        for (size_t i = 0; i < LANES; i++) {
            const struct node *n = &nodes[at[i]];

            at[i] = n->child + goes_right(n, row[n->feature]);
            more |= n->inner;
        }
    } while (more);
    for (size_t i = 0; i < LANES; i++)
        leaves[i] = nodes[at[i]].at;
}

/* ---- sums ---- */

static void
add(const struct forest *f, size_t tree, double leaf, double *sums)
{
    double *sum = &sums[f->group_of[tree]];

    if (f->arithmetic == FOREST_FLOAT)
        *sum = (float) *sum + (float) leaf; /* both are floats; FLT_EVAL 0 */
    else
        *sum += leaf;
}

static void
sum_trees(const struct forest *f, const double *row, double *sums)
{
    double leaves[LANES];
    size_t t = 0;

    memcpy(sums, f->base, f->groups * sizeof *sums);
    if (f->plain)
        for (; t + LANES <= f->trees; t += LANES) {
            walk_lanes(f, row, f->roots + t, leaves);
            for (size_t i = 0; i < LANES; i++)
                add(f, t + i, leaves[i], sums);
        }
    for (; t < f->trees; t++)
        add(f, t, walk_any(f, row, f->roots[t]), sums);
    if (f->divisor != 1)
        for (size_t i = 0; i < f->groups; i++)
            sums[i] /= f->divisor;
}

/* ---- what is made of the sums, as each program does ---- */

static void
finish_double(const struct forest *f, double *v)
{
    double most = v[0], sum = 0;

    for (size_t i = 0; i < f->groups; i++)
        switch (f->output) {
        case FOREST_RAW:
        case FOREST_SHARES:
            break;
        case FOREST_SQUARE:
            v[i] = copysign(v[i] * v[i], v[i]);
            break;
        case FOREST_EXP:
            v[i] = exp(v[i]);
            break;
        case FOREST_SIGMOID:
        case FOREST_SIGMOIDS:
            v[i] = 1 / (1 + exp(-f->steepness * v[i]));
            break;
        case FOREST_SOFTMAX:
            most = v[i] > most ? v[i] : most;
            break;
        }
    if (f->output != FOREST_SOFTMAX)
        return;
    for (size_t i = 0; i < f->groups; i++)
        sum += v[i] = exp(v[i] - most);
    for (size_t i = 0; i < f->groups; i++)
        v[i] /= sum;
}

/* XGBoost keeps the exponent below what a float can hold. */
static float
sigmoid_float(float x)
{
    return 1 / (expf(-x < 88.7F ? -x : 88.7F) + 1 + 1e-16F);
}

static void
finish_float(const struct forest *f, double *v)
{
    float most = (float) v[0];
    double sum = 0;

    for (size_t i = 0; i < f->groups; i++)
        switch (f->output) {
        case FOREST_RAW:
        case FOREST_SQUARE:
        case FOREST_SHARES:
            break;
        case FOREST_EXP:
            v[i] = expf((float) v[i]);
            break;
        case FOREST_SIGMOID:
        case FOREST_SIGMOIDS:
            v[i] = sigmoid_float((float) v[i]);
            break;
        case FOREST_SOFTMAX:
            most = fmaxf((float) v[i], most);
            break;
        }
    if (f->output != FOREST_SOFTMAX)
        return;
    for (size_t i = 0; i < f->groups; i++)
        sum += v[i] = expf((float) v[i] - most);
    for (size_t i = 0; i < f->groups; i++)
        v[i] = (float) v[i] / (float) sum;
}

void
forest_predict(const struct forest *f, const double *row, double *out)
{
    double inputs[FOREST_FEATURES_MAX];

    if (f->arithmetic == FOREST_FLOAT) {
        for (size_t i = 0; i < f->features; i++)
            inputs[i] = (float) row[i];
        sum_trees(f, inputs, out);
        finish_float(f, out);
    } else {
        sum_trees(f, row, out);
        finish_double(f, out);
    }
}
