#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Builds Debian's packages from a tarball of `make dist` into a folder; for
# `make deb`. DEB_BUILD_OPTIONS=nocheck leaves out the tests.
# usage: mkdeb.sh TARBALL FOLDER
set -eu
umask 022
tarball=$(readlink -f "$1")
out=$2
name=$(basename "$tarball" .tar.xz)

rm -rf "$out"
mkdir -p "$out"
cd "$out"
cp "$tarball" "${name%-*}_${name##*-}.orig.tar.xz"
tar xf "$tarball"
cd "$name"
# debian/ may be no link: dpkg-source takes folders only.
cp -R packaging/debian debian
dpkg-buildpackage -us -uc >../build.log 2>&1 || {
    tail -n 60 ../build.log >&2
    exit 1
}
cd ..
rm -rf "$name"
if command -v lintian >/dev/null; then
    lintian --fail-on error,warning ./*.changes
else
    echo "lintian: skipped, it is not installed"
fi
ls ./*.deb
