/* SPDX-License-Identifier: Apache-2.0 */
/* A piece is a turn of at most PIECE_US; each model is taken back whole. */
#include "core/undo.h"

#include <inttypes.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/stop.h"
#include "core/change.h"
#include "core/model.h"
#include "core/service.h"

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

/* The change that takes back row, once there is something to take back. */
static enum err
open_once(struct service *s, const struct change_row *row,
          struct undo_report *report)
{
    struct buf note = {0};
    enum err e;

    if (report->change)
        return ERR_OK;
    buf_printf(&note, "change %" PRId64 ": %s %s", row->id, row->what,
               row->note);
    e = change_open(s, "undo", buf_text(&note));
    if (e == ERR_OK)
        e = change_takes_back(s, row->id);
    report->change = s->change.id;
    buf_free(&note);
    return e;
}

static enum err
take_back(struct service *s, const struct change_row *row,
          const struct change_model *which, struct buf *left,
          struct undo_report *report)
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
        e = open_once(s, row, report);
        if (e == ERR_OK)
            e = change_undo_step(s, &m, &step);
        if (e == ERR_OK)
            e = change_undo(s, &m, &step);
        report->undone += e == ERR_OK;
        break;
    case STANDING_LATER:
        if (report->left++ < UNDO_NAMED_MAX)
            buf_printf(left, "%s\n", m.name);
        break;
    case STANDING_UNDONE:
        report->before++;
        break;
    }
    model_free(&m);
    return e;
}

/* One turn; *after is the activation it came to, 0 at the end. */
static enum err
piece(struct service *s, const struct change_row *row, int64_t *after,
      struct buf *left, struct undo_report *report)
{
    struct change_model models[PAGE];
    int64_t began;
    size_t count = 0, i = 0;
    enum err e = service_begin(s);

    if (e != ERR_OK)
        return e;
    began = clock_elapsed(); /* waiting for the lock does not count */
    e = change_models(s, row, *after, PAGE, models, &count);
    while (e == ERR_OK && i < count
           && (i == 0 || clock_elapsed() - began < PIECE_US))
        e = take_back(s, row, &models[i++], left, report);
    if (e == ERR_OK)
        e = service_commit(s);
    else
        service_rollback(s);
    if (e == ERR_OK)
        *after = i < count || count == PAGE ? models[i - 1].activation : 0;
    return e;
}

enum err
undo_change(struct service *s, int64_t id, struct buf *left,
            struct undo_report *report)
{
    struct change_row row = {0};
    struct undo_report done = {0};
    int64_t after = 0;
    enum err e = change_find(s, id, &row);

    if (e == ERR_OK)
        e = check(&row);
    if (e == ERR_OK) {
        do {
            struct undo_report piece_report = done;

            e = stop_check();
            if (e == ERR_OK)
                e = piece(s, &row, &after, left, &piece_report);
            if (e == ERR_OK)
                done = piece_report;
        } while (e == ERR_OK && after);
    }
    *report = done;
    change_row_free(&row);
    return e;
}
