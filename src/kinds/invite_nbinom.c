/* SPDX-License-Identifier: Apache-2.0 */
/*
 * invite-nbinom: as many invitations as are refused, on average, before the
 * next one is accepted: the mean of the negative binomial distribution whose
 * chance is the posterior.
 */
#include "kinds/invite.h"

#include <math.h>

enum { ENOUGH_ROWS = 3, CALLBACK = 7 /* minutes */ };

static double
mean_minutes(const struct invite *r)
{
    double sum = 0;

    for (size_t i = 0; i < r->minute_count; i++)
        sum += r->minutes[i];
    return sum / (double) r->minute_count;
}

/* The original looked at the accepted ones when their number was odd. */
static enum err
plan(const struct invite *r, const struct beta *prior, bool original,
     const struct ask *ask, struct invite_plan *out)
{
    bool known = original ? r->accepted % 2 == 1 : r->accepted > 0;
    struct beta b = original ? *prior : invite_posterior(r, prior);
    double pool = (double) r->pool;

    (void) ask;
    out->posterior = b;
    out->candidates =
        b.alpha > 1 ? fmin(rint(b.beta / (b.alpha - 1)), pool) : pool;
    out->callback = CALLBACK;
    if (known && r->rows >= ENOUGH_ROWS && r->minute_count > 0)
        out->callback = rint(mean_minutes(r));
    return ERR_OK;
}

static const struct planner planner = {0.04, 0.00014, plan};

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

const struct kind kind_invite_nbinom = {
    .name = "invite-nbinom",
    .summary = "whom to invite: refusals before the next acceptance",
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
