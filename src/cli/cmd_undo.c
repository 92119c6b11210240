/* SPDX-License-Identifier: Apache-2.0 */
/* vigia undo and redo: the walk back and forth through the activations of a
 * model, and a whole change taken back. */
#include "cli/cmd.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/figure.h"
#include "base/json.h"
#include "base/stop.h"
#include "cli/act.h"
#include "core/answer.h"
#include "core/apply.h"
#include "core/change.h"
#include "core/service.h"
#include "core/undo.h"

/* clang-format off */
static const struct cmd_option undo_options[] = {
    {"change", "ID", false, "take back this change of any number of models"},
    {.name = NULL},
};
/* clang-format on */

/* ---- one model ---- */

static enum err
print(const struct cmd *cmd, const struct act *act, const char *note)
{
    char *safe = cmd_safe(cmd, note);
    enum err e = act->model.version ? act_compare(cmd, act) : ERR_OK;

    if (e == ERR_OK)
        cmd_line("%s %s",
                 strcmp(act->what, "undo") == 0 ? "taken back:"
                                                : "brought back:",
                 safe);
    free(safe);
    return e == ERR_OK ? act_end(cmd, act) : e;
}

static enum err
print_json(const struct cmd *cmd, const struct act *act,
           const struct step *step)
{
    struct buf text = {0};
    struct json_out out = act_json(&text, cmd, act);
    enum err e;

    json_key(&out, "about"); /* the change taken back or brought back */
    json_put_int(&out, step->change);
    json_close(&out, '}');
    e = cmd_json_end(&text);
    buf_free(&text);
    return e;
}

static enum err
run_model(struct cmd *cmd, const struct direction *way)
{
    struct act act = {.what = way->what, .reverse = way->reverse};
    struct step step = {0};
    struct buf note = {0};
    struct service *s;
    enum err e = cmd_open(cmd, DB_WRITE);

    if (e != ERR_OK)
        return e;
    s = cmd->service;
    e = cmd_model_only(cmd, cmd->argv[0], true, &act.model);
    if (e == ERR_OK)
        e = way->look(s, &act.model, &step);
    if (e == ERR_OK)
        e = apply_describe(s, &step, &note);
    if (e == ERR_OK)
        e = side_load(s, &act.model, step.from, &act.before);
    if (e == ERR_OK)
        e = side_load(s, &act.model, step.to, &act.after);
    if (e == ERR_OK)
        e = act_stored(cmd, &act, apply_step(s, &act.model, way, &step));
    if (e == ERR_OK)
        e = cmd->json ? print_json(cmd, &act, &step)
                      : print(cmd, &act, buf_text(&note));
    buf_free(&note);
    act_free(&act);
    return e;
}

/* ---- a whole change ---- */

/* The names in left, one a line, are taken one by one: *at starts as left's
 * text. The caller frees what is answered; NULL: that was the last. */
static char *
next_left(const char **at)
{
    const char *begin = *at, *newline = strchr(begin, '\n');

    if (!newline)
        return NULL;
    *at = newline + 1;
    return xstrndup(begin, (size_t) (newline - begin)); /* not before it */
}

static void
whole_print(int64_t id, const struct buf *left,
            const struct undo_report *report)
{
    char count[FIGURE_MAX];
    const char *at = buf_text(left);
    char *name;

    if (report->undone > 0)
        cmd_line("change %" PRId64 " is taken back for %s model%s (change "
                 "%" PRId64 "). To bring one back: vigia redo MODEL",
                 id, figure_group(count, report->undone),
                 report->undone == 1 ? "" : "s", report->change);
    if (report->before > 0)
        cmd_line("%s model%s had it taken back already",
                 figure_group(count, report->before),
                 report->before == 1 ? "" : "s");
    for (; (name = next_left(&at)); free(name))
        cmd_line("changed later, left as it was: %s", name);
    if (report->left > UNDO_NAMED_MAX)
        cmd_line("and %s more like that",
                 figure_group(count, report->left - UNDO_NAMED_MAX));
}

static enum err
whole_json(int64_t id, const struct buf *left,
           const struct undo_report *report)
{
    struct buf text = {0};
    struct json_out out = cmd_json_begin(&text);
    enum err e;

    answer_undone(&out, id, buf_text(left), report);
    e = cmd_json_end(&text);
    buf_free(&text);
    return e;
}

static enum err
run_whole(struct cmd *cmd, int64_t id)
{
    struct undo_report report = {0};
    struct buf left = {0};
    enum err e = cmd_open(cmd, DB_WRITE), told = ERR_OK;

    if (e != ERR_OK)
        return e;
    stop_catch(); /* it ends between two pieces */
    e = undo_change(cmd->service, id, &left, &report);
    stop_release();
    if (e == ERR_INTERRUPTED)
        e = err_set(e,
                    "interrupted after %" PRId64 " models; the same command "
                    "goes on",
                    report.undone);
    else if (e != ERR_OK && report.undone > 0)
        e = err_set(e,
                    "%s; %" PRId64 " models are taken back, and the same "
                    "command goes on",
                    err_text(), report.undone);
    if (e == ERR_OK && cmd->json)
        told = whole_json(id, &left, &report);
    else if (e == ERR_OK)
        whole_print(id, &left, &report);
    buf_free(&left);
    if (e == ERR_OK)
        e = told;
    return e == ERR_OK ? undo_outcome(id, &report) : e;
}

/* ---- the commands ---- */

static enum err
run_undo(struct cmd *cmd)
{
    bool whole = cmd_flag(cmd, "change");
    int64_t id = 0;
    enum err e = whole ? cmd_int(cmd, "change", 1, INT64_MAX, &id) : ERR_OK;

    if (e == ERR_OK)
        e = cmd_args(cmd, whole ? 0 : 1, whole ? 0 : 1);
    if (e != ERR_OK)
        return e;
    return whole ? run_whole(cmd, id) : run_model(cmd, &apply_undo);
}

static enum err
run_redo(struct cmd *cmd)
{
    enum err e = cmd_args(cmd, 1, 1);

    return e == ERR_OK ? run_model(cmd, &apply_redo) : e;
}

const struct command cmd_undo = {
    .name = "undo",
    .args = "MODEL\n--change ID",
    .summary = "take back the newest change of a model, or a whole change",
    .detail =
        "Activates the version that was active before the newest activation "
        "not yet undone; again, step by step. Undoing the first one removes "
        "the model from sight; vigia redo brings it back. With --change "
        "everything one change did is taken back; models that were changed "
        "later are left and named.",
    .example = "vigia undo PUMP-7",
    .options = undo_options,
    .run = run_undo,
};

const struct command cmd_redo = {
    .name = "redo",
    .args = "MODEL",
    .summary = "bring back what undo took back",
    .detail = "Step by step, until nothing is left or something else has "
              "changed the model.",
    .example = "vigia redo PUMP-7",
    .run = run_redo,
};
