/* SPDX-License-Identifier: Apache-2.0 */
/* The table of jobs. */
#include "core/job.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "base/buf.h"
#include "base/clock.h"
#include "core/service.h"

enum { KEPT = 1000 }; /* jobs */

static const char lost[] = "it was interrupted, and nothing was stored";

const char *const job_states[] = {"running", "done", "failed", NULL};

void
job_free(struct job *job)
{
    free(job->by);
    free(job->model);
    free(job->reason);
    *job = (struct job){0};
}

enum err
job_lose(struct service *s)
{
    static const char sql[] =
        "UPDATE job SET state = 'failed', ended_at = $1, status = $2,"
        " reason = $3 WHERE state = 'running'";
    struct arg args[] = {arg_int(clock_now()), arg_int(EX_TEMPFAIL),
                         arg_text(lost)};

    return db_run(s->db, sql, args, 3);
}

void
job_seem_lost(struct job *job)
{
    job->state = JOB_FAILED;
    job->status = EX_TEMPFAIL;
    free(job->reason);
    job->reason = xstrdup(lost);
}

void
job_seem_running(struct job *job)
{
    job->state = JOB_RUNNING;
    job->ended_at = job->version = job->status = 0;
    free(job->reason);
    job->reason = NULL;
}

enum err
job_begin(struct service *s, const char *model, int64_t *id)
{
    static const char add[] = "INSERT INTO job(actor, model, began_at, state)"
                              " VALUES ($1, $2, $3, 'running')";
    static const char drop[] = "DELETE FROM job WHERE id <= $1";
    int64_t actor;
    enum err e = service_actor(s, &actor);

    if (e == ERR_OK)
        e = job_lose(s);
    if (e == ERR_OK)
        e = db_run(s->db, add,
                   (struct arg[]){arg_int(actor), arg_text(model),
                                  arg_int(clock_now())},
                   3);
    if (e != ERR_OK)
        return e;
    *id = db_inserted(s->db);
    return db_run(s->db, drop, (struct arg[]){arg_int(*id - KEPT)}, 1);
}

static enum job_state
state_of(const char *word)
{
    enum job_state state = JOB_RUNNING;

    while (state < JOB_FAILED && strcmp(word, job_states[state]) != 0)
        state++;
    return state;
}

static void
read_job(const struct db_rows *rows, struct job *out)
{
    const char *reason = db_text(rows, 7);

    *out = (struct job){
        .id = db_int(rows, 0),
        .by = xstrdup(db_text(rows, 1)),
        .model = xstrdup(db_text(rows, 2)),
        .began_at = db_int(rows, 3),
        .ended_at = db_int(rows, 4),
        .state = state_of(db_text(rows, 5)),
        .version = db_int(rows, 6),
        .reason = reason ? xstrdup(reason) : NULL,
        .status = db_int(rows, 8),
    };
}

enum err
job_find(struct service *s, int64_t id, struct job *out)
{
    static const char sql[] =
        "SELECT j.id, a.name, j.model, j.began_at, j.ended_at, j.state,"
        " j.version, j.reason, j.status"
        " FROM job j JOIN actor a ON a.id = j.actor WHERE j.id = $1";
    struct db_rows *rows;
    bool more = false;
    enum err e = db_query(s->db, sql, (struct arg[]){arg_int(id)}, 1, &rows);

    if (e != ERR_OK)
        return e;
    e = db_next(rows, &more);
    if (e == ERR_OK && more)
        read_job(rows, out);
    else if (e == ERR_OK)
        e = err_set(ERR_NOT_FOUND, "no job %" PRId64, id);
    db_done(rows);
    return e;
}

/* After an UPDATE of the job that must have run. */
static enum err
ended(const struct service *s, int64_t id, enum err e)
{
    if (e == ERR_OK && db_changed(s->db) == 0)
        return err_set(ERR_CONFLICT, "job %" PRId64 " does not run any more",
                       id);
    return e;
}

enum err
job_done(struct service *s, int64_t id, int64_t version)
{
    static const char sql[] =
        "UPDATE job SET state = 'done', ended_at = $1, version = $2"
        " WHERE id = $3 AND state = 'running'";
    struct arg args[] = {arg_int(clock_now()), arg_int(version), arg_int(id)};

    return ended(s, id, db_run(s->db, sql, args, 3));
}

enum err
job_failed(struct service *s, int64_t id, int64_t status, const char *reason)
{
    static const char sql[] =
        "UPDATE job SET state = 'failed', ended_at = $1, status = $2,"
        " reason = $3 WHERE id = $4 AND state = 'running'";
    struct arg args[] = {arg_int(clock_now()), arg_int(status),
                         arg_text(reason), arg_int(id)};

    return ended(s, id, db_run(s->db, sql, args, 4));
}
