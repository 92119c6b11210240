#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Pickled StandardScalers of scikit-learn become scalers for vigia load.

usage: scalers.py X.pkl [Y.pkl] [NAME...] >scalers.json

X.pkl scales the inputs, Y.pkl the target; the names are those of the
features, when the scaler does not have them. Reading a pickle runs whatever
code is in it: do it only with files that you made yourself.
"""
import json
import sys

sys.dont_write_bytecode = True  # beside the scripts
from vigia_text import read_pickle


def read(path):
    scaler = read_pickle(path)
    for what in ("mean_", "scale_"):
        if getattr(scaler, what, None) is None:
            sys.exit(f"{path}: {type(scaler).__name__} has no {what}; a "
                     "StandardScaler with mean and deviation is needed")
    return scaler


def main():
    pickles = [a for a in sys.argv[1:] if a.endswith(".pkl")]
    names = [a for a in sys.argv[1:] if not a.endswith(".pkl")]
    if not 1 <= len(pickles) <= 2:
        sys.exit(__doc__)
    x = read(pickles[0])
    names = names or [str(n) for n in getattr(x, "feature_names_in_", [])]
    out = {"x_mean": list(map(float, x.mean_)),
           "x_scale": list(map(float, x.scale_))}
    if names:
        if len(names) != len(out["x_mean"]):
            sys.exit(f"{len(names)} names for {len(out['x_mean'])} features")
        out["features"] = names
    if len(pickles) == 2:
        y = read(pickles[1])
        out["y_mean"] = float(y.mean_[0])
        out["y_scale"] = float(y.scale_[0])
    json.dump(out, sys.stdout, indent=1)
    print()


main()
