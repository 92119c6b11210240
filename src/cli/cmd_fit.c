/* SPDX-License-Identifier: Apache-2.0 */
/* vigia fit: from numbers, from CSV files, or from recorded readings. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/log.h"
#include "base/stop.h"
#include "cli/cmd.h"
#include "cli/csv_ask.h"
#include "cli/fit.h"
#include "cli/terminal.h"
#include "core/model.h"
#include "core/name.h"
#include "core/recorded.h"
#include "data/groups.h"
#include "data/numbers.h"
#include "data/stats.h"

/* ---- the checked job, stored and told ---- */

enum err
fit_open(const struct fit_job *job)
{
    return job->draft ? ERR_OK : cmd_open(job->cmd, DB_CREATE);
}

static enum err
finish(struct fit_job *job)
{
    enum err e;

    if (job->draft)
        return fit_draft(job, &job->items[0], job->model, false, job->draft);
    e = fit_check(job);
    if (e == ERR_OK)
        e = fit_store(job);
    stop_release(); /* what is printed now may be stopped anywhere */
    return e == ERR_OK ? fit_report(job) : e;
}

/* ---- numbers ---- */

struct numbers {
    struct csv_ask ask;
    struct progress progress;
};

static void
take_bad(const char *sentence, void *arg)
{
    struct numbers *n = arg;

    csv_ask_tell(&n->ask, sentence);
}

static enum err
take_progress(int64_t done, int64_t size, void *arg)
{
    struct numbers *n = arg;

    progress_step(&n->progress, done, size);
    return stop_check();
}

static enum err
read_numbers(struct fit_job *job, struct numbers *n, struct moments *moments)
{
    static const char *const columns[] = {"value"};
    const char *path = job->cmd->argc > 1 ? job->cmd->argv[1] : "-";
    struct rows_calls calls = {
        .bad = take_bad, .progress = take_progress, .arg = n};
    struct fit_item *item = fit_add(job);
    bool standard = strcmp(path, "-") == 0;
    struct buf note = {0};
    int64_t bad = 0;
    enum err e;

    item->name = xstrdup(job->cmd->argv[0]);
    item->columns = columns;
    item->moments = moments;
    item->column_count = 1;
    buf_printf(&note, "from %s", standard ? "standard input" : path);
    job->note = buf_steal(&note);
    if (standard && isatty(STDIN_FILENO))
        log_line("reading numbers, end with Ctrl-D");
    else
        progress_begin(&n->progress, "reading");
    e = numbers_scan(path, &n->ask.plan, &calls, moments, &bad);
    progress_end(&n->progress);
    csv_ask_told(&n->ask);
    return e;
}

static enum err
run_numbers(struct fit_job *job)
{
    struct numbers n = {.progress = {0}};
    struct moments moments = {0};
    enum err e = cmd_args(job->cmd, 1, 2);

    if (e != ERR_OK)
        return e;
    e = csv_ask_read(job->cmd, &n.ask);
    if (e == ERR_OK)
        e = read_numbers(job, &n, &moments);
    if (e == ERR_OK)
        e = fit_open(job);
    if (e == ERR_OK)
        e = finish(job);
    csv_ask_free(&n.ask);
    return e;
}

/* ---- CSV ---- */

static enum err
run_csv(struct fit_job *job)
{
    struct csv_ask ask = {0};
    struct groups *groups = NULL;
    enum err e = cmd_args(job->cmd, 0, 1);

    if (e != ERR_OK)
        return e;
    e = csv_ask_read(job->cmd, &ask);
    if (e == ERR_OK)
        e = fit_csv(job, &ask, &groups);
    if (e == ERR_OK)
        e = fit_open(job);
    if (e == ERR_OK)
        e = finish(job);
    groups_free(groups);
    csv_ask_free(&ask);
    return e;
}

/* ---- recorded readings ---- */

/* The item that is fitted on what was read; r lends it its source. */
static enum err
add_recorded(struct fit_job *job, const struct model *m, struct recorded *r)
{
    struct fit_item *item = fit_add(job);
    struct source source = {0};
    struct buf note = {0};
    enum err e;

    item->name = xstrdup(m->name);
    job->readings = r->readings;
    recorded_note(r, &note);
    job->note = buf_steal(&note);
    e = recorded_source(r, m, &source);
    item->columns = source.columns;
    item->moments = source.moments;
    item->column_count = (uint32_t) source.column_count; /* of a model */
    return e;
}

static enum err
fit_recorded(struct fit_job *job, const struct model *m, int64_t since,
             int64_t until)
{
    struct recorded r = {0};
    enum err e = recorded_begin(job->cmd->service, m, since, until, &r);

    while (e == ERR_OK && !r.done) {
        e = recorded_step(job->cmd->service, &r);
        if (e == ERR_OK)
            e = stop_check();
    }
    if (e == ERR_OK)
        e = add_recorded(job, m, &r);
    if (e == ERR_OK)
        e = finish(job);
    recorded_free(&r);
    return e;
}

static enum err
run_recorded(struct fit_job *job)
{
    struct cmd *cmd = job->cmd;
    int64_t since = INT64_MIN, until = INT64_MAX;
    struct model m = {0};
    enum err e = cmd_args(cmd, 1, 1);

    if (e == ERR_OK)
        e = cmd_time(cmd, "since", &since);
    if (e == ERR_OK)
        e = cmd_time(cmd, "until", &until);
    if (e == ERR_OK)
        e = cmd_open(cmd, DB_WRITE);
    if (e == ERR_OK)
        e = cmd_model_only(cmd, cmd->argv[0], false, &m);
    if (e == ERR_OK)
        e = fit_recorded(job, &m, since, until);
    model_free(&m);
    return e;
}

/* ---- the command ---- */

static enum err
find_kind(struct fit_job *job)
{
    const char *name = cmd_value(job->cmd, "kind");
    struct buf names = {0};
    enum err e = ERR_OK;

    job->kind = name ? kind_find(name) : &kind_baseline;
    kind_list(&names, -1);
    if (!job->kind)
        e = err_set(ERR_USAGE, "no kind \"%s\"; there is %s", name,
                    buf_text(&names));
    buf_free(&names);
    return e;
}

/* Options that mean nothing beside what the readings come from. */
static enum err
check_source(const struct cmd *cmd, const struct kind *kind, bool csv,
             bool recorded)
{
    static const char *const csv_only[] = {"by", "columns", "time",
                                           "delimiter", "jobs"};
    static const char *const timed[] = {"since", "until"};

    if (csv && recorded)
        return err_set(ERR_USAGE, "either --csv or --recorded");
    if (recorded && kind->learns != LEARNS_MOMENTS)
        return err_set(ERR_USAGE,
                       "a model of kind %s does not learn from "
                       "recorded readings",
                       kind->name);
    if (cmd_flag(cmd, "label") && kind->learns != LEARNS_TABLE)
        return err_set(ERR_USAGE,
                       "--label goes with a --kind that learns from tables, "
                       "such as --kind trees, and %s does not",
                       kind->name);
    for (size_t i = 0; !csv && i < sizeof csv_only / sizeof *csv_only; i++)
        if (cmd_flag(cmd, csv_only[i]))
            return err_set(ERR_USAGE, "--%s goes with --csv", csv_only[i]);
    for (size_t i = 0; i < sizeof timed / sizeof *timed; i++)
        if (!csv && !recorded && cmd_flag(cmd, timed[i]))
            return err_set(ERR_USAGE, "--%s goes with --csv or --recorded",
                           timed[i]);
    return ERR_OK;
}

enum err
fit_run(struct fit_job *job)
{
    const struct cmd *cmd = job->cmd;
    bool csv = cmd_flag(cmd, "csv"), recorded = cmd_flag(cmd, "recorded");
    enum err e = find_kind(job);

    if (e == ERR_OK)
        e = check_source(cmd, job->kind, csv, recorded);
    if (e == ERR_OK && !job->draft)
        e = fit_asked_begin(job);
    if (e == ERR_OK && cmd->argc > 0 && !recorded)
        e = name_check(cmd->argv[0]); /* before much is read for it */
    if (e == ERR_OK) {
        job->param_count = cmd_values(cmd, "param", &job->params);
        stop_catch();
        e = job->kind->learns == LEARNS_TABLE   ? fit_table(job)
            : job->kind->learns == LEARNS_CASES ? fit_cases(job)
            : csv                               ? run_csv(job)
            : recorded                          ? run_recorded(job)
                                                : run_numbers(job);
    }
    if (e == ERR_INTERRUPTED && job->stored == 0)
        e = err_set(e, "interrupted: nothing was stored");
    return e;
}

static enum err
run(struct cmd *cmd)
{
    struct fit_job job = {.cmd = cmd, .fresh = cmd_flag(cmd, "fresh")};
    enum err e = fit_asked_end(&job, fit_run(&job));

    fit_job_free(&job);
    return e;
}

static const struct cmd_option options[] = {
    {"csv",                                      "FILE", true, "read CSV files; - is standard input"},
    CSV_ASK_OPTIONS,
    {"fresh",                                      NULL, false, "forget the other columns and the params"},
    {"param",                                          "KEY=VALUE", false, "also set a param, such as k=3"},
    {"recorded", NULL, false, "fit from the recorded readings"},
    {"kind", "KIND", false, "the kind of model; baseline unless told"},
    {"label",                                    "COLUMN", false, "what a table is to teach (tabular kinds)"},
    {"job",                                     "ID", false, "the job of the REST service that this ends"},
    {.name = NULL                                         },
};

const struct command cmd_fit = {
    .name = "fit",
    .args = "SENSOR [FILE]\n"
            "--csv FILE... --by COLUMN[,COLUMN]\n"
            "SENSOR --csv FILE...\n"
            "MODEL --recorded [--since TIME] [--until TIME]\n"
            "MODEL --kind KIND --csv FILE --label COLUMN\n"
            "MODEL --kind KIND [FILE]",
    .summary = "learn what is usual, from readings",
    .detail =
        "Makes the next version of each sensor from its readings and "
        "activates it. FILE, or standard input, has one number per line or "
        "is one JSON array of numbers; NaN and null are missing readings. "
        "Of CSV files every sensor is fitted at once; without --columns the "
        "columns whose cells are all numbers. Everything is read and checked "
        "before anything is stored. Columns that are not fitted, and the "
        "params, stay as they are, unless --fresh is given. Another kind "
        "learns from a table with a label, or from FILE with a finished case "
        "as JSON on each line; vigia version lists the kinds there are.",
    .example = "vigia fit --csv collects.csv --by sensorId --columns temp",
    .options = options,
    .run = run,
};
