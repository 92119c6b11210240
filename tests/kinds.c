/* SPDX-License-Identifier: Apache-2.0 */
/* The table of kinds, lists of verdicts, columns by name, problems. */
#include "kinds/kind.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/number.h"
#include "tap.h"

static struct json *
parsed(const char *text)
{
    struct json *json = NULL;

    if (json_parse(text, strlen(text), &json) != ERR_OK)
        abort();
    return json;
}

/* A compiled baseline with these columns (NULL-terminated). */
static void *
model_of(const char *const *names)
{
    struct buf text = {0};
    struct json *weights;
    void *model = NULL;

    for (size_t i = 0; names[i]; i++)
        buf_printf(&text,
                   "%s\"%s\":{\"n\":4,\"missing\":0,\"mean\":7,\"std\":1,"
                   "\"min\":5,\"max\":10}",
                   i > 0 ? "," : "{\"columns\":{", names[i]);
    buf_str(&text, "}}");
    weights = parsed(buf_text(&text));
    if (kind_baseline.compile(weights, NULL, &model) != ERR_OK)
        abort();
    json_free(weights);
    buf_free(&text);
    return model;
}

static void
test_table(void)
{
    ok(kind_find("baseline") == &kind_baseline, "a kind has a name");
    ok(!kind_find("Baseline") && !kind_find(""), "other names are no kind");
    for (size_t i = 0; kinds[i]; i++)
        ok(kinds[i]->summary[0] != '\0' && kind_find(kinds[i]->name)
               && kinds[i]->compile && kinds[i]->release && kinds[i]->test,
           "%s is described, found and complete", kinds[i]->name);
}

static void
test_verdicts(void)
{
    struct verdicts v = {0};
    struct verdict *items;

    for (size_t i = 0; i < 20; i++) {
        struct verdict *one = verdicts_add(&v);

        ok(one->index == 0 && !one->alert && !one->detail.data,
           "verdict %zu begins zeroed", i);
        one->index = i;
        buf_str(&one->detail, "owned");
    }
    is_int((int64_t) v.items[19].index, 19, "a list grows");
    items = v.items;
    verdicts_clear(&v);
    ok(v.count == 0 && v.items == items, "clearing keeps the memory");
    ok(!verdicts_add(&v)->detail.data, "what was cleared does not come back");
    verdicts_free(&v);
    ok(!v.items && v.count == 0 && v.cap == 0, "freeing zeroes the list");
}

/* Finds name among names: "N" or the error's text. */
static const char *
found(const char *const *names, const char *name)
{
    static char answer[1024];
    void *model = model_of(names);
    size_t index = 0;
    enum err e = kind_column_find(&kind_baseline, model, name, &index);

    if (e == ERR_OK)
        (void) snprintf(answer, sizeof answer, "%zu", index);
    else
        (void) snprintf(answer, sizeof answer, "%s%s",
                        e == ERR_NOT_FOUND ? "" : "wrong code: ", err_text());
    kind_baseline.release(model);
    return answer;
}

static void
test_columns(void)
{
    const char *const one[] = {"temp", NULL};
    const char *const two[] = {"velRMS.x", "temp", NULL};
    const char *const usual[] = {"zeta", "value", "alpha", NULL};
    const char *const ten[] = {"c0", "c1", "c2", "c3", "c4", "c5",
                               "c6", "c7", "c8", "c9", NULL};

    is_str(found(one, NULL), "0", "without a name it is the only column");
    is_str(found(one, "temp"), "0", "the only column has its name too");
    is_str(found(usual, NULL), "1", "without a name it is value among others");
    is_str(found(usual, "zeta"), "0", "the order of the weights counts, 1");
    is_str(found(usual, "alpha"), "2", "the order of the weights counts, 2");
    is_str(found(two, NULL),
           "the model has 2 columns; name one of \"velRMS.x\", \"temp\"",
           "without a name several columns are listed");
    is_str(found(two, "velRMS.y"),
           "no column \"velRMS.y\"; did you mean \"velRMS.x\"?",
           "a wrong name gets the nearest one");
    is_str(found(two, "pressure"),
           "no column \"pressure\"; there is \"velRMS.x\", \"temp\"",
           "a name far from all gets the list");
    is_str(found(ten, NULL),
           "the model has 10 columns; name one of \"c0\", \"c1\", \"c2\", "
           "\"c3\", \"c4\", \"c5\", \"c6\", \"c7\" and 2 more",
           "a long list is cut");
}

static void
test_texts(void)
{
    ok(!kind_text_fault("a", 3) && !kind_text_fault("m\xc2\xb2", 3),
       "a text up to the limit is accepted");
    is_str(kind_text_fault("", 3), "is empty", "an empty text is refused");
    is_str(kind_text_fault("m\xc2\xb2s", 3), "is too long",
           "bytes are counted");
    is_str(kind_text_fault("\xff", 3), "is not UTF-8",
           "bytes that are not UTF-8 are refused");
    is_str(kind_text_fault("a\tb", 3), "has control characters",
           "a tab is refused");
    is_str(kind_text_fault("\x7f", 3), "has control characters",
           "DEL is refused");
    is_str(kind_text_fault("\xc2\x9f", 3), "has control characters",
           "C1 controls are refused");
    ok(!kind_text_fault("\xc2\xa0", 3), "a no-break space is no control");
}

static void
test_problems(void)
{
    static const char *const known[] = {"value", "at", NULL};
    const struct err_detail *d;
    struct json *json = parsed("{\"at\":1,\"vlaue\":2,\"a/b~c\":3}");
    struct buf many = {0};
    size_t count;

    err_clear();
    ok(kind_members(json, known, "a request", "", NULL) == ERR_DATA,
       "unknown members are refused");
    d = err_details(&count);
    is_int((int64_t) count, 2, "each unknown member is a problem");
    is_str(d[0].pointer, "/vlaue", "the pointer names the member");
    is_str(d[0].text,
           "a request has no member \"vlaue\"; did you mean \"value\"?",
           "the nearest member is suggested");
    is_str(d[1].pointer, "/a~1b~0c", "~ and / are escaped in pointers");
    json_free(json);

    json = parsed("{\"at\":1}");
    err_clear();
    ok(kind_members(json, known, "a request", "", NULL) == ERR_OK,
       "known members are accepted");
    ok(!kind_enough_problems(), "no problem is not enough");
    json_free(json);

    for (int i = 0; i < 300; i++)
        buf_printf(&many, "%s\"valu%d\":0", i > 0 ? "," : "{", i);
    buf_char(&many, '}');
    json = parsed(buf_text(&many));
    ok(kind_members(json, known, "a request", "", NULL) == ERR_DATA
           && kind_enough_problems(),
       "many problems are enough");
    d = err_details(&count);
    ok(strstr(d[0].text, "did you mean") && !strstr(d[99].text, "did you"),
       "only the first ones have a suggestion");
    json_free(json);
    buf_free(&many);
}

static void
test_presets(void)
{
    char text[NUMBER_MAX];
    size_t numbers = 0, right = 0;

    for (size_t i = 0; kinds[i]; i++) {
        for (const struct param *p = kinds[i]->params; p->name; p++) {
            double v = NAN;

            if (!p->preset || p->type != PARAM_NUMBER)
                continue;
            numbers++;
            (void) number_scan(p->preset, p->preset + strlen(p->preset),
                               NUMBER_LOOSE, &v);
            (void) number_print(text, v);
            right +=
                strcmp(text, p->preset) == 0 && v >= p->min && v <= p->max;
        }
    }
    ok(numbers > 0 && right == numbers,
       "presets are numbers as they are printed, and in their range");
}

int
main(void)
{
    test_table();
    test_presets();
    test_verdicts();
    test_columns();
    test_texts();
    test_problems();
    return done_testing();
}
