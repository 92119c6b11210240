/* SPDX-License-Identifier: Apache-2.0 */
/*
 * vigia: reads the command line by the tables and runs one command. Errors
 * become one line on standard error and an exit status here, and only here.
 */
#include <inttypes.h>
#include <locale.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/number.h"
#include "base/report.h"
#include "base/text.h"
#include "cli/cmd.h"
#include "cli/terminal.h"
#include "core/service.h"

enum { OPTIONS_MAX = 64 }; /* of one command and the global ones */

const struct command *const commands[] = {
    &cmd_fit,     &cmd_show,    &cmd_test,    &cmd_diff,     &cmd_set,
    &cmd_adjust,  &cmd_undo,    &cmd_redo,    &cmd_versions, &cmd_activate,
    &cmd_changes, &cmd_check,   &cmd_list,    &cmd_history,  &cmd_rename,
    &cmd_remove,  &cmd_export,  &cmd_load,    &cmd_deploy,   &cmd_prune,
    &cmd_backup,  &cmd_restore, &cmd_upgrade, &cmd_demo,     &cmd_dashboard,
    &cmd_serve,   &cmd_key,     &cmd_config,  &cmd_help,     &cmd_version,
    NULL,
};

/* clang-format off */
const struct cmd_option global_options[] = {
    {"config", "FILE", false, "read this configuration only (also -c)"},
    {"database", "FILE", false, "use this database (also -d)"},
    {"json", NULL, false, "print JSON"},
    {"no-header", NULL, false, "leave out the header line in a pipe"},
    {"help", NULL, false, "show this help (also -h)"},
    {NULL, NULL, false, NULL},
};

/* The short forms there are. */
static const struct {
    const char *text, *name;
} short_options[] = {
    {"-b", "batch"},
    {"-c", "config"},
    {"-d", "database"},
    {"-h", "help"},
    {"-n", "rows"},
};
/* clang-format on */

enum err
command_find(const char *name, const struct command **out)
{
    const char *names[sizeof commands / sizeof *commands];
    const char *near;
    size_t n = 0;

    for (const struct command *const *c = commands; *c; c++) {
        const char *alias = (*c)->alias;

        if (!strcmp((*c)->name, name) || (alias && !strcmp(alias, name))) {
            *out = *c;
            return ERR_OK;
        }
        names[n++] = (*c)->name;
    }
    names[n] = NULL;
    near = text_nearest(name, names);
    if (near)
        return err_set(ERR_USAGE, "no command \"%s\"; is it %s?", name, near);
    return err_set(ERR_USAGE, "no command \"%s\"; vigia help lists them",
                   name);
}

/* ---- options ---- */

static const struct cmd_option *
find_in(const struct cmd_option *options, const char *name, size_t len)
{
    for (; options && options->name; options++)
        if (strlen(options->name) == len && !memcmp(options->name, name, len))
            return options;
    return NULL;
}

/* Whose option that is, when it stands before any command. */
static const struct command *
owner(const char *name, size_t len)
{
    for (const struct command *const *c = commands; *c; c++)
        if (find_in((*c)->options, name, len))
            return *c;
    return NULL;
}

static enum err
unknown_option(const struct cmd *cmd, const char *word)
{
    const struct cmd_option *sets[] = {
        cmd->command ? cmd->command->options : NULL, global_options};
    char *name = xstrdup(word + strspn(word, "-"));
    const char *names[OPTIONS_MAX], *near;
    size_t n = 0;
    enum err e;

    name[strcspn(name, "=")] = '\0';
    for (size_t i = 0; i < 2; i++)
        for (const struct cmd_option *o = sets[i]; o && o->name; o++)
            if (n < OPTIONS_MAX - 1)
                names[n++] = o->name;
    names[n] = NULL;
    near = text_nearest(name, names);
    if (near)
        e = err_set(ERR_USAGE, "no option %s; is it --%s?", word, near);
    else if (cmd->command)
        e = err_set(ERR_USAGE, "vigia %s has no option %s; --help lists them",
                    cmd->command->name, word);
    else if (owner(name, strlen(name)))
        e = err_set(ERR_USAGE, "--%s belongs behind its command: vigia %s",
                    name, owner(name, strlen(name))->name);
    else
        e = err_set(ERR_USAGE, "no option %s; vigia --help lists them", word);
    free(name);
    return e;
}

static void
give(struct cmd *cmd, const struct cmd_option *option, const char *value)
{
    cmd->given =
        xreallocarray(cmd->given, cmd->given_count + 1, sizeof *cmd->given);
    cmd->given[cmd->given_count++] = (struct cmd_given){option, value};
}

/* Options begin with '-', but "-" is standard input, "-0.5" a number. */
static bool
is_option(const char *word)
{
    double v;

    return word[0] == '-' && word[1] != '\0'
           && number_read(word, strlen(word), NUMBER_LOOSE, &v) != ERR_OK;
}

/* words[0] is an option; *took is how many words it has with its values. */
static enum err
take_option(struct cmd *cmd, char **words, size_t count, size_t *took)
{
    const char *word = words[0], *equals = strchr(word, '=');
    const char *name = word + 2;
    size_t len = equals ? (size_t) (equals - name) : strlen(name);
    const struct cmd_option *o = NULL;

    for (size_t i = 0; i < sizeof short_options / sizeof *short_options; i++)
        if (strcmp(word, short_options[i].text) == 0) {
            name = short_options[i].name;
            len = strlen(name);
            word = "--";
        }
    if (word[1] == '-' && cmd->command)
        o = find_in(cmd->command->options, name, len);
    if (word[1] == '-' && !o)
        o = find_in(global_options, name, len);
    *took = 1;
    if (!o)
        return unknown_option(cmd, words[0]);
    if (!o->arg && equals)
        return err_set(ERR_USAGE, "--%s takes no value", o->name);
    if (!o->arg) {
        give(cmd, o, NULL);
    } else if (equals) {
        give(cmd, o, equals + 1);
    } else {
        do {
            if (*took >= count)
                return err_set(ERR_USAGE, "--%s needs %s", o->name, o->arg);
            give(cmd, o, words[(*took)++]);
        } while (o->many && *took < count && !is_option(words[*took]));
    }
    return ERR_OK;
}

/* The command is the first word that is no option; all after "--" are none. */
static enum err
parse(struct cmd *cmd, char **words, size_t count)
{
    bool only_words = false;
    size_t i = 0, took;
    enum err e = ERR_OK;

    cmd->argv = xcalloc(count + 1, sizeof *cmd->argv);
    while (e == ERR_OK && i < count) {
        if (!only_words && strcmp(words[i], "--") == 0) {
            only_words = true;
            i++;
        } else if (!only_words && !cmd->command
                   && strcmp(words[i], "--version") == 0) {
            cmd->command = &cmd_version;
            i++;
        } else if (!only_words && is_option(words[i])) {
            e = take_option(cmd, words + i, count - i, &took);
            i += took;
        } else if (!cmd->command) {
            e = command_find(words[i], &cmd->command);
            i++;
        } else {
            cmd->argv[cmd->argc++] = words[i++];
        }
    }
    return e;
}

/* The error e, before the command could be called. */
static enum err
lost(struct cmd *cmd, enum err e)
{
    return cmd->command && cmd->command->lost ? cmd->command->lost(cmd) : e;
}

static enum err
run(struct cmd *cmd, char **words, size_t count)
{
    enum err e = parse(cmd, words, count);

    if (e != ERR_OK)
        return lost(cmd, e);
    cmd->json = cmd_flag(cmd, "json");
    if (cmd_flag(cmd, "help") || !cmd->command) {
        bool lost = !cmd->command && !cmd_flag(cmd, "help");

        help_print(cmd->command);
        return lost ? err_set(ERR_USAGE, "a command is needed") : ERR_OK;
    }
    /* What explains vigia works with a broken configuration, too. */
    if (cmd->command != &cmd_help && cmd->command != &cmd_version)
        e = conf_load(cmd_value(cmd, "config"), &cmd->conf);
    return e == ERR_OK ? cmd->command->run(cmd) : lost(cmd, e);
}

/*
 * What is large comes from the kernel, empty, and costs what is touched of it.
 * By itself malloc() learns from the first large block that is freed to keep
 * such ones, and clears all of the next.
 */
static void
keep_no_memory(void)
{
#ifdef __GLIBC__
    (void) mallopt(M_MMAP_THRESHOLD, 128 << 10); /* as it begins */
#endif
}

/* Adds to an error about lost output that there is a change all the same. */
static enum err
tell_change(const struct cmd *cmd, enum err e)
{
    const struct service *s = cmd->service;

    if (e == ERR_OK || !ferror(stdout) || !s || !s->change.id)
        return e;
    return err_set(e, "%s; change %" PRId64 " is stored all the same",
                   err_text(), s->change.id);
}

int
main(int argc, char **argv)
{
    struct cmd cmd = {0};
    enum err e;

    keep_no_memory();
    (void) setlocale(LC_CTYPE, ""); /* only to know the terminal's charset */
    terminal_look(&cmd);
    e = run(&cmd, argv + 1, argc > 0 ? (size_t) argc - 1 : 0);
    if (e == ERR_OK)
        e = cmd_flush();
    e = tell_change(&cmd, e);
    if (e != ERR_OK) {
        (void) fflush(stdout); /* what was printed stands before it */
        report_error();
    }
    service_close(cmd.service);
    conf_free(&cmd.conf);
    free(cmd.argv);
    free(cmd.given);
    err_clear();
    if (e != ERR_OK && cmd.command && cmd.command->failed)
        return cmd.command->failed;
    return e == ERR_OK ? cmd.status : exit_status(e);
}
