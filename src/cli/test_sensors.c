/* SPDX-License-Identifier: Apache-2.0 */
/* Keys are numbered by a table of groups, which have no moments here. */
#include "cli/test_sensors.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/stop.h"
#include "cli/cmd.h"
#include "cli/csv_ask.h"
#include "core/name.h"
#include "core/service.h"
#include "core/version.h"
#include "data/groups.h"
#include "kinds/kind.h"

struct sensors {
    struct cmd *cmd;
    struct csv_ask *ask;
    const char *only;
    struct groups *keys;
    struct sensor **items; /* by number of the key */
    size_t count, cap;
    struct groups *names; /* that are claimed */
    size_t *first;        /* by number of the name: of the sensor */
    size_t named, name_cap;
    struct buf name;
};

struct sensors *
sensors_new(struct cmd *cmd, struct csv_ask *ask, const char *only)
{
    struct sensors *s = xcalloc(1, sizeof *s);

    s->cmd = cmd;
    s->ask = ask;
    s->only = only;
    s->keys = groups_new(0);
    s->names = groups_new(0);
    return s;
}

void
sensors_free(struct sensors *s)
{
    if (!s)
        return;
    for (size_t i = 0; i < s->count; i++) {
        struct sensor *sensor = s->items[i];

        model_free(&sensor->model);
        compiled_put(sensor->compiled);
        free(sensor->index);
        free(sensor->why);
        free(sensor);
    }
    free(s->items);
    groups_free(s->keys);
    groups_free(s->names);
    free(s->first);
    buf_free(&s->name);
    free(s);
}

struct sensor *
sensors_get(struct sensors *s, size_t number)
{
    return s->items[number];
}

/* The one sensor there is when rows have no key. */
static enum err
find_only(struct sensors *s, struct sensor *sensor)
{
    int64_t number = 0;
    enum err e = cmd_model(s->cmd, s->only, false, &sensor->model, &number);

    if (e == ERR_OK)
        e = compiled_get(s->cmd->service, &sensor->model, number,
                         &sensor->compiled);
    return e;
}

/* Whether the key is that of the one sensor asked for. */
static enum err
is_only(const struct sensors *s, bool *yes)
{
    char *name;
    int64_t number;
    enum err e = name_split(s->only, &name, &number);

    if (e != ERR_OK)
        return e;
    *yes = strcmp(name, buf_text(&s->name)) == 0;
    free(name);
    return ERR_OK;
}

static enum err
find_sensor(struct sensors *s, const struct row *row, struct sensor *sensor)
{
    bool only = true;
    enum err e;

    buf_clear(&s->name);
    if (s->ask->plan.by_count == 0)
        return find_only(s, sensor);
    e = name_map(row->key, row->key_len, &s->name);
    if (e == ERR_OK && s->only)
        e = is_only(s, &only);
    if (s->only && (e == ERR_DATA || !only)) { /* another, or no name at all */
        sensor->passed_over = true;
        return ERR_OK;
    }
    if (e == ERR_OK && s->only)
        e = find_only(s, sensor);
    else if (e == ERR_OK)
        e = model_find(s->cmd->service, buf_text(&s->name), false,
                       &sensor->model);
    if (e == ERR_OK)
        e = model_check_text(&sensor->model, row->key, row->key_len);
    sensor->of_row = e == ERR_DATA || (e == ERR_NOT_FOUND && !s->only);
    if (e == ERR_OK && !sensor->compiled)
        e = compiled_get(s->cmd->service, &sensor->model, 0,
                         &sensor->compiled);
    return e;
}

/* What is wrong with the row's sensor, with file, line and, where its name
 * is another, the key. */
static char *
say_why(const struct sensors *s, const struct sensor *sensor,
        const struct row *row)
{
    struct buf why = {0}, name = {0};

    if (sensor->of_row)
        buf_printf(&why, "%s:%" PRId64 ": ", csv_ask_name(s->ask, 0),
                   row->line);
    if (sensor->of_row
        && (name_map(row->key, row->key_len, &name) != ERR_OK
            || name.len != row->key_len
            || memcmp(name.data, row->key, name.len) != 0))
        buf_printf(&why,
                   "\"%.*s\": ", (int) row->key_len, /* below CSV_RECORD_MAX */
                   row->key);
    buf_str(&why, sensor->why);
    buf_free(&name);
    return buf_steal(&why);
}

/* Looks the row's sensor up and adds it, found or not. */
static void
add_sensor(struct sensors *s, const struct row *row)
{
    struct sensor *sensor = xcalloc(1, sizeof *sensor);

    sensor->e = find_sensor(s, row, sensor);
    if (sensor->e != ERR_OK) {
        sensor->why = xstrdup(err_text());
        sensor->passed_over = sensor->of_row && s->ask->plan.skip_bad;
    }
    if (s->count == s->cap) {
        s->cap = s->cap ? 2 * s->cap : 64;
        s->items = xreallocarray(s->items, s->cap, sizeof(void *));
    }
    sensor->number = s->count;
    s->items[s->count++] = sensor;
}

enum err
sensors_at(struct sensors *s, const struct row *row, struct sensor **out,
           char **why)
{
    size_t number = groups_at(s->keys, row->key, row->key_len);
    struct sensor *sensor;
    enum err e = ERR_OK;

    *why = NULL;
    if (number == s->count) {
        if (stop_asked()) /* many take longer than a chunk of the file */
            return stop_check();
        add_sensor(s, row);
    }
    sensor = s->items[number];
    *why = sensor->e == ERR_OK ? NULL : say_why(s, sensor, row);
    if (*why && !sensor->passed_over) {
        e = err_set(sensor->e, "%s", *why);
        free(*why);
        *why = NULL;
    }
    *out = sensor;
    return e;
}

enum err
sensors_claim(struct sensors *s, struct sensor *sensor, int64_t line)
{
    const char *name = sensor->model.name, *first, *key;
    size_t n, first_len, len;

    if (sensor->claimed || sensor->passed_over)
        return ERR_OK;
    sensor->claimed = true;
    n = groups_at(s->names, name, strlen(name));
    if (groups_count(s->names) > s->name_cap) {
        s->name_cap = s->name_cap ? 2 * s->name_cap : 64;
        s->first = xreallocarray(s->first, s->name_cap, sizeof *s->first);
    }
    if (n == s->named) {
        s->first[s->named++] = sensor->number;
        return ERR_OK;
    }
    first = groups_key(s->keys, s->first[n], &first_len);
    key = groups_key(s->keys, sensor->number, &len);
    return err_set(ERR_DATA,
                   "%s:%" PRId64 ": \"%.*s\" and \"%.*s\" would both be "
                   "named %s: rename one in the file",
                   csv_ask_name(s->ask, 0), line, (int) first_len, first,
                   (int) len, key, name); /* both below CSV_RECORD_MAX */
}

static bool
has_column(const struct sensor *sensor, const char *column, size_t *index)
{
    const struct compiled *c = sensor->compiled;

    return c && c->kind->columns(c->model) > 0
           && c->kind->find(c->model, column, index);
}

bool
sensors_have(const struct sensors *s, const char *column)
{
    size_t index;

    for (size_t i = 0; i < s->count; i++)
        if (s->items[i]->claimed && has_column(s->items[i], column, &index))
            return true;
    return false;
}

size_t
sensors_unjudged(const struct sensors *s, const char **name)
{
    size_t count = 0;

    for (size_t i = 0; i < s->count; i++) {
        const struct sensor *sensor = s->items[i];

        if (!sensor->claimed || !sensor->none)
            continue;
        if (count++ == 0)
            *name = sensor->model.name;
    }
    return count;
}

enum err
sensors_index(struct sensors *s, struct sensor *sensor, int64_t line)
{
    const struct rows_plan *plan = &s->ask->plan;
    const struct compiled *c = sensor->compiled;
    size_t found = 0, index;

    if (!sensor->index) {
        sensor->index = xcalloc(plan->column_count, sizeof *sensor->index);
        for (size_t i = 0; i < plan->column_count; i++) {
            sensor->index[i] = SIZE_MAX;
            found += has_column(sensor, plan->columns[i], &sensor->index[i]);
        }
        sensor->none = found == 0;
    }
    if (!sensor->none || !s->ask->named)
        return ERR_OK;
    /* not found again, for its sentence */
    if (kind_column_find(c->kind, c->model, plan->columns[0], &index)
        == ERR_OK)
        return ERR_OK;
    return err_set(ERR_NOT_FOUND, "%s:%" PRId64 ": %s: %s",
                   csv_ask_name(s->ask, 0), line, sensor->model.name,
                   err_text());
}
