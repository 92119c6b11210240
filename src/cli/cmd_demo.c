/* SPDX-License-Identifier: Apache-2.0 */
/* vigia demo: a simulated plant to look at, in a database of its own. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/figure.h"
#include "base/folder.h"
#include "base/json.h"
#include "base/stop.h"
#include "cli/cmd.h"
#include "cli/demo.h"
#include "cli/show.h"
#include "cli/table.h"
#include "core/service.h"
#include "core/view.h"
#include "data/plant.h"

enum {
    SENSORS = 12,        /* unless told */
    LIVE_MAX = 7 * 86400 /* seconds */
};

/* ---- the database ---- */

/* $XDG_STATE_HOME/vigia/demo.db */
static enum err
usual_path(char **path)
{
    const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
    struct buf file = {0};

    if (state && *state == '/')
        buf_str(&file, state);
    else if (home && *home)
        buf_printf(&file, "%s/.local/state", home);
    else
        return err_set(ERR_CONFIG, "HOME is not set, give -d FILE");
    buf_str(&file, "/vigia/demo.db");
    *path = buf_steal(&file);
    return ERR_OK;
}

static bool
is_same_file(const char *a, const char *b)
{
    struct stat x, y;

    if (stat(a, &x) == 0 && stat(b, &y) == 0)
        return x.st_dev == y.st_dev && x.st_ino == y.st_ino;
    return strcmp(a, b) == 0;
}

/* Where the sensors of the real plant are, nothing simulated may go. */
static enum err
check_path(const struct cmd *cmd, const char *path)
{
    char *real = NULL;
    enum err e = ERR_OK;

    if (conf_database(&cmd->conf, NULL, &real) != ERR_OK)
        return ERR_OK; /* there is none */
    if (is_same_file(path, real))
        e = err_set(ERR_CONFLICT,
                    "%s is the database of your own sensors: give the demo "
                    "another file with -d",
                    path);
    free(real);
    return e;
}

/* Opens the demo's database as if -d had named it; *path is the caller's. */
static enum err
open_database(struct cmd *cmd, char **path)
{
    const struct cmd_option *option = global_options;
    const char *named = cmd_value(cmd, "database");
    enum err e = ERR_OK;

    if (named)
        *path = xstrdup(named);
    else
        e = usual_path(path);
    if (e == ERR_OK)
        e = check_path(cmd, *path);
    if (e == ERR_OK && !named)
        e = folder_make(*path);
    if (e != ERR_OK)
        return e;
    while (strcmp(option->name, "database") != 0)
        option++;
    cmd->given =
        xreallocarray(cmd->given, cmd->given_count + 1, sizeof *cmd->given);
    cmd->given[cmd->given_count++] = (struct cmd_given){option, *path};
    return cmd_open(cmd, DB_CREATE);
}

/* ---- the tour ---- */

static enum err
state_of_machine(const struct demo *demo, size_t i, enum state *worst)
{
    const struct machine *m = &demo->machines[i];
    enum state *states;
    int64_t last;
    enum err e = view_states(demo->cmd->service, &m->model, m->compiled,
                             clock_now(), &states, worst, &last);

    if (e == ERR_OK)
        free(states);
    return e;
}

static enum err
print_machines(const struct demo *demo)
{
    static const struct table_column columns[] = {
        {"sensor", TABLE_TEXT },
        {"state",  TABLE_STATE},
        {"title",  TABLE_TEXT },
        {"story",  TABLE_TEXT },
    };
    struct table *t =
        table_new(demo->cmd, columns, sizeof columns / sizeof *columns);
    enum err e = ERR_OK, end;

    for (size_t i = 0; i < demo->count && i < SENSORS; i++) {
        struct plant_machine is = plant_machine(i);
        enum state worst;

        e = state_of_machine(demo, i, &worst);
        if (e != ERR_OK)
            break;
        table_text(t, is.name);
        table_text(t, state_names[worst]);
        table_text(t, is.title);
        table_text(t, plant_story_text(is.story));
    }
    end = table_end(t);
    return e == ERR_OK ? end : e;
}

/* What to try, as lines that work when they are copied. */
static const struct {
    const char *words[4], *why;
} tour[] = {
    {{"dashboard"},                                  "watch it"                     },
    {{"serve"},                                      "and its REST service"         },
    {{"list"},                                       "which machines are in trouble"},
    {{"show", "PUMP-1"},                             "what is usual for one"        },
    {{"history", "PUMP-1", "--alerts"},              "what happened"                },
    {{"test", "PUMP-1", "7.5", "--column=velRMS.x"}, "judge a reading"              },
    {{"adjust", "PUMP-1", "--dry-run"},              "what if it were less strict"  },
    {{"adjust", "PUMP-1"},                           "make it so"                   },
    {{"undo", "PUMP-1"},                             "and take it back"             },
};

/* A build may lack the dashboard or the service. */
static bool
has_command(const char *name)
{
    for (const struct command *const *c = commands; *c; c++)
        if (strcmp((*c)->name, name) == 0)
            return true;
    return false;
}

static void
print_tour(const struct demo *demo)
{
    size_t count = sizeof tour / sizeof *tour, width = 0;
    char *lines[sizeof tour / sizeof *tour] = {0};

    for (size_t i = 0; i < count; i++) {
        const char *const *w = tour[i].words;

        if (!has_command(w[0]))
            continue;
        lines[i] = show_try(demo->cmd, w[0], w[1], w[2], w[3], NULL);
        if (strlen(lines[i]) > width)
            width = strlen(lines[i]);
    }
    cmd_line("\ntry:");
    for (size_t i = 0; i < count; i++) {
        if (lines[i])
            cmd_line("  %-*s  %s", (int) width, lines[i], tour[i].why);
        free(lines[i]);
    }
}

static enum err
print_json(const struct demo *demo)
{
    struct buf text = {0};
    struct json_out out = cmd_json_begin(&text);
    enum err e = ERR_OK;

    json_open(&out, '{');
    json_key(&out, "database");
    json_put_text(&out, db_path(demo->cmd->service->db));
    json_key(&out, "readings");
    json_put_int(&out, demo->readings);
    json_key(&out, "models");
    json_open(&out, '[');
    for (size_t i = 0; e == ERR_OK && i < demo->count; i++) {
        struct plant_machine is = plant_machine(i);
        enum state worst = STATE_OK;

        e = state_of_machine(demo, i, &worst);
        json_open(&out, '{');
        json_key(&out, "name");
        json_put_text(&out, is.name);
        json_key(&out, "title");
        json_put_text(&out, is.title);
        json_key(&out, "state");
        json_put_text(&out, state_names[worst]);
        json_key(&out, "story");
        json_put_text(&out, plant_story_text(is.story));
        json_close(&out, '}');
    }
    json_close(&out, ']');
    json_close(&out, '}');
    if (e == ERR_OK)
        e = cmd_json_end(&text);
    buf_free(&text);
    return e;
}

static enum err
print(const struct demo *demo)
{
    char machines[FIGURE_MAX], readings[FIGURE_MAX];
    char *path;
    enum err e;

    if (demo->cmd->json)
        return print_json(demo);
    if (demo->cmd->terminal) {
        path = cmd_safe(demo->cmd, db_path(demo->cmd->service->db));
        cmd_line("a simulated plant of %s machines, %s readings of the last "
                 "%d hours, in\n%s\n",
                 figure_group(machines, (int64_t) demo->count),
                 figure_group(readings, demo->readings), PLANT_LATE / 3600,
                 path);
        free(path);
    }
    e = print_machines(demo);
    if (e == ERR_OK && demo->count > SENSORS && demo->cmd->terminal)
        cmd_line("... and %s more",
                 figure_group(machines, (int64_t) demo->count - SENSORS));
    if (e != ERR_OK)
        return e;
    print_tour(demo);
    return cmd_flush();
}

/* ---- live ---- */

/* Waits until clock_elapsed() is due; a signal ends it early. */
static void
wait_until(int64_t due)
{
    int64_t left = due - clock_elapsed();
    struct timespec time = {.tv_sec = left / CLOCK_SECOND,
                            .tv_nsec = left % CLOCK_SECOND * 1000};

    if (left > 0)
        (void) nanosleep(&time, NULL);
}

/* Ctrl-C is how this is meant to end, so it is no failure. */
static enum err
live(struct demo *demo, int64_t seconds)
{
    int64_t began = clock_elapsed();
    enum err e = ERR_OK;

    demo->now = clock_now();
    if (!demo->cmd->json)
        cmd_line("\nrecording a reading of each machine every second, for "
                 "%" PRId64 " seconds; Ctrl-C ends it",
                 seconds);
    e = cmd_flush();
    for (int64_t t = 1; e == ERR_OK && t <= seconds && !stop_asked(); t++) {
        while (!stop_asked() && clock_elapsed() < began + t * CLOCK_SECOND)
            wait_until(began + t * CLOCK_SECOND);
        if (!stop_asked())
            e = demo_record_at(demo, t);
    }
    return e;
}

/* ---- the command ---- */

static enum err
fill(struct demo *demo, int64_t seconds)
{
    enum err e = demo_check(demo);

    if (e == ERR_OK)
        e = demo_clear(demo);
    if (e == ERR_OK)
        e = demo_fit(demo);
    if (e == ERR_OK)
        e = demo_record(demo);
    if (e == ERR_OK)
        e = print(demo);
    if (e == ERR_OK && seconds > 0)
        e = live(demo, seconds);
    return e;
}

static enum err
run(struct cmd *cmd)
{
    int64_t sensors = SENSORS, seconds = 0, seed = 1;
    size_t given = cmd->given_count;
    struct demo demo = {.cmd = cmd, .now = clock_now()};
    char *path = NULL;
    enum err e = cmd_args(cmd, 0, 0);

    if (e == ERR_OK)
        e = cmd_int(cmd, "sensors", 1, PLANT_MACHINES_MAX, &sensors);
    if (e == ERR_OK)
        e = cmd_int(cmd, "seconds", 0, LIVE_MAX, &seconds);
    if (e == ERR_OK)
        e = cmd_int(cmd, "seed", 0, INT64_MAX, &seed);
    if (e == ERR_OK)
        e = open_database(cmd, &path);
    if (e == ERR_OK) {
        demo.count = (size_t) sensors; /* positive */
        demo.seed = (uint64_t) seed;   /* not negative */
        stop_catch();
        e = fill(&demo, seconds);
    }
    demo_free(&demo);
    cmd->given_count = given; /* path goes */
    free(path);
    return e;
}

static const struct cmd_option options[] = {
    {"sensors", "N", false, "how many machines; 12 unless told"},
    {"seconds",    "S", false, "then go on recording for S seconds"},
    {"seed",         "N", false, "another seed, another plant; 1 unless told"},
    {.name = NULL  },
};

const struct command cmd_demo = {
    .name = "demo",
    .args = "",
    .summary = "make a simulated plant to look at",
    .detail =
        "Fits simulated machines on three good days, records their readings "
        "of the last six hours, and shows what to try with them: one has a "
        "failing bearing, one drifts, one is dead, and more. It is made in "
        "the file -d names, or in vigia/demo.db in XDG_STATE_HOME "
        "(~/.local/state), never among your own sensors; a plant that is "
        "there from a demo before is made anew.",
    .example = "vigia demo --seconds 300",
    .options = options,
    .run = run,
};
