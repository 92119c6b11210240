/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Statements and transactions over SQLite. Opening is in open.c, the care of
 * the file (backup, restore, upgrade) in care.c.
 */
#include "store/db_internal.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buf.h"

enum {
    CHECKPOINT_PAGES = 1000,           /* PASSIVE from here on */
    TRUNCATE_PAGES = (64 << 20) / 4096 /* and the file is cut from here on */
};

struct arg
arg_text(const char *s)
{
    return s ? (struct arg){.type = ARG_TEXT, .bytes = s, .len = strlen(s)}
             : arg_null();
}

struct arg
arg_blob(const void *bytes, size_t len)
{
    return (struct arg){.type = ARG_BLOB, .bytes = bytes, .len = len};
}

/* ---- errors ---- */

static enum err
translate(const struct db *db, int rc)
{
    const char *why = sqlite3_errmsg(db->sqlite), *path = db->path;

    switch (rc & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return err_set(ERR_BUSY, "the database %s is busy; try again", path);
    case SQLITE_FULL:
        return err_set(ERR_FULL, "no space left on the disk that holds %s",
                       path);
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_AUTH:
        return err_set(ERR_DENIED,
                       "the database %s cannot be written: no permission for "
                       "the file or its folder, or a read-only file system",
                       path);
    case SQLITE_NOTADB:
        return err_set(ERR_SCHEMA, "%s is not a vigia database", path);
    case SQLITE_CORRUPT:
        return err_set(ERR_IO, "%s is damaged (%s): restore a backup", path,
                       why);
    case SQLITE_IOERR:
        return err_set(ERR_IO, "reading or writing %s failed (%s)", path, why);
    case SQLITE_CONSTRAINT:
        return err_set(ERR_CONFLICT, "the database refuses it: %s", why);
    case SQLITE_TOOBIG:
        return err_set(ERR_DATA, "too large for the database");
    default:
        return err_set(ERR_INTERNAL, "the database says: %s", why);
    }
}

/* What was not synced may be lost although a second sync succeeds. */
static void
note_sync(struct db *db, int rc)
{
    if (rc == SQLITE_IOERR_FSYNC || rc == SQLITE_IOERR_DIR_FSYNC)
        db->broken = true;
}

enum err
db_fail(struct db *db, int rc)
{
    enum err e = translate(db, rc);

    note_sync(db, rc);
    if (db->writing && db->failed == ERR_OK) {
        db->failed = e;
        db->failed_text = xstrdup(err_text());
    }
    return e;
}

enum err
db_refuse(const struct db *db)
{
    return db->failed == ERR_OK ? ERR_OK
                                : err_set(db->failed, "%s", db->failed_text);
}

static void
forgive(struct db *db)
{
    free(db->failed_text);
    db->failed_text = NULL;
    db->failed = ERR_OK;
}

/* ---- statements ---- */

enum err
db_prepare(struct db *db, const char *sql, sqlite3_stmt **stmt)
{
    const char *rest;
    int rc = sqlite3_prepare_v3(db->sqlite, sql, -1, SQLITE_PREPARE_PERSISTENT,
                                stmt, &rest);

    if (rc != SQLITE_OK)
        return db_fail(db, rc);
    assert(*stmt && *rest == '\0'); /* one statement to a call */
    return ERR_OK;
}

/*
 * The statement of sql: open addressing on the address of its text. One that
 * is in use already (a query inside the same query) is prepared once more.
 */
static enum err
statement(struct db *db, const char *sql, struct db_rows **out)
{
    size_t i = ((uintptr_t) sql >> 3) % DB_STATEMENTS;
    struct db_rows *rows;
    enum err e;

    for (size_t probes = 0; probes < DB_STATEMENTS; probes++) {
        rows = &db->statements[i];
        if (rows->sql == sql && !rows->busy)
            goto found;
        if (!rows->sql) {
            e = db_prepare(db, sql, &rows->stmt);
            if (e != ERR_OK)
                return e;
            rows->sql = sql;
            rows->cached = true;
            goto found;
        }
        if (rows->sql == sql)
            break;
        i = (i + 1) % DB_STATEMENTS;
    }
    rows = xcalloc(1, sizeof *rows);
    e = db_prepare(db, sql, &rows->stmt);
    if (e != ERR_OK) {
        free(rows);
        return e;
    }
found:
    rows->db = db;
    rows->busy = true;
    *out = rows;
    return ERR_OK;
}

int
db_bind(sqlite3_stmt *stmt, int i, const struct arg *a)
{
    switch (a->type) {
    case ARG_NULL:
        return sqlite3_bind_null(stmt, i);
    case ARG_INT:
        return sqlite3_bind_int64(stmt, i, a->i);
    case ARG_REAL: /* NaN would be stored as NULL: callers say arg_null() */
        assert(a->real - a->real == 0);
        return sqlite3_bind_double(stmt, i, a->real);
    case ARG_TEXT:
        return sqlite3_bind_text64(stmt, i, a->bytes, a->len, SQLITE_STATIC,
                                   SQLITE_UTF8);
    case ARG_BLOB:
        return sqlite3_bind_blob64(stmt, i, a->bytes, a->len, SQLITE_STATIC);
    }
    return SQLITE_MISUSE;
}

enum err
db_query(struct db *db, const char *sql, const struct arg *args, size_t count,
         struct db_rows **out)
{
    struct db_rows *rows;
    enum err e = db_refuse(db);

    if (e == ERR_OK)
        e = statement(db, sql, &rows);
    if (e != ERR_OK)
        return e;
    assert((size_t) sqlite3_bind_parameter_count(rows->stmt) == count);
    for (size_t i = 0; i < count; i++) {
        int rc = db_bind(rows->stmt, (int) i + 1, &args[i]);

        if (rc != SQLITE_OK) {
            e = db_fail(db, rc);
            db_done(rows);
            return e;
        }
    }
    *out = rows;
    return ERR_OK;
}

enum err
db_next(struct db_rows *rows, bool *more)
{
    int rc = sqlite3_step(rows->stmt);

    if (rc != SQLITE_ROW && rc != SQLITE_DONE)
        return db_fail(rows->db, rc);
    *more = rc == SQLITE_ROW;
    return ERR_OK;
}

void
db_done(struct db_rows *rows)
{
    if (!rows)
        return;
    if (rows->cached) {
        (void) sqlite3_reset(rows->stmt);
        (void) sqlite3_clear_bindings(rows->stmt);
        rows->busy = false;
    } else {
        (void) sqlite3_finalize(rows->stmt);
        free(rows);
    }
}

enum err
db_run(struct db *db, const char *sql, const struct arg *args, size_t count)
{
    struct db_rows *rows;
    bool more = false;
    enum err e = db_query(db, sql, args, count, &rows);

    if (e != ERR_OK)
        return e;
    e = db_next(rows, &more);
    assert(e != ERR_OK || !more); /* rows are for db_query() */
    db_done(rows);
    return e;
}

int64_t
db_changed(const struct db *db)
{
    return sqlite3_changes64(db->sqlite);
}

int64_t
db_changed_ever(const struct db *db)
{
    return sqlite3_total_changes64(db->sqlite);
}

int64_t
db_inserted(const struct db *db)
{
    return sqlite3_last_insert_rowid(db->sqlite);
}

bool
db_is_null(const struct db_rows *rows, int column)
{
    return sqlite3_column_type(rows->stmt, column) == SQLITE_NULL;
}

int64_t
db_int(const struct db_rows *rows, int column)
{
    return sqlite3_column_int64(rows->stmt, column);
}

double
db_real(const struct db_rows *rows, int column)
{
    return sqlite3_column_double(rows->stmt, column);
}

const char *
db_text(const struct db_rows *rows, int column)
{
    return (const char *) sqlite3_column_text(rows->stmt, column);
}

const void *
db_blob(const struct db_rows *rows, int column, size_t *len)
{
    const void *bytes = sqlite3_column_blob(rows->stmt, column);

    *len = (size_t) sqlite3_column_bytes(rows->stmt, column); /* never < 0 */
    return bytes;
}

enum arg_type
db_type(const struct db_rows *rows, int column)
{
    switch (sqlite3_column_type(rows->stmt, column)) {
    case SQLITE_INTEGER:
        return ARG_INT;
    case SQLITE_FLOAT:
        return ARG_REAL;
    case SQLITE_TEXT:
        return ARG_TEXT;
    case SQLITE_BLOB:
        return ARG_BLOB;
    default:
        return ARG_NULL;
    }
}

enum err
db_script(struct db *db, const char *sql)
{
    int rc = sqlite3_exec(db->sqlite, sql, NULL, NULL, NULL);

    return rc == SQLITE_OK ? ERR_OK : db_fail(db, rc);
}

enum err
db_one_int(struct db *db, const char *sql, const struct arg *args,
           size_t count, int64_t *value)
{
    struct db_rows *rows = NULL;
    bool more = false;
    enum err e = db_query(db, sql, args, count, &rows);

    if (e == ERR_OK)
        e = db_next(rows, &more);
    if (e == ERR_OK)
        *value = more ? db_int(rows, 0) : 0;
    db_done(rows);
    return e;
}

void
db_each_statement(const struct db *db, void (*see)(const char *sql, void *arg),
                  void *arg)
{
    for (size_t i = 0; i < DB_STATEMENTS; i++)
        if (db->statements[i].sql)
            see(db->statements[i].sql, arg);
}

/* ---- transactions ---- */

enum err
db_still_there(const struct db *db)
{
    struct stat st;

    if (stat(db->path, &st) == 0 && st.st_dev == db->device
        && st.st_ino == db->inode)
        return ERR_OK;
    return err_set(ERR_IO,
                   "the database was removed or replaced while it was in use; "
                   "start again: %s",
                   db->path);
}

enum err
db_lock(struct db *db)
{
    enum err e;

    if (db->broken)
        return err_set(ERR_IO, "writing %s has failed; start again", db->path);
    e = lock_take(&db->lock, db->timeout);
    if (e != ERR_OK)
        return e;
    e = db_still_there(db);
    if (e != ERR_OK)
        lock_give(&db->lock);
    return e;
}

enum err
db_begin(struct db *db)
{
    enum err e;

    assert(!db->writing);
    e = db_lock(db);
    if (e != ERR_OK)
        return e;
    e = db_run(db, "BEGIN IMMEDIATE", NULL, 0);
    if (e != ERR_OK)
        lock_give(&db->lock);
    else
        db->writing = true;
    return e;
}

void
db_rollback(struct db *db)
{
    if (!db->writing)
        return;
    if (!sqlite3_get_autocommit(db->sqlite) && !db->broken)
        (void) sqlite3_exec(db->sqlite, "ROLLBACK", NULL, NULL, NULL);
    db->writing = false;
    forgive(db);
    lock_give(&db->lock);
}

/*
 * PASSIVE never waits for readers. When one holds the log back, the next try
 * is a thousand pages later, not at every commit.
 */
void
db_checkpoint(struct db *db, bool truncate)
{
    int log = 0, done = 0;
    int mode =
        truncate ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_PASSIVE;
    int rc;

    (void) sqlite3_busy_timeout(db->sqlite, 0);
    rc = sqlite3_wal_checkpoint_v2(db->sqlite, NULL, mode, &log, &done);
    note_sync(db, rc);
    (void) sqlite3_busy_timeout(db->sqlite, (int) (db->timeout / 1000));
    db->next_checkpoint = rc == SQLITE_OK && log == done
                              ? CHECKPOINT_PAGES
                              : db->wal_pages + CHECKPOINT_PAGES;
}

enum err
db_commit(struct db *db)
{
    int before = db->wal_pages;
    enum err e = db_refuse(db);

    assert(db->writing);
    /* A full disk may have ended the transaction behind our back: then there
     * is nothing to commit, and saying "done" would be a lie. */
    if (e == ERR_OK && sqlite3_get_autocommit(db->sqlite))
        e = err_set(ERR_IO, "the database %s gave up the transaction",
                    db->path);
    if (e == ERR_OK)
        e = db_run(db, "COMMIT", NULL, 0);
    if (e != ERR_OK) {
        char *text = xstrdup(err_text());

        db_rollback(db);
        e = err_set(e, "%s", text);
        free(text);
        return e;
    }
    db->writing = false;
    if (db->wal_pages < before) /* the log has begun anew */
        db->next_checkpoint = CHECKPOINT_PAGES;
    if (db->wal_pages >= db->next_checkpoint)
        db_checkpoint(db, db->wal_pages >= TRUNCATE_PAGES);
    lock_give(&db->lock);
    return ERR_OK;
}

bool
db_writing(const struct db *db)
{
    return db->writing;
}

enum err
db_savepoint(struct db *db)
{
    assert(db->writing);
    return db_run(db, "SAVEPOINT part", NULL, 0);
}

enum err
db_savepoint_keep(struct db *db)
{
    return db_run(db, "RELEASE part", NULL, 0);
}

enum err
db_forgive(struct db *db)
{
    if (sqlite3_get_autocommit(db->sqlite)) /* all of it is gone already */
        return db->failed != ERR_OK
                   ? db_refuse(db)
                   : err_set(ERR_IO, "the database %s gave up the transaction",
                             db->path);
    forgive(db);
    return ERR_OK;
}

enum err
db_savepoint_undo(struct db *db)
{
    enum err e = db_forgive(db);

    return e == ERR_OK ? db_script(db, "ROLLBACK TO part; RELEASE part") : e;
}
