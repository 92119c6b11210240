/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Accepting, deadlines, stopping. Nobody is refused for good: when there is
 * no room, who has been silent longest makes way.
 */
#include "cgi/fcgi.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "cgi/app.h"
#include "cgi/fcgi_codec.h"
#include "cgi/fcgi_conn.h"
#include "cgi/turn.h"

enum {
    CONNECTIONS_MAX = 4000,
    OTHER_FILES = 64,  /* descriptors that are no connections */
    ACCEPTS = 64,      /* at one go */
    STOP_US = 1000000, /* for half a request, once we are stopping */
    PAUSE_US = 100000  /* before the next try when files are lacking */
};

/* These end after the read timeout. */
static const bool timed[CONN_STATES] = {
    [CONN_NEW] = true, [CONN_READING] = true, [CONN_SENDING] = true};

/* ---- accepting ---- */

/* The house is full: who has waited longest for nothing has to go. */
static bool
make_room(struct fcgi *f)
{
    static const enum conn_state order[] = {CONN_IDLE, CONN_NEW, CONN_READING};

    for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
        if (f->lists[order[i]].first) {
            conn_close(f->lists[order[i]].first);
            return true;
        }
    }
    return false;
}

static void
accept_more(uint32_t events, void *arg)
{
    struct fcgi *f = arg;

    (void) events;
    for (int i = 0; i < ACCEPTS && f->listening; i++) {
        int fd = -1;

        errno = EMFILE;
        if (f->count < f->max)
            fd =
                accept4(f->listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd >= 0 && conn_open(f, fd) == ERR_OK)
            continue;
        if (errno == EAGAIN)
            return;
        if (errno == EINTR || errno == ECONNABORTED || make_room(f))
            continue;
        loop_forget(f->loop, f->listener); /* a little later, then */
        f->listening = false;
        f->paused = clock_elapsed();
    }
}

static void
listen_again(struct fcgi *f)
{
    if (f->listening || f->stopping || clock_elapsed() - f->paused < PAUSE_US)
        return;
    f->listening =
        loop_watch(f->loop, f->listener, EPOLLIN, accept_more, f) == ERR_OK;
}

/* ---- between the turns ---- */

/* The configuration may have been read again. */
static void
set_limits(struct fcgi *f)
{
    f->room.body_max = (size_t) f->app->conf->rest_body_max; /* positive */
    f->room.total = (size_t) f->app->conf->rest_body_total;  /* too */
}

static int64_t
deadline(const struct conn *c)
{
    const struct fcgi *f = c->fcgi;
    int64_t end = c->since + f->app->conf->fcgi_read_timeout;
    int64_t last = f->stopped + STOP_US;

    return f->stopping && c->state == CONN_READING && last < end ? last : end;
}

static void
before_wait(int64_t *wait_us, void *arg)
{
    struct fcgi *f = arg;
    int64_t now = clock_elapsed(), wait;

    set_limits(f);
    for (size_t i = 0; i < CONN_STATES; i++) {
        if (!timed[i] || !f->lists[i].first)
            continue;
        wait = deadline(f->lists[i].first) - now;
        if (wait < 0)
            wait = 0;
        if (*wait_us < 0 || wait < *wait_us)
            *wait_us = wait;
    }
    if (!f->listening && !f->stopping && (*wait_us < 0 || *wait_us > PAUSE_US))
        *wait_us = PAUSE_US;
}

static void
drop_late(struct fcgi *f)
{
    int64_t now = clock_elapsed();

    for (size_t i = 0; i < CONN_STATES; i++)
        while (timed[i] && f->lists[i].first
               && deadline(f->lists[i].first) <= now)
            conn_close(f->lists[i].first);
}

/* Whoever waits at the door or has sent something already is served; those
 * who are silent go. */
static void
begin_to_stop(struct fcgi *f)
{
    static const enum conn_state silent[] = {CONN_NEW, CONN_IDLE};
    size_t count;

    do {
        count = f->count;
        accept_more(EPOLLIN, f);
    } while (f->count > count);
    f->stopping = true;
    f->stopped = clock_elapsed();
    if (f->listening)
        loop_forget(f->loop, f->listener);
    f->listening = false;
    for (size_t i = 0; i < sizeof silent / sizeof *silent; i++) {
        for (struct conn *c = f->lists[silent[i]].first, *next; c; c = next) {
            next = c->next;
            conn_read(c);
        }
        while (f->lists[silent[i]].first)
            conn_close(f->lists[silent[i]].first);
    }
}

static void
after_wait(void *arg)
{
    struct fcgi *f = arg;

    drop_late(f);
    if (loop_stopping(f->loop) && !f->stopping)
        begin_to_stop(f);
    listen_again(f);
}

/* ---- opening ---- */

/* As many connections as there may be descriptors for. */
static size_t
connections_max(void)
{
    const rlim_t wanted = CONNECTIONS_MAX + OTHER_FILES;
    struct rlimit files;

    if (getrlimit(RLIMIT_NOFILE, &files) != 0)
        return OTHER_FILES;
    if (files.rlim_cur < wanted) {
        files.rlim_cur = files.rlim_max < wanted ? files.rlim_max : wanted;
        (void) setrlimit(RLIMIT_NOFILE, &files);
    }
    if (files.rlim_cur <= 2 * OTHER_FILES)
        return OTHER_FILES;
    return files.rlim_cur < wanted ? (size_t) files.rlim_cur - OTHER_FILES
                                   : CONNECTIONS_MAX;
}

enum err
fcgi_open(struct app *app, struct loop *loop, int listener, struct fcgi **out)
{
    struct fcgi *f = xcalloc(1, sizeof *f);
    enum err e = codec_new(&f->codec);

    f->app = app;
    f->loop = loop;
    f->listener = listener;
    f->max = connections_max();
    if (e == ERR_OK)
        e = loop_watch(loop, listener, EPOLLIN, accept_more, f);
    if (e != ERR_OK) {
        codec_free(f->codec);
        free(f);
        return e;
    }
    f->listening = true;
    loop_each(loop, before_wait, after_wait, f);
    *out = f;
    return ERR_OK;
}

void
fcgi_close(struct fcgi *f)
{
    if (!f)
        return;
    f->stopping = true;
    for (size_t i = 0; i < CONN_STATES; i++)
        while (f->lists[i].first)
            conn_close(f->lists[i].first);
    if (f->listening)
        loop_forget(f->loop, f->listener);
    loop_each(f->loop, NULL, NULL, NULL);
    codec_free(f->codec);
    free(f);
}
