/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The command line: a table of commands, each one file (cmd_*.c) with its
 * options, its help and its function. Parsing, help, completion and the
 * manual's check come from the tables.
 */
#ifndef VIGIA_CMD_H
#define VIGIA_CMD_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/conf.h"
#include "store/db.h"

struct buf;
struct compiled;
struct json_out;
struct model;
struct service;

/* An option of a command: --NAME, --NAME VALUE or --NAME=VALUE. */
struct cmd_option {
    const char *name; /* without the dashes */
    const char *arg;  /* what stands for the value in help; NULL: a flag */
    bool many;        /* takes all words up to the next option (--csv) */
    const char *help; /* a few words, lower case */
};

struct cmd;

struct command {
    const char *name, *alias; /* alias NULL: none */
    const char *args; /* "SENSOR [FILE]"; several forms parted by newlines */
    const char *summary;              /* a few words, lower case */
    const char *detail;               /* sentences for --help; NULL: none */
    const char *example;              /* one line that works */
    const struct cmd_option *options; /* ends with name NULL; may be NULL */
    enum err (*run)(struct cmd *cmd);
    int failed; /* exit status of any failure; 0: by the error */
    /* Tells the error that keeps run() from being called, by its own
     * convention; NULL: as all do. */
    enum err (*lost)(struct cmd *cmd);
};

extern const struct command *const commands[];   /* ends with NULL */
extern const struct cmd_option global_options[]; /* before or after COMMAND */

/* The command of that name or alias. ERR_USAGE has the nearest one. */
CHECKED enum err command_find(const char *name, const struct command **out);

/* A command that runs. */
struct cmd {
    const struct command *command;
    struct conf conf;
    struct service *service; /* after cmd_open() */
    size_t argc;             /* what is no option */
    const char **argv;
    bool json;
    bool terminal; /* standard output is one */
    bool colour;   /* and may be coloured: bold, red ... */
    bool ascii;    /* its characters are not UTF-8 */
    int width;     /* its columns; 80 when not known */
    int status;    /* exit status when run answers ERR_OK */
    /* options as given, in order */
    struct cmd_given {
        const struct cmd_option *option;
        const char *value;
    } * given;
    size_t given_count;
};

/* ---- options and arguments ---- */

bool cmd_flag(const struct cmd *cmd, const char *name);
/* The value last given, NULL when none was. */
const char *cmd_value(const struct cmd *cmd, const char *name);
/* All values given for an option, in order; the caller frees the array. */
size_t cmd_values(const struct cmd *cmd, const char *name,
                  const char ***values);

/* ERR_USAGE unless there are min to max arguments. */
CHECKED enum err cmd_args(const struct cmd *cmd, size_t min, size_t max);

/* The option as a finite number, a whole number in a range, a TIME
 * (clock_argument); untouched when it was not given. ERR_USAGE. */
CHECKED enum err cmd_number(const struct cmd *cmd, const char *name,
                            double *out);
CHECKED enum err cmd_int(const struct cmd *cmd, const char *name, int64_t min,
                         int64_t max, int64_t *out);
CHECKED enum err cmd_time(const struct cmd *cmd, const char *name,
                          int64_t *out);

/* ---- the database ---- */

/* Opens the database that options, environment and configuration name, as
 * cmd->service. Once. */
CHECKED enum err cmd_open(struct cmd *cmd, enum db_mode mode);

/* The model and version that MODEL or MODEL@N names; number 0 without @N.
 * hidden: removed ones too. *model is owned: model_free(). */
CHECKED enum err cmd_model(struct cmd *cmd, const char *text, bool hidden,
                           struct model *model, int64_t *number);
/* The same where @N makes no sense: ERR_USAGE then. */
CHECKED enum err cmd_model_only(struct cmd *cmd, const char *text, bool hidden,
                                struct model *model);

/* ---- people ---- */

/*
 * Asks question (without "?") on a terminal; y or yes is *yes. With --yes it
 * is not asked. Where there is no terminal to ask: ERR_CONFLICT, saying that
 * --yes is needed.
 */
CHECKED enum err cmd_confirm(const struct cmd *cmd, const char *question,
                             bool *yes);

/* ---- output ---- */

/* A JSON writer over *text; cmd_json_end() prints it with a newline. */
struct json_out cmd_json_begin(struct buf *text);
CHECKED enum err cmd_json_end(struct buf *text);

/* Nothing is left in the program. ERR_IO, ERR_FULL: some of it was lost. */
CHECKED enum err cmd_flush(void);

/* A line to standard output as printf; texts from outside must be safe. */
void cmd_line(const char *format, ...)
    __attribute__((__format__(__printf__, 1, 2)));

/* s made safe for a terminal; the caller frees it. */
char *cmd_safe(const struct cmd *cmd, const char *s);

/* ---- the commands ---- */

extern const struct command cmd_activate, cmd_adjust, cmd_backup, cmd_changes,
    cmd_check, cmd_config, cmd_dashboard, cmd_demo, cmd_deploy, cmd_diff,
    cmd_export, cmd_fit, cmd_help, cmd_history, cmd_key, cmd_list, cmd_load,
    cmd_prune, cmd_redo, cmd_remove, cmd_rename, cmd_restore, cmd_serve,
    cmd_set, cmd_show, cmd_test, cmd_undo, cmd_upgrade, cmd_version,
    cmd_versions;

#endif
