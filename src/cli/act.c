/* SPDX-License-Identifier: Apache-2.0 */
/* The tables are those of compare.h. */
#include "cli/act.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/json.h"
#include "cli/cmd.h"
#include "cli/show.h"
#include "core/answer.h"
#include "core/service.h"
#include "core/view.h"
#include "kinds/kind.h"

void
act_free(struct act *act)
{
    side_free(&act->before);
    side_free(&act->after);
    model_free(&act->model);
    *act = (struct act){0};
}

enum err
act_stored(const struct cmd *cmd, struct act *act, enum err e)
{
    if (e != ERR_OK)
        return e;
    act->change = cmd->service->change.id;
    act->after.number = act->model.version;
    return ERR_OK;
}

/* ---- telling ---- */

static struct comparison
comparison(const struct act *act)
{
    return (struct comparison){
        .kind = act->model.kind, .before = &act->before, .after = &act->after};
}

enum err
act_compare(const struct cmd *cmd, const struct act *act)
{
    struct comparison c = comparison(act);

    return compare_print(cmd, &c);
}

enum err
act_impact(const struct cmd *cmd, const struct act *act, struct impact *out)
{
    struct comparison c = comparison(act);

    *out = (struct impact){0};
    if (!compare_thresholds(&c))
        return ERR_OK;
    return impact_measure(cmd->service, &act->model, act->before.model,
                          act->after.model, out);
}

void
act_impact_line(const struct impact *impact)
{
    struct buf line = {0};

    impact_sentence(impact, &line);
    if (line.len > 0)
        cmd_line("%s", buf_text(&line));
    buf_free(&line);
}

/* The state of the active version, now. */
static enum err
present_state(const struct cmd *cmd, const struct act *act, enum state *out)
{
    struct compiled *c = NULL;
    enum state *states = NULL;
    int64_t last;
    enum err e = compiled_get(cmd->service, &act->model, 0, &c);

    if (e == ERR_OK)
        e = view_states(cmd->service, &act->model, c, clock_now(), &states,
                        out, &last);
    compiled_put(c);
    free(states);
    return e;
}

enum err
act_end(const struct cmd *cmd, const struct act *act)
{
    const struct model *m = &act->model;
    enum state state = STATE_UNTESTED;
    char *command;
    enum err e = ERR_OK;

    if (act->change == 0) {
        command = show_again(cmd);
        cmd_line("nothing changed (dry run). To apply: %s", command);
        free(command);
        return ERR_OK;
    }
    if (m->version)
        e = present_state(cmd, act, &state);
    if (e != ERR_OK)
        return e;
    command = show_try(cmd, act->reverse, m->name, NULL);
    if (m->version)
        cmd_line("%s: version %" PRId64 " is active, state %s (change %" PRId64
                 "). To take it back: %s",
                 m->name, m->version, state_names[state], act->change,
                 command);
    else
        cmd_line("%s is removed (change %" PRId64 "). To bring it back: %s",
                 m->name, act->change, command);
    free(command);
    return ERR_OK;
}

/* ---- JSON ---- */

struct json_out
act_json(struct buf *text, const struct cmd *cmd, const struct act *act)
{
    struct json_out out = cmd_json_begin(text);
    struct comparison c = comparison(act);

    json_open(&out, '{');
    json_key(&out, "name");
    json_put_text(&out, act->model.name);
    answer_int_or_null(&out, "version", act->model.version);
    answer_int_or_null(&out, "previous", act->before.number);
    answer_int_or_null(&out, "change", act->change);
    json_key(&out, "dry_run");
    json_put_bool(&out, cmd_flag(cmd, "dry-run"));
    compare_json(&out, &c);
    return out;
}

void
act_impact_json(struct json_out *out, const struct impact *impact)
{
    json_key(out, "impact");
    json_open(out, '{');
    json_key(out, "readings");
    json_put_int(out, impact->readings);
    json_key(out, "before");
    json_put_int(out, impact->before);
    json_key(out, "after");
    json_put_int(out, impact->after);
    json_key(out, "still");
    json_put_int(out, impact->still);
    json_close(out, '}');
}
