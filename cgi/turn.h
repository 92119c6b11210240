/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The loop: wait, read, one turn, one commit, send. Transports register
 * descriptors and hand over complete exchanges; after the commit each gets
 * its exchange back with the answer.
 */
#ifndef VIGIA_TURN_H
#define VIGIA_TURN_H

#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

struct app;
struct exchange;
struct loop;

CHECKED enum err loop_new(struct app *app, struct loop **out);
void loop_free(struct loop *loop);

/* Calls ready(events, arg) when epoll events of fd come. */
CHECKED enum err loop_watch(struct loop *loop, int fd, uint32_t events,
                            void (*ready)(uint32_t events, void *arg),
                            void *arg);
CHECKED enum err loop_change(struct loop *loop, int fd, uint32_t events);
void loop_forget(struct loop *loop, int fd);

/*
 * Called before each wait: may lower *wait_us (-1: for ever), so that a
 * transport's own deadlines are kept; and after each wait.
 */
void loop_each(struct loop *loop, void (*before)(int64_t *wait_us, void *arg),
               void (*after)(void *arg), void *arg);

/*
 * A transport has something to finish (+1: a request half read, an answer
 * half sent) or has finished it (-1): a loop that was told to stop runs on
 * while there is any, at most 5 s. Requests in the loop are counted anyway.
 */
void loop_busy(struct loop *loop, int change);

/*
 * Hands over a complete request (route_prepare() is done here). reply is
 * called once, after the commit that its answer acknowledges; the exchange is
 * the transport's again then.
 */
void loop_submit(struct loop *loop, struct exchange *x,
                 void (*reply)(struct exchange *x, void *arg), void *arg);

/* Runs until loop_stop() or SIGTERM/SIGINT: then what was read is answered
 * and sent (at most 5 s), the log is checkpointed. SIGHUP calls reload. */
CHECKED enum err loop_run(struct loop *loop, void (*reload)(struct app *app));
void loop_stop(struct loop *loop);
bool loop_stopping(const struct loop *loop);

#endif
