/* SPDX-License-Identifier: Apache-2.0 */
/*
 * invite-stoch: the chance of acceptance is drawn several times from the
 * posterior; for each the most invitations that do not overfill are worth
 * their price or not, and a low quantile of these numbers is the answer.
 */
#include "kinds/invite.h"

#include <math.h>
#include <stdlib.h>

enum { DRAWS = 15, CALLBACK_MIN = 5, CALLBACK = 16 /* minutes */ };

static const double gain = 2500, price = 20; /* of an acceptance, an invite */

static int
compare(const void *a, const void *b)
{
    double x = *(const double *) a, y = *(const double *) b;

    return (x > y) - (x < y);
}

/* The share p of sorted values, between two of them in proportion. */
static double
quantile(const double *sorted, size_t count, double p)
{
    double place = p * (double) (count - 1), below = floor(place);
    size_t i = (size_t) below; /* at most count - 1 */

    return i + 1 < count
               ? sorted[i] + (sorted[i + 1] - sorted[i]) * (place - below)
               : sorted[i];
}

/*
 * The most of gain accepted - price invited, where accepted = p invited and
 * may be no whole number, invited is one, and neither exceeds what there is.
 */
static double
best_invited(const struct invite *r, double p)
{
    return gain * p > price
               ? fmin((double) r->pool, floor((double) r->vacancies / p))
               : 0;
}

static double
draw_candidates(const struct invite *r, const struct beta *b, uint64_t seed)
{
    struct draws draws = {seed};
    double invited[DRAWS];

    for (size_t i = 0; i < DRAWS; i++)
        invited[i] = best_invited(r, draws_beta(&draws, b));
    qsort(invited, DRAWS, sizeof *invited, compare);
    return fmin(trunc(quantile(invited, DRAWS, 0.3)), (double) r->pool);
}

/* The median of the usual minutes and the accepted ones, in whole minutes. */
static double
callback(const struct invite *r)
{
    size_t count = r->minute_count + 1;
    double *minutes = xcalloc(count + 1, sizeof *minutes), median;

    minutes[0] = CALLBACK;
    for (size_t i = 0; i < r->minute_count; i++)
        minutes[i + 1] = trunc(r->minutes[i]);
    if (r->rows == 0 || !r->any_status)
        minutes[count++] = 0;
    qsort(minutes, count, sizeof *minutes, compare);
    median = trunc(quantile(minutes, count, 0.5));
    free(minutes);
    return fmax(CALLBACK_MIN, median);
}

/* In whole numbers of accepted, as the original asked for, only none fits. */
static enum err
plan(const struct invite *r, const struct beta *prior, bool original,
     const struct ask *ask, struct invite_plan *out)
{
    if (original && r->untimed)
        return invite_failed("no row has a time_to_respond_ir_minutes");
    if (!original)
        out->posterior = invite_posterior(r, prior);
    out->drawn = !original;
    out->candidates =
        original ? 0 : draw_candidates(r, &out->posterior, ask->seed);
    out->callback = callback(r);
    return ERR_OK;
}

static const struct planner planner = {0.2, 0.001, plan};

static enum err
compile(const struct json *weights, const struct json *params, void **model)
{
    return invite_compile(&planner, weights, params, model);
}

static void
builtin(struct buf *weights)
{
    invite_builtin(&planner, weights);
}

const struct kind kind_invite_stoch = {
    .name = "invite-stoch",
    .summary = "whom to invite: the best number over chances that are drawn",
    .params = invite_params,
    .learns = LEARNS_CASES,
    .moves = "the prior's mean, keeping its weight",
    .fit = invite_fit,
    .compile = compile,
    .release = invite_release,
    .columns = kind_no_columns,
    .find = kind_no_column,
    .test = invite_test,
    .test_text = invite_test_text,
    .adjust = invite_adjust,
    .show = invite_show,
    .check = invite_check,
    .builtin = builtin,
};
