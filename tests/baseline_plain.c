/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The short cut to a compiled sensor: whatever the text, it is compiled as
 * from the parsed values, or refused with the same sentence.
 */
#include "kinds/kind.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "data/stats.h"
#include "tap.h"

/* clang-format off */
#define REST   "\"mean\":7.5,\"std\":2.5,\"min\":5,\"max\":10}"
#define FIGURES "{\"n\":4,\"missing\":1," REST
#define ONE(name) "{\"columns\":{\"" name "\":" FIGURES "}}"
/* clang-format on */

static const struct kind *const b = &kind_baseline;

/* All of a model as text; then it is released. */
static char *
told(void *model)
{
    static const char *const states[] = {"ok", "ok", "ok", "ok"};
    struct buf text = {0};
    struct json_out out = {.buf = &text};

    b->show(model, states, &out);
    b->release(model);
    return buf_steal(&text);
}

/* What compiling says: the model, or what is wrong. */
static char *
by_values(const char *weights, const char *params)
{
    struct json *w = NULL, *p = NULL;
    void *model = NULL;
    enum err e = json_parse(params, strlen(params), &p);

    if (e == ERR_OK)
        e = json_parse(weights, strlen(weights), &w);
    if (e == ERR_OK)
        e = b->compile(w, p, &model);
    json_free(w);
    json_free(p);
    return e == ERR_OK ? told(model) : xstrdup(err_text());
}

static char *
by_text(const char *weights, const char *params)
{
    void *model = NULL;
    enum err e = kind_compile(b, weights, params, &model);

    return e == ERR_OK ? told(model) : xstrdup(err_text());
}

static bool
is_plain(const char *weights)
{
    void *model = NULL;
    bool plain = b->compile_plain(weights, NULL, &model);

    b->release(model);
    return plain;
}

/* clang-format off */
static const struct {
    const char *what, *weights;
    bool plain;
} texts[] = {
    { "a column", ONE("value"), true },
    { "a name beyond ASCII, with brackets", ONE("T\u00e9mp{ \u00b0C }"),
      true },
    { "a name of one byte", ONE("a"), true },
    { "blanks", "{ \"columns\" :\n{\"a\": " FIGURES " } }", true },
    { "two columns", "{\"columns\":{\"b\":" FIGURES ",\"a\":" FIGURES "}}",
      true },
    { "an escape in a name", ONE("a\\u0041"), false },
    { "members in another order",
      "{\"columns\":{\"a\":{\"missing\":1,\"n\":4," REST "}}", false },
    { "a column twice",
      "{\"columns\":{\"a\":" FIGURES ",\"a\":" FIGURES "}}", false },
    { "a member twice", "{\"columns\":{\"a\":{\"n\":4,\"n\":4," REST "}}",
      false },
    { "a member missing", "{\"columns\":{\"a\":{\"n\":4," REST "}}",
      false },
    { "a member more",
      "{\"columns\":{\"a\":{\"n\":4,\"missing\":1,\"mean\":7,\"std\":2,"
      "\"min\":5,\"max\":10,\"sum\":5}}}", false },
    { "something beside the columns",
      "{\"columns\":{\"a\":" FIGURES "},\"more\":1}", false },
    { "half a reading",
      "{\"columns\":{\"a\":{\"n\":4.5,\"missing\":1," REST "}}", false },
    { "a single reading",
      "{\"columns\":{\"a\":{\"n\":1,\"missing\":1," REST "}}", false },
    { "text for a number",
      "{\"columns\":{\"a\":{\"n\":\"4\",\"missing\":1," REST "}}", false },
    { "min above max",
      "{\"columns\":{\"a\":{\"n\":4,\"missing\":1,\"mean\":7,\"std\":2,"
      "\"min\":11,\"max\":10}}}", false },
    { "a threshold that is not finite",
      "{\"columns\":{\"a\":{\"n\":4,\"missing\":1,\"mean\":1e308,"
      "\"std\":1e308,\"min\":5,\"max\":10}}}", false },
    { "an empty name", ONE(""), false },
    { "a control character in a name", ONE("a\tb"), false },
    { "no column", "{\"columns\":{}}", false },
    { "an array", "{\"columns\":[" FIGURES "]}", false },
    { "something behind it", ONE("a") " 5", false },
    { "half a text", "{\"columns\":{\"a\":{\"n\":4,", false },
    { "nothing", "", false },
};
/* clang-format on */

static void
test_same(void)
{
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        char *values = by_values(texts[i].weights, "{\"k\":3}");
        char *text = by_text(texts[i].weights, "{\"k\":3}");

        ok(strcmp(text, values) == 0, "%s: the same from the text: %s",
           texts[i].what, text);
        ok(is_plain(texts[i].weights) == texts[i].plain, "%s: %s",
           texts[i].what, texts[i].plain ? "the short way" : "the long way");
        free(values);
        free(text);
    }
}

static void
test_params(void)
{
    static const char *const cases[] = {
        "{}",         "{\"k\":3,\"k.value\":1,\"unit.value\":\"K\"}",
        "{\"k\":-1}", "{\"k.vlaue\":2}",
        "[]",         "{",
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *values = by_values(ONE("value"), cases[i]);
        char *text = by_text(ONE("value"), cases[i]);

        ok(strcmp(text, values) == 0, "params %s: the same: %s", cases[i],
           text);
        free(values);
        free(text);
    }
}

static void
test_fitted(void)
{
    static const char *const columns[] = {"temp", "vel \"RMS\"", "ph"};
    static const double values[] = {0.1, 1e100, -3, 1.0 / 3};
    struct moments moments[3] = {{0}};
    struct source source = {
        .column_count = 1, .columns = columns, .moments = moments};
    struct buf weights = {0};

    for (size_t i = 0; i < 3; i++)
        moments_add_many(&moments[i], values + i % 2, 3 - i % 2);
    ok(b->fit(&source, NULL, &weights) == ERR_OK
           && is_plain(buf_text(&weights)),
       "what a fit writes goes the short way");
    buf_clear(&weights);
    source.column_count = 3;
    ok(b->fit(&source, NULL, &weights) == ERR_OK
           && !is_plain(buf_text(&weights)),
       "a name that has to be escaped goes the long way");
    buf_free(&weights);
}

/* The model of a fit in one go, and its weights. */
static char *
in_one(const struct source *source, const char *before, const char *with)
{
    struct json *old = NULL, *params = NULL;
    struct buf weights = {0};
    void *model = NULL;
    char *text;
    enum err e = ERR_OK;

    if (before)
        e = json_parse(before, strlen(before), &old);
    if (e == ERR_OK && with)
        e = json_parse(with, strlen(with), &params);
    if (e == ERR_OK)
        e = b->fit_compiled(source, old, params, &weights, &model);
    json_free(old);
    json_free(params);
    text = e == ERR_OK ? told(model) : xstrdup(err_text());
    if (*text != '{') /* what is wrong, and then there are no weights */
        buf_clear(&weights);
    buf_str(&weights, text);
    free(text);
    return buf_steal(&weights);
}

static char *
one_by_one(const struct source *source, const char *before, const char *with)
{
    struct json *old = NULL;
    struct buf weights = {0};
    char *text;
    enum err e = ERR_OK;

    if (before)
        e = json_parse(before, strlen(before), &old);
    if (e == ERR_OK)
        e = b->fit(source, old, &weights);
    json_free(old);
    text = e == ERR_OK
               ? by_values(buf_text(&weights), with ? with : "{\"k\":2}")
               : xstrdup(err_text());
    if (*text != '{') /* what is wrong, and then there are no weights */
        buf_clear(&weights);
    buf_str(&weights, text);
    free(text);
    return buf_steal(&weights);
}

static void
test_in_one(void)
{
    static const char *const columns[] = {"temp", "vel \"RMS\"", "ph"};
    static const char *const befores[] = {NULL, ONE("value"), ONE("temp"),
                                          "{\"columns\":{\"z\":" FIGURES
                                          ",\"ph\":" FIGURES "}}"};
    static const char *const withs[] = {
        NULL, "{\"k\":3,\"k.ph\":1e3,\"unit.temp\":\"K\"}", "{\"k.none\":3}",
        "{\"k\":-1}"};
    struct moments moments[3] = {{0}};
    struct source source = {.columns = columns, .moments = moments};

    for (size_t i = 0; i < 9; i++)
        moments_add(&moments[i % 3], (double) i / 3 - 1e-9);
    for (size_t i = 0; i < 4 * 4 * 4; i++) {
        char *one, *several;

        source.column_count = i % 4; /* none is refused */
        one = in_one(&source, befores[i / 4 % 4], withs[i / 16]);
        several = one_by_one(&source, befores[i / 4 % 4], withs[i / 16]);
        is_str(one, several, "a fit in one is fit and compile");
        free(one);
        free(several);
    }
}

int
main(void)
{
    test_same();
    test_params();
    test_fitted();
    test_in_one();
    return done_testing();
}
