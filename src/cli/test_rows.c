/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Requests that come as the rows of a CSV file. They stream through in their
 * order; a few wait for a turn that records them, and a line is printed after
 * the commit of its reading.
 */
#include "cli/test_requests.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/json.h"
#include "base/log.h"
#include "base/stop.h"
#include "cli/cmd.h"
#include "cli/csv_ask.h"
#include "cli/test.h"
#include "core/service.h"
#include "core/version.h"
#include "data/cell.h"
#include "data/records.h"

enum { BATCH = 256 }; /* rows that are recorded in a turn */

/* What waits for its turn. */
struct batch_row {
    struct json *request;
    struct verdicts verdicts;
    int64_t line;
};
struct stream {
    struct requests run;
    struct csv_ask ask;
    struct records *records;
    struct batch_row rows[BATCH]; /* count of them wait */
    size_t count;
    struct buf text;
};

/* ---- a row ---- */

/* The row as an object: numbers as such, missing cells as null. */
static enum err
read_row(struct stream *s, struct json **request)
{
    struct buf text = {0};
    struct json_out out = {.buf = &text};
    size_t count, len;
    const char *const *names = records_names(s->records, &count);
    enum err e;

    json_open(&out, '{');
    for (size_t i = 0; i < count; i++) {
        const char *cell = records_cell(s->records, i, &len);
        char *copy;
        double v;

        json_key(&out, names[i]);
        switch (cell_read(&s->ask.plan, cell, len, &v)) {
        case CELL_NUMBER:
            json_put_number(&out, v);
            break;
        case CELL_MISSING:
            json_put_null(&out);
            break;
        case CELL_BEYOND:
        case CELL_TEXT:
            copy = xstrndup(cell, len);
            json_put_text(&out, copy);
            free(copy);
            break;
        }
    }
    json_close(&out, '}');
    e = json_parse(text.data, text.len, request);
    buf_free(&text);
    return e;
}

/* Puts file and line before what is wrong with a row. */
static enum err
blame_line(const struct stream *s, enum err e)
{
    const struct err_detail *details;
    struct buf why = {0};
    size_t count;

    details = err_details(&count);
    for (size_t i = 0; i < count; i++)
        buf_printf(&why, "%s%s", i ? "; " : "", details[i].text);
    if (count == 0)
        buf_str(&why, err_text());
    e = err_set(e, "%s:%" PRId64 ": %s", csv_ask_name(&s->ask, 0),
                records_line(s->records), buf_text(&why));
    buf_free(&why);
    return e;
}

/* ---- the stream ---- */

static void
put_json_line(const struct requests *r, const struct verdict *v, int64_t line,
              struct buf *out)
{
    struct json_out json = {.buf = out};

    json_open(&json, '{');
    json_key(&json, "line");
    json_put_int(&json, line);
    json_key(&json, "model");
    json_put_text(&json, r->model.name);
    json_key(&json, "version");
    json_put_int(&json, r->compiled->number);
    json_put_members(&json, buf_text(&v->detail));
    json_close(&json, '}');
    buf_char(out, '\n');
}

static enum err
flush(struct stream *s)
{
    struct requests *r = &s->run;
    enum err e = ERR_OK;

    if (r->record && s->count > 0) {
        e = requests_begin(r);
        for (size_t i = 0; e == ERR_OK && i < s->count; i++) {
            e = requests_record(r, s->rows[i].request, &s->rows[i].verdicts);
            if (e != ERR_OK)
                service_rollback(r->cmd->service);
        }
        if (e == ERR_OK)
            e = service_commit(r->cmd->service);
    }
    for (size_t i = 0; i < s->count; i++) {
        struct batch_row *row = &s->rows[i];

        for (size_t j = 0; e == ERR_OK && j < row->verdicts.count; j++) {
            if (r->cmd->json)
                put_json_line(r, &row->verdicts.items[j], row->line, &s->text);
            else
                requests_line(r, &row->verdicts.items[j], row->line, &s->text);
        }
        verdicts_free(&row->verdicts);
        json_free(row->request);
    }
    s->count = 0;
    if (s->text.len > 0 && !cmd_flag(r->cmd, "quiet"))
        (void) fwrite(s->text.data, 1, s->text.len, stdout);
    buf_clear(&s->text);
    return e == ERR_OK ? cmd_flush() : e;
}

static enum err
take_row(struct stream *s)
{
    struct batch_row *row = &s->rows[s->count];
    enum err e;

    *row = (struct batch_row){.line = records_line(s->records)};
    e = read_row(s, &row->request);
    if (e == ERR_OK)
        e = requests_judge(&s->run, row->request, &row->verdicts);
    if (e == ERR_OK) {
        s->count++;
        return ERR_OK;
    }
    e = blame_line(s, e);
    verdicts_free(&row->verdicts);
    json_free(row->request);
    return e;
}

static enum err
stream(struct stream *s)
{
    bool more = true, prompt = strcmp(s->ask.files[0], "-") == 0;
    enum err e = ERR_OK, last;
    char *why;

    while (e == ERR_OK && more) {
        e = records_next(s->records, &more);
        if (e == ERR_OK && more)
            e = take_row(s);
        if (e == ERR_DATA && s->ask.plan.skip_bad
            && records_usable(s->records)) {
            csv_ask_tell(&s->ask, err_text());
            e = ERR_OK;
        }
        if (e == ERR_OK && (prompt || s->count == BATCH))
            e = flush(s);
        if (e == ERR_OK)
            e = stop_check();
    }
    if (e == ERR_OK) {
        csv_ask_told(&s->ask);
        return flush(s);
    }
    /* What came before the bad row was answered, so it is told. */
    why = xstrdup(err_text());
    last = flush(s);
    e = last == ERR_OK ? err_set(e, "%s", why) : last;
    free(why);
    return e;
}

enum err
test_table(struct cmd *cmd)
{
    static const char *const other[] = {"by",    "columns", "time",
                                        "since", "until",   "alerts-only"};
    struct stream *s = xcalloc(1, sizeof *s);
    enum err e = csv_ask_read(cmd, &s->ask);

    s->run.cmd = cmd;
    for (size_t i = 0; e == ERR_OK && i < sizeof other / sizeof *other; i++)
        if (cmd_flag(cmd, other[i]))
            e = err_set(ERR_USAGE, "--%s is for sensors", other[i]);
    if (e == ERR_OK && s->ask.file_count > 1)
        e = err_set(ERR_USAGE, "test --csv takes one file");
    if (e == ERR_OK)
        e = requests_open(&s->run);
    if (e == ERR_OK)
        e = records_open(s->ask.files[0], s->ask.plan.delimiter, &s->records);
    if (e == ERR_OK) {
        stop_catch();
        e = stream(s);
    }
    if (e == ERR_OK && cmd->terminal)
        log_line("%" PRId64 " verdicts", s->run.count);
    records_close(s->records);
    buf_free(&s->text);
    csv_ask_free(&s->ask);
    requests_free(&s->run);
    free(s);
    return e;
}
