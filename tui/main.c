/* SPDX-License-Identifier: Apache-2.0 */
/*
 * vigia-dashboard: options, the database, and the loop. Standard input is the
 * keyboard; with --script a file is, and with --dump the screen is one.
 */
#include <inttypes.h>
#include <langinfo.h>
#include <locale.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/conf.h"
#include "base/number.h"
#include "base/report.h"
#include "base/stop.h"
#include "core/service.h"
#include "core/version.h"
#include "tui/guard.h"
#include "tui/options.h"
#include "tui/screen.h"
#include "tui/script.h"
#include "tui/term.h"

enum {
    PICTURE_EVERY = 40000, /* microseconds, while there is work */
    CACHE_BYTES = 8 << 20  /* of versions: what is seen is few of them */
};

/* A key, and in a line those that wait behind it, which are one picture. */
static void
press(struct app *app, int key)
{
    int64_t until = clock_elapsed() + PICTURE_EVERY;
    bool line = true;

    while (key != KEY_NONE && line) {
        app_key(app, key);
        line = app->prompt.label && !app->prompt.yes && !app->quit
               && clock_elapsed() < until;
        if (line)
            key = term_key(0);
    }
}

/* Until the user ends it. Between two keys: a look, or a piece of work, and a
 * picture, which is not painted for each of many pieces. */
static enum err
loop(struct app *app)
{
    int64_t painted = 0;
    bool changed = true;

    while (!app->quit && !stop_asked()) {
        size_t width, height;
        int key;

        app_look(app);
        if (changed || !app->working
            || clock_elapsed() - painted >= PICTURE_EVERY) {
            term_size(&width, &height);
            app_paint(app, width, height);
            term_show(&app->canvas, app->repaint);
            app->repaint = false;
            painted = clock_elapsed();
        }
        key = term_key(app->working ? 0 : app_wait(app));
        changed = key != KEY_NONE;
        if (changed)
            press(app, key);
        else if (app->working)
            app_work(app);
    }
    return ERR_OK;
}

static enum err
open_service(const struct options *o, const struct conf *conf,
             struct service **out)
{
    const struct passwd *user = getpwuid(geteuid());
    char by[32]; /* "uid " and 64 bits */
    char *path = NULL;
    enum err e = conf_database(conf, o->database, &path);

    (void) snprintf(by, sizeof by, "uid %ju", (uintmax_t) geteuid());
    if (e == ERR_OK)
        e = service_open(path, DB_WRITE, conf, user ? user->pw_name : by,
                         "dashboard", out);
    if (e == ERR_OK)
        cache_limit((*out)->cache, CACHE_BYTES);
    free(path);
    return e;
}

static enum err
run_terminal(struct app *app, const struct options *o)
{
    enum err e;

    app->colour = o->colour;
    e = term_begin(&app->colour);
    if (e != ERR_OK)
        return e;
    stop_catch();
    e = screen_sensors(app);
    if (e == ERR_OK)
        e = loop(app);
    term_end();
    return e;
}

static enum err
run(const struct options *o, const struct conf *conf)
{
    struct app app = {
        .every = CLOCK_SECOND, .read_only = o->read_only, .ascii = o->ascii};
    bool terminal = !o->batch && !o->script;
    enum err e = ERR_OK;

    if (terminal)
        e = term_check();
    if (e == ERR_OK && terminal)
        e = guard_begin();
    if (e == ERR_OK)
        e = open_service(o, conf, &app.service);
    if (e == ERR_OK && o->script)
        e = script_run(&app, o);
    else if (e == ERR_OK && o->batch)
        e = batch_run(&app, o);
    else if (e == ERR_OK)
        e = run_terminal(&app, o);
    app_close(&app);
    service_close(app.service);
    return e;
}

int
main(int argc, char **argv)
{
    struct options options = {0};
    struct conf conf = {0};
    bool done = false;
    enum err e;

    (void) setlocale(LC_CTYPE, "");
    options.ascii = strcmp(nl_langinfo(CODESET), "UTF-8") != 0;
    e = options_read(argc, argv, &options, &done);
    if (e == ERR_OK && !done)
        e = conf_load(options.config, &conf);
    if (e == ERR_OK && !done)
        e = run(&options, &conf);
    if (e != ERR_OK)
        report_error();
    conf_free(&conf);
    err_clear();
    return exit_status(e);
}
