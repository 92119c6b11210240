#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A pickled linear model of scikit-learn becomes a text that vigia loads.

usage: sklearn_linear.py MODEL.pkl [NAME...] >model.json

LinearRegression, Ridge and the like, and LogisticRegression with all classes
fitted together. The names are those of the features, when the model does not
have them. Reading a pickle runs whatever code is in it: do it only with files
that you made yourself.
"""
import hashlib
import json
import pickle
import sys
from decimal import Decimal


def number(v):
    """As vigia writes it: the shortest digits, an exponent below 1e-5."""
    v = float(v)
    if v == int(v) and abs(v) < 1e17:
        return "-0" if str(v) == "-0.0" else str(int(v))
    digits = repr(v)
    if "e" not in digits:
        return digits
    if 1e-5 <= abs(v) < 1e17:
        return format(Decimal(digits), "f")
    mantissa, exponent = digits.split("e")
    return f"{mantissa}e{int(exponent)}"


def canonical(value):
    """JSON with sorted keys and without blanks: what the checksum is of."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{canonical(k)}:{canonical(value[k])}"
                              for k in sorted(value)) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(canonical, value)) + "]"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    return number(value)


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    with open(sys.argv[1], "rb") as file:
        model = pickle.load(file)
    if not hasattr(model, "coef_") or not hasattr(model, "intercept_"):
        sys.exit(f"{sys.argv[1]}: {type(model).__name__} is no linear model")
    rows = model.coef_.tolist()
    constants = model.intercept_
    constants = constants.tolist() if hasattr(constants, "tolist") \
        else [constants]
    if not isinstance(rows[0], list):
        rows = [rows]
    constants = constants if isinstance(constants, list) else [constants]
    classes = [str(c) for c in getattr(model, "classes_", [])]
    if len(classes) == 2 and len(rows) == 1:  # the first one's sum is 0
        rows = [[0.0] * len(rows[0])] + rows
        constants = [0.0] + constants
    elif getattr(model, "multi_class", "auto") == "ovr" and len(classes) > 2:
        sys.exit("one class against the rest is not supported: fit with "
                 "multi_class=\"multinomial\"")
    names = sys.argv[2:] or [str(n) for n in
                             getattr(model, "feature_names_in_", [])]
    names = names or [f"f{i}" for i in range(len(rows[0]))]
    if len(names) != len(rows[0]):
        sys.exit(f"{len(names)} names for {len(rows[0])} features")
    target = {"name": ""}
    if classes:
        target["levels"] = classes
    text = {"format": "vigia-1", "kind": "linear", "params": {}, "weights": {
        "features": [{"name": n} for n in names],
        "target": target,
        "coefficients": {
            "columns": [{"feature": i, "mean": 0, "scale": 1}
                        for i in range(len(names))],
            "answers": [{"constant": c, "weights": w}
                        for c, w in zip(constants, rows)]}}}
    text["sha256"] = hashlib.sha256(canonical(text).encode()).hexdigest()
    print(canonical(text))


main()
