/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What commands share on the way out: lines, JSON, and an error as a message
 * and an exit status.
 */
#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "base/buf.h"
#include "base/json.h"
#include "base/log.h"
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

/* ---- errors ---- */

void
report_error(void)
{
    size_t count;
    const struct err_detail *details = err_details(&count);

    if (count < 2 || strcmp(err_text(), details[0].text) != 0)
        log_line("%s", err_text());
    for (size_t i = 0; count > 1 && i < count; i++)
        log_line("%s%s%s", details[i].pointer, *details[i].pointer ? ": " : "",
                 details[i].text);
}

int
exit_status(enum err e)
{
    switch (e) {
    case ERR_OK:
        return EX_OK;
    case ERR_USAGE:
        return EX_USAGE;
    case ERR_SYNTAX:
    case ERR_DATA:
    case ERR_NOT_FOUND:
    case ERR_CONFLICT:
        return EX_DATAERR;
    case ERR_INPUT:
        return EX_NOINPUT;
    case ERR_UNAVAILABLE:
        return EX_UNAVAILABLE;
    case ERR_INTERNAL:
        return EX_SOFTWARE;
    case ERR_CREATE:
        return EX_CANTCREAT;
    case ERR_IO:
    case ERR_FULL:
        return EX_IOERR;
    case ERR_BUSY:
        return EX_TEMPFAIL;
    case ERR_DENIED:
        return EX_NOPERM;
    case ERR_CONFIG:
    case ERR_SCHEMA:
        return EX_CONFIG;
    case ERR_INTERRUPTED:
        return 128 + SIGINT; /* as a shell would say it */
    }
    return EX_SOFTWARE;
}
