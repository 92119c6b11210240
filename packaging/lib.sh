# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
# What packaging/run and packaging/check share. Sourced by them with
# `set -eu`, from the top of the tree.

have() {
    command -v "$1" >/dev/null 2>&1
}

# Prints those of the given packages that are not installed.
missing() {
    for package; do
        if have dpkg-query; then
            dpkg-query -W -f '${db:Status-Status}\n' "$package" 2>/dev/null |
                grep -qx installed || echo "$package"
        else
            rpm -q --whatprovides "$package" >/dev/null 2>&1 ||
                echo "$package"
        fi
    done
}

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif have sudo; then
        sudo "$@"
    else
        echo "neither root nor sudo, which is needed for: $*" >&2
        return 1
    fi
}

# Prints the packages of a purpose, by the name their installer gives them.
# A build cannot do without any of its; the servers are what some tests start
# for themselves; of the tools, each serves one part of the whole examination;
# and packages are made with the last.
packages() {
    case $1 in
    apt-build)
        echo gcc libc6-dev make autoconf automake pkgconf perl \
            libfcgi-dev libiniparser-dev libjansson-dev libmicrohttpd-dev \
            libncurses-dev libsqlite3-dev libxgboost-dev
        ;;
    apt-tools)
        echo clang clang-format-14 cppcheck lcov mandoc procps shellcheck \
            tmux valgrind xz-utils
        ;;
    apt-packages)
        echo build-essential debhelper dpkg-dev lintian mmdebstrap rpm rpmlint
        ;;
    apt-servers)
        echo apache2-bin curl nginx openssl prometheus python3-requests \
            spawn-fcgi
        ;;
    dnf-build)
        echo gcc make autoconf automake pkgconf-pkg-config \
            perl-Test-Harness perl-Test-Simple \
            fcgi-devel iniparser-devel jansson-devel libmicrohttpd-devel \
            ncurses-devel sqlite-devel
        ;;
    dnf-packages)
        echo rpm-build rpmlint systemd-rpm-macros
        ;;
    dnf-servers)
        echo httpd mod_ssl curl nginx openssl spawn-fcgi
        ;;
    dnf-tools)
        echo clang clang-tools-extra cppcheck lcov mandoc procps-ng ShellCheck \
            tmux valgrind xz
        ;;
    esac
}

# apt PACKAGE...
apt() {
    as_root apt-get -qq update &&
        as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y \
            --no-install-recommends "$@" >/dev/null
}

# quietly COMMAND...: the packages of servers start them, which is not ours to
# do. Debian asks this file first.
policy=/usr/sbin/policy-rc.d
quietly() {
    [ ! -e $policy ] || { "$@"; return; }
    printf '#!/bin/sh\nexit 101\n' | as_root tee $policy >/dev/null
    as_root chmod 755 $policy
    quiet_rc=0
    "$@" || quiet_rc=$?
    as_root rm -f $policy
    return $quiet_rc
}

# install build|packages|servers|tools: installs what is missing of them. Asks for no
# privilege, and for no network, when nothing is.
install() {
    if have apt-get; then
        manager=apt
    elif have dnf; then
        manager=dnf
    else
        echo "no apt-get or dnf here: configure will say what is missing" >&2
        return 0
    fi
    purpose=$1
    # shellcheck disable=SC2046 # lists of words
    set -- $(missing $(packages "$manager-$purpose"))
    [ $# -gt 0 ] || return 0
    echo "installing $*"
    case $manager-$purpose in
    apt-servers) quietly apt "$@" ;;
    apt-*) apt "$@" ;;
    dnf-*) as_root dnf -q -y install "$@" ;;
    esac
}

jobs() {
    getconf _NPROCESSORS_ONLN 2>/dev/null || echo 1
}

# The options that configure was given; some versions print them quoted.
configured() {
    ./config.status --config | tr -d "'"
}

# build [OPTION]: configures, unless that has been done (with the option, if
# one is given), and makes. Objects of another configuration are made again.
build() {
    [ -x configure ] || autoreconf -fi
    if [ ! -f Makefile ] || { [ $# -gt 0 ] && [ "$(configured)" != "$1" ]; }
    then
        ./configure -q "$@"
        make -s clean
    fi
    make -s -j"$(jobs)"
}
