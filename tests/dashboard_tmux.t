#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The dashboard in a real terminal: sizes, kinds of terminals, signals, and
# what is left of the terminal afterwards.
set -u
. "${top_srcdir:-.}/tests/lib.sh"

DASHBOARD=$(cd "$top_builddir" && pwd)/vigia-dashboard
[ -x "$DASHBOARD" ] || skip_all "vigia-dashboard was not built"
command -v tmux >/dev/null || skip_all "tmux is not installed"

pane=0
terminal()
{
    tmux -S "$T/tmux.$pane" -f /dev/null "$@"
}

# A terminal that has gone takes its programs with it.
trap 'terminal kill-server 2>/dev/null; rm -rf "$T"' EXIT

# A sanitizer takes SIGSEGV itself and exits, and it reports what ncurses
# keeps of a terminal that it does not know.
crashed=139
if grep -q __asan_init "$DASHBOARD"; then
    crashed=1
    echo leak:new_prescr >"$T/lsan"
    LSAN_OPTIONS=suppressions=$T/lsan:print_suppressions=0
    export LSAN_OPTIONS
fi

# What runs in the terminal: the dashboard between two looks at its modes. It
# writes to a folder of its own, for it may still end when the next begins.
cat >"$T/session" <<EOF
at=\$1
shift
stty -a >"\$at/before"
"$DASHBOARD" "\$@" 2>"\$at/stderr"
echo \$? >"\$at/rc"
while pgrep -s 0 vigia-dashboard >/dev/null; do # the other one of the two
    sleep 0.05
done
stty -a >"\$at/after"
echo ended
read -r line
EOF

# begin SIZE TERM [VARIABLE=VALUE... -- OPTION...]: a new terminal.
begin()
{
    size=$1
    kind=$2
    shift 2
    settings=
    while [ $# -gt 0 ] && [ "$1" != -- ]; do
        settings="$settings $1"
        shift
    done
    [ $# -eq 0 ] || shift
    terminal kill-server 2>/dev/null
    pane=$((pane + 1))
    at=$T/terminal.$pane
    mkdir "$at"
    terminal new-session -d -x "${size%x*}" -y "${size#*x}" \
        "env TERM=$kind $settings sh '$T/session' '$at' $*"
    terminal set -g escape-time 0
}

on_screen()
{
    terminal capture-pane -p | grep -q -e "$1"
}

off_screen()
{
    ! on_screen "$1"
}

# sees PATTERN NAME: it comes to the screen.
sees()
{
    if until_true on_screen "$1"; then
        pass "$2"
    else
        fail "$2"
        diag "no line like: $1"
        diag "$(terminal capture-pane -p)"
    fi
}

keys()
{
    terminal send-keys "$@"
}

# What stty said, but for the size.
modes()
{
    sed 's/rows [0-9]*; columns [0-9]*;//' "$1"
}

# ended STATUS NAME: it ended so, and the terminal is as it was.
ended()
{
    until_true test -s "$at/after"
    is "$(cat "$at/rc" 2>/dev/null)" "$1" "$2"
    is "$(modes "$at/after")" "$(modes "$at/before")" \
        '... and leaves the terminal as it was'
    sees '^ended' '... with the screen that was there before'
}

# The dashboard that works (child) and the one that waits for it (parent).
find_processes()
{
    shell=$(terminal list-panes -F '#{pane_pid}')
    parent=$(pgrep -P "$shell" vigia-dashboard)
    child=$(pgrep -P "$parent" vigia-dashboard)
    [ -n "$child" ]
}

# ---- a plant of 60 sensors, one of them in alert

awk 'BEGIN {
    print "id,value"
    for (i = 0; i < 60; i++)
        printf "S-%02d,10\nS-%02d,5\nS-%02d,6\nS-%02d,9\n", i, i, i, i
}' >"$T/fit.csv"
"$VIGIA" fit --csv "$T/fit.csv" --by id >/dev/null 2>&1
"$VIGIA" test S-33 13 --record >/dev/null

# ---- sizes and kinds of terminals

for what in 40x10:vt100 80x24:xterm-256color 80x24:linux 160x50:screen \
    80x24:tmux-256color; do
    size=${what%:*}
    kind=${what#*:}
    begin "$size" "$kind"
    sees '▲ ALERT *S-33' "$kind, $size: an alert stands on top"
    sees '^ Enter open' '... and the keys at the bottom'
    keys Down Down
    sees ' 3/60' '... and the cursor moves'
    keys NPage NPage
    ok '... and pages' until_true off_screen 'ALERT  *S-33'
    keys /
    keys S-42
    sees '^◔ learning S-42' '... and a filter is typed'
    keys Escape
    keys h
    sees 'vigia History' '... and a screen opened'
    keys Escape
    sees 'vigia Sensors' '... and left'
    keys F12 Escape
    sees 'q quits' '... and Esc does not end it, nor an unknown key'
    keys q
    ended 0 '... but q does'
done

# ---- another size

begin 80x24 xterm-256color
sees 'ALERT *S-33' 'it is there'
terminal resize-window -x 40 -y 10
sees 'Enter open.*help *$' 'a smaller terminal is filled anew'
is "$(terminal capture-pane -p | sed -n 2p | cut -c1-12)" 'STATE      S' \
    '... from the top'
terminal resize-window -x 10 -y 3
sees 'too small' '... down to one that is too small'
terminal resize-window -x 120 -y 40
sees 'Enter open.*h history.*help' '... and a larger one, too'
keys Q
ended 0 'Q ends it'

# ---- colours

# coloured: takes the screen when its last line is there; lines with a colour.
coloured()
{
    until_true on_screen ' 1/60' # all of them are read
    sees '^ Enter open' 'it is there'
    terminal capture-pane -p -e >"$T/screen"
    colours=$(grep -c "$(printf '\033')\\[[0-9;]*3[1-7]m" "$T/screen")
}

begin 80x24 xterm-256color
coloured
is "$colours" "$(grep -c 'S-' "$T/screen")" 'states have colours'
ok '... so has a reading in alert, which keeps its bar' on_screen 'S-33.*▅'
keys q
begin 80x24 xterm-256color NO_COLOR=1
coloured
is "$colours" 0 'with NO_COLOR they have none'
ok '... and a reading in alert has its sign' on_screen 'S-33.*▲'
keys q
begin 80x24 xterm LC_ALL=C
sees '^! ALERT *S-33' 'in the C locale it keeps to ASCII'
keys q
ended 0 '... and ends'

# ---- while others write

begin 80x24 tmux-256color
sees 'ALERT *S-33' 'it is there'
"$VIGIA" test S-07 13 --record >/dev/null
sees 'ALERT *S-07' 'an alert that comes is seen'
"$VIGIA" test S-33 5 --record >/dev/null
until_true off_screen 'ALERT *S-33'
sees '1 ALERT' '... and one that goes is not'

keys q
ended 0 '... and q ends it'

# ---- what an operator does about a sensor

readings=1
for what in 40x10:vt100 80x24:xterm-256color 160x50:screen; do
    size=${what%:*}
    kind=${what#*:}
    begin "$size" "$kind"
    sees 'ALERT *S-07' "$kind, $size: it is there"
    keys Enter
    sees 'threshold 12.26' '... and Enter shows the chart'
    "$VIGIA" test S-07 13.5 --record >/dev/null
    sees "reading $((readings + 1)) of the last" '... to which a reading comes'
    keys Left
    sees "reading $readings of the last" '... and one moves along it'
    readings=$((readings + 1))
    keys a
    sees 'percent: 10' '... adjust asks'
    keys BSpace BSpace 40
    sees 'threshold 12.26 -> 15.26' '... and shows what would be'
    keys Enter
    sees 'store it?' '... and asks once more'
    keys y
    sees 'version [0-9]* is active' '... and y stores it'
    keys u
    sees 'undo change' '... undo shows the way back'
    keys y
    sees 'version 1 is active' '... and y goes it'
    keys t
    sees 'test:' '... test asks for values'
    keys 20 Enter
    sees '^ *20 *ALERT' '... and judges them'
    keys Escape q
    sees 'vigia Sensor ' '... and is left'
    keys f f
    sees 'file:' '... fit asks for a file'
    keys Home "$T/nothing" Enter
    sees 'cannot read' '... and says what is wrong with it'
    keys Escape q
    sees 'vigia Sensor ' '... and is left'
    keys Q
    ended 0 '... and Q ends it'
done

# ---- what others do meanwhile

begin 80x24 tmux-256color
sees 'ALERT *S-07' 'it is there'
keys Enter
sees 'vigia Sensor ' 'a sensor is open'
"$VIGIA" remove S-07 --yes >/dev/null
sees 'S-07 is removed; undo brings it back' 'another removes it'
keys u
sees 'store it?' '... undo shows what it would be'
keys y
sees 'S-07: version 1 is active' '... and brings it back'
mv "$VIGIA_DATABASE" "$T/moved.db"
sees 'the database was removed or replaced' 'a database that is gone is told'
mv "$T/moved.db" "$VIGIA_DATABASE"
keys Q
ended 0 '... and Q ends it'

# ---- bytes that are no characters

for locale in C C.UTF-8; do
    begin 80x24 xterm-256color LC_ALL=$locale
    sees 'ALERT *S-07' "$locale: it is there"
    keys -H ff
    keys Down
    sees ' 2/60' '... and a byte that is no character does not end it'
    keys /
    keys -H ff 53 c3 2d 30 39 # S-09
    sees '^ filter: S-09' '... nor takes others with it'
    keys Escape q
    ended 0 '... and q ends it'
done
begin 80x24 xterm-256color LC_ALL=C.UTF-8
sees 'ALERT *S-07' 'it is there'
keys /
keys -H c3
keys -H a9
sees '^ filter: é' 'a character may come in pieces'
keys Escape q
ended 0 '... and q ends it'

# ---- a long paste

begin 80x24 tmux-256color
sees 'ALERT *S-07' 'it is there'
keys f n
sees '^ numbers:' 'numbers are asked for'
seq 10000 12000 | tr '\n' ' ' >"$T/numbers"
terminal pipe-pane "cat >'$T/sent'"
terminal load-buffer "$T/numbers"
terminal paste-buffer -p
keys Z
sees '11999 12000 Z' 'many may be pasted at once'
until_true grep -q '12000 Z' "$T/sent"
terminal pipe-pane
ok '... and are no picture each' \
    test "$(wc -c <"$T/sent")" -lt $((10 * $(wc -c <"$T/numbers")))
keys Escape Q
ended 0 '... and Q ends it'

# ---- ends

begin 80x24 tmux-256color
terminal respawn-pane -k "exec setsid -w '$DASHBOARD'"
sees 'ALERT *S-07' 'it is there, without a signal when the terminal goes'
find_processes
terminal kill-server
ok '... and the end of its input ends it' until_true sh -c \
    "! kill -0 $child 2>/dev/null"

begin 80x24 tmux-256color
sees 'ALERT *S-07' 'it is there'
find_processes
kill -STOP "$child" # as Ctrl-Z does
until_true sh -c "ps -o stat= -p $parent | grep -q T"
is "$(ps -o stat= -p "$parent" | cut -c1)" T 'it stops as a whole'
kill -CONT "$parent"
keys Down
sees ' 2/60' '... and goes on'
kill -TERM "$parent"
ended 0 'SIGTERM ends it'

begin 80x24 tmux-256color
sees 'ALERT *S-07' 'it is there'
find_processes
kill -KILL "$child"
ended 137 'SIGKILL ends it'

begin 80x24 tmux-256color
sees 'ALERT *S-07' 'it is there'
find_processes
kill -KILL "$parent"
ended 137 'so does SIGKILL of the process that waits'

begin 80x24 tmux-256color
sees 'ALERT *S-07' 'it is there'
find_processes
kill -SEGV "$child"
ended $crashed 'a crash ends it'

begin 80x24 tmux-256color
sees 'ALERT *S-07' 'it is there'
find_processes
terminal kill-server
ok 'when the terminal goes, it ends, too' until_true sh -c \
    "! kill -0 $child 2>/dev/null"

# ---- terminals that are none

for kind in nosuch dumb; do
    begin 80x24 $kind
    ended 69 "TERM=$kind: it exits with 69"
    is "$(wc -l <"$at/stderr" | tr -d ' ')" 1 '... and one sentence'
    like "$(cat "$at/stderr")" "\"$kind\"" '... that names it'
done

done_testing
