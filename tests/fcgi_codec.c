/* SPDX-License-Identifier: Apache-2.0 */
/* The codec: what libfcgi makes of a request, and of an answer. */
#include "cgi/fcgi_codec.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "cgi/fcgi_frame.h"
#include "cgi/http.h"
#include "frames.h"
#include "lab.h"
#include "tap.h"

enum { ROUNDS = 20000 };

static struct codec *codec;
static struct frame_room room = {.body_max = 1 << 20, .total = 1 << 24};

/* A complete request; params are names and values in turn, up to NULL. */
static struct frame
frame_of(const char *const *params, const char *body, unsigned id)
{
    struct frame f = {.room = &room};
    struct buf b = {0}, pairs = {0};
    size_t used;

    for (; *params; params += 2)
        put_pair(&pairs, params[0], params[1]);
    put_begin(&b, id, FCGI_RESPONDER, 0);
    put_params(&b, id, &pairs, FCGI_CONTENT_MAX);
    put_body(&b, id, body, strlen(body), 1000);
    if (frame_feed(&f, b.data, b.len, &used) != FRAME_REQUEST)
        must(err_set(ERR_INTERNAL, "the test's request is wrong"));
    buf_free(&pairs);
    buf_free(&b);
    return f;
}

/* What a web server sends for a request of a sensor. */
static const char *const usual[] = {
    "QUERY_STRING",
    "",
    "REQUEST_METHOD",
    "POST",
    "CONTENT_TYPE",
    "application/json",
    "CONTENT_LENGTH",
    "12",
    "SCRIPT_NAME",
    "/a b/predict",
    "REQUEST_URI",
    "/a%20b/predict",
    "DOCUMENT_ROOT",
    "/usr/share/nginx/html",
    "SERVER_PROTOCOL",
    "HTTP/1.1",
    "REQUEST_SCHEME",
    "http",
    "GATEWAY_INTERFACE",
    "CGI/1.1",
    "SERVER_SOFTWARE",
    "nginx/1.22.1",
    "REMOTE_ADDR",
    "192.0.2.7",
    "REMOTE_PORT",
    "44444",
    "SERVER_ADDR",
    "127.0.0.1",
    "SERVER_PORT",
    "8080",
    "SERVER_NAME",
    "localhost",
    "HTTP_HOST",
    "localhost:8080",
    "HTTP_AUTHORIZATION",
    "Bearer secret",
    "HTTP_CONTENT_ENCODING",
    "gzip",
    "HTTP_IF_MATCH",
    "",
    "HTTP_IDEMPOTENCY_KEY",
    "",
    NULL,
};

static void
test_request(void)
{
    struct frame f = frame_of(usual, "{\"value\":10}", 300);
    struct codec_call *call = NULL;
    struct request r = {0};

    must(codec_decode(codec, &f, &r, &call));
    is_int(r.method, METHOD_POST, "the method");
    is_str(r.target, "/a%20b/predict", "the target is the raw one");
    is_str(r.headers[HEADER_AUTHORIZATION], "Bearer secret", "a header");
    is_str(r.headers[HEADER_CONTENT_TYPE], "application/json",
           "a header that FastCGI names in its own way");
    is_str(r.headers[HEADER_CONTENT_ENCODING], "gzip", "and another");
    ok(!r.headers[HEADER_IF_MATCH], "a header of nothing is none");
    is_str(r.headers[HEADER_IDEMPOTENCY_KEY], "", "but for a key");
    is_str(r.remote, "192.0.2.7", "the peer");
    ok(!r.https, "not encrypted");
    is_str(r.body.data, "{\"value\":10}", "the body");
    ok(f.body.data == NULL, "... which was moved");
    codec_drop(call);
    request_free(&r);
    frame_free(&f);
}

/* Decodes; the error, and in *r what there is of the request. */
static enum err
decode(const char *const *params, const char *body, struct request *r)
{
    struct frame f = frame_of(params, body, 1);
    struct codec_call *call = NULL;
    enum err e = codec_decode(codec, &f, r, &call);

    ok(call, "there is something to answer");
    codec_drop(call);
    frame_free(&f);
    return e;
}

static void
test_params(void)
{
    static const char *const none[] = {NULL};
    static const char *const local[] = {
        "REQUEST_URI", "/", "REMOTE_ADDR", "unix:", "HTTPS", "on", NULL};
    static const char *const off[] = {
        "REQUEST_URI", "/", "HTTPS", "OFF", "REQUEST_SCHEME", "HTTPS", NULL};
    static const char *const shorter[] = {"REQUEST_URI", "/", "CONTENT_LENGTH",
                                          "3", NULL};
    static const char *const negative[] = {"REQUEST_URI", "/",
                                           "CONTENT_LENGTH", "-1", NULL};
    struct request r = {0};

    refused(decode(none, "", &r), ERR_SYNTAX, "REQUEST_URI",
            "without REQUEST_URI");
    is_str(r.remote, "unknown", "who has no address gets a strange one");
    is_int(r.method, METHOD_OTHER, "no method is another method");
    request_free(&r);
    must(decode(local, "", &r));
    is_str(r.remote, "", "the peer of a unix socket");
    ok(r.https, "HTTPS=on");
    request_free(&r);
    must(decode(off, "x", &r));
    ok(r.https, "the scheme counts, too");
    request_free(&r);
    refused(decode(shorter, "xx", &r), ERR_SYNTAX, "2 bytes",
            "a body that is too short");
    request_free(&r);
    refused(decode(negative, "", &r), ERR_SYNTAX, "-1", "a negative length");
    request_free(&r);
}

static void
test_long_params(void)
{
    const char *params[] = {"REQUEST_URI", "/x", "HTTP_HOST", NULL, NULL};
    struct buf value = {0};
    struct request r = {0};

    while (value.len < 65000)
        buf_char(&value, 'v');
    params[3] = value.data;
    must(decode(params, "", &r));
    is_str(r.headers[HEADER_HOST], value.data, "a param of 65,000 bytes");
    request_free(&r);
    buf_free(&value);
}

/* ---- answers ---- */

/* Joins the content of the answer's records of STDOUT. */
static char *
stdout_of(const struct buf *out, unsigned id, bool *ended)
{
    struct buf text = {0};
    size_t at = 0, len = 0;

    *ended = false;
    for (; at + FCGI_HEADER <= out->len; at += len) {
        const unsigned char *p = (const unsigned char *) out->data + at;

        len = FCGI_HEADER + ((size_t) p[4] << 8 | p[5]) + p[6];
        if (((unsigned) p[2] << 8 | p[3]) != id || *ended)
            break;
        if (p[1] == FCGI_STDOUT)
            buf_add(&text, p + FCGI_HEADER, (size_t) p[4] << 8 | p[5]);
        *ended = p[1] == FCGI_END;
    }
    *ended = *ended && at == out->len;
    return buf_steal(&text);
}

/* The answer's text to a request with that id. */
static char *
answer(const struct response *response, bool bare, unsigned id)
{
    struct frame f = frame_of(usual, "{\"value\":10}", id);
    struct codec_call *call = NULL;
    struct request r = {0};
    struct buf out = {0};
    bool ended;
    char *text;

    must(codec_decode(codec, &f, &r, &call));
    must(codec_answer(codec, call, response, bare, &out));
    text = stdout_of(&out, id, &ended);
    ok(ended, "the answer ends, and nothing follows");
    buf_free(&out);
    request_free(&r);
    frame_free(&f);
    return text;
}

static void
test_answers(void)
{
    struct response r = {.status = 200, .type = "application/json"};
    char *text;

    buf_str(&r.body, "false");
    response_header(&r, "X-Request-Id", "abc");
    text = answer(&r, false, 65535);
    is_str(text,
           "Status: 200 OK\r\nContent-Type: application/json\r\n"
           "Content-Length: 5\r\nX-Request-Id: abc\r\n\r\nfalse",
           "an answer");
    free(text);
    text = answer(&r, true, 1);
    ok(strstr(text, "Length: 5\r\n") && strstr(text, "\r\n\r\n")[4] == '\0',
       "that to HEAD has no body, but its length");
    free(text);
    r.status = 304;
    text = answer(&r, false, 1);
    is_str(text, "Status: 304 Not Modified\r\nX-Request-Id: abc\r\n\r\n",
           "a 304 has neither");
    free(text);
    response_free(&r);
}

static void
test_large_answer(void)
{
    struct response r = {.status = 200, .type = "text/plain"};
    char *text;

    while (r.body.len < 3000000)
        buf_printf(&r.body, "line %zu\n", r.body.len);
    text = answer(&r, false, 2);
    ok(strcmp(strstr(text, "\r\n\r\n") + 4, r.body.data) == 0,
       "an answer of 3 MB is whole");
    free(text);
    response_free(&r);
    r = (struct response){.status = 200, .type = "text/plain"};
    text = answer(&r, false, 2);
    ok(strstr(text, "\r\n\r\n")[4] == '\0', "... and does not stay behind");
    free(text);
}

/* Answers out of order: libfcgi has one file for all. */
static void
test_overlap(void)
{
    struct frame f[2] = {frame_of(usual, "{\"value\":10}", 1),
                         frame_of(usual, "{\"value\":11}", 2)};
    struct response response = {.status = 204};
    struct codec_call *calls[2] = {NULL};
    struct request r[2] = {{0}};
    struct buf out = {0};
    bool ended;

    for (size_t i = 0; i < 2; i++)
        must(codec_decode(codec, &f[i], &r[i], &calls[i]));
    must(codec_answer(codec, calls[1], &response, false, &out));
    free(stdout_of(&out, 2, &ended));
    ok(ended, "the second request may be answered first");
    buf_clear(&out);
    must(codec_answer(codec, calls[0], &response, false, &out));
    free(stdout_of(&out, 1, &ended));
    ok(ended, "... and the first one afterwards");
    for (size_t i = 0; i < 2; i++) {
        request_free(&r[i]);
        frame_free(&f[i]);
    }
    buf_free(&out);
}

static void
measure(void)
{
    struct response response = {.status = 200, .type = "application/json"};
    struct frame f = frame_of(usual, "{\"value\":10}", 1);
    struct buf params = f.params, out = {0};
    int64_t began = clock_elapsed();

    buf_str(&response.body, "false");
    for (int i = 0; i < ROUNDS; i++) {
        struct codec_call *call = NULL;
        struct request r = {0};

        f.params = params;
        buf_clear(&f.body);
        buf_str(&f.body, "{\"value\":10}");
        must(codec_decode(codec, &f, &r, &call));
        must(codec_answer(codec, call, &response, false, &out));
        buf_clear(&out);
        request_free(&r);
    }
    diag("%.2f us a request", (double) (clock_elapsed() - began) / ROUNDS);
    frame_free(&f);
    response_free(&response);
    buf_free(&out);
}

int
main(void)
{
    must(codec_new(&codec));
    test_request();
    test_params();
    test_long_params();
    test_answers();
    test_large_answer();
    test_overlap();
    measure();
    codec_free(codec);
    return done_testing();
}
