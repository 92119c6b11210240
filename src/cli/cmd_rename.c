/* SPDX-License-Identifier: Apache-2.0 */
/* vigia rename: another name for a model, with everything it has. */
#include <inttypes.h>
#include <string.h>

#include "base/buf.h"
#include "base/json.h"
#include "cli/cmd.h"
#include "core/change.h"
#include "core/model.h"
#include "core/service.h"

static enum err
print(const struct cmd *cmd, const char *old, const char *new)
{
    int64_t change = cmd->service->change.id;
    struct buf text = {0};
    struct json_out json = cmd_json_begin(&text);
    enum err e;

    if (!cmd->json) {
        cmd_line("%s is now named %s, with its versions and its history", old,
                 new);
        return ERR_OK;
    }
    json_open(&json, '{');
    json_key(&json, "name");
    json_put_text(&json, new);
    json_key(&json, "was");
    json_put_text(&json, old);
    json_key(&json, "change");
    json_put_int(&json, change);
    json_close(&json, '}');
    e = cmd_json_end(&text);
    buf_free(&text);
    return e;
}

static enum err
give_name(struct cmd *cmd, const char *old, const char *new)
{
    struct service *s = cmd->service;
    struct model m = {0};
    struct buf note = {0};
    enum err e = service_begin(s);

    if (e != ERR_OK)
        return e;
    buf_printf(&note, "%s to %s", old, new);
    e = cmd_model_only(cmd, old, true, &m);
    if (e == ERR_OK && strcmp(old, new) == 0)
        e = err_set(ERR_CONFLICT, "%s has that name already", old);
    if (e == ERR_OK)
        e = change_open(s, "rename", buf_text(&note));
    if (e == ERR_OK)
        e = model_rename(s, &m, new);
    if (e == ERR_OK)
        e = service_commit(s);
    else
        service_rollback(s);
    buf_free(&note);
    model_free(&m);
    return e;
}

static enum err
run(struct cmd *cmd)
{
    enum err e = cmd_args(cmd, 2, 2);

    if (e == ERR_OK)
        e = cmd_open(cmd, DB_WRITE);
    if (e == ERR_OK)
        e = give_name(cmd, cmd->argv[0], cmd->argv[1]);
    return e == ERR_OK ? print(cmd, cmd->argv[0], cmd->argv[1]) : e;
}

const struct command cmd_rename = {
    .name = "rename",
    .args = "OLD NEW",
    .summary = "give a model another name",
    .detail = "Versions, history and title stay with the model. A removed "
              "model can be renamed, too, which frees its name.",
    .example = "vigia rename PUMP7 PUMP-7",
    .run = run,
};
