/* SPDX-License-Identifier: Apache-2.0 */
/* Answers to repeated requests. */
#include "core/idempotency.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "core/service.h"

#define KEEP CLOCK_DAY
enum { DROPS = 10 }; /* as old ones go faster than new ones come, none stay */

void
idempotent_answer_free(struct idempotent_answer *a)
{
    free(a->headers);
    free(a->body);
    *a = (struct idempotent_answer){0};
}

static enum err
compare(const struct db_rows *rows, const struct idempotent *r)
{
    size_t len;
    const void *hash = db_blob(rows, 2, &len);

    if (strcmp(db_text(rows, 0), r->method) != 0
        || strcmp(db_text(rows, 1), r->target) != 0)
        return err_set(ERR_DATA,
                       "this Idempotency-Key was used for another request, "
                       "%s %s; use a new one",
                       db_text(rows, 0), db_text(rows, 1));
    if (len != SHA256_SIZE || memcmp(hash, r->body, len) != 0)
        return err_set(ERR_DATA,
                       "this Idempotency-Key was used with another body; use "
                       "a new one");
    return ERR_OK;
}

enum err
idempotency_find(struct service *s, const struct idempotent *r, bool *found,
                 struct idempotent_answer *out)
{
    static const char sql[] =
        "SELECT i.method, i.target, i.sha256, i.status, i.headers, i.answer"
        " FROM actor a JOIN idempotency i ON i.actor = a.id"
        " WHERE a.name = $1 AND i.key = $2 AND i.at > $3";
    struct arg args[] = {arg_text(s->by), arg_text(r->key),
                         arg_int(clock_now() - KEEP)};
    struct db_rows *rows;
    bool more = false;
    enum err e = db_query(s->db, sql, args, 3, &rows);

    if (e != ERR_OK)
        return e;
    e = db_next(rows, &more);
    if (e == ERR_OK && more)
        e = compare(rows, r);
    if (e == ERR_OK && more)
        *out = (struct idempotent_answer){
            .status = db_int(rows, 3),
            .headers = xstrdup(db_text(rows, 4)),
            .body = xstrdup(db_text(rows, 5)),
        };
    if (e == ERR_OK)
        *found = more;
    db_done(rows);
    return e;
}

enum err
idempotency_keep(struct service *s, const struct idempotent *r,
                 const struct idempotent_answer *answer)
{
    static const char drop[] =
        "DELETE FROM idempotency WHERE id IN (SELECT id FROM idempotency"
        " WHERE at <= $1 ORDER BY at LIMIT $2)";
    static const char keep[] =
        "INSERT INTO idempotency(actor, key, method, target, sha256, at,"
        " status, headers, answer) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
        " ON CONFLICT (actor, key) DO UPDATE SET method = excluded.method,"
        " target = excluded.target, sha256 = excluded.sha256,"
        " at = excluded.at, status = excluded.status,"
        " headers = excluded.headers, answer = excluded.answer";
    int64_t actor, now = clock_now();
    enum err e = service_actor(s, &actor);

    if (e == ERR_OK)
        e = db_run(s->db, drop,
                   (struct arg[]){arg_int(now - KEEP), arg_int(DROPS)}, 2);
    if (e != ERR_OK)
        return e;
    return db_run(
        s->db, keep,
        (struct arg[]){arg_int(actor), arg_text(r->key), arg_text(r->method),
                       arg_text(r->target), arg_blob(r->body, sizeof r->body),
                       arg_int(now), arg_int(answer->status),
                       arg_text(answer->headers), arg_text(answer->body)},
        9);
}
