# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
# For tests of the dashboard without a terminal: keys from scripts, screens as
# text. Sourced after lib.sh.

DASHBOARD=$top_builddir/vigia-dashboard
[ -x "$DASHBOARD" ] || skip_all "vigia-dashboard was not built"
NOW=2026-11-20T14:00:00Z
TERM=xterm # has what a chart is best drawn with
export TERM

# press KEYS... [-- OPTION...]: the screens after the lines of keys, in $out.
press()
{
    : >"$T/keys"
    while [ $# -gt 0 ] && [ "$1" != -- ]; do
        printf '%s\n' "$1" >>"$T/keys"
        shift
    done
    [ $# -eq 0 ] || shift
    # shellcheck disable=SC2086 # nothing, or a wrapper and its flags
    run ${VIGIA_WRAP:-} "$DASHBOARD" --script "$T/keys" --now $NOW "$@"
}

# row N: that line of the last screen.
row()
{
    printf '%s\n' "$out" | sed -n "$1p"
}

# shows SCREEN NAME: $out is exactly what stands on standard input.
shows()
{
    is "$out" "$(cat)" "$1"
}
