/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One value against every sensor and column. Models are read in pages, each in
 * one read, and twice for a terminal: first to know how many alert and whether
 * a table of sensors by columns fits, then to print. Nothing is read while
 * something is written.
 */
#include "cli/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/figure.h"
#include "base/json.h"
#include "base/number.h"
#include "cli/cmd.h"
#include "cli/table.h"
#include "core/answer.h"
#include "core/model.h"
#include "core/service.h"
#include "core/version.h"
#include "core/view.h"
#include "kinds/kind.h"

enum {
    PAGE = 200,        /* models read at a time */
    GRID_COLUMNS = 32, /* a wider table is read better as a list */
    WORD = 7,          /* columns of "ALERT*" and a gap, less one */
    PREFIX_LEAST = 3   /* a shorter common prefix is worth no words */
};

struct all {
    struct cmd *cmd;
    double value;
    int64_t sensors, columns, alerts;
    char *names[GRID_COLUMNS]; /* the columns of all sensors; owned */
    size_t name_count;
    bool many;         /* more than that */
    size_t name_width; /* of the widest sensor */
    size_t prefix;     /* bytes that all names begin with */
    bool near;         /* a sign was printed */
    struct table *table;
    struct json_out *json;
    struct buf *text; /* of json */
};

/* What is done with the verdicts of one sensor. */
typedef enum err each(struct all *all, const struct model *m,
                      const struct compiled *c, const struct verdicts *v);

static enum err
visit(struct all *all, const struct model *m, const struct compiled *c,
      each *take)
{
    const char *only = cmd_value(all->cmd, "column");
    size_t count = c->kind->columns(c->model), index;
    double *values = xcalloc(count, sizeof *values);
    struct verdicts verdicts = {0};
    enum err e = ERR_OK;

    for (size_t i = 0; i < count; i++)
        values[i] = only ? NAN : all->value;
    if (only && count > 0 && c->kind->find(c->model, only, &index))
        values[index] = all->value;
    if (count > 0)
        c->kind->judge(c->model, values, count, &verdicts);
    if (verdicts.count > 0)
        e = take(all, m, c, &verdicts);
    verdicts_free(&verdicts);
    free(values);
    return e;
}

/* The models behind a name, with what they are judged by. */
static enum err
read_page(struct service *s, const char *after, struct model_page *page,
          struct compiled **compiled)
{
    enum err e = service_read_begin(s);

    if (e != ERR_OK)
        return e;
    e = model_list(s, after, PAGE, false, page);
    for (size_t i = 0; e == ERR_OK && i < page->count; i++)
        e = compiled_get(s, &page->items[i], 0, &compiled[i]);
    return service_read_end(s, e);
}

static enum err
visit_all(struct all *all, each *take)
{
    char *after = xstrdup("");
    bool more = true;
    enum err e = ERR_OK;

    while (e == ERR_OK && more) {
        struct compiled *compiled[PAGE] = {NULL};
        struct model_page page = {0};

        e = read_page(all->cmd->service, after, &page, compiled);
        for (size_t i = 0; i < page.count; i++) {
            if (e == ERR_OK)
                e = visit(all, &page.items[i], compiled[i], take);
            compiled_put(compiled[i]);
        }
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

/* ---- the survey ---- */

static size_t
find_name(const struct all *all, const char *name)
{
    size_t i = 0;

    while (i < all->name_count && strcmp(all->names[i], name) != 0)
        i++;
    return i;
}

static enum err
survey(struct all *all, const struct model *m, const struct compiled *c,
       const struct verdicts *v)
{
    (void) c;
    all->sensors++;
    all->columns += (int64_t) v->count; /* at most KIND_COLUMNS_MAX */
    if (strlen(m->name) > all->name_width)
        all->name_width = strlen(m->name);
    for (size_t i = 0; i < v->count; i++) {
        all->alerts += v->items[i].alert;
        if (find_name(all, v->items[i].column) < all->name_count)
            continue;
        if (all->name_count == GRID_COLUMNS)
            all->many = true;
        else
            all->names[all->name_count++] = xstrdup(v->items[i].column);
    }
    return ERR_OK;
}

static bool
all_have(const struct all *all, size_t at, char c)
{
    for (size_t i = 0; i < all->name_count; i++)
        if (all->names[i][at] != c)
            return false;
    return true;
}

/* What all columns begin with, up to a point. */
static void
find_prefix(struct all *all)
{
    size_t found = 0;

    if (all->name_count < 2)
        return;
    for (size_t i = 0; all->names[0][i]; i++) {
        if (!all_have(all, i, all->names[0][i]))
            break;
        if (all->names[0][i] == '.')
            found = i + 1;
    }
    all->prefix = found >= PREFIX_LEAST ? found : 0;
}

static bool
fits(const struct all *all)
{
    size_t width = all->name_width;

    for (size_t i = 0; i < all->name_count; i++) {
        size_t name = strlen(all->names[i]) - all->prefix + 2;

        width += name > WORD ? name + 1 : WORD + 1;
    }
    return !all->many && width <= (size_t) all->cmd->width; /* positive */
}

/* "0.09 against 60 columns (params.*) of 10 sensors: 48 alert" */
static void
print_survey(const struct all *all)
{
    char columns[FIGURE_MAX], sensors[FIGURE_MAX], alerts[FIGURE_MAX];
    char number[NUMBER_MAX], *prefix, *safe;

    (void) number_print(number, all->value);
    prefix = xstrndup(all->name_count ? all->names[0] : "", all->prefix);
    safe = cmd_safe(all->cmd, prefix);
    cmd_line("%s against %s column%s%s%s%s of %s sensor%s: %s alert\n", number,
             figure_group(columns, all->columns), all->columns == 1 ? "" : "s",
             *safe ? " (" : "", safe, *safe ? "*)" : "",
             figure_group(sensors, all->sensors), all->sensors == 1 ? "" : "s",
             figure_group(alerts, all->alerts));
    free(prefix);
    free(safe);
}

/* ---- sensors by columns ---- */

static bool
is_near(const struct verdict *v)
{
    return fabs(v->value - v->threshold) <= fabs(v->threshold) / 100;
}

static enum err
grid_row(struct all *all, const struct model *m, const struct compiled *c,
         const struct verdicts *v)
{
    const struct verdict *by_name[GRID_COLUMNS] = {NULL};

    (void) c;
    for (size_t i = 0; i < v->count; i++) {
        size_t at = find_name(all, v->items[i].column);

        if (at < all->name_count) /* not fitted just now */
            by_name[at] = &v->items[i];
    }
    table_text(all->table, m->name);
    for (size_t i = 0; i < all->name_count; i++) {
        if (!by_name[i]) {
            table_none(all->table);
            continue;
        }
        table_text(all->table, by_name[i]->alert ? "alert" : "ok");
        if (is_near(by_name[i])) {
            table_sign(all->table, "*");
            all->near = true;
        }
    }
    return ERR_OK;
}

static enum err
print_grid(struct all *all)
{
    struct table_column columns[GRID_COLUMNS + 1] = {
        {"sensor", TABLE_TEXT}
    };
    enum err e, end;

    for (size_t i = 0; i < all->name_count; i++)
        columns[i + 1] =
            (struct table_column){all->names[i] + all->prefix, TABLE_STATE};
    all->table = table_new(all->cmd, columns, all->name_count + 1);
    e = visit_all(all, grid_row);
    end = table_end(all->table);
    return e == ERR_OK ? end : e;
}

/* ---- a line for each verdict ---- */

static enum err
list_rows(struct all *all, const struct model *m, const struct compiled *c,
          const struct verdicts *v)
{
    bool piped = !all->cmd->terminal;

    for (size_t i = 0; i < v->count; i++) {
        const struct verdict *one = &v->items[i];

        table_text(all->table, m->name);
        table_text(all->table, one->column);
        table_number(all->table, one->value);
        if (piped)
            table_text(all->table, one->alert ? "true" : "false");
        else
            table_text(all->table, one->alert ? "alert" : "ok");
        if (is_near(one) && !piped) {
            table_sign(all->table, "*");
            all->near = true;
        }
        table_number(all->table, one->score);
        table_number(all->table, one->threshold);
        table_int(all->table, c->number);
    }
    return ERR_OK;
}

static enum err
print_list(struct all *all)
{
    struct table_column columns[] = {
        {"sensor",    TABLE_TEXT  },
        {"column",    TABLE_TEXT  },
        {"value",     TABLE_NUMBER},
        {"alert",     TABLE_TEXT  },
        {"score",     TABLE_NUMBER},
        {"threshold", TABLE_NUMBER},
        {"version",   TABLE_ID    },
    };
    enum err e, end;

    if (all->cmd->terminal)
        columns[3] = (struct table_column){"verdict", TABLE_STATE};
    all->table =
        table_new(all->cmd, columns, sizeof columns / sizeof *columns);
    e = visit_all(all, list_rows);
    end = table_end(all->table);
    return e == ERR_OK ? end : e;
}

/* ---- JSON ---- */

static enum err
put_rows(struct all *all, const struct model *m, const struct compiled *c,
         const struct verdicts *v)
{
    enum state *states = NULL, worst;
    int64_t last;
    enum err e = view_states(all->cmd->service, m, c, clock_now(), &states,
                             &worst, &last);

    for (size_t i = 0; e == ERR_OK && i < v->count; i++)
        answer_verdict(all->json, m, c, &v->items[i],
                       states[v->items[i].index]);
    (void) fwrite(buf_text(all->text), 1, all->text->len, stdout);
    buf_clear(all->text);
    free(states);
    return e;
}

static enum err
print_json(struct all *all)
{
    struct buf text = {0};
    struct json_out out = cmd_json_begin(&text);
    enum err e;

    all->json = &out;
    all->text = &text;
    json_open(&out, '{');
    json_key(&out, "verdicts");
    json_open(&out, '[');
    e = visit_all(all, put_rows);
    json_close(&out, ']');
    json_close(&out, '}');
    if (e == ERR_OK)
        e = cmd_json_end(&text);
    buf_free(&text);
    return e;
}

/* ---- the form ---- */

static enum err
print(struct all *all)
{
    const char *column = cmd_value(all->cmd, "column");
    bool quiet = cmd_flag(all->cmd, "quiet"), grid;
    bool wanted = column || quiet || all->cmd->terminal;
    enum err e = wanted ? visit_all(all, survey) : ERR_OK;

    if (e != ERR_OK)
        return e;
    if (all->columns == 0 && column)
        return err_set(ERR_NOT_FOUND, "no sensor has a column \"%s\"", column);
    if (all->alerts > 0 && quiet)
        all->cmd->status = 1;
    if (quiet)
        return ERR_OK;
    if (all->cmd->json)
        return print_json(all);
    if (!all->cmd->terminal)
        return print_list(all);
    find_prefix(all);
    grid = fits(all);
    all->prefix = grid ? all->prefix : 0;
    print_survey(all);
    e = grid ? print_grid(all) : print_list(all);
    if (e == ERR_OK && all->near)
        cmd_line("* within 1 %% of its threshold");
    return e == ERR_OK ? cmd_flush() : e;
}

enum err
test_all(struct cmd *cmd)
{
    struct all all = {.cmd = cmd};
    enum err e = cmd_args(cmd, 1, 1);

    if (e == ERR_OK)
        e = test_value(cmd->argv[0], &all.value);
    if (e == ERR_OK)
        e = cmd_open(cmd, DB_WRITE);
    if (e == ERR_OK)
        e = print(&all);
    for (size_t i = 0; i < all.name_count; i++)
        free(all.names[i]);
    return e;
}
