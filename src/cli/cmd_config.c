/* SPDX-License-Identifier: Apache-2.0 */
/*
 * vigia config: every key of the configuration with its present value, the
 * database that is used, and what recording at the present rate needs.
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/figure.h"
#include "base/json.h"
#include "base/number.h"
#include "cli/cmd.h"
#include "cli/table.h"
#include "cli/terminal.h"
#include "core/history.h"
#include "core/service.h"

enum {
    WINDOW_DAYS = 7, /* the rate is measured over these */
    MONTH_DAYS = 30,
    ROW_BYTES = 52,   /* of a history row with its indexes, measured, */
    VALUE_BYTES = 13, /* and of each value in it */
    FACTS = 11,       /* columns before what is told of the whole, */
    KEYS = 26         /* and before what a key is for */
};
#define HOUR (CLOCK_DAY / 24)

/* What is known of the database and of what is recorded in it. */
struct usage {
    char *path;
    bool exists;
    int64_t size, wal; /* bytes */
    int64_t rows;      /* in the history; 0: the rest is not known */
    int64_t window;    /* microseconds, until now */
    int64_t recent;    /* rows recorded in the window */
    double rows_month, bytes_month; /* whole numbers */
};

/* ---- measuring ---- */

/* The first row behind the row after; *found false when there is none. */
static enum err
row_after(struct service *s, int64_t after, bool *found, int64_t *id,
          int64_t *recorded_at)
{
    struct history_page page;
    enum err e = history_tail(s, 0, false, after, 1, &page);

    if (e != ERR_OK)
        return e;
    *found = page.count > 0;
    if (*found) {
        *id = page.items[0].id;
        *recorded_at = page.items[0].recorded_at;
    }
    history_page_free(&page);
    return ERR_OK;
}

/*
 * The first row recorded at since or later, by halving: ids rise with the
 * time of recording. There is one: the newest is looked at last.
 */
static enum err
first_since(struct service *s, int64_t since, int64_t newest, int64_t *id,
            int64_t *recorded_at)
{
    int64_t low = 0, high = newest; /* the row sought is in (low, high] */
    bool found = true;
    enum err e = ERR_OK;

    while (e == ERR_OK && high - low > 1) {
        int64_t middle = low + (high - low) / 2;

        e = row_after(s, middle - 1, &found, id, recorded_at);
        if (e == ERR_OK && found && *id < high && *recorded_at < since)
            low = *id;
        else
            high = middle;
    }
    return e == ERR_OK ? row_after(s, low, &found, id, recorded_at) : e;
}

/*
 * What a row needs: its share of the file, but no more than a row like the
 * newest one can take, because in a young database models are the most.
 */
static enum err
row_bytes(struct service *s, int64_t newest, struct usage *u)
{
    struct history_page page;
    double share = (double) u->size / (double) u->rows;
    enum err e = history_tail(s, 0, false, newest - 1, 1, &page);

    if (e != ERR_OK)
        return e;
    if (page.count > 0) {
        const struct history_row *row = &page.items[0];
        double most = ROW_BYTES + VALUE_BYTES * (double) row->value_count
                      + (double) (row->request ? strlen(row->request) : 0);

        share = share < most ? share : most;
    }
    u->bytes_month = round(u->rows_month * share);
    history_page_free(&page);
    return ERR_OK;
}

static enum err
measure_rate(struct service *s, struct usage *u)
{
    int64_t now = clock_now(), newest = 0, first = 0, began = now;
    double months;
    enum err e = history_newest(s, &newest);

    if (e == ERR_OK)
        e = first_since(s, now - WINDOW_DAYS * CLOCK_DAY, newest, &first,
                        &began);
    if (e != ERR_OK)
        return e;
    u->window = now - began;
    if (u->window > WINDOW_DAYS * CLOCK_DAY) /* the newest row is older */
        return ERR_OK;
    if (u->window < HOUR) /* a few seconds say nothing about a month */
        u->window = HOUR;
    u->recent = newest - first + 1;
    if (u->recent > u->rows) /* some were deleted between */
        u->recent = u->rows;
    months = (double) u->window / (double) (MONTH_DAYS * CLOCK_DAY);
    u->rows_month = round((double) u->recent / months);
    return row_bytes(s, newest, u);
}

static enum err
measure(struct cmd *cmd, struct usage *u)
{
    enum err e =
        conf_database(&cmd->conf, cmd_value(cmd, "database"), &u->path);

    if (e != ERR_OK)
        return e;
    u->exists = access(u->path, F_OK) == 0;
    if (!u->exists)
        return ERR_OK;
    e = cmd_open(cmd, DB_WRITE);
    if (e == ERR_OK)
        e = db_sizes(cmd->service->db, &u->size, &u->wal);
    if (e == ERR_OK)
        e = history_count(cmd->service, &u->rows);
    if (e == ERR_OK && u->rows > 0)
        e = measure_rate(cmd->service, u);
    return e;
}

/* ---- for a person ---- */

/* 1.2G, in the units of the configuration. */
static const char *
size_text(char out[FIGURE_MAX], double bytes)
{
    static const char units[] = "KMGT";
    const char *unit = units;

    if (bytes < 1024) {
        (void) snprintf(out, FIGURE_MAX, "%.0f bytes", bytes);
        return out;
    }
    for (bytes /= 1024; bytes >= 1000 && unit[1]; bytes /= 1024)
        unit++;
    (void) snprintf(out, FIGURE_MAX, "%.*f%c",
                    bytes < 9.95 && bytes != (double) (int) bytes ? 1 : 0,
                    bytes, *unit);
    return out;
}

/* What is recorded, and what it needs as long as it is kept. */
static void
add_rate(const struct cmd *cmd, const struct usage *u, struct buf *out)
{
    const struct conf *conf = &cmd->conf;
    double kept = u->bytes_month * (double) conf->keep_days / MONTH_DAYS;
    char recent[FIGURE_MAX], month[FIGURE_MAX], size[FIGURE_MAX];
    char window[CLOCK_TEXT];

    clock_age(window, u->window);
    buf_printf(
        out, "%s readings in the last %s; a month of that is %s",
        figure_group(recent, u->recent), window,
        figure_group(month, (int64_t) u->rows_month)); /* whole, small */
    buf_printf(out, " and needs %s; the %" PRId64 " days they are kept, ",
               size_text(size, u->bytes_month), conf->keep_days);
    buf_str(out, size_text(size, kept));
    if (kept > (double) conf->max_size)
        buf_printf(out, ", which max_size = %s does not allow",
                   size_text(size, (double) conf->max_size));
}

static void
add_recording(const struct cmd *cmd, const struct usage *u, struct buf *out)
{
    char rows[FIGURE_MAX];

    if (cmd->conf.record == CONF_RECORD_NONE)
        buf_str(out, "switched off ([history] record = none); ");
    if (u->rows == 0)
        buf_str(out, "nothing is recorded yet, so there is no rate to tell");
    else if (u->recent == 0)
        buf_printf(out, "nothing in the last %d days; %s readings are kept",
                   WINDOW_DAYS, figure_group(rows, u->rows));
    else
        add_rate(cmd, u, out);
}

static void
put_fact(const struct cmd *cmd, const char *name, const char *text)
{
    char *safe = cmd_safe(cmd, text);

    help_pair(name, FACTS, safe, (size_t) cmd->width - 1); /* > 0 */
    free(safe);
}

static void
put_facts(const struct cmd *cmd, const struct usage *u)
{
    struct buf text = {0};
    char size[FIGURE_MAX];

    buf_str(&text, u->path);
    if (!u->exists)
        buf_str(&text, " (not there yet; the first vigia fit makes it)");
    else
        buf_printf(&text, " (%s)",
                   size_text(size, (double) (u->size + u->wal)));
    put_fact(cmd, "database", buf_text(&text));
    put_fact(cmd, "read from",
             strcmp(cmd->conf.source, "presets") == 0
                 ? "no file: every key is at its preset"
                 : cmd->conf.source);
    buf_clear(&text);
    add_recording(cmd, u, &text);
    put_fact(cmd, "recording", buf_text(&text));
    buf_free(&text);
}

/* The key with its help, and its preset when it has another value. */
static void
put_key(const struct cmd *cmd, const struct conf_key *key, size_t indent)
{
    struct buf left = {0}, help = {0}, value = {0};
    char *safe;

    conf_show(&cmd->conf, key, &value);
    safe = cmd_safe(cmd, buf_text(&value));
    buf_printf(&left, "  %s%s%s", key->name, value.len > 0 ? " = " : "", safe);
    buf_str(&help, key->help);
    if (key->preset && strcmp(key->preset, buf_text(&value)) != 0)
        buf_printf(&help, " Preset: %s.", key->preset);
    help_pair(left.data, indent, help.data, (size_t) cmd->width - 1); /* > 0 */
    free(safe);
    buf_free(&left);
    buf_free(&help);
    buf_free(&value);
}

static void
put_keys(const struct cmd *cmd)
{
    const char *section = "";

    for (const struct conf_key *key = conf_keys; key->section; key++) {
        if (strcmp(section, key->section) != 0)
            cmd_line("\n[%s]", key->section);
        section = key->section;
        put_key(cmd, key, KEYS);
    }
}

/* ---- for a program ---- */

/* A fact that is no key, in a row of the same shape. */
static void
put_now(struct table *t, const char *name, const char *text)
{
    table_text(t, "now");
    table_text(t, name);
    table_text(t, text);
    table_none(t);
    table_none(t);
}

static void
put_now_int(struct table *t, const char *name, int64_t n)
{
    char digits[NUMBER_MAX];

    (void) snprintf(digits, sizeof digits, "%" PRId64, n);
    put_now(t, name, digits);
}

static enum err
print_table(const struct cmd *cmd, const struct usage *u)
{
    static const struct table_column columns[] = {
        {"section", TABLE_TEXT},
        {"key",     TABLE_TEXT},
        {"value",   TABLE_TEXT},
        {"preset",  TABLE_TEXT},
        {"help",    TABLE_TEXT},
    };
    struct table *t =
        table_new(cmd, columns, sizeof columns / sizeof *columns);
    struct buf value = {0};

    for (const struct conf_key *key = conf_keys; key->section; key++) {
        buf_clear(&value);
        conf_show(&cmd->conf, key, &value);
        table_text(t, key->section);
        table_text(t, key->name);
        table_text(t, buf_text(&value));
        if (key->preset)
            table_text(t, key->preset);
        else
            table_none(t);
        table_text(t, key->help);
    }
    put_now(t, "database", u->path);
    put_now(t, "configuration", cmd->conf.source);
    put_now_int(t, "readings_recorded", u->rows);
    put_now_int(t, "readings_a_month", (int64_t) u->rows_month);
    put_now_int(t, "bytes_a_month", (int64_t) u->bytes_month);
    buf_free(&value);
    return table_end(t);
}

static void
json_recording(struct json_out *out, const struct usage *u)
{
    json_key(out, "recording");
    json_open(out, '{');
    json_key(out, "readings");
    json_put_int(out, u->rows);
    json_key(out, "window_seconds");
    json_put_int(out, u->window / CLOCK_SECOND);
    json_key(out, "recent");
    json_put_int(out, u->recent);
    json_key(out, "readings_a_month");
    json_put_int(out, (int64_t) u->rows_month); /* whole, small */
    json_key(out, "bytes_a_month");
    json_put_int(out, (int64_t) u->bytes_month);
    json_close(out, '}');
}

static void
json_keys(struct json_out *out, const struct conf *conf)
{
    struct buf value = {0};

    json_key(out, "keys");
    json_open(out, '[');
    for (const struct conf_key *key = conf_keys; key->section; key++) {
        buf_clear(&value);
        conf_show(conf, key, &value);
        json_open(out, '{');
        json_key(out, "section");
        json_put_text(out, key->section);
        json_key(out, "key");
        json_put_text(out, key->name);
        json_key(out, "value");
        json_put_text(out, value.len > 0 ? value.data : NULL);
        json_key(out, "preset");
        json_put_text(out, key->preset);
        json_key(out, "help");
        json_put_text(out, key->help);
        json_close(out, '}');
    }
    json_close(out, ']');
    buf_free(&value);
}

static enum err
print_json(const struct cmd *cmd, const struct usage *u)
{
    struct buf text = {0};
    struct json_out out = cmd_json_begin(&text);
    enum err e;

    json_open(&out, '{');
    json_key(&out, "database");
    json_put_text(&out, u->path);
    json_key(&out, "exists");
    json_put_bool(&out, u->exists);
    json_key(&out, "bytes");
    json_put_int(&out, u->size + u->wal);
    json_key(&out, "configuration");
    json_put_text(&out, cmd->conf.source);
    json_keys(&out, &cmd->conf);
    json_recording(&out, u);
    json_close(&out, '}');
    e = cmd_json_end(&text);
    buf_free(&text);
    return e;
}

/* ---- the command ---- */

static enum err
print(const struct cmd *cmd, const struct usage *u)
{
    if (cmd->json)
        return print_json(cmd, u);
    if (!cmd->terminal)
        return print_table(cmd, u);
    put_facts(cmd, u);
    put_keys(cmd);
    return ERR_OK;
}

static enum err
run(struct cmd *cmd)
{
    struct usage u = {0};
    enum err e = cmd_args(cmd, 0, 0);

    if (e == ERR_OK)
        e = measure(cmd, &u);
    if (e == ERR_OK)
        e = print(cmd, &u);
    free(u.path);
    return e;
}

const struct command cmd_config = {
    .name = "config",
    .args = "",
    .summary = "show the configuration and the database in use",
    .detail = "Shows every key of the configuration with its value, the "
              "files it was read from, the database that is used, and how "
              "much history a month makes at the rate of the last 7 days.",
    .example = "vigia config",
    .run = run,
};
