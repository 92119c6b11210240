/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The verbs on a model as requests: fit, adjust, test and the like. The routes
 * of sensors and those of models do the same and differ in what they answer.
 */
#ifndef VIGIA_VERBS_H
#define VIGIA_VERBS_H

#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "cgi/route.h"
#include "core/draft.h"
#include "core/model.h"
#include "core/version.h"
#include "kinds/kind.h"

struct exchange;
struct json;
struct known;

/* ---- changes ---- */

/* A change that was made to a model, or was not: then the answer is finished
 * already (a 412), or the work goes on in another turn (x->more). */
struct deed {
    struct model model; /* as it is now; owned, like the rest: deed_free() */
    struct draft draft; /* the new version */
    struct buf warning; /* what the user should know; empty: nothing */
    char *column;       /* the only one that was changed; NULL: several */
    bool done;
};
void deed_free(struct deed *deed);

/* prepare: reads the body, which may be missing for all but a fit. */
enum err verb_fit_read(struct exchange *x);
enum err verb_json_read(struct exchange *x);

/* Makes json, which is x's then, the state of x. */
void verb_keep(struct exchange *x, struct json *json);

/* In a turn; x->state is what prepare made of the body. */
CHECKED enum err verb_fit(struct exchange *x, struct deed *deed);
CHECKED enum err verb_adjust(struct exchange *x, struct deed *deed);

/*
 * Opens a change and applies the draft of the deed to its model. The model is
 * as it was for the draft; If-Match is looked at.
 */
CHECKED enum err verb_store(struct exchange *x, struct deed *deed,
                            const char *what, const char *note);

/*
 * A fit on a table as text/csv: whether the body is one, and then what
 * prepare and answer do instead, which finishes the answer.
 */
bool verb_train_wanted(const struct exchange *x);
enum err verb_train_read(struct exchange *x);
enum err verb_train(struct exchange *x);

/*
 * A load: the first is called by prepare, which knows the name, and makes
 * x->state of the body, a model's text or a form; the second in a turn.
 */
CHECKED enum err verb_load_read(struct exchange *x, const char *name);
CHECKED enum err verb_load(struct exchange *x, const char *name,
                           struct deed *deed);

/* Puts the ETag of the active version into the answer. */
void verb_tag(struct exchange *x, const struct model *m);

/* ---- tests ---- */

struct trial {
    const struct known *known; /* borrowed till the end of the turn */
    struct compiled *compiled; /* the version that judged; owned */
    struct verdicts verdicts;
    struct verdict one; /* the place of a single verdict: verdicts may use */
    /* what history keeps as the request of a kind without columns: one of the
     * two; input is the body unless it is set before */
    const struct json *input;
    const char *text;
    bool alert; /* any of them */
};
void trial_free(struct trial *trial);

/* prepare: reads the body; the usual {"value":10} is left as it is. */
enum err verb_test_read(struct exchange *x);

/* Judges, and records unless ?record=0. trial is zeroed but for input, and
 * stays where it is. In a turn. */
CHECKED enum err verb_test(struct exchange *x, struct trial *trial);

/* What fits, tests and adjustments take in their query, in both route
 * families. */
extern const struct route_query verb_fit_queries[], verb_train_queries[];
extern const struct route_query verb_test_queries[];
extern const struct route_query verb_adjust_queries[];

#endif
