/* SPDX-License-Identifier: Apache-2.0 */
/* The planners: every case with a known answer, in both modes. */
#include "data/lines.h"
#include "planners.h"

enum { SEEDS = 500 };

/* Is p the array [finished, candidates, callback]? which of them to look at:
 * 3 bits. */
static bool
same(const struct plan *p, const struct json *want, unsigned which)
{
    return p->e == ERR_OK
           && (!(which & 1) || p->finished == json_bool(json_at(want, 0)))
           && (!(which & 2) || p->candidates == json_number(json_at(want, 1)))
           && (!(which & 4) || p->callback == json_number(json_at(want, 2)));
}

/* ---- the cases that are known ---- */

static struct json *
known_cases(void)
{
    const char *shared = getenv("VIGIA_SHARED"), *top = getenv("top_srcdir");
    struct buf path = {0}, text = {0};
    struct json *cases = NULL;
    FILE *f;

    if (shared)
        buf_str(&path, shared);
    else
        buf_printf(&path, "%s/../shared/data", top ? top : ".");
    buf_str(&path, "/invitations/cases.jsonl");
    f = fopen(buf_text(&path), "r");
    for (int c; f && (c = getc(f)) != EOF;)
        buf_char(&text, (char) c);
    if (f) {
        (void) fclose(f);
        must(lines_read(text.data, text.len, &cases));
    }
    buf_free(&path);
    buf_free(&text);
    return cases;
}

struct score {
    int right, wrong;
};

static void
count(struct score *score, bool right, const struct json *known,
      const char *what)
{
    score->right += right;
    score->wrong += !right;
    if (!right)
        diag("   %s, id %g: %s", what, json_number(json_get(known, "id")),
             err_text());
}

/* The product's rule on top: no more than there are, nothing below 0. */
static bool
clipped(const struct plan *p, const struct json *want, double pool)
{
    return p->e == ERR_OK && p->finished == json_bool(json_at(want, 0))
           && p->candidates == fmin(json_number(json_at(want, 1)), pool)
           && p->callback == fmax(json_number(json_at(want, 2)), 0);
}

static void
check_exp(const struct json *known, const struct json *request,
          struct score *repaired, struct score *original)
{
    const struct json *all =
        json_get(json_get(known, "responses"), "optim-exp");
    const struct json *want = json_get(all, "as_run");
    double pool = json_number(json_get(request, "num_remaining_in_pool"));
    struct plan p = asked(EXP, request, NULL, 1);

    count(repaired,
          clipped(&p, json_get(all, "repaired_cast_and_sign"),
                  p.finished ? 0 : pool),
          known, "optim-exp");
    json_free(p.json);
    p = asked(EXP, request, "original", 1);
    count(original,
          json_type(want) == JSON_ARRAY ? same(&p, want, 7) : p.e == ERR_DATA,
          known, "optim-exp as run");
    json_free(p.json);
}

/* The callback by the rule: rounded mean minutes of the accepted, or 7. */
static double
known_callback(const struct json *request)
{
    const struct json *rows = json_get(request, "impacted_candidates_data");
    double sum = 0, times = 0;

    for (size_t i = 0; i < json_count(rows); i++) {
        const struct json *row = json_at(rows, i);
        const struct json *status = json_get(row, "notification_status");
        const struct json *time = json_get(row, "time_to_respond_ir_minutes");

        if (status && !strcmp(json_text(status), "ir_accepted") && time) {
            sum += json_number(time);
            times++;
        }
    }
    return json_count(rows) >= 3 && times > 0 ? rint(sum / times) : 7;
}

static void
check_nbinom(const struct json *known, const struct json *request,
             struct score *repaired, struct score *original)
{
    const struct json *all =
        json_get(json_get(known, "responses"), "optim-nbinomial");
    const struct json *figures = json_get(all, "repaired_alpha_beta_ppmean");
    struct plan p = asked(NBINOM, request, NULL, 1);
    const struct json *posterior = json_get(p.json, "posterior");

    count(repaired,
          same(&p, json_get(all, "repaired_posterior"), 3)
              && p.callback == (p.finished ? 0 : known_callback(request)),
          known, "optim-nbinomial");
    if (!p.finished)
        count(repaired,
              json_number(json_get(posterior, "alpha"))
                      == json_number(json_at(figures, 0))
                  && json_number(json_get(posterior, "beta"))
                         == json_number(json_at(figures, 1)),
              known, "posterior");
    json_free(p.json);
    p = asked(NBINOM, request, "original", 1);
    count(original, same(&p, json_get(all, "as_run"), 7), known,
          "optim-nbinomial as run");
    json_free(p.json);
}

/* 500 seeds against 500 repetitions. */
static bool
agrees(const struct json *request, const struct json *known)
{
    double mean = json_number(json_get(known, "mean"));
    double sd = json_number(json_get(known, "sd"));
    double sum = 0, squares = 0, error;

    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        struct plan p = asked(STOCH, request, NULL, seed);

        sum += p.candidates;
        squares += p.candidates * p.candidates;
        json_free(p.json);
    }
    sum /= SEEDS;
    squares = sqrt(fmax(0, squares / SEEDS - sum * sum));
    error = 6 * sqrt((sd * sd + squares * squares) / SEEDS);
    if (fabs(sum - mean) <= error + 1e-9 && fabs(squares - sd) <= 0.2 * sd)
        return true;
    diag("   mean %g, not %g; sd %g, not %g", sum, mean, squares, sd);
    return false;
}

static void
check_stoch(const struct json *known, const struct json *request,
            struct score *exact, struct score *spread)
{
    static const char *const modes[] = {NULL, "original"};
    const struct json *all =
        json_get(json_get(known, "responses"), "optim-stoch-constraint");
    const struct json *want = json_get(all, "as_run");
    const struct json *drawn =
        json_get(all, "candidates_intended_posterior_repaired");

    for (size_t i = 0; i < 2; i++) {
        struct plan p = asked(STOCH, request, modes[i], 1);

        if (json_get(want, "http_500"))
            count(exact,
                  i == 0 ? p.e == ERR_OK : p.e == ERR_OK || p.e == ERR_DATA,
                  known, "optim-stoch-constraint failed");
        else
            count(exact,
                  p.e == ERR_OK
                      && p.finished == json_bool(json_get(want, "finished"))
                      && p.callback
                             == json_number(json_get(want, "callback_minutes"))
                      && (i == 0 || p.candidates == 0),
                  known, "optim-stoch-constraint");
        json_free(p.json);
    }
    if (drawn)
        count(spread, agrees(request, drawn), known, "draws");
}

static void
test_known(void)
{
    struct json *cases = known_cases();
    struct score exp_ = {0, 0}, exp_run = {0, 0}, nbinom = {0, 0},
                 nbinom_run = {0, 0}, stoch = {0, 0}, draws = {0, 0};

    if (!cases) {
        skip("no known cases in the shared data");
        return;
    }
    for (size_t i = 0; i < json_count(cases); i++) {
        const struct json *known = json_at(cases, i);
        const struct json *request = json_get(known, "request");

        check_exp(known, request, &exp_, &exp_run);
        check_nbinom(known, request, &nbinom, &nbinom_run);
        check_stoch(known, request, &stoch, &draws);
    }
    ok(exp_.right > 200 && exp_.wrong == 0, "optim-exp, every case");
    ok(exp_run.right > 200 && exp_run.wrong == 0, "and as it was run");
    ok(nbinom.right > 200 && nbinom.wrong == 0, "optim-nbinomial, every case");
    ok(nbinom_run.right > 200 && nbinom_run.wrong == 0, "and as it was run");
    ok(stoch.right > 400 && stoch.wrong == 0,
       "optim-stoch-constraint, what is not drawn");
    ok(draws.right > 100 && draws.wrong == 0, "and what is, over 500 seeds");
    json_free(cases);
}

int
main(void)
{
    compile_builtin();
    test_known();
    release_builtin();
    return done_testing();
}
