/* SPDX-License-Identifier: Apache-2.0 */
/* A model is read once for all its columns on a page. */
#include "tui/row.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/text.h"
#include "core/history.h"
#include "core/model.h"
#include "core/version.h"
#include "kinds/kind.h"
#include "tui/canvas.h"
#include "tui/order.h"
#include "tui/spark.h"

static void
row_free(struct row *row)
{
    free(row->name);
    free(row->title);
    free(row->column);
    free(row->unit);
    *row = (struct row){0};
}

void
rows_free(struct rows *rows)
{
    for (size_t i = 0; i < rows->count; i++)
        row_free(&rows->items[i]);
    free(rows->items);
    *rows = (struct rows){0};
}

enum { FIGURE_WIDTH = 10 }; /* of a table; more digits help nobody there */

/* ---- reading ---- */

/* What is read of a model for its columns. */
struct source_model {
    struct model model;
    struct compiled *compiled;
    struct state_list states;
    struct history_page history; /* newest first */
};

static void
model_done(struct source_model *m)
{
    model_free(&m->model);
    compiled_put(m->compiled);
    state_list_free(&m->states);
    history_page_free(&m->history);
    *m = (struct source_model){0};
}

/* A model that was removed meanwhile has no version. */
static enum err
model_read(struct service *s, int64_t id, size_t readings,
           struct source_model *m)
{
    struct history_query query = {.model = id,
                                  .since = INT64_MIN,
                                  .until = INT64_MAX,
                                  .limit = readings};
    enum err e = model_by_id(s, id, &m->model);

    if (e != ERR_OK || !m->model.version)
        return e == ERR_NOT_FOUND ? ERR_OK : e;
    e = compiled_get(s, &m->model, 0, &m->compiled);
    if (e == ERR_OK)
        e = state_load(s, id, &m->states);
    if (e == ERR_OK && readings > 0)
        e = history_read(s, &query, &m->history);
    return e;
}

/* The last readings of one column, each judged as it was then. */
static enum err
read_spark(struct service *s, const struct source_model *m, struct row *row)
{
    enum err e = ERR_OK;

    for (size_t i = m->history.count; e == ERR_OK && i > 0; i--) {
        struct compiled *c = NULL;
        struct verdicts verdicts = {0};
        size_t at = row->count;

        e = history_verdicts(s, &m->history.items[i - 1], &c, &verdicts);
        if (e != ERR_OK)
            break;
        row->readings[at] = NAN;
        for (size_t v = 0; v < verdicts.count; v++)
            if (strcmp(verdicts.items[v].column, row->column) == 0) {
                row->readings[at] = verdicts.items[v].value;
                row->alerts[at] = verdicts.items[v].alert;
            }
        row->count++;
        verdicts_free(&verdicts);
        compiled_put(c);
    }
    return e;
}

static enum err
read_row(struct service *s, const struct source_model *m, int64_t now,
         struct row *row)
{
    size_t ord = order_ord(row->id);
    const struct state_row *state;
    struct kind_column column;

    if (ord >= m->states.count
        || ord >= m->compiled->kind->columns(m->compiled->model))
        return ERR_OK; /* a version with fewer columns became active */
    state = &m->states.items[ord];
    m->compiled->kind->column(m->compiled->model, ord, &column);
    row->name = xstrdup(m->model.name);
    row->title = xstrdup(m->model.title);
    row->column = xstrdup(state->column);
    row->unit = xstrdup(column.unit);
    row->state = state_of(s, state, m->model.stale_after, now);
    row->tested = state->tested;
    row->at = state->at;
    row->value = state->value;
    row->score = state->tested ? state->score : NAN;
    row->threshold = column.threshold;
    row->version = m->model.version;
    return read_spark(s, m, row);
}

/* Takes the row of that id out of those that are there. */
static bool
keep(struct rows *rows, uint64_t id, struct row *out)
{
    for (size_t i = 0; i < rows->count; i++)
        if (rows->items[i].id == id && rows->items[i].name) {
            *out = rows->items[i];
            rows->items[i] = (struct row){0};
            return true;
        }
    return false;
}

enum err
rows_load(struct service *s, const uint64_t *ids, size_t count,
          size_t readings, bool fresh, int64_t now, struct rows *rows)
{
    struct rows found = {.items = xcalloc(count + 1, sizeof *found.items)};
    struct source_model m = {0};
    int64_t read = 0;
    enum err e = ERR_OK;

    if (readings > ROW_READINGS)
        readings = ROW_READINGS;
    for (size_t i = 0; e == ERR_OK && i < count; i++) {
        struct row *row = &found.items[found.count++];
        int64_t model = order_model(ids[i]);

        row->id = ids[i];
        if (!fresh && keep(rows, ids[i], row))
            continue;
        if (model != read) {
            model_done(&m);
            e = model_read(s, model, readings, &m);
            read = model;
        }
        if (e == ERR_OK && m.compiled)
            e = read_row(s, &m, now, row);
    }
    model_done(&m);
    if (e != ERR_OK) {
        rows_free(&found);
        return e;
    }
    rows_free(rows);
    *rows = found;
    return ERR_OK;
}

/* ---- writing ---- */

/* clang-format off */
const struct grid_column row_columns[ROW_COLUMNS + 1] = {
    [ROW_STATE]     = {"STATE",     GRID_WORD,  10, 10,  0},
    [ROW_NAME]      = {"SENSOR",    GRID_NAME,  28, 32,  0},
    [ROW_TITLE]     = {"TITLE",     GRID_TEXT,  12, 32,  8},
    [ROW_COLUMN]    = {"COLUMN",    GRID_TAIL,  14, 32,  1},
    [ROW_LAST]      = {"LAST",      GRID_POINT, 5,  14,  0},
    [ROW_UNIT]      = {"UNIT",      GRID_TEXT,  4,  10,  5},
    [ROW_WHEN]      = {"AGE",       GRID_RIGHT, 4,  5,   3},
    [ROW_SCORE]     = {"SCORE",     GRID_POINT, 6,  10,  4},
    [ROW_THRESHOLD] = {"THRESHOLD", GRID_POINT, 9,  14,  6},
    [ROW_VERSION]   = {"VER",       GRID_RIGHT, 3,  7,   9},
    [ROW_SPARK]     = {"READINGS",  GRID_REST,  8,  ROW_READINGS, 7},
    [ROW_COLUMNS]   = {.name = NULL},
};

static const struct {
    const char *word, *sign, *ascii;
    enum paint paint;
} words[STATES] = {
    [STATE_ALERT]    = {"ALERT",    "▲", "!", PAINT_ALERT},
    [STATE_STALE]    = {"stale",    "◌", "?", PAINT_WARN},
    [STATE_FLAT]     = {"flat",     "▬", "=", PAINT_WARN},
    [STATE_LEARNING] = {"learning", "◔", "~", PAINT_NOTE},
    [STATE_UNTESTED] = {"untested", "·", ".", PAINT_NOTE},
    [STATE_OK]       = {"ok",       " ", " ", PAINT_GOOD},
};
/* clang-format on */

void
row_state(struct buf *out, enum state state, bool ascii)
{
    buf_printf(out, "%s %s", ascii ? words[state].ascii : words[state].sign,
               words[state].word);
}

unsigned
row_paint(enum state state)
{
    return words[state].paint;
}

static void
put_safe(struct grid_cell *cell, const char *text, bool ascii)
{
    text_safe(&cell->text, text, strlen(text), ascii);
}

const char *
row_figure(char out[FIGURE_MAX], double v, double other)
{
    if (strlen(figure_round(out, v, other)) > FIGURE_WIDTH)
        (void) figure_round(out, v, NAN);
    return out;
}

void
row_cells(const struct row *row, int64_t now, bool ascii,
          struct grid_cell *cells)
{
    char number[FIGURE_MAX], age[CLOCK_TEXT];
    const char *none = ascii ? "-" : "—";

    if (!row->name) {
        buf_str(&cells[ROW_STATE].text, "removed");
        cells[ROW_STATE].paint = PAINT_DIM;
        return;
    }
    row_state(&cells[ROW_STATE].text, row->state, ascii);
    cells[ROW_STATE].paint = row_paint(row->state);
    put_safe(&cells[ROW_NAME], row->name, ascii);
    cells[ROW_NAME].paint = PAINT_BOLD;
    put_safe(&cells[ROW_TITLE], row->title, ascii);
    put_safe(&cells[ROW_COLUMN], row->column, ascii);
    text_unit(&cells[ROW_UNIT].text, row->unit, ascii);
    buf_str(&cells[ROW_LAST].text,
            row->tested ? row_figure(number, row->value, row->threshold)
                        : none);
    clock_age(age, now - row->at);
    buf_str(&cells[ROW_WHEN].text, row->tested ? age : none);
    if (isnan(row->score))
        buf_str(&cells[ROW_SCORE].text, none);
    else
        buf_printf(&cells[ROW_SCORE].text, "%s%s", row->score > 0 ? "+" : "",
                   figure_fixed(number, row->score, 2));
    buf_str(&cells[ROW_THRESHOLD].text,
            row_figure(number, row->threshold, row->value));
    buf_printf(&cells[ROW_VERSION].text, "%lld", (long long) row->version);
}

void
row_spark(const struct row *row, size_t width, bool ascii, bool colour,
          struct grid_cell *cell)
{
    size_t skip = row->count > width ? row->count - width : 0;
    size_t count = row->count - skip;

    spark(&cell->text, row->readings + skip,
          colour ? NULL : row->alerts + skip, count, width,
          ascii ? CHARSET_ASCII : CHARSET_BLOCKS);
    for (size_t i = 0; colour && i < count; i++)
        if (row->alerts[skip + i]) /* width: at most ROW_READINGS */
            cell->alerts |= UINT64_C(1) << (width - count + i);
}
