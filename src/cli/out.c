/* SPDX-License-Identifier: Apache-2.0 */
/* What commands share on the way out: lines and JSON. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/json.h"
#include "base/text.h"
#include "cli/cmd.h"

/* ---- lines ---- */

void
cmd_line(const char *format, ...)
{
    va_list ap;

    va_start(ap, format);
    (void) vprintf(format, ap); /* cmd_flush() tells a failure */
    va_end(ap);
    (void) putchar('\n');
}

enum err
cmd_flush(void)
{
    errno = 0;
    if (fflush(stdout) == 0 && !ferror(stdout))
        return ERR_OK;
    return err_set(errno == ENOSPC ? ERR_FULL : ERR_IO,
                   "writing to standard output failed%s%s", errno ? ": " : "",
                   errno ? strerror(errno) : "");
}

char *
cmd_safe(const struct cmd *cmd, const char *s)
{
    struct buf safe = {0};

    buf_str(&safe, "");
    text_safe(&safe, s, strlen(s), cmd->ascii);
    return buf_steal(&safe);
}

struct json_out
cmd_json_begin(struct buf *text)
{
    return (struct json_out){.buf = text};
}

enum err
cmd_json_end(struct buf *text)
{
    buf_char(text, '\n');
    (void) fwrite(text->data, 1, text->len, stdout);
    return cmd_flush();
}
