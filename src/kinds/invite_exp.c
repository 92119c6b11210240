/* SPDX-License-Identifier: Apache-2.0 */
/*
 * invite-exp: an eighteenth of all is invited at a time, and the looks grow
 * apart exponentially, from the first answers to 0.15 of the time there is.
 */
#include "kinds/invite.h"

#include <math.h>

static const double rounds = 18;
static const int64_t minute = 60000000; /* microseconds */

/* Whole minutes, rounded down. */
static double
minutes_of(int64_t us)
{
    return (double) (us / minute - (us % minute < 0));
}

/*
 * The first distance whose sum with those before reaches elapsed; NaN when
 * none does. total and elapsed are minutes since the first look.
 */
static double
distance(double total, double elapsed)
{
    double count, sum = 0;

    if (!(total > 0))
        return NAN;
    count = floor(rounds / (total / pow(total, 1.05)));
    for (double k = 0; k < count; k++) {
        double step = trunc(exp(log(0.15 * total) * k / (count - 1)));

        sum += step;
        if (step > 0 && sum >= elapsed)
            return step;
    }
    return NAN;
}

static enum err
plan(const struct invite *r, const struct beta *prior, bool original,
     const struct ask *ask, struct invite_plan *out)
{
    int64_t longest = llrint(r->longest * (double) minute);
    int64_t first = r->now - (original ? -longest : longest);
    double left = minutes_of(r->deadline - r->now), callback;

    (void) ask;
    if (original && r->whole)
        return invite_failed("all its times are whole numbers");
    callback =
        distance(minutes_of(r->deadline - first), minutes_of(r->now - first));
    callback = isnan(callback) ? left - 1 : fmin(left - 1, callback);
    out->candidates = rint((double) (r->pool + (int64_t) r->rows) / rounds);
    out->callback = callback;
    if (original)
        return ERR_OK;
    out->posterior = invite_posterior(r, prior);
    out->candidates = fmin(out->candidates, (double) r->pool);
    out->callback = fmax(callback, 0);
    return ERR_OK;
}

/* The same chance of acceptance as that of invite-nbinom. */
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

const struct kind kind_invite_exp = {
    .name = "invite-exp",
    .summary = "whom to invite: looks that grow apart exponentially",
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
