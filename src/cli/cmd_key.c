/* SPDX-License-Identifier: Apache-2.0 */
/*
 * vigia key: the keys of the REST service. A new key is shown once and alone
 * on standard output, so that a script can take it from there.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/json.h"
#include "cli/cmd.h"
#include "cli/table.h"
#include "core/key.h"
#include "core/service.h"

/* ---- add ---- */

static enum err
print_added(const struct cmd *cmd, const char *name, enum key_scope scope,
            const char *key)
{
    struct buf text = {0};
    struct json_out json = cmd_json_begin(&text);
    enum err e;

    if (!cmd->json) {
        cmd_line("%s", key);
        if (cmd->terminal)
            cmd_line("the key %s may %s. It is not shown again; send it as "
                     "\"Authorization: Bearer KEY\"",
                     name, key_scopes[scope]);
        return ERR_OK;
    }
    json_open(&json, '{');
    json_key(&json, "name");
    json_put_text(&json, name);
    json_key(&json, "scope");
    json_put_text(&json, key_scopes[scope]);
    json_key(&json, "key");
    json_put_text(&json, key);
    json_key(&json, "change");
    json_put_int(&json, cmd->service->change.id);
    json_close(&json, '}');
    e = cmd_json_end(&text);
    buf_free(&text);
    return e;
}

static enum err
add(struct cmd *cmd)
{
    const char *word = cmd_value(cmd, "scope");
    enum key_scope scope = KEY_READ;
    char key[KEY_SIZE];
    enum err e;

    if (!word)
        return err_set(ERR_USAGE, "key add needs --scope read, test, operate "
                                  "or admin");
    if (key_scope_of(word, &scope) != ERR_OK)
        return ERR_USAGE;
    e = cmd_open(cmd, DB_CREATE);
    if (e == ERR_OK)
        e = service_begin(cmd->service);
    if (e != ERR_OK)
        return e;
    e = key_add(cmd->service, cmd->argv[1], scope, key);
    if (e == ERR_OK)
        e = service_commit(cmd->service);
    else
        service_rollback(cmd->service);
    if (e == ERR_OK)
        e = print_added(cmd, cmd->argv[1], scope, key);
    explicit_bzero(key, sizeof key);
    return e;
}

/* ---- list ---- */

static enum err
print_list(const struct cmd *cmd, const struct key_list *list)
{
    static const struct table_column columns[] = {
        {"name",  TABLE_TEXT},
        {"scope", TABLE_TEXT},
        {"when",  TABLE_TIME},
        {"by",    TABLE_TEXT},
    };
    struct table *t =
        table_new(cmd, columns, sizeof columns / sizeof *columns);

    for (size_t i = 0; i < list->count; i++) {
        table_text(t, list->items[i].name);
        table_text(t, key_scopes[list->items[i].scope]);
        table_time(t, list->items[i].created_at);
        table_text(t, list->items[i].by);
    }
    return table_end(t);
}

static enum err
print_list_json(const struct key_list *list)
{
    struct buf text = {0};
    struct json_out json = cmd_json_begin(&text);
    enum err e;

    json_open(&json, '{');
    json_key(&json, "keys");
    json_open(&json, '[');
    for (size_t i = 0; i < list->count; i++) {
        json_open(&json, '{');
        json_key(&json, "name");
        json_put_text(&json, list->items[i].name);
        json_key(&json, "scope");
        json_put_text(&json, key_scopes[list->items[i].scope]);
        json_key(&json, "created_at");
        json_put_time(&json, list->items[i].created_at);
        json_key(&json, "by");
        json_put_text(&json, list->items[i].by);
        json_close(&json, '}');
    }
    json_close(&json, ']');
    json_close(&json, '}');
    e = cmd_json_end(&text);
    buf_free(&text);
    return e;
}

static enum err
list(struct cmd *cmd)
{
    struct key_list keys = {0};
    enum err e = cmd_open(cmd, DB_WRITE);

    if (e == ERR_OK)
        e = key_list(cmd->service, &keys);
    if (e == ERR_OK)
        e = cmd->json ? print_list_json(&keys) : print_list(cmd, &keys);
    key_list_free(&keys);
    return e;
}

/* ---- remove ---- */

static enum err
print_removed(const struct cmd *cmd, const char *name)
{
    struct buf text = {0};
    struct json_out json = cmd_json_begin(&text);
    enum err e;

    if (!cmd->json) {
        cmd_line("the key %s lets nobody in any more", name);
        return ERR_OK;
    }
    json_open(&json, '{');
    json_key(&json, "name");
    json_put_text(&json, name);
    json_key(&json, "removed");
    json_put_bool(&json, true);
    json_key(&json, "change");
    json_put_int(&json, cmd->service->change.id);
    json_close(&json, '}');
    e = cmd_json_end(&text);
    buf_free(&text);
    return e;
}

static enum err
remove_key(struct cmd *cmd)
{
    enum err e = cmd_open(cmd, DB_WRITE);

    if (e == ERR_OK)
        e = service_begin(cmd->service);
    if (e != ERR_OK)
        return e;
    e = key_remove(cmd->service, cmd->argv[1]);
    if (e == ERR_OK)
        e = service_commit(cmd->service);
    else
        service_rollback(cmd->service);
    return e == ERR_OK ? print_removed(cmd, cmd->argv[1]) : e;
}

/* ---- the command ---- */

static const struct {
    const char *word;
    size_t args;
    enum err (*run)(struct cmd *cmd);
} acts[] = {
    {"add",    2, add       },
    {"list",   1, list      },
    {"remove", 2, remove_key},
};

static enum err
run(struct cmd *cmd)
{
    enum err e = cmd_args(cmd, 1, 2);

    if (e != ERR_OK)
        return e;
    for (size_t i = 0; i < sizeof acts / sizeof *acts; i++) {
        if (strcmp(cmd->argv[0], acts[i].word) != 0)
            continue;
        e = cmd_args(cmd, acts[i].args, acts[i].args);
        if (e == ERR_OK && acts[i].run != add && cmd_flag(cmd, "scope"))
            e = err_set(ERR_USAGE, "key %s takes no --scope", acts[i].word);
        return e == ERR_OK ? acts[i].run(cmd) : e;
    }
    return err_set(ERR_USAGE,
                   "no command \"key %s\"; it is key add, key list "
                   "or key remove",
                   cmd->argv[0]);
}

static const struct cmd_option options[] = {
    {"scope", "SCOPE", false, "what it may: read, test, operate or admin"},
    {NULL,    NULL,    false, NULL                                       },
};

const struct command cmd_key = {
    .name = "key",
    .args = "add NAME --scope SCOPE\nlist\nremove NAME",
    .summary = "the keys of the REST service",
    .detail = "Callers from other machines need a key. Each scope includes "
              "those before it: read looks, test judges readings and records "
              "them, operate fits, adjusts and takes back, admin loads and "
              "removes models. A key is shown once, when it is made; what is "
              "done with it is recorded under its name.",
    .example = "vigia key add gateway --scope test",
    .options = options,
    .run = run,
};
