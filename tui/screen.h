/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The screens: a stack, of which the top one is shown. A screen reads
 * in load(), work() and fetch() and nowhere else, paints from what it read,
 * and acts on a key. The frame around it (header, message, prompt, footer) is
 * here.
 */
#ifndef VIGIA_SCREEN_H
#define VIGIA_SCREEN_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "tui/canvas.h"
#include "tui/complete.h"
#include "tui/edit.h"
#include "tui/keys.h"

struct app;
struct grid;
struct service;
struct screen;

/* Where a screen paints: whole rows of the canvas. */
struct area {
    size_t y, height;
};

/* What is chosen in a list of count rows, and which row stands first. */
struct list {
    size_t count, cursor, top;
    size_t height; /* rows that are seen; as it was painted last */
    bool more;     /* there are further ones than count */
    size_t goal;   /* rows to be read as End goes to the last; 0: none */
};

/* Moves the cursor; false: the action is none of moving. */
bool list_move(struct list *l, int action);

/* How many rows are to be there: those in sight and some pages more. */
size_t list_wanted(const struct list *l);

/* So many are there now; what End was pressed for goes on. */
void list_read(struct list *l, size_t count, bool more);

/* Brings cursor and top back into the list, and the cursor into sight. */
void list_settle(struct list *l);

/* The same in an area so high, whose first line is the head of the table;
 * returns how many rows are in sight, from l->top on. */
size_t list_fit(struct list *l, size_t height);

struct screen_ops {
    enum screen_id id;

    /* Reads what is to be shown: at first, and when the database has changed
     * or the time has moved on. What was shown stays when it fails. */
    enum err (*load)(struct screen *s);

    /* Some milliseconds of what load() left to do; *more: not done yet. NULL:
     * load() does all. */
    enum err (*work)(struct screen *s, bool *more);

    /* Reads the rows that are seen, in so many rows of the screen. NULL:
     * they are there already. */
    enum err (*fetch)(struct screen *s, size_t height);

    /* The filter is another one: begins anew. NULL: there is no filter. */
    enum err (*again)(struct screen *s);

    /* What the header says behind the name of the screen; adds safe text. */
    void (*head)(struct screen *s, struct buf *out);

    /* What the line above the footer says when there is no message. */
    void (*note)(struct screen *s, struct buf *out);

    void (*paint)(struct screen *s, struct canvas *c, struct area area);

    /* Does what a key of the table says. Moving in s->list is done already
     * unless the screen has no list (count 0 and act() sees the action). */
    enum err (*act)(struct screen *s, const struct key *key);

    /* Takes keys before the table does, as editors must; false: not wanted.
     * NULL: takes none. */
    bool (*type)(struct screen *s, int code);

    void (*close)(struct screen *s); /* frees s->own */
};

struct screen {
    const struct screen_ops *ops;
    struct app *app;
    struct screen *below; /* shown again when this one is left */
    struct list list;
    char *filter; /* words that rows are to have; owned */
    void *own;
};

/* A question on the line above the footer. */
struct prompt {
    const char *label; /* NULL: nothing is asked */
    bool yes;          /* only y is an answer */
    bool path;         /* Tab completes it */
    struct buf question;
    struct edit edit;
    struct complete names; /* what Tab offers; a screen may show them */
    /* Each change of the text; NULL: does not matter. */
    void (*changed)(struct screen *s, const char *text);
    /* The answer: the text, or NULL when it was left. */
    enum err (*done)(struct screen *s, const char *text);
};

/* What was typed at a prompt, by its label. */
struct typed {
    const char *label; /* borrowed: labels are literals */
    struct edit_history history;
};
enum { TYPED_MAX = 12 }; /* different labels */

struct app {
    struct service *service;
    bool read_only, ascii;
    bool colour; /* the terminal has colours, and they are wanted */
    struct screen *top;
    struct canvas canvas;
    struct prompt prompt;
    struct typed typed[TYPED_MAX];
    struct buf message; /* of safe lines */
    bool alarming;      /* the message is of an error */
    int64_t now;        /* clock_now() when it was loaded last */
    int64_t every;      /* microseconds between two looks */
    int64_t looked;     /* clock_elapsed() of the last look */
    int64_t loaded;     /* and of the last load */
    int64_t seen;       /* the service's epoch that is shown */
    bool due;           /* load() is to be called whatever the epoch */
    bool working;       /* the top screen has more to do */
    bool pasting;
    bool repaint; /* the terminal may show something else: all of it */
    bool quit;
};

/* Makes a screen the top one and loads it. Takes own over, also when loading
 * fails: it is not there then. */
CHECKED enum err screen_push(struct app *app, const struct screen_ops *ops,
                             void *own);

/* Leaves the top screen; from the last one the program ends. */
void screen_pop(struct app *app);

/* Says what just happened, until the next key. Texts must be safe. */
void app_say(struct app *app, const char *format, ...)
    __attribute__((__format__(__printf__, 2, 3)));

/* Says the last error, or a line for each of its details, until the next key;
 * at a question for a line until that is entered or left. */
void app_complain(struct app *app);

/* Asks for a line, beginning with text; for the path of a file; or for y
 * (done gets "y" or NULL). */
void app_ask(struct app *app, const char *label, const char *text,
             void (*changed)(struct screen *s, const char *text),
             enum err (*done)(struct screen *s, const char *text));
void app_ask_path(struct app *app, const char *label, const char *text,
                  enum err (*done)(struct screen *s, const char *text));
void app_ask_yes(struct app *app, const char *question,
                 enum err (*done)(struct screen *s, const char *text));

/* Text from outside, made safe for this terminal: added to out. */
void app_safe(const struct app *app, struct buf *out, const char *s);

/* The same of a unit, or of a sentence with some. */
void app_unit(const struct app *app, struct buf *out, const char *s);

/* Whether the texts have all words of the filter, in whatever case, or last
 * (NULL: there is none) begins with them. */
bool screen_fits(const struct screen *s, const char *const *texts,
                 size_t count, const char *last);

/* Paints the heads and rows of a list: grid has the rows that are seen, or
 * all of them when all is true. empty is said when there are none. */
void screen_paint_list(const struct screen *s, struct grid *grid, bool all,
                       const char *empty, struct canvas *c, struct area area);

/* What the loop does: a key; a look whether something changed, when it is
 * time; a piece of work; the picture; the end. */
void app_key(struct app *app, int code);
void app_look(struct app *app);
void app_work(struct app *app);
void app_paint(struct app *app, size_t width, size_t height);
void app_close(struct app *app);

/* Milliseconds until the next look; 0: it is due. */
int app_wait(const struct app *app);

/* The screens there are. */
CHECKED enum err screen_sensors(struct app *app);
CHECKED enum err screen_sensor(struct app *app, int64_t model, size_t ord);
CHECKED enum err screen_versions(struct app *app, int64_t model, size_t ord);
CHECKED enum err screen_test(struct app *app, int64_t model, size_t ord);
CHECKED enum err screen_history(struct app *app, int64_t model, bool alerts);
CHECKED enum err screen_changes(struct app *app);
CHECKED enum err screen_models(struct app *app);

/* A model of a kind without columns: its figures, and tests of it. */
CHECKED enum err screen_model(struct app *app, int64_t model);
CHECKED enum err screen_help(struct app *app, enum screen_id id);

/* A change of a sensor that is shown before it is stored: DO_ADJUST, DO_SET_K,
 * DO_STEP_BACK, DO_STEP_FORTH, or DO_ACTIVATE of version number. */
CHECKED enum err screen_change(struct app *app, int action, int64_t model,
                               size_t ord, int64_t number);

/* A fit of one column; since and until: from what was recorded between them,
 * else 0. */
CHECKED enum err screen_fit(struct app *app, int64_t model, size_t ord,
                            int64_t since, int64_t until);

/* Asks for the name of a sensor that is not there yet, and fits it. */
void screen_new(struct app *app);

/* What a key of SCREEN_ABOUT does with the column ord of a model. */
CHECKED enum err screen_about(struct app *app, int action, int64_t model,
                              size_t ord);

#endif
