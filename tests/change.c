/* SPDX-License-Identifier: Apache-2.0 */
/* Changes: activations, the walk of undo and redo, whole changes. */
#include "core/change.h"

#include <inttypes.h>
#include <signal.h>

#include "base/stop.h"
#include "core/undo.h"
#include "lab.h"

static struct service *s;

/* The active version by name; 0: hidden. */
static int64_t
active(const char *name)
{
    struct model m = lab_model(s, name);
    int64_t version = m.version;

    model_free(&m);
    return version;
}

static enum err
activate(const char *name, int64_t number)
{
    struct model m = lab_model(s, name);
    enum err e;

    must(service_begin(s));
    must(change_open(s, number ? "activate" : "remove", name));
    e = change_activate(s, &m, number);
    if (e == ERR_OK)
        e = service_commit(s);
    else
        service_rollback(s);
    model_free(&m);
    return e;
}

static enum err
walk(const char *name, bool back)
{
    struct model m = lab_model(s, name);
    struct step step;
    enum err e =
        back ? change_undo_step(s, &m, &step) : change_redo_step(s, &m, &step);

    if (e == ERR_OK) {
        must(service_begin(s));
        must(change_open(s, back ? "undo" : "redo", name));
        must(back ? change_undo(s, &m, &step) : change_redo(s, &m, &step));
        must(service_commit(s));
        if (m.version != step.to)
            e = err_set(ERR_INTERNAL, "not what the step said");
    }
    model_free(&m);
    return e;
}

/* Walks by a text of u and r, and tells the version after each: "21-2" ("-":
 * hidden, "!": nothing left). */
static const char *
walked(const char *name, const char *way)
{
    static struct buf text;

    buf_clear(&text);
    for (; *way; way++) {
        enum err e = walk(name, *way == 'u');

        if (e == ERR_CONFLICT)
            buf_char(&text, '!');
        else if (e != ERR_OK)
            return err_text();
        else if (active(name))
            buf_printf(&text, "%" PRId64, active(name));
        else
            buf_char(&text, '-');
    }
    return buf_text(&text);
}

static void
test_walk(void)
{
    lab_fit(s, "W", 1);
    lab_fit(s, "W", 2);
    lab_fit(s, "W", 3);
    is_int(active("W"), 3, "each fit activates its version");
    is_str(walked("W", "r"), "!", "nothing was undone: nothing to redo");
    is_str(walked("W", "uu"), "21", "undo goes back step by step");
    is_str(walked("W", "uu"), "-!", "the first step hides, then none is left");
    is_str(walked("W", "rrr"), "123", "redo goes the same way forth");
    is_str(walked("W", "ruru"), "!232", "it never toggles");
    lab_fit(s, "W", 4);
    is_int(active("W"), 4, "a new act after an undo goes on numbering");
    is_str(walked("W", "r"), "!", "and ends the way forth");
    is_str(walked("W", "uuu"), "21-",
           "the way back leaves out what was undone");
    is_str(walked("W", "rrr"), "124", "and so does the way forth");

    struct model m = lab_model(s, "W");
    struct activation_list list = {0};

    must(activation_list(s, &m, 3, &list));
    ok(list.count == 3 && list.items[0].version == 4 && list.items[0].step == 2
           && list.items[2].version == 1 && !strcmp(list.items[0].by, "ana")
           && !strcmp(list.items[0].what, "redo"),
       "every activation is written down, newest first");
    activation_list_free(&list);
    model_free(&m);
}

static void
test_activate(void)
{
    struct model m = {0};

    lab_fit(s, "V", 1);
    lab_fit(s, "V", 2);
    must(activate("V", 1));
    is_int(active("V"), 1, "an older version is chosen");
    refused(activate("V", 3), ERR_NOT_FOUND, "no version 3; it has 1 to 2",
            "one that is not there is not");
    is_int(active("V"), 1, "then nothing changes");
    is_str(walked("V", "u"), "2", "undo takes back the choice");
    is_str(walked("V", "r"), "1", "and redo takes it again");

    must(activate("V", 0));
    refused(model_find(s, "V", false, &m), ERR_NOT_FOUND,
            "vigia undo V brings it back", "a removed model is not found");
    must(model_find(s, "V", true, &m));
    ok(m.removed_at != 0 && m.versions == 2, "but keeps what it has");
    model_free(&m);
    is_str(walked("V", "u"), "1", "undo brings it back");
    must(activate("V", 0));
    is_int(lab_fit(s, "V", 3), 3, "a fit of a removed one goes on numbering");
    is_str(walked("V", "uuu"), "-12", "undo walks back over the removal");
}

/* What the active version says of title and stale_after stands in the row. */
static void
test_row(void)
{
    static const char *const pairs[] = {"title=Feed pump", "stale_after=60"};
    struct model m;
    struct draft d;

    lab_fit(s, "R", 1);
    m = lab_model(s, "R");
    must(draft_set(s, &m, pairs, 2, &d));
    model_free(&m);
    lab_apply(s, "R", "set", &d);
    m = lab_model(s, "R");
    ok(!strcmp(m.title, "Feed pump") && m.stale_after == 60 * CLOCK_SECOND,
       "a model's row follows its version");
    model_free(&m);
    is_str(walked("R", "u"), "1", "undo");
    m = lab_model(s, "R");
    ok(!*m.title && m.stale_after == 0, "takes that back, too");
    model_free(&m);
}

/* ---- whole changes ---- */

enum { MANY = 300 };

static const char *
many(int i)
{
    static char name[16];

    (void) snprintf(name, sizeof name, "m%03d", i);
    return name;
}

/* Fits m000 to m299 as one change, in three turns. */
static int64_t
fit_many(double scale)
{
    static const char *const columns[] = {"value", NULL};
    int64_t number, change = 0;

    for (int i = 0; i < MANY; i++) {
        struct model m = lab_model(s, many(i));
        struct draft d;

        lab_draft(s, many(i), columns, scale, &d);
        if (i % 100 == 0)
            must(service_begin(s));
        if (i == 0)
            must(change_open(s, "fit", "from plant.csv"));
        must(draft_apply(s, &m, &d, &number));
        change = s->change.id;
        if (i % 100 == 99)
            must(service_commit(s));
        model_free(&m);
        draft_free(&d);
    }
    return change;
}

static int
count_active(int64_t version)
{
    int n = 0;

    for (int i = 0; i < MANY; i++)
        n += active(many(i)) == version;
    return n;
}

static void
test_whole(void)
{
    int64_t first = fit_many(1), second = fit_many(2), refit;
    struct undo_report report = {0};
    struct change_row row = {0};
    struct buf left = {0};

    must(change_find(s, second, &row));
    ok(row.models == MANY && !strcmp(row.what, "fit")
           && !strcmp(row.note, "from plant.csv") && row.undoes == 0,
       "a change of several turns is one row");
    change_row_free(&row);
    refit = lab_fit(s, "m007", 3);
    is_str(walked("m009", "u"), "1", "one of it was undone already");
    must(undo_change(s, second, &left, &report));
    ok(report.undone == MANY - 2 && report.left == 1 && report.before == 1,
       "all of it is taken back, but for what was changed later");
    is_str(buf_text(&left), "m007\n", "which is named");
    is_int(refit, 3, "and keeps");
    is_int(active("m007"), 3, "its later version");
    is_int(count_active(1), MANY - 1, "the others are as they were before");
    must(change_find(s, report.change, &row));
    ok(row.undoes == second && !strcmp(row.what, "undo")
           && row.models == MANY - 2,
       "that is a change, too, which knows what it took back");
    change_row_free(&row);

    buf_clear(&left);
    must(undo_change(s, second, &left, &report));
    ok(report.undone == 0 && report.before == MANY - 1 && report.left == 1,
       "a second time there is nothing left, and nothing is brought back");
    buf_clear(&left);
    must(undo_change(s, first, &left, &report));
    ok(report.undone == MANY - 1 && count_active(0) == MANY - 1,
       "the change before it can be taken back then");
    buf_free(&left);
}

static void
test_refused(void)
{
    struct undo_report report = {0};
    struct change_page page = {0};
    struct buf left = {0};
    int64_t id;

    refused(undo_change(s, 99999, &left, &report), ERR_NOT_FOUND,
            "no change 99999; vigia changes", "a change must be there");
    must(service_begin(s));
    must(change_open(s, "rename", "A to B"));
    must(service_commit(s));
    id = s->change.id;
    refused(undo_change(s, id, &left, &report), ERR_CONFLICT,
            "activated no version", "and have activated something");
    is_str(walked("W", "u"), "2", "an undo");
    must(change_list(s, 0, 2, &page));
    ok(page.count == 2 && page.items[0].id > page.items[1].id
           && !strcmp(page.items[0].what, "undo"),
       "changes are listed newest first");
    id = page.items[0].id;
    change_page_free(&page);
    refused(undo_change(s, id, &left, &report), ERR_CONFLICT,
            "is itself an undo; use vigia redo", "is not undone by its id");
    is_int(report.change, 0, "a refused one reports nothing");
    must(change_list(s, id, 1, &page));
    ok(page.count == 1 && page.items[0].id == id - 1,
       "a page goes on before an id");
    change_page_free(&page);

    (void) signal(SIGINT, SIG_DFL); /* whoever runs the test may ignore it */
    stop_catch();
    (void) raise(SIGINT);
    id = lab_number(s, "SELECT max(id) FROM change WHERE what = 'fit'");
    refused(undo_change(s, id, &left, &report), ERR_INTERRUPTED, "interrupted",
            "a long one can be interrupted");
    stop_release();
    buf_free(&left);
}

static void
test_turns(void)
{
    struct model m = lab_model(s, "gone");

    m.kind = &kind_baseline;
    m.removed_at = 1;
    must(service_begin(s));
    must(change_open(s, "fit", ""));
    must(model_insert(s, (struct model *[]){&m}, 1));
    service_rollback(s);
    model_free(&m);
    m = lab_model(s, "gone");
    ok(m.id == 0 && s->change.id == 0,
       "a turn that is taken back leaves neither model nor change");
    model_free(&m);
}

int
main(void)
{
    struct lab p;

    lab_open(&p);
    s = p.s;
    test_walk();
    test_activate();
    test_row();
    test_whole();
    test_refused();
    test_turns();
    lab_close(&p);
    return done_testing();
}
