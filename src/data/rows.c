/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One pass over a file: the header says at which field each wanted column
 * stands; then each record is checked from the cheap to the dear - fields,
 * key, time, values - and given to the caller. Nothing is allocated per
 * record.
 */
#include "data/rows.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "data/cell.h"
#include "data/csv.h"

enum { PROGRESS_STEP = 1 << 18 }; /* bytes */

#define COMMA_HINT " (a decimal comma? then: --decimal ,)"

struct scan {
    const struct rows_plan *plan;
    const struct rows_calls *calls; /* NULL: bad records are not reported */
    struct rows_report report;
    struct csv *csv;
    char **names; /* of the header, blanks around taken off; NULL-terminated */
    size_t width;
    size_t *by, *columns, time; /* fields of the plan's columns */
    double *values;
    struct buf key, sentence;
};

/* The cell at a field, blanks around taken off. */
static const char *
get_cell(const struct scan *s, size_t field, size_t *len)
{
    const char *text = csv_field(s->csv, field, len);

    cell_trim(&text, len);
    return text;
}

/* ---- what is wrong ---- */

/* Ends the scan with the sentence, or with skip_bad reports it and goes on. */
static enum err
refuse(struct scan *s)
{
    if (!s->plan->skip_bad)
        return err_set(ERR_DATA, "%s", buf_text(&s->sentence));
    s->report.bad++;
    if (s->calls && s->calls->bad)
        s->calls->bad(buf_text(&s->sentence), s->calls->arg);
    return ERR_OK;
}

static enum err
refuse_cell(struct scan *s, size_t field, const char *fault)
{
    char name[CSV_CLIP], clip[CSV_CLIP];
    size_t len;
    const char *text = get_cell(s, field, &len);

    buf_clear(&s->sentence);
    buf_printf(&s->sentence, "%s:%lld: column \"%s\": \"%s\" %s",
               csv_name(s->csv), (long long) csv_field_line(s->csv, field),
               csv_clip(name, s->names[field], strlen(s->names[field])),
               csv_clip(clip, text, len), fault);
    return refuse(s);
}

static enum err
refuse_width(struct scan *s)
{
    size_t n = csv_fields(s->csv);

    buf_clear(&s->sentence);
    buf_printf(&s->sentence, "%s:%lld: %zu field%s, but the header has %zu",
               csv_name(s->csv), (long long) csv_line(s->csv), n,
               n == 1 ? "" : "s", s->width);
    return refuse(s);
}

static enum err
no_column(const struct scan *s, const char *wanted)
{
    const char *near =
        text_nearest(wanted, (const char *const *) s->names); /* not written */
    char name[CSV_CLIP], other[CSV_CLIP];
    const char *hint = "";

    if (s->width == 1 && strpbrk(s->names[0], ",;\t|"))
        hint = " (another delimiter? then: --delimiter)";
    (void) csv_clip(name, wanted, strlen(wanted));
    if (near)
        return err_set(
            ERR_DATA, "%s: no column \"%s\" (the nearest is \"%s\")",
            csv_name(s->csv), name, csv_clip(other, near, strlen(near)));
    return err_set(ERR_DATA, "%s: no column \"%s\"%s", csv_name(s->csv), name,
                   hint);
}

/* ---- the header ---- */

static enum err
find_column(const struct scan *s, const char *wanted, size_t *field)
{
    char clip[CSV_CLIP];
    size_t len = strlen(wanted), found = s->width;

    cell_trim(&wanted, &len);
    for (size_t i = 0; i < s->width; i++) {
        if (strlen(s->names[i]) != len
            || memcmp(s->names[i], wanted, len) != 0)
            continue;
        if (found < s->width)
            return err_set(ERR_DATA,
                           "%s: column \"%s\" is twice in the header",
                           csv_name(s->csv), csv_clip(clip, wanted, len));
        found = i;
    }
    if (found == s->width)
        return no_column(s, wanted);
    *field = found;
    return ERR_OK;
}

static enum err
find_columns(const struct scan *s, const char *const *wanted, size_t count,
             size_t **fields)
{
    enum err e = ERR_OK;

    *fields = xreallocarray(NULL, count, sizeof **fields);
    for (size_t i = 0; e == ERR_OK && i < count; i++)
        e = find_column(s, wanted[i], &(*fields)[i]);
    return e;
}

static enum err
read_header(struct scan *s)
{
    bool more;
    enum err e = csv_next(s->csv, &more);

    if (e != ERR_OK)
        return e;
    if (!more)
        return err_set(ERR_DATA, "%s is empty", csv_name(s->csv));
    s->width = csv_fields(s->csv);
    s->names = xcalloc(s->width + 1, sizeof *s->names);
    for (size_t i = 0; i < s->width; i++) {
        size_t len;
        const char *name = get_cell(s, i, &len);

        s->names[i] = xstrndup(name, len);
    }
    return ERR_OK;
}

static enum err
check_plan(const struct rows_plan *plan)
{
    if (plan->decimal != '.' && plan->decimal != ',')
        return err_set(ERR_USAGE, "the decimal sign is \".\" or \",\"");
    if (plan->decimal == plan->delimiter)
        return err_set(ERR_USAGE,
                       "\"%c\" cannot be both the delimiter and the "
                       "decimal sign",
                       plan->decimal);
    return ERR_OK;
}

static enum err
open_scan(struct scan *s, const char *path)
{
    const struct rows_plan *p = s->plan;
    enum err e = check_plan(p);

    if (e == ERR_OK)
        e = csv_open(path, p->delimiter, &s->csv);
    if (e == ERR_OK)
        e = read_header(s);
    if (e == ERR_OK)
        e = find_columns(s, p->by, p->by_count, &s->by);
    if (e == ERR_OK && p->time)
        e = find_column(s, p->time, &s->time);
    if (e == ERR_OK)
        e = find_columns(s, p->columns, p->column_count, &s->columns);
    s->values = xcalloc(p->column_count, sizeof *s->values);
    return e;
}

static void
close_scan(struct scan *s)
{
    for (size_t i = 0; i < s->width; i++)
        free(s->names[i]);
    free(s->names);
    free(s->by);
    free(s->columns);
    free(s->values);
    buf_free(&s->key);
    buf_free(&s->sentence);
    csv_close(s->csv);
}

/* The plan with its presets filled in. */
static struct rows_plan
complete(const struct rows_plan *plan)
{
    struct rows_plan p = *plan;

    if (!p.delimiter)
        p.delimiter = ',';
    if (!p.decimal)
        p.decimal = '.';
    return p;
}

/* ---- records ---- */

/* In these *take becomes false when the record is passed over. */

static enum err
take_key(struct scan *s, struct row *row, bool *take)
{
    buf_clear(&s->key);
    for (size_t i = 0; i < s->plan->by_count; i++) {
        size_t len;
        const char *text;

        (void) get_cell(s, s->by[i], &len);
        if (len == 0) {
            *take = false;
            return refuse_cell(s, s->by[i], "is an empty key");
        }
        if (i > 0)
            buf_char(&s->key, ':');
        text = csv_field(s->csv, s->by[i], &len); /* as it stands */
        buf_add(&s->key, text, len);
    }
    row->key = buf_text(&s->key);
    row->key_len = s->key.len;
    return ERR_OK;
}

static enum err
take_time(struct scan *s, struct row *row, bool *take)
{
    size_t len;
    const char *text;

    if (!s->plan->time)
        return ERR_OK;
    text = get_cell(s, s->time, &len);
    if (!cell_time(text, len, &row->time)) {
        *take = false;
        return refuse_cell(s, s->time, "is not a time");
    }
    if (row->time < s->plan->since || row->time >= s->plan->until) {
        s->report.outside++;
        *take = false;
    }
    return ERR_OK;
}

static enum err
take_values(struct scan *s)
{
    enum err e = ERR_OK;

    for (size_t i = 0; e == ERR_OK && i < s->plan->column_count; i++) {
        size_t len;
        const char *text = get_cell(s, s->columns[i], &len);
        enum cell cell = cell_read(s->plan, text, len, &s->values[i]);

        if (cell == CELL_BEYOND)
            e = refuse_cell(s, s->columns[i], "is beyond 1e150");
        else if (cell == CELL_TEXT && cell_has_comma(s->plan, text, len))
            e = refuse_cell(s, s->columns[i], "is not a number" COMMA_HINT);
        else if (cell == CELL_TEXT)
            e = refuse_cell(s, s->columns[i], "is not a number");
    }
    return e;
}

static enum err
take_record(struct scan *s)
{
    struct row row = {.line = csv_line(s->csv), .values = s->values};
    bool take = true;
    enum err e;

    if (csv_fields(s->csv) != s->width)
        return refuse_width(s);
    e = take_key(s, &row, &take);
    if (e == ERR_OK && take)
        e = take_time(s, &row, &take);
    if (e == ERR_OK && take)
        e = take_values(s);
    if (e != ERR_OK || !take)
        return e;
    s->report.rows++;
    return s->calls->row(&row, s->calls->arg);
}

static enum err
tell_progress(const struct scan *s)
{
    if (!s->calls->progress)
        return ERR_OK;
    return s->calls->progress(csv_position(s->csv), csv_size(s->csv),
                              s->calls->arg);
}

enum err
rows_scan(const char *path, const struct rows_plan *plan,
          const struct rows_calls *calls, struct rows_report *report)
{
    struct rows_plan p = complete(plan);
    struct scan s = {.plan = &p, .calls = calls};
    int64_t told = 0;
    bool more = true;
    enum err e = open_scan(&s, path);

    if (e == ERR_OK)
        e = csv_next(s.csv, &more);
    while (e == ERR_OK && more) {
        e = take_record(&s);
        if (e == ERR_OK && csv_position(s.csv) - told >= PROGRESS_STEP) {
            told = csv_position(s.csv);
            e = tell_progress(&s);
        }
        if (e == ERR_OK)
            e = csv_next(s.csv, &more);
    }
    if (e == ERR_OK)
        e = tell_progress(&s);
    if (e == ERR_OK)
        *report = s.report;
    close_scan(&s);
    return e;
}

/* ---- finding columns ---- */

struct column {
    bool possible; /* nothing but numbers and missing cells so far */
    bool number;   /* at least one number */
};

static struct column *
new_columns(const struct scan *s)
{
    struct column *c = xcalloc(s->width, sizeof *c);

    for (size_t i = 0; i < s->width; i++)
        c[i].possible = s->names[i][0] != '\0';
    for (size_t i = 0; i < s->plan->by_count; i++)
        c[s->by[i]].possible = false;
    if (s->plan->time)
        c[s->time].possible = false;
    return c;
}

static enum err
look_at_record(struct scan *s, struct column *c, bool *comma)
{
    double v;

    if (csv_fields(s->csv) != s->width)
        return refuse_width(s);
    for (size_t i = 0; i < s->width; i++) {
        size_t len;
        const char *text;

        if (!c[i].possible)
            continue;
        text = get_cell(s, i, &len);
        switch (cell_read(s->plan, text, len, &v)) {
        case CELL_NUMBER:
        case CELL_BEYOND: /* rows_scan() will name it */
            c[i].number = true;
            break;
        case CELL_TEXT:
            c[i].possible = false;
            *comma = *comma || cell_has_comma(s->plan, text, len);
            break;
        case CELL_MISSING:
            break;
        }
    }
    return ERR_OK;
}

/* The names of the columns found; each must be the only one of its name. */
static enum err
name_columns(const struct scan *s, const struct column *c, bool comma,
             char ***names, size_t *count)
{
    char **found = xcalloc(s->width, sizeof *found);
    size_t n = 0, field;
    enum err e = ERR_OK;

    for (size_t i = 0; e == ERR_OK && i < s->width; i++) {
        if (!c[i].possible || !c[i].number)
            continue;
        e = find_column(s, s->names[i], &field);
        if (e == ERR_OK)
            found[n++] = xstrdup(s->names[i]);
    }
    if (e == ERR_OK && n == 0)
        e = err_set(ERR_DATA, "%s: no column of numbers%s", csv_name(s->csv),
                    comma ? COMMA_HINT : "");
    if (e == ERR_OK) {
        *names = found;
        *count = n;
        return ERR_OK;
    }
    while (n > 0)
        free(found[--n]);
    free(found);
    return e;
}

enum err
rows_find(const char *path, const struct rows_plan *plan, char ***names,
          size_t *count)
{
    struct rows_plan p = complete(plan);
    struct scan s = {.plan = &p};
    struct column *c = NULL;
    bool comma = false, more = true;
    enum err e;

    p.column_count = 0;
    e = open_scan(&s, path);
    if (e == ERR_OK)
        c = new_columns(&s);
    while (e == ERR_OK && more) {
        e = csv_next(s.csv, &more);
        if (e == ERR_OK && more)
            e = look_at_record(&s, c, &comma);
    }
    if (e == ERR_OK)
        e = name_columns(&s, c, comma, names, count);
    free(c);
    close_scan(&s);
    return e;
}
