/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A table in memory: typed columns with a label, what tabular kinds learn
 * from. A column is numeric when all its cells are numbers or missing, else
 * categorical: its texts, blanks around taken off, are levels.
 */
#ifndef VIGIA_DATASET_H
#define VIGIA_DATASET_H

#include "base/err.h"

#include <stddef.h>
#include <stdint.h>

struct rows_plan;

enum {
    DATASET_COLUMNS_MAX = 4096,
    DATASET_LEVELS_MAX = 4096,  /* of a column */
    DATASET_LEVEL_MAX = 256,    /* bytes of one */
    DATASET_CELLS_MAX = 1 << 27 /* 1 GiB of doubles */
};

struct dataset_column {
    char *name;
    double *values; /* by row; of a categorical column the place of the row's
                       level; NaN: missing */
    char **levels;  /* in the order of their bytes; NULL: numeric */
    size_t level_count;
    size_t missing; /* rows without a value */
};

struct dataset {
    size_t rows;
    size_t count; /* columns without the label */
    struct dataset_column *columns;
    struct dataset_column label; /* no value is missing */
    size_t unlabelled;           /* rows left out, as they have no label */
};

void dataset_free(struct dataset *f); /* what it owns; takes a zeroed one */

/* What reading may call; each may be NULL. */
struct dataset_calls {
    /* With skip_bad: the sentence about a record that is left out. */
    void (*bad)(const char *sentence, void *arg);
    /* Bytes done of size (0: unknown), twice the file. Not ERR_OK ends it. */
    enum err (*progress)(int64_t done, int64_t size, void *arg);
    void *arg;
};

/*
 * Reads the CSV file at path, which must be one that can be read twice. Of
 * plan count: columns (the features; none: all but the label), missing,
 * delimiter, decimal and skip_bad. ERR_DATA: no such column (the nearest is
 * named), the label among the features, no row, a column without any value, a
 * text that is no level (too long, not UTF-8), too much of something, a file
 * that changed meanwhile; else as records.h says. With skip_bad a record with
 * a number beyond STATS_VALUE_MAX is left out, too.
 */
CHECKED enum err dataset_read(const char *path, const struct rows_plan *plan,
                              const char *label,
                              const struct dataset_calls *calls,
                              struct dataset *out);

#endif
