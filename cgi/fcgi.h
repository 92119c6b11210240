/* SPDX-License-Identifier: Apache-2.0 */
/*
 * FastCGI connections inside our loop. A peer that is slow, silent or never
 * reads its answer is dropped after [fcgi] read_timeout and holds up nobody;
 * one that keeps its connection between two requests may stay.
 */
#ifndef VIGIA_FCGI_H
#define VIGIA_FCGI_H

#include "base/err.h"

struct app;
struct fcgi;
struct loop;

/*
 * Answers on listener, a listening, non-blocking socket that stays the
 * caller's and must outlive it. Ends with fcgi_close(), after loop_run();
 * it takes NULL.
 */
CHECKED enum err fcgi_open(struct app *app, struct loop *loop, int listener,
                           struct fcgi **out);
void fcgi_close(struct fcgi *f);

#endif
