# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh disable=SC2034 # the tests use what is set here
#
# TAP for tests of the command line: a test is a POSIX shell script that
# begins with
#
#   set -u
#   . "${top_srcdir:-.}/tests/lib.sh"
#
# and ends with done_testing. It gets its own folder $T, which is removed at
# exit, and in it a database, so that nothing of the user is read or written.

top_srcdir=${top_srcdir:-.}
top_builddir=${top_builddir:-.}

T=$(mktemp -d "${TMPDIR:-/tmp}/vigia-test.XXXXXX") || exit 99
trap 'rm -rf "$T"' EXIT
trap 'exit 129' HUP INT TERM

# $VIGIA is the program; a script around it when VIGIA_WRAP asks for valgrind.
VIGIA=${VIGIA:-$top_builddir/vigia}
if [ ! -x "$VIGIA" ]; then
    echo "Bail out! there is no program $VIGIA"
    exit 99
fi
if [ -n "${VIGIA_WRAP:-}" ]; then
    printf '#!/bin/sh\nexec %s "%s" "$@"\n' "$VIGIA_WRAP" "$VIGIA" >"$T/vigia"
    chmod +x "$T/vigia"
    VIGIA=$T/vigia
fi

VIGIA_DATABASE=$T/v.db
HOME=$T/home
XDG_CONFIG_HOME=$T/config
XDG_DATA_HOME=$T/data
XDG_STATE_HOME=$T/state
TZ=UTC
LC_ALL=C.UTF-8
export VIGIA_DATABASE HOME XDG_CONFIG_HOME XDG_DATA_HOME XDG_STATE_HOME TZ
export LC_ALL
unset NO_COLOR
mkdir "$HOME"

# The folder of real data; empty where there is none.
SHARED=${VIGIA_SHARED:-$top_srcdir/../shared/data}
[ -d "$SHARED" ] || SHARED=

# Whether script(1) is there and gets a terminal to run a command in.
has_terminal()
{
    command -v script >/dev/null &&
        script -qec true /dev/null </dev/null >/dev/null 2>&1
}

tests=0
failures=0

diag()
{
    printf '%s\n' "$*" | sed 's/^/#   /'
}

pass()
{
    tests=$((tests + 1))
    printf 'ok %d - %s\n' "$tests" "$1"
}

fail()
{
    tests=$((tests + 1))
    failures=$((failures + 1))
    printf 'not ok %d - %s\n' "$tests" "$1"
}

skip()
{
    tests=$((tests + 1))
    printf 'ok %d # SKIP %s\n' "$tests" "$1"
}

skip_all()
{
    printf '1..0 # SKIP %s\n' "$1"
    exit 0
}

done_testing()
{
    printf '1..%d\n' "$tests"
    [ "$failures" -eq 0 ] && [ "$tests" -gt 0 ]
    exit
}

# run COMMAND...: sets $out, $err and $rc.
run()
{
    rc=0
    "$@" >"$T/out" 2>"$T/err" || rc=$?
    out=$(cat "$T/out")
    err=$(cat "$T/err")
}

# v WORD...: run for vigia.
v()
{
    run "$VIGIA" "$@"
}

# ok NAME COMMAND...: the command succeeds.
ok()
{
    ok_name=$1
    shift
    if "$@" >"$T/ok" 2>&1; then
        pass "$ok_name"
    else
        fail "$ok_name"
        diag "failed: $*"
        diag "$(cat "$T/ok")"
    fi
}

# is GOT WANT NAME
is()
{
    if [ "$1" = "$2" ]; then
        pass "$3"
    else
        fail "$3"
        diag "got: $1"
        diag "want: $2"
    fi
}

# like TEXT PATTERN NAME: a basic regular expression that a line matches.
like()
{
    if printf '%s\n' "$1" | grep -q -e "$2"; then
        pass "$3"
    else
        fail "$3"
        diag "got: $1"
        diag "want a line like: $2"
    fi
}

# until_true COMMAND...: true as soon as it is; false after half a minute,
# which only what hangs needs.
until_true()
{
    asked=0
    until "$@"; do
        asked=$((asked + 1))
        [ $asked -lt 600 ] || return 1
        sleep 0.05
    done
}

# status N NAME, out_has TEXT NAME, err_has TEXT NAME: of the last run.
status()
{
    is "$rc" "$1" "$2"
    [ "$rc" -eq "$1" ] || diag "$out $err"
}

out_has()
{
    ok "$2" grep -qF -e "$1" "$T/out"
}

err_has()
{
    ok "$2" grep -qF -e "$1" "$T/err"
}
