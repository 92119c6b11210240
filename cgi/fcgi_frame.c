/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A record is a header, its content and padding; each may come in pieces.
 * When a header is complete it is decided where the content goes, and when
 * the record is complete what follows from it. Records of a request that is
 * not open (refused, aborted) are skipped, as the protocol asks.
 */
#include "cgi/fcgi_frame.h"

#include <stdlib.h>
#include <string.h>

enum {
    PAYLOAD_TOO_LARGE = 413,
    SERVICE_UNAVAILABLE = 503,
    BEGIN_BODY = 8, /* bytes of a BEGIN's content, and of an END's */
    KEPT = 16 << 10 /* bytes of memory for the next params, and body */
};

/* ---- records that are sent ---- */

void
frame_header(struct buf *out, enum fcgi_type type, unsigned id, size_t content)
{
    const unsigned char header[FCGI_HEADER] = {
        FCGI_VERSION,
        (unsigned char) type,
        (unsigned char) (id >> 8 & 0xff),
        (unsigned char) (id & 0xff),
        (unsigned char) (content >> 8 & 0xff),
        (unsigned char) (content & 0xff),
    };

    buf_add(out, header, sizeof header);
}

void
frame_end(struct buf *out, unsigned id, enum fcgi_status status)
{
    const unsigned char content[BEGIN_BODY] = {[4] = (unsigned char) status};

    frame_header(out, FCGI_END, id, sizeof content);
    buf_add(out, content, sizeof content);
}

/* ---- pairs ---- */

/* A length takes one byte, or four with the highest bit set. */
static bool
pair_length(const struct buf *params, size_t *at, size_t *length)
{
    const unsigned char *p = (const unsigned char *) params->data + *at;
    size_t left = params->len - *at;

    if (left >= 1 && p[0] < 0x80) {
        *length = p[0];
        *at += 1;
        return true;
    }
    if (left < 4)
        return false;
    *length = (size_t) (p[0] & 0x7f) << 24 | (size_t) p[1] << 16
              | (size_t) p[2] << 8 | p[3];
    *at += 4;
    return true;
}

bool
frame_pair(const struct buf *params, size_t *at, struct frame_pair *pair)
{
    size_t next = *at, name, value;

    if (next >= params->len || !pair_length(params, &next, &name)
        || !pair_length(params, &next, &value))
        return false;
    if (name > params->len - next || value > params->len - next - name)
        return false;
    *pair = (struct frame_pair){
        .name = params->data + next,
        .name_len = name,
        .value = params->data + next + name,
        .value_len = value,
    };
    *at = next + name + value;
    return true;
}

/* libfcgi makes C strings of them: a NUL would hide what follows it. */
static bool
pairs_are_sound(const struct buf *params)
{
    struct frame_pair pair;
    size_t at = 0;

    while (frame_pair(params, &at, &pair))
        if (pair.name_len == 0 || memchr(pair.name, '\0', pair.name_len)
            || memchr(pair.name, '=', pair.name_len)
            || memchr(pair.value, '\0', pair.value_len))
            return false;
    return at == params->len;
}

/* ---- the request ---- */

bool
frame_idle(const struct frame *f)
{
    return !f->open && f->have == 0;
}

static void
charge(struct frame *f, size_t len)
{
    f->charged += len;
    f->room->used += len;
}

static void
empty(struct frame *f, struct buf *b)
{
    f->charged -= b->len;
    f->room->used -= b->len;
    if (b->cap > KEPT)
        buf_free(b);
    buf_clear(b);
}

void
frame_reset(struct frame *f)
{
    f->open = f->params_ended = false;
    f->refused = 0;
    empty(f, &f->params);
    empty(f, &f->body);
    f->room->used -= f->charged; /* the body that was moved out */
    f->charged = 0;
}

void
frame_free(struct frame *f)
{
    if (f->room)
        frame_reset(f);
    buf_free(&f->out);
    buf_free(&f->params);
    buf_free(&f->body);
    *f = (struct frame){0};
}

static void
keep_body(struct frame *f, const void *bytes, size_t len)
{
    const struct frame_room *room = f->room;

    if (f->refused)
        return;
    if (f->body.len + len > room->body_max)
        f->refused = PAYLOAD_TOO_LARGE;
    else if (room->used + len > room->total)
        f->refused = SERVICE_UNAVAILABLE;
    if (f->refused) {
        empty(f, &f->body);
        return;
    }
    buf_add(&f->body, bytes, len);
    charge(f, len);
}

/* ---- the records that come ---- */

static enum frame_result
broken(const char *why)
{
    enum err e = err_set(ERR_SYNTAX, "a FastCGI connection is wrong: %s", why);

    (void) e; /* the text is what counts */
    return FRAME_BROKEN;
}

static unsigned
record_id(const struct frame *f)
{
    return (unsigned) f->header[2] << 8 | f->header[3];
}

static bool
is_ours(const struct frame *f)
{
    return f->open && record_id(f) == f->id;
}

/* What the content is for, if it is for anything. */
static enum frame_result
begin_record(struct frame *f)
{
    unsigned type = f->header[1];

    f->content = (size_t) f->header[4] << 8 | f->header[5];
    f->padding = f->header[6];
    f->small_len = 0;
    f->sink = SINK_NONE;
    if (f->header[0] != FCGI_VERSION)
        return broken("a record of another version");
    if (record_id(f) == 0) {
        f->sink = SINK_SMALL;
        return FRAME_MORE;
    }
    if (type == FCGI_BEGIN) {
        if (f->content != BEGIN_BODY)
            return broken("a request begins with a record of a wrong length");
        f->sink = SINK_SMALL;
    } else if (type == FCGI_PARAMS && is_ours(f)) {
        if (f->params_ended)
            return broken("params come after their end");
        if (f->params.len + f->content > FRAME_PARAMS_MAX)
            return broken("the params are too long");
        if (f->room->used + f->content > f->room->total + FRAME_PARAMS_ROOM)
            return broken("there is no room for its params");
        f->sink = SINK_PARAMS;
    } else if (type == FCGI_STDIN && is_ours(f)) {
        if (!f->params_ended)
            return broken("a body comes before the end of the params");
        f->sink = SINK_BODY;
    }
    return FRAME_MORE;
}

static void
take_content(struct frame *f, const unsigned char *bytes, size_t len)
{
    size_t room = sizeof f->small - f->small_len;

    switch (f->sink) {
    case SINK_NONE:
        break;
    case SINK_SMALL: /* the rest is skipped */
        memcpy(f->small + f->small_len, bytes, len < room ? len : room);
        f->small_len += len < room ? len : room;
        break;
    case SINK_PARAMS:
        buf_add(&f->params, bytes, len);
        charge(f, len);
        break;
    case SINK_BODY:
        keep_body(f, bytes, len);
        break;
    }
}

/* A request: role (2 bytes), flags, 5 reserved bytes. */
static enum frame_result
end_begin(struct frame *f)
{
    unsigned role = (unsigned) f->small[0] << 8 | f->small[1];
    bool keep = (f->small[2] & FCGI_KEEP) != 0;

    if (is_ours(f))
        return broken("a request begins twice");
    if (f->open) {
        frame_end(&f->out, record_id(f), FCGI_CANT_MPX);
        return FRAME_MORE;
    }
    if (role != FCGI_RESPONDER) {
        frame_end(&f->out, record_id(f), FCGI_UNKNOWN_ROLE);
        return keep ? FRAME_MORE : FRAME_CLOSE;
    }
    f->open = true;
    f->keep = keep;
    f->id = (uint16_t) record_id(f); /* two bytes */
    return FRAME_MORE;
}

static enum frame_result
end_abort(struct frame *f)
{
    if (!is_ours(f))
        return FRAME_MORE;
    frame_end(&f->out, f->id, FCGI_COMPLETE);
    frame_reset(f);
    return f->keep ? FRAME_MORE : FRAME_CLOSE;
}

static enum frame_result
end_params(struct frame *f)
{
    if (!is_ours(f) || f->header[4] || f->header[5])
        return FRAME_MORE; /* only an empty record ends them */
    if (!pairs_are_sound(&f->params))
        return broken("params whose lengths do not add up");
    f->params_ended = true;
    return FRAME_MORE;
}

static enum frame_result
end_stdin(struct frame *f)
{
    bool empty = !f->header[4] && !f->header[5];

    return is_ours(f) && empty ? FRAME_REQUEST : FRAME_MORE;
}

/* Names the values that were asked for. */
static enum frame_result
end_get_values(struct frame *f)
{
    static const char *const values[][2] = {
        {"FCGI_MAX_CONNS",  "4000"},
        {"FCGI_MAX_REQS",   "4000"},
        {"FCGI_MPXS_CONNS", "0"   },
    };
    struct buf asked = {.data = (char *) f->small, .len = f->small_len};
    struct buf answer = {0};
    struct frame_pair pair;
    size_t at = 0;

    while (frame_pair(&asked, &at, &pair)) {
        for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
            const char *name = values[i][0], *value = values[i][1];

            if (pair.name_len != strlen(name)
                || memcmp(pair.name, name, pair.name_len) != 0)
                continue;
            buf_char(&answer, (char) strlen(name)); /* short, as they are */
            buf_char(&answer, (char) strlen(value));
            buf_str(&answer, name);
            buf_str(&answer, value);
        }
    }
    frame_header(&f->out, FCGI_GET_VALUES_RESULT, 0, answer.len);
    buf_add(&f->out, answer.data, answer.len);
    buf_free(&answer);
    return FRAME_MORE;
}

static enum frame_result
end_unknown(struct frame *f)
{
    const unsigned char content[BEGIN_BODY] = {f->header[1]};

    frame_header(&f->out, FCGI_UNKNOWN_TYPE, 0, sizeof content);
    buf_add(&f->out, content, sizeof content);
    return FRAME_MORE;
}

static enum frame_result
end_record(struct frame *f)
{
    static enum frame_result (*const ends[])(struct frame *) = {
        [FCGI_BEGIN] = end_begin,
        [FCGI_ABORT] = end_abort,
        [FCGI_PARAMS] = end_params,
        [FCGI_STDIN] = end_stdin,
    };
    unsigned type = f->header[1];

    f->have = 0;
    if (record_id(f) == 0)
        return type == FCGI_GET_VALUES ? end_get_values(f) : end_unknown(f);
    if (type < sizeof ends / sizeof *ends && ends[type])
        return ends[type](f);
    return FRAME_MORE;
}

static size_t
smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* One step: the header, the content, or the padding, as far as it is there;
 * *whole when the record is. */
static enum frame_result
feed_record(struct frame *f, const unsigned char *p, size_t len, size_t *used,
            bool *whole)
{
    enum frame_result result;
    size_t n = smaller(FCGI_HEADER - f->have, len);

    if (f->have < FCGI_HEADER) {
        memcpy(f->header + f->have, p, n);
        f->have += n;
        *used = n;
        if (f->have < FCGI_HEADER)
            return FRAME_MORE;
        result = begin_record(f);
        *whole = f->content + f->padding == 0;
        return result;
    }
    n = smaller(f->content, len);
    if (n > 0)
        take_content(f, p, n);
    f->content -= n;
    *used = n;
    n = smaller(f->padding, len - n);
    f->padding -= n;
    *used += n;
    *whole = f->content + f->padding == 0;
    return FRAME_MORE;
}

enum frame_result
frame_feed(struct frame *f, const void *bytes, size_t len, size_t *used)
{
    const unsigned char *p = bytes;
    enum frame_result result = FRAME_MORE;

    *used = 0;
    while (*used < len && result == FRAME_MORE) {
        bool whole = false;
        size_t n = 0;

        result = feed_record(f, p + *used, len - *used, &n, &whole);
        *used += n;
        if (result == FRAME_MORE && whole)
            result = end_record(f);
    }
    return result;
}
