#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The history: what is shown of it, which part, and how it is followed.
# shellcheck disable=SC2317 # functions are called by ok, which runs its words
set -u
. "${top_srcdir:-.}/tests/lib.sh"

tab=$(printf '\t')

printf '10\n5\n6\n9\n' >"$T/golden"
printf 'id,vel,temp\nFAN,1,20\nFAN,2,21\nFAN,3,22\n' >"$T/fan.csv"
"$VIGIA" fit PUMP "$T/golden" >"$T/ignored"

run "$VIGIA" history
is "$rc" 0 "an empty history"
is "$out" "when${tab}model${tab}column${tab}value${tab}verdict${tab}score${tab}version${tab}by" \
    "is a header"
run "$VIGIA" history --json
is "$out" '{"history":[],"next":null}' "and an empty list in JSON"

"$VIGIA" fit --csv "$T/fan.csv" --by id >"$T/ignored" 2>&1
"$VIGIA" set FAN unit.vel=mm/s >"$T/ignored"
cat >"$T/readings.csv" <<'END'
at,id,vel,temp
2026-01-01T00:00:00Z,FAN,2,20
2026-01-02T00:00:00Z,FAN,9,
2026-01-03T00:00:00Z,FAN,2.5,99
END
"$VIGIA" test --csv "$T/readings.csv" --by id --time at --record \
    >"$T/ignored" 2>&1
"$VIGIA" test PUMP 10 --record >"$T/ignored"
"$VIGIA" test PUMP 12.5 --record >"$T/ignored"

# ---- what is shown

# rows WORDS...: $out is model, column, value, verdict of the rows.
rows() {
    run "$VIGIA" history --no-header "$@"
    out=$(printf '%s\n' "$out" | cut -f 2-5 | tr '\t' ' ')
}
rows
is "$out" "FAN vel 2 ok
FAN temp 20 ok
FAN vel 9 alert
FAN vel 2.5 ok
FAN temp 99 alert
PUMP value 10 ok
PUMP value 12.5 alert" "a line for each column of a reading, newest last"
rows PUMP
is "$out" "PUMP value 10 ok
PUMP value 12.5 alert" "of one model"
rows --limit 2
is "$out" "PUMP value 10 ok
PUMP value 12.5 alert" "--limit keeps the newest readings"
rows --alerts
is "$out" "FAN vel 9 alert
FAN temp 99 alert
PUMP value 12.5 alert" "--alerts keeps the columns in alert"
rows FAN --alerts --limit 1
is "$out" "FAN temp 99 alert" "all at once"
rows --since 2026-01-02T00:00:00Z --until 2026-01-03T00:00:00Z
is "$out" "FAN vel 9 alert" "since is inclusive, until is not"
rows FAN --since 2026-01-04
is "$out" "" "a time without readings"

run "$VIGIA" history FAN --limit 1
like "$out" "^2026-01-03T00:00:00.000000Z${tab}FAN${tab}vel${tab}2.5${tab}ok${tab}0.5${tab}2${tab}" \
    "a line has time, value, verdict, score and version"
"$VIGIA" adjust FAN >"$T/ignored"
run "$VIGIA" history FAN --limit 1
like "$out" "${tab}2.5${tab}ok${tab}0.5${tab}2${tab}" \
    "and keeps the verdict of the version that judged"

run "$VIGIA" history FAN --json --limit 2
like "$out" '^{"history":\[{"id":2,"at":"2026-01-02T00:00:00.000000Z","recorded_at":"20[^"]*Z","model":"FAN","version":2,"columns":{"vel":{"value":9,"alert":true,"score":7}},"alert":true,"input":null,"output":null,"request_id":null,"by":"[^"]*"},{"id":3,' \
    "the JSON of a reading"
next=$(printf '%s\n' "$out" | sed 's/.*"next":\(.*\)}$/\1/')
is "$next" 1 "has where to go on"
run "$VIGIA" history FAN --json --cursor "$next"
like "$out" '^{"history":\[{"id":1,.*}\],"next":null}$' "and goes on there"
printf '3\n3\n3\n' | "$VIGIA" fit FLAT >"$T/ignored"
"$VIGIA" test FLAT 3 --record >"$T/ignored"
run "$VIGIA" history FLAT --json
like "$out" '{"value":3,"alert":true,"score":null}' \
    "without a standard deviation there is no score"

if has_terminal; then
    out=$(NO_COLOR=1 script -qec "stty cols 120; '$VIGIA' history FAN" \
        /dev/null </dev/null | tr -d '\r')
    like "$out" '2026-01-02 00:00:00+00:00  FAN  *vel  *9\(\.0\)\{0,1\} mm/s  *ALERT  ' \
        "a terminal shows local time, unit, and alerts in capitals"
    out=$(NO_COLOR=1 script -qec "'$VIGIA' history --until 2020-01-01" \
        /dev/null </dev/null | tr -d '\r')
    is "$out" "no such readings are recorded" "and says when there is nothing"
else
    skip "what a terminal shows: no script(1), or no terminal for it"
fi

# ---- what is refused

refused() {
    want=$1 sentence=$2
    shift 2
    run "$VIGIA" history "$@"
    is "$rc" "$want" "history $*"
    like "$err" "$sentence" "is refused with a sentence"
    is "$out" "" "and prints nothing"
}
refused 65 'no model named "NOBODY"' NOBODY
refused 64 'takes a model as a whole' PUMP@1
refused 64 '"FAN" is one too many' PUMP FAN
refused 64 'since.*yesterday' --since yesterday
refused 64 'limit.*0' --limit 0
refused 64 '--since is not before --until' --since now --until 1d
refused 64 '--follow goes on from now' --follow --until now

# ---- following

"$VIGIA" history PUMP --follow --json --limit 1 >"$T/followed" 2>"$T/error" &
follower=$!
ok "--follow begins with what there is" \
    until_true grep -q '"value":12.5' "$T/followed"
"$VIGIA" test FAN 1 --column vel --record >"$T/ignored"
"$VIGIA" test PUMP 77 --record >"$T/ignored"
ok "and prints what is recorded meanwhile" \
    until_true grep -q '"value":77' "$T/followed"
is "$(wc -l <"$T/followed" | tr -d ' ')" 2 \
    "one object a line, of this model only"
is "$(grep -c '^{"id":.*}$' "$T/followed")" 2 "each complete"
kill -TERM $follower
rc=0
wait $follower || rc=$?
is "$rc" 0 "a signal ends it well"
is "$(cat "$T/error")" "" "without a word"

"$VIGIA" history --follow --alerts --no-header >"$T/followed" &
follower=$!
ok "a table is followed, too" until_true grep -q "77${tab}alert" "$T/followed"
"$VIGIA" test PUMP 9 --record >"$T/ignored"
"$VIGIA" test PUMP 78 --record >"$T/ignored"
ok "and printed as it comes" until_true grep -q "78${tab}alert" "$T/followed"
is "$(grep -c "${tab}ok${tab}" "$T/followed")" 0 "alerts only, as asked"
kill -TERM $follower
wait $follower
mkfifo "$T/pipe"
"$VIGIA" history --follow --json --limit 1 >"$T/pipe" &
follower=$!
head -n 1 <"$T/pipe" >"$T/followed"
gone() {
    ! kill -0 "$follower" 2>"$T/ignored"
}
ok "it ends when nobody reads it any more" until_true gone
wait $follower
is "$(wc -l <"$T/followed" | tr -d ' ')" 1 "after what was read"

done_testing
