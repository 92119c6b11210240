/* SPDX-License-Identifier: Apache-2.0 */
/* A list of connections, looked through once a second. */
#include "cgi/peers.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include "base/buf.h"
#include "base/clock.h"
#include "cgi/turn.h"

enum {
    PEERS_MAX = 4000,
    OTHER_FILES = 64, /* descriptors that are no peers */
    RATE = 16 << 10   /* bytes a second */
};

#define SWEEP_US CLOCK_SECOND

/* The address as text; an IPv4 one behind an IPv6 socket as IPv4. */
static void
show_address(const struct sockaddr *address, char out[INET6_ADDRSTRLEN])
{
    union {
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
    } a;
    const void *bytes = &a.v4.sin_addr;
    int family = address->sa_family;

    memcpy(&a, address, family == AF_INET6 ? sizeof a.v6 : sizeof a.v4);
    if (family == AF_INET6)
        bytes = &a.v6.sin6_addr;
    if (family == AF_INET6 && IN6_IS_ADDR_V4MAPPED(&a.v6.sin6_addr)) {
        bytes = a.v6.sin6_addr.s6_addr + 12;
        family = AF_INET;
    }
    if (!inet_ntop(family, bytes, out, INET6_ADDRSTRLEN))
        *out = '\0';
}

void
peers_init(struct peers *peers, struct loop *loop)
{
    struct rlimit files;
    rlim_t want = PEERS_MAX + OTHER_FILES;

    *peers = (struct peers){.loop = loop, .max = PEERS_MAX};
    if (getrlimit(RLIMIT_NOFILE, &files) != 0 || files.rlim_cur >= want)
        return;
    files.rlim_cur = want < files.rlim_max ? want : files.rlim_max;
    (void) setrlimit(RLIMIT_NOFILE, &files);
    if (files.rlim_cur < want)
        peers->max = files.rlim_cur > 2 * OTHER_FILES
                         ? (size_t) files.rlim_cur - OTHER_FILES
                         : OTHER_FILES;
}

/* What is left of the connection is for those who read it to see. */
static void
drop(struct peer *p)
{
    (void) shutdown(p->fd, SHUT_RDWR);
}

static void
make_room(struct peers *peers)
{
    struct peer *longest = NULL;

    for (struct peer *p = peers->first; p; p = p->next)
        if (p->phase == PHASE_IDLE && (!longest || p->since < longest->since))
            longest = p;
    if (longest)
        drop(longest);
}

struct peer *
peer_open(struct peers *peers, int fd, const struct sockaddr *address,
          int64_t allowed_us)
{
    struct peer *p = xcalloc(1, sizeof *p);

    if (++peers->count >= peers->max)
        make_room(peers);
    p->peers = peers;
    p->fd = fd;
    show_address(address, p->address);
    peer_phase(p, PHASE_IDLE, allowed_us);
    p->next = peers->first;
    if (p->next)
        p->next->prev = p;
    peers->first = p;
    return p;
}

void
peer_close(struct peer *p)
{
    struct peers *peers = p->peers;

    peer_phase(p, PHASE_IDLE, 0);
    if (p->next)
        p->next->prev = p->prev;
    if (p->prev)
        p->prev->next = p->next;
    else
        peers->first = p->next;
    peers->count--;
    free(p);
}

void
peer_phase(struct peer *p, enum phase phase, int64_t allowed_us)
{
    int busy = (phase != PHASE_IDLE) - (p->phase != PHASE_IDLE);

    if (busy)
        loop_busy(p->peers->loop, busy);
    p->phase = phase;
    p->since = clock_elapsed();
    p->deadline = p->since + allowed_us;
}

void
peer_moved(struct peer *p, size_t bytes)
{
    p->deadline += (int64_t) bytes * CLOCK_SECOND / RATE; /* it is bounded */
}

int64_t
peers_sweep(struct peers *peers)
{
    int64_t now = clock_elapsed();

    if (!peers->first)
        return -1;
    if (now < peers->swept + SWEEP_US)
        return peers->swept + SWEEP_US - now;
    peers->swept = now;
    for (struct peer *p = peers->first; p; p = p->next)
        if (p->phase != PHASE_TURN && now >= p->deadline)
            drop(p);
    return SWEEP_US;
}

bool
peers_unread(const struct peers *peers)
{
    char byte;

    for (const struct peer *p = peers->first; p; p = p->next)
        if (p->phase == PHASE_IDLE
            && recv(p->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) > 0)
            return true;
    return false;
}

void
peers_drop_idle(struct peers *peers)
{
    for (struct peer *p = peers->first; p; p = p->next)
        if (p->phase == PHASE_IDLE)
            drop(p);
}
