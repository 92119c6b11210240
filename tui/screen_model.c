/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A model of a kind without columns: the answer to what was tested last, its
 * metrics, its versions with theirs, and its weights, as names and values of
 * as many rows as they need. Nothing is recorded here.
 */
#include "tui/screen.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/figure.h"
#include "base/json.h"
#include "base/leaves.h"
#include "base/random.h"
#include "base/text.h"
#include "core/answer.h"
#include "core/facts.h"
#include "core/service.h"
#include "core/view.h"
#include "kinds/kind.h"
#include "tui/grid.h"
#include "tui/request.h"

enum {
    VERSIONS = 50,   /* the newest */
    NAME_WIDTH = 48, /* at most */
    USUAL_WIDTH = 80 /* before the first picture */
};

/* A row: a line of a fact whose text is too long for one. */
struct line {
    const struct leaf *fact; /* of the answer or of the facts */
    char *text;              /* safe; owned */
    bool first;              /* and has the name */
};

struct own {
    int64_t model; /* id */
    struct view view;
    struct leaves answer, facts;
    struct line *lines; /* of what fits the filter */
    size_t cap;
    size_t answers; /* of them, on top */
    size_t width;   /* of the canvas they were broken for */
    struct grid grid;
    struct grid_column columns[3]; /* of the grid */
};

/* ---- reading ---- */

static enum err
read_versions(struct service *service, const struct model *m,
              struct leaves *facts)
{
    struct version_list list = {0};
    enum err e = version_list(
        service, m, m->versions > VERSIONS ? m->versions - VERSIONS : 0,
        VERSIONS, &list);

    if (e != ERR_OK)
        return e;
    for (size_t i = list.count; i > 0; i--) { /* the newest on top */
        const struct version *v = &list.items[i - 1];

        facts_version(facts, m->kind, v, v->number == m->version);
    }
    version_list_free(&list);
    return ERR_OK;
}

static enum err
read_weights(const struct view *view, struct leaves *facts)
{
    struct buf text = {0};
    struct json_out out = {.buf = &text};
    struct json *json = NULL;
    enum err e;

    answer_weights(&out, view->model.kind, view->compiled->model,
                   view->states);
    e = json_parse(text.data, text.len, &json);
    if (e == ERR_OK)
        facts_weights(facts, json);
    json_free(json);
    buf_free(&text);
    return e;
}

/* ---- rows ---- */

static void
free_lines(struct screen *s)
{
    struct own *own = s->own;

    for (size_t i = 0; i < s->list.count; i++)
        free(own->lines[i].text);
    s->list.count = 0;
}

static void
add_line(struct screen *s, const struct leaf *fact, const char *text,
         size_t len, bool first)
{
    struct own *own = s->own;
    size_t *count = &s->list.count;

    if (*count == own->cap) {
        own->cap = own->cap ? 2 * own->cap : 64;
        own->lines = xreallocarray(own->lines, own->cap, sizeof *own->lines);
    }
    own->lines[(*count)++] = (struct line){fact, xstrndup(text, len), first};
}

static bool
is_shown(const struct screen *s, const struct leaf *fact)
{
    const char *texts[] = {fact->name, fact->text};

    return screen_fits(s, texts, 2, NULL);
}

/* Adds the lines of those that are shown, room columns wide. */
static void
break_facts(struct screen *s, const struct leaves *facts, size_t room)
{
    for (size_t i = 0; i < facts->count; i++) {
        const struct leaf *fact = &facts->items[i];
        char figure[FIGURE_MAX];
        struct buf safe = {0};
        const char *at;
        size_t len;

        if (!is_shown(s, fact))
            continue;
        app_safe(s->app, &safe,
                 fact->number ? figure_round(figure, fact->value, NAN)
                              : fact->text);
        at = buf_text(&safe);
        do {
            len = text_line(at, room);
            add_line(s, fact, at, len, at == buf_text(&safe));
            at += len + (at[len] == ' ');
        } while (*at);
        buf_free(&safe);
    }
}

/* The widest name of what is shown, in columns. */
static size_t
widest(const struct screen *s, const struct leaves *facts, size_t width)
{
    for (size_t i = 0; i < facts->count; i++) {
        struct buf safe = {0};
        size_t own = 0;

        app_safe(s->app, &safe, facts->items[i].name);
        if (is_shown(s, &facts->items[i]))
            own = text_width(buf_text(&safe));
        width = own > width ? own : width;
        buf_free(&safe);
    }
    return width;
}

/* The rows in their order, for the canvas as it is. */
static void
arrange(struct screen *s)
{
    struct own *own = s->own;
    size_t width, name, most;

    own->width = s->app->canvas.width;
    width = own->width ? own->width : USUAL_WIDTH;
    name = widest(s, &own->facts, widest(s, &own->answer, strlen("NAME")));
    most = 2 * width / 5 < NAME_WIDTH ? 2 * width / 5 : NAME_WIDTH;
    name = name < most ? name : most;
    own->columns[0] = (struct grid_column){"NAME", GRID_TAIL, name, name, 0};
    own->columns[1] =
        (struct grid_column){"VALUE", GRID_REST, 1, CANVAS_WIDTH_MAX, 0};
    grid_free(&own->grid);
    grid_begin(&own->grid, own->columns, s->app->ascii);
    free_lines(s);
    break_facts(s, &own->answer, width - name - 1);
    own->answers = s->list.count;
    break_facts(s, &own->facts, width - name - 1);
}

static enum err
again(struct screen *s)
{
    arrange(s);
    return ERR_OK;
}

static enum err
fetch(struct screen *s, size_t height)
{
    const struct own *own = s->own;

    (void) height;
    if (own->width != s->app->canvas.width)
        arrange(s);
    return ERR_OK;
}

static enum err
load(struct screen *s)
{
    struct own *own = s->own;
    struct view view = {.now = 0};
    struct leaves facts = {0};
    struct model m = {0};
    enum err e = model_by_id(s->app->service, own->model, &m);

    if (e == ERR_OK && !m.version) {
        e = err_set(ERR_NOT_FOUND, "%s is removed; vigia %s brings it back",
                    m.name, model_brought_back(&m));
        model_free(&m);
    }
    if (e == ERR_OK)
        e = view_load(s->app->service, &m, 0, &view);
    if (e != ERR_OK)
        return e;
    facts_metrics(&facts, view.model.kind, &view.version);
    e = read_versions(s->app->service, &view.model, &facts);
    if (e == ERR_OK)
        e = read_weights(&view, &facts);
    if (e != ERR_OK) {
        leaves_free(&facts);
        view_free(&view);
        return e;
    }
    view_free(&own->view);
    leaves_free(&own->facts);
    own->view = view;
    own->facts = facts;
    arrange(s);
    return ERR_OK;
}

/* ---- testing ---- */

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
    struct buf typed = {0};
    struct json *request = NULL;
    struct verdicts verdicts = {0};
    struct ask ask = {.mode = NULL};
    enum err e = request_read(text, &typed);

    if (e == ERR_OK)
        e = json_parse(buf_text(&typed), typed.len, &request);
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
    buf_free(&typed);
    return e;
}

static enum err
entered(struct screen *s, const char *text)
{
    struct own *own = s->own;
    enum err e;

    if (!text || !*text)
        return ERR_OK;
    leaves_free(&own->answer); /* it was to another request */
    e = judge(own, text);
    app_ask(s->app, "test:", e == ERR_OK ? "" : text, NULL, entered);
    s->list.cursor = s->list.top = 0;
    (void) again(s);
    return e;
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
        const struct line *line = &own->lines[l->top + i];
        struct grid_cell *cells = grid_row(&own->grid, i);

        if (line->first)
            app_safe(s->app, &cells[0].text, line->fact->name);
        buf_str(&cells[1].text, line->text);
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
    leaves_free(&own->facts);
    free_lines(s);
    free(own->lines);
    grid_free(&own->grid);
    free(own);
}

enum err
screen_model(struct app *app, int64_t model)
{
    static const struct screen_ops ops = {
        .id = SCREEN_MODEL,
        .load = load,
        .fetch = fetch,
        .again = again,
        .head = head,
        .note = note,
        .paint = paint,
        .act = act,
        .close = close_model,
    };
    struct own *own = xcalloc(1, sizeof *own);

    own->model = model;
    return screen_push(app, &ops, own);
}
