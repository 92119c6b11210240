/* SPDX-License-Identifier: Apache-2.0 */
/* The rule that all planners begin with, and what they say of a plan. */
#include "kinds/invite.h"

#include <math.h>

#include "base/json.h"
#include "base/number.h"

enum { DETAIL = 511, REASON = 255 }; /* bytes that most answers need less of */

static const int64_t minute = 60000000; /* microseconds */

struct beta
invite_posterior(const struct invite *r, const struct beta *prior)
{
    double share =
        r->rows ? rint(100 * (double) r->accepted / (double) r->rows) : 0;

    if (!(share > 0))
        return *prior;
    return (struct beta){prior->alpha + 1, prior->beta + share};
}

enum err
invite_failed(const char *why)
{
    return kind_problem("?mode", NULL,
                        "the original program failed on such a request: %s",
                        why);
}

/* Why nothing is to be planned; NULL: something is. */
static const char *
finished(const struct invite *r)
{
    return r->vacancies <= 0       ? "all vacancies are filled"
           : r->now >= r->deadline ? "the deadline has come"
           : r->pool <= 0          ? "nobody is left in the pool"
                                   : NULL;
}

/* ---- the explained answer ---- */

struct answer {
    const struct invite *request;
    const struct invite_plan *plan;
    const char *finished; /* NULL: it is open */
    const struct ask *ask;
    struct beta_tries tries;
    bool late;
};

static void
say(const struct answer *a, struct buf *out)
{
    const struct invite *r = a->request;

    if (a->finished) {
        buf_printf(out, "nothing is to be done: %s", a->finished);
        return;
    }
    buf_printf(out, "%lld vacanc%s open and %lld candidate%s left; ",
               (long long) r->vacancies,
               r->vacancies == 1 ? "y is" : "ies are", (long long) r->pool,
               r->pool == 1 ? "" : "s");
    if (r->rows > 0)
        buf_printf(out, "%zu of %zu asked so far accepted; ", r->accepted,
                   r->rows);
    buf_printf(out, "about %.2g %% of those invited accept: ",
               100 * beta_mean(&a->plan->posterior));
    buf_printf(out, "invite %.0f, and look again in %.0f minute%s%s",
               a->plan->candidates, a->plan->callback,
               a->plan->callback == 1 ? "" : "s",
               a->late ? ", which is after the deadline" : "");
}

static void
put_posterior(struct json_out *out, const struct beta *b)
{
    json_key(out, "posterior");
    json_open(out, '{');
    json_key(out, "alpha");
    json_put_number(out, b->alpha);
    json_key(out, "beta");
    json_put_number(out, b->beta);
    json_key(out, "mean");
    json_put_number(out, beta_mean(b));
    json_key(out, "interval");
    json_open(out, '[');
    json_put_number(out, beta_quantile(b, 0.05));
    json_put_number(out, beta_quantile(b, 0.95));
    json_close(out, ']');
    json_close(out, '}');
}

/* The three values come first: the routes of the planners read them there. */
static void
explain(const struct answer *a, struct buf *detail)
{
    struct json_out out = {.buf = detail};
    struct buf text = {0};

    buf_reserve(detail, DETAIL); /* one allocation instead of some */
    buf_reserve(&text, REASON);
    json_open(&out, '{');
    json_key(&out, "finished");
    json_put_bool(&out, a->finished);
    json_key(&out, "candidates");
    json_put_number(&out, a->plan->candidates);
    json_key(&out, "callback_minutes");
    json_put_number(&out, a->plan->callback);
    put_posterior(&out, &a->plan->posterior);
    json_key(&out, "probability_filled");
    json_put_number(&out, a->tries.enough);
    json_key(&out, "expected_over");
    json_put_number(&out, a->tries.over);
    json_key(&out, "late");
    json_put_bool(&out, a->late);
    if (a->plan->drawn) {
        json_key(&out, "seed");
        json_put_int(&out, (int64_t) a->ask->seed); /* below 2^53 */
    }
    say(a, &text);
    json_key(&out, "reason");
    json_put_text(&out, buf_text(&text));
    if (a->request->warnings.len > 0) {
        buf_clear(&text);
        buf_printf(&text, "[%s]", a->request->warnings.data);
        json_key(&out, "warnings");
        json_put_raw(&out, buf_text(&text));
    }
    json_close(&out, '}');
    buf_free(&text);
}

/* ---- the test ---- */

static void
judge(const struct answer *plan, struct verdicts *out)
{
    const struct invite *r = plan->request;
    struct answer a = *plan;
    struct verdict *v = verdicts_add(out);

    a.tries = (struct beta_tries){r->vacancies <= 0, 0};
    if (!a.finished) {
        a.tries =
            beta_tries(&a.plan->posterior,
                       (int64_t) fmax(a.plan->candidates, 0), r->vacancies);
        a.late = a.plan->callback
                 > (double) (r->deadline - r->now) / (double) minute;
    }
    explain(&a, &v->detail);
    v->value = a.plan->candidates;
    v->score = NAN;
}

enum err
invite_test_text(const void *model, const char *text, size_t len,
                 const struct ask *ask, struct verdicts *out)
{
    static const char *const modes[] = {"repaired", "original", NULL};
    const struct invite_model *m = model;
    struct invite r = {0};
    struct invite_plan plan = {.posterior = m->prior};
    struct answer a = {.request = &r, .plan = &plan, .ask = ask};
    size_t mode;
    enum err e = invite_read(text, len, &r);

    if (e != ERR_SYNTAX && kind_mode(ask, modes, &mode) != ERR_OK)
        e = ERR_DATA;
    if (e != ERR_OK) {
        invite_free(&r);
        return e;
    }
    a.finished = finished(&r);
    if (!a.finished)
        e = m->planner->plan(&r, &m->prior, mode == 1, ask, &plan);
    if (e == ERR_OK)
        judge(&a, out);
    invite_free(&r);
    return e;
}

enum err
invite_test(const void *model, const struct json *request,
            const struct ask *ask, struct verdicts *out)
{
    struct buf text = {0};
    enum err e;

    json_canonical(request, &text);
    e = invite_test_text(model, text.data, text.len, ask, out);
    buf_free(&text);
    return e;
}
