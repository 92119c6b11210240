/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the dashboard costs whoever looks at it, on a terminal of 80x24 that
 * this program plays: milliseconds from the start to the first screen (median)
 * and from a key to what it shows (median and worst), processor time while
 * nobody does anything, and memory.
 *
 * dashboard [SENSORS...]   (100, 10000 and 100000 unless told)
 */
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/wait.h>

#include "lab.h"

enum { IDLE_SECONDS = 10, PRESSES = 100, STARTS = 9, TURN = 1000 };

/* ---- a plant: a reading each, one in a hundred an alert ---- */

static void
fill(struct service *s, int64_t sensors)
{
    static const char *const columns[] = {"value", NULL};
    struct draft d;
    int64_t number;

    lab_draft(s, "new", columns, 1, &d);
    for (int64_t i = 0; i < sensors; i++) {
        double value = i % 100 == 99 ? 13 : 5;
        struct buf name = {0};
        struct model m = {.kind = &kind_baseline, .title = xstrdup("")};

        if (i % TURN == 0) {
            must(service_begin(s));
            must(change_open(s, "fit", "bench"));
        }
        buf_printf(&name, "S-%07" PRId64, i);
        m.name = xstrdup(name.data);
        must(draft_apply(s, &m, &d, &number));
        lab_put(s, name.data, &value, 1, 0, NULL);
        if (i % TURN == TURN - 1 || i == sensors - 1)
            must(service_commit(s));
        model_free(&m);
        buf_free(&name);
    }
    draft_free(&d);
}

/* ---- the terminal ---- */

struct screen {
    pid_t pid; /* the process that waits; its child is the dashboard */
    int fd;    /* the terminal's other side */
};

/* By posix_spawn(), as a fork copies the tables of all the memory that filling
 * the database has taken, for milliseconds. */
static struct screen
start(const char *path)
{
    const char *build = getenv("top_builddir");
    struct screen screen = {.fd = posix_openpt(O_RDWR | O_NOCTTY)};
    const struct winsize size = {.ws_row = 24, .ws_col = 80};
    char name[] = "vigia-dashboard", option[] = "-d", *file = xstrdup(path);
    char *const argv[] = {name, option, file, NULL};
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    struct buf program = {0};

    buf_printf(&program, "%s/vigia-dashboard", build ? build : ".");
    if (screen.fd < 0 || grantpt(screen.fd) != 0 || unlockpt(screen.fd) != 0
        || ioctl(screen.fd, TIOCSWINSZ, &size) != 0) {
        perror("dashboard: no terminal");
        exit(1);
    }
    (void) setenv("TERM", "xterm", 1);
    (void) posix_spawnattr_init(&attributes);
    (void) posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID);
    (void) posix_spawn_file_actions_init(&actions);
    for (int i = 0; i < 3; i++)
        (void) posix_spawn_file_actions_addopen(&actions, i,
                                                ptsname(screen.fd), O_RDWR, 0);
    if (posix_spawn(&screen.pid, program.data, &actions, &attributes, argv,
                    environ)
        != 0) {
        perror("dashboard: it does not start");
        exit(1);
    }
    (void) posix_spawn_file_actions_destroy(&actions);
    (void) posix_spawnattr_destroy(&attributes);
    free(file);
    buf_free(&program);
    return screen;
}

/* Reads until text comes, or (NULL) for as long as something comes within ms;
 * when text, or the first of it, was there (0: nothing was). */
static int64_t
read_until(const struct screen *screen, const char *text, int ms)
{
    struct pollfd in = {.fd = screen->fd, .events = POLLIN};
    int64_t when = 0;
    struct buf got = {0};
    bool found = false;

    while (!found && poll(&in, 1, ms) > 0) {
        char bytes[4096];
        ssize_t n = read(screen->fd, bytes, sizeof bytes);

        if (n <= 0)
            break;
        if (text || when == 0)
            when = clock_elapsed();
        buf_add(&got, bytes, (size_t) n);
        found = text && strstr(got.data, text);
    }
    buf_free(&got);
    if (text && !found) {
        printf("dashboard: the screen did not come\n");
        exit(1);
    }
    return when;
}

/* A figure of /proc/PID/FILE behind a word. */
static long
figure_of(pid_t pid, const char *file, const char *word)
{
    char path[64], line[4096];
    long figure = -1;
    FILE *in;

    (void) snprintf(path, sizeof path, "/proc/%d/%s", (int) pid, file);
    in = fopen(path, "r");
    while (in && figure < 0 && fgets(line, sizeof line, in))
        if (strncmp(line, word, strlen(word)) == 0)
            figure = strtol(line + strlen(word), NULL, 10);
    if (in)
        (void) fclose(in);
    return figure;
}

static pid_t
child_of(pid_t pid)
{
    char file[64];

    (void) snprintf(file, sizeof file, "task/%d/children", (int) pid);
    return (pid_t) figure_of(pid, file, "");
}

/* Milliseconds of processor time so far. */
static double
cpu_of(pid_t pid)
{
    return (double) figure_of(pid, "schedstat", "") / 1e6;
}

/* ---- measuring ---- */

static int
compare(const void *a, const void *b)
{
    const int64_t *x = a, *y = b;

    return (*x > *y) - (*x < *y);
}

static void
measure_keys(const struct screen *screen)
{
    static const char *const presses[] = {"\033[6~", "\033OB", "G", "g", "s"};
    enum { KINDS = sizeof presses / sizeof *presses };
    int64_t took[PRESSES];

    for (size_t i = 0; i < PRESSES; i++) {
        const char *key = presses[i % KINDS];

        int64_t began = clock_elapsed(), when;

        if (write(screen->fd, key, strlen(key)) < 0)
            exit(1);
        when = read_until(screen, NULL, 30);
        took[i] = when > 0 ? when - began : 0; /* 0: nothing changed */
    }
    qsort(took, PRESSES, sizeof *took, compare);
    printf("  a key %.1f ms, at worst %.1f;", (double) took[PRESSES / 2] / 1e3,
           (double) took[PRESSES - 1] / 1e3);
}

static void
quit(const struct screen *screen)
{
    if (write(screen->fd, "Q", 1) < 0)
        exit(1);
    while (read_until(screen, NULL, 200) > 0)
        ;
    (void) close(screen->fd);
    (void) waitpid(screen->pid, NULL, 0);
}

/* The median, and the last dashboard is left running. */
static double
measure_first(const char *path, struct screen *screen)
{
    int64_t took[STARTS];

    for (size_t i = 0; i < STARTS; i++) {
        int64_t began;

        if (i > 0)
            quit(screen);
        began = clock_elapsed();
        *screen = start(path);
        took[i] = read_until(screen, "help", 10000) - began;
    }
    qsort(took, STARTS, sizeof *took, compare);
    return (double) took[STARTS / 2] / 1e3;
}

static void
measure(const char *path, int64_t sensors)
{
    struct screen screen;
    pid_t pid;
    double before;

    printf("%8" PRId64 " sensors: first screen %.1f ms;", sensors,
           measure_first(path, &screen));
    (void) read_until(&screen, NULL, 700); /* all is read; but for the clock */
    measure_keys(&screen);
    pid = child_of(screen.pid);
    before = cpu_of(pid);
    for (int64_t end = clock_elapsed() + IDLE_SECONDS * CLOCK_SECOND;
         clock_elapsed() < end;)
        (void) read_until(&screen, NULL, 100);
    printf("  idle %.2f %% of a core;",
           (cpu_of(pid) - before) / (IDLE_SECONDS * 1000) * 100);
    printf("  %.1f MiB\n", (double) figure_of(pid, "status", "VmHWM:") / 1024);
    quit(&screen);
}

int
main(int argc, char **argv)
{
    static const char *const usual[] = {"100", "10000", "100000"};
    int count = argc > 1 ? argc - 1 : 3;

    (void) setvbuf(stdout, NULL, _IONBF, 0);
    for (int i = 0; i < count; i++) {
        int64_t sensors = strtoll(argc > 1 ? argv[i + 1] : usual[i], NULL, 10);
        struct lab lab;

        lab_open(&lab);
        lab.conf.durability = CONF_NORMAL;
        fill(lab.s, sensors);
        measure(lab.path, sensors);
        lab_close(&lab);
    }
    return 0;
}
