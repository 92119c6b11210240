/* SPDX-License-Identifier: Apache-2.0 */
/* Without SA_RESTART: a blocking call returns, and its loop asks. */
#include "base/stop.h"

#include <signal.h>
#include <stddef.h>
#include <string.h>

static const int stop_signals[] = {SIGINT, SIGTERM, SIGHUP};
enum { STOP_SIGNALS = sizeof stop_signals / sizeof *stop_signals };

static volatile sig_atomic_t asked;
static struct sigaction before[STOP_SIGNALS];

static void
note(int signal)
{
    (void) signal;
    asked = 1;
}

void
stop_catch(void)
{
    struct sigaction action;

    memset(&action, 0, sizeof action);
    action.sa_handler = note;
    for (size_t i = 0; i < STOP_SIGNALS; i++) {
        (void) sigaction(stop_signals[i], NULL, &before[i]);
        if (before[i].sa_handler != SIG_IGN) /* nohup stays in force */
            (void) sigaction(stop_signals[i], &action, NULL);
    }
}

void
stop_release(void)
{
    for (size_t i = 0; i < STOP_SIGNALS; i++)
        (void) sigaction(stop_signals[i], &before[i], NULL);
}

bool
stop_asked(void)
{
    return asked != 0;
}

enum err
stop_check(void)
{
    return asked ? err_set(ERR_INTERRUPTED, "interrupted") : ERR_OK;
}
