#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Surroundings that are against us: a full disk, no permission, a database
# that somebody else holds. A network file system cannot be had in a test.
set -u
. "${top_srcdir:-.}/tests/lib.sh"

# refused STATUS PATTERN NAME: what the last run ended with and said.
refused() {
    is "$rc" "$1" "$3: exit status $1"
    like "$err" "^vigia: .*$2" "$3: the sentence"
}

# readings DATABASE: how many are recorded.
readings() {
    "$VIGIA" -d "$1" history P --limit 100000 --no-header | wc -l | tr -d ' '
}

cd "$T" || exit 99
export VIGIA
printf '10\n5\n6\n9\n' >golden
"$VIGIA" fit P golden >ignored

# ---- a full disk: a file system of 1 MiB in a name space of our own

# Records until it is refused; what was acknowledged stands in acked. Then the
# ballast is thrown off, and the rest must work as if nothing had been.
cat >fill <<'EOF'
set -u
try() {
    step=$1
    shift
    "$@" >"$step.out" 2>"$step.err"
    echo $? >"$step.rc"
}
mkdir disk && mount -t tmpfs -o size=1m tmpfs disk || exit 99
head -c 500000 /dev/zero >disk/ballast
VIGIA_DATABASE=$PWD/disk/v.db
export VIGIA_DATABASE
"$VIGIA" fit P golden >ignored || exit 98
acked=0
while [ "$acked" -lt 100000 ]; do
    # A hundred readings, which are stored together.
    try record "$VIGIA" test P $(seq 100) --record
    [ "$(cat record.rc)" -eq 0 ] || break
    acked=$((acked + 100))
done
echo "$acked" >acked
try show "$VIGIA" show P --json
try backup "$VIGIA" backup disk/copy.db
cat /dev/zero >disk/rest 2>ignored
try export "$VIGIA" export P disk/p.json
ls disk >left
rm disk/ballast disk/rest
try whole "$VIGIA" backup after.db
try again "$VIGIA" test P 5 --record
umount disk
EOF

# step NAME: what happened in that step, for refused.
step() {
    rc=$(cat "$1.rc") err=$(cat "$1.err")
}

if unshare -Urm true 2>ignored; then
    unshare -Urm sh ./fill
    is "$?" 0 'a small disk is filled'
    step record
    refused 74 'no space left on the disk' 'a reading that finds no room'
    ok "$(cat acked) readings were acknowledged before" \
        test "$(cat acked)" -gt 0
    is "$(cat show.rc)" 0 'models can be read all the same'
    step backup
    refused 74 'no space left' 'a backup that finds no room'
    step export
    refused 74 'cannot write disk/p.json: No space' \
        'an export that finds no room'
    is "$(grep -c -e copy -e json -e tmp left)" 0 'they leave nothing behind'
    is "$(cat whole.rc)" 0 'with room again the database is whole'
    is "$(cat again.rc)" 0 'and goes on'
    # On a slow machine a hundred are stored in pieces: it says how many were.
    pieces=$(sed -n 's/.*: \([0-9]*\) of 100 readings were recorded$/\1/p' \
        record.err)
    is "$(readings after.db)" "$(($(cat acked) + ${pieces:-0}))" \
        'every acknowledged reading is there, and no other'
else
    skip 'no name spaces here: a full disk cannot be had'
fi

# ---- no permission

# as_nobody COMMAND...: run as somebody who owns nothing here.
as_nobody() {
    run setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
}

chmod 755 "$T"
cp v.db read.db
as_nobody "$VIGIA" --version
if [ "$(id -u)" -ne 0 ]; then
    skip 'what others may do is tested as root'
elif [ "$rc" -ne 0 ]; then
    skip 'others cannot reach the program here'
else
    chmod 660 v.db
    as_nobody "$VIGIA" list
    refused 77 'no permission for .*v.db; its users are in the group "' \
        'a database of a group'
    chmod 644 read.db
    as_nobody "$VIGIA" -d read.db list
    refused 77 'read.db cannot be written' 'a database in a folder that may only be read'
    "$VIGIA" -d read.db list >ignored
    chmod 666 read.db.lock
    as_nobody "$VIGIA" -d read.db test P 5 --record
    refused 77 'read.db cannot be written: no permission' \
        'a database that may only be read'
    is "$(readings read.db)" 0 'nothing was stored'
    as_nobody "$VIGIA" -d new.db fit P golden
    refused 77 'new.db' 'a database in a folder of somebody else'
    mkdir -m 700 closed
    cp v.db closed/v.db
    as_nobody "$VIGIA" -d closed/v.db list
    refused 77 'closed/v.db' 'a folder that is closed'
fi

# The installed folder is known when the program is built: one that is built
# for another place says so, and is not tested.
cat >installed <<'EOF'
mount -t tmpfs tmpfs /var/lib && mkdir -m 2770 /var/lib/vigia || exit 99
unset VIGIA_DATABASE
"$VIGIA" list 2>own
setpriv --reuid=65534 --regid=65534 --clear-groups "$VIGIA" list
EOF
if [ "$(id -u)" -ne 0 ] || ! unshare -m true 2>ignored; then
    skip 'the installed folder is tested as root'
else
    run unshare -m sh ./installed
    if grep -q '/var/lib/vigia/vigia.db' own; then
        refused 77 '/var/lib/vigia.*group' 'no access to the installed folder'
        ok 'no other database is made instead' test ! -e "$XDG_DATA_HOME"
    else
        skip 'this program is not built for /var/lib'
    fi
fi

# ---- a lock that somebody holds

printf '[database]\nbusy_timeout = 200ms\n' >quick.conf

# held WORDS...: vigia while another process holds the lock of v.db.
held() {
    run flock "$T/v.db.lock" timeout 60 "$VIGIA" -c quick.conf "$@"
}

if command -v flock >ignored; then
    before=$(readings v.db)
    held fit P golden
    refused 75 'another process has held .*v.db.lock for 0.2 s; try again' \
        'a fit while somebody holds the lock'
    held test P 5 --record
    refused 75 'busy' 'a reading'
    held rename P Q
    refused 75 'busy' 'another name'
    held prune --before now
    refused 75 'busy' 'pruning'
    held remove P --purge --yes
    refused 75 'busy' 'a purge'
    held restore read.db --yes
    refused 75 'busy' 'a restore'
    held show P
    is "$rc" 0 'reading needs no lock'
    held test P 5
    is "$rc" 0 'nor does a test that is not recorded'
    held backup copy.db
    is "$rc" 0 'nor a backup'
    is "$(readings v.db)" "$before" 'nothing was stored'
    run "$VIGIA" -c quick.conf fit P golden
    is "$rc" 0 'afterwards all is well'
else
    skip 'no flock(1) to hold the lock'
fi

done_testing
