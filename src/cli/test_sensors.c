/* SPDX-License-Identifier: Apache-2.0 */
/* Keys are numbered by a table of groups, which have no moments here. */
#include "cli/test_sensors.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
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
    struct sensor *items; /* by number of the key */
    size_t count, cap;
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
    return s;
}

void
sensors_free(struct sensors *s)
{
    if (!s)
        return;
    for (size_t i = 0; i < s->count; i++) {
        model_free(&s->items[i].model);
        compiled_put(s->items[i].compiled);
        free(s->items[i].index);
    }
    free(s->items);
    groups_free(s->keys);
    buf_free(&s->name);
    free(s);
}

size_t
sensors_number(const struct sensors *s, const struct sensor *sensor)
{
    return (size_t) (sensor - s->items); /* it is one of them */
}

struct sensor *
sensors_get(struct sensors *s, size_t number)
{
    return &s->items[number];
}

/* The last error, with file, line and, where its name is another, the key. */
static enum err
at_line(const struct sensors *s, enum err e, const struct row *row)
{
    struct buf key = {0};

    if (row->key_len > 0 && strcmp(row->key, buf_text(&s->name)) != 0)
        buf_printf(&key, "\"%s\": ", row->key);
    e = err_set(e, "%s:%" PRId64 ": %s%s", csv_ask_name(s->ask, 0), row->line,
                buf_text(&key), err_text());
    buf_free(&key);
    return e;
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
    bool only = s->only != NULL;
    enum err e;

    buf_clear(&s->name);
    if (s->ask->plan.by_count == 0)
        return find_only(s, sensor);
    e = name_map(row->key, row->key_len, &s->name);
    if (e == ERR_OK && only)
        e = is_only(s, &only);
    if (e == ERR_OK && s->only) {
        sensor->passed_over = !only;
        return only ? find_only(s, sensor) : ERR_OK;
    }
    if (e == ERR_OK)
        e = model_find(s->cmd->service, buf_text(&s->name), false,
                       &sensor->model);
    if (e == ERR_OK)
        return compiled_get(s->cmd->service, &sensor->model, 0,
                            &sensor->compiled);
    if (e != ERR_NOT_FOUND && e != ERR_DATA)
        return e;
    e = at_line(s, e, row);
    if (!s->ask->plan.skip_bad)
        return e;
    csv_ask_tell(s->ask, err_text());
    sensor->passed_over = true;
    return ERR_OK;
}

enum err
sensors_at(struct sensors *s, const struct row *row, struct sensor **out)
{
    size_t number = groups_at(s->keys, row->key, row->key_len);
    struct sensor fresh = {0};
    enum err e;

    if (number == s->count) {
        e = find_sensor(s, row, &fresh);
        if (e != ERR_OK) {
            model_free(&fresh.model);
            return e;
        }
        if (s->count == s->cap) {
            s->cap = s->cap ? 2 * s->cap : 64;
            s->items = xreallocarray(s->items, s->cap, sizeof *s->items);
        }
        s->items[s->count++] = fresh;
    }
    *out = &s->items[number];
    return ERR_OK;
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
        if (has_column(&s->items[i], column, &index))
            return true;
    return false;
}

enum err
sensors_index(struct sensors *s, struct sensor *sensor, int64_t line)
{
    const struct rows_plan *plan = &s->ask->plan;
    const struct compiled *c = sensor->compiled;
    size_t found = 0, index;

    if (sensor->index)
        return ERR_OK;
    sensor->index = xcalloc(plan->column_count, sizeof *sensor->index);
    for (size_t i = 0; i < plan->column_count; i++) {
        sensor->index[i] = SIZE_MAX;
        found += has_column(sensor, plan->columns[i], &sensor->index[i]);
    }
    if (found > 0 || !s->ask->named)
        return ERR_OK;
    /* not found again, for its sentence */
    if (kind_column_find(c->kind, c->model, plan->columns[0], &index)
        == ERR_OK)
        return ERR_OK;
    return err_set(ERR_NOT_FOUND, "%s:%" PRId64 ": %s: %s",
                   csv_ask_name(s->ask, 0), line, sensor->model.name,
                   err_text());
}
