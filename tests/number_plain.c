/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The short cut for cells: what it takes it reads as number_scan() does, and
 * what most cells are it takes. All short texts of a few characters, and
 * random longer ones.
 */
#include "base/number_plain.h"

#include <stdio.h>
#include <string.h>

#include "base/number.h"
#include "tap.h"

static uint64_t state = 7;

static size_t
random_below(size_t n)
{
    state =
        state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (size_t) (state >> 33) % n;
}

/* The ways to read a number that this machine has. */
static bool (*ways[3])(const char *s, size_t len, double *out);
static size_t way_count;

#ifdef __x86_64__

SIMD_FOR_AVX2 static bool
read_avx2(const char *s, size_t len, double *out)
{
    return number_plain_avx2(s, len, out);
}

#endif

static void
find_ways(void)
{
    ways[way_count++] = number_plain;
    ways[way_count++] = number_plain_words;
#ifdef __x86_64__
    if (simd_level() == SIMD_AVX2)
        ways[way_count++] = read_avx2;
#endif
    diag("%zu ways", way_count);
}

/* The text with something behind it, which must not matter; all ways to read
 * it take the same. */
static bool
agrees(const char *text, size_t len, bool *taken)
{
    char room[64];
    double plain = -1, scanned = -2;

    memset(room, '7', sizeof room);
    memcpy(room, text, len);
    *taken = number_plain(room, len, &plain);
    for (size_t i = 1; i < way_count; i++) {
        double other = -1;

        if (ways[i](room, len, &other) == *taken
            && memcmp(&plain, &other, sizeof plain) == 0)
            continue;
        diag("\"%.*s\" is read as %.17g, by way %zu as %.17g", (int) len, text,
             plain, i, other);
        return false;
    }
    if (!*taken)
        return true;
    if (number_scan(text, text + len, NUMBER_LOOSE, &scanned) == len
        && memcmp(&plain, &scanned, sizeof plain) == 0)
        return true;
    diag("\"%.*s\" is read as %.17g, not %.17g", (int) len, text, plain,
         scanned);
    return false;
}

static void
all_short(void)
{
    static const char signs[] = "-.05e+ \x80\xba/:\"";
    enum { SIGNS = sizeof signs - 1, LENGTH = 5 };
    size_t all = 1, wrong = 0;
    bool taken;

    for (int i = 0; i < LENGTH; i++)
        all *= SIGNS;
    for (size_t n = 0; n < all; n++) {
        char text[LENGTH];
        size_t rest = n;

        for (int i = 0; i < LENGTH; i++, rest /= SIGNS)
            text[i] = signs[rest % SIGNS];
        for (size_t len = 0; len <= LENGTH; len++)
            wrong += !agrees(text, len, &taken);
    }
    is_int((long long) wrong, 0, "no short text is read as another number");
}

/* Digits with a point, at times something else. */
static size_t
random_text(char *text)
{
    static const char others[] = ".-e+ \xb0/:\xff";
    size_t len = random_below(20) + 1;

    for (size_t i = 0; i < len; i++)
        text[i] = (char) ('0' + (int) random_below(10)); /* a digit */
    if (random_below(4) > 0)
        text[random_below(len)] = '.';
    if (random_below(3) == 0)
        text[0] = '-';
    if (random_below(8) == 0)
        text[random_below(len)] = others[random_below(sizeof others - 1)];
    return len;
}

static void
many_random(void)
{
    size_t wrong = 0, count = 0;
    bool taken;

    for (int i = 0; i < 1000000; i++) {
        char text[20];
        size_t len = random_text(text);

        wrong += !agrees(text, len, &taken);
        count += taken;
    }
    is_int((long long) wrong, 0, "nor is a random one");
    ok(count > 500000, "most numbers are taken (%zu)", count);
}

static void
takes(const char *text, bool want)
{
    bool taken;

    ok(agrees(text, strlen(text), &taken) && taken == want, "%s: %s", text,
       want ? "taken" : "left to the other");
}

int
main(void)
{
    find_ways();
    all_short();
    many_random();
    takes("0.010463", true);
    takes("-0", true);
    takes("-.5", true);
    takes("5.", true);
    takes("1234567.12345678", true);
    takes("123456789.123456", true);
    takes("999999999999999", true);
    takes("1234567890123456", false);
    takes("-123456789.123456", true);
    takes("1234567890.1234567", false);
    takes(".", false);
    takes("-", false);
    takes("", false);
    takes("1.2.3", false);
    takes("12345678.1234.67", false);
    takes("+1", false);
    takes("1e3", false);
    return done_testing();
}
