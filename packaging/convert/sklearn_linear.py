#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A pickled linear model of scikit-learn becomes a text that vigia loads.

usage: sklearn_linear.py MODEL.pkl [NAME...] >model.json

LinearRegression, Ridge and the like, and LogisticRegression with all classes
fitted together. The names are those of the features, when the model does not
have them. The text has rows with scikit-learn's own answers, which are asked
again when it is loaded. Reading a pickle runs whatever code is in it: do it
only with files that you made yourself.
"""
import sys

sys.dont_write_bytecode = True  # beside the scripts
from vigia_text import examples, feature_names, read_pickle, target, write


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    model = read_pickle(sys.argv[1])
    if not hasattr(model, "coef_") or not hasattr(model, "intercept_"):
        sys.exit(f"{sys.argv[1]}: {type(model).__name__} is no linear model")
    if hasattr(model, "classes_") and not hasattr(model, "predict_proba"):
        sys.exit(f"{sys.argv[1]}: {type(model).__name__} answers no "
                 "probabilities")
    rows = model.coef_.tolist()
    constants = model.intercept_
    constants = constants.tolist() if hasattr(constants, "tolist") \
        else [constants]
    if not isinstance(rows[0], list):
        rows = [rows]
    constants = constants if isinstance(constants, list) else [constants]
    classes = len(getattr(model, "classes_", []))
    if classes == 2 and len(rows) == 1:  # the first one's sum is 0
        rows = [[0.0] * len(rows[0])] + rows
        constants = [0.0] + constants
    elif getattr(model, "multi_class", "auto") == "ovr" and classes > 2:
        sys.exit("one class against the rest is not supported: fit with "
                 "multi_class=\"multinomial\"")
    names = feature_names(model, sys.argv[2:], len(rows[0]))
    write("linear", {
        "examples": examples(model, names, [[-2, -1, 0, 0.5, 3]] * len(names)),
        "features": [{"name": n} for n in names],
        "target": target(model),
        "coefficients": {
            "columns": [{"feature": i, "mean": 0, "scale": 1}
                        for i in range(len(names))],
            "answers": [{"constant": c, "weights": w}
                        for c, w in zip(constants, rows)]}})


main()
