/* SPDX-License-Identifier: Apache-2.0 */
/* What a fit prints: the columns of one sensor, a line for each of several,
 * or how many there were. */
#include "cli/fit.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/figure.h"
#include "base/json.h"
#include "base/log.h"
#include "cli/cmd.h"
#include "cli/show.h"
#include "cli/table.h"
#include "core/model.h"
#include "core/service.h"
#include "core/version.h"
#include "core/view.h"
#include "data/stats.h"

enum {
    LISTED_MAX = 50, /* sensors in a table on a terminal */
    PIECE = 200      /* sensors looked at in one read, and then printed */
};

/* What was stored of an item, looked at again. */
struct look {
    struct model model;
    struct compiled *compiled;
    enum state *states, worst;
};

static void
look_free(struct look *look)
{
    model_free(&look->model);
    compiled_put(look->compiled);
    free(look->states);
    *look = (struct look){0};
}

static enum err
look_at(const struct fit_job *job, const struct fit_item *item,
        struct look *out)
{
    struct service *s = job->cmd->service;
    struct look look = {0};
    int64_t last;
    enum err e = model_find(s, item->name, true, &look.model);

    if (e == ERR_OK)
        e = compiled_get(s, &look.model, item->version, &look.compiled);
    if (e == ERR_OK)
        e = view_states(job->cmd->service, &look.model, look.compiled,
                        clock_now(), &look.states, &look.worst, &last);
    if (e == ERR_OK)
        *out = look;
    else
        look_free(&look);
    return e;
}

/* The next ones from first on, at most PIECE; count of them. */
static enum err
look_at_some(const struct fit_job *job, size_t first, struct look *looks,
             size_t *count)
{
    struct service *s = job->cmd->service;
    enum err e = service_read_begin(s);

    *count = 0;
    if (e != ERR_OK)
        return e;
    while (*count < PIECE && first + *count < job->count) {
        e = look_at(job, &job->items[first + *count], &looks[*count]);
        if (e != ERR_OK)
            break;
        ++*count;
    }
    return service_read_end(s, e);
}

/* ---- JSON ---- */

static void
put_item(struct json_out *out, const struct fit_item *item,
         const struct look *look)
{
    const struct compiled *c = look->compiled;
    size_t count = c->kind->columns(c->model);
    const char **words = xcalloc(count, sizeof *words);

    for (size_t i = 0; i < count; i++)
        words[i] = state_names[look->states[i]];
    json_open(out, '{');
    json_key(out, "name");
    json_put_text(out, item->name);
    json_key(out, "title");
    json_put_text(out, look->model.title);
    json_key(out, "version");
    json_put_int(out, item->version);
    json_key(out, "weights");
    c->kind->show(c->model, words, out);
    json_close(out, '}');
    free(words);
}

/* Printed as it grows: there may be very many sensors. */
static enum err
report_json(const struct fit_job *job)
{
    struct buf text = {0};
    struct json_out out = cmd_json_begin(&text);
    struct look looks[PIECE];
    size_t count;
    enum err e = ERR_OK;

    json_open(&out, '{');
    json_key(&out, "change");
    json_put_int(&out, job->change);
    json_key(&out, "fitted");
    json_open(&out, '[');
    for (size_t i = 0; e == ERR_OK && i < job->count; i += count) {
        e = look_at_some(job, i, looks, &count);
        for (size_t k = 0; k < count; k++) {
            put_item(&out, &job->items[i + k], &looks[k]);
            look_free(&looks[k]);
            (void) fwrite(text.data, 1, text.len, stdout);
            buf_clear(&text);
        }
    }
    json_close(&out, ']');
    json_close(&out, '}');
    if (e == ERR_OK)
        e = cmd_json_end(&text);
    buf_free(&text);
    return e;
}

/* ---- one sensor ---- */

static void
put_columns(struct table *t, const struct fit_item *item,
            const struct look *look)
{
    const struct compiled *c = look->compiled;

    for (size_t i = 0; i < item->column_count; i++) {
        struct kind_column column;
        size_t index;

        if (!c->kind->find(c->model, item->columns[i], &index))
            continue; /* another fit was faster, and --fresh */
        c->kind->column(c->model, index, &column);
        table_text(t, column.name);
        table_text(t, state_names[look->states[index]]);
        table_int(t, column.n);
        table_int(t, column.missing);
        table_number(t, column.mean);
        table_number(t, column.std);
        table_number(t, column.threshold);
    }
}

static enum err
report_one(const struct fit_job *job)
{
    static const struct table_column columns[] = {
        {"column",    TABLE_TEXT  },
        {"state",     TABLE_STATE },
        {"n",         TABLE_INT   },
        {"missing",   TABLE_INT   },
        {"mean",      TABLE_NUMBER},
        {"std",       TABLE_NUMBER},
        {"threshold", TABLE_NUMBER},
    };
    const struct fit_item *item = &job->items[0];
    struct table *t;
    struct look look = {0};
    enum err e = look_at(job, item, &look);

    if (e != ERR_OK)
        return e;
    if (job->cmd->terminal) {
        char *note = cmd_safe(job->cmd, job->note);

        cmd_line("%s   sensor, version %" PRId64 ", fitted %s\n", item->name,
                 item->version, note);
        free(note);
    }
    t = table_new(job->cmd, columns, sizeof columns / sizeof *columns);
    put_columns(t, item, &look);
    e = table_end(t);
    if (e == ERR_OK && job->cmd->terminal) {
        char *test = show_try(job->cmd, "test", item->name, NULL);
        char *undo = show_try(job->cmd, "undo", item->name, NULL);

        cmd_line("\nnext: %s VALUE · %s", test, undo);
        free(test);
        free(undo);
    }
    look_free(&look);
    return e;
}

/* ---- several ---- */

static enum err
put_sensors(const struct fit_job *job)
{
    static const struct table_column columns[] = {
        {"sensor",   TABLE_TEXT },
        {"state",    TABLE_STATE},
        {"version",  TABLE_ID   },
        {"readings", TABLE_INT  },
        {"columns",  TABLE_INT  },
    };
    struct table *t =
        table_new(job->cmd, columns, sizeof columns / sizeof *columns);

    for (size_t i = 0; i < job->count; i++) {
        const struct fit_item *item = &job->items[i];
        const struct moments *m = item->moments;

        table_text(t, item->name);
        table_text(t, state_names[item->state]);
        table_int(t, item->version);
        table_int(t, m[0].n + m[0].missing); /* the same in every column */
        table_int(t, item->column_count);
    }
    return table_end(t);
}

/* "fitted 10 sensors x 6 columns from collects.csv (33,901 readings, ...)" */
static void
put_summary(const struct fit_job *job)
{
    char sensors[FIGURE_MAX], readings[FIGURE_MAX], empty[FIGURE_MAX];
    size_t least = SIZE_MAX, most = 0;
    struct buf line = {0};
    char *safe;

    for (size_t i = 0; i < job->count; i++) {
        size_t n = job->items[i].column_count;

        least = n < least ? n : least;
        most = n > most ? n : most;
    }
    buf_printf(&line, "fitted %s sensors x ",
               figure_group(sensors, (int64_t) job->count));
    if (least < most)
        buf_printf(&line, "%zu to ", least);
    buf_printf(&line, "%zu column%s %s (%s readings", most,
               most == 1 ? "" : "s", job->note,
               figure_group(readings, job->readings));
    if (job->empty)
        buf_printf(&line, ", %s without values",
                   figure_group(empty, job->empty));
    buf_printf(&line, "), change %" PRId64, job->change);
    safe = cmd_safe(job->cmd, buf_text(&line));
    if (job->cmd->terminal)
        cmd_line("%s", safe);
    else
        log_line("%s", buf_text(&line));
    free(safe);
    buf_free(&line);
}

enum err
fit_report(struct fit_job *job)
{
    enum err e = ERR_OK;

    if (job->cmd->json)
        return report_json(job);
    if (job->count == 1)
        return report_one(job);
    if (!job->cmd->terminal || job->count <= LISTED_MAX)
        e = put_sensors(job);
    if (e != ERR_OK)
        return e;
    if (job->cmd->terminal && job->count <= LISTED_MAX)
        cmd_line("%s", "");
    put_summary(job);
    return cmd_flush();
}
