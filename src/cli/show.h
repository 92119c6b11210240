/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the commands that look at models share: the states of columns, and
 * command lines for the user to try next.
 */
#ifndef VIGIA_SHOW_H
#define VIGIA_SHOW_H

#include "base/err.h"

#include <stdint.h>

#include "core/state.h"

struct cmd;
struct compiled;
struct model;

/*
 * The words that make a command line which acts on the same database: vigia,
 * the configuration and database this command was given, then the texts up to
 * NULL; quoted for a shell as far as they need it. The caller frees it.
 */
char *show_try(const struct cmd *cmd, ...) __attribute__((__sentinel__));

/* This command once more, without --dry-run. The caller frees it. */
char *show_again(const struct cmd *cmd);

/*
 * The state of each column of a version at the time now: of the active one by
 * the last readings, of another one by its weights alone. *worst is that of
 * the model, *last the time of its last reading (0: none). The caller frees
 * *out, one for each column.
 */
CHECKED enum err show_states(const struct cmd *cmd, const struct model *m,
                             const struct compiled *c, int64_t now,
                             enum state **out, enum state *worst,
                             int64_t *last);

#endif
