/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A round begins with a plan and ends when a slice finds nothing more. The
 * plan counts the free pages of the file as used; so while the file is too
 * large, what is free is given back first, and only a file that gets no
 * smaller any more loses readings for its size.
 */
#include "cgi/tidy.h"

#include "base/clock.h"
#include "base/log.h"
#include "core/service.h"

enum { TIDY_ROWS_MIN = 500, TIDY_PAGES = 1000 };

/* True in *smaller: there may be more to give back, do nothing else. */
static enum err
give_room_back(struct service *s, bool *smaller)
{
    int64_t before = 0, after = 0, wal;
    enum err e = db_sizes(s->db, &before, &wal);

    if (e != ERR_OK || before <= s->conf->max_size)
        return e;
    e = db_shrink(s->db, TIDY_PAGES);
    if (e == ERR_OK)
        e = db_sizes(s->db, &after, &wal);
    *smaller = e == ERR_OK && after < before;
    return e;
}

static enum err
step(struct tidy *tidy, struct service *s)
{
    int64_t rows = tidy->added > TIDY_ROWS_MIN ? tidy->added : TIDY_ROWS_MIN;
    int64_t deleted = 0;
    bool smaller = false;
    enum err e = ERR_OK;

    if (!tidy->busy) {
        e = give_room_back(s, &smaller);
        if (e != ERR_OK || smaller)
            return e;
        e = prune_plan(s, clock_now(), &tidy->plan);
        tidy->state = (struct prune_state){0};
    }
    if (e == ERR_OK)
        e = prune_slice(s, &tidy->plan, &tidy->state, rows, &deleted,
                        &tidy->busy);
    if (e == ERR_OK)
        tidy->added = 0;
    return e;
}

void
tidy_step(struct tidy *tidy, struct service *s)
{
    enum err e;

    if (!tidy->busy && clock_elapsed() < tidy->next)
        return;
    e = step(tidy, s);
    if (e != ERR_OK)
        tidy->busy = false;
    if (e != ERR_OK && e != ERR_BUSY) /* the next round will do */
        log_line("pruning failed: %s", err_text());
    if (!tidy->busy)
        tidy->next = clock_elapsed() + CLOCK_SECOND;
}
