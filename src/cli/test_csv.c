/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Testing a CSV file. It is read up to three times: for the sensors it has,
 * to know the columns; with --record, to find what is wrong before anything
 * is recorded; and for the verdicts. Standard input is copied for that, or,
 * when one pass is enough, taken as it comes. Rows are recorded in
 * batches (test_batch.h), because nothing is read within a turn.
 */
#include "cli/test.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/figure.h"
#include "base/log.h"
#include "base/stop.h"
#include "cli/cmd.h"
#include "cli/csv_ask.h"
#include "cli/terminal.h"
#include "cli/test_batch.h"
#include "cli/test_sensors.h"
#include "data/cell.h"
#include "data/csv.h"

struct run {
    struct cmd *cmd;
    struct csv_ask ask;
    struct sensors *sensors;
    struct batch batch;
    bool prompt;   /* lines leave at once: a pipe may never end */
    int64_t limit; /* a reading's time may not lie beyond */
    struct progress progress;
};

/* ---- what is done with rows ---- */

static enum err
look_up(const struct row *row, void *arg)
{
    struct run *r = arg;
    struct sensor *sensor;

    return sensors_at(r->sensors, row, &sensor);
}

/* What would be refused when it is recorded. */
static enum err
check_row(const struct row *row, void *arg)
{
    struct run *r = arg;
    struct sensor *sensor;
    enum err e = sensors_at(r->sensors, row, &sensor);

    if (e == ERR_OK && !sensor->passed_over)
        e = sensors_index(r->sensors, sensor, row->line);
    if (e == ERR_OK && r->ask.plan.time && row->time > r->limit)
        e = err_set(ERR_DATA,
                    "%s:%" PRId64 ": the time of the reading lies "
                    "more than a day ahead",
                    csv_ask_name(&r->ask, 0), row->line);
    return e;
}

static enum err
test_row(const struct row *row, void *arg)
{
    struct run *r = arg;
    struct sensor *sensor;
    enum err e = sensors_at(r->sensors, row, &sensor);

    if (e != ERR_OK || sensor->passed_over)
        return e;
    e = sensors_index(r->sensors, sensor, row->line);
    if (e != ERR_OK)
        return e;
    batch_add(&r->batch, row, sensor);
    if (r->prompt || batch_full(&r->batch))
        e = batch_flush(&r->batch);
    return e;
}

static void
tell_bad(const char *sentence, void *arg)
{
    struct run *r = arg;

    csv_ask_tell(&r->ask, sentence);
}

static enum err
take_progress(int64_t done, int64_t size, void *arg)
{
    struct run *r = arg;

    if (!r->cmd->terminal || r->batch.quiet) /* not among the lines */
        progress_step(&r->progress, done, size);
    return stop_check();
}

/* ---- passes ---- */

static enum err
pass(struct run *r, const char *what,
     void (*bad)(const char *sentence, void *arg),
     const struct rows_plan *plan,
     enum err (*take)(const struct row *row, void *arg))
{
    struct rows_calls calls = {take, bad, take_progress, r};
    struct rows_report report;
    enum err e;

    progress_begin(&r->progress, what);
    e = rows_scan(r->ask.files[0], plan, &calls, &report);
    progress_end(&r->progress);
    return e;
}

/* The header's columns that a sensor of the file has. */
static enum err
choose_columns(struct run *r)
{
    char delimiter = r->ask.plan.delimiter ? r->ask.plan.delimiter : ',';
    struct csv *csv = NULL;
    char **names = NULL;
    size_t count = 0;
    bool more = false;
    enum err e = csv_open(r->ask.files[0], delimiter, &csv);

    if (e == ERR_OK)
        e = csv_next(csv, &more);
    for (size_t i = 0; e == ERR_OK && more && i < csv_fields(csv); i++) {
        size_t len;
        const char *text = csv_field(csv, i, &len);
        char *name;

        cell_trim(&text, &len);
        name = xstrndup(text, len);
        names = xreallocarray(names, count + 1, sizeof *names);
        if (sensors_have(r->sensors, name))
            names[count++] = name;
        else
            free(name);
    }
    csv_close(csv);
    csv_ask_take(&r->ask, names, count);
    if (e == ERR_OK && count == 0)
        e = err_set(ERR_DATA,
                    "%s: none of its columns is a column of the sensors",
                    csv_ask_name(&r->ask, 0));
    return e;
}

static enum err
find_columns(struct run *r)
{
    struct rows_plan keys = r->ask.plan;
    enum err e;

    keys.skip_bad = true; /* other passes tell what is bad */
    e = pass(r, "reading", NULL, &keys, look_up);
    return e == ERR_OK ? choose_columns(r) : e;
}

/* What was judged before an error is still printed, but not recorded. */
static enum err
test_rows(struct run *r)
{
    enum err e = pass(r, "testing", tell_bad, &r->ask.plan, test_row), flush;

    if (e != ERR_OK && r->batch.record)
        return e;
    flush = batch_flush(&r->batch);
    return e == ERR_OK ? flush : e;
}

static enum err
read_file(struct run *r)
{
    bool once = r->ask.named && !r->batch.record;
    enum err e = ERR_OK;

    if (once)
        r->prompt = strcmp(r->ask.files[0], "-") == 0;
    else
        e = csv_ask_again(&r->ask);
    if (e == ERR_OK && !r->ask.named)
        e = find_columns(r);
    if (e == ERR_OK && r->batch.record)
        e = pass(r, "checking", NULL, &r->ask.plan, check_row);
    if (e != ERR_OK)
        return e;
    if (!r->cmd->json && !r->batch.quiet && !cmd_flag(r->cmd, "no-header"))
        cmd_line("line,sensor,column,value,alert,score,version");
    return test_rows(r);
}

/* ---- the form ---- */

static void
tell(const struct run *r)
{
    char n[4][FIGURE_MAX];
    struct buf line = {0};

    buf_printf(&line, "%s readings, %s verdicts, %s alerts",
               figure_group(n[0], r->batch.readings),
               figure_group(n[1], r->batch.cells),
               figure_group(n[2], r->batch.alerts));
    if (r->batch.missing)
        buf_printf(&line, "; %s cells without a value",
                   figure_group(n[3], r->batch.missing));
    if (r->batch.record)
        buf_printf(&line, "; %s recorded",
                   figure_group(n[0], r->batch.recorded));
    if (r->batch.there)
        buf_printf(&line, ", %s were there already",
                   figure_group(n[1], r->batch.there));
    csv_ask_told(&r->ask);
    log_line("%s", buf_text(&line));
    buf_free(&line);
}

static enum err
check(const struct run *r)
{
    enum err e = cmd_args(r->cmd, 0, 1);

    if (e == ERR_OK && r->ask.file_count > 1)
        e = err_set(ERR_USAGE, "test --csv takes one file");
    if (e == ERR_OK && r->cmd->argc == 0 && r->ask.plan.by_count == 0)
        e = err_set(ERR_USAGE, "--by COLUMN says which sensor a row is; or "
                               "name the one SENSOR of the file");
    return e;
}

/* The one SENSOR must be there, even if no row of the file is of it. */
static enum err
check_sensor(const struct run *r)
{
    struct model model = {0};
    int64_t number;
    enum err e = ERR_OK;

    if (r->cmd->argc > 0)
        e = cmd_model(r->cmd, r->cmd->argv[0], false, &model, &number);
    model_free(&model);
    return e;
}

static void
run_free(struct run *r)
{
    sensors_free(r->sensors);
    csv_ask_free(&r->ask);
    batch_free(&r->batch);
}

enum err
test_csv(struct cmd *cmd)
{
    struct run r = {.cmd = cmd, .limit = clock_now() + CLOCK_DAY};
    enum err e = csv_ask_read(cmd, &r.ask);

    if (e == ERR_OK)
        e = check(&r);
    if (e == ERR_OK)
        e = cmd_open(cmd, DB_WRITE);
    if (e == ERR_OK)
        e = check_sensor(&r);
    if (e == ERR_OK) {
        stop_catch();
        r.sensors = sensors_new(cmd, &r.ask, cmd->argc ? cmd->argv[0] : NULL);
        r.batch = (struct batch){
            .cmd = cmd,
            .ask = &r.ask,
            .sensors = r.sensors,
            .record = cmd_flag(cmd, "record"),
            .quiet = cmd_flag(cmd, "quiet"),
            .alerts_only = cmd_flag(cmd, "alerts-only"),
        };
        e = read_file(&r);
    }
    if (e == ERR_OK && !r.batch.quiet)
        tell(&r);
    if (e != ERR_OK && r.batch.recorded)
        e = err_set(e, "%s: %" PRId64 " readings were recorded", err_text(),
                    r.batch.recorded);
    if (e == ERR_OK && r.batch.quiet && r.batch.alerts)
        cmd->status = 1;
    run_free(&r);
    return e;
}
