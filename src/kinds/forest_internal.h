/* SPDX-License-Identifier: Apache-2.0 */
/* Trees as they are evaluated; for forest.c and forest_read.c alone. */
#ifndef VIGIA_FOREST_INTERNAL_H
#define VIGIA_FOREST_INTERNAL_H

#include "kinds/forest.h"

/* What a node is: NODE_RIGHT in it, when a missing value goes right. */
enum { NODE_LEFT = 0, NODE_RIGHT = 1, NODE_ZERO = 2, NODE_SET = 4 };

struct node {
    double at; /* left is <= at; of a leaf its value; of a set its number */
    uint32_t child;   /* the left one, the right one follows; of a leaf
                         itself */
    uint16_t feature; /* 0 in a leaf */
    uint8_t inner;    /* 1, or 0 for a leaf */
    uint8_t what;     /* NODE_*, and where a missing value goes */
};

struct code_set {
    uint32_t from, words; /* in words[], 32 codes each */
};

struct forest {
    enum forest_arithmetic arithmetic;
    enum forest_output output;
    size_t features, groups, trees;
    bool plain; /* all nodes are */
    double divisor, steepness;
    double *base; /* one per group */
    uint32_t *roots;
    uint16_t *group_of; /* of each tree */
    struct node *nodes;
    struct code_set *sets;
    uint32_t *words;
};

#endif
