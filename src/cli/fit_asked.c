/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A fit that the REST service has asked for: it acts as who asked the
 * service, ends its job with what comes of it, and goes when the service
 * goes.
 */
#include "cli/fit.h"

#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>

#include "base/buf.h"
#include "base/report.h"
#include "cli/cmd.h"
#include "core/job.h"
#include "core/service.h"

enum err
fit_asked_begin(struct fit_job *job)
{
    enum err e = cmd_int(job->cmd, "job", 1, INT64_MAX, &job->job);

    if (e == ERR_OK && job->job && job->kind->learns != LEARNS_TABLE)
        e = err_set(ERR_USAGE, "--job goes with a --kind that learns from "
                               "tables");
    /* What it would store without the service is refused by job_done() as
     * soon as another one has started. */
    if (e == ERR_OK && job->job)
        (void) prctl(PR_SET_PDEATHSIG, SIGKILL);
    return e;
}

enum err
fit_asked_act(const struct fit_job *job)
{
    struct service *s = job->cmd->service;
    struct job row = {0};
    enum err e = job->job ? job_find(s, job->job, &row) : ERR_OK;

    if (e == ERR_OK && job->job) {
        service_act_as(s, row.by);
        s->via = "rest";
    }
    job_free(&row);
    return e;
}

/* All sentences of the last error, which are of the body and no file. */
static void
list_reasons(struct buf *out)
{
    static const char file[] = "standard input";
    const struct err_detail *details;
    const char *text = err_text();
    size_t count, len = sizeof file - 1;

    details = err_details(&count);
    for (size_t i = 0; i < count; i++)
        buf_printf(out, "%s%s", i ? "; " : "", details[i].text);
    if (count > 0)
        return;
    if (strncmp(text, file, len) != 0)
        buf_str(out, text);
    else if (text[len] == ':' && text[len + 1] >= '0' && text[len + 1] <= '9')
        buf_printf(out, "the body, line %s", text + len + 1);
    else
        buf_printf(out, "the body%s", text + len);
}

static enum err
store_failure(struct fit_job *job, enum err why, const char *reason)
{
    enum err e = job->cmd->service ? ERR_OK : cmd_open(job->cmd, DB_WRITE);

    if (e == ERR_OK)
        e = service_begin(job->cmd->service);
    if (e != ERR_OK)
        return e;
    e = job_failed(job->cmd->service, job->job, exit_status(why), reason);
    if (e == ERR_OK)
        return service_commit(job->cmd->service);
    service_rollback(job->cmd->service);
    return e;
}

enum err
fit_asked_end(struct fit_job *job, enum err e)
{
    struct buf reason = {0};

    if (e == ERR_OK || !job->job)
        return e;
    list_reasons(&reason);
    /* If it cannot be stored, the service sees that nothing came of it. */
    if (store_failure(job, e, buf_text(&reason)) == ERR_OK)
        err_clear();
    e = err_set(e, "%s", buf_text(&reason));
    buf_free(&reason);
    return e;
}
