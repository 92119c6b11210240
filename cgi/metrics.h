/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the service counts, for GET /metrics (Prometheus text). Counters are
 * kept in memory and begin at 0 with the process. Counting allocates nothing
 * but when a model or a column of it is seen for the first time, and the
 * number of series is bounded: routes come from the routing table, and models
 * beyond the first max_models by creation share one series, "_other".
 */
#ifndef VIGIA_METRICS_H
#define VIGIA_METRICS_H

#include <stddef.h>
#include <stdint.h>

struct app;
struct metrics;
struct route;
struct verdicts;

/* max_models: [metrics] max_models. Frees with metrics_free(), takes NULL. */
struct metrics *metrics_new(int64_t max_models);
void metrics_free(struct metrics *m);

/* A request was answered, seconds after it was complete. route NULL: it fits
 * none of the table. */
void metrics_request(struct app *app, const struct route *route, int status,
                     double seconds);

/* A turn that wrote was committed. */
void metrics_turn(struct app *app, size_t requests, double commit_seconds,
                  double lock_wait_seconds);

/* A model (its id) has judged. Called when the verdicts are recorded: those
 * of a turn that is lost afterwards stay counted, as the model gave them. */
void metrics_verdicts(struct app *app, int64_t model,
                      const struct verdicts *verdicts);

#endif
