/* SPDX-License-Identifier: Apache-2.0 */
/* Pruning: which readings go by age and by size, in slices, and which stay. */
#include "core/prune.h"

#include <sys/wait.h>

#include "lab.h"
#include "store/lock.h"

static struct lab p;

/* The ids that are there: "1 2 5". */
static const char *
ids(void)
{
    static struct buf text;
    struct db_rows *rows;
    bool more = false;

    buf_clear(&text);
    must(db_query(p.s->db, "SELECT id FROM history ORDER BY id", NULL, 0,
                  &rows));
    for (must(db_next(rows, &more)); more; must(db_next(rows, &more)))
        buf_printf(&text, "%s%d", text.len ? " " : "", (int) db_int(rows, 0));
    db_done(rows);
    return buf_text(&text);
}

/* Ten readings of "A", one a day; every third is an alert (1, 4, 7, 10). */
static void
begin(void)
{
    clock_fix(LAB_TIME);
    lab_open(&p);
    lab_fit(p.s, "A", 1);
    for (int i = 0; i < 10; i++) {
        clock_fix(LAB_TIME + i * CLOCK_DAY);
        lab_record(p.s, "A", i % 3 == 0 ? 20 : 5, 0);
    }
}

/* Prunes to the end in slices of so many rows; what was deleted. */
static int64_t
prune(const struct prune_plan *plan, int64_t rows)
{
    struct prune_state state = {0};
    int64_t planned = 0, deleted = 0, before, kept = 0;
    bool more = true;

    must(history_count(p.s, &before));
    must(prune_count(p.s, plan, &planned));
    for (int slices = 0; more && slices < 100; slices++)
        must(prune_slice(p.s, plan, &state, rows, &deleted, &more));
    ok(!more, "pruning comes to an end");
    is_int(deleted, planned, "as many are deleted as were counted before");
    must(history_count(p.s, &kept));
    is_int(kept, before - deleted, "and the count of rows follows");
    return deleted;
}

static void
test_age(void)
{
    struct prune_plan plan = {.before = LAB_TIME + 5 * CLOCK_DAY,
                              .alerts_before = INT64_MIN,
                              .rows_max = -1};

    begin();
    is_int(prune(&plan, 1000), 3, "what is older goes");
    is_str(ids(), "1 4 6 7 8 9 10", "but for alerts");
    is_int(prune(&plan, 1000), 0, "a second time there is nothing to do");
    plan.alerts_before = LAB_TIME + 1 * CLOCK_DAY;
    is_int(prune(&plan, 1000), 1, "alerts go at their own age");
    is_str(ids(), "4 6 7 8 9 10", "and no other");
    plan = (struct prune_plan){INT64_MAX, INT64_MAX, -1};
    is_int(prune(&plan, 1), 5, "slices of one row come to the same");
    is_str(ids(), "10", "the newest stays, whatever its age");
    lab_close(&p);
}

static void
test_again(void)
{
    struct prune_plan plan = {.before = LAB_TIME + 3 * CLOCK_DAY,
                              .alerts_before = INT64_MIN,
                              .rows_max = -1};

    begin();
    is_int(prune(&plan, 1), 2, "the first days go");
    is_int(lab_number(p.s, "SELECT value FROM meta"
                           " WHERE name = 'pruned_to'"),
           3, "how far it came is known");
    plan.before = LAB_TIME + 8 * CLOCK_DAY;
    is_int(prune(&plan, 2), 3, "the next ones go another day");
    is_str(ids(), "1 4 7 9 10", "and the alerts before stay");
    lab_close(&p);
}

/* A reading dated in the past was recorded now, and age counts from there. */
static void
test_late(void)
{
    struct prune_plan plan = {.before = LAB_TIME + 9 * CLOCK_DAY,
                              .alerts_before = INT64_MIN,
                              .rows_max = -1};

    begin();
    lab_record(p.s, "A", 5, LAB_TIME - 300 * CLOCK_DAY);
    lab_record(p.s, "A", 6, 0);
    prune(&plan, 1000);
    is_str(ids(), "1 4 7 10 11 12", "age is that of the recording");
    lab_close(&p);
}

static void
test_plan(void)
{
    struct prune_plan plan;
    int64_t now = LAB_TIME + 200 * CLOCK_DAY, size = 0, wal = 0;

    begin();
    must(prune_plan(p.s, now, &plan));
    ok(plan.before == now - 90 * CLOCK_DAY && plan.alerts_before == INT64_MIN
           && plan.rows_max == -1,
       "as configured: 90 days, alerts for ever, and size is no matter");
    p.conf.keep_days = 7;
    p.conf.keep_alert_days = 30;
    must(prune_plan(p.s, now, &plan));
    ok(plan.before == now - 7 * CLOCK_DAY
           && plan.alerts_before == now - 30 * CLOCK_DAY,
       "other days of readings and alerts");
    must(db_sizes(p.s->db, &size, &wal));
    p.conf.max_size = size / 2;
    must(prune_plan(p.s, LAB_TIME, &plan));
    is_int(plan.rows_max, 5, "half the size means half the rows");
    is_int(prune(&plan, 3), 5, "the oldest beyond them go");
    is_str(ids(), "1 4 7 9 10", "readings before alerts");
    lab_close(&p);
}

/* Whoever held the lock before has had it longer than a piece may take. */
static void
test_slow_lock(void)
{
    struct prune_plan plan = {INT64_MAX, INT64_MAX, -1};
    struct prune_state state = {0};
    int64_t deleted = 0;
    int told[2], status = 1;
    bool more = false;
    char byte;
    pid_t child;

    begin();
    if (pipe(told) != 0)
        abort();
    child = fork();
    if (child == 0) {
        struct lock lock;
        int64_t began;

        must(lock_open(&lock, p.path));
        must(lock_take(&lock, 0));
        began = clock_elapsed();
        if (write(told[1], "h", 1) != 1)
            _exit(1);
        while (clock_elapsed() - began < 3 * (int64_t) PIECE_US)
            ; /* holds it that long */
        _exit(0);
    }
    if (read(told[0], &byte, 1) != 1)
        abort();
    must(prune_slice(p.s, &plan, &state, 1000, &deleted, &more));
    ok(deleted > 0, "waiting for the lock is no part of a piece's time");
    (void) waitpid(child, &status, 0);
    is_int(status, 0, "somebody else had held it");
    (void) close(told[0]);
    (void) close(told[1]);
    lab_close(&p);
}

static void
test_empty(void)
{
    struct prune_plan plan = {INT64_MAX, INT64_MAX, -1};

    lab_open(&p);
    is_int(prune(&plan, 10), 0, "an empty history has nothing to prune");
    lab_close(&p);
}

int
main(void)
{
    test_age();
    test_again();
    test_late();
    test_plan();
    test_slow_lock();
    test_empty();
    return done_testing();
}
