/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Listening sockets, non-blocking and closed on exec: handed over by whoever
 * started the service, or our own. And the file that makes a second service
 * on the same database impossible.
 */
#ifndef VIGIA_SOCKET_H
#define VIGIA_SOCKET_H

#include "base/err.h"

#include <stdint.h>

struct buf;

struct listener {
    int fd;     /* -1: not open */
    char *path; /* our own unix socket, removed at the end; NULL */
};

/*
 * The listening socket that the program was started with: descriptor 0
 * (spawn-fcgi, mod_fcgid), else descriptor 3 when LISTEN_PID and LISTEN_FDS
 * say so (systemd). ERR_NOT_FOUND: there is none; ERR_USAGE: systemd handed
 * over something else.
 */
CHECKED enum err listener_inherit(struct listener *out);

/*
 * A unix socket of our own with that mode (0660) and group (NULL: ours). One
 * left behind by a program that died is replaced. ERR_UNAVAILABLE: somebody
 * listens there; ERR_CREATE, ERR_DENIED, ERR_CONFIG (no such group).
 */
CHECKED enum err listener_unix(const char *path, int64_t mode,
                               const char *group, struct listener *out);

/*
 * A TCP socket on "HOST:PORT" or "[HOST]:PORT"; port 0 takes a free one.
 * ERR_USAGE: not such a text; ERR_UNAVAILABLE: no such host, port in use;
 * ERR_DENIED.
 */
CHECKED enum err listener_tcp(const char *address, struct listener *out);

/* Adds where a TCP listener listens, "127.0.0.1:8080" or "[::1]:8080". */
void listener_show(const struct listener *listener, struct buf *out);

/* Removes our own socket, closes; takes a closed one, too. */
void listener_close(struct listener *listener);

/*
 * Holds DATABASE.service for the life of the process; the descriptor is the
 * caller's, and closing it gives the database free. ERR_BUSY names the
 * process that serves it already; ERR_CREATE, ERR_DENIED, ERR_IO.
 */
CHECKED enum err service_hold(const char *database, int *fd);

#endif
