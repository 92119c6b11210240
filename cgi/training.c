/* SPDX-License-Identifier: Apache-2.0 */
/* The process, its standard input, and its end, told by a pidfd. */
#include "cgi/training.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/log.h"
#include "cgi/app.h"
#include "cgi/turn.h"
#include "core/job.h"
#include "core/service.h"

enum {
    PLACE_MAX = 4096, /* bytes of the path of this program */
    WORDS_MAX = 64
};

struct training {
    struct app *app;
    struct loop *loop;
    char *config; /* NULL: the usual ones */
    char *vigia;  /* the program */
    int64_t job;  /* 0: the place is free */
    pid_t pid;    /* 0: not started */
    int pidfd;
};

int64_t
training_job(const struct app *app)
{
    return app->training ? app->training->job : 0;
}

void
training_take(struct app *app, int64_t job)
{
    app->training->job = job;
}

void
training_leave(struct app *app, int64_t job)
{
    struct training *t = app->training;

    if (t && t->job == job && t->pid == 0)
        t->job = 0;
}

enum err
training_look(const struct app *app, int64_t id, struct job *out)
{
    enum err e = job_find(app->service, id, out);

    if (e != ERR_OK)
        return e;
    if (out->state == JOB_RUNNING && training_job(app) != id)
        job_seem_lost(out);
    else if (out->state != JOB_RUNNING && training_job(app) == id)
        job_seem_running(out);
    return ERR_OK;
}

/* ---- the process ---- */

/* Waits for the process, which has ended or is about to. */
static void
reap(struct training *t)
{
    while (waitpid(t->pid, NULL, 0) < 0 && errno == EINTR)
        ;
    loop_forget(t->loop, t->pidfd);
    (void) close(t->pidfd);
    t->pid = 0;
    t->job = 0;
}

static void
take_end(uint32_t events, void *arg)
{
    struct training *t = arg;

    (void) events;
    reap(t);
    t->app->roused = true;
}

/* A file in memory that begins with body. */
static enum err
make_input(const struct buf *body, int *out)
{
    int fd = memfd_create("vigia-body", MFD_CLOEXEC);
    const char *from = buf_text(body);
    size_t left = body->len;

    while (fd >= 0 && left > 0) {
        ssize_t n = write(fd, from, left);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            break;
        from += n;
        left -= (size_t) n; /* not negative */
    }
    if (fd >= 0 && left == 0 && lseek(fd, 0, SEEK_SET) == 0) {
        *out = fd;
        return ERR_OK;
    }
    if (fd >= 0)
        (void) close(fd);
    return err_set(ERR_UNAVAILABLE, "cannot keep the body of a fit: %s",
                   strerror(errno));
}

/* Signals are as the program finds them at its start; all descriptors of ours
 * close when it begins. */
static int
spawn(const char *program, const char *const *words, int input, pid_t *pid)
{
    posix_spawn_file_actions_t files;
    posix_spawnattr_t how;
    sigset_t none, usual;
    int failed;

    (void) sigemptyset(&none);
    (void) sigemptyset(&usual);
    (void) sigaddset(&usual, SIGPIPE);
    (void) posix_spawn_file_actions_init(&files);
    (void) posix_spawn_file_actions_adddup2(&files, input, STDIN_FILENO);
    (void) posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, "/dev/null",
                                            O_WRONLY, 0);
    (void) posix_spawnattr_init(&how);
    (void) posix_spawnattr_setflags(&how, POSIX_SPAWN_SETSIGMASK
                                              | POSIX_SPAWN_SETSIGDEF);
    (void) posix_spawnattr_setsigmask(&how, &none);
    (void) posix_spawnattr_setsigdefault(&how, &usual);
    /* it does not write to the words; its prototype is older than const */
    failed = posix_spawn(pid, program, &files, &how, (char *const *) words,
                         environ);
    (void) posix_spawnattr_destroy(&how);
    (void) posix_spawn_file_actions_destroy(&files);
    return failed;
}

static enum err
watch(struct training *t)
{
    enum err e;

    t->pidfd = (int) syscall(SYS_pidfd_open, t->pid, 0); /* a descriptor */
    if (t->pidfd < 0)
        e = err_set(ERR_UNAVAILABLE, "cannot watch a process: %s",
                    strerror(errno));
    else
        e = loop_watch(t->loop, t->pidfd, EPOLLIN, take_end, t);
    if (e == ERR_OK)
        return e;
    (void) kill(t->pid, SIGKILL);
    (void) waitpid(t->pid, NULL, 0);
    if (t->pidfd >= 0)
        (void) close(t->pidfd);
    t->pid = 0;
    return e;
}

enum err
training_start(struct app *app, const char *const *words,
               const struct buf *body)
{
    struct training *t = app->training;
    const char *all[WORDS_MAX + 1] = {t->vigia};
    char job[32]; /* --job= and 64 bits */
    size_t n = 1;
    int input = -1, failed;
    enum err e = make_input(body, &input);

    if (e != ERR_OK)
        return e;
    (void) snprintf(job, sizeof job, "--job=%" PRId64, t->job);
    if (t->config) {
        all[n++] = "-c";
        all[n++] = t->config;
    }
    all[n++] = "-d";
    all[n++] = db_path(app->service->db);
    all[n++] = "fit";
    all[n++] = job;
    all[n++] = "--csv=-";
    while (*words && n < WORDS_MAX)
        all[n++] = *words++;
    failed = spawn(t->vigia, all, input, &t->pid);
    (void) close(input);
    if (failed == 0)
        return watch(t);
    t->pid = 0;
    return err_set(ERR_UNAVAILABLE, "cannot start %s: %s", t->vigia,
                   strerror(failed));
}

/* ---- beginning and end of the service ---- */

/* vigia beside this program, or where it is installed. */
static char *
find_vigia(void)
{
    static const char name[] = "vigia";
    char self[PLACE_MAX];
    ssize_t len = readlink("/proc/self/exe", self, sizeof self);
    const char *slash = len > 0 ? memrchr(self, '/', (size_t) len) : NULL;
    struct buf path = {0};

    if (slash && len < PLACE_MAX) /* else cut, perhaps */
        buf_add(&path, self, (size_t) (slash + 1 - self));
    buf_str(&path, name);
    if (access(buf_text(&path), X_OK) != 0) {
        buf_clear(&path);
        buf_printf(&path, "%s/%s", BINDIR, name);
    }
    return buf_steal(&path);
}

static enum err
lose_jobs(struct service *s)
{
    enum err e = service_begin(s);

    if (e != ERR_OK)
        return e;
    e = job_lose(s);
    if (e == ERR_OK)
        return service_commit(s);
    service_rollback(s);
    return e;
}

enum err
training_open(struct app *app, struct loop *loop, const char *config)
{
    struct training *t;
    enum err e = lose_jobs(app->service);

    if (e != ERR_OK)
        return e;
    t = xcalloc(1, sizeof *t);
    t->app = app;
    t->loop = loop;
    t->config = config ? xstrdup(config) : NULL;
    t->vigia = find_vigia();
    app->training = t;
    return ERR_OK;
}

void
training_close(struct app *app)
{
    struct training *t = app->training;

    if (!t)
        return;
    if (t->pid) {
        (void) kill(t->pid, SIGKILL);
        reap(t);
        if (!db_broken(app->service->db) && lose_jobs(app->service) != ERR_OK)
            log_line("a job is left: %s", err_text());
    }
    free(t->config);
    free(t->vigia);
    free(t);
    app->training = NULL;
}
