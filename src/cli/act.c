/* SPDX-License-Identifier: Apache-2.0 */
/* What is shown was read outside the turn; so the turn reads it again. */
#include "cli/act.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/figure.h"
#include "base/json.h"
#include "cli/cmd.h"
#include "cli/show.h"
#include "core/answer.h"
#include "core/change.h"
#include "core/draft.h"
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

/* ---- storing ---- */

enum err
act_changed(const struct model *m)
{
    return err_set(ERR_CONFLICT, "%s has been changed meanwhile; look again",
                   m->name);
}

enum err
act_store(struct cmd *cmd, struct act *act, const char *note,
          enum err (*work)(struct service *s, struct model *m,
                           const void *arg),
          const void *arg)
{
    struct service *s = cmd->service;
    struct model m = {0};
    enum err e = service_begin(s);

    if (e != ERR_OK)
        return e;
    e = model_find(s, act->model.name, true, &m);
    if (e == ERR_OK && m.id != act->model.id)
        e = act_changed(&m);
    if (e == ERR_OK)
        e = change_open(s, act->what, note);
    if (e == ERR_OK)
        e = work(s, &m, arg);
    if (e == ERR_OK)
        e = service_commit(s);
    else
        service_rollback(s);
    if (e != ERR_OK) {
        model_free(&m);
        return e;
    }
    model_free(&act->model);
    act->model = m;
    act->change = s->change.id;
    return ERR_OK;
}

static enum err
apply(struct service *s, struct model *m, const void *arg)
{
    const struct draft *d = arg;
    int64_t number;

    return draft_apply(s, m, d, &number);
}

enum err
act_store_draft(struct cmd *cmd, struct act *act, const char *note,
                const struct draft *d)
{
    enum err e = act_store(cmd, act, note, apply, d);

    if (e == ERR_OK)
        act->after.number = act->model.version;
    return e;
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
    char readings[FIGURE_MAX], before[FIGURE_MAX], still[FIGURE_MAX],
        more[FIGURE_MAX];
    int64_t others = impact->after - impact->still;

    if (impact->readings == 0)
        return;
    (void) figure_group(readings, impact->readings);
    (void) figure_group(before, impact->before);
    (void) figure_group(still, impact->still);
    (void) figure_group(more, others);
    if (impact->before == 0 && others == 0)
        cmd_line("of the last %s recorded readings none alerted, and none "
                 "would",
                 readings);
    else if (others == 0)
        cmd_line("of the last %s recorded readings %s alerted; %s would still "
                 "alert",
                 readings, before, still);
    else
        cmd_line("of the last %s recorded readings %s alerted; %s would still "
                 "alert, and %s more",
                 readings, before, still, more);
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
