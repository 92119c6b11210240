/* SPDX-License-Identifier: Apache-2.0 */
/*
 * vigia help: the help of all commands or of one, and the completion for
 * bash. Both come from the tables, so neither can fall behind.
 */
#include <stdio.h>
#include <string.h>

#include "cli/cmd.h"
#include "cli/terminal.h"

/* ---- completion ---- */

static const char script_head[] =
    "# bash completion of vigia, made by: vigia help --bash\n"
    "_vigia()\n"
    "{\n"
    "    local cur=$2 prev=$3 i\n"
    "    local command='' options='' valued='' words='' names=''\n"
    "    local -a database=()\n"
    "\n"
    "    # A name with a colon is several words to bash; this joins them.\n"
    "    if declare -F _get_comp_words_by_ref >/dev/null; then\n"
    "        _get_comp_words_by_ref -n : cur prev\n"
    "    fi\n"
    "    for ((i = 1; i < COMP_CWORD; i++)); do\n"
    "        case ${COMP_WORDS[i]} in\n"
    "        -c | --config | -d | --database)\n"
    "            database+=(\"${COMP_WORDS[i]}\" \"${COMP_WORDS[i + 1]}\")\n"
    "            i=$((i + 1))\n"
    "            ;;\n"
    "        -*) ;;\n"
    "        *) command=${command:-${COMP_WORDS[i]}} ;;\n"
    "        esac\n"
    "    done\n"
    "\n"
    "    case $command in\n";

/* Where there is nothing to offer, bash offers files (-o default). */
static const char script_tail[] =
    "    esac\n"
    "\n"
    "    COMPREPLY=()\n"
    "    if [[ \" -c -d $valued \" == *\" $prev \"* ]]; then\n"
    "        return\n"
    "    elif [[ $cur == -* ]]; then\n"
    "        words=$options\n"
    "    elif [[ $names ]]; then\n"
    "        words=$(\"$1\" \"${database[@]}\" list --no-header \\\n"
    "            --match \"$cur*\" </dev/null 2>/dev/null | cut -f 1)\n"
    "    fi\n"
    "    mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$cur\")\n"
    "    if declare -F __ltrim_colon_completions >/dev/null; then\n"
    "        __ltrim_colon_completions \"$cur\"\n"
    "    fi\n"
    "}\n"
    "complete -o default -F _vigia vigia\n";

static void
put_options(const struct cmd_option *options, bool valued)
{
    for (const struct cmd_option *o = options; o && o->name; o++)
        if (!valued || o->arg)
            (void) printf(" --%s", o->name);
}

static void
put_commands(void)
{
    (void) printf("        words='");
    for (const struct command *const *c = commands; *c; c++)
        (void) printf("%s%s", c == commands ? "" : " ", (*c)->name);
    cmd_line("'");
}

static void
put_choice(const struct command *command)
{
    const struct cmd_option *options = command ? command->options : NULL;
    const char *args = command ? command->args : "COMMAND";

    (void) printf("    %s", command ? command->name : "''");
    if (command && command->alias)
        (void) printf(" | %s", command->alias);
    (void) printf(")\n        options='");
    put_options(options, false);
    put_options(global_options, false);
    (void) printf("'\n        valued='");
    put_options(options, true);
    put_options(global_options, true);
    cmd_line("'");
    if (strstr(args, "COMMAND"))
        put_commands();
    if (strstr(args, "MODEL") || strstr(args, "SENSOR"))
        cmd_line("        names=yes");
    cmd_line("        ;;");
}

static void
put_completion(void)
{
    (void) fputs(script_head, stdout);
    put_choice(NULL);
    for (const struct command *const *c = commands; *c; c++)
        put_choice(*c);
    (void) fputs(script_tail, stdout);
}

/* ---- the command ---- */

static const struct cmd_option options[] = {
    {"bash", NULL, false, "print the completion for bash"},
    {NULL,   NULL, false, NULL                           },
};

static enum err
run(struct cmd *cmd)
{
    const struct command *about = NULL;
    bool bash = cmd_flag(cmd, "bash");
    enum err e = cmd_args(cmd, 0, bash ? 0 : 1);

    if (e == ERR_OK && cmd->argc > 0)
        e = command_find(cmd->argv[0], &about);
    if (e != ERR_OK)
        return e;
    if (bash)
        put_completion();
    else
        help_print(about);
    return ERR_OK;
}

const struct command cmd_help = {
    .name = "help",
    .args = "[COMMAND]\n--bash",
    .summary = "explain vigia or one of its commands",
    .detail = "Without COMMAND, lists the commands. With --bash, prints the "
              "completion of commands, options and the names of models, for "
              "a file in /usr/share/bash-completion/completions or for "
              "eval \"$(vigia help --bash)\".",
    .example = "vigia help fit",
    .options = options,
    .run = run,
};
