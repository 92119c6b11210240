/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The framer: what the bytes of a FastCGI connection add up to. It takes
 * them in any portions, keeps no more than the limits allow, and lets only a
 * complete, well-formed request through to libfcgi. It knows no socket.
 */
#ifndef VIGIA_FCGI_FRAME_H
#define VIGIA_FCGI_FRAME_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

/* The protocol, as far as the framer, the codec and the tests speak it. */
enum fcgi_type {
    FCGI_BEGIN = 1,
    FCGI_ABORT = 2,
    FCGI_END = 3,
    FCGI_PARAMS = 4,
    FCGI_STDIN = 5,
    FCGI_STDOUT = 6,
    FCGI_STDERR = 7,
    FCGI_DATA = 8,
    FCGI_GET_VALUES = 9,
    FCGI_GET_VALUES_RESULT = 10,
    FCGI_UNKNOWN_TYPE = 11
};

enum {
    FCGI_VERSION = 1,
    FCGI_HEADER = 8,           /* bytes in front of each record */
    FCGI_CONTENT_MAX = 0xffff, /* bytes of a record's content */
    FCGI_RESPONDER = 1,        /* the only role there is for us */
    FCGI_KEEP = 1,             /* flag: the connection stays */
    FRAME_PARAMS_MAX = 0xffff, /* bytes, so that one record holds them */
    FRAME_PARAMS_ROOM = 16 << 20
};

/* Protocol status of an END_REQUEST. */
enum fcgi_status {
    FCGI_COMPLETE,
    FCGI_CANT_MPX,
    FCGI_OVERLOADED,
    FCGI_UNKNOWN_ROLE
};

/*
 * What the requests of all connections may take together, in bytes: bodies
 * up to total, params FRAME_PARAMS_ROOM beyond it. Without its params a
 * request cannot even be refused, so long bodies must not take their room.
 */
struct frame_room {
    size_t body_max; /* of one */
    size_t total, used;
};

enum frame_result {
    FRAME_MORE,    /* all was used, and more is needed */
    FRAME_REQUEST, /* a request is complete; frame_reset() before the next */
    FRAME_CLOSE,   /* the connection ends as soon as out is sent */
    FRAME_BROKEN   /* the same, because of an error in it: err_text() */
};

struct frame {
    struct frame_room *room;
    struct buf out; /* records to send: the reader takes and clears them */

    /* The request, complete or growing. */
    bool open;         /* there is one */
    bool params_ended; /* its params are complete and well-formed */
    bool keep;         /* the connection stays after the answer */
    uint16_t id;
    int refused;       /* 413 or 503: the body is not kept; 0 */
    struct buf params; /* pairs of names and values */
    struct buf body;
    size_t charged; /* bytes of room that this request takes */

    /* The record. */
    unsigned char header[FCGI_HEADER];
    size_t have;             /* bytes of the header */
    size_t content, padding; /* bytes that are to come */
    enum frame_sink {
        SINK_NONE,
        SINK_SMALL,
        SINK_PARAMS,
        SINK_BODY
    } sink;                   /* where the content goes */
    unsigned char small[256]; /* a short content that is looked at whole */
    size_t small_len;
};

/*
 * Takes bytes up to the end of a request or all of them; *used says how
 * many. FRAME_BROKEN for a wrong version, an impossible order, params that
 * are too long or that do not add up.
 */
enum frame_result frame_feed(struct frame *f, const void *bytes, size_t len,
                             size_t *used);

/* Nothing has begun: no request, no part of a record. */
bool frame_idle(const struct frame *f);

/* Forgets the request, and gives its room back. */
void frame_reset(struct frame *f);
void frame_free(struct frame *f); /* takes a zeroed one */

/* The next pair of params from *at on; *at moves behind it. False at the end
 * or, with *at left where it is, when the lengths lead astray. */
struct frame_pair {
    const char *name, *value; /* not terminated */
    size_t name_len, value_len;
};
bool frame_pair(const struct buf *params, size_t *at, struct frame_pair *pair);

/* Adds a record's header, or a whole END_REQUEST. */
void frame_header(struct buf *out, enum fcgi_type type, unsigned id,
                  size_t content);
void frame_end(struct buf *out, unsigned id, enum fcgi_status status);

#endif
