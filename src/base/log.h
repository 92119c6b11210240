/* SPDX-License-Identifier: Apache-2.0 */
/* Messages of a program to standard error, one line each: "vigia: ...". */
#ifndef VIGIA_LOG_H
#define VIGIA_LOG_H

/* The program's name in front of each line; borrowed. "vigia" until set. */
void log_name(const char *name);

/* One line; what came from outside is made safe (text_safe) as a whole. */
void log_line(const char *format, ...)
    __attribute__((__format__(__printf__, 1, 2)));

#endif
