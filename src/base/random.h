/* SPDX-License-Identifier: Apache-2.0 */
/* Random bits from the system, for keys, ids and seeds. */
#ifndef VIGIA_RANDOM_H
#define VIGIA_RANDOM_H

#include "base/err.h"

#include <stddef.h>
#include <stdint.h>

/* At most 256 bytes, which the system gives whole or not at all. ERR_INTERNAL:
 * it has none to give. */
CHECKED enum err random_fill(void *out, size_t len);

/* A number below 2^53, which JSON can carry. */
#define RANDOM_SEED_MAX ((INT64_C(1) << 53) - 1)
CHECKED enum err random_seed(uint64_t *out);

#endif
