/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The prior of the planners, which is all they learn:
 *   {"prior":{"alpha":10.9,"beta":262.4},"moved":1,
 *    "cases":0,"rows":0,"accepted":0}
 * Its weight is alpha + beta, as many answers as it counts for.
 */
#include "kinds/invite.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/number.h"

#define SHAPE_MAX 1e9 /* of alpha and beta */

const struct param invite_params[] = {{.name = NULL}};

void
invite_release(void *model)
{
    free(model);
}

static void
write_weights(const struct invite_model *m, struct buf *weights)
{
    struct json_out out = {.buf = weights};

    json_open(&out, '{');
    json_key(&out, "prior");
    json_open(&out, '{');
    json_key(&out, "alpha");
    json_put_number(&out, m->prior.alpha);
    json_key(&out, "beta");
    json_put_number(&out, m->prior.beta);
    json_close(&out, '}');
    json_key(&out, "moved");
    json_put_number(&out, m->moved);
    json_key(&out, "cases");
    json_put_int(&out, m->cases);
    json_key(&out, "rows");
    json_put_int(&out, m->rows);
    json_key(&out, "accepted");
    json_put_int(&out, m->accepted);
    json_close(&out, '}');
}

void
invite_builtin(const struct planner *planner, struct buf *weights)
{
    struct invite_model m = {
        .prior = beta_of(planner->mean, planner->variance), .moved = 1};

    write_weights(&m, weights);
}

/* ---- reading weights ---- */

static enum err
read_shape(const struct json *object, const char *parent, const char *key,
           double max, double *out)
{
    const struct json *value = json_get(object, key);

    if (!value || json_type(value) != JSON_NUMBER || !(json_number(value) > 0)
        || json_number(value) > max)
        return kind_problem(parent, key,
                            "\"%s\" must be a number above 0, at most %.0e",
                            key, max);
    *out = json_number(value);
    return ERR_OK;
}

static enum err
read_whole(const struct json *weights, const char *key, int64_t *out)
{
    const struct json *value = json_get(weights, key);
    double v =
        value && json_type(value) == JSON_NUMBER ? json_number(value) : NAN;

    if (!(v >= 0 && v <= 1e15 && v == floor(v)))
        return kind_problem("/weights", key,
                            "\"%s\" must be a whole number from 0 on", key);
    *out = (int64_t) v; /* in range: see above */
    return ERR_OK;
}

static enum err
read_weights(const struct json *weights, struct invite_model *m)
{
    static const char *const known[] = {"prior", "moved",    "cases",
                                        "rows",  "accepted", NULL};
    static const char *const shapes[] = {"alpha", "beta", NULL};
    const struct json *prior = json_get(weights, "prior");
    const enum err parts[] = {
        kind_members(weights, known, "weights", "/weights", NULL),
        kind_members(prior, shapes, "a prior", "/weights/prior", NULL),
        read_shape(prior, "/weights/prior", "alpha", SHAPE_MAX,
                   &m->prior.alpha),
        read_shape(prior, "/weights/prior", "beta", SHAPE_MAX, &m->prior.beta),
        read_shape(weights, "/weights", "moved", SHAPE_MAX, &m->moved),
        read_whole(weights, "cases", &m->cases),
        read_whole(weights, "rows", &m->rows),
        read_whole(weights, "accepted", &m->accepted),
    };

    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (parts[i] != ERR_OK)
            return parts[i];
    return ERR_OK;
}

enum err
invite_compile(const struct planner *planner, const struct json *weights,
               const struct json *params, void **model)
{
    struct invite_model m = {.planner = planner}, *made;
    enum err e = ERR_OK, one;

    err_clear();
    if (params && json_count(params) > 0) {
        static const char *const none[] = {NULL};

        e = kind_members(params, none, "a planner", "/params", NULL);
    }
    one = read_weights(weights, &m);
    if (e != ERR_OK || one != ERR_OK)
        return ERR_DATA;
    made = xmalloc(sizeof *made);
    *made = m;
    *model = made;
    return ERR_OK;
}

enum err
invite_check(const struct json *weights)
{
    struct invite_model m;

    err_clear();
    return read_weights(weights, &m);
}

/* ---- show and adjust ---- */

static void
say_source(const struct invite_model *m, struct buf *out)
{
    if (m->cases > 0)
        buf_printf(out, "fitted from %lld cases", (long long) m->cases);
    else
        buf_str(out, "built in");
    if (m->moved < 1 || m->moved > 1) {
        buf_str(out, ", its mean multiplied by ");
        number_add(out, m->moved);
    }
}

void
invite_show(const void *model, const char *const *states, struct json_out *out)
{
    const struct invite_model *m = model;
    const struct {
        const char *key;
        double value;
    } figures[] = {
        {"alpha",  m->prior.alpha                },
        {"beta",   m->prior.beta                 },
        {"mean",   beta_mean(&m->prior)          },
        {"weight", m->prior.alpha + m->prior.beta},
    };
    struct buf source = {0};

    (void) states;
    say_source(m, &source);
    json_open(out, '{');
    json_key(out, "prior");
    json_open(out, '{');
    for (size_t i = 0; i < sizeof figures / sizeof *figures; i++) {
        json_key(out, figures[i].key);
        json_put_number(out, figures[i].value);
    }
    json_key(out, "from");
    json_put_text(out, buf_text(&source));
    json_close(out, '}');
    json_key(out, "cases");
    json_put_int(out, m->cases);
    json_key(out, "rows");
    json_put_int(out, m->rows);
    json_key(out, "accepted");
    json_put_int(out, m->accepted);
    json_close(out, '}');
    buf_free(&source);
}

enum err
invite_adjust(const struct json *weights, double percent, const char *column,
              struct buf *out)
{
    struct invite_model m;
    double factor = 1 + percent / 100, weight, mean;
    char shown[NUMBER_MAX];
    enum err e;

    err_clear();
    e = read_weights(weights, &m);
    if (e == ERR_OK && column)
        e = err_set(ERR_NOT_FOUND, "a planner has no columns");
    if (e == ERR_OK && !isfinite(percent))
        e = err_set(ERR_DATA, "the percentage must be a finite number");
    if (e != ERR_OK)
        return e;
    weight = m.prior.alpha + m.prior.beta;
    mean = beta_mean(&m.prior) * factor;
    if (!(mean > 0 && mean < 1)) {
        (void) number_print(shown, percent);
        return err_set(ERR_DATA, "%s %% moves the prior's mean out of 0 to 1",
                       shown);
    }
    m.prior = (struct beta){weight * mean, weight * (1 - mean)};
    m.moved *= factor;
    write_weights(&m, out);
    return ERR_OK;
}

/* ---- fit ---- */

/* Sums over the finished cases that have rows. */
struct sums {
    double cases, rows, accepted;
    double squares; /* of rows */
    double spread;  /* sum of accepted^2 / rows */
};

static enum err
add_case(const struct json *one, size_t i, struct sums *sums)
{
    static const char key[] = "impacted_candidates_data";
    const struct json *rows = json_get(one, key);
    struct invite r = {0};
    struct buf at = {0}, text = {0};
    double n, a;
    enum err e;

    buf_printf(&at, "/cases/%zu", i);
    if (!rows) {
        e = kind_problem(buf_text(&at), key, "case %zu has no \"%s\"", i + 1,
                         key);
    } else {
        buf_printf(&at, "/%s", key);
        json_canonical(rows, &text);
        e = invite_read_rows(text.data, text.len, buf_text(&at), &r);
    }
    n = (double) r.rows;
    a = (double) r.accepted;
    if (e == ERR_OK && n > 0) {
        sums->cases++;
        sums->rows += n;
        sums->accepted += a;
        sums->squares += n * n;
        sums->spread += a * a / n;
    }
    buf_free(&text);
    buf_free(&at);
    invite_free(&r);
    return e;
}

/*
 * Kleinman's moments of the beta-binomial (1973): how much the shares of the
 * cases differ beyond what chance makes of the same share for all. When they
 * do not, the weight is that of all rows: they cannot say more.
 */
static struct beta
moments(const struct sums *s)
{
    double mean = s->accepted / s->rows;
    double chance = mean * (1 - mean);
    double spread = s->spread - s->rows * mean * mean;
    double alike =
        (spread - chance * (s->cases - 1))
        / (chance * (s->rows - s->squares / s->rows - s->cases + 1));
    double weight = alike > 0 ? 1 / alike - 1 : s->rows;

    weight = weight < 1 ? 1 : weight > s->rows ? s->rows : weight;
    return (struct beta){weight * mean, weight * (1 - mean)};
}

enum err
invite_fit(const struct source *source, const struct json *old,
           struct buf *weights)
{
    struct invite_model m = {.moved = 1};
    struct sums sums = {0};
    size_t count = json_count(source->cases);
    enum err e = ERR_OK;

    (void) old;
    err_clear();
    for (size_t i = 0; i < count && !kind_enough_problems(); i++)
        if (add_case(json_at(source->cases, i), i, &sums) != ERR_OK)
            e = ERR_DATA;
    if (e != ERR_OK)
        return e;
    if (sums.cases < 2)
        return err_set(ERR_DATA,
                       "a prior needs two finished cases with rows "
                       "at least, here are %.0f",
                       sums.cases);
    if (sums.accepted <= 0 || sums.accepted >= sums.rows)
        return err_set(ERR_DATA,
                       "of %.0f rows %s were accepted: that says "
                       "nothing about the next ones",
                       sums.rows, sums.accepted > 0 ? "all" : "none");
    m.prior = moments(&sums);
    m.cases = (int64_t) sums.cases; /* counts */
    m.rows = (int64_t) sums.rows;
    m.accepted = (int64_t) sums.accepted;
    write_weights(&m, weights);
    return ERR_OK;
}
