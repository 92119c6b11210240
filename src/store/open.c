/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Opening and closing a database: the checks that come first, the settings of
 * a connection, and making a new file.
 */
#include "store/db_internal.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/buf.h"
#include "store/schema.h"

enum { APPLICATION_ID = 0x56494749 }; /* "VIGI" */

/* WAL needs memory that all processes share: not over a network. */
static const struct {
    unsigned long magic;
    const char *name;
} network[] = {
    {0x6969,     "NFS" },
    {0x517b,     "SMB" },
    {0xff534d42, "CIFS"},
    {0xfe534d42, "SMB" },
    {0x01021997, "9p"  },
};

static enum err
denied(const char *path)
{
    struct stat st;
    struct group *group = stat(path, &st) == 0 ? getgrgid(st.st_gid) : NULL;

    return err_set(ERR_DENIED,
                   "no permission for %s; its users are in the group \"%s\"",
                   path, group ? group->gr_name : "vigia");
}

/*
 * The absolute path without links, so that every process locks the same file
 * whatever name it was given. The file itself need not exist. make: it would
 * be made.
 */
static enum err
resolve(const char *path, bool make, char **out)
{
    char *copy = xstrdup(path), *folder, *name;
    struct buf full = {0};

    *out = realpath(path, NULL);
    if (*out || errno != ENOENT) {
        free(copy);
        return *out              ? ERR_OK
               : errno == EACCES ? denied(path)
                                 : err_set(ERR_INPUT, "cannot open %s: %s",
                                           path, strerror(errno));
    }
    name = strrchr(copy, '/');
    name = name ? name + 1 : copy;
    buf_str(&full, name);
    folder = realpath(dirname(copy), NULL); /* changes copy */
    free(copy);
    if (!folder) {
        buf_free(&full);
        return err_set(errno == EACCES ? ERR_DENIED
                       : make          ? ERR_CREATE
                                       : ERR_INPUT,
                       "cannot open %s: %s", path, strerror(errno));
    }
    name = buf_steal(&full);
    buf_printf(&full, "%s/%s", strcmp(folder, "/") == 0 ? "" : folder, name);
    free(folder);
    free(name);
    *out = buf_steal(&full);
    return ERR_OK;
}

static enum err
check_place(const char *path)
{
    char *copy = xstrdup(path);
    struct statfs fs;
    int rc = statfs(dirname(copy), &fs);

    free(copy);
    for (size_t i = 0; rc == 0 && i < sizeof network / sizeof *network; i++)
        if (((unsigned long) fs.f_type & 0xffffffff) == network[i].magic)
            return err_set(ERR_UNAVAILABLE,
                           "%s lies on a network file system (%s), where a "
                           "database would not be safe; use a local disk",
                           path, network[i].name);
    return ERR_OK;
}

/* Makes an empty file with the mode that log and index will copy. */
static enum err
make_file(const char *path)
{
    int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, DB_FILE_MODE);

    if (fd >= 0) {
        (void) fchmod(fd, DB_FILE_MODE); /* open() applied the umask */
        (void) close(fd);
        return ERR_OK;
    }
    if (errno == EEXIST)
        return ERR_OK;
    if (errno == EACCES || errno == EROFS || errno == EPERM)
        return err_set(ERR_DENIED, "cannot make %s: %s", path,
                       strerror(errno));
    if (errno == ENOSPC || errno == EDQUOT)
        return err_set(ERR_FULL, "no space left on the disk for %s", path);
    return err_set(ERR_CREATE, "cannot make %s: %s", path, strerror(errno));
}

static enum err
check_file(const char *path, bool make, bool *empty)
{
    struct stat st;

    if (stat(path, &st) != 0) {
        if (errno == EACCES)
            return denied(path);
        if (!make)
            return err_set(ERR_INPUT,
                           "there is no database %s yet; the first `vigia "
                           "fit` makes it",
                           path);
        *empty = true;
        return ERR_OK;
    }
    if (!S_ISREG(st.st_mode))
        return err_set(ERR_SCHEMA, "%s is %s, not a vigia database", path,
                       S_ISDIR(st.st_mode) ? "a folder" : "no regular file");
    *empty = st.st_size == 0; /* until whoever is making it has done so */
    if (access(path, R_OK) != 0)
        return denied(path);
    return ERR_OK;
}

static int
set_defences(sqlite3 *sqlite)
{
    int rc;

    (void) sqlite3_extended_result_codes(sqlite, 1);
    rc = sqlite3_db_config(sqlite, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    if (rc == SQLITE_OK)
        rc = sqlite3_db_config(sqlite, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1,
                               NULL);
    if (rc == SQLITE_OK)
        rc =
            sqlite3_db_config(sqlite, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    return rc;
}

static int
count_pages(void *arg, sqlite3 *sqlite, const char *name, int pages)
{
    struct db *db = arg;

    (void) sqlite;
    (void) name;
    db->wal_pages = pages;
    return SQLITE_OK;
}

/* Only one thread at a time comes here (those that read CSV take turns), and
 * none asks how much memory SQLite has: it may leave out its locks and
 * counters. Before the first connection only; SQLite
 * refuses it later. */
static void
configure(void)
{
    static bool done;

    if (done)
        return;
    done = true;
    (void) sqlite3_config(SQLITE_CONFIG_SINGLETHREAD);
    (void) sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

static enum err
connect(struct db *db, bool normal)
{
    struct stat st;
    enum err e;
    int rc;

    configure();
    rc = sqlite3_open_v2(db->path, &db->sqlite,
                         SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
    if (!db->sqlite)
        return err_set(ERR_INTERNAL, "SQLite does not start");
    if (stat(db->path, &st) == 0) {
        db->device = st.st_dev;
        db->inode = st.st_ino;
    }
    if (rc == SQLITE_OK)
        rc = set_defences(db->sqlite);
    if (rc == SQLITE_OK)
        rc = sqlite3_busy_timeout(db->sqlite, (int) (db->timeout / 1000));
    if (rc != SQLITE_OK)
        return db_fail(db, rc);
    /* Checkpoints are ours alone, under the lock (lock.h); a mapped file
     * widens the window in which SQLite before 3.51.3 loses rows. */
    e = db_script(db, normal
                          ? "PRAGMA mmap_size=0; PRAGMA wal_autocheckpoint=0;"
                            "PRAGMA temp_store=MEMORY;"
                            "PRAGMA cell_size_check=ON;"
                            "PRAGMA synchronous=NORMAL"
                          : "PRAGMA mmap_size=0; PRAGMA wal_autocheckpoint=0;"
                            "PRAGMA temp_store=MEMORY;"
                            "PRAGMA cell_size_check=ON;"
                            "PRAGMA synchronous=FULL");
    /* last, because wal_autocheckpoint takes the hook for itself */
    (void) sqlite3_wal_hook(db->sqlite, count_pages, db);
    return e;
}

const int64_t db_schema_current = 4;

enum err
db_migrate(struct db *db)
{
    struct buf sql = {0};
    enum err e = ERR_OK;

    for (int64_t i = db->schema; e == ERR_OK && i < db_schema_current; i++)
        for (const char *const *s = schema_migrations[i].sql; *s; s++) {
            e = db_script(db, *s);
            if (e != ERR_OK)
                break;
        }
    buf_printf(&sql, "PRAGMA application_id=%d; PRAGMA user_version=%d",
               APPLICATION_ID, (int) db_schema_current);
    if (e == ERR_OK)
        e = db_script(db, buf_text(&sql));
    if (e == ERR_OK)
        db->schema = db_schema_current;
    buf_free(&sql);
    return e;
}

/*
 * Under the lock, so that of two programs that come at once one makes it and
 * the other finds it made.
 */
static enum err
make_database(struct db *db)
{
    int64_t tables = 0;
    enum err e = lock_take(&db->lock, db->timeout);

    if (e != ERR_OK)
        return e;
    e = db_one_int(db, "SELECT count(*) FROM sqlite_schema", NULL, 0, &tables);
    if (e == ERR_OK && tables == 0) {
        e = db_script(db, "PRAGMA page_size=4096;"
                          "PRAGMA auto_vacuum=INCREMENTAL;"
                          "PRAGMA journal_mode=WAL;"
                          "BEGIN IMMEDIATE");
        if (e == ERR_OK)
            e = db_migrate(db);
        if (e == ERR_OK)
            e = db_script(db, "COMMIT");
        if (e == ERR_OK)
            db_checkpoint(db, true);
    }
    lock_give(&db->lock);
    return e;
}

static enum err
refuse_foreign(const struct db *db)
{
    return err_set(ERR_SCHEMA,
                   "%s is an SQLite database, but not one of vigia", db->path);
}

/*
 * Ours is made in one transaction, so tables without our application id
 * belong to somebody else. The tables are looked for first: somebody may be
 * making it between the two looks.
 */
static enum err
check_owner(struct db *db)
{
    int64_t id = 0, tables = 0;
    enum err e =
        db_one_int(db, "SELECT count(*) FROM sqlite_schema", NULL, 0, &tables);

    if (e == ERR_OK)
        e = db_one_int(db, "PRAGMA application_id", NULL, 0, &id);
    if (e == ERR_OK && id != APPLICATION_ID && (id != 0 || tables > 0))
        e = refuse_foreign(db);
    return e;
}

/*
 * A file that another process is just making, or left half made, belongs to
 * no application yet. With the lock it is made, or left as what it is.
 */
static enum err
finish_making(struct db *db, enum db_mode mode)
{
    int64_t id = 0;
    enum err e = db_one_int(db, "PRAGMA application_id", NULL, 0, &id);

    if (e != ERR_OK || id != 0)
        return e;
    if (mode == DB_CREATE)
        return make_database(db);
    e = lock_take(&db->lock, db->timeout);
    if (e == ERR_OK)
        lock_give(&db->lock);
    return e;
}

static enum err
check_schema(struct db *db, enum db_mode mode)
{
    struct stat st;
    int64_t id = 0;
    enum err e = db_one_int(db, "PRAGMA application_id", NULL, 0, &id);

    if (e == ERR_OK)
        e = db_one_int(db, "PRAGMA user_version", NULL, 0, &db->schema);
    if (e != ERR_OK)
        return e;
    if (id != APPLICATION_ID && stat(db->path, &st) == 0 && st.st_size == 0)
        return err_set(ERR_SCHEMA, "%s is empty, not a vigia database",
                       db->path);
    if (id != APPLICATION_ID)
        return refuse_foreign(db);
    if (db->schema > db_schema_current)
        return err_set(ERR_SCHEMA,
                       "%s has schema %d, this program knows up to %d: "
                       "install the newer vigia",
                       db->path, (int) db->schema, (int) db_schema_current);
    if (db->schema < db_schema_current && mode != DB_UPGRADE)
        return err_set(ERR_SCHEMA,
                       "%s has the older schema %d, this program needs %d: "
                       "run `vigia upgrade` (it makes a backup first)",
                       db->path, (int) db->schema, (int) db_schema_current);
    return ERR_OK;
}

enum err
db_check_schema(struct db *db)
{
    return check_schema(db, DB_WRITE);
}

enum err
db_open(const char *path, enum db_mode mode, const struct db_options *options,
        struct db **out)
{
    struct db *db = xcalloc(1, sizeof *db);
    bool empty = false;
    enum err e = resolve(path, mode == DB_CREATE, &db->path);

    db->lock.fd = -1;
    db->timeout = options->busy_timeout;
    db->next_checkpoint = 1000;
    if (e == ERR_OK)
        e = check_place(db->path);
    if (e == ERR_OK)
        e = check_file(db->path, mode == DB_CREATE, &empty);
    if (e == ERR_OK && empty && mode == DB_CREATE)
        e = make_file(db->path);
    if (e == ERR_OK)
        e = connect(db, options->normal);
    if (e == ERR_OK)
        e = check_owner(db);
    if (e == ERR_OK) /* not earlier: a foreign file gets no lock beside it */
        e = lock_open(&db->lock, db->path);
    if (e == ERR_OK)
        e = finish_making(db, mode);
    if (e == ERR_OK)
        e = check_schema(db, mode);
    if (e == ERR_OK)
        *out = db;
    else
        db_close(db);
    return e;
}

enum err
db_open_copy(const char *path, struct db **out)
{
    struct db *db = xcalloc(1, sizeof *db);
    enum err e;

    db->lock.fd = -1;
    db->path = xstrdup(path);
    e = connect(db, false);
    if (e == ERR_OK)
        *out = db;
    else
        db_close(db);
    return e;
}

enum err
db_open_source(const char *path, struct db **out)
{
    struct db *db = NULL;
    bool empty;
    enum err e =
        access(path, F_OK) == 0
            ? check_file(path, false, &empty)
            : err_set(ERR_INPUT, "cannot read %s: %s", path, strerror(errno));

    if (e == ERR_OK)
        e = db_open_copy(path, &db);
    if (e == ERR_OK)
        e = check_schema(db, DB_WRITE);
    if (e == ERR_OK)
        *out = db;
    else
        db_close(db);
    return e;
}

void
db_close(struct db *db)
{
    if (!db)
        return;
    db_rollback(db);
    if (db->wal_pages > 0 && db->lock.path && !db->broken
        && lock_take(&db->lock, 0) == ERR_OK) {
        db_checkpoint(db, true);
        lock_give(&db->lock);
    }
    for (size_t i = 0; i < DB_STATEMENTS; i++)
        (void) sqlite3_finalize(db->statements[i].stmt);
    db_many_free(db);
    if (!db->broken) /* after a failed sync nothing may write again */
        (void) sqlite3_close(db->sqlite);
    lock_close(&db->lock);
    free(db->path);
    free(db);
}

const char *
db_path(const struct db *db)
{
    return db->path;
}

void
db_patience(struct db *db, int64_t us)
{
    db->timeout = us;
}

enum err
db_cache(struct db *db, size_t bytes)
{
    struct buf sql = {0};
    enum err e;

    buf_printf(&sql, "PRAGMA cache_size=-%zu", bytes / 1024);
    e = db_script(db, sql.data);
    buf_free(&sql);
    return e;
}

bool
db_broken(const struct db *db)
{
    return db->broken;
}

int64_t
db_schema(const struct db *db)
{
    return db->schema;
}

const char *
db_schema_step(int64_t schema)
{
    assert(schema >= 0 && schema < db_schema_current);
    return schema_migrations[schema].what;
}
