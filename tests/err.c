/* SPDX-License-Identifier: Apache-2.0 */
/* The last error, and the details of an input with several. */
#include "base/err.h"

#include <stdint.h>
#include <string.h>

#include "tap.h"

static void
one_error(void)
{
    size_t n = 99;

    err_clear();
    is_str(err_text(), "", "no error has no text");
    is_int(err_set(ERR_DATA, "k is %d, want %s", -1, "> 0"), ERR_DATA,
           "set answers its code");
    is_str(err_text(), "k is -1, want > 0", "the text is formatted");
    (void) !err_set(ERR_IO, "again: %s", err_text());
    is_str(err_text(), "again: k is -1, want > 0",
           "a text may quote the one before it");
    (void) err_details(&n);
    is_int((int64_t) n, 0, "set leaves no details");
    err_clear();
    is_str(err_text(), "", "clear forgets the text");
}

static void
long_error(void)
{
    (void) !err_set(ERR_DATA, "%02000d", 7);
    is_int((int64_t) strlen(err_text()), 999, "a long text is cut");
    (void) !err_also(ERR_DATA, "/k", "%02000d", 7);
    is_str(err_text() + 990, "000000000", "and a detail does not replace it");
}

static void
many_errors(void)
{
    char pointer[] = "/columns/flow";
    const struct err_detail *d;
    size_t n = 0;

    err_clear();
    is_int(err_also(ERR_DATA, pointer, "%s is missing", "flow"), ERR_DATA,
           "also answers its code");
    memset(pointer, '#', sizeof pointer - 1);
    (void) !err_also(ERR_DATA, "", "too few columns");
    d = err_details(&n);
    is_int((int64_t) n, 2, "every call adds a detail");
    is_str(err_text(), "flow is missing", "the first is the text");
    is_str(d[0].pointer, "/columns/flow", "the pointer was copied");
    is_str(d[0].text, "flow is missing", "the first detail has its text");
    is_str(d[1].pointer, "", "the second is about the whole");
    is_str(d[1].text, "too few columns", "the second detail has its text");
    (void) !err_set(ERR_IO, "%s, %s", d[1].text, "and no disk");
    (void) err_details(&n);
    is_str(err_text(), "too few columns, and no disk",
           "a new error may quote a detail");
    is_int((int64_t) n, 0, "and forgets the details");
}

static void
too_many_errors(void)
{
    const struct err_detail *d;
    size_t n = 0;

    err_clear();
    for (int i = 0; i < 150; i++)
        (void) !err_also(ERR_DATA, "", "row %d", i);
    d = err_details(&n);
    is_int((int64_t) n, 100, "100 details are kept");
    is_str(d[99].text, "row 99", "the first hundred");
    is_str(err_text(), "row 0", "the text is still the first");
    err_clear();
    (void) err_details(&n);
    is_int((int64_t) n, 0, "clear forgets them");
}

int
main(void)
{
    one_error();
    long_error();
    many_errors();
    too_many_errors();
    return done_testing();
}
