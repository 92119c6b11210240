#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Looking at models: show, list, versions, changes.
set -u
. "${top_srcdir:-.}/tests/lib.sh"

tab=$(printf '\t')

# terminal WORDS...: $out is what vigia WORDS shows on a terminal.
terminal() {
    out=$(NO_COLOR=1 script -qec "stty cols 100; '$VIGIA' $*" /dev/null \
        </dev/null | tr -d '\r')
}

printf '10\n5\n6\n9\n' >"$T/golden"
cat >"$T/plant.csv" <<'END'
id,vel,temp
Área 3/P-1,1.5,20
Área 3/P-1,2.5,
Área 3/P-1,3.5,22
FAN-1,1,30
FAN-1,1,31
END

# ---- nothing yet

run "$VIGIA" list
is "$rc" 66 "without a database list fails"
like "$err" "$T/v.db" "and names the file"

"$VIGIA" fit PUMP-7 "$T/golden" >"$T/ignored"

# ---- show

run "$VIGIA" show PUMP-7
is "$rc" 0 "show of a sensor"
is "$out" "column${tab}state${tab}n${tab}missing${tab}mean${tab}std${tab}min${tab}max${tab}threshold${tab}k${tab}unit
value${tab}learning${tab}4${tab}0${tab}7.5${tab}2.3804761428476167${tab}5${tab}10${tab}12.260952285695232${tab}2${tab}" \
    "in a pipe it is a table with every digit and every column"
run "$VIGIA" weights PUMP-7 --no-header
is "$(printf '%s\n' "$out" | wc -l)" 1 "weights is show; --no-header leaves one line"

run "$VIGIA" show PUMP-7 --json
like "$out" '^{"name":"PUMP-7","title":"","kind":"baseline","version":1,"origin":"fit","created_at":"20..-..-..T..:..:..\.......Z","by":"' \
    "the JSON begins with what the version is"
like "$out" '"state":"learning","params":{"k":2},"weights":{"columns":{"value":{"n":4,"missing":0,"mean":7.5,"std":2.3804761428476167,"min":5,"max":10,"threshold":12.260952285695232,"state":"learning"}}},' \
    "and has params and weights as the contract says"
like "$out" '"activations":\[{"at":"[^"]*","what":"fit","version":1,"by":"[^"]*","change":1}\]}$' \
    "and the activations"

"$VIGIA" adjust PUMP-7 >"$T/ignored"
"$VIGIA" set PUMP-7 'title=Feed pump' k.value=3 unit=mm/s >"$T/ignored"

run "$VIGIA" show PUMP-7@1 --json
like "$out" '"title":"","kind":"baseline","version":1,.*"active":false' \
    "MODEL@N is that version, with the title it had"
run "$VIGIA" show PUMP-7 --json
like "$out" '"title":"Feed pump","kind":"baseline","version":3,"origin":"set"' \
    "without @N it is the active one"
like "$out" '"params":{"k":2,"k.value":3,"unit":"mm/s"}' "with its params"
like "$out" '"unit":"mm/s","k":3}' "and what they mean for a column"

run "$VIGIA" show PUMP-77
is "$rc" 65 "an unknown model"
is "$err" 'vigia: no model named "PUMP-77"; nearest: PUMP-7' \
    "is told with the nearest name"
is "$out" "" "and nothing is printed"
run "$VIGIA" show PUMP-7@9
is "$rc" 65 "an unknown version"
is "$err" "vigia: PUMP-7 has no version 9; it has 1 to 3" "tells the range"
run "$VIGIA" show PUMP-7@x
is "$rc" 65 "@x is no version"
run "$VIGIA" show
is "$rc" 64 "show needs a model"
run "$VIGIA" show PUMP-7 value
is "$rc" 64 "and only one"

if has_terminal; then
    terminal show PUMP-7
    like "$out" '^PUMP-7  "Feed pump"$' "a terminal shows the title"
    like "$out" '^sensor, version 3 of 3, set 20.* by .*, title=Feed pump k.value=3 unit=mm/s$' \
        "and where the version is from"
    like "$out" '^state learning, no reading yet$' "and the state"
    like "$out" '^COLUMN  *STATE  *N  *MEAN  *STD  *MIN  *MAX  *THRESHOLD  *UNIT$' \
        "columns that say nothing are left out"
    like "$out" '^next: .*adjust PUMP-7 --dry-run' "and what to do next"
    terminal show PUMP-7@1
    like "$out" '^not active: version 3 is$' "an old version is told as such"
    like "$out" 'activate PUMP-7@1' "with the command that activates it"
else
    skip "what a terminal shows: no script(1), or no terminal for it"
fi

# ---- versions

run "$VIGIA" versions PUMP-7 --json
like "$out" '^{"versions":\[{"number":1,"origin":"fit","created_at":"[^"]*","by":"[^"]*","active":false,"change":1,' \
    "versions, oldest first"
like "$out" '{"number":3,"origin":"set",.*"active":true,"change":3,' \
    "with the active one marked"
run "$VIGIA" versions PUMP-7
is "$(printf '%s\n' "$out" | cut -f 1-3)" "version${tab}active${tab}origin
1${tab}${tab}fit
2${tab}${tab}adjust
3${tab}active${tab}set" "as a table in a pipe"
run "$VIGIA" versions PUMP-7@2
is "$rc" 64 "versions takes no @N"
like "$err" 'without @2' "and says so"

# ---- list

"$VIGIA" fit --csv "$T/plant.csv" --by id >"$T/ignored" 2>&1
run "$VIGIA" list
is "$(printf '%s\n' "$out" | cut -f 1-6)" "model${tab}title${tab}kind${tab}version${tab}state${tab}columns
FAN-1${tab}${tab}baseline${tab}1${tab}flat${tab}2
PUMP-7${tab}Feed pump${tab}baseline${tab}3${tab}learning${tab}1
x_rea_3_P-1${tab}Área 3/P-1${tab}baseline${tab}1${tab}learning${tab}2" \
    "list is by name, each with its worst state"
names() {
    run "$VIGIA" list --no-header "$@"
    out=$(printf '%s\n' "$out" | cut -f 1 | paste -sd ' ' -)
}
names --match 'P*'
is "$out" "PUMP-7" "--match looks at names"
names --match 'Área 3/*'
is "$out" "x_rea_3_P-1" "and at titles"
names --state flat
is "$out" "FAN-1" "--state"
names --state ok
is "$out" "" "--state that none is in"
names --kind baseline --limit 2
is "$out" "FAN-1 PUMP-7" "--limit"
names --cursor PUMP-7
is "$out" "x_rea_3_P-1" "--cursor goes on after a name"
run "$VIGIA" list --json --limit 1
is "$out" '{"models":[{"name":"FAN-1","title":"","kind":"baseline","version":1,"state":"flat","columns":["vel","temp"],"last":null}],"next":"FAN-1"}' \
    "as JSON, with where the next page begins"
run "$VIGIA" list --json --limit 3
like "$out" '"next":null}$' "which the last page has not"

run "$VIGIA" list --state broken
is "$rc" 64 "an unknown state"
is "$err" 'vigia: --state: no state "broken"; there is alert, stale, flat, learning, untested, ok' \
    "names those there are"
run "$VIGIA" list --kind tree
is "$rc" 64 "an unknown kind"
like "$err" 'no kind "tree"; there is baseline' "names those there are"
run "$VIGIA" list --limit 0
is "$rc" 64 "--limit 0"
run "$VIGIA" list PUMP-7
is "$rc" 64 "list takes no model"

"$VIGIA" test PUMP-7 100 --record >"$T/ignored"
names --state alert
is "$out" "PUMP-7" "a reading in alert shows"
run "$VIGIA" list --json --match PUMP-7
like "$out" '"state":"alert","columns":\["value"\],"last":{"at":"20[^"]*","alert":true}}' \
    "with its time"
run "$VIGIA" show PUMP-7 --json
like "$out" '"active":true,"state":"alert"' "show tells the same"
run "$VIGIA" show PUMP-7@1 --json
like "$out" '"active":false,"state":"learning"' \
    "but not of a version that is not active"

"$VIGIA" undo FAN-1 >"$T/ignored"
names
is "$out" "PUMP-7 x_rea_3_P-1" "a removed model is not listed"
run "$VIGIA" list --all
like "$out" "^FAN-1${tab}${tab}baseline${tab}${tab}removed" "but with --all"
run "$VIGIA" list --all --json
like "$out" '{"name":"FAN-1","title":"","kind":"baseline","version":null,"state":null,' \
    "with neither version nor state in JSON"
run "$VIGIA" show FAN-1
is "$rc" 65 "nor shown"
like "$err" "redo FAN-1 brings it back" "but for how to bring it back"
run "$VIGIA" show FAN-1@1
is "$rc" 0 "its versions are there"
run "$VIGIA" versions FAN-1
is "$rc" 0 "and listed"

if has_terminal; then
    terminal list
    like "$out" '^PUMP-7 .* ALERT ' "on a terminal an alert stands out"
    terminal list --state ok
    like "$out" '^no model is like that$' "and an empty list says so"
    "$VIGIA" fit ONLY "$T/golden" -d "$T/other.db" >"$T/ignored"
    "$VIGIA" undo ONLY -d "$T/other.db" >"$T/ignored"
    terminal list -d "$T/other.db"
    like "$out" "no models yet; vigia -d $T/other.db demo" \
        "without models it says how to begin, with this database"
else
    skip "lists on a terminal: no script(1), or no terminal for it"
fi

# ---- changes

run "$VIGIA" changes
is "$(printf '%s\n' "$out" | cut -f 1,4,5,7)" "id${tab}via${tab}what${tab}models
1${tab}cli${tab}fit${tab}1
2${tab}cli${tab}adjust${tab}1
3${tab}cli${tab}set${tab}1
4${tab}cli${tab}fit${tab}2
5${tab}cli${tab}undo${tab}1" "changes, newest last, with how many models"
run "$VIGIA" changes --limit 2 --json
like "$out" '^{"changes":\[{"id":4,"at":"[^"]*","by":"[^"]*","via":"cli","what":"fit","note":"[^"]*","models":2,"undoes":null},{"id":5,' \
    "--limit keeps the newest"
like "$out" '"next":4}$' "and the JSON says where to go on"
run "$VIGIA" changes --cursor 2 --json
like "$out" '^{"changes":\[{"id":1,[^[]*\],"next":null}$' "--cursor"
run "$VIGIA" changes --limit many
is "$rc" 64 "--limit many"

done_testing
