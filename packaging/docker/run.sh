#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Builds the image, which lints and tests, and runs it on 127.0.0.1:8080 until
# Ctrl-C: as nobody in particular, with nothing to write but the volume
# vigia-data. Arguments are a command to run instead, such as
#   packaging/docker/run.sh vigia key add line-1 --scope operate
set -eu
cd "$(dirname "$0")/../.."
engine=$(command -v docker || command -v podman) || {
    echo "neither docker nor podman is installed" >&2
    exit 69
}
"$engine" build -t vigia -f packaging/docker/Dockerfile .
terminal=
[ ! -t 0 ] || terminal=-t
# Another command shares the volume with a service that runs, but not its port.
publish="-p 127.0.0.1:8080:8080"
[ $# -eq 0 ] || publish=
# shellcheck disable=SC2086 # words, or none
exec "$engine" run --rm -i $terminal --init --read-only --tmpfs /tmp \
    --cap-drop ALL --security-opt no-new-privileges -v vigia-data:/data \
    $publish vigia "$@"
