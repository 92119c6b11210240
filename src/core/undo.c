/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Each model is taken back whole. Between two pieces others may act in the
 * same service, so the change that is open is put back before each of them.
 */
#include "core/undo.h"

#include <inttypes.h>
#include <string.h>

#include "base/clock.h"
#include "base/stop.h"
#include "core/model.h"

enum { PAGE = 200 };

static enum err
check(const struct change_row *row)
{
    if (row->models == 0)
        return err_set(ERR_CONFLICT,
                       "change %" PRId64 " (%s) activated no version: there "
                       "is nothing to take back",
                       row->id, row->what);
    if (strcmp(row->what, "undo") == 0 || strcmp(row->what, "redo") == 0)
        return err_set(ERR_CONFLICT,
                       "change %" PRId64 " is itself an %s; use vigia %s "
                       "MODEL",
                       row->id, row->what,
                       strcmp(row->what, "undo") == 0 ? "redo" : "undo");
    return ERR_OK;
}

void
undo_free(struct undo *u)
{
    change_row_free(&u->row);
    buf_free(&u->left);
    *u = (struct undo){0};
}

enum err
undo_begin(struct service *s, int64_t id, struct undo *u)
{
    struct undo fresh = {0};
    enum err e = change_find(s, id, &fresh.row);

    if (e == ERR_OK)
        e = check(&fresh.row);
    if (e == ERR_OK)
        *u = fresh;
    else
        undo_free(&fresh);
    return e;
}

/* The change that takes back u->row, once there is something to take back. */
static enum err
open_once(struct service *s, struct undo *u)
{
    struct buf note = {0};
    enum err e;

    if (u->report.change)
        return ERR_OK;
    buf_printf(&note, "change %" PRId64 ": %s %s", u->row.id, u->row.what,
               u->row.note);
    e = change_open(s, "undo", buf_text(&note));
    if (e == ERR_OK)
        e = change_takes_back(s, u->row.id);
    u->report.change = s->change.id;
    buf_free(&note);
    return e;
}

static enum err
take_back(struct service *s, struct undo *u, const struct change_model *which)
{
    struct model m = {0};
    enum standing standing;
    struct step step;
    enum err e = model_by_id(s, which->model, &m);

    if (e == ERR_OK)
        e = change_standing(s, &m, which->activation, &standing);
    if (e != ERR_OK) {
        model_free(&m);
        return e;
    }
    switch (standing) {
    case STANDING_TOP:
        e = open_once(s, u);
        if (e == ERR_OK)
            e = change_undo_step(s, &m, &step);
        if (e == ERR_OK)
            e = change_undo(s, &m, &step);
        u->report.undone += e == ERR_OK;
        break;
    case STANDING_LATER:
        if (u->report.left++ < UNDO_NAMED_MAX)
            buf_printf(&u->left, "%s\n", m.name);
        break;
    case STANDING_UNDONE:
        u->report.before++;
        break;
    }
    model_free(&m);
    return e;
}

/* Goes on with the change of the pieces before. */
static enum err
go_on(struct service *s, const struct undo *u)
{
    enum err e = u->change.id ? change_save(s) : ERR_OK;

    if (e == ERR_OK && u->change.id)
        s->change = u->change;
    return e;
}

enum err
undo_piece(struct service *s, struct undo *u, bool *more)
{
    struct change_model models[PAGE];
    int64_t began = clock_elapsed();
    size_t count = 0, i = 0;
    enum err e = go_on(s, u);

    if (e == ERR_OK)
        e = change_models(s, &u->row, u->after, PAGE, models, &count);
    while (e == ERR_OK && i < count
           && (i == 0 || clock_elapsed() - began < PIECE_US))
        e = take_back(s, u, &models[i++]);
    if (e == ERR_OK && u->report.change)
        e = change_save(s);
    if (e != ERR_OK)
        return e;
    if (u->report.change)
        u->change = s->change;
    *more = i < count || count == PAGE;
    u->after = *more ? models[i - 1].activation : 0;
    return ERR_OK;
}

/* A piece in a turn of its own. */
static enum err
turn(struct service *s, struct undo *u, bool *more)
{
    enum err e = service_begin(s);

    if (e != ERR_OK)
        return e;
    e = undo_piece(s, u, more);
    if (e == ERR_OK)
        return service_commit(s);
    service_rollback(s);
    return e;
}

enum err
undo_change(struct service *s, int64_t id, struct buf *left,
            struct undo_report *report)
{
    struct undo u = {0};
    struct undo_report done = {0};
    bool more = true;
    enum err e = undo_begin(s, id, &u);

    while (e == ERR_OK && more) {
        e = stop_check();
        if (e == ERR_OK)
            e = turn(s, &u, &more);
        if (e == ERR_OK)
            done = u.report;
    }
    buf_str(left, buf_text(&u.left));
    *report = done;
    undo_free(&u);
    return e;
}

enum err
undo_outcome(int64_t id, const struct undo_report *report)
{
    bool one = report->left == 1;

    if (report->left > 0)
        return err_set(ERR_CONFLICT,
                       "%" PRId64 " model%s of change %" PRId64
                       " had later changes and %s",
                       report->left, one ? "" : "s", id,
                       one ? "stays as it was" : "stay as they were");
    if (report->undone == 0)
        return err_set(ERR_CONFLICT,
                       "change %" PRId64 " is taken back already", id);
    return ERR_OK;
}
