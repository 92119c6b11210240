/* SPDX-License-Identifier: Apache-2.0 */
/* Reading what was done: changes, their models, a model's activations. */
#include "core/change.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/buf.h"
#include "core/model.h"
#include "core/service.h"

void
change_row_free(struct change_row *row)
{
    free(row->by);
    free(row->via);
    free(row->what);
    free(row->note);
    *row = (struct change_row){0};
}

void
change_page_free(struct change_page *page)
{
    for (size_t i = 0; i < page->count; i++)
        change_row_free(&page->items[i]);
    free(page->items);
    *page = (struct change_page){0};
}

#define CHANGE_COLUMNS                                                      \
    "SELECT c.id, c.at, a.name, c.via, c.what, c.note, c.undoes, c.models," \
    " c.first_activation, c.last_activation"                                \
    " FROM change c JOIN actor a ON a.id = c.actor "

static void
read_change(const struct db_rows *rows, struct change_row *row)
{
    *row = (struct change_row){
        .id = db_int(rows, 0),
        .at = db_int(rows, 1),
        .by = xstrdup(db_text(rows, 2)),
        .via = xstrdup(db_text(rows, 3)),
        .what = xstrdup(db_text(rows, 4)),
        .note = xstrdup(db_text(rows, 5)),
        .undoes = db_int(rows, 6),
        .models = db_int(rows, 7),
        .first = db_int(rows, 8),
        .last = db_int(rows, 9),
    };
}

enum err
change_list(struct service *s, int64_t before, size_t limit,
            struct change_page *page)
{
    static const char sql[] =
        CHANGE_COLUMNS "WHERE c.id < $1 ORDER BY c.id DESC LIMIT $2";
    struct arg args[] = {arg_int(before ? before : INT64_MAX),
                         arg_int((int64_t) limit) /* small */};
    struct change_page found = {0};
    struct db_rows *rows;
    bool more = false;
    enum err e = db_query(s->db, sql, args, 2, &rows);

    if (e != ERR_OK)
        return e;
    found.items = xcalloc(limit, sizeof *found.items);
    while ((e = db_next(rows, &more)) == ERR_OK && more)
        read_change(rows, &found.items[found.count++]);
    db_done(rows);
    if (e == ERR_OK)
        *page = found;
    else
        change_page_free(&found);
    return e;
}

enum err
change_find(struct service *s, int64_t id, struct change_row *out)
{
    static const char sql[] = CHANGE_COLUMNS "WHERE c.id = $1";
    struct arg args[] = {arg_int(id)};
    struct db_rows *rows;
    bool more = false;
    enum err e = db_query(s->db, sql, args, 1, &rows);

    if (e != ERR_OK)
        return e;
    e = db_next(rows, &more);
    if (e == ERR_OK && !more)
        e = err_set(ERR_NOT_FOUND,
                    "there is no change %" PRId64 "; vigia changes lists them",
                    id);
    if (e == ERR_OK)
        read_change(rows, out);
    db_done(rows);
    return e;
}

enum err
change_models(struct service *s, const struct change_row *row, int64_t after,
              size_t limit, struct change_model *out, size_t *count)
{
    /* The activations of a change stand close together, so their range
     * serves as well as an index, which each fit would pay for. */
    static const char sql[] =
        "SELECT id, model FROM activation"
        " WHERE id > $1 AND id <= $2 AND change = $3 ORDER BY id LIMIT $4";
    int64_t from = after ? after : row->first - 1;
    struct arg args[] = {arg_int(from), arg_int(row->last), arg_int(row->id),
                         arg_int((int64_t) limit) /* small */};
    struct db_rows *rows;
    bool more = false;
    enum err e = db_query(s->db, sql, args, 4, &rows);

    *count = 0;
    if (e != ERR_OK)
        return e;
    while ((e = db_next(rows, &more)) == ERR_OK && more)
        out[(*count)++] =
            (struct change_model){db_int(rows, 0), db_int(rows, 1)};
    db_done(rows);
    return e;
}

void
activation_list_free(struct activation_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        free(list->items[i].by);
        free(list->items[i].what);
    }
    free(list->items);
    *list = (struct activation_list){0};
}

enum err
activation_list(struct service *s, const struct model *m, size_t limit,
                struct activation_list *out)
{
    static const char sql[] =
        "SELECT v.prev, v.at, v.version, v.change, v.step, a.name, c.what"
        " FROM activation v JOIN change c ON c.id = v.change"
        " JOIN actor a ON a.id = c.actor WHERE v.id = $1";
    struct activation_list list = {0};
    int64_t id = m->activation;
    enum err e = ERR_OK;

    list.items = xcalloc(limit, sizeof *list.items);
    while (e == ERR_OK && id && list.count < limit) {
        struct arg args[] = {arg_int(id)};
        struct db_rows *rows;
        bool more = false;

        e = db_query(s->db, sql, args, 1, &rows);
        if (e != ERR_OK)
            break;
        e = db_next(rows, &more);
        if (e == ERR_OK && more)
            list.items[list.count++] = (struct activation){
                .id = id,
                .at = db_int(rows, 1),
                .version = db_int(rows, 2),
                .change = db_int(rows, 3),
                .step = (int) db_int(rows, 4), /* 0 to 2 */
                .by = xstrdup(db_text(rows, 5)),
                .what = xstrdup(db_text(rows, 6)),
            };
        id = e == ERR_OK && more ? db_int(rows, 0) : 0;
        db_done(rows);
    }
    if (e == ERR_OK)
        *out = list;
    else
        activation_list_free(&list);
    return e;
}
