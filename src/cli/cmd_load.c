/* SPDX-License-Identifier: Apache-2.0 */
/*
 * vigia load: an exported text becomes the next version of a model, after it
 * was checked completely.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/figure.h"
#include "base/json.h"
#include "cli/cmd.h"
#include "core/change.h"
#include "core/draft.h"
#include "core/model.h"
#include "core/name.h"
#include "core/service.h"
#include "kinds/kind.h"

enum { CHUNK = 1 << 16, PICKLE = 0x80 };

/* ---- reading the file ---- */

static enum err
read_stream(FILE *f, const char *name, struct buf *text)
{
    size_t n;

    do {
        buf_reserve(text, CHUNK);
        n = fread(text->data + text->len, 1, CHUNK, f);
        text->len += n;
    } while (n > 0 && text->len <= JSON_SIZE_MAX);
    if (ferror(f))
        return err_set(ERR_INPUT, "cannot read %s: %s", name, strerror(errno));
    if (text->len > JSON_SIZE_MAX)
        return err_set(ERR_DATA, "%s is larger than %d MiB", name,
                       JSON_SIZE_MAX >> 20);
    return ERR_OK;
}

/* What has to be said about texts that are no JSON at all. */
static enum err
check_text(const struct buf *text, const char *name)
{
    if (text->len == 0)
        return err_set(ERR_DATA, "%s is empty", name);
    if ((unsigned char) text->data[0] == PICKLE)
        return err_set(ERR_DATA,
                       "%s is a Python pickle, which could run any code when "
                       "it is read; vigia loads the text that vigia export "
                       "writes",
                       name);
    return ERR_OK;
}

static enum err
read_file(const char *file, const char *name, struct buf *text)
{
    FILE *f = strcmp(file, "-") == 0 ? stdin : fopen(file, "re");
    enum err e;

    if (!f)
        return err_set(ERR_INPUT, "cannot read %s: %s", name, strerror(errno));
    e = read_stream(f, name, text);
    if (f != stdin)
        (void) fclose(f);
    return e == ERR_OK ? check_text(text, name) : e;
}

/* ---- the model ---- */

/* The model of that name as it is, or one with id 0 that is to be made. */
static enum err
look(struct service *s, const char *name, struct model *m)
{
    bool found = false;
    enum err e = model_look(s, name, &found, m);

    if (e == ERR_OK && !found)
        *m = (struct model){.name = xstrdup(name), .title = xstrdup("")};
    return e;
}

/* Says which file is wrong; several faults keep their list. */
static enum err
name_file(enum err e, const char *name)
{
    size_t faults;
    char *why;

    (void) err_details(&faults);
    if (e == ERR_OK || faults > 1)
        return e;
    why = xstrdup(err_text());
    e = err_set(e, "%s: %s", name, why);
    free(why);
    return e;
}

/* Whether a new model could have it: asked before a database is made. */
static enum err
check_model(const char *name, const struct buf *text)
{
    const struct model none = {0};
    struct draft d = {0};
    enum err e = name_file(draft_load(&none, text->data, text->len, &d), name);

    if (e == ERR_OK)
        draft_free(&d);
    return e;
}

static enum err
make_draft(struct service *s, const char *model, const char *name,
           const struct buf *text, struct draft *d)
{
    struct model m = {0};
    enum err e = look(s, model, &m);

    if (e == ERR_OK)
        e = name_file(draft_load(&m, text->data, text->len, d), name);
    model_free(&m);
    return e;
}

static enum err
store(struct service *s, const char *model, const char *name,
      const struct draft *d, int64_t *number)
{
    struct model m = {0};
    struct buf note = {0};
    enum err e = service_begin(s);

    if (e != ERR_OK)
        return e;
    buf_printf(&note, "from %s", name);
    e = look(s, model, &m);
    if (e == ERR_OK)
        e = change_open(s, "load", buf_text(&note));
    if (e == ERR_OK)
        e = draft_apply(s, &m, d, number);
    if (e == ERR_OK)
        e = service_commit(s);
    else
        service_rollback(s);
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

        cmd_line("%s has version %" PRId64 " from %s: %s, %s column%s", model,
                 number, safe, d->kind->name,
                 figure_group(count, (int64_t) columns),
                 columns == 1 ? "" : "s");
        cmd_line("it is active now; vigia undo %s takes it back", model);
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
    const char *model, *name;
    struct buf text = {0};
    struct draft d = {0};
    int64_t number = 0;
    enum err e = cmd_args(cmd, 2, 2);

    if (e != ERR_OK)
        return e;
    model = cmd->argv[0];
    name = strcmp(cmd->argv[1], "-") ? cmd->argv[1] : "standard input";
    e = name_check(model);
    if (e == ERR_OK)
        e = read_file(cmd->argv[1], name, &text);
    if (e == ERR_OK)
        e = check_model(name, &text);
    if (e == ERR_OK)
        e = cmd_open(cmd, DB_CREATE);
    if (e == ERR_OK)
        e = make_draft(cmd->service, model, name, &text, &d);
    if (e == ERR_OK)
        e = store(cmd->service, model, name, &d, &number);
    if (e == ERR_OK)
        e = print(cmd, model, name, &d, number);
    draft_free(&d);
    buf_free(&text);
    return e;
}

const struct command cmd_load = {
    .name = "load",
    .args = "NAME FILE",
    .summary = "make a version from an exported text",
    .detail = "FILE is what vigia export wrote, - is standard input. It is "
              "checked as a whole; then it becomes the next version of the "
              "model, which is made when there is none, and is active.",
    .example = "vigia load PUMP-8 pump-7.json",
    .run = run,
};
