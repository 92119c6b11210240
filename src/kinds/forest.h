/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A sum of decision trees: how it is written as JSON, read, and evaluated.
 * Predicting needs no library, and gives the bits of the program that made
 * the trees, whose arithmetic the text names.
 *
 *   {"arithmetic":"double","output":"raw","base":[0],"divisor":1,
 *    "steepness":1,"trees":[{"group":0,"nodes":"rl...","features":[0,6],
 *                            "values":[0.12,1e-35,-0.013,0.034,0.002]},...]}
 *
 * A tree stands in preorder, so no link can be wrong. Each character of
 * "nodes" is a node:
 *   .    a leaf
 *   l r  a threshold; a missing value goes left or right
 *   y z  the same, and a zero is missing, too (as LightGBM means it)
 *   i o  a set of codes; a missing value goes left (in) or right (out)
 * "features" has the feature of each split, "values" the threshold of each
 * threshold and the value of each leaf, "sets" the ascending codes of each
 * set, in that order. Left is: value <= threshold (double), value < threshold
 * (float), code in set. "group" is the output a tree adds to.
 *
 *   double  LightGBM: everything in double
 *   float   XGBoost: the inputs become floats, and floats are added
 */
#ifndef VIGIA_FOREST_H
#define VIGIA_FOREST_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct json;
struct json_out;

enum {
    FOREST_FEATURES_MAX = 4096, /* inputs of a model */
    FOREST_GROUPS_MAX = 1000,   /* classes of a model */
    FOREST_TREES_MAX = 100000,
    FOREST_NODES_MAX = 1 << 20, /* of all trees */
    FOREST_CODES_MAX = 65536,   /* levels of a feature */
    FOREST_WORDS_MAX = 1 << 21  /* 32 codes each, of all sets */
};

enum forest_arithmetic { FOREST_DOUBLE, FOREST_FLOAT };

/* What is made of the sums. */
enum forest_output {
    FOREST_RAW,      /* a number */
    FOREST_SQUARE,   /* sign(s) * s * s */
    FOREST_EXP,      /* a number above zero */
    FOREST_SIGMOID,  /* the probability of the second of two classes */
    FOREST_SOFTMAX,  /* a probability per class, their sum is 1 */
    FOREST_SIGMOIDS, /* a probability per class, one against the rest */
    FOREST_SHARES    /* the sums are the probabilities: each leaf is one, and
                        the divisor is the count of trees per class */
};

extern const char *const forest_arithmetics[]; /* end with NULL */
extern const char *const forest_outputs[];

/* ---- evaluating ---- */

struct forest;

/*
 * Reads the JSON above for so many features. ERR_DATA names all that is
 * wrong (err_also, pointers below /weights/forest). forest_free() takes NULL.
 */
CHECKED enum err forest_read(const struct json *json, size_t features,
                             struct forest **out);
void forest_free(struct forest *f);

size_t forest_groups(const struct forest *f);
enum forest_output forest_output(const struct forest *f);

/*
 * What the trees say of a row of features (NaN: missing; a code of a
 * categorical one): a number per group.
 */
void forest_predict(const struct forest *f, const double *row, double *out);

/* ---- writing ---- */

/* What comes before the trees. */
struct forest_head {
    enum forest_arithmetic arithmetic;
    enum forest_output output;
    size_t groups;
    const double *base; /* added to the sum of each group */
    double divisor;     /* of the sums: the trees of a group, for a mean */
    double steepness;   /* of the sigmoids */
};

/* A tree as other programs store one: nodes with links. Node 0 is the root. */
struct forest_node {
    char what;           /* as in "nodes"; '.' has no links */
    int64_t left, right; /* numbers of nodes */
    int64_t feature;
    double value;
    double gain;                /* what the split was worth in training */
    size_t set_from, set_count; /* of its codes in struct forest_tree */
};

struct forest_tree {
    int64_t number; /* for messages */
    size_t group;
    const struct forest_node *nodes;
    size_t count;
    const int64_t *codes; /* each set ascends */
    size_t code_count;
};

struct forest_writer {
    struct json_out *out;
    size_t features, groups, trees, nodes;
    enum forest_arithmetic arithmetic;
    double *gains; /* one per feature, added to; borrowed */
};

/*
 * forest_begin() opens the object, forest_end() closes it; out, features and
 * gains are set before. forest_add() checks a tree and writes it; ERR_DATA
 * names the tree and what is wrong: a link that leads nowhere or to a node
 * that another link leads to, a feature that is not there, a threshold or
 * leaf that is no number (or no float, in that arithmetic). *reached: the
 * nodes that links lead to, from the root.
 */
void forest_begin(struct forest_writer *w, const struct forest_head *head);
CHECKED enum err forest_add(struct forest_writer *w,
                            const struct forest_tree *tree, size_t *reached);
void forest_end(struct forest_writer *w);

#endif
