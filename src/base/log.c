/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Messages. A line leaves in one write(2), so that lines of programs that
 * share a terminal or a journal do not run into each other.
 */
#include "base/log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/text.h"

static const char *program = "vigia";

void
log_name(const char *name)
{
    program = name;
}

void
log_line(const char *format, ...)
{
    struct buf line = {0};
    int saved = errno; /* who reports a failure may look at it afterwards */
    char *text;
    va_list ap;
    int n;

    va_start(ap, format);
    n = vasprintf(&text, format, ap);
    va_end(ap);
    if (n < 0)
        abort(); /* no memory, as x*alloc */
    buf_str(&line, program);
    buf_str(&line, ": ");
    text_safe(&line, text, (size_t) n, false); /* n is not negative */
    buf_char(&line, '\n');
    /* Nobody can be told that the message was lost. */
    while (write(STDERR_FILENO, line.data, line.len) < 0 && errno == EINTR)
        ;
    free(text);
    buf_free(&line);
    errno = saved;
}
