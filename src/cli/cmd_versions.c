/* SPDX-License-Identifier: Apache-2.0 */
/* vigia versions: all versions of a model, oldest first. */
#include "cli/cmd.h"

#include <math.h>
#include <string.h>

#include "base/buf.h"
#include "base/json.h"
#include "base/leaves.h"
#include "cli/table.h"
#include "core/answer.h"
#include "core/model.h"
#include "core/version.h"

enum { PAGE = 1000 };

enum { METRICS_MAX = 8 }; /* columns of a table */

/* Where the versions go: one of the two. */
struct sink {
    const struct model *m;
    struct table *t;
    const struct leaves *metrics; /* that the table has columns of */
    struct json_out *out;
};

/* Numbers beside each other, and no parts of a larger one. */
static bool
is_column(const struct leaf *leaf)
{
    return leaf->number && !strchr(leaf->name, '.');
}

static void
put_metrics(const struct sink *sink, const struct version *v)
{
    struct leaves own = {0};
    size_t put = 0;

    version_metrics(v, &own);
    for (size_t i = 0; i < sink->metrics->count && put < METRICS_MAX; i++) {
        const struct leaf *leaf = &sink->metrics->items[i];

        if (!is_column(leaf))
            continue;
        leaf = leaves_find(&own, leaf->name);
        table_number(sink->t, leaf ? leaf->value : NAN);
        put++;
    }
    leaves_free(&own);
}

static void
put_row(const struct sink *sink, const struct version *v)
{
    const struct model *m = sink->m;
    struct table *t = sink->t;

    table_int(t, v->number);
    table_text(t, v->number == m->version ? "active" : "");
    table_text(t, v->origin);
    table_time(t, v->created_at);
    table_text(t, v->by);
    table_int(t, v->change);
    table_text(t, v->note);
    put_metrics(sink, v);
}

/* All of them, page by page. */
static enum err
walk(struct service *s, const struct sink *sink)
{
    int64_t after = 0;
    bool ended = false;
    enum err e = ERR_OK;

    while (e == ERR_OK && !ended) {
        struct version_list page = {0};

        e = version_list(s, sink->m, after, PAGE, &page);
        for (size_t i = 0; e == ERR_OK && i < page.count; i++) {
            if (sink->out)
                answer_version(sink->out, sink->m, &page.items[i]);
            else
                put_row(sink, &page.items[i]);
        }
        ended = page.count < PAGE;
        if (!ended)
            after = page.items[page.count - 1].number;
        version_list_free(&page);
    }
    return e;
}

/* The columns of metrics are those of the newest version. */
static enum err
print(const struct cmd *cmd, const struct model *m)
{
    struct table_column columns[7 + METRICS_MAX] = {
        {"version", TABLE_ID  },
        {"active",  TABLE_TEXT},
        {"origin",  TABLE_TEXT},
        {"when",    TABLE_TIME},
        {"by",      TABLE_TEXT},
        {"change",  TABLE_ID  },
        {"note",    TABLE_TEXT},
    };
    struct leaves metrics = {0};
    struct sink sink = {.m = m, .metrics = &metrics};
    struct version newest = {0};
    size_t count = 7;
    enum err e = version_load(cmd->service, m, m->versions, &newest), ended;

    if (e != ERR_OK)
        return e;
    version_metrics(&newest, &metrics);
    version_free(&newest);
    for (size_t i = 0; i < metrics.count && count < 7 + METRICS_MAX; i++)
        if (is_column(&metrics.items[i]))
            columns[count++] =
                (struct table_column){metrics.items[i].name, TABLE_NUMBER};
    sink.t = table_new(cmd, columns, count);
    e = walk(cmd->service, &sink);
    ended = table_end(sink.t);
    leaves_free(&metrics);
    return e == ERR_OK ? ended : e;
}

static enum err
print_json(const struct cmd *cmd, const struct model *m)
{
    struct buf text = {0};
    struct json_out out = cmd_json_begin(&text);
    struct sink sink = {.m = m, .out = &out};
    enum err e;

    json_open(&out, '{');
    json_key(&out, "versions");
    json_open(&out, '[');
    e = walk(cmd->service, &sink);
    json_close(&out, ']');
    json_close(&out, '}');
    if (e == ERR_OK)
        e = cmd_json_end(&text);
    buf_free(&text);
    return e;
}

static enum err
run(struct cmd *cmd)
{
    struct model m = {0};
    enum err e = cmd_args(cmd, 1, 1);

    if (e == ERR_OK)
        e = cmd_open(cmd, DB_WRITE);
    if (e == ERR_OK)
        e = cmd_model_only(cmd, cmd->argv[0], true, &m);
    if (e == ERR_OK)
        e = cmd->json ? print_json(cmd, &m) : print(cmd, &m);
    model_free(&m);
    return e;
}

const struct command cmd_versions = {
    .name = "versions",
    .args = "MODEL",
    .summary = "the versions of a model",
    .detail = "Oldest first, of a removed model too. vigia show MODEL@N shows "
              "one, vigia activate MODEL@N makes it the active one.",
    .example = "vigia versions PUMP-7",
    .run = run,
};
