# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
# What the tests of installed packages share: TAP, as in the build, but of the
# installed program and with its own database. Sourced from the top of the
# tree.
VIGIA=/usr/bin/vigia
# shellcheck source=tests/lib.sh
. tests/lib.sh
unset VIGIA_DATABASE XDG_CONFIG_HOME XDG_DATA_HOME XDG_STATE_HOME

# as USER COMMAND...: as if USER had logged in.
as() {
    as_user=$1
    shift
    run runuser -u "$as_user" -- env -i LC_ALL=C.UTF-8 \
        PATH=/usr/bin:/bin HOME="/home/$as_user" "$@"
}

# operator NAME [GROUP]
operator() {
    useradd --create-home ${2:+--groups "$2"} "$1"
}
