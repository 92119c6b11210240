/* SPDX-License-Identifier: Apache-2.0 */
/* data/numbers.c: readings from a text, each handed on. Files are read by
 * tests/cli_fit.t. */
#include "data/numbers.h"

#include <math.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "data/rows.h"
#include "data/stats.h"
#include "tap.h"

/* Adds "LINE:VALUE ". */
static enum err
take(const struct row *row, void *arg)
{
    struct buf *out = arg;

    if (isnan(row->values[0]))
        buf_printf(out, "%d:- ", (int) row->line); /* a few lines */
    else
        buf_printf(out, "%d:%g ", (int) row->line, row->values[0]);
    return row->values[0] > 100 ? err_set(ERR_INTERRUPTED, "enough") : ERR_OK;
}

static void
is_read(const char *text, const char *want, int64_t n, const char *name)
{
    struct rows_plan plan = {.by = NULL};
    struct moments m = {0};
    struct buf got = {0};
    const struct rows_calls calls = {.row = take, .arg = &got};
    int64_t bad = 0;
    enum err e = numbers_text("it", text, &plan, &calls, &m, &bad);

    is_str(e == ERR_OK ? buf_text(&got) : err_text(), want, name);
    is_int(m.n, n, name);
    buf_free(&got);
}

int
main(void)
{
    const struct rows_calls none = {.row = NULL};
    struct rows_plan plan = {.by = NULL, .skip_bad = true};
    struct moments m = {0};
    int64_t bad = 0;
    enum err e;

    is_read("10\n5\n\n6", "1:10 2:5 4:6 ", 3, "a number per line");
    is_read("10\r\nnan\n", "1:10 2:- ", 1, "a missing one, too");
    is_read(" [1, null, 2.5]", "0:1 0:- 0:2.5 ", 2, "an array");
    is_read("1\nx\n", "it:2: \"x\" is not a number", 0, "a word is named");
    is_read("[1,", "it: line 1, column 4: a value expected, but the text ends",
            0, "an array without an end");
    is_read("", "it has no readings", 0, "nothing");
    is_read(" \n \n", "it has no readings", 0, "nothing but blanks");
    is_read("1\n101\n2\n", "enough", 0, "who takes them may end it");
    e = numbers_text("it", "1\nx\n2", &plan, &none, &m, &bad);
    ok(e == ERR_OK && m.n == 2 && bad == 1, "bad lines are skipped on asking");
    return done_testing();
}
