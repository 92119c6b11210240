/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The sensor: fit, compile, show, adjust. The published example is the fit of
 * 10, 5, 6, 9.
 */
#include "kinds/kind.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "data/stats.h"
#include "tap.h"

/* clang-format off */
#define COLUMN(name) "\"" name "\":{\"n\":4,\"missing\":0,"
#define GOLDEN \
    "\"mean\":7.5,\"std\":2.3804761428476167,\"min\":5,\"max\":10}"
#define LARGE "\"mean\":1e300,\"std\":0,\"min\":5,\"max\":5}"
#define FLAT "\"mean\":5,\"std\":0,\"min\":5,\"max\":5}"
#define ONE  "{\"columns\":{" COLUMN("value") GOLDEN "}}"
#define TWO \
    "{\"columns\":{" COLUMN("velRMS.x") GOLDEN "," COLUMN("temp") FLAT "}}"

/* The beginning of weights with one column. */
#define A(name, n, missing) \
    "{\"columns\":{\"" name "\":{\"n\":" n ",\"missing\":" missing ","
/* clang-format on */

static const struct kind *const b = &kind_baseline;

static struct json *
parsed(const char *text)
{
    struct json *json = NULL;

    if (json_parse(text, strlen(text), &json) == ERR_OK)
        return json;
    diag("%s", err_text());
    abort();
}

/* ---- fit ---- */

static struct moments
moments_of(const double *values, size_t count)
{
    struct moments m = {0};

    moments_add_many(&m, values, count);
    return m;
}

/* The weights of a fit, or the error's text. */
static const char *
fitted(const char *const *columns, const struct moments *moments, size_t count,
       const char *old)
{
    static struct buf weights;
    struct source source = {
        .column_count = count, .columns = columns, .moments = moments};
    struct json *before = old ? parsed(old) : NULL;
    enum err e;

    buf_clear(&weights);
    e = b->fit(&source, before, &weights);
    json_free(before);
    return e == ERR_OK ? buf_text(&weights) : err_text();
}

static void
test_fit(void)
{
    static const double golden[] = {10, 5, 6, 9};
    static const double gaps[] = {5, (double) NAN, 5};
    static const char *const value[] = {"value"};
    static const char *const names[] = {"temp", "new", "velRMS.x"};
    struct moments m[3];

    m[0] = moments_of(golden, 4);
    is_str(fitted(value, m, 1, NULL), ONE, "the published example");
    m[0] = moments_of(gaps, 3);
    is_str(fitted(value, m, 1, NULL),
           "{\"columns\":{\"value\":{\"n\":2,\"missing\":1,\"mean\":5,"
           "\"std\":0,\"min\":5,\"max\":5}}}",
           "missing values are counted and left out");
    m[1] = moments_of(golden, 4);
    is_str(fitted(names, m, 2, TWO),
           "{\"columns\":{" COLUMN("velRMS.x") GOLDEN
           ",\"temp\":{\"n\":2,\"missing\":1,\"mean\":5,\"std\":0,\"min\":5,"
           "\"max\":5}," COLUMN("new") GOLDEN "}}",
           "a fit replaces its columns, keeps the others, appends new ones");
}

static void
test_fit_refused(void)
{
    static const double golden[] = {10, 5, 6, 9};
    static const char *const value[] = {"value"};
    static const char *const three[] = {"a/b", "good", "c"};
    static const char *const twice[] = {"a", "b", "a"};
    static const char *const bad[] = {"", "two\nlines", "\xff"};
    const struct err_detail *d;
    struct moments m[3];
    size_t count;

    m[0] = moments_of(golden, 1);
    m[1] = moments_of(golden, 4);
    m[2] = (struct moments){0};
    is_str(fitted(value, m, 1, NULL), "a fit needs at least two values, not 1",
           "one value is too few to fit");
    is_str(fitted(three, m, 3, ONE),
           "column \"a/b\": a fit needs at least two values, not 1",
           "of several columns the failing one is named");
    d = err_details(&count);
    is_int((int64_t) count, 2, "every failing column is named");
    is_str(d[0].pointer, "/columns/a~1b", "with its pointer");
    is_str(d[1].text, "column \"c\": a fit needs at least two values, not 0",
           "and its values");
    m[0] = m[2] = m[1];
    is_str(fitted(twice, m, 3, NULL), "column \"a\" is given twice",
           "a column given twice is refused");
    ok(strstr(fitted(bad, m, 3, NULL), "\"\" is empty"),
       "a column has a name");
    d = err_details(&count);
    ok(count == 3 && strstr(d[1].text, "has control characters")
           && strstr(d[2].text, "is not UTF-8"),
       "every bad name is named");
    ok(strstr(fitted(value, m, 0, NULL), "not 0"),
       "a fit of no column is refused");
}

/* ---- compile ---- */

/* The compiled model, NULL with the error's text. */
static void *
compiled(const char *weights, const char *params)
{
    struct json *w = parsed(weights), *p = params ? parsed(params) : NULL;
    void *model = NULL;

    if (b->compile(w, p, &model) != (model ? ERR_OK : ERR_DATA))
        abort();
    json_free(w); /* the model must not need them */
    json_free(p);
    return model;
}

static struct kind_column
column_of(const void *model, const char *name)
{
    struct kind_column c = {.name = NULL};
    size_t i;

    if (b->find(model, name, &i))
        b->column(model, i, &c);
    return c;
}

static void
test_compile(void)
{
    void *m = compiled(ONE, NULL);
    struct kind_column c = column_of(m, "value");

    ok(c.threshold == 12.260952285695232, "threshold is mean + 2 std");
    ok(c.n == 4 && c.mean == 7.5 && c.min == 5 && c.max == 10 && c.k == 2,
       "a column has its figures");
    is_str(c.unit, "", "a column has no unit");
    b->release(m);

    m = compiled(TWO, "{\"k\":3,\"k.velRMS.x\":1,\"unit\":\"mm/s\","
                      "\"unit.temp\":\"K\",\"stale_after\":900}");
    is_int((int64_t) b->columns(m), 2, "a model has its columns");
    c = column_of(m, "velRMS.x");
    ok(c.k == 1 && c.threshold == 7.5 + 2.3804761428476167,
       "k.COLUMN is the k of that column");
    is_str(c.unit, "mm/s", "unit is for columns without their own");
    c = column_of(m, "temp");
    ok(c.k == 3 && c.threshold == 5, "k is for the others");
    is_str(c.unit, "K", "unit.COLUMN is the unit of that column");
    ok(!column_of(m, "tem").name, "an unknown column is not found");
    b->release(m);
    b->release(NULL);
}

static void
test_many_columns(void)
{
    enum { MANY = KIND_COLUMNS_MAX };
    struct buf text = {0};
    size_t wrong = 0, i;
    char name[16];
    void *m;

    buf_str(&text, "{\"columns\":{");
    for (i = 0; i < MANY; i++)
        buf_printf(&text,
                   "%s\"c%zu\":{\"n\":2,\"missing\":0,\"mean\":%zu,"
                   "\"std\":1,\"min\":0,\"max\":9}",
                   i > 0 ? "," : "", i, i);
    buf_str(&text, "}}");
    m = compiled(buf_text(&text), NULL);
    for (i = 0; i < MANY; i++) {
        size_t at = SIZE_MAX;

        (void) snprintf(name, sizeof name, "c%zu", i);
        wrong += !b->find(m, name, &at) || at != i
                 || column_of(m, name).mean != (double) i;
    }
    is_int((int64_t) wrong, 0, "each of 65,536 columns is found");
    b->release(m);
    text.len -= 2;
    buf_str(&text, "," COLUMN("one more") FLAT "}}");
    ok(!compiled(buf_text(&text), NULL) && strstr(err_text(), "not 65537"),
       "one more column is refused");
    buf_free(&text);
}

static void
test_bad_weights(void)
{
    /* clang-format off */
    static const struct {
        const char *weights, *says;
    } cases[] = {
        { "5", "weights must be an object" },
        { "{\"columns\":[]}", "with an object \"columns\"" },
        { "{\"columns\":{}}", "a model has 1 to 65536 columns, not 0" },
        { "{\"colums\":{}}", "did you mean \"columns\"?" },
        { "{\"columns\":{\"a\":5}}",
          "column \"a\" must be an object, not a number" },
        { "{\"columns\":{\"a\":{\"n\":4}}}",
          "column \"a\" has no \"missing\"" },
        { A("", "1", "0") FLAT "}}", "the column name \"\" is empty" },
        { A("a", "1", "0") FLAT "}}",
          "n of column \"a\" must be at least 2, not 1" },
        { A("a", "2.5", "0") FLAT "}}",
          "n of column \"a\" must be a whole number, not 2.5" },
        { A("a", "1e16", "0") FLAT "}}",
          "must be a whole number, not 10000000000000000" },
        { A("a", "2", "-1") FLAT "}}",
          "missing of column \"a\" must be at least 0, not -1" },
        { A("a", "2", "0") "\"mean\":null,\"std\":0,\"min\":5,\"max\":5}}}",
          "mean of column \"a\" must be a number, not null" },
        { A("a", "2", "0") "\"mean\":5,\"std\":-1,\"min\":5,\"max\":5}}}",
          "std of column \"a\" must be at least 0, not -1" },
        { A("a", "2", "0") "\"mean\":5,\"std\":0,\"min\":6,\"max\":5}}}",
          "min of column \"a\" is above its max" },
        { A("a", "2", "0") "\"sdt\":1," FLAT "}}",
          "a column has no member \"sdt\"; did you mean \"std\"?" },
        { A("a", "2", "0")
          "\"mean\":1e308,\"std\":1e308,\"min\":5,\"max\":5}}}",
          "mean + k * std of column \"a\" is beyond the range" },
    };
    /* clang-format on */

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct json *w = parsed(cases[i].weights);

        ok(b->check(w) == ERR_DATA && strstr(err_text(), cases[i].says),
           "weights are refused: %s", err_text());
        json_free(w);
    }
}

static void
test_bad_params(void)
{
    struct json *w = parsed(TWO);
    const struct err_detail *d;
    size_t count;

    ok(b->check(w) == ERR_OK, "right weights are accepted");
    json_free(w);
    ok(!compiled(TWO, "{\"k\":-1}"), "params are checked");
    is_str(err_text(), "k must be between 0 and 1000, not -1",
           "the param is named");
    ok(!compiled(TWO, "{\"k.tepm\":2,\"unit.x\":\"m\"}"),
       "params of columns that are not there are refused");
    d = err_details(&count);
    is_int((int64_t) count, 2, "all of them are named");
    is_str(d[0].text, "k.tepm: no column \"tepm\"; did you mean \"temp\"?",
           "with the nearest");
    is_str(d[1].pointer, "/params/unit.x", "with the pointer");
}

/* ---- show and adjust ---- */

static void
test_show(void)
{
    static const char *const states[] = {"learning", "flat"};
    struct buf text = {0};
    struct json_out out = {.buf = &text};
    void *m = compiled(ONE, "{\"k\":2}");

    b->show(m, states, &out);
    is_str(buf_text(&text),
           "{\"columns\":{\"value\":{\"n\":4,\"missing\":0,\"mean\":7.5,"
           "\"std\":2.3804761428476167,\"min\":5,\"max\":10,"
           "\"threshold\":12.260952285695232,\"state\":\"learning\"}}}",
           "the weights of the published example");
    b->release(m);
    buf_clear(&text);
    out = (struct json_out){.buf = &text};
    m = compiled(TWO, "{\"k\":2,\"k.temp\":2,\"unit.temp\":\"K\"}");
    b->show(m, states, &out);
    ok(strstr(buf_text(&text), ",\"state\":\"learning\"},"),
       "a column without unit and k of its own shows none");
    ok(strstr(buf_text(&text),
              ",\"state\":\"flat\",\"unit\":\"K\",\"k\":2}}}"),
       "a column's own unit and k are shown");
    b->release(m);
    buf_free(&text);
}

static const char *
adjusted(const char *weights, double percent, const char *column)
{
    static struct buf text;
    struct json *w = parsed(weights);
    enum err e;

    buf_clear(&text);
    e = b->adjust(w, percent, column, &text);
    json_free(w);
    return e == ERR_OK ? buf_text(&text) : err_text();
}

static void
test_adjust(void)
{
    struct json *w = parsed(TWO);
    struct buf text = {0};

    is_str(adjusted(ONE, 10, NULL),
           "{\"columns\":{\"value\":{\"n\":4,\"missing\":0,\"mean\":8.25,"
           "\"std\":2.3804761428476167,\"min\":5,\"max\":10}}}",
           "10 % more move the mean only");
    is_str(adjusted(TWO, -20, "temp"),
           "{\"columns\":{" COLUMN("velRMS.x") GOLDEN
           "," COLUMN("temp") "\"mean\":4,\"std\":0,\"min\":5,\"max\":5}}}",
           "one column is moved alone, and down");
    ok(strstr(adjusted(TWO, 10, NULL), "8.25")
           && strstr(adjusted(TWO, 10, NULL), "\"mean\":5.5"),
       "without a name all are moved");
    is_str(adjusted(TWO, 10, "tmp"),
           "no column \"tmp\"; did you mean \"temp\"?",
           "the nearest column is suggested");
    ok(b->adjust(w, 10, "tmp", &text) == ERR_NOT_FOUND && text.len == 0,
       "a column that is not there is not found");
    is_str(adjusted("{\"columns\":{" COLUMN("v") LARGE "}}", 1e12, NULL),
           "1000000000000 % moves the mean of column \"v\" beyond the range "
           "of a double",
           "a mean must stay finite");
    ok(strstr(adjusted(ONE, (double) NAN, NULL), "finite"),
       "so must the percentage");
    json_free(w);
    buf_free(&text);
}

/* ---- ten real machines ---- */

static struct json *
golden_file(void)
{
    const char *shared = getenv("VIGIA_SHARED");
    const char *top = getenv("top_srcdir");
    struct buf path = {0}, text = {0};
    struct json *json = NULL;
    FILE *f;

    if (shared)
        buf_str(&path, shared);
    else
        buf_printf(&path, "%s/../shared/data", top ? top : ".");
    buf_str(&path, "/sensors/golden_baselines.json");
    f = fopen(buf_text(&path), "r");
    for (int c; f && (c = getc(f)) != EOF;)
        buf_char(&text, (char) c);
    if (f) {
        (void) fclose(f);
        json = parsed(buf_text(&text));
    }
    buf_free(&path);
    buf_free(&text);
    return json;
}

/* One known column: threshold, and the verdict on 0.09, before and after. */
static bool
agrees(const char *name, const struct json *known)
{
    struct buf text = {0};
    void *before, *after;
    struct verdicts v = {0};
    double value = 0.09, threshold;
    bool same;

    buf_printf(&text,
               "{\"columns\":{\"%s\":{\"n\":%.0f,\"missing\":60,"
               "\"mean\":%.17g,\"std\":%.17g,\"min\":0,\"max\":1}}}",
               name, json_number(json_get(known, "n")),
               json_number(json_get(known, "mean")),
               json_number(json_get(known, "std_sample")));
    before = compiled(buf_text(&text), "{\"k\":2}");
    after = compiled(adjusted(buf_text(&text), 10, name), "{\"k\":2}");
    b->judge(before, &value, 1, &v);
    b->judge(after, &value, 1, &v);
    threshold = json_number(json_get(known, "threshold_mean_plus_2std"));
    same = fabs(v.items[0].threshold - threshold) <= 1e-15
           && v.items[0].alert == json_bool(json_get(known, "alert_at_0.09"))
           && v.items[1].alert
                  == json_bool(json_get(known, "alert_at_0.09_after_adjust"));
    verdicts_free(&v);
    b->release(before);
    b->release(after);
    buf_free(&text);
    return same;
}

static void
test_golden(void)
{
    struct json *golden = golden_file();
    struct json_walk sensor = {0};
    int columns = 0, right = 0;

    if (!golden) {
        skip("no golden baselines in the shared data");
        return;
    }
    while (json_next(golden, &sensor)) {
        struct json_walk column = {0};

        while (json_next(sensor.value, &column)) {
            if (json_type(column.value) != JSON_OBJECT)
                continue;
            columns++;
            right += agrees(column.key, column.value);
        }
    }
    is_int(columns, 60, "ten machines have six columns each");
    is_int(right, columns, "every threshold and verdict is as it is known");
    json_free(golden);
}

int
main(void)
{
    test_fit();
    test_fit_refused();
    test_compile();
    test_many_columns();
    test_bad_weights();
    test_bad_params();
    test_show();
    test_adjust();
    test_golden();
    return done_testing();
}
