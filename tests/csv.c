/* SPDX-License-Identifier: Apache-2.0 */
/*
 * CSV records: what is read from which bytes, every refusal with its words,
 * records that lie across reads of any size, lists in arguments, writing.
 */
#include "data/csv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "tap.h"

static void
put_file(const char *name, const char *bytes, size_t len)
{
    FILE *f = fopen(name, "wb");

    if (!f || fwrite(bytes, 1, len, f) != len || fclose(f) != 0)
        abort(); /* no test can go on without its file */
}

/* Adds the records as [a|b][c], then the error if there is one. */
static enum err
add_records(struct buf *out, const char *path, char delimiter)
{
    struct csv *csv = NULL;
    bool more = true;
    enum err e = csv_open(path, delimiter, &csv);

    while (e == ERR_OK && more) {
        e = csv_next(csv, &more);
        for (size_t i = 0; e == ERR_OK && more && i < csv_fields(csv); i++) {
            size_t len;
            const char *field = csv_field(csv, i, &len);

            buf_char(out, i == 0 ? '[' : '|');
            buf_add(out, field, len);
            if (field[len] != '\0')
                buf_str(out, "(no NUL)");
        }
        if (e == ERR_OK && more)
            buf_char(out, ']');
    }
    if (e != ERR_OK)
        buf_str(out, err_text());
    csv_close(csv);
    return e;
}

static void
reads(const char *bytes, size_t len, char delimiter, const char *want,
      const char *name)
{
    struct buf got = {0};
    enum err e;

    put_file("t.csv", bytes, len);
    e = add_records(&got, "t.csv", delimiter);
    is_str(buf_text(&got), want, name);
    ok(e == ERR_OK || e == ERR_DATA, "... and what is wrong is the data");
    buf_free(&got);
}

#define READS(bytes, want, name) \
    reads(bytes, sizeof(bytes) - 1, ',', want, name)

static void
records(void)
{
    READS("a,b\n1,2\n", "[a|b][1|2]", "records are lines, fields have commas");
    READS("a,b\r\n1,2\r\n", "[a|b][1|2]", "CRLF ends a line");
    READS("a,b\n1,2", "[a|b][1|2]", "the last line needs no end");
    READS("a,b\n1,2\r", "[a|b][1|2]", "nor all of it");
    READS("a,\n,b\n,", "[a|][|b][|]", "fields may be empty");
    READS("", "", "an empty file has no record");
    READS("\n\r\n\n", "", "nor has one of empty lines");
    READS("a\n\n\r\nb\n", "[a][b]", "empty lines are passed over");
    READS("a\n\"\"\nb\n", "[a][][b]", "a quoted empty field is a record");
    READS("\"a\",\"b\"\r\n\"c\",d\n", "[a|b][c|d]", "quotes are taken off");
    READS("\"a,b\",c\n", "[a,b|c]", "a quoted comma is text");
    READS("\"say \"\"a\"\"\",\"\"\"\"\n", "[say \"a\"|\"]",
          "a doubled quote is one");
    READS("\"a\nb\",c\n\"\r\n\r\",d", "[a\nb|c][\r\n\r|d]",
          "line ends within quotes are text");
    READS("x,\"a\nb\",c\nd,e\n", "[x|a\nb|c][d|e]",
          "the line goes on after them");
    READS("\"a\"", "[a]", "a quoted field may end the file");
    READS("\"a\"\r", "[a]", "with a CR alone as well");
    READS("5\"3,a\"b\"\n", "[5\"3|a\"b\"]", "a quote within a field is text");
    READS(" a , b\n", "[ a | b]", "blanks are text");
    READS("x\ny,a\rb\n", "[x][y|a\rb]", "so is a CR within a field");
    READS("\xef\xbb\xbf"
          "a,b\n",
          "[a|b]", "a byte order mark is passed over");
    READS("\xef\xbb\xbf"
          "\"a\",b\n",
          "[a|b]", "before a quote as well");
    READS("\xef\xbb\xbf", "", "and alone");
    reads("a;\"b;c\";1,5\n", 12, ';', "[a|b;c|1,5]",
          "a semicolon can delimit");
    reads("a\tb\n", 4, '\t', "[a|b]", "so can a tab");
}

static void
refusals(void)
{
    READS("a,b\n\"c\"d,e\n", "[a|b]t.csv:2: text after a closing quote",
          "text after a closing quote is refused");
    READS("\"c\" ,e\n", "t.csv:1: text after a closing quote", "even a blank");
    READS("\"c\"\rd\n", "t.csv:1: text after a closing quote", "even a CR");
    READS("a\n\n\"x\ny\",\"b\nc\n",
          "[a]t.csv:4: a quote is opened and not closed",
          "an open quote is named with the line of its field");
    READS("\xff\xfe"
          "a\0,\0b\0\n\0",
          "t.csv is UTF-16, not UTF-8; convert it: "
          "iconv -f UTF-16 -t UTF-8 t.csv",
          "UTF-16 is refused with the way to convert it");
    READS("\xfe\xff\0a\0\n",
          "t.csv is UTF-16, not UTF-8; convert it: "
          "iconv -f UTF-16 -t UTF-8 t.csv",
          "in the other byte order too");
    READS("a\0,\0b\0\n\0",
          "t.csv is UTF-16LE, not UTF-8; convert it: "
          "iconv -f UTF-16LE -t UTF-8 t.csv",
          "and without a mark");
    READS("\0a\0,\0b\0\n",
          "t.csv is UTF-16BE, not UTF-8; convert it: "
          "iconv -f UTF-16BE -t UTF-8 t.csv",
          "in either order");
    READS("\xff\xfe\0\0a\0\0\0",
          "t.csv is UTF-32, not UTF-8; convert it: "
          "iconv -f UTF-32 -t UTF-8 t.csv",
          "UTF-32 is told from it");
    READS("a,b\n1,\0\n", "t.csv has a NUL byte: it is no text file",
          "a NUL byte is refused");
    READS("a,\"b\rc\"\n", "[a|b\rc]", "a CR in the first line may be quoted");
    READS("a,b\r1,2\r",
          "t.csv:1: a CR within the line; if lines end with CR alone, "
          "convert them: tr '\\r' '\\n'",
          "else lines are taken to end with CR alone");
}

static void
files(void)
{
    struct csv *csv = NULL;

    is_int(csv_open("no-such.csv", ',', &csv), ERR_INPUT,
           "a file that is not there is an input error");
    is_str(err_text(), "cannot read no-such.csv: No such file or directory",
           "with its name and the reason");
    (void) mkdir("folder", 0700);
    is_int(csv_open("folder", ',', &csv), ERR_INPUT, "so is a folder");
    is_str(err_text(), "cannot read folder: it is a directory", "named so");
    (void) rmdir("folder");
    is_int(csv_open("t.csv", '"', &csv), ERR_USAGE,
           "a quote cannot be the delimiter");
    ok(!csv, "no failure opens anything");
    csv_close(NULL);
}

static void
lines(void)
{
    static const char text[] = "\na,b\n\"1\n\n2\",\"3\n4\",5\n6,7,8\n";
    struct csv *csv = NULL;
    bool more;

    put_file("t.csv", text, sizeof text - 1);
    if (csv_open("t.csv", ',', &csv) != ERR_OK
        || csv_next(csv, &more) != ERR_OK)
        abort();
    is_str(csv_name(csv), "t.csv", "a file has its path as name");
    is_int(csv_line(csv), 2, "empty lines are counted");
    ok(csv_next(csv, &more) == ERR_OK && more, "the next record is there");
    is_int(csv_line(csv), 3, "a record has the line where it begins");
    is_int(csv_field_line(csv, 0), 3, "as has its first field");
    is_int(csv_field_line(csv, 1), 5, "a field after line ends its own");
    is_int(csv_field_line(csv, 2), 6, "and so on");
    ok(csv_next(csv, &more) == ERR_OK && more, "one more record is there");
    is_int(csv_line(csv), 7, "line ends within quotes are counted");
    ok(csv_next(csv, &more) == ERR_OK && !more, "then no more");
    ok(csv_next(csv, &more) == ERR_OK && !more, "however often one asks");
    is_int((long long) csv_used(csv), sizeof text - 1, "all bytes were read");
    csv_close(csv);
}

/* Records of all sorts, placed everywhere around the end of a first read. */
static void
across_reads(void)
{
    static const char tail[] =
        "a,\"b\"\"c\",d\r\n\"e\nf\"\r\n\n\"\",g\r\n\"h\"\"\"\r\n";
    static const char want[] = "[a|b\"c|d][e\nf][|g][h\"]";
    enum { READ = 1 << 18 };
    struct buf file = {0}, got = {0}, pad = {0};
    int same = 1;

    for (size_t i = 0; i < READ; i++)
        buf_char(&pad, i % 64 == 63 ? '\n' : 'x');
    for (size_t i = 0; i <= sizeof tail; i++) {
        buf_clear(&file);
        buf_add(&file, pad.data + i, pad.len - i);
        buf_str(&file, tail);
        put_file("t.csv", file.data, file.len);
        buf_clear(&got);
        if (add_records(&got, "t.csv", ',') != ERR_OK || got.len < sizeof want
            || strcmp(got.data + got.len - (sizeof want - 1), want) != 0)
            same = 0;
    }
    ok(same, "a record across two reads is whole");
    buf_free(&pad);
    buf_free(&got);
    buf_free(&file);
}

/* A socket of packets gives standard input in reads of one byte. */
static void
from_trickle(const char *text, const char *want, const char *name)
{
    struct buf got = {0};
    int pair[2];

    if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair) != 0)
        abort();
    for (const char *p = text; *p; p++) {
        if (send(pair[1], p, 1, 0) != 1)
            abort();
    }
    (void) close(pair[1]);
    if (dup2(pair[0], STDIN_FILENO) < 0)
        abort();
    (void) close(pair[0]);
    (void) add_records(&got, "-", ',');
    is_str(buf_text(&got), want, name);
    buf_free(&got);
}

static void
trickles(void)
{
    from_trickle("\xef\xbb\xbf\"a\"\"b\",c\r\n\r\n\"d\r\n\",e\r\n\"\"",
                 "[a\"b|c][d\r\n|e][]", "a pipe may give one byte at a time");
    from_trickle("a,b\n\"1\"\r\n\"3\"4",
                 "[a|b][1]standard input:3: text after a closing quote",
                 "messages call it standard input");
}

static void
limits(void)
{
    struct buf b = {0}, got = {0};

    buf_str(&b, "a\n");
    while (b.len < CSV_RECORD_MAX + 1)
        buf_char(&b, 'x');
    buf_char(&b, '\n');
    put_file("t.csv", b.data, b.len);
    is_int(add_records(&got, "t.csv", ','), ERR_OK,
           "a record of 1 MiB is read");
    buf_clear(&got);
    b.data[b.len - 1] = 'x';
    buf_char(&b, '\n');
    put_file("t.csv", b.data, b.len);
    is_int(add_records(&got, "t.csv", ','), ERR_DATA,
           "one byte more is refused");
    is_str(buf_text(&got), "[a]t.csv:2: a record over 1 MiB", "as too long");
    buf_clear(&got);
    b.data[2] = '"';
    for (int i = 0; i < 20; i++)
        buf_add(&b, "many, many more fields\n", 23);
    while (b.len < 3 * CSV_RECORD_MAX)
        buf_str(&b, "text\n");
    put_file("t.csv", b.data, b.len);
    is_int(add_records(&got, "t.csv", ','), ERR_DATA,
           "an open quote does not swallow a large file");
    is_str(buf_text(&got), "[a]t.csv:2: a record over 1 MiB (an open quote?)",
           "and is suspected");

    buf_clear(&b);
    buf_clear(&got);
    buf_str(&b, "x\n");
    for (int i = 0; i < CSV_FIELDS_MAX; i++)
        buf_char(&b, ',');
    put_file("t.csv", b.data, b.len);
    (void) add_records(&got, "t.csv", ',');
    is_str(buf_text(&got), "[x]t.csv:2: more than 65536 fields",
           "more fields than the limit are refused");
    buf_clear(&b);
    while (b.len < CSV_RECORD_MAX)
        buf_str(&b, "x,y\n");
    buf_add(&b, "1,\0\n", 4);
    put_file("t.csv", b.data, b.len);
    buf_clear(&got);
    is_int(add_records(&got, "t.csv", ','), ERR_DATA,
           "a NUL byte far into the file is refused");
    ok(strstr(buf_text(&got),
              "t.csv:262145: a NUL byte: this is no text file"),
       "with its line");
    buf_free(&got);
    buf_free(&b);
}

static void
split(const char *text, const char *want, const char *name)
{
    struct buf got = {0};
    char **fields = NULL;
    size_t count = 0;
    enum err e = csv_split(text, ',', &fields, &count);

    for (size_t i = 0; i < count; i++) {
        buf_printf(&got, "[%s]", fields[i]);
        free(fields[i]);
    }
    free(fields);
    if (e != ERR_OK)
        buf_str(&got, err_text());
    is_str(buf_text(&got), want, name);
    ok(e == ERR_OK || e == ERR_SYNTAX, "... and what is wrong is the syntax");
    buf_free(&got);
}

static void
lists(void)
{
    split("\"Vel, mm/s\",Temp", "[Vel, mm/s][Temp]", "a list is one record");
    split("a", "[a]", "one name is a list");
    split("a,", "[a][]", "a name may be empty");
    split("", "\"\": nothing is there", "an empty text is none");
    split("a\nb", "\"a\nb\": more than one line", "nor are two lines");
    split("a,\"b", "\"a,\"b\": a quote is opened and not closed",
          "an open quote is named with the text");
}

static void
writes(const char *field, const char *want, const char *name)
{
    struct buf b = {0};

    csv_add(&b, field, strlen(field), ',');
    is_str(buf_text(&b), want, name);
    buf_free(&b);
}

static void
clips(const char *text, const char *want, const char *name)
{
    char out[CSV_CLIP];

    is_str(csv_clip(out, text, strlen(text)), want, name);
}

static void
writing(void)
{
    writes("P-101 a;b", "P-101 a;b", "a plain field is written as it is");
    writes("a,b", "\"a,b\"", "a delimiter makes quotes");
    writes("\"", "\"\"\"\"", "a quote is doubled");
    writes("a\nb", "\"a\nb\"", "a line feed makes quotes");
    writes("a\r", "\"a\r\"", "so does a CR");
    writes("", "", "nothing is nothing");

    clips("abc", "abc", "a short piece is whole");
    clips("123456789_123456789_123456789_123456789_123456789_123456789_",
          "123456789_123456789_123456789_123456789_123456789_123456789_",
          "one of 60 bytes too");
    clips("123456789_123456789_123456789_123456789_123456789_123456789_1",
          "123456789_123456789_123456789_123456789_123456789_123456789_…",
          "a longer one is cut");
    clips("123456789_123456789_123456789_123456789_123456789_123456789é12",
          "123456789_123456789_123456789_123456789_123456789_123456789…",
          "never within a character");
}

int
main(void)
{
    const char *tmp = getenv("TMPDIR");
    struct buf folder = {0};

    buf_printf(&folder, "%s/vigia-XXXXXX", tmp && *tmp ? tmp : "/tmp");
    if (!mkdtemp(folder.data) || chdir(folder.data) != 0)
        abort();
    records();
    refusals();
    files();
    lines();
    across_reads();
    trickles();
    limits();
    lists();
    writing();
    (void) unlink("t.csv");
    (void) rmdir(folder.data);
    buf_free(&folder);
    return done_testing();
}
