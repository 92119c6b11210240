#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A pickled forest of scikit-learn becomes a text that vigia loads.

usage: sklearn_forest.py MODEL.pkl [NAME...] >model.json

RandomForest, ExtraTrees and DecisionTree, each Classifier and Regressor.
The names are those of the features, when the model does not have them. The
text answers the bits that scikit-learn does, and has rows with scikit-learn's
own answers, which are asked again when it is loaded. Reading a pickle runs
whatever code is in it: do it only with files that you made yourself.
"""
import sys

import numpy as np
import sklearn
from sklearn.ensemble import (ExtraTreesClassifier, ExtraTreesRegressor,
                              RandomForestClassifier, RandomForestRegressor)
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

sys.dont_write_bytecode = True  # beside the scripts
from vigia_text import examples, feature_names, read_pickle, target, write

KNOWN = (DecisionTreeClassifier, DecisionTreeRegressor,
         ExtraTreesClassifier, ExtraTreesRegressor,
         RandomForestClassifier, RandomForestRegressor)
NODES_MAX = 1 << 20  # of a model in vigia
VERSION = tuple(int(n) for n in sklearn.__version__.split(".")[:2])


def threshold(t):
    """scikit-learn makes a float of a value before it compares; this is the
    largest double whose float is not above the threshold."""
    below = np.float32(t)
    if below > t:
        below = np.nextafter(below, np.float32(-np.inf))
    above = np.nextafter(below, np.float32(np.inf))
    if not np.isfinite(above):
        return float(t)
    middle = (float(below) + float(above)) / 2  # which becomes the even one
    even = int(below.view(np.uint32)) % 2 == 0
    return middle if even else float(np.nextafter(middle, -np.inf))


def leaves(tree, classes):
    """What each node would answer, by class."""
    values = tree.value[:, 0, :]
    if classes and VERSION < (1, 3):  # weights of rows, not yet shares
        sums = values.sum(axis=1, keepdims=True)
        values = values / np.where(sums == 0, 1, sums)
    return values


def convert(tree, group, values):
    """The tree in preorder."""
    left_if_missing = getattr(tree, "missing_go_to_left", None)
    out = {"group": group, "nodes": "", "features": [], "values": []}
    nodes, waiting = [], [0]
    while waiting:
        at = waiting.pop()
        left = tree.children_left[at]
        if left < 0:
            nodes.append(".")
            out["values"].append(float(values[at, group]))
            continue
        nodes.append("l" if left_if_missing is not None
                     and left_if_missing[at] else "r")
        out["features"].append(int(tree.feature[at]))
        out["values"].append(threshold(tree.threshold[at]))
        waiting += [tree.children_right[at], left]
    out["nodes"] = "".join(nodes)
    return out


def thresholds(trees, count):
    """Those of each feature, and what is beside them."""
    seen = [[0.0] for _ in range(count)]
    for tree in trees:
        for feature, t in zip(tree.feature, tree.threshold):
            if feature >= 0:
                seen[feature] += [float(t), t - 0.5, t + 0.5]
    return seen


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    model = read_pickle(sys.argv[1])
    if not isinstance(model, KNOWN):
        sys.exit(f"{sys.argv[1]}: {type(model).__name__} is none of "
                 + ", ".join(k.__name__ for k in KNOWN))
    if model.n_outputs_ != 1:
        sys.exit(f"{sys.argv[1]}: it answers {model.n_outputs_} things, and a "
                 "model of vigia answers one")
    trees = [t.tree_ for t in getattr(model, "estimators_", [model])]
    classes = len(getattr(model, "classes_", []))
    if classes == 1:
        sys.exit(f"{sys.argv[1]}: it knows one class only")
    groups = range(classes or 1)
    nodes = len(groups) * sum(t.node_count for t in trees)
    if nodes > NODES_MAX:
        sys.exit(f"{sys.argv[1]}: its {nodes} nodes, counted once for each "
                 f"class, are more than the {NODES_MAX} of a model: fit it "
                 "with a max_leaf_nodes or min_samples_leaf")
    names = feature_names(model, sys.argv[2:], model.n_features_in_)
    features = [{"name": n} for n in names]
    if VERSION < (1, 3):  # nothing is said to be missing there
        for f in features:
            f["missing"] = 0
    forest = []
    for tree in trees:
        values = leaves(tree, classes)
        forest += [convert(tree, g, values) for g in groups]
    write("trees", {
        "examples": examples(model, names, thresholds(trees, len(names))),
        "features": features,
        "target": target(model),
        "forest": {"arithmetic": "double", "base": [0] * len(groups),
                   "divisor": len(trees), "steepness": 1,
                   "output": "shares" if classes else "raw",
                   "trees": forest}})


main()
