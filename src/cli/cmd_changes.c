/* SPDX-License-Identifier: Apache-2.0 */
/* vigia changes: what was done, by whom. */
#include "cli/cmd.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/json.h"
#include "cli/table.h"
#include "core/answer.h"
#include "core/change.h"
#include "core/service.h"

/* clang-format off */
static const struct cmd_option options[] = {
    {"limit", "N", false, "at most the newest N (50)"},
    {"cursor", "ID", false, "only changes before this one"},
    {.name = NULL},
};
/* clang-format on */

enum { PAGE = 1000, LIMIT_MAX = 1000000 };

/* The newest changes before *cursor, newest first; 0 where they end. */
static enum err
collect(struct cmd *cmd, size_t limit, int64_t *cursor,
        struct change_page *all)
{
    enum err e;

    do {
        size_t wanted = limit - all->count;
        struct change_page page = {0};

        wanted = wanted < PAGE ? wanted : PAGE;
        e = change_list(cmd->service, *cursor, wanted, &page);
        if (e != ERR_OK)
            break;
        all->items = xreallocarray(all->items, all->count + page.count + 1,
                                   sizeof *all->items);
        for (size_t i = 0; i < page.count; i++)
            all->items[all->count++] = page.items[i];
        *cursor = page.count == wanted ? all->items[all->count - 1].id : 0;
        free(page.items); /* the rows are in all now */
    } while (*cursor && all->count < limit);
    return e;
}

static enum err
print(const struct cmd *cmd, const struct change_page *all)
{
    static const struct table_column columns[] = {
        {"id",     TABLE_ID  },
        {"when",   TABLE_TIME},
        {"by",     TABLE_TEXT},
        {"via",    TABLE_TEXT},
        {"what",   TABLE_TEXT},
        {"note",   TABLE_TEXT},
        {"models", TABLE_INT },
    };
    struct table *t =
        table_new(cmd, columns, sizeof columns / sizeof *columns);

    for (size_t i = all->count; i > 0; i--) {
        const struct change_row *row = &all->items[i - 1];

        table_int(t, row->id);
        table_time(t, row->at);
        table_text(t, row->by);
        table_text(t, row->via);
        table_text(t, row->what);
        table_text(t, row->note);
        table_int(t, row->models);
    }
    if (all->count == 0 && cmd->terminal)
        cmd_line("no changes");
    return table_end(t);
}

static enum err
print_json(const struct change_page *all, int64_t next)
{
    struct buf text = {0};
    struct json_out out = cmd_json_begin(&text);
    enum err e;

    json_open(&out, '{');
    json_key(&out, "changes");
    json_open(&out, '[');
    for (size_t i = all->count; i > 0; i--)
        answer_change(&out, &all->items[i - 1]);
    json_close(&out, ']');
    json_key(&out, "next");
    if (next)
        json_put_int(&out, next);
    else
        json_put_null(&out);
    json_close(&out, '}');
    e = cmd_json_end(&text);
    buf_free(&text);
    return e;
}

static enum err
run(struct cmd *cmd)
{
    struct change_page all = {0};
    int64_t limit = 50, cursor = 0;
    enum err e = cmd_args(cmd, 0, 0);

    if (e == ERR_OK)
        e = cmd_int(cmd, "limit", 1, LIMIT_MAX, &limit);
    if (e == ERR_OK)
        e = cmd_int(cmd, "cursor", 1, INT64_MAX, &cursor);
    if (e == ERR_OK)
        e = cmd_open(cmd, DB_WRITE);
    if (e == ERR_OK)
        e = collect(cmd, (size_t) limit /* positive */, &cursor, &all);
    if (e == ERR_OK)
        e = cmd->json ? print_json(&all, cursor) : print(cmd, &all);
    change_page_free(&all);
    return e;
}

const struct command cmd_changes = {
    .name = "changes",
    .args = "",
    .summary = "what was changed, when and by whom",
    .detail = "One line for each act, newest last. vigia undo --change ID "
              "takes one back.",
    .example = "vigia changes --limit 10",
    .options = options,
    .run = run,
};
