/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Numbers: the grammar, the errors, and the hard cases of reading by their
 * bits, of writing by their texts.
 */
#include "base/number.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "tap.h"

static uint64_t
bits_of(double d)
{
    uint64_t bits;

    memcpy(&bits, &d, sizeof bits);
    return bits;
}

static double
double_of(uint64_t bits)
{
    double d;

    memcpy(&d, &bits, sizeof d);
    return d;
}

/* Scans a copy that ends where the text ends, for the memory checkers. */
static size_t
scan(const char *text, enum number_form form, double *out)
{
    size_t len = strlen(text), got;
    char *copy = xmalloc(len);

    memcpy(copy, text, len);
    got = number_scan(copy, copy + len, form, out);
    free(copy);
    return got;
}

/* How many bytes of each text are a number, in JSON and else. */
static const struct grammar {
    const char *text;
    size_t json, loose;
} grammar[] = {
    {"",                     0,  0 },
    {"-",                    0,  0 },
    {"+",                    0,  0 },
    {".",                    0,  0 },
    {"-.",                   0,  0 },
    {"+.e1",                 0,  0 },
    {"e5",                   0,  0 },
    {".e5",                  0,  0 },
    {"--1",                  0,  0 },
    {"+-1",                  0,  0 },
    {"nan",                  0,  0 },
    {"inf",                  0,  0 },
    {"-inf",                 0,  0 },
    {"Infinity",             0,  0 },
    {" 1",                   0,  0 },
    {"abc",                  0,  0 },
    {"/",                    0,  0 },
    {":",                    0,  0 },
    {"0",                    1,  1 },
    {"-0",                   2,  2 },
    {"7",                    1,  1 },
    {"-12",                  3,  3 },
    {"1.5",                  3,  3 },
    {"0.5",                  3,  3 },
    {"1e5",                  3,  3 },
    {"1E+5",                 4,  4 },
    {"1e-05",                5,  5 },
    {"0e999999",             8,  8 },
    {"12.5e3",               6,  6 },
    {"1.5.5",                3,  3 },
    {"1-2",                  1,  1 },
    {"1e5e5",                3,  3 },
    {"1e",                   1,  1 },
    {"1e+",                  1,  1 },
    {"1e+x",                 1,  1 },
    {"1.5E-",                3,  3 },
    {"1_000",                1,  1 },
    {"0x10",                 1,  1 },
    {"1 ",                   1,  1 },
    {"1,5",                  1,  1 },
    {"12345678x",            8,  8 },
    {"123456789:",           9,  9 },
    {"1234567/",             7,  7 },
    {"1234567:9",            7,  7 },
    {"0.1234567:",           9,  9 },
    {"12345678.12345678",    17, 17},
    {"+1",                   0,  2 },
    {".5",                   0,  2 },
    {"-.5",                  0,  3 },
    {"5.",                   1,  2 },
    {"5.e1",                 1,  4 },
    {"5.e",                  1,  2 },
    {"01",                   1,  2 },
    {"-01",                  2,  3 },
    {"00.5",                 1,  4 },
    {"012345678",            1,  9 },
    {"01e5",                 1,  4 },
    {"00000000000000000000", 1,  20},
};

static void
test_grammar(void)
{
    for (size_t i = 0; i < sizeof grammar / sizeof *grammar; i++) {
        double d = 42;
        size_t json = scan(grammar[i].text, NUMBER_JSON, &d), loose;

        ok(json == grammar[i].json && (json > 0 || d == 42.0),
           "%zu bytes of \"%s\" are a JSON number", grammar[i].json,
           grammar[i].text);
        d = 42;
        loose = scan(grammar[i].text, NUMBER_LOOSE, &d);
        ok(loose == grammar[i].loose && (loose > 0 || d == 42.0),
           "%zu bytes of \"%s\" are a loose number", grammar[i].loose,
           grammar[i].text);
    }
}

static void
test_values_of_parts(void)
{
    static const struct {
        const char *text;
        double json, loose;
    } t[] = {
        {"012",   0,    12  },
        {"-01.5", -0.0, -1.5},
        {"1e",    1,    1   },
        {"5.e1",  5,    50  },
        {"1.5e+", 1.5,  1.5 },
        {"0x10",  0,    0   },
        {"1.5.5", 1.5,  1.5 }
    };

    for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
        double json = 42, loose = 42;

        (void) scan(t[i].text, NUMBER_JSON, &json);
        (void) scan(t[i].text, NUMBER_LOOSE, &loose);
        ok(bits_of(json) == bits_of(t[i].json)
               && bits_of(loose) == bits_of(t[i].loose),
           "what follows the number in \"%s\" does not change it", t[i].text);
    }
}

/* Known by arithmetic, not from strtod(). */
static const struct hard {
    const char *text;
    uint64_t bits;
} hard[] = {
    {"0",                                              0                 },
    {"-0",                                             UINT64_C(1) << 63 },
    {"-0.0e5",                                         UINT64_C(1) << 63 },
    {"0e999999",                                       0                 },
    {"0.00000000000000000000000000000e999",            0                 },
    {"0e-99999999999999999999999999",                  0                 },
    {"1",                                              0x3ff0000000000000},
    {"0.1",                                            0x3fb999999999999a},
    {"1e22",                                           0x4480f0cf064dd592},
    {"1e23",                                           0x44b52d02c7e14af6},
    {"9007199254740991",                               0x433fffffffffffff},
    {"9007199254740992",                               0x4340000000000000},
    {"9007199254740993",                               0x4340000000000000},
    {"9007199254740993.0",                             0x4340000000000000},
    {"9007199254740993.00000000000000000000000000001", 0x4340000000000001},
    {"9007199254740994",                               0x4340000000000001},
    {"9007199254740995",                               0x4340000000000002},
    {"90071992547409955e-1",                           0x4340000000000002},
    {"8500000000000000.5",                             0x433e32b478974000},
    {"8500000000000001.5",                             0x433e32b478974002},
    {"4503599627370496.5",                             0x4330000000000000},
    {"4503599627370497.5",                             0x4330000000000002},
    {"4503599627370497.500000000000",                  0x4330000000000002},
    {"4503599627370497.4999999999999999999999",        0x4330000000000001},
    {"4503599627370496.50000000000000000000000001",    0x4330000000000001},
    {"5e-324",                                         1                 },
    {"4.9406564584124654e-324",                        1                 },
    {"3e-324",                                         1                 },
    {"2.4703282292062327e-324",                        0                 },
    {"2.4703282292062328e-324",                        1                 },
    {"7.4109846876186981e-324",                        1                 },
    {"7.4109846876186982e-324",                        2                 },
    {"1e-400",                                         0                 },
    {"1e-99999999999",                                 0                 },
    {"-1e-99999999999999999999999999",                 UINT64_C(1) << 63 },
    {"2.2250738585072011e-308",                        0x000fffffffffffff},
    {"2.2250738585072012e-308",                        0x0010000000000000},
    {"2.2250738585072014e-308",                        0x0010000000000000},
    {"1.7976931348623157e308",                         0x7fefffffffffffff},
    {"1.7976931348623158e308",                         0x7fefffffffffffff},
    {"1.7976931348623159e308",                         0x7ff0000000000000},
    {"17976931348623157e292",                          0x7fefffffffffffff},
    {"1e309",                                          0x7ff0000000000000},
    {"-10e308",                                        0xfff0000000000000},
    {"1e99999999999",                                  0x7ff0000000000000},
    {"1e99999999999999999999999999",                   0x7ff0000000000000},
    {"18446744073709551615",                           0x43f0000000000000},
    {"18446744073709551616",                           0x43f0000000000000},
    {"123456789012345678901234567890",                 0x45f8ee90ff6c373e},
};

static void
test_hard_cases(void)
{
    for (size_t i = 0; i < sizeof hard / sizeof *hard; i++) {
        double d = 42;

        (void) scan(hard[i].text, NUMBER_JSON, &d);
        if (!ok(bits_of(d) == hard[i].bits, "%s is read exactly",
                hard[i].text))
            diag("got %a, want %a", d, double_of(hard[i].bits));
    }
}

static void
test_long_texts(void)
{
    enum { ZEROS = 100000 };
    struct buf b = {0};
    double d = 0;
    size_t len;

    buf_str(&b, "0.");
    for (int i = 0; i < ZEROS; i++)
        buf_char(&b, '0');
    buf_str(&b, "125e100001");
    len = number_scan(b.data, b.data + b.len, NUMBER_JSON, &d);
    ok(len == b.len && d == 1.25, "the exponent counts back all the zeros");
    buf_clear(&b);
    buf_str(&b, "125");
    for (int i = 0; i < ZEROS; i++)
        buf_char(&b, '0');
    buf_str(&b, ".000e-100002");
    len = number_scan(b.data, b.data + b.len, NUMBER_JSON, &d);
    ok(len == b.len && d == 1.25, "zeros before the point count too");
    buf_free(&b);
}

static void
test_print(void)
{
    static const struct {
        double v;
        const char *text;
    } t[] = {
        {0.0,                     "0"                      },
        {-0.0,                    "-0"                     },
        {1,                       "1"                      },
        {-1,                      "-1"                     },
        {10,                      "10"                     },
        {99,                      "99"                     },
        {100,                     "100"                    },
        {1000000,                 "1000000"                },
        {0.1,                     "0.1"                    },
        {0.5,                     "0.5"                    },
        {-2.5,                    "-2.5"                   },
        {7.0625,                  "7.0625"                 },
        {123.456,                 "123.456"                },
        {1.0 / 3,                 "0.3333333333333333"     },
        {2.3804761428476167,      "2.3804761428476167"     },
        {10.395497357666757,      "10.395497357666757"     },
        {0.00001,                 "0.00001"                },
        {0.0000123,               "0.0000123"              },
        {9.99e-6,                 "9.99e-6"                },
        {1e-7,                    "1e-7"                   },
        {-1.25e-10,               "-1.25e-10"              },
        {9007199254740991,        "9007199254740991"       },
        {9007199254740992,        "9007199254740992"       },
        {9007199254740994,        "9007199254740994"       },
        {1234567890123456.5,      "1234567890123456.5"     },
        {1e16,                    "10000000000000000"      },
        {99999999999999984,       "99999999999999980"      },
        {1e17,                    "1e17"                   },
        {123e18,                  "1.23e20"                },
        {1e22,                    "1e22"                   },
        {1e23,                    "1e23"                   },
        {9.5e-323,                "9.4e-323"               },
        {5e-324,                  "5e-324"                 },
        {2.2250738585072014e-308, "2.2250738585072014e-308"},
        {2.2250738585072011e-308, "2.225073858507201e-308" },
        {-DBL_MAX,                "-1.7976931348623157e308"},
    };

    for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
        char got[NUMBER_MAX];
        size_t len = number_print(got, t[i].v);

        is_str(got, t[i].text, t[i].text);
        is_int((int64_t) len, (int64_t) strlen(t[i].text),
               "and its length is returned");
    }
}

static void
test_add(void)
{
    struct buf b = {0};

    number_add(&b, 1.5);
    buf_char(&b, ',');
    number_add(&b, NAN);
    buf_char(&b, ',');
    number_add(&b, -INFINITY);
    buf_char(&b, ',');
    number_add(&b, -0.25);
    is_str(buf_text(&b), "1.5,null,null,-0.25",
           "what is not finite is added as null");
    buf_clear(&b);
    number_add_int(&b, 0);
    buf_char(&b, ',');
    number_add_int(&b, -120);
    buf_char(&b, ',');
    number_add_int(&b, INT64_MAX);
    buf_char(&b, ',');
    number_add_int(&b, INT64_MIN);
    is_str(buf_text(&b), "0,-120,9223372036854775807,-9223372036854775808",
           "integers have all their digits");
    buf_free(&b);
}

static void
test_read(void)
{
    static const struct {
        const char *text;
        enum number_form form;
        enum err want;
    } t[] = {
        {"1.5",       NUMBER_JSON,  ERR_OK    },
        {"-0.015e+2", NUMBER_JSON,  ERR_OK    },
        {" \t1.5\t ", NUMBER_LOOSE, ERR_OK    },
        {"+1.5",      NUMBER_LOOSE, ERR_OK    },
        {"",          NUMBER_JSON,  ERR_SYNTAX},
        {"",          NUMBER_LOOSE, ERR_SYNTAX},
        {" \t",       NUMBER_LOOSE, ERR_SYNTAX},
        {"-",         NUMBER_LOOSE, ERR_SYNTAX},
        {" 1",        NUMBER_JSON,  ERR_SYNTAX},
        {"1 ",        NUMBER_JSON,  ERR_SYNTAX},
        {"1 2",       NUMBER_LOOSE, ERR_SYNTAX},
        {"01",        NUMBER_JSON,  ERR_SYNTAX},
        {"1.",        NUMBER_JSON,  ERR_SYNTAX},
        {".5",        NUMBER_JSON,  ERR_SYNTAX},
        {"+1",        NUMBER_JSON,  ERR_SYNTAX},
        {"0x10",      NUMBER_LOOSE, ERR_SYNTAX},
        {"nan",       NUMBER_LOOSE, ERR_SYNTAX},
        {"inf",       NUMBER_LOOSE, ERR_SYNTAX},
        {"12,5",      NUMBER_LOOSE, ERR_SYNTAX},
        {"1e",        NUMBER_LOOSE, ERR_SYNTAX},
        {"1e+",       NUMBER_LOOSE, ERR_SYNTAX},
        {"1_000",     NUMBER_LOOSE, ERR_SYNTAX},
        {"1e999",     NUMBER_JSON,  ERR_DATA  },
        {"-1e999",    NUMBER_LOOSE, ERR_DATA  },
    };
    char want[80];

    for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
        double d = 42;
        enum err e;

        err_clear();
        e = number_read(t[i].text, strlen(t[i].text), t[i].form, &d);
        ok(e == t[i].want && fabs(d) == (e == ERR_OK ? 1.5 : 42),
           "reading \"%s\" whole gives %d", t[i].text, (int) t[i].want);
        if (e == ERR_OK)
            continue;
        (void) snprintf(want, sizeof want,
                        e == ERR_DATA ? "%s is beyond the range of a double"
                                      : "\"%s\" is not a number",
                        t[i].text);
        is_str(err_text(), want, "and the sentence says what is wrong");
    }
}

static void
test_read_shows_little(void)
{
    static const char digits[] = "123456789012345678901234567890"
                                 "12345678901234567890123456789"
                                 "\xc3\xa9\xc3\xa9";
    static const char line[] = "1\n";
    double d = 42;

    ok(number_read(digits, strlen(digits), NUMBER_LOOSE, &d) == ERR_SYNTAX,
       "digits with a word after them are no number");
    is_str(err_text(),
           "\"12345678901234567890123456789012345678901234567890123456789\""
           " is not a number",
           "and a long text is cut between characters");
    ok(number_read(line, strlen(line), NUMBER_LOOSE, &d) == ERR_SYNTAX,
       "the end of a line is no blank");
    ok(number_read(" 1e999 ", 7, NUMBER_LOOSE, &d) == ERR_DATA,
       "blanks do not hide that a number is too large");
    is_str(err_text(), "1e999 is beyond the range of a double",
           "and are not repeated");
}

static void
test_int(void)
{
    static const struct {
        const char *text;
        int64_t min, max, value;
        enum err want;
    } t[] = {
        {"0",                    0,         9,         0,         ERR_OK    },
        {"-0",                   0,         9,         0,         ERR_OK    },
        {"007",                  0,         9,         7,         ERR_OK    },
        {"-5",                   -5,        5,         -5,        ERR_OK    },
        {"5",                    -5,        5,         5,         ERR_OK    },
        {"9223372036854775807",  0,         INT64_MAX, INT64_MAX, ERR_OK    },
        {"-9223372036854775808", INT64_MIN, 0,         INT64_MIN, ERR_OK    },
        {"9223372036854775808",  INT64_MIN, INT64_MAX, 0,         ERR_DATA  },
        {"-9223372036854775809", INT64_MIN, 0,         0,         ERR_DATA  },
        {"18446744073709551617", 1,         5,         0,         ERR_DATA  },
        {"6",                    1,         5,         0,         ERR_DATA  },
        {"0",                    1,         5,         0,         ERR_DATA  },
        {"-3",                   1,         5,         0,         ERR_DATA  },
        {"",                     1,         5,         0,         ERR_SYNTAX},
        {"-",                    1,         5,         0,         ERR_SYNTAX},
        {"--1",                  1,         5,         0,         ERR_SYNTAX},
        {"+1",                   1,         5,         0,         ERR_SYNTAX},
        {" 1",                   1,         5,         0,         ERR_SYNTAX},
        {"1 ",                   1,         5,         0,         ERR_SYNTAX},
        {"1.5",                  1,         5,         0,         ERR_SYNTAX},
        {"1e1",                  1,         5,         0,         ERR_SYNTAX},
    };
    int64_t got = 42;

    for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
        enum err e;

        got = 42;
        e = number_int(t[i].text, t[i].min, t[i].max, &got);
        ok(e == t[i].want && got == (e == ERR_OK ? t[i].value : 42),
           "the integer \"%s\" gives %d", t[i].text, (int) t[i].want);
    }
    ok(number_int("340282366920938463463374607431768211457", 1, 5, &got)
           == ERR_DATA,
       "2^128 + 1 is not taken for 1");
    ok(number_int("6", -1, 5, &got) == ERR_DATA, "6 is more than 5");
    is_str(err_text(), "6 is not between -1 and 5", "and the error says so");
    ok(number_int("1.5", 1, 5, &got) == ERR_SYNTAX, "1.5 is no integer");
    is_str(err_text(), "\"1.5\" is not an integer", "and the error says so");
}

int
main(void)
{
    test_grammar();
    test_values_of_parts();
    test_hard_cases();
    test_long_texts();
    test_read();
    test_read_shows_little();
    test_int();
    test_print();
    test_add();
    return done_testing();
}
