/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the three invitation planners share: their request, the rule that
 * says when all is finished, their prior, which is a Beta distribution of how
 * likely somebody who is invited accepts, and the explained answer. Each kind
 * is a plan over these. vigia-planners(7) has the mathematics.
 */
#ifndef VIGIA_INVITE_H
#define VIGIA_INVITE_H

#include "kinds/beta.h"
#include "kinds/kind.h"

/* A request, checked. */
struct invite {
    int64_t now, deadline; /* microseconds */
    int64_t vacancies;     /* still open: without the offers accepted */
    int64_t pool;          /* candidates that can still be invited */
    size_t rows, accepted; /* accepted: the invitation */
    size_t offered;        /* who accepted the offer */
    bool any_status;       /* some row has a notification_status */
    double *minutes;       /* until they answered, of the accepted; owned */
    size_t minute_count;
    /* of all rows: */
    bool timed; /* some row has a time, and the longest is: */
    double longest;
    bool whole;          /* each row has one, written as an integer */
    bool untimed;        /* no row has even the member */
    bool faulty;         /* a problem with a row was noted */
    struct buf warnings; /* items of a JSON array; owned */
};
void invite_free(struct invite *r);

/* What is planned. */
struct invite_plan {
    double candidates, callback; /* whole numbers; minutes */
    struct beta posterior;
    bool drawn; /* by the seed */
};

struct planner {
    double mean, variance; /* of the built-in prior */
    /*
     * Of an open request. ERR_DATA (kind_problem): with original, when the
     * program that this one follows failed.
     */
    enum err (*plan)(const struct invite *r, const struct beta *prior,
                     bool original, const struct ask *ask,
                     struct invite_plan *out);
};

/* The prior after the answers of the request. */
struct beta invite_posterior(const struct invite *r, const struct beta *prior);

/* What the original program answered instead of a plan. */
CHECKED enum err invite_failed(const char *why);

/* ---- members of struct kind; those of weights are in invite_prior.c ---- */

extern const struct param invite_params[];

enum err invite_fit(const struct source *source, const struct json *old,
                    struct buf *weights);
enum err invite_compile(const struct planner *planner,
                        const struct json *weights, const struct json *params,
                        void **model);
void invite_release(void *model);
enum err invite_adjust(const struct json *weights, double percent,
                       const char *column, struct buf *out);
void invite_show(const void *model, const char *const *states,
                 struct json_out *out);
enum err invite_check(const struct json *weights);
void invite_builtin(const struct planner *planner, struct buf *weights);
enum err invite_test(const void *model, const struct json *request,
                     const struct ask *ask, struct verdicts *out);
enum err invite_test_text(const void *model, const char *text, size_t len,
                          const struct ask *ask, struct verdicts *out);

/* A compiled model. */
struct invite_model {
    const struct planner *planner;
    struct beta prior;
    int64_t cases, rows, accepted; /* it was fitted from; 0: built in */
    double moved; /* by adjustments: the mean was multiplied by it */
};

/* Reads a request. ERR_SYNTAX: it is no JSON; ERR_DATA: all that is wrong.
 * (invite_request.c) */
CHECKED enum err invite_read(const char *text, size_t len, struct invite *out);

/* What is not known, and so does what. */
struct json_raw;
void invite_warn(struct invite *r, const char *what,
                 const struct json_raw *word, const char *so);

/* The rows that p stands before (invite_rows.c): problems are noted, and make
 * r faulty. ERR_SYNTAX as json_pull.h says. */
struct json_pull;
CHECKED enum err invite_pull_rows(struct json_pull *p, const char *pointer,
                                  struct invite *r);

/* Reads an array of rows, which stands at pointer: adds to what r counts.
 * Errors likewise; the problems are noted beside others. */
CHECKED enum err invite_read_rows(const char *text, size_t len,
                                  const char *pointer, struct invite *r);

#endif
