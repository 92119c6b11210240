/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What commands share on the way in: options and arguments as values, the
 * database, the model that a word names, and a question to the user.
 */
#include "cli/cmd.h"

#include <inttypes.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/folder.h"
#include "base/number.h"
#include "base/stop.h"
#include "core/model.h"
#include "core/name.h"
#include "core/service.h"

/* ---- options and arguments ---- */

bool
cmd_flag(const struct cmd *cmd, const char *name)
{
    for (size_t i = 0; i < cmd->given_count; i++)
        if (strcmp(cmd->given[i].option->name, name) == 0)
            return true;
    return false;
}

const char *
cmd_value(const struct cmd *cmd, const char *name)
{
    for (size_t i = cmd->given_count; i > 0; i--)
        if (strcmp(cmd->given[i - 1].option->name, name) == 0)
            return cmd->given[i - 1].value;
    return NULL;
}

size_t
cmd_values(const struct cmd *cmd, const char *name, const char ***values)
{
    size_t n = 0;

    *values = xcalloc(cmd->given_count + 1, sizeof **values);
    for (size_t i = 0; i < cmd->given_count; i++)
        if (strcmp(cmd->given[i].option->name, name) == 0)
            (*values)[n++] = cmd->given[i].value;
    return n;
}

enum err
cmd_args(const struct cmd *cmd, size_t min, size_t max)
{
    const char *form = cmd->command->args;
    int len = (int) strcspn(form, "\n"); /* our own text: short */

    if (cmd->argc > max)
        return err_set(ERR_USAGE, "\"%s\" is one too many: vigia %s%s%.*s",
                       cmd->argv[max], cmd->command->name, len ? " " : "", len,
                       form);
    if (cmd->argc < min)
        return err_set(ERR_USAGE, "something is missing: vigia %s %.*s",
                       cmd->command->name, len, form);
    return ERR_OK;
}

/* The error of a reader, as one about the option. */
static enum err
bad_value(const char *name)
{
    return err_set(ERR_USAGE, "--%s: %s", name, err_text());
}

enum err
cmd_number(const struct cmd *cmd, const char *name, double *out)
{
    const char *s = cmd_value(cmd, name);

    if (s && number_read(s, strlen(s), NUMBER_LOOSE, out) != ERR_OK)
        return bad_value(name);
    return ERR_OK;
}

enum err
cmd_int(const struct cmd *cmd, const char *name, int64_t min, int64_t max,
        int64_t *out)
{
    const char *s = cmd_value(cmd, name);

    if (s && number_int(s, min, max, out) != ERR_OK)
        return bad_value(name);
    return ERR_OK;
}

enum err
cmd_time(const struct cmd *cmd, const char *name, int64_t *out)
{
    const char *s = cmd_value(cmd, name);

    if (s && clock_argument(s, clock_now(), out) != ERR_OK)
        return bad_value(name);
    return ERR_OK;
}

/* ---- the database ---- */

enum err
cmd_open(struct cmd *cmd, enum db_mode mode)
{
    const struct passwd *user = getpwuid(geteuid());
    char by[32]; /* "uid " and 64 bits */
    char *path = NULL;
    enum err e;

    (void) snprintf(by, sizeof by, "uid %ju", (uintmax_t) geteuid());
    e = conf_database(&cmd->conf, cmd_value(cmd, "database"), &path);
    if (e == ERR_OK && mode == DB_CREATE
        && !conf_database_named(&cmd->conf, cmd_value(cmd, "database")))
        e = folder_make(path);
    if (e == ERR_OK)
        e = service_open(path, mode, &cmd->conf, user ? user->pw_name : by,
                         "cli", &cmd->service);
    free(path);
    return e;
}

enum err
cmd_model(struct cmd *cmd, const char *text, bool hidden, struct model *model,
          int64_t *number)
{
    char *name;
    enum err e = name_split(text, &name, number);

    if (e != ERR_OK)
        return e;
    e = model_find(cmd->service, name, hidden, model);
    free(name);
    return e;
}

enum err
cmd_model_only(struct cmd *cmd, const char *text, bool hidden,
               struct model *model)
{
    char *name;
    int64_t number;
    enum err e = name_split(text, &name, &number);

    if (e != ERR_OK)
        return e;
    free(name);
    if (number)
        return err_set(ERR_USAGE,
                       "vigia %s takes a model as a whole, without @%" PRId64,
                       cmd->command->name, number);
    return model_find(cmd->service, text, hidden, model);
}

/* ---- people ---- */

/* Takes y and yes, in any case, for yes. */
static bool
is_yes(char *answer)
{
    answer[strcspn(answer, " \t\r\n")] = '\0';
    return strcasecmp(answer, "y") == 0 || strcasecmp(answer, "yes") == 0;
}

enum err
cmd_confirm(const struct cmd *cmd, const char *question, bool *yes)
{
    char *answer = NULL, *safe;
    size_t cap = 0;
    enum err e;

    if (cmd_flag(cmd, "yes")) {
        *yes = true;
        return ERR_OK;
    }
    if (!isatty(STDIN_FILENO) || !isatty(STDERR_FILENO))
        return err_set(ERR_CONFLICT, "%s? Give --yes where nobody can answer",
                       question);
    (void) fflush(stdout); /* what was shown stands before the question */
    safe = cmd_safe(cmd, question);
    (void) fprintf(stderr, "%s? [y/N] ", safe);
    free(safe);
    *yes = getline(&answer, &cap, stdin) > 0 && is_yes(answer);
    e = stop_check();
    free(answer);
    return e;
}
