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
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.preprocessing import StandardScaler

folder = sys.argv[1]
random = np.random.RandomState(3)
x = random.normal(size=(200, 3)) * [1, 1e-6, 1e4]
s = x @ [2, 3e5, -1e-4]
for name, model, y in (
        ("number", LinearRegression(), s),
        ("two", LogisticRegression(), np.where(s > 0, "yes", "no")),
        ("three", LogisticRegression(), np.digitize(s, [-1, 1]))):
    model.fit(x, y)
    pickle.dump(model, open(f"{folder}/{name}.pkl", "wb"))
    said = (model.predict_proba(x[:1])[0, 0] if name != "number"
            else model.predict(x[:1])[0])
    open(f"{folder}/{name}.said", "w").write(repr(float(said)))
open(f"{folder}/row.json", "w").write(
    json.dumps(dict(zip("abc", x[0].tolist()))))
pickle.dump(StandardScaler().fit(x), open(f"{folder}/x.pkl", "wb"))
END
"$python" "$T/make.py" "$T" || fail 'scikit-learn makes models'

for name in number two three; do
    run "$python" "$convert/sklearn_linear.py" "$T/$name.pkl" a b c
    cp "$T/out" "$T/$name.json"
    run "$VIGIA" load "$name" "$T/$name.json"
    is "$rc" 0 "$name is loaded"
    [ "$rc" -eq 0 ] || diag "$err"
    run "$VIGIA" --json test "$name" --json-input "$T/row.json"
    ok "$name answers what scikit-learn does" "$python" -c '
import json, sys
said = json.load(open(sys.argv[1]))["verdicts"][0]
got = said.get("value")
if got is None:
    got = next(iter(said["probabilities"].values()))
want = float(open(sys.argv[2]).read())
assert abs(got - want) <= 1e-9 * max(1, abs(want)), (got, want)
' "$T/out" "$T/$name.said"
done

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
