#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A pickled model of LightGBM or XGBoost becomes a text that vigia loads.

usage: boosted.py MODEL.pkl TEXT

Reading a pickle runs whatever code is in it: do it only with files that you
made yourself, on a machine where you would run their author's programs. Needs
the package that the model was made with. Afterwards: vigia load NAME TEXT.
"""
import sys

sys.dont_write_bytecode = True  # beside the scripts
from vigia_text import read_pickle


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    model = read_pickle(sys.argv[1])
    # The scikit-learn interfaces of both packages wrap a booster.
    if hasattr(model, "booster_"):
        model = model.booster_
    elif hasattr(model, "get_booster"):
        model = model.get_booster()
    if not hasattr(model, "save_model"):
        sys.exit(f"{sys.argv[1]}: {type(model).__name__} is no model of "
                 "LightGBM or XGBoost")
    if type(model).__module__.startswith("xgboost"):
        # XGBoost chooses the format by the ending of the name.
        with open(sys.argv[2], "wb") as file:
            file.write(model.save_raw("json"))
    else:
        model.save_model(sys.argv[2])


main()
