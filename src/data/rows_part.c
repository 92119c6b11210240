/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A record belongs to the chunk it begins in. Where the first record of a
 * chunk begins is a guess until the chunks before are settled: after its
 * first line feed, as if that stood outside of quotes. Settling reads the
 * record that lies across the edge exactly; where that ends, the next one
 * begins. When the guess was another place, the chunk is scanned again from
 * there. So nothing depends on who scanned what, or when.
 */
#include "data/rows_part.h"

#include <stdlib.h>
#include <string.h>

#include "data/chunks.h"
#include "data/csv.h"
#include "data/input.h"

enum {
    CHUNK = 2 << 20,
    WINDOW = 1 << 14, /* bytes indexed at once; all of it stays in cache */
    STEP = 1 << 12,   /* bytes copied at once for an exact look */
    TOLD_MAX = 100    /* sentences a part keeps */
};

/* ---- what is wrong ---- */

enum err
part_refuse(struct part *p)
{
    const struct rows_calls *calls = p->file->calls;
    const char *sentence = buf_text(&p->sentence);

    if (!p->file->plan.skip_bad)
        return err_set(ERR_DATA, "%s", sentence);
    p->report.bad++;
    if (!calls->bad)
        return ERR_OK;
    if (!calls->make) {
        calls->bad(sentence, calls->arg);
    } else if (p->told_count < TOLD_MAX) {
        buf_add(&p->told, sentence, p->sentence.len + 1);
        p->told_count++;
    } else {
        p->untold++;
    }
    return ERR_OK;
}

enum err
part_refuse_width(struct part *p)
{
    size_t n = csv_fields(p->csv);

    buf_clear(&p->sentence);
    buf_printf(&p->sentence, "%s:%lld: %zu field%s, but the header has %zu",
               csv_name(p->csv), (long long) csv_line(p->csv), n,
               n == 1 ? "" : "s", p->file->width);
    return part_refuse(p);
}

static void
tell(struct part *p)
{
    const struct rows_calls *calls = p->file->calls;
    const char *s = buf_text(&p->told);

    for (; p->told_count > 0; p->told_count--) {
        calls->bad(s, calls->arg);
        s += strlen(s) + 1;
    }
    for (; p->untold > 0; p->untold--)
        calls->bad(NULL, calls->arg);
    buf_clear(&p->told);
}

/* ---- a part ---- */

/* For csv.h: the rest of a record, then what follows it. */
static enum err
read_source(void *arg, char *to, size_t size, size_t *len)
{
    struct part *p = arg;
    int i = p->source.len[0] > 0 ? 0 : 1;

    *len = p->source.len[i] < size ? p->source.len[i] : size;
    if (*len > STEP)
        *len = STEP;
    if (*len == 0) {
        p->source.dry = true;
        return ERR_OK; /* there may be no data, not even a place */
    }
    memcpy(to, p->source.data[i], *len);
    p->source.data[i] += *len;
    p->source.len[i] -= *len;
    return ERR_OK;
}

static struct part *
part_new(struct rows_file *file)
{
    struct part *p = xcalloc(1, sizeof *p);
    struct csv_source source = {.read = read_source, .arg = p};

    p->file = file;
    p->own = file->make(file);
    p->values = xcalloc(file->plan.column_count, sizeof *p->values);
    p->csv = csv_new(input_name(file->input), file->plan.delimiter, &source);
    return p;
}

static void
part_free(void *own)
{
    struct part *p = own;

    if (!p)
        return;
    p->file->release(p->own);
    free(p->values);
    buf_free(&p->key);
    buf_free(&p->sentence);
    buf_free(&p->told);
    csv_close(p->csv);
    csv_index_free(&p->index);
    free(p->error);
    free(p);
}

/* Forgets what was scanned under a wrong guess. */
static void
part_empty(struct part *p)
{
    p->file->release(p->own);
    p->own = p->file->make(p->file);
    p->report = (struct rows_report){0};
    buf_clear(&p->told);
    p->told_count = 0;
    p->untold = 0;
    p->e = ERR_OK;
    free(p->error);
    p->error = NULL;
}

/* Hands over what the part has gathered, what was wrong last. */
static enum err
part_merge(struct part *p)
{
    struct rows_file *file = p->file;
    enum err e;

    tell(p);
    e = file->merge(p->own, file);
    file->report.rows += p->report.rows;
    file->report.outside += p->report.outside;
    file->report.bad += p->report.bad;
    p->report = (struct rows_report){0};
    if (e == ERR_OK && p->e != ERR_OK)
        e = err_set(p->e, "%s", p->error);
    return e;
}

/* ---- records ---- */

/*
 * Reads the next record of the source exactly, and takes it. *more is false
 * when there is none, or not all of it.
 */
static enum err
take_exactly(struct part *p, int64_t line, bool *more)
{
    enum err e;

    p->source.dry = false;
    csv_restart(p->csv, line);
    e = csv_next(p->csv, more);
    if (p->source.dry)
        *more = false;
    if (p->source.dry || e != ERR_OK || !*more)
        return p->source.dry ? ERR_OK : e;
    return p->file->take_record(p);
}

/* The record at done, which is not regular. */
static enum err
take_odd(struct part *p, const struct chunk *c, bool *more)
{
    enum err e;

    p->source.data[1] = c->data + p->done;
    p->source.len[1] = c->len - p->done;
    e = take_exactly(p, p->line, more);
    if (e == ERR_OK && *more) {
        p->done += csv_used(p->csv);
        p->line = csv_line_after(p->csv);
    }
    return e;
}

static bool
is_empty_line(const struct fields *f)
{
    const char *s = f->text + f->begin, *end = f->text + f->stops[0];

    return f->count == 1 && (s == end || (s + 1 == end && *s == '\r'));
}

/* A record that the index found, from done on; *odd: it was not taken. */
static enum err
take_indexed(struct part *p, const struct fields *f, bool *odd)
{
    size_t end = (size_t) f->stops[f->count - 1] + 1;

    *odd = f->count != p->file->width || end - f->begin > CSV_RECORD_MAX;
    if (is_empty_line(f)) {
        *odd = false;
        return ERR_OK;
    }
    return *odd ? ERR_OK : p->file->take_fields(p, f, odd);
}

/* The records that lie in the index, which begins at done. */
static enum err
take_window(struct part *p, const struct chunk *c, bool *more)
{
    const struct csv_index *x = &p->index;
    const char *text = c->data + p->done;
    const size_t from = p->done;
    size_t before = 0;
    enum err e = ERR_OK;

    for (size_t i = 0; e == ERR_OK && *more && i < x->end_count; i++) {
        struct fields f = {.text = text,
                           .begin = p->done - from,
                           .stops = x->stops + before,
                           .count = x->ends[i] - before,
                           .line = p->line};
        size_t end = (size_t) x->stops[x->ends[i] - 1] + 1;
        bool odd;

        before = x->ends[i];
        e = take_indexed(p, &f, &odd);
        if (e == ERR_OK && odd) {
            e = take_odd(p, c, more);
            if (p->done != from + end)
                break; /* the index knows no better */
            continue;
        }
        p->done = from + end;
        p->line++;
        if (x->breaks)
            p->line +=
                (int64_t) csv_count_lines(text + f.begin, end - 1 - f.begin);
    }
    return e;
}

/* From done to the last record that is complete. */
static enum err
scan(struct part *p, const struct chunk *c)
{
    char delimiter = p->file->plan.delimiter;
    size_t window = WINDOW;
    bool more = true;
    enum err e = ERR_OK;

    while (e == ERR_OK && more && p->done < c->len) {
        size_t left = c->len - p->done;
        size_t len = left < window ? left : window;

        csv_index(&p->index, c->data + p->done, len, delimiter);
        if (p->index.end_count > 0)
            e = take_window(p, c, &more);
        else if (p->index.odd || len > CSV_RECORD_MAX)
            e = take_odd(p, c, &more);
        else if (len == left)
            more = false;
        else
            window *= 2;
    }
    return e;
}

static void
scan_from(struct part *p, const struct chunk *c, size_t start)
{
    size_t feeds = csv_count_lines(c->data, start);

    p->scanned = true;
    p->start = p->done = start;
    p->line = p->file->line + c->feeds + (int64_t) feeds;
    p->e = scan(p, c);
    free(p->error); /* of a chunk before, which nobody asked for */
    p->error = p->e != ERR_OK ? xstrdup(err_text()) : NULL;
}

/* ---- chunks ---- */

static void
scan_chunk(const struct chunk *c, void *arg)
{
    const char *feed = c->len > 0 ? memchr(c->data, '\n', c->len) : NULL;

    (void) arg;
    if (c->first)
        scan_from(c->own, c, 0);
    else if (feed)
        scan_from(c->own, c, (size_t) (feed - c->data) + 1); /* lies in it */
}

/*
 * The record that the tail begins, with the chunk's bytes. *start is where
 * the next one begins; *more is false when it does not end in the chunk.
 */
static enum err
take_seam(struct rows_file *file, const struct chunk *c, size_t *start,
          bool *more)
{
    struct part *p = file->seam;
    enum err e, merged;

    p->source.data[0] = buf_text(&file->tail);
    p->source.len[0] = file->tail.len;
    p->source.data[1] = c->data;
    p->source.len[1] = c->len;
    e = take_exactly(p, file->tail_line, more);
    merged = e == ERR_OK ? part_merge(p) : ERR_OK;
    if (e == ERR_OK && *more)
        *start = csv_used(p->csv) - file->tail.len; /* it was not complete */
    return e == ERR_OK ? merged : e;
}

/* What is left when there is nothing more to read. */
static enum err
take_rest(struct rows_file *file)
{
    struct part *p = file->seam;
    bool more = true;
    enum err e = ERR_OK;

    p->source.data[0] = buf_text(&file->tail);
    p->source.len[0] = file->tail.len;
    p->source.len[1] = 0;
    csv_restart(p->csv, file->tail_line);
    while (e == ERR_OK && more) {
        e = csv_next(p->csv, &more);
        if (e == ERR_OK && more)
            e = file->take_record(p);
    }
    return e == ERR_OK ? part_merge(p) : e;
}

static void
keep_tail(struct rows_file *file, const struct chunk *c, size_t from,
          int64_t line)
{
    buf_clear(&file->tail);
    buf_add(&file->tail, c->data + from, c->len - from);
    file->tail_line = line;
}

/* Empty lines are no record, so that the tail does not grow with them. */
static void
drop_empty_lines(struct rows_file *file)
{
    const char *s = buf_text(&file->tail);
    size_t from = 0, len = file->tail.len;
    struct buf rest = {0};

    for (;;) {
        size_t cr = from + 1 < len && s[from] == '\r' ? 1 : 0;

        if (from + cr >= len || s[from + cr] != '\n')
            break;
        from += cr + 1;
        file->tail_line++;
    }
    if (from == 0)
        return;
    buf_add(&rest, s + from, len - from);
    buf_free(&file->tail);
    file->tail = rest;
}

static enum err
settle_records(struct rows_file *file, const struct chunk *c)
{
    struct part *p = c->own;
    size_t start = 0;
    bool more = true;
    enum err e = ERR_OK;

    if (!c->first)
        e = take_seam(file, c, &start, &more);
    if (p->scanned && (!more || p->start != start)) {
        part_empty(p);
        p->scanned = false;
    }
    if (e == ERR_OK && !more) {
        buf_add(&file->tail, c->data, c->len);
        drop_empty_lines(file);
        return ERR_OK;
    }
    if (e == ERR_OK && !p->scanned)
        scan_from(p, c, start);
    if (e == ERR_OK)
        e = part_merge(p);
    if (e == ERR_OK)
        keep_tail(file, c, p->done, p->line);
    return e;
}

static enum err
settle_chunk(const struct chunk *c, void *arg)
{
    struct rows_file *file = arg;
    const struct rows_calls *calls = file->calls;
    struct part *p = c->own;
    enum err e = settle_records(file, c);

    p->scanned = false;
    if (e == ERR_OK && c->last)
        e = take_rest(file);
    if (e == ERR_OK && calls->progress)
        e = calls->progress(file->done += (int64_t) c->len, /* of a file */
                            input_size(file->input), calls->arg);
    return e;
}

static void *
make_part(void *arg)
{
    return part_new(arg);
}

enum err
parts_run(struct rows_file *file)
{
    struct chunks_plan plan = {
        .size = file->plan.chunk ? file->plan.chunk : CHUNK,
        .jobs = file->plan.jobs,
        .prompt = file->plan.prompt,
    };
    struct chunks_calls calls = {.make = make_part,
                                 .release = part_free,
                                 .scan = scan_chunk,
                                 .settle = settle_chunk,
                                 .arg = file};
    enum err e;

    file->done = input_position(file->input);
    file->tail_line = file->line;
    file->seam = part_new(file);
    e = chunks_run(file->input, &plan, &calls);
    part_free(file->seam);
    buf_free(&file->tail);
    return e;
}
