/* SPDX-License-Identifier: Apache-2.0 */
/* Packing and unpacking, and what was never packed. */
#include "base/pack.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "tap.h"

/* Does it come back? Its packed length. */
static size_t
round_trip(const char *text, size_t len)
{
    struct buf packed = {0}, back = {0};
    size_t size;

    pack_text(text, len, &packed);
    size = packed.len;
    ok(unpack_text(packed.data, packed.len, &back) == ERR_OK && back.len == len
           && memcmp(buf_text(&back), text, len) == 0,
       "%zu bytes, %zu packed, come back", len, size);
    buf_free(&packed);
    buf_free(&back);
    return size;
}

static unsigned
next_random(unsigned *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 16;
}

static void
test_texts(void)
{
    struct buf rows = {0}, noise = {0}, same = {0};
    unsigned state = 1;

    (void) round_trip("", 0);
    (void) round_trip("a", 1);
    (void) round_trip("abcdefabcdefabcdef", 18);
    for (int i = 0; i < 100; i++)
        buf_printf(&rows, "{\"notification_status\":\"ir_%s\",\"time\":%u}",
                   i % 3 ? "pending" : "accepted", next_random(&state) % 60);
    ok(round_trip(rows.data, rows.len) < rows.len / 5,
       "rows of the same members become short");
    for (int i = 0; i < 5000; i++)
        buf_char(&noise, (char) next_random(&state));
    ok(round_trip(noise.data, noise.len) < noise.len + 100,
       "noise does not become much longer");
    for (int i = 0; i < 100000; i++)
        buf_char(&same, 'x');
    ok(round_trip(same.data, same.len) < 32, "a copy may overlap itself");
    buf_free(&rows);
    buf_free(&noise);
    buf_free(&same);
}

/* Short texts of few letters have copies of all lengths at all places. */
static void
test_many(void)
{
    enum { TEXTS = 20000, LEN = 80 };
    unsigned state = 1;
    int wrong = 0;

    for (int n = 0; n < TEXTS; n++) {
        struct buf packed = {0}, back = {0};
        char text[LEN];
        size_t len = next_random(&state) % (LEN + 1);

        for (size_t i = 0; i < len; i++)
            text[i] =
                (char) ('a' + next_random(&state) % (1 + (unsigned) n % 3));
        pack_text(text, len, &packed);
        wrong += unpack_text(packed.data, packed.len, &back) != ERR_OK
                 || back.len != len || memcmp(buf_text(&back), text, len) != 0;
        buf_free(&packed);
        buf_free(&back);
    }
    ok(wrong == 0, "%d short texts of few letters come back", TEXTS);
}

/* Any change of any byte is refused or gives a text of the length it says. */
static void
test_damage(void)
{
    static const char text[] = "abcdefgh abcdefgh abcdefgh 123 abcdefgh";
    struct buf packed = {0}, back = {0};
    int odd = 0;

    pack_text(text, sizeof text, &packed);
    for (size_t i = 0; i < packed.len; i++) {
        for (int bits = 1; bits < 256; bits++) {
            char was = packed.data[i];

            packed.data[i] = (char) (was ^ bits);
            buf_clear(&back);
            if (unpack_text(packed.data, packed.len, &back) != ERR_OK)
                odd += back.len != 0;
            else
                odd += back.len > PACK_MAX;
            packed.data[i] = was;
        }
    }
    for (size_t len = 0; len < packed.len; len++) {
        buf_clear(&back);
        odd += unpack_text(packed.data, len, &back) == ERR_OK;
    }
    ok(odd == 0, "what is damaged or cut is refused, or harmless");
    buf_free(&packed);
    buf_free(&back);
}

int
main(void)
{
    test_texts();
    test_many();
    test_damage();
    return done_testing();
}
