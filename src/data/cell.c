/* SPDX-License-Identifier: Apache-2.0 */
/* Reading a cell sets no error text on the paths that are taken often. */
#include "data/cell.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "base/clock.h"
#include "base/number.h"
#include "data/rows.h"
#include "data/stats.h"

enum {
    COMMA_MAX = 1024, /* bytes of a number with a decimal comma */
    LOCAL = sizeof "YYYY-MM-DD HH:MM:SS" - 1
};

/* Compares with a word in small letters, without regard to ASCII case. */
static bool
is_word(const char *text, size_t len, const char *word)
{
    if (strlen(word) != len)
        return false;
    for (size_t i = 0; i < len; i++) {
        if ((text[i] | 0x20) != word[i])
            return false;
    }
    return true;
}

static bool
is_missing(const struct rows_plan *plan, const char *text, size_t len)
{
    for (size_t i = 0; i < plan->missing_count; i++) {
        if (strlen(plan->missing[i]) == len
            && memcmp(plan->missing[i], text, len) == 0)
            return true;
    }
    return len == 0 || is_word(text, len, "nan") || is_word(text, len, "null");
}

/* With a decimal comma a point is refused: "1.234" may well mean 1234. */
static bool
is_number(const char *text, size_t len, char decimal, double *v)
{
    char copy[COMMA_MAX], *comma;

    if (decimal == ',') {
        if (len > sizeof copy || memchr(text, '.', len))
            return false;
        memcpy(copy, text, len);
        comma = memchr(copy, ',', len);
        if (comma)
            *comma = '.';
        text = copy;
    }
    return number_scan(text, text + len, NUMBER_LOOSE, v) == len;
}

enum cell
cell_read(const struct rows_plan *plan, const char *text, size_t len,
          double *v)
{
    double read;

    *v = NAN;
    if (is_missing(plan, text, len))
        return CELL_MISSING;
    if (!is_number(text, len, plan->decimal, &read))
        return CELL_TEXT;
    if (fabs(read) > (plan->any_size ? DBL_MAX : STATS_VALUE_MAX))
        return CELL_BEYOND;
    *v = read;
    return CELL_NUMBER;
}

bool
cell_has_comma(const struct rows_plan *plan, const char *text, size_t len)
{
    double v;

    return plan->decimal != ',' && len > 0 && memchr(text, ',', len)
           && is_number(text, len, ',', &v);
}

/* Reads "" or ".25" as microseconds; what is finer is cut off. */
static bool
read_fraction(const char *text, size_t len, int64_t *us)
{
    int64_t unit = CLOCK_SECOND;

    *us = 0;
    if (len == 0)
        return true;
    if (text[0] != '.' || len == 1)
        return false;
    for (size_t i = 1; i < len; i++) {
        if (text[i] < '0' || text[i] > '9')
            return false;
        unit /= 10;
        *us += unit * (text[i] - '0');
    }
    return true;
}

bool
cell_time(const char *text, size_t len, int64_t *us)
{
    size_t whole = len < LOCAL ? len : LOCAL;
    char copy[LOCAL + 1];
    int64_t fraction;

    /* Ages and "now", which clock_argument() knows too, are no times here. */
    if (len < sizeof "YYYY-MM-DD" - 1 || text[4] != '-')
        return false;
    if (!read_fraction(text + whole, len - whole, &fraction))
        return clock_rfc3339(text, len, us) == ERR_OK;
    memcpy(copy, text, whole);
    copy[whole] = '\0';
    if (copy[10] == 'T')
        copy[10] = ' ';
    if (clock_argument(copy, 0, us) != ERR_OK)
        return false;
    *us += fraction;
    return true;
}
