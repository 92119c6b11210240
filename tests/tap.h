/* SPDX-License-Identifier: Apache-2.0 */
/* TAP for tests in C: ok(), is_str(), is_int(), done_testing() at the end. */
#ifndef VIGIA_TAP_H
#define VIGIA_TAP_H

#include <stdint.h>

/* The whole program is skipped: prints why and exits with 0. */
void skip_all(const char *why) __attribute__((__noreturn__));

/* One test is skipped. */
void skip(const char *why);

/* A line of commentary. */
void diag(const char *format, ...)
    __attribute__((__format__(__printf__, 1, 2)));

/* Prints the plan; main returns its result. */
int done_testing(void);

int ok_at(int pass, const char *file, int line, const char *format, ...)
    __attribute__((__format__(__printf__, 4, 5)));
int is_str_at(const char *got, const char *want, const char *file, int line,
              const char *name);
int is_int_at(int64_t got, int64_t want, const char *file, int line,
              const char *name);

#define ok(e, ...)         ok_at(!!(e), __FILE__, __LINE__, __VA_ARGS__)
#define is_str(g, w, name) is_str_at(g, w, __FILE__, __LINE__, name)
#define is_int(g, w, name) is_int_at(g, w, __FILE__, __LINE__, name)

#endif
