/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Readings of one quantity as a plain text: a number per line, or one JSON
 * array of numbers and nulls.
 */
#ifndef VIGIA_NUMBERS_H
#define VIGIA_NUMBERS_H

#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

struct moments;
struct rows_calls;
struct rows_plan;

enum { NUMBERS_LINE_MAX = 4096 }; /* bytes of one line */

/*
 * Reads path ("-": standard input) to its end and adds every reading to out.
 * A text whose first character is "[" is an array. Of the plan decimal,
 * missing and skip_bad count; the calls may all be NULL, and row gets each
 * reading with its line; bad lines that are skipped are counted in *bad. An
 * empty line is nothing; NaN and null are missing. Errors name file and line,
 * e.g. readings.txt:118: "12,5" is not a number (a decimal comma? ...)
 * ERR_DATA: no number, |v| > STATS_VALUE_MAX, a NUL byte, no reading at all;
 * ERR_SYNTAX: not JSON; ERR_INPUT: the file cannot be read; ERR_IO;
 * ERR_INTERRUPTED: the user asked to stop (stop.h).
 */
CHECKED enum err numbers_scan(const char *path, const struct rows_plan *plan,
                              const struct rows_calls *calls,
                              struct moments *out, int64_t *bad);

/*
 * The same in steps, for who has something else to do meanwhile. path, plan's
 * texts and calls are borrowed until numbers_close(), which takes NULL. A step
 * reads 64 KiB (of a pipe, what there is), and after the last it is *done;
 * then numbers_end() adds what was read to out.
 */
struct numbers;
CHECKED enum err numbers_open(const char *path, const struct rows_plan *plan,
                              const struct rows_calls *calls,
                              struct numbers **out);
CHECKED enum err numbers_step(struct numbers *n, bool *done);
CHECKED enum err numbers_end(const struct numbers *n, struct moments *out,
                             int64_t *bad);
void numbers_close(struct numbers *n);

/* The same with a text that is there already, which errors call by name. */
CHECKED enum err numbers_text(const char *name, const char *text,
                              const struct rows_plan *plan,
                              const struct rows_calls *calls,
                              struct moments *out, int64_t *bad);

#endif
