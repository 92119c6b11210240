/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The routes of a sensor, in process: the golden bodies first, then what each
 * route does with other ones, good and bad.
 */
#include "rest.h"

static struct rest rest;
static struct exchange *x; /* the last request; send() frees the one before */

static int
send(const char *method, const char *target, const char *body)
{
    exchange_free(x);
    x = rest_request(&rest, method, target, body);
    return rest_send(x);
}

static const char *
answer(void)
{
    return buf_text(&x->response.body);
}

/* Sends it; has the answer that status and these words? */
#define try(method, target, body, status, words, name) \
    (send(method, target, body), rest_says(x, status, words, name))

static int64_t
readings(void)
{
    return lab_number(rest.app->service, "SELECT count(*) FROM history");
}

/* ---- the golden bodies ---- */

/* A body of the published tests, or what it says when they are not here. */
static char *
golden(const char *file, const char *otherwise)
{
    const char *shared = getenv("VIGIA_SHARED");
    struct buf path = {0}, text = {0};
    FILE *f;
    int c;

    buf_printf(&path, "%s/data/sensors/api_tests/%s",
               shared && *shared ? shared : ".", file);
    f = fopen(path.data, "re");
    while (f && (c = getc(f)) != EOF)
        buf_char(&text, (char) c);
    if (f)
        (void) fclose(f);
    else
        buf_str(&text, otherwise);
    buf_free(&path);
    return buf_steal(&text);
}

static void
test_golden(void)
{
    char *fit = golden("post_fit_SEN0001.json", "{\"values\": [10, 5, 6, 9]}");
    char *value = golden("post_predict_SEN0001.json", "{\"value\": 10}");
    char *adjust = golden("post_adjust_SEN0001.json", "{}");

    is_int(send("POST", "/SEN0001/fit", fit), 200, "the golden fit");
    is_str(answer(),
           "{\"sensor_id\":\"SEN0001\",\"version\":1,\"n\":4,\"mean\":7.5,"
           "\"std\":2.3804761428476167,\"threshold\":12.260952285695232,"
           "\"columns\":{\"value\":{\"n\":4,\"mean\":7.5,"
           "\"std\":2.3804761428476167,\"threshold\":12.260952285695232,"
           "\"missing\":0,\"min\":5,\"max\":10,\"k\":2,"
           "\"state\":\"learning\"}}}",
           "has mean, deviation and threshold");
    is_int(send("GET", "/SEN0001/weights", NULL), 200, "the golden weights");
    ok(strstr(answer(), "\"n\":4,\"mean\":7.5,\"std\":2.3804761428476167"),
       "are those of the fit");
    is_int(send("POST", "/SEN0001/predict", value), 200, "the golden value");
    is_str(answer(), "false", "is no alert, and nothing is said beside it");
    is_int(readings(), 1, "and is recorded");
    is_int(send("POST", "/SEN0001/adjust", adjust), 200, "the golden adjust");
    ok(strstr(answer(), "\"version\":2,\"n\":4,\"mean\":8.25,"),
       "moves the mean to 8.25");
    ok(!strstr(answer(), "warning"), "without a warning");
    try("GET", "/SEN0002/weights", NULL, 404, "nearest: SEN0001",
        "an unknown sensor is told, with the nearest one");
    free(fit);
    free(value);
    free(adjust);
}

/* ---- fit ---- */

static void
test_fit(void)
{
    try("POST", "/two/fit",
        "{\"columns\":{\"x\":[1,2,3,null],\"y/~\":[4,4]},"
        "\"params\":{\"k\":3,\"k.x\":1,\"unit\":\"mm/s\"}}",
        200,
        "\"version\":1,\"columns\":{\"x\":{\"n\":3,\"mean\":2,\"std\":1,"
        "\"threshold\":3,\"missing\":1,",
        "a fit of two columns has no figures at the top");
    ok(strstr(answer(), "\"y/~\":{\"n\":2,\"mean\":4,\"std\":0,\"threshold\":"
                        "4,\"missing\":0,\"min\":4,\"max\":4,\"k\":3,"
                        "\"unit\":\"mm/s\",\"state\":\"flat\"}"),
       "params are those of the body");
    try("POST", "/two/fit", "{\"columns\":{\"x\":[5,7]}}", 200,
        "\"version\":2,\"n\":2,\"mean\":6",
        "the figures of the one fitted column stand at the top");
    ok(strstr(answer(), "\"y/~\":{\"n\":2"), "the other column is kept");
    try("POST", "/two/fit", "{\"values\":[1,3],\"fresh\":true}", 200,
        "\"columns\":{\"value\":{\"n\":2,\"mean\":2,\"std\":1.4142135623730951"
        ",\"threshold\":4.82842712474619,\"missing\":0,\"min\":1,\"max\":3,"
        "\"k\":2,\"state\":\"learning\"}}}",
        "a fresh fit forgets columns and params");
}

/* A fit of 0 to 1999, where odd stands in place of the item at. */
static void
try_long(size_t at, const char *odd, int status, const char *words,
         const char *name)
{
    struct buf body = {0};

    buf_str(&body, "{\"values\":[");
    for (size_t i = 0; i < 2000; i++)
        if (i == at)
            buf_printf(&body, "%s%s", i > 0 ? ", " : "", odd);
        else
            buf_printf(&body, "%s%zu", i > 0 ? ", " : "", i);
    buf_str(&body, "]}");
    try("POST", "/long/fit", buf_text(&body), status, words, name);
    buf_free(&body);
}

static void
test_long_fits(void)
{
    static const size_t places[] = {0, 1, 511, 512, 513, 514, 1500, 1999};

    try_long(2000, "", 200, "\"n\":2000,\"mean\":999.5,\"std\":577.49458",
             "a fit of many values");
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        char pointer[64];

        try_long(places[i], "null", 200, "\"n\":1999,",
                 "one of them is missing");
        ok(strstr(answer(), "\"missing\":1,"), "and counted");
        (void) snprintf(pointer, sizeof pointer, "\"pointer\":\"/values/%zu\"",
                        places[i]);
        try_long(places[i], "1e151", 422, pointer,
                 "one beyond the range is named by its place");
        try_long(places[i], "true", 422, pointer, "so is one of another type");
        try_long(places[i], "1x", 400, "as JSON writes it: 1x",
                 "and one that is none is refused");
    }
}

/* Fits that are refused with this status and these words. */
static const struct {
    const char *body;
    int status;
    const char *words, *name;
} bad_fits[] = {
    {"",                                                            400, "the text is empty",                     "no body"                                  },
    {"[1,2]",                                                       422, "a fit must be an object",               "an array"                                 },
    {"{}",                                                          422, "needs \\\"values\\\", \\\"columns\\\"", "no source"                                },
    {"{\"values\":[1,2],\"columns\":{\"a\":[1,2]}}",                422, "one of them",
     "two sources"                                                                                                                                           },
    {"{\"values\":[1]}",                                            422, "at least two values, not 1",            "one value"                                },
    {"{\"values\":[1,null]}",                                       422, "at least two",                          "one and a missing"                        },
    {"{\"values\":3}",                                              422, "\"pointer\":\"/values\"",               "a number"                                 },
    {"{\"values\":[1,\"2\",3,[4],true]}",                           422,
     "{\"pointer\":\"/values/1\",\"detail\":\"a number or null, not a "
     "text\"},{\"pointer\":\"/values/3\",\"detail\":\"a number or null, "
     "not an array\"},{\"pointer\":\"/values/4\"",                                                                "other values, each with its place"        },
    {"{\"columns\":{\"a/~b\":[1,{}],\"c\":[1]}}",                   422,
     "{\"pointer\":\"/columns/a~1~0b/1\",\"detail\":\"a number or null, "
     "not an object\"},{\"pointer\":\"/columns/c\"",                                                              "all that is wrong in columns"             },
    {"{\"columns\":[]}",                                            422, "\"pointer\":\"/columns\"",              "no columns"                               },
    {"{\"columns\":{}}",                                            422, "at least one column",                   "empty columns"                            },
    {"{\"columns\":{\"\":[1,2]}}",                                  422, "is empty",                              "an empty name"                            },
    {"{\"values\":[1,2e150]}",                                      422, "beyond 1e150",                          "a huge value"                             },
    {"{\"values\":[1,2],\"vals\":0}",                               422, "\"pointer\":\"/vals\"",
     "an unknown member"                                                                                                                                     },
    {"{\"valeus\":[1,2]}",                                          422, "did you mean \\\"values\\\"?",
     "a member that is nearly right"                                                                                                                         },
    {"{\"values\":[1,2],\"fresh\":1}",                              422, "\"pointer\":\"/fresh\"",
     "fresh as a number"                                                                                                                                     },
    {"{\"values\":[1,2],\"params\":{\"k\":-1,\"unit\":5,\"x\":1}}", 422,
     "{\"pointer\":\"/params/k\"",                                                                                "bad params"                               },
    {"{\"values\":[1,2],\"params\":{\"k.y\":1}}",                   422,
     "\"pointer\":\"/params/k.y\"",                                                                               "a param of no column"                     },
    {"{\"values\":[1,2],\"params\":7}",                             422, "\"pointer\":\"/params\"",
     "params that are none"                                                                                                                                  },
    {"{\"values\":[1,2],\"params\":{\"k\":1,\"k\":2}}",             400, "already there",
     "a param given twice"                                                                                                                                   },
    {"{\"values\":[1,2],\"values\":[3,4]}",                         400,
     "line 1, column 17: a key that is already there",                                                            "values given twice"                       },
    {"{\"columns\":{\"a\":[1,2],\"\\u0061\":[3,4]}}",               400,
     "line 1, column 23: a key that is already there",                                                            "a column given twice, differently written"},
    {"{\"values\":[1,2]} x",                                        400, "line 1, column 18",                     "trailing text"                            },
    {"{\"values\":[1,2,]}",                                         400, "line 1, column 16",                     "a trailing comma"                         },
    {"{\"values\":[1 2]}",                                          400, "line 1, column 14",                     "a missing comma"                          },
    {"{\"values\":[1,02]}",                                         400, "line 1",                                "a leading zero"                           },
    {"{\"values\":[1,NaN]}",                                        400, "line 1",                                "NaN"                                      },
    {"{\"values\":[1,1e999]}",                                      400, "beyond the range",                      "1e999"                                    },
    {"{\"values\":[1,2",                                            400, "the text ends",                         "half a body"                              },
    {"{\"values\":[1,2],\"x\":[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]"
     "]]]]]]]]]]]]]]]]]]]]]]]]]]}",                            422, "nested more than",                      "deep nesting"                             },
    {"{\"recorded\":{\"since\":\"yesterday\",\"untill\":1}}",       422,
     "{\"pointer\":\"/recorded/untill\"",                                                                         "recorded with a bad member"               },
    {"{\"recorded\":{\"since\":\"x\",\"until\":\"y\"}}",            422,
     "{\"pointer\":\"/recorded/until\"",                                                                          "recorded with two bad times"              },
    {"{\"recorded\":{\"since\":\"2026-11-21T00:00:00Z\","
     "\"until\":\"2026-11-20T00:00:00Z\"}}",                   422, "is not before",                         "recorded that ends before it begins"      },
    {"{\"recorded\":{}}",                                           404, "no model named",                        "recorded of nothing"                      },
};

static void
test_bad_fits(void)
{
    for (size_t i = 0; i < sizeof bad_fits / sizeof *bad_fits; i++) {
        struct buf name = {0};

        buf_printf(&name, "refused: %s", bad_fits[i].name);
        try("POST", "/none/fit", bad_fits[i].body, bad_fits[i].status,
            bad_fits[i].words, name.data);
        buf_free(&name);
    }
    try("GET", "/none/weights", NULL, 404, "no model named",
        "none of them made a model");
    try("POST", "/docs/fit", "{\"values\":[1,2]}", 422, "reserved",
        "a reserved name");
    try("POST", "/a%20b/fit", "{\"values\":[1,2]}", 422, "cannot be a name",
        "a name with a blank");
    exchange_free(x);
    x = rest_request(&rest, "POST", "/none/fit", NULL);
    buf_add(&x->request.body, "{\"values\":[1,2]}\0", 17);
    rest_send(x);
    rest_says(x, 400, "a NUL byte", "a NUL behind the body");
}

/* As many numbers as a body may have are moments, not values. */
static void
test_long_fit(void)
{
    enum { NUMBERS = 200000 };
    struct buf body = {0};

    buf_str(&body, "{\"values\":[0");
    for (int i = 1; i < NUMBERS; i++)
        buf_printf(&body, ", %d.5", i % 1000);
    buf_str(&body, "]}");
    is_int(send("POST", "/long/fit", body.data), 200, "a long body");
    ok(strstr(answer(), "\"n\":200000"), "is read to its end");
    buf_free(&body);
}

static void
test_recorded(void)
{
    clock_fix(LAB_TIME);
    send("POST", "/rec/fit", "{\"values\":[1,2,3]}");
    for (int i = 0; i < 5; i++) {
        struct buf body = {0};

        buf_printf(&body, "{\"value\":%d}", i * 10);
        clock_fix(LAB_TIME + i * CLOCK_SECOND);
        send("POST", "/rec/predict", body.data);
        buf_free(&body);
    }
    try("POST", "/rec/fit", "{\"recorded\":{}}", 200,
        "\"version\":2,\"n\":5,\"mean\":20,",
        "a fit learns from recorded readings");
    try("POST", "/rec/fit",
        "{\"recorded\":{\"since\":\"2026-11-20T14:00:03Z\"}}", 200,
        "\"n\":2,\"mean\":35,", "from those of a time");
    try("POST", "/rec/fit",
        "{\"recorded\":{\"since\":\"2027-11-20T14:00:03Z\"}}", 422,
        "no recorded readings", "and says when there are none");
    clock_fix(0);
}

/* ---- weights ---- */

static void
test_weights(void)
{
    char tag[64] = "";
    const char *at;

    send("POST", "/w/fit", "{\"columns\":{\"a\":[1,3],\"b\":[2,6]}}");
    send("POST", "/w/fit", "{\"columns\":{\"a\":[3,5]}}");
    try("GET", "/w/weights?column=b", NULL, 200, "\"n\":2,\"mean\":4,",
        "the column asked for stands at the top");
    try("GET", "/w/weights?column=c", NULL, 404, "no column \\\"c\\\"",
        "one that is not there is told");
    try("GET", "/w/weights?version=1&column=a", NULL, 200,
        "\"version\":1,\"n\":2,\"mean\":2,", "an older version");
    try("GET", "/w/weights?version=9", NULL, 404, "it has 1 to 2",
        "one that is not there is told");
    try("GET", "/w/weights?version=x", NULL, 422, "?version",
        "and what is no number");
    send("GET", "/w/weights", NULL);
    at = strstr(buf_text(&x->response.headers), "ETag: ");
    if (ok(at != NULL, "weights have an ETag"))
        (void) snprintf(tag, sizeof tag, "%.34s", at + 6);
    exchange_free(x);
    x = rest_request(&rest, "GET", "/w/weights", NULL);
    rest_header(x, HEADER_IF_NONE_MATCH, tag);
    is_int(rest_send(x), 304, "who has them is told so");
    is_str(answer(), "", "and not given them again");
    exchange_free(x);
    x = rest_request(&rest, "POST", "/w/adjust", NULL);
    rest_header(x, HEADER_IF_MATCH, "\"00000000000000000000000000000000\"");
    rest_send(x);
    rest_says(x, 412, "version 2", "a change of another version is refused");
    exchange_free(x);
    x = rest_request(&rest, "POST", "/w/adjust", NULL);
    rest_header(x, HEADER_IF_MATCH, tag);
    rest_send(x);
    rest_says(x, 200, "\"version\":3", "one of the version it is, is not");
}

/* ---- predict ---- */

static void
test_predict(void)
{
    int64_t before;

    send("POST", "/p/fit", "{\"columns\":{\"a\":[1,3],\"b\":[2,6]}}");
    before = readings();
    try("POST", "/p/predict?column=a", "{\"value\":100}", 200, "true",
        "an alert");
    is_str(answer(), "true", "is the bare true");
    try("POST", "/p/predict", "{\"value\":100}", 422, "name one of",
        "which column is not guessed");
    try("POST", "/p/predict", "{\"columns\":{\"a\":1,\"b\":100}}", 200, "true",
        "any column in alert");
    try("POST", "/p/predict", "{\"value\":100,\"column\":\"a\"}", 200, "true",
        "the column in the body");
    try("POST", "/p/predict?column=b", "{\"value\":1,\"column\":\"a\"}", 422,
        "\"pointer\":\"/column\"", "not twice");
    try("POST", "/p/predict?column=a", " { \"value\" : 2 } ", 200, "false",
        "blanks are nothing");
    is_int(readings() - before, 4, "what has a verdict is recorded");
    try("POST", "/p/predict?column=a&record=0", "{\"value\":2}", 200, "false",
        "unless it shall not be");
    try("POST", "/p/predict?column=a&record=maybe", "{\"value\":2}", 422,
        "is not 1 or 0", "which is said with 0");
    is_int(readings() - before, 4, "then it is not");
    try("POST", "/p/predict?column=a",
        "{\"value\":2,\"at\":\"2026-11-20T14:00:00Z\"}", 200, "false",
        "a reading with its time");
    try("POST", "/p/predict?column=a",
        "{\"value\":2,\"at\":\"2026-11-20T15:00:00+01:00\"}", 200, "false",
        "sent again");
    is_int(readings() - before, 5, "is recorded once");
    try("POST", "/p/predict?column=a", "{\"values\":[1,2,100]}", 200, "true",
        "several readings");
    is_int(readings() - before, 8, "are recorded each");
    send("POST", "/p/fit", "{\"columns\":{\"a\":[100,300]}}");
    try("POST", "/p/predict?column=a&version=1", "{\"value\":100}", 200,
        "true", "an older version judges when asked");
}

static void
test_bad_predicts(void)
{
    static const struct {
        const char *body;
        int status;
        const char *words;
    } bad[] = {
        {"",                                                 400, "empty"                 },
        {"{\"value\":null}",                                 422, "\"pointer\":\"/value\""},
        {"{\"value\":\"1\"}",                                422, "must be a number"      },
        {"{\"value\":1e999}",                                400, "beyond the range"      },
        {"{\"value\":1",                                     400, "line 1"                },
        {"{\"value\":1}}",                                   400, "line 1, column 12"     },
        {"{\"value\":}",                                     400, "line 1"                },
        {"{\"value\":1,\"value\":2}",                        400, "already there"         },
        {"{\"vlaue\":1}",                                    422, "needs \\\"value\\\""   },
        {"{\"value\":1,\"at\":\"soon\"}",                    422, "\"pointer\":\"/at\""   },
        {"{\"value\":1,\"at\":5}",                           422, "must be a time"        },
        {"{\"values\":[1],\"at\":\"2026-11-20T14:00:00Z\"}", 422,
         "\"pointer\":\"/at\""                                                            },
        {"{\"value\":true,\"at\":\"soon\",\"x\":1}",         422,
         "{\"pointer\":\"/x\",\"detail\":"                                                },
        {"{\"value\":true,\"at\":\"soon\",\"x\":1}",         422,
         "{\"pointer\":\"/at\",\"detail\":"                                               },
        {"7",                                                422, "must be an object"     },
    };
    int64_t before;

    send("POST", "/q/fit", "{\"values\":[1,3]}");
    before = readings();
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct buf name = {0};

        buf_printf(&name, "no verdict for %s", bad[i].body);
        try("POST", "/q/predict", bad[i].body, bad[i].status, bad[i].words,
            name.data);
        buf_free(&name);
    }
    is_int(readings(), before, "none of them is recorded");
    try("POST", "/nobody/predict", "{\"value\":1}", 404, "no model named",
        "no sensor");
    send("DELETE", "/v1/models/q", NULL);
    try("POST", "/q/predict", "{\"value\":1}", 404, "is removed",
        "a removed one");
}

/* ---- adjust ---- */

static void
test_adjust(void)
{
    send("POST", "/a/fit", "{\"columns\":{\"a\":[-1,-3],\"b\":[2,6]}}");
    try("POST", "/a/adjust", "{}", 200,
        "\"warning\":\"the threshold of a does not rise\"",
        "a threshold that does not rise is a warning");
    try("POST", "/a/adjust?column=b", "{\"percent\":50}", 200,
        "\"version\":3,\"n\":2,\"mean\":6.6", "one column, by so much");
    ok(!strstr(answer(), "warning"), "without a warning for the other");
    try("POST", "/a/adjust", "  ", 200, "\"version\":4", "an empty body");
    try("POST", "/a/adjust?column=z", NULL, 404, "no column", "no column");
    try("POST", "/a/adjust", "{\"percent\":\"5\"}", 422,
        "\"pointer\":\"/percent\"", "a percentage as a text");
    try("POST", "/a/adjust", "{\"percent\":-100}", 422, "above -100",
        "one out of range");
    try("POST", "/a/adjust", "{\"precent\":1}", 422,
        "did you mean \\\"percent\\\"", "a member that is nearly right");
    try("POST", "/a/adjust", "[]", 422, "an adjust is an object", "an array");
    try("POST", "/a/adjust", "{", 400, "line 1", "half a body");
    try("POST", "/nobody/adjust", NULL, 404, "no model", "no sensor");
}

int
main(void)
{
    rest_open(&rest);
    test_golden();
    test_fit();
    test_long_fits();
    test_bad_fits();
    test_long_fit();
    test_recorded();
    test_weights();
    test_predict();
    test_bad_predicts();
    test_adjust();
    exchange_free(x);
    rest_close(&rest);
    return done_testing();
}
