/* SPDX-License-Identifier: Apache-2.0 */
/* Models that exist before anything was fitted. */
#ifndef VIGIA_BUILTIN_H
#define VIGIA_BUILTIN_H

#include "base/err.h"

struct kind;
struct model;
struct service;

/*
 * Makes version 1 of the model that kind has built in and that is not there
 * yet; it has the kind's name. In a turn, or in one of its own if none is
 * open. *out is owned: model_free().
 */
CHECKED enum err builtin_make(struct service *s, const struct kind *kind,
                              struct model *out);

#endif
