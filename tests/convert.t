#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The scripts of packaging/convert make what vigia loads, and it answers what
# scikit-learn does. Those for LightGBM and XGBoost run where these are.
set -u
. "${top_srcdir:-.}/tests/lib.sh"

python=
for p in python3 /usr/bin/python3; do
    "$p" -c 'import sklearn' 2>/dev/null && python=$p && break
done
[ -n "$python" ] || skip_all 'no python3 with scikit-learn'
convert=$top_srcdir/packaging/convert

cat >"$T/make.py" <<'END'
import json, pickle, sys
import numpy as np
from sklearn.ensemble import (ExtraTreesRegressor, GradientBoostingRegressor,
                              RandomForestClassifier, RandomForestRegressor)
from sklearn.linear_model import (LinearRegression, LogisticRegression,
                                  PoissonRegressor, RidgeClassifier)
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier

folder = sys.argv[1]
random = np.random.RandomState(3)


def keep(name, model):
    pickle.dump(model, open(f"{folder}/{name}.pkl", "wb"))


def keep_rows(name, model, rows):
    """A model with rows and its answers to them."""
    keep(name, model)
    said = (model.predict_proba(rows) if hasattr(model, "classes_")
            else model.predict(rows))
    json.dump({"rows": [dict(zip("abc", r)) for r in rows.tolist()]},
              open(f"{folder}/{name}.rows", "w"))
    json.dump(said.tolist(), open(f"{folder}/{name}.said", "w"))


x = random.normal(size=(200, 3)) * [1, 1e-6, 1e4]
s = x @ [2, 3e5, -1e-4]
keep("x", StandardScaler().fit(x))
for name, model, y in (
        ("number", LinearRegression(), s),
        ("two", LogisticRegression(), np.where(s > 0, "yes", "no")),
        ("three", LogisticRegression(), np.digitize(s, [-1, 1]))):
    keep_rows(name, model.fit(x, y), x)

# Values of few digits are often at a threshold, or a float's width beside it.
x = np.round(random.normal(size=(300, 3)), 1)
s = x.sum(1)
three = np.digitize(s, [-1, 1])
asked = np.vstack([x, x + 0.05, x.astype("f4"), np.nextafter(x, 9)])
for name, model, y in (
        ("forest", RandomForestRegressor(20, random_state=1), s),
        ("extra", ExtraTreesRegressor(20, random_state=1), s),
        ("shares", RandomForestClassifier(
            20, random_state=1, class_weight="balanced"), three),
        ("either", RandomForestClassifier(20, random_state=1), s > 0),
        ("tree", DecisionTreeClassifier(random_state=1), three)):
    keep_rows(name, model.fit(x, y), asked)

keep("ridge", RidgeClassifier().fit(x, three))
keep("counts", PoissonRegressor().fit(x, three))
keep("unknown", GradientBoostingRegressor(n_estimators=2).fit(x, s))
keep("pair", RandomForestRegressor(2).fit(x, np.column_stack([s, s])))
huge = RandomForestRegressor(5).fit(x, s)
huge.estimators_ *= 1000
keep("huge", huge)
END
"$python" "$T/make.py" "$T" || fail 'scikit-learn makes models'

# answers KIND DIFFERENCE NAME...: models answer as in scikit-learn, but for
# such a relative difference.
answers()
{
    script=$convert/sklearn_$1.py
    most=$2
    shift 2
    for name in "$@"; do
        run "$python" "$script" "$T/$name.pkl" a b c
        cp "$T/out" "$T/$name.json"
        run "$VIGIA" load "$name" "$T/$name.json"
        is "$rc" 0 "$name is loaded"
        [ "$rc" -eq 0 ] || diag "$err"
        run "$VIGIA" --json test "$name" --json-input "$T/$name.rows"
        ok "$name answers what scikit-learn does" "$python" -c '
import json, sys
import numpy as np
said = np.array([v.get("value", list(v.get("probabilities", {}).values()))
                 for v in json.load(open(sys.argv[1]))["verdicts"]])
want = np.array(json.load(open(sys.argv[2])))
assert said.shape == want.shape, (said.shape, want.shape)
wrong = abs(said - want) > float(sys.argv[3]) * np.maximum(1, abs(want))
assert not wrong.any(), (wrong.sum(), said[wrong][0], want[wrong][0])
' "$T/out" "$T/$name.said" "$most"
    done
}

answers linear 1e-9 number two three
answers forest 0 forest extra shares either tree # the same bits

# The same text with another answer in its examples, and a checksum that fits.
"$python" -c '
import json, sys
sys.dont_write_bytecode = True
sys.path.insert(0, sys.argv[1])
from vigia_text import write
model = json.load(open(sys.argv[2]))
model["weights"]["examples"][3]["answer"] += 0.01
write(model["kind"], model["weights"])
' "$convert" "$T/forest.json" >"$T/wrong.json"
run "$VIGIA" load forest "$T/wrong.json"
is "$rc" 65 'a model that does not answer its examples is refused'
like "$err" 'the model answers its example 3 with' 'it is said which'
run "$VIGIA" --json show forest
like "$out" '"version":1,' 'the one before stays active'

for words in 'unknown none of' 'pair answers 2 things' 'huge max_leaf_nodes'; do
    run "$python" "$convert/sklearn_forest.py" "$T/${words%% *}.pkl"
    is "$rc" 1 "${words%% *} is refused"
    like "$err" "${words#* }" 'with a sentence'
done

run "$python" "$convert/sklearn_linear.py" "$T/ridge.pkl"
is "$rc" 1 'a classifier without probabilities is refused'
like "$err" 'RidgeClassifier answers no probabilities' 'with a sentence'
run "$python" "$convert/sklearn_linear.py" "$T/counts.pkl" a b c
cp "$T/out" "$T/counts.json"
run "$VIGIA" load counts "$T/counts.json"
is "$rc" 65 'a linear model that answers something else is not loaded'
like "$err" 'its example 0 with' 'by its examples'

run "$python" "$convert/scalers.py" "$T/x.pkl" a b c
is "$rc" 0 'scalers are written'
like "$out" '"features"' 'with the names'
run "$python" "$convert/sklearn_linear.py" "$T/x.pkl"
is "$rc" 1 'what is no model is refused'
run "$python" "$convert/boosted.py" "$T/x.pkl" "$T/x.txt"
is "$rc" 1 'and by the script for boosted trees'

for package in lightgbm xgboost; do
    if ! "$python" -c "import $package" 2>/dev/null; then
        skip "no python3 with $package"
        continue
    fi
    class=XGBRegressor
    [ "$package" = xgboost ] || class=LGBMRegressor
    cat >"$T/boost.py" <<END
import pickle
import numpy as np
from $package import $class
x = np.random.RandomState(3).normal(size=(200, 3))
pickle.dump($class(n_estimators=5).fit(x, x.sum(1)), open("$T/b.pkl", "wb"))
END
    "$python" "$T/boost.py" >"$T/said" 2>&1 || diag "$(cat "$T/said")"
    run "$python" "$convert/boosted.py" "$T/b.pkl" "$T/b.txt"
    run "$VIGIA" load "$package" "$T/b.txt"
    is "$rc" 0 "a model of $package is loaded"
done

done_testing
