/* SPDX-License-Identifier: Apache-2.0 */
/* Jobs as answers. */
#ifndef VIGIA_JOBS_H
#define VIGIA_JOBS_H

struct job;
struct json_out;

/* The answer of GET /v1/jobs/{id}. */
void job_put(struct json_out *out, const struct job *job);

/* Of a failed job: the status that answers for it, and what a client is told
 * of the reason. Borrowed from job. */
int job_status(const struct job *job);
const char *job_reason(const struct job *job);

#endif
