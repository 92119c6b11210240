/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A small laboratory for the tests of store and core: a folder of its own, a
 * database in it, sensors and readings. What fails here ends the test, as
 * nothing after it would mean anything.
 */
#ifndef VIGIA_LAB_H
#define VIGIA_LAB_H

#include <dirent.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/conf.h"
#include "core/change.h"
#include "core/draft.h"
#include "core/history.h"
#include "core/model.h"
#include "core/service.h"
#include "core/state.h"
#include "core/version.h"
#include "data/stats.h"
#include "kinds/kind.h"
#include "tap.h"

/* 2026-11-20T14:00:00Z, where tests begin that need a clock. */
#define LAB_TIME (INT64_C(1795183200) * CLOCK_SECOND)

struct lab {
    char *folder, *path; /* path: of the database */
    struct conf conf;
    struct service *s;
};

static inline void
must(enum err e)
{
    if (e == ERR_OK)
        return;
    printf("Bail out! %s\n", err_text());
    exit(1);
}

static inline char *
lab_folder(void)
{
    const char *tmp = getenv("TMPDIR");
    struct buf path = {0};

    buf_printf(&path, "%s/vigia-XXXXXX", tmp && *tmp ? tmp : "/tmp");
    if (!mkdtemp(path.data)) {
        printf("Bail out! no temporary folder %s\n", path.data);
        exit(1);
    }
    return buf_steal(&path);
}

/* The path of a file in a folder; the caller frees it. */
static inline char *
lab_file(const char *folder, const char *name)
{
    struct buf path = {0};

    buf_printf(&path, "%s/%s", folder, name);
    return buf_steal(&path);
}

/* Removes the folder, in which there are only files. Frees its name. */
static inline void
lab_clear(char *folder)
{
    DIR *dir = opendir(folder);
    struct dirent *entry;

    while (dir && (entry = readdir(dir)))
        if (entry->d_type != DT_DIR)
            (void) unlinkat(dirfd(dir), entry->d_name, 0);
    if (dir)
        (void) closedir(dir);
    (void) rmdir(folder);
    free(folder);
}

static inline void
lab_open(struct lab *p)
{
    conf_presets(&p->conf);
    p->folder = lab_folder();
    p->path = lab_file(p->folder, "v.db");
    must(service_open(p->path, DB_CREATE, &p->conf, "ana", "cli", &p->s));
}

static inline void
lab_close(struct lab *p)
{
    service_close(p->s);
    conf_free(&p->conf);
    free(p->path);
    lab_clear(p->folder);
}

/* The model of that name, or one with id 0; model_free() it. */
static inline struct model
lab_model(struct service *s, const char *name)
{
    struct model m = {0};
    bool found = false;

    must(model_look(s, name, &found, &m));
    if (!found)
        m = (struct model){.name = xstrdup(name), .title = xstrdup("")};
    return m;
}

/* Stores a draft as a change of its own; returns the version's number. */
static inline int64_t
lab_apply(struct service *s, const char *name, const char *what,
          struct draft *d)
{
    struct model m = lab_model(s, name);
    int64_t number = 0;

    must(service_begin(s));
    must(change_open(s, what, "of the test"));
    must(draft_apply(s, &m, d, &number));
    must(service_commit(s));
    model_free(&m);
    draft_free(d);
    return number;
}

/* Fits columns (NULL-terminated) of a sensor on 10, 5, 6, 9 times scale: mean
 * 7.5, threshold 12.26 for a scale of 1. */
static inline void
lab_draft(struct service *s, const char *name, const char *const *columns,
          double scale, struct draft *d)
{
    static const double golden[] = {10, 5, 6, 9};
    struct moments moments[8] = {{0}};
    struct model m = lab_model(s, name);
    struct source source = {.columns = columns, .moments = moments};
    struct fit fit = {.kind = &kind_baseline, .source = &source};

    for (; columns[source.column_count]; source.column_count++)
        for (size_t i = 0; i < 4; i++)
            moments_add(&moments[source.column_count], golden[i] * scale);
    must(draft_fit(s, &m, &fit, d));
    model_free(&m);
}

static inline int64_t
lab_fit(struct service *s, const char *name, double scale)
{
    static const char *const columns[] = {"value", NULL};
    struct draft d;

    lab_draft(s, name, columns, scale, &d);
    return lab_apply(s, name, "fit", &d);
}

/* Records values by column of the active version, in a turn that the caller
 * has begun; false when it was there already. at 0: without a time. */
static inline bool
lab_put(struct service *s, const char *name, const double *values,
        size_t count, int64_t at, const char *request)
{
    struct model m = lab_model(s, name);
    struct compiled *c = NULL;
    struct verdicts verdicts = {0};
    struct reading r = {.model = &m,
                        .verdicts = &verdicts,
                        .timed = at != 0,
                        .at = at,
                        .request = request};
    bool stored = false;

    must(compiled_get(s, &m, 0, &c));
    r.compiled = c;
    c->kind->judge(c->model, values, count, &verdicts);
    must(history_record(s, &r, &stored));
    verdicts_free(&verdicts);
    compiled_put(c);
    model_free(&m);
    return stored;
}

/* The same for one value, in a turn of its own. */
static inline bool
lab_record(struct service *s, const char *name, double value, int64_t at)
{
    bool stored;

    must(service_begin(s));
    stored = lab_put(s, name, &value, 1, at, NULL);
    must(service_commit(s));
    return stored;
}

/* A number that a query answers; sql lives as long as the program. */
static inline int64_t
lab_number(struct service *s, const char *sql)
{
    struct db_rows *rows;
    bool more = false;
    int64_t n;

    must(db_query(s->db, sql, NULL, 0, &rows));
    must(db_next(rows, &more));
    n = more ? db_int(rows, 0) : -1;
    db_done(rows);
    return n;
}

/* Is e the error, and does its text have these words? */
#define refused(e, want, words, name) \
    refused_at(e, want, words, __FILE__, __LINE__, name)

static inline void
refused_at(enum err e, enum err want, const char *words, const char *file,
           int line, const char *name)
{
    if (!ok_at(e == want && strstr(err_text(), words), file, line, "%s", name))
        diag("   got: %d %s", (int) e, e == ERR_OK ? "" : err_text());
}

#endif
