/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libmicrohttpd has no thread of its own: its epoll descriptor is watched by
 * our loop, and MHD_run() is called when something is ready. A request that
 * is complete goes to the loop; libmicrohttpd asks again with every run, and
 * is given the answer in the one after the turn. A request that has to wait
 * longer suspends its connection, and the reply resumes it: done for each,
 * this would take four calls of the kernel a request. Timeouts are those of
 * peers.h; libmicrohttpd has none.
 */
#include "cgi/serve.h"

#include <microhttpd.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/number.h"
#include "cgi/app.h"
#include "cgi/peers.h"
#include "cgi/turn.h"

enum {
    PEER_BYTES = 16 << 10, /* for the head of a request and of its answer;
                            * libmicrohttpd clears them for each */
    LAST_RUNS = 100,       /* each accepts a few connections */
    /* statuses; older libraries have other names for them */
    BAD_REQUEST = 400,
    CONTENT_TOO_LARGE = 413,
    UNAVAILABLE = 503
};

#define IDLE_US (60 * CLOCK_SECOND) /* between two requests */

struct serve {
    struct app *app;
    struct loop *loop;
    struct MHD_Daemon *daemon;
    int listener, epoll; /* ours, the daemon's */
    struct peers peers;
    size_t bodies;           /* bytes of all bodies kept */
    uint64_t round;          /* of the loop: waits until now */
    bool submitted, replied; /* since the last wait */
    bool due;                /* MHD_run() is, whatever epoll says */
    bool quiet;              /* no new connections */
};

static int64_t
read_timeout(const struct serve *s)
{
    return s->app->conf->fcgi_read_timeout;
}

/* The request is over: its answer was sent, or the peer is gone. */
static void
finish(struct peer *p)
{
    if (!p->x)
        return;
    p->serve->bodies -= p->x->request.body.len;
    exchange_free(p->x);
    p->x = NULL;
    p->taken = 0;
    peer_phase(p, PHASE_IDLE, IDLE_US);
}

/* ---- requests ---- */

static void *
see_target(void *cls, const char *target, struct MHD_Connection *connection)
{
    struct serve *s = cls;
    struct peer *p =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT)
            ->socket_context;

    p->x = exchange_new(s->app);
    p->x->request.target = xstrdup(target);
    peer_phase(p, PHASE_HEAD, read_timeout(s));
    return p;
}

/* Takes the headers that are looked at and count. One that comes twice is one
 * list, as HTTP has it: so nobody hides the address that a proxy added below.
 */
static enum MHD_Result
see_header(void *cls, enum MHD_ValueKind kind, const char *name,
           const char *value)
{
    struct request *r = cls;
    struct buf both = {0};

    (void) kind;
    for (size_t i = 0; value && i < HEADERS; i++) {
        if (strcasecmp(name, header_names[i]) != 0 || !header_counts(i, value))
            continue;
        if (!r->headers[i]) {
            r->headers[i] = xstrdup(value);
        } else {
            buf_printf(&both, "%s, %s", r->headers[i], value);
            free(r->headers[i]);
            r->headers[i] = buf_steal(&both);
        }
        break;
    }
    return MHD_YES;
}

/* The headers that say where a request ends, and whom it is for. */
struct framing {
    unsigned hosts, lengths, codings;
    bool odd; /* a coding that is not chunked: MHD knows no other */
};

static enum MHD_Result
see_frame(void *cls, enum MHD_ValueKind kind, const char *name,
          const char *value)
{
    struct framing *f = cls;

    (void) kind;
    f->hosts += strcasecmp(name, MHD_HTTP_HEADER_HOST) == 0;
    f->lengths += strcasecmp(name, MHD_HTTP_HEADER_CONTENT_LENGTH) == 0;
    if (strcasecmp(name, MHD_HTTP_HEADER_TRANSFER_ENCODING) == 0) {
        f->codings++;
        f->odd = f->odd || !value || strcasecmp(value, "chunked") != 0;
    }
    return MHD_YES;
}

/* Servers read such a head in different ways: what is a body to the proxy
 * before us could be another request to us. */
static bool
is_ambiguous(const struct peer *p)
{
    struct framing f = {0};

    MHD_get_connection_values(p->connection, MHD_HEADER_KIND, see_frame, &f);
    return f.hosts > 1 || f.lengths + f.codings > 1 || f.odd;
}

/* What a body of len bytes more would be refused with; 0: nothing. */
static int
refusal(const struct peer *p, size_t len)
{
    const struct serve *s = p->serve;
    const struct conf *conf = s->app->conf;
    size_t size = p->x->request.body.len + len;

    if (size > (size_t) conf->rest_body_max) /* positive */
        return CONTENT_TOO_LARGE;
    if (s->bodies + len > (size_t) conf->rest_body_total)
        return UNAVAILABLE;
    return 0;
}

/* A body that is not kept is read all the same, so that a peer that looks up
 * only when it has sent everything finds the answer; but not for ever. */
static bool
is_endless(const struct peer *p, size_t len)
{
    return len > 2 * (size_t) p->serve->app->conf->rest_body_max;
}

/* The connection was closed while its request was in the loop, or is now. */
static void
leave(struct peer *p)
{
    p->connection = NULL;
    if (p->phase == PHASE_TURN)
        return;
    finish(p);
    peer_close(p);
}

static void
reply(struct exchange *x, void *arg)
{
    struct peer *p = arg;

    peer_phase(p, PHASE_ANSWER, read_timeout(p->serve));
    peer_moved(p, x->response.body.len);
    p->serve->replied = true;
    if (!p->connection)
        leave(p);
    else if (p->suspended)
        MHD_resume_connection(p->connection);
}

static void
suspend(struct peer *p)
{
    MHD_suspend_connection(p->connection);
    p->suspended = true;
}

static void
submit(struct peer *p)
{
    p->suspended = false;
    p->round = p->serve->round;
    peer_phase(p, PHASE_TURN, 0);
    p->serve->submitted = true;
    loop_submit(p->serve->loop, p->x, reply, p);
}

static enum MHD_Result
see_head(struct peer *p, const char *method)
{
    struct request *r = &p->x->request;
    const char *value;
    int64_t len = 0;

    r->method = method_of(method);
    r->remote = xstrdup(p->address);
    MHD_get_connection_values(p->connection, MHD_HEADER_KIND, see_header, r);
    value = MHD_lookup_connection_value(p->connection, MHD_HEADER_KIND,
                                        MHD_HTTP_HEADER_CONTENT_LENGTH);
    if (value && number_int(value, 0, INT64_MAX, &len) != ERR_OK)
        len = 0; /* chunks come, or libmicrohttpd has refused it */
    p->x->refused = is_ambiguous(p)
                        ? BAD_REQUEST
                        : refusal(p, (size_t) len); /* not negative */
    peer_phase(p, PHASE_BODY, read_timeout(p->serve));
    value = MHD_lookup_connection_value(p->connection, MHD_HEADER_KIND,
                                        MHD_HTTP_HEADER_EXPECT);
    /* Answered before its body, a connection is closed. */
    if (p->x->refused == BAD_REQUEST
        || (p->x->refused && (value || is_endless(p, (size_t) len)))) {
        submit(p);
        suspend(p); /* else its body would be read */
    }
    return MHD_YES;
}

static enum MHD_Result
see_body(struct peer *p, const char *bytes, size_t len)
{
    struct buf *body = &p->x->request.body;

    p->taken += len;
    peer_moved(p, len);
    if (!p->x->refused)
        p->x->refused = refusal(p, len);
    if (!p->x->refused) {
        buf_add(body, bytes, len);
        p->serve->bodies += len;
    } else if (is_endless(p, p->taken)) {
        return MHD_NO;
    } else {
        p->serve->bodies -= body->len;
        buf_free(body);
    }
    return MHD_YES;
}

/* ---- answers ---- */

/* Moves the lines "Name: value\r\n" into the response, cutting them. */
static void
add_headers(struct MHD_Response *response, struct buf *headers)
{
    char *line = headers->data, *end, *value;

    for (; line && (end = strstr(line, "\r\n")); line = end + 2) {
        *end = '\0';
        value = strstr(line, ": ");
        if (!value)
            continue;
        *value = '\0';
        (void) MHD_add_response_header(response, line, value + 2);
    }
}

/* The body stays the exchange's, which lives until the answer is sent. */
static enum MHD_Result
answer(struct peer *p)
{
    struct response *r = &p->x->response;
    struct MHD_Response *response = MHD_create_response_from_buffer(
        r->body.len, r->body.data, MHD_RESPMEM_PERSISTENT);
    enum MHD_Result result;

    if (!response)
        return MHD_NO;
    if (r->type)
        (void) MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE,
                                       r->type);
    add_headers(response, &r->headers);
    if (loop_stopping(p->serve->loop) || p->x->refused == BAD_REQUEST)
        (void) MHD_add_response_header(response, MHD_HTTP_HEADER_CONNECTION,
                                       "close");
    /* r->status is one of ours: positive */
    result = MHD_queue_response(p->connection, (unsigned) r->status, response);
    MHD_destroy_response(response);
    return result;
}

/* ---- what libmicrohttpd calls ---- */

static enum MHD_Result
on_request(void *cls, struct MHD_Connection *connection, const char *url,
           const char *method, const char *version, const char *bytes,
           size_t *len, void **context)
{
    struct peer *p = *context;
    enum MHD_Result result = MHD_YES;

    (void) cls, (void) connection, (void) url, (void) version;
    switch (p->phase) {
    case PHASE_HEAD:
        return see_head(p, method);
    case PHASE_BODY:
        if (*len > 0)
            result = see_body(p, bytes, *len);
        else
            submit(p);
        *len = 0;
        return result;
    case PHASE_TURN:
        if (p->round != p->serve->round) /* its turn was not the last one */
            suspend(p);
        return MHD_YES;
    case PHASE_ANSWER:
        return answer(p);
    case PHASE_IDLE:
        break;
    }
    return MHD_NO;
}

static void
on_finish(void *cls, struct MHD_Connection *connection, void **context,
          enum MHD_RequestTerminationCode why)
{
    struct peer *p = *context;

    (void) cls, (void) connection, (void) why;
    if (p && p->phase != PHASE_TURN) /* else reply() will */
        finish(p);
}

static struct peer *
welcome(struct serve *s, struct MHD_Connection *connection)
{
    int fd =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)
            ->connect_fd;
    const struct sockaddr *address =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS)
            ->client_addr;
    struct peer *p = peer_open(&s->peers, fd, address, read_timeout(s));

    p->serve = s;
    p->connection = connection;
    return p;
}

static void
on_connection(void *cls, struct MHD_Connection *connection, void **context,
              enum MHD_ConnectionNotificationCode what)
{
    if (what == MHD_CONNECTION_NOTIFY_STARTED) {
        *context = welcome(cls, connection);
    } else if (*context) {
        leave(*context);
    }
}

/* ---- the loop ---- */

static void
run(struct serve *s)
{
    s->replied = s->due = false;
    (void) MHD_run(s->daemon);
}

/* No new connections, but those that have come, and what they have sent,
 * count; those that wait for nothing of ours end. */
static void
stop(struct serve *s)
{
    struct pollfd waiting = {.fd = s->listener, .events = POLLIN};

    s->quiet = true;
    for (int i = 0; i < LAST_RUNS
                    && (poll(&waiting, 1, 0) > 0 || peers_unread(&s->peers));
         i++)
        run(s);
    (void) MHD_quiesce_daemon(s->daemon);
    run(s);
    peers_drop_idle(&s->peers);
}

static void
on_ready(uint32_t events, void *arg)
{
    (void) events;
    run(arg);
}

static void
before_wait(int64_t *wait_us, void *arg)
{
    struct serve *s = arg;
    int64_t limit = peers_sweep(&s->peers);
    MHD_UNSIGNED_LONG_LONG ms;

    s->submitted = false;
    s->round++;
    if (loop_stopping(s->loop) && !s->quiet)
        stop(s);
    if (s->replied)
        run(s);
    /* All timeouts are ours: if it has one, it is 0. */
    s->due = MHD_get_timeout(s->daemon, &ms) == MHD_YES;
    if (s->submitted || s->due)
        limit = 0;
    if (limit >= 0 && (*wait_us < 0 || limit < *wait_us))
        *wait_us = limit;
}

static void
after_wait(void *arg)
{
    struct serve *s = arg;

    if (s->due)
        run(s);
}

/* ---- opening ---- */

enum err
serve_open(struct app *app, struct loop *loop, int listener,
           struct serve **out)
{
    struct serve *s = xcalloc(1, sizeof *s);
    const union MHD_DaemonInfo *info;
    enum err e;

    s->app = app;
    s->loop = loop;
    s->listener = listener;
    peers_init(&s->peers, loop);
    s->daemon = MHD_start_daemon(
        MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL, on_request, s,
        MHD_OPTION_LISTEN_SOCKET, listener, MHD_OPTION_CONNECTION_LIMIT,
        (unsigned) s->peers.max, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
        (size_t) PEER_BYTES, MHD_OPTION_CONNECTION_TIMEOUT, 0U,
        MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_URI_LOG_CALLBACK,
        see_target, s, MHD_OPTION_NOTIFY_COMPLETED, on_finish, s,
        MHD_OPTION_NOTIFY_CONNECTION, on_connection, s, MHD_OPTION_END);
    if (!s->daemon) {
        free(s);
        return err_set(ERR_UNAVAILABLE,
                       "the HTTP listener (libmicrohttpd) does not start");
    }
    info = MHD_get_daemon_info(s->daemon, MHD_DAEMON_INFO_EPOLL_FD);
    s->epoll = info->epoll_fd;
    e = loop_watch(loop, s->epoll, EPOLLIN, on_ready, s);
    if (e != ERR_OK) {
        serve_close(s);
        return e;
    }
    loop_each(loop, before_wait, after_wait, s);
    *out = s;
    return ERR_OK;
}

void
serve_close(struct serve *s)
{
    if (!s)
        return;
    run(s); /* what the loop refused at its end is told */
    loop_forget(s->loop, s->epoll);
    (void) MHD_quiesce_daemon(s->daemon); /* the listener is not ours */
    MHD_stop_daemon(s->daemon);
    free(s);
}
