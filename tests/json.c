/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON in: what is accepted and with which values, every refusal
 * with its place and words, arrays of numbers, and JSONTestSuite when it is
 * there. What is written is tested in json_out.c.
 */
#include "base/json.h"

#include <dirent.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/number.h"
#include "tap.h"

/* ---- helpers ---- */

static struct json *
parsed(const char *text)
{
    struct json *value = NULL;

    if (json_parse(text, strlen(text), &value) != ERR_OK)
        diag("%s: %s", text, err_text());
    return value;
}

static void
is_refused(const char *text, size_t len, enum err want, const char *message)
{
    struct json *value = NULL;
    enum err e = json_parse(text, len, &value);

    ok(e == want && !value, "refused with code %d, got %d", want, e);
    is_str(err_text(), message, message);
    json_free(value);
}

static bool
same_bits(double a, double b)
{
    return memcmp(&a, &b, sizeof a) == 0;
}

/* ---- values ---- */

static void
values(void)
{
    struct json *v = parsed("{\"t\":true,\"f\":false,\"n\":null,\"x\":-1.5,"
                            "\"s\":\"a\\u00e9\",\"l\":[1,[2],3],\"o\":{}}");
    const struct json *list = json_get(v, "l");

    is_int(json_type(v), JSON_OBJECT, "an object");
    is_int((int64_t) json_count(v), 7, "its members are counted");
    ok(json_bool(json_get(v, "t")), "true");
    ok(!json_bool(json_get(v, "f")), "false");
    is_int(json_type(json_get(v, "f")), JSON_BOOL, "false is a boolean");
    is_int(json_type(json_get(v, "n")), JSON_NULL, "null");
    ok(same_bits(json_number(json_get(v, "x")), -1.5), "a number");
    is_str(json_text(json_get(v, "s")), "a\xc3\xa9", "a text, unescaped");
    is_int(json_type(list), JSON_ARRAY, "an array");
    is_int((int64_t) json_count(list), 3, "its items are counted");
    ok(same_bits(json_number(json_at(list, 2)), 3), "an item by its index");
    is_int(json_type(json_at(list, 1)), JSON_ARRAY, "an array in an array");
    ok(!json_get(v, "T"), "no member: NULL");
    ok(!json_get(list, "t"), "no object: NULL");
    is_int((int64_t) json_count(json_get(v, "s")), 0, "a text has no items");
    json_free(v);
    json_free(NULL);
}

static void
walking(void)
{
    struct json *v = parsed("{\"z\":1,\"a\":2,\"m\":3}");
    struct json *list = parsed("[1]"), *empty = parsed("{}");
    struct json_walk it = {0};
    struct buf b = {0};

    while (json_next(v, &it))
        buf_printf(&b, "%s=%g ", it.key, json_number(it.value));
    is_str(buf_text(&b), "z=1 a=2 m=3 ", "members come in the text's order");
    it = (struct json_walk){0};
    ok(!json_next(empty, &it), "an empty object has no member");
    it = (struct json_walk){0};
    ok(!json_next(list, &it), "an array has no members");
    buf_free(&b);
    json_free(empty);
    json_free(list);
    json_free(v);
}

static void
type_names(void)
{
    is_str(json_type_name(JSON_NULL), "null", "null by name");
    is_str(json_type_name(JSON_BOOL), "a boolean", "a boolean by name");
    is_str(json_type_name(JSON_NUMBER), "a number", "a number by name");
    is_str(json_type_name(JSON_STRING), "a text", "a text by name");
    is_str(json_type_name(JSON_ARRAY), "an array", "an array by name");
    is_str(json_type_name(JSON_OBJECT), "an object", "an object by name");
}

static const char *const numerals[] = {
    "0",
    "-0",
    "-0.0",
    "0e99",
    "1",
    "-7",
    "0.1",
    "1e22",
    "1E+23",
    "8.5e-3",
    "9007199254740993",
    "18446744073709551616",
    "123456789012345678901234567890",
    "1.7976931348623157e308",
    "-1.7976931348623158e308",
    "2.2250738585072011e-308",
    "4.9e-324",
    "2.4703282292062328e-324",
    "1e-400",
    "-1e-400",
    "0.1000000000000000055511151231257827021181583404541015625",
};

static void
numbers_are_exact(void)
{
    for (size_t i = 0; i < sizeof numerals / sizeof *numerals; i++) {
        const char *s = numerals[i];
        struct json *v = parsed(s);
        double want = 0;

        ok(number_scan(s, s + strlen(s), NUMBER_JSON, &want) == strlen(s) && v
               && same_bits(json_number(v), want),
           "%s is the double that number_scan() reads", s);
        json_free(v);
    }
}

/* ---- refusals ---- */

/* clang-format off */
static const struct {
    const char *text, *message;
} wrong[] = {
    {"", "line 1, column 1: the text is empty"},
    {" \n ", "line 2, column 2: a value expected, but the text ends"},
    {"nul", "line 1, column 1: a value expected, not 'nul'"},
    {"[NaN]", "line 1, column 2: a value expected, not 'NaN'"},
    {"[1,\n 2,]", "line 2, column 4: a value expected, not ']'"},
    {"[1", "line 1, column 3: ',' or ']' expected, but the text ends"},
    {"[1 \"b\"]", "line 1, column 4: ',' or ']' expected, not '\"b\"'"},
    {"[\"\xc3\xa4\xe2\x82\xac\" x]",
     "line 1, column 7: ',' or ']' expected, not 'x'"},
    {"[01]", "line 1, column 2: not a number as JSON writes it: 01"},
    {"[+1]", "line 1, column 2: not a number as JSON writes it: +1"},
    {"[.5]", "line 1, column 2: not a number as JSON writes it: .5"},
    {"[5.]", "line 1, column 2: not a number as JSON writes it: 5."},
    {"[1e]", "line 1, column 2: not a number as JSON writes it: 1e"},
    {"[1x]", "line 1, column 2: not a number as JSON writes it: 1x"},
    {"-", "line 1, column 1: not a number as JSON writes it: -"},
    {"{\"a\":\n  1e999}",
     "line 2, column 3: a number beyond the range of a double: 1e999"},
    {"{a:1}", "line 1, column 2: a key in quotes or '}' expected, not 'a'"},
    {"{\"a\" 1}", "line 1, column 6: ':' expected, not '1'"},
    {"{\"a\":1 ]", "line 1, column 8: ',' or '}' expected, not ']'"},
    {"{\"a\":1,}",
     "line 1, column 8: a key in quotes or '}' expected, not '}'"},
    {"{\"a\":", "line 1, column 6: a value expected, but the text ends"},
    {"{\"a\":1,\r\n \"\\u0061\":2}",
     "line 2, column 2: a key that is already there: \"\\u0061\""},
    {"[1] 2", "line 1, column 5: the text must end here, not '2'"},
    {"\"abc", "line 1, column 1: a text without its closing quote"},
    {"[1, \"a\nb\"]", "line 1, column 7: a line break inside a text"},
    {"\"a\tb\"", "line 1, column 3: a control character inside a text"},
    {"\"a\\qb\"", "line 1, column 4: an escape that JSON does not know"},
    {"\"\\u12g4\"", "line 1, column 6: an escape that JSON does not know"},
    {"[\"\\ud800\"]", "line 1, column 2: half of a surrogate pair"},
    {"[\"\\udc00\"]", "line 1, column 2: half of a surrogate pair"},
    {"[\"a\\u0000b\"]", "line 1, column 2: \\u0000 is not allowed in a text"},
    {"{\"a\\u0000b\":1}", "line 1, column 2: \\u0000 is not allowed in a key"},
    {"\"a\xff\"", "line 1, column 3: a byte that is not UTF-8"},
    {"\"\xc0\x80\"", "line 1, column 2: a byte that is not UTF-8"},
    {"\"\xed\xa0\x80\"", "line 1, column 2: a byte that is not UTF-8"},
    {"\xef\xbb\xbf{}", "line 1, column 1: a byte order mark before the text"},
    {"[aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\xc3\xa4\xc3\xa4]",
     "line 1, column 2: a value expected, not "
     "'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'"},
};
/* clang-format on */

static void
refusals(void)
{
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        is_refused(wrong[i].text, strlen(wrong[i].text), ERR_SYNTAX,
                   wrong[i].message);
    is_refused("123\0", 4, ERR_SYNTAX, "line 1, column 4: a NUL byte");
    is_refused("\"a\n\0\"", 5, ERR_SYNTAX, "line 2, column 1: a NUL byte");
}

static void
limits(void)
{
    struct buf b = {0};
    struct json *v = NULL;
    char *huge;

    buf_str(&b, "[[],");
    for (int i = 0; i < JSON_DEPTH_MAX - 1; i++)
        buf_str(&b, i % 2 ? "{\"[\\\"{\":" : "[\"[[[\",");
    buf_str(&b, "{}");
    is_refused(b.data, b.len, ERR_DATA, "nested more than 32 levels deep");
    buf_clear(&b);
    for (int i = 0; i < JSON_DEPTH_MAX; i++)
        buf_char(&b, '[');
    buf_str(&b, "\"[{\\\"[{\"");
    for (int i = 0; i < JSON_DEPTH_MAX; i++)
        buf_char(&b, ']');
    is_int(json_parse(b.data, b.len, &v), ERR_OK, "32 levels are accepted");
    json_free(v);
    buf_clear(&b);
    buf_char(&b, '[');
    for (int i = 0; i < 100; i++)
        buf_str(&b, i ? ",[{}]" : "[{}]");
    buf_char(&b, ']');
    is_int(json_parse(b.data, b.len, &v), ERR_OK,
           "what is side by side is not deep");
    json_free(v);
    buf_clear(&b);
    buf_char(&b, '[');
    for (int i = 0; i < JSON_VALUES_MAX / 2; i++)
        buf_str(&b, "{},");
    buf_str(&b, "1]");
    is_refused(b.data, b.len, ERR_DATA, "more than 1048576 values");
    buf_free(&b);
    huge = xcalloc(JSON_SIZE_MAX + 1, 1);
    is_refused(huge, JSON_SIZE_MAX + 1, ERR_DATA,
               "a text of 67108865 bytes, at most 67108864 are read");
    free(huge);
}

/* ---- arrays of numbers ---- */

static void
number_arrays(void)
{
    static const char text[] = " \t[1,-2.5e-3 ,\n null,\r1e22,-0]\n";
    static const double want[] = {1, -0.0025, NAN, 1e22, -0.0};
    double *v = NULL;
    size_t n = 0;

    is_int(json_numbers(text, strlen(text), &v, &n), ERR_OK,
           "numbers and null, with every kind of blank");
    is_int((int64_t) n, 5, "are five");
    for (size_t i = 0; i < n && i < 5; i++)
        ok(isnan(want[i]) ? isnan(v[i]) : same_bits(v[i], want[i]),
           "number %zu", i);
    free(v);
    v = NULL;
    is_int(json_numbers("[ ]", 3, &v, &n), ERR_OK, "an empty array");
    ok(n == 0 && v, "has no numbers and can be freed");
    free(v);
}

static void
many_numbers(void)
{
    enum { MANY = 10000 };
    struct buf b = {0};
    double *v = NULL;
    size_t n = 0;
    int bad = 0;

    for (int i = 0; i < MANY; i++)
        buf_printf(&b, "%c%d", i ? ',' : '[', i % 10);
    buf_char(&b, ']');
    is_int(json_numbers(b.data, b.len, &v, &n), ERR_OK,
           "the densest text there is");
    is_int((int64_t) n, MANY, "gives all its numbers");
    for (size_t i = 0; i < n; i++)
        bad += !same_bits(v[i], (double) (i % 10));
    is_int(bad, 0, "in their order");
    free(v);
    buf_free(&b);
}

/* clang-format off */
static const struct {
    const char *text;
    enum err code;
    const char *message;
} no_numbers[] = {
    {"[\"a\"]", ERR_DATA, "item 0 is a text, not a number"},
    {"[1,true]", ERR_DATA, "item 1 is a boolean, not a number"},
    {"[1,2,[3]]", ERR_DATA, "item 2 is an array, not a number"},
    {"[{}]", ERR_DATA, "item 0 is an object, not a number"},
    {"[0,1e999]", ERR_DATA, "item 1 is beyond the range of a double: 1e999"},
    {"[-1e400 ]", ERR_DATA, "item 0 is beyond the range of a double: -1e400"},
    {"{\"a\":1}", ERR_DATA, "the text is an object, not an array of numbers"},
    {"12", ERR_DATA, "the text is a number, not an array of numbers"},
    {"null", ERR_DATA, "the text is null, not an array of numbers"},
    {"", ERR_SYNTAX, "line 1, column 1: the text is empty"},
    {"\n", ERR_SYNTAX,
     "line 2, column 1: a value expected, but the text ends"},
    {"]", ERR_SYNTAX, "line 1, column 1: a value expected, not ']'"},
    {"[", ERR_SYNTAX, "line 1, column 2: a value expected, but the text ends"},
    {"[1", ERR_SYNTAX,
     "line 1, column 3: ',' or ']' expected, but the text ends"},
    {"[1,", ERR_SYNTAX,
     "line 1, column 4: a value expected, but the text ends"},
    {"[1,]", ERR_SYNTAX, "line 1, column 4: a value expected, not ']'"},
    {"[,1]", ERR_SYNTAX, "line 1, column 2: a value expected, not ','"},
    {"[1\n 2]", ERR_SYNTAX, "line 2, column 2: ',' or ']' expected, not '2'"},
    {"[1:2]", ERR_SYNTAX, "line 1, column 3: ',' or ']' expected, not ':'"},
    {"[1}", ERR_SYNTAX, "line 1, column 3: ',' or ']' expected, not '}'"},
    {"[1\"a\"]", ERR_SYNTAX,
     "line 1, column 3: ',' or ']' expected, not '\"a\"'"},
    {"[1] x", ERR_SYNTAX, "line 1, column 5: the text must end here, not 'x'"},
    {"[1],", ERR_SYNTAX, "line 1, column 4: the text must end here, not ','"},
    {"[01]", ERR_SYNTAX,
     "line 1, column 2: not a number as JSON writes it: 01"},
    {"[1.]", ERR_SYNTAX,
     "line 1, column 2: not a number as JSON writes it: 1."},
    {"[1.5.2]", ERR_SYNTAX,
     "line 1, column 2: not a number as JSON writes it: 1.5.2"},
    {"[+1]", ERR_SYNTAX,
     "line 1, column 2: not a number as JSON writes it: +1"},
    {"[NULL]", ERR_SYNTAX, "line 1, column 2: a value expected, not 'NULL'"},
    {"[1,\v2]", ERR_SYNTAX, "line 1, column 4: a value expected, not '\v2'"},
    {"\xef\xbb\xbf[1]", ERR_SYNTAX,
     "line 1, column 1: a byte order mark before the text"},
};
/* clang-format on */

static void
number_refusals(void)
{
    double untouched = 0, *v = &untouched;
    size_t n = 99;

    for (size_t i = 0; i < sizeof no_numbers / sizeof *no_numbers; i++) {
        const char *text = no_numbers[i].text;

        is_int(json_numbers(text, strlen(text), &v, &n), no_numbers[i].code,
               "refused with its code");
        is_str(err_text(), no_numbers[i].message, no_numbers[i].message);
    }
    is_int(json_numbers("[1]\0", 4, &v, &n), ERR_SYNTAX, "a NUL is refused");
    is_str(err_text(), "line 1, column 4: a NUL byte", "with its place");
    ok(v == &untouched && n == 99, "a refusal leaves the results alone");
}

/* ---- JSONTestSuite ---- */

/* Well-formed, and refused all the same: duplicate keys, \u0000. */
static const char *const by_choice[] = {
    "y_object_duplicated_key.json",
    "y_object_duplicated_key_and_value.json",
    "y_object_escaped_null_in_key.json",
    "y_string_null_escape.json",
    NULL,
};

static bool
is_listed(const char *const *list, const char *name)
{
    while (*list && strcmp(*list, name) != 0)
        list++;
    return *list != NULL;
}

static void
read_file(const char *path, struct buf *b)
{
    FILE *f = fopen(path, "rb");

    buf_str(b, "");
    if (!f)
        return;
    do {
        buf_reserve(b, BUFSIZ);
        b->len += fread(b->data + b->len, 1, BUFSIZ, f);
    } while (!feof(f) && !ferror(f));
    (void) fclose(f); /* only read */
}

static void
suite_file(const char *folder, const char *name)
{
    struct buf path = {0}, text = {0};
    struct json *v = NULL;
    bool accepted, want;

    buf_printf(&path, "%s/%s", folder, name);
    read_file(buf_text(&path), &text);
    accepted = json_parse(text.data, text.len, &v) == ERR_OK;
    want = name[0] == 'y' && !is_listed(by_choice, name);
    ok(name[0] == 'i' || accepted == want, "%s is %s", name,
       accepted ? "accepted" : "refused");
    json_free(v);
    buf_free(&text);
    buf_free(&path);
}

static void
suite(void)
{
    const char *top = getenv("top_srcdir"), *shared = getenv("VIGIA_SHARED");
    struct buf folder = {0};
    struct dirent **entries = NULL;
    int n;

    if (shared)
        buf_str(&folder, shared);
    else
        buf_printf(&folder, "%s/../shared/data", top ? top : ".");
    buf_str(&folder, "/json/test_parsing");
    n = scandir(buf_text(&folder), &entries, NULL, alphasort);
    if (n < 0)
        skip("JSONTestSuite is not there");
    for (int i = 0; i < n; i++) {
        if (strchr("yni", entries[i]->d_name[0]))
            suite_file(buf_text(&folder), entries[i]->d_name);
        free(entries[i]);
    }
    free(entries);
    buf_free(&folder);
}

int
main(void)
{
    values();
    walking();
    type_names();
    numbers_are_exact();
    refusals();
    limits();
    number_arrays();
    many_numbers();
    number_refusals();
    suite();
    return done_testing();
}
