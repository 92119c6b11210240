/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SQLite's DDL. What is not obvious:
 *
 * Times are microseconds since 1970 UTC. A version's id is its model's id
 * times 2^20 plus its number: one tree serves the look-up by model and number.
 *
 * History has no index by model and none by time, each of which doubles the
 * cost of recording. The rows of a model are a chain: prev is the model's row
 * before, and state.newest (in the row of the model's first column) the last.
 * Ids rise with the time of recording and are not reused, because pruning
 * never deletes the newest row. Alerts are few and have two partial
 * indexes, which also find them after pruning has cut the chain. delay is
 * recorded_at - at for a reading that came with its own time, NULL else; such
 * readings are unique by model and time, so that sending twice is harmless.
 *
 * A row's input is the values of a sensor as doubles, or the JSON that another
 * kind judged, and output what it answered. State has a row for each column,
 * or one without a name for a model that has none.
 *
 * Activations are a chain by prev, too. A step is 0 (a change), 1 (undo of
 * the activation "about") or 2 (redo of it). parent is the change activation
 * that stood before, so undo walks up from model.top and redo back down
 * towards model.head, the newest change activation.
 *
 * What every fit inserts has no CHECK with IN and more than two values: SQLite
 * would fill a table of them for each row, which took longer than the insert.
 *
 * Of an API key only its SHA-256 is kept, which is enough for a key of 256
 * random bits; prefix are its first 8 digits, to find the row by. An
 * idempotency row is the answer that a repeated request gets, kept for a day.
 */
#include "store/schema.h"

#include <stddef.h>

static const char *const first[] = {
    "CREATE TABLE meta("
    " name TEXT NOT NULL PRIMARY KEY,"
    " value ANY NOT NULL"
    ") STRICT, WITHOUT ROWID",

    "INSERT INTO meta(name, value) VALUES"
    " ('generation', random()), ('history_rows', 0), ('pruned_to', 0)",

    "CREATE TABLE actor("
    " id INTEGER PRIMARY KEY,"
    " name TEXT NOT NULL UNIQUE"
    ") STRICT",

    "CREATE TABLE change("
    " id INTEGER PRIMARY KEY AUTOINCREMENT,"
    " at INTEGER NOT NULL,"
    " actor INTEGER NOT NULL REFERENCES actor(id),"
    " via TEXT NOT NULL CHECK(via IN ('cli', 'dashboard', 'rest')),"
    " what TEXT NOT NULL,"
    " note TEXT NOT NULL,"
    " undoes INTEGER REFERENCES change(id),"
    " models INTEGER NOT NULL DEFAULT 0,"
    " first_activation INTEGER,"
    " last_activation INTEGER"
    ") STRICT",

    "CREATE TABLE model("
    " id INTEGER PRIMARY KEY AUTOINCREMENT CHECK(id < 8796093022208),"
    " name TEXT NOT NULL UNIQUE CHECK(length(name) BETWEEN 1 AND 128),"
    " kind TEXT NOT NULL,"
    " title TEXT NOT NULL DEFAULT '',"
    " version INTEGER,"
    " versions INTEGER NOT NULL DEFAULT 0 CHECK(versions < 1048576),"
    " stale_after INTEGER NOT NULL DEFAULT 0 CHECK(stale_after >= 0),"
    " activation INTEGER REFERENCES activation(id),"
    " top INTEGER REFERENCES activation(id),"
    " head INTEGER REFERENCES activation(id),"
    " removed_at INTEGER,"
    " CHECK((version IS NULL) = (removed_at IS NOT NULL))"
    ") STRICT",

    "CREATE TABLE version("
    " id INTEGER PRIMARY KEY,"
    " origin TEXT NOT NULL"
    "  CHECK(origin = 'fit' OR origin = 'adjust' OR origin = 'set'"
    "   OR origin = 'load'),"
    " change INTEGER NOT NULL REFERENCES change(id),"
    " title TEXT NOT NULL,"
    " params TEXT NOT NULL,"
    " weights TEXT NOT NULL"
    ") STRICT",

    "CREATE TABLE activation("
    " id INTEGER PRIMARY KEY,"
    " model INTEGER NOT NULL REFERENCES model(id),"
    " prev INTEGER REFERENCES activation(id),"
    " version INTEGER,"
    " at INTEGER NOT NULL,"
    " change INTEGER NOT NULL REFERENCES change(id),"
    " step INTEGER NOT NULL CHECK(step BETWEEN 0 AND 2),"
    " about INTEGER REFERENCES activation(id),"
    " parent INTEGER REFERENCES activation(id),"
    " CHECK((step = 0) = (about IS NULL))"
    ") STRICT",

    "CREATE TABLE state("
    " model INTEGER NOT NULL REFERENCES model(id),"
    " ord INTEGER NOT NULL,"
    " name TEXT NOT NULL,"
    " n INTEGER NOT NULL,"
    " flat INTEGER NOT NULL CHECK(flat IN (0, 1)),"
    " activated_at INTEGER NOT NULL,"
    " newest INTEGER,"
    " at INTEGER,"
    " value REAL,"
    " score REAL,"
    " alert INTEGER NOT NULL DEFAULT 0 CHECK(alert IN (0, 1)),"
    " PRIMARY KEY(model, ord)"
    ") STRICT, WITHOUT ROWID",

    "CREATE INDEX state_alert ON state(model) WHERE alert = 1",

    "CREATE TABLE history("
    " id INTEGER PRIMARY KEY,"
    " at INTEGER NOT NULL,"
    " delay INTEGER,"
    " model INTEGER NOT NULL REFERENCES model(id),"
    " version INTEGER NOT NULL,"
    " prev INTEGER,"
    " input ANY NOT NULL,"
    " output TEXT,"
    " alert INTEGER NOT NULL CHECK(alert IN (0, 1)),"
    " actor INTEGER NOT NULL REFERENCES actor(id),"
    " request ANY"
    ") STRICT",

    "CREATE INDEX history_alert ON history(alert) WHERE alert = 1",
    "CREATE INDEX history_model_alert ON history(model) WHERE alert = 1",
    "CREATE UNIQUE INDEX history_at ON history(model, at)"
    " WHERE delay IS NOT NULL",
    NULL,
};

static const char *const second[] = {
    "CREATE TABLE api_key("
    " id INTEGER PRIMARY KEY,"
    " name TEXT NOT NULL UNIQUE,"
    " prefix TEXT NOT NULL,"
    " sha256 BLOB NOT NULL CHECK(length(sha256) = 32),"
    " scope TEXT NOT NULL"
    "  CHECK(scope IN ('read', 'test', 'operate', 'admin')),"
    " change INTEGER NOT NULL REFERENCES change(id)"
    ") STRICT",

    "CREATE INDEX api_key_prefix ON api_key(prefix)",

    "CREATE TABLE idempotency("
    " id INTEGER PRIMARY KEY,"
    " actor INTEGER NOT NULL REFERENCES actor(id),"
    " key TEXT NOT NULL,"
    " method TEXT NOT NULL,"
    " target TEXT NOT NULL,"
    " sha256 BLOB NOT NULL CHECK(length(sha256) = 32),"
    " at INTEGER NOT NULL,"
    " status INTEGER NOT NULL,"
    " headers TEXT NOT NULL,"
    " answer TEXT NOT NULL,"
    " UNIQUE(actor, key)"
    ") STRICT",

    "CREATE INDEX idempotency_at ON idempotency(at)",
    NULL,
};

static const char *const third[] = {
    "ALTER TABLE version ADD COLUMN metrics TEXT",
    NULL,
};

static const char *const fourth[] = {
    "CREATE TABLE job("
    " id INTEGER PRIMARY KEY,"
    " actor INTEGER NOT NULL REFERENCES actor(id),"
    " model TEXT NOT NULL,"
    " began_at INTEGER NOT NULL,"
    " ended_at INTEGER,"
    " state TEXT NOT NULL CHECK(state IN ('running', 'done', 'failed')),"
    " version INTEGER,"
    " status INTEGER,"
    " reason TEXT"
    ") STRICT",

    "CREATE INDEX job_running ON job(state) WHERE state = 'running'",
    NULL,
};

/* clang-format off */
const struct migration schema_migrations[] = {
    {.what = "models, versions, changes, history", .sql = first},
    {.what = "API keys, answers to repeated requests", .sql = second},
    {.what = "metrics of versions", .sql = third},
    {.what = "jobs", .sql = fourth},
    {.what = NULL},
};
/* clang-format on */
