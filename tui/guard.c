/* SPDX-License-Identifier: Apache-2.0 */
/* The parent puts back what stty had said and sends what leaves the alternate
 * screen and shows the cursor: sequences that a terminal which does not know
 * them ignores. So it does after a signal, and when the child has exited and
 * left the terminal as curses wants it: out of memory, say. */
#include "tui/guard.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

static volatile sig_atomic_t child;

/* Whoever asks the parent to stop means the child. */
static void
pass_on(int signal)
{
    (void) kill(child, signal);
}

static void
handle(int signal, void (*handler)(int))
{
    struct sigaction action;

    memset(&action, 0, sizeof action);
    action.sa_handler = handler;
    (void) sigaction(signal, &action, NULL);
}

static void
put_back(const struct termios *modes)
{
    static const char leave[] =
        "\033[?1000l\033[?2004l\033[?1049l\033[?25h\033[0m\r\n";
    ssize_t ignored;

    handle(SIGTTOU, SIG_IGN);
    (void) tcsetattr(STDIN_FILENO, TCSANOW, modes);
    ignored = write(STDOUT_FILENO, leave, sizeof leave - 1);
    (void) ignored; /* there is nobody left to tell */
}

/* Whether the terminal is still as curses wants it. */
static bool
left_raw(const struct termios *modes)
{
    struct termios now;

    return tcgetattr(STDIN_FILENO, &now) == 0
           && (now.c_lflag != modes->c_lflag || now.c_oflag != modes->c_oflag
               || now.c_iflag != modes->c_iflag);
}

/* Until the child has ended. Stops and goes on when it does. */
static _Noreturn void
watch(const struct termios *modes)
{
    int status;

    for (;;) {
        if (waitpid(child, &status, WUNTRACED) < 0) {
            if (errno == EINTR)
                continue;
            _exit(EXIT_FAILURE);
        }
        if (WIFSTOPPED(status)) {
            (void) raise(SIGSTOP);
            (void) kill(child, SIGCONT);
        } else if (WIFEXITED(status)) {
            if (left_raw(modes))
                put_back(modes);
            _exit(WEXITSTATUS(status));
        } else {
            put_back(modes);
            _exit(128 + WTERMSIG(status)); /* as a shell says it */
        }
    }
}

enum err
guard_begin(void)
{
    struct termios modes;
    pid_t parent = getpid(), pid;
    sigset_t all, before;

    if (tcgetattr(STDIN_FILENO, &modes) != 0)
        return err_set(ERR_UNAVAILABLE, "standard input is no terminal");
    (void) sigfillset(&all);
    (void) sigprocmask(SIG_SETMASK, &all, &before);
    pid = fork();
    if (pid < 0) {
        (void) sigprocmask(SIG_SETMASK, &before, NULL);
        return err_set(ERR_UNAVAILABLE, "cannot start a process: %s",
                       strerror(errno));
    }
    if (pid == 0) {
        (void) prctl(PR_SET_PDEATHSIG, SIGTERM);
        (void) sigprocmask(SIG_SETMASK, &before, NULL);
        if (getppid() != parent) /* it was quicker */
            _exit(EXIT_FAILURE);
        return ERR_OK;
    }
    child = pid;
    handle(SIGINT, SIG_IGN); /* the terminal tells both */
    handle(SIGQUIT, SIG_IGN);
    handle(SIGTSTP, SIG_IGN);
    handle(SIGTERM, pass_on);
    handle(SIGHUP, pass_on);
    (void) sigprocmask(SIG_SETMASK, &before, NULL);
    watch(&modes);
}
