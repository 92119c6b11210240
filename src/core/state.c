/* SPDX-License-Identifier: Apache-2.0 */
/* States. A model without a reading for stale_after is stale from its
 * activation on, so a sensor that never spoke is noticed, too. */
#include "core/state.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "core/model.h"
#include "core/service.h"
#include "core/version.h"
#include "kinds/kind.h"

const char *const state_names[STATES + 1] = {
    [STATE_ALERT] = "alert",       [STATE_STALE] = "stale",
    [STATE_FLAT] = "flat",         [STATE_LEARNING] = "learning",
    [STATE_UNTESTED] = "untested", [STATE_OK] = "ok",
};

void
state_list_free(struct state_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        free(list->items[i].column);
    free(list->items);
    *list = (struct state_list){0};
}

size_t
state_columns(const struct compiled *c)
{
    size_t count = c->kind->columns(c->model);

    return count ? count : 1;
}

void
state_column(const struct compiled *c, size_t i, struct kind_column *out)
{
    if (c->kind->columns(c->model) > 0)
        c->kind->column(c->model, i, out);
    else /* never learning, never flat */
        *out = (struct kind_column){
            .name = "", .unit = "", .n = INT64_MAX, .std = 1};
}

enum err
state_load(struct service *s, int64_t model, struct state_list *out)
{
    static const char sql[] =
        "SELECT name, n, flat, activated_at, newest, at, value, score,"
        " alert FROM state WHERE model = $1 ORDER BY ord";
    struct arg args[] = {arg_int(model)};
    struct state_list list = {0};
    struct db_rows *rows;
    bool more = false;
    enum err e = db_query(s->db, sql, args, 1, &rows);

    if (e != ERR_OK)
        return e;
    while ((e = db_next(rows, &more)) == ERR_OK && more) {
        list.items =
            xreallocarray(list.items, list.count + 1, sizeof *list.items);
        list.items[list.count++] = (struct state_row){
            .column = xstrdup(db_text(rows, 0)),
            .n = db_int(rows, 1),
            .flat = db_int(rows, 2) != 0,
            .activated_at = db_int(rows, 3),
            .newest = db_int(rows, 4),
            .tested = !db_is_null(rows, 5),
            .at = db_int(rows, 5),
            .value = db_real(rows, 6),
            .score = db_is_null(rows, 7) ? NAN : db_real(rows, 7),
            .alert = db_int(rows, 8) != 0,
        };
    }
    db_done(rows);
    if (e == ERR_OK)
        *out = list;
    else
        state_list_free(&list);
    return e;
}

enum state
state_of(const struct service *s, const struct state_row *row,
         int64_t stale_after, int64_t now)
{
    int64_t last = row->tested ? row->at : row->activated_at;

    if (row->tested && row->alert)
        return STATE_ALERT;
    if (stale_after > 0 && now - last > stale_after)
        return STATE_STALE;
    if (row->flat)
        return STATE_FLAT;
    if (row->n < s->conf->learning)
        return STATE_LEARNING;
    return row->tested ? STATE_OK : STATE_UNTESTED;
}

enum state
state_worst(const struct service *s, const struct state_list *list,
            int64_t stale_after, int64_t now)
{
    enum state worst = list->count ? STATE_OK : STATE_UNTESTED;

    for (size_t i = 0; i < list->count; i++) {
        enum state state = state_of(s, &list->items[i], stale_after, now);

        if (state < worst)
            worst = state;
    }
    return worst;
}

static const struct state_row *
find(const struct state_list *list, const char *column, size_t guess)
{
    if (guess < list->count && !strcmp(list->items[guess].column, column))
        return &list->items[guess];
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->items[i].column, column) == 0)
            return &list->items[i];
    return NULL;
}

void
state_put_begin(struct db_put *put, struct service *s)
{
    static const char sql[] =
        "INSERT INTO state(model, ord, name, n, flat, activated_at, newest,"
        " at, value, score, alert)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
        " ON CONFLICT (model, ord) DO UPDATE SET name = excluded.name,"
        " n = excluded.n, flat = excluded.flat,"
        " activated_at = excluded.activated_at, newest = excluded.newest,"
        " at = excluded.at, value = excluded.value,"
        " score = excluded.score, alert = excluded.alert";

    db_put_begin(put, s->db, sql, 11);
}

static enum err
put_row(struct db_put *put, int64_t model, size_t ord, const char *column,
        const struct state_row *row)
{
    bool scored = row->tested && !isnan(row->score);
    struct arg args[] = {
        arg_int(model),
        arg_int((int64_t) ord), /* below KIND_COLUMNS_MAX */
        arg_text(column),
        arg_int(row->n),
        arg_int(row->flat),
        arg_int(row->activated_at),
        arg_id(row->newest),
        row->tested ? arg_int(row->at) : arg_null(),
        row->tested ? arg_real(row->value) : arg_null(),
        scored ? arg_real(row->score) : arg_null(),
        arg_int(row->alert),
    };

    return db_put_row(put, args);
}

/* The row of a column that has the readings of the one it was before. */
static struct state_row
follow(const struct kind_column *column, const struct state_row *was,
       int64_t now)
{
    struct state_row row = {.activated_at = now};

    if (was && was->tested)
        row = *was;
    row.n = column->n;
    row.flat = !(column->std > 0);
    row.activated_at = now;
    row.newest = 0;
    return row;
}

enum err
state_put(struct db_put *put, struct service *s, const struct model *m,
          bool first, const struct compiled *c, int64_t now, enum state *worst)
{
    static const char cut[] =
        "DELETE FROM state WHERE model = $1 AND ord >= $2";
    size_t count = state_columns(c);
    struct arg rest[] = {arg_int(m->id), arg_int((int64_t) count)};
    struct state_list old = {0};
    enum err e = first ? ERR_OK : state_load(s, m->id, &old);

    *worst = STATE_OK;
    for (size_t i = 0; e == ERR_OK && i < count; i++) {
        struct kind_column column;
        struct state_row row;
        enum state state;

        state_column(c, i, &column);
        row = follow(&column, find(&old, column.name, i), now);
        if (i == 0 && old.count > 0)
            row.newest = old.items[0].newest;
        state = state_of(s, &row, m->stale_after, now);
        *worst = state < *worst ? state : *worst;
        e = put_row(put, m->id, i, column.name, &row);
    }
    if (e == ERR_OK && old.count > count)
        e = db_run(s->db, cut, rest, 2);
    state_list_free(&old);
    return e;
}
