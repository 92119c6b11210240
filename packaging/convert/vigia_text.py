# SPDX-License-Identifier: Apache-2.0
"""What the scripts beside this one share: pickles are read, and a model is
written as `vigia export` would, with its checksum."""
import hashlib
import json
import pickle
import random
import sys
import warnings
from decimal import Decimal

EXAMPLES = 8


def read_pickle(path):
    """Runs whatever code is in it."""
    with open(path, "rb") as file:
        return pickle.load(file)


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


def feature_names(model, given, count):
    """Those given, else those the model was fitted with, else f0, f1, ..."""
    names = given or [str(n) for n in getattr(model, "feature_names_in_", [])]
    names = names or [f"f{i}" for i in range(count)]
    if len(names) != count:
        sys.exit(f"{len(names)} names for {count} features")
    return names


def target(model):
    """What is answered: a number, or one of the model's classes."""
    classes = [str(c) for c in getattr(model, "classes_", [])]
    return {"name": "", **({"levels": classes} if classes else {})}


def examples(model, names, values):
    """Rows with the model's own answers, which a load asks again; values are
    those that each feature may have."""
    draw = random.Random(1)
    rows = [[float(draw.choice(v)) for v in values] for _ in range(EXAMPLES)]
    with warnings.catch_warnings():  # about names
        warnings.simplefilter("ignore")
        if hasattr(model, "classes_"):
            levels = target(model)["levels"]
            answers = [dict(zip(levels, map(float, p)))
                       for p in model.predict_proba(rows)]
        else:
            answers = [float(v) for v in model.predict(rows)]
    return [{"row": dict(zip(names, row)), "answer": answer}
            for row, answer in zip(rows, answers)]


def write(kind, weights):
    text = {"format": "vigia-1", "kind": kind, "params": {},
            "weights": weights}
    text["sha256"] = hashlib.sha256(canonical(text).encode()).hexdigest()
    print(canonical(text))
