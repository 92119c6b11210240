/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The built-in HTTP listener: libmicrohttpd reads requests and writes
 * answers inside our loop. Peers that are slow, silent or never read their
 * answer are dropped in time, and hold up nobody.
 */
#ifndef VIGIA_SERVE_H
#define VIGIA_SERVE_H

#include "base/err.h"

struct app;
struct loop;
struct serve;

/*
 * Answers on listener, a listening TCP socket that stays the caller's and
 * must outlive it. ERR_UNAVAILABLE. Ends with serve_close(), after
 * loop_run(); it takes NULL.
 */
CHECKED enum err serve_open(struct app *app, struct loop *loop, int listener,
                            struct serve **out);
void serve_close(struct serve *s);

#endif
