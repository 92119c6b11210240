/* SPDX-License-Identifier: Apache-2.0 */
/* The forms of vigia test, and what they share. */
#ifndef VIGIA_TEST_H
#define VIGIA_TEST_H

#include "base/err.h"

struct cmd;

/* Every sensor and column against one value. (test_all.c) */
CHECKED enum err test_all(struct cmd *cmd);

/* A verdict for each cell of a CSV file. (test_csv.c) */
CHECKED enum err test_csv(struct cmd *cmd);

/* Requests of a kind without columns, as JSON or as the rows of a CSV file;
 * for the latter the database is open. (test_requests.c, test_rows.c) */
CHECKED enum err test_json(struct cmd *cmd);
CHECKED enum err test_table(struct cmd *cmd);

/* VALUE of the command line; a missing one is an error, never a verdict. */
CHECKED enum err test_value(const char *text, double *v);

#endif
