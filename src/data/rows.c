/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The header says at which field each wanted column stands; then each record
 * is checked from the cheap to the dear - fields, key, time, values - and
 * given to the caller. A regular record is taken where it lies; whatever is
 * wrong with one, it is the exact look that says so. Nothing is allocated
 * per record.
 */
#include "data/rows.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "data/cell.h"
#include "data/csv.h"
#include "data/input.h"
#include "data/plain_cells.h"
#include "data/rows_part.h"

/* ---- the header ---- */

static enum err
no_column(const struct rows_file *s, const char *wanted)
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
            input_name(s->input), name, csv_clip(other, near, strlen(near)));
    return err_set(ERR_DATA, "%s: no column \"%s\"%s", input_name(s->input),
                   name, hint);
}

/* As strcmp(), of a text that does not end. */
static int
name_order(const char *name, const char *wanted, size_t len)
{
    int order = strncmp(name, wanted, len);

    return order == 0 && name[len] ? 1 : order;
}

static int
by_name(const void *a, const void *b)
{
    char *const *const *x = a, *const *const *y = b;

    return strcmp(**x, **y);
}

enum err
rows_file_column(const struct rows_file *s, const char *wanted, size_t *field)
{
    char clip[CSV_CLIP];
    size_t len = strlen(wanted), low = 0, high = s->width;

    cell_trim(&wanted, &len);
    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (name_order(*s->sorted[middle], wanted, len) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == s->width || name_order(*s->sorted[low], wanted, len) != 0)
        return no_column(s, wanted);
    if (low + 1 < s->width
        && name_order(*s->sorted[low + 1], wanted, len) == 0)
        return err_set(ERR_DATA, "%s: column \"%s\" is twice in the header",
                       input_name(s->input), csv_clip(clip, wanted, len));
    *field = (size_t) (s->sorted[low] - s->names); /* it is one of them */
    return ERR_OK;
}

static enum err
find_columns(const struct rows_file *s, const char *const *wanted,
             size_t count, size_t **fields)
{
    enum err e = ERR_OK;

    *fields = xreallocarray(NULL, count, sizeof **fields);
    for (size_t i = 0; e == ERR_OK && i < count; i++)
        e = rows_file_column(s, wanted[i], &(*fields)[i]);
    return e;
}

static enum err
read_names(struct rows_file *s, struct csv *csv)
{
    bool more;
    enum err e = csv_next(csv, &more);

    if (e != ERR_OK)
        return e;
    if (!more)
        return err_set(ERR_DATA, "%s is empty", input_name(s->input));
    s->width = csv_fields(csv);
    s->names = xcalloc(s->width + 1, sizeof *s->names);
    for (size_t i = 0; i < s->width; i++) {
        size_t len;
        const char *name = csv_field(csv, i, &len);

        cell_trim(&name, &len);
        s->names[i] = xstrndup(name, len);
    }
    s->sorted = xcalloc(s->width, sizeof(char **));
    for (size_t i = 0; i < s->width; i++)
        s->sorted[i] = &s->names[i];
    qsort(s->sorted, s->width, sizeof(char **), by_name);
    return ERR_OK;
}

static enum err
read_input(void *arg, char *to, size_t size, size_t *len)
{
    return input_read(arg, to, size, len);
}

/* Leaves the input behind the header. */
static enum err
read_header(struct rows_file *s)
{
    struct csv_source source = {.read = read_input, .arg = s->input};
    struct csv *csv =
        csv_new(input_name(s->input), s->plan.delimiter, &source);
    enum err e = read_names(s, csv);
    size_t len;
    const char *rest = csv_rest(csv, &len);

    input_unread(s->input, rest, len);
    s->line = csv_line_after(csv);
    csv_close(csv);
    return e;
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
    return csv_delimiter(plan->delimiter);
}

enum err
rows_file_open(struct rows_file *s, const char *path,
               const struct rows_plan *plan, const struct rows_calls *calls)
{
    struct rows_plan *p = &s->plan;
    enum err e;

    *s = (struct rows_file){.plan = *plan, .calls = calls};
    if (!p->delimiter)
        p->delimiter = ',';
    if (!p->decimal)
        p->decimal = '.';
    s->plain = p->decimal == '.' && p->missing_count == 0;
    e = check_plan(p);
    if (e == ERR_OK)
        e = input_open(path, &s->input);
    if (e == ERR_OK)
        e = read_header(s);
    if (e == ERR_OK)
        e = find_columns(s, p->by, p->by_count, &s->by);
    if (e == ERR_OK && p->time)
        e = rows_file_column(s, p->time, &s->time);
    if (e == ERR_OK)
        e = find_columns(s, p->columns, p->column_count, &s->columns);
    return e;
}

void
rows_file_close(struct rows_file *s)
{
    for (size_t i = 0; i < s->width; i++)
        free(s->names[i]);
    free(s->names);
    free(s->sorted);
    free(s->by);
    free(s->columns);
    input_close(s->input);
}

/* ---- a record, exactly ---- */

/* The cell at a field, blanks around taken off. */
static const char *
get_cell(const struct part *p, size_t field, size_t *len)
{
    const char *text = csv_field(p->csv, field, len);

    cell_trim(&text, len);
    return text;
}

static enum err
refuse_cell(struct part *p, size_t field, const char *fault)
{
    const char *column = p->file->names[field];
    char name[CSV_CLIP], clip[CSV_CLIP];
    size_t len;
    const char *text = get_cell(p, field, &len);

    buf_clear(&p->sentence);
    buf_printf(&p->sentence, "%s:%lld: column \"%s\": \"%s\" %s",
               csv_name(p->csv), (long long) csv_field_line(p->csv, field),
               csv_clip(name, column, strlen(column)),
               csv_clip(clip, text, len), fault);
    return part_refuse(p);
}

/* In these *take becomes false when the record is passed over. */

static enum err
take_key(struct part *p, struct row *row, bool *take)
{
    buf_clear(&p->key);
    for (size_t i = 0; i < p->file->plan.by_count; i++) {
        size_t len;
        const char *text;

        (void) get_cell(p, p->file->by[i], &len);
        if (len == 0) {
            *take = false;
            return refuse_cell(p, p->file->by[i], "is an empty key");
        }
        if (i > 0)
            buf_char(&p->key, ':');
        text = csv_field(p->csv, p->file->by[i], &len); /* as it stands */
        buf_add(&p->key, text, len);
    }
    row->key = buf_text(&p->key);
    row->key_len = p->key.len;
    return ERR_OK;
}

static enum err
take_time(struct part *p, struct row *row, bool *take)
{
    size_t len;
    const char *text;

    if (!p->file->plan.time)
        return ERR_OK;
    text = get_cell(p, p->file->time, &len);
    if (!cell_time(text, len, &row->time)) {
        *take = false;
        return refuse_cell(p, p->file->time, "is not a time");
    }
    if (row->time < p->file->plan.since || row->time >= p->file->plan.until) {
        p->report.outside++;
        *take = false;
    }
    return ERR_OK;
}

static enum err
take_values(struct part *p)
{
    enum err e = ERR_OK;

    for (size_t i = 0; e == ERR_OK && i < p->file->plan.column_count; i++) {
        size_t len;
        const char *text = get_cell(p, p->file->columns[i], &len);
        enum cell cell = cell_read(&p->file->plan, text, len, &p->values[i]);

        if (cell == CELL_BEYOND)
            e = refuse_cell(p, p->file->columns[i],
                            p->file->plan.any_size ? "is too large"
                                                   : "is beyond 1e150");
        else if (cell == CELL_TEXT
                 && cell_has_comma(&p->file->plan, text, len))
            e = refuse_cell(p, p->file->columns[i],
                            "is not a number" COMMA_HINT);
        else if (cell == CELL_TEXT)
            e = refuse_cell(p, p->file->columns[i], "is not a number");
    }
    return e;
}

static enum err
take_record(struct part *p)
{
    struct row row = {.line = csv_line(p->csv), .values = p->values};
    bool take = true;
    enum err e;

    if (csv_fields(p->csv) != p->file->width)
        return part_refuse_width(p);
    e = take_key(p, &row, &take);
    if (e == ERR_OK && take)
        e = take_time(p, &row, &take);
    if (e == ERR_OK && take)
        e = take_values(p);
    if (e != ERR_OK || !take)
        return e;
    p->report.rows++;
    return p->file->calls->row(&row, p->own);
}

/* ---- a regular record ---- */

/* Only what cannot be wrong is taken here. */

/* A part of the key. False: empty, or with a doubled quote. */
static inline bool
fast_key_text(const struct fields *f, size_t field, const char **text,
              size_t *len)
{
    bool quoted;
    const char *trimmed = *text = fields_get(f, field, len, &quoted);
    size_t kept = *len;

    cell_trim(&trimmed, &kept);
    return kept > 0 && !(quoted && memchr(*text, '"', *len));
}

static bool
fast_key(struct part *p, const struct fields *f, struct row *row)
{
    const struct rows_file *s = p->file;

    if (s->plan.by_count == 1)
        return fast_key_text(f, s->by[0], &row->key, &row->key_len);
    buf_clear(&p->key);
    for (size_t i = 0; i < s->plan.by_count; i++) {
        size_t len;
        const char *text;

        if (!fast_key_text(f, s->by[i], &text, &len))
            return false;
        if (i > 0)
            buf_char(&p->key, ':');
        buf_add(&p->key, text, len);
    }
    row->key = buf_text(&p->key);
    row->key_len = p->key.len;
    return true;
}

static bool
fast_time(const struct part *p, const struct fields *f, struct row *row)
{
    bool quoted;
    size_t len;
    const char *text;

    if (!p->file->plan.time)
        return true;
    text = fields_get(f, p->file->time, &len, &quoted);
    cell_trim(&text, &len);
    return cell_time(text, len, &row->time);
}

/* A cell that is no plain number: text or too large is for the exact look. */
static bool
fast_cell(const struct rows_plan *plan, const char *text, size_t len,
          bool quoted, double *v)
{
    enum cell cell;

    cell_trim(&text, &len);
    cell = cell_read(plan, text, len, v);
    return cell == CELL_NUMBER
           || (cell == CELL_MISSING && !(quoted && len > 0));
}

static bool
fast_values(const struct part *p, const struct fields *f)
{
    const struct rows_file *s = p->file;
    const size_t *columns = s->columns, count = s->plan.column_count;

    for (size_t i = 0; i < count; i++) {
        bool quoted;
        size_t len;
        const char *text;

        if (s->plain)
            i += plain_cells(f, columns + i, count - i, p->values + i);
        if (i == count)
            break;
        text = fields_get(f, columns[i], &len, &quoted);
        if (!fast_cell(&s->plan, text, len, quoted, &p->values[i]))
            return false;
    }
    return true;
}

static enum err
take_fields(struct part *p, const struct fields *f, bool *odd)
{
    const struct rows_plan *plan = &p->file->plan;
    struct row row = {.line = f->line, .values = p->values};

    *odd = !fast_key(p, f, &row) || !fast_time(p, f, &row);
    if (*odd)
        return ERR_OK;
    if (plan->time && (row.time < plan->since || row.time >= plan->until)) {
        p->report.outside++;
        return ERR_OK;
    }
    *odd = !fast_values(p, f);
    if (*odd)
        return ERR_OK;
    p->report.rows++;
    return p->file->calls->row(&row, p->own);
}

/* ---- the scan ---- */

static void *
make_own(const struct rows_file *s)
{
    return s->calls->make ? s->calls->make(s->calls->arg) : s->calls->arg;
}

static void
keep_own(void *own)
{
    (void) own; /* the caller's */
}

static enum err
merge_own(void *own, const struct rows_file *s)
{
    return s->calls->merge ? s->calls->merge(own, s->calls->arg) : ERR_OK;
}

enum err
rows_scan(const char *path, const struct rows_plan *plan,
          const struct rows_calls *calls, struct rows_report *report)
{
    struct rows_file s;
    enum err e = rows_file_open(&s, path, plan, calls);

    s.take_fields = take_fields;
    s.take_record = take_record;
    s.make = make_own;
    s.release = calls->make ? calls->release : keep_own;
    s.merge = merge_own;
    if (!calls->make)
        s.plan.jobs = 1;
    if (e == ERR_OK)
        e = parts_run(&s);
    if (e == ERR_OK)
        *report = s.report;
    rows_file_close(&s);
    return e;
}
