/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Store and core in bad company: disks that do not sync, files that change
 * under an open database, programs of another schema, odd configurations.
 */
#include <sqlite3.h>

#include "core/prune.h"
#include "lab.h"
#include "store/lock.h"

static const struct db_options options = {.busy_timeout = 200000};

/* ---- a disk that does not sync ---- */

static struct {
    sqlite3_vfs vfs;
    sqlite3_io_methods database, log;
    int (*open)(sqlite3_vfs *, const char *, sqlite3_file *, int, int *);
    int (*sync)(sqlite3_file *, int);
    bool database_fails, log_fails;
} disk;

static int
sync_database(sqlite3_file *file, int flags)
{
    return disk.database_fails ? SQLITE_IOERR_FSYNC : disk.sync(file, flags);
}

static int
sync_log(sqlite3_file *file, int flags)
{
    return disk.log_fails ? SQLITE_IOERR_FSYNC : disk.sync(file, flags);
}

static int
open_on_disk(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags,
             int *out)
{
    int rc = disk.open(vfs, name, file, flags, out);
    bool log = (flags & SQLITE_OPEN_WAL) != 0;

    if (rc != SQLITE_OK || !(flags & (SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL)))
        return rc;
    disk.sync = file->pMethods->xSync;
    *(log ? &disk.log : &disk.database) = *file->pMethods;
    disk.database.xSync = sync_database;
    disk.log.xSync = sync_log;
    file->pMethods = log ? &disk.log : &disk.database;
    return rc;
}

/* Every file opened from now on lies on it. */
static void
use_disk(void)
{
    disk.vfs = *sqlite3_vfs_find(NULL);
    disk.vfs.zName = "unsound";
    disk.vfs.pNext = NULL;
    disk.open = disk.vfs.xOpen;
    disk.vfs.xOpen = open_on_disk;
    if (sqlite3_vfs_register(&disk.vfs, 1) != SQLITE_OK)
        abort();
}

static int64_t
rows_of(struct db *db, const char *sql)
{
    struct db_rows *rows;
    bool more = false;
    int64_t n;

    must(db_query(db, sql, NULL, 0, &rows));
    must(db_next(rows, &more));
    n = more ? db_int(rows, 0) : -1;
    db_done(rows);
    return n;
}

static enum err
insert(struct db *db, const char *name, size_t len)
{
    static const char sql[] = "INSERT INTO meta(name, value) VALUES ($1, $2)";
    static char bytes[5000000];
    struct arg args[] = {arg_text(name), arg_blob(bytes, len)};

    return db_run(db, sql, args, 2);
}

static const char mine[] = "SELECT count(*) FROM meta WHERE name LIKE 'my-%'";

/* What a program holds whose disk has failed; it is never closed again. */
static struct db *unsynced, *unmoved;

static void
test_sync(const char *folder)
{
    char *first = lab_file(folder, "first.db");
    char *second = lab_file(folder, "second.db");

    use_disk();
    must(db_open(first, DB_CREATE, &options, &unsynced));
    must(db_open(second, DB_CREATE, &options, &unmoved));

    must(db_begin(unsynced));
    must(insert(unsynced, "my-1", 10));
    disk.log_fails = true;
    refused(db_commit(unsynced), ERR_IO, "failed",
            "a commit that does not reach the disk is an error");
    disk.log_fails = false;
    is_int(rows_of(unsynced, mine), 0, "what it held is not read");
    refused(db_begin(unsynced), ERR_IO, "start again",
            "nothing more is written, also when the disk is well again");

    must(db_begin(unmoved));
    must(insert(unmoved, "my-1", 5000000));
    disk.database_fails = true;
    is_int(db_commit(unmoved), ERR_OK,
           "a commit stands in the log when moving it out of there fails");
    disk.database_fails = false;
    refused(db_begin(unmoved), ERR_IO, "start again",
            "but nothing moves it, or writes, a second time");
    refused(db_shrink(unmoved, 10), ERR_IO, "start again", "or shrinks");
    sqlite3_vfs_unregister(&disk.vfs);
    free(first);
    free(second);
}

/* ---- a file that changes under an open database ---- */

static void
test_replaced(const char *folder)
{
    char *path = lab_file(folder, "mine.db"), *away = lab_file(folder, "away");
    struct db *db, *other;

    must(db_open(path, DB_CREATE, &options, &db));
    must(db_begin(db));
    must(insert(db, "my-1", 10));
    must(db_commit(db));
    ok(rename(path, away) == 0, "the file is taken away");
    refused(db_begin(db), ERR_IO, "removed or replaced",
            "nothing is written to a file that has another name");
    refused(db_shrink(db, 10), ERR_IO, "removed or replaced",
            "nor is that one shrunk");
    must(db_open(path, DB_CREATE, &options, &other));
    refused(db_begin(db), ERR_IO, "removed or replaced",
            "nor while another one stands there");
    must(db_begin(other));
    db_rollback(other);
    ok(true, "which leaves the lock free for those who use that one");
    db_close(other);
    ok(rename(away, path) == 0, "it is put back");
    must(db_begin(db));
    db_rollback(db);
    ok(true, "then it is written again");
    db_close(db);
    free(path);
    free(away);
}

/* The lock is held by somebody who is making the file. */
static void
test_half_made(const char *folder)
{
    char *path = lab_file(folder, "new.db");
    struct lock lock;
    struct db *db = NULL;
    int fd = open(path, O_CREAT | O_EXCL | O_WRONLY, 0660);

    must(lock_open(&lock, path));
    must(lock_take(&lock, 0));
    refused(db_open(path, DB_WRITE, &options, &db), ERR_BUSY, "busy",
            "a file that is just being made is waited for, not called empty");
    lock_give(&lock);
    refused(db_open(path, DB_WRITE, &options, &db), ERR_SCHEMA, "is empty",
            "when nobody makes it, it is");
    must(db_open(path, DB_CREATE, &options, &db));
    ok(true, "and can be made");
    db_close(db);
    lock_close(&lock);
    (void) close(fd);
    free(path);
}

static void
run_sql(const char *path, const char *sql)
{
    sqlite3 *sqlite;

    if (sqlite3_open(path, &sqlite) != SQLITE_OK
        || sqlite3_exec(sqlite, sql, NULL, NULL, NULL) != SQLITE_OK) {
        printf("Bail out! %s\n", sqlite3_errmsg(sqlite));
        exit(1);
    }
    (void) sqlite3_close(sqlite);
}

static void
test_page_size(const char *folder)
{
    char *path = lab_file(folder, "pages.db");
    char *copy = lab_file(folder, "copy.db");
    struct db *db;

    must(db_open(path, DB_CREATE, &options, &db));
    must(db_begin(db));
    must(insert(db, "my-1", 100000));
    must(db_commit(db));
    must(db_backup(db, copy, false, NULL));
    run_sql(copy, "PRAGMA page_size=16384; VACUUM");
    must(db_begin(db));
    must(insert(db, "my-2", 10));
    must(db_commit(db));
    is_int(db_restore(db, copy, NULL), ERR_OK,
           "a backup with pages of another size is restored");
    is_int(rows_of(db, mine), 1, "with what it has");
    is_int(rows_of(db, "PRAGMA page_size"), 4096, "into the pages there are");
    is_int(rows_of(db, "PRAGMA auto_vacuum"), 2, "and can still be shrunk");
    db_close(db);
    free(path);
    free(copy);
}

/* ---- a service that goes on ---- */

static void
test_own_restore(void)
{
    struct lab lab;
    struct compiled *c = NULL;
    struct verdicts verdicts = {0};
    struct model m;
    char *copy;
    const double value = 20;

    lab_open(&lab);
    copy = lab_file(lab.folder, "copy.db");
    lab_fit(lab.s, "P", 1);
    must(db_backup(lab.s->db, copy, false, NULL));
    lab_fit(lab.s, "Q", 1); /* one user, and P@2 after the restore: */
    lab_fit(lab.s, "P", 3);
    m = lab_model(lab.s, "P");
    must(compiled_get(lab.s, &m, 2, &c)); /* cached */
    compiled_put(c);
    model_free(&m);
    must(db_restore(lab.s->db, copy, NULL));
    lab_fit(lab.s, "P", 1);
    m = lab_model(lab.s, "P");
    must(compiled_get(lab.s, &m, 2, &c));
    c->kind->judge(c->model, &value, 1, &verdicts);
    ok(verdicts.count == 1 && verdicts.items[0].mean == 7.5,
       "after a restore of its own a service forgets compiled versions");
    verdicts_free(&verdicts);
    compiled_put(c);
    model_free(&m);
    free(copy);
    lab_close(&lab);
}

static void
test_newer_schema(void)
{
    struct lab lab;

    lab_open(&lab);
    lab_fit(lab.s, "P", 1);
    run_sql(lab.path, "PRAGMA user_version=99");
    refused(service_begin(lab.s), ERR_SCHEMA, "schema 99",
            "a program does not write after a newer one has upgraded");
    lab_close(&lab);
}

/* ---- history and pruning ---- */

static void
test_alerts(void)
{
    enum { QUIET = 10500 };
    static const double alert = 100, quiet = 1;
    struct history_page page = {0};
    struct history_query query = {
        .alerts = true, .since = INT64_MIN, .until = INT64_MAX, .limit = 2};
    struct lab lab;
    struct model m;

    lab_open(&lab);
    lab_fit(lab.s, "P", 1);
    m = lab_model(lab.s, "P");
    must(service_begin(lab.s));
    (void) lab_put(lab.s, "P", &alert, 1, 0, NULL);
    for (int i = 0; i < QUIET; i++)
        (void) lab_put(lab.s, "P", &quiet, 1, 0, NULL);
    (void) lab_put(lab.s, "P", &alert, 1, 0, NULL);
    must(service_commit(lab.s));
    query.model = m.id;
    must(history_read(lab.s, &query, &page));
    is_int((int64_t) page.count, 2,
           "alerts of a model are found without reading what lies between");
    history_page_free(&page);
    query.limit = 1;
    must(history_read(lab.s, &query, &page));
    ok(page.count == 1 && page.items[0].id == QUIET + 2,
       "the newest comes first");
    query.cursor = page.next;
    history_page_free(&page);
    must(history_read(lab.s, &query, &page));
    ok(page.count == 1 && page.items[0].id == 1, "and its page leads on");
    query.cursor = page.next;
    history_page_free(&page);
    if (query.cursor)
        must(history_read(lab.s, &query, &page));
    ok(page.count == 0 && page.next == 0, "to the end");
    history_page_free(&page);
    model_free(&m);
    lab_close(&lab);
}

static void
test_short_alerts(void)
{
    struct history_page page = {0};
    struct prune_plan plan;
    struct prune_state state = {0};
    struct history_query query = {
        .since = INT64_MIN, .until = INT64_MAX, .limit = 10};
    struct lab lab;
    struct model m;
    int64_t deleted = 0;
    bool more = true;

    lab_open(&lab);
    lab_fit(lab.s, "P", 1);
    m = lab_model(lab.s, "P");
    (void) lab_record(lab.s, "P", 1, 0);
    (void) lab_record(lab.s, "P", 100, 0);
    (void) lab_record(lab.s, "P", 2, 0);
    lab.conf.keep_days = 90;
    lab.conf.keep_alert_days = 1;
    must(prune_plan(lab.s, clock_now() + 7 * CLOCK_DAY, &plan));
    while (more)
        must(prune_slice(lab.s, &plan, &state, 100, &deleted, &more));
    query.model = m.id;
    must(history_read(lab.s, &query, &page));
    is_int((int64_t) page.count, 3,
           "an alert is kept as long as the readings beside it");
    history_page_free(&page);
    model_free(&m);
    lab_close(&lab);
}

/* SQLite ends a transaction whose file cannot be read. */
static void
test_read_ended(void)
{
    struct lab lab;
    enum err e;

    lab_open(&lab);
    must(service_read_begin(lab.s));
    must(db_run(lab.s->db, "ROLLBACK", NULL, 0));
    e = service_read_end(lab.s, err_set(ERR_IO, "the disk is gone"));
    ok(e == ERR_IO, "a read that SQLite has ended fails as it did");
    is_str(err_text(), "the disk is gone", "and says why");
    must(service_read_begin(lab.s));
    must(service_read_end(lab.s, ERR_OK));
    ok(true, "and the next one can begin");
    lab_close(&lab);
}

int
main(void)
{
    char *folder = lab_folder();

    test_read_ended();
    test_replaced(folder);
    test_half_made(folder);
    test_page_size(folder);
    test_own_restore();
    test_newer_schema();
    test_alerts();
    test_short_alerts();
    test_sync(folder);
    lab_clear(folder);
    return done_testing();
}
