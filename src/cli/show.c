/* SPDX-License-Identifier: Apache-2.0 */
/* Words for a shell are quoted with apostrophes, the only way without
 * exceptions; what a terminal must not see is made visible on top of it. */
#include "cli/show.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/figure.h"
#include "base/leaves.h"
#include "base/text.h"
#include "cli/cmd.h"
#include "cli/table.h"

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

char *
show_set(const struct cmd *cmd, const char *name, const char *pairs,
         size_t count)
{
    struct buf line = {0};

    begin(cmd, &line);
    add_word(&line, "set");
    add_word(&line, name);
    for (; count > 0; count--) {
        add_word(&line, pairs);
        pairs += strlen(pairs) + 1;
    }
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

/* ---- names and values ---- */

/* The columns that a terminal has for values behind the longest name, which
 * may have half of it. */
static size_t
room_for_values(const struct cmd *cmd, const struct leaves *l)
{
    enum { GAP = 2 }; /* of a table */
    size_t name = strlen("name"), both = (size_t) cmd->width - GAP;

    for (size_t i = 0; i < l->count; i++) {
        size_t width = text_width(l->items[i].name);

        name = width > name ? width : name;
    }
    return name < both - both / 2 ? both - name : both / 2;
}

/* As many rows as the text needs, so that nothing is cut. */
static void
put_broken(struct table *t, const char *name, const char *text, size_t room)
{
    do {
        size_t len = text_line(text, room);
        char *line = xstrndup(text, len);

        table_text(t, name);
        table_text(t, line);
        free(line);
        text += len + (text[len] == ' ');
        name = "";
    } while (*text);
}

enum err
show_leaves(const struct cmd *cmd, const struct leaves *l)
{
    static const struct table_column columns[] = {
        {"name",  TABLE_TEXT},
        {"value", TABLE_TEXT},
    };
    struct table *t = table_new(cmd, columns, 2);
    size_t room = cmd->terminal ? room_for_values(cmd, l) : 0;

    for (size_t i = 0; i < l->count; i++) {
        const struct leaf *leaf = &l->items[i];
        char rounded[FIGURE_MAX];

        if (cmd->terminal && !leaf->number) {
            char *safe = cmd_safe(cmd, leaf->text);

            put_broken(t, leaf->name, safe, room);
            free(safe);
            continue;
        }
        table_text(t, leaf->name);
        table_text(t, leaf->number && cmd->terminal
                          ? figure_round(rounded, leaf->value, NAN)
                          : leaf->text);
    }
    return table_end(t);
}
