/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The terminal. Escape sequences are the few that every one of the last
 * forty years knows; where TERM is missing or dumb, none is used.
 */
#include "cli/terminal.h"

#include <langinfo.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/progress.h"
#include "base/text.h"
#include "cli/cmd.h"

enum { WIDTH = 80 }; /* where the terminal does not say */

static bool
is_set(const char *variable)
{
    const char *value = getenv(variable);

    return value && *value;
}

static bool
is_dumb(void)
{
    return !is_set("TERM") || strcmp(getenv("TERM"), "dumb") == 0;
}

static int
width_of(int fd)
{
    struct winsize size;

    return ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col
                                                                : WIDTH;
}

void
terminal_look(struct cmd *cmd)
{
    cmd->terminal = isatty(STDOUT_FILENO);
    cmd->colour = cmd->terminal && !is_set("NO_COLOR") && !is_dumb();
    cmd->ascii = cmd->terminal && strcmp(nl_langinfo(CODESET), "UTF-8") != 0;
    cmd->width = cmd->terminal ? width_of(STDOUT_FILENO) : WIDTH;
}

/* ---- progress ---- */

enum {
    PROGRESS_WAIT = 500000, /* microseconds: what is over sooner shows none */
    PROGRESS_EVERY = 200000
};

void
progress_begin(struct progress *p, const char *what)
{
    int64_t now = clock_elapsed();

    *p = (struct progress){
        .what = what,
        .began = now,
        .drawn = now + PROGRESS_WAIT - PROGRESS_EVERY,
    };
}

void
progress_step(struct progress *p, int64_t done, int64_t total)
{
    int64_t now = clock_elapsed();
    struct buf text = {0}, line = {0};
    size_t width;

    if (now - p->drawn < PROGRESS_EVERY)
        return;
    p->drawn = now;
    if (!isatty(STDERR_FILENO) || is_dumb())
        return;
    text_safe(&text, p->what, strlen(p->what), false);
    buf_str(&text, "  ");
    progress_text(&text, done, total, now - p->began, "");
    width = (size_t) width_of(STDERR_FILENO) - 1; /* the last one wraps */
    if (text_width(text.data) > width)
        text_fit(&line, text.data, width, TEXT_LEFT, false);
    else
        buf_str(&line, text.data);
    (void) fprintf(stderr, "\r%s\033[K", line.data);
    (void) fflush(stderr);
    p->shown = true;
    buf_free(&text);
    buf_free(&line);
}

void
progress_end(struct progress *p)
{
    if (p->shown)
        (void) fprintf(stderr, "\r\033[K");
    p->shown = false;
}
