/* SPDX-License-Identifier: Apache-2.0 */
/*
 * vigia export: a version as JSON text, to a file or standard output. A file
 * is written beside its place and gets its name when it is whole.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/figure.h"
#include "base/json.h"
#include "cli/care.h"
#include "cli/cmd.h"
#include "core/draft.h"
#include "core/model.h"

static enum err
cannot_write(const char *file)
{
    enum err e = errno == EACCES || errno == EPERM || errno == EROFS
                     ? ERR_DENIED
                 : errno == ENOSPC || errno == EDQUOT ? ERR_FULL
                                                      : ERR_CREATE;

    return err_set(e, "cannot write %s: %s", file, strerror(errno));
}

static bool
write_all(int fd, const struct buf *text)
{
    size_t done = 0;

    while (done < text->len) {
        ssize_t n = write(fd, text->data + done, text->len - done);

        if (n < 0 && errno != EINTR)
            return false;
        done += n > 0 ? (size_t) n : 0;
    }
    return true;
}

/* A device or a pipe is written as it is; there is nothing to replace. */
static enum err
write_special(const char *file, const struct buf *text)
{
    int fd = open(file, O_WRONLY | O_CLOEXEC);
    enum err e = ERR_OK;

    if (fd < 0 || !write_all(fd, text))
        e = cannot_write(file);
    if (fd >= 0)
        (void) close(fd);
    return e;
}

static enum err
write_whole(const char *file, const struct buf *text)
{
    struct buf temporary = {0};
    enum err e = ERR_OK;
    int fd;

    buf_printf(&temporary, "%s.%d.tmp", file, (int) getpid());
    fd = open(temporary.data, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (fd < 0) {
        e = cannot_write(file);
    } else {
        if (!write_all(fd, text) || fsync(fd) != 0)
            e = cannot_write(file);
        (void) close(fd);
        if (e == ERR_OK && rename(temporary.data, file) != 0)
            e = cannot_write(file);
        if (e != ERR_OK)
            (void) unlink(temporary.data);
    }
    buf_free(&temporary);
    return e;
}

static enum err
write_file(const char *file, bool force, const struct buf *text)
{
    struct stat st;
    bool exists = stat(file, &st) == 0;

    if (exists && S_ISDIR(st.st_mode))
        return err_set(ERR_CREATE, "%s is a folder", file);
    if (exists && !S_ISREG(st.st_mode))
        return write_special(file, text);
    if (exists && !force)
        return err_set(ERR_CREATE, "%s exists already; --force replaces it",
                       file);
    return write_whole(file, text);
}

static enum err
print(const struct cmd *cmd, const struct model *m, int64_t number,
      const char *file, size_t bytes)
{
    char size[FIGURE_MAX];
    struct buf text = {0};
    struct json_out json = cmd_json_begin(&text);
    enum err e;

    if (!cmd->json) {
        char *safe = cmd_safe(cmd, file);

        cmd_line("%s@%" PRId64 " is in %s (%s)", m->name, number, safe,
                 care_size(size, (int64_t) bytes /* JSON_SIZE_MAX */));
        free(safe);
        return ERR_OK;
    }
    json_open(&json, '{');
    json_key(&json, "name");
    json_put_text(&json, m->name);
    json_key(&json, "version");
    json_put_int(&json, number);
    json_key(&json, "file");
    json_put_text(&json, file);
    json_key(&json, "bytes");
    json_put_int(&json, (int64_t) bytes);
    json_close(&json, '}');
    e = cmd_json_end(&text);
    buf_free(&text);
    return e;
}

static enum err
run(struct cmd *cmd)
{
    const char *file;
    struct model m = {0};
    struct buf text = {0};
    int64_t number = 0;
    enum err e = cmd_args(cmd, 1, 2);

    if (e == ERR_OK)
        e = cmd_open(cmd, DB_WRITE);
    if (e == ERR_OK)
        e = cmd_model(cmd, cmd->argv[0], true, &m, &number);
    if (e == ERR_OK)
        e = version_export(cmd->service, &m, number, &text);
    file = cmd->argc > 1 && strcmp(cmd->argv[1], "-") ? cmd->argv[1] : NULL;
    if (e == ERR_OK && !file) {
        (void) fwrite(text.data, 1, text.len, stdout);
        e = cmd_flush();
    } else if (e == ERR_OK) {
        e = write_file(file, cmd_flag(cmd, "force"), &text);
        if (e == ERR_OK)
            e = print(cmd, &m, number ? number : m.version, file, text.len);
    }
    buf_free(&text);
    model_free(&m);
    return e;
}

static const struct cmd_option options[] = {
    {"force", NULL, false, "replace FILE when it exists"},
    {.name = NULL },
};

const struct command cmd_export = {
    .name = "export",
    .args = "MODEL[@N] [FILE]",
    .summary = "write a version as JSON text",
    .detail = "Without FILE, or with -, to standard output. The text has the "
              "kind, the params, the weights and a checksum, and neither "
              "name, number, time nor user: what is loaded from it exports "
              "to the same bytes.",
    .example = "vigia export PUMP-7@3 pump-7.json",
    .options = options,
    .run = run,
};
