#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The dashboard without a terminal: keys from scripts, screens as text.
set -u
. "${top_srcdir:-.}/tests/lib.sh"

. "${top_srcdir:-.}/tests/dashboard.sh"

# ---- an empty database

run "$DASHBOARD" --batch
is "$rc" 66 'without a database it exits with 66'
like "$err" 'v.db' '... and names it'
"$VIGIA" fit X "$top_srcdir/tests/lib.sh" >/dev/null 2>&1
printf '1\n2\n' | "$VIGIA" fit GONE >/dev/null 2>&1
"$VIGIA" remove GONE --yes >/dev/null 2>&1
press
like "$(row 3)" 'no sensors yet' 'without sensors it says how to get one'
is "$(row 2)" '' '... without the heads of a table'
press m
like "$(row 3)" 'no models yet' '... as the list of models does'
press mK
like "$(row 3)" 'no model is like that' '... but of one kind there may be others'
press e
like "$(row 23)" 'no row is here that has a state' 'e says why it does nothing'
press '<Enter>jG<PgUp>s'
is "$rc" 0 '... and keys do no harm'
for key in '<Enter>' a k u h 'm<Enter>' mh; do
    press "$key"
    like "$(row 23)" 'is here to be chosen' "... and $key says why it does nothing"
done
press j
is "$(printf '%s\n' "$out" | grep -c 'to be chosen')" 0 \
    '... but keys that move need not'

# ---- a small plant

cat >"$T/fit.csv" <<EOF
id,temp,vel
B-2,10,1
B-2,5,2
B-2,6,3
B-2,9,4
A-1,100,0.5
A-1,101,0.25
A-1,102,0.75
A-1,99,0.5
EOF
cat >"$T/test.csv" <<EOF
id,at,temp,vel
B-2,2026-11-20T13:00:00Z,9,4
B-2,2026-11-20T13:30:00Z,7.5,2.5
B-2,2026-11-20T13:59:30Z,13,3
A-1,2026-11-20T12:00:00Z,100,0.5
EOF
"$VIGIA" fit --csv "$T/fit.csv" --by id >/dev/null 2>&1
"$VIGIA" test --csv "$T/test.csv" --by id --time at --record >/dev/null 2>&1
"$VIGIA" set B-2 title='Pump, line 2' unit.temp=C >/dev/null 2>&1
printf '10\n5\n6\n9\n' | "$VIGIA" fit C-3 >/dev/null 2>&1

press -- --size 80x10
shows 'alerts stand on top, then the others by name' <<'EOF'
 vigia Sensors  v.db  1 ALERT (1/h)  4 learning  3 sensors, 5 columns
STATE      SENSOR TITLE        COLUMN  LAST UNIT  AGE  SCORE THRESHOLD READINGS
▲ ALERT    B-2    Pump, line 2 temp    13   C     30s  +2.31   12.26         ▃▁▲
◔ learning A-1                 temp   100          2h  -0.39  103.1            ▅
◔ learning A-1                 vel      0.5        2h   0.00    0.9082         ▅
◔ learning B-2    Pump, line 2 vel      3         30s  +0.39    5.082        █▁▃
◔ learning C-3                 value    —           —   —      12.26

 by state                                                                   1/5
 Enter open  / filter  f fit  a adjust  k set k  t test  u undo  r redo  ? help
==
EOF

press -- --size 40x8 --ascii
shows 'a small screen without UTF-8 has what matters most' <<'EOF'
 vigia Sensors  v.db  1 ALERT (1/h)  4 ~
STATE      SENSOR COLUMN  LAST  AGE
! ALERT    B-2    temp    13    30s
~ learning A-1    temp   100     2h
~ learning A-1    vel      0.5   2h
~ learning B-2    vel      3    30s
 by state                           1/5
 Enter open  / filter  f fit  ? help
==
EOF

press '/temp'
like "$(row 3)" 'B-2.*temp' 'a filter is looked for as it is typed'
is "$(row 5)" '' '... and others are not shown'
like "$(row 23)" '^ filter: temp$' '... and it is seen'
press '/temp<Esc>'
like "$(row 7)" 'C-3' 'Esc leaves the filter'
press '/line 2 vel<Enter>'
like "$(row 3)" 'B-2.*vel' 'all words of a filter must be there, in the title too'
is "$(row 4)" '' '... in one row'
like "$(row 23)" 'filter: line 2 vel.*1/1' '... and it stays behind Enter'
press '/zzz<Enter>e'
like "$(row 23)" 'no row is here that has a state' 'e tells of no row of a filter'
press '/zzz<Enter>'
like "$(row 3)" 'no row is like that' 'a filter that nothing has says so'
press '/a<Backspace>c-3'
like "$(row 3)" 'C-3' 'a filter is corrected, and knows no case'

press 'e'
is "$(row 4)" '' 'e shows only alerts'
press 'ee'
like "$(row 3)" 'A-1.*temp' '... and the next state that there is'
like "$(row 23)" 'only learning' '... which is said'
press 'eee'
like "$(row 7)" 'C-3' '... and all again'
press '/vel<Enter>ee'
like "$(row 23)" 'filter: vel  by state *1/2' 'with a filter, those of its rows'
press 'ee<Down><Esc>'
like "$(row 23)" ' by state  *3/5' 'Esc goes back to all states'

press 's'
like "$(row 3)" 'A-1.*temp' 's sorts by name'
like "$(row 23)" 'by name' '... and says so'
press 'ss'
like "$(row 3)" 'B-2.*temp' '... by the title, and rows without one are last'
press 'sss'
like "$(row 5)" 'C-3' '... by the column'
like "$(row 7)" 'B-2.*vel' '... to its end'
press 'ssss'
like "$(row 3)" 'A-1.*vel' '... by the last reading'
press 'sssss'
like "$(row 3)" 'B-2.*temp' '... by the unit'
press 'ssssss'
like "$(row 3)" 'B-2' '... by the age'
press 'ssssssss'
like "$(row 3)" 'A-1.*vel' '... by the threshold'
press 's>><'
like "$(row 23)" 'by title' '> goes on and < back'
press '<'
like "$(row 23)" 'by version' '... round the end'
press 'sR'
like "$(row 3)" 'C-3' 'R turns the order round'
press 'sssssssR'
like "$(row 3)" 'C-3' '... also by score'

press '<Down><Down>R'
like "$(row 23)" '1/5' 'another order begins at its top'
press '<End>'
like "$(row 23)" '5/5' 'End goes to the last row'
press 'G<Up>' ':size 80x7'
like "$(row 6)" '4/5' '... and a smaller screen keeps the cursor in sight'

press 's?' -- --size 40x10
like "$(row 7)$(row 8)" 'open the sensor or model under the cursor' \
    'where a sentence of the help is cut it stands below'
press 'sf' -- --size 40x10
like "$(row 10)" '^ f file  n numbers ' 'keys are named whole'
press 'sff' -- --size 40x10
like "$(row 10)" '^ Enter take it  Esc leave it$' '... also of a question'

# ---- other screens

press 'h/temp'
like "$(row 3)" 'ALERT temp ' 'the history is searched for columns, too'
press 'h/nothing'
like "$out" 'no reading is like that' '... and tells when there is none'
press 'h' -- --size 100x7
like "$(row 1)" 'vigia History  readings of B-2' 'h shows the history of a sensor'
like "$(row 3)" '2026-11-20 13:59:30 *▲ ALERT temp *13 *+2.31 *12.26 *1/2 *1' '... with its verdicts, newest on top'
like "$(row 5)" '13:00:00 *ok' '... down to the first'
press 'l'
like "$(row 1)" 'alerts of all sensors' 'l shows the alerts of all'
is "$(row 4)" '' '... and nothing else'
press 'llG'
like "$(row 6)" '13:00:00 B-2' '... and all readings once more'
press 'llT2026-11-20 13:15<Enter>2026-11-20 13:45<Enter>'
like "$(row 3)" '13:30:00 B-2' 'a range of time is asked for'
is "$(row 4)" '' '... and kept to'
like "$(row 23)" 'since 2026-11-20 13:15:00+00:00  until 2026-11-20 13:45' '... and said'
press 'lTyesterday<Enter>'
like "$(row 21)" '"yesterday"' 'a time that is none is named'
like "$(row 23)" '^ since (2h, 2026-11-20; empty: first): yesterday' \
    '... and asked for again'
press 'lT1h<Enter>2h<Enter>'
like "$(row 22)" 'not after' 'an end before the beginning is refused'
like "$(row 23)" '^ until .*: 2h' '... and asked for again'
press 'll/A-1'
like "$(row 3)" 'A-1' 'the history is filtered'
is "$(row 4)" '' '... too'

press 'm' -- --size 60x7
like "$(row 3)" '◔ learning A-1 ' 'm lists the models'
like "$(row 4)" '▲ ALERT    B-2 *Pump, line 2 baseline *2' '... with title, kind and version'
press 'mK'
like "$(row 1)" 'kind baseline' 'K shows one kind'
press 'm/pump<Enter><Enter>'
like "$(row 1)" 'vigia Sensor  B-2' 'Enter opens the model under the cursor'
press '?'
like "$out" '^e  *show only one state' '? explains the keys'
press 'c?'
like "$out" '^u  *take the whole change' '... of the screen one is on'
press '??'
like "$(row 1)" 'vigia Sensors' '... and once more goes back'
press '/st<Enter>?/recorded readings'
like "$out" '^h  *the recorded' 'the help is filtered'
press '^'
like "$(row 23)" 'no such key here' 'a key that is none says so'

# ---- changes

press 'c' -- --size 100x7
like "$(row 3)" ' [0-9]* 20.* cli  *fit .* 1 ' 'c shows who did what'
like "$(row 5)" ' fit  *2 from .*fit.csv' '... with how many models, and from what'
press 'c/set<Enter>u'
like "$(row 23)" 'take back change [0-9]*, set by .* of 1 model?  y do it' \
    'u asks before it takes a change back'
press 'c/set<Enter>un'
like "$(row 23)" 'left as it is' 'what is no y leaves it'
like "$("$VIGIA" list --no-header)" 'Pump, line 2' '... indeed'
press 'c/set<Enter>u<PasteBegin>y<PasteEnd>'
like "$(row 23)" 'y do it' 'a y that is pasted is no answer'
press 'c/set<Enter>u<PasteBegin>y<PasteEnd>y'
like "$(row 23)" 'is taken back: 1 model set back' 'y takes it back'
is "$("$VIGIA" list --no-header | grep -c 'Pump, line 2')" 0 '... indeed'
like "$("$VIGIA" changes --no-header)" 'dashboard' '... in the name of the dashboard'
press 'c/set<Enter><Down>uy'
like "$(row 23)" 'taken back already' '... and not twice'
press 'cu' -- --read-only
like "$(row 23)" 'read-only' 'with --read-only nothing is changed'
like "$(row 1)" 'read-only' '... and the header says it'
press '<PasteBegin>qqq<PasteEnd>'
like "$(row 1)" 'vigia Sensors' 'what is pasted are no keys'

# ---- text from outside

"$VIGIA" set B-2 title="$(printf 'red\033[31m \342\200\256back')" >/dev/null 2>&1
press -- --size 120x7
like "$(row 3)" 'red\\u{1b}\[31m \\u{202e}back' 'hostile text is made visible'
LC_ALL=C press -- --size 120x7
is "$(printf '%s' "$out" | LC_ALL=C tr -d '\n -~' | wc -c | tr -d ' ')" 0 \
    'without UTF-8 there is nothing beyond ASCII'

# ---- what comes while it runs

mkfifo "$T/fifo"
"$DASHBOARD" --script "$T/fifo" --now $NOW --size 80x8 >"$T/live" 2>&1 &
pid=$!
exec 3>"$T/fifo"
printf '%s\n' '<Down>' ':dump' >&3
until_true grep -q '^==' "$T/live"
printf 'id,at,temp,vel\nA-1,2026-11-20T13:59:59Z,200,0\n' >"$T/more.csv"
"$VIGIA" test --csv "$T/more.csv" --by id --time at --record >/dev/null 2>&1
printf '%s\n' ':look' ':dump' >&3
exec 3>&-
wait $pid
out=$(sed '1,/^==/d' "$T/live")
like "$(row 3)" '▲ ALERT    A-1.*200 ' 'an alert that comes goes to the top'
like "$(printf '%s\n' "$out" | sed -n 7p)" '1/5' '... and the cursor with it'

# ---- batch

run "$DASHBOARD" --batch -n 2 --size 60x9 --ascii
like "$out" '^! ALERT *A-1 *temp' '--batch prints the table'
run "$DASHBOARD" --batch --rows 2 --ascii
direct=$out
run "$VIGIA" dashboard --batch -n 2 --ascii
is "$rc:$out" "0:$direct" 'and so does vigia dashboard, with its options'
run "$VIGIA" dashboard -b -n 2 --ascii
is "$rc:$out" "0:$direct" '... and their short forms'
is "$(printf '%s\n' "$out" | wc -l | tr -d ' ')" 3 '... with as many rows as told'
is "$(printf '%s' "$out" | grep -c "$(printf '\033')")" 0 '... and no escapes'
run "$DASHBOARD" --batch
is "$(printf '%s\n' "$out" | wc -l | tr -d ' ')" 6 '... or all'

# ---- what is refused

run "$DASHBOARD" --btch
is "$rc" 64 'an unknown option is refused'
like "$err" 'is it --batch?' '... with the nearest one'
run "$DASHBOARD" --size
is "$rc" 64 'an option without its value is refused'
run "$DASHBOARD" --size 80 --batch
like "$err" 'COLUMNSxROWS' '... and a size that is none'
run "$DASHBOARD" -n 0 --batch
like "$err" '^vigia: --rows: ' '... and no rows'
run "$DASHBOARD" --dump x
is "$rc" 64 '--dump without a script is refused'
run "$DASHBOARD" extra
like "$err" 'one too many' '... and words'
press '<Nonsense>'
is "$rc" 65 'a key that is none ends a script'
like "$err" 'line 1 of the script' '... and its line is named'
press ':nonsense'
is "$rc" 65 '... and a command that is none, too'
run "$DASHBOARD" --script "$T/none"
is "$rc" 66 'a script that is not there is an input that cannot be read'
run "$DASHBOARD" </dev/null
is "$rc" 69 'without a terminal it exits with 69'
like "$err" 'needs a terminal' '... and says why'
is "$(printf '%s\n' "$err" | wc -l | tr -d ' ')" 1 '... in one line'

"$VIGIA" test C-3 12.2609522856953 --record >/dev/null 2>&1
press '/C-3<Enter>' -- --size 80x8
like "$(row 3)" ' value  *12\.26  *now  *+2\.00  *12\.26 ' \
    'figures that hardly differ take no room for it'

done_testing
