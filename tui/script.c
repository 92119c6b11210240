/* SPDX-License-Identifier: Apache-2.0 */
/* What stands for the terminal in a script, and in --batch. */
#include "tui/script.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/number.h"
#include "tui/options.h"
#include "tui/screen.h"

enum { WIDTH = 80, HEIGHT = 24, BATCH_WIDTH = 200, BATCH_ROWS = 200 };

struct script {
    struct app *app;
    size_t width, height;
    FILE *dump;
    bool dumped; /* since the last key */
    bool quick;  /* keys do not wait for what takes longer */
    int64_t line;
};

/* Columns or rows: as told, else as the environment says. */
static size_t
measure(int64_t told, const char *variable, size_t usual)
{
    const char *value = getenv(variable);
    int64_t v = told;

    if (!told && (!value || number_int(value, 1, 1000, &v) != ERR_OK))
        return usual;
    return (size_t) v; /* 1 to 1000 */
}

static void
settle(struct script *p)
{
    app_look(p->app);
    do
        if (p->app->working && !p->app->quit)
            app_work(p->app);
    while (p->app->working && !p->app->quit && !p->quick);
    if (!p->app->quit)
        app_paint(p->app, p->width, p->height);
}

static void
dump(struct script *p)
{
    struct buf text = {0};

    canvas_text(&p->app->canvas, &text);
    (void) fprintf(p->dump, "%s==\n", buf_text(&text));
    (void) fflush(p->dump);
    p->dumped = true;
    buf_free(&text);
}

static enum err
press(struct script *p, const char *line)
{
    while (*line && !p->app->quit) {
        size_t len;
        int code = key_read(line, &len);

        if (code == KEY_NONE)
            return err_set(ERR_DATA, "line %lld of the script: no key \"%s\"",
                           (long long) p->line, line);
        app_key(p->app, code);
        settle(p);
        p->dumped = false;
        line += len;
    }
    return ERR_OK;
}

static enum err
command(struct script *p, const char *line)
{
    int width, height;
    enum err e = ERR_OK;

    if (strcmp(line, ":dump") == 0) {
        dump(p);
    } else if (strcmp(line, ":look") == 0) {
        p->app->due = true;
        settle(p);
        p->dumped = false;
    } else if (strncmp(line, ":quick ", 7) == 0) {
        p->quick = true;
        e = press(p, line + 7);
        p->quick = false;
    } else if (sscanf(line, ":size %4dx%4d", &width, &height) == 2 && width > 0
               && height > 0) {
        p->width = (size_t) width;
        p->height = (size_t) height;
        settle(p);
        p->dumped = false;
    } else {
        e = err_set(ERR_DATA, "line %lld of the script: no command %s",
                    (long long) p->line, line);
    }
    return e;
}

static enum err
read_lines(struct script *p, FILE *in)
{
    char *line = NULL;
    size_t cap = 0;
    enum err e = ERR_OK;

    while (e == ERR_OK && !p->app->quit && getline(&line, &cap, in) >= 0) {
        p->line++;
        line[strcspn(line, "\n")] = '\0';
        if (line[0] == ':')
            e = command(p, line);
        else if (line[0] != '#')
            e = press(p, line);
    }
    free(line);
    return e;
}

/* "-" and NULL are the standard stream. */
static enum err
open_file(const char *name, const char *mode, FILE *standard, FILE **out)
{
    *out = !name || strcmp(name, "-") == 0 ? standard : fopen(name, mode);
    if (!*out)
        return err_set(*mode == 'r' ? ERR_INPUT : ERR_CREATE, "%s: %s", name,
                       strerror(errno));
    return ERR_OK;
}

enum err
script_run(struct app *app, const struct options *o)
{
    struct script p = {
        .app = app,
        .width = measure(o->width, "COLUMNS", WIDTH),
        .height = measure(o->height, "LINES", HEIGHT),
    };
    FILE *in = NULL;
    enum err e = open_file(o->script, "r", stdin, &in);

    if (e == ERR_OK)
        e = open_file(o->dump, "w", stdout, &p.dump);
    if (e == ERR_OK)
        e = screen_sensors(app);
    if (e == ERR_OK) {
        settle(&p);
        e = read_lines(&p, in);
    }
    if (e == ERR_OK && !p.dumped && !app->quit)
        dump(&p);
    if (in && in != stdin)
        (void) fclose(in);
    if (p.dump && fflush(p.dump) != 0 && e == ERR_OK)
        e = err_set(ERR_IO, "%s: %s", o->dump ? o->dump : "standard output",
                    strerror(errno));
    if (p.dump && p.dump != stdout)
        (void) fclose(p.dump);
    return e;
}

/* ---- the table alone ---- */

/* Prints rows from first to before end of the screen as it is painted. */
static void
print_rows(const struct canvas *c, size_t first, size_t end)
{
    struct buf text = {0};
    const char *line;
    size_t y = 0;

    canvas_text(c, &text);
    for (line = text.data; y < end; line += strcspn(line, "\n") + 1, y++)
        if (y >= first)
            (void) printf("%.*s\n", (int) strcspn(line, "\n"), line);
    buf_free(&text);
}

/* All rows, a page at a time; the first time only for their widths. */
static void
walk_pages(struct app *app, size_t width, size_t rows, bool print)
{
    struct list *l = &app->top->list;

    for (size_t top = 0; top == 0 || top < rows; top += BATCH_ROWS) {
        size_t left = rows - top, page = left < BATCH_ROWS ? left : BATCH_ROWS;

        l->top = l->cursor = top;
        /* header, heads, rows, note, footer */
        app_paint(app, width, page + 4 > 5 ? page + 4 : 5);
        if (print)
            print_rows(&app->canvas, top == 0 ? 1 : 2, 2 + page);
    }
}

enum err
batch_run(struct app *app, const struct options *o)
{
    struct winsize size;
    bool known = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col;
    size_t width =
        measure(o->width, "COLUMNS", known ? size.ws_col : BATCH_WIDTH);
    enum err e = screen_sensors(app);
    size_t rows;

    while (e == ERR_OK && app->working)
        app_work(app);
    if (e == ERR_OK && app->alarming)
        e = err_set(ERR_IO, "%s", buf_text(&app->message));
    if (e != ERR_OK)
        return e;
    rows = app->top->list.count;
    if (o->limit && (size_t) o->limit < rows) /* positive */
        rows = (size_t) o->limit;
    walk_pages(app, width, rows, false);
    walk_pages(app, width, rows, true);
    return fflush(stdout) == 0
               ? ERR_OK
               : err_set(ERR_IO, "writing to standard output failed");
}
