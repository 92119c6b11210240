/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the main() of both services is, but for the transport: options,
 * configuration, database, one service per database, the loop, exit status.
 */
#ifndef VIGIA_PROGRAM_H
#define VIGIA_PROGRAM_H

#include "base/err.h"

struct app;
struct loop;

struct program {
    const char *name;    /* "vigia-serve" */
    const char *summary; /* a few words, lower case */
    /* Its own option: "--listen", "HOST:PORT", what it means. */
    const char *option, *option_arg, *option_help;
    /*
     * Opens the sockets and watches them in loop; value is that of the
     * option, NULL when it was not given. *transport is for close.
     */
    enum err (*open)(struct app *app, struct loop *loop, const char *value,
                     void **transport);
    /* After loop_run(): sends what is not sent yet, and closes. */
    void (*close)(void *transport);
};

/* All of main(): reads the options, serves, returns the exit status. */
int program_main(const struct program *program, int argc, char **argv);

#endif
