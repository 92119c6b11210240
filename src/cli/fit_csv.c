/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fitting from CSV files: which columns, the moments of each sensor, the
 * names of the sensors, and everything that is wrong with them. Nothing is
 * stored here.
 */
#include "cli/fit.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/log.h"
#include "base/stop.h"
#include "base/text.h"
#include "cli/cmd.h"
#include "cli/csv_ask.h"
#include "cli/terminal.h"
#include "core/name.h"
#include "data/csv.h"
#include "data/groups.h"
#include "data/stats.h"

/* ---- reading ---- */

struct reader {
    struct fit_job *job;
    struct csv_ask *ask;
    struct groups *groups;
    size_t *ends; /* for each file, how many groups it and those before have */
    struct progress progress;
    struct buf what; /* that the progress shows */
};

/* What is gathered of a part of a file. */
struct gathered {
    struct groups *groups;
    int64_t readings, empty;
};

static void *
make_gathered(void *arg)
{
    const struct reader *r = arg;
    struct gathered *g = xcalloc(1, sizeof *g);

    g->groups = groups_new(r->ask->plan.column_count);
    return g;
}

static void
release_gathered(void *own)
{
    struct gathered *g = own;

    groups_free(g->groups);
    free(g);
}

static enum err
take_row(const struct row *row, void *own)
{
    struct gathered *g = own;
    size_t columns = groups_columns(g->groups);
    size_t group = groups_at(g->groups, row->key, row->key_len);
    struct moments *m = groups_moments(g->groups, group);

    g->readings++;
    g->empty += moments_add_row(m, row->values, columns) == columns;
    return ERR_OK;
}

static enum err
merge_gathered(void *own, void *arg)
{
    struct gathered *g = own;
    struct reader *r = arg;

    groups_merge(r->groups, g->groups);
    groups_clear(g->groups);
    r->job->readings += g->readings;
    r->job->empty += g->empty;
    g->readings = g->empty = 0;
    return ERR_OK;
}

static void
take_bad(const char *sentence, void *arg)
{
    struct reader *r = arg;

    csv_ask_tell(r->ask, sentence);
}

static enum err
take_progress(int64_t done, int64_t size, void *arg)
{
    struct reader *r = arg;

    progress_step(&r->progress, done, size);
    return stop_check();
}

static void
begin_file(struct reader *r, const char *verb, size_t file)
{
    buf_printf(&r->what, "%s %s", verb, csv_ask_name(r->ask, file));
    progress_begin(&r->progress, buf_text(&r->what));
}

static void
end_file(struct reader *r)
{
    progress_end(&r->progress);
    buf_free(&r->what);
}

static enum err
read_files(struct reader *r)
{
    struct rows_calls calls = {.row = take_row,
                               .bad = take_bad,
                               .progress = take_progress,
                               .arg = r,
                               .make = make_gathered,
                               .release = release_gathered,
                               .merge = merge_gathered};
    struct csv_ask *ask = r->ask;
    enum err e = ERR_OK;

    for (size_t i = 0; e == ERR_OK && i < ask->file_count; i++) {
        struct rows_report report;

        begin_file(r, "reading", i);
        e = rows_scan(ask->files[i], &ask->plan, &calls, &report);
        end_file(r);
        r->ends[i] = groups_count(r->groups);
    }
    return e;
}

/* ---- columns ---- */

/* Those of every file; a file that lacks one of them is told when it is
 * scanned. */
static enum err
find_columns(struct reader *r)
{
    struct rows_calls calls = {.progress = take_progress, .arg = r};
    struct csv_ask *ask = r->ask;
    struct groups *known = groups_new(0);
    char **names = NULL;
    struct buf line = {0};
    size_t count = 0;
    enum err e = ERR_OK;

    for (size_t f = 0; e == ERR_OK && f < ask->file_count; f++) {
        char **found = NULL;
        size_t n = 0;

        begin_file(r, "looking at", f);
        e = rows_find(ask->files[f], &ask->plan, &calls, &found, &n);
        end_file(r);
        names = xreallocarray(names, count + n, sizeof *names);
        for (size_t i = 0; i < n; i++) {
            if (groups_at(known, found[i], strlen(found[i])) < count)
                free(found[i]);
            else
                names[count++] = found[i];
        }
        free(found);
    }
    for (size_t i = 0; i < count; i++)
        buf_printf(&line, "%s%s", i ? ", " : "", names[i]);
    csv_ask_take(ask, names, count);
    if (e == ERR_OK)
        log_line("columns: %s", buf_text(&line));
    groups_free(known);
    buf_free(&line);
    return e;
}

/* ---- names ---- */

static int
by_name(const void *a, const void *b)
{
    const struct fit_item *const *x = a, *const *y = b;

    return strcmp((*x)->name, (*y)->name);
}

static enum err
check_names(const struct fit_job *job)
{
    const struct fit_item **sorted = xcalloc(job->count, sizeof(void *));
    enum err e = ERR_OK;

    for (size_t i = 0; i < job->count; i++)
        sorted[i] = &job->items[i];
    qsort(sorted, job->count, sizeof(void *), by_name);
    for (size_t i = 1; e == ERR_OK && i < job->count; i++)
        if (by_name(&sorted[i - 1], &sorted[i]) == 0)
            e = err_set(ERR_DATA,
                        "\"%s\" and \"%s\" would both be named %s: rename "
                        "one in the file",
                        sorted[i - 1]->text, sorted[i]->text, sorted[i]->name);
    free(sorted);
    return e;
}

/* A key becomes a title. */
static enum err
check_key(const struct reader *r, size_t i, const char *key, size_t len)
{
    char clip[CSV_CLIP];
    size_t file = 0;

    if (text_is_utf8(key, len))
        return ERR_OK;
    while (i >= r->ends[file])
        file++;
    return err_set(ERR_DATA,
                   "%s: \"%s\" is not UTF-8; convert it, perhaps: iconv -f "
                   "ISO-8859-1 -t UTF-8",
                   csv_ask_name(r->ask, file), csv_clip(clip, key, len));
}

/* An item for each key. */
static enum err
add_all(struct reader *r)
{
    struct buf name = {0};
    bool mapped = false; /* keys are distinct, and so are names unless */
    enum err e = ERR_OK;

    for (size_t i = 0; e == ERR_OK && i < groups_count(r->groups); i++) {
        size_t len;
        const char *key = groups_key(r->groups, i, &len);
        struct fit_item *item;

        e = check_key(r, i, key, len);
        if (e == ERR_OK)
            e = name_map(key, len, &name);
        if (e != ERR_OK)
            break;
        item = fit_add(r->job);
        item->text = key;
        if (strcmp(key, buf_text(&name)) == 0) {
            item->name = key;
        } else {
            item->name = xstrdup(buf_text(&name));
            mapped = true;
        }
        item->moments = groups_moments(r->groups, i);
    }
    buf_free(&name);
    return e == ERR_OK && mapped ? check_names(r->job) : e;
}

/* The group of the sensor that was named: its own id in the file, or else
 * the one text that its name is made from. */
static enum err
find_named(const struct reader *r, const char *sensor, size_t *group)
{
    size_t found = SIZE_MAX, len, several = 0;
    struct buf name = {0};
    bool exact = false;

    for (size_t i = 0; !exact && i < groups_count(r->groups); i++) {
        const char *key = groups_key(r->groups, i, &len);

        exact = len == strlen(sensor) && memcmp(key, sensor, len) == 0;
        if (!exact
            && (name_map(key, len, &name) != ERR_OK
                || strcmp(buf_text(&name), sensor) != 0))
            continue;
        several += found != SIZE_MAX;
        found = i;
    }
    buf_free(&name);
    if (found == SIZE_MAX)
        return err_set(ERR_DATA, "no readings of %s %s", sensor, r->job->note);
    if (several && !exact)
        return err_set(ERR_DATA, "several sensors would be named %s", sensor);
    *group = found;
    return ERR_OK;
}

static enum err
add_named(struct reader *r, const char *sensor)
{
    size_t group = 0, len;
    struct fit_item *item;
    const char *key;
    enum err e = ERR_OK;

    if (r->ask->plan.by_count > 0)
        e = find_named(r, sensor, &group);
    if (e != ERR_OK)
        return e;
    key = groups_key(r->groups, group, &len);
    item = fit_add(r->job);
    item->name = xstrdup(sensor);
    item->text = len ? key : NULL;
    item->moments = groups_moments(r->groups, group);
    return ERR_OK;
}

/* ---- columns with too few values ---- */

/* Keeps the columns that can be fitted, as the item's own. */
static void
leave_out(struct fit_item *item)
{
    const char **columns = xcalloc(item->column_count, sizeof *columns);
    struct moments *moments = xcalloc(item->column_count, sizeof *moments);
    uint32_t kept = 0;

    for (size_t i = 0; i < item->column_count; i++) {
        if (item->moments[i].n < 2)
            continue;
        columns[kept] = item->columns[i];
        moments[kept++] = item->moments[i];
    }
    item->own = true;
    item->column_count = kept;
    item->columns = columns;
    item->moments = moments;
}

/* What has too few values: all of it is told, or with --skip-bad left out. */
static enum err
check_item(struct reader *r, struct fit_item *item)
{
    struct buf text = {0};
    bool skip = r->ask->plan.skip_bad;
    enum err e = ERR_OK;
    size_t few = 0;

    for (size_t i = 0; i < item->column_count; i++) {
        if (item->moments[i].n >= 2)
            continue;
        few++;
        buf_clear(&text);
        buf_printf(&text,
                   "sensor \"%s\", column \"%s\": a fit needs at least two "
                   "values, not %" PRId64,
                   item->text ? item->text : item->name, item->columns[i],
                   item->moments[i].n);
        if (skip)
            csv_ask_tell(r->ask, buf_text(&text));
        else
            e = err_also(ERR_DATA, "", "%s", buf_text(&text));
    }
    buf_free(&text);
    if (few > 0 && skip)
        leave_out(item);
    return e;
}

static void
drop_empty_items(struct fit_job *job)
{
    size_t kept = 0;

    for (size_t i = 0; i < job->count; i++) {
        if (job->items[i].column_count > 0)
            job->items[kept++] = job->items[i];
        else
            fit_item_free(&job->items[i]);
    }
    job->count = kept;
}

static enum err
check_items(struct reader *r)
{
    const struct rows_plan *plan = &r->ask->plan;
    enum err e = ERR_OK, one;

    err_clear();
    for (size_t i = 0; i < r->job->count; i++) {
        struct fit_item *item = &r->job->items[i];

        item->columns = plan->columns;
        item->column_count = (uint32_t) plan->column_count; /* of a file */
        one = check_item(r, item);
        if (one != ERR_OK)
            e = one;
    }
    drop_empty_items(r->job);
    csv_ask_told(r->ask);
    if (e == ERR_OK && r->job->count == 0)
        e = err_set(ERR_DATA, "no sensor has two values of anything");
    return e;
}

/* ---- the whole ---- */

static char *
make_note(const struct csv_ask *ask)
{
    struct buf note = {0};

    for (size_t i = 0; i < ask->file_count; i++)
        buf_printf(&note, "%s%s", i ? ", " : "from ", csv_ask_name(ask, i));
    return buf_steal(&note);
}

enum err
fit_csv(struct fit_job *job, struct csv_ask *ask, struct groups **groups)
{
    const char *sensor = job->cmd->argc ? job->cmd->argv[0] : NULL;
    struct reader r = {.job = job, .ask = ask};
    enum err e = ERR_OK;

    job->note = make_note(ask);
    if (!sensor && ask->plan.by_count == 0)
        return err_set(ERR_USAGE, "--by COLUMN says which sensor a row is; "
                                  "or name the one SENSOR of the file");
    if (!ask->named)
        e = csv_ask_again(ask);
    if (e == ERR_OK && !ask->named)
        e = find_columns(&r);
    if (e != ERR_OK)
        return e;
    r.groups = *groups = groups_new(ask->plan.column_count);
    r.ends = xcalloc(ask->file_count, sizeof *r.ends);
    e = read_files(&r);
    if (e == ERR_OK && groups_count(r.groups) == 0)
        e = err_set(ERR_DATA, "no readings in %s%s",
                    job->note + strlen("from "),
                    ask->plan.time ? " at that time" : "");
    if (e == ERR_OK)
        e = sensor ? add_named(&r, sensor) : add_all(&r);
    free(r.ends);
    return e == ERR_OK ? check_items(&r) : e;
}
