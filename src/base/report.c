/* SPDX-License-Identifier: Apache-2.0 */
/* An error on its way out of a program: the message, the exit status. */
#include "base/report.h"

#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sysexits.h>

#include "base/log.h"

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
