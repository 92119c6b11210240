#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# vigia check: the line and the exit status that monitoring systems read.
set -u
. "${top_srcdir:-.}/tests/lib.sh"

# record SENSOR VALUE...: tested and recorded, one after the other.
record()
{
    "$VIGIA" test "$@" --record >"$T/record" || diag "$(cat "$T/record")"
}

# A line has its figures behind "|", each once.
figures()
{
    printf '%s\n' "$out" | sed -n 's/.* | //p'
}

run "$VIGIA" check
is "$rc" 3 'without a database the status is unknown'
like "$out" '^VIGIA UNKNOWN - .*v\.db' '... and the line says why'
is "$err" '' '... on standard output alone'

run "$VIGIA" check --nope
is "$rc" 3 'what is no option is unknown, too'
like "$out" '^VIGIA UNKNOWN - .*--nope.* | alerts=0' '... and on a line'
run "$VIGIA" -c "$T/none.conf" check
like "$rc$out" '^3VIGIA UNKNOWN - cannot read .*none.conf' \
    'so is a configuration that is not there'
printf 'a,b,label\n1,2,x\n2,3,y\n3,4,x\n4,5,y\n' >"$T/t.csv"
"$VIGIA" fit TABLE --kind linear --csv "$T/t.csv" --label label >"$T/fit"
run "$VIGIA" check
like "$rc$out" '^3VIGIA UNKNOWN - no sensor ' 'a table model is no sensor'

printf '10\n5\n6\n9\n' | "$VIGIA" fit PUMP-1 >"$T/fit"
printf '10\n5\n6\n9\n' | "$VIGIA" fit PUMP-2 >"$T/fit"
run "$VIGIA" check
is "$rc" 0 'sensors without a reading are no fault'
is "$out" 'VIGIA OK - no alert, 2 sensors | alerts=0 stale=0 sensors=2' \
    '... and the line is as monitoring systems want it'

record PUMP-1 10
run "$VIGIA" check
is "$rc" 0 'a reading below the threshold is no fault'

record PUMP-1 20
run "$VIGIA" check
is "$rc" 1 'one alert of three is a warning'
is "$out" \
    'VIGIA WARNING - alerts: PUMP-1 value (1 of 2) | alerts=1 stale=0 sensors=2' \
    '... which names sensor, column and how many'

record PUMP-1 20 20
run "$VIGIA" check
is "$rc" 2 'three alerts among the last five readings are critical'
like "$out" '^VIGIA CRITICAL - alerts: PUMP-1 value (3 of 4) |' \
    '... and told'

run "$VIGIA" check --alerts 4
is "$rc" 1 '--alerts wants more of them'
run "$VIGIA" check --window 1 --alerts 1
is "$rc" 2 '--window looks at fewer readings'
run "$VIGIA" check --match 'PUMP-2'
is "$rc" 0 '--match leaves the others out'
is "$(figures)" 'alerts=0 stale=0 sensors=1' '... of the figures, too'

record PUMP-2 20
run "$VIGIA" check
is "$rc" 2 'a critical sensor outweighs a warning'
like "$out" 'PUMP-1 value (3 of 4); fewer: PUMP-2 value (1 of 1) |' \
    '... and both are named'

record PUMP-1 6 6 6 6
run "$VIGIA" check --match PUMP-1
is "$rc" 1 'alerts that lie further back weigh less'
record PUMP-1 6
run "$VIGIA" check --match PUMP-1
is "$rc" 0 '... and nothing at last'

"$VIGIA" set PUMP-1 stale_after=1ms >"$T/set"
run "$VIGIA" check --match PUMP-1
is "$rc" 1 'a stale sensor is a warning'
is "$out" 'VIGIA WARNING - stale: PUMP-1 | alerts=0 stale=1 sensors=1' \
    '... by name'

for i in 3 4 5 6 7; do
    printf '10\n5\n6\n9\n' | "$VIGIA" fit "FAN-$i" >"$T/fit"
    record "FAN-$i" 20
done
run "$VIGIA" check --match 'FAN-*'
like "$out" 'FAN-5 value (1 of 1) and 2 more |' 'only a few are named'
is "$(figures)" 'alerts=5 stale=0 sensors=5' '... all are counted'

cat >"$T/two.csv" <<'CSV'
id,x,y
M,10,10
M,5,5
M,6,6
M,9,9
CSV
"$VIGIA" fit --csv "$T/two.csv" --by id --columns x,y >"$T/fit"
for v in 20 20 20; do
    record M "$v" --column x
    record M 6 --column y
done
run "$VIGIA" check --match M
is "$rc" 2 'columns that are read one at a time have windows of their own'
like "$out" 'M x (3 of 3) |' '... and the worst one is named'

run "$VIGIA" --json check --match M
is "$rc" 2 'with --json the status is the same'
like "$out" '^{"status":"CRITICAL","text":"alerts: M x (3 of 3)",' \
    '... and the line a document'

for v in 6 6 6 6 6; do
    record M "$v" --column x
done
run "$VIGIA" check --match M
is "$rc" 0 '... as many readings of each as the window, whatever else there is'

record PUMP-1 20
run "$VIGIA" check --match PUMP-1
is "$(figures)" 'alerts=1 stale=1 sensors=1' \
    'a sensor that fell silent in alert is both'

run "$VIGIA" check --match 'nothing*'
is "$rc" 3 'no sensor at all is unknown'
is "$out" 'VIGIA UNKNOWN - no sensor matches | alerts=0 stale=0 sensors=0' \
    '... and told'
run "$VIGIA" check --alerts 6
is "$rc" 3 'more alerts than readings can never be'
like "$out" 'UNKNOWN - --alerts 6 is more than --window 5 |' '... and is told'
run "$VIGIA" check --alerts many
is "$rc" 3 'a number that is none is unknown'
run "$VIGIA" check --unheard-of
is "$rc" 3 'a wrong option is unknown'
run "$VIGIA" -c "$T/nowhere.conf" check
is "$rc" 3 'a configuration that cannot be read is unknown'

# Where only alerts are kept, what lies between them is not known.
printf '[history]\nrecord = alerts\n' >"$T/alerts.conf"
"$VIGIA" -c "$T/alerts.conf" test PUMP-2 20 20 6 --record >"$T/record"
run "$VIGIA" -c "$T/alerts.conf" check --match PUMP-2
is "$rc" 0 'with record = alerts a column whose last reading was none is fine'
"$VIGIA" -c "$T/alerts.conf" test PUMP-2 20 --record >"$T/record"
run "$VIGIA" -c "$T/alerts.conf" check --match PUMP-2
is "$rc" 2 '... and one that is in alert counts all that is kept'

# ---- more sensors than are read at once

VIGIA_DATABASE=$T/many.db
awk 'BEGIN { print "id,v"
    for (i = 0; i < 4400; i++) printf "S%04d,%d\n", i % 2200, i % 2 }' \
    >"$T/many.csv"
run "$VIGIA" fit --csv "$T/many.csv" --by id
is "$rc" 0 'there are 2,200 sensors'
"$VIGIA" test S2199 1e6 1e6 1e6 --record >"$T/record"
run "$VIGIA" check
like "$out" 'CRITICAL.*S2199.*sensors=2200$' 'each is looked at, the last, too'
run "$VIGIA" list --no-header
is "$(printf '%s\n' "$out" | cut -f 1 | sort -u | wc -l | tr -d ' ')" 2200 \
    'each is listed'
run "$VIGIA" list --no-header --limit 2 --match 'S219*'
is "$(printf '%s\n' "$out" | cut -f 1 | tr '\n' ' ')" 'S2190 S2191 ' \
    '... also when those that are asked for come late'
run "$VIGIA" list --no-header --state alert
is "$(printf '%s\n' "$out" | cut -f 1)" S2199 '... by their state'
run "$VIGIA" list --json --limit 1500
like "$out" '"next":"S1499"}$' '... and the next one is named'

done_testing
