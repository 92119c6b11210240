/* SPDX-License-Identifier: Apache-2.0 */
/*
 * vigia deploy: a folder becomes the next version of a model, if all of its
 * tests pass. Until then there is only a draft; what serves is changed in one
 * turn.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/json.h"
#include "cli/cmd.h"
#include "cli/deploy.h"
#include "cli/show.h"
#include "cli/table.h"
#include "core/answer.h"
#include "core/draft.h"
#include "core/model.h"
#include "core/service.h"
#include "kinds/kind.h"

struct deploy {
    struct cmd *cmd;
    struct recipe recipe;
    struct trials trials;
    struct model model; /* id 0: it is to be made */
    struct draft draft;
    int64_t number; /* of the version that was stored; 0: none was */
};

static void
deploy_free(struct deploy *d)
{
    draft_free(&d->draft);
    model_free(&d->model);
    trials_free(&d->trials);
    recipe_free(&d->recipe);
}

/* Finds the model. Where there is no database, which is not made before the
 * tests have passed, there is none either. */
static enum err
find_model(struct deploy *d)
{
    enum err e = cmd_open(d->cmd, DB_WRITE);

    if (e == ERR_OK)
        return model_or_new(d->cmd->service, d->recipe.name, &d->model);
    if (e == ERR_INPUT) {
        err_clear();
        d->model = (struct model){.name = xstrdup(d->recipe.name),
                                  .title = xstrdup("")};
        return ERR_OK;
    }
    return e;
}

static enum err
store(struct deploy *d)
{
    struct buf note = {0};
    enum err e = ERR_OK;

    if (!d->cmd->service)
        e = cmd_open(d->cmd, DB_CREATE);
    buf_printf(&note, "%s from %s", d->draft.origin, d->recipe.from);
    if (e == ERR_OK)
        e = draft_store(d->cmd->service, d->recipe.name, "deploy",
                        buf_text(&note), &d->draft, &d->number);
    buf_free(&note);
    return e;
}

/* ---- the report ---- */

static enum err
print_trials(const struct deploy *d)
{
    static const struct table_column columns[] = {
        {"test",   TABLE_TEXT},
        {"result", TABLE_TEXT},
        {"why",    TABLE_TEXT},
    };
    struct table *table =
        table_new(d->cmd, columns, sizeof columns / sizeof *columns);

    for (size_t i = 0; i < d->trials.count; i++) {
        const struct trial *trial = &d->trials.items[i];

        table_text(table, trial->name);
        table_text(table, trial->why ? "failed" : "ok");
        if (trial->why)
            table_text(table, trial->why);
        else
            table_none(table);
    }
    return table_end(table);
}

/* The version that serves now. */
static int64_t
serving(const struct deploy *d)
{
    return d->number ? d->number : d->model.version;
}

static void
print_end(const struct deploy *d)
{
    const char *name = d->recipe.name;
    char *undo = show_try(d->cmd, "undo", name, NULL);
    struct buf text = {0};

    if (d->trials.failed > 0)
        buf_printf(&text, "%zu of %zu tests failed: nothing is changed",
                   d->trials.failed, d->trials.count);
    else if (d->draft.same)
        buf_printf(&text, "unchanged");
    else if (d->number)
        buf_printf(&text, "deployed; %s takes it back", undo);
    else
        buf_printf(&text, "all tests passed, to be deployed");
    if (serving(d))
        buf_printf(&text, "; version %" PRId64 " is active", serving(d));
    cmd_line("%s: %s", name, buf_text(&text));
    buf_free(&text);
    free(undo);
}

static enum err
print_json(const struct deploy *d)
{
    struct buf text = {0};
    struct json_out out = cmd_json_begin(&text);
    enum err e;

    json_open(&out, '{');
    json_key(&out, "name");
    json_put_text(&out, d->recipe.name);
    json_key(&out, "kind");
    json_put_text(&out, d->draft.kind->name);
    json_key(&out, "passed");
    json_put_bool(&out, d->trials.failed == 0);
    json_key(&out, "unchanged");
    json_put_bool(&out, d->draft.same);
    json_key(&out, "deployed");
    json_put_bool(&out, d->number != 0);
    answer_int_or_null(&out, "version", serving(d));
    answer_int_or_null(&out, "change",
                       d->number ? d->cmd->service->change.id : 0);
    json_key(&out, "metrics");
    json_put_raw(&out, d->draft.metrics ? d->draft.metrics : "{}");
    json_key(&out, "tests");
    json_open(&out, '[');
    for (size_t i = 0; i < d->trials.count; i++) {
        const struct trial *trial = &d->trials.items[i];

        json_open(&out, '{');
        json_key(&out, "test");
        json_put_text(&out, trial->name);
        json_key(&out, "passed");
        json_put_bool(&out, !trial->why);
        json_key(&out, "why");
        json_put_text(&out, trial->why);
        json_close(&out, '}');
    }
    json_close(&out, ']');
    json_close(&out, '}');
    e = cmd_json_end(&text);
    buf_free(&text);
    return e;
}

static enum err
report(const struct deploy *d)
{
    enum err e;

    if (d->cmd->json)
        return print_json(d);
    e = print_trials(d);
    if (e == ERR_OK)
        print_end(d);
    return e;
}

/* ---- the command ---- */

static enum err
run(struct cmd *cmd)
{
    struct deploy d = {.cmd = cmd};
    enum err e = cmd_args(cmd, 1, 1);

    if (e == ERR_OK)
        e = recipe_read(cmd->argv[0], &d.recipe);
    if (e == ERR_OK)
        e = trials_read(cmd->argv[0], &d.trials);
    if (e == ERR_OK)
        e = find_model(&d);
    if (e == ERR_OK)
        e = recipe_draft(cmd, &d.recipe, &d.model, &d.draft);
    if (e == ERR_OK)
        e = draft_compare(cmd->service, &d.model, &d.draft);
    if (e == ERR_OK)
        e = trials_run(&d.trials, &d.model, &d.draft);
    if (e == ERR_OK && d.trials.failed == 0 && !d.draft.same
        && !cmd_flag(cmd, "check"))
        e = store(&d);
    if (e == ERR_OK)
        e = report(&d);
    if (e == ERR_OK && d.trials.failed > 0)
        cmd->status = 1;
    deploy_free(&d);
    return e;
}

/* clang-format off */
static const struct cmd_option options[] = {
    {"check", NULL, false, "only test: nothing is stored"},
    {.name = NULL},
};
/* clang-format on */

const struct command cmd_deploy = {
    .name = "deploy",
    .args = "DIR",
    .summary = "train or load a model from a folder, test and activate it",
    .detail = "DIR/model.ini says what the model is and what it learns from "
              "or is loaded from; DIR/tests has requests with the answers "
              "they must get, and bounds of metrics. Only when all tests "
              "pass it becomes the next version and is active; else the "
              "exit status is 1 and nothing is changed. What is the same as "
              "the active version makes no new one. See vigia-deploy(7).",
    .example = "vigia deploy --check models/pump-7",
    .options = options,
    .run = run,
};
