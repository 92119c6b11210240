/* SPDX-License-Identifier: Apache-2.0 */
/* Making folders, from the root downwards. */
#include "base/folder.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buf.h"

enum err
folder_make(const char *path)
{
    char *folder = xstrdup(path), *slash = folder;
    enum err e = ERR_OK;

    while (e == ERR_OK && (slash = strchr(slash + 1, '/'))) {
        *slash = '\0';
        if (mkdir(folder, 0700) != 0 && errno != EEXIST)
            e = err_set(errno == EACCES ? ERR_DENIED : ERR_CREATE,
                        "cannot make the folder %s: %s", folder,
                        strerror(errno));
        *slash = '/';
    }
    free(folder);
    return e;
}
