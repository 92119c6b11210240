/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A walk upwards by id. Below meta.pruned_to only alerts are left, so a plan
 * that keeps all alerts begins there. The newest row stays, whatever its age:
 * its id must not be given again (schema.c).
 */
#include "core/prune.h"

#include "base/clock.h"
#include "core/history.h"
#include "core/service.h"

enum { PAGE = 1000 };

struct candidate {
    int64_t id;
    bool go; /* it is to be deleted */
};

struct page {
    struct candidate items[PAGE];
    size_t count;
    bool last; /* nothing after it is to be deleted */
};

static enum err
read_pruned_to(struct service *s, int64_t *id)
{
    return db_one_int(s->db, "SELECT value FROM meta WHERE name = 'pruned_to'",
                      NULL, 0, id);
}

enum err
prune_plan(struct service *s, int64_t now, struct prune_plan *plan)
{
    int64_t rows = 0, size = 0, wal = 0;
    const struct conf *conf = s->conf;
    /* Not before the readings beside them: the chains would be cut. */
    int64_t alert_days = conf->keep_alert_days < conf->keep_days
                             ? conf->keep_days
                             : conf->keep_alert_days;
    enum err e = history_count(s, &rows);

    if (e == ERR_OK)
        e = db_sizes(s->db, &size, &wal);
    if (e != ERR_OK)
        return e;
    *plan = (struct prune_plan){
        .before = now - conf->keep_days * CLOCK_DAY,
        .alerts_before =
            conf->keep_alert_days ? now - alert_days * CLOCK_DAY : INT64_MIN,
        .rows_max = -1,
    };
    /* Free pages count as used, so shrink first; models are few beside a
     * history that reaches the limit. */
    if (size > conf->max_size && rows > 0)
        plan->rows_max = (int64_t) ((double) rows * (double) conf->max_size
                                    / (double) size); /* < rows */
    return e;
}

/* Where the walk begins. */
static enum err
start(struct service *s, const struct prune_plan *plan, int64_t *at)
{
    return plan->alerts_before == INT64_MIN ? read_pruned_to(s, at) : ERR_OK;
}

/*
 * The next page of candidates after at. excess: rows beyond rows_max that
 * still have to go whatever their age.
 */
static enum err
look(struct service *s, const struct prune_plan *plan, int64_t at,
     int64_t newest, int64_t *excess, struct page *page)
{
    static const char sql[] = "SELECT id, at, delay, alert FROM history"
                              " WHERE id > $1 AND id < $2 ORDER BY id"
                              " LIMIT $3";
    struct arg args[] = {arg_int(at), arg_int(newest), arg_int(PAGE)};
    struct db_rows *rows;
    bool more = false;
    enum err e = db_query(s->db, sql, args, 3, &rows);

    page->count = 0;
    page->last = false;
    if (e != ERR_OK)
        return e;
    while (!page->last && (e = db_next(rows, &more)) == ERR_OK && more) {
        int64_t recorded = db_int(rows, 1) + db_int(rows, 2);
        bool alert = db_int(rows, 3) != 0;
        bool go = recorded < (alert ? plan->alerts_before : plan->before)
                  || (*excess > 0 && !alert);

        if (!go && *excess <= 0 && recorded >= plan->before
            && recorded >= plan->alerts_before) {
            page->last = true;
        } else {
            page->items[page->count++] =
                (struct candidate){db_int(rows, 0), go};
            *excess -= go;
        }
    }
    if (page->count < PAGE)
        page->last = true;
    db_done(rows);
    return e;
}

static enum err
first_excess(struct service *s, const struct prune_plan *plan, int64_t *excess)
{
    int64_t rows = 0;
    enum err e = plan->rows_max < 0 ? ERR_OK : history_count(s, &rows);

    *excess = plan->rows_max < 0 ? 0 : rows - plan->rows_max;
    return e;
}

enum err
prune_count(struct service *s, const struct prune_plan *plan, int64_t *rows)
{
    struct page page = {.count = 0};
    int64_t at = 0, newest = 0, excess = 0;
    enum err e = start(s, plan, &at);

    *rows = 0;
    if (e == ERR_OK)
        e = history_newest(s, &newest);
    if (e == ERR_OK)
        e = first_excess(s, plan, &excess);
    while (e == ERR_OK && !page.last) {
        e = look(s, plan, at, newest, &excess, &page);
        for (size_t i = 0; e == ERR_OK && i < page.count; i++)
            *rows += page.items[i].go;
        if (page.count)
            at = page.items[page.count - 1].id;
    }
    return e;
}

static enum err
save_pruned_to(struct service *s, int64_t id)
{
    struct arg args[] = {arg_int(id)};

    return db_run(s->db, "UPDATE meta SET value = $1 WHERE name = 'pruned_to'",
                  args, 1);
}

/* Deletes what is to go of a page, within the limits; *at moves along. */
static enum err
delete_some(struct service *s, const struct page *page, int64_t rows,
            int64_t began, int64_t *at, int64_t *deleted)
{
    static const char sql[] = "DELETE FROM history WHERE id = $1";
    enum err e = ERR_OK;

    for (size_t i = 0; e == ERR_OK && i < page->count && rows > 0
                       && (i == 0 || clock_elapsed() - began < PIECE_US);
         i++) {
        struct arg args[] = {arg_int(page->items[i].id)};

        if (page->items[i].go) {
            e = db_run(s->db, sql, args, 1);
            rows--;
            s->recorded--;
            ++*deleted;
        }
        *at = page->items[i].id;
    }
    return e;
}

enum err
prune_slice(struct service *s, const struct prune_plan *plan,
            struct prune_state *state, int64_t rows, int64_t *deleted,
            bool *more)
{
    struct page page = {.count = 0};
    int64_t began, newest = 0, excess = 0, gone = 0;
    int64_t at = state->at;
    enum err e = service_begin(s);

    if (e != ERR_OK)
        return e;
    began = clock_elapsed(); /* waiting for the lock does not count */
    if (at == 0)
        e = start(s, plan, &at);
    if (e == ERR_OK)
        e = history_newest(s, &newest);
    if (e == ERR_OK)
        e = first_excess(s, plan, &excess);
    if (e == ERR_OK)
        e = look(s, plan, at, newest, &excess, &page);
    if (e == ERR_OK)
        e = delete_some(s, &page, rows, began, &at, &gone);
    if (e == ERR_OK && at != state->at && plan->alerts_before == INT64_MIN)
        e = save_pruned_to(s, at);
    if (e == ERR_OK)
        e = service_commit(s);
    else
        service_rollback(s);
    if (e != ERR_OK)
        return e;
    state->at = at;
    *deleted += gone;
    *more =
        !page.last || (page.count > 0 && at < page.items[page.count - 1].id);
    return ERR_OK;
}
