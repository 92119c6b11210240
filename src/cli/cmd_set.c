/* SPDX-License-Identifier: Apache-2.0 */
/* vigia set: params of a model by name, stored at once. */
#include "cli/cmd.h"

#include "base/buf.h"
#include "base/json.h"
#include "cli/act.h"
#include "core/apply.h"
#include "core/draft.h"

/* clang-format off */
static const struct cmd_option options[] = {
    {"dry-run", NULL, false, "show what would change, store nothing"},
    {.name = NULL},
};
/* clang-format on */

/* The pairs as they were given are the note of the change. */
static enum err
store(struct cmd *cmd, struct act *act, const struct draft *d)
{
    struct buf note = {0};
    enum err e;

    for (size_t i = 1; i < cmd->argc; i++)
        buf_printf(&note, "%s%s", i > 1 ? " " : "", cmd->argv[i]);
    e = apply_draft(cmd->service, &act->model, buf_text(&note), d);
    e = act_stored(cmd, act, e);
    buf_free(&note);
    return e;
}

static enum err
print(const struct cmd *cmd, const struct act *act, const struct draft *d,
      const struct impact *impact)
{
    enum err e;

    if (d->same) {
        cmd_line("nothing changes: %s has these values already",
                 act->model.name);
        return ERR_OK;
    }
    e = act_compare(cmd, act);
    if (e != ERR_OK)
        return e;
    act_impact_line(impact);
    return act_end(cmd, act);
}

static enum err
print_json(const struct cmd *cmd, const struct act *act,
           const struct impact *impact)
{
    struct buf text = {0};
    struct json_out out = act_json(&text, cmd, act);
    enum err e;

    act_impact_json(&out, impact);
    json_close(&out, '}');
    e = cmd_json_end(&text);
    buf_free(&text);
    return e;
}

static enum err
run(struct cmd *cmd)
{
    struct act act = {.what = "set", .reverse = "undo"};
    struct draft d = {0};
    struct impact impact = {0};
    enum err e = cmd_args(cmd, 2, SIZE_MAX);

    if (e == ERR_OK)
        e = cmd_open(cmd, DB_WRITE);
    if (e == ERR_OK)
        e = cmd_model_only(cmd, cmd->argv[0], false, &act.model);
    if (e == ERR_OK)
        e = side_load(cmd->service, &act.model, act.model.version,
                      &act.before);
    if (e == ERR_OK)
        e = draft_set(cmd->service, &act.model, cmd->argv + 1, cmd->argc - 1,
                      &d);
    if (e == ERR_OK) {
        act.after = side_draft(&d);
        e = act_impact(cmd, &act, &impact);
    }
    if (e == ERR_OK && !d.same && !cmd_flag(cmd, "dry-run"))
        e = store(cmd, &act, &d);
    if (e == ERR_OK)
        e = cmd->json ? print_json(cmd, &act, &impact)
                      : print(cmd, &act, &d, &impact);
    act_free(&act);
    draft_free(&d);
    return e;
}

const struct command cmd_set = {
    .name = "set",
    .args = "MODEL KEY=VALUE...",
    .summary = "change params: k, unit, title, stale_after",
    .detail =
        "Makes the next version of the model with other params and activates "
        "it. Keys of a sensor: k and unit (of all columns), k.COLUMN and "
        "unit.COLUMN, stale_after (15m; 0 is off), title. An empty value or "
        "\"preset\" takes a key back. It is stored at once and shown; vigia "
        "undo takes it back.",
    .example = "vigia set PUMP-7 k=2.5 'title=Feed pump, line 2'",
    .options = options,
    .run = run,
};
