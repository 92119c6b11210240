#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# One file shared through a group: root, an operator and the service write to
# it whatever their umask; a stranger is told which group to join.
set -u
. "${top_srcdir:-.}/tests/lib.sh"

[ "$(id -u)" = 0 ] || skip_all "only root can become other users"
command -v setpriv >/dev/null || skip_all "setpriv is not installed"

group=64100
chmod 755 "$T"
cp "$top_builddir/vigia" "$T/vigia" # the build tree may be closed to others
mkdir "$T/shared"
chown "root:$group" "$T/shared"
chmod 2770 "$T/shared"

# as UID GID WORDS...: runs the copy as somebody else, with a strict umask.
as() {
    uid=$1 gid=$2
    shift 2
    run setpriv --reuid="$uid" --regid="$gid" --clear-groups \
        env HOME="$T" sh -c 'umask 077; exec "$@"' sh \
        ${VIGIA_WRAP-} "$T/vigia" -d "$T/shared/v.db" "$@"
}

printf '10\n5\n6\n9\n' >"$T/numbers"
chmod 644 "$T/numbers"

as 64101 $group fit PUMP "$T/numbers"
is "$rc" 0 "an operator makes the database"
is "$(stat -c '%a %g' "$T/shared/v.db")" "660 $group" \
    "the file is 0660 and the group's, whatever the umask"
is "$(stat -c '%a %g' "$T/shared/v.db.lock")" "660 $group" \
    "so is the lock file"

as 64102 $group test PUMP 10 --record
is "$rc" 0 "the service records into the same file"
as 64101 $group history PUMP --json
like "$out" '"value":10' "the operator sees what the service recorded"
like "$out" 'uid 64102' "and who recorded it"

as 0 0 adjust PUMP --yes
is "$rc" 0 "root changes it"
as 64101 $group undo PUMP
is "$rc" 0 "the operator takes back what root did"
for f in "$T"/shared/v.db*; do
    is "$(stat -c %a "$f")" 660 "${f##*/} is still 0660"
done

as 64103 64103 list
is "$rc" 77 "a stranger may not look"
like "$err" 'permission' "and is told so"
as 64103 64103 test PUMP 10 --record
is "$rc" 77 "nor write"

done_testing
