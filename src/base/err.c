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

static char *
join(const char *a, const char *b)
{
    size_t size = strlen(a) + strlen(b) + 1;
    char *s = malloc(size);

    if (!s)
        abort();
    (void) snprintf(s, size, "%s%s", a, b);
    return s;
}

void
err_within(const char *parent)
{
    for (size_t i = 0; i < detail_count; i++) {
        char *pointer = join(parent, details[i].pointer);

        free((void *) details[i].pointer); /* ours: strdup above */
        details[i].pointer = pointer;
    }
}

static void
keep_one(struct err_kept *kept, const char *pointer, const char *words,
         const char *why)
{
    if (kept->count == DETAILS_MAX)
        return;
    if (!kept->items)
        kept->items = calloc(DETAILS_MAX, sizeof *kept->items);
    if (!kept->items)
        abort();
    kept->items[kept->count++] =
        (struct err_detail){join(pointer, ""), join(words, why)};
}

void
err_keep(struct err_kept *kept, const char *words)
{
    for (size_t i = 0; i < detail_count; i++)
        keep_one(kept, details[i].pointer, words, details[i].text);
    if (detail_count == 0)
        keep_one(kept, "", words, text);
    err_clear();
}

enum err
err_tell(struct err_kept *kept, enum err code)
{
    enum err e = ERR_OK;

    err_clear();
    for (size_t i = 0; i < kept->count; i++) {
        e = err_also(code, kept->items[i].pointer, "%s", kept->items[i].text);
        free((void *) kept->items[i].pointer); /* ours: join() above */
        free((void *) kept->items[i].text);
    }
    free(kept->items);
    *kept = (struct err_kept){0};
    return e;
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
