/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lines are taken as they come, so that a pipe of any length needs no memory;
 * an array is read whole first, as json_numbers() wants it.
 */
#include "data/numbers.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/json.h"
#include "data/cell.h"
#include "data/csv.h"
#include "data/input.h"
#include "data/rows.h"
#include "data/stats.h"

enum { CHUNK = 1 << 16 }; /* bytes of one read */

enum form { FORM_UNKNOWN, FORM_LINES, FORM_ARRAY };

struct numbers {
    struct rows_plan plan;
    const struct rows_calls *calls;
    struct input *input; /* NULL: a text */
    const char *name;    /* of it */
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
    size_t first = strspn(buf_text(&in->text), " \t\r\n");

    if (first < in->text.len)
        in->form = in->text.data[first] == '[' ? FORM_ARRAY : FORM_LINES;
    else if (first >= CHUNK)
        in->form = FORM_LINES;
}

static enum err
read_chunk(struct numbers *in, bool *end)
{
    size_t n;
    enum err e;

    buf_reserve(&in->text, CHUNK);
    e = input_read(in->input, in->text.data + in->text.len, CHUNK, &n);
    if (e != ERR_OK)
        return e;
    *end = n == 0;
    if (memchr(in->text.data + in->text.len, '\0', n))
        return err_set(ERR_DATA, "%s has a NUL byte: it is no text file",
                       in->name);
    in->text.len += n;
    in->text.data[in->text.len] = '\0';
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

enum err
numbers_open(const char *path, const struct rows_plan *plan,
             const struct rows_calls *calls, struct numbers **out)
{
    struct numbers *in = xcalloc(1, sizeof *in);
    enum err e;

    *in = (struct numbers){.plan = *plan, .calls = calls};
    e = input_open(path, &in->input);
    if (e != ERR_OK) {
        numbers_close(in);
        return e;
    }
    in->name = input_name(in->input);
    *out = in;
    return ERR_OK;
}

void
numbers_close(struct numbers *in)
{
    if (!in)
        return;
    input_close(in->input);
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
        e = in->calls->progress(input_position(in->input),
                                input_size(in->input), in->calls->arg);
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
