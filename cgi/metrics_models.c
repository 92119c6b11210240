/* SPDX-License-Identifier: Apache-2.0 */
/* What the metrics ask the database about models. */
#include "cgi/metrics_internal.h"

#include <string.h>

#include "base/clock.h"
#include "core/service.h"
#include "store/db.h"

/* Who fails here does so without harm: the next one tries again. */
void
metrics_rank(struct metrics *m, struct service *s)
{
    static const char sql[] =
        "SELECT id FROM model ORDER BY id LIMIT 1 OFFSET $1";
    struct arg args[] = {arg_int((int64_t) m->max_models - 1)};
    struct db_rows *rows;
    bool more = false;

    if (m->max_models == 0) {
        m->last_own = 0;
        return;
    }
    if (db_query(s->db, sql, args, 1, &rows) != ERR_OK)
        return;
    if (db_next(rows, &more) == ERR_OK)
        m->last_own = more ? db_int(rows, 0) : INT64_MAX;
    db_done(rows);
}

/* ---- states ---- */

/* A page of the round: the model whose columns are being read, and whether
 * all of them have been. */
struct page {
    struct state_round *round;
    int64_t model; /* 0: none yet */
    bool visible;
    enum state worst;
    size_t models;
};

/* The present model is complete. */
static void
close_model(struct page *p)
{
    if (p->model && p->visible)
        p->round->counted[p->worst]++;
    if (p->model)
        p->round->after = p->model;
    p->models += p->model != 0;
    p->model = 0;
}

static void
look_at(struct page *p, const struct service *s, const struct db_rows *rows,
        int64_t now)
{
    struct state_row row = {
        .n = db_int(rows, 3),
        .flat = db_int(rows, 4) != 0,
        .activated_at = db_int(rows, 5),
        .tested = !db_is_null(rows, 6),
        .at = db_int(rows, 6),
        .alert = db_int(rows, 7) != 0,
    };
    enum state state;

    if (db_int(rows, 0) != p->model) {
        close_model(p);
        p->model = db_int(rows, 0);
        p->visible = !db_is_null(rows, 1);
        p->worst = db_is_null(rows, 3) ? STATE_UNTESTED : STATE_OK;
    }
    if (db_is_null(rows, 3)) /* a kind without columns */
        return;
    state = state_of(s, &row, db_int(rows, 2), now);
    if (state < p->worst)
        p->worst = state;
}

/* Goes on with the round; *ended when that was its last page. The last model
 * of a full page may have further columns and is left for the next one,
 * unless it fills a page alone. */
static enum err
go_round(struct state_round *round, const struct service *s, bool *ended)
{
    static const char sql[] =
        "SELECT m.id, m.version, m.stale_after, s.n, s.flat, s.activated_at,"
        " s.at, s.alert FROM model m LEFT JOIN state s ON s.model = m.id"
        " WHERE m.id > $1 ORDER BY m.id, s.ord LIMIT $2";
    struct arg args[] = {arg_int(round->after), arg_int(STATE_ROWS_MAX)};
    struct page page = {.round = round};
    struct db_rows *rows;
    bool more = false;
    int64_t seen = 0, now = clock_now();
    enum err e = db_query(s->db, sql, args, 2, &rows);

    if (e != ERR_OK)
        return e;
    while ((e = db_next(rows, &more)) == ERR_OK && more) {
        look_at(&page, s, rows, now);
        seen++;
    }
    db_done(rows);
    *ended = e == ERR_OK && seen < STATE_ROWS_MAX;
    if (*ended || page.models == 0)
        close_model(&page);
    return e;
}

/* Models in alert by their index; *known when there are few enough. */
static enum err
count_alerts(const struct service *s, bool *known, int64_t *count)
{
    static const char sql[] = "SELECT s.model, m.version FROM state s"
                              " JOIN model m ON m.id = s.model"
                              " WHERE s.alert = 1 ORDER BY s.model LIMIT $1";
    struct arg args[] = {arg_int(ALERT_ROWS_MAX)};
    struct db_rows *rows;
    bool more = false;
    int64_t seen = 0, models = 0, last = 0;
    enum err e = db_query(s->db, sql, args, 1, &rows);

    if (e != ERR_OK)
        return e;
    while ((e = db_next(rows, &more)) == ERR_OK && more) {
        models += db_int(rows, 0) != last && !db_is_null(rows, 1);
        last = db_int(rows, 0);
        seen++;
    }
    db_done(rows);
    *known = seen < ALERT_ROWS_MAX;
    *count = models;
    return e;
}

enum err
metrics_states(struct metrics *m, struct service *s, int64_t out[STATES])
{
    struct state_round *round = &m->round;
    bool first = round->after == 0, ended = false, known = false;
    int64_t alerts = 0;
    enum err e = go_round(round, s, &ended);

    if (e == ERR_OK && !(first && ended))
        e = count_alerts(s, &known, &alerts);
    if (e != ERR_OK)
        return e;
    if (ended) {
        memcpy(round->last, round->counted, sizeof round->last);
        memset(round->counted, 0, sizeof round->counted);
        round->after = 0;
        round->complete = true;
    }
    memcpy(out, round->complete ? round->last : round->counted,
           sizeof round->last);
    if (known)
        out[STATE_ALERT] = alerts;
    return ERR_OK;
}
