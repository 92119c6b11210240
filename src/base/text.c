/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Text from outside. No locale is asked: the bytes are taken as UTF-8, and
 * what is hidden, wide or combining is looked up in the tables below, so a
 * service under LANG=C shows and measures the same as a terminal does.
 */
#include "base/text.h"

#include <string.h>

#include "base/buf.h"

struct range {
    unsigned first, last;
};

#define COUNT(table) (sizeof(table) / sizeof *(table))

/* clang-format off */

/*
 * What a reader cannot see or what acts on its neighbours: controls (Cc),
 * format characters (Cf), line and paragraph separators (Zl, Zp), and those
 * Unicode calls default ignorable (fillers, selectors, tags).
 */
static const struct range hidden[] = {
    {0x0000, 0x001f}, {0x007f, 0x009f}, {0x00ad, 0x00ad}, {0x034f, 0x034f},
    {0x0600, 0x0605}, {0x061c, 0x061c}, {0x06dd, 0x06dd}, {0x070f, 0x070f},
    {0x0890, 0x0891}, {0x08e2, 0x08e2}, {0x115f, 0x1160}, {0x17b4, 0x17b5},
    {0x180b, 0x180f}, {0x200b, 0x200f}, {0x2028, 0x202e}, {0x2060, 0x206f},
    {0x3164, 0x3164}, {0xfe00, 0xfe0f}, {0xfeff, 0xfeff}, {0xffa0, 0xffa0},
    {0xfff0, 0xfffb}, {0x110bd, 0x110bd}, {0x110cd, 0x110cd},
    {0x13430, 0x1343f}, {0x1bca0, 0x1bca3}, {0x1d173, 0x1d17a},
    {0xe0000, 0xe0fff},
};

/*
 * Marks that stand on the character before them, for the scripts a plant is
 * likely to write: Latin, Cyrillic, Hebrew, Arabic, Indic, Thai, Lao, Korean
 * and Japanese. A mark of another script counts as one column.
 */
static const struct range combining[] = {
    {0x0300, 0x036f}, {0x0483, 0x0489}, {0x0591, 0x05bd}, {0x05bf, 0x05bf},
    {0x05c1, 0x05c2}, {0x05c4, 0x05c5}, {0x05c7, 0x05c7}, {0x0610, 0x061a},
    {0x064b, 0x065f}, {0x0670, 0x0670}, {0x06d6, 0x06dc}, {0x06df, 0x06e4},
    {0x06e7, 0x06e8}, {0x06ea, 0x06ed}, {0x08ca, 0x08e1}, {0x08e3, 0x0902},
    {0x093a, 0x093a}, {0x093c, 0x093c}, {0x0941, 0x0948}, {0x094d, 0x094d},
    {0x0951, 0x0957}, {0x0962, 0x0963}, {0x0981, 0x0981}, {0x09bc, 0x09bc},
    {0x09c1, 0x09c4}, {0x09cd, 0x09cd}, {0x09e2, 0x09e3}, {0x09fe, 0x0a02},
    {0x0a3c, 0x0a3c}, {0x0a41, 0x0a51}, {0x0a70, 0x0a71}, {0x0a75, 0x0a75},
    {0x0a81, 0x0a82}, {0x0abc, 0x0abc}, {0x0ac1, 0x0ac8}, {0x0acd, 0x0acd},
    {0x0b3c, 0x0b3c}, {0x0b3f, 0x0b3f}, {0x0b41, 0x0b44}, {0x0b4d, 0x0b56},
    {0x0b82, 0x0b82}, {0x0bc0, 0x0bc0}, {0x0bcd, 0x0bcd}, {0x0c3e, 0x0c40},
    {0x0c46, 0x0c56}, {0x0cbc, 0x0cbc}, {0x0ccc, 0x0ccd}, {0x0d41, 0x0d44},
    {0x0d4d, 0x0d4d}, {0x0e31, 0x0e31}, {0x0e34, 0x0e3a}, {0x0e47, 0x0e4e},
    {0x0eb1, 0x0eb1}, {0x0eb4, 0x0ebc}, {0x0ec8, 0x0ecd}, {0x1161, 0x11ff},
    {0x1ab0, 0x1ace}, {0x1dc0, 0x1dff}, {0x20d0, 0x20f0}, {0x302a, 0x302d},
    {0x3099, 0x309a}, {0xfe20, 0xfe2f},
};

/* East Asian Wide and Fullwidth, which includes the emoji. */
static const struct range wide[] = {
    {0x1100, 0x115f}, {0x231a, 0x231b}, {0x2329, 0x232a}, {0x23e9, 0x23ec},
    {0x23f0, 0x23f0}, {0x23f3, 0x23f3}, {0x25fd, 0x25fe}, {0x2614, 0x2615},
    {0x2648, 0x2653}, {0x267f, 0x267f}, {0x2693, 0x2693}, {0x26a1, 0x26a1},
    {0x26aa, 0x26ab}, {0x26bd, 0x26be}, {0x26c4, 0x26c5}, {0x26ce, 0x26ce},
    {0x26d4, 0x26d4}, {0x26ea, 0x26ea}, {0x26f2, 0x26f3}, {0x26f5, 0x26f5},
    {0x26fa, 0x26fa}, {0x26fd, 0x26fd}, {0x2705, 0x2705}, {0x270a, 0x270b},
    {0x2728, 0x2728}, {0x274c, 0x274c}, {0x274e, 0x274e}, {0x2753, 0x2755},
    {0x2757, 0x2757}, {0x2795, 0x2797}, {0x27b0, 0x27b0}, {0x27bf, 0x27bf},
    {0x2b1b, 0x2b1c}, {0x2b50, 0x2b50}, {0x2b55, 0x2b55}, {0x2e80, 0x303e},
    {0x3041, 0x3247}, {0x3250, 0x4dbf}, {0x4e00, 0xa4c6}, {0xa960, 0xa97c},
    {0xac00, 0xd7a3}, {0xf900, 0xfad9}, {0xfe10, 0xfe19}, {0xfe30, 0xfe6b},
    {0xff01, 0xff60}, {0xffe0, 0xffe6}, {0x16fe0, 0x1b2fb},
    {0x1f004, 0x1f004}, {0x1f0cf, 0x1f0cf}, {0x1f18e, 0x1f18e},
    {0x1f191, 0x1f19a}, {0x1f200, 0x1f320}, {0x1f32d, 0x1f335},
    {0x1f337, 0x1f37c}, {0x1f37e, 0x1f393}, {0x1f3a0, 0x1f3ca},
    {0x1f3cf, 0x1f3d3}, {0x1f3e0, 0x1f3f0}, {0x1f3f4, 0x1f3f4},
    {0x1f3f8, 0x1f43e}, {0x1f440, 0x1f440}, {0x1f442, 0x1f4fc},
    {0x1f4ff, 0x1f53d}, {0x1f54b, 0x1f54e}, {0x1f550, 0x1f567},
    {0x1f57a, 0x1f57a}, {0x1f595, 0x1f596}, {0x1f5a4, 0x1f5a4},
    {0x1f5fb, 0x1f64f}, {0x1f680, 0x1f6c5}, {0x1f6cc, 0x1f6cc},
    {0x1f6d0, 0x1f6d2}, {0x1f6d5, 0x1f6df}, {0x1f6eb, 0x1f6ec},
    {0x1f6f4, 0x1f6fc}, {0x1f7e0, 0x1f7f0}, {0x1f90c, 0x1f93a},
    {0x1f93c, 0x1f945}, {0x1f947, 0x1f9ff}, {0x1fa70, 0x1faf6},
    {0x20000, 0x3fffd},
};

/* clang-format on */

enum { DISTANCE_MAX = 128 };

static bool
within(unsigned code, const struct range *ranges, size_t count)
{
    size_t low = 0;

    while (low < count) {
        size_t mid = low + (count - low) / 2;

        if (code < ranges[mid].first)
            count = mid;
        else if (code > ranges[mid].last)
            low = mid + 1;
        else
            return true;
    }
    return false;
}

void
text_safe(struct buf *out, const char *s, size_t len, bool ascii)
{
    const char *end = s + len;

    for (;;) {
        const char *run = s;
        unsigned code = 0;
        size_t n;

        s = text_plain_end(s, end);
        buf_add(out, run, (size_t) (s - run)); /* s never goes back */
        if (s == end)
            return;
        n = text_decode(s, end, &code);
        if (n == 0) {
            unsigned char byte = (unsigned char) *s++; /* for %x */

            buf_printf(out, "\\x%02x", byte);
            continue;
        }
        if ((ascii && code > 0x7e) || within(code, hidden, COUNT(hidden)))
            buf_printf(out, "\\u{%02x}", code);
        else
            buf_add(out, s, n);
        s += n;
    }
}

/* clang-format off */
static const struct unit_sign {
    const char *sign, *ascii;
} unit_signs[] = {
    {"°", "deg"}, {"℃", "degC"}, {"℉", "degF"},
    {"\u00b5", "u"}, {"\u03bc", "u"},     /* micro sign, letter mu */
    {"\u2126", "ohm"}, {"\u03a9", "ohm"}, /* ohm sign, letter omega */
    {"⁰", "0"}, {"¹", "1"}, {"²", "2"}, {"³", "3"}, {"⁴", "4"}, {"⁻", "-"},
    {"−", "-"}, {"·", "."}, {"⋅", "."}, {"×", "x"}, {"‰", "o/oo"},
};
/* clang-format on */

/* The sign with which text begins; NULL: none. */
static const struct unit_sign *
find_sign(const char *text)
{
    for (size_t i = 0; i < COUNT(unit_signs); i++)
        if (strncmp(text, unit_signs[i].sign, strlen(unit_signs[i].sign)) == 0)
            return &unit_signs[i];
    return NULL;
}

void
text_unit(struct buf *out, const char *s, bool ascii)
{
    struct buf plain = {0};

    while (*s) {
        const struct unit_sign *sign = ascii ? find_sign(s) : NULL;

        if (sign)
            buf_str(&plain, sign->ascii);
        else
            buf_char(&plain, *s);
        s += sign ? strlen(sign->sign) : 1;
    }
    text_safe(out, buf_text(&plain), plain.len, ascii);
    buf_free(&plain);
}

static size_t
columns(unsigned code)
{
    if (code < 0x300)
        return 1;
    if (within(code, combining, COUNT(combining)))
        return 0;
    return within(code, wide, COUNT(wide)) ? 2 : 1;
}

/* The bytes of what text_safe() writes for a character: \xNN or \u{NN}; 0: no
 * such thing stands at s. */
static size_t
escape(const char *s)
{
    size_t n = strncmp(s, "\\u{", 3) == 0 ? 3 : strncmp(s, "\\x", 2) ? 0 : 2;
    size_t digits = n ? strspn(s + n, "0123456789abcdef") : 0;

    if (n == 2)
        return digits >= 2 ? n + 2 : 0;
    return digits > 0 && s[n + digits] == '}' ? n + digits + 1 : 0;
}

/* The bytes of the character at s and its columns; a stray byte takes one. */
static size_t
step(const char *s, const char *end, size_t *width)
{
    unsigned code = 0;
    size_t n = *s == '\\' ? escape(s) : 0;

    *width = n;
    if (n > 0)
        return n;
    n = text_decode(s, end, &code);
    *width = n ? columns(code) : 1;
    return n ? n : 1;
}

/* How much of s goes into width columns, with the marks that follow it. */
static size_t
prefix(const char *s, size_t width, size_t *taken)
{
    const char *at = s, *end = s + strlen(s);

    *taken = 0;
    while (at < end) {
        size_t w, n = step(at, end, &w);

        if (*taken + w > width)
            break;
        *taken += w;
        at += n;
    }
    return (size_t) (at - s); /* at never goes back */
}

size_t
text_width(const char *s)
{
    size_t width;

    (void) prefix(s, strlen(s) * 2, &width); /* no byte takes three */
    return width;
}

size_t
text_head(const char *s, size_t width)
{
    return prefix(s, width, &width);
}

size_t
text_tail(const char *s, size_t width)
{
    const char *at = s, *end = s + strlen(s);
    size_t rest = text_width(s), w, n;

    for (; at < end; at += n) {
        n = step(at, end, &w);
        if (rest <= width && (w > 0 || at == s))
            break; /* no mark whose character is gone */
        rest -= w;
    }
    return (size_t) (at - s); /* at never goes back */
}

size_t
text_line(const char *s, size_t width)
{
    size_t taken, len = prefix(s, width, &taken), at = len;
    size_t end = strcspn(s, "\n");

    if (end <= len)
        return end;
    while (at > 0 && s[at] != ' ')
        at--;
    if (at > 0 || len > 0)
        return at > 0 ? at : len; /* or a word longer than the line */
    return step(s, s + strlen(s), &taken);
}

void
text_fit(struct buf *out, const char *s, size_t width, enum text_align align,
         bool ascii)
{
    size_t taken, len = prefix(s, width, &taken);
    bool cut = s[len] != '\0';

    if (width == 0)
        return;
    if (cut)
        len = prefix(s, width - 1, &taken);

    size_t blanks = width - taken - (cut ? 1 : 0);

    for (size_t i = 0; align == TEXT_RIGHT && i < blanks; i++)
        buf_char(out, ' ');
    buf_add(out, s, len);
    if (cut)
        buf_str(out, ascii ? "~" : "…");
    for (size_t i = 0; align == TEXT_LEFT && i < blanks; i++)
        buf_char(out, ' ');
}

void
text_ends(struct buf *out, const char *s, size_t head, size_t width,
          bool ascii)
{
    if (text_width(s) <= width) {
        buf_str(out, s);
        return;
    }
    buf_add(out, s, text_head(s, head));
    buf_str(out, ascii ? "~" : "…");
    buf_str(out, s + text_tail(s, width - head - 1));
}

/*
 * The end of the set that begins behind the '[' at p, NULL when it has none
 * and the bracket stands for itself. *in: whether c belongs to it.
 */
static const char *
match_set(const char *p, char c, bool *in)
{
    unsigned char byte = (unsigned char) c; /* ranges are over bytes */
    bool inverted = *++p == '^' || *p == '!';
    bool found = false;

    if (inverted)
        p++;
    do { /* a ']' in the first place is a member */
        unsigned char low = (unsigned char) *p, high = low; /* as above */

        if (*p == '\0')
            return NULL;
        if (p[1] == '-' && p[2] != ']' && p[2] != '\0') {
            high = (unsigned char) p[2]; /* as above */
            p += 2;
        }
        if (byte >= low && byte <= high)
            found = true;
        p++;
    } while (*p != ']');
    *in = found != inverted;
    return p + 1;
}

/* What follows the one element at p when it takes c; NULL when it does not. */
static const char *
match_one(const char *p, char c)
{
    bool in = false;

    if (*p == '?')
        return p + 1;
    if (*p == '[') {
        const char *rest = match_set(p, c, &in);

        if (rest)
            return in ? rest : NULL;
    }
    return *p == c ? p + 1 : NULL;
}

/*
 * Only the last star is ever tried again, one byte further on: what an
 * earlier star took can stay as it is, so no pattern takes exponential time.
 */
bool
text_match(const char *pattern, const char *s)
{
    const char *star = NULL, *retry = NULL;

    while (*s) {
        if (*pattern == '*') {
            star = ++pattern;
            retry = s;
            continue;
        }

        const char *next = *pattern ? match_one(pattern, *s) : NULL;

        if (next) {
            pattern = next;
            s++;
        } else if (star) {
            pattern = star;
            s = ++retry;
        } else {
            return false;
        }
    }
    while (*pattern == '*')
        pattern++;
    return *pattern == '\0';
}

static char
lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char) (c | 0x20) : c; /* stays ASCII */
}

static size_t
min3(size_t a, size_t b, size_t c)
{
    size_t least = a < b ? a : b;

    return least < c ? least : c;
}

/*
 * The optimal string alignment, row by row: row[j] is the distance of the
 * first i bytes of a and the first j of b, and a swap looks back two rows.
 */
size_t
text_distance(const char *a, const char *b)
{
    size_t rows[3][DISTANCE_MAX + 1];
    size_t *before = rows[0], *above = rows[1], *row = rows[2];
    size_t a_len = strnlen(a, DISTANCE_MAX), b_len = strnlen(b, DISTANCE_MAX);

    for (size_t j = 0; j <= b_len; j++)
        row[j] = j;
    for (size_t i = 1; i <= a_len; i++) {
        size_t *spare = before;

        before = above;
        above = row;
        row = spare;
        row[0] = i;
        for (size_t j = 1; j <= b_len; j++) {
            char x = lower(a[i - 1]), y = lower(b[j - 1]);

            row[j] =
                min3(above[j] + 1, row[j - 1] + 1, above[j - 1] + (x != y));
            if (i > 1 && j > 1 && x == lower(b[j - 2]) && lower(a[i - 2]) == y
                && before[j - 2] + 1 < row[j])
                row[j] = before[j - 2] + 1;
        }
    }
    return row[b_len];
}

const char *
text_nearest(const char *word, const char *const *candidates)
{
    size_t len = strlen(word);
    size_t limit = len < 6 ? 1 : len / 3;
    const char *nearest = NULL;

    for (; *candidates; candidates++) {
        size_t distance = text_distance(word, *candidates);

        if (distance <= limit) {
            nearest = *candidates;
            if (distance == 0)
                break;
            limit = distance - 1;
        }
    }
    return nearest;
}
