/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Testing a CSV file. It is read up to three times: for the sensors it has,
 * to know the columns; with --record, to find what is wrong before anything
 * is recorded; and for the verdicts. Standard input is copied for that, or,
 * when one pass is enough, taken as it comes. Rows that are only judged are
 * read by several threads, which lock to look up a sensor, once in a part of
 * the file; names are claimed and lines leave in the order of the file. Rows
 * are recorded in batches (test_batch.h), because nothing is read within a
 * turn.
 */
#include "cli/test.h"

#include <inttypes.h>
#include <pthread.h>
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
#include "data/groups.h"

struct run {
    struct cmd *cmd;
    pthread_mutex_t lock; /* of sensors, while several threads read */
    struct csv_ask ask;
    struct sensors *sensors;
    struct batch batch;
    bool look;     /* this pass only looks which sensors there are */
    int64_t limit; /* a reading's time may not lie beyond */
    struct progress progress;
};

static struct batch
begin_batch(const struct run *r)
{
    return (struct batch){
        .cmd = r->cmd,
        .ask = &r->ask,
        .sensors = r->sensors,
        .record = cmd_flag(r->cmd, "record"),
        .quiet = cmd_flag(r->cmd, "quiet"),
        .alerts_only = cmd_flag(r->cmd, "alerts-only"),
    };
}

/* ---- rows that are not recorded, by several threads ---- */

/* Bytes of the file whose lines wait for their turn; a row has several. */
enum { CHUNK_LINES = 1 << 18, CHUNK_ALERTS = 1 << 20 };

/* The sensors and verdicts of a part of the file. */
struct part {
    struct run *run;
    struct groups *keys;
    struct seen {
        struct sensor *sensor;
        char *why; /* it is passed over, and nobody knows yet; or NULL */
        int64_t line;
    } * seen; /* by number of the key */
    size_t count, cap;
    struct batch batch;
};

static void *
make_part(void *arg)
{
    struct run *r = arg;
    struct part *p = xcalloc(1, sizeof *p);

    p->run = r;
    p->keys = groups_new(0);
    p->batch = begin_batch(r);
    return p;
}

static void
empty_part(struct part *p)
{
    for (size_t i = 0; i < p->count; i++)
        free(p->seen[i].why);
    p->count = 0;
    groups_clear(p->keys);
}

static void
release_part(void *own)
{
    struct part *p = own;

    empty_part(p);
    groups_free(p->keys);
    free(p->seen);
    batch_free(&p->batch);
    free(p);
}

/* Looks up the sensor of a key that is new in this part. */
static enum err
see_sensor(struct part *p, const struct row *row)
{
    struct run *r = p->run;
    struct seen seen = {.line = row->line};
    enum err e;

    (void) pthread_mutex_lock(&r->lock);
    e = sensors_at(r->sensors, row, &seen.sensor, &seen.why);
    if (e == ERR_OK && !r->look && !seen.sensor->passed_over)
        e = sensors_index(r->sensors, seen.sensor, row->line);
    (void) pthread_mutex_unlock(&r->lock);
    if (e != ERR_OK)
        return e;
    if (p->count == p->cap) {
        p->cap = p->cap ? 2 * p->cap : 64;
        p->seen = xreallocarray(p->seen, p->cap, sizeof *p->seen);
    }
    p->seen[p->count++] = seen;
    return ERR_OK;
}

static enum err
judge_row(const struct row *row, void *own)
{
    struct part *p = own;
    size_t number = groups_at(p->keys, row->key, row->key_len);
    enum err e = number == p->count ? see_sensor(p, row) : ERR_OK;

    if (e == ERR_OK && !p->run->look && !p->seen[number].sensor->passed_over)
        batch_add(&p->batch, row, p->seen[number].sensor);
    return e;
}

static enum err
merge_part(void *own, void *arg)
{
    struct part *p = own;
    struct run *r = arg;
    enum err e = ERR_OK;

    (void) pthread_mutex_lock(&r->lock);
    for (size_t i = 0; e == ERR_OK && i < p->count; i++) {
        struct seen *seen = &p->seen[i];

        if (seen->why && !seen->sensor->told)
            csv_ask_tell(&r->ask, seen->why);
        if (seen->why)
            seen->sensor->told = true;
        e = sensors_claim(r->sensors, seen->sensor, seen->line);
    }
    (void) pthread_mutex_unlock(&r->lock);
    if (e != ERR_OK)
        return e;
    batch_merge(&r->batch, &p->batch);
    empty_part(p);
    return cmd_flush();
}

/* ---- rows that are, one by one ---- */

/* The sensor that the row is to be recorded for; NULL: passed over. */
static enum err
recorded_sensor(struct run *r, const struct row *row, struct sensor **out)
{
    char *why;
    enum err e = sensors_at(r->sensors, row, out, &why);

    if (e == ERR_OK && why && !(*out)->told)
        csv_ask_tell(&r->ask, why);
    if (e == ERR_OK && why)
        (*out)->told = true;
    free(why);
    if (e == ERR_OK && (*out)->passed_over)
        *out = NULL;
    if (e == ERR_OK && *out)
        e = sensors_claim(r->sensors, *out, row->line);
    if (e == ERR_OK && *out)
        e = sensors_index(r->sensors, *out, row->line);
    return e;
}

/* A row whose time is refused when it is recorded. */
static bool
is_ahead(const struct run *r, const struct row *row)
{
    return r->ask.plan.time && row->time > r->limit;
}

static enum err
check_row(const struct row *row, void *arg)
{
    struct run *r = arg;
    struct sensor *sensor;
    enum err e = recorded_sensor(r, row, &sensor);

    if (e != ERR_OK || !sensor || !is_ahead(r, row))
        return e;
    e = err_set(ERR_DATA,
                "%s:%" PRId64 ": the time of the reading lies more than a "
                "day ahead",
                csv_ask_name(&r->ask, 0), row->line);
    if (!r->ask.plan.skip_bad)
        return e;
    csv_ask_tell(&r->ask, err_text());
    return ERR_OK;
}

static enum err
record_row(const struct row *row, void *arg)
{
    struct run *r = arg;
    struct sensor *sensor;
    enum err e = recorded_sensor(r, row, &sensor);

    if (e != ERR_OK || !sensor || is_ahead(r, row))
        return e;
    batch_add(&r->batch, row, sensor);
    return batch_full(&r->batch) ? batch_flush(&r->batch) : ERR_OK;
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
pass(struct run *r, const char *what, const struct rows_plan *plan,
     const struct rows_calls *calls)
{
    struct rows_calls all = *calls;
    struct rows_report report;
    enum err e;

    all.progress = take_progress;
    all.arg = r;
    progress_begin(&r->progress, what);
    e = rows_scan(r->ask.files[0], plan, &all, &report);
    progress_end(&r->progress);
    return e;
}

static const struct rows_calls in_parts = {.row = judge_row,
                                           .bad = tell_bad,
                                           .make = make_part,
                                           .release = release_part,
                                           .merge = merge_part};

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
    struct rows_calls calls = in_parts;
    enum err e;

    keys.skip_bad = true; /* other passes tell what is bad */
    calls.bad = NULL;
    r->look = true;
    e = pass(r, "reading", &keys, &calls);
    r->look = false;
    return e == ERR_OK ? choose_columns(r) : e;
}

static void
print_header(const struct run *r)
{
    if (!r->cmd->json && !r->batch.quiet && !cmd_flag(r->cmd, "no-header"))
        cmd_line("line,sensor,column,value,alert,score,version");
}

static enum err
test_rows(struct run *r)
{
    struct rows_plan plan = r->ask.plan;

    if (!r->batch.quiet)
        plan.chunk = r->batch.alerts_only ? CHUNK_ALERTS : CHUNK_LINES;
    print_header(r);
    return pass(r, "testing", &plan, &in_parts);
}

/* Everything is checked before anything is recorded. */
static enum err
record_rows(struct run *r)
{
    struct rows_calls check = {.row = check_row};
    struct rows_calls record = {.row = record_row, .bad = tell_bad};
    enum err e = pass(r, "checking", &r->ask.plan, &check);

    if (e != ERR_OK)
        return e;
    print_header(r);
    e = pass(r, "testing", &r->ask.plan, &record);
    return e == ERR_OK ? batch_flush(&r->batch) : e;
}

static enum err
read_file(struct run *r)
{
    bool once = r->ask.named && !r->batch.record;
    enum err e = ERR_OK;

    if (once) /* lines leave at once: a pipe may never end */
        r->ask.plan.prompt = strcmp(r->ask.files[0], "-") == 0;
    else
        e = csv_ask_again(&r->ask);
    if (e == ERR_OK && !r->ask.named)
        e = find_columns(r);
    if (e != ERR_OK)
        return e;
    return r->batch.record ? record_rows(r) : test_rows(r);
}

/* ---- the form ---- */

/* "2,788 readings": what was counted, in one or several. */
static void
add_count(struct buf *line, int64_t n, const char *one, const char *several)
{
    char figure[FIGURE_MAX];

    buf_printf(line, "%s %s", figure_group(figure, n), n == 1 ? one : several);
}

static void
tell_unjudged(const struct run *r)
{
    char figure[FIGURE_MAX];
    const char *name = "";
    size_t count = sensors_unjudged(r->sensors, &name);

    if (count > 0)
        log_line("%s sensor%s not judged, as the columns of %s are none of "
                 "%s: %s%s",
                 figure_group(figure, (int64_t) count),
                 count == 1 ? " was" : "s were", csv_ask_name(&r->ask, 0),
                 count == 1 ? "its" : "theirs", name,
                 count == 1 ? "" : " and others");
}

static void
tell(const struct run *r)
{
    struct buf line = {0};

    add_count(&line, r->batch.readings, "reading, ", "readings, ");
    add_count(&line, r->batch.cells, "verdict, ", "verdicts, ");
    add_count(&line, r->batch.alerts, "alert", "alerts");
    if (r->batch.missing) {
        buf_str(&line, "; ");
        add_count(&line, r->batch.missing, "cell without a value",
                  "cells without a value");
    }
    if (r->batch.record) {
        buf_str(&line, "; ");
        add_count(&line, r->batch.recorded, "recorded", "recorded");
    }
    if (r->batch.there) {
        buf_str(&line, ", ");
        add_count(&line, r->batch.there, "was there already",
                  "were there already");
    }
    csv_ask_told(&r->ask);
    tell_unjudged(r);
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

/* The one SENSOR must be there, even if no row of the file is of it. It may be
 * no sensor: then its rows are requests. */
static enum err
check_sensor(const struct run *r, bool *requests)
{
    struct model model = {0};
    int64_t number;
    enum err e = ERR_OK;

    if (r->cmd->argc > 0)
        e = cmd_model(r->cmd, r->cmd->argv[0], false, &model, &number);
    *requests = model.kind && model.kind->learns != LEARNS_MOMENTS;
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
    struct run r = {.cmd = cmd,
                    .lock = PTHREAD_MUTEX_INITIALIZER,
                    .limit = clock_now() + CLOCK_DAY};
    bool requests = false;
    enum err e = csv_ask_read(cmd, &r.ask);

    if (e == ERR_OK)
        e = check(&r);
    if (e == ERR_OK)
        e = cmd_open(cmd, DB_WRITE);
    if (e == ERR_OK)
        e = check_sensor(&r, &requests);
    if (e == ERR_OK && requests) {
        run_free(&r);
        return test_table(cmd);
    }
    if (e == ERR_OK) {
        stop_catch();
        r.ask.plan.any_size = true;
        r.sensors = sensors_new(cmd, &r.ask, cmd->argc ? cmd->argv[0] : NULL);
        r.batch = begin_batch(&r);
        e = read_file(&r);
    }
    if (e == ERR_OK && !r.batch.quiet)
        tell(&r);
    if (e != ERR_OK && r.batch.recorded)
        e = err_set(e, "%s: %" PRId64 " reading%s recorded", err_text(),
                    r.batch.recorded,
                    r.batch.recorded == 1 ? " was" : "s were");
    if (e == ERR_OK && r.batch.quiet && r.batch.alerts)
        cmd->status = 1;
    run_free(&r);
    return e;
}
