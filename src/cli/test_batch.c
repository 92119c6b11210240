/* SPDX-License-Identifier: Apache-2.0 */
/* Verdicts and lines of all rows lie end to end; a row knows where its own
 * end. */
#include "cli/test_batch.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/number.h"
#include "base/stop.h"
#include "cli/cmd.h"
#include "cli/csv_ask.h"
#include "cli/test_sensors.h"
#include "core/history.h"
#include "core/service.h"
#include "core/version.h"
#include "data/csv.h"

enum {
    BATCH = 4000,        /* readings judged before they are recorded */
    OUTPUT_MAX = 1 << 20 /* bytes of lines kept before they are printed */
};

/* A judged row that waits to be recorded and printed. */
struct pending {
    size_t sensor; /* its number */
    int64_t time;
    size_t verdict, verdicts; /* in the batch's */
    size_t end;               /* of its lines in its text */
};

static void
add_csv(struct batch *b, int64_t line, const struct sensor *sensor,
        const struct verdict *v)
{
    struct buf *out = &b->text;
    char *safe = b->cmd->terminal ? cmd_safe(b->cmd, v->column) : NULL;
    const char *column = safe ? safe : v->column;

    number_add_int(out, line); /* printf() would take half of the time */
    buf_char(out, ',');
    buf_str(out, sensor->model.name);
    buf_char(out, ',');
    csv_add(out, column, strlen(column), ',');
    buf_char(out, ',');
    number_add(out, v->value);
    buf_str(out, v->alert ? ",true," : ",false,");
    if (!isnan(v->score))
        number_add(out, v->score);
    buf_char(out, ',');
    number_add_int(out, sensor->compiled->number);
    buf_char(out, '\n');
    free(safe);
}

static void
add_json(struct batch *b, int64_t line, const struct sensor *sensor,
         const struct verdict *v)
{
    struct json_out out = cmd_json_begin(&b->text);

    json_open(&out, '{');
    json_key(&out, "line");
    json_put_int(&out, line);
    json_key(&out, "sensor");
    json_put_text(&out, sensor->model.name);
    json_key(&out, "column");
    json_put_text(&out, v->column);
    json_key(&out, "value");
    json_put_number(&out, v->value);
    json_key(&out, "alert");
    json_put_bool(&out, v->alert);
    json_key(&out, "score");
    json_put_number(&out, v->score);
    json_key(&out, "version");
    json_put_int(&out, sensor->compiled->number);
    json_close(&out, '}');
    buf_char(&b->text, '\n');
}

/* The row's values by column of the sensor's version. */
static size_t
arrange(struct batch *b, const struct row *row, const struct sensor *sensor)
{
    const struct compiled *c = sensor->compiled;
    size_t count = c->kind->columns(c->model);

    if (count > b->value_cap) {
        b->value_cap = count;
        b->values = xreallocarray(b->values, count, sizeof *b->values);
    }
    for (size_t i = 0; i < count; i++)
        b->values[i] = NAN;
    for (size_t i = 0; i < b->ask->plan.column_count; i++) {
        if (sensor->index[i] == SIZE_MAX)
            continue;
        b->values[sensor->index[i]] = row->values[i];
        b->missing += isnan(row->values[i]) ? 1 : 0;
    }
    return count;
}

/* Whether what is judged of a row would be left out of everything but the
 * count: its values are counted then. */
static bool
is_calm(struct batch *b, const struct sensor *sensor, size_t count)
{
    const struct compiled *c = sensor->compiled;

    if (b->record || !(b->alerts_only || b->quiet)
        || c->kind->alerts(c->model, b->values, count) > 0)
        return false;
    for (size_t i = 0; i < count; i++)
        b->cells += isnan(b->values[i]) ? 0 : 1;
    return true;
}

static void
wait(struct batch *b, const struct row *row, const struct sensor *sensor,
     size_t first)
{
    if (!b->rows)
        b->rows = xcalloc(BATCH, sizeof *b->rows);
    b->rows[b->count++] = (struct pending){
        .sensor = sensor->number,
        .time = row->time,
        .verdict = first,
        .verdicts = b->verdicts.count - first,
        .end = b->text.len,
    };
}

void
batch_add(struct batch *b, const struct row *row, const struct sensor *sensor)
{
    const struct compiled *c = sensor->compiled;
    size_t count = arrange(b, row, sensor), first = b->verdicts.count;

    b->readings++;
    if (is_calm(b, sensor, count))
        return;
    c->kind->judge(c->model, b->values, count, &b->verdicts);
    for (size_t i = first; i < b->verdicts.count; i++) {
        const struct verdict *v = &b->verdicts.items[i];

        b->cells++;
        b->alerts += v->alert;
        if (b->quiet || (b->alerts_only && !v->alert))
            continue;
        if (b->cmd->json)
            add_json(b, row->line, sensor, v);
        else
            add_csv(b, row->line, sensor, v);
    }
    if (!b->record)
        verdicts_clear(&b->verdicts);
    else if (first < b->verdicts.count)
        wait(b, row, sensor, first);
}

void
batch_merge(struct batch *all, struct batch *part)
{
    (void) fwrite(buf_text(&part->text), 1, part->text.len, stdout);
    buf_clear(&part->text);
    all->readings += part->readings;
    all->cells += part->cells;
    all->alerts += part->alerts;
    all->missing += part->missing;
    part->readings = part->cells = part->alerts = part->missing = 0;
}

/* ---- recording and printing ---- */

static enum err
record_one(struct batch *b, const struct pending *p)
{
    const struct sensor *sensor = sensors_get(b->sensors, p->sensor);
    struct verdicts verdicts = {.items = &b->verdicts.items[p->verdict],
                                .count = p->verdicts};
    struct reading reading = {.model = &sensor->model,
                              .compiled = sensor->compiled,
                              .verdicts = &verdicts,
                              .timed = b->ask->plan.time != NULL,
                              .at = p->time};
    bool stored = false;
    enum err e = history_record(b->cmd->service, &reading, &stored);

    b->there += e == ERR_OK && !stored;
    return e;
}

/* One turn, from *at on. */
static enum err
record_piece(struct batch *b, size_t *at)
{
    struct service *s = b->cmd->service;
    int64_t began, recorded, there = b->there;
    size_t i = *at;
    enum err e = stop_check();

    if (e == ERR_OK)
        e = service_begin(s);
    if (e != ERR_OK)
        return e;
    began = clock_elapsed();
    while (e == ERR_OK && i < b->count && clock_elapsed() - began < PIECE_US)
        e = record_one(b, &b->rows[i++]);
    recorded = s->recorded; /* less than were judged, by [history] record */
    if (e == ERR_OK)
        e = service_commit(s);
    else
        service_rollback(s);
    if (e == ERR_OK) {
        *at = i;
        b->recorded += recorded;
    } else {
        b->there = there;
    }
    return e;
}

void
batch_free(struct batch *b)
{
    verdicts_free(&b->verdicts);
    buf_free(&b->text);
    free(b->rows);
    free(b->values);
}

bool
batch_full(const struct batch *b)
{
    return b->count == BATCH || b->text.len > OUTPUT_MAX;
}

enum err
batch_flush(struct batch *b)
{
    size_t done = 0, from = 0, to;
    enum err e = ERR_OK;

    while (e == ERR_OK && done < b->count) {
        e = record_piece(b, &done);
        to = done ? b->rows[done - 1].end : 0;
        (void) fwrite(buf_text(&b->text) + from, 1, to - from, stdout);
        from = to;
    }
    verdicts_clear(&b->verdicts);
    buf_clear(&b->text);
    b->count = 0;
    return e == ERR_OK ? cmd_flush() : e;
}
