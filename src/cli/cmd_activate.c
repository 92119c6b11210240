/* SPDX-License-Identifier: Apache-2.0 */
/* vigia activate: another version of a model becomes the active one. */
#include "cli/cmd.h"

#include <inttypes.h>

#include "base/buf.h"
#include "base/json.h"
#include "cli/act.h"
#include "core/apply.h"

static enum err
print_json(const struct cmd *cmd, const struct act *act)
{
    struct buf text = {0};
    struct json_out out = act_json(&text, cmd, act);
    enum err e;

    json_close(&out, '}');
    e = cmd_json_end(&text);
    buf_free(&text);
    return e;
}

static enum err
print(const struct cmd *cmd, const struct act *act)
{
    enum err e;

    if (act->change == 0) {
        cmd_line("nothing changes: version %" PRId64
                 " of %s is active already",
                 act->model.version, act->model.name);
        return ERR_OK;
    }
    e = act_compare(cmd, act);
    return e == ERR_OK ? act_end(cmd, act) : e;
}

static enum err
run(struct cmd *cmd)
{
    struct act act = {.what = "activate", .reverse = "undo"};
    int64_t number = 0;
    enum err e = cmd_args(cmd, 1, 1);

    if (e == ERR_OK)
        e = cmd_open(cmd, DB_WRITE);
    if (e == ERR_OK)
        e = cmd_model(cmd, cmd->argv[0], true, &act.model, &number);
    if (e == ERR_OK && number == 0)
        e = err_set(ERR_USAGE,
                    "which version? vigia versions %s lists them, "
                    "vigia activate %s@N takes one",
                    act.model.name, act.model.name);
    if (e == ERR_OK)
        e = side_load(cmd->service, &act.model, act.model.version,
                      &act.before);
    if (e == ERR_OK)
        e = side_load(cmd->service, &act.model, number, &act.after);
    if (e == ERR_OK && number != act.model.version)
        e = act_stored(cmd, &act,
                       apply_version(cmd->service, &act.model, number));
    if (e == ERR_OK)
        e = cmd->json ? print_json(cmd, &act) : print(cmd, &act);
    act_free(&act);
    return e;
}

const struct command cmd_activate = {
    .name = "activate",
    .args = "MODEL@N",
    .summary = "make another version the active one",
    .detail = "Shows old and new thresholds. A removed model comes back by "
              "it. vigia undo takes it back.",
    .example = "vigia activate PUMP-7@2",
    .run = run,
};
