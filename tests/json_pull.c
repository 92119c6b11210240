/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON read where it stands: it accepts what json_parse() accepts, refuses
 * what that refuses, and says the same about it.
 */
#include "base/json_pull.h"

#include <string.h>

#include "base/buf.h"
#include "tap.h"

/* ---- against json_parse() ---- */

static enum err
skip_all_of(const char *text, size_t len)
{
    struct json_pull p;
    enum err e = json_pull_begin(&p, text, len);

    if (e == ERR_OK)
        e = json_pull_skip(&p);
    return e == ERR_OK ? json_pull_end(&p) : e;
}

/* The same verdict; a key that is there already only the caller notices. */
static void
compare(const char *text, size_t len, size_t number)
{
    struct json *value = NULL;
    enum err e = json_parse(text, len, &value), mine;

    if (e == ERR_OK)
        json_free(value);
    else if (strstr(err_text(), "already there"))
        return;
    mine = skip_all_of(text, len);
    if (!ok(mine == e, "text %zu is judged as json_parse() does", number))
        diag("   %s: parse: %d, pull: %d %s", text, (int) e, (int) mine,
             mine == ERR_OK ? "" : err_text());
}

static const char *const texts[] = {
    "null",
    "true",
    "\"\"",
    "-0.5e+7",
    "[]",
    "{}",
    "[[],{},[[{}]]]",
    " [ 1 , 2 ] ",
    "{\"a\":1,\"b\":[true,false,null]}",
    "\"\\\" \\\\ \\/ \\b \\f \\n \\r \\t \\u00e9 \\ud83d\\ude00\"",
    "\"\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80 \x7f\"",
    "",
    " ",
    "[",
    "[1",
    "[1,",
    "[1,]",
    "[,1]",
    "[1 2]",
    "{",
    "{\"a\"",
    "{\"a\":",
    "{\"a\":1",
    "{\"a\":1,",
    "{\"a\":1,}",
    "{\"a\" 1}",
    "{a:1}",
    "{1:1}",
    "]",
    "}",
    "nul",
    "nulll",
    "True",
    "NaN",
    "-",
    "+1",
    "01",
    "1.",
    ".5",
    "1e",
    "1x",
    "1e999",
    "[-1e999]",
    "\"",
    "\"a",
    "\"\\",
    "\"\\x\"",
    "\"\\u12\"",
    "\"\\u12g4\"",
    "\"\\u0000\"",
    "\"\\ud83d\"",
    "\"\\ude00\"",
    "\"\\ud83d\\u0041\"",
    "\"a\nb\"",
    "\"a\tb\"",
    "\"\xff\"",
    "\"\xc3\"",
    "\"\xed\xa0\x80\"",
    "\"\xc0\xaf\"",
    "1 2",
    "{} x",
    "[\n1,\n  oops]",
    "\xef\xbb\xbf[]",
    "'a'",
    "[\"a\" : 1]",
    "{\"a\":1]",
    "{\"a\":1,\"a\":2}",
    "[1}",
    "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]",
    "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]",
};

static void
test_texts(void)
{
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        compare(texts[i], strlen(texts[i]), i);
    compare("[1,\0]", 5, sizeof texts / sizeof *texts);
}

/* The other reader is asked, as before; a text that is cut off, too. */
static bool
same_judgement(const char *text, size_t len)
{
    struct json *json = NULL;
    struct json_pull p;
    struct json_raw raw;
    enum err want = json_parse(text, len, &json), e;

    e = json_pull_begin(&p, text, len);
    if (e == ERR_OK)
        e = json_pull_text(&p, &raw);
    if (e == ERR_OK)
        e = json_pull_end(&p);
    if (e != ERR_OK || want != ERR_OK) {
        json_free(json);
        return e == want;
    }
    if (!raw.escaped)
        want = strlen(json_text(json)) == raw.len
                       && memcmp(json_text(json), raw.at, raw.len) == 0
                   ? ERR_OK
                   : ERR_DATA;
    json_free(json);
    return want == ERR_OK;
}

/* Eight bytes are looked at together: every byte at every place of them. */
static void
test_places(void)
{
    enum { LEN = 19 };
    char text[LEN + 1];
    int wrong = 0;

    for (size_t len = 2; len <= LEN; len++)
        for (size_t at = 1; at + 1 < len; at++)
            for (int byte = 1; byte < 256; byte++) {
                memset(text, '~', len);
                text[0] = text[len - 1] = '"';
                text[at] = (char) byte;
                wrong += !same_judgement(text, len);
            }
    ok(wrong == 0, "any byte at any place of a text is met");
}

static void
test_sentences(void)
{
    static const struct {
        const char *text, *words;
    } refusals[] = {
        {"[1,\n  oops]",    "line 2, column 3: a value expected, not 'oops'"        },
        {"[1 2]",           "line 1, column 4: ',' or ']' expected, not '2'"        },
        {"{\"a\":1",        "',' or '}' expected, but the text ends"                },
        {"{\"a\":1,}",      "column 8: a key in quotes expected, not '}'"           },
        {"{\"a\" 1}",       "column 6: ':' expected, not '1'"                       },
        {"[01]",            "column 2: not a number as JSON writes it: 01"          },
        {"[1e999]",         "column 2: a number beyond the range of a double: 1e999"},
        {"\"\xc3\xa9\\x\"", "column 3: an escape that JSON does not know"           },
        {"\"\\ud83d\"",     "column 2: half of a surrogate pair"                    },
        {"\"\\u0000\"",     "column 2: \\u0000 is not allowed in a text"            },
        {"\"a\nb\"",        "column 3: a line break inside a text"                  },
        {"\"a\tb\"",        "column 3: a control character inside a text"           },
        {"\"a\xff\"",       "column 3: a byte that is not UTF-8"                    },
        {" \"a",            "column 2: a text without its closing quote"            },
        {"1 2",             "column 3: the text must end here, not '2'"             },
    };

    for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
        enum err e = skip_all_of(refusals[i].text, strlen(refusals[i].text));

        if (!ok(e == ERR_SYNTAX && strstr(err_text(), refusals[i].words),
                "says: %s", refusals[i].words))
            diag("   got: %d %s", (int) e, err_text());
    }
}

/* Every text cut short, and with each byte replaced by others. */
static void
test_damage(void)
{
    static const char text[] = "{\"a\":[1,-2.5e3,\"\\u00e9\\n\xc3\xa9\"],"
                               "\"b\":{\"c\":true},\"d\":null}";
    static const char bytes[] = "\"\\,:[]{}01-.eu \n\x01\x80\xff";
    size_t len = sizeof text - 1, differ = 0, done = 0;

    for (size_t i = 0; i < len; i++) {
        for (size_t b = 0; b < sizeof bytes - 1; b++, done++) {
            char copy[sizeof text];
            struct json *value = NULL;
            enum err e;

            memcpy(copy, text, sizeof text);
            copy[i] = bytes[b];
            e = json_parse(copy, len, &value);
            if (e == ERR_OK)
                json_free(value);
            else if (strstr(err_text(), "already there"))
                continue;
            if (skip_all_of(copy, len) != e) {
                differ++;
                diag("%s", copy);
            }
        }
        differ += skip_all_of(text, i) != ERR_SYNTAX;
    }
    ok(differ == 0, "%zu damaged texts are judged as json_parse() does", done);
}

/* ---- reading ---- */

static void
test_reading(void)
{
    static const char text[] = "{\"v\":[1,2.5],\"t\":\"a\\u00e9\\n\","
                               "\"\\u0076\":null}";
    struct json_pull p;
    struct json_raw key, raw;
    struct buf out = {0};
    enum json_type type;
    double v = 0, sum = 0;
    bool more;

    ok(json_pull_begin(&p, text, strlen(text)) == ERR_OK
           && json_pull_type(&p, &type) == ERR_OK && type == JSON_OBJECT
           && json_pull_open(&p, '{') == ERR_OK,
       "an object is opened");
    ok(json_pull_member(&p, 0, &key, &more) == ERR_OK && more
           && json_raw_is(&key, "v") && !json_raw_is(&key, "vv"),
       "a key is compared");
    ok(json_pull_open(&p, '[') == ERR_OK, "an array is opened");
    for (size_t i = 0; json_pull_item(&p, i, &more) == ERR_OK && more; i++) {
        if (json_pull_number(&p, &v) == ERR_OK)
            sum += v;
    }
    ok(sum == 3.5, "its numbers are read");
    ok(json_pull_member(&p, 1, &key, &more) == ERR_OK && more
           && json_pull_text(&p, &raw) == ERR_OK && raw.escaped,
       "a text is read as it stands");
    json_raw_text(&raw, &out);
    is_str(buf_text(&out), "a\xc3\xa9\n", "and as what it means");
    ok(json_pull_member(&p, 2, &key, &more) == ERR_OK && key.escaped
           && json_raw_is(&key, "v"),
       "an escaped key is the same key");
    ok(json_pull_type(&p, &type) == ERR_OK && type == JSON_NULL
           && json_pull_number(&p, &v) == ERR_SYNTAX,
       "a null is no number");
    ok(json_pull_skip(&p) == ERR_OK
           && json_pull_member(&p, 3, &key, &more) == ERR_OK && !more
           && json_pull_end(&p) == ERR_OK,
       "the end is found");
    buf_free(&out);
}

/* Reads an array, after every item up to at_once more of them, into out: what
 * it holds, and the refusal that ends it. */
static void
read_numbers(const char *text, size_t at_once, struct buf *out)
{
    struct json_pull p;
    double v[8];
    bool more = true;
    enum err e = json_pull_begin(&p, text, strlen(text));

    if (e == ERR_OK)
        e = json_pull_open(&p, '[');
    for (size_t i = 0; e == ERR_OK && more; i++) {
        e = json_pull_item(&p, i, &more);
        if (e == ERR_OK && more)
            e = json_pull_number(&p, v);
        for (size_t n = 1; e == ERR_OK && more && n > 0;) {
            for (size_t k = 0; k < n; k++)
                buf_printf(out, "%g ", v[k]);
            n = json_pull_numbers(&p, v, at_once);
        }
    }
    if (e == ERR_OK)
        e = json_pull_end(&p);
    buf_str(out, e == ERR_OK ? "ends" : err_text());
}

static void
same_numbers(size_t i, const char *text)
{
    struct buf want = {0};

    read_numbers(text, 0, &want);
    for (size_t at_once = 1; at_once <= 8; at_once += i % 3 + 1) {
        struct buf got = {0};

        read_numbers(text, at_once, &got);
        if (!ok(strcmp(buf_text(&got), buf_text(&want)) == 0,
                "array %zu, %zu at once, is read as one by one", i, at_once))
            diag("   %s: %s, not %s", text, buf_text(&got), buf_text(&want));
        buf_free(&got);
    }
    buf_free(&want);
}

static void
test_numbers(void)
{
    static const char endless[] = /* longer than what is looked for a comma */
        "[1,2,0.0000000000000000000000000000000000000000000000000000000000000"
        "00000000000000000000000000000000000000000001,4]";
    static const char *const arrays[] = {
        "[]",
        "[1]",
        "[1,2,3,4,5,6,7,8,9,10]",
        "[ 1 , 2 , 3 ]",
        "[1, 2,\n 3,\t4 ,5,6]",
        "[-0.5,1e3,123456789.25,0.1234567890123456789,1E-7]",
        "[1,2,null,3]",
        "[1,2,,3]",
        "[1,2,]",
        "[1,2,3",
        "[1,2,3,",
        "[1,2,3 4]",
        "[1,2,03,4]",
        "[1,2,+3,4]",
        "[1,2,.5,4]",
        "[1,2,5.,4]",
        "[1,2,1e999,4]",
        "[1,2,3x,4]",
        "[1,2,3},4]",
        "[1,2,[3],4]",
        "[1,2,-,4]",
        "[1,2,-.5,4]",
        "[1,2,-03,4]",
        "[1,2,-0,0,0.5,-0.25,4]",
        "[1,2,1.2.3,4]",
        "[1,2,3e,4]",
        "[1,123456789012345,1234567890123456,12345678901234.5,4]",
        endless,
    };
    /* Near the end of a text numbers are read in another way. */
    static const char behind[] = "                                        ";

    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++) {
        struct buf far = {0};

        buf_printf(&far, "%s%s", arrays[i], behind);
        same_numbers(i, arrays[i]);
        same_numbers(i, buf_text(&far));
        buf_free(&far);
    }
}

int
main(void)
{
    test_texts();
    test_places();
    test_sentences();
    test_damage();
    test_reading();
    test_numbers();
    return done_testing();
}
