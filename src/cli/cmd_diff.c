/* SPDX-License-Identifier: Apache-2.0 */
/*
 * vigia diff: the rows of a table to which two versions answer differently.
 * They stream through, as with test --csv.
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/json.h"
#include "base/log.h"
#include "base/stop.h"
#include "cli/cmd.h"
#include "cli/request_rows.h"
#include "cli/test_requests.h"
#include "core/answer.h"
#include "core/version.h"
#include "data/csv.h"

struct diff {
    struct cmd *cmd;
    struct request_rows rows;
    struct requests sides[2];
    double tolerance;      /* numbers differ by more than that */
    int64_t asked, differ; /* rows */
    struct buf text;       /* what is to be printed */
};

static void
diff_free(struct diff *d)
{
    for (size_t i = 0; i < 2; i++)
        requests_free(&d->sides[i]);
    request_rows_free(&d->rows);
    buf_free(&d->text);
}

/* ---- lines ---- */

static void
put_header(struct diff *d)
{
    struct buf name = {0};

    buf_str(&d->text, "line");
    for (size_t i = 0; i < 2; i++) {
        buf_clear(&name);
        buf_printf(&name, "%s@%" PRId64, d->sides[i].model.name,
                   d->sides[i].compiled->number);
        buf_char(&d->text, ',');
        csv_add(&d->text, buf_text(&name), name.len, ',');
    }
    buf_char(&d->text, '\n');
    buf_free(&name);
}

static void
put_line(struct diff *d, const struct leaf *const answers[2])
{
    buf_printf(&d->text, "%" PRId64, request_rows_line(&d->rows));
    for (size_t i = 0; i < 2; i++) {
        buf_char(&d->text, ',');
        if (answers[i])
            csv_add(&d->text, answers[i]->text, strlen(answers[i]->text), ',');
    }
    buf_char(&d->text, '\n');
}

static void
put_object(struct diff *d, const struct verdicts verdicts[2])
{
    struct json_out out = {.buf = &d->text};

    json_open(&out, '{');
    json_key(&out, "line");
    json_put_int(&out, request_rows_line(&d->rows));
    json_key(&out, "verdicts");
    json_open(&out, '[');
    for (size_t i = 0; i < 2; i++)
        answer_verdict(&out, &d->sides[i].model, d->sides[i].compiled,
                       &verdicts[i].items[0], STATE_OK); /* not told */
    json_close(&out, ']');
    json_close(&out, '}');
    buf_char(&d->text, '\n');
}

/* ---- rows ---- */

/* What a verdict comes to: a class or a number. */
static const struct leaf *
answer_of(const struct leaves *leaves)
{
    const struct leaf *label = leaves_find(leaves, "label");

    return label ? label : leaves_find(leaves, "value");
}

static bool
same(const struct diff *d, const struct leaf *const answers[2])
{
    const struct leaf *a = answers[0], *b = answers[1];

    if (!a || !b || strcmp(a->name, b->name) != 0)
        return false; /* one is a class, and one a number */
    if (strcmp(a->name, "value") == 0)
        return fabs(a->value - b->value) <= d->tolerance;
    return strcmp(a->text, b->text) == 0;
}

static void
compare(struct diff *d, const struct verdicts verdicts[2])
{
    struct leaves leaves[2] = {{0}, {0}};
    const struct leaf *answers[2];

    for (size_t i = 0; i < 2; i++) {
        requests_leaves(&verdicts[i].items[0], &leaves[i]);
        answers[i] = answer_of(&leaves[i]);
    }
    d->asked++;
    if (!same(d, answers)) {
        d->differ++;
        if (d->cmd->json)
            put_object(d, verdicts);
        else
            put_line(d, answers);
    }
    leaves_free(&leaves[0]);
    leaves_free(&leaves[1]);
}

static enum err
take_row(struct diff *d, const struct json *request)
{
    struct verdicts verdicts[2] = {{0}, {0}};
    enum err e = ERR_OK;

    for (size_t i = 0; e == ERR_OK && i < 2; i++)
        e = requests_judge(&d->sides[i], request, &verdicts[i]);
    if (e == ERR_OK)
        compare(d, verdicts);
    else
        e = request_rows_blame(&d->rows, e);
    verdicts_free(&verdicts[0]);
    verdicts_free(&verdicts[1]);
    return e;
}

/* Into the buffer of standard output, which is flushed for those who type
 * the rows. */
static enum err
print(struct diff *d)
{
    if (!cmd_flag(d->cmd, "quiet"))
        (void) fwrite(buf_text(&d->text), 1, d->text.len, stdout);
    buf_clear(&d->text);
    return strcmp(d->rows.ask.files[0], "-") == 0 ? cmd_flush() : ERR_OK;
}

static enum err
stream(struct diff *d)
{
    bool more = true;
    enum err e = ERR_OK;

    if (!d->cmd->json && !cmd_flag(d->cmd, "no-header"))
        put_header(d);
    while (e == ERR_OK && more) {
        struct json *request = NULL;

        e = request_rows_next(&d->rows, &request);
        more = e != ERR_OK || request;
        if (e == ERR_OK && request)
            e = take_row(d, request);
        json_free(request);
        if (e != ERR_OK)
            e = request_rows_skip(&d->rows, e);
        if (e == ERR_OK)
            e = print(d);
        if (e == ERR_OK)
            e = stop_check();
    }
    if (e != ERR_OK)
        return e;
    csv_ask_told(&d->rows.ask);
    return cmd_flush();
}

/* ---- the command ---- */

static enum err
open_sides(struct diff *d)
{
    enum err e = ERR_OK;

    for (size_t i = 0; e == ERR_OK && i < 2; i++) {
        struct requests *side = &d->sides[i];

        side->cmd = d->cmd;
        e = requests_open(side, d->cmd->argv[i]);
        if (side->model.kind && side->model.kind->learns != LEARNS_TABLE)
            e = err_set(ERR_USAGE,
                        "diff compares models that learn from tables, and "
                        "%s is of kind %s",
                        side->model.name, side->model.kind->name);
    }
    return e;
}

static enum err
run(struct cmd *cmd)
{
    struct diff d = {.cmd = cmd};
    enum err e = cmd_args(cmd, 2, 2);

    if (e == ERR_OK && !cmd_flag(cmd, "csv"))
        e = err_set(ERR_USAGE, "diff needs rows to ask: --csv FILE");
    if (e == ERR_OK)
        e = cmd_number(cmd, "tolerance", &d.tolerance);
    if (e == ERR_OK && d.tolerance < 0)
        e = err_set(ERR_USAGE, "--tolerance is 0 or above");
    if (e == ERR_OK)
        e = cmd_open(cmd, DB_WRITE);
    if (e == ERR_OK)
        e = open_sides(&d);
    if (e == ERR_OK)
        e = request_rows_open(cmd, &d.rows);
    if (e == ERR_OK) {
        stop_catch();
        e = stream(&d);
    }
    if (e == ERR_OK && cmd->terminal)
        log_line("%" PRId64 " of %" PRId64 " rows differ", d.differ, d.asked);
    if (cmd_flag(cmd, "quiet") && d.differ > 0)
        cmd->status = 1;
    diff_free(&d);
    return e;
}

static const struct cmd_option options[] = {
    {"csv",                                          "FILE", false, "the rows to ask; - is standard input"},
    {"tolerance",                                         "X", false, "numbers that differ by no more are the same"},
    {"missing",                                              "TEXT,...", false, "further texts for a missing cell"},
    {"delimiter",   "C", false, "what parts the cells, such as ; or tab"},
    {"decimal", "C", false, "the decimal sign, . or ,"},
    {"skip-bad",                                      NULL, false, "skip and count what is wrong"},
    {"quiet",                                         NULL, false, "print nothing; exit status 1 when a row differs"},
    {.name = NULL                                             },
};

const struct command cmd_diff = {
    .name = "diff",
    .args = "MODEL@N MODEL@M --csv FILE",
    .summary = "show where two versions disagree",
    .detail =
        "Both versions answer every row of the CSV file, as vigia test MODEL "
        "--csv does; a row gets a line line,MODEL@N,MODEL@M when they answer "
        "with another class, or with numbers that differ by more than "
        "--tolerance, 0 unless told. Without @N the active version is meant. "
        "Two models may be compared, too.",
    .example = "vigia diff listings@3 listings@4 --csv new.csv",
    .options = options,
    .run = run,
};
