#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The real sensors, on the command line: every mean, deviation and threshold,
# every verdict on 0.09 before and after adjusting, every row in alert.
set -u
. "${top_srcdir:-.}/tests/lib.sh"

data=$SHARED/sensors
[ -n "$SHARED" ] && [ -f "$data/golden_baselines.json" ] ||
    skip_all 'no real data'
command -v python3 >/dev/null 2>&1 || skip_all 'no python3 to compare with'

columns=params.velRMS.x,params.velRMS.y,params.velRMS.z
columns=$columns,params.accelRMS.x,params.accelRMS.y,params.accelRMS.z

# compare WHAT: reads what vigia printed and says what differs from golden.
cat >"$T/compare.py" <<'END'
import csv, json, sys

what, path = sys.argv[1:3]
golden = json.load(open(path))
seen = bad = 0


def near(got, want):
    return abs(got - want) <= 1e-12 * abs(want)


def check(good, *text):
    global seen, bad
    seen += 1
    if not good:
        bad += 1
        print("differs:", *text)


if what == "weights":
    for fitted in json.load(sys.stdin)["fitted"]:
        for name, got in fitted["weights"]["columns"].items():
            want = golden[fitted["name"]][name]
            check(got["n"] == want["n"], fitted["name"], name, "n")
            for key, theirs in (("mean", "mean"), ("std", "std_sample"),
                                ("threshold", "threshold_mean_plus_2std")):
                check(near(got[key], want[theirs]), fitted["name"], name, key)
elif what == "rows":
    count = {}
    for row in csv.DictReader(sys.stdin):
        assert row["alert"] == "true"
        key = row["sensor"], row["column"]
        count[key] = count.get(key, 0) + 1
    for sensor, its in golden.items():
        for name, want in its.items():
            if isinstance(want, dict):
                check(count.get((sensor, name), 0) == want["rows_in_alert"],
                      sensor, name, "rows")
else:
    for v in json.load(sys.stdin)["verdicts"]:
        want = golden[v["model"]][v["column"]]
        check(v["alert"] == want[what], v["model"], v["column"], "verdict")
        if what.endswith("adjust"):
            check(near(v["mean"], want["mean_adjusted_1.1"]), v["model"],
                  v["column"], "adjusted mean")
print(seen, "compared,", bad, "differ")
END
compare()
{
    python3 "$T/compare.py" "$1" "$data/golden_baselines.json"
}

"$VIGIA" --json fit --csv "$data/collects.csv" --by sensorId \
    --columns "$columns" >"$T/fitted"
is "$(compare weights <"$T/fitted")" '240 compared, 0 differ' \
    'n, mean, std and threshold of all 60 columns'
"$VIGIA" --json test --all 0.09 >"$T/before"
is "$(compare alert_at_0.09 <"$T/before")" '60 compared, 0 differ' \
    'all 60 verdicts on 0.09'
is "$("$VIGIA" test --all 0.09 | cut -f 4 | grep -c true)" 48 '48 of them alert'

run "$VIGIA" test --csv "$data/collects.csv" --by sensorId --alerts-only
is "$(compare rows <"$T/out")" '60 compared, 0 differ' \
    'the rows in alert of every column'
like "$err" '33,901 readings, 200,646 verdicts, 7,365 alerts; 2,760 cells without a value$' \
    'and how many there are in all'

for sensor in $("$VIGIA" list --no-header | cut -f 1); do
    "$VIGIA" adjust "$sensor" --yes >/dev/null || fail "adjust $sensor"
done
"$VIGIA" --json test --all 0.09 >"$T/after"
is "$(compare alert_at_0.09_after_adjust <"$T/after")" \
    '120 compared, 0 differ' \
    'all 60 verdicts and means after adjusting every sensor'

done_testing
