/* SPDX-License-Identifier: Apache-2.0 */
/* Sizes for a person, and errors of work that is half done. */
#include "cli/care.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/figure.h"

const char *
care_size(char out[FIGURE_MAX], int64_t bytes)
{
    static const char *const units[] = {"kB", "MB", "GB", "TB"};
    double n = (double) bytes / 1000;
    size_t i = 0;

    if (bytes < 1000) {
        (void) snprintf(out, FIGURE_MAX, "%" PRId64 " bytes", bytes);
        return out;
    }
    for (; n >= 999.5 && i + 1 < sizeof units / sizeof *units; i++)
        n /= 1000;
    (void) snprintf(out, FIGURE_MAX, "%.*f %s",
                    n < 9.995   ? 2
                    : n < 99.95 ? 1
                                : 0,
                    n, units[i]);
    return out;
}

int64_t
care_file_size(const char *file)
{
    struct stat st;

    return stat(file, &st) == 0 ? (int64_t) st.st_size : 0;
}

enum err
care_stopped(enum err e, const char *done)
{
    char *why;

    if (e == ERR_OK)
        return ERR_OK;
    why = xstrdup(err_text());
    e = err_set(e, "%s; %s", why, done);
    free(why);
    return e;
}
