/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the store share about an open database. */
#ifndef VIGIA_DB_INTERNAL_H
#define VIGIA_DB_INTERNAL_H

#include "store/db.h"

#include <sqlite3.h>
#include <sys/types.h>

#include "store/lock.h"

enum { DB_FILE_MODE = 0660, DB_STATEMENTS = 256, DB_MANY = 8 };

/* A prepared statement; the text's address is its key. */
struct db_rows {
    struct db *db;
    const char *sql;
    sqlite3_stmt *stmt;
    bool busy;   /* handed out and not done */
    bool cached; /* false: finalized by db_done() */
};

/* A statement that inserts many rows (put.c). */
struct db_many {
    const char *sql; /* for one row; its address is the key */
    sqlite3_stmt *stmt;
    struct arg *bound; /* owned: what its parameters are */
};

struct db {
    sqlite3 *sqlite;
    char *path;   /* absolute, without links */
    dev_t device; /* which file it was when it was opened */
    ino_t inode;
    struct lock lock;
    int64_t timeout; /* microseconds to wait for the lock */
    bool writing;    /* between begin and commit or rollback */
    enum err failed; /* inside it: what failed, until it is rolled back */
    char *failed_text;
    bool broken;         /* a sync failed: nothing may touch the file again */
    int wal_pages;       /* in the log after the last commit */
    int next_checkpoint; /* run one when the log has that many pages */
    int64_t schema;
    int64_t restores; /* by this connection */
    struct db_rows statements[DB_STATEMENTS];
    struct db_many many[DB_MANY];
};

/* Sets the error for SQLite's rc; remembers it when inside a transaction. */
CHECKED enum err db_fail(struct db *db, int rc);

/* What has failed in the present transaction; ERR_OK: nothing. */
CHECKED enum err db_refuse(const struct db *db);

/* One statement, to be kept, and a value for a parameter of it. */
CHECKED enum err db_prepare(struct db *db, const char *sql,
                            sqlite3_stmt **stmt);
int db_bind(sqlite3_stmt *stmt, int i, const struct arg *a);

/* Finalizes the statements that insert many rows. */
void db_many_free(struct db *db);

/* Runs statements that are not worth keeping. */
CHECKED enum err db_script(struct db *db, const char *sql);

/* Takes the lock, if the file may still be written; lock_give() it. */
CHECKED enum err db_lock(struct db *db);

/* Moves the log into the database; the lock must be held. */
void db_checkpoint(struct db *db, bool truncate);

/* Runs the migrations from the file's schema on; inside a transaction. */
CHECKED enum err db_migrate(struct db *db);

/* A connection to a file that is not the live database (a copy). */
CHECKED enum err db_open_copy(const char *path, struct db **out);

/* The same to a copy that must be a database of the present schema; nothing
 * is made beside it, so it may lie where nobody may write. */
CHECKED enum err db_open_source(const char *path, struct db **out);

#endif
