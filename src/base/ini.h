/* SPDX-License-Identifier: Apache-2.0 */
/*
 * INI files: the configuration, and what a folder says about its model. What
 * sections and keys there may be is the caller's table.
 */
#ifndef VIGIA_INI_H
#define VIGIA_INI_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

enum { INI_KEYS_MAX = 64 }; /* rows of a table */

/* A key there may be; case does not matter. name NULL: any key at all of this
 * section. A table ends with section NULL. */
struct ini_key {
    const char *section, *name;
};

/* A key that the file has. */
struct ini_item {
    size_t row;         /* of the table */
    char *name, *value; /* name as written; value without quotes */
    size_t line;
};

struct ini {
    struct ini_item *items; /* in the order of the file; owned: ini_free() */
    size_t count;
};
void ini_free(struct ini *ini); /* takes a zeroed one */

/*
 * Reads the file. ERR_CONFIG names it, and the line where known: unreadable,
 * malformed, too long, a key twice, an unknown section or key (with the
 * nearest one). *found is false, and that is no error, when an optional file
 * does not exist. out is set on ERR_OK only.
 */
CHECKED enum err ini_read(const char *name, const struct ini_key *keys,
                          bool optional, bool *found, struct ini *out);

#endif
