/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What recording costs: microseconds per recorded reading at 32 a commit,
 * with few and many models hit at random, against bare INSERTs into a table
 * without index in the same run (the floor), and bytes per history row.
 *
 * record [MODELS] [READINGS]   (1000000 and 200000 unless told)
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "core/change.h"
#include "core/draft.h"
#include "core/history.h"
#include "core/model.h"
#include "core/service.h"
#include "core/version.h"
#include "data/stats.h"
#include "kinds/kind.h"

enum { BATCH = 32, COLUMNS_MAX = 6 };

static void
must(enum err e)
{
    if (e == ERR_OK)
        return;
    (void) fprintf(stderr, "record: %s\n", err_text());
    exit(1);
}

static uint64_t seed = 42;

static uint64_t
random_number(void)
{
    seed =
        seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return seed >> 33;
}

static void
fit_all(struct service *s, int64_t first, int64_t count, size_t columns)
{
    static const char *const names[COLUMNS_MAX] = {"a", "b", "c",
                                                   "d", "e", "f"};
    struct moments moments[COLUMNS_MAX] = {0};
    struct source source = {
        .column_count = columns, .columns = names, .moments = moments};
    struct fit fit = {.kind = kinds[0], .source = &source};

    for (size_t i = 0; i < columns; i++)
        for (int v = 0; v < 100; v++)
            moments_add(&moments[i], v);
    for (int64_t i = 0; i < count; i++) {
        struct buf name = {0};
        struct model m = {.kind = kinds[0]};
        struct draft d = {0};
        int64_t number;

        if (i % 1000 == 0) {
            must(service_begin(s));
            if (i == 0)
                must(change_open(s, "fit", "bench"));
        }
        buf_printf(&name, "M%08" PRId64, first + i);
        m.name = buf_steal(&name);
        m.title = xstrdup("");
        must(draft_fit(s, &m, &fit, &d));
        must(draft_apply(s, &m, &d, &number));
        draft_free(&d);
        model_free(&m);
        if (i % 1000 == 999 || i == count - 1)
            must(service_commit(s));
    }
}

/* What a loop cost, per reading. CPU time hardly feels other programs. */
struct cost {
    double wall, cpu; /* microseconds */
};

struct watch {
    int64_t wall;
    clock_t cpu;
};

static struct watch
start(void)
{
    return (struct watch){clock_elapsed(), clock()};
}

static struct cost
stop(struct watch w, int64_t readings)
{
    return (struct cost){
        .wall = (double) (clock_elapsed() - w.wall) / (double) readings,
        .cpu = (double) (clock() - w.cpu) * 1e6 / CLOCKS_PER_SEC
               / (double) readings,
    };
}

static void
print(const char *what, int64_t models, struct cost c, struct cost floor)
{
    printf("%-14s %8" PRId64 " models: %6.2f us CPU, %6.2f us in all;"
           " of the floor %.2f and %.2f\n",
           what, models, c.cpu, c.wall, c.cpu / floor.cpu,
           c.wall / floor.wall);
}

/* Readings at random models among the first `models`. */
static struct cost
record(struct service *s, int64_t models, int64_t readings, bool timed)
{
    struct watch watch = start();
    struct verdicts verdicts = {0};

    for (int64_t i = 0; i < readings; i++) {
        struct reading r = {.timed = timed, .at = clock_now() - i};
        double values[COLUMNS_MAX];
        struct compiled *c;
        struct model m;
        bool stored;

        if (i % BATCH == 0)
            must(service_begin(s));
        must(model_by_id(s, 1 + (int64_t) random_number() % models, &m));
        must(compiled_get(s, &m, 0, &c));
        for (size_t k = 0; k < COLUMNS_MAX; k++)
            values[k] = (double) (random_number() % 105);
        verdicts_clear(&verdicts);
        c->kind->judge(c->model, values, c->kind->columns(c->model),
                       &verdicts);
        r.model = &m;
        r.compiled = c;
        r.verdicts = &verdicts;
        must(history_record(s, &r, &stored));
        compiled_put(c);
        model_free(&m);
        if (i % BATCH == BATCH - 1 || i == readings - 1)
            must(service_commit(s));
    }
    verdicts_free(&verdicts);
    return stop(watch, readings);
}

static struct cost
bare(struct service *s, int64_t readings)
{
    static const char sql[] =
        "INSERT INTO bare(at, model, value, alert) VALUES ($1, $2, $3, $4)";
    struct watch watch;

    must(db_run(s->db,
                "CREATE TABLE bare(id INTEGER PRIMARY KEY, at INTEGER,"
                " model INTEGER, value REAL, alert INTEGER) STRICT",
                NULL, 0));
    watch = start();
    for (int64_t i = 0; i < readings; i++) {
        struct arg args[] = {arg_int(clock_now()), arg_int(i % 1000),
                             arg_real((double) i), arg_int(0)};

        if (i % BATCH == 0)
            must(service_begin(s));
        must(db_run(s->db, sql, args, 4));
        if (i % BATCH == BATCH - 1 || i == readings - 1)
            must(service_commit(s));
    }
    return stop(watch, readings);
}

static int64_t
database_bytes(struct service *s)
{
    int64_t size, wal;

    must(db_sizes(s->db, &size, &wal));
    return size;
}

static struct service *
fresh(const char *path, const struct conf *conf)
{
    struct service *s;
    struct buf name = {0};
    static const char *const ends[] = {"", "-wal", "-shm", ".lock"};

    for (size_t i = 0; i < 4; i++) {
        buf_clear(&name);
        buf_printf(&name, "%s%s", path, ends[i]);
        (void) unlink(buf_text(&name));
    }
    buf_free(&name);
    must(service_open(path, DB_CREATE, conf, "bench", "cli", &s));
    return s;
}

static void
bytes_per_row(const char *path, const struct conf *conf, size_t columns,
              int64_t readings, bool timed)
{
    struct service *s = fresh(path, conf);
    int64_t before;

    fit_all(s, 0, 1000, columns);
    before = database_bytes(s);
    (void) record(s, 1000, readings, timed);
    printf("%zu column%s%s: %.1f bytes per history row, indexes included\n",
           columns, columns == 1 ? "" : "s", timed ? ", own time" : "",
           (double) (database_bytes(s) - before) / (double) readings);
    service_close(s);
}

int
main(int argc, char **argv)
{
    int64_t many = argc > 1 ? strtoll(argv[1], NULL, 10) : 1000000;
    int64_t readings = argc > 2 ? strtoll(argv[2], NULL, 10) : 200000;
    char folder[] = "/tmp/vigia-bench-XXXXXX";
    struct buf path = {0};
    struct conf conf;
    struct service *s;
    struct cost floor;
    struct watch watch;

    if (!mkdtemp(folder))
        return 1;
    buf_printf(&path, "%s/bench.db", folder);
    conf_presets(&conf);
    for (size_t columns = 1; columns <= 6; columns += 5)
        for (int timed = 0; timed < 2; timed++)
            bytes_per_row(buf_text(&path), &conf, columns, readings,
                          timed != 0);

    s = fresh(buf_text(&path), &conf);
    fit_all(s, 0, 1000, 1);
    floor = bare(s, readings);
    print("bare insert", 0, floor, floor);
    print("recorded test", 1000, record(s, 1000, readings, false), floor);
    watch = start();
    fit_all(s, 1000, many - 1000, 1);
    print("fit", many - 1000, stop(watch, many - 1000), floor);
    print("recorded test", many, record(s, many, readings, false), floor);
    service_close(s);
    s = fresh(buf_text(&path), &conf);
    service_close(s);
    conf_free(&conf);
    buf_free(&path);
    return 0;
}
