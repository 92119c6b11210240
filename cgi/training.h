/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Long work in a process of its own, one at a time: `vigia fit` on a body,
 * started with posix_spawn(), as a fork would share the database's lock. The
 * loop tells when it has ended; what came of it stands in its job
 * (core/job.h), as the process itself has written it.
 */
#ifndef VIGIA_TRAINING_H
#define VIGIA_TRAINING_H

#include "base/err.h"

#include <stdint.h>

struct app;
struct buf;
struct job;
struct loop;
struct training;

/* Ends the jobs of a service before this one as failed; app->training is set.
 * config is the configuration given by -c, or NULL. */
CHECKED enum err training_open(struct app *app, struct loop *loop,
                               const char *config);

/* Kills what still runs, ends its job, and forgets app->training; harmless
 * when there is none. After loop_run(). */
void training_close(struct app *app);

/* The job that has the place, or 0. */
int64_t training_job(const struct app *app);

/* Takes the place, which is free, for a job; gives it back if the job has not
 * been started. */
void training_take(struct app *app, int64_t job);
void training_leave(struct app *app, int64_t job);

/* Starts `vigia fit` with further words (ends with NULL) for the job that has
 * the place; body is its standard input. After the commit that has begun the
 * job. */
CHECKED enum err training_start(struct app *app, const char *const *words,
                                const struct buf *body);

/* job_find(), and a job that nobody works on is a failed one; one whose
 * process is there runs, so that there is a place for another when it has
 * ended. */
CHECKED enum err training_look(const struct app *app, int64_t id,
                               struct job *out);

#endif
