#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The dashboard's screens about one sensor: what they show, and that nothing
# but y changes anything, and then what was shown.
set -u
. "${top_srcdir:-.}/tests/lib.sh"
. "${top_srcdir:-.}/tests/dashboard.sh"

# The screen without what depends on the time and the user: how the version
# was made, and the table of versions.
stamped()
{
    out=$(printf '%s\n' "$out" | sed -e 's/version \([0-9]*\) (.*/version \1/' \
        -e '/^ VERSION/,/^ reading/{/^ reading/!d;}')
}

threshold()
{
    "$VIGIA" show "$1" --json | sed 's/.*"threshold":\([^,]*\),.*/\1/'
}

# ---- a sensor with a rise at the end

{
    echo id,at,vel
    m=0
    while [ $m -lt 40 ]; do
        printf 'P-1,2026-11-20T13:%02d:00Z,%d\n' $m $((2 + m % 3))
        m=$((m + 1))
    done
    printf 'P-1,2026-11-20T13:40:00Z,7\nP-1,2026-11-20T13:41:00Z,8\n'
} >"$T/day.csv"
seq 1 40 | awk '{ print 2 + $1 % 3 }' >"$T/good.txt"
head -n 41 "$T/day.csv" >"$T/good.csv"
"$VIGIA" fit --csv "$T/good.csv" --by id --time at >/dev/null 2>&1
"$VIGIA" test --csv "$T/day.csv" --by id --time at --record >/dev/null 2>&1
"$VIGIA" set P-1 title='Feed pump' unit.vel=mm/s k=3 >/dev/null 2>&1
is "$(threshold P-1)" 5.46999498997493 'the sensor is there'

press '<Enter>' -- --size 80x24
stamped
shows 'Enter shows a sensor' <<'EOF'
 vigia Sensor  P-1
 P-1  ▲ ALERT  vel  version 2
                                                              13:41:00  8 mm/s ▲
8┤                                                                            ⢀▲
 │                                                                           ▲⠃│
 │                                                                           ⡜ │
6┤┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄ threshold 5.470 ┄⡇┄│
 │                                                                          ⢰⠁ │
4┤   ⢀     ⡀     ⡀    ⢀     ⡀     ⡀    ⢀     ⡀     ⡀    ⢀     ⡀     ⡀    ⢀  ⢸  │
 │  ⡠⠋⡆   ⡰⢱   ⢀⠜⢱   ⡠⠋⡆   ⡰⢱   ⢀⠜⢱   ⡠⠋⡆   ⡰⢱   ⢀⠜⢱   ⡠⠋⡆   ⡰⢱   ⢀⠜⢱   ⡠⠋⡆ ⡎  │
 │─⡰⠁─⠸⡀─⡔⠁─⢇─⢠⠊──⢇─⡰⠁─⠸⡀─⡔⠁─⢇─⢠⠊──⢇─⡰⠁─⠸⡀─⡔⠁─⢇─⢠⠊──⢇─⡰⠁─⠸⡀─⡔⠁─⢇─⢠⠊──⢇─⡰⠁─⠸⡀⡇──│
2┤⡰⠁   ⢣⠎   ⠘⡴⠁   ⠘⡴⠁   ⢣⠎   ⠘⡴⠁   ⠘⡴⠁   ⢣⠎   ⠘⡴⠁   ⠘⡴⠁   ⢣⠎   ⠘⡴⠁   ⠘⡴⠁   ⢻   │
 └13:00 ──── 13:06 ──── 13:12 ───── 13:18 ──── 13:24 ──── 13:30 ─────────── mm/s
 8 is 6.04 standard deviations above the mean of 2.975 (std 0.8317), over the
 threshold 4.638 = mean + 2 std; version 1 of this sensor
COLUMN STATE    N  MEAN    STD THRESHOLD k UNIT
vel    ▲ ALERT 40 2.975 0.8317     5.470 3 mm/s
 reading 42 of the last 42
 f fit  a adjust  k set k  t test  u undo  r redo  v versions  m mark  ? help
==
EOF

press '<Enter>' -- --size 60x13 --ascii
stamped
shows 'a smaller screen without UTF-8 leaves the tables out' <<'EOF'
 vigia Sensor  P-1
 P-1  ! ALERT  vel  version 2
                                          13:41:00  8 mm/s !
 |                                                         !
 |                                                       !.|
5+===================================== threshold 5.470 =.=|
 |-**--**--*.*-*.*--**--**--**--**--*.*-*.*--**--**--**-.--|
 |*  .*  .*   *   *.  *.  .*  .*  .*   *   *.  *.  .*  .*  |
 +13:00 ---- 13:08 ---- 13:16 ---- 13:24 ---- 13:32 --- mm/s
 8 is 6.04 standard deviations above the mean of 2.975 (std
 0.8317), over the threshold 4.638 = mean + 2 std; version~
 reading 42 of the last 42
 f fit  a adjust  k set k  t test  u undo  r redo  ? help
==
EOF

press '<Enter>' -- --size 40x10
like "$(row 3)" '13:41:00  8 mm/s ▲' 'in 40 x 10 the last reading is seen'
like "$(row 9)" 'reading 42 of the last 42' '... and which it is'

press '<Enter><Left><Left>' -- --size 80x24
like "$(row 3)" '13:39:00  2 mm/s$' 'Left goes to the reading before'
like "$out" '2 is 1\.17 standard deviations below the mean' '... and says why it was what it was'
press '<Enter><Home>'
like "$(row 3)" '13:00:00  2 mm/s$' 'Home goes to the first'
press '<Enter><Home><Right><End>'
like "$(row 3)" '13:41:00  8 mm/s ▲$' '... End to the last'
press '<Enter>v'
like "$(row 4)" '^ *2 active set ' 'v lists the versions'
like "$(row 5)" '^ *1  *fit  *4\.638' '... with their figures'

press '<Enter><Tab>'
like "$(row 23)" 'this is the only column' 'Tab says when there is no other column'

# ---- adjust

press '<Enter>a' -- --size 70x18
stamped
shows 'adjust shows what 10 percent would do' <<'EOF'
 vigia Change  P-1
 P-1  ▲ ALERT  vel  version 2
8┤                                                                  ⢠▲
 │                                                                 ▲⠁
6┤                                                                 ⡜
 │╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌ new 5.767 ╌ threshold 5.470 ┄⡇╌╌
 │                                                                ⢀⠇
4┤  ⢠⢆   ⢠⢆   ⢠⢆   ⡠⢆   ⡠⢆   ⡴⡀   ⡴⡀   ⡴⡀   ⡴⡀   ⡴⡀   ⡴⡀  ⢀⠴⡀  ⢀⠴⡀⢸
 │─⡠⠃⠘⡄─⡠⠃⠘⡄─⡠⠃⠘⡄⢀⠔⠁⠘⡄⢀⠔⠁⠘⡄⢀⠜─⢱─⢀⠜─⢱─⢀⠜─⢱─⢀⠜─⢣─⢀⠜─⢣─⢀⠜─⢣─⡠⠊─⢣─⡠⠊─⢣⡸───
2┤⡰⠁  ⢣⠜   ⢣⠜   ⢣⠎   ⢣⠎   ⢣⠎   ⢣⠎   ⢣⠎   ⢣⠎  ⠘⡤⠃  ⠘⡤⠃  ⠘⡴⠁  ⠘⡴⠁  ⠘⡇
 └13:00 ──── 13:07 ───── 13:14 ──── 13:21 ───── 13:28 ──── 13:35  mm/s
 adjust +10 %, of vel
 threshold 5.470 -> 5.767 (+5.4 %)   mean 2.975 -> 3.273 (+10.0 %)
 of the last 42 recorded readings 2 alerted; 2 would still alert
 expected false alerts at a reading each 1m: 1.9 -> 0.6 a day

 percent: 10
 Enter take it  Esc leave it  Up the one before  Ctrl-U clear
==
EOF
press '<Enter>a<Esc>'
like "$(row 23)" 'nothing changed' 'Esc leaves it'
press '<Enter>a<Enter>n'
like "$(row 23)" 'nothing changed' '... any key but y, too'
press '<Enter>a<Enter><PasteBegin>y<PasteEnd>'
like "$(row 23)" 'store it?' 'a y that is pasted is no answer'
is "$(threshold P-1)" 5.46999498997493 '... and nothing is changed'
press '<Enter>a-5'
like "$out" 'the threshold of vel does not rise: the mean moves by -5 %' \
    'a threshold that does not rise is said'
press '<Enter>a-5<Enter>' -- --size 40x10
like "$out" 'the threshold of vel does not rise' \
    '... on the smallest screen, too'
press '<Enter>a<Ctrl-U>x<Enter>'
like "$out" '"x" is not a number' 'what is no number is named'
press '<Enter>a<Ctrl-U>-100<Enter>'
like "$out" '-100 is not between -100' '... and what is too little'
press '<Enter>a<Enter>y'
like "$(row 23)" 'version 3 is active (change [0-9]*: adjust +10 %, of vel)' \
    'y stores it'
is "$(threshold P-1)" 5.76749498997493 '... indeed'
like "$("$VIGIA" changes --no-header)" 'dashboard	adjust	+10 %, of vel' \
    '... in the name of the dashboard'

# ---- undo, redo

press '<Enter>u'
like "$out" 'undo change [0-9]*: adjust +10 %, of vel; version 3 -> 2' \
    'undo shows what would come back'
like "$out" 'threshold 5\.767 -> 5\.470 (-5\.2 %)' '... with the thresholds'
press '<Enter>uyuyrr<Esc>'
is "$(threshold P-1)" 4.63832999331662 'undo goes back step by step'
press 'ry'
is "$(threshold P-1)" 5.46999498997493 'redo goes forth, from the first screen too'
press 'Uyr'
like "$(row 23)" 'nothing to redo for P-1' '... to the end'
press 'uyuyu'
like "$out" 'it was the first: the sensor is removed from sight' \
    'undoing the first fit says what that means'
press '<Enter>uy'
like "$(row 23)" 'P-1 is removed' '... and y does it'
press
like "$(row 3)" 'no sensors yet' '... and it is in no list'
"$VIGIA" redo P-1 >/dev/null 2>&1
press '<Enter>uyryryry'
is "$(threshold P-1)" 5.76749498997493 \
    '... but redo brings it back, from its own screen'

# ---- set k

press '<Enter>k2'
like "$out" 'threshold 5\.767 -> 4\.936' 'set k shows its threshold while one types'
like "$out" 'expected false alerts at a reading each 1m: .* a day' \
    '... and the false alerts to be expected'
press '<Enter>k2.5<Enter>y'
like "$("$VIGIA" show P-1 --json)" '"k":2.5' 'y stores k'
press '<Enter>k'
like "$out" '^ the threshold stays, ' 'the same k says that the threshold stays'
press '<Enter>k<Enter>'
like "$(row 22)" 'that is how it is already' 'the same k is no change'
press '<Enter>k<Ctrl-U>-1<Enter>'
like "$out" '-1' 'a k that cannot be is named'

# ---- versions

press '<Enter>v<Down><Down><Down><Enter>'
like "$out" 'activate version 1 instead of 4' 'a version is shown before it is chosen'
press '<Enter>v<Down><Down><Down><Enter>y'
like "$(row 23)" 'version 1 is active' 'y activates it'
press '<Enter>v<Down><Down><Down><Enter>'
like "$(row 23)" 'version 1 is the active one already' '... and not twice'

press '<Enter>v/adj<Enter>'
like "$(row 4)$(row 5)" 'adjust' 'versions are filtered'
is "$(printf '%s\n' "$out" | grep -c ' fit ')" 0 '... by where they are from'
press '<Enter>v/active<Enter>'
like "$(row 4)" ' 1  *active' '... or as the active one'
press '<Enter>v/adj<Enter><Enter>'
like "$out" 'activate version 3 instead of 1' '... and the one that is left is chosen'
press '<Enter>v/zzz<Enter><Enter>'
like "$(row 4)" 'no version is like that' '... unless none is'

# ---- fit

press '<Enter>ff'"$T/go<Tab>"
like "$out" 'good\.csv  good\.txt' 'Tab offers the files there are'
like "$(row 23)" "file: .*/good\\.$" '... and goes as far as they agree'
press '<Enter>ff'"$T/good.t<Tab><Enter>" -- --size 70x24
stamped
out=$(printf '%s\n' "$out" | sed "s,from $T/,from ,")
shows 'a file is shown before it is learnt' <<'EOF'
 vigia Fit  P-1
 P-1  ▲ ALERT  vel  version 1
 ▅                        █                         threshold 4.633 ┊
 █                        █                         █               ┊
 █                        █                         █               ┊
 █                        █                         █               ┊
 █                        █                         █               ┊
 █                        █                         █               ┊
 2 ───────────────────────3 ────────────────────────4 ───────────────
8┤                                                                  ⢠▲
 │                                                                 ▲⠁
6┤                                                                 ⡎
 │╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌ new 4.633 ╌ threshold 4.638 ┄⡇╌╌
4┤  ⢀⡄   ⢀⡄   ⢀⡄   ⢀⡄   ⢀⡄   ⣠    ⣠    ⣠    ⣠    ⣠    ⣠    ⣠    ⣠ ⢰⠁
 │─⢀⠎⠸⡀─⢀⠎⠸⡀─⢀⠎⠸⡀─⡠⠃⠸⡀─⡠⠃⠸⡀─⡰⠁⢣──⡰⠁⢣──⡰⠁⢣──⡰⠁⢇──⡰⠁⢇──⡰⠁⢇─⢀⠜─⢇─⢀⠜─⢇⢸───
2┤⡠⠃  ⢣⠔⠁  ⢣⠔⠁  ⢣⠜   ⢣⠜   ⢣⠜   ⢣⠜   ⢣⠜   ⢣⠜  ⠘⡤⠊  ⠘⡤⠊  ⠘⡤⠃  ⠘⡤⠃  ⠘⡇
 └13:00 ──── 13:07 ───── 13:14 ──── 13:21 ───── 13:28 ──── 13:35 ─────
 fit from good.txt
 threshold 4.638 -> 4.633 (-0.1 %)   mean 2.975 -> 3 (+0.8 %)   std
 0.8317 -> 0.8165 (-1.8 %)
 of the last 42 recorded readings 2 alerted; 2 would still alert
 expected false alerts at a reading each 1m: 33 -> 33 a day
 store it?  y do it  any other key: leave it
 f file  n numbers  r recorded  q back  ? help
==
EOF
press '<Enter>ff'"$T/good.csv<Enter>"
like "$out" 'good.csv:1: "id,at,vel" is not a number' \
    'a file that does not fit is named'
like "$(row 23)" 'file:' '... and asked for again'
is "$(printf '%s\n' "$out" | grep -c -- '--csv')" 0 \
    '... without options that are not there'
press '<Enter>ff/nowhere/x<Tab>'
like "$(row 22)" 'no file is there whose name begins so' \
    'Tab says when there is nothing to complete'
press '<Enter>ff'"$T/good.csv<Enter><Esc>"
press '<Enter>ff/nowhere/x<Enter><Esc>'
is "$(threshold P-1)" 4.63832999331662 '... and changes nothing'
press '<Enter>ff'"$T/good.txt<Enter>y"
like "$(row 23)" 'version 5 is active (change [0-9]*: fit from .*/good.txt)' \
    'y stores it'
press '<Enter>fn1 2 <PasteBegin>'"3" '<Enter>4, 5' '<PasteEnd><Enter>y'
like "$("$VIGIA" show P-1 --json)" '"n":5,"missing":0,"mean":3,' \
    'numbers are typed and pasted, over lines'
press '<Enter>fn[1,2,3]<Enter>y'
like "$("$VIGIA" show P-1 --json)" '"n":3,"missing":0,"mean":2,' '... or as JSON'
press '<Enter>fn1 x 2<Enter>'
like "$(row 22)" 'what was typed:2: "x" is not a number' 'a number that is none is named'
like "$(row 23)" 'numbers: 1 x 2' '... and asked for again'
yes 2.5 | head -c 8000000 >"$T/big.txt"
press '<Enter>ff' ":quick $T/big.txt<Enter>"
like "$(row 3)$(row 4)" '^ reading .*/big.txt' 'a large file is read in pieces'
like "$(row 5)" '^ █*░*░$' '... with a bar'
like "$(row 6)" '^ *[0-9]* %  .*B of 8.00MB  .*B/s .* left .* numbers$' \
    '... and figures of how far it is'
press '<Enter>ff' ":quick $T/big.txt<Enter>n" ':dump' '<Esc>' ':dump' 'y' \
    "f$T/good.txt<Enter>"
like "$(printf '%s\n' "$out" | sed -n 23p)" 'still reading; Esc stops it' \
    '... beside which nothing else begins'
like "$(printf '%s\n' "$out" | sed -n 48p)" 'stopped reading; nothing changed' \
    'Esc ends it'
like "$out" 'fit from .*good.txt' '... and another one may be read'
is "$(printf '%s\n' "$out" | grep -c 'fit from')" 1 '... and nothing else was'
press '<Enter>ff' ":quick $T/big.txt<Enter>?" '?'
like "$out" 'n 3 -> 2,000,000' 'a look at the keys does not end it'
press '<Enter>fr'
like "$out" 'fit from 42 recorded readings' 'a fit takes what was recorded'
press '<Enter>fry'
like "$("$VIGIA" show P-1 --json)" '"n":42,' '... all of it'
press '<Enter><Left><Left>m<Home>fy'
like "$("$VIGIA" show P-1 --json)" '"n":40,' '... or a range that was marked'

# ---- a new sensor

press 'nP 9<Enter>'
like "$out" '^ "P 9" cannot be a name' 'a name that is none is refused'
like "$(row 23)" '^ name: P 9' '... and asked for again'
press 'nP-1<Enter>'
like "$(row 22)" '^ P-1 is there already' '... and so is one that is taken'
press 'nP-9<Enter>'
like "$(row 2)" '^ P-9  new$' 'a new sensor is named'
press 'nP-9<Enter>r'
like "$(row 23)" 'nothing is recorded of a new sensor' '... has no readings'
press 'nP-9<Enter>n10 5 6 9<Enter>'
like "$out" '^ threshold 12\.26   mean 7\.5   std 2\.380   k 2   n 4$' \
    '... and learns from numbers'
press 'nP-9<Enter>n10 5 6 9<Enter><Esc>q'
"$VIGIA" show P-9 >/dev/null 2>&1
is $? 65 '... which nothing but y stores'
press "mnP-9<Enter>f$T/good.txt<Enter>y"
like "$(row 23)" 'P-9: version 1 is active (change [0-9]*: fit from ' \
    '... or from a file, on the list of models too'
press 'n' -- --read-only
like "$(row 23)" '^ n changes something' '... but not with --read-only'
press '/P-9<Enter>uy'
press 'nP-9<Enter>'
like "$(row 2)" '^ P-9  is removed; a fit brings it back$' \
    'a removed one may be fitted, too'
press 'nP-9<Enter>n1 2 3<Enter>y'
like "$(row 23)" 'P-9: version 2 is active' '... and goes on with its versions'
"$VIGIA" remove P-9 --yes >/dev/null 2>&1

# ---- test

press '<Enter>t3, 9<Enter>'
like "$out" '^ *3 *ok ' 'values are tested'
like "$out" '^ *9 *ALERT *+' '... each with its verdict'
is "$("$VIGIA" history P-1 --no-header --limit 1000 | wc -l | tr -d ' ')" 42 \
    '... and not recorded'
press '<Enter>t3 9<Enter><Esc>r'
like "$(row 23)" '2 readings are recorded' 'r records them'
is "$("$VIGIA" history P-1 --no-header --limit 1000 | wc -l | tr -d ' ')" 44 \
    '... indeed'
press '<Enter>t3<Enter><Esc>rr'
like "$(row 23)" 'recorded already' '... once'
press '<Enter>t3 x<Enter>'
like "$(row 23)" '^ test: 3 x$' 'a value that is none is asked for again'
like "$out" 'type one value or several' 'a value that is none gives no verdict'

# ---- what is not allowed, and what came between

for key in f a k u r U; do
    press "<Enter>$key" -- --read-only
    like "$(row 23)" "^ $key changes something; this is a read-only" \
        "with --read-only there is no $key"
done
press '<Enter>t3<Enter><Esc>r' -- --read-only
like "$(row 23)" '^ r changes something' '... and nothing is recorded'

mkfifo "$T/fifo"
"$DASHBOARD" --script "$T/fifo" --now $NOW >"$T/live" 2>&1 &
pid=$!
exec 3>"$T/fifo"
printf '%s\n' '<Enter>a<Enter>' ':dump' >&3
tries=0
while ! grep -q '^==' "$T/live" && [ $tries -lt 1000000 ]; do
    tries=$((tries + 1))
done
"$VIGIA" set P-1 k=4 >/dev/null 2>&1
before=$(threshold P-1)
printf '%s\n' ':look' 'y' ':dump' >&3
exec 3>&-
wait $pid
out=$(sed '1,/^==/d' "$T/live")
like "$(row 23)" 'P-1 has been changed meanwhile' \
    'what another changed meanwhile is not overwritten'
is "$(threshold P-1)" "$before" '... and stays'
like "$out" '^vel .* 4$' '... and is shown then'

# ---- several columns

printf 'id,temp,vel\nB-2,10,1\nB-2,5,2\nB-2,6,3\nB-2,9,4\n' >"$T/two.csv"
"$VIGIA" fit --csv "$T/two.csv" --by id >/dev/null 2>&1
press '/B-2 temp<Enter><Enter>'
like "$(row 2)" 'temp (1 of 2)' 'a sensor of two columns shows the chosen one'
like "$out" 'no readings' '... and that there are no readings'
press '/B-2 temp<Enter><Enter><Tab>'
like "$(row 2)" 'vel (2 of 2)' 'Tab goes to the next column'
press '/B-2 temp<Enter><Enter><Tab><Tab>'
like "$(row 2)" 'temp (1 of 2)' '... and round'
press '/B-2 temp<Enter><Enter>mf<Esc><Left><Home><PgUp>' -- --size 40x10
is "$rc" 0 'keys do no harm without readings'
for key in m '<Left>' '<PgDn>' '<End>'; do
    press "/B-2 temp<Enter><Enter>$key"
    like "$(row 23)" 'no reading is here' "... and $key says why it does nothing"
done
press '/B-2 vel<Enter>a<Enter>y'
like "$("$VIGIA" show B-2 --json)" '"mean":7.5,.*"mean":2.75,' \
    'only the chosen column is adjusted'
press '/B-2 vel<Enter>fn1 2 3<Enter>y'
like "$("$VIGIA" show B-2 --json)" '"mean":7.5,.*"mean":2,' '... or learnt anew'

# ---- a long name

name=PLANT-A.HALL-3.LINE-17.PUMP-0001-MOTOR-BEARING-DRIVE-END
printf '1\n2\n' | "$VIGIA" fit $name >/dev/null 2>&1
press "/$name<Enter><Enter>" -- --size 40x10
like "$(row 2)" '^ PLANT-A.*…  .*learning  valu' \
    'a long name leaves room for state and column'

done_testing
