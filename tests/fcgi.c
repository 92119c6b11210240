/* SPDX-License-Identifier: Apache-2.0 */
/* The framer: requests in any portions, and everything a peer may do wrong. */
#include <string.h>

#include "base/err.h"
#include "cgi/fcgi_frame.h"
#include "frames.h"
#include "tap.h"

static struct frame_room room;

static struct frame
new_frame(void)
{
    room = (struct frame_room){.body_max = 1000, .total = 1 << 20};
    return (struct frame){.room = &room};
}

/* A request with a body of 5 bytes in small records. */
static void
put_request(struct buf *b, unsigned id)
{
    struct buf params = {0};

    put_pair(&params, "REQUEST_METHOD", "POST");
    put_pair(&params, "REQUEST_URI", "/s1/predict");
    put_pair(&params, "EMPTY", "");
    put_begin(b, id, FCGI_RESPONDER, FCGI_KEEP);
    put_params(b, id, &params, 20);
    put_body(b, id, "hello", 5, 2);
    buf_free(&params);
}

/* Is the request complete, and the one of put_request()? */
static bool
is_request(const struct frame *f, unsigned id)
{
    struct frame_pair pair;
    size_t at = 0;

    return f->open && f->keep && f->id == id && !f->refused
           && frame_pair(&f->params, &at, &pair)
           && frame_pair(&f->params, &at, &pair) && pair.value_len == 11
           && memcmp(pair.value, "/s1/predict", 11) == 0 && f->body.len == 5
           && memcmp(f->body.data, "hello", 5) == 0;
}

/* Feeds all of b in portions; counts requests, and forgets each. */
static enum frame_result
feed(struct frame *f, const struct buf *b, size_t portion, int *requests)
{
    size_t at = 0, used;

    while (at < b->len) {
        size_t left = b->len - at;
        enum frame_result result = frame_feed(
            f, b->data + at, left < portion ? left : portion, &used);

        at += used;
        if (result == FRAME_REQUEST) {
            ++*requests;
            if (!is_request(f, (unsigned) *requests))
                return FRAME_BROKEN;
            frame_reset(f);
        } else if (result != FRAME_MORE) {
            return result;
        }
    }
    return FRAME_MORE;
}

static void
test_portions(void)
{
    struct buf b = {0};
    struct frame f = new_frame();
    int requests = 0, wrong = 0;

    for (unsigned id = 1; id <= 3; id++)
        put_request(&b, id);
    for (size_t portion = 1; portion <= b.len; portion++) {
        requests = 0;
        if (feed(&f, &b, portion, &requests) != FRAME_MORE || requests != 3
            || !frame_idle(&f) || f.out.len > 0 || room.used > 0)
            wrong++;
    }
    is_int(wrong, 0, "portions of any size give the same three requests");
    frame_free(&f);
    buf_free(&b);
}

static void
test_splits(void)
{
    struct buf b = {0};
    int wrong = 0;

    put_request(&b, 1);
    for (size_t cut = 0; cut <= b.len; cut++) {
        struct frame f = new_frame();
        size_t used, again;
        enum frame_result result = frame_feed(&f, b.data, cut, &used);

        if (cut < b.len) {
            wrong += result != FRAME_MORE || used != cut;
            wrong += frame_idle(&f) != (cut == 0);
            result = frame_feed(&f, b.data + cut, b.len - cut, &again);
        }
        wrong += result != FRAME_REQUEST || !is_request(&f, 1);
        frame_free(&f);
    }
    is_int(wrong, 0, "a request may be cut anywhere");
    buf_free(&b);
}

/* ---- what is refused ---- */

static void
put_hello(struct buf *b)
{
    buf_str(b, "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
}

static void
put_short_begin(struct buf *b)
{
    put_record(b, FCGI_BEGIN, 1, "\0\1\1", 3, 0);
}

static void
put_two_begins(struct buf *b)
{
    put_begin(b, 1, FCGI_RESPONDER, 0);
    put_begin(b, 1, FCGI_RESPONDER, 0);
}

static void
put_body_first(struct buf *b)
{
    put_begin(b, 1, FCGI_RESPONDER, 0);
    put_record(b, FCGI_STDIN, 1, "x", 1, 0);
}

static void
put_params_again(struct buf *b)
{
    put_begin(b, 1, FCGI_RESPONDER, 0);
    put_record(b, FCGI_PARAMS, 1, "", 0, 0);
    put_record(b, FCGI_PARAMS, 1, "\1\1ab", 4, 0);
}

static void
put_long_params(struct buf *b)
{
    static const char zeros[40000];

    put_begin(b, 1, FCGI_RESPONDER, 0);
    put_record(b, FCGI_PARAMS, 1, zeros, sizeof zeros, 0);
    put_record(b, FCGI_PARAMS, 1, zeros, sizeof zeros, 0);
}

static void
put_some_params(struct buf *b, const char *params, size_t len)
{
    put_begin(b, 1, FCGI_RESPONDER, 0);
    put_record(b, FCGI_PARAMS, 1, params, len, 0);
    put_record(b, FCGI_PARAMS, 1, "", 0, 0);
}

static void
put_huge_name(struct buf *b)
{
    put_some_params(b, "\xff\xff\xff\xff\xff\xff\xff\xff", 8);
}

static void
put_huge_value(struct buf *b)
{
    put_some_params(b,
                    "\1\xff\xff\xff\xf0"
                    "a",
                    6);
}

static void
put_cut_length(struct buf *b)
{
    put_some_params(b, "\x80\0", 2);
}

static void
put_nul(struct buf *b)
{
    put_some_params(b, "\1\3a/\0b", 6);
}

static void
put_no_name(struct buf *b)
{
    put_some_params(b, "\0\1a", 3);
}

static void
put_equals(struct buf *b)
{
    put_some_params(b, "\3\1A=Bx", 6);
}

static void
test_broken(void)
{
    static const struct {
        void (*put)(struct buf *b);
        const char *words, *name;
    } cases[] = {
        {put_hello,        "another version", "HTTP is another protocol"     },
        {put_short_begin,  "wrong length",    "a BEGIN of 3 bytes"           },
        {put_two_begins,   "begins twice",    "a second BEGIN of one request"},
        {put_body_first,   "before the end",  "a body before the params"     },
        {put_params_again, "after their end", "params after their end"       },
        {put_long_params,  "too long",        "params over 64 KiB"           },
        {put_huge_name,    "do not add up",   "a name of 2 GiB"              },
        {put_huge_value,   "do not add up",   "a value of 2 GiB"             },
        {put_cut_length,   "do not add up",   "a length that is cut off"     },
        {put_nul,          "do not add up",   "a NUL in a value"             },
        {put_no_name,      "do not add up",   "a param without a name"       },
        {put_equals,       "do not add up",   "an equals sign in a name"     },
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct frame f = new_frame();
        struct buf b = {0};
        int requests = 0;

        cases[i].put(&b);
        err_clear();
        ok(feed(&f, &b, 7, &requests) == FRAME_BROKEN
               && strstr(err_text(), cases[i].words),
           "%s ends the connection", cases[i].name);
        frame_free(&f);
        is_int((int64_t) room.used, 0, "... and takes no room");
        buf_free(&b);
    }
}

/* ---- limits ---- */

static void
test_body_limit(void)
{
    static const char bytes[600];
    struct frame f = new_frame();
    struct buf b = {0};
    size_t used;

    put_begin(&b, 1, FCGI_RESPONDER, FCGI_KEEP);
    put_record(&b, FCGI_PARAMS, 1, "", 0, 0);
    put_record(&b, FCGI_STDIN, 1, bytes, 600, 0);
    (void) frame_feed(&f, b.data, b.len, &used);
    is_int((int64_t) room.used, 600, "a body takes room");
    buf_clear(&b);
    put_body(&b, 1, bytes, 401, 401);
    ok(frame_feed(&f, b.data, b.len, &used) == FRAME_REQUEST,
       "a body that is too long comes to its end");
    is_int(f.refused, 413, "... and is refused");
    ok(f.body.len == 0 && room.used == 0, "... and was not kept");
    frame_reset(&f);
    is_int(f.refused, 0, "... which the next request does not inherit");
    buf_clear(&b);
    put_request(&b, 1);
    (void) frame_feed(&f, b.data, b.len, &used);
    buf_free(&f.body); /* as the codec, which moves it out */
    ok(room.used > 5, "a body that was moved out takes its room");
    frame_reset(&f);
    is_int((int64_t) room.used, 0, "... until the request is answered");
    frame_free(&f);
    buf_free(&b);
}

static void
test_total_limit(void)
{
    struct frame f = new_frame();
    struct frame other = {.room = &room};
    struct buf b = {0};
    size_t used;

    room.total = 150;
    put_request(&b, 1);
    ok(frame_feed(&f, b.data, b.len, &used) == FRAME_REQUEST && !f.refused,
       "there is room for one request");
    put_request(&b, 2);
    room.total = 2 * room.used - 1; /* a byte is lacking */
    ok(frame_feed(&other, b.data, b.len / 2, &used) == FRAME_REQUEST
           && other.refused == 503,
       "a body that is too much with the others is refused for now");
    frame_reset(&f);
    frame_reset(&other);
    is_int((int64_t) room.used, 0, "answered, they give their room back");
    room.total = 1;
    ok(frame_feed(&f, b.data, b.len / 2, &used) == FRAME_REQUEST
           && f.refused == 503 && f.params.len > 1,
       "its params find room beyond that of bodies");
    frame_reset(&f);
    room.used += FRAME_PARAMS_ROOM;
    ok(frame_feed(&f, b.data, b.len, &used) == FRAME_BROKEN,
       "params that are too much with the others end the connection");
    room.used -= FRAME_PARAMS_ROOM;
    frame_free(&f);
    frame_free(&other);
    is_int((int64_t) room.used, 0, "freed, too");
    buf_free(&b);
}

static void
test_whole_params(void)
{
    struct frame f = new_frame();
    struct buf b = {0}, params = {0}, value = {0};
    size_t used;

    while (value.len < FRAME_PARAMS_MAX - 6)
        buf_char(&value, 'v');
    put_pair(&params, "N", value.data);
    put_begin(&b, 1, FCGI_RESPONDER, FCGI_KEEP);
    put_params(&b, 1, &params, 30000);
    put_body(&b, 1, "", 0, 1);
    is_int((int64_t) params.len, FRAME_PARAMS_MAX, "as many params as may be");
    ok(frame_feed(&f, b.data, b.len, &used) == FRAME_REQUEST, "... are taken");
    frame_free(&f);
    buf_free(&value);
    buf_free(&params);
    buf_free(&b);
}

/* ---- answers of the framer ---- */

/* Is the answer one record, of that type, with that byte of content? */
static bool
is_answer(const struct frame *f, unsigned type, unsigned id, size_t at,
          unsigned byte)
{
    const unsigned char *p = (const unsigned char *) f->out.data;

    return f->out.len == 16 && p[0] == FCGI_VERSION && p[1] == type
           && p[3] == id && p[8 + at] == byte;
}

static void
test_roles(void)
{
    struct frame f = new_frame();
    struct buf b = {0};
    int requests = 0;

    put_begin(&b, 7, 2, FCGI_KEEP);
    put_record(&b, FCGI_PARAMS, 7, "\1\1ab", 4, 0);
    put_record(&b, FCGI_STDIN, 7, "", 0, 0);
    ok(feed(&f, &b, 5, &requests) == FRAME_MORE && requests == 0
           && is_answer(&f, FCGI_END, 7, 4, FCGI_UNKNOWN_ROLE),
       "another role is refused, and what belongs to it is skipped");
    buf_clear(&f.out);
    buf_clear(&b);
    put_request(&b, 1);
    ok(feed(&f, &b, 5, &requests) == FRAME_MORE && requests == 1,
       "... and the next request is served");
    buf_clear(&b);
    put_begin(&b, 7, 2, 0);
    ok(feed(&f, &b, 5, &requests) == FRAME_CLOSE,
       "without keep-alive the connection ends");
    frame_free(&f);
    buf_free(&b);
}

static void
test_second_request(void)
{
    struct frame f = new_frame();
    struct buf b = {0};
    size_t used;

    put_request(&b, 1);
    b.len -= 8; /* without its end */
    put_begin(&b, 2, FCGI_RESPONDER, FCGI_KEEP);
    put_record(&b, FCGI_PARAMS, 2, "\1\1ab", 4, 0);
    put_record(&b, FCGI_STDIN, 2, "", 0, 0);
    put_record(&b, FCGI_STDIN, 1, "", 0, 0);
    ok(frame_feed(&f, b.data, b.len, &used) == FRAME_REQUEST && used == b.len
           && is_request(&f, 1)
           && is_answer(&f, FCGI_END, 2, 4, FCGI_CANT_MPX),
       "a request amid another is refused, and does not disturb it");
    frame_free(&f);
    buf_free(&b);
}

static void
test_abort(void)
{
    struct frame f = new_frame();
    struct buf b = {0};
    int requests = 0;

    put_request(&b, 1);
    b.len -= 8;
    put_record(&b, FCGI_ABORT, 1, "", 0, 0);
    put_record(&b, FCGI_STDIN, 1, "", 0, 0);
    ok(feed(&f, &b, 9, &requests) == FRAME_MORE && requests == 0
           && is_answer(&f, FCGI_END, 1, 4, FCGI_COMPLETE) && frame_idle(&f)
           && room.used == 0,
       "an abort is acknowledged, and leaves nothing");
    buf_clear(&b);
    put_record(&b, FCGI_ABORT, 1, "", 0, 0);
    buf_clear(&f.out);
    ok(feed(&f, &b, 9, &requests) == FRAME_MORE && f.out.len == 0,
       "an abort of what is over means nothing");
    buf_clear(&b);
    put_begin(&b, 1, FCGI_RESPONDER, 0);
    put_record(&b, FCGI_ABORT, 1, "", 0, 0);
    ok(feed(&f, &b, 9, &requests) == FRAME_CLOSE,
       "without keep-alive it ends the connection");
    frame_free(&f);
    buf_free(&b);
}

static void
test_management(void)
{
    struct frame f = new_frame();
    struct buf b = {0}, asked = {0};
    int requests = 0;

    put_pair(&asked, "FCGI_MPXS_CONNS", "");
    put_pair(&asked, "NONSENSE", "");
    put_record(&b, FCGI_GET_VALUES, 0, asked.data, asked.len, 2);
    ok(feed(&f, &b, 3, &requests) == FRAME_MORE && f.out.len == 8 + 18
           && f.out.data[1] == FCGI_GET_VALUES_RESULT
           && memcmp(f.out.data + 8, "\x0f\1FCGI_MPXS_CONNS0", 18) == 0,
       "GET_VALUES answers what it knows, and no more");
    buf_clear(&f.out);
    buf_clear(&b);
    put_record(&b, 99, 0, "what?", 5, 0);
    ok(feed(&f, &b, 3, &requests) == FRAME_MORE
           && is_answer(&f, FCGI_UNKNOWN_TYPE, 0, 0, 99),
       "an unknown management record is answered as such");
    buf_clear(&f.out);
    buf_clear(&b);
    put_record(&b, 99, 5, "what?", 5, 0);
    put_record(&b, FCGI_DATA, 5, "what?", 5, 0);
    ok(feed(&f, &b, 3, &requests) == FRAME_MORE && f.out.len == 0,
       "an unknown record of a request is skipped");
    frame_free(&f);
    buf_free(&asked);
    buf_free(&b);
}

int
main(void)
{
    test_portions();
    test_splits();
    test_broken();
    test_body_limit();
    test_total_limit();
    test_whole_params();
    test_roles();
    test_second_request();
    test_abort();
    test_management();
    return done_testing();
}
