/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A model as code: a folder with model.ini, which says what the model is and
 * what it learns from or is loaded from, and with tests, which say what it
 * has to answer. The format is in vigia-deploy(7).
 */
#ifndef VIGIA_DEPLOY_H
#define VIGIA_DEPLOY_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

#include "base/ini.h"

struct cmd;
struct draft;
struct json;
struct model;

/* ---- the recipe (deploy_recipe.c) ---- */

struct recipe {
    const char *folder; /* borrowed */
    struct ini ini;
    const char *name; /* of the model; borrowed from ini */
    const char *from; /* the file it is made from, as model.ini has it */
    bool loads;       /* that is a model, not data */
};

/*
 * Reads and checks FOLDER/model.ini. ERR_INPUT: there is none; ERR_CONFIG
 * names file, line and key. Free in any case.
 */
CHECKED enum err recipe_read(const char *folder, struct recipe *out);
void recipe_free(struct recipe *r);

/* Trains or loads, as a draft for the model m; errors as fit and load. */
CHECKED enum err recipe_draft(const struct cmd *cmd, const struct recipe *r,
                              const struct model *m, struct draft *out);

/* ---- its tests (deploy_tests.c) ---- */

struct trial {
    char *name; /* the file and which of its tests: "prices.json 3" */
    char *why;  /* why it failed; NULL: it passed */
    /* What is tested; borrowed from the trials. */
    const struct json *test; /* a request and its answer, or bounds of: */
    const char *metric;      /* NULL: it is a request */
};

struct trials {
    struct trial *items;
    size_t count, failed;
    struct json **files; /* what was read */
    size_t file_count;
};

/*
 * Reads the tests of FOLDER/tests, completely checked. ERR_INPUT: they cannot
 * be read; ERR_DATA, ERR_SYNTAX name the file and what is wrong, such as that
 * there is no test. Free in any case.
 */
CHECKED enum err trials_read(const char *folder, struct trials *out);
void trials_free(struct trials *t);

/* Runs all of them against a draft for the model m. */
CHECKED enum err trials_run(struct trials *t, const struct model *m,
                            const struct draft *d);

#endif
