/* SPDX-License-Identifier: Apache-2.0 */
/* Rows are read in pages of the history; one that another version judged
 * gives the columns which the active one still has. */
#include "core/recorded.h"

#include <math.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/clock.h"
#include "core/history.h"
#include "core/model.h"
#include "core/service.h"
#include "core/version.h"
#include "data/stats.h"

enum {
    PAGE = 1000, /* rows read at a time */
    PAGES = 10   /* of a step; a page looks at 10,000 rows when few fit */
};

void
recorded_free(struct recorded *r)
{
    compiled_put(r->active);
    free(r->columns);
    free(r->moments);
    *r = (struct recorded){0};
}

enum err
recorded_begin(struct service *s, const struct model *m, int64_t since,
               int64_t until, struct recorded *out)
{
    struct compiled *c = NULL;
    struct kind_column column;
    size_t count;
    enum err e = compiled_get(s, m, 0, &c);

    if (e == ERR_OK && c->kind->learns != LEARNS_MOMENTS) {
        compiled_put(c);
        e = err_set(ERR_DATA,
                    "%s is of kind %s, which does not learn from recorded "
                    "readings",
                    m->name, m->kind->name);
    }
    if (e != ERR_OK)
        return e;
    count = c->kind->columns(c->model);
    *out = (struct recorded){
        .model = m->id,
        .since = since,
        .until = until,
        .active = c,
        .columns = xcalloc(count, sizeof *out->columns),
        .moments = xcalloc(count, sizeof *out->moments),
        .count = count,
    };
    for (size_t i = 0; i < count; i++) {
        c->kind->column(c->model, i, &column);
        out->columns[i] = column.name;
    }
    return ERR_OK;
}

/* Any number may have been tested and recorded. */
static enum err
refuse(const struct history_row *row, const char *column, double v)
{
    char at[CLOCK_TEXT];

    clock_utc(at, row->at);
    return err_set(ERR_DATA,
                   "the reading of %s, column \"%s\", at %s is %g: a value "
                   "beyond 1e150 cannot be learnt",
                   row->model, column, at, v);
}

/* Adds a reading whose columns are those of version c. */
static enum err
add_values(struct recorded *r, const struct compiled *c,
           const struct history_row *row)
{
    const struct kind *kind = r->active->kind;

    for (size_t i = 0; i < row->value_count; i++) {
        struct kind_column column;
        size_t index = i;

        if (isnan(row->values[i])) /* not given, which is not missing */
            continue;
        c->kind->column(c->model, i, &column);
        if (c != r->active
            && !kind->find(r->active->model, column.name, &index))
            continue;
        if (fabs(row->values[i]) > STATS_VALUE_MAX)
            return refuse(row, column.name, row->values[i]);
        moments_add(&r->moments[index], row->values[i]);
    }
    r->readings++;
    return ERR_OK;
}

static enum err
take_page(struct service *s, struct recorded *r,
          const struct history_page *page)
{
    struct compiled *c = NULL;
    enum err e = ERR_OK;

    for (size_t i = 0; e == ERR_OK && i < page->count; i++) {
        const struct history_row *row = &page->items[i];

        if (!c || c->number != row->version) {
            compiled_put(c);
            c = NULL;
            e = compiled_by_id(s, row->kind, row->model_id, row->version, &c);
        }
        if (e == ERR_OK)
            e = add_values(r, c, row);
    }
    compiled_put(c);
    return e;
}

enum err
recorded_step(struct service *s, struct recorded *r)
{
    struct history_query query = {.model = r->model,
                                  .since = r->since,
                                  .until = r->until,
                                  .cursor = r->cursor,
                                  .limit = PAGE};
    int64_t began = clock_elapsed();
    size_t rows = 0;
    enum err e;

    do {
        struct history_page page = {0};

        e = history_read(s, &query, &page);
        if (e == ERR_OK)
            e = take_page(s, r, &page);
        rows += page.count;
        query.cursor = page.next;
        history_page_free(&page);
    } while (e == ERR_OK && query.cursor && rows < PAGE * PAGES
             && clock_elapsed() - began < PIECE_US);
    if (e != ERR_OK)
        return e;
    r->cursor = query.cursor;
    r->done = query.cursor == 0;
    return ERR_OK;
}

enum err
recorded_source(struct recorded *r, const struct model *m, struct source *out)
{
    size_t kept = 0;

    if (r->readings == 0)
        return err_set(ERR_DATA, "%s has no recorded readings%s", m->name,
                       r->since == INT64_MIN && r->until == INT64_MAX
                           ? ""
                           : " at that time");
    for (size_t i = 0; i < r->count; i++) {
        if (r->moments[i].n == 0)
            continue;
        r->columns[kept] = r->columns[i];
        r->moments[kept++] = r->moments[i];
    }
    if (kept == 0)
        return err_set(
            ERR_DATA, "the recorded readings of %s are of none of its columns",
            m->name);
    r->count = kept;
    *out = (struct source){.column_count = r->count,
                           .columns = r->columns,
                           .moments = r->moments};
    return ERR_OK;
}

void
recorded_note(const struct recorded *r, struct buf *out)
{
    char time[CLOCK_TEXT];

    buf_str(out, "from recorded readings");
    if (r->since != INT64_MIN) {
        clock_utc(time, r->since);
        buf_printf(out, " since %s", time);
    }
    if (r->until != INT64_MAX) {
        clock_utc(time, r->until);
        buf_printf(out, " until %s", time);
    }
}
