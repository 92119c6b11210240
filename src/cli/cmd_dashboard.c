/* SPDX-License-Identifier: Apache-2.0 */
/* vigia dashboard: becomes vigia-dashboard, the screens in a terminal. */
#include <stdio.h>

#include "cli/cmd.h"
#include "cli/launch.h"

/* Those of vigia-dashboard that one would type here; the rest is for tests. */
/* clang-format off */
static const struct cmd_option options[] = {
    {"read-only", NULL, false, "nothing can be changed"},
    {"batch",     NULL, false, "print the table and exit (also -b)"},
    {"rows",      "N",  false, "with --batch: N rows of it (also -n)"},
    {"ascii",     NULL, false, "no characters beyond ASCII"},
    {"no-color",  NULL, false, "no colours"},
    {.name = NULL},
};
/* clang-format on */

enum { OPTIONS = sizeof options / sizeof *options - 1 };

/* They are handed on as they are. */
static enum err
run(struct cmd *cmd)
{
    const char *further[2 * OPTIONS + 1];
    char names[OPTIONS][sizeof "--read-only"];
    size_t n = 0;
    enum err e = cmd_args(cmd, 0, 0);

    for (size_t i = 0; i < OPTIONS; i++) {
        if (!cmd_flag(cmd, options[i].name))
            continue;
        (void) snprintf(names[i], sizeof names[i], "--%s", options[i].name);
        further[n++] = names[i];
        if (options[i].arg)
            further[n++] = cmd_value(cmd, options[i].name);
    }
    further[n] = NULL;
    return e == ERR_OK ? launch(cmd, "vigia-dashboard", further) : e;
}

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
