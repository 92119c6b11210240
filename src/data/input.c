/* SPDX-License-Identifier: Apache-2.0 */
/* The first bytes are looked at when it is opened, and then given back. */
#include "data/input.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/stop.h"

enum { FIRST = 1 << 18 }; /* bytes that are looked at when it is opened */

struct input {
    char *name;
    int fd;
    bool standard; /* standard input, or rows_spool()'s copy of it */
    bool file;
    int64_t position, size;
    struct buf back; /* given back, from back_at on */
    size_t back_at;
};

/* What read() or pread() answered, as an error. */
static enum err
check_read(const struct input *in, ssize_t n)
{
    if (n < 0 && errno == EINTR)
        return stop_check();
    if (n < 0)
        return err_set(ERR_IO, "cannot read %s: %s", in->name,
                       strerror(errno));
    return ERR_OK;
}

enum err
input_read(struct input *in, char *to, size_t size, size_t *len)
{
    size_t have = in->back.len - in->back_at;
    enum err e;
    ssize_t n;

    if (have > 0) {
        *len = have < size ? have : size;
        memcpy(to, in->back.data + in->back_at, *len);
        in->back_at += *len;
        in->position += (int64_t) *len; /* of a buffer */
        return ERR_OK;
    }
    do {
        if (stop_asked())
            return stop_check();
        n = read(in->fd, to, size);
    } while (n < 0 && errno == EINTR);
    e = check_read(in, n);
    if (e != ERR_OK)
        return e;
    *len = (size_t) n; /* not negative */
    in->position += n;
    return ERR_OK;
}

enum err
input_read_at(const struct input *in, int64_t offset, char *to, size_t size,
              size_t *len)
{
    ssize_t n;
    enum err e;

    do
        n = pread(in->fd, to, size, offset);
    while (n < 0 && errno == EINTR && !stop_asked());
    e = check_read(in, n);
    if (e == ERR_OK)
        *len = (size_t) n; /* not negative */
    return e;
}

void
input_unread(struct input *in, const char *bytes, size_t len)
{
    struct buf all = {0};

    buf_add(&all, bytes, len);
    if (in->back.len > in->back_at)
        buf_add(&all, in->back.data + in->back_at, in->back.len - in->back_at);
    buf_free(&in->back);
    in->back = all;
    in->back_at = 0;
    in->position -= (int64_t) len; /* of a buffer */
}

/* Names the encoding when the first bytes are not those of UTF-8 text. */
static const char *
foreign_encoding(const char *d, size_t len)
{
    static const struct {
        const char *bytes;
        size_t len;
        const char *name;
    } marks[] = {
        {"\xff\xfe\0\0", 4, "UTF-32"},
        {"\0\0\xfe\xff", 4, "UTF-32"},
        {"\xff\xfe",     2, "UTF-16"},
        {"\xfe\xff",     2, "UTF-16"},
    };

    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        if (len >= marks[i].len
            && memcmp(d, marks[i].bytes, marks[i].len) == 0)
            return marks[i].name;
    }
    if (len >= 4 && d[0] && !d[1] && d[2] && !d[3])
        return "UTF-16LE";
    if (len >= 4 && !d[0] && d[1] && !d[2] && d[3])
        return "UTF-16BE";
    return NULL;
}

static enum err
check_first(const struct input *in, const char *first, size_t len)
{
    const char *encoding = foreign_encoding(first, len);

    if (encoding)
        return err_set(ERR_DATA,
                       "%s is %s, not UTF-8; convert it: "
                       "iconv -f %s -t UTF-8%s%s",
                       in->name, encoding, encoding, in->standard ? "" : " ",
                       in->standard ? "" : in->name);
    if (memchr(first, '\0', len))
        return err_set(ERR_DATA, "%s has a NUL byte: it is no text file",
                       in->name);
    return ERR_OK;
}

/* Looks at the first bytes, and passes over a byte order mark of UTF-8. */
static enum err
begin_reading(struct input *in)
{
    char *first = xmalloc(FIRST);
    size_t len = 0, more = 1, mark;
    enum err e = ERR_OK;

    while (e == ERR_OK && len < 4 && more > 0) {
        e = input_read(in, first + len, FIRST - len, &more);
        len += e == ERR_OK ? more : 0;
    }
    if (e == ERR_OK)
        e = check_first(in, first, len);
    mark = len >= 3 && memcmp(first, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    if (e == ERR_OK)
        input_unread(in, first + mark, len - mark);
    free(first);
    return e;
}

static enum err
open_file(struct input *in, const char *path)
{
    struct stat st;

    in->standard = strcmp(path, "-") == 0;
    in->fd = in->standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    if (in->fd < 0 && errno == EINTR && stop_asked())
        return stop_check(); /* it waited for who writes to a pipe */
    if (in->fd < 0 || fstat(in->fd, &st) != 0)
        return err_set(ERR_INPUT, "cannot read %s: %s", path, strerror(errno));
    if (S_ISDIR(st.st_mode))
        return err_set(ERR_INPUT, "cannot read %s: it is a directory", path);
    in->size = S_ISREG(st.st_mode) ? st.st_size : 0;

    /* Standard input may stand anywhere in its file. */
    in->file = S_ISREG(st.st_mode) && !in->standard;

    /* A file without a name is what rows_spool() made of standard input. */
    if (S_ISREG(st.st_mode) && st.st_nlink == 0)
        in->standard = true;
    in->name = xstrdup(in->standard ? "standard input" : path);
    return ERR_OK;
}

enum err
input_open(const char *path, struct input **out)
{
    struct input *in = xcalloc(1, sizeof *in);
    enum err e = open_file(in, path);

    if (e == ERR_OK)
        e = begin_reading(in);
    if (e == ERR_OK)
        *out = in;
    else
        input_close(in);
    return e;
}

void
input_close(struct input *in)
{
    if (!in)
        return;
    if (in->fd > STDIN_FILENO)
        (void) close(in->fd); /* only read */
    buf_free(&in->back);
    free(in->name);
    free(in);
}

const char *
input_name(const struct input *in)
{
    return in->name;
}

bool
input_is_file(const struct input *in)
{
    return in->file;
}

int64_t
input_position(const struct input *in)
{
    return in->position;
}

int64_t
input_size(const struct input *in)
{
    return in->size;
}
