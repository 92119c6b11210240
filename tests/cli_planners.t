#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Models without columns on the command line: tested, fitted, adjusted, shown,
# listed, exported and loaded like any other.
# shellcheck disable=SC2317 # functions are called by ok, which runs its words
set -u
. "${top_srcdir:-.}/tests/lib.sh"

tab=$(printf '\t')
request()
{
    printf '{"now":"2021-11-01 00:00:00","deadline":"2021-11-02 00:00:00",%s' \
        '"num_vacancies":10,"num_remaining_in_pool":500,'
    printf '"impacted_candidates_data":[%s]}\n' "$1"
}
yes='{"notification_status":"ir_accepted"}'
request "$yes" >"$T/one.json"
{ request ''; request "$yes,{},{}"; } >"$T/two.jsonl"

# refused STATUS PATTERN NAME: that is how the last run ended.
refused()
{
    is "$rc" "$1" "$3: exit $1"
    like "$err" "^vigia: .*$2" "$3: says why"
}

# ---- test

run "$VIGIA" test invite-nbinom --json-input "$T/one.json"
is "$rc" 0 'a model that is built in is tested without a database'
like "$out" "^candidates${tab}33$" 'it says what is planned'
like "$out" "^posterior.alpha${tab}11.93" 'and what it is planned by'
run "$VIGIA" test invite-nbinom --json-input "$T/one.json" --json --record
like "$out" '^{"verdicts":\[{"model":"invite-nbinom","version":1,"finished":' \
    'the same as JSON'
run "$VIGIA" test invite-nbinom --json-input - --record <"$T/two.jsonl"
like "$out" '^line,finished,candidates,callback_minutes,posterior.alpha,' \
    'several requests are lines of CSV'
like "$out" '^2,no,27,7,' 'in their order'
run "$VIGIA" test invite-stoch --json-input "$T/one.json" --seed 7
first=$out
run "$VIGIA" test invite-stoch --json-input "$T/one.json" --seed 7
is "$out" "$first" 'a seed gives the same answer again'
run "$VIGIA" test invite-stoch --json-input "$T/one.json" --mode original
refused 65 'original program failed' 'a mode may have none for a request'

run "$VIGIA" test invite-exp --json-input "$T/one.json" --mode nice
refused 65 'there is repaired, original' 'a mode there is not'
printf '{"now":1}\n' >"$T/wrong.json"
run "$VIGIA" test invite-exp --json-input "$T/wrong.json"
refused 65 'a request needs "deadline"' 'a wrong request'
run "$VIGIA" test invite-exp 5
refused 64 'invite-exp is no sensor' 'a value'
printf 'now,deadline\n1,2\n' >"$T/rows.csv"
run "$VIGIA" test invite-exp --csv "$T/rows.csv"
refused 65 'rows.csv:2: .*"now" must be a time' 'a row of CSV is a request'
run "$VIGIA" test invite-exp --csv "$T/rows.csv" --by now
refused 64 '--by is for sensors' 'and no reading'
printf '{\n "days": [1,\n  2 3]\n}\n' >"$T/lines.json"
run "$VIGIA" test invite-exp --json-input "$T/lines.json"
is "$rc" 65 'an object over several lines that is none'
like "$err" 'lines.json: line 3, column 5: ' '... is wrong where it is'
printf '{"days":[1]}\n{"days":}\n' >"$T/lines.json"
run "$VIGIA" test invite-exp --json-input "$T/lines.json"
like "$err" 'lines.json: line 2: ' 'so is one of several on a line each'
printf '{"days":[1]\n{"days":[2]}\n' >"$T/lines.json"
run "$VIGIA" test invite-exp --json-input "$T/lines.json"
like "$err" 'lines.json: line 1: ' '... also the first, when it is cut off'

: >"$T/empty.json"
run "$VIGIA" test invite-exp --json-input "$T/empty.json"
refused 65 'empty.json is empty' 'an empty file'
run "$VIGIA" test invite-exp --json-input "$T/nowhere.json"
refused 66 'cannot read .*nowhere.json' 'a file that is not there'

run "$VIGIA" test other --json-input "$T/one.json"
refused 65 'no model named "other"' 'another name'
printf '10\n5\n6\n9\n' >"$T/golden"
"$VIGIA" fit P "$T/golden" >"$T/ignored"
run "$VIGIA" test P --json-input "$T/one.json"
refused 64 'P is a sensor' 'a sensor takes no requests'

# ---- history, list, show

run "$VIGIA" history invite-nbinom --json
is "$(printf '%s' "$out" | grep -o '"output":{"finished"' | wc -l)" 3 \
    'the history has what was recorded'
like "$out" '"input":{"deadline":"2021-11-02 00:00:00","impacted_' \
    'with the requests'
run "$VIGIA" history invite-nbinom
like "$out" '{"finished":false,"candidates":26,' 'and as a table'
run "$VIGIA" list --kind invite-nbinom
like "$out" "^invite-nbinom${tab}${tab}invite-nbinom${tab}1${tab}ok${tab}${tab}20" \
    'a list has it without columns'
run "$VIGIA" show invite-nbinom
like "$out" "^weights.prior.from${tab}built in$" 'it says what it starts from'
run "$VIGIA" check
is "$rc" 0 'a check finds no alert in it'

# ---- fit, adjust, undo, export, load

run "$VIGIA" adjust invite-nbinom --percent -50
is "$rc" 0 'its prior is adjusted'
like "$out" "^prior.mean${tab}0.0399999.*${tab}0.0199999" 'old and new'
run "$VIGIA" adjust invite-nbinom --percent -50 --column value
refused 65 'no columns' 'but not by columns'
run "$VIGIA" undo invite-nbinom
is "$rc" 0 'that can be taken back'
{ request "$yes,{}"; request "{},$yes,{}"; } >"$T/cases.jsonl"
run "$VIGIA" fit invite-nbinom "$T/cases.jsonl" --kind invite-nbinom
is "$rc" 0 'it learns from finished cases'
like "$out" 'version 3 of kind invite-nbinom, from 2 cases of' 'and says so'
run "$VIGIA" fit plan "$T/cases.jsonl" --kind invite-exp --json
like "$out" '"from":"fitted from 2 cases"' 'another model of the kind, too'
run "$VIGIA" versions invite-nbinom
is "$(printf '%s\n' "$out" | wc -l)" 4 'its versions are kept'
run "$VIGIA" fit invite-nbinom "$T/cases.jsonl"
refused 65 'not' 'the kind stays what it is'
run "$VIGIA" fit invite-nbinom --csv "$T/rows.csv" --kind invite-nbinom
refused 64 'learns from finished cases' 'it does not learn from tables'
run "$VIGIA" fit invite-nbinom --recorded --kind invite-nbinom
refused 64 'does not learn from recorded' 'nor from what was recorded'
run "$VIGIA" fit invite-nbinom "$T/cases.jsonl" --kind invite-nbinom --label x
refused 64 '--label goes with' 'and has no label'
printf '{}\n\n[\n' >"$T/bad.jsonl"
run "$VIGIA" fit invite-nbinom "$T/bad.jsonl" --kind invite-nbinom
refused 65 'bad.jsonl: line 3: ' 'a wrong line is named'
run "$VIGIA" fit invite-nbinom "$T/one.json" --kind invite-nbinom
refused 65 'two finished cases' 'one case is too few'

"$VIGIA" export invite-nbinom "$T/a.json" >"$T/ignored" 2>&1
run "$VIGIA" load copy "$T/a.json"
is "$out" "copy has version 1 from $T/a.json: invite-nbinom
it is active now; vigia undo copy takes it back" 'it is exported and loaded'
"$VIGIA" export copy "$T/b.json" >"$T/ignored" 2>&1
ok 'to the same bytes' cmp "$T/a.json" "$T/b.json"
run "$VIGIA" load copy "$T/a.json" --scalers "$T/one.json"
refused 65 'an exported model is complete' 'and needs no scalers'
printf '\037\213x' >"$T/model.gz"
run "$VIGIA" load copy "$T/model.gz"
refused 65 'is compressed' 'what is packed is named'
printf '(dp0\n' >"$T/model.pkl"
run "$VIGIA" load copy "$T/model.pkl"
refused 65 'is a Python pickle' '... as is any pickle'

if has_terminal; then
    "$VIGIA" test invite-exp --json-input "$T/one.json" --record >"$T/ignored"
    out=$(NO_COLOR=1 script -qec "'$VIGIA' history invite-exp" /dev/null |
        tr -d '\r')
    like "$out" '  finished \(true\|false\), candidates [0-9]*, callback_minutes [0-9]*  *-$' \
        'a terminal shows the answer without what explains it'
else
    skip 'no terminal'
fi

done_testing
