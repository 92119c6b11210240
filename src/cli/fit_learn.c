/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fits of kinds without columns: one model, from a table or from finished
 * cases. Learning may take long, so the draft is made before the turn that
 * stores it, and refused there if the model has changed meanwhile.
 */
#include "cli/fit.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/json.h"
#include "base/leaves.h"
#include "base/stop.h"
#include "cli/cmd.h"
#include "cli/csv_ask.h"
#include "cli/show.h"
#include "cli/terminal.h"
#include "cli/whole.h"
#include "core/answer.h"
#include "core/draft.h"
#include "core/model.h"
#include "core/view.h"
#include "data/dataset.h"

/* What a fit works with; the source's progress is drawn. */
struct learning {
    struct fit_job *job;
    struct fit_item *item; /* the only one */
    struct progress progress;
};

static enum err
take_progress(int64_t done, int64_t total, void *arg)
{
    struct learning *l = arg;

    progress_step(&l->progress, done, total);
    return stop_check();
}

/* ---- storing and telling ---- */

static void
print_metrics(const struct cmd *cmd, const struct view *view)
{
    struct leaves leaves = {0};

    version_metrics(&view->version, &leaves);
    if (leaves.count > 0 && show_leaves(cmd, &leaves) != ERR_OK)
        err_clear(); /* the flush at the end says it */
    leaves_free(&leaves);
}

static enum err
print(const struct cmd *cmd, const struct view *view, const char *note)
{
    struct buf text = {0};
    struct json_out out;
    char *safe;
    enum err e;

    if (!cmd->json) {
        safe = cmd_safe(cmd, note);
        cmd_line("%s: version %" PRId64 " of kind %s, %s, is active",
                 view->model.name, view->version.number,
                 view->model.kind->name, safe);
        free(safe);
        print_metrics(cmd, view);
        return cmd_flush();
    }
    out = cmd_json_begin(&text);
    answer_view(&out, view, NULL);
    e = cmd_json_end(&text);
    buf_free(&text);
    return e;
}

static enum err
report(const struct learning *l)
{
    struct service *s = l->job->cmd->service;
    struct model m = {0};
    struct view view = {.now = 0};
    enum err e = model_find(s, l->item->name, true, &m);

    if (e == ERR_OK)
        e = view_load(s, &m, l->item->version, &view);
    if (e == ERR_OK)
        e = print(l->job->cmd, &view, l->job->note);
    view_free(&view);
    return e;
}

static enum err
draft(struct learning *l, struct draft *out)
{
    const struct fit_job *job = l->job;
    struct model found = {0};
    const struct model *m = job->model ? job->model : &found;
    enum err e = ERR_OK;

    if (!job->model)
        e = model_or_new(job->cmd->service, l->item->name, &found);
    l->job->source.progress = take_progress;
    l->job->source.arg = l;
    progress_begin(&l->progress, "learning");
    if (e == ERR_OK)
        e = fit_draft(job, l->item, m, false, out);
    progress_end(&l->progress);
    model_free(&found);
    return e;
}

static enum err
learn(struct learning *l)
{
    struct fit_job *job = l->job;
    struct draft d = {0};
    enum err e = fit_open(job);

    if (job->draft)
        return draft(l, job->draft);
    if (e == ERR_OK)
        e = fit_asked_act(job);
    if (e == ERR_OK)
        e = draft(l, &d);
    d.job = job->job;
    if (e == ERR_OK)
        e = draft_store(job->cmd->service, l->item->name, "fit", job->note, &d,
                        &l->item->version);
    draft_free(&d);
    stop_release(); /* what is printed now may be stopped anywhere */
    if (e != ERR_OK)
        return e;
    job->stored = 1;
    return report(l);
}

/* ---- a table ---- */

/* Reading draws its own line of progress. */
struct reading_table {
    struct csv_ask *ask;
    struct progress progress;
};

static void
table_bad(const char *sentence, void *arg)
{
    struct reading_table *r = arg;

    csv_ask_tell(r->ask, sentence);
}

static enum err
table_progress(int64_t done, int64_t size, void *arg)
{
    struct reading_table *r = arg;

    progress_step(&r->progress, done, size);
    return stop_check();
}

static enum err
read_table(struct csv_ask *ask, const char *label, struct dataset *out)
{
    struct reading_table r = {.ask = ask};
    const struct dataset_calls calls = {
        .bad = table_bad, .progress = table_progress, .arg = &r};
    enum err e;

    progress_begin(&r.progress, "reading");
    e = dataset_read(ask->files[0], &ask->plan, label, &calls, out);
    progress_end(&r.progress);
    csv_ask_told(ask);
    return e;
}

static enum err
check_table(const struct cmd *cmd, const struct csv_ask *ask)
{
    static const char *const other[] = {"by", "time", "since", "until"};

    if (!cmd_flag(cmd, "csv") || !cmd_flag(cmd, "label"))
        return err_set(ERR_USAGE,
                       "a model of kind %s learns from --csv FILE "
                       "--label COLUMN",
                       cmd_value(cmd, "kind"));
    if (ask->file_count > 1)
        return err_set(ERR_USAGE, "a table is one file");
    for (size_t i = 0; i < sizeof other / sizeof *other; i++)
        if (cmd_flag(cmd, other[i]))
            return err_set(ERR_USAGE, "--%s is for sensors", other[i]);
    return ERR_OK;
}

enum err
fit_table(struct fit_job *job)
{
    struct csv_ask ask = {0};
    struct dataset data = {0};
    struct learning l = {.job = job, .item = fit_add(job)};
    struct buf note = {0};
    enum err e = cmd_args(job->cmd, 1, 1);

    if (e != ERR_OK)
        return e;
    l.item->name = xstrdup(job->cmd->argv[0]);
    job->source.data = &data;
    e = csv_ask_read(job->cmd, &ask);
    if (e == ERR_OK)
        e = check_table(job->cmd, &ask);
    if (e == ERR_OK)
        e = csv_ask_again(&ask);
    if (e == ERR_OK)
        e = read_table(&ask, cmd_value(job->cmd, "label"), &data);
    if (e == ERR_OK) {
        buf_printf(&note, "from %zu rows of %s", data.rows,
                   job->job ? "a request" : csv_ask_name(&ask, 0));
        job->note = buf_steal(&note);
        e = learn(&l);
    }
    dataset_free(&data);
    csv_ask_free(&ask);
    return e;
}

/* ---- finished cases ---- */

enum err
fit_cases(struct fit_job *job)
{
    struct learning l = {.job = job, .item = fit_add(job)};
    struct json *cases = NULL;
    struct buf note = {0};
    const char *path;
    enum err e = cmd_args(job->cmd, 1, 2);

    if (e == ERR_OK && cmd_flag(job->cmd, "csv"))
        e = err_set(ERR_USAGE,
                    "a model of kind %s learns from finished cases: name a "
                    "file with one as JSON on each line",
                    job->kind->name);
    if (e != ERR_OK)
        return e;
    l.item->name = xstrdup(job->cmd->argv[0]);
    path = job->cmd->argc > 1 ? job->cmd->argv[1] : "-";
    e = whole_values(path, &cases);
    if (e == ERR_OK) {
        job->source.cases = cases;
        buf_printf(&note, "from %zu cases of %s", json_count(cases),
                   whole_name(path));
        job->note = buf_steal(&note);
        e = learn(&l);
    }
    json_free(cases);
    return e;
}
