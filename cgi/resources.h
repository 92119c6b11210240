/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The resources: each file's rows of the routing table, gathered in route.c.
 * Each table ends with a row whose path is NULL.
 */
#ifndef VIGIA_RESOURCES_H
#define VIGIA_RESOURCES_H

#include "cgi/route.h"

extern const struct route sensor_routes[];  /* sensors.c */
extern const struct route model_routes[];   /* models.c */
extern const struct route version_routes[]; /* versions.c */
extern const struct route change_routes[];  /* changes.c */
extern const struct route reading_routes[]; /* readings.c */
extern const struct route history_routes[]; /* history.c */
extern const struct route table_routes[];   /* tables.c */
extern const struct route job_routes[];     /* jobs.c */
extern const struct route health_routes[];  /* health.c */
extern const struct route metrics_routes[]; /* metrics.c */
extern const struct route docs_routes[];    /* docs.c, openapi.c */
extern const struct route planner_routes[]; /* planners.c */

#endif
