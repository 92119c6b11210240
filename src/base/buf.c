/* SPDX-License-Identifier: Apache-2.0 */
/* Growth is by doubling; one byte is always kept for the final NUL. */
#include "base/buf.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { HUGE_PAGE = 2 << 20 };

static void *
checked(void *p)
{
    if (!p) {
        (void) fputs("vigia: out of memory\n", stderr);
        abort();
    }
    return p;
}

void *
xmalloc(size_t size)
{
    return checked(malloc(size ? size : 1));
}

void *
xmalloc_huge(size_t size)
{
    void *p = NULL;

    if (size < HUGE_PAGE)
        return xmalloc(size);
    if (posix_memalign(&p, HUGE_PAGE, size) != 0)
        p = NULL;
    (void) checked(p);
#ifdef MADV_HUGEPAGE
    (void) madvise(p, size, MADV_HUGEPAGE); /* refused: small ones do, too */
#endif
    return p;
}

void *
xcalloc(size_t count, size_t size)
{
    return checked(calloc(count ? count : 1, size ? size : 1));
}

void *
xreallocarray(void *p, size_t count, size_t size)
{
    return checked(reallocarray(p, count ? count : 1, size ? size : 1));
}

char *
xstrdup(const char *s)
{
    return checked(strdup(s));
}

char *
xstrndup(const char *s, size_t len)
{
    return checked(strndup(s, len));
}

void
buf_reserve(struct buf *b, size_t len)
{
    size_t cap = b->cap ? b->cap : 64;

    if (len < b->cap - b->len)
        return;
    if (len >= SIZE_MAX / 4 - b->len)
        (void) checked(NULL);
    while (cap < b->len + len + 1)
        cap *= 2;
    b->data = xreallocarray(b->data, cap, 1);
    b->cap = cap;
    b->data[b->len] = '\0';
}

void
buf_add(struct buf *b, const void *bytes, size_t len)
{
    if (len >= b->cap - b->len) /* mostly there is room: no call */
        buf_reserve(b, len);
    if (len > 0)
        memcpy(b->data + b->len, bytes, len);
    b->len += len;
    b->data[b->len] = '\0';
}

void
buf_str(struct buf *b, const char *s)
{
    buf_add(b, s, strlen(s));
}

void
buf_printf(struct buf *b, const char *format, ...)
{
    va_list ap, again;
    int n;

    va_start(ap, format);
    va_copy(again, ap);
    buf_reserve(b, 64);
    n = vsnprintf(b->data + b->len, b->cap - b->len, format, ap);
    if (n < 0)
        abort();                         /* only a wrong format can do this */
    if ((size_t) n >= b->cap - b->len) { /* n is not negative */
        buf_reserve(b, (size_t) n);
        (void) vsnprintf(b->data + b->len, b->cap - b->len, format, again);
    }
    b->len += (size_t) n;
    va_end(again);
    va_end(ap);
}

const char *
buf_text(const struct buf *b)
{
    return b->data ? b->data : "";
}

char *
buf_steal(struct buf *b)
{
    char *s = b->data ? b->data : xstrdup("");

    *b = (struct buf){0};
    return s;
}

void
buf_clear(struct buf *b)
{
    b->len = 0;
    if (b->data)
        b->data[0] = '\0';
}

void
buf_free(struct buf *b)
{
    free(b->data);
    *b = (struct buf){0};
}
