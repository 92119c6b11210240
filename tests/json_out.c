/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON out: the canonical form, the escaping of texts, and the writer, which
 * stops the program at a wrong nesting.
 */
#include "base/json.h"

#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "tap.h"

static struct json *
parsed(const char *text)
{
    struct json *value = NULL;

    if (json_parse(text, strlen(text), &value) != ERR_OK)
        diag("%s: %s", text, err_text());
    return value;
}

/* ---- canonical ---- */

static void
is_canonical(const char *text, const char *want, const char *name)
{
    struct json *value = parsed(text);
    struct buf b = {0};

    if (value)
        json_canonical(value, &b);
    is_str(buf_text(&b), want, name);
    buf_free(&b);
    json_free(value);
}

static void
canonical(void)
{
    is_canonical(" { \"b\" : [ 1 , 2.50 ] , \"a\" : null } ",
                 "{\"a\":null,\"b\":[1,2.5]}", "sorted, without blanks");
    is_canonical("{\"a\":1,\"\xc3\xa4\":2,\"Z\":3,\"a.b\":4,\"\":5,\"aa\":6}",
                 "{\"\":5,\"Z\":3,\"a\":1,\"a.b\":4,\"aa\":6,\"\xc3\xa4\":2}",
                 "keys are sorted by their bytes");
    is_canonical("[{\"b\":{\"d\":1,\"c\":2}},[],{},true,false]",
                 "[{\"b\":{\"c\":2,\"d\":1}},[],{},true,false]",
                 "inside of everything");
    is_canonical("[0.1,-0,1e5,1E-7,10.0,100000000000000000000]",
                 "[0.1,-0,100000,1e-7,10,1e20]",
                 "numbers in their shortest form");
    is_canonical("\"\\u00e9\\/\\u001F\\n\\ud83d\\ude00\"",
                 "\"\xc3\xa9/\\u001f\\n\xf0\x9f\x98\x80\"",
                 "texts in one way of escaping");
    is_canonical("7", "7", "a value alone");
}

/* ---- quoting ---- */

static void
is_quoted(const char *s, size_t len, const char *want, const char *name)
{
    struct buf b = {0};

    json_quote(&b, s, len);
    is_str(buf_text(&b), want, name);
    buf_free(&b);
}

static void
quoting(void)
{
#define Q(s, want, name) is_quoted(s, sizeof(s) - 1, "\"" want "\"", name)
    Q("", "", "the empty text");
    Q("P-101/\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80",
      "P-101/\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80", "what is harmless stays");
    Q("a\"b\\c", "a\\\"b\\\\c", "quotes and backslashes");
    Q("\n\t\r\b\f", "\\n\\t\\r\\b\\f", "the short escapes");
    Q("\0\x01\x1b[31m\x1f", "\\u0000\\u0001\\u001b[31m\\u001f",
      "other control characters");
    Q("\x7f\xc2\x80\xc2\x9b\xc2\x9f\xc2\xa0",
      "\\u007f\\u0080\\u009b\\u009f\xc2\xa0", "DEL and C1");
    Q("\xe2\x80\xa8\xe2\x80\xa9", "\\u2028\\u2029", "line separators");
    Q("\xd8\x9c\xe2\x80\x8e\xe2\x80\xaa\xe2\x80\xae\xe2\x81\xa6\xe2\x81\xa9",
      "\\u061c\\u200e\\u202a\\u202e\\u2066\\u2069", "bidi controls");
    Q("\xe2\x80\x8d\xe2\x80\xaf\xe2\x81\xaa",
      "\xe2\x80\x8d\xe2\x80\xaf\xe2\x81\xaa", "their neighbours stay");
    Q("a\xff\xfe", "a\xef\xbf\xbd\xef\xbf\xbd", "bytes that are not UTF-8");
    Q("\xe2\x82", "\xef\xbf\xbd\xef\xbf\xbd", "a character cut short");
    Q("\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd", "a surrogate");
#undef Q
    is_quoted("abc", 2, "\"ab\"", "only len bytes are looked at");
}

static void
quoting_reads_back(void)
{
    struct buf all = {0}, b = {0};
    struct json *v;

    for (int c = 1; c < 0x80; c++)
        buf_char(&all, (char) c);
    buf_str(&all, "\xc2\x85\xe2\x80\xae\xe2\x80\xa8\xf0\x9f\x98\x80");
    json_quote(&b, all.data, all.len);
    v = parsed(buf_text(&b));
    is_str(v ? json_text(v) : NULL, all.data,
           "what was quoted reads back the same");
    json_free(v);
    buf_free(&all);
    buf_free(&b);
}

/* ---- the writer ---- */

static void
writing(void)
{
    struct buf b = {0};
    struct json_out out = {.buf = &b};

    json_open(&out, '{');
    json_key(&out, "na\"me");
    json_put_text(&out, "P-101");
    json_key(&out, "none");
    json_put_text(&out, NULL);
    json_key(&out, "list");
    json_open(&out, '[');
    json_put_number(&out, 0.1);
    json_put_number(&out, NAN);
    json_put_number(&out, -INFINITY);
    json_put_int(&out, INT64_MIN);
    json_put_bool(&out, true);
    json_put_bool(&out, false);
    json_put_null(&out);
    json_open(&out, '[');
    json_close(&out, ']');
    json_open(&out, '{');
    json_close(&out, '}');
    json_open(&out, '[');
    json_put_int(&out, 1);
    json_put_int(&out, 2);
    json_close(&out, ']');
    json_open(&out, '[');
    json_put_int(&out, 3);
    json_close(&out, ']');
    json_put_raw(&out, "{\"k\":2}");
    json_close(&out, ']');
    json_key(&out, "at");
    json_put_time(&out, 0);
    json_close(&out, '}');
    is_str(buf_text(&b),
           "{\"na\\\"me\":\"P-101\",\"none\":null,\"list\":[0.1,null,null,"
           "-9223372036854775808,true,false,null,[],{},[1,2],[3],{\"k\":2}],"
           "\"at\":\"1970-01-01T00:00:00.000000Z\"}",
           "everything that can be written");
    is_int(out.depth, 0, "all brackets are closed");
    buf_clear(&b);
    json_put_int(&out, 1);
    buf_char(&b, '\n');
    json_put_int(&out, 2);
    is_str(buf_text(&b), "1\n2", "one document a line has no commas");
    buf_free(&b);
}

static void
writing_deep(void)
{
    struct buf b = {0};
    struct json_out out = {.buf = &b};
    struct json *v = NULL;

    for (int i = 0; i < JSON_DEPTH_MAX; i++) {
        json_open(&out, '[');
        json_put_int(&out, i);
    }
    for (int i = 0; i < JSON_DEPTH_MAX; i++)
        json_close(&out, ']');
    is_int(json_parse(b.data, b.len, &v), ERR_OK,
           "what is written as deep as can be is read");
    json_free(v);
    buf_free(&b);
}

enum bug { NO_KEY, KEY_IN_ARRAY, NO_VALUE, TWO_KEYS, BRACKET, CLOSED, DEEP };

static void
write_wrongly(enum bug bug)
{
    struct buf b = {0};
    struct json_out out = {.buf = &b};

    if (bug == CLOSED)
        json_close(&out, '}');
    json_open(&out, bug == KEY_IN_ARRAY || bug == DEEP ? '[' : '{');
    if (bug == NO_KEY)
        json_put_int(&out, 1);
    if (bug == KEY_IN_ARRAY || bug == NO_VALUE || bug == TWO_KEYS)
        json_key(&out, "a");
    if (bug == TWO_KEYS)
        json_key(&out, "b");
    for (int i = 0; bug == DEEP && i < JSON_DEPTH_MAX; i++)
        json_open(&out, '[');
    json_close(&out, bug == BRACKET || bug == DEEP ? ']' : '}');
}

/* True when the writer stops the program at this bug. */
static bool
is_asserted(enum bug bug)
{
    int status = 0;
    pid_t child;

    fflush(stdout);
    child = fork();
    if (child == 0) {
        (void) !freopen("/dev/null", "w", stderr);
        write_wrongly(bug);
        _exit(0);
    }
    return child > 0 && waitpid(child, &status, 0) == child
           && WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}

static void
writing_wrongly(void)
{
#ifdef NDEBUG
    skip("the writer asserts nothing in this build");
#else
    ok(is_asserted(NO_KEY), "a value in an object without a key is a bug");
    ok(is_asserted(KEY_IN_ARRAY), "a key in an array is a bug");
    ok(is_asserted(NO_VALUE), "a key without its value is a bug");
    ok(is_asserted(TWO_KEYS), "two keys in a row are a bug");
    ok(is_asserted(BRACKET), "the wrong bracket is a bug");
    ok(is_asserted(CLOSED), "a bracket too many is a bug");
    ok(is_asserted(DEEP), "nesting what no reader takes is a bug");
#endif
}

int
main(void)
{
    canonical();
    quoting();
    quoting_reads_back();
    writing();
    writing_deep();
    writing_wrongly();
    return done_testing();
}
