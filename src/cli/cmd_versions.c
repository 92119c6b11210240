/* SPDX-License-Identifier: Apache-2.0 */
/* vigia versions: all versions of a model, oldest first. */
#include "cli/cmd.h"

#include "base/buf.h"
#include "base/json.h"
#include "cli/table.h"
#include "core/model.h"
#include "core/version.h"

static enum err
print(const struct cmd *cmd, const struct model *m,
      const struct version_list *list)
{
    static const struct table_column columns[] = {
        {"version", TABLE_ID  },
        {"active",  TABLE_TEXT},
        {"origin",  TABLE_TEXT},
        {"when",    TABLE_TIME},
        {"by",      TABLE_TEXT},
        {"change",  TABLE_ID  },
        {"note",    TABLE_TEXT},
    };
    struct table *t =
        table_new(cmd, columns, sizeof columns / sizeof *columns);

    for (size_t i = 0; i < list->count; i++) {
        const struct version *v = &list->items[i];

        table_int(t, v->number);
        table_text(t, v->number == m->version ? "active" : "");
        table_text(t, v->origin);
        table_time(t, v->created_at);
        table_text(t, v->by);
        table_int(t, v->change);
        table_text(t, v->note);
    }
    return table_end(t);
}

static void
put_version(struct json_out *out, const struct model *m,
            const struct version *v)
{
    json_open(out, '{');
    json_key(out, "number");
    json_put_int(out, v->number);
    json_key(out, "origin");
    json_put_text(out, v->origin);
    json_key(out, "created_at");
    json_put_time(out, v->created_at);
    json_key(out, "by");
    json_put_text(out, v->by);
    json_key(out, "active");
    json_put_bool(out, v->number == m->version);
    json_key(out, "change");
    json_put_int(out, v->change);
    json_key(out, "note");
    json_put_text(out, v->note);
    json_close(out, '}');
}

static enum err
print_json(const struct model *m, const struct version_list *list)
{
    struct buf text = {0};
    struct json_out out = cmd_json_begin(&text);
    enum err e;

    json_open(&out, '{');
    json_key(&out, "versions");
    json_open(&out, '[');
    for (size_t i = 0; i < list->count; i++)
        put_version(&out, m, &list->items[i]);
    json_close(&out, ']');
    json_close(&out, '}');
    e = cmd_json_end(&text);
    buf_free(&text);
    return e;
}

static enum err
run(struct cmd *cmd)
{
    struct model m = {0};
    struct version_list list = {0};
    enum err e = cmd_args(cmd, 1, 1);

    if (e == ERR_OK)
        e = cmd_open(cmd, DB_WRITE);
    if (e == ERR_OK)
        e = cmd_model_only(cmd, cmd->argv[0], true, &m);
    if (e == ERR_OK)
        e = version_list(cmd->service, &m, &list);
    if (e == ERR_OK)
        e = cmd->json ? print_json(&m, &list) : print(cmd, &m, &list);
    version_list_free(&list);
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
