/* SPDX-License-Identifier: Apache-2.0 */
/* Filling the database of a demo, in turns as any other writer. */
#include "cli/demo.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/stop.h"
#include "cli/cmd.h"
#include "cli/terminal.h"
#include "core/change.h"
#include "core/draft.h"
#include "core/history.h"
#include "core/service.h"
#include "core/version.h"
#include "data/plant.h"
#include "data/stats.h"
#include "kinds/kind.h"

enum {
    PAGE = 200,       /* models looked at in one read */
    PURGE_ROWS = 500, /* history rows deleted in a turn */
    ROWS_MAX = 60000, /* readings of a large plant, about */
    TIMES_LEAST = 24, /* readings of a machine, */
    TIMES_MOST = 360  /* one a minute */
};

void
demo_free(struct demo *demo)
{
    for (size_t i = 0; demo->machines && i < demo->count; i++) {
        model_free(&demo->machines[i].model);
        compiled_put(demo->machines[i].compiled);
    }
    free(demo->machines);
    *demo = (struct demo){0};
}

/* ---- the plant of before ---- */

/* Whether the first version of a model came from a demo. */
static enum err
check_model(struct service *s, const struct model *m)
{
    struct version_list list = {0};
    struct change_row change = {0};
    enum err e = version_list(s, m, 0, 1, &list);

    if (e == ERR_OK && list.count > 0)
        e = change_find(s, list.items[0].change, &change);
    if (e == ERR_OK
        && (list.count == 0 || strcmp(change.what, DEMO_CHANGE) != 0))
        e = err_set(ERR_CONFLICT,
                    "%s holds %s, which no demo made: give another file "
                    "with -d",
                    db_path(s->db), m->name);
    change_row_free(&change);
    version_list_free(&list);
    return e;
}

/* Takes out one model, its history in turns of some rows. */
static enum err
purge(struct service *s, const struct model *m)
{
    bool more = true;
    enum err e = ERR_OK;

    while (e == ERR_OK && more) {
        e = service_begin(s);
        if (e != ERR_OK)
            return e;
        e = model_purge(s, m, PURGE_ROWS, &more);
        if (e == ERR_OK)
            e = service_commit(s);
        else
            service_rollback(s);
        if (e == ERR_OK)
            e = stop_check();
    }
    return e;
}

static enum err
each_model(struct demo *demo,
           enum err (*take)(struct service *s, const struct model *m))
{
    struct service *s = demo->cmd->service;
    char *after = xstrdup("");
    bool more = true;
    enum err e = ERR_OK;

    while (e == ERR_OK && more) {
        struct model_page page = {0};

        e = model_list(s, after, PAGE, true, &page);
        for (size_t i = 0; e == ERR_OK && i < page.count; i++)
            e = take(s, &page.items[i]);
        more = page.count == PAGE;
        if (page.count > 0) {
            free(after);
            after = xstrdup(page.items[page.count - 1].name);
        }
        model_page_free(&page);
    }
    free(after);
    return e;
}

enum err
demo_check(struct demo *demo)
{
    return each_model(demo, check_model);
}

enum err
demo_clear(struct demo *demo)
{
    return each_model(demo, purge);
}

/* ---- the good period ---- */

static void
learn(const struct demo *demo, size_t i, struct moments *moments)
{
    double values[PLANT_COLUMNS];

    for (int64_t t = -PLANT_GOOD - PLANT_LATE; t < -PLANT_LATE;
         t += PLANT_STEP) {
        if (!plant_reading(demo->seed, i, t, values))
            continue;
        for (size_t c = 0; c < PLANT_COLUMNS; c++)
            moments_add(&moments[c], values[c]);
    }
}

static enum err
fit_machine(struct demo *demo, size_t i)
{
    struct service *s = demo->cmd->service;
    struct plant_machine is = plant_machine(i);
    struct moments moments[PLANT_COLUMNS] = {{0}};
    struct source source = {.column_count = PLANT_COLUMNS,
                            .columns = plant_columns,
                            .moments = moments};
    char pairs[PLANT_COLUMNS + 1][sizeof is.title + sizeof "title="];
    const char *params[PLANT_COLUMNS + 2] = {"stale_after=15m"};
    struct model *m = &demo->machines[i].model;
    struct draft draft = {0};
    int64_t number;
    size_t count = is.story == PLANT_DEAD ? 1 : 0;
    enum err e;

    learn(demo, i, moments);
    for (size_t c = 0; c < PLANT_COLUMNS; c++) {
        (void) snprintf(pairs[c], sizeof pairs[c], "unit.%s=%s",
                        plant_columns[c], plant_units[c]);
        params[count++] = pairs[c];
    }
    (void) snprintf(pairs[PLANT_COLUMNS], sizeof pairs[0], "title=%s",
                    is.title);
    params[count++] = pairs[PLANT_COLUMNS];
    m->name = xstrdup(is.name);
    e = draft_fit(s, m,
                  &(struct fit){.kind = &kind_baseline,
                                .source = &source,
                                .params = params,
                                .param_count = count},
                  &draft);
    if (e == ERR_OK)
        e = draft_apply(s, m, &draft, &number);
    draft_free(&draft);
    return e;
}

static enum err
fit_piece(struct demo *demo, size_t *at)
{
    struct service *s = demo->cmd->service;
    size_t i = *at;
    struct buf note = {0};
    int64_t began;
    enum err e = service_begin(s);

    if (e != ERR_OK)
        return e;
    began = clock_elapsed();
    buf_printf(&note, "a simulated plant, seed %" PRIu64, demo->seed);
    if (i == 0)
        e = change_open(s, DEMO_CHANGE, buf_text(&note));
    while (e == ERR_OK && i < demo->count
           && (i == *at || clock_elapsed() - began < PIECE_US))
        e = fit_machine(demo, i++);
    if (e == ERR_OK)
        e = service_commit(s);
    else
        service_rollback(s);
    buf_free(&note);
    *at = i;
    return e;
}

enum err
demo_fit(struct demo *demo)
{
    struct progress progress;
    size_t done = 0;
    enum err e = ERR_OK;

    demo->machines = xcalloc(demo->count, sizeof *demo->machines);
    progress_begin(&progress, "fitting");
    while (e == ERR_OK && done < demo->count) {
        e = fit_piece(demo, &done);
        progress_step(&progress, (int64_t) done, (int64_t) demo->count);
        if (e == ERR_OK)
            e = stop_check();
    }
    progress_end(&progress);
    for (size_t i = 0; e == ERR_OK && i < demo->count; i++)
        e = compiled_get(demo->cmd->service, &demo->machines[i].model, 0,
                         &demo->machines[i].compiled);
    return e;
}

/* ---- readings ---- */

/* In a turn. */
static enum err
record_machine(struct demo *demo, size_t i, int64_t t)
{
    const struct machine *m = &demo->machines[i];
    struct verdicts verdicts = {0};
    struct reading reading = {.model = &m->model,
                              .compiled = m->compiled,
                              .verdicts = &verdicts,
                              .timed = true,
                              .at = demo->now + t * CLOCK_SECOND};
    double values[PLANT_COLUMNS];
    bool stored = false;
    enum err e = ERR_OK;

    if (!plant_reading(demo->seed, i, t, values))
        return ERR_OK;
    m->compiled->kind->judge(m->compiled->model, values, PLANT_COLUMNS,
                             &verdicts);
    if (verdicts.count > 0)
        e = history_record(demo->cmd->service, &reading, &stored);
    demo->readings += stored;
    verdicts_free(&verdicts);
    return e;
}

/* A turn, from *t and machine *at on, until end (inclusive). */
static enum err
record_piece(struct demo *demo, int64_t *t, size_t *at, int64_t step,
             int64_t end)
{
    struct service *s = demo->cmd->service;
    int64_t began;
    enum err e = service_begin(s);

    if (e != ERR_OK)
        return e;
    began = clock_elapsed();
    while (e == ERR_OK && *t <= end && clock_elapsed() - began < PIECE_US) {
        e = record_machine(demo, (*at)++, *t);
        if (*at == demo->count) {
            *at = 0;
            *t += step;
        }
    }
    if (e == ERR_OK)
        return service_commit(s);
    service_rollback(s);
    return e;
}

enum err
demo_record(struct demo *demo)
{
    int64_t times = ROWS_MAX / (int64_t) demo->count, t, step;
    struct progress progress;
    size_t at = 0;
    enum err e = ERR_OK;

    times = times > TIMES_MOST ? TIMES_MOST : times;
    times = times < TIMES_LEAST ? TIMES_LEAST : times;
    step = PLANT_LATE / times;
    progress_begin(&progress, "recording");
    for (t = -step * (times - 1); e == ERR_OK && t <= 0;) {
        e = record_piece(demo, &t, &at, step, 0);
        progress_step(&progress, PLANT_LATE + t, PLANT_LATE);
        if (e == ERR_OK)
            e = stop_check();
    }
    progress_end(&progress);
    return e;
}

enum err
demo_record_at(struct demo *demo, int64_t t)
{
    int64_t at = t;
    size_t machine = 0;
    enum err e = ERR_OK;

    while (e == ERR_OK && at == t)
        e = record_piece(demo, &at, &machine, 1, t);
    return e;
}
