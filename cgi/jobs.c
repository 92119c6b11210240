/* SPDX-License-Identifier: Apache-2.0 */
/* Jobs: what has become of long work. */
#include "cgi/jobs.h"

#include <sysexits.h>

#include "base/json.h"
#include "cgi/ask.h"
#include "cgi/resources.h"
#include "cgi/schemas.h"
#include "cgi/training.h"
#include "core/answer.h"
#include "core/job.h"

int
job_status(const struct job *job)
{
    switch (job->status) {
    case EX_USAGE: /* such as a param out of range */
    case EX_DATAERR:
        return 422;
    case EX_UNAVAILABLE: /* no XGBoost */
    case EX_TEMPFAIL:
    case EX_IOERR:
    case EX_CANTCREAT:
        return 503;
    default:
        return 500;
    }
}

const char *
job_reason(const struct job *job)
{
    switch (job->status) {
    case EX_USAGE:
    case EX_DATAERR:
    case EX_UNAVAILABLE:
    case EX_TEMPFAIL:
        return job->reason;
    case EX_IOERR:
    case EX_CANTCREAT:
        return http_excuse(ERR_IO);
    default: /* which may name files; the log has it */
        return http_excuse(ERR_INTERNAL);
    }
}

static void
put_time(struct json_out *out, const char *key, int64_t at)
{
    json_key(out, key);
    if (at)
        json_put_time(out, at);
    else
        json_put_null(out);
}

void
job_put(struct json_out *out, const struct job *job)
{
    json_open(out, '{');
    json_key(out, "id");
    json_put_int(out, job->id);
    json_key(out, "state");
    json_put_text(out, job_states[job->state]);
    json_key(out, "model");
    json_put_text(out, job->model);
    json_key(out, "by");
    json_put_text(out, job->by);
    put_time(out, "began_at", job->began_at);
    put_time(out, "ended_at", job->ended_at);
    answer_int_or_null(out, "version", job->version);
    answer_int_or_null(out, "status",
                       job->state == JOB_FAILED ? job_status(job) : 0);
    json_key(out, "detail");
    if (job->state == JOB_FAILED)
        json_put_text(out, job_reason(job));
    else
        json_put_null(out);
    json_close(out, '}');
}

static enum err
show(struct exchange *x)
{
    struct json_out out = {.buf = &x->response.body};
    struct job job = {0};
    int64_t id = 0;
    enum err e = ask_number(x, 0, "job", &id);

    if (e == ERR_OK)
        e = training_look(x->app, id, &job);
    if (e == ERR_OK)
        job_put(&out, &job);
    job_free(&job);
    return e;
}

const struct route job_routes[] = {
    {
     .method = METHOD_GET,
     .path = "/v1/jobs/{id}",
     .scope = SCOPE_READ,
     .answer = show,
     .summary = "What has become of a fit that takes long.",
     .response_schema = schema_job,
     },
    {.path = NULL },
};
