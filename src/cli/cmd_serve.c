/* SPDX-License-Identifier: Apache-2.0 */
/* vigia serve: becomes vigia-serve, the REST service. */
#include "cli/cmd.h"
#include "cli/launch.h"

static enum err
run(struct cmd *cmd)
{
    const char *listen = cmd_value(cmd, "listen");
    const char *further[] = {listen ? "--listen" : NULL, listen, NULL};
    enum err e = cmd_args(cmd, 0, 0);

    return e == ERR_OK ? launch(cmd, "vigia-serve", further) : e;
}

static const struct cmd_option options[] = {
    {"listen", "HOST:PORT", false,
     "where to listen; 127.0.0.1:8080 unless told"},
    {.name = NULL  },
};

const struct command cmd_serve = {
    .name = "serve",
    .args = "",
    .summary = "offer the REST service over HTTP",
    .detail =
        "Serves the database over HTTP until it is stopped (Ctrl-C), and says "
        "where once it is ready; port 0 takes a free one. For one machine and "
        "for trying it: for others to reach it, put a web server in front of "
        "vigia.fcgi. It is the program vigia-serve, of a package of its own.",
    .example = "vigia serve --listen 127.0.0.1:8080",
    .options = options,
    .run = run,
};
