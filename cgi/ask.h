/* SPDX-License-Identifier: Apache-2.0 */
/* Query parameters as values. What is wrong is ERR_DATA and names the
 * parameter; one that is not given leaves *out as it is. */
#ifndef VIGIA_ASK_H
#define VIGIA_ASK_H

#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

struct exchange;
struct model;
struct service;

/*
 * All that is wrong with the query, by the row of the route: names that it
 * does not have (ERR_USAGE), or has once (ERR_SYNTAX), and values of another
 * type. Each is a detail with the pointer "?name".
 */
CHECKED enum err ask_check(const struct exchange *x);

CHECKED enum err ask_int(const struct exchange *x, const char *name,
                         int64_t min, int64_t max, int64_t *out);

/* As TIME of the command line. */
CHECKED enum err ask_time(const struct exchange *x, const char *name,
                          int64_t *out);

/* 1, 0, true or false. */
CHECKED enum err ask_flag(const struct exchange *x, const char *name,
                          bool *out);

/* One of words (ends with NULL); *out is its place. */
CHECKED enum err ask_word(const struct exchange *x, const char *name,
                          const char *const *words, int64_t *out);

/* A number in the path, names[i]; ERR_NOT_FOUND when it is none. what says of
 * what it is: "version". */
CHECKED enum err ask_number(const struct exchange *x, int i, const char *what,
                            int64_t *out);

/* As model_find(), in words for whoever asks by REST. */
CHECKED enum err ask_named(struct service *s, const char *name, bool hidden,
                           struct model *out);

/* The model that the path names. */
CHECKED enum err ask_model(const struct exchange *x, bool hidden,
                           struct model *out);

#endif
