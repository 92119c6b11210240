/* SPDX-License-Identifier: Apache-2.0 */
/*
 * vigia restore: puts a backup in the place of what the database holds, which
 * is saved first. Services and dashboards that run notice it by themselves.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/figure.h"
#include "base/json.h"
#include "base/stop.h"
#include "cli/care.h"
#include "cli/cmd.h"
#include "core/service.h"

/*
 * The database may be damaged or older, which DB_UPGRADE does not mind; when
 * there is none, one is made and needs no saving.
 */
static enum err
open_any(struct cmd *cmd, bool *made)
{
    enum err e = cmd_open(cmd, DB_UPGRADE);

    *made = e == ERR_INPUT;
    return *made ? cmd_open(cmd, DB_CREATE) : e;
}

static enum err
ask(const struct cmd *cmd, const char *file, bool *yes)
{
    struct buf question = {0};
    char size[FIGURE_MAX];
    enum err e;

    buf_printf(&question, "replace everything in %s by %s (%s)",
               db_path(cmd->service->db), file,
               care_size(size, care_file_size(file)));
    e = cmd_confirm(cmd, buf_text(&question), yes);
    buf_free(&question);
    return e;
}

static enum err
print(const struct cmd *cmd, const char *file, const char *saved)
{
    struct buf text = {0};
    struct json_out json = cmd_json_begin(&text);
    enum err e;

    if (!cmd->json) {
        char *from = cmd_safe(cmd, file);
        char *to = cmd_safe(cmd, saved ? saved : "");

        cmd_line("restored from %s", from);
        if (saved)
            cmd_line("what was there before is in %s", to);
        free(from);
        free(to);
        return ERR_OK;
    }
    json_open(&json, '{');
    json_key(&json, "restored");
    json_put_text(&json, file);
    json_key(&json, "saved");
    json_put_text(&json, saved);
    json_close(&json, '}');
    e = cmd_json_end(&text);
    buf_free(&text);
    return e;
}

static enum err
restore(struct cmd *cmd, const char *file, bool made)
{
    char *saved = NULL;
    enum err e;

    stop_catch();
    e = db_restore(cmd->service->db, file, made ? NULL : &saved);
    stop_release();
    if (e == ERR_OK)
        e = print(cmd, file, saved);
    free(saved);
    return e;
}

static enum err
run(struct cmd *cmd)
{
    bool made = false, yes = false;
    enum err e = cmd_args(cmd, 1, 1);

    if (e == ERR_OK && access(cmd->argv[0], R_OK) != 0)
        e = err_set(ERR_INPUT, "cannot read %s: %s", cmd->argv[0],
                    strerror(errno));
    if (e == ERR_OK) /* before a database is made for it */
        e = db_check_file(cmd->argv[0]);
    if (e == ERR_OK)
        e = open_any(cmd, &made);
    if (e == ERR_OK && made)
        yes = true;
    else if (e == ERR_OK)
        e = ask(cmd, cmd->argv[0], &yes);
    if (e != ERR_OK)
        return e;
    if (!yes) {
        cmd_line("nothing changed");
        return ERR_OK;
    }
    return restore(cmd, cmd->argv[0], made);
}

static const struct cmd_option options[] = {
    {"yes",  NULL, false, "do not ask"},
    {.name = NULL},
};

const struct command cmd_restore = {
    .name = "restore",
    .args = "FILE [--yes]",
    .summary = "go back to a backup",
    .detail = "Replaces everything in the database by what FILE holds, in "
              "one step and while programs that use it go on. What was there "
              "is saved beside it first. It asks, and needs --yes where "
              "nobody can answer.",
    .example = "vigia restore /var/backups/vigia.db",
    .options = options,
    .run = run,
};
