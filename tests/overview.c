/* SPDX-License-Identifier: Apache-2.0 */
/* The overview: all columns by name, piece by piece; alerts; their rate. */
#include "core/overview.h"

#include "lab.h"

static struct buf seen;

static void
see(const struct overview_row *row, void *arg)
{
    int *rows = arg;

    ++*rows;
    buf_printf(&seen, "%s.%s %s %g; ", row->name, row->column,
               state_names[row->state], row->tested ? row->value : -1);
}

static const char *
take(void)
{
    static char text[400];

    (void) snprintf(text, sizeof text, "%s", buf_text(&seen));
    buf_clear(&seen);
    return text;
}

static void
fill(struct service *s)
{
    static const char *const two[] = {"y", "x", NULL};
    static const double alert[] = {13, 5}, quiet[] = {5};
    struct draft d;

    lab_draft(s, "B", two, 1, &d);
    lab_apply(s, "B", "fit", &d);
    lab_fit(s, "C", 1);
    lab_fit(s, "A", 1);
    must(service_begin(s));
    lab_put(s, "B", alert, 2, LAB_TIME - 10 * CLOCK_SECOND, NULL);
    lab_put(s, "B", alert, 2, LAB_TIME - 5 * CLOCK_SECOND, NULL);
    lab_put(s, "C", quiet, 1, LAB_TIME, NULL);
    must(service_commit(s));
}

static void
walks(struct service *s)
{
    struct overview walk = {0};
    int rows = 0, pieces = 0;

    while (!walk.done && pieces < 10) {
        must(overview_step(s, &walk, LAB_TIME, 0, see, &rows));
        pieces++;
    }
    is_str(take(),
           "A.value learning -1; B.y alert 13; B.x learning 5; "
           "C.value learning 5; ",
           "all columns come by the names of their models");
    ok(rows == 4 && pieces == 3, "a piece ends behind a whole model");
    overview_free(&walk);
    must(overview_step(s, &walk, LAB_TIME, CLOCK_SECOND, see, &rows));
    ok(walk.done && rows == 8, "with time enough one piece has all");
    (void) take();
    overview_free(&walk);
}

static void
alerts(struct service *s)
{
    int64_t count, oldest;
    bool all;
    int rows = 0;

    must(overview_alerts(s, 1, LAB_TIME, see, &rows, &all));
    is_str(take(), "B.y alert 13; ", "the columns in alert come alone");
    ok(all && rows == 1, "... and are said to be all");
    must(overview_alerts(s, 0, LAB_TIME, see, &rows, &all));
    ok(!all && rows == 1, "... or not");
    must(overview_rate(s, LAB_TIME - 60 * CLOCK_SECOND, 10, &count, &oldest));
    ok(count == 2, "recorded alerts are counted");
    must(overview_rate(s, LAB_TIME, 1, &count, &oldest));
    ok(count == 1, "... up to a limit");
    must(overview_rate(s, LAB_TIME + 1, 10, &count, &oldest));
    ok(count == 0, "... from a time on");
}

static void
removed(struct service *s)
{
    struct model m = lab_model(s, "B");
    struct overview walk = {0};
    int rows = 0;
    bool all;

    must(service_begin(s));
    must(change_open(s, "remove", ""));
    must(change_activate(s, &m, 0));
    must(service_commit(s));
    must(overview_step(s, &walk, LAB_TIME, CLOCK_SECOND, see, &rows));
    ok(rows == 2, "a model that was removed is not there");
    must(overview_alerts(s, 10, LAB_TIME, see, &rows, &all));
    ok(rows == 2, "... and not in alert");
    overview_free(&walk);
    model_free(&m);
}

int
main(void)
{
    struct lab lab;

    clock_fix(LAB_TIME);
    lab_open(&lab);
    fill(lab.s);
    walks(lab.s);
    alerts(lab.s);
    removed(lab.s);
    buf_free(&seen);
    lab_close(&lab);
    return done_testing();
}
