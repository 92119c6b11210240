#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# make install and uninstall, below a folder of their own: an operator's
# configuration is not touched, and nothing else stays.
set -u
. "${top_srcdir:-.}/tests/lib.sh"

root=$T/root
conf=$(sed -n 's/^sysconfdir = //p' "$top_builddir/Makefile")
prefix=$(sed -n 's/^prefix = //p' "$top_builddir/Makefile")
conf=$root$(printf '%s\n' "$conf" | sed "s|\${prefix}|$prefix|")/vigia/vigia.conf

# mk TARGET: not as a part of the make that runs this.
mk()
{
    run env -u MAKEFLAGS -u MAKELEVEL -u MFLAGS \
        make -s -C "$top_builddir" "$1" DESTDIR="$root"
}

# The files that are there, by name.
names()
{
    find "$root" ! -type d -exec basename {} \; | sort | tr '\n' ' '
}

mk install
is "$rc" 0 'make install'
first=$(names)
for name in vigia vigia.1 vigia.conf vigia.conf.5 vigia-api.7 \
    nginx-vigia.conf apache2-vigia.conf; do
    like " $first" " $name " "installs $name"
done
like "$(find "$root" -path '*/bin/*')" '/bin/vigia$' 'the program is in bin'
ok 'which works' sh -c "\$(find '$root' -path '*/bin/vigia') --version"

echo '# edited' >>"$conf"
mk install
ok 'a second install keeps the configuration' grep -q '^# edited' "$conf"
is "$(names)" "$first" 'and adds nothing'
mk uninstall
is "$rc:$(names)" '0:vigia.conf ' 'uninstall leaves an edited configuration'

rm "$conf"
mk install
mk uninstall
is "$rc:$(names)" '0:' 'and no other'
# The prefix itself may lie in a folder of that name.
is "$(find "$root" -type d -empty -name '*vigia*')" '' 'nor a folder of vigia'
done_testing
