/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Examples: rows that a model brings along, with its answers. A fit draws
 * them between the least and the most of each feature, as a row of the
 * training data has no business in a model that is handed on; a load asks
 * them again, before the model becomes active.
 */
#include "kinds/tabular.h"

#include <math.h>
#include <stdlib.h>

#include "base/json.h"
#include "base/number.h"

enum {
    EXAMPLES = 5,       /* drawn by a fit */
    EXAMPLES_MAX = 100, /* of a load */
    STEPS = 8,          /* from the least to the most */
    SHOWN_MAX = 200     /* bytes of an answer in a sentence */
};

/* Relative, or absolute below 1: the functions of another machine's C library
 * may differ by the last bit of a float. */
static const double TOLERANCE = 1e-6;

static const char examples_at[] = "/weights/examples";

/* What a model answers to a row: a number, or an object of probabilities.
 * detail is the caller's to free. */
static enum err
answer_to(const struct tabular *m, const struct json *row,
          struct json **detail, const struct json **answer)
{
    const struct ask ask = {.mode = NULL};
    struct verdicts v = {0};
    enum err e = tabular_test(m, row, &ask, &v);

    if (e == ERR_OK)
        e = json_parse(buf_text(&v.items[0].detail), v.items[0].detail.len,
                       detail);
    if (e == ERR_OK)
        *answer = json_get(*detail, m->features.classes.count ? "probabilities"
                                                              : "value");
    verdicts_free(&v);
    return e;
}

/* ---- drawing ---- */

static void
put_drawn(const struct feature *f, uint64_t n, struct json_out *out)
{
    double part = (double) (n / STEPS % (STEPS + 1)) / STEPS;

    json_key(out, f->name);
    if (f->missing > 0 && n % STEPS == 0)
        json_put_null(out);
    else if (f->levels.count > 0)
        json_put_text(out, f->levels.items[n / STEPS % f->levels.count]);
    else
        json_put_number(out, f->min + (f->max - f->min) * part);
}

static enum err
put_example(const struct tabular *m, uint64_t *state, struct json_out *out)
{
    struct buf text = {0};
    struct json_out row = {.buf = &text};
    struct json *json = NULL, *detail = NULL;
    const struct json *answer = NULL;
    enum err e;

    json_open(&row, '{');
    for (size_t i = 0; i < m->features.count; i++)
        put_drawn(&m->features.items[i], tabular_draw(state), &row);
    json_close(&row, '}');
    e = json_parse(buf_text(&text), text.len, &json);
    if (e == ERR_OK)
        e = answer_to(m, json, &detail, &answer);
    if (e == ERR_OK) {
        json_open(out, '{');
        json_key(out, "row");
        json_put_raw(out, buf_text(&text));
        buf_clear(&text);
        json_canonical(answer, &text);
        json_key(out, "answer");
        json_put_raw(out, buf_text(&text));
        json_close(out, '}');
    }
    json_free(detail);
    json_free(json);
    buf_free(&text);
    return e;
}

enum err
examples_draw(const struct learner *learner, const struct buf *weights,
              uint64_t seed, struct buf *out)
{
    struct json_out examples = {.buf = out};
    struct json *json = NULL;
    void *model = NULL;
    enum err e = json_parse(buf_text(weights), weights->len, &json);

    if (e == ERR_OK)
        e = tabular_compile(learner, json, NULL, &model);
    json_open(&examples, '[');
    for (int i = 0; i < EXAMPLES && e == ERR_OK; i++)
        e = put_example(model, &seed, &examples);
    json_close(&examples, ']');
    tabular_release(model);
    json_free(json);
    return e;
}

/* ---- asking again ---- */

static bool
near(const struct json *a, const struct json *b)
{
    return json_type(a) == JSON_NUMBER && json_type(b) == JSON_NUMBER
           && fabs(json_number(a) - json_number(b))
                  <= TOLERANCE * fmax(1, fabs(json_number(b)));
}

/* Two numbers, or two objects of them with the same members. */
static bool
same(const struct json *a, const struct json *b)
{
    struct json_walk it = {0};
    const struct json *other;

    if (json_type(a) != JSON_OBJECT || json_type(b) != JSON_OBJECT)
        return near(a, b);
    while (json_next(a, &it)) {
        other = json_get(b, it.key);
        if (!other || !near(it.value, other))
            return false;
    }
    return json_count(a) == json_count(b);
}

static enum err
differs(const char *number, const struct json *got, const struct json *want)
{
    struct buf a = {0}, b = {0};
    enum err e;

    json_canonical(got, &a);
    json_canonical(want, &b);
    e = kind_problem(examples_at, number,
                     "the model answers its example %s with %.*s, and the "
                     "file says %.*s: it is not the model whose examples "
                     "these are",
                     number, SHOWN_MAX, buf_text(&a), SHOWN_MAX, buf_text(&b));
    buf_free(&a);
    buf_free(&b);
    return e;
}

/* The row cannot be asked. */
static enum err
unasked(const char *number)
{
    char *why = xstrdup(err_text());
    enum err e;

    err_clear();
    e = kind_problem(examples_at, number, "example %s: %s", number, why);
    free(why);
    return e;
}

static enum err
check_example(const struct tabular *m, const struct json *example, size_t i)
{
    static const char *const known[] = {"answer", "row", NULL};
    const struct json *row = json_get(example, "row");
    const struct json *want = json_get(example, "answer"), *got = NULL;
    struct json *detail = NULL;
    char number[NUMBER_MAX];
    enum err e = kind_members(example, known, "an example", examples_at, NULL);

    (void) number_print(number, (double) i); /* few */
    if (e == ERR_OK && (!row || !want))
        e = kind_problem(examples_at, number,
                         "example %s must have \"row\" and \"answer\"",
                         number);
    if (e != ERR_OK)
        return e;
    e = answer_to(m, row, &detail, &got);
    if (e != ERR_OK)
        e = unasked(number);
    else if (!same(got, want))
        e = differs(number, got, want);
    json_free(detail);
    return e;
}

enum err
examples_check(struct tabular *m, const struct json *examples)
{
    enum err e = ERR_OK;

    if (!examples)
        return ERR_OK;
    if (json_type(examples) != JSON_ARRAY
        || json_count(examples) > EXAMPLES_MAX)
        return kind_problem("/weights", "examples",
                            "\"examples\" must be an array of at most %d rows "
                            "with answers",
                            EXAMPLES_MAX);
    m->offset = 0;
    for (size_t i = 0; i < m->features.classes.count; i++)
        m->priors[i] = 1;
    for (size_t i = 0; i < json_count(examples) && e == ERR_OK; i++)
        e = check_example(m, json_at(examples, i), i);
    return e;
}
