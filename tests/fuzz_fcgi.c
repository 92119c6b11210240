/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fuzzing the framer. The laws: bytes in one piece and bytes in portions (the
 * first byte says how long) give the same requests and the same records in
 * reply; a complete request has sound params and keeps to the limits; and
 * what is forgotten gives its room back.
 */
#include "cgi/fcgi_frame.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { BODY_MAX = 200, TOTAL_MAX = 70000 };

/* A broken law ends the program, which is how a fuzzer learns of it. */
static void
must(bool law)
{
    if (!law)
        abort();
}

static void
check_request(const struct frame *f)
{
    struct frame_pair pair;
    size_t at = 0;

    must(f->open && f->params_ended && f->id != 0);
    must(f->params.len <= FRAME_PARAMS_MAX && f->body.len <= BODY_MAX);
    must(f->room->used <= f->room->total + FRAME_PARAMS_ROOM);
    must(!f->refused || f->body.len == 0);
    while (frame_pair(&f->params, &at, &pair)) {
        must(pair.name_len > 0);
        must(!memchr(pair.name, '\0', pair.name_len));
        must(!memchr(pair.value, '\0', pair.value_len));
    }
    must(at == f->params.len);
}

/* Adds all that is seen of a connection to log. */
static void
run(const uint8_t *data, size_t size, size_t portion, struct buf *log)
{
    struct frame_room room = {.body_max = BODY_MAX, .total = TOTAL_MAX};
    struct frame f = {.room = &room};
    enum frame_result result = FRAME_MORE;
    size_t at = 0, used = 0;

    while (at < size && (result == FRAME_MORE || result == FRAME_REQUEST)) {
        size_t left = size - at;

        result =
            frame_feed(&f, data + at, left < portion ? left : portion, &used);
        must(used <= left && (used > 0 || result != FRAME_MORE));
        at += used;
        if (result != FRAME_REQUEST)
            continue;
        check_request(&f);
        buf_printf(log, "request %u %d %d\n", (unsigned) f.id, f.keep,
                   f.refused);
        buf_add(log, f.params.data, f.params.len);
        buf_add(log, f.body.data, f.body.len);
        frame_reset(&f);
        must(frame_idle(&f));
    }
    buf_printf(log, "end %d %d\n", (int) result, frame_idle(&f));
    buf_add(log, f.out.data, f.out.len);
    frame_free(&f);
    must(room.used == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct buf whole = {0}, parts = {0};

    if (size == 0)
        return 0;
    err_clear();
    run(data + 1, size - 1, size, &whole);
    run(data + 1, size - 1, (size_t) data[0] + 1, &parts);
    must(whole.len == parts.len);
    must(memcmp(whole.data, parts.data, whole.len) == 0);
    buf_free(&parts);
    buf_free(&whole);
    return 0;
}
