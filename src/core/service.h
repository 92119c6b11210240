/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The core as the front ends see it: an open database, who is acting, turns
 * (one turn, one transaction) and the verbs of draft.h and undo.h on it.
 */
#ifndef VIGIA_SERVICE_H
#define VIGIA_SERVICE_H

#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

#include "base/conf.h"
#include "store/db.h"

struct cache;
struct known_cache;
struct seats;

/* The longest a piece of long work may hold the write lock, or the loop. */
enum { PIECE_US = 20000 };

/* What a user does in one act; pieces of it may be stored in several turns. */
struct change {
    int64_t id; /* 0: none is open */
    int64_t at;
    int64_t models; /* activations made */
    int64_t first, last;
    bool dirty; /* the row is behind these figures */
};

struct service {
    struct db *db;
    const struct conf *conf; /* borrowed */
    const char *by, *via;    /* who acts, and "cli", "dashboard", "rest" */
    int64_t actor;           /* the row of by; 0: not looked up yet */
    struct change change;
    struct cache *cache;       /* compiled versions */
    struct known_cache *known; /* models by name (known.h) */
    struct seats *seats;       /* states that are recorded into (state.h) */
    int64_t epoch; /* moves when what is kept of models may have changed */
    int64_t generation, data_version;
    int64_t recorded; /* history rows of this turn, for the count */
    struct {
        struct change change;
        int64_t actor, recorded, changed;
        bool savepoint;
    } part; /* as they were when it began */
};

/*
 * Opens the database for by (copied). Errors as db_open(). Close with
 * service_close() (takes NULL).
 */
CHECKED enum err service_open(const char *path, enum db_mode mode,
                              const struct conf *conf, const char *by,
                              const char *via, struct service **out);
void service_close(struct service *s);

/* A turn: everything between is stored together, or not at all. */
CHECKED enum err service_begin(struct service *s);
CHECKED enum err service_commit(struct service *s);
void service_rollback(struct service *s);

/*
 * Everything read between sees the same, and the file is locked and looked at
 * once and not for every statement. Not in a turn; nobody waits in it for a
 * person, a pipe or a socket. e, which the reading said, is answered by the
 * end, too.
 */
CHECKED enum err service_read_begin(struct service *s);
CHECKED enum err service_read_end(struct service *s, enum err e);

/*
 * A part of a turn that can be taken back alone, with the compiled versions
 * that were made in it; parts do not nest. When undo fails, the transaction
 * is lost: service_rollback().
 *
 * With a savepoint SQLite copies each page that the part changes. A part
 * that stores as its last step, which only the database can refuse, does
 * without: undo fails when it has changed something.
 */
CHECKED enum err service_part_begin(struct service *s, bool savepoint);
CHECKED enum err service_part_keep(struct service *s);
CHECKED enum err service_part_undo(struct service *s);

/* Looks whether the database has been restored, and forgets the compiled
 * versions then, or upgraded: ERR_SCHEMA. Before reading, in programs that
 * live long. */
CHECKED enum err service_refresh(struct service *s);

/* From now on it is by (copied) who acts. */
void service_act_as(struct service *s, const char *by);

/* The row of a person or program that acts; made when new, in a turn. */
CHECKED enum err service_actor(struct service *s, int64_t *actor);

#endif
