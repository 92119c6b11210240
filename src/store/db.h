/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The store: one database file, one writer at a time, statements kept
 * prepared. The only room that knows an SQL engine; its callers write a
 * portable subset of SQL (HACKING.md) with $1, $2 ... in order of first
 * appearance.
 *
 * Writing: db_begin() takes the write lock, db_commit() or db_rollback()
 * gives it back. After a failed statement inside a transaction everything
 * further fails with the same error until db_rollback(): nothing can be
 * stored half.
 * Reading: get the rows, copy what is needed, db_done(). Nobody keeps a read
 * open while a pipe, socket or person is waited for.
 */
#ifndef VIGIA_DB_H
#define VIGIA_DB_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct db;

/* ---- values ---- */

enum arg_type { ARG_NULL, ARG_INT, ARG_REAL, ARG_TEXT, ARG_BLOB };
struct arg {
    enum arg_type type;
    union {
        int64_t i;
        double real;
        const void *bytes; /* borrowed while the statement runs */
    };
    size_t len;
};

static inline struct arg
arg_null(void)
{
    return (struct arg){.type = ARG_NULL};
}

static inline struct arg
arg_int(int64_t i)
{
    return (struct arg){.type = ARG_INT, .i = i};
}

/* One that is never 0; 0 is null. */
static inline struct arg
arg_id(int64_t id)
{
    return id ? arg_int(id) : arg_null();
}

static inline struct arg
arg_real(double v)
{
    return (struct arg){.type = ARG_REAL, .real = v};
}

struct arg arg_text(const char *s); /* NULL is null */
struct arg arg_blob(const void *bytes, size_t len);

/* ---- opening ---- */

enum db_mode {
    DB_WRITE,  /* an existing database; ERR_INPUT when there is none */
    DB_CREATE, /* made, 0660 whatever the umask, when there is none */
    DB_UPGRADE /* an existing one, of an older schema too, for db_upgrade() */
};

struct db_options {
    int64_t busy_timeout; /* microseconds to wait for the write lock */
    bool normal;          /* synchronous=NORMAL instead of FULL */
};

/*
 * Opens path. ERR_INPUT: no such file; ERR_SCHEMA: not a vigia database,
 * or of an older (run upgrade) or newer schema; ERR_DENIED: permission;
 * ERR_CREATE: cannot be made; ERR_UNAVAILABLE: on a network file system.
 */
CHECKED enum err db_open(const char *path, enum db_mode mode,
                         const struct db_options *options, struct db **out);

/* Checkpoints what is left (under the lock, if it is free) and closes. */
void db_close(struct db *db);

const char *db_path(const struct db *db);

/* ---- transactions ---- */

/* ERR_IO when the file has lost its name: what is read is of the past then,
 * and what is written is lost with it. Writing asks by itself. */
CHECKED enum err db_still_there(const struct db *db);

/* Takes the write lock and begins. ERR_BUSY after the timeout: try again. */
CHECKED enum err db_begin(struct db *db);
CHECKED enum err db_commit(struct db *db);
void db_rollback(struct db *db); /* also after a failure; harmless if none */
bool db_writing(const struct db *db);

/* How long db_begin() waits from now on, instead of the busy_timeout. */
void db_patience(struct db *db, int64_t us);

/* Keeps so many bytes of the file in memory, at most; 2 MB at first. */
CHECKED enum err db_cache(struct db *db, size_t bytes);

/* A sync has failed: everything further is refused, the program should end. */
bool db_broken(const struct db *db);

/* A part of a transaction that can be taken back alone. Does not nest. */
CHECKED enum err db_savepoint(struct db *db);
CHECKED enum err db_savepoint_keep(struct db *db);
CHECKED enum err db_savepoint_undo(struct db *db);

/* Goes on after a statement that has failed and changed nothing. An error:
 * the transaction is lost. */
CHECKED enum err db_forgive(struct db *db);

/* ---- statements ---- */

/*
 * Runs a statement that answers no rows. sql must be a string that lives as
 * long as the program (it is the key of the prepared statement).
 */
CHECKED enum err db_run(struct db *db, const char *sql, const struct arg *args,
                        size_t count);

/* The same, and how many rows it changed, and the key of an inserted row. */
int64_t db_changed(const struct db *db);
int64_t db_changed_ever(const struct db *db); /* since it was opened */
int64_t db_inserted(const struct db *db);

/*
 * Rows for one INSERT, many to a statement. sql, as above, is for one row and
 * has "VALUES ($1, ...)" with a parameter for each of its columns, in their
 * order. A row and what it borrows must stay until the end, or until so many
 * rows have come that they are stored; the keys they get follow each other,
 * and the last is db_inserted() after the end.
 */
enum { DB_PUT_ARGS = 512 };
struct db_put {
    struct db *db;
    const char *sql;
    size_t columns, used; /* used args */
    struct arg args[DB_PUT_ARGS];
};
void db_put_begin(struct db_put *put, struct db *db, const char *sql,
                  size_t columns);
CHECKED enum err db_put_row(struct db_put *put, const struct arg *row);
CHECKED enum err db_put_end(struct db_put *put);

/*
 * Runs a query. db_next() steps to the first and each further row; *more is
 * false after the last. db_done() must follow on every path (takes NULL, and
 * may come early). A statement that changes and answers (RETURNING) must be
 * stepped to its end.
 */
struct db_rows;
CHECKED enum err db_query(struct db *db, const char *sql,
                          const struct arg *args, size_t count,
                          struct db_rows **rows);
CHECKED enum err db_next(struct db_rows *rows, bool *more);
void db_done(struct db_rows *rows);

/* The one integer that a query answers; 0 when it is null or has no row. */
CHECKED enum err db_one_int(struct db *db, const char *sql,
                            const struct arg *args, size_t count,
                            int64_t *value);

/* The columns of the present row; text and blob are borrowed until the next
 * step. NULL reads as 0, 0.0, NULL. */
bool db_is_null(const struct db_rows *rows, int column);
int64_t db_int(const struct db_rows *rows, int column);
double db_real(const struct db_rows *rows, int column);
const char *db_text(const struct db_rows *rows, int column);
const void *db_blob(const struct db_rows *rows, int column, size_t *len);
enum arg_type db_type(const struct db_rows *rows, int column);

/* ---- care of the file ---- */

/* A number that moves when another connection has committed, or this one
 * has restored. */
CHECKED enum err db_data_version(struct db *db, int64_t *version);

/* Bytes of the database and of its write-ahead log. */
CHECKED enum err db_sizes(struct db *db, int64_t *database, int64_t *wal);

/* Gives free pages back to the file system, at most pages of them, and moves
 * the log into the database. Takes the lock itself. */
CHECKED enum err db_shrink(struct db *db, int64_t pages);

/*
 * A copy of one snapshot into file, 0660, checked before it gets its name.
 * trim: statements run in the copy only (NULL: none). ERR_CREATE when file
 * exists and not force.
 */
CHECKED enum err db_backup(struct db *db, const char *file, bool force,
                           const char *const *trim);

/* ERR_* unless file is a vigia database of this program's schema. */
CHECKED enum err db_check_file(const char *file);

/* Replaces the whole content by that of file, under the lock, after saving
 * the present one as *saved (the caller frees it; NULL: it is not saved). The
 * generation changes. The database may be damaged or of an older schema. */
CHECKED enum err db_restore(struct db *db, const char *file, char **saved);

/* ERR_SCHEMA when another program has upgraded the open file since. */
CHECKED enum err db_check_schema(struct db *db);

/* The version of the schema of the open file, and of this program. */
int64_t db_schema(const struct db *db);
extern const int64_t db_schema_current;

/* Runs the migrations that are missing, after saving the file as *saved. */
CHECKED enum err db_upgrade(struct db *db, char **saved);

/* What the step from that schema to the next one adds, in a few words. */
const char *db_schema_step(int64_t schema);

/* Every statement that is kept prepared; for tests. */
void db_each_statement(const struct db *db,
                       void (*see)(const char *sql, void *arg), void *arg);

/* Adds one line per step of EXPLAIN QUERY PLAN of sql; for tests. */
struct buf;
CHECKED enum err db_plan(struct db *db, const char *sql, struct buf *out);

#endif
