#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Where two versions of a model disagree. The kind linear is always there.
set -u
. "${top_srcdir:-.}/tests/lib.sh"

# refused STATUS TEXT NAME ARGUMENT...
refused()
{
    status=$1 text=$2 name=$3
    shift 3
    v diff "$@"
    is "$rc" "$status" "$name"
    ok "$name: and it says so" grep -qF -e "$text" "$T/err"
}

# A class that turns at 50, and a number.
awk 'BEGIN {
    print "size,price,class"
    for (i = 0; i < 200; i++)
        print i % 100 "," 3 * (i % 100) + i % 7 "," \
            (i % 100 < 50 ? "Low" : "High")
}' >"$T/t.csv"
printf 'size\n1\n45\n99\n' >"$T/rows.csv"

v fit c --kind linear --csv "$T/t.csv" --label class --columns size
is "$rc" 0 'a model of classes'
v adjust c --percent 900 --column High --yes
is "$rc" 0 'with another prior'
v fit n --kind linear --csv "$T/t.csv" --label price --columns size
v adjust n --percent 10 --yes
is "$rc" 0 'a model of numbers, moved'

# What a row is warned of must have its place, whatever the first row was.
printf 'size\n1\n500\n' >"$T/far.csv"
v test c --csv "$T/far.csv"
like "$(printf '%s\n' "$out" | sed -n 1p)" ',warnings,version$' \
    'warnings have a column'
like "$(printf '%s\n' "$out" | sed -n 3p)" ',"*size is 500, .*,2$' \
    '... though the first row has none'
echo '[{"size":1},{"size":"q"},{},{"size":2,"x":1}]' >"$T/bad.json"
v test c --json-input "$T/bad.json"
is "$rc" 65 'several requests with errors'
is "$(grep -c 'request [234]: ' "$T/err")" 3 '... all are told, each by its number'
echo '[{"size":1},{"size":"q"}]' >"$T/bad.json"
v test c --json-input "$T/bad.json"
ok '... also a single one' grep -q 'bad.json: request 2: size must be' "$T/err"
echo '{"size":1}' >"$T/one.json"
v test c --json-input "$T/one.json"
like "$out" "^model${tab:=$(printf '\t')}c@2\$" 'an answer names model and version'

"$VIGIA" -d "$T/v.db" --json versions c >"$T/out" 2>&1 || v --json versions c
ok 'metrics are of the version that was fitted' sh -c \
    "v=\$(tr '{' '\n' <'$T/out' | grep -c accuracy) && [ \"\$v\" = 1 ]"

# Params that mean nothing are refused when they are set, not when they are
# needed.
v set n threshold=0.7
is "$rc" 65 'a number has no threshold'
ok '... as is said' grep -q 'of two classes' "$T/err"
v set c answer=verdicts
is "$rc" 65 'a name that every answer has is none for one'
v set c seed=1.5
is "$rc" 65 'a seed is a whole number'
ok '... as is said' grep -q 'must be a whole number between' "$T/err"

for side in 1 2; do
    v test "c@$side" --csv "$T/rows.csv"
    cut -d, -f1,2 "$T/out" | sed 1d >"$T/side$side"
done
ok 'the versions disagree about a row, and not about all' sh -c \
    "! cmp -s '$T/side1' '$T/side2' && grep -qxFf '$T/side1' '$T/side2'"
{
    echo 'line,c@1,c@2'
    paste -d, "$T/side1" "$T/side2" | awk -F, '$2 != $4 {
        print $1 "," $2 "," $4 }'
} >"$T/want"
v diff c@1 c@2 --csv "$T/rows.csv"
is "$rc" 0 'disagreement is no failure'
is "$out" "$(cat "$T/want")" 'only rows that differ, as test answers them'
v diff c@1 c@2 --csv "$T/t.csv" --no-header
is "$rc" 65 'a table with more than features and label is refused'
cut -d, -f1,3 "$T/t.csv" >"$T/learnt.csv"
v diff c@1 c@2 --csv "$T/learnt.csv"
is "$rc" 0 'what was learnt from may be asked, with its label'
v diff c@1 c --csv "$T/rows.csv"
is "$out" "$(cat "$T/want")" 'without a number the active version is meant'
v --no-header diff c@1 c@2 --csv - <"$T/rows.csv"
is "$out" "$(sed 1d "$T/want")" 'standard input, without the header'
v --json diff c@1 c@2 --csv "$T/rows.csv"
like "$out" '^{"line":3,"verdicts":\[{"model":"c","version":1,"label":"Low",.*},{"model":"c","version":2,"label":"High",.*}\]}$' \
    'as JSON, both verdicts whole'
v diff c@1 c@2 --csv "$T/rows.csv" --quiet
is "$rc$out" 1 'quietly: exit status 1'
v diff c@1 c@1 --csv "$T/rows.csv" --quiet
is "$rc$out" 0 'and 0 for the same version'

v diff n@1 n@2 --csv "$T/rows.csv"
is "$(printf '%s\n' "$out" | wc -l)" 4 'numbers differ when they differ'
v --no-header diff n@1 n@2 --csv "$T/rows.csv" --tolerance 1000
is "$rc$out" 0 'but for a tolerance'

printf 'size\n1\nmuch\n45\n' >"$T/bad.csv"
refused 65 "$T/bad.csv:3: size must be a number" 'a bad row' \
    c@1 c@2 --csv "$T/bad.csv"
v --no-header diff c@1 c@2 --csv "$T/bad.csv" --skip-bad
is "$out" '4,Low,High' 'which may be skipped'
refused 65 'version' 'no such version' c@1 c@9 --csv "$T/rows.csv"
refused 64 '--csv FILE' 'no rows' c@1 c@2
refused 64 'tolerance' 'a negative tolerance' \
    c@1 c@2 --csv "$T/rows.csv" --tolerance -1
refused 66 'none.csv' 'no such file' c@1 c@2 --csv "$T/none.csv"
echo '[1,2,3]' >"$T/s.json"
v fit sensor "$T/s.json"
refused 64 'sensor' 'a sensor has no such rows' c sensor --csv "$T/rows.csv"

done_testing
