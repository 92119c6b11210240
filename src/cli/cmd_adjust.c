/* SPDX-License-Identifier: Apache-2.0 */
/* vigia adjust: the means of a sensor moved by some percent, with what that
 * means for the readings recorded last. */
#include "cli/cmd.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/figure.h"
#include "base/json.h"
#include "base/log.h"
#include "base/number.h"
#include "cli/act.h"
#include "cli/show.h"
#include "core/apply.h"
#include "core/draft.h"
#include "core/service.h"
#include "kinds/kind.h"

/* clang-format off */
static const struct cmd_option options[] = {
    {"percent", "P", false, "move the mean by P percent (10)"},
    {"column", "COLUMN", false, "only this column"},
    {"dry-run", NULL, false, "show what would change, store nothing"},
    {"yes", NULL, false, "do not ask"},
    {.name = NULL},
};
/* clang-format on */

enum { PERCENT_MIN = -100, PERCENT_MAX = 1000 };

struct adjust {
    struct cmd *cmd;
    struct act act;
    struct draft draft;
    double percent;
    const char *column; /* NULL: all */
    struct impact impact;
    struct quiet quiet;
    struct buf warning; /* thresholds that do not rise; empty: they do */
};

static enum err
read_options(struct adjust *a)
{
    enum err e = cmd_number(a->cmd, "percent", &a->percent);

    if (e == ERR_OK
        && !(a->percent > PERCENT_MIN && a->percent <= PERCENT_MAX))
        e = err_set(ERR_USAGE,
                    "--percent: %s is not between %d (exclusive) and %d",
                    cmd_value(a->cmd, "percent"), PERCENT_MIN, PERCENT_MAX);
    return e;
}

static enum err
prepare(struct adjust *a)
{
    struct service *s = a->cmd->service;
    struct model *m = &a->act.model;
    enum err e = side_load(s, m, m->version, &a->act.before);

    if (e == ERR_OK)
        e = draft_adjust(s, m, a->percent, a->column, &a->draft);
    if (e != ERR_OK)
        return e;
    a->act.after = side_draft(&a->draft);
    impact_warning(m->kind, a->act.before.model, a->draft.model, a->percent,
                   a->column, &a->warning);
    e = act_impact(a->cmd, &a->act, &a->impact);
    /* Who only tries hears what would have done instead; who adjusts, what
     * is still needed. */
    if (e == ERR_OK)
        e = impact_quiet(s, m,
                         cmd_flag(a->cmd, "dry-run") ? a->act.before.model
                                                     : a->act.after.model,
                         a->column, &a->quiet);
    return e;
}

static enum err
store(struct adjust *a)
{
    char percent[NUMBER_MAX];
    struct buf note = {0};
    enum err e;

    (void) number_print(percent, a->percent);
    buf_printf(&note, "%s%s %%%s%s", a->percent > 0 ? "+" : "", percent,
               a->column ? " " : "", a->column ? a->column : "");
    e = apply_draft(a->cmd->service, &a->act.model, buf_text(&note),
                    &a->draft);
    e = act_stored(a->cmd, &a->act, e);
    buf_free(&note);
    return e;
}

/* The `set` for the last alert; NULL: none is needed or helps. Where there is
 * but one column, k is enough, unless that has its own. */
static char *
quiet_command(const struct adjust *a)
{
    const struct quiet *quiet = &a->quiet;
    const struct side *before = &a->act.before;
    const char *pairs = buf_text(&quiet->pairs), *equals;
    struct buf plain = {0};
    char *command;

    if (quiet->count == 0)
        return NULL;
    if (a->draft.kind->columns(before->model) == 1
        && !strstr(before->params, "\"k.")) {
        equals = strrchr(pairs, '='); /* behind the name of the column */
        buf_printf(&plain, "k%s", equals);
        pairs = buf_text(&plain);
    }
    command = show_set(a->cmd, a->act.model.name, pairs, quiet->count);
    buf_free(&plain);
    return command;
}

static enum err
print_json(const struct adjust *a)
{
    struct buf text = {0};
    struct json_out out = act_json(&text, a->cmd, &a->act);
    char *command = quiet_command(a);
    enum err e;

    json_key(&out, "percent");
    json_put_number(&out, a->percent);
    act_impact_json(&out, &a->impact);
    json_key(&out, "quiet");
    json_put_text(&out, command);
    json_key(&out, "warning");
    json_put_text(&out, a->warning.len ? buf_text(&a->warning) : NULL);
    json_close(&out, '}');
    e = cmd_json_end(&text);
    buf_free(&text);
    free(command);
    return e;
}

/* Before the question, so that it can be answered. */
static enum err
show(const struct adjust *a)
{
    const struct kind *kind = a->draft.kind;
    char percent[FIGURE_MAX];
    enum err e = ERR_OK;

    if (!a->cmd->json && kind->learns != LEARNS_MOMENTS)
        cmd_line("by %s %%: %s", figure_round(percent, a->percent, NAN),
                 kind->moves);
    if (!a->cmd->json)
        e = act_compare(a->cmd, &a->act);

    if (e == ERR_OK && !a->cmd->json)
        act_impact_line(&a->impact);
    if (e == ERR_OK && a->warning.len > 0)
        log_line("%s", buf_text(&a->warning));
    return e;
}

static enum err
finish(const struct adjust *a)
{
    char *command;
    enum err e;

    if (a->cmd->json)
        return print_json(a);
    e = act_end(a->cmd, &a->act);
    command = e == ERR_OK ? quiet_command(a) : NULL;
    if (command)
        cmd_line("to keep the last alert quiet: %s", command);
    free(command);
    return e;
}

static enum err
adjust(struct adjust *a)
{
    bool dry = cmd_flag(a->cmd, "dry-run"), go = true;
    enum err e = prepare(a);

    if (e == ERR_OK)
        e = show(a);
    if (e == ERR_OK && a->warning.len > 0 && !dry)
        e = cmd_confirm(a->cmd, "adjust it all the same", &go);
    if (e == ERR_OK && !go) {
        cmd_line("nothing changed");
        return ERR_OK;
    }
    if (e == ERR_OK && !dry)
        e = store(a);
    return e == ERR_OK ? finish(a) : e;
}

static enum err
run(struct cmd *cmd)
{
    struct adjust a = {
        .cmd = cmd,
        .act = {.what = "adjust", .reverse = "undo"},
        .percent = 10,
        .column = cmd_value(cmd, "column")
    };
    enum err e = cmd_args(cmd, 1, 1);

    if (e == ERR_OK)
        e = read_options(&a);
    if (e == ERR_OK)
        e = cmd_open(cmd, DB_WRITE);
    if (e == ERR_OK)
        e = cmd_model_only(cmd, cmd->argv[0], false, &a.act.model);
    if (e == ERR_OK)
        e = adjust(&a);
    act_free(&a.act);
    draft_free(&a.draft);
    buf_free(&a.quiet.pairs);
    buf_free(&a.warning);
    return e;
}

const struct command cmd_adjust = {
    .name = "adjust",
    .args = "MODEL",
    .summary = "raise the thresholds: move the means by some percent",
    .detail =
        "Makes the next version of a sensor, with mean * (1 + percent/100) "
        "of every column or the one named and the same standard deviations, "
        "and activates it. Shows old and new thresholds, how the last "
        "recorded readings would be judged, and the vigia set that would "
        "have kept the last alert quiet. Asks when a threshold does not "
        "rise. What a model of another kind moves stands in vigia-tables(7) "
        "and vigia-planners(7), and is said beside the figures.",
    .example = "vigia adjust PUMP-7 --percent 5 --dry-run",
    .options = options,
    .run = run,
};
