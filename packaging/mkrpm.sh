#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Builds packages of Fedora's kind from a tarball of `make dist` into a folder,
# installs them below a folder of their own, verifies what lies there, and
# erases them again; for `make rpm`. On a Debian, where dependencies have other
# names, these are not looked at. RPM_BUILD_FLAGS="--without check" leaves out
# the tests.
# usage: mkrpm.sh TARBALL FOLDER
set -eu
here=$(dirname "$(readlink -f "$0")")
tarball=$(readlink -f "$1")
mkdir -p "$2"
out=$(readlink -f "$2")
nodeps=
[ -e /etc/redhat-release ] || nodeps=--nodeps

rm -rf "${out:?}"/*
mkdir "$out/SOURCES"
cp "$tarball" "$out/SOURCES"
# shellcheck disable=SC2086 # lists of words
rpmbuild -ba $nodeps --define "_topdir $out" ${RPM_BUILD_FLAGS-} \
    "$here/rpm/vigia.spec" >"$out/build.log" 2>&1 || {
    tail -n 60 "$out/build.log" >&2
    exit 1
}
rm -rf "$out/BUILD" "$out/BUILDROOT"
if command -v rpmlint >/dev/null; then
    rpmlint -c "$here/rpm/rpmlint.toml" "$out"/SRPMS/* "$out"/RPMS/*/*
else
    echo "rpmlint: skipped, it is not installed"
fi

root=$(mktemp -d "${TMPDIR:-/tmp}/vigia-rpm.XXXXXX")
trap 'rm -rf "$root"' EXIT
db="rpm --root $root --dbpath /var/lib/rpm"
$db -i $nodeps --noscripts "$out"/RPMS/*/*.rpm
names=$($db -qa --qf '%{NAME} ')
# shellcheck disable=SC2086 # a list
$db -V $nodeps $names
"$root/usr/bin/vigia" --version
# shellcheck disable=SC2086 # a list
$db -e $nodeps --noscripts $names
left=$(find "$root" ! -type d ! -path "*/var/lib/rpm/*")
[ -z "$left" ] || {
    echo "left after erasing: $left" >&2
    exit 1
}
echo "installed, verified and erased: $names"
ls "$out"/SRPMS/* "$out"/RPMS/*/*
