/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The features of a table model and what it answers: names, levels, and what
 * the training data were like, by which a request is judged. Kept in the
 * weights as
 *   "features":[{"name":"distance","min":80,"max":4983,"missing":0.01,
 *                "mean":1039.9,"scale":733.2,"importance":0.3},
 *               {"name":"room_type","levels":["Hotel room","Private room"]}],
 *   "target":{"name":"price_category","levels":["High","Low"]}
 * where min, max, missing, mean, scale and importance may be absent.
 */
#ifndef VIGIA_FEATURES_H
#define VIGIA_FEATURES_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

struct buf;
struct json;
struct json_out;

enum {
    FEATURES_MAX = 4096,
    LEVELS_MAX = 65536,
    LEVEL_MAX = 256,   /* bytes of one */
    CLASSES_MAX = 1000 /* levels of a target */
};

/* A list of texts, all owned. */
struct names {
    char **items;
    size_t count;
};

void names_add(struct names *n, const char *text, size_t len);
void names_free(struct names *n);
/* Where text stands; false: nowhere. Looks at all of them. */
bool names_find(const struct names *n, const char *text, size_t *at);

struct feature {
    char *name;          /* owned */
    struct names levels; /* none: a number */
    double min, max;     /* of the training data; NaN: not known */
    double missing;      /* its share of missing values; NaN: not known */
    double mean, scale;  /* a value is used as (value - mean) / scale */
    double importance;   /* from 0 to 1, all together 1; NaN: not known */
};

struct features {
    struct feature *items;
    size_t count;
    char *target;         /* what is answered; "" when not known; owned */
    struct names classes; /* none: a number is answered */
    double mean, scale;   /* which is mean + scale * what the model says */
};

/* Another feature: a number of which nothing is known. */
struct feature *features_add(struct features *f, const char *name, size_t len);
void features_free(struct features *f); /* zeroes it, too */

/* Adds the members "features" and "target" to an open object. */
void features_write(const struct features *f, struct json_out *out);

/*
 * Reads both members of weights. ERR_DATA names all that is wrong (err_also,
 * pointers below /weights); *out is empty then.
 */
CHECKED enum err features_read(const struct json *weights,
                               struct features *out);

/*
 * Scalers of another program, which standardised the inputs and the target:
 *   {"features":["distance",...],"x_mean":[...],"x_scale":[...],
 *    "y_mean":12.3,"y_scale":39.8,"classes":["Low",...]}
 * The names replace those of f, in its order; every member may be absent,
 * x_mean with x_scale and y_mean with y_scale together. Ranges that f has are
 * of standardised values, and become those of plain ones. ERR_DATA names all
 * that is wrong (err_also, pointers below /scalers); f is spoilt then, and
 * only good for features_free().
 */
CHECKED enum err features_scale(struct features *f,
                                const struct json *scalers);

/* The feature of that name, the level of a feature; false: there is none. */
bool features_find(const struct features *f, const char *name, size_t *at);
bool features_level(const struct feature *f, const char *text, size_t *at);

/* Adds '; did you mean "..."?' with the nearest feature or level, if one is
 * near (kind_suggest). */
void features_nearest(const struct features *f, const char *name,
                      struct buf *out);
void features_suggest(const struct feature *f, const char *text,
                      struct buf *out);

/* The classes "0", "1", ... of a model whose own names nobody knows; of 0 it
 * answers a number. */
void features_classes(struct features *f, size_t count);

/* Importances out of one number per feature, none below 0. */
void features_weigh(struct features *f, const double *gains);

/*
 * A problem (kind_problem) for each name that is empty, too long, has control
 * characters or stands twice, at "pointer/features" and below.
 */
CHECKED enum err features_check(const struct features *f, const char *pointer);

#endif
