/* SPDX-License-Identifier: Apache-2.0 */
/* Standard input as a file that can be read twice, gone when it is closed. */
#include "data/rows.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/stop.h"

enum { CHUNK = 1 << 16 }; /* bytes of one read */

static enum err
write_all(int fd, const char *data, size_t len)
{
    while (len > 0) {
        ssize_t n = write(fd, data, len);

        if (n < 0 && errno == EINTR && !stop_asked())
            continue;
        if (n < 0 && errno == EINTR)
            return stop_check();
        if (n < 0)
            return err_set(errno == ENOSPC ? ERR_FULL : ERR_IO,
                           "cannot keep standard input: %s", strerror(errno));
        data += n;
        len -= (size_t) n; /* not negative */
    }
    return ERR_OK;
}

/* The bytes of standard input; 0 when that is not known. */
static int64_t
size_of_input(void)
{
    struct stat st;

    return fstat(STDIN_FILENO, &st) == 0 && S_ISREG(st.st_mode) ? st.st_size
                                                                : 0;
}

static enum err
copy_input(const struct rows_calls *calls, int fd)
{
    int64_t done = 0, size = size_of_input();
    char chunk[CHUNK];
    enum err e = ERR_OK;
    ssize_t n = 1;

    while (e == ERR_OK && n != 0) {
        n = read(STDIN_FILENO, chunk, sizeof chunk);
        if (n > 0)
            e = write_all(fd, chunk, (size_t) n);
        else if (n < 0 && errno != EINTR)
            e = err_set(ERR_IO, "cannot read standard input: %s",
                        strerror(errno));
        done += n > 0 ? n : 0;
        if (e == ERR_OK && calls && calls->progress)
            e = calls->progress(done, size, calls->arg);
        if (e == ERR_OK)
            e = stop_check();
    }
    return e;
}

enum err
rows_spool(const struct rows_calls *calls, char **path, int *fd)
{
    const char *folder = getenv("TMPDIR");
    struct buf name = {0};
    enum err e;
    int f;

    buf_printf(&name, "%s/vigia-XXXXXX", folder && *folder ? folder : "/tmp");
    f = mkostemp(name.data, O_CLOEXEC);
    if (f < 0) {
        e = err_set(ERR_CREATE, "cannot create a file in %s: %s",
                    folder && *folder ? folder : "/tmp", strerror(errno));
    } else {
        (void) unlink(name.data); /* a file left behind does no harm */
        e = copy_input(calls, f);
    }
    buf_clear(&name);
    buf_printf(&name, "/dev/fd/%d", f);
    if (e == ERR_OK) {
        *path = buf_steal(&name);
        *fd = f;
    } else if (f >= 0) {
        (void) close(f);
    }
    buf_free(&name);
    return e;
}
