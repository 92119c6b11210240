/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A model of a kind without columns: its versions with their metrics, its
 * weights as names and values, and, on top, the answer to what was tested
 * last. Nothing is recorded here.
 */
#include "tui/screen.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/figure.h"
#include "base/json.h"
#include "base/leaves.h"
#include "base/number.h"
#include "base/random.h"
#include "core/answer.h"
#include "core/service.h"
#include "core/view.h"
#include "kinds/kind.h"
#include "tui/grid.h"

enum { VERSIONS = 50 /* the newest */ };

struct own {
    int64_t model; /* id */
    struct view view;
    struct leaves answer, weights;
    struct leaf *versions; /* names and texts, owned */
    size_t version_count;
    const struct leaf **rows; /* those that fit the filter */
    size_t answers;           /* of them, on top */
    struct grid grid;
};

/* clang-format off */
static const struct grid_column columns[] = {
    {"NAME",  GRID_TAIL, 12, 48,  0},
    {"VALUE", GRID_REST, 8,  300, 0},
    {.name = NULL},
};
/* clang-format on */

/* ---- reading ---- */

static void
free_versions(struct own *own)
{
    for (size_t i = 0; i < own->version_count; i++) {
        free(own->versions[i].name);
        free(own->versions[i].text);
    }
    free(own->versions);
    own->versions = NULL;
    own->version_count = 0;
}

/* "fit 2026-11-20 14:03 by ana, accuracy 0.64" */
static void
describe(const struct own *own, const struct version *v, struct leaf *out)
{
    struct buf name = {0}, text = {0};
    struct json *metrics = NULL;
    struct json_walk it = {0};
    char when[CLOCK_TEXT], figure[FIGURE_MAX];

    clock_local(when, v->created_at);
    when[sizeof "2026-11-20 14:03" - 1] = '\0';
    buf_printf(&name, "version %" PRId64, v->number);
    buf_printf(&text, "%s%s %s by %s",
               v->number == own->view.model.version ? "active, " : "",
               v->origin, when, v->by);
    if (v->metrics
        && json_parse(v->metrics, strlen(v->metrics), &metrics) == ERR_OK)
        while (json_next(metrics, &it))
            if (json_type(it.value) == JSON_NUMBER)
                buf_printf(&text, ", %s %s", it.key,
                           figure_round(figure, json_number(it.value), NAN));
    json_free(metrics);
    *out = (struct leaf){.name = buf_steal(&name), .text = buf_steal(&text)};
}

static enum err
read_versions(struct screen *s)
{
    struct own *own = s->own;
    const struct model *m = &own->view.model;
    struct version_list list = {0};
    enum err e = version_list(
        s->app->service, m,
        m->versions > VERSIONS ? m->versions - VERSIONS : 0, VERSIONS, &list);

    if (e != ERR_OK)
        return e;
    free_versions(own);
    own->versions = xcalloc(list.count + 1, sizeof *own->versions);
    for (size_t i = list.count; i > 0; i--) /* the newest on top */
        describe(own, &list.items[i - 1],
                 &own->versions[own->version_count++]);
    version_list_free(&list);
    return ERR_OK;
}

static enum err
read_weights(struct own *own)
{
    struct buf text = {0};
    struct json_out out = {.buf = &text};
    struct json *json = NULL;
    enum err e;

    answer_weights(&out, own->view.model.kind, own->view.compiled->model,
                   own->view.states);
    e = json_parse(text.data, text.len, &json);
    leaves_free(&own->weights);
    if (e == ERR_OK)
        leaves_add(&own->weights, json);
    json_free(json);
    buf_free(&text);
    return e;
}

static size_t
choose(const struct screen *s, const struct leaf *items, size_t count,
       size_t at)
{
    struct own *own = s->own;

    for (size_t i = 0; i < count; i++) {
        const char *texts[] = {items[i].name, items[i].text};

        if (screen_fits(s, texts, 2, NULL))
            own->rows[at++] = &items[i];
    }
    return at;
}

/* The rows in their order. */
static enum err
again(struct screen *s)
{
    struct own *own = s->own;
    size_t count = own->answer.count + own->version_count + own->weights.count;

    own->rows = xreallocarray(own->rows, count + 1, sizeof *own->rows);
    own->answers = choose(s, own->answer.items, own->answer.count, 0);
    count = choose(s, own->versions, own->version_count, own->answers);
    s->list.count = choose(s, own->weights.items, own->weights.count, count);
    return ERR_OK;
}

static enum err
load(struct screen *s)
{
    struct own *own = s->own;
    struct view view = {.now = 0};
    struct model m = {0};
    enum err e = model_by_id(s->app->service, own->model, &m);

    if (e == ERR_OK && !m.version) {
        e = err_set(ERR_NOT_FOUND, "%s is removed; vigia redo brings it back",
                    m.name);
        model_free(&m);
    }
    if (e == ERR_OK)
        e = view_load(s->app->service, &m, 0, &view);
    if (e != ERR_OK)
        return e;
    view_free(&own->view);
    own->view = view;
    e = read_versions(s);
    if (e == ERR_OK)
        e = read_weights(own);
    (void) again(s); /* of what there is now */
    return e;
}

/* ---- testing ---- */

/* name=value name=value as an object; a value that reads as a number is one,
 * and quotes keep blanks together. */
static enum err
pairs_json(const char *text, struct buf *json)
{
    struct json_out out = {.buf = json};

    json_open(&out, '{');
    while (*(text += strspn(text, " "))) {
        size_t name = strcspn(text, "= "), len;
        const char *value = text + name + 1;
        bool quoted;
        char *key, *word;
        double v;

        if (text[name] != '=' || name == 0)
            return err_set(ERR_DATA,
                           "\"%.*s\" is no name=value, nor is it JSON",
                           (int) (name < 40 ? name : 40), text);
        quoted = *value == '"';
        value += quoted;
        len = strcspn(value, quoted ? "\"" : " ");
        key = xstrndup(text, name);
        word = xstrndup(value, len);
        json_key(&out, key);
        if (!quoted && number_read(word, len, NUMBER_LOOSE, &v) == ERR_OK)
            json_put_number(&out, v);
        else
            json_put_text(&out, word);
        free(key);
        free(word);
        text = value + len + (quoted && value[len]);
    }
    json_close(&out, '}');
    err_clear();
    return ERR_OK;
}

static void
take_answer(struct own *own, const struct verdicts *verdicts)
{
    leaves_free(&own->answer);
    for (size_t i = 0; i < verdicts->count; i++) {
        const struct buf *detail = &verdicts->items[i].detail;
        struct json *json = NULL;

        if (json_parse(buf_text(detail), detail->len, &json) == ERR_OK)
            leaves_add(&own->answer, json); /* the kind wrote it */
        json_free(json);
    }
}

static enum err
judge(struct own *own, const char *text)
{
    const struct compiled *c = own->view.compiled;
    struct buf pairs = {0};
    struct json *request = NULL;
    struct verdicts verdicts = {0};
    struct ask ask = {.mode = NULL};
    const char *first = text + strspn(text, " ");
    enum err e = ERR_OK;

    if (*first == '{' || *first == '[')
        buf_str(&pairs, first);
    else
        e = pairs_json(text, &pairs);
    if (e == ERR_OK)
        e = json_parse(buf_text(&pairs), pairs.len, &request);
    if (e == ERR_OK)
        e = random_seed(&ask.seed);
    if (e == ERR_OK) {
        err_clear();
        e = c->kind->test(c->model, request, &ask, &verdicts);
    }
    if (e == ERR_OK)
        take_answer(own, &verdicts);
    verdicts_free(&verdicts);
    json_free(request);
    buf_free(&pairs);
    return e;
}

static enum err
entered(struct screen *s, const char *text)
{
    struct own *own = s->own;
    enum err e;

    if (!text || !*text)
        return ERR_OK;
    e = judge(own, text);
    app_ask(s->app, "test:", e == ERR_OK ? "" : text, NULL, entered);
    s->list.cursor = s->list.top = 0;
    return e == ERR_OK ? again(s) : e;
}

/* ---- the screen ---- */

static void
head(struct screen *s, struct buf *out)
{
    const struct own *own = s->own;
    const struct model *m = &own->view.model;

    app_safe(s->app, out, m->name);
    buf_printf(out, "  %s, version %" PRId64 " of %" PRId64, m->kind->name,
               m->version, m->versions);
    if (*m->title) {
        buf_str(out, "  \"");
        app_safe(s->app, out, m->title);
        buf_char(out, '"');
    }
}

static void
note(struct screen *s, struct buf *out)
{
    (void) s;
    buf_str(out, "t tests: name=value name=value, or JSON");
}

static void
paint(struct screen *s, struct canvas *c, struct area area)
{
    struct own *own = s->own;
    struct list *l = &s->list;
    size_t rows;

    rows = list_fit(l, area.height);
    grid_rows(&own->grid, rows);
    for (size_t i = 0; i < rows; i++) {
        const struct leaf *leaf = own->rows[l->top + i];
        struct grid_cell *cells = grid_row(&own->grid, i);
        char figure[FIGURE_MAX];

        app_safe(s->app, &cells[0].text, leaf->name);
        app_safe(s->app, &cells[1].text,
                 leaf->number ? figure_round(figure, leaf->value, NAN)
                              : leaf->text);
        cells[0].paint = cells[1].paint =
            l->top + i < own->answers ? PAINT_BOLD : PAINT_PLAIN;
    }
    screen_paint_list(s, &own->grid, false, "no row is like that", c, area);
}

static enum err
act(struct screen *s, const struct key *key)
{
    const struct own *own = s->own;

    if (key->action == DO_TEST)
        app_ask(s->app, "test:", "", NULL, entered);
    return key->action == DO_HISTORY
               ? screen_history(s->app, own->model, false)
               : ERR_OK;
}

static void
close_model(struct screen *s)
{
    struct own *own = s->own;

    view_free(&own->view);
    leaves_free(&own->answer);
    leaves_free(&own->weights);
    free_versions(own);
    free(own->rows);
    grid_free(&own->grid);
    free(own);
}

enum err
screen_model(struct app *app, int64_t model)
{
    static const struct screen_ops ops = {
        .id = SCREEN_MODEL,
        .load = load,
        .again = again,
        .head = head,
        .note = note,
        .paint = paint,
        .act = act,
        .close = close_model,
    };
    struct own *own = xcalloc(1, sizeof *own);

    own->model = model;
    grid_begin(&own->grid, columns, app->ascii);
    return screen_push(app, &ops, own);
}
