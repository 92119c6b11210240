/* SPDX-License-Identifier: Apache-2.0 */
/* vigia backup: one checked file, taken while others go on working. */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/figure.h"
#include "base/json.h"
#include "base/stop.h"
#include "cli/care.h"
#include "cli/cmd.h"
#include "core/service.h"

/* What a copy without history is made by; ids of history begin again there,
 * so nothing may point at one. */
static const char *const without_history[] = {
    "DELETE FROM history",
    "UPDATE state SET newest = NULL",
    "UPDATE meta SET value = 0 WHERE name IN ('history_rows', 'pruned_to')",
    NULL,
};

static enum err
print(const struct cmd *cmd, const char *file, bool history)
{
    int64_t bytes = care_file_size(file);
    char size[FIGURE_MAX];
    struct buf text = {0};
    struct json_out json = cmd_json_begin(&text);
    enum err e;

    if (!cmd->json) {
        char *safe = cmd_safe(cmd, file);

        cmd_line("%s has it all%s: %s, checked", safe,
                 history ? "" : " but the history", care_size(size, bytes));
        free(safe);
        return ERR_OK;
    }
    json_open(&json, '{');
    json_key(&json, "file");
    json_put_text(&json, file);
    json_key(&json, "bytes");
    json_put_int(&json, bytes);
    json_key(&json, "history");
    json_put_bool(&json, history);
    json_close(&json, '}');
    e = cmd_json_end(&text);
    buf_free(&text);
    return e;
}

static enum err
run(struct cmd *cmd)
{
    bool history = !cmd_flag(cmd, "no-history");
    enum err e = cmd_args(cmd, 1, 1);

    if (e == ERR_OK && strcmp(cmd->argv[0], "-") == 0)
        e = err_set(ERR_USAGE, "a backup needs a file, not standard output");
    if (e == ERR_OK)
        e = cmd_open(cmd, DB_WRITE);
    if (e != ERR_OK)
        return e;
    stop_catch(); /* an interrupted one leaves nothing behind */
    e = db_backup(cmd->service->db, cmd->argv[0], cmd_flag(cmd, "force"),
                  history ? NULL : without_history);
    stop_release();
    return e == ERR_OK ? print(cmd, cmd->argv[0], history) : e;
}

static const struct cmd_option options[] = {
    {"no-history", NULL, false, "leave out the recorded readings"},
    {"force",       NULL, false, "replace FILE when it exists"},
    {.name = NULL           },
};

const struct command cmd_backup = {
    .name = "backup",
    .args = "FILE",
    .summary = "copy the database to a file",
    .detail = "The copy is of one moment, is made while others read and "
              "write, and is checked before it gets its name. It is a "
              "database itself: -d FILE looks into it.",
    .example = "vigia backup /var/backups/vigia.db",
    .options = options,
    .run = run,
};
