/* SPDX-License-Identifier: Apache-2.0 */
/* Text from outside: shown safely, measured, cut, matched and compared. */
#include "base/text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/log.h"
#include "tap.h"

/* The safe form of a text that may hold NUL bytes; the caller frees it. */
static char *
safe(const char *s, size_t len, bool ascii)
{
    struct buf b = {0};

    text_safe(&b, s, len, ascii);
    return buf_steal(&b);
}

static void
shows(const char *s, const char *want, const char *name)
{
    char *got = safe(s, strlen(s), false);

    is_str(got, want, name);
    free(got);
}

static void
shows_ascii(const char *s, const char *want, const char *name)
{
    char *got = safe(s, strlen(s), true);

    is_str(got, want, name);
    free(got);
}

/* No control character and no stray byte: C0 and DEL, C1 as C2 80 to C2 9F. */
static bool
is_clean(const char *s)
{
    if (!text_is_utf8(s, strlen(s)))
        return false;
    for (; *s; s++) {
        unsigned char c = (unsigned char) *s; /* a byte, not a signed char */

        if (c < 0x20 || c == 0x7f)
            return false;
        if (c == 0xc2 && (unsigned char) s[1] < 0xa0) /* as above */
            return false;
    }
    return true;
}

static void
safety(void)
{
    char *got;

    shows("Área 3/P-101A", "Área 3/P-101A", "ordinary text stays as it is");
    shows("a\\x1b", "a\\x1b", "a backslash stays as it is");
    shows("\x1b[31mred", "\\u{1b}[31mred", "an escape sequence is shown");
    shows("a\nb\tc\bd\r", "a\\u{0a}b\\u{09}c\\u{08}d\\u{0d}",
          "what moves the cursor is shown");
    shows("\x7f", "\\u{7f}", "DEL is shown");
    shows("\x9b", "\\x9b", "a bare C1 byte is no UTF-8 and is shown as byte");
    shows("\xc2\x9b", "\\u{9b}", "an encoded C1 control is shown");
    shows("a\xe2\x80\xae"
          "b",
          "a\\u{202e}b", "an override of the direction is shown");
    shows("\xe2\x81\xa6", "\\u{2066}", "an isolate is shown");
    shows("\xe2\x80\x8b", "\\u{200b}", "a zero-width space is shown");
    shows("\xe2\x80\xa8\xe2\x80\xa9", "\\u{2028}\\u{2029}",
          "separators of lines and paragraphs are shown");
    shows("\xef\xbb\xbf", "\\u{feff}", "a byte-order mark is shown");
    shows("\xf3\xa0\x81\x81", "\\u{e0041}", "an invisible tag is shown");
    shows("\xc2\xad", "\\u{ad}", "a soft hyphen is shown");
    shows("e\xcc\x81", "e\xcc\x81", "a combining accent stays");
    shows("\xf0\x9f\x9a\xa8", "\xf0\x9f\x9a\xa8", "an emoji stays");
    shows("\xc0\xaf", "\\xc0\\xaf", "an overlong form is shown as bytes");
    shows("\xed\xa0\x80", "\\xed\\xa0\\x80", "a surrogate is shown as bytes");
    shows("\xe2\x82", "\\xe2\\x82", "a cut character is shown as bytes");
    shows_ascii("\xc2\xb0"
                "C~",
                "\\u{b0}C~", "in ASCII whatever is above a tilde is escaped");
    got = safe("a\0b", 3, false);
    is_str(got, "a\\u{00}b", "a NUL byte is shown");
    free(got);
}

static void
every_pair(void)
{
    int singles = 0, pairs = 0;

    for (int i = 0; i < 0x10000; i++) {
        const char bytes[] = {(char) (i >> 8), (char) i}; /* any two */
        char *two = safe(bytes, 2, false), *plain = safe(bytes, 2, true);
        bool clean = is_clean(two) && is_clean(plain);

        for (const char *s = plain; *s; s++)
            clean = clean && *s >= ' ' && *s <= '~';
        pairs += clean;
        free(two);
        free(plain);
        if (i < 0x100) {
            char *one = safe(bytes + 1, 1, false);

            singles += is_clean(one);
            free(one);
        }
    }
    is_int(singles, 0x100, "each of the 256 bytes comes out clean");
    is_int(pairs, 0x10000, "each of the 65,536 pairs comes out clean");
}

/* Each byte at each place of texts that are longer than what is looked at
 * together, before bytes that may disturb it. */
static void
plain_ends(void)
{
    static const char behind[] = "a\x7f\xff\x1f\"\\\x80 ";
    int wrong = 0;

    for (size_t len = 1; len < 20; len++)
        for (size_t at = 0; at < len; at++)
            for (int i = 0; i < 0x100 * (int) (sizeof behind - 1); i++) {
                char text[20];
                char c = (char) (i & 0xff);
                bool is_plain = c >= ' ' && c <= '~' && c != '"' && c != '\\';

                memset(text, 'a', len);
                memset(text + at, behind[i >> 8], len - at);
                text[at] = c;
                if (is_plain)
                    memset(text + at + 1, 'a', len - at - 1);
                wrong += text_plain_end(text, text + len)
                         != text + (is_plain ? len : at);
            }
    is_int(wrong, 0, "plain text ends at the first byte that is not");
}

static void
decoding(void)
{
    const char *euro = "\xe2\x82\xac";
    unsigned code = 0;

    is_int((int64_t) text_decode(euro, euro + 3, &code), 3,
           "a character has as many bytes as its form");
    is_int(code, 0x20ac, "a character is put together from its bytes");
    is_int((int64_t) text_decode(euro, euro + 2, &code), 0,
           "nothing is read behind the end");
    is_int((int64_t) text_decode(euro, euro, &code), 0,
           "at the end there is no character");
    ok(text_is_utf8("\xf4\x8f\xbf\xbf", 4), "the last code point is UTF-8");
    ok(!text_is_utf8("\xf4\x90\x80\x80", 4), "there is none behind it");
    ok(!text_is_utf8("\xf0\x80\x80\xaf", 4), "four bytes may be overlong");
    ok(!text_is_utf8("a\xff", 2), "FF is never UTF-8");
    ok(text_is_utf8("a\0b", 3), "a NUL byte is UTF-8");
}

static void
fits(const char *s, size_t width, enum text_align align, bool ascii,
     const char *want)
{
    struct buf b = {0};

    text_fit(&b, s, width, align, ascii);
    is_str(buf_text(&b), want, "a cell is filled");
    is_int((int64_t) text_width(buf_text(&b)), (int64_t) width,
           "a cell has exactly its width");
    buf_free(&b);
}

static void
lines(void)
{
    is_int((int64_t) text_line("a short one", 11), 11, "what fits is a line");
    is_int((int64_t) text_line("two words", 8), 3,
           "a longer text is broken at a blank");
    is_int((int64_t) text_line("two words", 3), 3,
           "... also where the width ends");
    is_int((int64_t) text_line("longword", 4), 4,
           "a word that is longer is broken");
    is_int((int64_t) text_line("one\ntwo", 9), 3, "a line end is one");
    is_int((int64_t) text_line("\ntwo", 9), 0, "... a line may be empty");
    is_int((int64_t) text_line("\u6e29\u5ea6", 1), 3,
           "there is at least a character");
}

static void
columns(void)
{
    is_int((int64_t) text_width(""), 0, "no text has no width");
    is_int((int64_t) text_width("P-101"), 5, "ASCII takes a column each");
    is_int((int64_t) text_width("Área"), 4, "a letter with accent takes one");
    is_int((int64_t) text_width("e\xcc\x81"), 1,
           "a combining mark takes none");
    is_int((int64_t) text_width("温度"), 4, "an ideograph takes two");
    is_int((int64_t) text_width("🚨"), 2, "an emoji takes two");
    is_int((int64_t) text_width("か\xe3\x82\x99"), 2,
           "a voicing mark takes none though its neighbours are wide");
    fits("pump", 6, TEXT_LEFT, false, "pump  ");
    fits("pump", 6, TEXT_RIGHT, false, "  pump");
    fits("pump", 4, TEXT_LEFT, false, "pump");
    fits("pumps", 4, TEXT_LEFT, false, "pum…");
    fits("pumps", 4, TEXT_RIGHT, true, "pum~");
    fits("pumps", 1, TEXT_LEFT, false, "…");
    fits("pumps", 0, TEXT_LEFT, false, "");
    fits("温度計", 4, TEXT_LEFT, false, "温… ");
    fits("温度計", 4, TEXT_RIGHT, false, " 温…");
    fits("e\xcc\x81tat", 2, TEXT_LEFT, false, "e\xcc\x81…");
    fits("abe\xcc\x81", 3, TEXT_LEFT, false, "abe\xcc\x81");
}

static void
matching(void)
{
    static const struct {
        const char *pattern, *s;
        bool match;
    } cases[] = {
        {"",            "",          true },
        {"",            "a",         false},
        {"*",           "",          true },
        {"?",           "",          false},
        {"P-*",         "P-101",     true },
        {"P-*",         "p-101",     false},
        {"*.x",         "velRMS.x",  true },
        {"*.x",         "velRMS.xy", false},
        {"a*b*c",       "a1b2b3c",   true },
        {"a*b*c",       "a1c2b3",    false},
        {"P-10?",       "P-101",     true },
        {"P-10?",       "P-10",      false},
        {"P-[0-9]",     "P-7",       true },
        {"P-[0-9]",     "P-x",       false},
        {"[^0-9]*",     "P-7",       true },
        {"[^0-9]*",     "7-P",       false},
        {"[!P]",        "P",         false},
        {"[abx-z]",     "y",         true },
        {"[]]",         "]",         true },
        {"[^]]",        "]",         false},
        {"[a-]",        "-",         true },
        {"[",           "[",         true },
        {"a[b",         "a[b",       true },
        {"[*]",         "*",         true },
        {"[*]",         "x",         false},
        {"*[0-9][0-9]", "P-1-22",    true },
        {"**a**",       "bab",       true },
        {"[\xc3]*",     "\xc3\x81",  true },
    };
    char s[4001], pattern[] = "*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b";

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        ok(text_match(cases[i].pattern, cases[i].s) == cases[i].match,
           "\"%s\" %s \"%s\"", cases[i].pattern,
           cases[i].match ? "matches" : "does not match", cases[i].s);
    memset(s, 'a', sizeof s - 1);
    s[sizeof s - 1] = '\0';
    ok(!text_match(pattern, s), "many stars end in reasonable time");
}

static void
nearness(void)
{
    static const char *const words[] = {"keep_days", "keep_alert_days",
                                        "record", "max_size", NULL};
    char a[300], b[300];

    is_int((int64_t) text_distance("", ""), 0, "equal texts are not apart");
    is_int((int64_t) text_distance("", "abc"), 3, "three insertions");
    is_int((int64_t) text_distance("abc", ""), 3, "three deletions");
    is_int((int64_t) text_distance("kitten", "sitting"), 3, "mixed edits");
    is_int((int64_t) text_distance("recrod", "record"), 1,
           "a swap of neighbours is one");
    is_int((int64_t) text_distance("ca", "abc"), 3, "nothing is edited twice");
    is_int((int64_t) text_distance("RECORD", "record"), 0,
           "case makes no difference");
    memset(a, 'a', sizeof a - 1);
    memset(b, 'a', sizeof b - 1);
    a[sizeof a - 1] = b[sizeof b - 1] = '\0';
    b[127] = 'b';
    b[128] = 'c';
    is_int((int64_t) text_distance(a, b), 1, "128 bytes are compared");
    is_str(text_nearest("keepdays", words), "keep_days",
           "a typing error finds its word");
    is_str(text_nearest("max_szie", words), "max_size", "a swap is near");
    ok(!text_nearest("colour", words), "a strange word finds none");
    is_str(text_nearest("record", words), "record", "a word finds itself");
    ok(!text_nearest("recXYd", (const char *const[]){"rec", NULL}),
       "a third of the letters is the limit");
}

static void
is_unit(const char *unit, bool ascii, const char *want, const char *name)
{
    struct buf out = {0};

    text_unit(&out, unit, ascii);
    is_str(buf_text(&out), want, name);
    buf_free(&out);
}

static void
units(void)
{
    is_unit("°C", true, "degC", "a unit can be read in ASCII");
    is_unit("µm", true, "um", "... small ones");
    is_unit("m/s²", true, "m/s2", "... powers");
    is_unit("kΩ·m⁻¹", true, "kohm.m-1", "... many signs");
    is_unit("°C", false, "°C", "elsewhere it stays as it is");
    is_unit("\u20ac/h", true, "\\u{20ac}/h", "what ASCII has no word for");
    is_unit("\x1b[2J\xc2", true, "\\u{1b}[2J\\xc2", "it is safe");
}

static void
logging(void)
{
    char got[200] = "";
    int ends[2], stderr_copy = dup(STDERR_FILENO);

    if (stderr_copy < 0 || pipe(ends) != 0)
        abort();
    (void) dup2(ends[1], STDERR_FILENO);
    log_line("no model named \"%s\"", "\x1b[2J\n");
    log_name("vigia-serve");
    log_line("%d%%", 5);
    (void) close(STDERR_FILENO);
    errno = ENOENT;
    log_line("nobody reads this");
    is_int(errno, ENOENT, "a message leaves errno alone");
    (void) dup2(stderr_copy, STDERR_FILENO);
    ok(read(ends[0], got, sizeof got - 1) > 0, "messages go to stderr");
    is_str(got,
           "vigia: no model named \"\\u{1b}[2J\\u{0a}\"\n"
           "vigia-serve: 5%\n",
           "a message is one safe line behind the program's name");
    (void) close(ends[0]);
    (void) close(ends[1]);
    (void) close(stderr_copy);
}

/* A mark goes with its character, an escape as a whole. */
static void
test_ends(void)
{
    static const char *const s = "ae\xcc\x81z\\u{200d}y\\x9b";
    struct buf b = {0};

    ok(text_head(s, 2) == 4, "a head has the marks of its last character");
    ok(text_head(s, 10) == 5, "... and no part of an escape");
    ok(text_head(s, 11) == 13, "... but all of it");
    is_str(s + text_tail(s, 5), "y\\x9b", "a tail has whole escapes");
    is_str(s + text_tail(s, 4), "\\x9b", "... the last one, too");
    is_str(s + text_tail(s, 3), "", "... or none");
    is_str(s + text_tail(s, 14), "z\\u{200d}y\\x9b",
           "... and no mark whose character is gone");
    is_str(s + text_tail(s, 99), s, "... or is the whole text");
    text_fit(&b, s, 8, TEXT_LEFT, false);
    is_str(buf_text(&b), "ae\xcc\x81z…    ", "a cut is before an escape");
    buf_clear(&b);
    text_ends(&b, s, 1, 6, false);
    is_str(buf_text(&b), "a…\\x9b", "a middle is left out between escapes");
    buf_clear(&b);
    text_ends(&b, "collects.csv", 3, 9, true);
    is_str(buf_text(&b), "col~s.csv", "... with another sign in ASCII");
    buf_clear(&b);
    text_ends(&b, "collects.csv", 0, 1, false);
    is_str(buf_text(&b), "…", "... which may be all");
    buf_clear(&b);
    text_ends(&b, "a.csv", 2, 5, false);
    is_str(buf_text(&b), "a.csv", "... and is not where all of it fits");
    buf_free(&b);
}

int
main(void)
{
    safety();
    every_pair();
    plain_ends();
    decoding();
    columns();
    lines();
    matching();
    nearness();
    units();
    logging();
    test_ends();
    return done_testing();
}
