/* SPDX-License-Identifier: Apache-2.0 */
/*
 * In the common case a request costs no epoll_ctl(): it is read, answered in
 * the turn that follows and written at once. Only a peer that does not take
 * its answer, or sends while it is being answered, has its watch changed.
 */
#include "cgi/fcgi_conn.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "cgi/app.h"
#include "cgi/fcgi_codec.h"
#include "cgi/turn.h"

enum { OUT_KEPT = 4 << 10 }; /* bytes of memory for the next answer */

/* A stopping loop waits for these. */
static const bool busy[CONN_STATES] = {
    [CONN_READING] = true, [CONN_SENDING] = true};

/* ---- lists ---- */

static void
unlink_conn(struct conn *c)
{
    struct list *list = &c->fcgi->lists[c->state];

    if (c->prev)
        c->prev->next = c->next;
    else
        list->first = c->next;
    if (c->next)
        c->next->prev = c->prev;
    else
        list->last = c->prev;
    c->prev = c->next = NULL;
}

static void
link_conn(struct conn *c, enum conn_state state)
{
    struct list *list = &c->fcgi->lists[state];

    c->state = state;
    c->since = clock_elapsed();
    c->prev = list->last;
    if (list->last)
        list->last->next = c;
    else
        list->first = c;
    list->last = c;
}

static void
move_conn(struct conn *c, enum conn_state state)
{
    loop_busy(c->fcgi->loop, busy[state] - busy[c->state]);
    unlink_conn(c);
    link_conn(c, state);
}

/* ---- closing ---- */

void
conn_close(struct conn *c)
{
    struct fcgi *f = c->fcgi;

    move_conn(c, CONN_IDLE); /* nothing to wait for */
    unlink_conn(c);
    if (!c->unwatched)
        loop_forget(f->loop, c->fd);
    (void) close(c->fd);
    f->count--;
    codec_drop(c->call);
    frame_free(&c->frame);
    buf_free(&c->rest);
    free(c);
}

/* ---- sending ---- */

/* As much as the peer takes; false when it is gone. */
static bool
send_out(struct conn *c)
{
    struct buf *out = &c->frame.out;

    while (c->sent < out->len) {
        ssize_t n = send(c->fd, out->data + c->sent, out->len - c->sent,
                         MSG_NOSIGNAL | MSG_DONTWAIT);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return errno == EAGAIN;
        c->sent += (size_t) n; /* not negative */
    }
    c->sent = 0;
    if (out->cap > OUT_KEPT)
        buf_free(out);
    buf_clear(out);
    return true;
}

/* Where a connection stands when nothing of it is in the loop. */
static enum conn_state
state_of(const struct conn *c)
{
    if (c->frame.out.len > 0)
        return CONN_SENDING;
    return frame_idle(&c->frame) ? CONN_IDLE : CONN_READING;
}

/* Sends, and sets state and watch to what is left to do. False: the
 * connection is closed. */
static bool
settle(struct conn *c)
{
    struct fcgi *f = c->fcgi;
    bool sending = c->state == CONN_SENDING, open = send_out(c);
    enum conn_state state = state_of(c);

    if (state != CONN_SENDING)
        open = open && !c->ends;
    if (state == CONN_IDLE)
        open = open && !(f->stopping && c->rest.len == 0);
    if (open && sending != (state == CONN_SENDING))
        open = loop_change(f->loop, c->fd, sending ? EPOLLIN : EPOLLOUT)
               == ERR_OK;
    if (!open)
        conn_close(c);
    else if (state != c->state)
        move_conn(c, state);
    return open;
}

/* ---- requests ---- */

static void on_ready(uint32_t events, void *arg);
static void use_bytes(struct conn *c, const char *bytes, size_t len);

/* What came behind a request has its turn once the answer is sent. */
static void
use_rest(struct conn *c)
{
    struct buf rest = c->rest;

    if (c->state != CONN_IDLE || rest.len == 0)
        return;
    c->rest = (struct buf){0};
    use_bytes(c, rest.data, rest.len);
    buf_free(&rest);
}

/* The memory of its body may serve the next one. */
static void
give_back(struct conn *c, struct exchange *x)
{
    struct buf body = x->request.body;

    x->request.body = c->frame.body;
    c->frame.body = body;
}

static void
reply(struct exchange *x, void *arg)
{
    struct conn *c = arg;
    struct fcgi *f = c->fcgi;
    enum err e = codec_answer(f->codec, c->call, &x->response,
                              x->request.method == METHOD_HEAD, &c->frame.out);

    c->call = NULL;
    give_back(c, x);
    exchange_free(x);
    if (e != ERR_OK)
        log_line("%s", err_text());
    if (e != ERR_OK || !c->frame.keep)
        c->ends = true;
    frame_reset(&c->frame);
    if (c->unwatched && loop_watch(f->loop, c->fd, EPOLLIN, on_ready, c)) {
        conn_close(c);
        return;
    }
    c->unwatched = false;
    if (settle(c))
        use_rest(c);
}

/* Hands the request of the frame to the loop. False: it cannot be read. */
static bool
submit(struct conn *c)
{
    struct fcgi *f = c->fcgi;
    struct exchange *x = exchange_new(f->app);
    enum err e = codec_decode(f->codec, &c->frame, &x->request, &c->call);

    if (!c->call) {
        log_line("%s", err_text());
        exchange_free(x);
        return false;
    }
    x->refused = e == ERR_OK ? c->frame.refused : 400;
    move_conn(c, CONN_ANSWERING);
    loop_submit(f->loop, x, reply, c);
    return true;
}

/* Somebody speaks another language here; not more than one line a second. */
static void
complain(struct fcgi *f)
{
    int64_t now = clock_elapsed();

    if (now - f->complained < CLOCK_SECOND)
        return;
    f->complained = now;
    log_line("%s", err_text());
}

static void
use_bytes(struct conn *c, const char *bytes, size_t len)
{
    enum frame_result result = FRAME_MORE;
    size_t used = 0;

    result = frame_feed(&c->frame, bytes, len, &used);
    switch (result) {
    case FRAME_REQUEST:
        if (submit(c)) {
            if (used < len)
                buf_add(&c->rest, bytes + used, len - used);
            return;
        }
        c->ends = true;
        break;
    case FRAME_BROKEN:
        complain(c->fcgi);
        c->ends = true;
        break;
    case FRAME_CLOSE:
        c->ends = true;
        break;
    case FRAME_MORE:
        break;
    }
    (void) settle(c); /* true or false, nothing follows */
}

/* ---- events ---- */

void
conn_read(struct conn *c)
{
    struct fcgi *f = c->fcgi;
    ssize_t n = recv(c->fd, f->bytes, sizeof f->bytes, MSG_DONTWAIT);

    if (n > 0)
        use_bytes(c, f->bytes, (size_t) n); /* positive */
    else if (n == 0 || (errno != EAGAIN && errno != EINTR))
        conn_close(c);
}

static void
on_ready(uint32_t events, void *arg)
{
    struct conn *c = arg;

    (void) events;
    switch (c->state) {
    case CONN_ANSWERING: /* it has to wait, and is not to wake us again */
        loop_forget(c->fcgi->loop, c->fd);
        c->unwatched = true;
        break;
    case CONN_SENDING:
        if (settle(c))
            use_rest(c);
        break;
    case CONN_NEW:
    case CONN_READING:
    case CONN_IDLE:
        conn_read(c);
        break;
    case CONN_STATES:
        break;
    }
}

enum err
conn_open(struct fcgi *f, int fd)
{
    struct conn *c = xcalloc(1, sizeof *c);
    enum err e = loop_watch(f->loop, fd, EPOLLIN, on_ready, c);

    if (e != ERR_OK) {
        (void) close(fd);
        free(c);
        return e;
    }
    c->fcgi = f;
    c->fd = fd;
    c->frame.room = &f->room;
    f->count++;
    link_conn(c, CONN_NEW);
    return ERR_OK;
}
