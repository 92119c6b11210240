/* SPDX-License-Identifier: Apache-2.0 */
/* vigia dashboard: becomes vigia-dashboard, the screens in a terminal. */
#include "cli/cmd.h"
#include "cli/launch.h"

static enum err
run(struct cmd *cmd)
{
    const char *further[] = {cmd_flag(cmd, "read-only") ? "--read-only" : NULL,
                             NULL};
    enum err e = cmd_args(cmd, 0, 0);

    return e == ERR_OK ? launch(cmd, "vigia-dashboard", further) : e;
}

static const struct cmd_option options[] = {
    {"read-only", NULL, false, "nothing can be changed"},
    {.name = NULL     },
};

const struct command cmd_dashboard = {
    .name = "dashboard",
    .args = "",
    .summary = "show the sensors in this terminal",
    .detail =
        "The screen to keep open during a shift: every sensor with its state, "
        "last reading, score and threshold, alerts first, kept up to date; ? "
        "shows the keys. It is the program vigia-dashboard, of a package of "
        "its own, whose manual has the rest.",
    .example = "vigia dashboard",
    .options = options,
    .run = run,
};
