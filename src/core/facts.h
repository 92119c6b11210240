/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What there is to say of a model without columns, as names and texts for
 * people: the figures of a version, its weights.
 */
#ifndef VIGIA_FACTS_H
#define VIGIA_FACTS_H

#include <stdbool.h>

struct json;
struct kind;
struct leaves;
struct version;

/* The metrics of a version, the headline first. */
void facts_metrics(struct leaves *l, const struct kind *kind,
                   const struct version *v);

/* "version 3": "active, fit 2026-11-20 14:03 by ana, accuracy 0.64, ...". */
void facts_version(struct leaves *l, const struct kind *kind,
                   const struct version *v, bool active);

/*
 * Weights as the kind shows them, without its metrics. Each item of an array
 * of things with names is one fact, the most important first if they tell
 * their importance: "features.size": "importance 0.7, max 9, min 1".
 */
void facts_weights(struct leaves *l, const struct json *weights);

#endif
