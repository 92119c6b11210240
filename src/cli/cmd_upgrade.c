/* SPDX-License-Identifier: Apache-2.0 */
/* vigia upgrade: brings a database of an older vigia to the present schema. */
#include <inttypes.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/json.h"
#include "cli/cmd.h"
#include "core/service.h"

/* from: the schema it had; saved NULL: nothing was done. */
static enum err
print_json(const struct db *db, int64_t from, const char *saved)
{
    struct buf text = {0};
    struct json_out json = cmd_json_begin(&text);
    enum err e;

    json_open(&json, '{');
    json_key(&json, "database");
    json_put_text(&json, db_path(db));
    json_key(&json, "schema");
    json_put_int(&json, db_schema(db));
    json_key(&json, "current");
    json_put_int(&json, db_schema_current);
    json_key(&json, "steps");
    json_open(&json, '[');
    for (int64_t i = from; i < db_schema_current; i++)
        json_put_text(&json, db_schema_step(i));
    json_close(&json, ']');
    json_key(&json, "saved");
    json_put_text(&json, saved);
    json_close(&json, '}');
    e = cmd_json_end(&text);
    buf_free(&text);
    return e;
}

static enum err
print(const struct cmd *cmd, int64_t from, const char *saved)
{
    const struct db *db = cmd->service->db;
    char *path, *before;

    if (cmd->json)
        return print_json(db, from, saved);
    path = cmd_safe(cmd, db_path(db));
    before = cmd_safe(cmd, saved ? saved : "");
    for (int64_t i = from; i < db_schema_current; i++)
        cmd_line("schema %" PRId64 ": %s", i + 1, db_schema_step(i));
    if (from == db_schema_current)
        cmd_line("%s has schema %" PRId64 ", which is the present one", path,
                 from);
    else if (saved)
        cmd_line("%s is upgraded; as it was before it is in %s", path, before);
    free(path);
    free(before);
    return ERR_OK;
}

static enum err
upgrade(struct cmd *cmd, int64_t from)
{
    char *saved = NULL;
    enum err e = db_upgrade(cmd->service->db, &saved);

    if (e == ERR_OK)
        e = print(cmd, from, saved);
    free(saved);
    return e;
}

static enum err
run(struct cmd *cmd)
{
    struct db *db;
    int64_t from;
    enum err e = cmd_args(cmd, 0, 0);

    if (e == ERR_OK)
        e = cmd_open(cmd, DB_UPGRADE);
    if (e != ERR_OK)
        return e;
    db = cmd->service->db;
    from = db_schema(db);
    if (from < db_schema_current && !cmd_flag(cmd, "check"))
        return upgrade(cmd, from);
    e = print(cmd, from, NULL);
    if (e == ERR_OK && from < db_schema_current)
        e = err_set(ERR_SCHEMA,
                    "%s has the older schema %" PRId64 ", this program needs "
                    "%" PRId64 ": run `vigia upgrade` (it makes a backup "
                    "first)",
                    db_path(db), from, db_schema_current);
    return e;
}

static const struct cmd_option options[] = {
    {"check", NULL, false, "only say whether it is needed, by the status"},
    {.name = NULL },
};

const struct command cmd_upgrade = {
    .name = "upgrade",
    .args = "[--check]",
    .summary = "bring the database to this program's schema",
    .detail = "Saves the database beside itself and then runs what is "
              "missing, in one transaction. With --check nothing changes, "
              "and the exit status is 78 when an upgrade is needed.",
    .example = "vigia upgrade --check",
    .options = options,
    .run = run,
};
