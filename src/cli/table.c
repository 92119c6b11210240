/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tables. Cells are kept until there are enough rows to know the widths, or
 * one row in a pipe; then they are laid out and printed, and what follows is
 * printed row by row in the same layout.
 */
#include "cli/table.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/figure.h"
#include "base/number.h"
#include "base/text.h"
#include "cli/cmd.h"

enum {
    KEPT = 500,       /* rows to find the widths from */
    GAP = 2,          /* blanks between columns */
    TEXT_LEAST = 8,   /* columns a text is not cut below */
    DIGITS_LEAST = 3, /* significant digits of the smallest number */
    DIGITS_LARGE = 4, /* of the largest, as figure_round() shows it, */
    DIGITS_MOST = 8,  /* and more of them only up to here */
    EACH = -1         /* decimals: as many as each number deserves by itself */
};

struct cell {
    bool none;
    double number;
    int64_t integer; /* or a time */
    char *text;      /* owned */
    char *sign;      /* owned; NULL: none */
};

/* How a column is laid out on a terminal. */
struct layout {
    size_t width, sign; /* columns of the cells, and of the signs behind */
    int decimals;       /* or EACH */
    bool cut;           /* its texts are cut to the width */
};

struct table {
    const struct cmd *cmd;
    const struct table_column *columns;
    size_t count;
    struct layout *layout;
    struct cell *cells; /* of the rows that are kept; owned */
    size_t used;
    size_t limit; /* rows to keep before they are printed */
    bool begun;   /* the header is printed */
    struct buf line, scratch;
};

struct table *
table_new(const struct cmd *cmd, const struct table_column *columns,
          size_t count)
{
    struct table *t = xcalloc(1, sizeof *t);

    assert(count > 0);
    t->cmd = cmd;
    t->columns = columns;
    t->count = count;
    t->limit = cmd->terminal ? KEPT : 1;
    t->layout = xcalloc(count, sizeof *t->layout);
    t->cells = xcalloc(count * t->limit, sizeof *t->cells);
    return t;
}

/* ---- a cell as a text ---- */

/* Adds what a program reads: all digits, UTC, nothing for none. */
static void
add_plain(struct buf *out, enum table_type type, const struct cell *cell)
{
    char time[CLOCK_TEXT];

    if (cell->none)
        return;
    switch (type) {
    case TABLE_TEXT:
    case TABLE_STATE:
        buf_str(out, cell->text);
        break;
    case TABLE_NUMBER:
        number_add(out, cell->number);
        break;
    case TABLE_INT:
    case TABLE_ID:
        number_add_int(out, cell->integer);
        break;
    case TABLE_TIME:
        clock_utc(time, cell->integer);
        buf_str(out, time);
        break;
    }
}

static bool
is_alert(const struct cell *cell)
{
    return !cell->none && strcmp(cell->text, "alert") == 0;
}

/* Adds what a person reads. */
static void
add_pretty(struct buf *out, enum table_type type, const struct cell *cell,
           int decimals)
{
    char text[FIGURE_MAX], time[CLOCK_TEXT];

    if (cell->none) {
        buf_char(out, '-');
        return;
    }
    switch (type) {
    case TABLE_TEXT:
        buf_str(out, cell->text);
        break;
    case TABLE_STATE:
        buf_str(out, is_alert(cell) ? "ALERT" : cell->text);
        break;
    case TABLE_NUMBER:
        buf_str(out, decimals == EACH
                         ? figure_round(text, cell->number, NAN)
                         : figure_fixed(text, cell->number, decimals));
        break;
    case TABLE_INT:
        buf_str(out, figure_group(text, cell->integer));
        break;
    case TABLE_ID:
        buf_printf(out, "%" PRId64, cell->integer);
        break;
    case TABLE_TIME:
        clock_local(time, cell->integer);
        buf_str(out, time);
        break;
    }
}

static bool
is_right(enum table_type type)
{
    return type == TABLE_NUMBER || type == TABLE_INT || type == TABLE_ID;
}

/* ---- the layout ---- */

/* How many decimals v has when it is rounded to so many digits. */
static int
decimals_of(double v, int digits)
{
    return digits - 1 - figure_exponent(v, digits);
}

static int
min_int(int a, int b)
{
    return a < b ? a : b;
}

static int
max_int(int a, int b)
{
    return a > b ? a : b;
}

/*
 * The numbers of a column share their decimals, so that the points align:
 * as many as the smallest one deserves, and none that are 0 in every row.
 * EACH: the largest would become too long then.
 */
static int
find_decimals(const struct table *t, size_t column)
{
    double least = INFINITY, most = 0;
    int decimals, needed = 0;

    for (size_t i = column; i < t->used; i += t->count) {
        double v = fabs(t->cells[i].number);

        if (t->cells[i].none || v == 0)
            continue;
        needed = max_int(needed, decimals_of(v, figure_digits(v)));
        least = fmin(least, v);
        most = fmax(most, v);
    }
    if (most == 0)
        return 0;
    decimals = max_int(decimals_of(least, DIGITS_LEAST),
                       decimals_of(most, DIGITS_LARGE));
    decimals = max_int(0, min_int(decimals, needed));
    return decimals > max_int(0, decimals_of(most, DIGITS_MOST)) ? EACH
                                                                 : decimals;
}

static size_t
total_width(const struct table *t)
{
    size_t total = (t->count - 1) * GAP;

    for (size_t i = 0; i < t->count; i++)
        total += t->layout[i].width + t->layout[i].sign;
    return total;
}

/* Cuts texts, the widest first, until the table fits or none can give. */
static void
narrow(struct table *t)
{
    size_t total = total_width(t);

    while (total > (size_t) t->cmd->width) { /* a terminal has columns */
        struct layout *widest = NULL;

        for (size_t i = 0; i < t->count; i++)
            if (t->columns[i].type == TABLE_TEXT
                && t->layout[i].width > TEXT_LEAST
                && (!widest || t->layout[i].width > widest->width))
                widest = &t->layout[i];
        if (!widest)
            return;
        widest->width--;
        widest->cut = true;
        total--;
    }
}

static void
find_layout(struct table *t)
{
    for (size_t i = 0; i < t->count; i++) {
        struct layout *l = &t->layout[i];

        l->width = text_width(t->columns[i].name);
        if (t->columns[i].type == TABLE_NUMBER)
            l->decimals = find_decimals(t, i);
    }
    for (size_t i = 0; i < t->used; i++) {
        struct layout *l = &t->layout[i % t->count];
        size_t width;

        buf_clear(&t->scratch);
        add_pretty(&t->scratch, t->columns[i % t->count].type, &t->cells[i],
                   l->decimals);
        width = text_width(buf_text(&t->scratch));
        l->width = width > l->width ? width : l->width;
        width = t->cells[i].sign ? text_width(t->cells[i].sign) : 0;
        l->sign = width > l->sign ? width : l->sign;
    }
    narrow(t);
}

/* ---- printing ---- */

static void
put_line(struct table *t)
{
    while (t->cmd->terminal && t->line.len > 0
           && t->line.data[t->line.len - 1] == ' ')
        t->line.len--;
    buf_char(&t->line, '\n');
    (void) fwrite(t->line.data, 1, t->line.len, stdout);
    buf_clear(&t->line);
}

static void
put_blanks(struct buf *out, size_t count)
{
    for (size_t i = 0; i < count; i++)
        buf_char(out, ' ');
}

/* Adds text and the sign behind it in the columns of the layout. */
static void
put_aligned(struct table *t, size_t column, const char *text, const char *sign,
            const char *style)
{
    const struct layout *l = &t->layout[column];
    size_t width = text_width(text), signs = sign ? text_width(sign) : 0;
    size_t blanks;

    if (width > l->width && l->cut)
        width = l->width;
    blanks = l->width > width ? l->width - width : 0;
    if (column > 0)
        put_blanks(&t->line, GAP);
    if (is_right(t->columns[column].type)) {
        put_blanks(&t->line, blanks);
        blanks = 0;
    }
    if (*style)
        buf_printf(&t->line, "\033[%sm", style);
    text_fit(&t->line, text, width, TEXT_LEFT, t->cmd->ascii);
    buf_str(&t->line, sign ? sign : "");
    if (*style)
        buf_str(&t->line, "\033[m");
    put_blanks(&t->line, blanks + (l->sign > signs ? l->sign - signs : 0));
}

/* A column's name in capitals; as it is when it has some already, because it
 * is the name of a measured quantity then. */
static void
add_capitals(struct buf *out, const char *name)
{
    bool plain = name[strcspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ")] == '\0';

    for (; *name; name++)
        buf_char(out, plain && *name >= 'a' && *name <= 'z'
                          ? (char) (*name - 'a' + 'A') /* ASCII */
                          : *name);
}

static void
put_header(struct table *t)
{
    bool plain = !t->cmd->terminal;

    if (plain && cmd_flag(t->cmd, "no-header"))
        return;
    for (size_t i = 0; i < t->count; i++) {
        char *name = cmd_safe(t->cmd, t->columns[i].name);

        buf_clear(&t->scratch);
        add_capitals(&t->scratch, name);
        if (plain)
            buf_printf(&t->line, "%s%s", i ? "\t" : "", name);
        else
            put_aligned(t, i, buf_text(&t->scratch), NULL,
                        t->cmd->colour ? "1" : "");
        free(name);
    }
    put_line(t);
}

/* What a state looks like; its word says the same without colours. */
static const char *
style_of(const struct table *t, size_t column, const struct cell *cell)
{
    if (!t->cmd->colour || t->columns[column].type != TABLE_STATE
        || cell->none)
        return "";
    if (is_alert(cell))
        return "1;31";
    return strcmp(cell->text, "stale") == 0 ? "33" : "";
}

static void
put_row(struct table *t, const struct cell *cells)
{
    for (size_t i = 0; i < t->count; i++) {
        const struct cell *cell = &cells[i];
        enum table_type type = t->columns[i].type;

        if (!t->cmd->terminal) {
            if (i > 0)
                buf_char(&t->line, '\t');
            add_plain(&t->line, type, cell);
            continue;
        }
        buf_clear(&t->scratch);
        add_pretty(&t->scratch, type, cell, t->layout[i].decimals);
        put_aligned(t, i, buf_text(&t->scratch), cell->sign,
                    style_of(t, i, cell));
    }
    put_line(t);
}

static void
forget(struct table *t)
{
    for (size_t i = 0; i < t->used; i++) {
        free(t->cells[i].text);
        free(t->cells[i].sign);
        t->cells[i] = (struct cell){0};
    }
    t->used = 0;
}

/* Prints the rows that are kept, below the header. */
static void
put_kept(struct table *t)
{
    if (!t->begun) {
        if (t->cmd->terminal)
            find_layout(t);
        put_header(t);
        t->begun = true;
    }
    for (size_t i = 0; i < t->used; i += t->count)
        put_row(t, t->cells + i);
    forget(t);
    t->limit = 1;
}

/* ---- cells ---- */

/*
 * The next cell. A full table is printed only here and not when its last
 * cell comes, because a sign may follow that.
 */
static struct cell *
next(struct table *t)
{
    if (t->used == t->count * t->limit)
        put_kept(t);
    return &t->cells[t->used++];
}

static enum table_type
next_type(const struct table *t)
{
    return t->columns[t->used % t->count].type;
}

void
table_text(struct table *t, const char *s)
{
    enum table_type type = next_type(t);

    assert(type == TABLE_TEXT || type == TABLE_STATE);
    next(t)->text = cmd_safe(t->cmd, s);
}

void
table_number(struct table *t, double v)
{
    assert(next_type(t) == TABLE_NUMBER);
    if (isfinite(v))
        next(t)->number = v;
    else
        next(t)->none = true;
}

void
table_int(struct table *t, int64_t v)
{
    assert(next_type(t) == TABLE_INT || next_type(t) == TABLE_ID);
    next(t)->integer = v;
}

void
table_time(struct table *t, int64_t us)
{
    assert(next_type(t) == TABLE_TIME);
    next(t)->integer = us;
}

void
table_none(struct table *t)
{
    next(t)->none = true;
}

void
table_sign(struct table *t, const char *sign)
{
    struct cell *last = &t->cells[t->used - 1];

    assert(t->used > 0 && !last->sign);
    if (t->cmd->terminal)
        last->sign = cmd_safe(t->cmd, sign);
}

enum err
table_flush(struct table *t)
{
    assert(t->used % t->count == 0);
    if (t->used > 0)
        put_kept(t);
    return cmd_flush();
}

enum err
table_end(struct table *t)
{
    enum err e;

    assert(t->used % t->count == 0);
    /* An empty table is a header for a program, nothing for a person. */
    if (t->used > 0 || (!t->begun && !t->cmd->terminal))
        put_kept(t);
    forget(t);
    e = cmd_flush();
    buf_free(&t->line);
    buf_free(&t->scratch);
    free(t->layout);
    free(t->cells);
    free(t);
    return e;
}
