/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The quick way is straight through the bytes; only when one of them is not
 * as it should be are tokens looked at, to say what stands there instead.
 */
#include "base/json_pull.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "base/buf.h"
#include "base/json_scan.h"
#include "base/number.h"
#include "base/text.h"

/* ---- what stands there ---- */

static inline void
blanks(struct json_pull *p)
{
    const char *s = p->at;

    while (s < p->end && json_blank(*s))
        s++;
    p->at = s;
}

/* The next byte that is no blank; NUL, which no text has, at the end. */
static inline char
peek(struct json_pull *p)
{
    blanks(p);
    return p->at < p->end ? *p->at : '\0';
}

/* Refuses what stands where words say what is wanted. */
static enum err
refuse(const struct json_pull *p, const char *words)
{
    return json_refuse(p->text, INSTEAD, words, token_next(p->at, p->end));
}

/* Refuses at a byte, which is not shown. */
static enum err
refuse_byte(const struct json_pull *p, const char *at, const char *words)
{
    return json_refuse(p->text, START, words, (struct token){at, 0});
}

enum err
json_pull_begin(struct json_pull *p, const char *text, size_t len)
{
    enum err e = json_check(text, len);

    if (e == ERR_OK)
        *p = (struct json_pull){text, text, text + len};
    return e;
}

enum err
json_pull_end(struct json_pull *p)
{
    return peek(p) == '\0' ? ERR_OK : refuse(p, WANT_END);
}

enum err
json_pull_type(struct json_pull *p, enum json_type *type)
{
    static const struct {
        const char *word;
        enum json_type type;
    } words[] = {
        {"true",  JSON_BOOL},
        {"false", JSON_BOOL},
        {"null",  JSON_NULL},
    };
    char c = peek(p);
    struct token t;

    if (c == '"' || c == '{' || c == '[') {
        *type = c == '"' ? JSON_STRING : c == '{' ? JSON_OBJECT : JSON_ARRAY;
        return ERR_OK;
    }
    if (c == '-' || (c >= '0' && c <= '9')) {
        *type = JSON_NUMBER;
        return ERR_OK;
    }
    t = token_next(p->at, p->end);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (!token_is(t, words[i].word))
            continue;
        *type = words[i].type;
        return ERR_OK;
    }
    return refuse(p, WANT_VALUE);
}

/* ---- values ---- */

enum err
json_pull_open(struct json_pull *p, char bracket)
{
    if (peek(p) != bracket)
        return refuse(p, bracket == '{' ? "'{' expected" : "'[' expected");
    p->at++;
    return ERR_OK;
}

enum err
json_pull_item(struct json_pull *p, size_t i, bool *more)
{
    char c = peek(p);

    *more = c != ']';
    if (*more && i > 0 && c != ',')
        return refuse(p, WANT_COMMA);
    if (!*more || i > 0)
        p->at++;
    return ERR_OK;
}

enum err
json_pull_member(struct json_pull *p, size_t i, struct json_raw *key,
                 bool *more)
{
    char c = peek(p);
    enum err e;

    *more = c != '}';
    if (!*more) {
        p->at++;
        return ERR_OK;
    }
    if (i > 0 && c != ',')
        return refuse(p, "',' or '}' expected");
    p->at += i > 0;
    if (peek(p) != '"')
        return refuse(p, i > 0 ? "a key in quotes expected"
                               : "a key in quotes or '}' expected");
    e = json_pull_text(p, key);
    if (e != ERR_OK)
        return e;
    if (peek(p) != ':')
        return refuse(p, "':' expected");
    p->at++;
    return ERR_OK;
}

enum err
json_pull_twice(const struct json_pull *p, const struct json_raw *key)
{
    struct token t = {key->at - 1, key->len + 2}; /* with its quotes */

    return json_refuse(p->text, NAMED, WANT_NEW_KEY, t);
}

static bool
may_follow(char c)
{
    return c == ',' || c == ']' || c == '}' || json_blank(c);
}

enum err
json_pull_number(struct json_pull *p, double *v)
{
    struct token t;
    size_t n;

    blanks(p);
    n = number_scan(p->at, p->end, NUMBER_JSON, v);
    if (n > 0 && isfinite(*v)
        && (p->at + n == p->end || may_follow(p->at[n]))) {
        p->at += n;
        return ERR_OK;
    }
    t = token_next(p->at, p->end);
    if (n == 0 || n < t.len) /* "-", "1x" */
        return json_refuse(p->text, INSTEAD, WANT_VALUE, t);
    if (!isfinite(*v))
        return json_refuse(p->text, NAMED,
                           "a number beyond the range of a double", t);
    p->at += n; /* what follows is for the caller to refuse */
    return ERR_OK;
}

/* ---- texts ---- */

/* The four digits of \uXXXX; false when they are none. */
static bool
hex4(const char *s, const char *end, unsigned *code)
{
    *code = 0;
    if (end - s < 4)
        return false;
    for (int i = 0; i < 4; i++) {
        char c = s[i];
        int digit = c >= '0' && c <= '9'   ? c - '0'
                    : c >= 'a' && c <= 'f' ? c - 'a' + 10
                    : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                           : -1;

        if (digit < 0)
            return false;
        *code = *code << 4 | (unsigned) digit; /* 0 to 15 */
    }
    return true;
}

/* The escape that begins at s: what it means, how many bytes it has. */
struct escape {
    unsigned code;
    size_t len;
    const char *fault; /* NULL: none */
};

static struct escape
read_escape(const char *s, const char *end)
{
    static const char letters[] = "\"\"\\\\//b\bf\fn\nr\rt\t";
    struct escape x = {.len = 2};
    unsigned low;

    for (const char *l = letters; end - s > 1 && *l; l += 2) {
        x.code = (unsigned char) l[1];
        if (s[1] == *l)
            return x;
    }
    x.len = 6;
    if (end - s < 2 || s[1] != 'u' || !hex4(s + 2, end, &x.code)) {
        x.fault = "an escape that JSON does not know";
    } else if (x.code == 0) {
        x.fault = "\\u0000 is not allowed in a text";
    } else if (x.code >= 0xd800 && x.code < 0xe000) {
        if (x.code < 0xdc00 && end - s >= 12 && s[6] == '\\' && s[7] == 'u'
            && hex4(s + 8, end, &low) && low >= 0xdc00 && low < 0xe000) {
            x.code = 0x10000 + ((x.code - 0xd800) << 10) + (low - 0xdc00);
            x.len = 12;
        } else {
            x.fault = "half of a surrogate pair";
        }
    }
    return x;
}

/* Passes over what no quick loop can: an escape, a character above ASCII. */
static enum err
odd_bytes(const struct json_pull *p, const char **s, bool *escaped)
{
    unsigned char c = (unsigned char) **s;
    struct escape x;
    unsigned code;
    size_t n;

    if (c == '\\') {
        x = read_escape(*s, p->end);
        if (x.fault)
            return refuse_byte(p, *s, x.fault);
        *escaped = true;
        *s += x.len;
        return ERR_OK;
    }
    if (c < ' ')
        return refuse_byte(p, *s,
                           c == '\n' ? "a line break inside a text"
                                     : "a control character inside a text");
    n = text_decode(*s, p->end, &code);
    if (n == 0)
        return refuse_byte(p, *s, "a byte that is not UTF-8");
    *s += n;
    return ERR_OK;
}

enum err
json_pull_text(struct json_pull *p, struct json_raw *text)
{
    const char *s;
    bool escaped = false;
    enum err e;

    if (peek(p) != '"')
        return refuse(p, "a text in quotes expected");
    s = p->at + 1;
    for (;;) {
        s = text_plain_end(s, p->end);
        if (s == p->end)
            return refuse_byte(p, p->at, "a text without its closing quote");
        if (*s == '"')
            break;
        e = odd_bytes(p, &s, &escaped);
        if (e != ERR_OK)
            return e;
    }
    *text = (struct json_raw){p->at + 1, (size_t) (s - p->at - 1), escaped};
    p->at = s + 1;
    return ERR_OK;
}

static void
add_character(struct buf *out, unsigned code)
{
    if (code < 0x80) {
        buf_char(out, (char) code);
        return;
    }
    if (code < 0x800) {
        buf_char(out, (char) (0xc0 | code >> 6));
    } else {
        if (code < 0x10000) {
            buf_char(out, (char) (0xe0 | code >> 12));
        } else {
            buf_char(out, (char) (0xf0 | code >> 18));
            buf_char(out, (char) (0x80 | (code >> 12 & 0x3f)));
        }
        buf_char(out, (char) (0x80 | (code >> 6 & 0x3f)));
    }
    buf_char(out, (char) (0x80 | (code & 0x3f)));
}

void
json_raw_text(const struct json_raw *raw, struct buf *out)
{
    const char *s = raw->at, *end = raw->at + raw->len;

    while (s < end) {
        const char *escape = memchr(s, '\\', (size_t) (end - s));
        const char *stop = escape ? escape : end;
        struct escape x;

        buf_add(out, s, (size_t) (stop - s)); /* stop is not before s */
        if (!escape)
            break;
        x = read_escape(escape, end);
        add_character(out, x.code);
        s = escape + x.len;
    }
}

bool
json_raw_is(const struct json_raw *raw, const char *word)
{
    struct buf text = {0};
    bool same;

    if (!raw->escaped) /* most differ in their first byte: no call for them */
        return (raw->len == 0 || *raw->at == *word)
               && strncmp(raw->at, word, raw->len) == 0
               && word[raw->len] == '\0';
    json_raw_text(raw, &text);
    same = strcmp(buf_text(&text), word) == 0;
    buf_free(&text);
    return same;
}

/* ---- any value ---- */

/* Reads a number, a text or a word. */
static enum err
skip_plain(struct json_pull *p, enum json_type type)
{
    struct json_raw text;
    double v;

    if (type == JSON_NUMBER)
        return json_pull_number(p, &v);
    if (type == JSON_STRING)
        return json_pull_text(p, &text);
    p->at = token_end(token_next(p->at, p->end));
    return ERR_OK;
}

enum err
json_pull_skip(struct json_pull *p)
{
    size_t counts[JSON_DEPTH_MAX]; /* items read, by depth */
    bool objects[JSON_DEPTH_MAX];
    size_t depth = 0;
    enum err e;

    do {
        bool more = true;
        struct json_raw key;
        enum json_type type;

        if (depth > 0) {
            size_t i = counts[depth - 1]++;

            e = objects[depth - 1] ? json_pull_member(p, i, &key, &more)
                                   : json_pull_item(p, i, &more);
            if (e != ERR_OK)
                return e;
        }
        if (!more) {
            depth--;
            continue;
        }
        e = json_pull_type(p, &type);
        if (e != ERR_OK)
            return e;
        if (type != JSON_OBJECT && type != JSON_ARRAY) {
            e = skip_plain(p, type);
            if (e != ERR_OK)
                return e;
            continue;
        }
        if (depth == JSON_DEPTH_MAX)
            return err_set(ERR_DATA, "nested more than %d levels deep",
                           JSON_DEPTH_MAX);
        p->at++;
        counts[depth] = 0;
        objects[depth++] = type == JSON_OBJECT;
    } while (depth > 0);
    return ERR_OK;
}
