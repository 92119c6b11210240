/* SPDX-License-Identifier: Apache-2.0 */
/* TAP for tests in C. Output is line buffered, so a crash keeps it. */
#include "tap.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int ran, bad;

void
skip_all(const char *why)
{
    printf("1..0 # SKIP %s\n", why);
    exit(0);
}

void
skip(const char *why)
{
    printf("ok %d # SKIP %s\n", ++ran, why);
}

void
diag(const char *format, ...)
{
    va_list ap;

    va_start(ap, format);
    printf("# ");
    vprintf(format, ap);
    putchar('\n');
    va_end(ap);
}

int
ok_at(int pass, const char *file, int line, const char *format, ...)
{
    va_list ap;

    if (ran == 0)
        setvbuf(stdout, NULL, _IOLBF, 0);
    va_start(ap, format);
    printf("%sok %d - ", pass ? "" : "not ", ++ran);
    vprintf(format, ap);
    putchar('\n');
    va_end(ap);
    if (!pass) {
        bad++;
        diag("  at %s:%d", file, line);
    }
    return pass;
}

int
is_str_at(const char *got, const char *want, const char *file, int line,
          const char *name)
{
    int pass = got && want ? strcmp(got, want) == 0 : got == want;

    ok_at(pass, file, line, "%s", name);
    if (!pass) {
        diag("   got: %s", got ? got : "(null)");
        diag("  want: %s", want ? want : "(null)");
    }
    return pass;
}

int
is_int_at(int64_t got, int64_t want, const char *file, int line,
          const char *name)
{
    ok_at(got == want, file, line, "%s", name);
    if (got != want)
        diag("  got %" PRId64 ", want %" PRId64, got, want);
    return got == want;
}

int
done_testing(void)
{
    printf("1..%d\n", ran);
    return bad > 0;
}
