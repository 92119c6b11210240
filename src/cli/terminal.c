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

static bool
is_ascii(void)
{
    return strcmp(nl_langinfo(CODESET), "UTF-8") != 0;
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
    cmd->ascii = cmd->terminal && is_ascii();
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
    struct buf name = {0}, figures = {0}, line = {0};
    size_t width, taken;

    if (now - p->drawn < PROGRESS_EVERY)
        return;
    p->drawn = now;
    if (!isatty(STDERR_FILENO) || is_dumb())
        return;
    width = (size_t) width_of(STDERR_FILENO);
    width -= width > 1; /* the last one wraps */
    text_safe(&name, p->what, strlen(p->what), is_ascii());
    buf_str(&figures, "  ");
    progress_text(&figures, done, total, now - p->began, "");
    taken = text_width(figures.data);
    if (taken < width) {
        size_t room = width - taken;

        text_ends(&line, buf_text(&name), room / 2, room, is_ascii());
    }
    text_ends(&line, figures.data, width - 1, width, is_ascii());
    (void) fprintf(stderr, "\r%s\033[K", line.data);
    (void) fflush(stderr);
    p->shown = true;
    buf_free(&name);
    buf_free(&figures);
    buf_free(&line);
}

void
progress_end(struct progress *p)
{
    if (p->shown)
        (void) fprintf(stderr, "\r\033[K");
    p->shown = false;
}
