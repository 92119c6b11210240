/* SPDX-License-Identifier: Apache-2.0 */
/* The options of vigia-dashboard: one table, from which its help comes. */
#ifndef VIGIA_OPTIONS_H
#define VIGIA_OPTIONS_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct options {
    const char *config, *database; /* NULL: the usual ones; all borrowed */
    const char *script, *dump;     /* NULL: the terminal */
    bool read_only, ascii, colour, batch;
    int64_t limit;         /* rows of --batch */
    int64_t width, height; /* of --script and --batch; 0: not given */
};

/* Reads the command line into options, which has ascii as the locale says.
 * *done: it was --help or --version, and all is said. ERR_USAGE. */
CHECKED enum err options_read(int argc, char **argv, struct options *out,
                              bool *done);

#endif
