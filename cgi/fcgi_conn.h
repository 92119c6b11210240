/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One FastCGI connection, for fcgi.c, which accepts, and drops who is late.
 *
 * A connection is in one of five states, and in the list of its state. All
 * that have a deadline have the same patience, so each list is in the order
 * of its deadlines: looking for the late costs nothing, and 500 silent peers
 * take a few hundred bytes each.
 */
#ifndef VIGIA_FCGI_CONN_H
#define VIGIA_FCGI_CONN_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "cgi/fcgi_frame.h"

struct app;
struct codec;
struct codec_call;
struct fcgi;
struct loop;

enum { FCGI_READ = 64 << 10 }; /* bytes at one go */

enum conn_state {
    CONN_NEW,       /* nothing has come yet */
    CONN_READING,   /* a request has begun */
    CONN_ANSWERING, /* it is in the loop */
    CONN_SENDING,   /* the peer does not take the answer at once */
    CONN_IDLE,      /* between two requests */
    CONN_STATES
};

struct conn {
    struct fcgi *fcgi;
    struct conn *prev, *next; /* in the list of its state */
    enum conn_state state;
    int64_t since; /* clock_elapsed() */
    int fd;
    bool unwatched; /* while it is being answered */
    bool ends;      /* once everything is sent */
    struct frame frame;
    struct codec_call *call; /* of the request in the loop */
    struct buf rest;         /* what came behind it */
    size_t sent;             /* bytes of frame.out */
};

struct list {
    struct conn *first, *last; /* the first has waited longest */
};

struct fcgi {
    struct app *app;
    struct loop *loop;
    struct codec *codec;
    int listener;
    bool listening; /* the listener is watched */
    bool stopping;
    size_t count, max;  /* connections */
    int64_t paused;     /* clock_elapsed() when listening ended for a while */
    int64_t stopped;    /* clock_elapsed() when stopping began */
    int64_t complained; /* the same of the last line about a peer */
    struct list lists[CONN_STATES];
    struct frame_room room;
    char bytes[FCGI_READ]; /* what a connection has sent just now */
};

/* Takes a new connection; fd is closed when that fails. */
CHECKED enum err conn_open(struct fcgi *f, int fd);

/* Not one whose request is in the loop. */
void conn_close(struct conn *c);

/* Reads once what is there, and hands a complete request to the loop. */
void conn_read(struct conn *c);

#endif
