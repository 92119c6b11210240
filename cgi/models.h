/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the routes of models share. */
#ifndef VIGIA_MODELS_H
#define VIGIA_MODELS_H

#include "base/err.h"

#include <stdint.h>

struct buf;
struct exchange;
struct model;

/* ---- models_answer.c ---- */

/*
 * The model as `show` writes it, version number (0: the active one), with
 * "warning" when there is one. Takes over what m owns.
 */
CHECKED enum err model_answer(struct exchange *x, struct model *m,
                              int64_t number, const struct buf *warning);

/* The same of the active version and with its ETag; a hidden model, which has
 * none, as a list shows it. What changes a model answers so. */
CHECKED enum err model_answer_now(struct exchange *x, struct model *m,
                                  const struct buf *warning);

/* ---- handlers in files of their own ---- */

enum err models_list(struct exchange *x);  /* models_list.c */
enum err model_remove(struct exchange *x); /* models_remove.c */

#endif
