/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which columns are numbers in the whole file. A column that is ruled out in
 * one part is not looked at again in that part.
 */
#include "data/rows.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "data/cell.h"
#include "data/csv.h"
#include "data/input.h"
#include "data/rows_part.h"

struct column {
    bool possible; /* nothing but numbers and missing cells so far */
    bool number;   /* at least one number */
};

/* What is known of a part, or of the whole. */
struct found {
    bool comma; /* a decimal comma would explain a text */
    struct column columns[];
};

static void
look_at_cell(struct part *p, size_t i, const char *text, size_t len)
{
    struct found *found = p->own;
    struct column *c = &found->columns[i];
    const struct rows_plan *plan = &p->file->plan;
    double v;

    cell_trim(&text, &len);
    switch (cell_read(plan, text, len, &v)) {
    case CELL_NUMBER:
    case CELL_BEYOND: /* rows_scan() will name it */
        c->number = true;
        break;
    case CELL_TEXT:
        c->possible = false;
        found->comma = found->comma || cell_has_comma(plan, text, len);
        break;
    case CELL_MISSING:
        break;
    }
}

static enum err
take_record(struct part *p)
{
    const struct found *found = p->own;

    if (csv_fields(p->csv) != p->file->width)
        return part_refuse_width(p);
    for (size_t i = 0; i < p->file->width; i++) {
        size_t len;
        const char *text = csv_field(p->csv, i, &len);

        if (found->columns[i].possible)
            look_at_cell(p, i, text, len);
    }
    return ERR_OK;
}

static enum err
take_fields(struct part *p, const struct fields *f, bool *odd)
{
    const struct found *found = p->own;

    *odd = false;
    for (size_t i = 0; i < f->count; i++) {
        bool quoted;
        size_t len;
        const char *text;

        if (!found->columns[i].possible)
            continue;
        text = fields_get(f, i, &len, &quoted);
        *odd = quoted && memchr(text, '"', len);
        if (*odd)
            return ERR_OK; /* looking twice does no harm */
        look_at_cell(p, i, text, len);
    }
    return ERR_OK;
}

static void
begin_part(struct found *found, const struct rows_file *s)
{
    found->comma = false;
    for (size_t i = 0; i < s->width; i++)
        found->columns[i] = (struct column){s->names[i][0] != '\0', false};
    for (size_t i = 0; i < s->plan.by_count; i++)
        found->columns[s->by[i]].possible = false;
    if (s->plan.time)
        found->columns[s->time].possible = false;
}

static void *
make_found(const struct rows_file *s)
{
    struct found *found =
        xmalloc(sizeof *found + s->width * sizeof(struct column));

    begin_part(found, s);
    return found;
}

static enum err
merge_found(void *own, const struct rows_file *s)
{
    struct found *whole = s->found, *part = own;

    whole->comma = whole->comma || part->comma;
    for (size_t i = 0; i < s->width; i++) {
        struct column *w = &whole->columns[i], *p = &part->columns[i];

        w->possible = w->possible && p->possible;
        w->number = w->number || p->number;
    }
    begin_part(part, s);
    return ERR_OK;
}

/* The names of the columns found; each must be the only one of its name. */
static enum err
name_columns(const struct rows_file *s, char ***names, size_t *count)
{
    const struct found *found = s->found;
    char **list = xcalloc(s->width, sizeof *list);
    size_t n = 0, field;
    enum err e = ERR_OK;

    for (size_t i = 0; e == ERR_OK && i < s->width; i++) {
        if (!found->columns[i].possible || !found->columns[i].number)
            continue;
        e = rows_file_column(s, s->names[i], &field);
        if (e == ERR_OK)
            list[n++] = xstrdup(s->names[i]);
    }
    if (e == ERR_OK && n == 0)
        e = err_set(ERR_DATA, "%s: no column of numbers%s",
                    input_name(s->input), found->comma ? COMMA_HINT : "");
    if (e == ERR_OK) {
        *names = list;
        *count = n;
        return ERR_OK;
    }
    while (n > 0)
        free(list[--n]);
    free(list);
    return e;
}

enum err
rows_find(const char *path, const struct rows_plan *plan,
          const struct rows_calls *calls, char ***names, size_t *count)
{
    struct rows_plan p = *plan;
    struct rows_calls progress = {0};
    struct rows_file s;
    enum err e;

    if (calls) { /* what is bad rows_scan() will tell */
        progress.progress = calls->progress;
        progress.arg = calls->arg;
    }
    p.column_count = 0;
    e = rows_file_open(&s, path, &p, &progress);
    s.take_fields = take_fields;
    s.take_record = take_record;
    s.make = make_found;
    s.release = free;
    s.merge = merge_found;
    if (e == ERR_OK) {
        s.found = make_found(&s);
        e = parts_run(&s);
    }
    if (e == ERR_OK)
        e = name_columns(&s, names, count);
    free(s.found);
    rows_file_close(&s);
    return e;
}
