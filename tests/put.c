/* SPDX-License-Identifier: Apache-2.0 */
/* Rows that are inserted many at a time are the rows that were given, however
 * many there are, and whatever the same statement inserted before. */
#include "store/db.h"

#include "lab.h"

enum { COLUMNS = 5, AT_ONCE = DB_PUT_ARGS / COLUMNS };

static const struct db_options options = {.busy_timeout = 200000};

static const char sql[] =
    "INSERT INTO api_key(name, prefix, sha256, scope, change)"
    " VALUES ($1, $2, $3, $4, $5)"
    " ON CONFLICT (name) DO UPDATE SET change = excluded.change";

static const char digest[32];

static void
make_row(struct arg row[COLUMNS], const char *name, int64_t change)
{
    row[0] = arg_text(name);
    row[1] = arg_text("p");
    row[2] = arg_blob(digest, sizeof digest);
    row[3] = arg_text("read");
    row[4] = arg_int(change);
}

static int64_t
number(struct db *db, const char *query)
{
    struct db_rows *rows;
    bool more = false;
    int64_t n;

    must(db_query(db, query, NULL, 0, &rows));
    must(db_next(rows, &more));
    n = more ? db_int(rows, 0) : -1;
    db_done(rows);
    return n;
}

/* Puts count rows named "k0"... with change i + shift. */
static enum err
put_rows(struct db *db, size_t count, int64_t shift)
{
    char(*keys)[24] = xcalloc(count, sizeof *keys);
    struct db_put put;
    enum err e = ERR_OK;

    db_put_begin(&put, db, sql, COLUMNS);
    for (size_t i = 0; e == ERR_OK && i < count; i++) {
        struct arg row[COLUMNS];

        (void) snprintf(keys[i], sizeof keys[i], "k%zu", i);
        make_row(row, keys[i], (int64_t) i + shift);
        e = db_put_row(&put, row);
    }
    if (e == ERR_OK)
        e = db_put_end(&put);
    free(keys);
    return e;
}

/* Are there just these rows, in the order they were put? */
static bool
are_there(struct db *db, size_t count, int64_t shift)
{
    struct db_rows *rows;
    bool more = false, right = true;
    char key[24];
    size_t i = 0;

    must(db_query(db, "SELECT name, change FROM api_key ORDER BY id", NULL, 0,
                  &rows));
    for (must(db_next(rows, &more)); more; must(db_next(rows, &more))) {
        (void) snprintf(key, sizeof key, "k%zu", i);
        right = right && strcmp(db_text(rows, 0), key) == 0
                && db_int(rows, 1) == (int64_t) i + shift;
        i++;
    }
    db_done(rows);
    return right && i == count;
}

static void
test_counts(struct db *db)
{
    static const size_t counts[] = {
        0,       1,           2,           AT_ONCE - 1,
        AT_ONCE, AT_ONCE + 1, 2 * AT_ONCE, 3 * AT_ONCE + 7};

    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        must(db_begin(db));
        must(put_rows(db, counts[i], 5));
        ok(are_there(db, counts[i], 5), "%zu rows are inserted", counts[i]);
        if (counts[i] > 0)
            is_int(db_inserted(db), number(db, "SELECT max(id) FROM api_key"),
                   "and the key of the last is known");
        must(put_rows(db, counts[i], 7));
        ok(are_there(db, counts[i], 7), "and updated where they are already");
        db_rollback(db);
    }
}

/* How many rows have a value of that type, and is the first one's that? */
static int64_t
of_type(struct db *db, const char *type, bool *first)
{
    static const char sql_of_type[] =
        "SELECT count(*), max(name = 'my-0') FROM meta"
        " WHERE name LIKE 'my-%' AND typeof(value) = $1";
    struct arg args[] = {arg_text(type)};
    struct db_rows *rows;
    bool more = false;
    int64_t n;

    must(db_query(db, sql_of_type, args, 1, &rows));
    must(db_next(rows, &more));
    n = db_int(rows, 0);
    *first = db_int(rows, 1) == 1;
    db_done(rows);
    return n;
}

/* A parameter is a value of each type in turns. */
static void
test_types(struct db *db)
{
    static const char any[] = "INSERT INTO meta(name, value) VALUES ($1, $2)";
    static const char *const types[] = {"integer", "real", "text", "blob"};
    const struct arg values[] = {arg_int(7), arg_real(7), arg_text("7"),
                                 arg_blob("7", 1)};
    char names[DB_PUT_ARGS / 2][24];
    struct db_put put;
    bool first = false;

    for (size_t round = 0; round < 4; round++) {
        must(db_begin(db));
        db_put_begin(&put, db, any, 2);
        for (size_t i = 0; i < DB_PUT_ARGS / 2; i++) {
            struct arg row[] = {arg_null(), values[(i + round) % 4]};

            (void) snprintf(names[i], sizeof names[i], "my-%zu", i);
            row[0] = arg_text(names[i]);
            must(db_put_row(&put, row));
        }
        must(db_put_end(&put));
        ok(of_type(db, types[round], &first) == DB_PUT_ARGS / 8 && first,
           "a quarter is %s, the first one too", types[round]);
        db_rollback(db);
    }
}

static void
test_refused(struct db *db)
{
    struct db_put put;
    struct arg row[COLUMNS];
    enum err e = ERR_OK;

    make_row(row, NULL, 0);
    must(db_begin(db));
    db_put_begin(&put, db, sql, COLUMNS);
    for (size_t i = 0; e == ERR_OK && i <= AT_ONCE; i++)
        e = db_put_row(&put, row);
    refused(e, ERR_CONFLICT, "NOT NULL", "a row without a key is refused");
    refused(put_rows(db, 1, 0), ERR_CONFLICT, "NOT NULL",
            "nothing more is inserted in that transaction");
    refused(put_rows(db, AT_ONCE, 0), ERR_CONFLICT, "NOT NULL",
            "many rows neither");
    db_rollback(db);
    must(db_begin(db));
    must(put_rows(db, 2 * AT_ONCE, 1));
    ok(are_there(db, 2 * AT_ONCE, 1), "the next one goes on as usual");
    db_rollback(db);
}

int
main(void)
{
    char *folder = lab_folder(), *path = lab_file(folder, "v.db");
    struct db *db = NULL;

    must(db_open(path, DB_CREATE, &options, &db));
    test_counts(db);
    test_types(db);
    test_refused(db);
    db_close(db);
    free(path);
    lab_clear(folder);
    return done_testing();
}
