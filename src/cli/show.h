/* SPDX-License-Identifier: Apache-2.0 */
/* What several commands print: command lines for the user to try next, and
 * tables of names and values. */
#ifndef VIGIA_SHOW_H
#define VIGIA_SHOW_H

#include "base/err.h"

struct cmd;
struct leaves;

/*
 * The words that make a command line which acts on the same database: vigia,
 * the configuration and database this command was given, then the texts up to
 * NULL; quoted for a shell as far as they need it. The caller frees it.
 */
char *show_try(const struct cmd *cmd, ...) __attribute__((__sentinel__));

/* The same for `set NAME` and count pairs, each with its NUL. */
char *show_set(const struct cmd *cmd, const char *name, const char *pairs,
               size_t count);

/* This command once more, without --dry-run. The caller frees it. */
char *show_again(const struct cmd *cmd);

/* A table of names and values, as kinds without columns have them. */
CHECKED enum err show_leaves(const struct cmd *cmd, const struct leaves *l);

#endif
