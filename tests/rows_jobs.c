/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One law: what a file of readings gives does not depend on where its chunks
 * end, on how many threads scan them, or on how the machine looks at bytes;
 * and it is what a plain reader gives. Files are random, of pieces that are
 * regular and of pieces that are not.
 */
#include "data/rows.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/simd.h"
#include "data/stats.h"
#include "slow_rows.h"
#include "tap.h"

enum { FILES = 120, CHUNKS = 5, TOLD = 50 };

static const char *const by[] = {"id"};
static const char *const columns[] = {"x", "y"};
static const size_t some_jobs[] = {1, 2, 3, 7};

/* ---- random files ---- */

static uint64_t state = 1;

static size_t
random_below(size_t n)
{
    state =
        state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (size_t) (state >> 33) % n;
}

/* What a field may be; the first ones are regular. */
/* clang-format off */
static const char *const cells[] = {
    "1", "2.5", "-0.125", "12345678.25", "", "P1", "P2", "pump",
    "\"3.75\"", "\"P1\"", "\"\"", "\"a,b\"", " 4 ", "nan", "1e3", "0.1234567890123",
    "\"line\nend\"", "\"\n\"", "\"x\r\n\n,\"", "\"say \"\"P1\"\"\"", "\"\"\"\"",
    "5\"3", "P\"1\"", "x\ry", "\t", "1e200", "\"1,\n\"\"2\"",
};
/* clang-format on */

enum { CELLS = sizeof cells / sizeof *cells, REGULAR = 8, SOUND = 21 };

/* kinds: how many of the cells may occur. */
static void
add_record(struct buf *out, size_t kinds)
{
    size_t fields =
        random_below(40) == 0 && kinds > REGULAR ? random_below(6) + 1 : 4;

    for (size_t i = 0; i < fields; i++) {
        if (i > 0)
            buf_char(out, ',');
        buf_str(out, i == 0 && random_below(9) > 0
                         ? cells[5 + random_below(3)]
                         : cells[random_below(kinds)]);
    }
    buf_str(out, random_below(3) == 0 ? "\r\n" : "\n");
    if (random_below(30) == 0)
        buf_str(out, "\n\r\n");
}

static void
make_file(size_t number)
{
    static const size_t kinds[] = {REGULAR, 11, SOUND, CELLS};
    struct buf text = {0};
    size_t records = random_below(120);
    FILE *f = fopen("rows_jobs.csv", "wb");

    buf_str(&text, "id,x,\"no\nte\",y\n");
    while (records-- > 0)
        add_record(&text, kinds[number % 4]);
    if (text.len > 20 && random_below(3) == 0)
        text.len -= random_below(6) + 1; /* it may end anywhere */
    if (random_below(25) == 0)
        buf_str(&text, "\n\"open");
    if (random_below(25) == 0)
        buf_str(&text, "\n\"closed\"x,1,2,3\nP1,1,1,1\n");
    if (random_below(25) == 0)
        buf_add(&text, "\nP1,1\0", 6);
    if (!f || fwrite(text.data, 1, text.len, f) != text.len || fclose(f) != 0)
        abort(); /* no test can go on without its file */
    buf_free(&text);
}

/* ---- reading one ---- */

struct result {
    struct buf rows, bad;
    int64_t told; /* sentences; of many only the first ones are kept */
    struct moments moments[2];
};

static void *
make(void *arg)
{
    (void) arg;
    return xcalloc(1, sizeof(struct result));
}

static void
empty(struct result *r)
{
    buf_free(&r->rows);
    buf_free(&r->bad);
    memset(r, 0, sizeof *r);
}

static void
release(void *own)
{
    empty(own);
    free(own);
}

static enum err
take(const struct row *row, void *own)
{
    struct result *r = own;

    slow_add_row(&r->rows, row->line, row->key, row->key_len, row->values, 2);
    for (size_t i = 0; i < 2; i++)
        moments_add(&r->moments[i], row->values[i]);
    return ERR_OK;
}

static enum err
merge(void *own, void *arg)
{
    struct result *part = own, *all = arg;

    buf_add(&all->rows, buf_text(&part->rows), part->rows.len);
    for (size_t i = 0; i < 2; i++)
        moments_merge(&all->moments[i], &part->moments[i]);
    empty(part);
    return ERR_OK;
}

static void
tell(const char *sentence, void *arg)
{
    struct result *all = arg;

    if (all->told++ < TOLD)
        buf_printf(&all->bad, "%s\n", sentence);
}

static const struct rows_plan plain = {.by = by,
                                       .by_count = 1,
                                       .columns = columns,
                                       .column_count = 2,
                                       .skip_bad = true};

static enum err
read_file(const char *path, const struct rows_plan *plan, struct result *out)
{
    struct rows_calls calls = {.row = take,
                               .bad = tell,
                               .arg = out,
                               .make = make,
                               .release = release,
                               .merge = merge};
    struct rows_report report = {0};
    enum err e = rows_scan(path, plan, &calls, &report);

    if (e != ERR_OK)
        buf_str(&out->rows, err_text());
    buf_printf(&out->bad, "%lld, %lld", (long long) report.bad,
               (long long) out->told);
    return e;
}

static bool
same_texts(const struct result *a, const struct result *b)
{
    return strcmp(buf_text(&a->rows), buf_text(&b->rows)) == 0
           && strcmp(buf_text(&a->bad), buf_text(&b->bad)) == 0;
}

/* ---- the law ---- */

static bool
same_as_slow(const struct result *got)
{
    struct rows_plan plan = plain;
    struct buf want = {0};
    bool same;

    (void) slow_rows("rows_jobs.csv", &plan, &want);
    same = strcmp(buf_text(&got->rows), buf_text(&want)) == 0;
    if (!same)
        diag("got:\n%s\nwant:\n%s", buf_text(&got->rows), buf_text(&want));
    buf_free(&want);
    return same;
}

/* Every number of jobs gives the same bits for chunks of that size. */
static bool
same_for_jobs(size_t chunk, const struct result *whole)
{
    struct result first = {0};
    bool same = true;

    for (size_t i = 0; i < sizeof some_jobs / sizeof *some_jobs; i++) {
        struct rows_plan plan = plain;
        struct result got = {0};

        plan.chunk = chunk;
        plan.jobs = some_jobs[i];
        (void) read_file("rows_jobs.csv", &plan, &got);
        same = same && same_texts(&got, whole);
        if (i == 0)
            memcpy(first.moments, got.moments, sizeof got.moments);
        same = same
               && memcmp(first.moments, got.moments, sizeof got.moments) == 0;
        empty(&got);
    }
    return same;
}

static void
law(void)
{
    bool slow = true, jobs = true, ways = true;

    for (size_t n = 0; n < FILES; n++) {
        struct result whole = {0};

        make_file(n);
        (void) read_file("rows_jobs.csv", &plain, &whole);
        slow = slow && same_as_slow(&whole);
        for (size_t i = 0; i < CHUNKS; i++)
            jobs = jobs && same_for_jobs(random_below(300) + 1, &whole);
        for (enum simd most = SIMD_NONE; most < SIMD_AVX2; most++) {
            struct result got = {0};

            simd_limit(most);
            (void) read_file("rows_jobs.csv", &plain, &got);
            ways = ways && same_texts(&got, &whole);
            empty(&got);
        }
        simd_limit(SIMD_AVX2);
        empty(&whole);
        if (!slow || !jobs || !ways)
            break;
    }
    ok(slow, "a file gives what a plain reader gives");
    ok(jobs, "wherever chunks end, and for any number of threads");
    ok(ways, "and however the machine looks at bytes");
}

/* A pipe in pieces of odd sizes gives the same as the file. */
static void
pipes(void)
{
    struct result file = {0}, pipe = {0};
    struct rows_plan plan = plain;
    char bytes[200];
    size_t n;
    FILE *f;
    int pair[2];

    plan.chunk = 50;
    do {
        empty(&file);
        make_file(2);
    } while (read_file("rows_jobs.csv", &plan, &file) != ERR_OK
             || !file.rows.len);
    f = fopen("rows_jobs.csv", "rb");
    if (!f || socketpair(AF_UNIX, SOCK_STREAM, 0, pair) != 0)
        abort();
    while ((n = fread(bytes, 1, random_below(sizeof bytes) + 1, f)) > 0)
        if (send(pair[1], bytes, n, 0) != (ssize_t) n)
            abort();
    (void) fclose(f);
    (void) close(pair[1]);
    if (dup2(pair[0], STDIN_FILENO) < 0)
        abort();
    (void) close(pair[0]);
    plan.jobs = 3;
    (void) read_file("-", &plan, &pipe);
    is_str(buf_text(&pipe.rows), buf_text(&file.rows),
           "a pipe gives the same rows");
    ok(memcmp(file.moments, pipe.moments, sizeof file.moments) == 0,
       "and the same bits");
    empty(&file);
    empty(&pipe);
}

static enum err
fail_at(const struct row *row, void *own)
{
    (void) own;
    if (row->line >= 40)
        return err_set(ERR_DATA, "line %lld", (long long) row->line);
    return ERR_OK;
}

/* Threads that are ahead fail first, but are not the first in the file. */
static void
failures(void)
{
    struct rows_calls calls = {
        .row = fail_at, .make = make, .release = release, .merge = merge};
    struct rows_plan plan = plain;
    struct rows_report report;
    struct result none = {0};
    FILE *f = fopen("rows_jobs.csv", "wb");
    int right = 0;

    if (!f || fputs("id,x,y\n", f) < 0)
        abort();
    for (int i = 2; i < 400; i++)
        (void) fprintf(f, "P1,%d,%d\n", i, i);
    (void) fclose(f);
    calls.arg = &none;
    plan.chunk = 64;
    for (size_t jobs = 1; jobs < 8; jobs++) {
        plan.jobs = jobs;
        right += rows_scan("rows_jobs.csv", &plan, &calls, &report) == ERR_DATA
                 && strcmp(err_text(), "line 40") == 0;
    }
    is_int(right, 7, "the first error in the file is the one reported");
    empty(&none);
}

int
main(void)
{
    law();
    pipes();
    failures();
    (void) unlink("rows_jobs.csv");
    return done_testing();
}
