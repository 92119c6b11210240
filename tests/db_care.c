/* SPDX-License-Identifier: Apache-2.0 */
/* The care of the file: backup, restore, upgrade, shrinking. */
#include "store/db.h"

#include <signal.h>
#include <sqlite3.h>
#include <sys/stat.h>

#include "base/stop.h"
#include "lab.h"

static const struct db_options options = {.busy_timeout = 200000};

static char *folder;

static char *
file(const char *name)
{
    return lab_file(folder, name);
}

static struct db *
open_db(const char *path, enum db_mode mode)
{
    struct db *db = NULL;

    must(db_open(path, mode, &options, &db));
    return db;
}

static int64_t
number(struct db *db, const char *sql)
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

static int64_t
generation(struct db *db)
{
    return number(db, "SELECT value FROM meta WHERE name = 'generation'");
}

/* A mark by which one content is told from another. */
static void
set_mark(struct db *db, int64_t mark)
{
    struct arg args[] = {arg_int(mark)};

    must(db_begin(db));
    must(db_run(db, "UPDATE meta SET value = $1 WHERE name = 'pruned_to'",
                args, 1));
    must(db_commit(db));
}

static int64_t
mark(struct db *db)
{
    return number(db, "SELECT value FROM meta WHERE name = 'pruned_to'");
}

static int64_t
mark_of_file(const char *path)
{
    struct db *db = open_db(path, DB_WRITE);
    int64_t n = mark(db);

    db_close(db);
    return n;
}

static bool
is_there(const char *name)
{
    char *path = file(name);
    bool there = access(path, F_OK) == 0;

    free(path);
    return there;
}

/* How many files in the folder have that end. */
static int
files_ending(const char *end)
{
    DIR *dir = opendir(folder);
    struct dirent *entry;
    int n = 0;

    while (dir && (entry = readdir(dir))) {
        size_t len = strlen(entry->d_name);

        n += len >= strlen(end)
             && !strcmp(entry->d_name + len - strlen(end), end);
    }
    (void) closedir(dir);
    return n;
}

static void
test_backup(struct db *db)
{
    static const char *const trim[] = {
        "DELETE FROM meta WHERE name = 'history_rows'", NULL};
    static const char *const wrong[] = {"DELETE FROM no_table", NULL};
    char *copy = file("copy.db"), *lost = file("no/copy.db");
    struct stat st;

    set_mark(db, 1);
    must(db_backup(db, copy, false, NULL));
    ok(stat(copy, &st) == 0 && (st.st_mode & 07777) == 0660,
       "a backup is 0660");
    is_int(mark_of_file(copy), 1, "and is a database with the same content");
    set_mark(db, 2);
    refused(db_backup(db, copy, false, NULL), ERR_CREATE, "--force",
            "a file that exists is not replaced unasked");
    is_int(mark_of_file(copy), 1, "and stays as it was");
    must(db_backup(db, copy, true, NULL));
    is_int(mark_of_file(copy), 2, "with force it is");
    refused(db_backup(db, db_path(db), true, NULL), ERR_CREATE,
            "the database itself", "never onto itself");
    refused(db_backup(db, lost, false, NULL), ERR_CREATE, "No such file",
            "a folder that is not there is named");
    refused(db_backup(db, copy, true, wrong), ERR_INTERNAL, "no_table",
            "a copy that fails says why");
    is_int(mark_of_file(copy), 2, "and leaves what stood there");
    must(db_backup(db, copy, true, trim));
    is_int(number(db, "SELECT count(*) FROM meta"), 3,
           "trimming leaves the database alone");
    struct db *trimmed = open_db(copy, DB_WRITE);

    is_int(number(trimmed, "SELECT count(*) FROM meta"), 2,
           "and takes from the copy");
    db_close(trimmed);
    is_int(files_ending(".tmp"), 0, "nothing temporary is left");
    free(copy);
    free(lost);
}

static void
test_restore(struct db *db)
{
    char *copy = file("kept.db"), *text = file("text"), *saved = NULL;
    struct db *other = open_db(db_path(db), DB_WRITE);
    int64_t first = generation(db), version = 0, moved = 0;
    FILE *f = fopen(text, "w");

    if (!f || fputs("no database", f) < 0 || fclose(f) != 0)
        abort();
    set_mark(db, 10);
    must(db_backup(db, copy, false, NULL));
    (void) chmod(copy, 0400);
    set_mark(db, 11);
    must(db_data_version(other, &version));
    must(db_restore(db, copy, &saved));
    is_int(mark(db), 10, "a restore brings back what the backup had");
    is_int(mark(other), 10, "other connections see it at once");
    must(db_data_version(other, &moved));
    ok(moved != version && generation(other) != first,
       "and can tell by the data version and the generation");
    ok(saved && mark_of_file(saved) == 11, "what was there is saved");
    ok(!is_there("kept.db.lock") && !is_there("kept.db-wal"),
       "nothing is made beside the backup");
    free(saved);
    saved = NULL;
    refused(db_restore(db, text, &saved), ERR_SCHEMA,
            "is not a vigia database", "a text is not restored");
    refused(db_restore(db, "no such file", &saved), ERR_INPUT,
            "cannot read no such file", "nor what is not there");
    refused(db_restore(db, db_path(db), &saved), ERR_CONFLICT,
            "the database itself", "nor the database over itself");
    ok(!saved && mark(db) == 10 && files_ending(".tmp") == 0,
       "then everything stays as it was");
    must(db_begin(other));
    refused(db_restore(db, copy, &saved), ERR_BUSY, "busy",
            "a restore waits for writers, and not for ever");
    db_rollback(other);
    must(db_restore(db, copy, NULL));
    ok(mark(db) == 10, "it need not save");
    db_close(other);
    free(copy);
    free(text);
}

/* A page in the middle is destroyed, as by a bad disk. */
static void
test_damaged(void)
{
    char *path = file("bad.db"), *copy = file("good.db"), *saved = NULL;
    char *worse = file("worse.db");
    struct db *db = open_db(path, DB_CREATE);
    char junk[4096];
    int fd;

    memset(junk, 0x5a, sizeof junk);
    set_mark(db, 20);
    must(db_backup(db, copy, false, NULL));
    db_close(db);
    fd = open(path, O_WRONLY);
    for (off_t page = 1; page < 5; page++)
        if (pwrite(fd, junk, sizeof junk, page * 4096) != sizeof junk)
            abort();
    (void) close(fd);
    db = open_db(path, DB_UPGRADE);
    refused(db_backup(db, worse, false, NULL), ERR_IO, "is damaged",
            "a damaged database has no backup");
    ok(!is_there("worse.db"), "and none is left");
    must(db_restore(db, copy, &saved));
    ok(mark(db) == 20 && saved && access(saved, F_OK) == 0,
       "but it can be restored, and what is left of it is saved");
    db_close(db);
    is_int(mark_of_file(path), 20, "which lasts");
    free(saved);
    free(path);
    free(copy);
    free(worse);
}

static void
test_upgrade(void)
{
    char *path = file("old.db"), *saved = NULL;
    sqlite3 *sqlite;
    struct db *db;
    int64_t before = files_ending("Z");

    if (sqlite3_open(path, &sqlite) != SQLITE_OK
        || sqlite3_exec(sqlite,
                        "PRAGMA application_id=0x56494749;"
                        "CREATE TABLE kept(a); INSERT INTO kept VALUES (5)",
                        NULL, NULL, NULL)
               != SQLITE_OK)
        abort();
    (void) sqlite3_close(sqlite);
    db = open_db(path, DB_UPGRADE);
    is_int(db_schema(db), 0, "an older file opens as what it is");
    ok(*db_schema_step(0) != '\0', "each step says what it adds");
    must(db_upgrade(db, &saved));
    is_int(db_schema(db), db_schema_current, "the upgrade brings it up");
    is_int(number(db, "SELECT a FROM kept"), 5, "and keeps what was in it");
    ok(saved && access(saved, F_OK) == 0 && files_ending("Z") > before,
       "after saving it");
    db_close(db);
    free(saved);
    db = open_db(path, DB_WRITE);
    is_int(number(db, "SELECT count(*) FROM model"), 0, "then it works");
    db_close(db);
    free(path);
}

static void
test_shrink(void)
{
    static char bytes[1000000];
    struct arg args[] = {arg_blob(bytes, sizeof bytes)};
    char *path = file("large.db");
    struct db *db = open_db(path, DB_CREATE), *other;
    int64_t large = 0, part = 0, small = 0, wal = 0;

    must(db_begin(db));
    must(db_run(db, "INSERT INTO meta(name, value) VALUES ('large', $1)", args,
                1));
    must(db_commit(db));
    must(db_sizes(db, &large, &wal));
    ok(large > (int64_t) sizeof bytes && wal > 0, "sizes are told");
    must(db_begin(db));
    must(db_run(db, "DELETE FROM meta WHERE name = 'large'", NULL, 0));
    must(db_commit(db));
    must(db_shrink(db, 10));
    must(db_sizes(db, &part, &wal));
    ok(part == large - 10 * 4096 && wal == 0,
       "so many pages are given back, and the log is empty");
    must(db_shrink(db, 100000));
    must(db_sizes(db, &small, &wal));
    ok(small < large / 2, "and then all the others");
    other = open_db(path, DB_WRITE);
    must(db_begin(other));
    refused(db_shrink(db, 1), ERR_BUSY, "busy", "shrinking needs the lock");
    db_close(other);
    db_close(db);
    free(path);
}

static void
test_interrupted(struct db *db)
{
    char *copy = file("late.db");

    (void) signal(SIGINT, SIG_DFL); /* whoever runs the test may ignore it */
    stop_catch();
    (void) raise(SIGINT);
    refused(db_backup(db, copy, false, NULL), ERR_INTERRUPTED, "interrupted",
            "a backup can be interrupted");
    stop_release();
    ok(!is_there("late.db") && files_ending(".tmp") == 0,
       "which leaves nothing behind");
    free(copy);
}

int
main(void)
{
    struct db *db;
    char *path;

    folder = lab_folder();
    path = file("v.db");
    db = open_db(path, DB_CREATE);
    test_backup(db);
    test_restore(db);
    test_damaged();
    test_upgrade();
    test_shrink();
    test_interrupted(db);
    db_close(db);
    free(path);
    lab_clear(folder);
    return done_testing();
}
