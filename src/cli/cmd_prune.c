/* SPDX-License-Identifier: Apache-2.0 */
/*
 * vigia prune: deletes old readings in short turns, and then gives the room
 * back to the file system, also in pieces.
 */
#include <inttypes.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/figure.h"
#include "base/json.h"
#include "base/stop.h"
#include "cli/care.h"
#include "cli/cmd.h"
#include "cli/terminal.h"
#include "core/history.h"
#include "core/prune.h"
#include "core/service.h"

enum { SLICE_ROWS = 2000, SHRINK_PAGES = 1000 };

struct result {
    struct prune_plan plan;
    int64_t rows; /* there were */
    int64_t deleted;
    int64_t size, size_before; /* bytes of the database */
    bool dry;
};

/* What the configuration says, or --before. */
static enum err
make_plan(struct cmd *cmd, struct result *r)
{
    int64_t before = INT64_MIN, wal;
    enum err e = cmd_time(cmd, "before", &before);

    if (e == ERR_OK)
        e = prune_plan(cmd->service, clock_now(), &r->plan);
    if (e == ERR_OK && cmd_value(cmd, "before"))
        r->plan = (struct prune_plan){
            .before = before, .alerts_before = before, .rows_max = -1};
    if (e == ERR_OK)
        e = history_count(cmd->service, &r->rows);
    if (e == ERR_OK)
        e = db_sizes(cmd->service->db, &r->size_before, &wal);
    r->size = r->size_before;
    return e;
}

static enum err
delete_rows(struct service *s, struct result *r)
{
    struct prune_state state = {0};
    struct progress progress;
    bool more = true;
    enum err e = ERR_OK;

    progress_begin(&progress, "deleting readings");
    while (e == ERR_OK && more) {
        e = stop_check();
        if (e == ERR_OK)
            e = prune_slice(s, &r->plan, &state, SLICE_ROWS, &r->deleted,
                            &more);
        progress_step(&progress, r->deleted, 0);
    }
    progress_end(&progress);
    return e;
}

/* Until the file gets no smaller. */
static enum err
shrink(struct service *s, struct result *r)
{
    struct progress progress;
    int64_t wal, before;
    enum err e = ERR_OK;

    progress_begin(&progress, "giving room back");
    do {
        before = r->size;
        e = stop_check();
        if (e == ERR_OK)
            e = db_shrink(s->db, SHRINK_PAGES);
        if (e == ERR_OK)
            e = db_sizes(s->db, &r->size, &wal);
        progress_step(&progress, r->size_before - r->size, 0);
    } while (e == ERR_OK && r->size < before);
    progress_end(&progress);
    return e;
}

static enum err
prune(struct service *s, struct result *r)
{
    struct buf done = {0};
    char count[FIGURE_MAX];
    enum err e;

    stop_catch();
    e = delete_rows(s, r);
    if (e == ERR_OK)
        e = shrink(s, r);
    stop_release();
    if (r->deleted > 0) {
        buf_printf(&done, "%s readings are deleted, run it again for the rest",
                   figure_group(count, r->deleted));
        e = care_stopped(e, buf_text(&done));
        buf_free(&done);
    }
    return e;
}

static enum err
print_json(const struct result *r)
{
    struct buf text = {0};
    struct json_out json = cmd_json_begin(&text);
    enum err e;

    json_open(&json, '{');
    json_key(&json, "dry_run");
    json_put_bool(&json, r->dry);
    json_key(&json, "before");
    json_put_time(&json, r->plan.before);
    json_key(&json, "deleted");
    json_put_int(&json, r->deleted);
    json_key(&json, "kept");
    json_put_int(&json, r->rows - r->deleted);
    json_key(&json, "bytes");
    json_put_int(&json, r->size);
    json_close(&json, '}');
    e = cmd_json_end(&text);
    buf_free(&text);
    return e;
}

static enum err
print(const struct cmd *cmd, const struct result *r)
{
    char deleted[FIGURE_MAX], rows[FIGURE_MAX], size[FIGURE_MAX];
    char was[FIGURE_MAX], before[CLOCK_TEXT];

    if (cmd->json)
        return print_json(r);
    if (r->rows == 0) {
        cmd_line("no readings are recorded: there is nothing to prune");
        return ERR_OK;
    }
    clock_local(before, r->plan.before);
    cmd_line("%s of %s readings %s deleted (recorded before %s%s)",
             figure_group(deleted, r->deleted), figure_group(rows, r->rows),
             r->dry ? "would be" : "are", before,
             r->plan.rows_max >= 0 ? ", or beyond [history] max_size" : "");
    if (r->dry)
        cmd_line("nothing changed (dry run)");
    else if (r->size < r->size_before)
        cmd_line("the database takes %s now, before %s",
                 care_size(size, r->size), care_size(was, r->size_before));
    return ERR_OK;
}

static enum err
run(struct cmd *cmd)
{
    struct result r = {.dry = cmd_flag(cmd, "dry-run")};
    enum err e = cmd_args(cmd, 0, 0);

    if (e == ERR_OK)
        e = cmd_open(cmd, DB_WRITE);
    if (e == ERR_OK)
        e = make_plan(cmd, &r);
    if (e == ERR_OK)
        e = r.dry ? prune_count(cmd->service, &r.plan, &r.deleted)
                  : prune(cmd->service, &r);
    return e == ERR_OK ? print(cmd, &r) : e;
}

static const struct cmd_option options[] = {
    {"before", "TIME", false, "delete what was recorded before, alerts too"},
    {"dry-run",   NULL, false, "only say how many"},
    {.name = NULL       },
};

const struct command cmd_prune = {
    .name = "prune",
    .args = "[--before TIME]",
    .summary = "delete old readings",
    .detail = "Without --before, what [history] keep_days, keep_alert_days "
              "and max_size say; alerts are kept longer. Versions and who "
              "made them are never deleted, and neither is the newest "
              "reading. Others can work meanwhile.",
    .example = "vigia prune --before 30d --dry-run",
    .options = options,
    .run = run,
};
