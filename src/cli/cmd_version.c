/* SPDX-License-Identifier: Apache-2.0 */
/* vigia version: which vigia this is, and which kinds of models it knows. */
#include <inttypes.h>

#include "base/buf.h"
#include "base/json.h"
#include "cli/cmd.h"
#include "kinds/kind.h"
#include "store/db.h"

static enum err
print_json(void)
{
    struct buf text = {0};
    struct json_out out = cmd_json_begin(&text);
    enum err e;

    json_open(&out, '{');
    json_key(&out, "version");
    json_put_text(&out, PACKAGE_VERSION);
    json_key(&out, "schema");
    json_put_int(&out, db_schema_current);
    json_key(&out, "kinds");
    json_open(&out, '[');
    for (const struct kind *const *k = kinds; *k; k++)
        json_put_text(&out, (*k)->name);
    json_close(&out, ']');
    json_close(&out, '}');
    e = cmd_json_end(&text);
    buf_free(&text);
    return e;
}

static enum err
run(struct cmd *cmd)
{
    enum err e = cmd_args(cmd, 0, 0);

    if (e != ERR_OK)
        return e;
    if (cmd->json)
        return print_json();
    cmd_line("vigia %s", PACKAGE_VERSION);
    cmd_line("database schema %" PRId64, db_schema_current);
    for (const struct kind *const *k = kinds; *k; k++)
        cmd_line("kind %s: %s", (*k)->name, (*k)->summary);
    return ERR_OK;
}

const struct command cmd_version = {
    .name = "version",
    .args = "",
    .summary = "print the version of vigia",
    .detail = "Prints the version of the program, of the database's schema "
              "that it reads and writes, and the kinds of models it knows.",
    .example = "vigia version",
    .run = run,
};
