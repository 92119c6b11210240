/* SPDX-License-Identifier: Apache-2.0 */
/*
 * vigia history: the recorded readings with their verdicts, newest last, and
 * with --follow those that come.
 */
#include "cli/cmd.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/json.h"
#include "base/stop.h"
#include "cli/table.h"
#include "core/answer.h"
#include "core/history.h"
#include "core/model.h"
#include "core/service.h"
#include "core/version.h"
#include "kinds/kind.h"

/* clang-format off */
static const struct cmd_option options[] = {
    {"alerts", NULL, false, "only readings in alert"},
    {"since", "TIME", false, "only readings from then on"},
    {"until", "TIME", false, "only readings before then"},
    {"limit", "N", false, "at most the newest N readings (50)"},
    {"cursor", "ID", false, "go on from the next of --json"},
    {"follow", NULL, false, "then print new readings as they come"},
    {.name = NULL},
};
/* clang-format on */

enum {
    PAGE = 1000,
    LIMIT_MAX = 1000000,
    LOOK_MS = 500, /* between two looks for new readings */
    WIDE = 100     /* columns of a terminal that has room for all */
};

struct reader {
    struct cmd *cmd;
    struct model model; /* id 0: all */
    struct history_query query;
    int64_t limit;
    struct table *t; /* NULL: JSON */
    bool wide;       /* it has the last two columns */
};

/* ---- one reading ---- */

/* Of a kind without columns: what it answered, whole in a pipe. */
static void
put_request(const struct reader *r, const struct history_row *row)
{
    struct table *t = r->t;
    struct buf brief = {0};

    table_time(t, row->at);
    table_text(t, row->model);
    table_none(t);
    table_none(t);
    if (r->cmd->terminal)
        answer_brief(&brief, row->output);
    else
        buf_str(&brief, row->output);
    table_text(t, buf_text(&brief));
    buf_free(&brief);
    table_none(t);
    if (!r->wide)
        return;
    table_int(t, row->version);
    table_text(t, row->by);
}

static void
put_rows(const struct reader *r, const struct history_row *row,
         const struct compiled *c, const struct verdicts *verdicts)
{
    struct table *t = r->t;
    struct kind_column column;

    if (row->output)
        put_request(r, row);

    for (size_t i = 0; i < verdicts->count; i++) {
        const struct verdict *v = &verdicts->items[i];

        if (r->query.alerts && !v->alert)
            continue;
        c->kind->column(c->model, v->index, &column);
        table_time(t, row->at);
        table_text(t, row->model);
        table_text(t, v->column);
        table_number(t, v->value);
        if (*column.unit) {
            struct buf sign = {0};

            buf_printf(&sign, " %s", column.unit);
            table_sign(t, buf_text(&sign));
            buf_free(&sign);
        }
        table_text(t, v->alert ? "alert" : "ok");
        table_number(t, v->score);
        if (!r->wide)
            continue;
        table_int(t, row->version);
        table_text(t, row->by);
    }
}

/* To the table, or to out. */
static enum err
put(const struct reader *r, const struct history_row *row,
    struct json_out *out)
{
    struct compiled *c = NULL;
    struct verdicts verdicts = {0};
    enum err e = history_verdicts(r->cmd->service, row, &c, &verdicts);

    if (e != ERR_OK)
        return e;
    if (out)
        answer_reading(out, row, &verdicts);
    else
        put_rows(r, row, c, &verdicts);
    verdicts_free(&verdicts);
    compiled_put(c);
    return ERR_OK;
}

/* ---- what there is ---- */

/* Up to limit rows, newest first; the query's cursor is where they end. */
static enum err
collect(struct reader *r, struct history_page *all)
{
    enum err e;

    do {
        size_t wanted = (size_t) r->limit - all->count; /* positive */
        struct history_page page = {0};

        r->query.limit = wanted < PAGE ? wanted : PAGE;
        e = history_read(r->cmd->service, &r->query, &page);
        if (e != ERR_OK)
            break;
        all->items = xreallocarray(all->items, all->count + page.count + 1,
                                   sizeof *all->items);
        for (size_t i = 0; i < page.count; i++)
            all->items[all->count++] = page.items[i];
        r->query.cursor = page.next;
        free(page.items); /* the rows are in all now */
        if (r->query.cursor)
            e = stop_check();
    } while (e == ERR_OK && r->query.cursor
             && all->count < (size_t) r->limit); /* positive */
    return e;
}

static enum err
print(const struct reader *r, const struct history_page *all)
{
    enum err e = ERR_OK;

    for (size_t i = all->count; e == ERR_OK && i > 0; i--)
        e = put(r, &all->items[i - 1], NULL);
    return e;
}

static enum err
print_json(const struct reader *r, const struct history_page *all)
{
    struct buf text = {0};
    struct json_out out = cmd_json_begin(&text);
    enum err e = ERR_OK;

    json_open(&out, '{');
    json_key(&out, "history");
    json_open(&out, '[');
    for (size_t i = all->count; e == ERR_OK && i > 0; i--)
        e = put(r, &all->items[i - 1], &out);
    json_close(&out, ']');
    json_key(&out, "next");
    if (r->query.cursor)
        json_put_int(&out, r->query.cursor);
    else
        json_put_null(&out);
    json_close(&out, '}');
    if (e == ERR_OK)
        e = cmd_json_end(&text);
    buf_free(&text);
    return e;
}

/* ---- what comes ---- */

/* A row as it is followed: one line of JSON, or lines of the table. */
static enum err
print_now(const struct reader *r, const struct history_row *row)
{
    struct buf text = {0};
    struct json_out out = cmd_json_begin(&text);
    enum err e;

    if (r->t)
        return put(r, row, NULL);
    e = put(r, row, &out);
    if (e == ERR_OK)
        e = cmd_json_end(&text);
    buf_free(&text);
    return e;
}

/* Everything recorded after the row *after. */
static enum err
print_new(const struct reader *r, int64_t *after)
{
    struct service *s = r->cmd->service;
    bool more = true;
    enum err e = ERR_OK;

    while (e == ERR_OK && more && !stop_asked()) {
        struct history_page page = {0};

        e = history_tail(s, r->query.model, r->query.alerts, *after, PAGE,
                         &page);
        for (size_t i = 0; e == ERR_OK && i < page.count; i++)
            if (page.items[i].at >= r->query.since)
                e = print_now(r, &page.items[i]);
        if (e == ERR_OK) {
            more = page.next > *after;
            *after = page.next;
        }
        history_page_free(&page);
    }
    if (e == ERR_OK && r->t)
        e = table_flush(r->t);
    return e;
}

/* Waits a moment; false when nobody reads any more, or we are to stop. */
static bool
wait(void)
{
    struct pollfd out = {.fd = STDOUT_FILENO};

    if (poll(&out, 1, LOOK_MS) < 0)
        return errno == EINTR && !stop_asked();
    return !stop_asked() && (out.revents & (POLLERR | POLLHUP)) == 0;
}

/* From the row `after` on, until the user or the reader has enough. */
static enum err
follow(const struct reader *r, int64_t after)
{
    struct service *s = r->cmd->service;
    int64_t seen = 0, now, generation = s->generation;
    enum err e = print_new(r, &after);

    while (e == ERR_OK && wait()) {
        e = db_data_version(s->db, &now);
        if (e != ERR_OK || now == seen)
            continue;
        seen = now;
        e = service_refresh(s);
        if (e == ERR_OK && s->generation != generation) {
            generation = s->generation; /* restored: other rows, other ids */
            e = history_newest(s, &after);
        }
        if (e == ERR_OK)
            e = print_new(r, &after);
    }
    return e;
}

static enum err
start_following(struct reader *r)
{
    struct history_page all = {0};
    int64_t after = 0;
    enum err e;

    stop_catch(); /* Ctrl-C is how it ends well */
    e = history_newest(r->cmd->service, &after);
    if (e == ERR_OK)
        e = collect(r, &all);
    for (size_t i = all.count; e == ERR_OK && i > 0; i--) {
        const struct history_row *row = &all.items[i - 1];

        after = row->id > after ? row->id : after;
        e = print_now(r, row);
    }
    history_page_free(&all);
    if (e == ERR_OK)
        e = follow(r, after);
    stop_release();
    return e == ERR_INTERRUPTED ? ERR_OK : e;
}

/* ---- the command ---- */

static enum err
read_options(struct reader *r)
{
    struct cmd *cmd = r->cmd;
    bool follows = cmd_flag(cmd, "follow");
    enum err e = cmd_time(cmd, "since", &r->query.since);

    r->query.alerts = cmd_flag(cmd, "alerts");
    if (e == ERR_OK)
        e = cmd_time(cmd, "until", &r->query.until);
    if (e == ERR_OK)
        e = cmd_int(cmd, "limit", 1, LIMIT_MAX, &r->limit);
    if (e == ERR_OK)
        e = cmd_int(cmd, "cursor", 1, INT64_MAX, &r->query.cursor);
    if (e == ERR_OK && r->query.since >= r->query.until)
        e = err_set(ERR_USAGE, "--since is not before --until");
    if (e == ERR_OK && follows
        && (cmd_flag(cmd, "until") || cmd_flag(cmd, "cursor")))
        e = err_set(ERR_USAGE, "--follow goes on from now: it takes no "
                               "--until and no --cursor");
    return e;
}

static enum err
read_all(struct reader *r)
{
    struct history_page all = {0};
    enum err e = collect(r, &all);

    if (e == ERR_OK)
        e = r->t ? print(r, &all) : print_json(r, &all);
    if (e == ERR_OK && all.count == 0 && r->cmd->terminal && r->t)
        cmd_line("no such readings are recorded");
    history_page_free(&all);
    return e;
}

static enum err
show(struct reader *r)
{
    static const struct table_column columns[] = {
        {"when",    TABLE_TIME  },
        {"model",   TABLE_TEXT  },
        {"column",  TABLE_TEXT  },
        {"value",   TABLE_NUMBER},
        {"verdict", TABLE_STATE },
        {"score",   TABLE_NUMBER},
        {"version", TABLE_ID    },
        {"by",      TABLE_TEXT  },
    };
    size_t count = sizeof columns / sizeof *columns;
    enum err e, ended = ERR_OK;

    r->wide = !r->cmd->terminal || r->cmd->width >= WIDE;
    if (!r->cmd->json)
        r->t = table_new(r->cmd, columns, r->wide ? count : count - 2);
    e = cmd_flag(r->cmd, "follow") ? start_following(r) : read_all(r);
    if (r->t)
        ended = table_end(r->t);
    return e == ERR_OK ? ended : e;
}

static enum err
run(struct cmd *cmd)
{
    struct reader r = {
        .cmd = cmd,
        .query = {.since = INT64_MIN, .until = INT64_MAX},
        .limit = 50
    };
    enum err e = cmd_args(cmd, 0, 1);

    if (e == ERR_OK)
        e = read_options(&r);
    if (e == ERR_OK)
        e = cmd_open(cmd, DB_WRITE);
    if (e == ERR_OK && cmd->argc > 0)
        e = cmd_model_only(cmd, cmd->argv[0], true, &r.model);
    r.query.model = r.model.id;
    if (e == ERR_OK)
        e = show(&r);
    model_free(&r.model);
    return e;
}

const struct command cmd_history = {
    .name = "history",
    .args = "[MODEL]",
    .summary = "recorded readings and their verdicts",
    .detail =
        "Newest last, one line for each column of a reading, each judged by "
        "the version that judged it first. With --follow it goes on until "
        "Ctrl-C; with --json that is one object a line. TIME: RFC 3339, "
        "YYYY-MM-DD[ HH:MM[:SS]], now, or an age such as 15m 12h 7d.",
    .example = "vigia history PUMP-7 --alerts --since 7d",
    .options = options,
    .run = run,
};
