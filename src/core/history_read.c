/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading history. All rows: by id, downwards. One model: along its chain;
 * where pruning has cut that, or only alerts are asked for, by the index of
 * its alerts, which are kept longer. Ids rise with the time of recording, and
 * a reading is dated at most a day ahead, so the walk ends where rows are
 * that much older than `since`.
 */
#include "core/history.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/pack.h"
#include "core/service.h"
#include "core/version.h"
#include "kinds/kind.h"

enum { EXAMINED_MAX = 10000 };

#define HISTORY_COLUMNS                                                \
    "SELECT h.id, h.at, h.delay, h.model, h.version, h.prev, h.input," \
    " h.alert, h.request, m.name, m.kind, a.name, h.output"            \
    " FROM history h JOIN model m ON m.id = h.model"                   \
    " JOIN actor a ON a.id = h.actor "

static void
row_free(struct history_row *row)
{
    free(row->model);
    free(row->values);
    free(row->input);
    free(row->output);
    free(row->by);
    free(row->request);
}

void
history_page_free(struct history_page *page)
{
    for (size_t i = 0; i < page->count; i++)
        row_free(&page->items[i]);
    free(page->items);
    *page = (struct history_page){0};
}

static int64_t
recorded_at(const struct db_rows *rows)
{
    return db_int(rows, 1) + db_int(rows, 2); /* at + delay, NULL is 0 */
}

/* The request of a kind without columns; "null" when it is damaged. */
static char *
read_request(const struct db_rows *rows)
{
    struct buf text = {0};
    const void *packed;
    size_t len;

    if (db_type(rows, 6) == ARG_TEXT)
        return xstrdup(db_text(rows, 6));
    packed = db_blob(rows, 6, &len);
    if (unpack_text(packed, len, &text) != ERR_OK)
        buf_str(&text, "null");
    return buf_steal(&text);
}

static void
add_row(struct history_page *page, const struct db_rows *rows)
{
    bool values = db_is_null(rows, 12); /* other kinds have an output */
    struct history_row *row;
    const void *input;
    size_t len;

    page->items =
        xreallocarray(page->items, page->count + 1, sizeof *page->items);
    row = &page->items[page->count++];
    input = db_blob(rows, 6, &len);
    *row = (struct history_row){
        .id = db_int(rows, 0),
        .at = db_int(rows, 1),
        .recorded_at = recorded_at(rows),
        .model_id = db_int(rows, 3),
        .version = db_int(rows, 4),
        .alert = db_int(rows, 7) != 0,
        .request = db_is_null(rows, 8) ? NULL : xstrdup(db_text(rows, 8)),
        .model = xstrdup(db_text(rows, 9)),
        .kind = kind_find(db_text(rows, 10)),
        .by = xstrdup(db_text(rows, 11)),
    };
    if (values && len > 0) {
        row->value_count = len / sizeof(double);
        row->values = xmalloc(len);
        memcpy(row->values, input, len);
    } else if (!values) {
        row->input = read_request(rows);
        row->output = xstrdup(db_text(rows, 12));
    }
}

/* A walk in progress. */
struct walk {
    struct service *s;
    const struct history_query *query;
    struct history_page page;
    int64_t examined;
    bool ended; /* what follows is too old */
};

static bool
full(const struct walk *w)
{
    return w->ended || w->page.count >= w->query->limit
           || w->examined >= EXAMINED_MAX;
}

/* Looks at the present row. */
static void
examine(struct walk *w, const struct db_rows *rows)
{
    const struct history_query *q = w->query;
    int64_t at = db_int(rows, 1);

    w->examined++;
    if (q->since > INT64_MIN + CLOCK_DAY
        && recorded_at(rows) < q->since - CLOCK_DAY) {
        w->ended = true;
        return;
    }
    if (at < q->since || at >= q->until || (q->alerts && db_int(rows, 7) == 0))
        return;
    add_row(&w->page, rows);
}

/* Downwards by id, from next (inclusive), by a statement of ours. */
static enum err
walk_down(struct walk *w, const char *sql, const struct arg *args,
          size_t count, int64_t *next)
{
    struct db_rows *rows;
    bool more = true;
    enum err e = db_query(w->s->db, sql, args, count, &rows);

    if (e != ERR_OK)
        return e;
    while (!full(w) && (e = db_next(rows, &more)) == ERR_OK && more) {
        *next = db_int(rows, 0) - 1;
        examine(w, rows);
    }
    if (e == ERR_OK && !more)
        w->ended = true;
    db_done(rows);
    return e;
}

static enum err
walk_all(struct walk *w, int64_t *next)
{
    static const char all[] =
        HISTORY_COLUMNS "WHERE h.id <= $1 ORDER BY h.id DESC LIMIT $2";
    static const char alerts[] = HISTORY_COLUMNS
        "WHERE h.alert = 1 AND h.id <= $1 ORDER BY h.id DESC LIMIT $2";
    struct arg args[] = {arg_int(*next), arg_int(EXAMINED_MAX)};

    return walk_down(w, w->query->alerts ? alerts : all, args, 2, next);
}

static enum err
walk_alerts(struct walk *w, int64_t *next)
{
    static const char sql[] =
        HISTORY_COLUMNS "WHERE h.model = $1 AND h.alert = 1 AND h.id <= $2"
                        " ORDER BY h.id DESC LIMIT $3";
    struct arg args[] = {arg_int(w->query->model), arg_int(*next),
                         arg_int(EXAMINED_MAX)};

    return walk_down(w, sql, args, 3, next);
}

/* One link after the other; *cut when the next one is not there any more. */
static enum err
walk_chain(struct walk *w, int64_t *next, bool *cut)
{
    static const char sql[] =
        HISTORY_COLUMNS "WHERE h.id = $1 AND h.model = $2";
    enum err e = ERR_OK;

    *cut = false;
    while (e == ERR_OK && *next && !*cut && !full(w)) {
        struct arg args[] = {arg_int(*next), arg_int(w->query->model)};
        struct db_rows *rows;
        bool more = false;

        e = db_query(w->s->db, sql, args, 2, &rows);
        if (e != ERR_OK)
            break;
        e = db_next(rows, &more);
        *cut = e == ERR_OK && !more;
        if (e == ERR_OK && more) {
            *next = db_int(rows, 5);
            examine(w, rows);
        }
        db_done(rows);
    }
    if (*next == 0)
        w->ended = true;
    return e;
}

static enum err
chain_start(struct service *s, int64_t model, int64_t *id)
{
    static const char sql[] =
        "SELECT newest FROM state WHERE model = $1 AND ord = 0";
    struct arg args[] = {arg_int(model)};

    return db_one_int(s->db, sql, args, 1, id);
}

enum err
history_read(struct service *s, const struct history_query *query,
             struct history_page *page)
{
    struct walk w = {.s = s, .query = query};
    int64_t next = query->cursor;
    bool chain = query->model && !query->alerts, cut = false;
    enum err e = ERR_OK;

    if (!next && chain)
        e = chain_start(s, query->model, &next);
    else if (!next)
        next = INT64_MAX;
    if (e == ERR_OK && chain)
        e = walk_chain(&w, &next, &cut);
    if (e == ERR_OK && query->model && (cut || !chain))
        e = walk_alerts(&w, &next);
    else if (e == ERR_OK && !query->model)
        e = walk_all(&w, &next);
    if (e != ERR_OK) {
        history_page_free(&w.page);
        return e;
    }
    w.page.next = w.ended ? 0 : next;
    *page = w.page;
    return ERR_OK;
}

enum err
history_tail(struct service *s, int64_t model, bool alerts, int64_t after,
             size_t limit, struct history_page *page)
{
    static const char sql[] =
        HISTORY_COLUMNS "WHERE h.id > $1 ORDER BY h.id LIMIT $2";
    struct arg args[] = {arg_int(after), arg_int((int64_t) limit) /* small */};
    struct history_page found = {.next = after};
    struct db_rows *rows;
    bool more = false;
    enum err e = db_query(s->db, sql, args, 2, &rows);

    if (e != ERR_OK)
        return e;
    while ((e = db_next(rows, &more)) == ERR_OK && more) {
        found.next = db_int(rows, 0);
        if ((!model || db_int(rows, 3) == model)
            && (!alerts || db_int(rows, 7)))
            add_row(&found, rows);
    }
    db_done(rows);
    if (e == ERR_OK)
        *page = found;
    else
        history_page_free(&found);
    return e;
}

enum err
history_newest(struct service *s, int64_t *id)
{
    return db_one_int(s->db, "SELECT max(id) FROM history", NULL, 0, id);
}

enum err
history_verdicts(struct service *s, const struct history_row *row,
                 struct compiled **compiled, struct verdicts *verdicts)
{
    struct compiled *c = NULL;
    enum err e;

    *compiled = NULL;
    if (row->input)
        return ERR_OK;
    if (!row->kind)
        return err_set(ERR_CONFIG,
                       "this vigia was built without the kind of "
                       "%s",
                       row->model);
    e = compiled_by_id(s, row->kind, row->model_id, row->version, &c);
    if (e == ERR_OK && c->kind->columns(c->model) != row->value_count) {
        compiled_put(c);
        e = err_set(ERR_INTERNAL,
                    "history row %" PRId64 " does not fit its version",
                    row->id);
    }
    if (e != ERR_OK)
        return e;
    c->kind->judge(c->model, row->values, row->value_count, verdicts);
    *compiled = c;
    return ERR_OK;
}
