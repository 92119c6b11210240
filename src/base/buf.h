/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory that aborts on exhaustion, and struct buf: the one way to build a
 * text or a byte string. Every size that comes from outside is compared with
 * a named limit before it gets here.
 */
#ifndef VIGIA_BUF_H
#define VIGIA_BUF_H

#include <stddef.h>

void *xmalloc(size_t size);
void *xmalloc_huge(size_t size); /* in large pages, if it is that much */
void *xcalloc(size_t count, size_t size);
void *xreallocarray(void *p, size_t count, size_t size);
char *xstrdup(const char *s);
char *xstrndup(const char *s, size_t len);

/* Starts as {0}. data is NUL-terminated after every call that adds. */
struct buf {
    char *data;
    size_t len; /* without the NUL */
    size_t cap;
};

void buf_add(struct buf *b, const void *bytes, size_t len);
void buf_str(struct buf *b, const char *s);
void buf_printf(struct buf *b, const char *format, ...)
    __attribute__((__format__(__printf__, 2, 3)));

/* Here, because writers of JSON live on it. */
static inline void
buf_char(struct buf *b, char c)
{
    if (b->cap - b->len < 2) { /* len is below cap, or both are 0 */
        buf_add(b, &c, 1);
        return;
    }
    b->data[b->len++] = c;
    b->data[b->len] = '\0';
}

/* Room for len more bytes; the caller writes at data + len and adds to len. */
void buf_reserve(struct buf *b, size_t len);

/* The text, "" when nothing was added yet. Borrowed until the next change. */
const char *buf_text(const struct buf *b);

/* Hands the text to the caller, who frees it; b is empty afterwards. */
char *buf_steal(struct buf *b);

/* Empties b and keeps its memory. */
void buf_clear(struct buf *b);

/* Frees what b owns and zeroes it. */
void buf_free(struct buf *b);

#endif
