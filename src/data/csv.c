/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A scanner that can stop anywhere: when the bytes at hand end within a
 * record it asks for more and goes on where it stood, so that a pipe that
 * trickles costs no more than a file. Fields are unescaped where they lie
 * and ended with a NUL; positions count from the beginning of the record,
 * because the record moves when the buffer is filled again.
 */
#include "data/csv.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "data/input.h"

enum {
    CHUNK = 1 << 18, /* bytes of one read; stays in the second level cache */
    ROOM = CSV_RECORD_MAX + CHUNK
};

#define NOWHERE SIZE_MAX

struct field {
    size_t at, len;
};

struct csv {
    const char *name;
    struct csv_source source; /* no read: a text in memory */
    struct input *input;      /* that csv_open() opened */
    char delimiter;
    bool eof;
    bool nul; /* a NUL byte stands at data[end], and nothing after it counts */
    size_t used; /* bytes of the records before this one */

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

    if (!c->source.read)
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
    size_t have = c->end - c->begin, n;
    const char *nul;
    enum err e;

    if (c->nul)
        return refuse(c, "a NUL byte: this is no text file");
    if (have > CSV_RECORD_MAX)
        return refuse_long(c);
    if (c->begin > 0)
        memmove(c->data, c->data + c->begin, have);
    c->begin = 0;
    c->end = have;
    e = c->source.read(c->source.arg, c->data + have, CHUNK, &n);
    if (e != ERR_OK)
        return e;
    c->eof = n == 0;
    c->end += n;
    nul = memchr(c->data + have, '\0', n);
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

    c->line = csv_line_after(c);
    c->begin += c->at;
    c->used += c->at;
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

enum err
csv_delimiter(char delimiter)
{
    if (delimiter == '\0' || strchr("\"\r\n", delimiter))
        return err_set(ERR_USAGE, "a quote, line end or NUL byte cannot be "
                                  "the delimiter");
    return ERR_OK;
}

struct csv *
csv_new(const char *name, char delimiter, const struct csv_source *source)
{
    struct csv *c = xcalloc(1, sizeof *c);

    c->name = name;
    c->delimiter = delimiter;
    c->source = *source;
    c->data = xmalloc(ROOM + 1);
    c->line = 1;
    return c;
}

void
csv_restart(struct csv *c, int64_t line)
{
    c->eof = c->nul = c->quoted = false;
    c->begin = c->end = c->at = c->used = c->count = 0;
    c->breaks = 0;
    c->line = line;
}

static enum err
read_input(void *arg, char *to, size_t size, size_t *len)
{
    return input_read(arg, to, size, len);
}

enum err
csv_open(const char *path, char delimiter, struct csv **out)
{
    struct csv_source source = {.read = read_input};
    struct input *input;
    enum err e = csv_delimiter(delimiter);

    if (e == ERR_OK)
        e = input_open(path, &input);
    if (e != ERR_OK)
        return e;
    source.arg = input;
    *out = csv_new(input_name(input), delimiter, &source);
    (*out)->input = input;
    return ERR_OK;
}

void
csv_close(struct csv *c)
{
    if (!c)
        return;
    input_close(c->input);
    free(c->fields);
    free(c->data);
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

size_t
csv_used(const struct csv *c)
{
    return c->used + c->at;
}

int64_t
csv_size(const struct csv *c)
{
    return c->input ? input_size(c->input) : 0;
}

int64_t
csv_line_after(const struct csv *c)
{
    return c->line + c->breaks + (c->count > 0);
}

const char *
csv_rest(const struct csv *c, size_t *len)
{
    *len = c->end - c->begin - c->at;
    return c->data + c->begin + c->at;
}

enum err
csv_split(const char *text, char delimiter, char ***fields, size_t *count)
{
    struct csv c = {.name = text, .delimiter = delimiter, .eof = true};
    bool more;
    enum err e = csv_delimiter(delimiter);

    if (e != ERR_OK)
        return e;
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
    return e;
}
