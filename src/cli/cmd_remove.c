/* SPDX-License-Identifier: Apache-2.0 */
/*
 * vigia remove: hides a model, which undo takes back. With --purge it is
 * hidden first, so that nobody sees half of it, and then deleted in pieces.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/json.h"
#include "base/stop.h"
#include "cli/care.h"
#include "cli/cmd.h"
#include "cli/show.h"
#include "cli/terminal.h"
#include "core/change.h"
#include "core/model.h"
#include "core/service.h"

enum { PIECE_ROWS = 2000 }; /* about 10 ms of lock */

static enum err
print(const struct cmd *cmd, const char *name, const char *done)
{
    struct buf text = {0};
    struct json_out json = cmd_json_begin(&text);
    enum err e;

    json_open(&json, '{');
    json_key(&json, "name");
    json_put_text(&json, name);
    json_key(&json, done);
    json_put_bool(&json, true);
    json_key(&json, "change");
    json_put_int(&json, cmd->service->change.id);
    json_close(&json, '}');
    e = cmd_json_end(&text);
    buf_free(&text);
    return e;
}

/* Finds the model again, as somebody may have acted meanwhile, and hides it;
 * a hidden one stays so where that is allowed. */
static enum err
hide(struct cmd *cmd, const char *name, bool hidden)
{
    struct service *s = cmd->service;
    struct model m = {0};
    enum err e = service_begin(s);

    if (e != ERR_OK)
        return e;
    e = cmd_model_only(cmd, name, hidden, &m);
    if (e == ERR_OK && m.version)
        e = change_open(s, "remove", name);
    if (e == ERR_OK && m.version)
        e = change_activate(s, &m, 0);
    if (e == ERR_OK)
        e = service_commit(s);
    else
        service_rollback(s);
    model_free(&m);
    return e;
}

/* One turn; the act is written down in the first. */
static enum err
purge_piece(struct service *s, const char *name, bool first, bool *more)
{
    struct model m = {0};
    enum err e = service_begin(s);

    if (e != ERR_OK)
        return e;
    e = model_find(s, name, true, &m);
    if (e == ERR_OK && m.version)
        e = err_set(ERR_CONFLICT, "%s has been brought back meanwhile", name);
    if (e == ERR_OK && first)
        e = change_open(s, "purge", name);
    if (e == ERR_OK)
        e = model_purge(s, &m, PIECE_ROWS, more);
    if (e == ERR_OK)
        e = service_commit(s);
    else
        service_rollback(s);
    model_free(&m);
    return e;
}

static enum err
purge(struct cmd *cmd, const char *name)
{
    struct progress progress;
    bool more = true;
    int64_t rows = 0;
    enum err e;

    stop_catch();
    e = hide(cmd, name, true);
    progress_begin(&progress, "deleting readings");
    for (bool first = true; e == ERR_OK && more; first = false) {
        e = stop_check();
        if (e == ERR_OK)
            e = purge_piece(cmd->service, name, first, &more);
        rows += PIECE_ROWS;
        progress_step(&progress, rows, 0);
    }
    progress_end(&progress);
    stop_release();
    return e;
}

static enum err
ask(struct cmd *cmd, const char *name, bool *yes)
{
    struct buf question = {0};
    struct model m = {0};
    enum err e = cmd_model_only(cmd, name, true, &m);

    if (e == ERR_OK) {
        buf_printf(&question, "delete %s, its ", name);
        if (m.versions > 1)
            buf_printf(&question, "%" PRId64 " versions", m.versions);
        else
            buf_str(&question, "version");
        buf_str(&question, " and its history for ever");
        e = cmd_confirm(cmd, buf_text(&question), yes);
    }
    buf_free(&question);
    model_free(&m);
    return e;
}

static enum err
run_purge(struct cmd *cmd, const char *name)
{
    bool yes = false;
    enum err e = ask(cmd, name, &yes);

    if (e == ERR_OK && !yes) {
        cmd_line("nothing was deleted");
        return ERR_OK;
    }
    if (e == ERR_OK)
        e = purge(cmd, name);
    if (e != ERR_OK)
        return e;
    if (cmd->json)
        return print(cmd, name, "purged");
    cmd_line("%s is deleted", name);
    return ERR_OK;
}

static enum err
run(struct cmd *cmd)
{
    const char *name;
    char *undo;
    enum err e = cmd_args(cmd, 1, 1);

    if (e == ERR_OK)
        e = cmd_open(cmd, DB_WRITE);
    if (e != ERR_OK)
        return e;
    name = cmd->argv[0];
    if (cmd_flag(cmd, "purge"))
        return run_purge(cmd, name);
    e = hide(cmd, name, false);
    if (e != ERR_OK)
        return e;
    if (cmd->json)
        return print(cmd, name, "removed");
    undo = show_try(cmd, "undo", name, NULL);
    cmd_line("%s is removed; %s brings it back", name, undo);
    free(undo);
    return ERR_OK;
}

static const struct cmd_option options[] = {
    {"purge", NULL, false, "delete it with its versions and its history"},
    {"yes",  NULL, false, "do not ask"},
    {.name = NULL      },
};

const struct command cmd_remove = {
    .name = "remove",
    .args = "MODEL [--purge [--yes]]",
    .summary = "hide a model, or delete it",
    .detail = "A removed model keeps its versions and its history, undo "
              "brings it back, and a later fit goes on numbering. --purge "
              "deletes everything; it asks, and needs --yes where nobody can "
              "answer.",
    .example = "vigia remove PUMP-7",
    .options = options,
    .run = run,
};
