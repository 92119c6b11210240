/* SPDX-License-Identifier: Apache-2.0 */
/*
 * vigia check: one line and an exit status for Nagios, Icinga and their like.
 * Whatever goes wrong is UNKNOWN, because these programs read nothing else.
 */
#include "cli/cmd.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/text.h"
#include "core/history.h"
#include "core/model.h"
#include "core/service.h"
#include "core/state.h"
#include "core/version.h"
#include "kinds/kind.h"

/* clang-format off */
static const struct cmd_option options[] = {
    {"match", "GLOB", false, "only names or titles like this: 'PUMP-*'"},
    {"alerts", "N", false, "alerts of a column that are critical; 3 if not "
                           "given"},
    {"window", "N", false, "readings of a column that are looked at; 5"},
    {.name = NULL},
};
/* clang-format on */

enum {
    PAGE = 100,      /* sensors that are judged in one read */
    ROWS_MAX = 1000, /* of a sensor whose readings rarely have all columns */
    WINDOW_MAX = 1000,
    NAMED_MAX = 3 /* sensors that the line names */
};

enum level { LEVEL_OK, LEVEL_WARNING, LEVEL_CRITICAL, LEVEL_UNKNOWN };
static const char *const words[] = {"OK", "WARNING", "CRITICAL", "UNKNOWN"};

/* The sensors named for one reason, and how many there are. */
struct named {
    struct buf text;
    int64_t count;
};

struct check {
    struct cmd *cmd;
    const char *match; /* NULL: any */
    int64_t alerts, window, now;
    int64_t sensors;
    struct named critical, alerting, stale;
};

static void name_it(struct named *named, const char *format, ...)
    __attribute__((__format__(__printf__, 2, 3)));

static void
name_it(struct named *named, const char *format, ...)
{
    char text[256];
    va_list args;

    if (named->count++ >= NAMED_MAX)
        return;
    va_start(args, format);
    (void) vsnprintf(text, sizeof text, format, args);
    va_end(args);
    buf_printf(&named->text, "%s%s", named->count > 1 ? ", " : "", text);
}

/* ---- one sensor ---- */

/* What the last readings of each column of a sensor were. */
struct tally {
    int64_t readings, alerts;
};

/* The column of that name; mostly it is the one in the same place. */
static size_t
find_column(const struct state_list *columns, const struct verdict *v)
{
    size_t n = 0;

    if (v->index < columns->count
        && strcmp(columns->items[v->index].column, v->column) == 0)
        return v->index;
    while (n < columns->count
           && strcmp(columns->items[n].column, v->column) != 0)
        n++;
    return n;
}

/* The readings come newest first; the first window of a column count. */
static void
count_row(const struct check *c, const struct state_list *columns,
          const struct verdicts *verdicts, struct tally *tally)
{
    for (size_t i = 0; i < verdicts->count; i++) {
        size_t n = find_column(columns, &verdicts->items[i]);

        if (n < columns->count && tally[n].readings < c->window) {
            tally[n].readings++;
            tally[n].alerts += verdicts->items[i].alert;
        }
    }
}

static enum err
read_tally(const struct check *c, const struct model *m,
           const struct state_list *columns, struct tally *tally)
{
    struct service *s = c->cmd->service;
    int64_t rows = c->window * (int64_t) columns->count; /* at most 2^26 */
    struct history_query query = {
        .model = m->id,
        .since = INT64_MIN,
        .until = INT64_MAX,
        .limit = (size_t) (rows < ROWS_MAX ? rows : ROWS_MAX),
    };
    struct verdicts verdicts = {0};
    struct history_page page = {0};
    enum err e = history_read(s, &query, &page);

    for (size_t i = 0; e == ERR_OK && i < page.count; i++) {
        struct compiled *compiled = NULL;

        verdicts_clear(&verdicts);
        e = history_verdicts(s, &page.items[i], &compiled, &verdicts);
        if (e == ERR_OK)
            count_row(c, columns, &verdicts, tally);
        compiled_put(compiled);
    }
    verdicts_free(&verdicts);
    history_page_free(&page);
    return e;
}

/* Most sensors have never had an alert, or none that is still kept: their
 * readings need not be read. */
static enum err
had_alert(const struct check *c, const struct model *m, bool *yes)
{
    struct history_query query = {
        .model = m->id,
        .since = INT64_MIN,
        .until = INT64_MAX,
        .alerts = true,
        .limit = 1,
    };
    struct history_page page = {0};
    enum err e = history_read(c->cmd->service, &query, &page);

    if (e == ERR_OK)
        *yes = page.count > 0;
    history_page_free(&page);
    return e;
}

/* Where the history has not all readings, it cannot tell how many others lie
 * between two alerts: then only columns count whose last reading was one. */
static bool
counts(const struct check *c, const struct state_row *row)
{
    return c->cmd->conf.record == CONF_RECORD_ALL
           || (row->tested && row->alert);
}

static enum err
judge_alerts(struct check *c, const struct model *m,
             const struct state_list *columns)
{
    struct tally *tally = xcalloc(columns->count, sizeof *tally);
    int64_t worst = -1;
    enum err e = read_tally(c, m, columns, tally);

    for (size_t i = 0; e == ERR_OK && i < columns->count; i++)
        if (tally[i].alerts > 0 && counts(c, &columns->items[i])
            && (worst < 0 || tally[i].alerts > tally[worst].alerts))
            worst = (int64_t) i; /* at most KIND_COLUMNS_MAX */
    if (e == ERR_OK && worst >= 0) {
        char *column = cmd_safe(c->cmd, columns->items[worst].column);
        bool much = tally[worst].alerts >= c->alerts;

        name_it(much ? &c->critical : &c->alerting,
                "%s %s (%" PRId64 " of %" PRId64 ")", m->name, column,
                tally[worst].alerts, tally[worst].readings);
        free(column);
    }
    free(tally);
    return e;
}

static enum err
judge(struct check *c, const struct model *m)
{
    struct state_list columns = {0};
    bool alert = false, stale = false;
    enum err e;

    if (m->kind->learns != LEARNS_MOMENTS /* no sensor */
        || (c->match && !text_match(c->match, m->name)
            && !text_match(c->match, m->title)))
        return ERR_OK;
    e = state_load(c->cmd->service, m->id, &columns);
    if (e == ERR_OK && columns.count > 0)
        e = had_alert(c, m, &alert);
    if (e == ERR_OK && alert)
        e = judge_alerts(c, m, &columns);
    for (size_t i = 0; e == ERR_OK && i < columns.count; i++) {
        struct state_row silent = columns.items[i];

        silent.alert = false; /* an old alert hides that nothing comes */
        stale = stale
                || state_of(c->cmd->service, &silent, m->stale_after, c->now)
                       == STATE_STALE;
    }
    if (stale)
        name_it(&c->stale, "%s", m->name);
    c->sensors += e == ERR_OK;
    state_list_free(&columns);
    return e;
}

/* ---- all of them ---- */

/* The models behind a name, judged. */
static enum err
judge_page(struct check *c, const char *after, struct model_page *page)
{
    enum err e = service_read_begin(c->cmd->service);

    if (e != ERR_OK)
        return e;
    e = model_list(c->cmd->service, after, PAGE, false, page);
    for (size_t i = 0; e == ERR_OK && i < page->count; i++)
        e = judge(c, &page->items[i]);
    return service_read_end(c->cmd->service, e);
}

static enum err
walk(struct check *c)
{
    char *after = xstrdup("");
    struct model_page page = {0};
    enum err e = ERR_OK;

    do {
        model_page_free(&page);
        e = judge_page(c, after, &page);
        if (e == ERR_OK && page.count > 0) {
            free(after);
            after = xstrdup(page.items[page.count - 1].name);
        }
    } while (e == ERR_OK && page.count == PAGE);
    model_page_free(&page);
    free(after);
    return e;
}

static void
add_named(struct buf *line, const struct named *named, const char *what)
{
    if (named->count == 0)
        return;
    buf_printf(line, "%s%s: %s", line->len ? "; " : "", what,
               buf_text(&named->text));
    if (named->count > NAMED_MAX)
        buf_printf(line, " and %" PRId64 " more", named->count - NAMED_MAX);
}

static enum level
sum_up(const struct check *c, struct buf *line)
{
    if (c->sensors == 0) {
        buf_printf(line, "no sensor%s", c->match ? " matches" : "");
        return LEVEL_UNKNOWN;
    }
    add_named(line, &c->critical, "alerts");
    add_named(line, &c->alerting, c->critical.count ? "fewer" : "alerts");
    add_named(line, &c->stale, "stale");
    if (c->critical.count > 0)
        return LEVEL_CRITICAL;
    if (c->alerting.count > 0 || c->stale.count > 0)
        return LEVEL_WARNING;
    buf_printf(line, "no alert, %" PRId64 " sensor%s", c->sensors,
               c->sensors == 1 ? "" : "s");
    return LEVEL_OK;
}

static enum err
report(struct check *c, enum level level, const char *text)
{
    int64_t alerts = c->critical.count + c->alerting.count;
    struct buf document = {0};
    struct json_out out = cmd_json_begin(&document);
    enum err e = ERR_OK;

    c->cmd->status = (int) level; /* their order is the convention's */
    if (c->cmd->json) {
        json_open(&out, '{');
        json_key(&out, "status");
        json_put_text(&out, words[level]);
        json_key(&out, "text");
        json_put_text(&out, text);
        json_key(&out, "alerts");
        json_put_int(&out, alerts);
        json_key(&out, "stale");
        json_put_int(&out, c->stale.count);
        json_key(&out, "sensors");
        json_put_int(&out, c->sensors);
        json_close(&out, '}');
        e = cmd_json_end(&document);
    } else {
        cmd_line("VIGIA %s - %s | alerts=%" PRId64 " stale=%" PRId64
                 " sensors=%" PRId64,
                 words[level], text, alerts, c->stale.count, c->sensors);
    }
    buf_free(&document);
    return e;
}

/* "|" parts the text from the figures. */
static char *
one_line(const struct cmd *cmd, const char *text)
{
    char *safe = cmd_safe(cmd, text);

    for (char *s = safe; *s; s++)
        if (*s == '|')
            *s = '/';
    return safe;
}

static enum err
look(struct check *c)
{
    struct cmd *cmd = c->cmd;
    enum err e = cmd_args(cmd, 0, 0);

    c->match = cmd_value(cmd, "match");
    c->alerts = 3;
    c->window = 5;
    if (e == ERR_OK)
        e = cmd_int(cmd, "window", 1, WINDOW_MAX, &c->window);
    if (e == ERR_OK)
        e = cmd_int(cmd, "alerts", 1, WINDOW_MAX, &c->alerts);
    if (e == ERR_OK && c->alerts > c->window)
        e = err_set(ERR_USAGE,
                    "--alerts %" PRId64 " is more than --window %" PRId64,
                    c->alerts, c->window);
    if (e == ERR_OK)
        e = cmd_open(cmd, DB_WRITE);
    c->now = clock_now();
    return e == ERR_OK ? walk(c) : e;
}

static enum err
run(struct cmd *cmd)
{
    struct check c = {.cmd = cmd};
    struct buf line = {0};
    enum level level = LEVEL_UNKNOWN;
    enum err e = look(&c);
    char *text;

    if (e == ERR_OK)
        level = sum_up(&c, &line);
    else
        buf_str(&line, err_text());
    text = one_line(cmd, buf_text(&line));
    e = report(&c, level, text);
    free(text);
    buf_free(&line);
    buf_free(&c.critical.text);
    buf_free(&c.alerting.text);
    buf_free(&c.stale.text);
    return e;
}

/* Monitoring systems show a line of the output, and nothing else. */
static enum err
lost(struct cmd *cmd)
{
    struct check c = {.cmd = cmd};
    char *text = one_line(cmd, err_text());
    enum err e = report(&c, LEVEL_UNKNOWN, text);

    free(text);
    return e;
}

const struct command cmd_check = {
    .name = "check",
    .args = "",
    .summary = "tell a monitoring system how the sensors are",
    .detail =
        "One line for Nagios, Icinga and their like, and their exit status: "
        "2 (CRITICAL) when a column has that many alerts among its last "
        "readings, 1 (WARNING) when it has fewer or a sensor is stale, 3 "
        "(UNKNOWN) when that cannot be told, 0 (OK) else.",
    .example = "vigia check --match 'PUMP-*' --alerts 3 --window 5",
    .options = options,
    .failed = LEVEL_UNKNOWN,
    .lost = lost,
    .run = run,
};
