/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The store: statements, transactions and what becomes of them when a
 * statement fails. Opening is in db_open.c, copies in db_care.c.
 */
#include "store/db.h"

#include "lab.h"

static const struct db_options options = {.busy_timeout = 200000};

static const char put[] = "INSERT INTO meta(name, value) VALUES ($1, $2)";

static struct db *
create(const char *path)
{
    struct db *db = NULL;

    must(db_open(path, DB_CREATE, &options, &db));
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

static enum err
insert(struct db *db, const char *name, struct arg value)
{
    struct arg args[] = {arg_text(name), value};

    return db_run(db, put, args, 2);
}

/* How many of the rows that tests insert are there. */
static int64_t
mine(struct db *db)
{
    return number(db, "SELECT count(*) FROM meta WHERE name LIKE 'my-%'");
}

static void
forget(struct db *db)
{
    must(db_begin(db));
    must(db_run(db, "DELETE FROM meta WHERE name LIKE 'my-%'", NULL, 0));
    must(db_commit(db));
}

/* ---- values ---- */

static void
test_values(struct db *db)
{
    static const char sql[] = "SELECT $1, $2, $3, $4, $5";
    struct arg args[] = {arg_null(), arg_int(INT64_MIN), arg_real(0.1),
                         arg_text("é\tb"), arg_blob("a\0b", 3)};
    struct db_rows *rows, *again;
    bool more = false;
    size_t len;

    must(db_query(db, sql, args, 5, &rows));
    must(db_next(rows, &more));
    ok(more, "a query answers a row");
    ok(db_is_null(rows, 0) && db_int(rows, 0) == 0 && !db_text(rows, 0),
       "null is none, 0 and NULL");
    ok(db_int(rows, 1) == INT64_MIN, "the smallest integer comes back");
    ok(db_real(rows, 2) == 0.1, "a real comes back");
    is_str(db_text(rows, 3), "é\tb", "a text comes back");
    ok(!memcmp(db_blob(rows, 4, &len), "a\0b", 3) && len == 3,
       "bytes come back, with a NUL among them");
    ok(db_type(rows, 0) == ARG_NULL && db_type(rows, 1) == ARG_INT
           && db_type(rows, 2) == ARG_REAL && db_type(rows, 3) == ARG_TEXT
           && db_type(rows, 4) == ARG_BLOB,
       "each value knows its type");
    must(db_query(db, sql, args, 5, &again));
    must(db_next(again, &more));
    ok(again != rows && more && db_int(rows, 1) == INT64_MIN,
       "the same query inside itself disturbs neither");
    db_done(again);
    must(db_next(rows, &more));
    ok(!more, "after the last row there is no more");
    db_done(rows);
    db_done(NULL);
    ok(arg_text(NULL).type == ARG_NULL, "a text that is NULL is null");
}

/* ---- transactions ---- */

static void
test_transactions(struct db *db, struct db *other)
{
    int64_t before = 0, after = 0;

    must(db_data_version(other, &before));
    must(db_begin(db));
    ok(db_writing(db), "between begin and commit it is writing");
    must(insert(db, "my-a", arg_int(1)));
    is_int(db_changed(db), 1, "a statement knows how many rows it changed");
    is_int(mine(other), 0, "others see nothing before the commit");
    must(db_commit(db));
    ok(!db_writing(db), "after the commit it is not");
    is_int(mine(other), 1, "and all of it after it");
    must(db_data_version(other, &after));
    ok(after != before, "a commit moves the data version of others");

    must(db_begin(db));
    must(insert(db, "my-b", arg_int(1)));
    db_rollback(db);
    db_rollback(db);
    is_int(mine(db), 1, "what was rolled back is gone; twice does no harm");
    must(db_begin(db));
    refused(db_begin(other), ERR_BUSY, "busy",
            "a second writer is told to try again");
    db_rollback(db);
    must(db_begin(other));
    db_rollback(other);
    ok(true, "and gets its turn afterwards");
}

static void
test_savepoints(struct db *db)
{
    must(db_begin(db));
    must(insert(db, "my-s1", arg_int(1)));
    must(db_savepoint(db));
    must(insert(db, "my-s2", arg_int(2)));
    must(db_savepoint_undo(db));
    must(db_savepoint(db));
    must(insert(db, "my-s3", arg_int(3)));
    must(db_savepoint_keep(db));
    must(db_savepoint(db));
    refused(insert(db, "my-s1", arg_int(4)), ERR_CONFLICT, "UNIQUE",
            "a constraint is a conflict");
    must(db_savepoint_undo(db));
    must(insert(db, "my-s4", arg_int(4)));
    must(db_commit(db));
    ok(number(db, "SELECT count(*) FROM meta WHERE name IN"
                  " ('my-s1', 'my-s3', 'my-s4')")
               == 3
           && number(db, "SELECT count(*) FROM meta WHERE name = 'my-s2'")
                  == 0,
       "a part is taken back alone, also after it failed");
}

static void
test_failed(struct db *db)
{
    int64_t before = mine(db);

    must(db_begin(db));
    must(insert(db, "my-f1", arg_int(1)));
    refused(insert(db, "my-f1", arg_int(2)), ERR_CONFLICT, "UNIQUE",
            "a statement fails inside a transaction");
    err_clear();
    refused(insert(db, "my-f2", arg_int(3)), ERR_CONFLICT, "UNIQUE",
            "a good one after it is refused with the same sentence");
    refused(db_commit(db), ERR_CONFLICT, "UNIQUE", "so is the commit");
    ok(!db_writing(db), "which ends the transaction");
    is_int(mine(db), before, "and nothing of it is stored");
    must(db_begin(db));
    must(insert(db, "my-f3", arg_int(1)));
    must(db_commit(db));
    is_int(mine(db), before + 1, "the next transaction is unharmed");
}

/* Fills the database in one transaction until it may grow no more. */
static enum err
fill(struct db *db)
{
    static char bytes[100000];
    enum err e = ERR_OK;

    for (int i = 0; e == ERR_OK && i < 1000; i++) {
        char name[32];

        (void) snprintf(name, sizeof name, "my-full-%d", i);
        e = insert(db, name, arg_blob(bytes, sizeof bytes));
    }
    return e;
}

static void
test_full(struct db *db)
{
    int64_t before = mine(db);

    (void) number(db, "PRAGMA max_page_count=200");
    must(db_begin(db));
    must(insert(db, "my-first", arg_int(1)));
    refused(fill(db), ERR_FULL, "no space left", "a full disk is told");
    refused(insert(db, "my-last", arg_int(1)), ERR_FULL, "no space left",
            "everything after it in the turn is refused");
    refused(db_savepoint(db), ERR_FULL, "no space left", "a savepoint, too");
    refused(db_commit(db), ERR_FULL, "no space left", "and the commit");
    is_int(mine(db), before, "nothing of the turn is stored, first or last");
    (void) number(db, "PRAGMA max_page_count=1000000");
    is_int(number(db, "SELECT count(*) FROM pragma_integrity_check"
                      " WHERE integrity_check = 'ok'"),
           1, "the file is whole");
    must(db_begin(db));
    must(insert(db, "my-later", arg_int(1)));
    must(db_commit(db));
    is_int(mine(db), before + 1, "with room again there is a next turn");
}

/*
 * SQLite may end a transaction by itself. A ROLLBACK behind the store's back
 * stands for that: what follows must not be committed one by one.
 */
static void
test_given_up(struct db *db)
{
    int64_t before = mine(db);

    must(db_begin(db));
    must(insert(db, "my-g1", arg_int(1)));
    must(db_run(db, "ROLLBACK", NULL, 0));
    refused(db_savepoint_undo(db), ERR_IO, "gave up",
            "a part cannot be taken back of a transaction that is gone");
    refused(db_commit(db), ERR_IO, "gave up",
            "a transaction that is gone is not called done");
    is_int(mine(db), before, "nothing of it is stored");
    must(db_begin(db));
    db_rollback(db);
}

/* ---- the table of statements ---- */

static void
see(const char *sql, void *arg)
{
    *(int *) arg += strcmp(sql, put) == 0;
}

static void
test_statements(struct db *db)
{
    static char many[400][64];
    int kept = 0;
    bool right = true;

    db_each_statement(db, see, &kept);
    is_int(kept, 1, "a statement is prepared once, however often it ran");
    for (int round = 0; round < 2; round++)
        for (int i = 0; i < 400; i++) {
            (void) snprintf(many[i], sizeof many[i], "SELECT %d", i);
            right &= number(db, many[i]) == i;
        }
    ok(right, "more statements than are kept still run, each its own");
    refused(db_run(db, "INSERT INTO no_table(a) VALUES (1)", NULL, 0),
            ERR_INTERNAL, "no such table", "bad SQL is a bug, and said");
}

int
main(void)
{
    char *folder = lab_folder(), *path = lab_file(folder, "v.db");
    struct db *db = create(path), *other = create(path);

    test_values(db);
    test_transactions(db, other);
    test_savepoints(db);
    test_failed(db);
    forget(db);
    test_full(db);
    test_given_up(db);
    test_statements(db);
    db_close(db);
    db_close(other);
    db_close(NULL);
    free(path);
    lab_clear(folder);
    return done_testing();
}
