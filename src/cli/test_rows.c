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
#include "cli/request_rows.h"
#include "cli/test.h"
#include "core/service.h"
#include "core/version.h"

enum { BATCH = 256 }; /* rows that are recorded in a turn */

/* What waits for its turn. */
struct batch_row {
    struct json *request;
    struct verdicts verdicts;
    int64_t line;
};
struct stream {
    struct requests run;
    struct request_rows source;
    struct batch_row rows[BATCH]; /* count of them wait */
    size_t count;
    struct buf text;
};

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

/* request becomes the stream's. */
static enum err
take_row(struct stream *s, struct json *request)
{
    struct batch_row *row = &s->rows[s->count];
    enum err e;

    *row = (struct batch_row){.request = request,
                              .line = request_rows_line(&s->source)};
    e = requests_judge(&s->run, request, &row->verdicts);
    if (e == ERR_OK) {
        s->count++;
        return ERR_OK;
    }
    e = request_rows_blame(&s->source, e);
    verdicts_free(&row->verdicts);
    json_free(request);
    return e;
}

static enum err
stream(struct stream *s)
{
    bool prompt = strcmp(s->source.ask.files[0], "-") == 0;
    struct json *request;
    enum err e = ERR_OK, last;
    char *why;

    do {
        request = NULL;
        e = request_rows_next(&s->source, &request);
        if (e == ERR_OK && request)
            e = take_row(s, request);
        else if (e == ERR_OK)
            break;
        if (e != ERR_OK)
            e = request_rows_skip(&s->source, e);
        if (e == ERR_OK && (prompt || s->count == BATCH))
            e = flush(s);
        if (e == ERR_OK)
            e = stop_check();
    } while (e == ERR_OK);
    if (e == ERR_OK) {
        csv_ask_told(&s->source.ask);
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
    struct stream *s = xcalloc(1, sizeof *s);
    enum err e = request_rows_open(cmd, &s->source);

    s->run.cmd = cmd;
    if (e == ERR_OK)
        e = requests_open(&s->run, cmd->argv[0]);
    if (e == ERR_OK) {
        stop_catch();
        e = stream(s);
    }
    if (e == ERR_OK && cmd->terminal)
        log_line("%" PRId64 " verdicts", s->run.count);
    buf_free(&s->text);
    request_rows_free(&s->source);
    requests_free(&s->run);
    free(s);
    return e;
}
