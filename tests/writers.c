/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Four writers and two readers on one database. One writer is stopped inside
 * its transaction: the others are told in time that the database is busy.
 * Afterwards everything that was acknowledged is there, and nothing else.
 *
 * Children tell the parent by lines in one pipe, so it knows the order.
 */
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>

#include "lab.h"

enum {
    WRITERS = 4,
    READERS = 2,
    TURNS = 40,
    READINGS = 5, /* in a turn */
    STOP_AT = 10, /* the turn in which writer 0 stops */
    TIMEOUT = 200000,
    DEADLINE = 120000 /* milliseconds for a line to come */
};

static struct lab lab;

/* ---- children ---- */

static void
tell(int fd, const char *word, int writer, int turn)
{
    char line[64];
    int len = snprintf(line, sizeof line, "%s %d %d\n", word, writer, turn);

    if (write(fd, line, (size_t) len) != len) /* short: whole or not at all */
        _exit(2);
}

static struct service *
open_again(void)
{
    struct service *s = NULL;

    lab.conf.busy_timeout = TIMEOUT;
    must(service_open(lab.path, DB_WRITE, &lab.conf, "ana", "cli", &s));
    return s;
}

/* A turn: five readings whose request is the writer's and the turn's. */
static enum err
write_turn(struct service *s, int fd, int writer, int turn)
{
    int64_t began = clock_elapsed();
    char request[32], name[8];
    enum err e = service_begin(s);

    if (e == ERR_BUSY && clock_elapsed() - began < TIMEOUT)
        _exit(3); /* it gave up too early */
    if (e != ERR_OK)
        return e;
    (void) snprintf(request, sizeof request, "%d-%d", writer, turn);
    (void) snprintf(name, sizeof name, "S%d", turn % 2);
    for (int i = 0; i < READINGS; i++) {
        double value = i;

        lab_put(s, name, &value, 1, 0, request);
        if (writer == 0 && turn == STOP_AT && i == 2) {
            tell(fd, "stopped", writer, turn);
            (void) raise(SIGSTOP);
        }
    }
    return service_commit(s);
}

/* The others go on until they were told once that the database is busy. */
static int
be_writer(int fd, int writer)
{
    struct service *s = open_again();
    bool busy = writer == 0;

    for (int turn = 0; turn < TURNS || !busy; turn++) {
        enum err e;

        while ((e = write_turn(s, fd, writer, turn)) == ERR_BUSY) {
            tell(fd, "busy", writer, turn);
            busy = true;
        }
        must(e);
        tell(fd, "stored", writer, turn);
    }
    service_close(s);
    return 0;
}

/* Whatever a reader sees is whole turns, in the rows and in their count. */
static int
be_reader(int end)
{
    struct service *s = open_again();
    struct history_query all = {
        .since = INT64_MIN, .until = INT64_MAX, .limit = 3 * READINGS};
    char byte;
    int reads = 0;

    (void) fcntl(end, F_SETFL, O_NONBLOCK);
    while (read(end, &byte, 1) < 0 || reads == 0) {
        struct history_page page = {0};
        int64_t rows = 0;

        must(service_refresh(s));
        must(history_count(s, &rows));
        must(history_read(s, &all, &page));
        if (rows % READINGS != 0 || page.count % READINGS != 0)
            return 4;
        for (size_t i = 0; i < page.count; i++)
            if (page.items[i].values[0] != READINGS - 1 - (double) (i % 5))
                return 5;
        history_page_free(&page);
        reads++;
    }
    service_close(s);
    return 0;
}

/* ---- the parent ---- */

/* What the writers have said. */
struct told {
    bool stored[WRITERS][1 << 16];
    int count;         /* turns */
    int busy[WRITERS]; /* since writer 0 has stopped */
    bool stopped, continued;
};

static void
hear(struct told *told, const char *line, pid_t first)
{
    char word[16];
    int writer, turn, status;

    if (sscanf(line, "%15s %d %d", word, &writer, &turn) != 3)
        abort();
    if (strcmp(word, "stored") == 0 && turn < 1 << 16) {
        told->stored[writer][turn] = true;
        told->count++;
    }
    if (strcmp(word, "stopped") == 0) {
        (void) waitpid(first, &status, WUNTRACED);
        told->stopped = WIFSTOPPED(status);
    }
    if (strcmp(word, "busy") == 0 && told->stopped)
        told->busy[writer]++;
    if (!told->continued && told->busy[1] && told->busy[2] && told->busy[3]) {
        told->continued = true;
        (void) kill(first, SIGCONT);
    }
}

/* Until all writers have closed the pipe; false when nothing more came. */
static bool
hear_all(struct told *told, int fd, pid_t first)
{
    struct pollfd p = {.fd = fd, .events = POLLIN};
    FILE *f = fdopen(fd, "r");
    char line[64];

    setvbuf(f, NULL, _IONBF, 0); /* else poll() does not see what is read */
    while (poll(&p, 1, DEADLINE) == 1) {
        if (!fgets(line, sizeof line, f)) {
            (void) fclose(f);
            return true;
        }
        hear(told, line, first);
    }
    (void) fclose(f);
    return false;
}

static void
check_rows(const struct told *told)
{
    static const char sql[] =
        "SELECT request, count(*) FROM history GROUP BY request";
    struct db_rows *rows;
    bool more = false;
    int turns = 0, unknown = 0;

    must(db_query(lab.s->db, sql, NULL, 0, &rows));
    for (must(db_next(rows, &more)); more; must(db_next(rows, &more))) {
        int writer, turn;
        bool known = sscanf(db_text(rows, 0), "%d-%d", &writer, &turn) == 2
                     && told->stored[writer][turn];

        turns += known && db_int(rows, 1) == READINGS;
        unknown += !known;
    }
    db_done(rows);
    is_int(turns, told->count, "every acknowledged turn is there, and whole");
    is_int(unknown, 0, "no other is");
}

static void
check_database(const struct told *told)
{
    struct history_page page = {0};
    struct history_query one = {
        .since = INT64_MIN, .until = INT64_MAX, .limit = 1 << 20};
    struct model m = lab_model(lab.s, "S0");
    int64_t rows = 0, seen = 0;

    must(history_count(lab.s, &rows));
    is_int(rows, (int64_t) told->count * READINGS, "the count is right");
    one.model = m.id;
    do {
        must(history_read(lab.s, &one, &page));
        seen += (int64_t) page.count;
        one.cursor = page.next;
        history_page_free(&page);
    } while (one.cursor);
    model_free(&m);
    is_int(seen,
           lab_number(lab.s, "SELECT count(*) FROM history h JOIN model m"
                             " ON m.id = h.model WHERE m.name = 'S0'"),
           "the chain of a model has all its rows");
    is_int(lab_number(lab.s, "SELECT count(*) FROM pragma_integrity_check"
                             " WHERE integrity_check = 'ok'"),
           1, "the file is whole");
}

int
main(void)
{
    static struct told told;
    pid_t children[WRITERS + READERS];
    int lines[2], end[2], good = 0;

    (void) signal(SIGPIPE, SIG_IGN);
    lab_open(&lab);
    lab_fit(lab.s, "S0", 1);
    lab_fit(lab.s, "S1", 1);
    service_close(lab.s); /* children open their own */
    lab.s = NULL;
    if (pipe(lines) != 0 || pipe(end) != 0)
        abort();
    for (int i = 0; i < WRITERS + READERS; i++) {
        children[i] = fork();
        if (children[i] == 0) {
            (void) close(lines[0]);
            (void) close(end[1]);
            if (i >= WRITERS)
                (void) close(lines[1]);
            _exit(i < WRITERS ? be_writer(lines[1], i) : be_reader(end[0]));
        }
    }
    (void) close(lines[1]);
    (void) close(end[0]);
    ok(hear_all(&told, lines[0], children[0]), "all writers come to an end");
    (void) close(end[1]);
    for (int i = 0; i < WRITERS + READERS; i++) {
        int status = 1;

        (void) kill(children[i], SIGCONT);
        (void) waitpid(children[i], &status, 0);
        good += status == 0;
        if (status != 0)
            diag("child %d ended with %d", i, status);
    }
    is_int(good, WRITERS + READERS, "writers and readers all went well");
    ok(told.stopped && told.continued,
       "with one stopped in its turn the others were told: busy");
    ok(told.stored[0][STOP_AT], "and the stopped one ended its turn");
    lab.s = open_again();
    check_rows(&told);
    check_database(&told);
    lab_close(&lab);
    return done_testing();
}
