#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# vigia fit: numbers, CSV files, recorded readings; what is stored, and what
# is refused before anything is.
set -u
. "${top_srcdir:-.}/tests/lib.sh"

tab=$(printf '\t')

# figures: the row that a fit of numbers printed, state to threshold.
figures()
{
    printf '%s\n' "$out" | sed -n "s/^value$tab//p" | tr '\t' ' '
}

# refused STATUS PATTERN NAME COMMAND...
refused()
{
    want=$1 pattern=$2 name=$3
    shift 3
    run "$@"
    is "$rc" "$want" "$name: exit $want"
    like "$err" "^vigia: $pattern" "$name: says why"
}

# numbers TEXT OPTION...: fits it to the sensor N, from standard input.
numbers()
{
    text=$1
    shift
    printf '%b' "$text" | "$VIGIA" fit N "$@"
}

versions()
{
    "$VIGIA" versions --no-header "$1" 2>/dev/null | wc -l | tr -d ' '
}

### numbers

printf '[10, 5, 6, 9]\n' >"$T/a.json"
run "$VIGIA" fit P-101 "$T/a.json"
is "$rc" 0 'a JSON array is fitted'
is "$(figures)" 'learning 4 0 7.5 2.3804761428476167 12.260952285695232' \
    'mean, std and threshold are the golden ones'
is "$(wc -c <"$VIGIA_DATABASE-wal" | tr -d ' ')" 0 \
    'the log is moved into the database at the end'

run numbers '10\n5\r\n\n  6 \nNaN\nnull\n+9.'
is "$(figures)" 'learning 4 2 7.5 2.3804761428476167 12.260952285695232' \
    'so are lines; empty ones are nothing, NaN and null are missing'
run numbers '\n \n[10,5,null,6,9]'
is "$(figures)" 'learning 4 1 7.5 2.3804761428476167 12.260952285695232' \
    'blanks may stand before an array, null is missing'
run numbers '\357\273\27710\n5\n6\n9\n' -
is "$(figures)" 'learning 4 0 7.5 2.3804761428476167 12.260952285695232' \
    'a byte order mark is passed over, - is standard input'
run numbers '10,0\n5,0\n6\n9\n' --decimal ,
is "$(figures)" 'learning 4 0 7.5 2.3804761428476167 12.260952285695232' \
    'a decimal comma can be asked for'
run numbers '10\nn/a\n5\n-\n6\n9\n' --missing n/a,-
is "$(figures)" 'learning 4 2 7.5 2.3804761428476167 12.260952285695232' \
    'so can texts for a missing reading'
run numbers '10\nabc\n5\n6\n9\n' --skip-bad
is "$(figures)" 'learning 4 0 7.5 2.3804761428476167 12.260952285695232' \
    '--skip-bad leaves out what is no number'
like "$err" 'skipped: standard input:2: "abc" is not a number$' \
    'and tells it'
before=$(versions N)

refused 65 'standard input:2: "12,5" is not a number (a decimal comma? then: --decimal ,)$' \
    'a decimal comma' numbers '1\n12,5\n'
refused 65 'standard input:3: "abc" is not a number$' \
    'a word' numbers '1\n2\nabc\n'
refused 65 'standard input:1: "value" is not a number (a file with a header? then: --csv)$' \
    'a header' numbers 'value\n1\n2\n'
refused 65 'standard input:1: "Infinity" is not a number' \
    'an infinity' numbers 'Infinity\n'
refused 65 'standard input:1: "1e999" is beyond 1e150$' \
    'a number beyond a double' numbers '1e999\n'
refused 65 'standard input:2: "-2e150" is beyond 1e150$' \
    'a number beyond 1e150' numbers '1\n-2e150\n'
refused 65 'standard input: item 1 is beyond 1e150$' \
    'such an item' numbers '[1,1e151]'
refused 65 'standard input: item 1 is a text, not a number$' \
    'an item that is a text' numbers '[1,"2"]'
refused 65 'standard input: line 1, column 5: ' \
    'an array that does not end' numbers '[1,2'
refused 65 'a fit needs at least two values, not 1$' \
    'one value' numbers '7\nnan\n'
refused 65 'standard input has no readings$' \
    'an empty input' numbers ''
refused 65 'standard input has no readings$' \
    'nothing but blanks' numbers '\n \n'
refused 65 'standard input has a NUL byte: it is no text file$' \
    'a binary file' numbers '1\n\0\n'
run sh -c 'head -c 5000 /dev/zero | tr "\0" 1 | "$1" fit N' sh "$VIGIA"
is "$rc" 65 'a line without end is refused'
refused 66 'cannot read .*/none: No such file or directory$' \
    'no such file' "$VIGIA" fit N "$T/none"
refused 66 'cannot read .*: it is a directory$' \
    'a directory' "$VIGIA" fit N "$T"
is "$(versions N)" "$before" 'none of these made a version'

refused 65 '".rea 3" cannot be a name' \
    'no name' "$VIGIA" fit 'Ärea 3' "$T/a.json"
refused 65 '"metrics" is a reserved word' \
    'a reserved name' "$VIGIA" fit metrics "$T/a.json"
refused 65 '"-P" cannot be a name' \
    'no name, before anything is read' "$VIGIA" fit -- -P "$T/none"
refused 64 'something is missing' 'no sensor' "$VIGIA" fit
refused 64 '"x" is one too many' 'too much' "$VIGIA" fit P a x
refused 64 'no kind "tree"; there is baseline' \
    'an unknown kind' "$VIGIA" fit P "$T/a.json" --kind tree
refused 64 '--by goes with --csv$' \
    '--by without --csv' "$VIGIA" fit P "$T/a.json" --by x
refused 64 '--since goes with --csv or --recorded$' \
    '--since alone' "$VIGIA" fit P "$T/a.json" --since 1d
refused 64 'either --csv or --recorded$' \
    'two sources' "$VIGIA" fit P --recorded --csv x
refused 64 '--decimal takes one character, not ",,"$' \
    'a long decimal sign' "$VIGIA" fit P "$T/a.json" --decimal ,,
refused 65 'no such key\|.*"q"' \
    'an unknown param' "$VIGIA" fit P-101 "$T/a.json" --param q=1
refused 66 '.*' 'a folder that is not there' \
    "$VIGIA" -d "$T/no/v.db" fit N "$T/none"

run "$VIGIA" fit P-101 "$T/a.json" --param k=3 --param 'title=Pump =3'
is "$(figures)" 'learning 4 0 7.5 2.3804761428476167 14.64142842854285' \
    'a param can be set with a fit'
run "$VIGIA" --json fit P-101 "$T/a.json"
is "$out" '{"change":'"$(printf '%s' "$out" | sed 's/[^0-9]*\([0-9]*\).*/\1/')"',"fitted":[{"name":"P-101","title":"Pump =3","version":3,"weights":{"columns":{"value":{"n":4,"missing":0,"mean":7.5,"std":2.3804761428476167,"min":5,"max":10,"threshold":14.64142842854285,"state":"learning"}}}}]}' \
    'the next one keeps it; JSON says what was stored'
run "$VIGIA" fit P-101 "$T/a.json" --fresh
is "$(figures)" 'learning 4 0 7.5 2.3804761428476167 12.260952285695232' \
    '--fresh forgets it'

### CSV

cat >"$T/plant.csv" <<'END'
id,line,at,vel,temp,note
P1,A,2026-01-01T00:00:00Z,1,20,x
P1,A,2026-01-02T00:00:00Z,3,,x
P2,A,2026-01-01T00:00:00Z,5,30,y
P1,A,2026-01-03T00:00:00Z,NaN,24,x
P2,A,2026-01-02T00:00:00Z,7,34,y
END
run "$VIGIA" fit --csv "$T/plant.csv" --by id --time at
is "$rc" 0 'every sensor of a file is fitted'
is "$(printf '%s\n' "$out" | tr '\t' ' ')" 'sensor state version readings columns
P1 learning 1 3 2
P2 learning 1 2 2' 'with a line for each'
like "$err" '^vigia: columns: vel, temp$' 'it says which columns it took'
like "$err" '^vigia: fitted 2 sensors x 2 columns from .*plant.csv (5 readings), change [0-9]*$' \
    'and how much there was'
run "$VIGIA" --json show P1
like "$out" '"vel":{"n":2,"missing":1,"mean":2,"std":1.4142135623730951,"min":1,"max":3' \
    'the moments of a column are those of its cells'
run sh -c '"$1" fit --csv - --by id,line --time at <"$2"' sh "$VIGIA" \
    "$T/plant.csv"
like "$out" "^P1:A$tab" 'two key columns are joined; - is standard input'
run "$VIGIA" fit P2 --csv "$T/plant.csv" --by id --columns temp
like "$out" "^temp${tab}learning${tab}2${tab}0${tab}32$tab" \
    'one sensor and one column of a file'
run "$VIGIA" --json show P2
like "$out" '"vel":{"n":2,' 'a column that is not fitted stays'
run "$VIGIA" fit P2 --csv "$T/plant.csv" --by id --columns temp --fresh
run "$VIGIA" --json show P2
is "$(printf '%s' "$out" | grep -c '"vel"')" 0 'but not with --fresh'
run "$VIGIA" fit ALL --csv "$T/plant.csv" --columns vel
like "$out" "^vel${tab}learning${tab}4${tab}1${tab}4$tab" \
    'without --by all rows are of the sensor'
run "$VIGIA" fit P2 --csv "$T/plant.csv" --by id --columns vel --time at \
    --since 2026-01-02T00:00:00Z
is "$rc" 65 'only the rows of the good period count'
like "$err" '^vigia: sensor "P2", column "vel": a fit needs at least two values, not 1$' \
    'and too few of them are named by sensor and column'
run "$VIGIA" fit --csv "$T/plant.csv" --by id --columns vel --time at \
    --until 2026-01-03T00:00:00Z
like "$err" '(4 readings)' 'until is exclusive'

cat >"$T/named.csv" <<'END'
id,"Vel, mm/s"
Área 3/P-101A,1
Área 3/P-101A,2
END
run "$VIGIA" fit --csv "$T/named.csv" --by id --columns '"Vel, mm/s"'
is "$rc" 0 "a column's name may hold a comma"
run "$VIGIA" --json show x_rea_3_P-101A
like "$out" '"title":"Área 3/P-101A"' "a plant's own text becomes the title"
run "$VIGIA" fit x_rea_3_P-101A --csv "$T/named.csv" --by id
is "$rc" 0 'and its name finds it in the file'

# Everything is checked before anything is stored.
all=$("$VIGIA" changes --no-header | wc -l)
cat >"$T/bad.csv" <<'END'
id,vel,temp
Q1,1,20
Q1,2,21
Q2,"3,5",30
Q2,abc,
END
refused 65 '.*bad.csv:4: column "vel": "3,5" is not a number (a decimal comma? then: --decimal ,)$' \
    'a bad cell' "$VIGIA" fit --csv "$T/bad.csv" --by id --columns vel,temp
printf 'id,v\nA 1,1\nA 1,2\nA_1,1\nA_1,2\n' >"$T/twice.csv"
refused 65 '"A 1" and "A_1" would both be named A_1' \
    'two texts with one name' "$VIGIA" fit --csv "$T/twice.csv" --by id
printf 'id,v\nA_1,1\nA_1,2\nA 1,1\nA 1,2\n' >"$T/twice.csv"
refused 65 '"A_1" and "A 1" would both be named A_1\|"A 1" and "A_1" would' \
    'in any order' "$VIGIA" fit --csv "$T/twice.csv" --by id
printf 'id,v\nQ1,1\nQ1,2\nhealth,1\nhealth,2\n' >"$T/reserved.csv"
refused 65 '"health" is a reserved word' \
    'a reserved name in a file' "$VIGIA" fit --csv "$T/reserved.csv" --by id
printf 'id,v\nQ1,1\nQ1,2\nÅrea 3/P-101A,1\nÅrea 3/P-101A,2\n' >"$T/other.csv"
refused 65 '".rea 3/P-101A" and ".rea 3/P-101A" would both be named x_rea' \
    'a text that another model stands for' \
    "$VIGIA" fit --csv "$T/other.csv" --by id
printf 'id,v,w\nQ1,1,1\nQ1,2,\nQ2,,\nQ2,3,4\n' >"$T/few.csv"
run "$VIGIA" fit --csv "$T/few.csv" --by id
is "$rc" 65 'columns with too few values are refused'
is "$(printf '%s\n' "$err" | grep -c 'a fit needs at least two values')" 3 \
    'and all of them are named'
refused 64 '--by COLUMN says which sensor a row is' \
    'no key' "$VIGIA" fit --csv "$T/few.csv"
refused 65 '.*few.csv: no column "di" (the nearest is "id")$' \
    'a wrong key' "$VIGIA" fit --csv "$T/few.csv" --by di
refused 64 '--since needs --time COLUMN' 'since, but of what' \
    "$VIGIA" fit --csv "$T/few.csv" --by id --since 1d
refused 65 'no readings of Q9 from .*few.csv$' \
    'a sensor that is not there' "$VIGIA" fit Q9 --csv "$T/few.csv" --by id
refused 66 'cannot read .*/none: No such file' \
    'no such CSV file' "$VIGIA" fit --csv "$T/none" --by id
refused 64 'standard input (-) can be given once only$' \
    'standard input twice' sh -c '"$1" fit --csv - - --by id </dev/null' sh \
    "$VIGIA"
mkfifo "$T/fifo"
refused 66 '.*fifo can be read only once' \
    'a pipe with a name' "$VIGIA" fit --csv "$T/fifo" --by id
is "$("$VIGIA" changes --no-header | wc -l)" "$all" 'none of these stored anything'

run "$VIGIA" fit --csv "$T/few.csv" --by id --skip-bad
is "$rc" 0 '--skip-bad leaves out what has too few values'
is "$(printf '%s\n' "$err" | grep -c '^vigia: skipped: sensor ')" 3 \
    'and tells each'
is "$(printf '%s\n' "$out" | sed 1d | tr '\t' ' ')" \
    'v learning 2 0 1.5 0.7071067811865476 2.914213562373095' \
    'what is left is fitted'

run "$VIGIA" fit --csv "$T/plant.csv" "$T/plant.csv" --by id --columns vel
like "$err" '(10 readings, 2 without values), change' 'several files are one fit'
change=$(printf '%s\n' "$err" | sed -n 's/.*change //p')
run "$VIGIA" undo --change "$change"
is "$rc" 0 'and the change takes all of it back'
run "$VIGIA" --json show P1
like "$out" '"vel":{"n":2,' 'to what was there before'

# 120 sensors are stored in one change.
{
    echo id,v
    i=0
    while [ $i -lt 120 ]; do
        printf 'M%d,%d\nM%d,%d\n' $i $i $i $((i + 1))
        i=$((i + 1))
    done
} >"$T/many.csv"
cat >"$T/slowly" <<EOF
cat '$T/many.csv'
i=0
until grep -q keeping '$T/typescript' || [ \$i -eq 600 ]; do
    echo M1,1
    sleep 0.05
    i=\$((i + 1))
done
EOF
run "$VIGIA" fit --csv "$T/many.csv" --by id
like "$err" '^vigia: fitted 120 sensors x 1 column from .*many.csv (240 readings), change' \
    'many sensors are one change'
is "$(printf '%s\n' "$out" | wc -l | tr -d ' ')" 121 'each has its line in a pipe'
if has_terminal; then
    run script -qec "stty cols 80; '$VIGIA' fit --csv '$T/many.csv' --by id" /dev/null
    is "$(printf '%s\n' "$out" | grep -c '^M1[^0-9]')" 0 \
        'a person gets the sum of many'
    like "$out" 'fitted 120 sensors x 1 column' 'in one sentence'
    run script -qec "printf '1\n2\n' | '$VIGIA' fit TTY" /dev/null
    like "$out" 'next: vigia test TTY VALUE' 'and what can be done next'
    run script -qfec "stty cols 32; sh '$T/slowly' |
        TERM=xterm '$VIGIA' fit --csv - --by id" "$T/typescript"
    like "$out" 'fitted 120 sensors' 'an input that comes slowly is fitted'
    tr '\r\033' '\n\n' <"$T/typescript" >"$T/drawn"
    ok 'and its progress seen, with the rate, in a narrow terminal' \
        grep -q '^keeping.*….*input  .*/s$' "$T/drawn"
else
    skip 'no script(1)'
fi

### recorded readings

printf '1\n2\n3\n' | "$VIGIA" fit R >/dev/null
"$VIGIA" test R 10 20 30 --record >/dev/null
run "$VIGIA" fit R --recorded
like "$out" "^value${tab}[a-z]*${tab}3${tab}0${tab}20${tab}10${tab}40$" \
    'recorded readings are fitted'
refused 65 'R has no recorded readings at that time$' \
    'a time without readings' "$VIGIA" fit R --recorded --until 2020-01-01
refused 65 'no model named "RR"; nearest: ' \
    'an unknown model' "$VIGIA" fit RR --recorded
refused 64 '.*without @1$' 'a version' "$VIGIA" fit R@1 --recorded
printf 'b\n7\n8\n9\n' >"$T/b.csv"
"$VIGIA" fit R --csv "$T/b.csv" --fresh >/dev/null 2>&1
refused 65 'the recorded readings of R are of none of its columns$' \
    'readings of columns that are gone' "$VIGIA" fit R --recorded
"$VIGIA" test R 1e200 --record >/dev/null
refused 65 'the reading of R, column "b", at 2[^ ]*Z is 1e+200: a value beyond 1e150 cannot be learnt$' \
    'a reading that cannot be learnt' "$VIGIA" fit R --recorded
refused 64 '--since: ' 'no time' "$VIGIA" fit R --recorded --since soon

### two at once

# Each finds sensors changed that it has drafted: none is refused or lost.
awk 'BEGIN {
    print "id,v"
    for (i = 0; i < 24000; i++)
        printf "S%d,%d\n", i % 12000, i
}' >"$T/both.csv"
VIGIA_DATABASE=$T/both.db
"$VIGIA" fit --csv "$T/both.csv" --by id >"$T/one" 2>"$T/err" &
pid=$!
"$VIGIA" fit --csv "$T/both.csv" --by id >"$T/two" 2>>"$T/err"
is "$?" 0 'a fit beside another'
wait $pid
is "$?" 0 'and the other'
is "$("$VIGIA" list --no-header | cut -f 4 | sort | uniq -c | tr -s ' ')" \
    ' 12000 2' 'leave the second version of every sensor'
is "$(cat "$T/one" "$T/two" | grep -v '^sensor' | cut -f 3 | sort | uniq -c |
    tr -s ' ')" ' 12000 1
 12000 2' 'of which each says what it has made'

printf '\377\3761\0\n\0' >"$T/wide.txt"
refused 65 '.*wide.txt is UTF-16, not UTF-8; convert it: iconv -f UTF-16 -t UTF-8 ' \
    'readings in another encoding' "$VIGIA" fit WIDE "$T/wide.txt"

printf 's,a\nV\341lvula,3\nV\341lvula,4\n' >"$T/latin.csv"
refused 65 '.*latin.csv: "V.*lvula" is not UTF-8; convert it, perhaps: iconv' \
    'names in another encoding' "$VIGIA" fit --csv "$T/latin.csv" --by s

printf 's,a\nP,3\nP,4\n' >"$T/p.csv"
refused 65 '.*latin.csv: "V.*lvula" is not UTF-8' \
    '... of the file that has them' \
    "$VIGIA" fit --csv "$T/p.csv" --csv "$T/latin.csv" --by s --columns a

### interrupted

"$VIGIA" fit INT "$T/fifo" 2>"$T/err" &
pid=$!
exec 3>"$T/fifo" # opens when it is read, and signals are caught then
kill -TERM $pid
exec 3>&-
rc=0
wait $pid || rc=$?
is "$rc" 130 'a signal ends it'
is "$(cat "$T/err")" 'vigia: interrupted: nothing was stored' 'and it says so'

# ends NAME: is process $pid ended by a signal, and says so?
ends() {
    kill -TERM $pid
    exec 3>&-
    (until_true eval '! kill -0 $pid 2>/dev/null' || kill -KILL $pid) &
    rc=0
    wait $pid || rc=$?
    is "$rc $(cat "$T/err")" '130 vigia: interrupted: nothing was stored' "$1"
}

"$VIGIA" fit INT --kind invite-exp "$T/fifo" 2>"$T/err" &
pid=$!
exec 3>"$T/fifo"
echo '{' >&3
ends 'so does one that reads cases from a pipe'

# What can always be read interrupts no read. It is copied, to a file without
# a name, when that can be seen.
if [ -e /proc/self/fd ] && [ -e /dev/zero ]; then
    "$VIGIA" fit --csv - --by id </dev/zero 2>"$T/err" &
    pid=$!
    until_true eval 'ls -l /proc/$pid/fd | grep -q "/vigia-[^/]* (deleted)"'
    ends 'and one that copies what has no end'
fi

awk 'BEGIN {
    print "id,v"
    for (i = 0; i < 120000; i++)
        printf "S%d,%d\n", i % 60000, i
}' >"$T/huge.csv"
VIGIA_DATABASE=$T/huge.db
"$VIGIA" fit --csv "$T/huge.csv" --by id >/dev/null 2>"$T/err" &
pid=$!
while kill -0 $pid 2>/dev/null; do # until the first turn is stored
    [ -z "$("$VIGIA" changes --no-header 2>/dev/null)" ] || break
done
kill -TERM $pid 2>/dev/null
rc=0
wait $pid || rc=$?
if grep -q 'fitted 60,000' "$T/err"; then
    skip 'it was done before the signal came'
else
    is "$rc" 130 'so does one while sensors are stored'
    like "$(cat "$T/err")" \
        '^vigia: interrupted: [0-9,]* of 60,000 models were stored; vigia undo --change 1 takes them back$' \
        'which says how many are, and what to do'
    stored=$(sed -n 's/.*interrupted: \([0-9,]*\) of.*/\1/p' "$T/err" | tr -d ,)
    is "$("$VIGIA" list --no-header | wc -l | tr -d ' ')" "$stored" \
        'so many there are'
    run "$VIGIA" undo --change 1
    is "$("$VIGIA" list --no-header | wc -l | tr -d ' ')" 0 \
        'and the change takes them all back'
fi

done_testing
