/* SPDX-License-Identifier: Apache-2.0 */
/* Errors. The text and the details are thread-local and of fixed size. */
#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT_MAX = 1000, DETAILS_MAX = 100 };

static _Thread_local char text[TEXT_MAX];
static _Thread_local struct err_detail details[DETAILS_MAX];
static _Thread_local size_t detail_count;

void
err_clear(void)
{
    for (size_t i = 0; i < detail_count; i++) {
        free((void *) details[i].pointer); /* ours: strdup below */
        free((void *) details[i].text);
    }
    detail_count = 0;
    text[0] = '\0';
}

enum err
err_set(enum err code, const char *format, ...)
{
    char fresh[TEXT_MAX]; /* the arguments may point into the old text */
    va_list ap;

    va_start(ap, format);
    (void) vsnprintf(fresh, sizeof fresh, format, ap);
    va_end(ap);
    err_clear();
    memcpy(text, fresh, sizeof fresh);
    return code;
}

enum err
err_also(enum err code, const char *pointer, const char *format, ...)
{
    char fresh[TEXT_MAX];
    struct err_detail d;
    va_list ap;

    va_start(ap, format);
    (void) vsnprintf(fresh, sizeof fresh, format, ap);
    va_end(ap);
    if (text[0] == '\0')
        memcpy(text, fresh, sizeof fresh);
    if (detail_count == DETAILS_MAX)
        return code;
    d.pointer = strdup(pointer);
    d.text = strdup(fresh);
    if (!d.pointer || !d.text)
        abort();
    details[detail_count++] = d;
    return code;
}

void
err_within(const char *parent)
{
    for (size_t i = 0; i < detail_count; i++) {
        size_t size = strlen(parent) + strlen(details[i].pointer) + 1;
        char *pointer = malloc(size);

        if (!pointer)
            abort();
        (void) snprintf(pointer, size, "%s%s", parent, details[i].pointer);
        free((void *) details[i].pointer); /* ours: strdup above */
        details[i].pointer = pointer;
    }
}

const char *
err_text(void)
{
    return text;
}

const struct err_detail *
err_details(size_t *count)
{
    *count = detail_count;
    return details;
}
