#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The dashboard and models of kinds without columns: where they are listed,
# what is shown of them, and tests of them.
set -u
. "${top_srcdir:-.}/tests/lib.sh"
. "${top_srcdir:-.}/tests/dashboard.sh"

seq 1 4 | "$VIGIA" fit P-1 >/dev/null 2>&1
{
    echo colour,size,label
    n=0
    while [ $n -lt 100 ]; do
        echo "dark red,1,x"
        echo "blue,9,y"
        n=$((n + 1))
    done
} >"$T/table.csv"
"$VIGIA" fit sort --kind linear --csv "$T/table.csv" --label label \
    >/dev/null 2>&1
"$VIGIA" test sort --record --json-input - >/dev/null 2>&1 <<'JSON'
{"size":1,"colour":"blue"}
JSON

press '' -- --size 80x10
like "$(row 1)" '1 sensor, 1 column$' 'the list of sensors has sensors alone'
is "$(printf '%s\n' "$out" | grep -c 'sort\|removed')" 0 \
    '... and nothing of other models'
seq 1 99 | awk 'BEGIN { print "a,b" } { print $1 "," 2 * $1 + $1 % 2 }' \
    >"$T/numbers.csv"
"$VIGIA" fit line --kind linear --csv "$T/numbers.csv" --label b \
    >/dev/null 2>&1
press 'm' -- --size 80x10
like "$(row 2)" 'VER METRIC .*COLUMNS  AGE$' \
    'the list of models has a metric of each'
like "$(row 3)" 'P-1 *baseline *1  *1$' '... none of a sensor, but its columns'
like "$(row 4)" 'line *linear *1 r2 [0-9.-]*$' '... R2 of numbers'
like "$(row 5)" 'ok *sort *linear *1 accuracy 1  *[0-9a-z]*$' \
    '... accuracy of classes, and no count of columns'
press 'm' -- --size 34x10
like "$(row 2)" 'VER$' '... which a small screen leaves out'
"$VIGIA" remove line --yes >/dev/null 2>&1

press 'mG<Enter>' -- --size 80x10
like "$(row 1)" '^ vigia Model  sort  linear, version 1 of 1$' \
    'Enter shows a model without columns'
like "$(row 3)" '^accuracy  *1$' '... its metrics first'
press 'mG<Enter>'
rest=$(printf '%s\n' "$out" | sed '1,/^rows_held_out/d')
like "$rest" '^version 1 .* active, fit .* accuracy 1, ' '... then its versions'
is "$(printf '%s\n' "$out" | grep -c '…')" 0 '... of which nothing is cut'
like "$(printf '%s\n' "$rest" | tr -s ' \n' '  ')" \
    'accuracy 1, auc 1, log_loss [0-9.e-]*, rows 200, rows_held_out 40 features' \
    '... but goes on in the next row'
is "$(printf '%s\n' "$out" | sed -n 's/^features[.]\([a-z]*\) .*/\1/p')" \
    "size
colour" 'features stand by importance'
like "$out" '^features\.size  *importance [0-9.]*, max 9, min 1, missing 0$' \
    '... a row for each'
is "$(printf '%s\n' "$out" | grep -c '[.]name *size\|^metrics')" 0 \
    '... and nothing twice'
press 'mG<Enter>/size<Enter>'
like "$(row 3)" '^features\.size' '... of which a filter shows some'
press 'mG<Enter>/colour<Enter>' ':dump' ':size 40x10'
like "$(printf '%s\n' "$out" | tr -s ' \n' '  ')" \
    'levels blue; dark red .* levels blue; dark red' \
    'rows are broken anew for another size'

press 'mG<Enter>tsize=9 colour=blue<Enter>'
like "$(row 3)" '^label *y$' 'name=value pairs are tested'
like "$(row 4)" '^probabilities\.x *0\.' '... with the whole answer'
press 'mG<Enter>tsize=1 colour="dark red"<Enter>'
like "$(row 3)" '^label *x$' '... quotes keep blanks together'
press 'mG<Enter>tcolour = dark red, size=1<Enter>'
like "$(row 3)" '^label *x$' '... and need not be there'
press 'mG<Enter>tsize= colour='"'blue'"'<Enter>'
like "$out" '^warnings *size is missing' 'nothing is a missing value'
press 'mG<Enter>t"size"=1 "colour"="dark=red"<Enter>'
like "$(row 21)" 'colour is "dark=red", a level' \
    'names may have quotes, and values signs'
press 'mG<Enter>t {"size":9,"colour":"blue"}<Enter>'
like "$(row 3)" '^label *y$' '... and so is JSON'
press 'mG<Enter>tsize=9<Enter>'
like "$(row 22)" '^ the feature "colour" is missing' 'what is missing is named'
like "$(row 23)" '^ test: size=9' '... and asked for again'
press 'mG<Enter>tsize=9 colour=blue<Enter>size=9<Enter>'
is "$(printf '%s\n' "$out" | grep -c '^label\|^probabilities')" 0 \
    '... without the answer to the one before'
press 'mG<Enter>tblue<Enter>'
like "$(row 22)" '^ "blue" is no name=value' 'what is no request is refused'
press 'mG<Enter>tcolour="blue size=1<Enter>'
like "$(row 22)" '^ the value of colour has no closing quote' \
    '... and what has half a pair of quotes'
press 'mG<Enter>tsize=1 size=2<Enter>'
like "$(row 22)" '^ size has two values' '... and what says something twice'
press 'mG<Enter>tsize=dark colr=blue<Enter>'
like "$(row 20)" '^ /colr: the model has no feature "colr"' \
    'all that is wrong is said'
like "$(row 21)" '^ /colour: the feature "colour" is missing' \
    '... with its place'
like "$(row 22)" '^ /size: size must be a number' '... in a row each'
press 'mG<Enter>tsize=dark colr=blue<Enter>' '<Backspace>'
like "$(row 20)" '^ /colr: ' '... which stay while it is mended'
press 'mG<Enter>tsize=dark colr=blue<Enter>' '<Esc>'
like "$(row 20)" '^$\|^[a-z]' '... and go when it is left'
press 'mG<Enter>ta=1 b=1 c=1 d=1 e=1 f=1 g=1<Enter>' -- --size 40x10
like "$(row 3)" '^ /a: the model has no feature "a"' \
    'a small screen has as many as it has rows'
like "$(row 8)" '^ and 4 more$' '... and says how many it has not'
press 'mG<Enter>t{"size":<Enter>'
like "$(row 23)" '^ test: {"size":' '... and what is no JSON'
is "$("$VIGIA" history sort --no-header | wc -l | tr -d ' ')" 1 \
    'nothing is recorded by that'
press 'mG<Enter>h'
like "$(row 1)" 'History  readings of sort' 'h shows what was'
like "$(row 2)" '^WHEN  *ANSWER  *VER BY$' '... with columns for what it is'
like "$(row 3)" '[0-9]  *label x  *1 ' '... and what was answered'
"$VIGIA" test P-1 9 --record >/dev/null 2>&1
press 'll' -- --size 110x10
like "$(row 2)" '^WHEN  *MODEL STATE .*VALUE ' 'a list of both has the columns of sensors'
like "$(row 3)" ' P-1   ▲ ALERT value *9 *[+]' '... each row its own'
like "$(row 4)" ' sort  label x *1 ' '... and an answer runs over them'
press 'm/lin<Enter>'
like "$(row 3)" 'sort .*linear' 'a kind is filtered by how it begins'
is "$(row 4)" '' '... and baseline does not begin so'
press 'm/p-<Enter>'
like "$(row 3)" 'P-1' '... a name by any part of it'
press 'mGt'
like "$(row 23)" 'no such key' 'there is no test without a model'
press 'mG<Enter>' -- --size 40x10 --ascii
is "$rc" 0 'a small screen does'

# ---- more models than are read at once

{
    echo id,value
    n=1000
    while [ $n -lt 1450 ]; do
        printf 'X-%d,1\nX-%d,2\n' $n $n
        n=$((n + 1))
    done
} >"$T/many.csv"
"$VIGIA" fit --csv "$T/many.csv" --by id >/dev/null 2>&1
press m
like "$(row 23)" ' 1/200+$' 'a long list says that there is more of it'
press mG
like "$(row 23)" ' 452/452$' '... and End comes to its end'

done_testing
