/* SPDX-License-Identifier: Apache-2.0 */
/* An error on its way out of a program: the message, the exit status. */
#ifndef VIGIA_REPORT_H
#define VIGIA_REPORT_H

#include "base/err.h"

/* The last error on standard error: a line, or one for each detail. */
void report_error(void);

/* What each enum err is as an exit status. */
int exit_status(enum err e);

#endif
