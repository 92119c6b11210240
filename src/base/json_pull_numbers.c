/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Arrays of numbers, of which there may be a million: most are read sixteen
 * bytes at once (number_plain.h), the others as everywhere.
 */
#include "base/json_pull.h"

#include <math.h>
#include <string.h>
#ifdef __x86_64__
#include <emmintrin.h>
#endif

#include "base/json_scan.h"
#include "base/number.h"
#include "base/number_plain.h"

static inline bool
is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* The length of what stands before the next comma, up to MOST bytes of which
 * can be read; more when that is longer. */
enum { MOST = 16 };

static inline size_t
before_comma(const char *s)
{
#ifdef __x86_64__
    __m128i v = _mm_loadu_si128((const __m128i *) (const void *) s);
    int found = _mm_movemask_epi8(_mm_cmpeq_epi8(v, _mm_set1_epi8(',')));

    return found ? (size_t) __builtin_ctz((unsigned) found) : MOST + 1;
#else
    const char *comma = memchr(s, ',', MOST);

    return comma ? (size_t) (comma - s) : MOST + 1;
#endif
}

/* Is a text that number_plain() takes a number of JSON's, too? That has
 * digits around its point, and no zero before another digit. */
static inline bool
is_strict(const char *s, size_t len)
{
    size_t minus = *s == '-';

    return is_digit(s[minus]) && is_digit(s[len - 1])
           && (s[minus] != '0' || len == minus + 1 || s[minus + 1] == '.');
}

/*
 * Where the next number begins is found by its comma and not by reading this
 * one, so that a processor can begin with it before this one is read.
 */
size_t
json_pull_numbers(struct json_pull *p, double *v, size_t max)
{
    enum { NEAR = 64 }; /* bytes of any number but the odd one */
    const char *at = p->at, *comma;
    const char *const end = p->end;
    size_t count = 0, len;

    for (; count < max && at < end && *at == ','; count++) {
        const char *s = at + 1;

        if (end - s > MOST + NUMBER_PLAIN_PAD) { /* also behind a blank */
            s += *s == ' ';
            len = before_comma(s);
            if (len - 1 < MOST && is_strict(s, len)
                && number_plain(s, len, &v[count])) {
                at = s + len;
                continue;
            }
        }
        while (s < end && json_blank(*s))
            s++;
        comma = memchr(s, ',', end - s < NEAR ? (size_t) (end - s) : NEAR);
        if (!comma || s == comma
            || s + number_scan(s, end, NUMBER_JSON, &v[count]) != comma
            || !isfinite(v[count]))
            break;
        at = comma;
    }
    p->at = at;
    return count;
}
