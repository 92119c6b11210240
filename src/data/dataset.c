/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Two passes: the first counts rows and finds which columns are numeric, the
 * second fills in. Levels are found by a hash and sorted at the end, so the
 * order of the rows does not decide what a level's number is.
 */
#include "data/dataset.h"

#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "data/cell.h"
#include "data/csv.h"
#include "data/records.h"
#include "data/rows.h"

enum { SLOTS = 2 * DATASET_LEVELS_MAX, TOLD_EVERY = 4096 /* records */ };

/* A column while it is read; the last one is the label. */
struct reader_column {
    struct dataset_column *to;
    size_t field;
    bool text;       /* some cell is no number */
    uint16_t *slots; /* level number + 1, by hash */
};

struct reader {
    const char *path;
    const struct rows_plan *plan;
    const struct dataset_calls *calls;
    struct dataset *data;
    struct reader_column *columns;
    size_t count;
    struct records *records;
    size_t seen; /* records of this pass */
    size_t room; /* rows there were in the first pass */
    size_t left; /* of them are left out in the second */
};

static void
column_free(struct dataset_column *c)
{
    for (size_t i = 0; i < c->level_count; i++)
        free(c->levels[i]);
    free(c->levels);
    free(c->values);
    free(c->name);
}

void
dataset_free(struct dataset *f)
{
    for (size_t i = 0; i < f->count; i++)
        column_free(&f->columns[i]);
    free(f->columns);
    column_free(&f->label);
    *f = (struct dataset){0};
}

/* ---- the header ---- */

static enum err
find_field(const struct reader *r, const char *wanted, size_t *field)
{
    char clip[CSV_CLIP], other[CSV_CLIP];
    const char *const *names, *near;
    size_t count;

    names = records_names(r->records, &count);
    for (*field = 0; *field < count; ++*field)
        if (strcmp(names[*field], wanted) == 0)
            return ERR_OK;
    near = text_nearest(wanted, names);
    (void) csv_clip(clip, wanted, strlen(wanted));
    if (near)
        return err_set(ERR_DATA,
                       "%s: no column \"%s\" (the nearest is \"%s\")",
                       records_name(r->records), clip,
                       csv_clip(other, near, strlen(near)));
    return err_set(ERR_DATA, "%s: no column \"%s\"", records_name(r->records),
                   clip);
}

static void
add_column(struct reader *r, size_t field)
{
    size_t count;

    r->columns[r->count++] = (struct reader_column){
        .field = field,
        .to = &r->data->columns[r->data->count],
    };
    r->data->columns[r->data->count++].name =
        xstrdup(records_names(r->records, &count)[field]);
}

static enum err
choose_columns(struct reader *r, size_t label)
{
    size_t count, field;
    enum err e = ERR_OK;

    (void) records_names(r->records, &count);
    for (size_t i = 0; r->plan->column_count == 0 && i < count; i++)
        if (i != label)
            add_column(r, i);
    for (size_t i = 0; e == ERR_OK && i < r->plan->column_count; i++) {
        e = find_field(r, r->plan->columns[i], &field);
        for (size_t j = 0; e == ERR_OK && j < r->count; j++)
            if (r->columns[j].field == field)
                e = err_set(ERR_DATA, "the column \"%s\" is named twice",
                            r->plan->columns[i]);
        if (e == ERR_OK && field == label)
            e = err_set(ERR_DATA,
                        "the label \"%s\" cannot be a feature as well",
                        r->plan->columns[i]);
        if (e == ERR_OK)
            add_column(r, field);
    }
    if (e == ERR_OK && r->count == 0)
        e = err_set(ERR_DATA, "%s: there is no column beside the label",
                    records_name(r->records));
    return e;
}

static enum err
read_header(struct reader *r, const char *label)
{
    size_t count, width, field;
    enum err e = find_field(r, label, &field);

    if (e != ERR_OK)
        return e;
    (void) records_names(r->records, &count);
    width = r->plan->column_count ? r->plan->column_count : count;
    if (width > DATASET_COLUMNS_MAX)
        return err_set(ERR_DATA, "%s: %zu columns are more than %d",
                       records_name(r->records), width, DATASET_COLUMNS_MAX);
    r->data->columns = xcalloc(width, sizeof *r->data->columns);
    r->columns = xcalloc(width + 1, sizeof *r->columns);
    e = choose_columns(r, field);
    r->columns[r->count++] =
        (struct reader_column){.field = field, .to = &r->data->label};
    r->data->label.name = xstrdup(label);
    return e;
}

/* ---- passes over the records ---- */

static enum err
refuse_cell(const struct reader *r, const struct reader_column *c,
            const char *text, size_t len, const char *fault)
{
    char name[CSV_CLIP], clip[CSV_CLIP];

    return err_set(ERR_DATA, "%s:%" PRId64 ": column \"%s\": \"%s\" %s",
                   records_name(r->records), records_line(r->records),
                   csv_clip(name, c->to->name, strlen(c->to->name)),
                   csv_clip(clip, text, len), fault);
}

static enum cell
read_cell(const struct reader *r, const struct reader_column *c,
          const char **text, size_t *len, double *v)
{
    *text = records_cell(r->records, c->field, len);
    return cell_read(r->plan, *text, *len, v);
}

/* What err_text() says of a record that is left out. */
static void
tell_bad(const struct reader *r)
{
    if (r->calls && r->calls->bad)
        r->calls->bad(err_text(), r->calls->arg);
}

/* A record without a label teaches nothing. */
static bool
has_label(const struct reader *r)
{
    const char *text;
    size_t len;
    double v;

    return read_cell(r, &r->columns[r->count - 1], &text, &len, &v)
           != CELL_MISSING;
}

static enum err
look(struct reader *r)
{
    if (!has_label(r)) {
        r->data->unlabelled++;
        return ERR_OK;
    }
    for (size_t i = 0; i < r->count; i++) {
        struct reader_column *c = &r->columns[i];
        const char *text;
        size_t len;
        double v;

        switch (read_cell(r, c, &text, &len, &v)) {
        case CELL_TEXT:
            c->text = true;
            break;
        case CELL_MISSING:
            c->to->missing++;
            break;
        case CELL_NUMBER:
        case CELL_BEYOND: /* an error, if the column is one of numbers */
            break;
        }
    }
    r->data->rows++;
    if (r->data->rows > (size_t) DATASET_CELLS_MAX / r->count)
        return err_set(ERR_DATA, "%s: more than %d cells",
                       records_name(r->records), DATASET_CELLS_MAX);
    return ERR_OK;
}

static size_t
hash(const char *text, size_t len)
{
    uint32_t h = UINT32_C(2166136261); /* FNV-1a */

    for (size_t i = 0; i < len; i++)
        h = (h ^ (unsigned char) text[i]) * UINT32_C(16777619);
    return (h ^ h >> 16) % SLOTS;
}

static enum err
take_level(const struct reader *r, struct reader_column *c, const char *text,
           size_t len, double *v)
{
    struct dataset_column *to = c->to;
    size_t slot = hash(text, len);

    for (; c->slots[slot]; slot = (slot + 1) % SLOTS) {
        const char *level = to->levels[c->slots[slot] - 1];

        if (strlen(level) == len && memcmp(level, text, len) == 0) {
            *v = c->slots[slot] - 1;
            return ERR_OK;
        }
    }
    if (len > DATASET_LEVEL_MAX || !text_is_utf8(text, len))
        return refuse_cell(r, c, text, len,
                           "is too long for a level, or not UTF-8");
    if (to->level_count == DATASET_LEVELS_MAX)
        return err_set(ERR_DATA,
                       "%s: column \"%s\" has more than %d different texts: "
                       "if it is no feature, name the others (--columns)",
                       records_name(r->records), to->name, DATASET_LEVELS_MAX);
    to->levels =
        xreallocarray(to->levels, to->level_count + 1, sizeof *to->levels);
    to->levels[to->level_count++] = xstrndup(text, len);
    c->slots[slot] = (uint16_t) to->level_count; /* at most the limit */
    *v = (double) (to->level_count - 1);
    return ERR_OK;
}

static enum err
changed(const struct reader *r)
{
    return err_set(ERR_DATA, "%s changed while it was read",
                   records_name(r->records));
}

/* The numbers of a row; *beyond: one is too large. */
static enum err
fill_numbers(const struct reader *r, size_t row, bool *beyond)
{
    *beyond = false;
    for (size_t i = 0; i < r->count; i++) {
        const struct reader_column *c = &r->columns[i];
        const char *text;
        size_t len;
        enum cell cell;

        if (c->text)
            continue;
        cell = read_cell(r, c, &text, &len, &c->to->values[row]);
        *beyond = cell == CELL_BEYOND;
        if (*beyond)
            return refuse_cell(r, c, text, len, "is beyond 1e150");
        if (cell == CELL_TEXT)
            return changed(r);
    }
    return ERR_OK;
}

/* The levels of a row, and what is missing in it. */
static enum err
fill_levels(struct reader *r, size_t row)
{
    enum err e = ERR_OK;

    for (size_t i = 0; e == ERR_OK && i < r->count; i++) {
        struct reader_column *c = &r->columns[i];
        double *v = &c->to->values[row];
        const char *text;
        size_t len;

        if (c->text && read_cell(r, c, &text, &len, v) != CELL_MISSING)
            e = take_level(r, c, text, len, v);
        c->to->missing += isnan(*v) ? 1 : 0;
    }
    return e;
}

static enum err
fill(struct reader *r)
{
    size_t row = r->data->rows;
    bool beyond;
    enum err e;

    if (!has_label(r))
        return ERR_OK;
    if (row + r->left == r->room)
        return changed(r);
    e = fill_numbers(r, row, &beyond);
    if (beyond && r->plan->skip_bad) {
        tell_bad(r);
        r->left++;
        return ERR_OK;
    }
    if (e == ERR_OK)
        e = fill_levels(r, row);
    r->data->rows++;
    return e;
}

/* Tells how far pass (0 or 1) is. */
static enum err
tell(const struct reader *r, int pass)
{
    const struct dataset_calls *calls = r->calls;
    int64_t done, size;

    if (!calls || !calls->progress)
        return ERR_OK;
    records_position(r->records, &done, &size);
    return calls->progress(done + pass * size, 2 * size, calls->arg);
}

static enum err
each_record(struct reader *r, int pass, enum err (*take)(struct reader *r))
{
    bool more = true;
    enum err e = ERR_OK;

    for (r->seen = 0; e == ERR_OK && more; r->seen++) {
        e = records_next(r->records, &more);
        if (e == ERR_OK && more) {
            e = take(r);
        } else if (e == ERR_DATA && r->plan->skip_bad
                   && records_usable(r->records)) {
            if (pass == 0)
                tell_bad(r);
            e = ERR_OK;
        }
        if (e == ERR_OK && r->seen % TOLD_EVERY == 0)
            e = tell(r, pass);
    }
    return e;
}

/* ---- between and after the passes ---- */

/* The columns stand where they stood. */
static enum err
open_again(struct reader *r)
{
    const char *const *names;
    size_t count;
    enum err e;

    records_close(r->records);
    r->records = NULL;
    e = records_open(r->path, r->plan->delimiter, &r->records);
    if (e != ERR_OK)
        return e;
    names = records_names(r->records, &count);
    for (size_t i = 0; i < r->count; i++)
        if (r->columns[i].field >= count
            || strcmp(names[r->columns[i].field], r->columns[i].to->name) != 0)
            return changed(r);
    return ERR_OK;
}

static enum err
make_room(struct reader *r)
{
    struct dataset *f = r->data;

    for (size_t i = 0; i < r->count; i++) {
        struct reader_column *c = &r->columns[i];

        c->to->missing = 0;
        c->to->values = xcalloc(f->rows, sizeof *c->to->values);
        if (c->text)
            c->slots = xcalloc(SLOTS, sizeof *c->slots);
    }
    r->room = f->rows;
    f->rows = 0;
    return open_again(r);
}

/* Is what was filled in what was counted, and enough? */
static enum err
check_filled(const struct reader *r)
{
    const struct dataset *f = r->data;

    if (f->rows + r->left != r->room)
        return changed(r);
    if (f->rows == 0)
        return err_set(ERR_DATA, "%s has no row with a label",
                       records_name(r->records));
    for (size_t i = 0; i < r->count; i++)
        if (r->columns[i].to->missing == f->rows)
            return err_set(ERR_DATA,
                           "%s: column \"%s\" has no value in any row",
                           records_name(r->records), r->columns[i].to->name);
    return ERR_OK;
}

static int
compare_levels(const void *a, const void *b)
{
    return strcmp(*(char *const *) a, *(char *const *) b);
}

/* Levels in order, and the rows' values with them. */
static void
sort_levels(struct dataset_column *c, size_t rows)
{
    char **old = xcalloc(c->level_count, sizeof *old);
    double *place = xcalloc(c->level_count, sizeof *place);

    memcpy(old, c->levels, c->level_count * sizeof *old);
    qsort(c->levels, c->level_count, sizeof *c->levels, compare_levels);
    for (size_t i = 0; i < c->level_count; i++) {
        char **found = bsearch(&old[i], c->levels, c->level_count,
                               sizeof *c->levels, compare_levels);

        place[i] = (double) (found - c->levels);
    }
    for (size_t i = 0; i < rows; i++)
        if (!isnan(c->values[i]))
            c->values[i] = place[(size_t) c->values[i]]; /* a level's number */
    free(old);
    free(place);
}

enum err
dataset_read(const char *path, const struct rows_plan *plan, const char *label,
             const struct dataset_calls *calls, struct dataset *out)
{
    struct dataset data = {0};
    struct reader r = {
        .path = path, .plan = plan, .calls = calls, .data = &data};
    enum err e = records_open(path, plan->delimiter, &r.records);

    if (e == ERR_OK)
        e = read_header(&r, label);
    if (e == ERR_OK)
        e = each_record(&r, 0, look);
    if (e == ERR_OK)
        e = make_room(&r);
    if (e == ERR_OK)
        e = each_record(&r, 1, fill);
    if (e == ERR_OK)
        e = check_filled(&r);
    for (size_t i = 0; i < r.count; i++) {
        if (e == ERR_OK && r.columns[i].text)
            sort_levels(r.columns[i].to, data.rows);
        free(r.columns[i].slots);
    }
    free(r.columns);
    records_close(r.records);
    if (e == ERR_OK)
        *out = data;
    else
        dataset_free(&data);
    return e;
}
