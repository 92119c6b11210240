/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fuzzing CSV. Four laws: what was read and is written again reads the same;
 * reads of any size give the same records; the columns rows_find() finds are
 * there for rows_scan(), whose sentences are counted; and what that gives,
 * by two threads in small chunks, is what a plain reader gives.
 */
#include "data/csv.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/buf.h"
#include "data/rows.h"
#include "slow_rows.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { PACKETS = 100 }; /* a socket takes so many before it blocks */

/* A broken law ends the program, which is how a fuzzer learns of it. */
static void
must(bool law)
{
    if (!law)
        abort();
}

/* A file in memory, and the path to open it by. */
static int
open_bytes(const void *bytes, size_t len, struct buf *path)
{
    int fd = memfd_create("csv", MFD_CLOEXEC);

    must(fd >= 0 && write(fd, bytes, len) == (ssize_t) len);
    buf_clear(path);
    buf_printf(path, "/dev/fd/%d", fd);
    return fd;
}

/* Adds every record up to the first error, one a line, fields quoted. */
static enum err
rewrite(const char *path, struct buf *out)
{
    struct csv *csv = NULL;
    bool more = true;
    enum err e = csv_open(path, ',', &csv);

    while (e == ERR_OK && more) {
        e = csv_next(csv, &more);
        for (size_t i = 0; e == ERR_OK && more && i < csv_fields(csv); i++) {
            size_t len;
            const char *field = csv_field(csv, i, &len);

            must(strlen(field) == len);
            must(csv_field_line(csv, i) >= csv_line(csv));
            if (i > 0)
                buf_char(out, ',');
            if (len == 0)
                buf_str(out, "\"\""); /* alone it would be an empty line */
            csv_add(out, field, len, ',');
        }
        if (e == ERR_OK && more)
            buf_char(out, '\n');
    }
    csv_close(csv);
    return e;
}

static void
survives_writing(const struct buf *first)
{
    struct buf path = {0}, second = {0}, quoted = {0};
    int fd;

    /* A first field may begin with what would be a mark at the beginning. */
    buf_str(&quoted, "\"\"\n");
    buf_add(&quoted, buf_text(first), first->len);
    fd = open_bytes(quoted.data, quoted.len, &path);
    must(rewrite(buf_text(&path), &second) == ERR_OK);
    must(quoted.len == second.len
         && memcmp(quoted.data, second.data, second.len) == 0);
    (void) close(fd);
    buf_free(&quoted);
    buf_free(&second);
    buf_free(&path);
}

/* Standard input as a socket of packets: each read gives one. */
static void
survives_short_reads(const uint8_t *data, size_t size, enum err want,
                     const struct buf *first)
{
    size_t step = size / PACKETS + 1;
    struct buf second = {0};
    int pair[2];

    must(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair) == 0);
    for (size_t i = 0; i < size; i += step) {
        size_t n = size - i < step ? size - i : step;

        must(send(pair[1], data + i, n, 0) == (ssize_t) n);
    }
    (void) close(pair[1]);
    must(dup2(pair[0], STDIN_FILENO) == STDIN_FILENO);
    (void) close(pair[0]);
    must(rewrite("-", &second) == want);
    if (want == ERR_OK)
        must(strcmp(buf_text(first), buf_text(&second)) == 0);
    (void) close(STDIN_FILENO);
    buf_free(&second);
}

struct seen {
    size_t columns;
    struct buf rows;
    int64_t bad;
};

static void *
make_seen(void *arg)
{
    struct seen *all = arg, *part = xcalloc(1, sizeof *part);

    part->columns = all->columns;
    return part;
}

static void
release_seen(void *own)
{
    struct seen *part = own;

    buf_free(&part->rows);
    free(part);
}

static enum err
see_row(const struct row *row, void *own)
{
    struct seen *part = own;

    must(row->line > 1);
    slow_add_row(&part->rows, row->line, row->key, row->key_len, row->values,
                 part->columns);
    return ERR_OK;
}

static enum err
merge_seen(void *own, void *arg)
{
    struct seen *part = own, *all = arg;

    buf_add(&all->rows, buf_text(&part->rows), part->rows.len);
    buf_clear(&part->rows);
    return ERR_OK;
}

static void
count_bad(const char *sentence, void *arg)
{
    struct seen *all = arg;

    must(!sentence || sentence[0] != '\0');
    all->bad++;
}

static void
scans_what_it_finds(const char *path, char delimiter, char decimal,
                    size_t chunk)
{
    struct rows_plan plan = {
        .delimiter = delimiter, .decimal = decimal, .skip_bad = true};
    struct rows_report report;
    struct seen seen = {0};
    struct rows_calls calls = {.row = see_row,
                               .bad = count_bad,
                               .arg = &seen,
                               .make = make_seen,
                               .release = release_seen,
                               .merge = merge_seen};
    struct buf want = {0};
    char **names = NULL;

    plan.jobs = 2;
    plan.chunk = chunk;
    if (rows_find(path, &plan, NULL, &names, &plan.column_count) != ERR_OK) {
        must(err_text()[0] != '\0');
        return;
    }
    plan.columns = (const char *const *) names; /* not written from here on */
    seen.columns = plan.column_count;
    must(rows_scan(path, &plan, &calls, &report) == ERR_OK);
    must(report.bad == seen.bad);
    if (plan.column_count <= SLOW_COLUMNS) {
        must(slow_rows(path, &plan, &want) == ERR_OK);
        must(strcmp(buf_text(&seen.rows), buf_text(&want)) == 0);
    }
    buf_free(&want);
    buf_free(&seen.rows);
    for (size_t i = 0; i < plan.column_count; i++)
        free(names[i]);
    free(names);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct buf path = {0}, records = {0};
    int fd = open_bytes(data, size, &path);
    enum err e = rewrite(buf_text(&path), &records);

    must(e == ERR_OK || e == ERR_DATA);
    survives_writing(&records);
    if (size < 20000) /* well within what a socket holds */
        survives_short_reads(data, size, e, &records);
    scans_what_it_finds(buf_text(&path), ',', '.', size % 61 + 3);
    scans_what_it_finds(buf_text(&path), ';', ',', size / 2 + 1);
    (void) close(fd);
    buf_free(&records);
    buf_free(&path);
    return 0;
}
