/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A scanner that can stop anywhere: when the bytes at hand end within a
 * record it asks for more and goes on where it stood, so that a pipe that
 * trickles costs no more than a file. Fields are unescaped where they lie
 * and ended with a NUL; positions count from the beginning of the record,
 * because the record moves when the buffer is filled again.
 */
#include "data/csv.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/stop.h"

enum {
    CHUNK = 1 << 18, /* bytes of one read; stays in the second level cache */
    ROOM = CSV_RECORD_MAX + CHUNK
};

#define NOWHERE SIZE_MAX

struct field {
    size_t at, len;
};

struct csv {
    char *name;
    int fd;        /* -1: a text in memory */
    bool standard; /* standard input, or rows_spool()'s copy of it */
    char delimiter;
    bool eof;
    bool nul; /* a NUL byte stands at data[end], and nothing after it counts */
    int64_t position, size;

    char *data; /* one more byte than is ever read, for a NUL */
    size_t begin, end;

    /* The record, from data + begin on. */
    size_t at;            /* scanned so far */
    size_t eol;           /* the line feed after at, or the end of the file */
    size_t looked;        /* no line feed from at to here */
    bool quoted;          /* at is within a quoted field ... */
    size_t start;         /* ... which began here ... */
    size_t out;           /* ... and is unescaped up to here */
    int64_t line, breaks; /* where it began; line feeds within its fields */
    struct field *fields;
    size_t count, cap;
    const char *fault;
};

enum step {
    STEP_FIELD,  /* a field is complete, another follows */
    STEP_RECORD, /* a field is complete, and with it the record */
    STEP_MORE,   /* the bytes at hand do not suffice */
    STEP_FAULT   /* csv->fault says what is wrong */
};

static const char lone_cr[] = "a CR within the line; if lines end with CR "
                              "alone, convert them: tr '\\r' '\\n'";

static size_t
count_lines(const char *s, size_t len)
{
    const char *end = s + len;
    size_t n = 0;

    while ((s = memchr(s, '\n', (size_t) (end - s)))) { /* s <= end */
        s++;
        n++;
    }
    return n;
}

static enum step
step_fault(struct csv *c, const char *fault)
{
    c->fault = fault;
    return STEP_FAULT;
}

/* Takes the field; stop is where its delimiter or line feed stands. */
static enum step
take_field(struct csv *c, size_t at, size_t len, size_t stop)
{
    char *r = c->data + c->begin;
    bool last = stop == c->end - c->begin || r[stop] != c->delimiter;

    if (c->count == CSV_FIELDS_MAX)
        return step_fault(c, "more than 65536 fields");
    if (c->count == c->cap) {
        c->cap = c->cap ? 2 * c->cap : 16;
        c->fields = xreallocarray(c->fields, c->cap, sizeof *c->fields);
    }
    c->fields[c->count++] = (struct field){at, len};
    c->at = stop < c->end - c->begin ? stop + 1 : stop;
    r[at + len] = '\0';
    return last ? STEP_RECORD : STEP_FIELD;
}

/* Finds the end of the line from c->at on; false when it is not read yet. */
static bool
find_eol(struct csv *c)
{
    const char *r = c->data + c->begin, *p;
    size_t have = c->end - c->begin;
    size_t from = c->looked > c->at ? c->looked : c->at;

    if (c->eol != NOWHERE && c->eol >= c->at)
        return true;
    p = memchr(r + from, '\n', have - from);
    c->looked = have;
    if (p) {
        c->eol = (size_t) (p - r); /* p lies in r */
        c->looked = c->eol + 1;
    } else {
        c->eol = c->eof ? have : NOWHERE;
    }
    return c->eol != NOWHERE;
}

static enum step
scan_plain(struct csv *c)
{
    const char *r = c->data + c->begin, *p;
    size_t stop, len;

    if (!find_eol(c))
        return STEP_MORE;
    p = memchr(r + c->at, c->delimiter, c->eol - c->at);
    stop = p ? (size_t) (p - r) : c->eol; /* p lies in r */
    len = stop - c->at;
    if (!p && len > 0 && r[stop - 1] == '\r')
        len--;
    if (c->line == 1 && memchr(r + c->at, '\r', len))
        return step_fault(c, lone_cr);
    return take_field(c, c->at, len, stop);
}

/* The closing quote stands at c->at: what follows ends field or record. */
static enum step
close_quoted(struct csv *c)
{
    const char *r = c->data + c->begin;
    size_t have = c->end - c->begin;
    size_t stop = c->at + 1;

    if (stop < have && r[stop] == '\r') {
        if (stop + 1 == have && !c->eof)
            return STEP_MORE;
        if (stop + 1 == have || r[stop + 1] == '\n')
            stop++;
    }
    if (stop < have && r[stop] != c->delimiter && r[stop] != '\n')
        return step_fault(c, "text after a closing quote");
    c->quoted = false;
    c->breaks += (int64_t) count_lines(r + c->start, c->out - c->start);
    return take_field(c, c->start, c->out - c->start, stop);
}

static enum step
scan_quoted(struct csv *c)
{
    char *r = c->data + c->begin;
    size_t have = c->end - c->begin;

    for (;;) {
        const char *q = memchr(r + c->at, '"', have - c->at);
        size_t len = q ? (size_t) (q - (r + c->at)) : have - c->at;

        if (c->out != c->at)
            memmove(r + c->out, r + c->at, len);
        c->out += len;
        c->at += len;
        if (!q)
            return c->eof ? step_fault(c, "a quote is opened and not closed")
                          : STEP_MORE;
        if (c->at + 1 == have && !c->eof)
            return STEP_MORE;
        if (c->at + 1 == have || r[c->at + 1] != '"')
            return close_quoted(c);
        r[c->out++] = '"';
        c->at += 2;
    }
}

static enum step
scan_field(struct csv *c)
{
    if (!c->quoted && c->at < c->end - c->begin
        && c->data[c->begin + c->at] == '"') {
        c->quoted = true;
        c->start = c->out = ++c->at;
    }
    return c->quoted ? scan_quoted(c) : scan_plain(c);
}

static enum err
refuse(const struct csv *c, const char *fault)
{
    char clip[CSV_CLIP];

    if (c->fd < 0)
        return err_set(ERR_SYNTAX, "\"%s\": %s",
                       csv_clip(clip, c->name, strlen(c->name)), fault);
    return err_set(ERR_DATA, "%s:%lld: %s", c->name,
                   (long long) (c->line + c->breaks), fault);
}

static enum err
refuse_long(const struct csv *c)
{
    if (c->line == 1 && !c->quoted
        && memchr(c->data + c->begin, '\r', c->end - c->begin))
        return refuse(c, lone_cr);
    return refuse(c, c->quoted ? "a record over 1 MiB (an open quote?)"
                               : "a record over 1 MiB");
}

/* Moves the record to the front and reads after it. */
static enum err
fill(struct csv *c)
{
    size_t have = c->end - c->begin;
    const char *nul;
    ssize_t n;

    if (c->nul)
        return refuse(c, "a NUL byte: this is no text file");
    if (have > CSV_RECORD_MAX)
        return refuse_long(c);
    if (c->begin > 0)
        memmove(c->data, c->data + c->begin, have);
    c->begin = 0;
    c->end = have;
    do
        n = read(c->fd, c->data + have, CHUNK); /* have <= CSV_RECORD_MAX */
    while (n < 0 && errno == EINTR && !stop_asked());
    if (n < 0 && errno == EINTR)
        return stop_check();
    if (n < 0)
        return err_set(ERR_IO, "cannot read %s: %s", c->name, strerror(errno));
    c->eof = n == 0;
    c->position += n;
    c->end += (size_t) n; /* not negative */
    nul = memchr(c->data + have, '\0', (size_t) n);
    if (nul) {
        c->nul = true;
        c->end = (size_t) (nul - c->data); /* nul lies in data */
    }
    return ERR_OK;
}

/* Reads one line or record; *more is false when there is none. */
static enum err
read_record(struct csv *c, bool *more)
{
    enum step step = STEP_MORE;
    enum err e = ERR_OK;

    c->line += c->breaks + (c->count > 0);
    c->begin += c->at;
    c->at = c->looked = c->count = 0;
    c->breaks = 0;
    c->eol = NOWHERE;
    while (e == ERR_OK && c->begin == c->end && !c->eof)
        e = fill(c);
    *more = c->begin < c->end;
    while (e == ERR_OK && *more && step != STEP_RECORD) {
        step = scan_field(c);
        if (step == STEP_FAULT)
            return refuse(c, c->fault);
        if (step == STEP_MORE)
            e = fill(c);
    }
    if (e == ERR_OK && c->at > CSV_RECORD_MAX)
        return refuse_long(c);
    return e;
}

/* A quoted field begins after its quote, so not at 0. */
static bool
is_empty_line(const struct csv *c)
{
    return c->count == 1 && c->fields[0].len == 0 && c->fields[0].at == 0;
}

enum err
csv_next(struct csv *c, bool *more)
{
    enum err e;

    do
        e = read_record(c, more);
    while (e == ERR_OK && *more && is_empty_line(c));
    return e;
}

static enum err
check_delimiter(char delimiter)
{
    if (delimiter == '\0' || strchr("\"\r\n", delimiter))
        return err_set(ERR_USAGE, "a quote, line end or NUL byte cannot be "
                                  "the delimiter");
    return ERR_OK;
}

/* Names the encoding when the first bytes are not those of UTF-8 text. */
static const char *
foreign_encoding(const struct csv *c)
{
    static const struct {
        const char *bytes;
        int len;
        const char *name;
    } marks[] = {
        {"\xff\xfe\0\0", 4, "UTF-32"},
        {"\0\0\xfe\xff", 4, "UTF-32"},
        {"\xff\xfe",     2, "UTF-16"},
        {"\xfe\xff",     2, "UTF-16"},
    };
    const char *d = c->data;

    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        if (c->position >= marks[i].len
            && memcmp(d, marks[i].bytes, (size_t) marks[i].len) == 0)
            return marks[i].name;
    }
    if (c->position >= 4 && d[0] && !d[1] && d[2] && !d[3])
        return "UTF-16LE";
    if (c->position >= 4 && !d[0] && d[1] && !d[2] && d[3])
        return "UTF-16BE";
    return NULL;
}

/* Looks at the first bytes, and passes over a byte order mark of UTF-8. */
static enum err
begin_reading(struct csv *c)
{
    const char *encoding;
    enum err e = ERR_OK;

    while (e == ERR_OK && c->end < 4 && !c->eof && !c->nul)
        e = fill(c);
    if (e != ERR_OK)
        return e;
    encoding = foreign_encoding(c);
    if (encoding)
        return err_set(ERR_DATA,
                       "%s is %s, not UTF-8; convert it: "
                       "iconv -f %s -t UTF-8%s%s",
                       c->name, encoding, encoding, c->standard ? "" : " ",
                       c->standard ? "" : c->name);
    if (c->nul)
        return err_set(ERR_DATA, "%s has a NUL byte: it is no text file",
                       c->name);
    if (c->end >= 3 && memcmp(c->data, "\xef\xbb\xbf", 3) == 0)
        c->begin = 3;
    return ERR_OK;
}

static enum err
open_file(struct csv *c, const char *path)
{
    struct stat st;

    c->standard = strcmp(path, "-") == 0;
    c->fd = c->standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    if (c->fd < 0 || fstat(c->fd, &st) != 0)
        return err_set(ERR_INPUT, "cannot read %s: %s", path, strerror(errno));
    if (S_ISDIR(st.st_mode))
        return err_set(ERR_INPUT, "cannot read %s: it is a directory", path);
    c->size = S_ISREG(st.st_mode) ? st.st_size : 0;

    /* A file without a name is what rows_spool() made of standard input. */
    if (S_ISREG(st.st_mode) && st.st_nlink == 0)
        c->standard = true;
    c->name = xstrdup(c->standard ? "standard input" : path);
    return ERR_OK;
}

enum err
csv_open(const char *path, char delimiter, struct csv **out)
{
    struct csv *c;
    enum err e = check_delimiter(delimiter);

    if (e != ERR_OK)
        return e;
    c = xcalloc(1, sizeof *c);
    c->delimiter = delimiter;
    c->line = 1;
    e = open_file(c, path);
    if (e == ERR_OK) {
        c->data = xmalloc(ROOM + 1);
        e = begin_reading(c);
    }
    if (e == ERR_OK)
        *out = c;
    else
        csv_close(c);
    return e;
}

void
csv_close(struct csv *c)
{
    if (!c)
        return;
    if (c->fd > STDIN_FILENO)
        (void) close(c->fd); /* only read */
    free(c->fields);
    free(c->data);
    free(c->name);
    free(c);
}

const char *
csv_name(const struct csv *c)
{
    return c->name;
}

size_t
csv_fields(const struct csv *c)
{
    return c->count;
}

const char *
csv_field(const struct csv *c, size_t i, size_t *len)
{
    *len = c->fields[i].len;
    return c->data + c->begin + c->fields[i].at;
}

int64_t
csv_line(const struct csv *c)
{
    return c->line;
}

int64_t
csv_field_line(const struct csv *c, size_t i)
{
    int64_t line = c->line;

    while (i-- > 0)
        line += (int64_t) count_lines(c->data + c->begin + c->fields[i].at,
                                      c->fields[i].len);
    return line;
}

int64_t
csv_position(const struct csv *c)
{
    return c->position;
}

int64_t
csv_size(const struct csv *c)
{
    return c->size;
}

enum err
csv_split(const char *text, char delimiter, char ***fields, size_t *count)
{
    struct csv c = {.fd = -1, .delimiter = delimiter, .eof = true};
    bool more;
    enum err e = check_delimiter(delimiter);

    if (e != ERR_OK)
        return e;
    c.name = xstrdup(text);
    c.data = xstrdup(text);
    c.end = strlen(text);
    e = csv_next(&c, &more);
    if (e == ERR_OK && !more)
        e = refuse(&c, "nothing is there");
    if (e == ERR_OK && c.begin + c.at < c.end)
        e = refuse(&c, "more than one line");
    if (e == ERR_OK) {
        *count = c.count;
        *fields = xreallocarray(NULL, c.count, sizeof **fields);
        for (size_t i = 0; i < c.count; i++)
            (*fields)[i] =
                xstrndup(c.data + c.begin + c.fields[i].at, c.fields[i].len);
    }
    free(c.fields);
    free(c.data);
    free(c.name);
    return e;
}
