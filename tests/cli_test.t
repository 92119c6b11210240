#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# vigia test: values, one value against everything, CSV files; what is
# recorded, and what is refused before anything is.
set -u
. "${top_srcdir:-.}/tests/lib.sh"

tab=$(printf '\t')

# refused STATUS PATTERN NAME COMMAND...
refused()
{
    want=$1 pattern=$2 name=$3
    shift 3
    run "$@"
    is "$rc" "$want" "$name: exit $want"
    like "$err" "^vigia: $pattern" "$name: says why"
}

# How many cells are recorded.
recorded()
{
    "$VIGIA" history --no-header --limit 1000 "$@" | wc -l | tr -d ' '
}

refused 66 'there is no database .*; the first `vigia fit` makes it$' \
    'no database' "$VIGIA" test P-101 10

printf '10\n5\n6\n9\n' | "$VIGIA" fit P-101 >/dev/null
why='standard deviations above the mean of 7.5 (std 2.38)'

### values against one sensor

run "$VIGIA" test P-101 10
is "$rc" 0 'no alert is exit 0'
is "$out" "column${tab}value${tab}verdict${tab}score${tab}threshold${tab}version${tab}reason
value${tab}10${tab}ok${tab}1.0502100630210074${tab}12.260952285695232${tab}1${tab}10 is 1.05 $why, under the threshold 12.26 = mean + 2 std; version 1 of this sensor" \
    'a verdict with score, threshold and reason'
run "$VIGIA" test P-101 13 -0.5 ' 12,3' 2>/dev/null
is "$rc" 65 'one bad value and there is no verdict at all'
is "$out" '' 'nor anything else'
run "$VIGIA" predict P-101 12.260952285695232 12.26 -0.5 +1 .5
is "$(printf '%s\n' "$out" | sed 1d | cut -f 2,3 | tr '\t\n' ': ')" \
    '12.260952285695232:alert 12.26:ok -0.5:ok 1:ok 0.5:ok ' \
    'a value at the threshold alerts; numbers are no options'
run "$VIGIA" --json test P-101 13
is "$rc" 0 'an alert is exit 0 too'
is "$out" '{"verdicts":[{"model":"P-101","version":1,"column":"value","value":13,"alert":true,"score":2.310462138646216,"mean":7.5,"std":2.3804761428476167,"threshold":12.260952285695232,"state":"learning","reason":"13 is 2.31 '"$why"', over the threshold 12.26 = mean + 2 std; version 1 of this sensor"}]}' \
    'JSON as the contract says'
run "$VIGIA" test P-101 10 13 --quiet
is "$rc$out" 1 '--quiet: an alert is exit 1, and nothing is printed'
run "$VIGIA" test P-101 10 --quiet
is "$rc$out" 0 '--quiet: no alert is exit 0'
is "$(recorded)" 0 'nothing was recorded'
run "$VIGIA" test P-101 10 13 --record
is "$(recorded)" 2 '--record records each reading'
is "$(recorded --alerts)" 1 'and which of them alerted'
run "$VIGIA" --json test P-101 13 --record
like "$out" '"state":"alert"' 'the state is that after recording'
printf '1\n2\n3\n' | "$VIGIA" fit P-101 >/dev/null
run "$VIGIA" test P-101@1 10
like "$out" 'version 1 of this sensor$' 'an older version can be tested'
run "$VIGIA" test P-101 10
like "$out" "^value${tab}10${tab}alert.*version 2 of this sensor$" \
    'the active one says something else'
printf '5\n5\n5\n' | "$VIGIA" fit FLAT >/dev/null
run "$VIGIA" --json test FLAT 4 5
like "$out" '"value":4,"alert":false,"score":null' 'flat: below is no alert'
like "$out" '"value":5,"alert":true,"score":null' 'flat: no score, still a rule'
like "$out" '"state":"flat"' 'and the state says it'

refused 65 '"NaN" is a missing reading, which has no verdict$' \
    'NaN' "$VIGIA" test P-101 NaN
refused 65 '"null" is a missing reading' 'null' "$VIGIA" test P-101 null
refused 65 '"" is a missing reading' 'an empty value' "$VIGIA" test P-101 ''
refused 65 '"abc" is not a number$' 'a word' "$VIGIA" test P-101 abc
refused 65 '"inf" is not a number$' 'an infinity' "$VIGIA" test P-101 inf
refused 65 '1e999 is beyond' 'a huge number' "$VIGIA" test P-101 1e999
refused 65 'no model named "P-102"; nearest: P-101$' \
    'an unknown sensor' "$VIGIA" test P-102 10
refused 65 'P-101 has no version 9\|.*version.* 9' \
    'an unknown version' "$VIGIA" test P-101@9 10
refused 65 '.*"vel"' 'an unknown column' "$VIGIA" test P-101 10 --column vel
refused 64 'something is missing' 'no value' "$VIGIA" test P-101
refused 64 '--by goes with --csv$' 'half a form' "$VIGIA" test P-101 1 --by id
refused 64 'either --csv or --all$' \
    'two forms' "$VIGIA" test --all 1 --csv "$T/x"

### one value against everything

cat >"$T/plant.csv" <<'END'
id,at,pl.vel,pl.temp,note
P1,2026-01-01T00:00:00Z,1,20,x
P1,2026-01-02T00:00:00Z,3,,x
P2,2026-01-01T00:00:00Z,5,30,y
P1,2026-01-03T00:00:00Z,NaN,24,x
P2,2026-01-02T00:00:00Z,7,34,y
END
"$VIGIA" fit --csv "$T/plant.csv" --by id --time at >/dev/null 2>&1
run "$VIGIA" test --all 8.8
is "$rc" 0 'every sensor and column'
is "$(printf '%s\n' "$out" | cut -f 1-4 | tr '\t' ' ')" \
    'sensor column value alert
FLAT value 8.8 true
P-101 value 8.8 true
P1 pl.vel 8.8 true
P1 pl.temp 8.8 false
P2 pl.vel 8.8 false
P2 pl.temp 8.8 false' 'has a line with its verdict'
run "$VIGIA" test --all 8.8 --column pl.vel
is "$(printf '%s\n' "$out" | sed 1d | wc -l | tr -d ' ')" 2 \
    'one column of all sensors'
run "$VIGIA" --json test --all 8.8
is "$(printf '%s\n' "$out" | grep -o '"model":' | wc -l | tr -d ' ')" 6 \
    'the same as JSON'
run "$VIGIA" test --all 8.8 --quiet
is "$rc$out" 1 '--quiet: only whether there is an alert'
run "$VIGIA" test --all -8 --quiet
is "$rc$out" 0 '--quiet: or none'
refused 65 'no sensor has a column "rpm"$' \
    'a column nobody has' "$VIGIA" test --all 1 --column rpm
refused 65 '"x" is not a number$' 'no number' "$VIGIA" test --all x
refused 64 '--record goes with SENSOR, --csv or --json-input$' \
    'recording for all' "$VIGIA" test --all 1 --record
if has_terminal; then
    "$VIGIA" -d "$T/two.db" fit --csv "$T/plant.csv" --by id --time at \
        >/dev/null 2>&1
    run env TERM=dumb NO_COLOR=1 script -qec \
        "stty cols 80; '$VIGIA' -d '$T/two.db' test --all 8.8" /dev/null
    like "$out" '^8.8 against 4 columns (pl\.\*) of 2 sensors: 1 alert' \
        'a person gets the counts first, the common prefix said once'
    like "$out" '^SENSOR  VEL  *TEMP' \
        'and a table of sensors by columns'
    like "$out" '^P2  *ok\*  *ok' 'with a sign near a threshold'
    like "$out" '^\* within 1 % of its threshold' 'and what it means'
    run env TERM=dumb NO_COLOR=1 script -qec \
        "stty cols 12; '$VIGIA' -d '$T/two.db' test --all 8.8" /dev/null
    like "$out" '^SENSOR  COLUMN' 'a list where the table is too wide'
else
    skip 'no script(1)'
fi

### CSV files

run "$VIGIA" test --csv "$T/plant.csv" --by id
is "$rc" 0 'a verdict per cell of a file'
is "$(printf '%s\n' "$out" | cut -d , -f 1-5,7)" \
    'line,sensor,column,value,alert,version
2,P1,pl.vel,1,false,1
2,P1,pl.temp,20,false,1
3,P1,pl.vel,3,false,1
4,P2,pl.vel,5,false,1
4,P2,pl.temp,30,false,1
5,P1,pl.temp,24,false,1
6,P2,pl.vel,7,false,1
6,P2,pl.temp,34,false,1' 'with line, sensor, column, value, alert, version'
like "$err" '^vigia: 5 readings, 8 verdicts, 0 alerts; 2 cells without a value$' \
    'missing cells are counted'
run sh -c '"$1" test --csv - --by id <"$2"' sh "$VIGIA" "$T/plant.csv"
is "$(printf '%s\n' "$out" | wc -l | tr -d ' ')" 9 'standard input as well'
printf 'id,pl.vel\nP1,1\nP1,9\nP2,9\n' >"$T/new.csv"
run "$VIGIA" test --csv "$T/new.csv" --by id --alerts-only
is "$(printf '%s\n' "$out" | cut -d , -f 1-5)" \
    'line,sensor,column,value,alert
3,P1,pl.vel,9,true
4,P2,pl.vel,9,true' '--alerts-only'
run "$VIGIA" test --csv "$T/new.csv" --by id --quiet
is "$rc$out$err" 1 '--quiet: only whether there is an alert'
run "$VIGIA" --json test --csv "$T/new.csv" --by id --alerts-only
is "$(printf '%s\n' "$out" | sed -n 1p)" \
    '{"line":3,"sensor":"P1","column":"pl.vel","value":9,"alert":true,"score":4.949747468305833,"version":1}' \
    'JSON is an object per line'
run "$VIGIA" test P1 --csv "$T/new.csv"
is "$(printf '%s\n' "$out" | grep -c ',P1,')" 3 'SENSOR: all rows are of it'
run "$VIGIA" test P1@1 --csv "$T/new.csv" --by id
is "$(printf '%s\n' "$out" | grep -c ',P1,')" 2 'with --by only its own'
printf 'id,value\nFLAT,4\n' >"$T/flat.csv"
run "$VIGIA" test --csv "$T/flat.csv" --by id --no-header
is "$out" '2,FLAT,value,4,false,,1' 'a flat sensor gives no score'
run "$VIGIA" test --csv "$T/plant.csv" --by id --time at \
    --since 2026-01-02T00:00:00Z --until 2026-01-03T00:00:00Z --no-header
is "$(printf '%s\n' "$out" | cut -d , -f 1 | tr '\n' ' ')" '3 6 6 ' \
    'only the time asked for'
printf 'id;pl.vel\nP1;1,5\nP1;-\n' >"$T/comma.csv"
run "$VIGIA" test --csv "$T/comma.csv" --by id --delimiter ';' --decimal , \
    --missing - --no-header
is "$(printf '%s\n' "$out" | cut -d , -f 1-4)" '2,P1,pl.vel,1.5' \
    'delimiter, decimal sign and missing texts'

before=$(recorded)
run "$VIGIA" test --csv "$T/plant.csv" --by id --time at --record
like "$err" '; 5 recorded$' '--record records the rows'
is "$(recorded)" $((before + 8)) 'with all their cells'
run "$VIGIA" --json history P1 --limit 3
like "$out" '"at":"2026-01-03T00:00:00.000000Z"' 'at its own time'
run "$VIGIA" test --csv "$T/plant.csv" --by id --time at --record
like "$err" '; 0 recorded, 5 were there already$' \
    'once more records nothing, and says so'
is "$(recorded)" $((before + 8)) 'and nothing is there twice'
is "$(printf '%s\n' "$out" | wc -l | tr -d ' ')" 9 'the verdicts are still given'
run sh -c '"$1" test --csv - --by id --columns pl.vel --record <"$2"' sh \
    "$VIGIA" "$T/new.csv"
like "$err" '; 3 recorded$' 'without a time they are recorded as of now'
printf '[history]\nrecord = alerts\n' >"$T/alerts.conf"
printf 'id,pl.vel\nP1,-1e9\nP1,1e9\nP1,-1e9\n' >"$T/one.csv"
run "$VIGIA" -c "$T/alerts.conf" test --csv "$T/one.csv" --by id --record
like "$err" '3 readings, 3 verdicts, 1 alert; 1 recorded$' 'what the history does not keep is not counted'

before=$(recorded)
printf 'id,pl.vel\nP1,1\nP9,2\n' >"$T/unknown.csv"
refused 65 '.*unknown.csv:3: no model named "P9"; nearest: ' \
    'an unknown sensor in a file' \
    "$VIGIA" test --csv "$T/unknown.csv" --by id --record
is "$out" '' 'which is told before anything is printed'
printf 'id,pl.vel\nP1,1\nP1,abc\n' >"$T/bad.csv"
refused 65 '.*bad.csv:3: column "pl.vel": "abc" is not a number$' \
    'a bad cell' "$VIGIA" test --csv "$T/bad.csv" --by id --record
printf 'id,at,pl.vel\nP1,2026-01-01T00:00:00Z,1\nP1,2999-01-01T00:00:00Z,1\n' \
    >"$T/ahead.csv"
refused 65 '.*ahead.csv:3: the time of the reading lies more than a day ahead$' \
    'a time far ahead' \
    "$VIGIA" test --csv "$T/ahead.csv" --by id --time at --record
refused 65 '.*new.csv:2: P1: .*"note"\|.*no column "note"' \
    'a column that is not there' \
    "$VIGIA" test --csv "$T/new.csv" --by id --columns note
printf 'id,rpm\nP1,1\n' >"$T/rpm.csv"
refused 65 '.*rpm.csv: none of its columns is a column of the sensors$' \
    'no column the sensors have' "$VIGIA" test --csv "$T/rpm.csv" --by id
refused 65 '.*rpm.csv:2: P1: .*"rpm"' \
    'a named one they do not have' \
    "$VIGIA" test --csv "$T/rpm.csv" --by id --columns rpm
refused 64 '--by COLUMN says which sensor a row is' \
    'no key' "$VIGIA" test --csv "$T/new.csv"
refused 64 'test --csv takes one file$' \
    'two files' "$VIGIA" test --csv "$T/new.csv" --csv "$T/new.csv" --by id
refused 65 'no model named ".*/new.csv"' \
    'a file in the place of SENSOR' \
    "$VIGIA" test "$T/new.csv" --csv "$T/new.csv" --by id
refused 64 '--column goes with VALUE$' \
    '--column for --columns' \
    "$VIGIA" test --csv "$T/new.csv" --by id --column pl.vel
refused 66 'cannot read .*none: No such file' \
    'no such file' "$VIGIA" test --csv "$T/none" --by id
is "$(recorded)" "$before" 'none of these recorded anything'
run "$VIGIA" test --csv "$T/unknown.csv" --by id --skip-bad --no-header
is "$rc" 0 '--skip-bad passes over unknown sensors'
is "$(printf '%s\n' "$out" | cut -d , -f 1-5)" '2,P1,pl.vel,1,false' \
    'and tests the others'
like "$err" '^vigia: skipped: .*unknown.csv:3: no model named "P9"' \
    'telling which'

"$VIGIA" fit A_1 "$T/golden" >/dev/null 2>&1 ||
    printf '10\n5\n6\n9\n' | "$VIGIA" fit A_1 >/dev/null
printf 'id,value\nA 1,3\nA_1,1\n' >"$T/both.csv"
refused 65 '.*both.csv:3: "A 1" and "A_1" would both be named A_1: rename one in the file$' \
    'two texts of a plant that are one name' \
    "$VIGIA" test --csv "$T/both.csv" --by id
is "$out" '' 'which is told before anything is printed'
refused 65 '.*both.csv:3: "A 1" and "A_1" would both' \
    'for one sensor, too' "$VIGIA" test A_1 --csv "$T/both.csv" --by id
sed 2d "$T/both.csv" >"$T/own.csv"
run "$VIGIA" test --csv "$T/own.csv" --by id --no-header
is "$(printf '%s' "$out" | cut -d , -f 1-4)" 2,A_1,value,1 \
    'each of them alone is that sensor'

# More than one batch, and several turns in each.
awk 'BEGIN {
    print "id,at,pl.vel"
    for (i = 0; i < 9000; i++)
        printf "P1,2026-02-%02dT%02d:%02d:00Z,%d\n", 1 + int(i / 1440),
            int(i / 60) % 24, i % 60, i % 7
}' >"$T/long.csv"
run "$VIGIA" test --csv "$T/long.csv" --by id --time at --record
like "$err" '; 9,000 recorded$' 'a long file is recorded whole'
is "$(printf '%s\n' "$out" | tail -n 1 | cut -d , -f 1-4)" '9001,P1,pl.vel,4' \
    'and printed to its last line'
is "$(printf '%s\n' "$out" | cut -d , -f 1 | uniq | wc -l | tr -d ' ')" 9001 \
    'in order'
is "$(printf '%s\n' "$out" | wc -l | tr -d ' ')" 9001 'every line once'

# ---- what only some rows have

cat >"$T/odd.csv" <<END
id,when,value
metrics,2026-01-01,1
A_1,2026-01-01,1e200
OTHER,2999-01-01,1
A_1,2999-01-01,2
A_1,2026-01-02,3
END
run "$VIGIA" test A_1 --csv "$T/odd.csv" --by id --time when --no-header
is "$rc $(printf '%s\n' "$out" | cut -d , -f 1,4,5 | tr '\n' ' ')" \
    '0 3,1e200,true 5,2,false 6,3,false ' \
    'rows of others may have any key, and a reading any size'
echo A_1,2026-01-03,1e309 | cat "$T/odd.csv" - >"$T/huge.csv"
run "$VIGIA" test A_1 --csv "$T/huge.csv" --by id --time when
like "$rc $err" '^65 .*huge.csv:7: column "value": "1e309" is too large$' \
    '... that a double has'
run "$VIGIA" test A_1 --csv "$T/odd.csv" --by id --time when --record
is "$rc" 65 'a time far ahead is not recorded'
like "$err" 'odd.csv:5: the time of the reading lies more than a day ahead' \
    '... when it is of the sensor'
run "$VIGIA" test A_1 --csv "$T/odd.csv" --by id --time when --record \
    --skip-bad --no-header
is "$rc $(printf '%s\n' "$out" | cut -d , -f 1 | tr '\n' ' ')" '0 3 6 ' \
    '--skip-bad leaves it out'
like "$err" '^vigia: skipped: .*odd.csv:5: the time' '... and tells it'
run "$VIGIA" test A_1 --csv "$T/odd.csv" --by ' id' --columns ' value , value2' \
    --no-header
is "$rc" 65 'blanks around a name do not count'
like "$err" 'no column "value2" (the nearest is "value")' \
    '... as they do not in a header'

printf 'id,value\nOLD,1\nOLD,2\n' | sed 's/value/pressure/' >"$T/old.csv"
"$VIGIA" fit --csv "$T/old.csv" --by id >/dev/null 2>&1
printf 'id,value\nA_1,1\nOLD,2\n' >"$T/two.csv"
run "$VIGIA" test --csv "$T/two.csv" --by id --no-header
is "$rc $(printf '%s' "$out" | cut -d , -f 1-4)" '0 2,A_1,value,1' \
    'a sensor may have none of the columns'
like "$err" \
    '^vigia: 1 sensor was not judged, as the columns of .*two.csv are none of its: OLD$' \
    '... which is told'

refused 64 'diff compares models that learn from tables, and A_1 is of kind baseline' \
    'sensors are not compared by rows' \
    "$VIGIA" diff A_1@1 A_1@1 --csv "$T/two.csv"

done_testing
