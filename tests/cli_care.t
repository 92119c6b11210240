#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The care of models and of the database: rename, remove, export, load, prune,
# backup, restore, upgrade.
set -u
. "${top_srcdir:-.}/tests/lib.sh"

v() {
    run "$VIGIA" "$@" </dev/null
}

# refused STATUS PATTERN NAME: what the last run ended with and said.
refused() {
    is "$rc" "$1" "$3: exit status $1"
    like "$err" "^vigia: .*$2" "$3: the sentence"
}

# readings MODEL: how many are recorded.
readings() {
    "$VIGIA" history "$1" --limit 1000 --no-header | wc -l | tr -d ' '
}

# active MODEL: the number of its active version.
active() {
    "$VIGIA" show "$1" --json | sed 's/.*"version":\([0-9]*\).*/\1/'
}

# on_terminal WORDS ANSWER: what a terminal shows.
on_terminal() {
    out=$(printf '%s\n' "$2" | script -qec "$VIGIA $1" /dev/null | tr -d '\r')
}

printf '10\n5\n6\n9\n' >"$T/golden"
cd "$T" || exit 99
"$VIGIA" fit A golden >ignored
"$VIGIA" test A 1 5 13 20 --record >ignored

# ---- rename

v rename A B
is "$rc:$out" '0:A is now named B, with its versions and its history' \
    'a model gets another name'
is "$(active B):$(readings B)" 1:4 'and keeps its versions and its history'
v show A
refused 65 'no model named "A"' 'the old name is free'
v rename B metrics
refused 65 '"metrics" is a reserved word' 'a reserved name'
v rename B 'a b'
refused 65 '"a b" cannot be a name' 'a name with a blank'
v rename B B
refused 65 'B has that name already' 'the same name'
v rename C D
refused 65 'no model named "C"' 'a model that is not there'
v rename B@1 D
refused 64 'without @1' 'a version'
v rename B
refused 64 'vigia rename OLD NEW' 'one name only'
v rename B A --json
is "$rc:$out" '0:{"name":"A","was":"B","change":3}' 'as JSON'
like "$("$VIGIA" changes)" 'rename.*A to B' 'a rename is a change'

# ---- remove

"$VIGIA" fit R golden >ignored
v remove R
is "$rc:$out" '0:R is removed; vigia undo R brings it back' \
    'a model is removed without a question'
v show R
refused 65 'R is removed; vigia undo R brings it back' 'it is hidden'
v remove R
refused 65 'R is removed' 'removing it again'
v rename A R
refused 65 'a model named R already (it is removed)' 'its name is taken'
ok 'undo brings it back' "$VIGIA" undo R
is "$(active R)" 1 'with its version'
v remove R --json
like "$rc:$out" '^0:{"name":"R","removed":true,"change":[0-9]*}$' 'as JSON'
v fit R golden
is "$rc:$(active R)" 0:2 'a later fit goes on numbering'
v remove R@1
refused 64 'without @1' 'a version alone'
v remove
refused 64 'something is missing' 'no model'

"$VIGIA" test R 1 13 --record >ignored
v remove R --purge
refused 65 'delete R, its 2 versions and its history.*--yes' \
    'a purge where nobody can answer'
is "$(active R):$(readings R)" 2:2 'then nothing is deleted'
if has_terminal; then
    on_terminal 'remove R --purge' n
    like "$out" 'for ever? \[y/N\]' 'a purge asks on a terminal'
    like "$out" 'nothing was deleted' 'no is no'
    is "$(active R)" 2 'and the model is there'
    on_terminal 'remove R --purge' yes
    like "$out" 'R is deleted' 'yes is yes'
else
    skip 'no script(1) to ask on a terminal'
    "$VIGIA" remove R --purge --yes
fi
v undo R
refused 65 'no model named "R"' 'a purged model does not come back'
"$VIGIA" fit R golden >ignored
is "$(active R):$(readings R)" 1:0 'a new one of that name begins anew'
"$VIGIA" remove R >ignored
v remove R --purge --yes --json
like "$rc:$out" '^0:{"name":"R","purged":true,"change":[0-9]*}$' \
    'a removed one is purged, too; as JSON'
like "$("$VIGIA" changes)" 'purge.*R' 'a purge is a change'
v remove nobody --purge --yes
refused 65 'no model named "nobody"' 'a purge of nobody'

# ---- export

v export A
is "$rc" 0 'a model is exported to standard output'
printf '%s\n' "$out" >a.json
like "$out" '^{"format":"vigia-1","kind":"baseline",.*}$' 'as one line of JSON'
v export A -
is "$out" "$(cat a.json)" 'or with -'
v export A b.json
is "$rc:$out" "0:A@1 is in b.json ($(wc -c <a.json | tr -d ' ') bytes)" \
    'or to a file'
ok 'which has the same bytes' cmp a.json b.json
v export A b.json
refused 73 'b.json exists already; --force replaces it' 'a file that exists'
echo x >b.json
v export A b.json --force --json
is "$rc:$out" "0:{\"name\":\"A\",\"version\":1,\"file\":\"b.json\",\
\"bytes\":$(wc -c <a.json | tr -d ' ')}" 'with --force it is replaced; as JSON'
ok 'by the whole text' cmp a.json b.json
is "$(echo b.json.*)" 'b.json.*' 'nothing temporary is left'
v export A no/folder.json
refused 73 'cannot write no/folder.json' 'a folder that is not there'
v export A .
refused 73 '\. is a folder' 'a folder'
v export A@7
refused 65 'no version 7; it has 1 to 1' 'a version that is not there'
v export A@x
refused 65 'names no version' 'what is no version'
run sh -c '"$1" export A >/dev/full' sh "$VIGIA"
refused 74 'standard output' 'a full device'
run "$VIGIA" export A /dev/full
refused 74 'cannot write /dev/full' 'a full device by name'
ok 'a device is written, not replaced' test -c /dev/full

# ---- load

v load L a.json
is "$rc" 0 'an exported text is loaded'
is "$out" 'L has version 1 from a.json: baseline, 1 column
it is active now; vigia undo L takes it back' 'which says what it made'
is "$("$VIGIA" export L)" "$(cat a.json)" 'and exports to the same bytes'
run "$VIGIA" load L - --json <a.json
like "$rc:$out" '^0:{"name":"L","kind":"baseline","version":2,"origin":"load","change":[0-9]*}$' \
    'from standard input, as JSON'
like "$("$VIGIA" versions L)" 'load.*' 'a load is an origin'
ok 'undo takes it back' "$VIGIA" undo L
is "$(active L)" 1 'to the version before'
printf '\200\003ctorch' >model.pkl
v load L model.pkl
refused 65 'model.pkl: this is a Python pickle' 'a pickle'
v load L nofile
refused 66 'cannot read nofile' 'a file that is not there'
v load L .
refused 66 'cannot read \.' 'a folder'
: >empty
v load L empty
refused 65 'empty is empty' 'an empty file'
sed 's/7\.5/7.6/' a.json >changed.json
v load L changed.json
refused 65 'changed.json: the checksum does not fit' 'a figure changed by hand'
echo '{"format":' >cut.json
v load L cut.json
refused 65 'cut.json: line ' 'a text that is cut'
echo '10,5,6,9' >numbers.csv
v load L numbers.csv
refused 65 'numbers.csv: ' 'another text'
v load metrics a.json
refused 65 'reserved word' 'a reserved name'
v load L
refused 64 'vigia load NAME FILE' 'no file'
head -c 67108865 /dev/zero | tr '\0' ' ' >large
v load L large
refused 65 'large is larger than 64 MiB' 'too much'
rm large
is "$(active L)" 1 'none of them changed the model'
v load M changed.json
v show M
refused 65 'no model named "M"' 'or made one'

# ---- prune

main=$VIGIA_DATABASE
VIGIA_DATABASE=$T/prune.db
"$VIGIA" fit P golden >ignored
v prune
is "$rc:$out" '0:no readings are recorded: there is nothing to prune' \
    'without readings there is nothing to do'
"$VIGIA" test P 1 5 13 20 --record >ignored
v prune
like "$rc:$out" '^0:0 of 4 readings are deleted (recorded before 2' \
    'nothing is as old as 90 days'
v prune --before 1d --dry-run --json
like "$rc:$out" '^0:{"dry_run":true,.*"deleted":0,"kept":4,"bytes":[0-9]*}$' \
    'nor a day; as JSON'
v prune --before now --dry-run
like "$out" '^3 of 4 readings would be deleted' 'a dry run counts'
like "$out" 'nothing changed' 'and says that it did nothing'
is "$(readings P)" 4 'which is true'
v prune --before now --json
like "$rc:$out" '^0:{"dry_run":false,"before":"2.*Z","deleted":3,"kept":1,' \
    'all but the newest go, alerts too'
is "$(readings P)" 1 'they are gone'
"$VIGIA" test P 1 20 30 --record >ignored
v prune --before now
like "$rc:$out" '^0:3 of 4 readings are deleted' 'and once more, in words'
v prune --before yesterday
refused 64 '--before: "yesterday" is not a time' 'what is no time'
v prune A
refused 64 '"A" is one too many' 'a model'
printf '[history]\nmax_size = 1M\nkeep_days = 1\n' >small.conf
yes 1 | head -50000 >many
xargs "$VIGIA" test P --record <many >ignored
v -c small.conf prune
like "$rc:$out" '^0:[1-9].* are deleted (.*, or beyond \[history\] max_size)' \
    'what is beyond max_size goes'
like "$out" 'the database takes [0-9.]* [kM]B now, before [0-9.]* MB' \
    'and the file is smaller'
VIGIA_DATABASE=$main

# ---- backup

v backup kept.db
like "$rc:$out" '^0:kept.db has it all: [0-9.]* kB, checked$' 'a backup'
is "$(stat -c %a kept.db)" 660 'is for the group, not for all'
is "$("$VIGIA" -d kept.db export A)" "$(cat a.json)" 'has the models'
is "$(VIGIA_DATABASE=kept.db readings A)" 4 'and the history'
v backup kept.db
refused 73 'kept.db exists already; --force replaces it' 'a file that exists'
v backup kept.db --force
is "$rc" 0 'with --force it is replaced'
v backup "$VIGIA_DATABASE" --force
refused 73 'is the database itself' 'onto the database'
v backup "$VIGIA_DATABASE.lock" --force
refused 73 'is the database itself' 'nor onto a file that belongs to it'
v backup lean.db --no-history --json
like "$rc:$out" \
    '^0:{"file":"lean.db","bytes":[0-9]*,"history":false}$' \
    'without history; as JSON'
is "$(VIGIA_DATABASE=lean.db readings A)" 0 'there is none in it'
is "$("$VIGIA" -d lean.db export A)" "$(cat a.json)" 'but the models are'
"$VIGIA" -d lean.db test A 2 --record >ignored
is "$(VIGIA_DATABASE=lean.db readings A)" 1 'and recording begins anew'
is "$(readings A)" 4 'the database itself has its history still'
v backup no/folder.db
refused 73 'cannot make no/folder.db:' 'a folder that is not there'
v backup -
refused 64 'a backup needs a file' 'standard output'
v backup
refused 64 'something is missing' 'no file'
v -d nothing.db backup x.db
refused 66 'there is no database .*nothing.db' 'without a database'
is "$(echo ./*.tmp)" './*.tmp' 'nothing temporary is left'

# ---- restore

"$VIGIA" fit A golden >ignored
v restore kept.db
refused 65 'replace everything in .*v.db by kept.db .*--yes' \
    'a restore where nobody can answer'
is "$(active A)" 2 'then everything is as it was'
v restore kept.db --yes
is "$rc" 0 'a backup is restored'
saved=$(printf '%s\n' "$out" | sed -n 's/^what was there before is in //p')
is "$(active A)" 1 'with what it had'
is "$(VIGIA_DATABASE=$saved active A)" 2 'what was there before is saved'
if has_terminal; then
    on_terminal 'restore kept.db' n
    like "$out" 'nothing changed' 'on a terminal it asks'
else
    skip 'no script(1) to ask on a terminal'
fi
v restore "$saved" --yes --json
like "$rc:$out" \
    '^0:{"restored":".*before-[^"]*","saved":".*v.db.before-[^"]*"}$' \
    'the way back; as JSON'
is "$(active A)" 2 'is possible, too'
v restore a.json --yes
refused 78 'a.json is not a vigia database' 'another file'
v restore nofile --yes
refused 66 'cannot read nofile' 'a file that is not there'
v restore "$VIGIA_DATABASE" --yes
refused 65 'is the database itself' 'the database over itself'
is "$(active A)" 2 'none of them changed anything'
v -d never.db restore a.json --yes
refused 78 'not a vigia database' 'a file that is no backup'
v -d never.db load NEW kept.db
ok 'makes no database, nor does a text that is no model' test ! -e never.db
v -d made.db restore kept.db
is "$rc:$out" '0:restored from kept.db' \
    'where there is no database, one is made without a question'
is "$(VIGIA_DATABASE=made.db active A)" 1 'of the backup'
is "$(echo made.db.before*)" 'made.db.before*' 'and nothing needs saving'
cp kept.db torn.db
printf 'ZZZZZZZZZZZZZZZZ' |
    dd of=torn.db bs=1 seek=4096 conv=notrunc 2>ignored
v -d torn.db restore kept.db --yes
is "$rc" 0 'a damaged database can be restored'
is "$(VIGIA_DATABASE=torn.db active A)" 1 'and works again'

# ---- upgrade

v upgrade
like "$rc:$out" '^0:.*v.db has schema [0-9]*, which is the present one$' \
    'a present database needs no upgrade'
v upgrade --check --json
like "$rc:$out" '^0:{"database":.*"schema":\([0-9]*\),"current":\1,"steps":\[\],"saved":null}$' \
    'as JSON'
v upgrade now
refused 64 'one too many' 'an argument'
v -d nothing.db upgrade
refused 66 'there is no database' 'without a database'

# The header of an SQLite file has the schema at byte 60.
cp kept.db newer.db
printf '\000\000\000\143' | dd of=newer.db bs=1 seek=60 conv=notrunc 2>ignored
v -d newer.db upgrade
refused 78 'has schema 99, this program knows up to .*newer vigia' \
    'a newer database'
if command -v sqlite3 >/dev/null; then
    sqlite3 old.db 'PRAGMA application_id=1447642953; CREATE TABLE t(a)'
    v -d old.db list
    refused 78 'older schema 0.*run `vigia upgrade`' 'an older database'
    v -d old.db upgrade --check
    refused 78 'older schema 0.*run `vigia upgrade`' 'asked whether'
    like "$out" '^schema 1: ' 'it says what is missing'
    v -d old.db list
    refused 78 'older schema 0' 'and changes nothing'
    v -d old.db upgrade
    is "$rc" 0 'an upgrade'
    saved=$(printf '%s\n' "$out" | sed -n 's/.*as it was before it is in //p')
    ok 'saves it first' test -s "$saved"
    v -d old.db list
    is "$rc" 0 'then it works'
    v -d old.db upgrade --check
    is "$rc" 0 'and is the present one'
else
    skip 'no sqlite3(1) to make an older database'
fi

done_testing
