/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lines are taken as they come, so that a pipe of any length needs no memory;
 * an array is read whole first, as json_numbers() wants it.
 */
#include "data/numbers.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/json.h"
#include "base/stop.h"
#include "data/cell.h"
#include "data/csv.h"
#include "data/rows.h"
#include "data/stats.h"

enum { CHUNK = 1 << 16 }; /* bytes of one read */

enum form { FORM_UNKNOWN, FORM_LINES, FORM_ARRAY };

struct numbers {
    struct rows_plan plan;
    const struct rows_calls *calls;
    const char *name;
    int fd;
    int64_t position, size;
    enum form form;
    struct buf text; /* what was read and not taken yet */
    int64_t line;
    struct moments moments;
    int64_t bad;
};

/* ---- lines ---- */

static enum err
refuse(struct numbers *in, const char *text, size_t len, const char *fault)
{
    struct buf sentence = {0};
    char clip[CSV_CLIP];
    enum err e = ERR_OK;

    buf_printf(&sentence, "%s:%" PRId64 ": \"%s\" %s", in->name, in->line,
               csv_clip(clip, text, len), fault);
    if (!in->plan.skip_bad) {
        e = err_set(ERR_DATA, "%s", buf_text(&sentence));
    } else {
        in->bad++;
        if (in->calls->bad)
            in->calls->bad(buf_text(&sentence), in->calls->arg);
    }
    buf_free(&sentence);
    return e;
}

/* Hands a reading on to the caller who wants each. */
static enum err
give(const struct numbers *in, double v)
{
    struct row row = {.key = "", .values = &v, .line = in->line};

    return in->calls->row ? in->calls->row(&row, in->calls->arg) : ERR_OK;
}

/* text is followed by a NUL, the line end's place. */
static enum err
take_line(struct numbers *in, const char *text, size_t len)
{
    double v;

    in->line++;
    if (len > 0 && text[len - 1] == '\r')
        len--;
    cell_trim(&text, &len);
    if (len == 0)
        return ERR_OK;
    switch (cell_read(&in->plan, text, len, &v)) {
    case CELL_NUMBER:
    case CELL_MISSING:
        moments_add(&in->moments, v);
        return give(in, v);
    case CELL_BEYOND:
        return refuse(in, text, len, "is beyond 1e150");
    case CELL_TEXT:
        break;
    }
    if (cell_has_comma(&in->plan, text, len))
        return refuse(in, text, len,
                      "is not a number (a decimal comma? then: --decimal ,)");
    if (in->line == 1)
        return refuse(in, text, len,
                      "is not a number (a file with a header? then: --csv)");
    return refuse(in, text, len, "is not a number");
}

/* Takes the complete lines of the text; at the end, the rest of it too. */
static enum err
take_lines(struct numbers *in, bool end)
{
    char *line = in->text.data, *stop = line + in->text.len, *eol;
    enum err e = ERR_OK;
    size_t rest;

    while (e == ERR_OK && (eol = memchr(line, '\n', (size_t) (stop - line)))) {
        *eol = '\0';
        e = take_line(in, line, (size_t) (eol - line)); /* eol >= line */
        line = eol + 1;
    }
    rest = (size_t) (stop - line); /* stop >= line */
    if (e == ERR_OK && end && rest > 0)
        return take_line(in, line, rest);
    if (e == ERR_OK && rest > NUMBERS_LINE_MAX)
        return err_set(ERR_DATA,
                       "%s:%" PRId64 ": a line of more than %d bytes is no "
                       "number",
                       in->name, in->line + 1, NUMBERS_LINE_MAX);
    memmove(in->text.data, line, rest);
    in->text.len = rest;
    return e;
}

/* ---- an array ---- */

static enum err
take_array(struct numbers *in)
{
    double *values;
    size_t count;
    enum err e = json_numbers(in->text.data, in->text.len, &values, &count);

    if (e != ERR_OK)
        return err_set(e, "%s: %s", in->name, err_text());
    for (size_t i = 0; e == ERR_OK && i < count; i++) {
        if (fabs(values[i]) > STATS_VALUE_MAX)
            e = err_set(ERR_DATA, "%s: item %zu is beyond 1e150", in->name, i);
    }
    if (e == ERR_OK)
        moments_add_many(&in->moments, values, count);
    for (size_t i = 0; e == ERR_OK && i < count; i++)
        e = give(in, values[i]);
    free(values);
    return e;
}

/* ---- the file ---- */

/* The first character that is no blank decides. */
static void
look(struct numbers *in)
{
    static const char mark[] = "\xef\xbb\xbf";
    size_t skip = in->text.len >= 3 && !memcmp(in->text.data, mark, 3) ? 3 : 0;
    size_t first = skip + strspn(buf_text(&in->text) + skip, " \t\r\n");

    if (first >= in->text.len && first < CHUNK)
        return;
    in->form = in->text.data[first] == '[' ? FORM_ARRAY : FORM_LINES;
    in->text.len -= skip;
    memmove(in->text.data, in->text.data + skip, in->text.len);
    in->text.data[in->text.len] = '\0';
}

static enum err
read_chunk(struct numbers *in, bool *end)
{
    ssize_t n;

    buf_reserve(&in->text, CHUNK);
    do {
        n = read(in->fd, in->text.data + in->text.len, CHUNK);
        if (stop_asked())
            return stop_check();
    } while (n < 0 && errno == EINTR);
    if (n < 0)
        return err_set(ERR_IO, "cannot read %s: %s", in->name,
                       strerror(errno));
    *end = n == 0;
    if (memchr(in->text.data + in->text.len, '\0', (size_t) n))
        return err_set(ERR_DATA, "%s has a NUL byte: it is no text file",
                       in->name);
    in->text.len += (size_t) n; /* not negative */
    in->text.data[in->text.len] = '\0';
    in->position += n;
    return ERR_OK;
}

static enum err
take_chunk(struct numbers *in, bool end)
{
    if (in->form == FORM_UNKNOWN)
        look(in);
    switch (in->form) {
    case FORM_LINES:
        return take_lines(in, end);
    case FORM_ARRAY:
        if (in->text.len > JSON_SIZE_MAX)
            return err_set(ERR_DATA,
                           "%s: an array has at most %d MiB; longer ones as "
                           "a number per line",
                           in->name, JSON_SIZE_MAX >> 20);
        return end ? take_array(in) : ERR_OK;
    case FORM_UNKNOWN:
        break; /* nothing but blanks so far */
    }
    return ERR_OK;
}

static enum err
open_input(struct numbers *in, const char *path)
{
    bool standard = strcmp(path, "-") == 0;
    struct stat st;

    in->name = standard ? "standard input" : path;
    in->fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    if (in->fd < 0 || fstat(in->fd, &st) != 0)
        return err_set(ERR_INPUT, "cannot read %s: %s", in->name,
                       strerror(errno));
    if (S_ISDIR(st.st_mode))
        return err_set(ERR_INPUT, "cannot read %s: it is a directory",
                       in->name);
    in->size = S_ISREG(st.st_mode) ? st.st_size : 0;
    return ERR_OK;
}

enum err
numbers_open(const char *path, const struct rows_plan *plan,
             const struct rows_calls *calls, struct numbers **out)
{
    struct numbers *in = xcalloc(1, sizeof *in);
    enum err e;

    *in = (struct numbers){.plan = *plan, .calls = calls};
    e = open_input(in, path);
    if (e != ERR_OK) {
        numbers_close(in);
        return e;
    }
    *out = in;
    return ERR_OK;
}

void
numbers_close(struct numbers *in)
{
    if (!in)
        return;
    if (in->fd > STDIN_FILENO)
        (void) close(in->fd); /* only read */
    buf_free(&in->text);
    free(in);
}

enum err
numbers_step(struct numbers *in, bool *done)
{
    enum err e = read_chunk(in, done);

    if (e == ERR_OK)
        e = take_chunk(in, *done);
    if (e == ERR_OK && in->calls->progress)
        e = in->calls->progress(in->position, in->size, in->calls->arg);
    return e;
}

enum err
numbers_end(const struct numbers *in, struct moments *out, int64_t *bad)
{
    if (in->moments.n + in->moments.missing + in->bad == 0)
        return err_set(ERR_DATA, "%s has no readings", in->name);
    moments_merge(out, &in->moments);
    *bad = in->bad;
    return ERR_OK;
}

enum err
numbers_scan(const char *path, const struct rows_plan *plan,
             const struct rows_calls *calls, struct moments *out, int64_t *bad)
{
    struct numbers *in = NULL;
    bool done = false;
    enum err e = numbers_open(path, plan, calls, &in);

    while (e == ERR_OK && !done)
        e = numbers_step(in, &done);
    if (e == ERR_OK)
        e = numbers_end(in, out, bad);
    numbers_close(in);
    return e;
}

enum err
numbers_text(const char *name, const char *text, const struct rows_plan *plan,
             const struct rows_calls *calls, struct moments *out, int64_t *bad)
{
    struct numbers in = {.plan = *plan, .calls = calls, .name = name};
    enum err e;

    buf_str(&in.text, text);
    e = take_chunk(&in, true);
    if (e == ERR_OK)
        e = numbers_end(&in, out, bad);
    buf_free(&in.text);
    return e;
}
