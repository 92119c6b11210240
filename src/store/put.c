/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Many rows for one INSERT. A statement costs as much as its row: opening the
 * table, finding the place, ending. One that has some dozens of rows keeps
 * the table open and its place at the end, and takes half the time.
 */
#include "store/db_internal.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

static size_t
rows_at_once(const struct db_put *put)
{
    return DB_PUT_ARGS / put->columns;
}

/*
 * The statement with as many rows as go into put: its one tuple, ($1, $2 ...)
 * in their order, so often. The parameters have no names here, as SQLite looks
 * for every name among all that came before: 4 ms for these few statements.
 */
static char *
make_text(const struct db_put *put)
{
    static const char word[] = "VALUES ";
    const char *tuple = strstr(put->sql, word), *end;
    struct buf text = {0};

    assert(tuple);
    tuple += strlen(word);
    end = tuple + strcspn(tuple, ")") + 1;
    buf_add(&text, put->sql, (size_t) (tuple - put->sql)); /* it is in sql */
    for (size_t i = 0; i < rows_at_once(put) * put->columns; i++)
        buf_str(&text, i == 0 ? "(?" : i % put->columns == 0 ? "),(?" : ",?");
    buf_char(&text, ')');
    buf_str(&text, end);
    return buf_steal(&text);
}

/* *out is NULL when too many others are kept already. */
static enum err
find(const struct db_put *put, struct db_many **out)
{
    struct db_many *many = put->db->many, *end = many + DB_MANY;
    char *text;
    enum err e;

    while (many < end && many->sql && many->sql != put->sql)
        many++;
    *out = many < end ? many : NULL;
    if (many == end || many->sql)
        return ERR_OK;
    text = make_text(put);
    e = db_prepare(put->db, text, &many->stmt);
    free(text);
    if (e != ERR_OK)
        return e;
    many->sql = put->sql;
    many->bound = xcalloc(DB_PUT_ARGS, sizeof *many->bound);
    return ERR_OK;
}

/* Is the parameter that already? By the bits, whatever it is. */
static bool
is_same(const struct arg *a, const struct arg *b)
{
    return a->type == b->type && a->i == b->i && a->len == b->len;
}

/*
 * Most of what rows have is the same in the rows that were there before, and
 * stays bound. So texts stay that are gone: nobody looks at them.
 */
static enum err
run_many(struct db_put *put, struct db_many *many)
{
    enum err e = db_refuse(put->db);
    int rc = SQLITE_OK;

    if (e != ERR_OK)
        return e;
    for (size_t i = 0; rc == SQLITE_OK && i < put->used; i++) {
        if (is_same(&many->bound[i], &put->args[i]))
            continue;
        rc = db_bind(many->stmt, (int) i + 1, &put->args[i]); /* below 512 */
        if (rc == SQLITE_OK)
            many->bound[i] = put->args[i];
    }
    if (rc == SQLITE_OK)
        rc = sqlite3_step(many->stmt);
    if (rc != SQLITE_DONE)
        e = db_fail(put->db, rc);
    (void) sqlite3_reset(many->stmt);
    return e;
}

void
db_many_free(struct db *db)
{
    for (size_t i = 0; i < DB_MANY; i++) {
        (void) sqlite3_finalize(db->many[i].stmt);
        free(db->many[i].bound);
    }
}

void
db_put_begin(struct db_put *put, struct db *db, const char *sql,
             size_t columns)
{
    assert(columns > 0 && columns <= DB_PUT_ARGS);
    put->db = db;
    put->sql = sql;
    put->columns = columns;
    put->used = 0;
}

enum err
db_put_end(struct db_put *put)
{
    bool full = put->used == rows_at_once(put) * put->columns;
    struct db_many *many = NULL;
    enum err e = full ? find(put, &many) : ERR_OK;

    if (e == ERR_OK && many)
        e = run_many(put, many);
    for (size_t i = 0; e == ERR_OK && !many && i < put->used;
         i += put->columns)
        e = db_run(put->db, put->sql, put->args + i, put->columns);
    put->used = 0;
    return e;
}

enum err
db_put_row(struct db_put *put, const struct arg *row)
{
    enum err e = ERR_OK;

    if (put->used == rows_at_once(put) * put->columns)
        e = db_put_end(put);
    if (e != ERR_OK)
        return e;
    memcpy(put->args + put->used, row, put->columns * sizeof *row);
    put->used += put->columns;
    return ERR_OK;
}
