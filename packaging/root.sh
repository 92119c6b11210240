# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
# A bare Debian in a folder, as a fresh machine: made, used without systemd,
# and booted with it in namespaces of its own, in which nothing reaches the
# machine around it. Sourced with `set -eu`, as root; who has made one calls
# root_end at the exit.

root=                # the folder; empty: there is none
init=                # the process that systemd is, when booted

# root_possible: whether this machine lets us; else says why not.
root_possible() {
    [ "$(id -u)" = 0 ] || { echo "this needs root"; return 1; }
    for tool in mmdebstrap unshare nsenter; do
        command -v $tool >/dev/null || { echo "no $tool"; return 1; }
    done
    unshare --mount --pid --fork --uts --ipc --net --cgroup true 2>/dev/null ||
        { echo "no namespaces here"; return 1; }
    [ -n "$(root_sources)" ] || { echo "no sources of packages here"; return 1; }
}

# The host's own sources of its release: what was built here fits these.
root_sources() {
    # shellcheck disable=SC1091 # every Debian has it
    (. /etc/os-release && grep -lsw "^[^#]*$VERSION_CODENAME" \
        /etc/apt/sources.list /etc/apt/sources.list.d/*.list \
        /etc/apt/sources.list.d/*.sources) || :
}

# root_make FOLDER: a Debian of the host's release with apt and little else.
root_make() {
    root=$1
    # shellcheck disable=SC1091,SC2046 # a list of files
    (. /etc/os-release && mmdebstrap --quiet --variant=apt \
        "$VERSION_CODENAME" "$root" $(root_sources))
    # Packages of servers ask this file before they start anything.
    printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
    chmod 755 "$root/usr/sbin/policy-rc.d"
    root_run apt-get -qq update
}

# root_run COMMAND...: in the folder, on the host's network. What it mounts and
# starts goes with it.
root_run() {
    unshare --mount --pid --fork --kill-child sh -ec '
        mount -t proc proc "$0/proc"
        exec chroot "$0" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin \
            LC_ALL=C.UTF-8 HOME=/root DEBIAN_FRONTEND=noninteractive "$@"
    ' "$root" "$@"
}

# root_install PACKAGE...
root_install() {
    root_run apt-get -q install -y --no-install-recommends "$@" \
        >"$root/root/apt.log" 2>&1 || {
        tail -n 20 "$root/root/apt.log" >&2
        return 1
    }
}

# Boots systemd in the folder. Its control groups lie below one of ours, it has
# a loopback of its own and no other network.
root_boot() {
    rm -f "$root/usr/sbin/policy-rc.d"
    cgroups=$(awk '$3 == "cgroup2" { print $2; exit }' /proc/mounts)
    group=$cgroups/vigia-$$
    mkdir "$group"
    sh -ec '
        echo $$ >"$1/cgroup.procs"
        exec unshare --mount --pid --fork --kill-child --uts --ipc --net \
            --cgroup sh -ec "$2" "$3"
    ' sh "$group" '
        mount --make-rprivate /
        mount --bind "$0" "$0"
        cd "$0"
        mount -t proc proc proc
        mount -t sysfs -o ro sysfs sys
        mount -t cgroup2 cgroup2 sys/fs/cgroup
        mount -t tmpfs -o mode=755 tmpfs run
        mount -t tmpfs -o mode=1777 tmpfs tmp
        mount -t tmpfs -o mode=755 tmpfs dev
        for node in null zero full random urandom tty; do
            touch dev/$node
            mount --bind /dev/$node dev/$node
        done
        mkdir dev/pts dev/shm
        mount -t devpts -o newinstance,ptmxmode=666 devpts dev/pts
        ln -s pts/ptmx dev/ptmx
        pivot_root . mnt
        umount -l mnt
        exec env -i container=vigia PATH=/usr/sbin:/usr/bin:/sbin:/bin \
            /lib/systemd/systemd
    ' "$root" >"$root/root/boot.log" 2>&1 &
    outside=$!
    for _ in $(seq 1200); do
        init=$(cat /proc/$outside/task/$outside/children 2>/dev/null || :)
        # Until it has its root, what answers is the systemd outside.
        [ -z "$init" ] || [ ! "/proc/${init% }/root/" -ef "$root" ] ||
            case $(root_in systemctl is-system-running 2>/dev/null) in
            running | degraded) return 0 ;;
            esac
        sleep 0.1
    done
    cat "$root/root/boot.log" >&2
    echo "systemd does not come up in $root" >&2
    return 1
}

# root_in COMMAND...: in the booted folder.
root_in() {
    nsenter -t "${init% }" -m -p -i -n -u -C -r -w env -i \
        PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 HOME=/root \
        DEBIAN_FRONTEND=noninteractive "$@"
}

# Ends what runs in the folder, and removes it. All mounts were in namespaces,
# so none is left that a removal could follow.
root_end() {
    [ -z "$init" ] || {
        kill -KILL "${init% }" 2>/dev/null || :
        wait "$outside" 2>/dev/null || :
        find "$group" -depth -type d -exec rmdir {} \; 2>/dev/null || :
        init=
    }
    [ -z "$root" ] || rm -rf --one-file-system "$root"
    root=
}
