/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The HTTP listener and the loop: peers that go, or wait, while their request
 * has its turn. The loop is one of this test, so that each step comes when it
 * is due here and not when the machine has time.
 */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cgi/app.h"
#include "cgi/serve.h"
#include "cgi/socket.h"
#include "cgi/turn.h"
#include "lab.h"

#define PATIENCE_US (60 * CLOCK_SECOND)

/* ---- a loop that does nothing by itself */

struct loop {
    int epoll; /* the listener's */
    void (*ready)(uint32_t events, void *arg);
    void (*before)(int64_t *wait_us, void *arg);
    void (*after)(void *arg);
    void *arg;
    int busy;
    struct exchange *x; /* what waits for its turn */
    void (*reply)(struct exchange *x, void *arg);
    void *reply_arg;
};

static struct loop loop;

enum err
loop_watch(struct loop *l, int fd, uint32_t events,
           void (*ready)(uint32_t events, void *arg), void *arg)
{
    (void) events;
    l->epoll = fd;
    l->ready = ready;
    l->arg = arg;
    return ERR_OK;
}

void
loop_forget(struct loop *l, int fd)
{
    (void) l, (void) fd;
}

void
loop_each(struct loop *l, void (*before)(int64_t *wait_us, void *arg),
          void (*after)(void *arg), void *arg)
{
    l->before = before;
    l->after = after;
    l->arg = arg;
}

void
loop_busy(struct loop *l, int change)
{
    l->busy += change;
}

bool
loop_stopping(const struct loop *l)
{
    (void) l;
    return false;
}

void
loop_submit(struct loop *l, struct exchange *x,
            void (*reply)(struct exchange *x, void *arg), void *arg)
{
    l->x = x;
    l->reply = reply;
    l->reply_arg = arg;
}

/* ---- its steps */

/* The listener reads what has come, in the same round. */
static bool
read_more(void)
{
    struct pollfd fd = {.fd = loop.epoll, .events = POLLIN};

    if (poll(&fd, 1, PATIENCE_US / 1000) != 1)
        return false;
    loop.ready(EPOLLIN, loop.arg);
    return true;
}

/* The listener sends, and waits for nothing. */
static void
next_round(void)
{
    int64_t wait_us = -1;

    loop.before(&wait_us, loop.arg);
    loop.after(loop.arg);
}

static void
reply(int status)
{
    struct exchange *x = loop.x;

    loop.x = NULL;
    x->response.status = status;
    buf_str(&x->response.body, "false");
    loop.reply(x, loop.reply_arg);
}

/* ---- peers */

static struct listener listener;

/* Connects, sends, and is read until its request waits for its turn. */
static int
asked(const char *request)
{
    struct sockaddr_storage address;
    socklen_t len = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (fd < 0
        || getsockname(listener.fd, (struct sockaddr *) &address, &len) != 0
        || connect(fd, (struct sockaddr *) &address, len) != 0
        || send(fd, request, strlen(request), MSG_NOSIGNAL) < 0)
        must(err_set(ERR_IO, "no connection: %s", strerror(errno)));
    while (!loop.x)
        if (!read_more())
            must(err_set(ERR_IO, "the request is not read"));
    return fd;
}

static int
predict(void)
{
    return asked("POST /P/predict HTTP/1.1\r\nHost: x\r\n"
                 "Content-Length: 12\r\n\r\n{\"value\":10}");
}

static void
reset(int fd)
{
    struct linger now = {.l_onoff = 1};

    (void) setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    (void) close(fd);
}

/* Goes on until the whole answer has come: does it begin so? */
static bool
answered(int fd, const char *begin)
{
    int64_t until = clock_elapsed() + PATIENCE_US;
    char text[4096] = "";
    size_t len = 0;

    while (!strstr(text, "\r\n\r\nfalse") && clock_elapsed() < until) {
        ssize_t n;

        next_round();
        n = recv(fd, text + len, sizeof text - 1 - len, MSG_DONTWAIT);
        if (n == 0)
            break;
        len += n > 0 ? (size_t) n : 0;
        text[len] = '\0';
    }
    return strncmp(text, begin, strlen(begin)) == 0;
}

/* ---- the tests */

static void
test_answers(void)
{
    int fd = predict();

    reply(200);
    ok(answered(fd, "HTTP/1.1 200"), "a request is answered after its turn");
    (void) close(fd);
    fd = predict();
    next_round();
    next_round();
    reply(200);
    ok(answered(fd, "HTTP/1.1 200"), "and after several rounds");
    (void) close(fd);
    fd = asked("GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n");
    is_int(loop.x->refused, 400, "what is ambiguous is refused");
    next_round();
    reply(400);
    ok(answered(fd, "HTTP/1.1 400"), "in words");
    (void) close(fd);
}

static void
all_is_over(const char *name)
{
    int64_t until = clock_elapsed() + PATIENCE_US;

    while (loop.busy > 0 && clock_elapsed() < until)
        next_round();
    is_int(loop.busy, 0, name);
}

static void
test_leaving(void)
{
    int fd;

    all_is_over("nothing is left");
    reset(predict());
    ok(read_more(), "a peer is gone in its turn");
    is_int(loop.busy, 1, "its request has its turn");
    reply(200);
    is_int(loop.busy, 0, "and ends with it");

    fd = predict();
    next_round();
    next_round();
    reset(fd);
    reply(200);
    all_is_over("so it does when its turn was not the next one");
}

int
main(void)
{
    struct conf conf;
    struct app app = {.conf = &conf};
    struct serve *serve;

    conf_presets(&conf);
    must(listener_tcp("127.0.0.1:0", &listener));
    must(serve_open(&app, &loop, listener.fd, &serve));
    test_answers();
    test_leaving();
    serve_close(serve);
    listener_close(&listener);
    conf_free(&conf);
    return done_testing();
}
