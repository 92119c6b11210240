#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Changing models and taking it back: set, adjust, undo, redo, activate.
set -u
. "${top_srcdir:-.}/tests/lib.sh"

tab=$(printf '\t')

# weights NAME: the version and the mean and threshold of its columns.
weights() {
    "$VIGIA" show "$1" --json |
        sed 's/.*"version":\([0-9]*\).*"weights"/\1 /; s/"activations".*//' |
        grep -o -e '^[0-9]*' -e '"mean":[^,]*' -e '"threshold":[^,]*' |
        sed 's/.*://' | paste -sd ' ' -
}

# changes: how many there are.
changes() {
    "$VIGIA" changes --no-header | wc -l
}

printf '10\n5\n6\n9\n' >"$T/golden"
printf -- '-3\n-1\n-2\n' >"$T/negative"
printf -- '-1\n0\n1\n' >"$T/zero"
printf '3\n3\n3\n' >"$T/flat"
"$VIGIA" fit PUMP "$T/golden" >"$T/ignored"

# ---- adjust

run "$VIGIA" adjust PUMP --dry-run
is "$rc" 0 "adjust --dry-run"
like "$out" "^value${tab}4${tab}4${tab}7.5${tab}8.25${tab}2.3804761428476167${tab}2.3804761428476167${tab}12.260952285695232${tab}13.010952285695232\$" \
    "shows old and new figures"
like "$out" "^nothing changed (dry run). To apply: vigia adjust PUMP\$" \
    "and how to apply it"
is "$(weights PUMP)" "1 7.5 12.260952285695232" "and changes nothing"
is "$(changes)" 1 "not even the list of changes"

run "$VIGIA" adjust PUMP
is "$rc" 0 "adjust by its preset of 10 %"
is "$(weights PUMP)" "2 8.25 13.010952285695232" "moves the mean to 8.25"
like "$out" "^PUMP: version 2 is active, state learning (change 2). To take it back: vigia undo PUMP\$" \
    "one line names version, change and the way back"
run "$VIGIA" versions PUMP --json
like "$out" '"number":2,"origin":"adjust",.*"note":"+10 %"' \
    "and the version keeps by how much"

run "$VIGIA" adjust PUMP --percent 20 --column value --dry-run --json
like "$out" '^{"name":"PUMP","version":2,"previous":2,"change":null,"dry_run":true,"params":{},"columns":{"value":{"n":{"old":4,"new":4},"mean":{"old":8.25,"new":9.9},' \
    "the JSON of a dry run"
like "$out" '"percent":20,"impact":{"readings":0,"before":0,"after":0,"still":0},"quiet":null,"warning":null}$' \
    "ends with impact, quiet and warning"
run "$VIGIA" adjust PUMP --percent 20 --json
like "$out" '^{"name":"PUMP","version":3,"previous":2,"change":3,"dry_run":false,' \
    "the JSON of an adjust"

for p in -100 1000.5 1e9; do
    run "$VIGIA" adjust PUMP --percent $p
    is "$rc" 64 "--percent $p"
    is "$err" "vigia: --percent: $p is not between -100 (exclusive) and 1000" \
        "is told with the range"
done
run "$VIGIA" adjust PUMP --percent ten
is "$rc" 64 "--percent ten"
run "$VIGIA" adjust PUMP --column velocity
is "$rc" 65 "an unknown column"
like "$err" 'no column "velocity"; there is "value"' "names those there are"
run "$VIGIA" adjust PUMP@1
is "$rc" 64 "adjust takes no version"
run "$VIGIA" adjust NOBODY
is "$rc" 65 "adjust of an unknown sensor"
is "$(weights PUMP)" "3 9.9 14.660952285695235" "none of them changed anything"

# A threshold that does not rise.
"$VIGIA" fit COLD "$T/negative" >"$T/ignored"
"$VIGIA" fit ZERO "$T/zero" >"$T/ignored"
n=$(changes)
run "$VIGIA" adjust COLD </dev/null
is "$rc" 65 "a mean below zero needs --yes where nobody can answer"
like "$err" "^vigia: the threshold of value does not rise: its mean is -2\$" \
    "and says why"
like "$err" "yes" "and what is needed"
run "$VIGIA" adjust ZERO --percent 50 </dev/null
is "$rc" 65 "a mean of zero too"
like "$err" "does not rise: its mean is 0\$" "and says why"
run "$VIGIA" adjust PUMP --percent -5 </dev/null
is "$rc" 65 "a percentage below zero too"
like "$err" "does not rise: the mean moves by -5 %\$" "and says why"
is "$(changes)" "$n" "nothing was stored"
run "$VIGIA" adjust COLD --dry-run </dev/null
is "$rc" 0 "a dry run does not ask"
like "$err" "does not rise" "but says it"
run "$VIGIA" adjust COLD --yes
is "$rc" 0 "with --yes it is stored"
is "$(weights COLD)" "2 -2.2 -0.20000000000000018" "as told"
run "$VIGIA" adjust COLD --json --dry-run
like "$out" '"warning":"the threshold of value does not rise: its mean is -2.2"}$' \
    "the JSON has the warning"
if has_terminal; then
    out=$(printf 'n\n' | NO_COLOR=1 script -qec "'$VIGIA' adjust COLD" \
        /dev/null | tr -d '\r')
    like "$out" "adjust it all the same?" "on a terminal it asks"
    like "$out" "nothing changed\$" "and takes no for an answer"
    is "$(weights COLD | cut -d ' ' -f 1)" 2 "as nothing is stored"
    out=$(printf 'y\n' | NO_COLOR=1 script -qec "'$VIGIA' adjust COLD" \
        /dev/null | tr -d '\r')
    like "$out" "COLD: version 3 is active" "with yes it is"
    mkfifo "$T/answer"
    NO_COLOR=1 script -qec "'$VIGIA' adjust COLD" /dev/null \
        <"$T/answer" >"$T/asked" &
    asker=$!
    exec 9>"$T/answer"
    ok "while it asks," until_true grep -q 'y/N' "$T/asked"
    ok "another change is not kept waiting," "$VIGIA" set COLD k=1
    printf 'y\n' >&9
    rc=0
    wait $asker || rc=$?
    exec 9>&-
    is "$rc" 65 "and is not overwritten by what was asked about"
    like "$(cat "$T/asked")" "COLD has been changed meanwhile" "as is told"
    out=$(NO_COLOR=1 script -qec "'$VIGIA' adjust PUMP --dry-run" /dev/null \
        </dev/null | tr -d '\r')
    like "$out" '^value   14.66 -> 15.65  +6.8 %  9.9 -> 10.89$' \
        "on a terminal old and new stand side by side"
else
    skip "questions on a terminal: no script(1), or no terminal for it"
fi

# ---- impact

"$VIGIA" fit BUSY "$T/golden" >"$T/ignored"
run "$VIGIA" adjust BUSY --dry-run
is "$(printf '%s\n' "$out" | grep -c 'recorded readings')" 0 \
    "without recorded readings there is no impact"
"$VIGIA" test BUSY 11 --record >"$T/ignored"
run "$VIGIA" adjust BUSY --dry-run
like "$out" "^of the last 1 recorded readings none alerted, and none would\$" \
    "a quiet reading"
for v in 12.5 12.9 14; do
    "$VIGIA" test BUSY $v --record >"$T/ignored"
done
run "$VIGIA" adjust BUSY --dry-run
like "$out" "^of the last 4 recorded readings 3 alerted; 1 would still alert\$" \
    "readings that would not alert any more"
like "$out" "^to keep the last alert quiet: vigia set BUSY k=2.731\$" \
    "and the k that would have kept the last one quiet"
run "$VIGIA" adjust BUSY --percent -20 --dry-run
like "$out" "^of the last 4 recorded readings 3 alerted; 3 would still alert, and 1 more\$" \
    "readings that would alert anew"
run "$VIGIA" set BUSY k=2.730 --dry-run --json
like "$out" '"impact":{"readings":4,"before":3,"after":1,"still":1}}$' \
    "a little less k would not do"
run "$VIGIA" set BUSY k=2.731
like "$out" "^of the last 4 recorded readings 3 alerted; 0 would still alert\$" \
    "that k does"
run "$VIGIA" adjust BUSY --dry-run --json
like "$out" '"quiet":null' "then nothing is left to keep quiet"

"$VIGIA" fit EDGE "$T/golden" >"$T/ignored"
"$VIGIA" set EDGE k=0 >"$T/ignored"
"$VIGIA" test EDGE 7.5 --record >"$T/ignored"
run "$VIGIA" adjust EDGE --dry-run
like "$out" "quiet: vigia set EDGE k=0.001\$" \
    "a reading at the very mean is kept quiet by the least k"
"$VIGIA" test EDGE 1e9 --record >"$T/ignored"
run "$VIGIA" adjust EDGE --dry-run --json
like "$out" '"quiet":null' "one that no k allowed would keep quiet has none"

printf 'id,"Vel, mm/s",b\nW,1,5\nW,2,6\nW,3,7\n' >"$T/wide.csv"
"$VIGIA" fit --csv "$T/wide.csv" --by id >"$T/ignored" 2>&1
"$VIGIA" test W 9 --column 'Vel, mm/s' --record >"$T/ignored"
run "$VIGIA" adjust W -d "$VIGIA_DATABASE" --dry-run
like "$out" "quiet: vigia -d $VIGIA_DATABASE set W 'k.Vel, mm/s=7.001'\$" \
    "the command names database and column, quoted for a shell"
run "$VIGIA" adjust W --column b --dry-run
is "$(printf '%s\n' "$out" | grep -c '^Vel')" 0 "--column leaves the others"
like "$out" "To apply: vigia adjust W --column b\$" "and stands in the command"
is "$(printf '%s\n' "$out" | grep -c 'recorded\|quiet')" 0 \
    "readings of other columns say nothing of it"

printf 'id,a,b\nTWO,1,10\nTWO,2,12\nTWO,3,11\nTWO,2,13\n' >"$T/two.csv"
printf 'a,b\n9,50\n' >"$T/high.csv"
"$VIGIA" fit --csv "$T/two.csv" --by id >"$T/ignored" 2>&1
"$VIGIA" test TWO --csv "$T/high.csv" --record >"$T/ignored" 2>&1
"$VIGIA" test TWO 9 --column a --record >"$T/ignored"
run "$VIGIA" adjust TWO --column b --dry-run
like "$out" "^of the last 1 recorded readings 1 alerted; 1 would still alert\$" \
    "readings of one column, and what it alone says"
like "$out" "quiet: vigia set TWO k.b=[0-9.]*\$" "its own k is enough for it"
"$VIGIA" test TWO --csv "$T/high.csv" --record >"$T/ignored" 2>&1
"$VIGIA" adjust TWO --dry-run >"$T/two.out"
sed -n 's/^to keep the last alert quiet: vigia set/"$VIGIA" set/p' \
    "$T/two.out" >"$T/two.sh"
like "$(cat "$T/two.sh")" " k.a=[0-9.]* k.b=[0-9.]*\$" \
    "an alert of two columns needs the k of both"
VIGIA=$VIGIA sh "$T/two.sh" >"$T/ignored"
run "$VIGIA" test TWO --csv "$T/high.csv" --alerts-only --no-header
is "$out" "" "and with them it is quiet"
"$VIGIA" fit OWN "$T/golden" --param k.value=2 >"$T/ignored"
"$VIGIA" test OWN 13 --record >"$T/ignored"
run "$VIGIA" adjust OWN --dry-run
like "$out" "quiet: vigia set OWN k.value=2.311\$" \
    "a column with a k of its own needs that"

# ---- set

n=$(changes)
run "$VIGIA" set PUMP k=3 title='Feed pump' stale_after=15m --dry-run
is "$rc" 0 "set --dry-run"
like "$out" "^title${tab}${tab}Feed pump\$" "shows the title"
like "$out" "^k${tab}2${tab}3\$" "and the params that differ"
like "$out" "^stale_after${tab}${tab}900\$" "and those that are new"
like "$out" "^value${tab}.*14.660952285695235${tab}17.0414284285428" \
    "and what becomes of the threshold"
like "$out" "To apply: vigia set PUMP k=3 'title=Feed pump' stale_after=15m\$" \
    "and how to apply it"
is "$(changes)" "$n" "and stores nothing"
run "$VIGIA" set PUMP k=3 title='Feed pump' --json
like "$out" '"title":{"old":"","new":"Feed pump"},"params":{"k":{"old":2,"new":3}},"columns":{"value":{' \
    "the JSON has old and new"
run "$VIGIA" set PUMP k=3
is "$rc" 0 "setting what is set already"
is "$out" "nothing changes: PUMP has these values already" "says so"
run "$VIGIA" set PUMP k=3 --json
like "$out" '"version":4,"previous":4,"change":null,.*"params":{},"columns":{}' \
    "and so does the JSON"
is "$(changes)" "$((n + 1))" "and stores no version"
run "$VIGIA" set PUMP unit=bar
is "$(printf '%s\n' "$out" | grep -c value)" 0 \
    "a unit changes no figure of a column"

bad_set() {
    run "$VIGIA" set PUMP "$1"
    is "$rc" "$2" "set $1"
    like "$err" "$3" "is refused with a sentence"
}
bad_set k=abc 65 '"abc" is not a number'
bad_set k=-1 65 'k must be between 0 and 1000, not -1'
bad_set kk=1 65 '"kk" is no param'
bad_set k.vel=1 65 'no column "vel"'
bad_set stale_after.value=1 65 'for the whole model'
bad_set stale_after=soon 65 'soon'
bad_set k 64 '"k" is not KEY=VALUE'
run "$VIGIA" set PUMP
is "$rc" 64 "set without a pair"
run "$VIGIA" set PUMP k=4 kk=1
is "$rc" 65 "one wrong pair of two"
run "$VIGIA" set NOBODY k=1
is "$rc" 65 "set of an unknown model"
is "$(changes)" "$((n + 2))" "nothing of it is stored"

# ---- undo and redo, step by step

"$VIGIA" fit STEP "$T/golden" >"$T/ignored"
"$VIGIA" adjust STEP >"$T/ignored"
"$VIGIA" set STEP k=3 >"$T/ignored"
run "$VIGIA" undo STEP
is "$rc" 0 "undo"
like "$out" "^taken back: change [0-9]*: set k=3\$" "says what it takes back"
like "$out" "^STEP: version 2 is active.* To take it back: vigia redo STEP\$" \
    "and the way forth"
run "$VIGIA" undo STEP --json
like "$out" '^{"name":"STEP","version":1,"previous":2,"change":[0-9]*,"dry_run":false,"params":{},"columns":{"value":{.*"mean":{"old":8.25,"new":7.5},.*"about":[0-9]*}$' \
    "a second undo goes a step further back: it never toggles"
run "$VIGIA" undo STEP
is "$rc" 0 "undoing the first fit"
like "$out" "^STEP is removed (change [0-9]*). To bring it back: vigia redo STEP\$" \
    "removes the model"
run "$VIGIA" undo STEP
is "$rc" 65 "then nothing is left"
is "$err" "vigia: nothing left to undo for STEP" "and undo says so"
run "$VIGIA" redo STEP --json
like "$out" '"version":1,"previous":null,.*"mean":{"old":null,"new":7.5}' \
    "redo brings the model back"
"$VIGIA" redo STEP >"$T/ignored"
run "$VIGIA" redo STEP
like "$out" "^brought back: change [0-9]*: set k=3\$" "and all the rest"
is "$(weights STEP | cut -d ' ' -f 1)" 3 "up to the last version"
run "$VIGIA" redo STEP
is "$rc" 65 "then nothing is left"
is "$err" "vigia: nothing to redo for STEP" "and redo says so"
"$VIGIA" undo STEP >"$T/ignored"
"$VIGIA" adjust STEP >"$T/ignored"
run "$VIGIA" redo STEP
is "$rc" 65 "a new change ends what could be brought back"
run "$VIGIA" undo NOBODY
is "$rc" 65 "undo of an unknown model"
run "$VIGIA" undo STEP@1
is "$rc" 64 "undo takes no version"
run "$VIGIA" undo
is "$rc" 64 "undo needs a model"
run "$VIGIA" redo
is "$rc" 64 "redo too"

# Columns that stand on one side only.
printf 'id,"Vel, mm/s",c\nW,1,5\nW,2,6\nW,4,8\n' >"$T/wide.csv"
"$VIGIA" fit --csv "$T/wide.csv" --by id --fresh >"$T/ignored" 2>&1
run "$VIGIA" undo W
is "$(printf '%s\n' "$out" | grep "$tab" | cut -f 1,2,3)" "column${tab}n${tab}new n
Vel, mm/s${tab}3${tab}3
b${tab}${tab}3
c${tab}3${tab}" "columns that differ, come back and go are shown once"

# ---- activate

run "$VIGIA" activate STEP@1
is "$rc" 0 "activate"
like "$out" "^STEP: version 1 is active.* To take it back: vigia undo STEP\$" \
    "says how to take it back"
is "$(weights STEP)" "1 7.5 12.260952285695232" "the version is active"
n=$(changes)
run "$VIGIA" activate STEP@1
is "$rc" 0 "activating the active one"
is "$out" "nothing changes: version 1 of STEP is active already" "says so"
is "$(changes)" "$n" "and stores nothing"
run "$VIGIA" activate STEP@99
is "$rc" 65 "an unknown version"
like "$err" "STEP has no version 99; it has 1 to 4" "tells the range"
run "$VIGIA" activate STEP
is "$rc" 64 "activate needs @N"
like "$err" "which version? vigia versions STEP lists them" "and says so"
run "$VIGIA" activate STEP@3 --json
like "$out" '^{"name":"STEP","version":3,"previous":1,' "as JSON"
"$VIGIA" undo STEP >"$T/ignored"
is "$(weights STEP | cut -d ' ' -f 1)" 1 "undo takes an activation back"
run "$VIGIA" show STEP --json
like "$out" '"activations":.*{"at":"[^"]*","what":"activate","version":3,.*"what":"undo","version":1' \
    "every activation is logged"

# ---- undo of a whole change

for i in 1 2 3 4 5; do
    printf 'M%d,1\nM%d,2\nM%d,4\n' $i $i $i
done | sed '1i id,v' >"$T/many.csv"
"$VIGIA" fit --csv "$T/many.csv" --by id >"$T/ignored" 2>&1
id=$("$VIGIA" changes --no-header | tail -n 1 | cut -f 1)
"$VIGIA" adjust M2 >"$T/ignored"
"$VIGIA" undo M5 >"$T/ignored"

run "$VIGIA" undo --change "$id"
is "$rc" 65 "a change of which some models were changed later"
like "$out" "^change $id is taken back for 3 models (change [0-9]*). To bring one back: vigia redo MODEL\$" \
    "is taken back for the others"
like "$out" "^1 model had it taken back already\$" "and says which way"
like "$out" "^changed later, left as it was: M2\$" "and names the one that is left"
like "$err" "^vigia: 1 model of change $id had later changes and stays as it was\$" \
    "on standard error, too"
run "$VIGIA" list --match 'M?' --no-header
is "$(printf '%s\n' "$out" | cut -f 1)" M2 "only that one is there"
n=$(changes)
"$VIGIA" undo M2 >"$T/ignored"
run "$VIGIA" undo --change "$id" --json
is "$rc" 0 "when the later change is undone, it is taken back whole"
like "$out" "^{\"about\":$id,\"change\":[0-9]*,\"undone\":1,\"undone_before\":4,\"left\":0,\"left_models\":\\[\\]}\$" \
    "as JSON"
n=$(changes)
run "$VIGIA" undo --change "$id"
is "$rc" 65 "then nothing is left of it"
is "$err" "vigia: change $id is taken back already" "and undo says so"
is "$(changes)" "$n" "without a change of its own"
run "$VIGIA" changes --json --limit 1
like "$out" "\"what\":\"undo\",\"note\":\"change $id: fit [^\"]*\",\"models\":1,\"undoes\":$id}" \
    "the list of changes tells what took it back"
last=$n
run "$VIGIA" undo --change "$last"
is "$rc" 65 "an undo is not undone by its change"
like "$err" "is itself an undo; use vigia redo MODEL" "but by redo"
run "$VIGIA" undo --change 99999
is "$rc" 65 "an unknown change"
run "$VIGIA" undo --change first
is "$rc" 64 "--change first"
run "$VIGIA" undo M1 --change "$id"
is "$rc" 64 "a model and a change at once"

done_testing
