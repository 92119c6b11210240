#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Models of tables on the command line: fitted, loaded, tested, adjusted, and
# what is wrong with requests, all at once.
set -u
. "${top_srcdir:-.}/tests/lib.sh"

# A table whose label follows from two features, with some cells missing.
awk 'BEGIN {
    print "id,size,room,price,class"
    for (i = 0; i < 400; i++) {
        size = (i * 7919) % 100; r = (i * 31) % 3
        room = r == 0 ? "attic" : r == 1 ? "hall" : " kitchen "
        price = 3 * size + 100 * r
        print i % 50 "," (i % 11 ? size : "") "," room "," price "," \
            (price > 250 ? "High" : "Low")
    }
}' >"$T/t.csv"

cat >"$T/good.json" <<END
{"id":7,"size":90,"room":" kitchen"}
END
cat >"$T/bad.json" <<END
{"rows":[{"id":7,"size":90,"room":"hall"},{"id":"x","sise":90,"room":"attik"}]}
END

kinds=linear
if "$VIGIA" -d "$T/p.db" fit probe --kind trees --csv "$T/t.csv" \
    --label class --param rounds=1 >"$T/out" 2>&1; then
    kinds='linear trees'
else
    grep -q XGBoost "$T/out" && skip 'there is no XGBoost' || diag "$(cat "$T/out")"
fi

for kind in $kinds; do
    v fit "c-$kind" --kind "$kind" --csv "$T/t.csv" --label class \
        --columns id,size,room
    status 0 "$kind: classes are learnt"
    v export "c-$kind" "$T/1"
    v fit "c-$kind" --kind "$kind" --csv "$T/t.csv" --label class \
        --columns id,size,room
    v export "c-$kind" "$T/2"
    ok "$kind: the same table gives the same bytes" cmp -s "$T/1" "$T/2"
    v load copy "$T/1"
    v export copy "$T/3"
    ok "$kind: what is exported is loaded, byte for byte" cmp -s "$T/1" "$T/3"
    v versions "c-$kind"
    out_has accuracy "$kind: versions are compared by their metrics"
    if has_terminal; then
        NO_COLOR=1 script -qec "stty cols 50; '$VIGIA' show 'c-$kind'" \
            /dev/null </dev/null | tr -d '\r' >"$T/out"
        like "$(cat "$T/out")" '^features\.size  *importance [0-9.]*,' \
            "$kind: a terminal has a line for each feature"
        is "$(grep -c '[.]importance\|^weights\|…' "$T/out")" 0 \
            "$kind: of which nothing is cut, and nothing told twice"
    fi
    v --json test "c-$kind" --json-input "$T/good.json"
    out_has '"label":"High","probabilities":{"High":' "$kind: a class"
    v test "c-$kind" --json-input "$T/bad.json"
    status 65 "$kind: a bad row is refused"
    err_has 'id must be a number' "$kind: a wrong type"
    err_has 'the feature "size" is missing' "$kind: a missing feature"
    err_has 'did you mean "size"?' "$kind: an unknown feature"
    err_has 'did you mean "attic"?' "$kind: a level never seen"
    echo '{"id":7,"size":9000,"room":"hall"}' >"$T/far.json"
    v --json test "c-$kind" --json-input "$T/far.json"
    out_has 'size is 9000, above 99, the most in training' \
        "$kind: out of the range is a warning"
    v set "c-$kind" unseen=missing
    tables=$(grep -c '^name' "$T/out")
    is "$tables" 0 "$kind: set shows no table of weights that stay"
    echo '{"id":7,"size":90,"room":"cellar"}' >"$T/new.json"
    v --json test "c-$kind" --json-input "$T/new.json"
    out_has 'counts as missing' "$kind: an unseen level may be missing"
    for _ in 1 2 3 4 5; do
        v adjust "c-$kind" --column Low --percent 1000 --yes
    done
    status 0 "$kind: adjust moves the odds of a class"
    v --json test "c-$kind" --json-input "$T/good.json"
    out_has '"label":"Low"' "$kind: so far that it is answered"
    v adjust "c-$kind" --column Low --percent 1000 --yes
    status 65 "$kind: a prior has its limits"
    for _ in 1 2 3 4 5; do
        v undo "c-$kind"
    done
    v --json test "c-$kind" --json-input "$T/good.json"
    out_has '"label":"High"' "$kind: undo takes it back"
    v adjust "c-$kind" --column Mid --yes
    status 65 "$kind: only classes that there are"

    v fit "n-$kind" --kind "$kind" --csv "$T/t.csv" --label price \
        --columns size,room
    status 0 "$kind: numbers are learnt"
    v versions "n-$kind"
    out_has rmse "$kind: and measured"
    echo '{"size":50,"room":"hall"}' >"$T/n.json"
    v --json test "n-$kind" --json-input "$T/n.json"
    cp "$T/out" "$T/before"
    v adjust "n-$kind" --percent 10 --yes
    v --json test "n-$kind" --json-input "$T/n.json"
    cat "$T/before" "$T/out" >"$T/both"
    ok "$kind: adjust moves the answer by a tenth of the mean" awk '
        { match($0, /"value":[0-9.]+/)
          v[NR] = substr($0, RSTART + 8, RLENGTH - 8) }
        END { d = v[2] - v[1]; exit !(d > 24 && d < 25.5) }' "$T/both"
    v fit x --kind "$kind" --csv "$T/t.csv" --label room --param seed=-1
    status 65 "$kind: a param has its range"
    v fit x --kind "$kind" --csv "$T/t.csv" --label price \
        --param class_weights=balanced
    err_has 'class_weights is for labels' "$kind: class weights need classes"
done

# ---- the flights

data=$SHARED/flights
if [ -z "$SHARED" ] || [ ! -f "$data/golden_predictions.jsonl" ]; then
    skip 'no real data'
    done_testing
    exit
fi

for n in '' _2; do
    v load "flights$n" "$data/model${n}_lightgbm.txt" \
        --scalers "$data/model${n}_scalers.json"
    status 0 "model$n is loaded"
    sed 's/.*"request": \({[^}]*}\).*/\1/' "$data/golden_predictions.jsonl" |
        awk 'BEGIN { printf "[" } { printf "%s%s", sep, $0; sep = "," }
            END { print "]" }' >"$T/requests.json"
    v --json test "flights$n" --json-input "$T/requests.json"
    status 0 "model$n answers all requests"
    tr '{' '\n' <"$T/out" | sed -n 's/.*"value":\([-0-9.e]*\).*/\1/p' \
        >"$T/said"
    key=score_model_1
    [ -z "$n" ] || key=score_model_2
    sed "s/.*\"$key\": \([-0-9.e]*\).*/\1/" \
        "$data/golden_predictions.jsonl" >"$T/golden"
    ok "model$n: every golden line to 1e-9" awk -v lines="$(wc -l \
        <"$T/golden")" '
        NR == FNR { want[FNR] = $1; next }
        { d = $1 - want[FNR]; if (d < 0) d = -d; if (d > 1e-9) bad = 1; n++ }
        END { exit bad || n != lines }' "$T/golden" "$T/said"
done

head -c 100000 "$data/model_lightgbm.txt" >"$T/cut.txt"
v load flights "$T/cut.txt"
status 65 'a cut model is refused'
v versions flights
ok 'and nothing became of it' test "$(wc -l <"$T/out")" -eq 2
sed 's/"x_scale"/"x_scales"/' "$data/model_scalers.json" >"$T/s.json"
v load flights "$data/model_lightgbm.txt" --scalers "$T/s.json"
err_has 'did you mean "x_scale"?' 'wrong scalers are refused'
sed 's/22.72465652092891/0/' "$data/model_scalers.json" >"$T/s.json"
v load flights "$data/model_lightgbm.txt" --scalers "$T/s.json"
status 65 'a scale of 0 is refused'
err_has 'in the scalers: ' '... and it is said where it stands'

done_testing
