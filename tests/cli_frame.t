#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What all commands share: how the command line is read, help and completion,
# exit statuses, and what output looks like in a pipe and on a terminal.
set -u
. "${top_srcdir:-.}/tests/lib.sh"

tab=$(printf '\t')
escape=$(printf '\033')

# refuses STATUS PATTERN WORDS...: vigia WORDS says so, and nothing else.
refuses() {
    status=$1 pattern=$2
    shift 2
    run "$VIGIA" "$@"
    is "$rc:$out" "$status:" "vigia $* exits with $status, printing nothing"
    like "$err" "^vigia: .*$pattern" "... and says: $pattern"
}

# ---- the words of the command line

printf '10\n5\n6\n9\n' >"$T/numbers"
run "$VIGIA" fit PUMP "$T/numbers"
is "$rc" 0 "a database is made by the first fit"

run "$VIGIA" list --json
list=$out
is "$rc" 0 "an option stands behind the command"
run "$VIGIA" --json list
is "$rc:$out" "0:$list" "or before it"
run "$VIGIA" list -d "$VIGIA_DATABASE" --json
is "$rc:$out" "0:$list" "-d is --database, behind the command"
run "$VIGIA" "--database=$VIGIA_DATABASE" --json list
is "$rc:$out" "0:$list" "a value may stand behind a ="

run "$VIGIA" test PUMP -0.5 --json
is "$rc" 0 "a word that reads as a number is never an option"
like "$out" '"value":-0\.5' "... it is the number"
run "$VIGIA" test PUMP -- -0.5 +.5
is "$rc" 0 "words behind -- are no options"
run "$VIGIA" adjust PUMP --percent -1 --dry-run --yes
is "$rc" 0 "an option takes a negative number"

refuses 64 'no command "lst"; is it list?' lst
refuses 64 'no command "xyzzy"; vigia help lists them' xyzzy
refuses 64 'no command "--version"' -- --version
refuses 64 'no option --jsn; is it --json?' list --jsn
refuses 64 'vigia list has no option --xyzzy; --help' list --xyzzy
refuses 64 'no option -x' -x
refuses 64 'vigia list has no option -inf' list -inf
refuses 64 '--json takes no value' list --json=yes
refuses 64 '--database needs FILE' list --database
refuses 64 '"b" is one too many: vigia help \[COMMAND\]' help version b
refuses 64 'something is missing: vigia rename OLD NEW' rename PUMP
refuses 64 '--percent: "much" is not a number' adjust PUMP --percent much
refuses 64 '--limit: ' history --limit 1.5
refuses 64 '--since: .*yesterday' history --since yesterday
refuses 64 '--percent belongs behind its command: vigia adjust' \
    --percent 10 adjust PUMP
refuses 64 'takes a model as a whole, without @1' remove PUMP@1 --yes

run "$VIGIA"
is "$rc" 64 "vigia alone exits with 64"
like "$out" '^usage: vigia ' "... and shows what it can do"

# ---- help

run "$VIGIA" --help
is "$rc" 0 "--help exits with 0"
overview=$out
run "$VIGIA" -h
is "$rc:$out" "0:$overview" "-h is --help"
run "$VIGIA" help
is "$rc:$out" "0:$overview" "so is vigia help"
run "$VIGIA" --version
like "$rc:$out" '^0:vigia [0-9]' "--version names the version"
run "$VIGIA" version --json
like "$rc:$out" '^0:{"version":"[0-9].*"baseline"' "... in JSON, too"

run "$VIGIA" help --bash
is "$rc" 0 "help --bash exits with 0"
printf '%s\n' "$out" >"$T/completion"
if command -v bash >/dev/null; then
    ok "the completion is good bash" bash -n "$T/completion"
else
    skip "bash is not installed"
fi

# The table of commands, as the completion shows it: NAME OPTION...
awk -F"'" '
    /^    [a-z]+( \| [a-z]+)?\)$/ { sub(/^ +/, ""); sub(/[ )].*/, ""); name = $0 }
    /^        options=/ && name { print name $2 }' "$T/completion" >"$T/commands"
ok "the completion knows the commands" grep -q '^fit .*--csv' "$T/commands"
while read -r name options; do
    run "$VIGIA" "$name" --help
    is "$rc:$err" "0:" "vigia $name --help exits with 0"
    missing=
    for option in $options; do
        case $out in
        *"  $option"[\ \
]*) ;;
        *) missing="$missing $option" ;;
        esac
    done
    is "$missing" "" "... and explains every option of $name"
    wide=$(printf '%s\n' "$out" | grep -c '.\{80\}')
    is "$wide" 0 "... in lines of at most 79 columns"
    help=$out
    run "$VIGIA" help "$name"
    is "$rc:$out" "0:$help" "... as vigia help $name does"
done <"$T/commands"

# offer WORDS...: what bash would offer for the last of them.
offer() {
    run bash -c '
        . "$0"
        COMP_WORDS=("$@")
        COMP_CWORD=$(($# - 1))
        _vigia "$1" "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
        echo "offered:${COMPREPLY[@]}"' "$T/completion" "$VIGIA" "$@"
}
if command -v bash >/dev/null; then
    offer ver
    is "$out" "offered:versions version" "bash completes commands"
    offer show PU
    is "$out" "offered:PUMP" "... names of models"
    offer -d "$T/none.db" show PU
    is "$out" "offered:" "... from the database that -d names"
    offer adjust --dr
    is "$out" "offered:--dry-run" "... options"
    offer adjust --percent ''
    is "$out" "offered:" "... but not what the value of an option may be"
    offer help undo
    is "$out" "offered:undo" "... and what help is about"
else
    skip "bash is not installed"
fi

# ---- exit statuses

refuses 65 'no model named "PUPM"; nearest: PUMP' show PUPM
refuses 65 '"PUMP@x" names no version' show PUMP@x
refuses 66 'there is no database .*none.db yet' -d "$T/none.db" list
refuses 78 'cannot read .*none.conf' -c "$T/none.conf" list
echo 'not a database, but long enough to look like one' >"$T/text.db"
refuses 78 'text.db' -d "$T/text.db" list
refuses 65 'Give --yes where nobody can answer' remove PUMP --purge
printf '[history]\nkeep = 1\n' >"$T/bad.conf"
refuses 78 'bad.conf:2: unknown key "keep"' -c "$T/bad.conf" list
run "$VIGIA" -c "$T/bad.conf" help
is "$rc" 0 "vigia explains itself whatever its configuration is"

mkdir -p "$T/home2"
run env -u VIGIA_DATABASE -u XDG_DATA_HOME HOME="$T/home2" \
    "$VIGIA" fit PUMP "$T/numbers"
is "$rc" 0 "where no database is named, the user's own is made"
is "$(stat -c %a "$T/home2/.local/share/vigia" 2>&1)" 700 \
    "... in a folder for the user alone"
refuses 73 'new/v.db' -d "$T/new/v.db" fit PUMP "$T/numbers"
ok "a folder that somebody names is not made" [ ! -e "$T/new" ]

if [ -w /dev/full ]; then
    for words in "help" "help --bash" "list" "list --json" "config" \
        "version --json"; do
        rc=0
        # shellcheck disable=SC2086 # several words
        "$VIGIA" $words >/dev/full 2>"$T/err" || rc=$?
        is "$rc" 74 "vigia $words exits with 74 when its output is lost"
        like "$(cat "$T/err")" \
            'writing to standard output failed: No space left on device$' \
            "... and says so"
    done
    rc=0
    "$VIGIA" set PUMP title=lost >/dev/full 2>"$T/err" || rc=$?
    is "$rc" 74 "a change whose output is lost exits with 74, too"
    like "$(cat "$T/err")" 'failed: No space left on device; change [0-9]* is stored all the same$' \
        "... and says that it is stored"
else
    skip "there is no /dev/full"
fi

# ---- output in a pipe

run "$VIGIA" list
like "$out" "^model${tab}" "a table in a pipe has a header"
like "$out" "^PUMP${tab}" "... and tabs between its cells"
run "$VIGIA" list --no-header
like "$out" "^PUMP${tab}" "--no-header leaves the header out"
run "$VIGIA" --no-header list
is "$(printf '%s\n' "$out" | grep -c .)" 1 "... and nothing else"
run "$VIGIA" set PUMP "title=$(printf 'a\033[31mb\302\205')"
run "$VIGIA" list
like "$out" 'a\\u{1b}\[31mb\\u{85}' "what could act on a terminal is visible"

# ---- output on a terminal

# terminal WORDS...: runs vigia on a terminal of 60 columns.
terminal() {
    run env TERM=xterm "$@" script -qec "stty cols ${columns:-60}; $line" \
        /dev/null </dev/null
    out=$(printf '%s\n' "$out" | tr -d '\r')
}
if has_terminal; then
    line="'$VIGIA' show PUMP"
    terminal
    like "$out" 'COLUMN.*STATE' "a terminal has the header in capitals"
    like "$out" "$escape\\[" "... and styles"
    like "$out" '12\.26' "numbers are rounded there"
    terminal NO_COLOR=1
    like "$out" '^COLUMN' "NO_COLOR turns the styles off"
    ok "... all of them" [ "${out#*"$escape"}" = "$out" ]
    terminal NO_COLOR=
    like "$out" "$escape\\[" "... but not when it is empty"
    terminal TERM=dumb
    like "$out" '^COLUMN' "so does a dumb terminal"
    ok "... all of them" [ "${out#*"$escape"}" = "$out" ]

    printf 'maybe\n' >"$T/answer"
    run script -qec "'$VIGIA' remove PUMP --purge" /dev/null <"$T/answer"
    like "$out" 'for ever? \[y/N\]' "on a terminal a command asks"
    run "$VIGIA" show PUMP
    is "$rc" 0 "... and takes only yes for yes"

    run "$VIGIA" set PUMP "title=Pump of the second cooling circuit, north é"
    line="'$VIGIA' list"
    terminal NO_COLOR=1
    like "$out" '…' "a long text is cut to the width of the terminal"
    wide=$(printf '%s\n' "$out" | grep -c '.\{61\}')
    is "$wide" 0 "... so that no line is wider"
    columns=200
    terminal NO_COLOR=1
    like "$out" 'circuit, north é' "on a wide one it is shown in full"
    terminal NO_COLOR=1 LC_ALL=C
    like "$out" 'circuit, north .u{e9}' "with escapes where é is unknown"
else
    skip "no script(1), or no terminal for it"
fi

# ---- an error of several details

printf 'a,b\n1,2\n' >"$T/short.csv"
run "$VIGIA" fit SHORT --csv "$T/short.csv"
is "$rc" 65 "several things that are wrong exit with 65"
is "$(printf '%s\n' "$err" | grep -c 'at least two values')" 2 \
    "... and are told in a line each"
like "$err" '^vigia: sensor "SHORT", column "a": ' "... the first"
like "$err" '^vigia: sensor "SHORT", column "b": ' "... and the second"

# ---- config

run "$VIGIA" config --no-header
is "$rc" 0 "config exits with 0"
like "$out" "^history${tab}keep_days${tab}90${tab}90${tab}" \
    "... shows keys with value and preset"
like "$out" "^now${tab}database${tab}$VIGIA_DATABASE" "... and the database"
like "$out" "^now${tab}readings_recorded${tab}0" "... and what is recorded"
printf '[history]\nkeep_days = 7\n' >"$T/7.conf"
run "$VIGIA" -c "$T/7.conf" config
like "$out" "keep_days${tab}7${tab}90" "a file changes the value"
like "$out" "^now${tab}configuration${tab}$T/7.conf" "... and is named"
run "$VIGIA" -d "$T/none.db" config --json
like "$rc:$out" '^0:{"database":"[^"]*none.db","exists":false' \
    "config needs no database"
run "$VIGIA" test PUMP 1 2 3 --record
run "$VIGIA" config --json
like "$out" '"recording":{"readings":3,"window_seconds":3600,"recent":3,' \
    "config counts what was recorded lately"
like "$out" '"readings_a_month":2160,' "... and what a month makes of it"

done_testing
