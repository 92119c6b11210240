#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Every fuzz target holds its laws over the inputs kept for it: what
# tests/fuzz_NAME.c takes is in tests/data/corpus/NAME/.
top_srcdir=${top_srcdir:-.}
top_builddir=${top_builddir:-.}
n=0
bad=0

for source in "$top_srcdir"/tests/fuzz_*.c; do
    name=$(basename "$source" .c)
    name=${name#fuzz_}
    [ "$name" = main ] && continue
    n=$((n + 1))
    # shellcheck disable=SC2086 # a command and its arguments
    if output=$($VIGIA_WRAP "$top_builddir/tests/fuzz_$name" \
        "$top_srcdir/tests/data/corpus/$name" 2>&1); then
        echo "ok $n - $name holds over its corpus"
    else
        echo "not ok $n - $name holds over its corpus"
        echo "$output" | grep -v '^ok' | sed 's/^/# /'
        bad=1
    fi
done
echo "1..$n"
exit $bad
