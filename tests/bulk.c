/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Drafts that are stored together leave what they leave one by one: the same
 * rows, but for what says when. And what a look-up of many names finds.
 */
#include "lab.h"

#include "core/undo.h"

enum { MANY = 300 };

/* What is fitted: every third is there already, with two columns. */
static void
make_drafts(struct service *s, struct model *models, struct draft *drafts)
{
    static const char *const one[] = {"value", NULL};
    char name[24];

    for (size_t i = 0; i < MANY; i++) {
        (void) snprintf(name, sizeof name, "P%03zu", (i * 7) % MANY);
        models[i] = lab_model(s, name);
        lab_draft(s, name, one, (double) i, &drafts[i]);
    }
}

static void
free_drafts(struct model *models, struct draft *drafts)
{
    for (size_t i = 0; i < MANY; i++) {
        model_free(&models[i]);
        draft_free(&drafts[i]);
    }
}

static void
prepare(struct service *s)
{
    static const char *const two[] = {"x", "value", NULL};
    const double values[] = {1, 1000};
    char name[24];
    struct draft d;

    for (size_t i = 0; i < MANY; i += 3) {
        (void) snprintf(name, sizeof name, "P%03zu", i);
        lab_draft(s, name, two, 1, &d);
        (void) lab_apply(s, name, "fit", &d);
        must(service_begin(s));
        (void) lab_put(s, name, values, 2, 0, NULL);
        must(service_commit(s));
    }
}

static void
store(struct service *s, bool together)
{
    struct model models[MANY];
    struct draft drafts[MANY];
    struct drafted all[MANY];
    int64_t number;

    make_drafts(s, models, drafts);
    must(service_begin(s));
    must(change_open(s, "fit", "of the test"));
    for (size_t i = 0; i < MANY; i++) {
        all[i] = (struct drafted){.model = &models[i], .draft = &drafts[i]};
        if (!together)
            must(draft_apply(s, &models[i], &drafts[i], &number));
    }
    if (together)
        must(draft_apply_all(s, all, MANY));
    must(service_commit(s));
    free_drafts(models, drafts);
}

/* Every row of what a fit stores, without times. */
static char *
dump(struct service *s)
{
    static const char *const queries[] = {
        "SELECT id, what, models, first_activation, last_activation, note"
        " FROM change ORDER BY id",
        "SELECT id, name, kind, title, version, versions, stale_after,"
        " activation, top, head, removed_at FROM model ORDER BY id",
        "SELECT id, origin, change, title, params, weights, metrics"
        " FROM version ORDER BY id",
        "SELECT id, model, prev, version, change, step, about, parent"
        " FROM activation ORDER BY id",
        "SELECT model, ord, name, n, flat, newest, value, score, alert"
        " FROM state ORDER BY model, ord",
    };
    static const int columns[] = {6, 11, 7, 8, 9};
    struct buf out = {0};

    for (size_t q = 0; q < sizeof queries / sizeof *queries; q++) {
        struct db_rows *rows;
        bool more = false;

        must(db_query(s->db, queries[q], NULL, 0, &rows));
        for (must(db_next(rows, &more)); more; must(db_next(rows, &more)))
            for (int c = 0; c < columns[q]; c++)
                buf_printf(&out, "%s%c",
                           db_is_null(rows, c) ? "-" : db_text(rows, c),
                           c + 1 < columns[q] ? '|' : '\n');
        db_done(rows);
    }
    return buf_steal(&out);
}

static void
test_same(void)
{
    struct lab together, single;
    char *a, *b;

    lab_open(&together);
    lab_open(&single);
    prepare(together.s);
    prepare(single.s);
    store(together.s, true);
    store(single.s, false);
    a = dump(together.s);
    b = dump(single.s);
    ok(strlen(a) > MANY * 100 && strcmp(a, b) == 0,
       "many drafts leave the rows that one by one would leave");
    free(a);
    free(b);
    lab_close(&together);
    lab_close(&single);
}

/* ---- what is answered ---- */

static void
test_states(struct service *s)
{
    struct model models[MANY];
    struct draft drafts[MANY];
    struct drafted all[MANY];
    size_t alerts = 0, right = 0;

    prepare(s);
    make_drafts(s, models, drafts);
    must(service_begin(s));
    must(change_open(s, "fit", "of the test"));
    for (size_t i = 0; i < MANY; i++)
        all[i] = (struct drafted){.model = &models[i], .draft = &drafts[i]};
    must(draft_apply_all(s, all, MANY));
    must(service_commit(s));
    for (size_t i = 0; i < MANY; i++) {
        struct state_list list = {0};

        must(state_load(s, models[i].id, &list));
        right +=
            all[i].worst
                == state_worst(s, &list, models[i].stale_after, clock_now())
            && all[i].number == models[i].version;
        alerts += all[i].worst == STATE_ALERT;
        state_list_free(&list);
    }
    is_int((int64_t) right, MANY, "each answers its state and version");
    is_int((int64_t) alerts, MANY / 3, "and readings that were alerts stay");
    free_drafts(models, drafts);
}

static void
test_undo(struct service *s)
{
    struct undo_report report;
    struct buf left = {0};

    must(undo_change(s, s->change.id, &left, &report));
    is_int(report.undone, MANY, "the change is taken back whole");
    is_int(lab_number(s, "SELECT count(*) FROM model WHERE version = 1"),
           MANY / 3, "what was there has its version again");
    is_int(lab_number(s, "SELECT count(*) FROM model"
                         " WHERE removed_at IS NOT NULL"),
           MANY - MANY / 3, "and what was made is hidden");
    buf_free(&left);
}

static void
test_refused(struct service *s)
{
    struct model models[MANY];
    struct draft drafts[MANY];
    struct drafted all[MANY];
    int64_t before = lab_number(s, "SELECT max(id) FROM activation");

    make_drafts(s, models, drafts);
    (void) lab_fit(s, models[MANY - 1].name, 3);
    before = lab_number(s, "SELECT max(id) FROM activation");
    model_free(&models[MANY - 1]);
    must(service_begin(s));
    must(change_open(s, "fit", "of the test"));
    for (size_t i = 0; i < MANY; i++) {
        if (i == MANY - 1)
            models[i] = lab_model(s, "P293");
        all[i] = (struct drafted){.model = &models[i], .draft = &drafts[i]};
    }
    refused(draft_apply_all(s, all, MANY), ERR_CONFLICT,
            "P293 has been changed meanwhile",
            "one that was changed meanwhile refuses all");
    is_int(lab_number(s, "SELECT max(id) FROM activation"), before,
           "before any of them is stored");
    service_rollback(s);
    free_drafts(models, drafts);
}

/* ---- many names ---- */

static void
test_gap(struct service *s)
{
    /* P000 to P299 are there */
    static const struct {
        const char *name;
        bool there;
    } names[] = {
        {"A",     false},
        {"B",     false},
        {"P",     false},
        {"P000",  true },
        {"P0001", false},
        {"P0002", false},
        {"P001",  true },
        {"P002",  true },
        {"P2990", false},
        {"P299",  true },
        {"Q",     false},
        {"R",     false},
        {"C",     false},
        {"P150",  true },
        {"Z",     false},
        {"B",     false},
    };
    struct model_gap gap = {0};
    size_t right = 0, count = sizeof names / sizeof *names;

    for (size_t i = 0; i < count; i++) {
        struct model m = {0};

        must(model_or_new_next(s, &gap, names[i].name, &m));
        right += (m.id != 0) == names[i].there
                 && strcmp(m.name, names[i].name) == 0;
        model_free(&m);
    }
    is_int((int64_t) right, (int64_t) count,
           "names in any order are found or are new");
    model_gap_free(&gap);
}

int
main(void)
{
    struct lab p;

    test_same();
    lab_open(&p);
    test_states(p.s);
    test_undo(p.s);
    test_refused(p.s);
    test_gap(p.s);
    lab_close(&p);
    return done_testing();
}
