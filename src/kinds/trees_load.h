/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Readers of boosted trees as other programs write them. Both give the
 * features (names and ranges as far as the text has them, and importances by
 * gain) and the JSON of forest.h; on failure neither. features begins empty.
 * ERR_DATA and ERR_SYNTAX say in one sentence what is wrong, and in which
 * line or tree. What a model needs that is not supported is named.
 *
 * Formats: LightGBM's text (Booster.save_model, version v2 to v4), XGBoost's
 * JSON (Booster.save_model("x.json"), 1.0 on), from their documentation and
 * from what they write.
 */
#ifndef VIGIA_TREES_LOAD_H
#define VIGIA_TREES_LOAD_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

struct buf;
struct features;

/* Does the text begin as such a model does? */
bool lightgbm_is(const char *text, size_t len);
bool xgboost_is(const char *text, size_t len);

CHECKED enum err lightgbm_read(const char *text, size_t len,
                               struct features *features, struct buf *forest);
CHECKED enum err xgboost_read(const char *text, size_t len,
                              struct features *features, struct buf *forest);

#endif
