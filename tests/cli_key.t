#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The keys of the REST service: made, listed, removed.
set -u
. "${top_srcdir:-.}/tests/lib.sh"

tab=$(printf '\t')

run "$VIGIA" key list
is "$rc" 66 "without a database there is nothing to list"

run "$VIGIA" key add plc7 --scope test
is "$rc" 0 "key add makes a key, and a database when there is none"
like "$out" '^vigia_[0-9a-f]\{64\}$' "and prints it, alone on a line"
is "$err" "" "and says nothing beside it in a pipe"
key=$out
ok "the key itself is not in the database" \
    sh -c "! grep -q '${key#vigia_}' '$T/v.db' '$T/v.db-wal'"

run "$VIGIA" key add ana --scope admin --json
is "$rc" 0 "key add --json"
like "$out" '^{"name":"ana","scope":"admin","key":"vigia_[0-9a-f]*","change":2}$' \
    "has the key, too"

run "$VIGIA" key list
is "$rc" 0 "key list"
like "$out" "^name${tab}scope${tab}when${tab}by\$" "has a header"
like "$out" "^plc7${tab}test${tab}20.*Z${tab}" "and a line for each key"
is "$(printf '%s\n' "$out" | sed -n '2s/\t.*//p')" ana "by name"
is "$(printf '%s\n' "$out" | grep -c vigia_)" 0 "without the key"
run "$VIGIA" key list --json
like "$out" '^{"keys":\[{"name":"ana","scope":"admin","created_at":"20[^"]*Z","by":"[^"]*"},{"name":"plc7",' \
    "key list --json"

run "$VIGIA" changes --no-header
like "$out" "${tab}key add${tab}plc7, scope test${tab}0\$" \
    "who made a key stands among the changes"
run "$VIGIA" undo --change 1
is "$rc" 65 "which is not undone"

run "$VIGIA" key remove plc
is "$rc" 65 "an unknown name"
is "$err" 'vigia: no key named "plc"; nearest: plc7' "is told the nearest"
run "$VIGIA" key remove plc7
is "$rc" 0 "key remove"
is "$out" "the key plc7 lets nobody in any more" "says so"
run "$VIGIA" key remove plc7
is "$rc" 65 "and it is gone"
run "$VIGIA" key remove ana --json
is "$out" '{"name":"ana","removed":true,"change":4}' "key remove --json"
is "$("$VIGIA" key list --no-header)" "" "then there is none"

# refused STATUS SENTENCE NAME ARGUMENTS...
refused()
{
    status=$1
    sentence=$2
    name=$3
    shift 3
    run "$VIGIA" key "$@"
    is "$rc: $err" "$status: vigia: $sentence" "$name"
}

"$VIGIA" key add twice --scope read >"$T/ignored"
refused 65 "there is a key named twice already" "a name is taken once" \
    add twice --scope read
refused 64 "key add needs --scope read, test, operate or admin" \
    "a key has a scope" add x
refused 64 'no scope "write"; it is one of read, test, operate, admin' \
    "which is a word" add x --scope write
refused 65 '"a b" cannot be the name of a key: letters, digits and . _ : - are allowed, and a letter or digit first' \
    "a name is a name" add 'a b' --scope read
refused 64 'no command "key show"; it is key add, key list or key remove' \
    "another word" show
refused 64 'key list takes no --scope' "an option that means nothing" \
    list --scope read
run "$VIGIA" key
is "$rc" 64 "no word at all"
run "$VIGIA" key add --scope read
is "$rc" 64 "no name"
run "$VIGIA" key list all
is "$rc" 64 "a name too many"

done_testing
