/* SPDX-License-Identifier: Apache-2.0 */
/* vigia list: the models, by name. They are read by pages and asked for their
 * states, so that any number of them may be listed. */
#include "cli/cmd.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/text.h"
#include "cli/show.h"
#include "cli/table.h"
#include "core/answer.h"
#include "core/model.h"
#include "core/service.h"
#include "core/state.h"
#include "kinds/kind.h"

/* clang-format off */
static const struct cmd_option options[] = {
    {"kind", "KIND", false, "only models of this kind"},
    {"state", "STATE", false, "only models in this state"},
    {"match", "GLOB", false, "only names or titles like this: 'PUMP-*'"},
    {"all", NULL, false, "removed models too"},
    {"limit", "N", false, "at most N models"},
    {"cursor", "NAME", false, "only models after this name"},
    {.name = NULL},
};
/* clang-format on */

enum { PAGE = 1000 };

struct lister {
    struct cmd *cmd;
    const struct kind *kind; /* NULL: any */
    int state;               /* -1: any */
    const char *match;       /* NULL: any */
    int64_t limit, listed, now;
    char *last;      /* the name listed last; owned */
    bool more;       /* there is another one behind it */
    struct table *t; /* one of the two */
    struct json_out *out;
};

/* ---- options ---- */

static enum err
read_kind(struct lister *l)
{
    const char *name = cmd_value(l->cmd, "kind");
    struct buf known = {0};
    enum err e = ERR_OK;

    l->kind = name ? kind_find(name) : NULL;
    if (!name || l->kind)
        return ERR_OK;
    kind_list(&known, -1);
    e = err_set(ERR_USAGE, "--kind: no kind \"%s\"; there is %s", name,
                buf_text(&known));
    buf_free(&known);
    return e;
}

static enum err
read_state(struct lister *l)
{
    const char *name = cmd_value(l->cmd, "state");
    struct buf known = {0};
    enum err e;

    l->state = -1;
    if (!name)
        return ERR_OK;
    for (int i = 0; i < STATES; i++)
        if (strcmp(state_names[i], name) == 0)
            l->state = i;
    if (l->state >= 0)
        return ERR_OK;
    for (int i = 0; i < STATES; i++)
        buf_printf(&known, "%s%s", i ? ", " : "", state_names[i]);
    e = err_set(ERR_USAGE, "--state: no state \"%s\"; there is %s", name,
                buf_text(&known));
    buf_free(&known);
    return e;
}

/* ---- one model ---- */

static void
put_row(const struct lister *l, const struct model *m,
        const struct state_list *states, const char *state)
{
    char age[CLOCK_TEXT];
    bool alert;
    int64_t last = answer_last(states, &alert);

    table_text(l->t, m->name);
    table_text(l->t, m->title);
    table_text(l->t, m->kind->name);
    if (m->version)
        table_int(l->t, m->version);
    else
        table_none(l->t);
    table_text(l->t, state);
    if (m->kind->learns == LEARNS_MOMENTS)
        table_int(l->t, (int64_t) states->count); /* KIND_COLUMNS_MAX */
    else
        table_none(l->t);
    if (!last) {
        table_none(l->t);
    } else if (l->cmd->terminal) {
        clock_age(age, l->now - last);
        table_text(l->t, age);
    } else {
        table_time(l->t, last);
    }
}

static bool
fits(const struct lister *l, const struct model *m)
{
    return (!l->kind || m->kind == l->kind) && (l->state < 0 || m->version)
           && (!l->match || text_match(l->match, m->name)
               || text_match(l->match, m->title));
}

static void
list_one(struct lister *l, const struct model *m,
         const struct state_list *states)
{
    enum state state =
        state_worst(l->cmd->service, states, m->stale_after, l->now);
    const char *word = m->version ? state_names[state] : "removed";

    if (!fits(l, m)
        || (l->state >= 0 && state != (enum state) l->state)) /* one of them */
        return;
    l->more = l->listed == l->limit;
    if (l->more)
        return;
    if (l->out)
        answer_listed(l->out, m, states, word);
    else
        put_row(l, m, states, word);
    l->listed++;
    free(l->last);
    l->last = xstrdup(m->name);
}

/* ---- all of them ---- */

/* The models behind a name, at most size of them, with the states of those
 * that may be listed. */
static enum err
read_page(const struct lister *l, const char *after, size_t size,
          struct model_page *page, struct state_list *states)
{
    struct service *s = l->cmd->service;
    enum err e = service_read_begin(s);

    if (e != ERR_OK)
        return e;
    e = model_list(s, after, size, cmd_flag(l->cmd, "all"), page);
    for (size_t i = 0; e == ERR_OK && i < page->count; i++)
        if (fits(l, &page->items[i]))
            e = state_load(s, page->items[i].id, &states[i]);
    return service_read_end(s, e);
}

static enum err
walk(struct lister *l)
{
    const char *cursor = cmd_value(l->cmd, "cursor");
    char *after = xstrdup(cursor ? cursor : "");
    size_t size = l->limit < PAGE ? (size_t) l->limit + 1 : PAGE; /* first */
    bool ended = false;
    enum err e = ERR_OK;

    while (e == ERR_OK && !ended && !l->more) {
        struct state_list states[PAGE] = {{0}};
        struct model_page page = {0};

        e = read_page(l, after, size, &page, states);
        for (size_t i = 0; i < page.count; i++) {
            if (e == ERR_OK && !l->more)
                list_one(l, &page.items[i], &states[i]);
            state_list_free(&states[i]);
        }
        ended = page.count < size;
        if (page.count > 0) {
            free(after);
            after = xstrdup(page.items[page.count - 1].name);
        }
        model_page_free(&page);
        size = PAGE;
    }
    free(after);
    return e;
}

/* What an empty list means, to a person. */
static enum err
say_none(const struct lister *l)
{
    struct model_page page = {0};
    enum err e = model_list(l->cmd->service, "", 1, false, &page);
    bool none = e == ERR_OK && page.count == 0;
    char *demo, *fit;

    model_page_free(&page);
    if (e != ERR_OK)
        return e;
    if (!none) {
        cmd_line("no model is like that");
        return ERR_OK;
    }
    demo = show_try(l->cmd, "demo", NULL);
    fit = show_try(l->cmd, "fit", "SENSOR", "FILE", NULL);
    cmd_line("no models yet; %s shows a simulated plant, %s learns a sensor "
             "from its readings",
             demo, fit);
    free(demo);
    free(fit);
    return ERR_OK;
}

static enum err
print(struct lister *l)
{
    enum table_type last = l->cmd->terminal ? TABLE_TEXT : TABLE_TIME;
    const struct table_column columns[] = {
        {"model",   TABLE_TEXT },
        {"title",   TABLE_TEXT },
        {"kind",    TABLE_TEXT },
        {"version", TABLE_ID   },
        {"state",   TABLE_STATE},
        {"columns", TABLE_INT  },
        {"last",    last       },
    };
    enum err e, ended;
    char *command;

    l->t = table_new(l->cmd, columns, sizeof columns / sizeof *columns);
    e = walk(l);
    ended = table_end(l->t);
    if (e == ERR_OK)
        e = ended;
    if (e != ERR_OK || !l->cmd->terminal)
        return e;
    if (l->listed == 0)
        return say_none(l);
    if (l->more) {
        command = show_try(l->cmd, "list", "--cursor", l->last, NULL);
        cmd_line("there are more: %s", command);
        free(command);
    }
    return ERR_OK;
}

static enum err
print_json(struct lister *l)
{
    struct buf text = {0};
    struct json_out out = cmd_json_begin(&text);
    enum err e;

    l->out = &out;
    json_open(&out, '{');
    json_key(&out, "models");
    json_open(&out, '[');
    e = walk(l);
    json_close(&out, ']');
    json_key(&out, "next");
    json_put_text(&out, l->more ? l->last : NULL);
    json_close(&out, '}');
    if (e == ERR_OK)
        e = cmd_json_end(&text);
    buf_free(&text);
    return e;
}

static enum err
run(struct cmd *cmd)
{
    struct lister l = {.cmd = cmd,
                       .limit = INT64_MAX,
                       .match = cmd_value(cmd, "match"),
                       .now = clock_now()};
    enum err e = cmd_args(cmd, 0, 0);

    if (e == ERR_OK)
        e = read_kind(&l);
    if (e == ERR_OK)
        e = read_state(&l);
    if (e == ERR_OK)
        e = cmd_int(cmd, "limit", 1, INT64_MAX, &l.limit);
    if (e == ERR_OK)
        e = cmd_open(cmd, DB_WRITE);
    if (e == ERR_OK)
        e = cmd->json ? print_json(&l) : print(&l);
    free(l.last);
    return e;
}

const struct command cmd_list = {
    .name = "list",
    .args = "",
    .summary = "the models, their versions and states",
    .detail = "By name. A model has the worst state of its columns: alert, "
              "stale, flat, learning, untested, ok. --match looks at names "
              "and titles.",
    .example = "vigia list --state alert",
    .options = options,
    .run = run,
};
