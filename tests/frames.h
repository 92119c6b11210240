/* SPDX-License-Identifier: Apache-2.0 */
/* FastCGI records for tests: what a web server sends. */
#ifndef VIGIA_FRAMES_H
#define VIGIA_FRAMES_H

#include <string.h>

#include "base/buf.h"
#include "cgi/fcgi_frame.h"

/* A record with as many bytes of padding. */
static inline void
put_record(struct buf *b, unsigned type, unsigned id, const char *content,
           size_t len, unsigned char padding)
{
    size_t at = b->len;

    frame_header(b, type, id, len);
    b->data[at + 6] = (char) padding; /* a byte is a byte */
    buf_add(b, content, len);
    for (unsigned i = 0; i < padding; i++)
        buf_char(b, '\0');
}

static inline void
put_begin(struct buf *b, unsigned id, unsigned role, unsigned flags)
{
    const char content[8] = {[1] = (char) role, [2] = (char) flags};

    put_record(b, FCGI_BEGIN, id, content, sizeof content, 0);
}

static inline void
put_length(struct buf *b, size_t len)
{
    if (len < 128) {
        buf_char(b, (char) len); /* fits */
        return;
    }
    for (int shift = 24; shift >= 0; shift -= 8)
        buf_char(b, (char) ((len | 0x80000000) >> shift & 0xff));
}

static inline void
put_pair(struct buf *b, const char *name, const char *value)
{
    put_length(b, strlen(name));
    put_length(b, strlen(value));
    buf_str(b, name);
    buf_str(b, value);
}

/* Params, in records of at most portion bytes, and their end. */
static inline void
put_params(struct buf *b, unsigned id, const struct buf *params,
           size_t portion)
{
    for (size_t at = 0; at < params->len; at += portion) {
        size_t left = params->len - at;

        put_record(b, FCGI_PARAMS, id, params->data + at,
                   left < portion ? left : portion, 3);
    }
    put_record(b, FCGI_PARAMS, id, "", 0, 0);
}

/* A body in records of at most portion bytes, and its end. */
static inline void
put_body(struct buf *b, unsigned id, const char *body, size_t len,
         size_t portion)
{
    for (size_t at = 0; at < len; at += portion)
        put_record(b, FCGI_STDIN, id, body + at,
                   len - at < portion ? len - at : portion, 1);
    put_record(b, FCGI_STDIN, id, "", 0, 0);
}

#endif
