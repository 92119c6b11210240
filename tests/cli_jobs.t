#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A CSV file of several chunks, read by any number of threads: the same bits,
# the same bytes, the same words. tests/rows_jobs.c has chunks of any size;
# here they have those that fit and test take: 2 MiB, 1 MiB and 256 KiB.
set -u
. "${top_srcdir:-.}/tests/lib.sh"

# Four chunks of a fit. Every field in quotes at times, line ends within, cells
# that are bad, and a sensor that nobody fitted.
awk 'BEGIN {
    srand(1)
    print "note,id,vel,temp"
    for (i = 0; i < 230000; i++) {
        v = int(rand() * 1e6) / 1e6
        note = i % 50 ? "plain text" : "\"two\nlines, a \"\"word\"\"\""
        id = "P" i % 7
        if (i % 3 == 0)
            printf "%s,\"%s\",\"%.6f\",\"%d\"\n", note, id, v, i % 90
        else
            printf "%s,%s,%.6f,%s\n", note, id, v, i % 40000 ? i % 90 : "bad"
    }
}' >"$T/big.csv"
printf 'x,P0,1,1\nx,Q9,1,1\n' >"$T/tail"

# fitted JOBS [FILE]: exports what a fit gives.
fitted()
{
    rm -f "$VIGIA_DATABASE"*
    "$VIGIA" fit --csv "${2:-$T/big.csv}" --by id --columns vel,temp \
        --skip-bad --jobs "$1" >"$T/fit.out" 2>"$T/fit.err" || return
    sed 's/ from .* (/ (/; s/standard input/FILE/; s|[^ ]*/big.csv|FILE|' \
        "$T/fit.err"
    for sensor in P0 P1 P2 P3 P4 P5 P6; do
        "$VIGIA" export "$sensor"
    done
}

fitted 1 >"$T/want"
like "$(cat "$T/want")" 'fitted 7 sensors x 2 columns (230,000 readings)' \
    'a file of several chunks is fitted'
like "$(cat "$T/want")" '^vigia: skipped: FILE:[0-9]*: column "temp": "bad"' \
    'what is bad is told with its line'
for jobs in 2 3 7; do
    fitted "$jobs" >"$T/got"
    ok "$jobs threads give the same bits" cmp "$T/want" "$T/got"
done
fitted 2 - <"$T/big.csv" >"$T/got"
ok 'so does standard input' cmp "$T/want" "$T/got"
cat "$T/big.csv" | fitted 3 - >"$T/got"
ok 'and a pipe' cmp "$T/want" "$T/got"

# tested JOBS OPTION...: the verdicts, and what is said beside them.
tested()
{
    jobs=$1
    shift
    "$VIGIA" test --csv "$T/all.csv" --by id --skip-bad --jobs "$jobs" "$@" \
        >"$T/out" 2>&1
    cat "$T/out"
}

cat "$T/big.csv" "$T/tail" "$T/tail" >"$T/all.csv"
tested 1 >"$T/want"
is "$(grep -c ',vel,' "$T/want")" 230002 'every row is tested'
is "$(grep -c 'no model named "Q9"' "$T/want")" 1 \
    'an unknown sensor is told once'
like "$(tail -n 1 "$T/want")" \
    '^vigia: 230,002 readings, .* alerts; .* cells without a value$' \
    'and all of it is counted'
for jobs in 2 3 7; do
    tested "$jobs" >"$T/got"
    ok "$jobs threads print the same bytes" cmp "$T/want" "$T/got"
done
tested 1 --columns vel --alerts-only >"$T/want"
tested 2 --columns vel --alerts-only >"$T/got"
ok 'alerts alone too' cmp "$T/want" "$T/got"

# Lines wait for their turn, and there are more bytes of them than of rows: few
# are held. The memory is that of a test whose reader stops in its middle.
if [ -z "${VIGIA_WRAP:-}" ] && [ -e /proc/self/status ] &&
    ! grep -q -e __asan_init -e __tsan_init "$VIGIA"; then
    mkfifo "$T/lines"
    "$VIGIA" test --csv "$T/big.csv" --by id --skip-bad --jobs 2 --json >"$T/lines" \
        2>/dev/null &
    pid=$!
    exec 3<"$T/lines"
    head -c 30000000 <&3 >/dev/null
    kib=$(sed -n 's/^VmHWM:[^0-9]*\([0-9]*\).*/\1/p' /proc/$pid/status)
    exec 3<&-
    wait $pid
    ok "a test takes less than 32 MB ($kib KiB)" test "$kib" -lt 31250
else
    skip 'a wrapper or sanitizer takes memory of its own'
fi

# Across the edge of two chunks lies a text of lines that look like rows, of
# sensors with other columns and names. Whoever reads the second chunk takes
# them for such at first.
for sensor in L Q_1; do
    printf '1\n2\n' | "$VIGIA" fit "$sensor" >/dev/null
done
printf 'id,value,z\nR,1,1\nR,2,2\n' >"$T/r.csv"
"$VIGIA" fit --csv "$T/r.csv" --by id >/dev/null 2>&1
awk 'BEGIN {
    print "id,value,z,note"
    for (i = 0; i < 262090; i++)
        print "L,1,-x,"
    printf "L,1,-x,\"a text:\n"
    for (i = 0; i < 50; i++)
        print "Q 1,7,5,x\nR,7,5,x"
    print "\""
    for (i = 0; i < 300000; i++)
        print "Q_1,3,-x,"
}' >"$T/all.csv"
tested 1 >"$T/want"
like "$(tail -n 1 "$T/want")" '^vigia: 562,091 readings, 562,091 verdicts' \
    'what is in quotes is no row'
tested 2 >"$T/got"
ok '... for any number of threads' cmp "$T/want" "$T/got"
echo 'Q 1,1,-x,' >>"$T/all.csv"
for jobs in 1 2; do
    run "$VIGIA" test --csv "$T/all.csv" --by id --skip-bad --jobs "$jobs"
    is "$rc $err" "65 vigia: $T/all.csv:562194: \"Q_1\" and \"Q 1\" would both be named Q_1: rename one in the file" \
        "two texts of one name are found by $jobs"
done

printf 'x,P1,abc,1\n' >>"$T/big.csv"
for jobs in 1 3; do
    run "$VIGIA" fit --csv "$T/big.csv" --by id --columns vel --jobs "$jobs"
    is "$rc $err" "65 vigia: $T/big.csv:234602: column \"vel\": \"abc\" is not a number" \
        "a bad cell at the end is found by $jobs"
done
run "$VIGIA" fit --csv "$T/big.csv" --by id --jobs 0
is "$rc" 64 'no threads are not enough'
run "$VIGIA" fit P1 "$T/big.csv" --jobs 2
is "$rc" 64 '--jobs goes with --csv'

# Columnar files come through a pipe, from a tool that reads them.
if command -v duckdb >/dev/null; then
    duckdb -c "COPY (SELECT * FROM '$T/want') TO '$T/v.parquet' (FORMAT parquet)"
    duckdb -c "COPY (SELECT sensor, value FROM '$T/v.parquet') TO '/dev/stdout' (FORMAT csv)" |
        "$VIGIA" fit --csv - --by sensor --columns value >/dev/null 2>&1
    is "$?" 0 'a Parquet file is fitted through a pipe'
elif python3 -c 'import pyarrow' 2>/dev/null; then
    python3 -c 'import sys
import pyarrow.csv as c, pyarrow.parquet as p
p.write_table(c.read_csv(sys.argv[1]), sys.argv[2])' "$T/want" "$T/v.parquet"
    python3 -c 'import sys
import pyarrow.csv as c, pyarrow.parquet as p
c.write_csv(p.read_table(sys.argv[1]), sys.stdout.buffer)' "$T/v.parquet" |
        "$VIGIA" fit --csv - --by sensor --columns value >/dev/null 2>&1
    is "$?" 0 'a Parquet file is fitted through a pipe'
else
    skip 'neither duckdb nor pyarrow is there to read Parquet'
fi

done_testing
