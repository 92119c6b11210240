/* SPDX-License-Identifier: Apache-2.0 */
/* How a sensor judges: the rule, requests as JSON, sentences. */
#include "kinds/kind.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "tap.h"

/* clang-format off */
#define COLUMN(name) "\"" name "\":{\"n\":4,\"missing\":0,"
#define GOLDEN \
    "\"mean\":7.5,\"std\":2.3804761428476167,\"min\":5,\"max\":10}"
#define FLAT "\"mean\":5,\"std\":0,\"min\":5,\"max\":5}"
#define ONE  "{\"columns\":{" COLUMN("value") GOLDEN "}}"
#define TWO \
    "{\"columns\":{" COLUMN("velRMS.x") GOLDEN "," COLUMN("temp") FLAT "}}"
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

/* ---- the rule and requests ---- */

/* The verdicts of a request: "column value alert score;" of each. */
static const char *
tested(const void *model, const char *request)
{
    static struct buf text;
    struct json *json = parsed(request);
    struct verdicts v = {0};

    buf_clear(&text);
    verdicts_add(&v)->column = "before";
    if (b->test(model, json, &(struct ask){.mode = NULL}, &v) == ERR_OK)
        for (size_t i = 1; i < v.count; i++)
            buf_printf(&text, "%s %g %s %.3f;", v.items[i].column,
                       v.items[i].value, v.items[i].alert ? "alert" : "ok",
                       v.items[i].score);
    else if (v.count != 1)
        buf_str(&text, "verdicts are left behind");
    else
        buf_str(&text, err_text());
    json_free(json);
    verdicts_free(&v);
    return buf_text(&text);
}

static void
test_rule(void)
{
    const double values[] = {nextafter(12.260952285695232, 0), (double) NAN};
    struct verdicts v = {0};
    void *one = compiled(ONE, NULL), *two = compiled(TWO, NULL);

    is_str(tested(one, "{\"value\":10}"), "value 10 ok 1.050;",
           "10 is no alert");
    is_str(tested(one, "{\"value\":12.260952285695232}"),
           "value 12.261 alert 2.000;", "the threshold itself alerts");
    b->judge(one, values, 1, &v);
    ok(v.count == 1 && !v.items[0].alert, "a hair below does not");
    verdicts_clear(&v);
    b->judge(two, values, 2, &v);
    ok(v.count == 1 && v.items[0].index == 0
           && v.items[0].threshold == 12.260952285695232
           && v.items[0].mean == 7.5 && v.items[0].std > 2.38,
       "a value not given has no verdict");
    verdicts_clear(&v);
    b->judge(two, (const double[]){1e308, 5}, 2, &v);
    ok(v.items[0].alert && v.items[0].score > 1e307,
       "a large value has a large score");
    ok(v.items[1].alert && isnan(v.items[1].score),
       "at std 0 the rule holds and there is no score");
    verdicts_clear(&v);
    b->judge(two, (const double[]){5, 4.999}, 2, &v);
    ok(!v.items[1].alert, "at std 0 a lower value does not alert");
    verdicts_free(&v);
    b->release(one);
    b->release(two);
    one = compiled("{\"columns\":{" COLUMN(
                       "v") "\"mean\":0,\"std\":1e-9,\"min\":0,\"max\":1}}}",
                   NULL);
    b->judge(one, (const double[]){-DBL_MAX}, 1, &v);
    ok(v.items[0].score == -DBL_MAX, "a score stays finite");
    verdicts_free(&v);
    b->release(one);
}

static void
test_requests(void)
{
    void *one = compiled(ONE, NULL), *two = compiled(TWO, NULL);

    is_str(tested(one, "{\"values\":[10,20],\"at\":\"2026-11-20T14:03:00Z\"}"),
           "value 10 ok 1.050;value 20 alert 5.251;",
           "several readings of the only column");
    is_str(tested(two, "{\"value\":4,\"column\":\"temp\"}"), "temp 4 ok nan;",
           "a reading of the column named");
    is_str(tested(two, "{\"columns\":{\"temp\":6,\"velRMS.x\":7.5}}"),
           "temp 6 alert nan;velRMS.x 7.5 ok 0.000;",
           "a reading of each column, in the order of the request");
    b->release(one);
    b->release(two);
}

static void
test_bad_requests(void)
{
    /* clang-format off */
    static const struct {
        const char *request, *says;
    } cases[] = {
        { "10", "a request must be an object such as {\"value\":10}, not a "
          "number" },
        { "{}",
          "a request needs \"value\", \"values\" or \"columns\", one of "
          "them" },
        { "{\"value\":1,\"values\":[1]}",
          "a request needs \"value\", \"values\" or \"columns\", one of "
          "them" },
        { "{\"vaule\":1}",
          "a request has no member \"vaule\"; did you mean \"value\"?" },
        { "{\"value\":1}",
          "the model has 2 columns; name one of \"velRMS.x\", \"temp\"" },
        { "{\"value\":1,\"column\":\"tmp\"}",
          "no column \"tmp\"; did you mean \"temp\"?" },
        { "{\"value\":1,\"column\":7}",
          "\"column\" must be a text, not a number" },
        { "{\"value\":null,\"column\":\"temp\"}",
          "\"value\" is null: a missing reading has no verdict" },
        { "{\"value\":\"1\",\"column\":\"temp\"}",
          "\"value\" must be a number, not a text" },
        { "{\"values\":[1,null],\"column\":\"temp\"}",
          "\"values/1\" is null: a missing reading has no verdict" },
        { "{\"values\":[],\"column\":\"temp\"}",
          "\"values\" must be an array of numbers, at least one" },
        { "{\"columns\":[1]}",
          "\"columns\" must be an object of columns and numbers, at least "
          "one" },
        { "{\"columns\":{\"temp\":1},\"column\":\"temp\"}",
          "\"column\" goes with \"value\" and \"values\" only" },
    };
    /* clang-format on */
    void *two = compiled(TWO, NULL);
    const struct err_detail *d;
    size_t count;

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        is_str(tested(two, cases[i].request), cases[i].says, cases[i].request);

    (void) tested(two, "{\"x/y\":0,\"columns\":{\"temp\":null,\"a~/b\":1,"
                       "\"velRMS.x\":1}}");
    d = err_details(&count);
    is_int((int64_t) count, 3, "all that is wrong is said at once");
    is_str(d[0].pointer, "/x~1y", "the member that is unknown");
    is_str(d[1].pointer, "/columns/temp", "the reading that is missing");
    is_str(d[2].pointer, "/columns/a~0~1b", "the column that is not there");
    (void) tested(two, "{\"values\":[1,null,2,\"3\"],\"column\":\"temp\"}");
    d = err_details(&count);
    ok(count == 2 && strcmp(d[1].pointer, "/values/3") == 0,
       "the readings that are wrong have their index");
    b->release(two);
}

/* ---- sentences ---- */

static const char *
why(const char *weights, const char *params, double value)
{
    static struct buf text;
    struct json *w = parsed(weights), *p = parsed(params);
    struct verdicts v = {0};
    void *model = NULL;

    buf_clear(&text);
    if (b->compile(w, p, &model) != ERR_OK)
        return err_text();
    b->judge(model, &value, 1, &v);
    b->explain(model, &v.items[0], &text);
    verdicts_free(&v);
    b->release(model);
    json_free(w);
    json_free(p);
    return buf_text(&text);
}

static void
test_explain(void)
{
    const char *flat = "{\"columns\":{" COLUMN("t") FLAT "}}";

    is_str(why(ONE, "{}", 20),
           "20 is 5.25 standard deviations above the mean of 7.5 (std 2.38), "
           "over the threshold 12.26 = mean + 2 std",
           "an alert is explained");
    is_str(why(ONE, "{\"k\":2.5,\"unit\":\"mm/s\"}", 5.123456),
           "5.123 mm/s is 0.998 standard deviations below the mean of 7.5 "
           "mm/s (std 2.38), under the threshold 13.45 mm/s = mean + "
           "2.5 std",
           "a quiet value is explained, with its unit");
    is_str(why(ONE, "{}", 7.5),
           "7.5 is the mean (std 2.38), under the threshold 12.26 = mean + 2 "
           "std",
           "the mean itself");
    is_str(why(ONE, "{}", 12.26095),
           "12.26095 is 1.999999 standard deviations above the mean of 7.5 "
           "(std 2.38), under the threshold 12.260952 = mean + 2 std",
           "value and threshold never look equal when they differ");
    is_str(why(ONE, "{}", 12.260952285695232),
           "12.26 is 2 standard deviations above the mean of 7.5 (std 2.38), "
           "at the threshold 12.26 = mean + 2 std",
           "the threshold itself");
    is_str(why(ONE, "{}", 1234567.89),
           "1234568 is 518619 standard deviations above the mean of 7.5 (std "
           "2.38), over the threshold 12.26 = mean + 2 std",
           "integers keep their digits");
    is_str(why(flat, "{}", 7.9),
           "7.9 is over 5: the fitted readings were all 5 (std 0), so "
           "anything from 5 up alerts",
           "a flat column is explained");
    is_str(why(flat, "{\"unit\":\"K\"}", 4),
           "4 K is under 5 K: the fitted readings were all 5 K (std 0), so "
           "anything from 5 K up alerts",
           "a flat column below, with its unit");
    is_str(why(flat, "{}", 5.0000001),
           "5.0000001 is over 5: the fitted readings were all 5 (std 0), so "
           "anything from 5 up alerts",
           "a hair above a flat column is seen");
}

int
main(void)
{
    test_rule();
    test_requests();
    test_bad_requests();
    test_explain();
    return done_testing();
}
