/* SPDX-License-Identifier: Apache-2.0 */
/*
 * vigia load: an exported text becomes the next version of a model, after it
 * was checked completely.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/figure.h"
#include "base/json.h"
#include "cli/cmd.h"
#include "cli/show.h"
#include "cli/texts.h"
#include "cli/whole.h"
#include "core/draft.h"
#include "core/model.h"
#include "core/name.h"
#include "core/service.h"
#include "kinds/kind.h"

/* Whether a new model could have it: asked before a database is made. */
static enum err
check_model(const struct texts *t)
{
    const struct model none = {0};
    struct draft d = {0};
    enum err e = texts_draft(&none, t, &d);

    if (e == ERR_OK)
        draft_free(&d);
    return e;
}

static enum err
store(struct service *s, const char *model, const struct texts *t,
      struct draft *d, int64_t *number)
{
    struct model m = {0};
    struct buf note = {0};
    enum err e = model_or_new(s, model, &m);

    if (e == ERR_OK)
        e = texts_draft(&m, t, d);
    buf_printf(&note, "from %s", whole_name(t->path));
    if (e == ERR_OK)
        e = draft_store(s, model, "load", buf_text(&note), d, number);
    buf_free(&note);
    model_free(&m);
    return e;
}

static enum err
print(const struct cmd *cmd, const char *model, const char *name,
      const struct draft *d, int64_t number)
{
    size_t columns = d->kind->columns(d->model);
    char count[FIGURE_MAX];
    struct buf text = {0};
    struct json_out json = cmd_json_begin(&text);
    enum err e;

    if (!cmd->json) {
        char *safe = cmd_safe(cmd, name);

        buf_printf(&text, "%s has version %" PRId64 " from %s: %s", model,
                   number, safe, d->kind->name);
        if (columns > 0)
            buf_printf(&text, ", %s column%s",
                       figure_group(count, (int64_t) columns),
                       columns == 1 ? "" : "s");
        cmd_line("%s", buf_text(&text));
        buf_free(&text);
        free(safe);
        safe = show_try(cmd, "undo", model, NULL);
        cmd_line("it is active now; %s takes it back", safe);
        free(safe);
        return ERR_OK;
    }
    json_open(&json, '{');
    json_key(&json, "name");
    json_put_text(&json, model);
    json_key(&json, "kind");
    json_put_text(&json, d->kind->name);
    json_key(&json, "version");
    json_put_int(&json, number);
    json_key(&json, "origin");
    json_put_text(&json, d->origin);
    json_key(&json, "change");
    json_put_int(&json, cmd->service->change.id);
    json_close(&json, '}');
    e = cmd_json_end(&text);
    buf_free(&text);
    return e;
}

static enum err
run(struct cmd *cmd)
{
    struct texts texts = {0};
    struct draft d = {0};
    int64_t number = 0;
    enum err e = cmd_args(cmd, 2, 2);

    if (e == ERR_OK)
        e = name_check(cmd->argv[0]);
    if (e == ERR_OK)
        e = texts_read(&texts, cmd->argv[1], cmd_value(cmd, "scalers"));
    if (e == ERR_OK)
        e = check_model(&texts);
    if (e == ERR_OK)
        e = cmd_open(cmd, DB_CREATE);
    if (e == ERR_OK)
        e = store(cmd->service, cmd->argv[0], &texts, &d, &number);
    if (e == ERR_OK)
        e = print(cmd, cmd->argv[0], whole_name(texts.path), &d, number);
    draft_free(&d);
    texts_free(&texts);
    return e;
}

/* clang-format off */
static const struct cmd_option options[] = {
    {"scalers", "FILE", false, "scalers of inputs and output, as JSON"},
    {.name = NULL},
};
/* clang-format on */

const struct command cmd_load = {
    .name = "load",
    .args = "NAME FILE",
    .summary = "make a version from an exported or foreign text",
    .detail = "FILE is what vigia export wrote, or in a format that a kind "
              "knows; - is standard input. It is checked as a whole; then it "
              "becomes the next version of the model, which is made when "
              "there is none, and is active.",
    .example = "vigia load PUMP-8 pump-7.json",
    .options = options,
    .run = run,
};
