/* SPDX-License-Identifier: Apache-2.0 */
/* The write lock between processes: waiting, giving up, stopped and dead
 * holders, a replaced file. Children say by a pipe that they hold it. */
#include "store/lock.h"

#include <errno.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "base/stop.h"
#include "lab.h"

enum { SHORT = 200000, LONG = 60000000 }; /* microseconds to wait */

static char *folder, *database;

/* ---- a child that holds the lock ---- */

struct holder {
    pid_t pid;
    int end; /* closing it ends the child */
};

static struct holder
hold(void)
{
    int told[2], end[2];
    struct holder holder;
    char byte;

    if (pipe(told) != 0 || pipe(end) != 0)
        abort();
    holder.pid = fork();
    if (holder.pid == 0) {
        struct lock lock;

        (void) close(end[1]);
        must(lock_open(&lock, database));
        must(lock_take(&lock, LONG));
        if (write(told[1], "h", 1) != 1 || read(end[0], &byte, 1) != 0)
            _exit(1);
        lock_give(&lock);
        _exit(0);
    }
    (void) close(told[1]);
    (void) close(end[0]);
    holder.end = end[1];
    if (read(told[0], &byte, 1) != 1)
        abort();
    (void) close(told[0]);
    return holder;
}

static int
let_go(struct holder *holder)
{
    int status = 1;

    (void) close(holder->end);
    (void) waitpid(holder->pid, &status, 0);
    return status;
}

/* ---- */

static void
test_file(struct lock *lock)
{
    char *path = lab_file(folder, "v.db.lock");
    char *linked = lab_file(folder, "linked.db");
    char *link = lab_file(folder, "linked.db.lock");
    char *lost = lab_file(folder, "no/v.db");
    struct lock other;
    struct stat st;

    is_str(lock->path, path, "the lock lies beside the database");
    ok(stat(path, &st) == 0 && (st.st_mode & 07777) == 0660,
       "it is 0660 whatever the umask");
    refused(lock_open(&other, lost), ERR_CREATE, "No such file",
            "a folder that is not there is named");
    if (symlink("v.db.lock", link) != 0)
        abort();
    refused(lock_open(&other, linked), ERR_CREATE, "linked.db.lock",
            "a link is not followed");
    lock_close(&other);
    must(lock_take(lock, 0));
    lock_give(lock);
    lock_give(lock);
    must(lock_take(lock, 0));
    lock_give(lock);
    ok(access(path, F_OK) == 0, "giving it twice is harmless");
    free(path);
    free(linked);
    free(link);
    free(lost);
}

static void
test_busy(struct lock *lock)
{
    struct holder holder = hold();
    int64_t began = clock_elapsed(), waited;

    refused(lock_take(lock, SHORT), ERR_BUSY, "another process has held",
            "a lock that somebody holds is busy");
    waited = clock_elapsed() - began;
    ok(waited >= SHORT && waited < LONG / 2, "after the timeout, not before");
    ok(!lock->held, "and then it is not held");
    (void) kill(holder.pid, SIGSTOP);
    refused(lock_take(lock, SHORT), ERR_BUSY, "try again",
            "a stopped holder does not freeze the others");
    (void) kill(holder.pid, SIGCONT);
    is_int(let_go(&holder), 0, "the holder lets go");
    must(lock_take(lock, LONG));
    ok(lock->held, "then it is ours");
    lock_give(lock);

    holder = hold();
    (void) kill(holder.pid, SIGKILL);
    (void) waitpid(holder.pid, NULL, 0);
    (void) close(holder.end);
    ok(lock_take(lock, LONG) == ERR_OK, "a dead holder leaves it free");
    lock_give(lock);
}

/* Takes the lock again and again until end is closed; tells each time. */
static int
be_greedy(int told, int end)
{
    struct lock lock;
    char byte;

    (void) fcntl(end, F_SETFL, O_NONBLOCK);
    (void) fcntl(told, F_SETFL, O_NONBLOCK);
    must(lock_open(&lock, database));
    while (read(end, &byte, 1) < 0) {
        int64_t began;

        must(lock_take(&lock, LONG));
        began = clock_elapsed();
        if (write(told, "t", 1) < 0 && errno != EAGAIN)
            return 1;
        while (clock_elapsed() - began < 1000)
            ; /* a turn of work */
        lock_give(&lock);
    }
    return 0;
}

static void
test_fair(struct lock *lock)
{
    enum { TURNS = 50 };
    int told[2], end[2], status = 1;
    ssize_t theirs = 0; /* turns the child has had */
    pid_t child;
    char bytes[4096];

    if (pipe(told) != 0 || pipe(end) != 0)
        abort();
    child = fork();
    if (child == 0) {
        (void) close(end[1]);
        _exit(be_greedy(told[1], end[0]));
    }
    (void) close(end[0]);
    for (int i = 0; i < TURNS; i++) {
        ssize_t n = read(told[0], bytes, sizeof bytes); /* it has it again */

        if (n <= 0)
            abort();
        theirs += n;
        must(lock_take(lock, LONG));
        lock_give(lock);
    }
    (void) close(end[1]);
    (void) waitpid(child, &status, 0);
    (void) close(told[0]);
    (void) close(told[1]);
    diag("%d turns against %d", TURNS, (int) theirs);
    ok(theirs < 10 * TURNS && status == 0,
       "one that waits comes before one that takes it again at once");
}

/* As a process does that was stopped on its way to the lock. */
static void
test_line(struct lock *lock)
{
    struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    int fd = open(lock->path, O_RDWR | O_CLOEXEC);
    int64_t began = clock_elapsed();

    if (fd < 0 || fcntl(fd, F_OFD_SETLK, &whole) != 0)
        abort();
    must(lock_take(lock, LONG));
    ok(clock_elapsed() - began < LONG / 2,
       "who stands in the line and does not move is passed");
    lock_give(lock);
    (void) close(fd);
}

static void
test_replaced(struct lock *lock)
{
    struct holder holder;
    struct stat ours, named;

    if (unlink(lock->path) != 0)
        abort();
    must(lock_take(lock, 0));
    ok(fstat(lock->fd, &ours) == 0 && stat(lock->path, &named) == 0
           && ours.st_ino == named.st_ino,
       "a lock file that was removed is made anew");
    lock_give(lock);
    if (unlink(lock->path) != 0)
        abort();
    holder = hold(); /* makes and holds the new one */
    refused(lock_take(lock, SHORT), ERR_BUSY, "another process",
            "a replaced one is noticed: the old one is not enough");
    is_int(let_go(&holder), 0, "its holder lets go");
    must(lock_take(lock, LONG));
    lock_give(lock);
}

static void
test_interrupted(struct lock *lock)
{
    struct holder holder = hold();

    stop_catch();
    (void) raise(SIGTERM);
    refused(lock_take(lock, LONG), ERR_INTERRUPTED, "interrupted",
            "who wants to stop does not wait any longer");
    stop_release();
    is_int(let_go(&holder), 0, "the holder lets go after that, too");
}

int
main(void)
{
    struct lock lock;
    mode_t mask = umask(0077);

    folder = lab_folder();
    database = lab_file(folder, "v.db");
    must(lock_open(&lock, database));
    (void) umask(mask);
    test_file(&lock);
    test_busy(&lock);
    test_fair(&lock);
    test_line(&lock);
    test_replaced(&lock);
    test_interrupted(&lock);
    lock_close(&lock);
    lock_close(&lock);
    free(database);
    lab_clear(folder);
    return done_testing();
}
