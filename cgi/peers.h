/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The connections of the HTTP listener: what each waits for, and until when.
 * A peer whose time is up has its socket shut down, so that whoever reads it
 * finds the end of the connection. A timeout that begins anew with each byte
 * would let one who sends a byte a second stay for ever.
 */
#ifndef VIGIA_PEERS_H
#define VIGIA_PEERS_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct MHD_Connection;
struct exchange;
struct loop;
struct serve;

/* What a connection waits for. */
enum phase {
    PHASE_IDLE,   /* a request line */
    PHASE_HEAD,   /* the rest of the head */
    PHASE_BODY,   /* the rest of the body */
    PHASE_TURN,   /* us: there is no deadline */
    PHASE_ANSWER, /* the peer to take the answer */
};

struct peer {
    struct peers *peers;
    struct peer *next, *prev;
    int fd;
    enum phase phase;
    int64_t since, deadline; /* of the phase: clock_elapsed() */
    char address[INET6_ADDRSTRLEN];
    /* the listener's: */
    struct serve *serve;
    struct MHD_Connection *connection; /* NULL: closed during the turn */
    struct exchange *x;                /* NULL: idle */
    size_t taken;                      /* bytes of the body, kept or not */
    uint64_t round;                    /* of the loop, when it got x */
    bool suspended;
};

/* Starts with peers_init(), ends when the last peer is closed. */
struct peers {
    struct loop *loop;
    struct peer *first;
    size_t count, max;
    int64_t swept; /* when they were looked at last */
};

/* The most connections there may be: as there are descriptors. */
void peers_init(struct peers *peers, struct loop *loop);

/* A connection that may be idle for so long. When there are as many as there
 * may be, the one that has been idle the longest is dropped. */
struct peer *peer_open(struct peers *peers, int fd,
                       const struct sockaddr *address, int64_t allowed_us);
void peer_close(struct peer *p);

/* From now on; all but the idle ones keep a loop that stops going. */
void peer_phase(struct peer *p, enum phase phase, int64_t allowed_us);

/* Its deadline is so much later as these bytes may take, at 16 KiB/s. */
void peer_moved(struct peer *p, size_t bytes);

/* Whether one that is idle has sent something that was not read yet. */
bool peers_unread(const struct peers *peers);

/* Drops the late ones, and returns after how long to call it again, in
 * microseconds; -1: not before there is a peer. Looks at all once a second. */
int64_t peers_sweep(struct peers *peers);

/* Ends those that wait for nothing of ours. */
void peers_drop_idle(struct peers *peers);

#endif
