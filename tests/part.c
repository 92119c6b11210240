/* SPDX-License-Identifier: Apache-2.0 */
/* A part of a turn that is taken back leaves nothing behind, in the database
 * or in what the service remembers. */
#include "lab.h"

static struct service *s;

/* Fits a sensor inside the open turn; returns the version's number. */
static int64_t
fit(const char *name, double scale)
{
    struct model m = lab_model(s, name);
    const char *columns[] = {"value", NULL};
    struct compiled *c;
    struct draft d;
    int64_t number = 0;

    lab_draft(s, name, columns, scale, &d);
    must(change_open(s, "fit", name));
    must(draft_apply(s, &m, &d, &number));
    must(compiled_get(s, &m, number, &c)); /* cached */
    compiled_put(c);
    model_free(&m);
    draft_free(&d);
    return number;
}

static double
mean_of(const char *name)
{
    struct model m = lab_model(s, name);
    struct verdicts verdicts = {0};
    struct compiled *c;
    double value = 1, mean;

    must(compiled_get(s, &m, 0, &c));
    c->kind->judge(c->model, &value, 1, &verdicts);
    mean = verdicts.items[0].mean;
    verdicts_free(&verdicts);
    compiled_put(c);
    model_free(&m);
    return mean;
}

static void
test_versions(void)
{
    must(service_begin(s));
    (void) fit("P", 1);
    must(service_part_begin(s, true));
    is_int(fit("P", 2), 2, "a version is made in a part");
    must(service_part_undo(s));
    must(service_part_begin(s, true));
    is_int(fit("P", 3), 2, "taken back, its number is free again");
    must(service_part_keep(s));
    must(service_commit(s));
    ok(mean_of("P") == 22.5, "and does not bring its weights back");
}

static void
test_others_stay(void)
{
    struct model m = lab_model(s, "P");
    struct compiled *before, *after;

    must(compiled_get(s, &m, 0, &before));
    must(service_begin(s));
    must(service_part_begin(s, true));
    (void) fit("Q", 1);
    must(service_part_undo(s));
    must(service_commit(s));
    must(compiled_get(s, &m, 0, &after));
    ok(before == after, "versions compiled before the part stay compiled");
    compiled_put(before);
    compiled_put(after);
    model_free(&m);
    m = lab_model(s, "Q");
    is_int(m.id, 0, "a model made in it is gone");
    model_free(&m);
}

static void
test_many(void)
{
    struct buf name = {0};

    must(service_begin(s));
    must(service_part_begin(s, true));
    for (int i = 0; i < 100; i++) {
        buf_clear(&name);
        buf_printf(&name, "M%d", i);
        (void) fit(name.data, 2);
    }
    must(service_part_undo(s));
    for (int i = 0; i < 100; i++) {
        buf_clear(&name);
        buf_printf(&name, "M%d", i);
        (void) fit(name.data, 1);
    }
    must(service_commit(s));
    ok(mean_of("M0") == 7.5 && mean_of("M99") == 7.5,
       "nor do those of a hundred");
    buf_free(&name);
}

static void
test_change(void)
{
    const char *count = "SELECT models FROM change ORDER BY id DESC LIMIT 1";
    double value = 1;
    int64_t id, rows;

    must(history_count(s, &rows));
    must(service_begin(s));
    (void) fit("R", 1);
    id = s->change.id;
    must(service_part_begin(s, true));
    (void) fit("S", 1); /* saves the figures of the change before */
    (void) lab_put(s, "R", &value, 1, 0, NULL);
    must(service_part_undo(s));
    is_int(s->change.id, id, "the change before the part is open again");
    is_int(s->recorded, 0, "readings are not counted");
    must(service_commit(s));
    is_int(lab_number(s, count), 1, "its figures are stored all the same");
    is_int(lab_number(s, "SELECT max(id) FROM change"), id,
           "and it is the last one");
    must(history_count(s, &id));
    is_int(id, rows, "the history is as it was");
}

static void
test_actor(void)
{
    const char *rows = "SELECT count(*) FROM actor WHERE name = 'ben'";
    int64_t ben, again;

    must(service_begin(s));
    service_act_as(s, "ben");
    must(service_part_begin(s, true));
    must(service_actor(s, &ben));
    must(service_part_undo(s));
    is_int(lab_number(s, rows), 0, "who acted in the part alone is unknown");
    must(service_actor(s, &ben));
    must(service_commit(s));
    is_int(lab_number(s, rows), 1, "and gets a row when acting again");
    must(service_begin(s));
    service_act_as(s, "eva");
    must(service_actor(s, &again));
    ok(again != ben, "another one has another");
    service_act_as(s, "ben");
    must(service_actor(s, &again));
    must(service_commit(s));
    is_int(again, ben, "which stays the same");
}

/* Without a savepoint. */
static void
test_bare(void)
{
    static const char nameless[] =
        "INSERT INTO model(name, kind, removed_at) VALUES ('', 'baseline', 1)";
    double value = 1;
    int64_t before, after;

    must(history_count(s, &before));
    must(service_begin(s));
    must(service_part_begin(s, false));
    (void) lab_put(s, "P", &value, 1, 0, NULL);
    must(service_part_keep(s));
    must(service_part_begin(s, false));
    is_int(db_run(s->db, nameless, NULL, 0), ERR_CONFLICT,
           "a bare part whose statement fails");
    is_int(service_part_undo(s), ERR_OK, "has nothing to undo");
    must(service_commit(s));
    must(history_count(s, &after));
    is_int(after, before + 1, "and those before it are stored");

    must(service_begin(s));
    must(service_part_begin(s, false));
    (void) lab_put(s, "P", &value, 1, 0, NULL);
    is_int(service_part_undo(s), ERR_IO,
           "one that has stored something cannot be undone");
    service_rollback(s);
    must(history_count(s, &before));
    is_int(before, after, "so the turn is");
}

int
main(void)
{
    struct lab lab;

    clock_fix(LAB_TIME);
    lab_open(&lab);
    s = lab.s;
    test_versions();
    test_others_stay();
    test_many();
    test_change();
    test_actor();
    test_bare();
    lab_close(&lab);
    return done_testing();
}
