/* SPDX-License-Identifier: Apache-2.0 */
/* JSON Schemas that more than one table of routes has. */
#ifndef VIGIA_SCHEMAS_H
#define VIGIA_SCHEMAS_H

/* bodies */
extern const char schema_fit[], schema_test[], schema_adjust[];

/* answers: a model as `show` writes it */
extern const char schema_model[];

/* a job (jobs.h) */
extern const char schema_job[];

#endif
