/* SPDX-License-Identifier: Apache-2.0 */
/* The stack of screens, what they say and ask, and which of them gets a
 * key. */
#include "tui/screen.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "core/service.h"

enum {
    MESSAGE_MAX = 1000,
    FASTEST = 125000, /* microseconds between two looks */
    SLOWEST = 64000000,
    ANYWAY = 30000000 /* after which it is loaded again: what is stale now? */
};

/* ---- the stack ---- */

static void
close_screen(struct screen *s)
{
    s->ops->close(s);
    free(s->filter);
    free(s);
}

enum err
screen_push(struct app *app, const struct screen_ops *ops, void *own)
{
    struct screen *s = xcalloc(1, sizeof *s);
    enum err e;

    *s = (struct screen){.ops = ops,
                         .app = app,
                         .below = app->top,
                         .filter = xstrdup(""),
                         .own = own};
    app->now = clock_now();
    e = ops->load(s);
    if (e != ERR_OK) {
        close_screen(s);
        return e;
    }
    app->top = s;
    app->working = ops->work != NULL;
    app->seen = app->service->epoch;
    app->loaded = app->looked = clock_elapsed();
    app->due = false;
    return ERR_OK;
}

void
screen_pop(struct app *app)
{
    struct screen *s = app->top;

    app->top = s->below;
    close_screen(s);
    app->quit = !app->top;
    app->due = true; /* what is below may be old */
}

void
app_close(struct app *app)
{
    while (app->top)
        screen_pop(app);
    canvas_free(&app->canvas);
    buf_free(&app->prompt.question);
    buf_free(&app->prompt.text);
    buf_free(&app->message);
}

/* ---- saying and asking ---- */

void
app_say(struct app *app, const char *format, ...)
{
    char text[MESSAGE_MAX];
    va_list args;

    va_start(args, format);
    (void) vsnprintf(text, sizeof text, format, args);
    va_end(args);
    buf_clear(&app->message);
    app_safe(app, &app->message, text);
    app->alarming = false;
}

void
app_complain(struct app *app)
{
    app_say(app, "%s", err_text());
    app->alarming = true;
}

void
app_safe(const struct app *app, struct buf *out, const char *s)
{
    text_safe(out, s, strlen(s), app->ascii);
}

void
app_ask(struct app *app, const char *label, const char *text,
        void (*changed)(struct screen *s, const char *text),
        enum err (*done)(struct screen *s, const char *text))
{
    struct prompt *p = &app->prompt;

    p->yes = false;
    p->label = label;
    buf_clear(&p->text);
    buf_str(&p->text, text);
    p->changed = changed;
    p->done = done;
}

void
app_ask_yes(struct app *app, const char *question,
            enum err (*done)(struct screen *s, const char *text))
{
    app_ask(app, "", "", NULL, done);
    app->prompt.yes = true;
    buf_clear(&app->prompt.question);
    app_safe(app, &app->prompt.question, question);
}

static void
report(struct app *app, enum err e)
{
    if (e != ERR_OK)
        app_complain(app);
}

static void
answer(struct app *app, const char *text)
{
    struct prompt *p = &app->prompt;

    p->label = NULL; /* the answer may ask again */
    report(app, p->done(app->top, text));
}

/* Adds a character, as UTF-8. */
static void
add_character(struct buf *text, unsigned c)
{
    static const unsigned char leads[] = {0, 0, 0xc0, 0xe0, 0xf0};
    size_t len = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    unsigned shift = 6 * (unsigned) (len - 1);

    buf_char(text, (char) (leads[len] | c >> shift));
    while (shift > 0) {
        shift -= 6;
        buf_char(text, (char) (0x80 | (c >> shift & 0x3f)));
    }
}

/* Takes the last character away. */
static void
rub_out(struct buf *text)
{
    while (text->len > 0 && (text->data[text->len - 1] & 0xc0) == 0x80)
        text->len--;
    text->len -= text->len > 0;
    if (text->data)
        text->data[text->len] = '\0';
}

static void
prompt_key(struct app *app, int code)
{
    struct prompt *p = &app->prompt;

    if (p->yes) {
        answer(app, code == 'y' ? "y" : NULL);
        return;
    }
    if (code == KEY_ESCAPE || code == KEY_RETURN) {
        char *text = xstrdup(buf_text(&p->text));

        answer(app, code == KEY_RETURN ? text : NULL);
        free(text);
        return;
    }
    if (code == KEY_CTRL_U)
        buf_clear(&p->text);
    else if (code == KEY_RUBOUT)
        rub_out(&p->text);
    else if (code >= ' ' && code < KEY_OTHER)
        add_character(&p->text, (unsigned) code); /* a character */
    else
        return;
    if (p->changed)
        p->changed(app->top, buf_text(&p->text));
}

/* ---- filters ---- */

bool
screen_fits(const struct screen *s, const char *const *texts, size_t count)
{
    const char *word = s->filter;

    while (*(word += strspn(word, " "))) {
        size_t len = strcspn(word, " ");
        char *one = xstrndup(word, len);
        bool found = false;

        for (size_t i = 0; i < count && !found; i++)
            found = strcasestr(texts[i], one) != NULL;
        free(one);
        if (!found)
            return false;
        word += len;
    }
    return true;
}

static void
filter_changed(struct screen *s, const char *text)
{
    free(s->filter);
    s->filter = xstrdup(text);
    s->list.cursor = s->list.top = 0;
    report(s->app, s->ops->again(s));
}

static enum err
filter_done(struct screen *s, const char *text)
{
    if (!text)
        filter_changed(s, "");
    return ERR_OK;
}

/* ---- keys ---- */

/* Back to the screen before. From the first one only q leads out, as Esc is
 * what a terminal may send by itself. */
static void
go_back(struct app *app, const struct key *key)
{
    if (app->top->below || key->code != KEY_ESCAPE)
        screen_pop(app);
    else if (*app->top->filter)
        filter_changed(app->top, "");
    else
        app_say(app, "q quits");
}

/* What is the same on every screen; false: none of that. */
static bool
act_anywhere(struct app *app, const struct key *key)
{
    switch (key->action) {
    case DO_FASTER:
        app->every = app->every / 2 > FASTEST ? app->every / 2 : FASTEST;
        app_say(app, "looking every %.3g s", (double) app->every / 1e6);
        return true;
    case DO_SLOWER:
        app->every = app->every * 2 < SLOWEST ? app->every * 2 : SLOWEST;
        app_say(app, "looking every %.3g s", (double) app->every / 1e6);
        return true;
    case DO_FILTER:
        app_ask(app, "filter:", app->top->filter, filter_changed, filter_done);
        return true;
    case DO_HELP:
        if (app->top->ops->id == SCREEN_HELP)
            screen_pop(app);
        else
            report(app, screen_help(app, app->top->ops->id));
        return true;
    case DO_REPAINT:
        app->repaint = true;
        return true;
    case DO_BACK:
        go_back(app, key);
        return true;
    case DO_QUIT:
        app->quit = true;
        return true;
    default:
        return false;
    }
}

static void
act(struct app *app, const struct key *key)
{
    struct screen *s = app->top;

    if (key->changes && app->read_only)
        app_say(app, "%s changes something; this is a read-only dashboard",
                key->name);
    else if (!act_anywhere(app, key)
             && (s->list.count == 0 || !list_move(&s->list, key->action)))
        report(app, s->ops->act(s, key));
}

void
app_key(struct app *app, int code)
{
    const struct key *key;

    if (code == KEY_RESIZED || code == KEY_NONE)
        return;
    buf_clear(&app->message);
    if (code == KEY_END_OF_INPUT) {
        app->quit = true;
    } else if (code == KEY_PASTE_BEGIN || code == KEY_PASTE_END) {
        app->pasting = code == KEY_PASTE_BEGIN;
    } else if (app->prompt.label) {
        if (!app->pasting || !app->prompt.yes) /* a yes is typed */
            prompt_key(app, code);
    } else if (app->top->ops->type && app->top->ops->type(app->top, code)) {
        return;
    } else if (app->pasting) {
        app_say(app, "nothing here takes a pasted text");
    } else if ((key = key_at(code, app->top->ops->id))) {
        act(app, key);
    } else {
        app_say(app, "no such key here; ? shows those there are");
    }
}

/* ---- looking and working ---- */

int
app_wait(const struct app *app)
{
    int64_t left = app->looked + app->every - clock_elapsed();

    if (app->due || left <= 0)
        return 0;
    return (int) (left / 1000) + 1; /* at most SLOWEST */
}

void
app_look(struct app *app)
{
    enum err e;

    if (app_wait(app) > 0)
        return;
    app->looked = clock_elapsed();
    app->now = clock_now();
    if (app->looked - app->loaded >= ANYWAY)
        app->due = true;
    e = service_refresh(app->service);
    if (e == ERR_OK && (app->due || app->service->epoch != app->seen)) {
        app->due = false;
        app->seen = app->service->epoch;
        app->loaded = app->looked;
        e = app->top->ops->load(app->top);
        app->working = app->top->ops->work != NULL;
    }
    report(app, e);
}

void
app_work(struct app *app)
{
    enum err e;

    app->working = false;
    if (!app->top->ops->work)
        return;
    e = app->top->ops->work(app->top, &app->working);
    if (e != ERR_OK)
        app->working = false;
    report(app, e);
}
