/* SPDX-License-Identifier: Apache-2.0 */
/* Params: keys and values are checked, the others stay as they are. */
#include "kinds/kind.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "tap.h"

static const char *const columns[] = {"velRMS.x", "temp", "a.b c"};
enum { COLUMNS = sizeof columns / sizeof columns[0] };

/* A kind of its own for what the real ones do not have. */
static const struct param odd_params[] = {
    {.name = "level",
     .type = PARAM_NUMBER,
     .preset = "5",
     .max = 9,
     .per_column = true},
    {.name = "hold",
     .type = PARAM_DURATION,
     .preset = "15m",
     .min = 60,
     .max = 86400,
     .whole = true},
    {.name = NULL},
};
static const struct kind odd = {.name = "odd", .params = odd_params};

/*
 * The params before with key set to value: the new text, or the error's. The
 * old text must be untouched then.
 */
static const char *
set_in(const struct kind *kind, const char *before, const char *key,
       const char *value)
{
    static struct buf params;
    enum err e;

    buf_clear(&params);
    buf_str(&params, before);
    e = params_set(kind, &params, key, value, columns, COLUMNS);
    if (e == ERR_OK)
        return buf_text(&params);
    return strcmp(buf_text(&params), before) == 0 ? err_text() : "changed!";
}

static const char *
set(const char *before, const char *key, const char *value)
{
    return set_in(&kind_baseline, before, key, value);
}

static void
test_presets(void)
{
    struct buf params = {0};

    params_presets(&kind_baseline, &params);
    is_str(buf_text(&params), "{\"k\":2}", "a new baseline has only k");
    buf_clear(&params);
    params_presets(&odd, &params);
    is_str(buf_text(&params), "{\"hold\":900}",
           "presets are values, and only those of the whole model");
    buf_free(&params);
}

static void
test_set(void)
{
    const char *three = "{\"k\":2,\"unit\":\"mm/s\",\"stale_after\":900}";

    is_str(set("{\"k\":2}", "k", "2.17"), "{\"k\":2.17}", "k is replaced");
    is_str(set("{\"k\":2}", "k", " +.5 "), "{\"k\":0.5}",
           "numbers are read as on the command line");
    is_str(set("{\"k\":2}", "k.velRMS.x", "3"), "{\"k\":2,\"k.velRMS.x\":3}",
           "a column's name may have dots");
    is_str(set("{\"k\":2}", "k.a.b c", "3"), "{\"k\":2,\"k.a.b c\":3}",
           "a column's name may have blanks");
    is_str(set("{\"k\":2}", "unit.temp",
               "\xc2\xb0"
               "C"),
           "{\"k\":2,\"unit.temp\":\"\xc2\xb0"
           "C\"}",
           "a unit is a text");
    is_str(set("{}", "unit", "a\"b"), "{\"unit\":\"a\\\"b\"}",
           "texts are escaped");
    is_str(set("{\"k\":2}", "stale_after", "15m"),
           "{\"k\":2,\"stale_after\":900}", "a duration is kept in seconds");
    is_str(set(three, "unit", "m"),
           "{\"k\":2,\"unit\":\"m\",\"stale_after\":900}",
           "the others and the order stay");
    is_str(set("{\"k\":0.1,\"k.temp\":1e-07}", "unit", "m"),
           "{\"k\":0.1,\"k.temp\":1e-7,\"unit\":\"m\"}",
           "the other numbers keep their value");
    is_str(set("{\"k\":3,\"unit\":\"m\"}", "k", ""),
           "{\"k\":2,\"unit\":\"m\"}", "an empty value is the preset");
    is_str(set("{\"k\":3}", "k", "preset"), "{\"k\":2}", "so is preset");
    is_str(set(three, "unit", "preset"), "{\"k\":2,\"stale_after\":900}",
           "without a preset the key goes");
    is_str(set("{\"k\":3,\"k.temp\":5}", "k.temp", ""), "{\"k\":3}",
           "a column goes back to the whole model's value");
    is_str(set("{\"k\":3}", "k.temp", ""), "{\"k\":3}",
           "taking back what was not set changes nothing");
}

static void
test_bad_keys(void)
{
    const struct kind *b = &kind_baseline;
    struct buf params = {0};

    buf_str(&params, "{}");
    ok(params_set(b, &params, "units", "m", columns, COLUMNS) == ERR_NOT_FOUND,
       "an unknown key is not found");
    ok(params_set(b, &params, "k.tepm", "1", columns, COLUMNS)
           == ERR_NOT_FOUND,
       "nor is an unknown column");
    ok(params_set(b, &params, "k", "1001", columns, COLUMNS) == ERR_DATA,
       "a value out of range is bad data");
    ok(params_set(b, &params, "k", "two", columns, COLUMNS) == ERR_SYNTAX,
       "a word is no number");
    buf_free(&params);

    is_str(set("{}", "units", "m"),
           "\"units\" is no param of a model of kind baseline; did you mean "
           "\"unit\"?",
           "the nearest key is suggested");
    is_str(set("{}", "titel", "Pump"),
           "\"titel\" is no param of a model of kind baseline; did you mean "
           "\"title\"?",
           "title is suggested too");
    is_str(set("{}", "threshold", "4"),
           "\"threshold\" is no param of a model of kind baseline; there is "
           "k, unit, stale_after, title",
           "a key far from all gets the list");
    is_str(set("{}", "title", "Pump"),
           "\"title\" is no param of a model of kind baseline; there is k, "
           "unit, stale_after",
           "title itself is no param");
    is_str(set("{}", "k.tepm", "3"),
           "no column \"tepm\"; did you mean \"temp\"?",
           "the nearest column is suggested");
    is_str(set("{}", "k.", "3"),
           "no column \"\"; there is \"velRMS.x\", \"temp\", \"a.b c\"",
           "a dot alone names no column");
    is_str(set("{}", "k.temp.", ""),
           "no column \"temp.\"; did you mean \"temp\"?",
           "a key that is taken back is checked as well");
    is_str(set("{}", "stale_after.temp", "15m"),
           "stale_after is for the whole model, not for a column",
           "stale_after takes no column");
    is_str(set_in(&odd, "{}", "level", "3"),
           "level is for one column: write level.COLUMN",
           "a param of columns only needs one");
    is_str(set_in(&odd, "{\"level.temp\":4}", "level.temp", "preset"), "{}",
           "the preset of a column is absence");
}

static void
test_bad_values(void)
{
    const char *longest = "12345678901234567890123456789012";

    is_str(set("{}", "k", "1000.5"),
           "k must be between 0 and 1000, not 1000.5", "k ends at 1000");
    is_str(set("{}", "k.temp", "-1"),
           "k.temp must be between 0 and 1000, not -1", "k begins at 0");
    is_str(set("{}", "k", "0"), "{\"k\":0}", "0 is in range");
    is_str(set("{}", "k", "1000"), "{\"k\":1000}", "1000 is in range");
    ok(strstr(set("{}", "k", "nan"), "\"nan\""), "nan is no number");
    ok(strstr(set("{}", "k", "1e999"), "1e999"), "nor is infinity");
    ok(strstr(set("{}", "stale_after", "soon"), "\"soon\""),
       "a word is no duration");
    is_str(set_in(&odd, "{}", "hold", "59s"),
           "hold must be between 60 and 86400 seconds, not 59",
           "a duration has a range");
    ok(strstr(set("{}", "unit", longest), longest), "32 bytes are a unit");
    is_str(set("{}", "unit", "123456789012345678901234567890123"),
           "unit=\"123456789012345678901234567890123\" is too long: a text "
           "of 1 to 32 bytes of UTF-8 without control characters is needed",
           "33 bytes are not");
    ok(strstr(set("{}", "unit", "m\ns"), "has control characters"),
       "a unit is one line");
    ok(strstr(set("{}", "unit", "\xff"), "is not UTF-8"), "a unit is UTF-8");
}

/* Checks the params: the number of problems. */
static size_t
problems(const char *params)
{
    struct json *json = NULL;
    enum err e;
    size_t count;

    if (json_parse(params, strlen(params), &json) != ERR_OK)
        abort();
    e = params_check(&kind_baseline, json);
    (void) err_details(&count);
    json_free(json);
    return (e == ERR_DATA) == (count > 0) ? count : SIZE_MAX;
}

static void
test_check(void)
{
    const struct err_detail *d;
    size_t count;

    is_int((int64_t) problems("{}"), 0, "no params are right");
    is_int((int64_t) problems("{\"k\":2,\"k.any\":3,\"unit.any\":\"m\","
                              "\"stale_after\":900}"),
           0, "columns are not known when params are checked");
    is_int((int64_t) problems("[]"), 1, "params are an object");
    is_int((int64_t) problems("{\"kk\":2,\"k\":\"2\",\"unit.a/b\":5,"
                              "\"stale_after\":-1,\"k.c\":1001,\"unit\":\"\","
                              "\"stale_after.x\":1,\"k.d\":null}"),
           8, "all problems are found at once");
    d = err_details(&count);
    is_str(d[0].pointer, "/params/kk", "the pointer names the key");
    is_str(err_text(),
           "\"kk\" is no param of a model of kind baseline; did you mean "
           "\"k\"?",
           "the first problem is the error's text");
    is_str(d[1].text, "k must be a number, not a text",
           "the type that is wrong is named");
    is_str(d[2].pointer, "/params/unit.a~1b", "the pointer is escaped");
    is_str(d[4].text, "k.c must be between 0 and 1000, not 1001",
           "the range is named");
    is_str(d[7].text, "k.d must be a number, not null", "null is no value");
}

int
main(void)
{
    test_presets();
    test_set();
    test_bad_keys();
    test_bad_values();
    test_check();
    return done_testing();
}
