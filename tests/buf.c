/* SPDX-License-Identifier: Apache-2.0 */
/* Texts that grow, and memory that ends the program when there is none. */
#include "base/buf.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tap.h"

/* ---- buf ---- */

static void
building(void)
{
    struct buf b = {0};

    is_str(buf_text(&b), "", "a fresh buffer reads as the empty text");
    buf_str(&b, "");
    is_str(buf_text(&b), "", "nothing added is still the empty text");
    buf_str(&b, "pump");
    buf_char(&b, ' ');
    buf_add(&b, "P-101 and more", 5);
    is_str(buf_text(&b), "pump P-101", "pieces stand one after the other");
    is_int((int64_t) b.len, 10, "len does not count the NUL");
    buf_printf(&b, ": %d of %s", 3, "4");
    is_str(buf_text(&b), "pump P-101: 3 of 4", "printf adds at the end");
    buf_add(&b, NULL, 0);
    is_int((int64_t) b.len, 18, "no bytes may come as NULL");
    buf_free(&b);
    ok(!b.data && b.len == 0 && b.cap == 0, "free zeroes what it frees");
    buf_free(&b);
    is_str(buf_text(&b), "", "free may be called twice");
}

static void
bytes(void)
{
    struct buf b = {0};

    buf_add(&b, "a\0b", 3);
    buf_char(&b, '\0');
    is_int((int64_t) b.len, 4, "a NUL is a byte like any other");
    ok(memcmp(b.data, "a\0b\0", 5) == 0, "and the last NUL comes after it");
    buf_free(&b);
}

static void
growth(void)
{
    enum { MANY = 100000 };
    struct buf b = {0};
    int wrong = 0, doubled = 0;
    size_t cap = 0;

    for (int i = 0; i < MANY; i++) {
        buf_char(&b, (char) ('a' + i % 26));
        wrong += b.data[b.len] != '\0' || b.cap <= b.len;
        doubled += b.cap != cap;
        cap = b.cap;
    }
    for (int i = 0; i < MANY; i++)
        wrong += b.data[i] != (char) ('a' + i % 26);
    is_int(wrong, 0, "100,000 letters keep their order and a final NUL");
    ok(doubled < 20, "memory grows by doubling: %d times", doubled);
    buf_clear(&b);
    is_str(buf_text(&b), "", "clear empties");
    ok(b.cap == cap, "and keeps the memory");
    buf_free(&b);
}

static void
printing_long(void)
{
    struct buf b = {0};
    int wrong = 0;

    for (int n = 0; n < 300; n++) { /* over every edge of the first sizes */
        buf_clear(&b);
        buf_printf(&b, "%*s", n, "");
        wrong += b.len != (size_t) n || strlen(b.data) != (size_t) n;
    }
    is_int(wrong, 0, "printf makes room for any length");
    buf_clear(&b);
    buf_printf(&b, "%0500d|", 7);
    ok(b.len == 501 && strcmp(b.data + 499, "7|") == 0,
       "a long result is written whole");
    buf_free(&b);
}

static void
reserving(void)
{
    struct buf b = {0};
    char *at;

    buf_str(&b, "x");
    buf_reserve(&b, 1000);
    ok(b.cap > 1001 && b.len == 1, "reserve makes room and adds nothing");
    is_str(buf_text(&b), "x", "what was there stays");
    at = b.data;
    memset(b.data + b.len, 'y', 1000);
    b.len += 1000;
    buf_str(&b, "");
    ok(b.data == at && strlen(b.data) == 1001, "the room is really there");
    buf_free(&b);
}

static void
stealing(void)
{
    struct buf b = {0};
    char *s;

    s = buf_steal(&b);
    is_str(s, "", "a fresh buffer is stolen as the empty text");
    free(s);
    buf_str(&b, "mine");
    s = buf_steal(&b);
    is_str(s, "mine", "steal hands the text over");
    ok(!b.data && b.len == 0, "and leaves the buffer empty");
    buf_str(&b, "new");
    is_str(s, "mine", "what was stolen no longer changes");
    is_str(buf_text(&b), "new", "the buffer can be used again");
    free(s);
    buf_free(&b);
}

/* ---- memory ---- */

static void
ask_for_all(void)
{
    free(xreallocarray(NULL, SIZE_MAX / 2, 8));
}

static void
reserve_all(void)
{
    struct buf b = {0};

    buf_reserve(&b, SIZE_MAX - 1);
    buf_free(&b);
}

/* True when run() does not come back. */
static bool
dies(void (*run)(void))
{
    int status = 0;
    pid_t child;

    fflush(stdout);
    child = fork();
    if (child == 0) {
        (void) !freopen("/dev/null", "w", stderr);
        run();
        _exit(0);
    }
    return child > 0 && waitpid(child, &status, 0) == child && status != 0;
}

static void
memory(void)
{
    char *s = xstrndup("vibration", 4);
    unsigned char *zero = xcalloc(3, 7);
    unsigned char sum = 0;
    void *nothing = xmalloc(0);

    is_str(s, "vibr", "strndup cuts");
    for (size_t i = 0; i < 21; i++)
        sum |= zero[i];
    is_int(sum, 0, "calloc gives zeroes");
    ok(nothing, "no bytes are memory all the same");
    nothing = xreallocarray(nothing, 0, 8);
    ok(nothing, "also after they were moved");
    free(s);
    s = xstrdup("copy");
    is_str(s, "copy", "strdup copies");
    free(s);
    free(zero);
    free(nothing);
    ok(dies(ask_for_all), "a product beyond memory ends the program");
    ok(dies(reserve_all), "so does a buffer beyond memory");
}

int
main(void)
{
    building();
    bytes();
    growth();
    printing_long();
    reserving();
    stealing();
    memory();
    return done_testing();
}
