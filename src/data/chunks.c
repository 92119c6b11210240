/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Chunks lie in a ring of slots and are known by their number. A thread
 * takes the next number, reads that chunk (of a file; of a pipe the caller
 * reads), counts its line feeds, waits until those before are counted, and
 * scans. The caller settles the lowest number, and of a file scans others
 * while that is not ready. All of it is under one lock but reading, counting,
 * scanning and settling themselves. Signals are for the caller's thread, as it
 * is the one that asks for them (stop.h).
 */
#include "data/chunks.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

#include "base/buf.h"
#include "data/csv_index.h"
#include "data/input.h"

enum { STEP = 1 << 18 }; /* bytes read at once, and counted from the cache */

struct slot {
    struct chunk chunk;
    char *data;
    size_t feeds; /* in it */
    enum err e;   /* reading it failed: */
    char *text;   /* why */
    bool ready;   /* to be settled */
};

struct run {
    struct input *in;
    const struct chunks_plan *plan;
    const struct chunks_calls *calls;
    int64_t origin; /* where the first chunk begins */
    struct slot *slots;
    size_t slot_count;

    pthread_mutex_t lock; /* of what follows */
    pthread_cond_t changed;
    size_t next;    /* number that is to be taken */
    size_t read;    /* numbers that are read, of a pipe */
    size_t counted; /* numbers whose line feeds are counted ... */
    int64_t feeds;  /* ... and are these */
    size_t settled; /* numbers that are settled */
    bool end;       /* no further number is to be taken */
    bool drained;   /* a pipe has ended; the caller's alone */
};

static struct slot *
slot_of(const struct run *r, size_t number)
{
    return &r->slots[number % r->slot_count];
}

/* ---- reading a chunk ---- */

static void
prepare(struct run *r, struct slot *s, size_t number)
{
    if (!s->data) {
        s->data = xmalloc_huge(r->plan->size + CHUNK_PAD);
        s->chunk.own = r->calls->make(r->calls->arg);
    }
    s->chunk.data = s->data;
    s->chunk.len = s->feeds = 0;
    s->chunk.first = number == 0;
    s->chunk.last = false;
    s->e = ERR_OK;
}

/* Reads the chunk of that number, and counts its line feeds. */
static void
fill(struct run *r, struct slot *s, size_t number)
{
    size_t size = r->plan->size, n = 1;
    bool file = input_is_file(r->in) && !r->plan->prompt;
    int64_t begin = r->origin + (int64_t) (number * size); /* of a file */

    prepare(r, s, number);
    while (s->e == ERR_OK && n > 0 && s->chunk.len < size) {
        size_t have = s->chunk.len;
        size_t room = size - have < STEP ? size - have : STEP;

        s->e = file ? input_read_at(r->in, begin + (int64_t) have,
                                    s->data + have, room, &n)
                    : input_read(r->in, s->data + have, room, &n);
        if (s->e != ERR_OK)
            break;
        s->feeds += csv_count_lines(s->data + have, n);
        s->chunk.len += n;
        if (r->plan->prompt && n > 0)
            return;
    }
    s->chunk.last = n == 0;
    if (s->e != ERR_OK)
        s->text = xstrdup(err_text());
}

static enum err
settle(struct run *r, struct slot *s)
{
    if (s->e != ERR_OK)
        return err_set(s->e, "%s", s->text);
    return r->calls->settle(&s->chunk, r->calls->arg);
}

/* ---- one thread ---- */

static enum err
run_alone(struct run *r)
{
    struct slot *s = r->slots;
    enum err e = ERR_OK;

    for (size_t number = 0; e == ERR_OK && !r->end; number++) {
        fill(r, s, number);
        s->chunk.feeds = r->feeds;
        r->feeds += (int64_t) s->feeds; /* less than it has bytes */
        r->end = s->chunk.last;
        e = settle(r, s);
    }
    return e;
}

/* ---- several ---- */

/* Is there a number to be taken? */
static bool
can_take(const struct run *r)
{
    size_t end = input_is_file(r->in) ? r->settled + r->slot_count : r->read;

    return r->next < end && !(r->end && input_is_file(r->in));
}

/* Waits for a number and takes it; false at the end. */
static bool
take(struct run *r, size_t *number)
{
    while (!can_take(r) && !r->end)
        (void) pthread_cond_wait(&r->changed, &r->lock);
    if (!can_take(r))
        return false;
    *number = r->next++;
    return true;
}

/* In their order: what came before a chunk is known when it is scanned. */
static void
count(struct run *r, struct slot *s, size_t number)
{
    while (r->counted != number)
        (void) pthread_cond_wait(&r->changed, &r->lock);
    s->chunk.feeds = r->feeds;
    r->feeds += (int64_t) s->feeds; /* less than it has bytes */
    r->counted++;
    r->end = r->end || s->chunk.last || s->e != ERR_OK;
    (void) pthread_cond_broadcast(&r->changed);
}

/* The chunk of a number that was taken; under the lock before and after. */
static void
scan(struct run *r, size_t number)
{
    struct slot *s = slot_of(r, number);

    (void) pthread_mutex_unlock(&r->lock);
    if (input_is_file(r->in))
        fill(r, s, number);
    (void) pthread_mutex_lock(&r->lock);
    count(r, s, number);
    (void) pthread_mutex_unlock(&r->lock);
    if (s->e == ERR_OK)
        r->calls->scan(&s->chunk, r->calls->arg);
    (void) pthread_mutex_lock(&r->lock);
    s->ready = true;
    (void) pthread_cond_broadcast(&r->changed);
}

static void *
work(void *arg)
{
    struct run *r = arg;
    size_t number;

    (void) pthread_mutex_lock(&r->lock);
    while (take(r, &number))
        scan(r, number);
    (void) pthread_mutex_unlock(&r->lock);
    err_clear(); /* the thread's own */
    return NULL;
}

/* Of a pipe: reads on as far as there is room. */
static void
read_ahead(struct run *r)
{
    while (!r->drained && r->read < r->settled + r->slot_count) {
        struct slot *s = slot_of(r, r->read);

        fill(r, s, r->read); /* its slot is nobody's yet */
        (void) pthread_mutex_lock(&r->lock);
        r->read++;
        r->drained = s->chunk.last || s->e != ERR_OK;
        (void) pthread_cond_broadcast(&r->changed);
        (void) pthread_mutex_unlock(&r->lock);
    }
}

/* Until the chunk of that number is scanned; of a file the caller scans, too,
 * rather than wait. */
static void
await(struct run *r, size_t number)
{
    (void) pthread_mutex_lock(&r->lock);
    while (!slot_of(r, number)->ready) {
        if (input_is_file(r->in) && can_take(r))
            scan(r, r->next++);
        else
            (void) pthread_cond_wait(&r->changed, &r->lock);
    }
    (void) pthread_mutex_unlock(&r->lock);
}

static enum err
settle_all(struct run *r)
{
    enum err e = ERR_OK;
    bool last = false;

    for (size_t number = 0; e == ERR_OK && !last; number++) {
        struct slot *s = slot_of(r, number);

        if (!input_is_file(r->in))
            read_ahead(r);
        await(r, number);
        last = s->chunk.last;
        e = settle(r, s);
        (void) pthread_mutex_lock(&r->lock);
        s->ready = false;
        r->settled++;
        (void) pthread_cond_broadcast(&r->changed);
        (void) pthread_mutex_unlock(&r->lock);
    }
    return e;
}

/* Starts as many as the system gives beside the caller, who reads a pipe; for
 * that, none is an error. */
static enum err
start(struct run *r, pthread_t *threads, size_t *count)
{
    bool file = input_is_file(r->in);
    size_t wanted = r->plan->jobs - file;
    sigset_t all, before;
    int failed = 0;

    (void) sigfillset(&all);
    (void) pthread_sigmask(SIG_SETMASK, &all, &before);
    for (*count = 0; *count < wanted && !failed;)
        if (!(failed = pthread_create(&threads[*count], NULL, work, r)))
            ++*count;
    (void) pthread_sigmask(SIG_SETMASK, &before, NULL);
    return *count || file ? ERR_OK
                          : err_set(ERR_INTERNAL, "cannot start a thread");
}

static enum err
run_together(struct run *r)
{
    pthread_t *threads = xcalloc(r->plan->jobs, sizeof *threads);
    size_t started;
    enum err e;

    (void) pthread_mutex_init(&r->lock, NULL);
    (void) pthread_cond_init(&r->changed, NULL);
    e = start(r, threads, &started);
    if (e == ERR_OK)
        e = settle_all(r);
    (void) pthread_mutex_lock(&r->lock);
    r->end = true;
    r->next = SIZE_MAX; /* also of what is read already */
    (void) pthread_cond_broadcast(&r->changed);
    (void) pthread_mutex_unlock(&r->lock);
    for (size_t i = 0; i < started; i++)
        (void) pthread_join(threads[i], NULL);
    (void) pthread_cond_destroy(&r->changed);
    (void) pthread_mutex_destroy(&r->lock);
    free(threads);
    return e;
}

/* ---- the whole ---- */

enum err
chunks_run(struct input *in, const struct chunks_plan *plan,
           const struct chunks_calls *calls)
{
    struct run r = {
        .in = in, .plan = plan, .calls = calls, .origin = input_position(in)};
    bool alone = plan->jobs < 2 || plan->prompt
                 || (input_is_file(in)
                     && input_size(in) - r.origin < (int64_t) plan->size);
    enum err e;

    r.slot_count = alone ? 1 : plan->jobs + 2;
    r.slots = xcalloc(r.slot_count, sizeof *r.slots);
    e = alone ? run_alone(&r) : run_together(&r);
    for (size_t i = 0; i < r.slot_count; i++) {
        if (r.slots[i].data)
            calls->release(r.slots[i].chunk.own);
        free(r.slots[i].data);
        free(r.slots[i].text);
    }
    free(r.slots);
    if (e == ERR_OK)
        err_clear(); /* what was scanned under a wrong guess */
    return e;
}
