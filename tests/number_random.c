/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Numbers: seeded random texts and doubles, ties and powers of two, compared
 * with strtod() and printf() bit for bit. An argument sets how many random
 * ones (a million unless told).
 */
#include "base/number.h"

#include <float.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/number_pow.h"
#include "tap.h"

enum { LONG_TEXT = 4096 };

static uint64_t random_state = 42;

/* xorshift64*: any good generator does, but always the same one. */
static uint64_t
random_bits(void)
{
    random_state ^= random_state >> 12;
    random_state ^= random_state << 25;
    random_state ^= random_state >> 27;
    return random_state * UINT64_C(2685821657736338717);
}

static int
random_below(int limit)
{
    return (int) (random_bits() % (unsigned) limit);
}

static double
random_finite(void)
{
    double d;

    do
        d = double_of_bits(random_bits());
    while (!isfinite(d));
    return d;
}

static bool
agrees(const char *text, double want)
{
    const char *end = text + strlen(text);
    double d = 42;
    size_t len = number_scan(text, end, NUMBER_LOOSE, &d);

    if (len == strlen(text) && bits_of_double(d) == bits_of_double(want))
        return true;
    diag("%.99s: got %a, want %a, %zu bytes", text, d, want, len);
    return false;
}

/* The exact decimal halfway between v >= 0 and the next double. */
static void
put_halfway(char text[LONG_TEXT], double v)
{
    enum { PLACES = 1080, WIDTH = 1400 }; /* 2^-1075 has 1075 places */
    char other[WIDTH + 1];
    int sum[WIDTH] = {0}, carry = 0;

    (void) snprintf(text, WIDTH + 1, "%0*.*f", WIDTH, PLACES, v);
    (void) snprintf(other, sizeof other, "%0*.*f", WIDTH, PLACES,
                    nextafter(v, INFINITY));
    for (int i = WIDTH; i-- > 0;) {
        if (text[i] == '.')
            continue;
        carry += text[i] - '0' + other[i] - '0';
        sum[i] = carry % 10;
        carry /= 10;
    }
    for (int i = 0; i < WIDTH; i++) {
        if (text[i] == '.')
            continue;
        sum[i] += carry * 10;
        text[i] = (char) ('0' + sum[i] / 2);
        carry = sum[i] % 2;
    }
}

/* A tie goes to the even one; any digit less or more, however far, decides. */
static bool
ties_agree(double v)
{
    double next = nextafter(v, INFINITY);
    char text[LONG_TEXT], *end, *p;
    bool pass;

    put_halfway(text, v);
    end = text + strlen(text);
    pass = agrees(text, bits_of_double(v) % 2 == 0 ? v : next);
    memset(end, '0', 1000);
    (void) snprintf(end + 1000, 2, "1");
    pass = pass && agrees(text, next);
    memset(end, '9', 1001);
    for (p = end - 1; *p == '0' || *p == '.'; p--)
        if (*p == '0')
            *p = '9';
    --*p;
    return pass && agrees(text, v);
}

static void
test_ties(void)
{
    int bad = 0;

    for (int i = 0; i < 300 && bad < 10; i++)
        bad += !ties_agree(fabs(random_finite()));
    for (int i = 0; i < 300 && bad < 10; i++) /* subnormal, of all lengths */
        bad += !ties_agree(double_of_bits(random_bits() >> (11 + i % 53)));
    is_int(bad, 0, "a tie goes to even, and the farthest digit decides");
    ok(ties_agree(0), "half the least double is a tie, and goes to zero");
}

/* Reads text from a place of just its size, and with more behind it. */
static bool
reads_alike(const char *text)
{
    static const char *const behind[] = {
        ",1234567890123456", "\n0.5\n0.5\n0.5\n0.5", "]", "\"", "/:;<.9e9"};
    size_t len = strlen(text);
    char *exact = malloc(len), longer[80];
    double want = strtod(text, NULL), d = 42;
    bool pass;

    memcpy(exact, text, len);
    pass = number_scan(exact, exact + len, NUMBER_LOOSE, &d) == len
           && bits_of_double(d) == bits_of_double(want);
    free(exact);
    for (size_t i = 0; i < sizeof behind / sizeof *behind; i++) {
        (void) snprintf(longer, sizeof longer, "%s%s", text, behind[i]);
        pass =
            pass
            && number_scan(longer, longer + strlen(longer), NUMBER_LOOSE, &d)
                   == len
            && bits_of_double(d) == bits_of_double(want);
    }
    if (!pass)
        diag("%s is read as %a, not %a", text, d, want);
    return pass;
}

static bool
short_agrees(int whole, int fraction, bool minus, const char *exponent)
{
    char text[60], *p = text;

    if (minus)
        *p++ = '-';
    for (int i = 0; i < whole; i++)
        *p++ = (char) ('0' + random_below(10));
    if (fraction >= 0)
        *p++ = '.';
    for (int i = 0; i < fraction; i++)
        *p++ = (char) ('0' + random_below(10));
    (void) snprintf(p, 8, "%s", exponent);
    return reads_alike(text);
}

static void
test_short_texts(void)
{
    static const char *const exponents[] = {"", "e5", "E-05"};
    int bad = 0;

    for (int whole = 0; whole < 18; whole++)
        for (int fraction = -1; fraction < 18; fraction++)
            for (int i = 0; i < 12 && bad < 10; i++)
                if (whole > 0 || fraction > 0)
                    bad += !short_agrees(whole, fraction, i % 2,
                                         exponents[i % 3]);
    is_int(bad, 0, "short texts are read alike, whatever is behind them");
}

static void
random_decimal(char *text)
{
    int digits = 1 + random_below(random_below(8) ? 20 : 60);
    int point = random_below(digits + 1);
    char *p = text;

    if (random_below(2))
        *p++ = '-';
    for (int i = 0; i < digits; i++) {
        if (i == point)
            *p++ = '.';
        *p++ = (char) ('0' + (random_below(6) ? random_below(10) : 0));
    }
    *p = '\0';
    if (random_below(3))
        (void) snprintf(p, 8, "e%d",
                        random_below(4) ? random_below(60) - 30
                                        : random_below(700) - 370);
}

static void
test_random_texts(int rounds)
{
    char text[80];
    int bad = 0;

    for (int i = 0; i < rounds && bad < 10; i++) {
        random_decimal(text);
        bad += !agrees(text, strtod(text, NULL));
    }
    is_int(bad, 0, "random texts are read as strtod() reads them");
}

/* The significant digits of a number's text; returns how many. */
static int
digits_of(const char *text, char *out)
{
    int n = 0;

    for (; *text && *text != 'e'; text++)
        if (*text >= (n ? '0' : '1') && *text <= '9')
            out[n++] = *text;
    while (n > 0 && out[n - 1] == '0')
        n--;
    out[n] = '\0';
    return n;
}

/* True when fewer digits would read back as v too. */
static bool
could_be_shorter(double v, int digits)
{
    char text[80], mantissa[80];
    int exponent;

    if (digits < 2)
        return false;
    (void) snprintf(text, sizeof text, "%.*e", digits - 2, v);
    exponent = (int) strtol(strchr(text, 'e') + 1, NULL, 10) - digits + 2;
    strchr(text, 'e')[0] = '\0';
    (void) snprintf(mantissa, sizeof mantissa, "%c%s", text[0],
                    digits > 2 ? text + 2 : "");
    /* Around a power of two the nearest may fail, and one farther not. */
    for (int64_t i = -1; i <= 1; i++) {
        (void) snprintf(text, sizeof text, "%llde%d",
                        strtoll(mantissa, NULL, 10) + i, exponent);
        if (bits_of_double(strtod(text, NULL)) == bits_of_double(v))
            return true;
    }
    return false;
}

/* Whether v > 0 is written to read back, as short and near as can be. */
static bool
is_written_well(double v)
{
    char text[NUMBER_MAX], digits[40], near[80], nearest[80];
    size_t len = number_print(text, v);
    double back = 0;
    int n = digits_of(text, digits);

    if (len != strlen(text) || len >= NUMBER_MAX
        || number_scan(text, text + len, NUMBER_JSON, &back) != len
        || bits_of_double(back) != bits_of_double(v)
        || bits_of_double(strtod(text, NULL)) != bits_of_double(v)) {
        diag("%a is written %s, which reads back as %a", v, text, back);
        return false;
    }
    (void) snprintf(near, sizeof near, "%.*e", n - 1, v);
    (void) digits_of(near, nearest);
    if (bits_of_double(strtod(near, NULL)) == bits_of_double(v)
        && strcmp(digits, nearest) != 0) {
        diag("%s is written, but %s is nearer", text, near);
        return false;
    }
    if (could_be_shorter(v, n)) {
        diag("%s could be shorter", text);
        return false;
    }
    return true;
}

static void
test_random_doubles(int rounds)
{
    int bad = 0;

    for (int i = 0; i < rounds && bad < 10; i++) {
        double v = random_finite(), back;
        char text[NUMBER_MAX];
        size_t len = number_print(text, v);

        if (number_scan(text, text + len, NUMBER_JSON, &back) != len
            || bits_of_double(back) != bits_of_double(v)) {
            diag("%a is written %s, read as %a", v, text, back);
            bad++;
        }
        bad += !is_written_well(fabs(v));
    }
    is_int(bad, 0, "random doubles are written short, near and exact");
    for (int i = 0; i < rounds / 10 && bad < 10; i++) {
        double v = 1 + random_below(1000000);

        bad += !is_written_well(v / 1000);
    }
    is_int(bad, 0, "so are random numbers of three decimals");
}

static void
test_special_doubles(void)
{
    int bad = 0;

    for (uint64_t e = 0; e < 0x7ff; e++)
        for (uint64_t c = 0; c < 3; c++) {
            bad += (e | c) && !is_written_well(double_of_bits((e << 52) + c));
            bad += !is_written_well(double_of_bits(((e + 1) << 52) - 1 - c));
        }
    is_int(bad, 0, "powers of two and their neighbours are written well");
    bad = 0;
    for (int i = 0; i < 52; i++)
        bad += !is_written_well(double_of_bits(UINT64_C(1) << i));
    is_int(bad, 0, "so are all subnormal powers of two");
    bad = 0;
    for (int e = -323; e <= 308; e++) {
        char text[16], got[NUMBER_MAX];
        double v;

        (void) snprintf(text, sizeof text, "7e%d", e);
        v = strtod(text, NULL);
        if (!isfinite(v))
            continue;
        (void) number_print(got, v);
        bad += !agrees(got, v) || !is_written_well(v);
        bad += (e < -5 || e >= 17) && strcmp(got, text) != 0;
    }
    is_int(bad, 0, "so are one-digit multiples of every power of ten");
}

/* The ways that leave the reader's own arithmetic are tried as well. */
static void
test_locale(void)
{
    static const char tie[] = "1.5000000000000001110223024625156540423631668";
    double want = strtod(tie, NULL), d = 0;
    char got[NUMBER_MAX];

    if (!setlocale(LC_ALL, "de_DE.UTF-8") && !setlocale(LC_ALL, "de_DE")) {
        skip("there is no locale with a decimal comma");
        return;
    }
    ok(number_scan(tie, tie + strlen(tie), NUMBER_JSON, &d) == strlen(tie)
           && bits_of_double(d) == bits_of_double(want),
       "a locale does not change how numbers are read");
    (void) number_print(got, 0.5);
    is_str(got, "0.5", "nor how they are written");
    (void) setlocale(LC_ALL, "C");
}

int
main(int argc, char **argv)
{
    int rounds = argc > 1 ? (int) strtol(argv[1], NULL, 10) : 1000000;

    test_ties();
    test_special_doubles();
    test_short_texts();
    test_random_texts(rounds);
    test_random_doubles(rounds);
    test_locale();
    return done_testing();
}
