/* SPDX-License-Identifier: Apache-2.0 */
/* Words for a shell are quoted with apostrophes, the only way without
 * exceptions; what a terminal must not see is made visible on top of it. */
#include "cli/show.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "cli/cmd.h"
#include "core/model.h"
#include "core/service.h"
#include "core/version.h"
#include "kinds/kind.h"

/* ---- command lines ---- */

static void
add_word(struct buf *line, const char *word)
{
    static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                "abcdefghijklmnopqrstuvwxyz"
                                "0123456789@%+=:,./_-";

    if (line->len > 0)
        buf_char(line, ' ');
    if (*word && word[strspn(word, plain)] == '\0') {
        buf_str(line, word);
        return;
    }
    buf_char(line, '\'');
    for (; *word; word++) {
        if (*word == '\'')
            buf_str(line, "'\\''");
        else
            buf_char(line, *word);
    }
    buf_char(line, '\'');
}

/* An option of this command line, if it was given. */
static void
add_option(const struct cmd *cmd, const char *name, const char *brief,
           struct buf *line)
{
    const char *value = cmd_value(cmd, name);

    if (value) {
        add_word(line, brief);
        add_word(line, value);
    }
}

static void
begin(const struct cmd *cmd, struct buf *line)
{
    add_word(line, "vigia");
    add_option(cmd, "config", "-c", line);
    add_option(cmd, "database", "-d", line);
}

static char *
end(const struct cmd *cmd, struct buf *line)
{
    char *safe = cmd_safe(cmd, buf_text(line));

    buf_free(line);
    return safe;
}

char *
show_try(const struct cmd *cmd, ...)
{
    struct buf line = {0};
    const char *word;
    va_list ap;

    begin(cmd, &line);
    va_start(ap, cmd);
    while ((word = va_arg(ap, const char *)))
        add_word(&line, word);
    va_end(ap);
    return end(cmd, &line);
}

/* Whether the option is one of the command's own. */
static bool
is_own(const struct cmd *cmd, const struct cmd_option *option)
{
    const struct cmd_option *o = cmd->command->options;

    while (o->name && o != option)
        o++;
    return o->name;
}

char *
show_again(const struct cmd *cmd)
{
    struct buf line = {0}, dashed = {0};

    begin(cmd, &line);
    add_word(&line, cmd->command->name);
    for (size_t i = 0; i < cmd->argc; i++)
        add_word(&line, cmd->argv[i]);
    for (size_t i = 0; i < cmd->given_count; i++) {
        const struct cmd_given *given = &cmd->given[i];

        if (!is_own(cmd, given->option)
            || strcmp(given->option->name, "dry-run") == 0)
            continue;
        buf_clear(&dashed);
        buf_printf(&dashed, "--%s", given->option->name);
        add_word(&line, buf_text(&dashed));
        if (given->value)
            add_word(&line, given->value);
    }
    buf_free(&dashed);
    return end(cmd, &line);
}

/* ---- states ---- */

static const struct state_row *
find(const struct state_list *list, const char *column, size_t guess)
{
    if (guess < list->count && !strcmp(list->items[guess].column, column))
        return &list->items[guess];
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->items[i].column, column) == 0)
            return &list->items[i];
    return NULL;
}

enum err
show_states(const struct cmd *cmd, const struct model *m,
            const struct compiled *c, int64_t now, enum state **out,
            enum state *worst, int64_t *last)
{
    size_t count = c->kind->columns(c->model);
    struct state_list list = {0};
    enum state *states;
    enum err e = ERR_OK;

    if (c->number == m->version)
        e = state_load(cmd->service, m->id, &list);
    if (e != ERR_OK)
        return e;
    states = xcalloc(count + 1, sizeof *states);
    *worst = count ? STATE_OK : STATE_UNTESTED;
    *last = 0;
    for (size_t i = 0; i < count; i++) {
        struct kind_column column;
        struct state_row fresh;
        const struct state_row *row;

        c->kind->column(c->model, i, &column);
        fresh = (struct state_row){
            .n = column.n, .flat = !(column.std > 0), .activated_at = now};
        row = find(&list, column.name, i);
        row = row ? row : &fresh;
        states[i] = state_of(cmd->service, row, m->stale_after, now);
        *worst = states[i] < *worst ? states[i] : *worst;
        if (row->tested && row->at > *last)
            *last = row->at;
    }
    state_list_free(&list);
    *out = states;
    return ERR_OK;
}
