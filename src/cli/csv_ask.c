/* SPDX-License-Identifier: Apache-2.0 */
/* Options about CSV files, as a plan for rows_scan(). */
#include "cli/csv_ask.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/log.h"
#include "cli/cmd.h"
#include "cli/terminal.h"
#include "data/cell.h"
#include "data/csv.h"

enum {
    TOLD_MAX = 10,  /* sentences about what is skipped */
    JOBS_MAX = 64,  /* threads that can be asked for */
    JOBS_PRESET = 4 /* at most, unless asked: each holds 2 MiB */
};

/* An option that is one CSV record, its fields without the blanks around as
 * cells are; stays as it is when not given. */
static enum err
read_list(const struct cmd *cmd, const char *option, char ***out,
          size_t *count)
{
    const char *text = cmd_value(cmd, option);

    if (!text)
        return ERR_OK;
    if (csv_split(text, ',', out, count) != ERR_OK)
        return err_set(ERR_USAGE, "--%s: %s", option, err_text());
    for (size_t i = 0; i < *count; i++) {
        const char *field = (*out)[i];
        size_t len = strlen(field);
        char *own;

        cell_trim(&field, &len);
        own = xstrndup(field, len);
        free((*out)[i]);
        (*out)[i] = own;
    }
    return ERR_OK;
}

/* An option that is one byte. */
static enum err
read_sign(const struct cmd *cmd, const char *option, char *out)
{
    const char *text = cmd_value(cmd, option);

    if (!text)
        return ERR_OK;
    if (strcmp(text, "tab") == 0 || strcmp(text, "\\t") == 0)
        text = "\t";
    if (strlen(text) != 1)
        return err_set(ERR_USAGE, "--%s takes one character, not \"%s\"",
                       option, text);
    *out = *text;
    return ERR_OK;
}

/* What only means something beside another option. */
static enum err
check_pairs(const struct cmd *cmd)
{
    static const struct {
        const char *option, *needs;
    } pairs[] = {
        {"since", "time"},
        {"until", "time"}
    };

    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        if (cmd_flag(cmd, pairs[i].option) && !cmd_flag(cmd, pairs[i].needs))
            return err_set(ERR_USAGE,
                           "--%s needs --%s COLUMN, to know when a row was",
                           pairs[i].option, pairs[i].needs);
    return ERR_OK;
}

/* Threads: as many as there are processors, but not many unasked. */
static enum err
read_jobs(const struct cmd *cmd, size_t *jobs)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    int64_t n = processors < 1             ? 1
                : processors > JOBS_PRESET ? JOBS_PRESET
                                           : processors;
    enum err e = cmd_int(cmd, "jobs", 1, JOBS_MAX, &n);

    *jobs = (size_t) n; /* 1 to JOBS_MAX */
    return e;
}

enum err
csv_ask_read(const struct cmd *cmd, struct csv_ask *ask)
{
    struct rows_plan *plan = &ask->plan;
    enum err e;

    *ask = (struct csv_ask){
        .plan = {.time = cmd_value(cmd, "time"),
                 .since = INT64_MIN,
                 .until = INT64_MAX,
                 .skip_bad = cmd_flag(cmd, "skip-bad")},
        .named = cmd_flag(cmd, "columns"),
        .spool_fd = -1,
    };
    ask->file_count = cmd_values(cmd, "csv", &ask->files);
    e = check_pairs(cmd);
    if (e == ERR_OK)
        e = read_list(cmd, "by", &ask->by, &plan->by_count);
    if (e == ERR_OK)
        e = read_list(cmd, "columns", &ask->columns, &plan->column_count);
    if (e == ERR_OK)
        e = read_list(cmd, "missing", &ask->missing, &plan->missing_count);
    if (e == ERR_OK)
        e = read_sign(cmd, "delimiter", &plan->delimiter);
    if (e == ERR_OK)
        e = read_sign(cmd, "decimal", &plan->decimal);
    if (e == ERR_OK)
        e = cmd_time(cmd, "since", &plan->since);
    if (e == ERR_OK)
        e = cmd_time(cmd, "until", &plan->until);
    if (e == ERR_OK)
        e = read_jobs(cmd, &plan->jobs);
    /* the plan only reads them */
    plan->by = (const char *const *) ask->by;
    plan->columns = (const char *const *) ask->columns;
    plan->missing = (const char *const *) ask->missing;
    return e;
}

static void
free_list(char **list, size_t count)
{
    for (size_t i = 0; list && i < count; i++)
        free(list[i]);
    free(list);
}

void
csv_ask_free(struct csv_ask *ask)
{
    free_list(ask->by, ask->plan.by_count);
    free_list(ask->columns, ask->plan.column_count);
    free_list(ask->missing, ask->plan.missing_count);
    free(ask->files);
    if (ask->spool)
        (void) close(ask->spool_fd); /* a copy that nobody needs again */
    free(ask->spool);
    *ask = (struct csv_ask){0};
}

void
csv_ask_take(struct csv_ask *ask, char **names, size_t count)
{
    free_list(ask->columns, ask->plan.column_count);
    ask->columns = names;
    ask->plan.columns = (const char *const *) names;
    ask->plan.column_count = count;
}

const char *
csv_ask_name(const struct csv_ask *ask, size_t file)
{
    const char *path = ask->files[file];

    return path == ask->spool || strcmp(path, "-") == 0 ? "standard input"
                                                        : path;
}

static enum err
keep_progress(int64_t done, int64_t size, void *arg)
{
    progress_step(arg, done, size);
    return ERR_OK;
}

static enum err
keep_input(struct csv_ask *ask)
{
    struct progress progress;
    const struct rows_calls calls = {.progress = keep_progress,
                                     .arg = &progress};
    enum err e;

    progress_begin(&progress, "keeping standard input");
    e = rows_spool(&calls, &ask->spool, &ask->spool_fd);
    progress_end(&progress);
    return e;
}

enum err
csv_ask_again(struct csv_ask *ask)
{
    enum err e = ERR_OK;

    for (size_t i = 0; e == ERR_OK && i < ask->file_count; i++) {
        struct stat st;

        if (strcmp(ask->files[i], "-") == 0) {
            if (ask->spool)
                return err_set(ERR_USAGE,
                               "standard input (-) can be given once only");
            e = keep_input(ask);
            if (e == ERR_OK)
                ask->files[i] = ask->spool;
        } else if (stat(ask->files[i], &st) == 0 && !S_ISREG(st.st_mode)
                   && !S_ISDIR(st.st_mode)) {
            e = err_set(ERR_INPUT,
                        "%s can be read only once: name the --columns, or "
                        "give it as standard input (-)",
                        ask->files[i]);
        }
    }
    return e;
}

void
csv_ask_tell(struct csv_ask *ask, const char *sentence)
{
    if (ask->skipped++ < TOLD_MAX && sentence)
        log_line("skipped: %s", sentence);
}

void
csv_ask_told(const struct csv_ask *ask)
{
    if (ask->skipped > TOLD_MAX)
        log_line("skipped: %" PRId64 " more like these",
                 ask->skipped - TOLD_MAX);
}
