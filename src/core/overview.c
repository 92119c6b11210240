/* SPDX-License-Identifier: Apache-2.0 */
/* No statement stays open between two pieces: a walk goes on behind a name. */
#include "core/overview.h"

#include <math.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/clock.h"
#include "core/service.h"
#include "kinds/kind.h"

#define OVERVIEW_COLUMNS                                                     \
    "SELECT m.name, m.id, m.title, m.kind, m.version, m.stale_after, s.ord," \
    " s.name, s.n, s.flat, s.activated_at, s.at, s.value, s.score, s.alert "

void
overview_free(struct overview *o)
{
    free(o->after);
    *o = (struct overview){0};
}

/* The present row; false: of a kind that this program does not have. */
static bool
read_row(const struct service *s, const struct db_rows *rows, int64_t now,
         struct overview_row *out)
{
    const struct state_row state = {
        .n = db_int(rows, 8),
        .flat = db_int(rows, 9) != 0,
        .activated_at = db_int(rows, 10),
        .tested = !db_is_null(rows, 11),
        .at = db_int(rows, 11),
        .alert = db_int(rows, 14) != 0,
    };

    *out = (struct overview_row){
        .name = db_text(rows, 0),
        .model = db_int(rows, 1),
        .title = db_text(rows, 2),
        .kind = kind_find(db_text(rows, 3)),
        .version = db_int(rows, 4),
        .ord = (size_t) db_int(rows, 6), /* below KIND_COLUMNS_MAX */
        .column = db_text(rows, 7),
        .state = state_of(s, &state, db_int(rows, 5), now),
        .tested = state.tested,
        .at = state.at,
        .value = state.tested ? db_real(rows, 12) : NAN,
        .score = db_is_null(rows, 13) ? NAN : db_real(rows, 13),
    };
    return out->kind != NULL;
}

enum err
overview_step(struct service *s, struct overview *o, int64_t now, int64_t us,
              void (*see)(const struct overview_row *row, void *arg),
              void *arg)
{
    static const char sql[] =
        OVERVIEW_COLUMNS "FROM model m JOIN state s ON s.model = m.id"
                         " WHERE m.name > $1 AND m.removed_at IS NULL"
                         " ORDER BY m.name, s.ord";
    struct arg args[] = {arg_text(o->after ? o->after : "")};
    int64_t began = clock_elapsed(), model = 0;
    struct buf last = {0};
    struct db_rows *rows;
    bool more = false;
    enum err e = db_query(s->db, sql, args, 1, &rows);

    if (e != ERR_OK)
        return e;
    while ((e = db_next(rows, &more)) == ERR_OK && more) {
        struct overview_row row;
        bool known = read_row(s, rows, now, &row);

        if (row.model != model) {
            if (model && clock_elapsed() - began >= us)
                break;
            buf_clear(&last);
            buf_str(&last, row.name);
            model = row.model;
        }
        if (known)
            see(&row, arg);
    }
    db_done(rows);
    o->done = e == ERR_OK && !more;
    if (e == ERR_OK && last.len > 0) {
        free(o->after);
        o->after = buf_steal(&last);
    }
    buf_free(&last);
    return e;
}

enum err
overview_alerts(struct service *s, size_t limit, int64_t now,
                void (*see)(const struct overview_row *row, void *arg),
                void *arg, bool *all)
{
    static const char sql[] =
        OVERVIEW_COLUMNS "FROM state s JOIN model m ON m.id = s.model"
                         " WHERE s.alert = 1 AND s.model > 0"
                         " AND m.removed_at IS NULL"
                         " ORDER BY s.model LIMIT $1";
    struct arg args[] = {arg_int((int64_t) limit + 1) /* small */};
    struct db_rows *rows;
    bool more = false;
    size_t count = 0;
    enum err e = db_query(s->db, sql, args, 1, &rows);

    if (e != ERR_OK)
        return e;
    while ((e = db_next(rows, &more)) == ERR_OK && more && count < limit) {
        struct overview_row row;

        count++;
        if (read_row(s, rows, now, &row))
            see(&row, arg);
    }
    db_done(rows);
    *all = !more;
    return e;
}

enum err
overview_rate(struct service *s, int64_t since, size_t limit, int64_t *count,
              int64_t *oldest)
{
    static const char sql[] = "SELECT at, delay FROM history WHERE alert = 1"
                              " ORDER BY id DESC LIMIT $1";
    struct arg args[] = {arg_int((int64_t) limit) /* small */};
    struct db_rows *rows;
    bool more = false;
    enum err e = db_query(s->db, sql, args, 1, &rows);

    if (e != ERR_OK)
        return e;
    *count = 0;
    *oldest = clock_now();
    while ((e = db_next(rows, &more)) == ERR_OK && more) {
        int64_t at = db_int(rows, 0) + db_int(rows, 1); /* NULL is 0 */

        if (at < since)
            break;
        ++*count;
        *oldest = at < *oldest ? at : *oldest;
    }
    db_done(rows);
    return e;
}
