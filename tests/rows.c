/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Readings from CSV: what each record becomes, every refusal with its words,
 * columns that are found, and standard input twice.
 */
#include "data/rows.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/number.h"
#include "tap.h"

#define NAMES(...) \
    (const char *const[]) { __VA_ARGS__ }

static const char *const id[] = {"id"}, *const xy[] = {"x", "y"};

static void
put_file(const char *text)
{
    FILE *f = fopen("t.csv", "wb");

    if (!f || fwrite(text, 1, strlen(text), f) != strlen(text)
        || fclose(f) != 0)
        abort(); /* no test can go on without its file */
}

/* ---- what a scan gives, as a text ---- */

static enum err
add_row(const struct row *row, void *arg)
{
    struct buf *out = arg;

    buf_printf(out, "%lld:", (long long) row->line);
    buf_add(out, row->key, row->key_len);
    for (size_t i = 0; i < 2; i++) {
        buf_char(out, ' ');
        number_add(out, row->values[i]);
    }
    buf_char(out, '\n');
    return ERR_OK;
}

static void
add_sentence(const char *sentence, void *arg)
{
    buf_printf(arg, "%s\n", sentence);
}

static enum err
scan(const struct rows_plan *plan, struct buf *out, struct rows_report *report)
{
    struct rows_calls calls = {
        .row = add_row, .bad = add_sentence, .arg = out};
    enum err e = rows_scan("t.csv", plan, &calls, report);

    if (e != ERR_OK)
        buf_str(out, err_text());
    return e;
}

static void
gives(const char *text, const struct rows_plan *plan, const char *want,
      const char *name)
{
    struct rows_report report;
    struct buf out = {0};

    put_file(text);
    (void) scan(plan, &out, &report);
    is_str(buf_text(&out), want, name);
    buf_free(&out);
}

static struct rows_plan
plan_xy(void)
{
    return (struct rows_plan){
        .by = id, .by_count = 1, .columns = xy, .column_count = 2};
}

/* ---- tests ---- */

static void
records(void)
{
    struct rows_plan p = plan_xy();

    gives("id,x,y\nP1,1,2\nP2,3,4\n", &p, "2:P1 1 2\n3:P2 3 4\n",
          "each record gives a row with key, values and line");
    gives("y,note,id,x\n2,hm,P1,1\n", &p, "2:P1 1 2\n",
          "columns are found by name");
    gives(" id ,\tx, y\nP1, 1 ,\t+2.\n", &p, "2:P1 1 2\n",
          "blanks around names and numbers do not count");
    gives("id,x,y\nP1,,nan\nP1,NaN,NULL\nP1, ,.5\n", &p,
          "2:P1 null null\n3:P1 null null\n4:P1 null 0.5\n",
          "empty, nan and null are missing in any case");
    gives("id,x,y,z,z\nP1,1,2,3,4\n", &p, "2:P1 1 2\n",
          "a column twice does not matter when it is not asked for");
    gives("id,x,y\n P 1 ,1,2\n\"a\nb\",1,2\nc,1,2\n", &p,
          "2: P 1  1 2\n3:a\nb 1 2\n5:c 1 2\n", "a key stays as it is");

    static const char alike[] = "abc,b,id,a b,a,,aa,ab\n1,2,P,3,4,5,6,7\n";

    p.columns = NAMES("b", "ab");
    gives(alike, &p, "2:P 2 7\n", "... also those that begin alike");
    p.columns = NAMES("a", "abc");
    gives(alike, &p, "2:P 4 1\n", "... the first of them");
    p.columns = NAMES("aa", " a b ");
    gives(alike, &p, "2:P 6 3\n", "... and with blanks");
    p = plan_xy();

    p.by = NAMES("id", "part");
    p.by_count = 2;
    gives("part,id,x,y\npump,P1,1,2\n", &p, "2:P1:pump 1 2\n",
          "two key columns are joined with a colon");
    p.by_count = 0;
    gives("x,y\n1,2\n", &p, "2: 1 2\n",
          "without key columns the key is empty");

    p = plan_xy();
    p.missing = NAMES("-999", "n/a");
    p.missing_count = 2;
    gives("id,x,y\nP1,-999,n/a\nP1,-99,2\n", &p,
          "2:P1 null null\n3:P1 -99 2\n", "other texts can mean missing");
    p = plan_xy();
    p.delimiter = ';';
    p.decimal = ',';
    gives("id;x;y\nP1;12,5;-,5\n", &p, "2:P1 12.5 -0.5\n",
          "semicolon and decimal comma");
}

static void
refusals(void)
{
    struct rows_plan p = plan_xy();

    gives("id,x,y\nP1,1,2\nP1,abc,2\n", &p,
          "2:P1 1 2\nt.csv:3: column \"x\": \"abc\" is not a number",
          "a bad cell is named with file, line and column");
    gives("id,x,y\n\"P\n1\",abc,2\n", &p,
          "t.csv:3: column \"x\": \"abc\" is not a number",
          "by the line where it begins");
    gives("id,x,y\nP1,\"12,5\",2\n", &p,
          "t.csv:2: column \"x\": \"12,5\" is not a number "
          "(a decimal comma? then: --decimal ,)",
          "a decimal comma is suspected");
    gives("id,x,y\nP1,\"1,2,3\",2\n", &p,
          "t.csv:2: column \"x\": \"1,2,3\" is not a number",
          "but not where it makes no number");
    gives("id,x,y\nP1,1e151,2\n", &p,
          "t.csv:2: column \"x\": \"1e151\" is beyond 1e150",
          "values have a limit");
    gives("id,x,y\nP1,-1e999,2\n", &p,
          "t.csv:2: column \"x\": \"-1e999\" is beyond 1e150",
          "which is not passed by overflow");
    gives("id,x,y\nP1,inf,0x10\n", &p,
          "t.csv:2: column \"x\": \"inf\" is not a number",
          "infinity is no number");
    gives("id,x,y\n ,1,2\n", &p,
          "t.csv:2: column \"id\": \"\" is an empty key",
          "a key of blanks is empty");
    gives("id,x,y\nP1,1\n", &p, "t.csv:2: 2 fields, but the header has 3",
          "a short record is refused");
    gives("id,x,y\n1\n", &p, "t.csv:2: 1 field, but the header has 3",
          "in good English");
    gives("id,x,y\nP1,1,2,3\n", &p, "t.csv:2: 4 fields, but the header has 3",
          "so is a long one");
    gives("id,x,y\nP1,"
          "123456789_123456789_123456789_123456789_123456789_123456789_12,2\n",
          &p,
          "t.csv:2: column \"x\": \"123456789_123456789_123456789_"
          "123456789_123456789_123456789_…\" is not a number",
          "a long cell is cut");
}

static void
headers_and_plans(void)
{
    struct rows_plan p = plan_xy(), semicolon = plan_xy(), comma = plan_xy();

    gives("id,X,y\n", &p, "t.csv: no column \"x\" (the nearest is \"X\")",
          "an unknown column is answered with the nearest");
    gives("id,speed,why\n", &p, "t.csv: no column \"x\"",
          "if there is one that is near");
    gives("id;x;y\n", &p,
          "t.csv: no column \"id\" (another delimiter? then: --delimiter)",
          "another delimiter is suspected");
    gives("id,x,y,x\nP1,1,2,3\n", &p,
          "t.csv: column \"x\" is twice in the "
          "header",
          "a wanted column must not stand there twice");
    gives("", &p, "t.csv is empty", "an empty file is refused");
    gives("id,x,y\nP1,\"1\"2,3\n", &p, "t.csv:2: text after a closing quote",
          "what is no CSV is refused");

    comma.decimal = ',';
    gives("id,x,y\nP1,1,2\n", &comma,
          "\",\" cannot be both the delimiter and the decimal sign",
          "a comma has one meaning");
    comma.decimal = '_';
    gives("id,x,y\nP1,1,2\n", &comma, "the decimal sign is \".\" or \",\"",
          "the decimal sign is one of two");
    semicolon.delimiter = ';';
    semicolon.decimal = ',';
    gives("id;x;y\nP1;1.234;2\n", &semicolon,
          "t.csv:2: column \"x\": \"1.234\" is not a number",
          "with a decimal comma a point is not read as one");
}

static void
skipping(void)
{
    static const char text[] = "id,x,y,at\n"
                               "P1,abc,2,2026-11-20\n"
                               ",1,2,2026-11-20\n"
                               "P2,1,\"2,5\",2026-11-20\n"
                               "P3,1,2,yesterday\n"
                               "P4,1\n"
                               "P5,5,6,2026-11-20\n";
    struct rows_plan p = plan_xy();
    struct rows_report report = {0};
    struct buf out = {0};

    p.skip_bad = true;
    p.time = "at";
    p.since = INT64_MIN;
    p.until = INT64_MAX;
    put_file(text);
    is_int(scan(&p, &out, &report), ERR_OK, "bad cells can be skipped");
    is_str(buf_text(&out),
           "t.csv:2: column \"x\": \"abc\" is not a number\n"
           "2:P1 null 2\n"
           "t.csv:3: column \"id\": \"\" is an empty key\n"
           "t.csv:4: column \"y\": \"2,5\" is not a number "
           "(a decimal comma? then: --decimal ,)\n"
           "4:P2 1 null\n"
           "t.csv:5: column \"at\": \"yesterday\" is not a time\n"
           "t.csv:6: 2 fields, but the header has 4\n"
           "7:P5 5 6\n",
           "each is named; a bad value is missing, a bad record passed over");
    is_int(report.bad, 5, "they are counted");
    is_int(report.rows, 3, "rows given are counted");
    buf_free(&out);
}

static enum err
add_time(const struct row *row, void *arg)
{
    char text[CLOCK_TEXT];

    clock_utc(text, row->time);
    buf_printf(arg, "%s\n", text);
    return ERR_OK;
}

static void
times(void)
{
    static const char text[] = "at\n"
                               "2026-11-20T14:03:00Z\n"
                               "2026-11-20T14:03:00.25+01:00\n"
                               "2026-11-20 14:03:00.123456789Z\n"
                               "2026-11-20\n"
                               " 2026-11-20 14:03 \n"
                               "2026-11-20 14:03:07\n"
                               "2026-11-20T14:03:07.5\n";
    static const char *const wrong[] = {"now",
                                        "15m",
                                        "2021-02-30",
                                        "2026-11-20 25:00",
                                        "2026-11-20 14:03:07.",
                                        "",
                                        "2026-11-20 14:03.5",
                                        "20.11.2026",
                                        "1763650980",
                                        "2026-11-20 14:03:07.5x"};
    struct rows_plan p = {
        .time = "at", .since = INT64_MIN, .until = INT64_MAX};
    struct buf out = {0};
    struct rows_calls calls = {.row = add_time, .arg = &out};
    struct rows_report report;

    put_file(text);
    is_int(rows_scan("t.csv", &p, &calls, &report), ERR_OK, "times are read");
    is_str(buf_text(&out),
           "2026-11-20T14:03:00.000000Z\n"
           "2026-11-20T13:03:00.250000Z\n"
           "2026-11-20T14:03:00.123456Z\n"
           "2026-11-20T00:00:00.000000Z\n"
           "2026-11-20T14:03:00.000000Z\n"
           "2026-11-20T14:03:07.000000Z\n"
           "2026-11-20T14:03:07.500000Z\n",
           "RFC 3339, and local time of the usual forms");
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct buf file = {0};

        buf_printf(&file, "at\n\"%s\"\n", wrong[i]);
        put_file(buf_text(&file));
        ok(rows_scan("t.csv", &p, &calls, &report) == ERR_DATA
               && strstr(err_text(), "is not a time"),
           "\"%s\" is not a time", wrong[i]);
        buf_free(&file);
    }
    buf_free(&out);
}

static void
period(void)
{
    struct rows_plan p = plan_xy();
    struct rows_report report = {0};
    struct buf out = {0};

    p.time = "at";
    if (clock_rfc3339("2026-11-20T00:00:00Z", 20, &p.since) != ERR_OK
        || clock_rfc3339("2026-11-21T00:00:00Z", 20, &p.until) != ERR_OK)
        abort();
    put_file("at,id,x,y\n"
             "2026-11-19T23:59:59Z,P1,bad,2\n"
             "2026-11-20T00:00:00Z,P2,1,2\n"
             "2026-11-20T23:59:59Z,P3,1,2\n"
             "2026-11-21T00:00:00Z,P4,1,2\n");
    is_int(scan(&p, &out, &report), ERR_OK,
           "a bad value outside the period is no error");
    is_str(buf_text(&out), "3:P2 1 2\n4:P3 1 2\n",
           "since is inclusive, until exclusive");
    is_int(report.outside, 2, "records outside are counted");
    buf_free(&out);
}

static enum err
stop_at_two(const struct row *row, void *arg)
{
    ++*(int *) arg;
    return row->line == 3 ? err_set(ERR_CONFLICT, "enough") : ERR_OK;
}

static enum err
stop_now(int64_t done, int64_t size, void *arg)
{
    (void) arg;
    ok(done == 12 && size == 12, "progress is told in bytes");
    return err_set(ERR_INTERRUPTED, "interrupted");
}

static void
callers(void)
{
    int rows = 0;
    struct rows_plan p = plan_xy();
    struct rows_calls calls = {.row = stop_at_two, .arg = &rows};
    struct rows_report report = {.rows = 7};

    put_file("id,x,y\na,1,2\nb,1,2\nc,1,2\n");
    is_int(rows_scan("t.csv", &p, &calls, &report), ERR_CONFLICT,
           "the caller's error ends the scan");
    is_int(rows, 2, "at once");
    is_int(report.rows, 7, "and no report is made");
    put_file("id,x,y\na,1,2");
    calls.progress = stop_now;
    is_int(rows_scan("t.csv", &p, &calls, &report), ERR_INTERRUPTED,
           "so does one from telling the progress");
}

/* ---- finding columns ---- */

static void
finds(const char *text, const struct rows_plan *plan, const char *want,
      const char *name)
{
    struct buf out = {0};
    char **names = NULL;
    size_t count = 0;

    put_file(text);
    if (rows_find("t.csv", plan, NULL, &names, &count) != ERR_OK)
        buf_str(&out, err_text());
    for (size_t i = 0; i < count; i++) {
        buf_printf(&out, "[%s]", names[i]);
        free(names[i]);
    }
    free(names);
    is_str(buf_text(&out), want, name);
    buf_free(&out);
}

static void
finding(void)
{
    struct rows_plan p = {.by = id, .by_count = 1}, with_time = p;
    struct rows_plan semicolon = {.delimiter = ';', .decimal = ','};

    with_time.time = "at";
    finds("id,x,note,y\n1,2,hm,3\n2,3,4,5\n", &p, "[x][y]",
          "columns of numbers are found, except the key");
    finds("id,a,b,c,d\n1,NaN,,nan,5\n2,null,,7, \n", &p, "[c][d]",
          "missing cells are allowed, but not in every record");
    finds("id,x,y\n1,2,3\n2,n/a,3\n", &p, "[y]",
          "one other text rules a column out");
    finds("id,x,big\n1,2,1e999\n", &p, "[x][big]",
          "a number beyond the limit is one");
    finds(",id,x\n0,1,2\n1,1,2\n", &p, "[x]",
          "a column without a name is left out");
    finds("id,at,x\n1,2026,2\n", &with_time, "[x]",
          "so is the time, whatever it is");
    finds("a;b\n1,5;2\n3;x\n", &semicolon, "[a]", "decimal comma");
    finds("id,x,x\n1,2,3\n", &p, "t.csv: column \"x\" is twice in the header",
          "a column found twice is an error");
    finds("id,z,z,x\n1,a,b,3\n", &p, "[x]", "a text twice is not");
    finds("id,x\n1,a\n", &p, "t.csv: no column of numbers",
          "no column at all is an error");
    finds("id,x\n1,\"2,5\"\n", &p,
          "t.csv: no column of numbers (a decimal comma? then: --decimal ,)",
          "which a decimal comma may explain");
    finds("id,x\n1,2\n3\n", &p, "t.csv:3: 1 field, but the header has 2",
          "a short record is refused");
    p.skip_bad = true;
    finds("id,x\n1,2\n3\n", &p, "[x]", "or skipped");
    finds("name,x\n1,2\n", &p, "t.csv: no column \"id\"",
          "the key must be there");
}

static void
spooling(void)
{
    struct rows_plan p = plan_xy();
    struct rows_calls calls = {.row = add_row};
    struct rows_report report;
    struct buf first = {0}, second = {0};
    char *path = NULL;
    int fd = -1, pipes[2];

    static const char text[] = "id,x,y\na,1,2\nb,oops,4\n";

    if (pipe(pipes) != 0 || write(pipes[1], text, strlen(text)) < 0
        || close(pipes[1]) != 0 || dup2(pipes[0], STDIN_FILENO) < 0
        || close(pipes[0]) != 0)
        abort();
    ok(rows_spool(NULL, &path, &fd) == ERR_OK && path,
       "standard input is kept");
    calls.arg = &first;
    is_int(rows_scan(path, &p, &calls, &report), ERR_DATA,
           "it is scanned as a file");
    is_str(err_text(),
           "standard input:3: column \"x\": \"oops\" is not a number",
           "and keeps its name");
    calls.arg = &second;
    is_int(rows_scan(path, &p, &calls, &report), ERR_DATA, "and again");
    is_str(buf_text(&second), "2:a 1 2\n", "from its beginning");
    is_str(buf_text(&first), buf_text(&second), "with the same result");
    (void) close(fd);
    free(path);
    buf_free(&first);
    buf_free(&second);
}

int
main(void)
{
    const char *tmp = getenv("TMPDIR");
    struct buf folder = {0};

    (void) setenv("TZ", "UTC0", 1);
    buf_printf(&folder, "%s/vigia-XXXXXX", tmp && *tmp ? tmp : "/tmp");
    if (!mkdtemp(folder.data) || chdir(folder.data) != 0)
        abort();
    records();
    refusals();
    headers_and_plans();
    skipping();
    times();
    period();
    callers();
    finding();
    spooling();
    (void) unlink("t.csv");
    (void) rmdir(folder.data);
    buf_free(&folder);
    return done_testing();
}
