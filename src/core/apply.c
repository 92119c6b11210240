/* SPDX-License-Identifier: Apache-2.0 */
/* What is shown was read outside the turn; so the turn reads it again. */
#include "core/apply.h"

#include <inttypes.h>

#include "base/buf.h"
#include "core/change.h"
#include "core/draft.h"
#include "core/model.h"
#include "core/service.h"

const struct direction apply_undo = {"undo", "redo", change_undo_step,
                                     change_undo};
const struct direction apply_redo = {"redo", "undo", change_redo_step,
                                     change_redo};

static enum err
changed(const struct model *m)
{
    return err_set(ERR_CONFLICT, "%s has been changed meanwhile; look again",
                   m->name);
}

/* What is done in the turn to the model that was found there. */
struct work {
    enum err (*run)(struct service *s, struct model *m,
                    const struct work *work);
    const struct draft *draft;
    const struct direction *way;
    const struct step *step;
    int64_t from, to; /* versions */
};

static enum err
store(struct service *s, struct model *m, const char *what, const char *note,
      const struct work *work)
{
    struct model now = {0};
    enum err e = service_begin(s);

    if (e != ERR_OK)
        return e;
    e = model_or_new(s, m->name, &now);
    if (e == ERR_OK && now.id != m->id)
        e = changed(m);
    if (e == ERR_OK)
        e = change_open(s, what, note);
    if (e == ERR_OK)
        e = work->run(s, &now, work);
    if (e == ERR_OK)
        e = service_commit(s);
    else
        service_rollback(s);
    if (e != ERR_OK) {
        model_free(&now);
        return e;
    }
    model_free(m);
    *m = now;
    return ERR_OK;
}

static enum err
run_draft(struct service *s, struct model *m, const struct work *work)
{
    int64_t number;

    return draft_apply(s, m, work->draft, &number);
}

enum err
apply_draft(struct service *s, struct model *m, const char *note,
            const struct draft *d)
{
    const struct work work = {.run = run_draft, .draft = d};

    return store(s, m, d->origin, note, &work);
}

static enum err
run_version(struct service *s, struct model *m, const struct work *work)
{
    if (m->version != work->from)
        return changed(m);
    return change_activate(s, m, work->to);
}

enum err
apply_version(struct service *s, struct model *m, int64_t number)
{
    const struct work work = {
        .run = run_version, .from = m->version, .to = number};
    struct buf note = {0};
    enum err e;

    buf_printf(&note, "version %" PRId64, number);
    e = store(s, m, "activate", buf_text(&note), &work);
    buf_free(&note);
    return e;
}

static enum err
run_step(struct service *s, struct model *m, const struct work *work)
{
    struct step step;
    enum err e = work->way->look(s, m, &step);

    if (e == ERR_OK && step.about != work->step->about)
        e = changed(m);
    return e == ERR_OK ? work->way->take(s, m, &step) : e;
}

enum err
apply_step(struct service *s, struct model *m, const struct direction *way,
           const struct step *step)
{
    const struct work work = {.run = run_step, .way = way, .step = step};
    struct buf note = {0};
    enum err e = apply_describe(s, step, &note);

    if (e == ERR_OK)
        e = store(s, m, way->what, buf_text(&note), &work);
    buf_free(&note);
    return e;
}

enum err
apply_describe(struct service *s, const struct step *step, struct buf *out)
{
    struct change_row row = {0};
    enum err e = change_find(s, step->change, &row);

    if (e == ERR_OK)
        buf_printf(out, "change %" PRId64 ": %s%s%s", row.id, row.what,
                   *row.note ? " " : "", row.note);
    change_row_free(&row);
    return e;
}
