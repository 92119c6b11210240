/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Jobs: work for a client that may not wait for it, done by a process of its
 * own. A job is written down before that begins, and ended in the transaction
 * that stores what it made, so that it is done exactly when that is there. A
 * job of which nothing came is ended by the next one, or by the next start of
 * the service.
 */
#ifndef VIGIA_JOB_H
#define VIGIA_JOB_H

#include "base/err.h"

#include <stdint.h>

struct service;

enum job_state { JOB_RUNNING, JOB_DONE, JOB_FAILED };
extern const char *const job_states[]; /* their words, ends with NULL */

struct job {
    int64_t id;
    enum job_state state;
    char *by, *model;           /* owned: job_free() */
    int64_t began_at, ended_at; /* 0: it has not */
    int64_t version;            /* that it made; 0: none */
    int64_t status;             /* of the program that failed, as a shell */
    char *reason;               /* why it failed; NULL: it has not */
};
void job_free(struct job *job); /* what it owns; takes a zeroed one */

/* Begins a job about a model, in a turn; those that still run are lost. */
CHECKED enum err job_begin(struct service *s, const char *model, int64_t *id);

/* ERR_NOT_FOUND: no such job; the last 1,000 are kept. */
CHECKED enum err job_find(struct service *s, int64_t id, struct job *out);

/* Ends a job, in a turn: by a version, or by a failure. ERR_CONFLICT: it does
 * not run any more, and what it made is not wanted. */
CHECKED enum err job_done(struct service *s, int64_t id, int64_t version);
CHECKED enum err job_failed(struct service *s, int64_t id, int64_t status,
                            const char *reason);

/* Makes a job that was read one that is lost: nobody works on it; or one that
 * runs: what it made is there, but its process is, too. */
void job_seem_lost(struct job *job);
void job_seem_running(struct job *job);

/* Ends all that run as failed: nobody works on them. In a turn. */
CHECKED enum err job_lose(struct service *s);

#endif
