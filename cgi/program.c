/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The main() of both services. The configuration lives here and is replaced
 * in place, so that whoever points to it sees the new one.
 */
#include "cgi/program.h"

#include <getopt.h>
#include <malloc.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/conf.h"
#include "base/folder.h"
#include "base/log.h"
#include "base/report.h"
#include "cgi/app.h"
#include "cgi/socket.h"
#include "cgi/training.h"
#include "cgi/turn.h"
#include "core/service.h"

/* The command line. */
struct words {
    const char *config, *database, *own;
    bool help, version;
};

static struct conf conf;
static const char *conf_file; /* -c; NULL: the usual ones */

/* ---- the command line ---- */

static void
help(const struct program *p)
{
    (void) printf("usage: %s [-c FILE] [-d FILE] [--%s %s]\n\n%s\n\n", p->name,
                  p->option, p->option_arg, p->summary);
    (void) printf("  -c, --config FILE     read this configuration only\n"
                  "  -d, --database FILE   use this database\n"
                  "  --%s %-*s %s\n"
                  "  -h, --help            show this help\n"
                  "  --version             show the version\n",
                  p->option, 18 - (int) strlen(p->option), p->option_arg,
                  p->option_help);
}

static enum err
read_words(const struct program *p, int argc, char **argv, struct words *out)
{
    const struct option options[] = {
        {"config",   required_argument, NULL, 'c'},
        {"database", required_argument, NULL, 'd'},
        {p->option,  required_argument, NULL, 'o'},
        {"help",     no_argument,       NULL, 'h'},
        {"version",  no_argument,       NULL, 'v'},
        {NULL,       0,                 NULL, 0  },
    };
    int c;

    opterr = 0; /* our sentences are like the others' */
    while ((c = getopt_long(argc, argv, ":c:d:h", options, NULL)) != -1) {
        switch (c) {
        case 'c':
            out->config = optarg;
            break;
        case 'd':
            out->database = optarg;
            break;
        case 'o':
            out->own = optarg;
            break;
        case 'h':
            out->help = true;
            break;
        case 'v':
            out->version = true;
            break;
        case ':':
            return err_set(ERR_USAGE, "%s needs a value", argv[optind - 1]);
        default:
            return err_set(ERR_USAGE,
                           "no option %s, or not in this way; --help lists "
                           "them",
                           argv[optind - 1]);
        }
    }
    if (optind < argc)
        return err_set(ERR_USAGE, "\"%s\" is one too many; see --help",
                       argv[optind]);
    return ERR_OK;
}

/* ---- serving ---- */

/* A configuration with a mistake leaves the one before in force. */
static void
reload(struct app *app)
{
    struct conf fresh;

    (void) app;
    if (conf_load(conf_file, &fresh) != ERR_OK) {
        log_line("%s; the configuration stays as it was", err_text());
        return;
    }
    conf_free(&conf);
    conf = fresh;
    log_line("configuration read again: %s", conf.source);
}

static enum err
serve(const struct program *p, struct app *app, const char *own)
{
    struct loop *loop = NULL;
    void *transport = NULL;
    enum err e = loop_new(app, &loop);

    if (e == ERR_OK)
        e = training_open(app, loop, conf_file);
    if (e == ERR_OK)
        e = p->open(app, loop, own, &transport);
    if (e == ERR_OK)
        e = loop_run(loop, reload);
    if (transport)
        p->close(transport);
    training_close(app);
    loop_free(loop);
    return e;
}

static enum err
run(const struct program *p, const struct words *words)
{
    struct app *app = NULL;
    char *database = NULL;
    int hold = -1;
    enum err e;

    conf_file = words->config;
    e = conf_load(conf_file, &conf);
    if (e == ERR_OK)
        e = conf_database(&conf, words->database, &database);
    if (e == ERR_OK && !conf_database_named(&conf, words->database))
        e = folder_make(database);
    if (e == ERR_OK)
        e = app_new(database, &conf, &app);
    if (e == ERR_OK) /* by the path without links, and with its folder made */
        e = service_hold(db_path(app->service->db), &hold);
    if (e == ERR_OK)
        e = serve(p, app, words->own);
    if (app && db_broken(app->service->db)) { /* nothing may touch it again */
        report_error();
        _exit(exit_status(e));
    }
    app_free(app);
    if (hold >= 0)
        (void) close(hold);
    free(database);
    conf_free(&conf);
    return e;
}

/*
 * What a long body took is kept for the next one, up to 64 MiB: to get it anew
 * from the kernel, page by page, took longer than to read a million numbers
 * (70 instead of 30 ms).
 */
static void
keep_memory(void)
{
#ifdef __GLIBC__
    (void) mallopt(M_MMAP_THRESHOLD, 32 << 20); /* the most that it takes */
    (void) mallopt(M_TRIM_THRESHOLD, 64 << 20);
#endif
}

int
program_main(const struct program *p, int argc, char **argv)
{
    struct words words = {0};
    enum err e;

    log_name(p->name);
    keep_memory();
    (void) signal(SIGPIPE, SIG_IGN); /* a peer that went is no reason to go */
    e = read_words(p, argc, argv, &words);
    if (e == ERR_OK && words.help)
        help(p);
    else if (e == ERR_OK && words.version)
        (void) printf("%s %s\n", p->name, PACKAGE_VERSION);
    else if (e == ERR_OK)
        e = run(p, &words);
    if (e != ERR_OK)
        report_error();
    err_clear();
    return exit_status(e);
}
