/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The care of the file: sizes, shrinking, backup, restore, upgrade. A copy is
 * written under a temporary name, checked, and only then gets its own.
 */
#include "store/db_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/stop.h"

enum { COPY_PAGES = 2000 }; /* between two looks at stop_asked() */

enum err
db_data_version(struct db *db, int64_t *version)
{
    enum err e = db_one_int(db, "PRAGMA data_version", NULL, 0, version);

    if (e == ERR_OK)
        *version += db->restores;
    return e;
}

enum err
db_sizes(struct db *db, int64_t *database, int64_t *wal)
{
    int64_t pages = 0, size = 0;
    struct buf path = {0};
    struct stat st;
    enum err e = db_one_int(db, "PRAGMA page_count", NULL, 0, &pages);

    if (e == ERR_OK)
        e = db_one_int(db, "PRAGMA page_size", NULL, 0, &size);
    if (e != ERR_OK)
        return e;
    buf_printf(&path, "%s-wal", db->path);
    *database = pages * size;
    *wal = stat(buf_text(&path), &st) == 0 ? (int64_t) st.st_size : 0;
    buf_free(&path);
    return ERR_OK;
}

enum err
db_shrink(struct db *db, int64_t pages)
{
    struct buf sql = {0};
    enum err e = db_lock(db);

    if (e != ERR_OK)
        return e;
    buf_printf(&sql, "PRAGMA incremental_vacuum(%lld)", (long long) pages);
    e = db_script(db, buf_text(&sql));
    if (e == ERR_OK)
        db_checkpoint(db, true);
    lock_give(&db->lock);
    buf_free(&sql);
    return e;
}

/* ---- copies ---- */

/* Copies from one connection into another; the caller holds what it must. */
static enum err
copy_pages(struct db *from, struct db *to)
{
    sqlite3_backup *b =
        sqlite3_backup_init(to->sqlite, "main", from->sqlite, "main");
    int rc = SQLITE_OK;

    if (!b)
        return db_fail(to, sqlite3_errcode(to->sqlite));
    while (rc == SQLITE_OK && !stop_asked())
        rc = sqlite3_backup_step(b, COPY_PAGES);
    (void) sqlite3_backup_finish(b);
    if (rc == SQLITE_DONE)
        return ERR_OK;
    return rc == SQLITE_OK ? stop_check() : db_fail(to, rc);
}

static enum err
check_integrity(struct db *db)
{
    struct db_rows *rows;
    bool more = false;
    enum err e = db_query(db, "PRAGMA integrity_check(1)", NULL, 0, &rows);

    if (e != ERR_OK)
        return e;
    e = db_next(rows, &more);
    if (e == ERR_OK && (!more || strcmp(db_text(rows, 0), "ok") != 0))
        e = err_set(ERR_IO, "%s is damaged: %s", db->path,
                    more ? db_text(rows, 0) : "no answer");
    db_done(rows);
    return e;
}

/* A damaged file is checked only where the copy must be good. */
enum check { CHECK_NOT, CHECK_WHOLE };

static enum err
make_copy(struct db *db, const char *path, const char *const *trim,
          enum check check)
{
    struct db *copy = NULL;
    int64_t version = 0;
    enum err e = db_open_copy(path, &copy);

    /* A read transaction keeps the snapshot the same through all steps. */
    if (e == ERR_OK)
        e = db_script(db, "BEGIN");
    if (e == ERR_OK) {
        e = db_one_int(db, "PRAGMA user_version", NULL, 0, &version);
        if (e == ERR_OK)
            e = copy_pages(db, copy);
        (void) sqlite3_exec(db->sqlite, "COMMIT", NULL, NULL, NULL);
    }
    for (; e == ERR_OK && trim && *trim; trim++)
        e = db_script(copy, *trim);
    if (e == ERR_OK && trim)
        e = db_script(copy, "VACUUM");
    /* One file, nothing beside it. */
    if (e == ERR_OK)
        e = db_script(copy, "PRAGMA journal_mode=DELETE");
    if (e == ERR_OK && check == CHECK_WHOLE)
        e = check_integrity(copy);
    db_close(copy);
    return e;
}

static void
remove_copy(const char *path)
{
    static const char *const ends[] = {"", "-wal", "-shm", "-journal"};
    struct buf name = {0};

    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        buf_clear(&name);
        buf_printf(&name, "%s%s", path, ends[i]);
        (void) unlink(buf_text(&name));
    }
    buf_free(&name);
}

/* An empty file beside file, with a name that nobody has; for remove_copy().
 */
static enum err
create_copy(const char *file, struct buf *temporary)
{
    int fd;

    buf_printf(temporary, "%s.XXXXXX", file);
    fd = mkostemp(temporary->data, O_CLOEXEC);
    if (fd < 0) {
        buf_clear(temporary);
        return err_set(errno == ENOSPC                     ? ERR_FULL
                       : errno == EACCES || errno == EROFS ? ERR_DENIED
                                                           : ERR_CREATE,
                       "cannot make %s: %s", file, strerror(errno));
    }
    (void) fchmod(fd, DB_FILE_MODE);
    (void) close(fd);
    return ERR_OK;
}

/* Puts a finished copy on the disk under its own name. */
static enum err
publish(const char *temporary, const char *file)
{
    char *folder = xstrdup(file), *slash = strrchr(folder, '/');
    int fd = open(temporary, O_RDONLY | O_CLOEXEC);
    enum err e = ERR_OK;

    if (fd < 0 || fsync(fd) != 0 || rename(temporary, file) != 0)
        e = err_set(ERR_IO, "cannot write %s: %s", file, strerror(errno));
    if (fd >= 0)
        (void) close(fd);
    if (slash)
        *slash = '\0';
    fd = open(!slash ? "." : *folder ? folder : "/", O_RDONLY | O_CLOEXEC);
    if (fd >= 0) {
        (void) fsync(fd); /* the new name */
        (void) close(fd);
    }
    free(folder);
    return e;
}

/* Whether file is the database, or one of those that belong to it. */
static bool
is_same_file(const struct db *db, const char *file)
{
    static const char *const ends[] = {"", "-wal", "-shm", ".lock"};
    struct stat ours, other;
    bool same = false;

    for (size_t i = 0; !same && i < sizeof ends / sizeof *ends; i++) {
        struct buf path = {0};

        buf_printf(&path, "%s%s", db->path, ends[i]);
        same = stat(path.data, &ours) == 0 && stat(file, &other) == 0
               && ours.st_dev == other.st_dev && ours.st_ino == other.st_ino;
        buf_free(&path);
    }
    return same;
}

static enum err
save(struct db *db, const char *file, const char *const *trim,
     enum check check)
{
    struct buf temporary = {0};
    enum err e = create_copy(file, &temporary);

    if (e == ERR_OK) {
        e = make_copy(db, buf_text(&temporary), trim, check);
        if (e == ERR_OK)
            e = publish(buf_text(&temporary), file);
        if (e != ERR_OK)
            remove_copy(buf_text(&temporary));
    }
    buf_free(&temporary);
    return e;
}

enum err
db_backup(struct db *db, const char *file, bool force, const char *const *trim)
{
    if (is_same_file(db, file))
        return err_set(ERR_CREATE, "%s is the database itself", file);
    if (!force && access(file, F_OK) == 0)
        return err_set(ERR_CREATE, "%s exists already; --force replaces it",
                       file);
    return save(db, file, trim, CHECK_WHOLE);
}

/* DATABASE.before-20261120T140300Z, not yet there. */
static char *
before_name(const struct db *db)
{
    time_t now = (time_t) (clock_now() / CLOCK_SECOND); /* fits */
    struct buf name = {0};
    char text[32];
    struct tm tm;

    (void) gmtime_r(&now, &tm);
    (void) strftime(text, sizeof text, "%Y%m%dT%H%M%SZ", &tm);
    buf_printf(&name, "%s.before-%s", db->path, text);
    for (int i = 2; access(buf_text(&name), F_OK) == 0; i++) {
        buf_clear(&name);
        buf_printf(&name, "%s.before-%s-%d", db->path, text, i);
    }
    return buf_steal(&name);
}

/* ---- restore ---- */

/* SQLite copies no pages into a log of pages of another size. */
static enum err
match_pages(struct db *db, struct db *copy)
{
    int64_t ours = 0, its = 0;
    struct buf sql = {0};
    enum err e = db_one_int(db, "PRAGMA page_size", NULL, 0, &ours);

    if (e == ERR_OK)
        e = db_one_int(copy, "PRAGMA page_size", NULL, 0, &its);
    buf_printf(&sql, "PRAGMA page_size=%d; VACUUM", (int) ours);
    if (e == ERR_OK && ours != its)
        e = db_script(copy, buf_text(&sql));
    buf_free(&sql);
    return e;
}

/*
 * A private copy of file with a new generation, so that the live database
 * gets both in one commit and nobody goes on with what it had cached.
 */
static enum err
prepare_restore(struct db *db, const char *file, struct buf *temporary)
{
    struct db *source = NULL, *copy = NULL;
    enum err e = db_open_source(file, &source);

    if (e == ERR_OK)
        e = create_copy(db->path, temporary);
    if (e == ERR_OK)
        e = make_copy(source, buf_text(temporary), NULL, CHECK_WHOLE);
    db_close(source);
    if (e == ERR_OK)
        e = db_open_copy(buf_text(temporary), &copy);
    if (e == ERR_OK)
        e = match_pages(db, copy);
    if (e == ERR_OK)
        e = db_script(copy, "UPDATE meta SET value = random()"
                            " WHERE name = 'generation'");
    db_close(copy);
    return e;
}

static enum err
overwrite(struct db *db, const char *temporary)
{
    struct db *copy = NULL;
    enum err e = db_open_copy(temporary, &copy);

    if (e == ERR_OK)
        e = copy_pages(copy, db);
    db_close(copy);
    return e;
}

enum err
db_check_file(const char *file)
{
    struct db *source = NULL;
    enum err e = db_open_source(file, &source);

    if (e == ERR_OK)
        db_close(source);
    return e;
}

enum err
db_restore(struct db *db, const char *file, char **saved)
{
    struct buf temporary = {0};
    char *before;
    enum err e;

    if (is_same_file(db, file))
        return err_set(ERR_CONFLICT, "%s is the database itself", file);
    before = saved ? before_name(db) : NULL;
    e = prepare_restore(db, file, &temporary);
    if (e == ERR_OK)
        e = db_lock(db);
    if (e == ERR_OK) {
        /* What is there may be damaged: that is why people restore. */
        if (before)
            e = save(db, before, NULL, CHECK_NOT);
        if (e == ERR_OK)
            e = overwrite(db, buf_text(&temporary));
        if (e == ERR_OK) {
            db->restores++;
            db_checkpoint(db, true);
        }
        lock_give(&db->lock);
    }
    if (e == ERR_OK && saved)
        *saved = before;
    else
        free(before);
    if (temporary.len > 0)
        remove_copy(buf_text(&temporary));
    buf_free(&temporary);
    return e;
}

/* ---- upgrade ---- */

enum err
db_upgrade(struct db *db, char **saved)
{
    char *before = before_name(db);
    enum err e = db_backup(db, before, false, NULL);

    if (e == ERR_OK)
        e = db_begin(db);
    if (e == ERR_OK) {
        /* Somebody else may have done it while we waited. */
        e = db_one_int(db, "PRAGMA user_version", NULL, 0, &db->schema);
        if (e == ERR_OK)
            e = db_migrate(db);
        if (e == ERR_OK)
            e = db_commit(db);
        else
            db_rollback(db);
    }
    if (e == ERR_OK)
        *saved = before;
    else
        free(before);
    return e;
}

enum err
db_plan(struct db *db, const char *sql, struct buf *out)
{
    struct buf explain = {0};
    sqlite3_stmt *stmt = NULL;
    int rc;

    buf_printf(&explain, "EXPLAIN QUERY PLAN %s", sql);
    rc = sqlite3_prepare_v2(db->sqlite, buf_text(&explain), -1, &stmt, NULL);
    while (rc == SQLITE_OK || rc == SQLITE_ROW) {
        rc = sqlite3_step(stmt);
        if (rc == SQLITE_ROW)
            buf_printf(out, "%s\n",
                       (const char *) sqlite3_column_text(stmt, 3));
    }
    (void) sqlite3_finalize(stmt);
    buf_free(&explain);
    return rc == SQLITE_DONE ? ERR_OK : db_fail(db, rc);
}
