/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Help, made from the tables: an overview of the commands, and what one of
 * them takes. It is plain text of 79 columns wherever it goes.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "cli/cmd.h"
#include "cli/terminal.h"

enum {
    HELP_WIDTH = 79,
    LEFT_MAX = 24 /* columns of what is explained, before it gets a line */
};

/* Prints text from the column it is at; further lines begin at indent. */
static void
wrap(size_t indent, const char *text, size_t width)
{
    size_t column = indent;

    while (*text) {
        size_t len = strcspn(text, " ");
        char *word = xstrndup(text, len);
        size_t columns = text_width(word);
        bool first = column == indent;

        if (!first && column + 1 + columns > width) {
            (void) printf("\n%*s", (int) indent, ""); /* a few */
            column = indent;
            first = true;
        }
        (void) printf("%s%s", first ? "" : " ", word);
        column += columns + (first ? 0 : 1);
        free(word);
        text += len;
        text += strspn(text, " ");
    }
    (void) putchar('\n');
}

void
help_pair(const char *left, size_t indent, const char *text, size_t width)
{
    size_t taken = text_width(left);

    (void) fputs(left, stdout);
    if (taken + 2 > indent) {
        (void) putchar('\n');
        taken = 0;
    }
    (void) printf("%*s", (int) (indent - taken), ""); /* a few */
    wrap(indent, text, width);
}

static void
print_paragraphs(const char *text)
{
    while (*text) {
        size_t len = strcspn(text, "\n");
        char *line = xstrndup(text, len);

        wrap(0, line, HELP_WIDTH);
        free(line);
        text += len;
        text += *text == '\n';
    }
}

/* "  --csv FILE..." */
static void
option_left(const struct cmd_option *o, struct buf *out)
{
    buf_clear(out);
    buf_printf(out, "  --%s%s%s%s", o->name, o->arg ? " " : "",
               o->arg ? o->arg : "", o->many ? "..." : "");
}

static void
print_options(const char *title, const struct cmd_option *options)
{
    struct buf left = {0};
    size_t indent = 0;

    for (const struct cmd_option *o = options; o->name; o++) {
        option_left(o, &left);
        if (left.len > indent && left.len <= LEFT_MAX)
            indent = left.len;
    }
    cmd_line("\n%s:", title);
    for (const struct cmd_option *o = options; o->name; o++) {
        option_left(o, &left);
        help_pair(left.data, indent + 2, o->help, HELP_WIDTH);
    }
    buf_free(&left);
}

/* A usage line for each form of the arguments. */
static void
print_usage(const struct command *command)
{
    const char *form = command->args;
    const char *title = "usage:";

    do {
        int len = (int) strcspn(form, "\n"); /* of a text of ours */

        cmd_line("%-6s vigia %s%s%.*s", title, command->name, len ? " " : "",
                 len, form);
        title = "";
        form += len;
    } while (*form++ == '\n');
}

static void
print_command(const struct command *command)
{
    print_usage(command);
    cmd_line("\n%s", command->summary);
    if (command->alias)
        cmd_line("also called: vigia %s", command->alias);
    if (command->detail) {
        cmd_line("%s", "");
        print_paragraphs(command->detail);
    }
    if (command->options && command->options->name)
        print_options("options", command->options);
    print_options("options of every command", global_options);
    if (command->example)
        cmd_line("\nexample:\n  %s", command->example);
}

static void
print_overview(void)
{
    size_t indent = 0;

    for (const struct command *const *c = commands; *c; c++)
        if (strlen((*c)->name) > indent)
            indent = strlen((*c)->name);
    cmd_line("usage: vigia [-c FILE] [-d FILE] [--json] COMMAND ...\n\n"
             "watches machines through their sensors: learns what is normal,"
             " and tells\nreadings that are not\n\n"
             "commands:");
    for (const struct command *const *c = commands; *c; c++) {
        struct buf left = {0};

        buf_printf(&left, "  %s", (*c)->name);
        help_pair(left.data, indent + 4, (*c)->summary, HELP_WIDTH);
        buf_free(&left);
    }
    print_options("options", global_options);
    cmd_line("\nvigia COMMAND --help explains a command; vigia(1) has all of"
             " it");
}

void
help_print(const struct command *command)
{
    if (command)
        print_command(command);
    else
        print_overview();
}
