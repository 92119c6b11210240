/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Waiting, over epoll and a signalfd. What a turn is stands in batch.c.
 */
#include "cgi/turn.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "cgi/app.h"
#include "cgi/batch.h"
#include "core/service.h"

enum {
    EVENTS = 256,         /* at most, of one wait */
    PATIENCE_US = 100000, /* for the lock, in one turn: batch.c */
    STOP_US = 4500000,    /* from the signal to the end, at most */
    BROKEN_US = 1000000   /* the same after a sync that failed */
};

/* serial tells an event of this watch from one of an earlier descriptor of
 * the same number. */
struct watch {
    void (*ready)(uint32_t events, void *arg);
    void *arg;
    uint32_t serial;
};

struct loop {
    int epoll, signals;
    sigset_t mask;         /* as it was before */
    struct watch *watches; /* by descriptor */
    size_t watch_count;
    uint32_t serial;
    void (*before)(int64_t *wait_us, void *arg);
    void (*after)(void *arg);
    void *each_arg;
    void (*reload)(struct app *app);
    struct batch batch;
    int busy;
    bool stopping, broken;
    int64_t stop_at;
};

/* ---- the loop ---- */

static void
stop_within(struct loop *loop, int64_t us)
{
    int64_t end = clock_elapsed() + us;

    if (!loop->stopping || loop->stop_at > end)
        loop->stop_at = end;
    loop->stopping = true;
    loop->batch.app->roused = true;
}

void
loop_stop(struct loop *loop)
{
    stop_within(loop, STOP_US);
}

static void
read_signals(uint32_t events, void *arg)
{
    struct loop *loop = arg;
    struct signalfd_siginfo info;

    (void) events;
    while (read(loop->signals, &info, sizeof info) == sizeof info) {
        if (info.ssi_signo != SIGHUP)
            loop_stop(loop);
        else if (loop->reload)
            loop->reload(loop->batch.app);
    }
}

/* How long to wait, for epoll: in milliseconds, rather later than sooner. */
static int
wait_ms(const struct loop *loop)
{
    int64_t us = -1;

    if (loop->stopping)
        us = loop->stop_at - clock_elapsed();
    if (batch_waiting(&loop->batch)
        || (loop->stopping && (loop->busy == 0 || us < 0)))
        us = 0;
    batch_wait(&loop->batch, &us);
    if (loop->before) /* always: it also sends, and sees that we stop */
        loop->before(&us, loop->each_arg);
    if (us > INT64_C(1000) * INT_MAX - 999)
        return INT_MAX;
    return us < 0 ? -1 : (int) ((us + 999) / 1000); /* fits: just compared */
}

static enum err
wait_and_read(struct loop *loop)
{
    struct epoll_event events[EVENTS];
    int n = epoll_wait(loop->epoll, events, EVENTS, wait_ms(loop));

    if (n < 0 && errno != EINTR)
        return err_set(ERR_INTERNAL, "cannot wait for requests: %s",
                       strerror(errno));
    for (int i = 0; i < n; i++) {
        uint32_t fd = (uint32_t) events[i].data.u64; /* its lower half */
        const struct watch *w = &loop->watches[fd];

        if (w->ready && w->serial == events[i].data.u64 >> 32)
            w->ready(events[i].events, w->arg);
    }
    if (loop->after)
        loop->after(loop->each_arg);
    return ERR_OK;
}

/* Nothing is left to do but what comes new. */
static bool
finished(const struct loop *loop)
{
    return loop->busy == 0 && !batch_waiting(&loop->batch);
}

enum err
loop_run(struct loop *loop, void (*reload)(struct app *app))
{
    struct db *db = loop->batch.app->service->db;
    enum err e = ERR_OK;
    bool last = false; /* a whole round since it was told to stop */

    loop->reload = reload;
    db_patience(db, PATIENCE_US);
    while (e == ERR_OK) {
        if (last && (finished(loop) || clock_elapsed() >= loop->stop_at))
            break;
        last = loop->stopping;
        e = wait_and_read(loop);
        if (e == ERR_OK)
            batch_turn(&loop->batch);
        if (db_broken(db) && !loop->broken) {
            loop->broken = true; /* the 503s are sent, and that is all */
            stop_within(loop, BROKEN_US);
        }
    }
    batch_refuse(&loop->batch);
    if (loop->broken)
        e = err_set(ERR_IO, "writing the database has failed; it may only be "
                            "opened again by a new process");
    return e;
}

bool
loop_stopping(const struct loop *loop)
{
    return loop->stopping;
}

void
loop_busy(struct loop *loop, int change)
{
    loop->busy += change;
}

void
loop_each(struct loop *loop, void (*before)(int64_t *wait_us, void *arg),
          void (*after)(void *arg), void *arg)
{
    loop->before = before;
    loop->after = after;
    loop->each_arg = arg;
}

void
loop_submit(struct loop *loop, struct exchange *x,
            void (*reply)(struct exchange *x, void *arg), void *arg)
{
    batch_add(&loop->batch, x, reply, arg);
}

/* ---- descriptors ---- */

static struct epoll_event
event_of(const struct loop *loop, int fd, uint32_t events)
{
    uint64_t serial = loop->watches[fd].serial;

    return (struct epoll_event){
        .events = events,
        .data.u64 = serial << 32 | (uint32_t) fd, /* fd >= 0 */
    };
}

enum err
loop_watch(struct loop *loop, int fd, uint32_t events,
           void (*ready)(uint32_t events, void *arg), void *arg)
{
    size_t i = (size_t) fd; /* not negative: it is open */
    struct epoll_event event;

    if (i >= loop->watch_count) {
        size_t count = i + 64;

        loop->watches =
            xreallocarray(loop->watches, count, sizeof *loop->watches);
        memset(loop->watches + loop->watch_count, 0,
               (count - loop->watch_count) * sizeof *loop->watches);
        loop->watch_count = count;
    }
    loop->watches[i] =
        (struct watch){.ready = ready, .arg = arg, .serial = ++loop->serial};
    event = event_of(loop, fd, events);
    if (epoll_ctl(loop->epoll, EPOLL_CTL_ADD, fd, &event) == 0)
        return ERR_OK;
    loop->watches[i].ready = NULL;
    return err_set(ERR_INTERNAL, "cannot watch a descriptor: %s",
                   strerror(errno));
}

enum err
loop_change(struct loop *loop, int fd, uint32_t events)
{
    struct epoll_event event = event_of(loop, fd, events);

    if (epoll_ctl(loop->epoll, EPOLL_CTL_MOD, fd, &event) == 0)
        return ERR_OK;
    return err_set(ERR_INTERNAL, "cannot watch a descriptor: %s",
                   strerror(errno));
}

void
loop_forget(struct loop *loop, int fd)
{
    struct epoll_event none = {0};

    (void) epoll_ctl(loop->epoll, EPOLL_CTL_DEL, fd, &none);
    loop->watches[fd].ready = NULL;
}

/* ---- making and freeing ---- */

static enum err
catch_signals(struct loop *loop)
{
    sigset_t set;

    (void) sigemptyset(&set);
    (void) sigaddset(&set, SIGTERM);
    (void) sigaddset(&set, SIGINT);
    (void) sigaddset(&set, SIGHUP);
    (void) sigprocmask(SIG_BLOCK, &set, &loop->mask);
    loop->signals = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
    if (loop->signals < 0)
        return err_set(ERR_INTERNAL, "cannot catch signals: %s",
                       strerror(errno));
    return loop_watch(loop, loop->signals, EPOLLIN, read_signals, loop);
}

enum err
loop_new(struct app *app, struct loop **out)
{
    struct loop *loop = xcalloc(1, sizeof *loop);
    enum err e = ERR_OK;

    loop->batch.app = app;
    loop->signals = -1;
    (void) sigprocmask(SIG_BLOCK, NULL, &loop->mask);
    loop->epoll = epoll_create1(EPOLL_CLOEXEC);
    if (loop->epoll < 0)
        e = err_set(ERR_INTERNAL, "cannot make an event loop: %s",
                    strerror(errno));
    if (e == ERR_OK)
        e = catch_signals(loop);
    if (e == ERR_OK)
        *out = loop;
    else
        loop_free(loop);
    return e;
}

void
loop_free(struct loop *loop)
{
    if (!loop)
        return;
    if (loop->signals >= 0)
        (void) close(loop->signals);
    if (loop->epoll >= 0)
        (void) close(loop->epoll);
    (void) sigprocmask(SIG_SETMASK, &loop->mask, NULL);
    batch_free(&loop->batch);
    free(loop->watches);
    free(loop);
}
