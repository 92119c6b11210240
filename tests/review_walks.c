/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Long random walks beside a simple account of them: undo and redo beside a
 * list of acts, the chains of the history beside the table.
 */
#include "core/prune.h"
#include "lab.h"

static unsigned
draw(unsigned n)
{
    static uint64_t state = 20261120;

    state = state * 6364136223846793005 + 1442695040888963407;
    return (unsigned) (state >> 33) % n;
}

/* What a person would keep on paper: the acts, and how many of them stand. */
struct paper {
    int64_t versions[1000]; /* after each act; 0: removed */
    size_t count, standing;
    int64_t made;
};

static int64_t
on_paper(const struct paper *p)
{
    return p->standing ? p->versions[p->standing - 1] : 0;
}

static void
act_on_paper(struct paper *p, int64_t version)
{
    p->versions[p->standing++] = version;
    p->count = p->standing;
}

/* Undo or redo, if it is possible; false when paper and model disagree. */
static bool
walk(struct service *s, struct model *m, struct paper *p, bool back)
{
    struct step step;
    bool can = back ? p->standing > 0 : p->standing < p->count;
    enum err e =
        back ? change_undo_step(s, m, &step) : change_redo_step(s, m, &step);

    if (e != ERR_OK)
        return e == ERR_CONFLICT && !can;
    must(change_open(s, back ? "undo" : "redo", ""));
    must(back ? change_undo(s, m, &step) : change_redo(s, m, &step));
    if (back)
        p->standing--;
    else
        p->standing++;
    return can;
}

static bool
random_act(struct service *s, struct paper *p)
{
    static const char *const columns[] = {"value", NULL};
    struct model m = lab_model(s, "P");
    unsigned what = draw(10);
    bool agreed = true;
    int64_t number;
    struct draft d;

    lab_draft(s, "P", columns, 1 + draw(5), &d);
    must(service_begin(s));
    if (what < 3 || (what < 6 && !m.version)) {
        must(change_open(s, "fit", ""));
        must(draft_apply(s, &m, &d, &number));
        act_on_paper(p, ++p->made);
    } else if (what < 5) {
        number = 1 + draw((unsigned) p->made);
        must(change_open(s, "activate", ""));
        must(change_activate(s, &m, number));
        act_on_paper(p, number);
    } else if (what < 6) {
        must(change_open(s, "remove", ""));
        must(change_activate(s, &m, 0));
        act_on_paper(p, 0);
    } else if (m.id) {
        agreed = walk(s, &m, p, what < 8);
    }
    must(service_commit(s));
    draft_free(&d);
    model_free(&m);
    return agreed;
}

static void
test_random_acts(void)
{
    struct paper paper = {.count = 0};
    struct lab lab;
    int agreed = 0;

    lab_open(&lab);
    for (int i = 0; i < 800; i++) {
        struct model m;
        bool good = random_act(lab.s, &paper);

        m = lab_model(lab.s, "P");
        agreed += good && m.version == on_paper(&paper);
        model_free(&m);
    }
    is_int(agreed, 800, "after 800 random acts undo and redo go as on paper");
    lab_close(&lab);
}

/* Is what a model's history shows, in pages, all that it has? */
static bool
is_whole(struct service *s, int64_t model)
{
    static const char sql[] =
        "SELECT id FROM history WHERE model = $1 ORDER BY id DESC";
    struct arg args[] = {arg_int(model)};
    struct history_query query = {
        .model = model, .since = INT64_MIN, .until = INT64_MAX, .limit = 7};
    struct history_page page = {0};
    struct db_rows *rows;
    bool more = true, same = true;
    size_t i = 0;

    must(history_read(s, &query, &page));
    must(db_query(s->db, sql, args, 1, &rows));
    for (;;) {
        while (i == page.count && page.next) {
            query.cursor = page.next;
            history_page_free(&page);
            must(history_read(s, &query, &page));
            i = 0;
        }
        must(db_next(rows, &more));
        if (!more || i == page.count)
            break;
        same &= db_int(rows, 0) == page.items[i++].id;
    }
    same &= !more && i == page.count;
    db_done(rows);
    history_page_free(&page);
    return same;
}

/* A reading of a random sensor, dated now, or up to an hour late. */
static void
random_reading(struct service *s)
{
    static const char *const names[] = {"A", "B", "C", "D"};
    const char *name = names[draw(4)];
    double values[] = {draw(15), draw(15), draw(15)};
    struct model m = lab_model(s, name);
    struct compiled *c = NULL;
    size_t columns;

    must(compiled_get(s, &m, 0, &c));
    columns = c->kind->columns(c->model);
    compiled_put(c);
    must(service_begin(s));
    (void) lab_put(s, name, values, columns,
                   draw(3) ? 0 : clock_now() - draw(3600) * CLOCK_SECOND,
                   NULL);
    must(service_commit(s));
    model_free(&m);
}

/* Fits a random sensor anew, on one of several sets of columns. */
static void
random_fit(struct service *s)
{
    static const char *const names[] = {"A", "B", "C", "D"};
    static const char *const sets[][4] = {
        {"value",  NULL},
        { "x", "value", NULL},
        { "x",     "y", NULL}
    };
    const char *name = names[draw(4)];
    struct draft d;

    lab_draft(s, name, sets[draw(3)], 1, &d);
    (void) lab_apply(s, name, "fit", &d);
}

static void
prune_some(struct service *s, int64_t rows_max)
{
    struct prune_plan plan = {
        .before = INT64_MIN, .alerts_before = INT64_MIN, .rows_max = rows_max};
    struct prune_state state = {0};
    int64_t deleted = 0;
    bool more = true;

    while (more)
        must(prune_slice(s, &plan, &state, 13, &deleted, &more));
}

static void
purge(struct service *s, const char *name)
{
    struct model m = lab_model(s, name);
    bool more = true;

    while (more) {
        must(service_begin(s));
        must(model_purge(s, &m, 11, &more));
        must(service_commit(s));
    }
    model_free(&m);
}

static void
test_random_history(void)
{
    static const char *const names[] = {"A", "B", "C", "D"};
    struct lab lab;
    int whole = 0, counted = 0;

    lab_open(&lab);
    for (int i = 0; i < 4; i++)
        lab_fit(lab.s, names[i], 1);
    for (int round = 0; round < 30; round++) {
        int64_t kept = 0;

        for (int i = 0; i < 60; i++)
            random_reading(lab.s);
        for (int i = 0; i < 3; i++)
            random_fit(lab.s);
        if (round % 4 == 3)
            prune_some(lab.s, 100);
        if (round % 7 == 6) {
            purge(lab.s, names[round % 4]);
            lab_fit(lab.s, names[round % 4], 1);
        }
        for (int i = 0; i < 4; i++) {
            struct model m = lab_model(lab.s, names[i]);

            whole += is_whole(lab.s, m.id);
            model_free(&m);
        }
        must(history_count(lab.s, &kept));
        counted += kept == lab_number(lab.s, "SELECT count(*) FROM history");
    }
    is_int(whole, 120,
           "a model's history shows all it has, after prunes, "
           "purges and fits of other columns");
    is_int(counted, 30, "and the rows are counted right");
    lab_close(&lab);
}

int
main(void)
{
    test_random_acts();
    test_random_history();
    return done_testing();
}
