/* SPDX-License-Identifier: Apache-2.0 */
/*
 * flock() on a descriptor of our own, and in front of it a line to stand in:
 * a lock on the bytes of the same file, which is another thing to the kernel.
 * flock() alone goes to whoever asks first after it was given, which is
 * mostly the one that gave it; with the line that one comes after those who
 * wait (measured: the longest of 50 waits for somebody who takes it again at
 * once for 1 ms was 1.5 s without the line).
 *
 * A timer signal without SA_RESTART ends the wait at the deadline. It
 * repeats, because its first one may come just before the call is entered;
 * and after each the lock is tried past the line, so that a process that was
 * stopped while standing there costs the others a tick and not a timeout.
 */
#include "store/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/stop.h"

enum { LOCK_MODE = 0660, LOCK_TICK_US = 20000 };

static enum err
open_file(struct lock *lock)
{
    int fd =
        open(lock->path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW,
             LOCK_MODE);

    if (fd >= 0)
        (void) fchmod(fd, LOCK_MODE); /* open() applied the umask */
    else if (errno == EEXIST)
        fd = open(lock->path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
    if (fd >= 0) {
        lock->fd = fd;
        return ERR_OK;
    }
    if (errno == EACCES || errno == EPERM || errno == EROFS)
        return err_set(ERR_DENIED, "cannot write %s: %s", lock->path,
                       strerror(errno));
    if (errno == ENOSPC || errno == EDQUOT)
        return err_set(ERR_FULL, "no space left on the disk for %s",
                       lock->path);
    return err_set(ERR_CREATE, "cannot open %s: %s", lock->path,
                   strerror(errno));
}

enum err
lock_open(struct lock *lock, const char *database)
{
    struct buf path = {0};
    enum err e;

    buf_printf(&path, "%s.lock", database);
    *lock = (struct lock){.fd = -1, .path = buf_steal(&path)};
    e = open_file(lock);
    if (e != ERR_OK)
        lock_close(lock);
    return e;
}

void
lock_close(struct lock *lock)
{
    if (lock->path && lock->fd >= 0)
        (void) close(lock->fd); /* gives the lock, too */
    free(lock->path);
    *lock = (struct lock){.fd = -1};
}

static void
tick(int signal)
{
    (void) signal; /* its only purpose is to interrupt flock() */
}

/* Steps into the line or (F_UNLCK) out of it. */
static int
stand_in_line(int fd, int command, short type)
{
    struct flock whole = {.l_type = type, .l_whence = SEEK_SET};

    return fcntl(fd, command, &whole);
}

/* As flock() without waiting; the line has to be empty, too. */
static int
try_once(int fd)
{
    int rc = stand_in_line(fd, F_OFD_SETLK, F_WRLCK);

    if (rc != 0) {
        errno = errno == EACCES ? EWOULDBLOCK : errno;
        return rc;
    }
    rc = flock(fd, LOCK_EX | LOCK_NB);
    if (rc == 0)
        (void) stand_in_line(fd, F_OFD_SETLK, F_UNLCK);
    return rc; /* refused, we keep our place */
}

static bool
go_on(int64_t deadline)
{
    return (errno == EINTR || errno == EWOULDBLOCK) && !stop_asked()
           && clock_elapsed() < deadline;
}

/* Waits until deadline (clock_elapsed); may stand in the line already. */
static int
wait_until(int fd, int64_t deadline)
{
    struct sigaction action, before;
    struct itimerval timer = {
        {0, LOCK_TICK_US},
        {0, LOCK_TICK_US}
    };
    struct itimerval off = {
        {0, 0},
        {0, 0}
    };
    int rc, error;

    memset(&action, 0, sizeof action);
    action.sa_handler = tick;
    (void) sigaction(SIGALRM, &action, &before);
    (void) setitimer(ITIMER_REAL, &timer, NULL);
    do {
        bool first = stand_in_line(fd, F_OFD_SETLKW, F_WRLCK) == 0;

        rc = flock(fd, first ? LOCK_EX : LOCK_EX | LOCK_NB);
    } while (rc != 0 && go_on(deadline));
    (void) setitimer(ITIMER_REAL, &off, NULL);
    (void) sigaction(SIGALRM, &before, NULL);
    error = errno;
    (void) stand_in_line(fd, F_OFD_SETLK, F_UNLCK);
    errno = error;
    return rc;
}

/* Is the file we hold still the one that stands at the path? */
static bool
still_there(const struct lock *lock)
{
    struct stat held, named;

    return fstat(lock->fd, &held) == 0 && stat(lock->path, &named) == 0
           && held.st_dev == named.st_dev && held.st_ino == named.st_ino;
}

enum err
lock_take(struct lock *lock, int64_t timeout)
{
    int64_t deadline = clock_elapsed() + timeout;

    for (;;) {
        enum err e = lock->fd < 0 ? open_file(lock) : ERR_OK;
        int rc;

        if (e != ERR_OK)
            return e;
        rc = try_once(lock->fd);
        if (rc != 0 && errno == EWOULDBLOCK)
            rc = wait_until(lock->fd, deadline);
        if (rc != 0 && (errno == EINTR || errno == EWOULDBLOCK))
            return stop_asked()
                       ? stop_check()
                       : err_set(
                           ERR_BUSY,
                           "the database is busy: another process has held "
                           "%s for %.1f s; try again",
                           lock->path, (double) timeout / CLOCK_SECOND);
        if (rc != 0)
            return err_set(ERR_IO, "cannot lock %s: %s", lock->path,
                           strerror(errno));
        if (still_there(lock))
            break;
        (void) close(lock->fd); /* somebody replaced it: lock the new one */
        lock->fd = -1;
    }
    lock->held = true;
    return ERR_OK;
}

void
lock_give(struct lock *lock)
{
    if (lock->held)
        (void) flock(lock->fd, LOCK_UN);
    lock->held = false;
}
