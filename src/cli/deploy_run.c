/* SPDX-License-Identifier: Apache-2.0 */
/* Running the tests of a model against a draft, which is not stored yet. */
#include "cli/deploy.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/json.h"
#include "base/number.h"
#include "core/answer.h"
#include "core/draft.h"
#include "core/model.h"
#include "core/state.h"
#include "core/version.h"
#include "kinds/kind.h"

static const double tolerance_preset = 1e-9;

/* ---- comparing ---- */

/* What is compared, and where; why gets a sentence. */
struct comparing {
    double tolerance;
    struct buf pointer, why;
};

/* False, and the sentence: expected this, got that. */
static bool
differ(struct comparing *c, const struct json *want, const struct json *got)
{
    buf_printf(&c->why, "%s: expected ",
               c->pointer.len ? buf_text(&c->pointer) : "the answer");
    json_canonical(want, &c->why);
    if (got) {
        buf_str(&c->why, ", got ");
        json_canonical(got, &c->why);
    } else {
        buf_str(&c->why, ", which is missing");
    }
    return false;
}

static bool agree(struct comparing *c, const struct json *want,
                  const struct json *got);

/* The same one step further in. */
static bool
agree_in(struct comparing *c, const char *key, const struct json *want,
         const struct json *got)
{
    size_t len = c->pointer.len;
    bool same;

    json_pointer(&c->pointer, key);
    same = got ? agree(c, want, got) : differ(c, want, NULL);
    c->pointer.len = len;
    c->pointer.data[len] = '\0';
    return same;
}

static bool
agree_items(struct comparing *c, const struct json *want,
            const struct json *got)
{
    bool same = json_count(want) == json_count(got);

    if (!same)
        return differ(c, want, got);
    for (size_t i = 0; same && i < json_count(want); i++) {
        struct buf key = {0};

        buf_printf(&key, "%zu", i);
        same = agree_in(c, buf_text(&key), json_at(want, i), json_at(got, i));
        buf_free(&key);
    }
    return same;
}

static bool
agree_plain(struct comparing *c, const struct json *want,
            const struct json *got)
{
    struct buf texts[2] = {{0}, {0}};
    bool same;

    if (json_type(want) == JSON_NUMBER)
        return fabs(json_number(want) - json_number(got)) <= c->tolerance
               || differ(c, want, got);
    json_canonical(want, &texts[0]);
    json_canonical(got, &texts[1]);
    same = strcmp(buf_text(&texts[0]), buf_text(&texts[1])) == 0;
    buf_free(&texts[0]);
    buf_free(&texts[1]);
    return same || differ(c, want, got);
}

/* Numbers may differ by the tolerance, and objects have more members. */
static bool
agree(struct comparing *c, const struct json *want, const struct json *got)
{
    struct json_walk it = {0};
    bool same = true;

    if (json_type(want) != json_type(got))
        return differ(c, want, got);
    if (json_type(want) == JSON_ARRAY)
        return agree_items(c, want, got);
    if (json_type(want) != JSON_OBJECT)
        return agree_plain(c, want, got);
    while (same && json_next(want, &it))
        same = agree_in(c, it.key, it.value, json_get(got, it.key));
    return same;
}

/* What of the answer is compared: an array with the verdicts; an object with
 * all of it, if it asks for that, else with the one verdict. */
static bool
agree_answer(struct comparing *c, const struct json *want,
             const struct json *answer)
{
    const struct json *verdicts = json_get(answer, "verdicts");

    if (json_type(want) == JSON_ARRAY)
        return agree(c, want, verdicts);
    if (json_get(want, "verdicts"))
        return agree(c, want, answer);
    if (json_count(verdicts) != 1)
        return differ(c, want, verdicts);
    return agree(c, want, json_at(verdicts, 0));
}

/* ---- running ---- */

/* The answer to the request of a test, as the first users would get it. */
static enum err
ask(const struct model *m, const struct draft *d, const struct json *test,
    struct json **answer)
{
    const struct compiled compiled = {
        .kind = d->kind, .model = d->model, .number = m->versions + 1};
    const struct json *mode = json_get(test, "mode");
    const struct json *seed = json_get(test, "seed");
    const struct ask how = {.mode = mode ? json_text(mode) : NULL,
                            .seeded = seed,
                            .seed = seed ? (uint64_t) json_number(seed) : 0};
    size_t columns = d->kind->columns(d->model);
    enum state *states = xcalloc(columns + 1, sizeof *states);
    struct verdicts verdicts = {0};
    struct buf text = {0};
    struct json_out out = {.buf = &text};
    enum err e;

    for (size_t i = 0; i <= columns; i++)
        states[i] = STATE_UNTESTED; /* nothing of it is recorded yet */
    err_clear();
    e = d->kind->test(d->model, json_get(test, "request"), &how, &verdicts);
    if (e == ERR_OK) {
        answer_verdicts(&out, m, &compiled, &verdicts, states);
        e = json_parse(buf_text(&text), text.len, answer);
    }
    buf_free(&text);
    verdicts_free(&verdicts);
    free(states);
    return e;
}

/* Does what a request was refused with say so somewhere? */
static bool
refused_with(const char *text)
{
    size_t count;
    const struct err_detail *details = err_details(&count);
    bool found = strstr(err_text(), text);

    for (size_t i = 0; i < count; i++)
        found |= strstr(details[i].text, text) != NULL;
    return found;
}

/* NULL: it passed. */
static char *
run_request(const struct model *m, const struct draft *d,
            const struct json *test)
{
    const struct json *expect = json_get(test, "expect");
    const struct json *error = json_get(test, "error");
    const struct json *tolerance = json_get(test, "tolerance");
    struct comparing c = {.tolerance = tolerance ? json_number(tolerance)
                                                 : tolerance_preset};
    struct json *answer = NULL;
    enum err e = ask(m, d, test, &answer);
    bool passed = false;

    if (e == ERR_OK && expect)
        passed = agree_answer(&c, expect, answer);
    else if (e == ERR_OK)
        buf_printf(&c.why, "it was answered, and not refused with \"%s\"",
                   json_text(error));
    else if (error && refused_with(json_text(error)))
        passed = true;
    else
        buf_printf(&c.why, "it was refused: %s", err_text());
    err_clear();
    json_free(answer);
    buf_free(&c.pointer);
    if (passed)
        buf_free(&c.why);
    return passed ? NULL : buf_steal(&c.why);
}

/* A bound that the metric is beyond, in words. */
static char *
beyond(double value, const char *where, double bound)
{
    char texts[2][NUMBER_MAX];
    struct buf why = {0};

    (void) number_print(texts[0], value);
    (void) number_print(texts[1], bound);
    buf_printf(&why, "%s is %s %s", texts[0], where, texts[1]);
    return buf_steal(&why);
}

static char *
run_metric(const struct json *metrics, const struct trial *trial)
{
    const struct json *metric = json_get(metrics, trial->metric);
    const struct json *min = json_get(trial->test, "min");
    const struct json *max = json_get(trial->test, "max");
    double value;

    if (!metric || json_type(metric) != JSON_NUMBER)
        return xstrdup("the model has no such metric");
    value = json_number(metric);
    if (min && value < json_number(min))
        return beyond(value, "below", json_number(min));
    if (max && value > json_number(max))
        return beyond(value, "above", json_number(max));
    return NULL;
}

enum err
trials_run(struct trials *t, const struct model *m, const struct draft *d)
{
    struct json *metrics = NULL;
    enum err e = ERR_OK;

    if (d->metrics)
        e = json_parse(d->metrics, strlen(d->metrics), &metrics);
    for (size_t i = 0; e == ERR_OK && i < t->count; i++) {
        struct trial *trial = &t->items[i];

        trial->why = trial->metric ? run_metric(metrics, trial)
                                   : run_request(m, d, trial->test);
        t->failed += trial->why != NULL;
    }
    json_free(metrics);
    return e;
}
