/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Values that are typed, each with its verdict and the sentence why. Nothing
 * is recorded but by the key for it.
 */
#include "tui/screen.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/figure.h"
#include "base/number.h"
#include "core/answer.h"
#include "core/history.h"
#include "core/service.h"
#include "core/version.h"
#include "tui/grid.h"
#include "tui/sensor.h"

enum { VALUES_MAX = 1000, CHART_MIN = 6 };

struct own {
    struct sensor sensor;
    struct compiled *judged; /* the version that judged: */
    struct verdicts verdicts;
    bool recorded;
    struct grid grid;
};

/* clang-format off */
static const struct grid_column columns[] = {
    {"VALUE",   GRID_POINT, 5, 20, 0},
    {"VERDICT", GRID_WORD,  7, 8,  0},
    {"SCORE",   GRID_POINT, 6, 10, 1},
    {"WHY",     GRID_REST,  8, 300, 2},
    {.name = NULL},
};
/* clang-format on */

static enum err
load(struct screen *s)
{
    struct own *own = s->own;

    return sensor_load(s->app, &own->sensor);
}

/* ---- judging ---- */

/* The next value of a text in which blanks, or commas with blanks, stand
 * between them; *end is false behind the last. */
static enum err
next_value(const char **at, bool *end, double *out)
{
    const char *word = *at + strspn(*at, " ");
    size_t len = strcspn(word, " ");

    *at = word + len;
    *end = len == 0;
    if (len > 1 && (word[len - 1] == ',' || word[len - 1] == ';'))
        len--;
    return *end ? ERR_OK : number_read(word, len, NUMBER_LOOSE, out);
}

static enum err
judge(struct own *own, const char *text)
{
    const struct compiled *c = own->judged;
    size_t count = c->kind->columns(c->model), ord = 0;
    double *values = xmalloc(count * sizeof *values);
    bool end = false;
    enum err e = kind_column_find(c->kind, c->model, own->sensor.name, &ord);

    for (size_t i = 0; i < count; i++)
        values[i] = NAN;
    while (e == ERR_OK && !end) {
        e = next_value(&text, &end, &values[ord]);
        if (e == ERR_OK && !end && own->verdicts.count == VALUES_MAX)
            e = err_set(ERR_DATA, "more than %d values at once", VALUES_MAX);
        if (e == ERR_OK && !end)
            c->kind->judge(c->model, values, count, &own->verdicts);
    }
    free(values);
    return e;
}

static enum err entered(struct screen *s, const char *text);

static void
ask(struct screen *s, const char *text)
{
    app_ask(s->app, "test:", text, NULL, entered);
}

static enum err
entered(struct screen *s, const char *text)
{
    struct own *own = s->own;
    enum err e;

    if (!text || !*text) /* keys now; once more to leave */
        return ERR_OK;
    verdicts_clear(&own->verdicts);
    compiled_put(own->judged);
    own->judged = NULL;
    own->recorded = false;
    s->list.cursor = s->list.top = 0;
    e = compiled_get(s->app->service, &own->sensor.view.model, 0,
                     &own->judged);
    if (e == ERR_OK)
        e = judge(own, text);
    if (e != ERR_OK)
        verdicts_clear(&own->verdicts);
    s->list.count = own->verdicts.count;
    ask(s, e == ERR_OK ? "" : text);
    return e;
}

static enum err
record(struct screen *s)
{
    struct own *own = s->own;
    size_t count = own->verdicts.count;
    enum err e;

    if (count == 0 || own->recorded)
        return err_set(ERR_CONFLICT, "%s",
                       count == 0 ? "there is nothing to record yet"
                                  : "these are recorded already");
    e = history_record_values(s->app->service, &own->sensor.view.model,
                              own->judged, &own->verdicts);
    own->recorded = e == ERR_OK;
    s->app->due = true;
    if (e == ERR_OK)
        app_say(s->app, "%zu reading%s recorded", count,
                count == 1 ? " is" : "s are");
    return e;
}

/* ---- the screen ---- */

static void
head(struct screen *s, struct buf *out)
{
    struct own *own = s->own;

    app_safe(s->app, out, own->sensor.view.model.name);
}

static void
note(struct screen *s, struct buf *out)
{
    struct own *own = s->own;

    if (own->verdicts.count > 0 && !own->recorded)
        buf_str(out, "not recorded; r records");
}

static void
fill(struct screen *s, size_t rows)
{
    struct own *own = s->own;
    struct list *l = &s->list;

    l->height = rows;
    list_settle(l);
    grid_rows(&own->grid, l->count - l->top < rows ? l->count - l->top : rows);
    for (size_t i = 0; i < own->grid.rows; i++) {
        const struct verdict *v = &own->verdicts.items[l->top + i];
        struct grid_cell *cells = grid_row(&own->grid, i);
        struct buf reason = {0};
        char figure[FIGURE_MAX];

        buf_str(&cells[0].text, figure_round(figure, v->value, v->threshold));
        buf_str(&cells[1].text, v->alert ? "ALERT" : "ok");
        cells[1].paint = v->alert ? PAINT_ALERT : PAINT_GOOD;
        if (!isnan(v->score))
            buf_printf(&cells[2].text, "%s%s", v->score > 0 ? "+" : "",
                       figure_fixed(figure, v->score, 2));
        answer_reason(&reason, own->judged, v);
        app_unit(s->app, &cells[3].text, buf_text(&reason));
        buf_free(&reason);
    }
}

/* The chart gives way to the verdicts; of the one under the cursor the whole
 * sentence stands below. */
static void
paint(struct screen *s, struct canvas *c, struct area area)
{
    struct own *own = s->own;
    struct buf unit = {0};
    struct chart chart = sensor_chart(s->app, &own->sensor, &unit);
    size_t table = own->verdicts.count + 1, left = area.height - 1, y;

    sensor_title(s->app, &own->sensor, c, area.y);
    if (table > left / 2)
        table = left / 2;
    if (left > table + 2 + CHART_MIN) {
        chart.y = area.y + 1;
        chart.height = left - table - 2;
        chart.width = c->width;
        chart_paint(c, &chart);
        left -= chart.height;
    }
    y = area.y + area.height - left;
    fill(s, table > 1 ? table - 1 : 1);
    screen_paint_list(s, &own->grid, false,
                      "type one value or several; Esc for the keys", c,
                      (struct area){.y = y, .height = table});
    if (own->verdicts.count > 0 && left > table) {
        struct grid_cell *cells =
            grid_row(&own->grid, s->list.cursor - s->list.top);

        (void) canvas_lines(c, y + table, left - table,
                            buf_text(&cells[3].text), PAINT_PLAIN);
    }
    buf_free(&unit);
}

static enum err
act(struct screen *s, const struct key *key)
{
    if (key->action == DO_TEST)
        ask(s, "");
    return key->action == DO_RECORD ? record(s) : ERR_OK;
}

static void
close_test(struct screen *s)
{
    struct own *own = s->own;

    sensor_free(&own->sensor);
    compiled_put(own->judged);
    verdicts_free(&own->verdicts);
    grid_free(&own->grid);
    free(own);
}

enum err
screen_test(struct app *app, int64_t model, size_t ord)
{
    static const struct screen_ops ops = {
        .id = SCREEN_TEST,
        .load = load,
        .head = head,
        .note = note,
        .paint = paint,
        .act = act,
        .close = close_test,
    };
    struct own *own = xcalloc(1, sizeof *own);
    enum err e;

    own->sensor = (struct sensor){.model = model, .ord = ord};
    grid_begin(&own->grid, columns, app->ascii);
    e = screen_push(app, &ops, own);
    if (e == ERR_OK)
        ask(app->top, "");
    return e;
}
