/* SPDX-License-Identifier: Apache-2.0 */
/* Becoming another program: exec, never fork. */
#include "cli/launch.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "cli/cmd.h"

enum {
    PLACE_MAX = 4096, /* bytes of the path of vigia */
    WORDS_MAX = 16
};

/* Adds the folder that this program lies in, with its slash. */
static void
own_folder(struct buf *out)
{
    char self[PLACE_MAX];
    ssize_t len = readlink("/proc/self/exe", self, sizeof self);
    const char *slash = len > 0 ? memrchr(self, '/', (size_t) len) : NULL;

    if (slash && len < PLACE_MAX) /* else cut, perhaps */
        buf_add(out, self, (size_t) (slash + 1 - self));
    else
        buf_str(out, "./");
}

enum err
launch(const struct cmd *cmd, const char *program, const char *const *further)
{
    const char *words[WORDS_MAX + 1] = {program};
    const char *config = cmd_value(cmd, "config");
    const char *database = cmd_value(cmd, "database");
    struct buf beside = {0}, installed = {0};
    size_t n = 1;
    enum err e;

    if (config) {
        words[n++] = "-c";
        words[n++] = config;
    }
    if (database) {
        words[n++] = "-d";
        words[n++] = database;
    }
    while (*further && n < WORDS_MAX)
        words[n++] = *further++;
    own_folder(&beside);
    buf_str(&beside, program);
    buf_printf(&installed, "%s/vigia/%s", LIBEXECDIR, program);
    /* exec does not write to the words; its prototype is older than const */
    (void) execv(beside.data, (char *const *) words);
    if (errno == ENOENT)
        (void) execv(installed.data, (char *const *) words);
    if (errno == ENOENT)
        e = err_set(ERR_UNAVAILABLE,
                    "%s is not installed: install the package %s", program,
                    program);
    else
        e = err_set(ERR_UNAVAILABLE, "cannot start %s: %s", program,
                    strerror(errno));
    buf_free(&beside);
    buf_free(&installed);
    return e;
}
