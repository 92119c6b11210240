/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A fit from the command line: whatever the readings came from, it becomes a
 * job with one item per sensor, which is checked whole and then stored.
 */
#ifndef VIGIA_FIT_H
#define VIGIA_FIT_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kinds/kind.h"

struct cmd;
struct csv_ask;
struct draft;
struct groups;
struct model;
struct moments;

/* One sensor to fit. There may be a million: few bytes. */
struct fit_item {
    const char *text; /* what the plant calls it, borrowed; NULL: nothing but
                         the name */
    const char *name; /* owned, unless it is the text */
    const char *const *columns;
    const struct moments *moments; /* one per column */
    bool own;                      /* columns and moments are owned */
    uint8_t state;                 /* of the model, when it is stored */
    uint32_t column_count;         /* at least 1 */
    int64_t version;               /* that was stored */
};

struct fit_job {
    struct cmd *cmd;
    const struct kind *kind;
    const char **params; /* KEY=VALUE */
    size_t param_count;
    bool fresh;
    char *note; /* "from collects.csv" */
    struct fit_item *items;
    size_t count, room;
    struct source source; /* what the one item of a kind without columns
                             learns from */
    int64_t readings;     /* records read, or lines, or items of an array */
    int64_t empty;        /* of them without any value */
    int64_t change;       /* that was made; 0: none */
    size_t stored;        /* items */
    /* A draft of model is made, and nothing opened, stored or told; the
     * command names one model then. NULL: the fit is stored. */
    const struct model *model;
    struct draft *draft;
    int64_t job; /* of the REST service, which this ends; 0: none */
};

/* The fit that the command's options and arguments ask for. */
CHECKED enum err fit_run(struct fit_job *job);

/* Opens the database that the job's fit is stored in, if it is stored. */
CHECKED enum err fit_open(const struct fit_job *job);

/* A further item of the job; the caller fills it in. */
struct fit_item *fit_add(struct fit_job *job);
void fit_item_free(struct fit_item *item); /* what it owns */
void fit_job_free(struct fit_job *job);

/*
 * Reads and checks the CSV files that the options of the job's command name,
 * and adds their sensors. ask and *groups lend the items what they have, and
 * are the caller's to free in any case. (fit_csv.c)
 */
CHECKED enum err fit_csv(struct fit_job *job, struct csv_ask *ask,
                         struct groups **groups);

/* The draft of an item, for its model m. (fit_store.c) */
CHECKED enum err fit_draft(const struct fit_job *job,
                           const struct fit_item *item, const struct model *m,
                           bool only_check, struct draft *out);

/*
 * Drafts every item, so that what the database says against one is known
 * before anything is stored; then drafts them again, some thousands at a time,
 * and stores these in turns of PIECE_US, each model whole. An error after the
 * first turn says how many were stored and how to take them back.
 * (fit_store.c)
 */
CHECKED enum err fit_check(struct fit_job *job);
CHECKED enum err fit_store(struct fit_job *job);

/*
 * The whole fit of a kind without columns, from the table or the cases that
 * the job's command names. (fit_learn.c)
 */
CHECKED enum err fit_table(struct fit_job *job);
CHECKED enum err fit_cases(struct fit_job *job);

/* Prints what was stored. (fit_report.c) */
CHECKED enum err fit_report(struct fit_job *job);

/*
 * A fit for the REST service (fit_asked.c): reads --job; acts as who asked, in
 * the open database; ends the job with the error e, which it answers again.
 * Each does nothing without --job.
 */
CHECKED enum err fit_asked_begin(struct fit_job *job);
CHECKED enum err fit_asked_act(const struct fit_job *job);
CHECKED enum err fit_asked_end(struct fit_job *job, enum err e);

#endif
