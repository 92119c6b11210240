/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Of a unix socket that stands in the way, only connecting tells whether
 * anybody listens there. Between that and the unlink a new one could have
 * come; what keeps two services of one database apart is service_hold().
 */
#include "cgi/socket.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <netdb.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/log.h"
#include "base/number.h"

enum {
    BACKLOG = 1024, /* the kernel lowers it to its own limit */
    SYSTEMD_FD = 3,
    SERVICE_MODE = 0660
};

static enum err
refused(const char *what, const char *where)
{
    enum err e = errno == EACCES || errno == EPERM || errno == EROFS
                     ? ERR_DENIED
                     : ERR_CREATE;

    return err_set(e, "%s %s: %s", what, where, strerror(errno));
}

/* ---- inherited ---- */

static bool
is_listener(int fd)
{
    int listens = 0;
    socklen_t size = sizeof listens;

    return getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) == 0
           && listens != 0;
}

/* Is the variable set, and to what number? */
static bool
number_of(const char *variable, int64_t *out)
{
    const char *text = getenv(variable);

    return text && number_int(text, 0, INT32_MAX, out) == ERR_OK;
}

enum err
listener_inherit(struct listener *out)
{
    int64_t pid, count;
    int fd = -1;

    if (is_listener(STDIN_FILENO)) {
        fd = STDIN_FILENO;
    } else if (number_of("LISTEN_PID", &pid) && pid == getpid()
               && number_of("LISTEN_FDS", &count) && count > 0) {
        fd = SYSTEMD_FD;
        if (count > 1 || !is_listener(fd))
            return err_set(ERR_USAGE,
                           "descriptor %d should be one listening "
                           "socket: see Accept=no in the unit of "
                           "the socket",
                           fd);
    }
    if (fd < 0)
        return err_set(ERR_NOT_FOUND, "no listening socket was handed over");
    (void) fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
    (void) fcntl(fd, F_SETFD, FD_CLOEXEC);
    *out = (struct listener){.fd = fd};
    return ERR_OK;
}

/* ---- unix ---- */

static enum err
group_id(const char *group, gid_t *out)
{
    const struct group *entry;

    errno = 0;
    entry = getgrnam(group);
    if (!entry)
        return err_set(ERR_CONFIG, "there is no group \"%s\" for the socket",
                       group);
    *out = entry->gr_gid;
    return ERR_OK;
}

/* Removes a socket that nobody listens at. */
static enum err
clear_way(const struct sockaddr_un *at)
{
    struct stat st;
    int fd, rc, error;

    if (lstat(at->sun_path, &st) != 0)
        return ERR_OK; /* bind() will say what else is wrong */
    if (!S_ISSOCK(st.st_mode))
        return err_set(ERR_CREATE, "%s exists and is not a socket",
                       at->sun_path);
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return refused("cannot make the socket", at->sun_path);
    rc = connect(fd, (const struct sockaddr *) at, sizeof *at);
    error = errno;
    (void) close(fd);
    if (rc != 0 && error == ECONNREFUSED && unlink(at->sun_path) == 0)
        return ERR_OK;
    if (rc == 0 || error == EAGAIN)
        return err_set(ERR_UNAVAILABLE,
                       "another program listens at %s already", at->sun_path);
    errno = error;
    return refused("cannot replace the socket", at->sun_path);
}

/* Nobody may connect before mode and group are right: the socket does not
 * listen yet. */
static enum err
bind_unix(int fd, const struct sockaddr_un *at, int64_t mode,
          const char *group)
{
    gid_t gid = (gid_t) -1; /* unchanged */
    enum err e = group ? group_id(group, &gid) : ERR_OK;

    if (e != ERR_OK)
        return e;
    if (bind(fd, (const struct sockaddr *) at, sizeof *at) != 0)
        return refused("cannot make the socket", at->sun_path);
    if (group && chown(at->sun_path, (uid_t) -1, gid) != 0)
        e = refused("cannot give the socket to its group:", at->sun_path);
    else if (chmod(at->sun_path, (mode_t) mode) != 0 || listen(fd, BACKLOG))
        e = refused("cannot make the socket", at->sun_path);
    if (e != ERR_OK)
        (void) unlink(at->sun_path);
    return e;
}

enum err
listener_unix(const char *path, int64_t mode, const char *group,
              struct listener *out)
{
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    size_t len = strlen(path);
    enum err e;
    int fd;

    if (len == 0 || len >= sizeof at.sun_path)
        return err_set(ERR_USAGE,
                       "a socket's path has 1 to %zu bytes, not "
                       "%zu: %s",
                       sizeof at.sun_path - 1, len, path);
    memcpy(at.sun_path, path, len + 1);
    e = clear_way(&at);
    if (e != ERR_OK)
        return e;
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return refused("cannot make the socket", path);
    e = bind_unix(fd, &at, mode, group);
    if (e == ERR_OK)
        *out = (struct listener){.fd = fd, .path = xstrdup(path)};
    else
        (void) close(fd);
    return e;
}

/* ---- TCP ---- */

/* Cuts "HOST:PORT" or "[HOST]:PORT" in text, which is changed. */
static enum err
cut_address(char *text, const char **host, const char **port)
{
    char *colon = strrchr(text, ':');
    size_t len = colon ? (size_t) (colon - text) : 0; /* colon is behind */
    int64_t number;

    if (len == 0 || number_int(colon + 1, 0, 65535, &number) != ERR_OK)
        return err_set(ERR_USAGE, "\"%s\" is not HOST:PORT", text);
    *colon = '\0';
    *port = colon + 1;
    *host = text;
    if (text[0] == '[' && text[len - 1] == ']') {
        text[len - 1] = '\0';
        *host = text + 1;
    }
    return ERR_OK;
}

static int
bind_tcp(const struct addrinfo *at)
{
    int fd =
        socket(at->ai_family, at->ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC,
               at->ai_protocol);
    int on = 1, error;

    if (fd < 0)
        return -1;
    (void) setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(fd, at->ai_addr, at->ai_addrlen) == 0 && listen(fd, BACKLOG) == 0)
        return fd;
    error = errno;
    (void) close(fd);
    errno = error;
    return -1;
}

enum err
listener_tcp(const char *address, struct listener *out)
{
    struct addrinfo hints = {.ai_flags = AI_PASSIVE | AI_NUMERICSERV,
                             .ai_socktype = SOCK_STREAM};
    struct addrinfo *found = NULL;
    char *text = xstrdup(address);
    const char *host = NULL, *port = NULL;
    int fd = -1, rc;
    enum err e = cut_address(text, &host, &port);

    if (e != ERR_OK)
        goto done;
    rc = getaddrinfo(host, port, &hints, &found);
    if (rc != 0) {
        e = err_set(ERR_UNAVAILABLE, "cannot listen on %s: %s", address,
                    gai_strerror(rc));
        goto done;
    }
    for (const struct addrinfo *at = found; at && fd < 0; at = at->ai_next)
        fd = bind_tcp(at);
    if (fd >= 0)
        *out = (struct listener){.fd = fd};
    else
        e = err_set(errno == EACCES ? ERR_DENIED : ERR_UNAVAILABLE,
                    "cannot listen on %s: %s", address, strerror(errno));
done:
    if (found)
        freeaddrinfo(found);
    free(text);
    return e;
}

void
listener_show(const struct listener *listener, struct buf *out)
{
    struct sockaddr_storage at;
    socklen_t size = sizeof at;
    char host[NI_MAXHOST], port[NI_MAXSERV];

    if (getsockname(listener->fd, (struct sockaddr *) &at, &size) != 0
        || getnameinfo((const struct sockaddr *) &at, size, host, sizeof host,
                       port, sizeof port, NI_NUMERICHOST | NI_NUMERICSERV))
        return; /* not a TCP socket */
    buf_printf(out, at.ss_family == AF_INET6 ? "[%s]:%s" : "%s:%s", host,
               port);
}

void
listener_close(struct listener *listener)
{
    if (listener->path)
        (void) unlink(listener->path); /* at worst it is left as a stale one */
    free(listener->path);
    if (listener->fd >= 0)
        (void) close(listener->fd);
    *listener = (struct listener){.fd = -1};
}

/* ---- one service to a database ---- */

static enum err
held_by(int fd, const char *database)
{
    char pid[16] = "";
    ssize_t n = pread(fd, pid, sizeof pid - 1, 0);

    pid[n > 0 ? n : 0] = '\0';
    pid[strspn(pid, "0123456789")] = '\0';
    return err_set(ERR_BUSY, "%s is served already%s%s", database,
                   *pid ? ", by process " : "", pid);
}

static enum err
open_service_file(const char *path, int *fd)
{
    *fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW,
               SERVICE_MODE);
    if (*fd >= 0)
        (void) fchmod(*fd, SERVICE_MODE); /* open() applied the umask */
    else if (errno == EEXIST)
        *fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
    return *fd >= 0 ? ERR_OK : refused("cannot open", path);
}

/* Only for the message of who comes second. */
static void
write_pid(int fd)
{
    struct buf text = {0};

    buf_printf(&text, "%ld\n", (long) getpid());
    if (ftruncate(fd, 0) != 0 || pwrite(fd, text.data, text.len, 0) < 0)
        log_line("cannot note who serves: %s", strerror(errno));
    buf_free(&text);
}

enum err
service_hold(const char *database, int *fd)
{
    struct buf path = {0};
    enum err e;
    int held = -1;

    buf_printf(&path, "%s.service", database);
    e = open_service_file(path.data, &held);
    if (e == ERR_OK && flock(held, LOCK_EX | LOCK_NB) != 0)
        e = errno == EWOULDBLOCK ? held_by(held, database)
                                 : err_set(ERR_IO, "cannot lock %s: %s",
                                           path.data, strerror(errno));
    if (e == ERR_OK) {
        write_pid(held);
        *fd = held;
    } else if (held >= 0) {
        (void) close(held);
    }
    buf_free(&path);
    return e;
}
