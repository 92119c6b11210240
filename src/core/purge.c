/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Deleting a model for ever, in slices: its readings, activations, versions
 * and states, each from where the slice before came to, and at last itself.
 * What is left after any slice is whole enough to go on with.
 */
#include "core/model.h"

#include "base/clock.h"
#include "core/service.h"
#include "core/version.h"

/* What a slice may still do. */
struct slice {
    int64_t rows;  /* to be deleted at most */
    int64_t until; /* clock_elapsed() when the time is up */
    bool begun;    /* something was deleted: each slice gets on a bit */
};

/* Whether a further row may be deleted, and counts it. */
static bool
slice_takes(struct slice *slice)
{
    if (slice->rows <= 0 || (slice->begun && clock_elapsed() >= slice->until))
        return false;
    slice->rows--;
    slice->begun = true;
    return true;
}

/*
 * Ids of history must not be given again (schema.c), so the newest row of all
 * stays when it is the model's: emptied, without a model to show it. Pruning
 * takes it when it is old and not the newest any more.
 */
static enum err
purge_row(struct service *s, int64_t id)
{
    static const char delete[] =
        "DELETE FROM history"
        " WHERE id = $1 AND id < (SELECT max(id) FROM history)";
    static const char empty[] = "UPDATE history SET input = 0, alert = 0,"
                                " delay = NULL, request = NULL WHERE id = $1";
    struct arg args[] = {arg_int(id)};
    enum err e = db_run(s->db, delete, args, 1);

    if (e != ERR_OK)
        return e;
    if (db_changed(s->db) == 0)
        return db_run(s->db, empty, args, 1);
    s->recorded--;
    return ERR_OK;
}

/* The chain of a model's rows, from the newest back. */
static enum err
purge_chain(struct service *s, const struct model *m, struct slice *slice,
            bool *more)
{
    static const char newest[] =
        "SELECT newest FROM state WHERE model = $1 AND ord = 0";
    static const char prev[] =
        "SELECT prev FROM history WHERE id = $1 AND model = $2";
    static const char step[] =
        "UPDATE state SET newest = $1 WHERE model = $2 AND ord = 0";
    struct arg model[] = {arg_int(m->id)};
    int64_t id = 0, before = 0, first;
    enum err e = db_one_int(s->db, newest, model, 1, &id);

    first = id;
    for (; e == ERR_OK && id && slice_takes(slice); id = before) {
        struct arg row[] = {arg_int(id), arg_int(m->id)};

        e = db_one_int(s->db, prev, row, 2, &before);
        if (e == ERR_OK)
            e = purge_row(s, id);
    }
    if (e == ERR_OK && id != first) {
        struct arg rest[] = {id ? arg_int(id) : arg_null(), arg_int(m->id)};

        e = db_run(s->db, step, rest, 2);
    }
    *more = id != 0;
    return e;
}

/* Rows behind a cut of the chain are alerts, and found by their index. */
static enum err
purge_alerts(struct service *s, const struct model *m, struct slice *slice,
             bool *more)
{
    static const char alert[] =
        "SELECT id FROM history WHERE model = $1 AND alert = 1 LIMIT 1";
    struct arg model[] = {arg_int(m->id)};
    int64_t id = 0;
    enum err e = db_one_int(s->db, alert, model, 1, &id);

    while (e == ERR_OK && id && slice_takes(slice)) {
        e = purge_row(s, id);
        if (e == ERR_OK)
            e = db_one_int(s->db, alert, model, 1, &id);
    }
    *more = id != 0;
    return e;
}

/* The chain of activations, from the newest back. */
static enum err
purge_activations(struct service *s, const struct model *m,
                  struct slice *slice, bool *more)
{
    static const char newest[] = "SELECT activation FROM model WHERE id = $1";
    static const char prev[] = "SELECT prev FROM activation WHERE id = $1";
    static const char delete[] = "DELETE FROM activation WHERE id = $1";
    static const char step[] = "UPDATE model SET activation = $1, top = NULL,"
                               " head = NULL WHERE id = $2";
    struct arg model[] = {arg_int(m->id)};
    int64_t id = 0, before = 0, first;
    enum err e = db_one_int(s->db, newest, model, 1, &id);

    first = id;
    for (; e == ERR_OK && id && slice_takes(slice); id = before) {
        struct arg row[] = {arg_int(id)};

        e = db_one_int(s->db, prev, row, 1, &before);
        if (e == ERR_OK)
            e = db_run(s->db, delete, row, 1);
    }
    if (e == ERR_OK && id != first) {
        struct arg rest[] = {id ? arg_int(id) : arg_null(), arg_int(m->id)};

        e = db_run(s->db, step, rest, 2);
    }
    *more = id != 0;
    return e;
}

/* One by one, as the weights of a version may be large. */
static enum err
purge_versions(struct service *s, const struct model *m, struct slice *slice,
               bool *more)
{
    static const char first[] =
        "SELECT id FROM version WHERE id > $1 AND id < $2 LIMIT 1";
    static const char delete[] = "DELETE FROM version WHERE id = $1";
    struct arg range[] = {arg_int(version_row(m->id, 0)),
                          arg_int(version_row(m->id + 1, 0))};
    int64_t id = 0;
    enum err e = db_one_int(s->db, first, range, 2, &id);

    while (e == ERR_OK && id && slice_takes(slice)) {
        struct arg row[] = {arg_int(id)};

        e = db_run(s->db, delete, row, 1);
        if (e == ERR_OK)
            e = db_one_int(s->db, first, range, 2, &id);
    }
    *more = id != 0;
    return e;
}

/* From the last column back: the first one has the chain of readings. */
static enum err
purge_states(struct service *s, const struct model *m, struct slice *slice,
             bool *more)
{
    static const char count[] =
        "SELECT ord + 1 FROM state WHERE model = $1 ORDER BY ord DESC LIMIT 1";
    static const char delete[] =
        "DELETE FROM state WHERE model = $1 AND ord = $2";
    struct arg model[] = {arg_int(m->id)};
    int64_t columns = 0;
    enum err e = db_one_int(s->db, count, model, 1, &columns);

    for (; e == ERR_OK && columns && slice_takes(slice); columns--) {
        struct arg row[] = {arg_int(m->id), arg_int(columns - 1)};

        e = db_run(s->db, delete, row, 2);
    }
    *more = columns != 0;
    return e;
}

enum err
model_purge(struct service *s, const struct model *m, int64_t rows, bool *more)
{
    static enum err (*const parts[])(struct service *, const struct model *,
                                     struct slice *, bool *) = {
        purge_chain, purge_alerts, purge_activations, purge_versions,
        purge_states};
    static const char model[] = "DELETE FROM model WHERE id = $1";
    struct slice slice = {.rows = rows, .until = clock_elapsed() + PIECE_US};
    struct arg id[] = {arg_int(m->id)};
    enum err e = ERR_OK;

    s->epoch++; /* what is kept of models is not true any more */
    *more = false;
    for (size_t i = 0;
         e == ERR_OK && !*more && i < sizeof parts / sizeof *parts; i++)
        e = parts[i](s, m, &slice, more);
    return e == ERR_OK && !*more ? db_run(s->db, model, id, 1) : e;
}
