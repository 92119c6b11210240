#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# vigia demo: a plant that has a bit of everything, in a database of its own.
set -u
. "${top_srcdir:-.}/tests/lib.sh"

tab=$(printf '\t')
demo=$XDG_STATE_HOME/vigia/demo.db

# refused STATUS PATTERN NAME COMMAND...
refused()
{
    want=$1 pattern=$2 name=$3
    shift 3
    run "$@"
    is "$rc" "$want" "$name: exit $want"
    like "$err" "^vigia: $pattern" "$name: says why"
}

run "$VIGIA" demo
is "$rc" 0 'a plant is made'
ok 'in the state folder' test -f "$demo"
ok 'and not in the default database' test ! -e "$VIGIA_DATABASE"
tour=$out
like "$tour" "^  vigia -d $demo show PUMP-1 " 'it ends with what to try'
for command in dashboard serve; do
    if "$VIGIA" help $command >/dev/null 2>&1; then
        like "$tour" "^  vigia -d $demo $command " "$command among it"
    else
        ok "no $command, which this vigia has not" \
            test "${tour#* $command }" = "$tour"
    fi
done

run "$VIGIA" -d "$demo" list
is "$(printf '%s\n' "$out" | sed 1d | wc -l | tr -d ' ')" 12 'twelve machines'
for state in alert stale flat learning ok; do
    like "$out" "^[^$tab]*$tab.*$tab$state$tab" "one of them is $state"
done
like "$out" "^PUMP-1${tab}Feed pump, line 1$tab" 'they have titles'
run "$VIGIA" --json -d "$demo" show PUMP-1
like "$out" '"unit":"mm/s"' 'and units'
run "$VIGIA" -d "$demo" history PUMP-1 --alerts --no-header
is "$(test "$(printf '%s\n' "$out" | wc -l)" -gt 20 && echo many)" many \
    'the failing bearing has alerts in its history'
run "$VIGIA" -d "$demo" test PUMP-1 50 --column velRMS.x --quiet
is "$rc" 1 'and can be tested'
like "$("$VIGIA" -d "$demo" changes)" "${tab}demo${tab}" \
    'the changes say where it is from'

values()
{
    "$VIGIA" --json -d "$1" show "$2" |
        sed 's/.*"weights":\(.*\),"activations".*/\1/; s/"state":"[a-z]*"//g'
}
"$VIGIA" demo -d "$T/a.db" --seed 5 >/dev/null
"$VIGIA" demo -d "$T/b.db" --seed 5 >/dev/null
"$VIGIA" demo -d "$T/c.db" --seed 6 >/dev/null
like "$(values "$T/a.db" FAN-1)" '^{"columns":{"velRMS.x":{"n":432,' \
    'three days are fitted'
is "$(values "$T/a.db" FAN-1)" "$(values "$T/b.db" FAN-1)" \
    'the same seed gives the same plant'
is "$(test "$(values "$T/a.db" FAN-1)" != "$(values "$T/c.db" FAN-1)" &&
    echo differ)" differ 'another seed another one'

"$VIGIA" -d "$T/a.db" adjust FAN-1 --yes >/dev/null
run "$VIGIA" --json demo -d "$T/a.db" --sensors 3
is "$rc" 0 'a plant is made anew over one'
is "$(printf '%s\n' "$out" | grep -o '"name"' | wc -l | tr -d ' ')" 3 \
    'of as many machines as asked for'
is "$("$VIGIA" -d "$T/a.db" list --all --no-header | wc -l | tr -d ' ')" 3 \
    'of the old one nothing is left'
is "$("$VIGIA" -d "$T/a.db" versions FAN-1 --no-header | wc -l | tr -d ' ')" 1 \
    'nor of what was done with it'

history_rows()
{
    "$VIGIA" -d "$T/a.db" history FAN-1 --limit 1000 --no-header | wc -l
}
before=$(history_rows)
run "$VIGIA" demo -d "$T/a.db" --sensors 3 --seconds 1
is "$rc" 0 '--seconds goes on'
is "$(history_rows)" $((before + 3)) 'with a reading a second, of three columns'

printf '1\n2\n' | "$VIGIA" -d "$T/own.db" fit MINE >/dev/null
refused 65 '.*/own.db holds MINE, which no demo made: give another file' \
    'sensors of somebody' "$VIGIA" demo -d "$T/own.db"
is "$("$VIGIA" -d "$T/own.db" list --no-header | wc -l | tr -d ' ')" 1 \
    'they are left alone'
printf '1\n2\n' | "$VIGIA" -d "$T/b.db" fit MINE >/dev/null
"$VIGIA" -d "$T/b.db" remove MINE --yes >/dev/null
refused 65 '.*/b.db holds MINE' \
    'hidden ones too' "$VIGIA" demo -d "$T/b.db"
is "$("$VIGIA" -d "$T/b.db" list --no-header | wc -l | tr -d ' ')" 12 \
    'and the plant beside them stays'
refused 65 '.* is the database of your own sensors' \
    'the default database' "$VIGIA" demo -d "$VIGIA_DATABASE"
ln -s "$T/own.db" "$T/link.db"
refused 65 '.*/link.db is the database of your own sensors' \
    'by another name' env VIGIA_DATABASE="$T/own.db" "$VIGIA" demo -d "$T/link.db"
refused 64 '--sensors: 0 is not between 1 and 1000$' \
    'no machine' "$VIGIA" demo --sensors 0
refused 64 '--seconds: "x" is not an integer$' \
    'no number' "$VIGIA" demo --seconds x
refused 64 '"x" is one too many' 'an argument' "$VIGIA" demo x

done_testing
