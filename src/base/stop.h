/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The user's wish to stop (Ctrl-C, SIGTERM, SIGHUP), noted by a signal
 * handler and asked for where stopping does no harm.
 */
#ifndef VIGIA_STOP_H
#define VIGIA_STOP_H

#include "base/err.h"

#include <stdbool.h>

/* From now on the signals are noted instead of ending the program. */
void stop_catch(void);

/* Back to what the signals did before stop_catch(). */
void stop_release(void);

/* True once one of the signals has come. */
bool stop_asked(void);

/* ERR_INTERRUPTED ("interrupted") once one has come, else ERR_OK. */
CHECKED enum err stop_check(void);

#endif
