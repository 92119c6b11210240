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
    edit_free(&app->prompt.edit);
    complete_free(&app->prompt.names);
    for (size_t i = 0; i < TYPED_MAX; i++)
        edit_history_free(&app->typed[i].history);
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

/* Options of the command line are no advice here. */
static void
drop_options(struct buf *text)
{
    char *at = text->len > 0 ? strstr(text->data, " then: --") : NULL;
    size_t len = at ? strcspn(at, ")") : 0;

    if (len == 0)
        return;
    memmove(at, at + len, strlen(at + len) + 1);
    text->len -= len;
}

void
app_complain(struct app *app)
{
    size_t count;
    const struct err_detail *details = err_details(&count);

    app_say(app, "%s", err_text());
    app->alarming = true;
    drop_options(&app->message);
    if (count < 2)
        return;
    if (strcmp(err_text(), details[0].text) == 0)
        buf_clear(&app->message);
    for (size_t i = 0; i < count; i++) {
        if (app->message.len > 0)
            buf_char(&app->message, '\n');
        app_safe(app, &app->message, details[i].pointer);
        buf_str(&app->message, *details[i].pointer ? ": " : "");
        app_safe(app, &app->message, details[i].text);
    }
}

void
app_safe(const struct app *app, struct buf *out, const char *s)
{
    text_safe(out, s, strlen(s), app->ascii);
}

void
app_unit(const struct app *app, struct buf *out, const char *s)
{
    text_unit(out, s, app->ascii);
}

/* The lines typed at the prompt of that label; NULL: there are too many. */
static struct edit_history *
history_of(struct app *app, const char *label)
{
    for (size_t i = 0; i < TYPED_MAX; i++) {
        struct typed *typed = &app->typed[i];

        if (!typed->label)
            typed->label = label;
        if (strcmp(typed->label, label) == 0)
            return &typed->history;
    }
    return NULL;
}

void
app_ask(struct app *app, const char *label, const char *text,
        void (*changed)(struct screen *s, const char *text),
        enum err (*done)(struct screen *s, const char *text))
{
    struct prompt *p = &app->prompt;

    p->yes = p->path = false;
    p->label = label;
    edit_free(&p->edit);
    complete_free(&p->names);
    p->edit.history = history_of(app, label);
    edit_set(&p->edit, text);
    p->changed = changed;
    p->done = done;
}

void
app_ask_path(struct app *app, const char *label, const char *text,
             enum err (*done)(struct screen *s, const char *text))
{
    app_ask(app, label, text, NULL, done);
    app->prompt.path = true;
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
add_character(struct edit *edit, unsigned c)
{
    static const unsigned char leads[] = {0, 0, 0xc0, 0xe0, 0xf0};
    size_t len = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    char bytes[4];

    for (size_t i = len; i-- > 1; c >>= 6)
        bytes[i] = (char) (0x80 | (c & 0x3f));
    bytes[0] = (char) (leads[len] | c); /* below 0x100 now */
    edit_add(edit, bytes, len);
}

static const struct {
    int code;
    enum edit_move move;
} edit_keys[] = {
    {KEY_ARROW_LEFT,  EDIT_LEFT     },
    {KEY_ARROW_RIGHT, EDIT_RIGHT    },
    {KEY_ARROW_UP,    EDIT_OLDER    },
    {KEY_ARROW_DOWN,  EDIT_NEWER    },
    {KEY_TO_HOME,     EDIT_HOME     },
    {KEY_CTRL_A,      EDIT_HOME     },
    {KEY_TO_END,      EDIT_END      },
    {KEY_CTRL_E,      EDIT_END      },
    {KEY_RUBOUT,      EDIT_BACKSPACE},
    {KEY_DELETE,      EDIT_DELETE   },
    {KEY_CTRL_D,      EDIT_DELETE   },
    {KEY_CTRL_K,      EDIT_KILL     },
    {KEY_CTRL_U,      EDIT_KILL_LINE},
    {KEY_CTRL_W,      EDIT_KILL_WORD},
};

/* Does what the key means in a line; false: nothing. */
static bool
edit_key(struct edit *edit, int code)
{
    if (code >= ' ' && code != KEY_RUBOUT && code < KEY_OTHER) {
        add_character(edit, (unsigned) code); /* a character */
        return true;
    }
    for (size_t i = 0; i < sizeof edit_keys / sizeof *edit_keys; i++)
        if (edit_keys[i].code == code) {
            edit_move(edit, edit_keys[i].move);
            return true;
        }
    return false;
}

static void
finish_line(struct app *app, bool left)
{
    struct prompt *p = &app->prompt;
    char *text = xstrdup(buf_text(&p->edit.text));

    if (!left && p->edit.history)
        edit_history_add(p->edit.history, text);
    answer(app, left ? NULL : text);
    free(text);
}

static void
complete(struct app *app)
{
    struct prompt *p = &app->prompt;
    struct buf longer = {0};

    complete_path(buf_text(&p->edit.text), &longer, &p->names);
    edit_set(&p->edit, buf_text(&longer));
    if (p->names.count == 0)
        app_say(app, "no file is there whose name begins so");
    buf_free(&longer);
}

static void
prompt_key(struct app *app, int code)
{
    struct prompt *p = &app->prompt;

    complete_free(&p->names);
    if (p->yes)
        answer(app, code == 'y' ? "y" : NULL);
    else if (code == KEY_RETURN && app->pasting)
        edit_add(&p->edit, " ", 1);
    else if (code == KEY_ESCAPE || code == KEY_RETURN)
        finish_line(app, code == KEY_ESCAPE);
    else if (code == KEY_TAB && p->path)
        complete(app);
    else if (edit_key(&p->edit, code) && p->changed)
        p->changed(app->top, buf_text(&p->edit.text));
}

/* ---- filters ---- */

bool
screen_fits(const struct screen *s, const char *const *texts, size_t count,
            const char *last)
{
    const char *word = s->filter;

    while (*(word += strspn(word, " "))) {
        size_t len = strcspn(word, " ");
        char *one = xstrndup(word, len);
        bool found = last && strncasecmp(last, one, len) == 0;

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
    s->list.cursor = s->list.top = s->list.goal = 0;
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

    s->list.goal = 0;
    if (key->changes && app->read_only)
        app_say(app, "%s changes something; this is a read-only dashboard",
                key->name);
    else if (act_anywhere(app, key))
        return;
    else if (s->list.count > 0 && list_move(&s->list, key->action))
        app->working |= s->list.goal > 0;
    else
        report(app, s->ops->act(s, key));
}

/* What was wrong with a line stays while it is mended, unless each key says
 * something itself. */
static bool
keeps_message(const struct app *app, int code)
{
    const struct prompt *p = &app->prompt;

    return p->label && !p->yes && !p->changed && app->alarming
           && code != KEY_RETURN && code != KEY_ESCAPE;
}

void
app_key(struct app *app, int code)
{
    const struct key *key;

    if (code == KEY_RESIZED || code == KEY_NONE)
        return;
    if (!keeps_message(app, code))
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
    e = db_still_there(app->service->db);
    if (e == ERR_OK)
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
