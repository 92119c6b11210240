/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Opening a database: what is made, with which mode, and what is refused and
 * with which words. Network file systems cannot be had in a test.
 */
#include "store/db.h"

#include <grp.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "lab.h"

static const struct db_options options = {.busy_timeout = 200000};

static char *folder;

static enum err
try_open(const char *path, enum db_mode mode)
{
    struct db *db = NULL;
    enum err e = db_open(path, mode, &options, &db);

    db_close(db);
    return e;
}

static char *
file(const char *name)
{
    return lab_file(folder, name);
}

static mode_t
mode_of(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0 ? st.st_mode & 07777 : 0;
}

static void
write_file(const char *path, const char *text)
{
    FILE *f = fopen(path, "w");

    if (!f || fputs(text, f) < 0 || fclose(f) != 0)
        abort();
}

/* A database made by SQLite itself. */
static void
write_sqlite(const char *path, const char *sql)
{
    sqlite3 *sqlite;

    if (sqlite3_open(path, &sqlite) != SQLITE_OK
        || sqlite3_exec(sqlite, sql, NULL, NULL, NULL) != SQLITE_OK
        || sqlite3_close(sqlite) != SQLITE_OK)
        abort();
}

static void
test_create(void)
{
    char *path = file("v.db"), *wal = file("v.db-wal");
    char *lock = file("v.db.lock"), *link = file("link.db");
    struct db *db = NULL, *again = NULL;
    mode_t mask = umask(0077);

    refused(try_open(path, DB_WRITE), ERR_INPUT, "there is no database",
            "a database that is not there is not made by writing");
    ok(access(path, F_OK) != 0 && access(lock, F_OK) != 0,
       "and nothing was left");
    must(db_open(path, DB_CREATE, &options, &db));
    must(db_begin(db));
    must(db_run(db, "UPDATE meta SET value = 7 WHERE name = 'pruned_to'", NULL,
                0));
    must(db_commit(db));
    ok(mode_of(path) == 0660 && mode_of(wal) == 0660 && mode_of(lock) == 0660,
       "database, log and lock are 0660 whatever the umask");
    umask(mask);
    ok(symlink("v.db", link) == 0, "a link is made");
    must(db_open(link, DB_WRITE, &options, &again));
    is_str(db_path(again), db_path(db), "a link is the file it points at");
    is_int(db_schema(db), db_schema_current, "a new file has the last schema");
    db_close(again);
    db_close(db);
    ok(try_open(path, DB_CREATE) == ERR_OK, "what is there is not made anew");
    write_file(link, ""); /* through the link */
    refused(try_open(path, DB_WRITE), ERR_SCHEMA, "is empty",
            "an empty file is no database");
    unlink(wal);
    ok(try_open(path, DB_CREATE) == ERR_OK && mode_of(path) == 0660,
       "but may become one");
    free(path);
    free(wal);
    free(lock);
    free(link);
}

static void
test_foreign(void)
{
    char *text = file("text"), *other = file("other.db");
    char *newer = file("newer.db"), *older = file("older.db");
    char *lost = file("no/such/folder/v.db"), *half = file("half.db");

    refused(try_open(folder, DB_CREATE), ERR_SCHEMA, "is a folder",
            "a folder is no database");
    refused(try_open("/dev/null", DB_CREATE), ERR_SCHEMA, "no regular file",
            "nor is a device");
    refused(try_open(lost, DB_WRITE), ERR_INPUT, "No such file",
            "a folder that is not there cannot be read in");
    refused(try_open(lost, DB_CREATE), ERR_CREATE, "No such file",
            "a folder that is not there is not made");
    write_file(text, "PUMP-7,10\nPUMP-8,11\n");
    refused(try_open(text, DB_CREATE), ERR_SCHEMA, "is not a vigia database",
            "a text is no database");
    write_sqlite(other, "CREATE TABLE t(a)");
    refused(try_open(other, DB_CREATE), ERR_SCHEMA, "not one of vigia",
            "somebody else's database is told from ours");
    write_sqlite(newer, "PRAGMA application_id=0x56494749;"
                        "PRAGMA user_version=99");
    refused(try_open(newer, DB_WRITE), ERR_SCHEMA, "install the newer vigia",
            "a newer schema is refused");
    refused(try_open(newer, DB_UPGRADE), ERR_SCHEMA, "has schema 99",
            "also for an upgrade");
    write_sqlite(older, "PRAGMA application_id=0x56494749;"
                        "PRAGMA user_version=0; CREATE TABLE t(a);"
                        "DROP TABLE t");
    refused(try_open(older, DB_WRITE), ERR_SCHEMA, "run `vigia upgrade`",
            "an older schema says how to go on");
    ok(try_open(older, DB_UPGRADE) == ERR_OK, "and opens for the upgrade");
    write_sqlite(half, "CREATE TABLE t(a); DROP TABLE t");
    refused(try_open(half, DB_WRITE), ERR_SCHEMA, "not one of vigia",
            "a file that was left half made is not written");
    ok(try_open(half, DB_CREATE) == ERR_OK, "but made to the end");
    free(half);
    free(text);
    free(other);
    free(newer);
    free(older);
    free(lost);
}

/* What opening and writing answers to somebody who is not root. */
static enum err
as_nobody(const char *path)
{
    int status = 0;
    pid_t child = fork();

    if (child == 0) {
        struct db *db = NULL;
        enum err e = ERR_INTERNAL;

        if (setgroups(0, NULL) == 0 && setgid(65534) == 0
            && setuid(65534) == 0)
            e = db_open(path, DB_CREATE, &options, &db);
        if (e == ERR_OK)
            e = db_begin(db);
        if (e == ERR_OK)
            e = db_run(db, "UPDATE meta SET value = 0", NULL, 0);
        if (e == ERR_OK)
            e = db_commit(db);
        _exit((int) e);
    }
    (void) waitpid(child, &status, 0);
    return WIFEXITED(status) ? (enum err) WEXITSTATUS(status) : ERR_INTERNAL;
}

static void
test_denied(void)
{
    char *path = file("denied.db"), *lock = file("denied.db.lock");
    char *fresh = file("fresh.db");

    if (geteuid() != 0) {
        skip("what others may do is tested as root");
        goto done;
    }
    must(try_open(path, DB_CREATE));
    (void) chmod(folder, 0755);
    is_int(as_nobody(path), ERR_DENIED, "others may not open it");
    (void) chmod(path, 0644);
    is_int(as_nobody(path), ERR_DENIED, "nor without its lock");
    (void) chmod(lock, 0666);
    is_int(as_nobody(path), ERR_DENIED, "nor write one they may only read");
    is_int(as_nobody(fresh), ERR_DENIED, "nor make one in that folder");
    (void) chmod(folder, 0700);
    is_int(as_nobody(path), ERR_DENIED, "nor in a folder that is closed");
done:
    free(path);
    free(lock);
    free(fresh);
}

/* Of many that come at once one makes the database, all find it whole. */
static void
test_race(void)
{
    enum { MANY = 8 };
    const struct db_options patient = {.busy_timeout = 60 * CLOCK_SECOND};
    char *path = file("race.db");
    pid_t children[MANY];
    int good = 0;

    for (int i = 0; i < MANY; i++) {
        children[i] = fork();
        if (children[i] == 0) {
            struct db *db = NULL;
            enum err e = db_open(path, DB_CREATE, &patient, &db);

            if (e != ERR_OK)
                diag("%s", err_text());
            db_close(db);
            _exit(e != ERR_OK);
        }
    }
    for (int i = 0; i < MANY; i++) {
        int status = 1;

        (void) waitpid(children[i], &status, 0);
        good += status == 0;
    }
    is_int(good, MANY, "many may make one database at once");
    free(path);
}

int
main(void)
{
    folder = lab_folder();
    test_create();
    test_foreign();
    test_denied();
    test_race();
    lab_clear(folder);
    return done_testing();
}
