/* SPDX-License-Identifier: Apache-2.0 */
/* One loop, compiled for each way to read a number. */
#include "data/plain_cells.h"

#include <stdbool.h>

#include "base/number_plain.h"
#include "data/rows_part.h"

static inline __attribute__((__always_inline__)) size_t
read_by(bool (*plain)(const char *s, size_t len, double *out),
        const struct fields *f, const size_t *columns, size_t count,
        double *values)
{
    for (size_t i = 0; i < count; i++) {
        size_t len;
        const char *s = fields_raw(f, columns[i], &len);

        if (*s == '"') { /* and so is the last */
            s++;
            len -= 2;
        }
        if (!plain(s, len, &values[i]))
            return i;
    }
    return count;
}

static size_t
read_words(const struct fields *f, const size_t *columns, size_t count,
           double *values)
{
    return read_by(number_plain_words, f, columns, count, values);
}

static size_t
read_base(const struct fields *f, const size_t *columns, size_t count,
          double *values)
{
    return read_by(number_plain, f, columns, count, values);
}

#ifdef __x86_64__

SIMD_FOR_AVX2 static size_t
read_avx2(const struct fields *f, const size_t *columns, size_t count,
          double *values)
{
    return read_by(number_plain_avx2, f, columns, count, values);
}

#endif

size_t
plain_cells(const struct fields *f, const size_t *columns, size_t count,
            double *values)
{
    enum simd level = simd_level();

#ifdef __x86_64__
    if (level == SIMD_AVX2)
        return read_avx2(f, columns, count, values);
#endif
    return level == SIMD_NONE ? read_words(f, columns, count, values)
                              : read_base(f, columns, count, values);
}
