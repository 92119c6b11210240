/* SPDX-License-Identifier: Apache-2.0 */
/* Targets, headers, statuses and problem documents. */
#include "cgi/http.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/json.h"
#include "tap.h"

/* The segments and queries of a target as "a|b ? x=1"; or the error. */
static enum err
parse(const char *target, const char *prefix, struct buf *out)
{
    struct request r = {.target = xstrdup(target)};
    enum err e = request_parse(&r, prefix);

    buf_clear(out);
    for (size_t i = 0; e == ERR_OK && i < r.segment_count; i++)
        buf_printf(out, "%s%s", i ? "|" : "", r.segments[i]);
    for (size_t i = 0; e == ERR_OK && i < r.query_count; i++)
        buf_printf(out, " ?%s=%s", r.queries[i].name, r.queries[i].value);
    request_free(&r);
    return e;
}

static void
good_targets(void)
{
    /* clang-format off */
    static const struct {
        const char *target, *prefix, *parts, *name;
    } cases[] = {
        {"/a/fit", "", "a|fit", "segments"},
        {"/a/fit/", "", "a|fit", "a trailing slash is dropped"},
        {"/", "", "", "the root"},
        {"/a%20b/%41", "", "a b|A", "escapes are decoded"},
        {"/a%2541", "", "a%41", "but once"},
        {"/a?x=1&y=a+b%2B&z", "", "a ?x=1 ?y=a b+ ?z=",
         "queries have blanks and may have no value"},
        {"/a?x=%2F", "", "a ?x=/", "and slashes"},
        {"/a?", "", "a", "an empty query"},
        {"/a?&&x=1", "", "a ?x=1", "empty parameters are passed over"},
        {"http://h.example/a?x=1", "", "a ?x=1",
         "scheme and authority are taken off"},
        {"HTTPS://h", "", "", "and may be all"},
        {"http://h?x=1", "", " ?x=1", "or have only a query"},
        {"/v/a", "/v", "a", "the prefix is taken off"},
        {"/v", "/v", "", "the prefix alone"},
        {"http://h/p/q/a/", "/p/q", "a", "behind the authority"},
        {"/%C3%81rea", "", "\xc3\x81rea", "UTF-8"},
        {"/...", "", "...", "three points are a name"},
        {"/1/2/3/4/5/6/7/8", "", "1|2|3|4|5|6|7|8", "eight segments"},
    };
    /* clang-format on */
    struct buf parts = {0};

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        enum err e = parse(cases[i].target, cases[i].prefix, &parts);

        is_str(e == ERR_OK ? buf_text(&parts) : err_text(), cases[i].parts,
               cases[i].name);
    }
    buf_free(&parts);
}

static void
bad_targets(void)
{
    /* clang-format off */
    static const struct {
        const char *target, *prefix;
        enum err e;
        const char *words;
    } cases[] = {
        {"//a", "", ERR_SYNTAX, "empty segment"},
        {"//", "", ERR_SYNTAX, "empty segment"},
        {"/a//b", "", ERR_SYNTAX, "empty segment"},
        {"/a//", "", ERR_SYNTAX, "empty segment"},
        {"/v//a", "/v", ERR_SYNTAX, "empty segment"},
        {"/a/./b", "", ERR_SYNTAX, "segment \".\""},
        {"/a/..", "", ERR_SYNTAX, "segment \"..\""},
        {"/%2e%2E/a", "", ERR_SYNTAX, "segment \"..\""},
        {"/a%2Fb", "", ERR_SYNTAX, "%2F"},
        {"/a%2fb", "", ERR_SYNTAX, "%2F"},
        {"/a%00b", "", ERR_SYNTAX, "byte 0x00"},
        {"/a%0d%0ab", "", ERR_SYNTAX, "byte 0x0d"},
        {"/a\033b", "", ERR_SYNTAX, "byte 0x1b"},
        {"/a%7f", "", ERR_SYNTAX, "byte 0x7f"},
        {"/a?x=%01", "", ERR_SYNTAX, "byte 0x01"},
        {"/a%4", "", ERR_SYNTAX, "\"%4\" is no escape"},
        {"/a%zz", "", ERR_SYNTAX, "is no escape"},
        {"/a%", "", ERR_SYNTAX, "is no escape"},
        {"/a%ff", "", ERR_SYNTAX, "not UTF-8"},
        {"/a%ED%A0%80", "", ERR_SYNTAX, "not UTF-8"},
        {"/a\xff", "", ERR_SYNTAX, "not UTF-8"},
        {"a", "", ERR_SYNTAX, "does not begin with /"},
        {"*", "", ERR_SYNTAX, "does not begin with /"},
        {"", "", ERR_SYNTAX, "does not begin with /"},
        {"?x=1", "", ERR_SYNTAX, "does not begin with /"},
        {"ftp://h/a", "", ERR_SYNTAX, "does not begin with /"},
        {"/a", "/v", ERR_NOT_FOUND, "not below /v"},
        {"/va", "/v", ERR_NOT_FOUND, "not below /v"},
        {"/1/2/3/4/5/6/7/8/9", "", ERR_DATA, "more than 8 segments"},
        {"/?a&b&c&d&e&f&g&h&i&j&k&l&m&n&o&p&q&r&s&t&u&v&w&x&y&z&0&1&2&3&4&5&6",
         "", ERR_DATA, "more than 32 parameters"},
    };
    /* clang-format on */
    struct buf parts = {0};

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        enum err e = parse(cases[i].target, cases[i].prefix, &parts);

        if (!ok(e == cases[i].e && strstr(err_text(), cases[i].words),
                "a target is refused: %s", cases[i].words))
            diag("%s: %d %s", cases[i].target, (int) e, err_text());
    }
    buf_free(&parts);
}

static void
long_targets(void)
{
    char target[HTTP_TARGET_MAX + 2];
    struct buf parts = {0};

    memset(target, 'a', sizeof target);
    target[0] = '/';
    target[HTTP_TARGET_MAX] = '\0';
    is_int(parse(target, "", &parts), ERR_OK, "a target of 2,048 bytes");
    target[HTTP_TARGET_MAX] = 'a';
    target[HTTP_TARGET_MAX + 1] = '\0';
    is_int(parse(target, "", &parts), ERR_DATA, "and not one more");
    buf_free(&parts);
}

static void
headers(void)
{
    struct response r = {0};
    size_t named = 0;

    for (size_t i = 0; i < HEADERS; i++)
        named += header_names[i] != NULL;
    is_int((int64_t) named, HEADERS, "every header has a name");
    response_header(&r, "ETag", "\"a\r\nX: y\"");
    is_str(buf_text(&r.headers), "ETag: \"aX: y\"\r\n",
           "a value cannot begin another line");
    response_free(&r);
    ok(method_of("PATCH") == METHOD_PATCH && method_of("get") == METHOD_OTHER,
       "methods are case-sensitive");
}

static void
problems(void)
{
    struct response r = {0};
    enum err e;

    buf_str(&r.body, "half an answer");
    response_header(&r, "ETag", "x");
    err_clear();
    e = err_also(ERR_DATA, "/value", "it is \"%s\"", "a\033b");
    e = err_also(e, "/at", "no time");
    response_problem(&r, e, "id-1");
    is_int(r.status, 422, "an error has its status");
    is_str(buf_text(&r.headers), "X-Request-Id: id-1\r\n",
           "of the headers the id is left");
    is_str(buf_text(&r.body),
           "{\"type\":\"about:blank\",\"title\":\"Unprocessable Content\","
           "\"status\":422,\"detail\":\"it is \\\"a\\u001bb\\\"\","
           "\"instance\":\"id-1\",\"error\":\"it is \\\"a\\u001bb\\\"\","
           "\"errors\":[{\"pointer\":\"/value\",\"detail\":\"it is "
           "\\\"a\\u001bb\\\"\"},{\"pointer\":\"/at\",\"detail\":\"no "
           "time\"}]}",
           "the document has all errors");
    is_str(r.type, "application/problem+json", "of its own type");
    response_problem(&r, err_set(ERR_INTERNAL, "/secret/path broke"), "id-2");
    ok(r.status == 500 && !strstr(buf_text(&r.body), "secret")
           && strstr(buf_text(&r.body), "id-2"),
       "of an internal error only the id is told");
    response_problem(&r, err_set(ERR_BUSY, "/secret/path is locked"), "id-3");
    ok(r.status == 503 && strstr(buf_text(&r.headers), "Retry-After: ")
           && !strstr(buf_text(&r.body), "secret"),
       "who finds the database busy may try again");
    response_problem_status(&r, 405, "not so", "id-4");
    ok(r.status == 405 && strstr(buf_text(&r.body), "\"errors\":[]")
           && !strstr(buf_text(&r.headers), "Retry-After"),
       "a status of its own");
    response_free(&r);
}

static void
statuses(void)
{
    bool named = true;

    for (enum err e = ERR_OK; e <= ERR_INTERRUPTED; e++)
        named = named && strcmp(http_reason(http_status(e)), "Unknown") != 0;
    ok(named, "the status of every error has a reason");
    is_str(http_reason(599), "Unknown", "others have none");
}

int
main(void)
{
    if (!freopen("/dev/null", "w", stderr)) /* the log */
        abort();
    good_targets();
    bad_targets();
    long_targets();
    headers();
    problems();
    statuses();
    return done_testing();
}
