/* SPDX-License-Identifier: Apache-2.0 */
/* What standard output is, and the help that is printed there. */
#ifndef VIGIA_TERMINAL_H
#define VIGIA_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cmd;
struct command;

/* Fills in terminal, colour, ascii and width of cmd. */
void terminal_look(struct cmd *cmd);

/* The help of one command; NULL: the overview. */
void help_print(const struct command *command);

/* Prints left, and from column indent on text, in lines of width columns. */
void help_pair(const char *left, size_t indent, const char *text,
               size_t width);

/*
 * A line of progress on standard error, when that is a terminal: what, how
 * much of it is done, the rate and the time left; of what, the middle is left
 * out when the terminal is narrow. Redrawn a few times a second;
 * progress_end() wipes it.
 */
struct progress {
    const char *what;     /* "reading collects.csv", "storing"; made safe */
    int64_t began, drawn; /* clock_elapsed() */
    bool shown;
};
void progress_begin(struct progress *p, const char *what);
void progress_step(struct progress *p, int64_t done, int64_t total);
void progress_end(struct progress *p);

#endif
