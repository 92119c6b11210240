/* SPDX-License-Identifier: Apache-2.0 */
/* Commands that are programs of their own, so that vigia itself needs none of
 * their libraries. */
#ifndef VIGIA_LAUNCH_H
#define VIGIA_LAUNCH_H

#include "base/err.h"

struct cmd;

/*
 * Becomes the program that lies beside vigia, or in LIBEXECDIR/vigia, with -c
 * and -d as they were given and further (NULL-terminated) behind them.
 * Returns only when that fails: ERR_UNAVAILABLE names the package to install,
 * which has the program's name.
 */
CHECKED enum err launch(const struct cmd *cmd, const char *program,
                        const char *const *further);

#endif
