/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON out: the writer, the canonical form and the escaping of texts. What
 * is written is safe to show on a terminal: everything that could move or
 * reorder what stands there is written as an escape.
 */
#include "base/json.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/number.h"
#include "base/text.h"

/* ---- texts ---- */

/* Besides what JSON itself wants escaped; in order. */
static const struct {
    unsigned first, last;
} unsafe[] = {
    {0x00,   0x1f  }, /* C0 */
    {0x7f,   0x9f  }, /* DEL and C1 */
    {0x061c, 0x061c}, /* Arabic letter mark */
    {0x200e, 0x200f}, /* left-to-right and right-to-left marks */
    {0x2028, 0x202e}, /* line and paragraph ends, bidi embeddings */
    {0x2066, 0x2069}, /* bidi isolates */
};

static bool
is_unsafe(unsigned code)
{
    for (size_t i = 0; i < sizeof unsafe / sizeof *unsafe; i++)
        if (code <= unsafe[i].last)
            return code >= unsafe[i].first;
    return false;
}

/* The letter of the short escape, 0 when there is none. */
static char
escape_letter(unsigned code)
{
    static const char letters[128] = {
        ['"'] = '"',  ['\\'] = '\\', ['\b'] = 'b', ['\f'] = 'f',
        ['\n'] = 'n', ['\r'] = 'r',  ['\t'] = 't',
    };

    return code < sizeof letters ? letters[code] : '\0';
}

/* What begins at s and is not itself, written as it must be; returns its
 * bytes. */
static size_t
escape(struct buf *out, const char *s, const char *end)
{
    unsigned code;
    size_t n = text_decode(s, end, &code);

    if (n == 0)
        buf_str(out, "\xef\xbf\xbd");
    else if (escape_letter(code))
        buf_printf(out, "\\%c", escape_letter(code));
    else if (is_unsafe(code))
        buf_printf(out, "\\u%04x", code);
    else
        buf_add(out, s, n);
    return n ? n : 1;
}

void
json_quote(struct buf *out, const char *s, size_t len)
{
    const char *end = s + len;

    buf_reserve(out, len + 2); /* enough for nearly all */
    buf_char(out, '"');
    for (;;) {
        const char *run = s;

        s = text_plain_end(s, end);
        buf_add(out, run, (size_t) (s - run)); /* s never goes back */
        if (s == end)
            break;
        s += escape(out, s, end);
    }
    buf_char(out, '"');
}

void
json_pointer(struct buf *out, const char *key)
{
    buf_char(out, '/');
    for (; *key; key++) {
        if (*key == '~')
            buf_str(out, "~0");
        else if (*key == '/')
            buf_str(out, "~1");
        else
            buf_char(out, *key);
    }
}

/* ---- the canonical form ---- */

static int
compare_keys(const void *a, const void *b)
{
    const struct json_walk *x = a, *y = b;

    return strcmp(x->key, y->key); /* by bytes, as unsigned */
}

static void
canonical_object(const struct json *object, struct buf *out)
{
    size_t count = json_count(object), n = 0;
    struct json_walk *members = xcalloc(count, sizeof *members);
    struct json_walk walk = {0};

    while (json_next(object, &walk))
        members[n++] = walk;
    qsort(members, n, sizeof *members, compare_keys);
    buf_char(out, '{');
    for (size_t i = 0; i < n; i++) {
        if (i > 0)
            buf_char(out, ',');
        json_quote(out, members[i].key, strlen(members[i].key));
        buf_char(out, ':');
        json_canonical(members[i].value, out);
    }
    buf_char(out, '}');
    free(members);
}

static void
canonical_array(const struct json *array, struct buf *out)
{
    size_t n = json_count(array);

    buf_char(out, '[');
    for (size_t i = 0; i < n; i++) {
        if (i > 0)
            buf_char(out, ',');
        json_canonical(json_at(array, i), out);
    }
    buf_char(out, ']');
}

/* Values come from json_parse() only, so they are never nested too deeply. */
void
json_canonical(const struct json *value, struct buf *out)
{
    switch (json_type(value)) {
    case JSON_NULL:
        buf_str(out, "null");
        break;
    case JSON_BOOL:
        buf_str(out, json_bool(value) ? "true" : "false");
        break;
    case JSON_NUMBER:
        number_add(out, json_number(value));
        break;
    case JSON_STRING:
        json_quote(out, json_text(value), strlen(json_text(value)));
        break;
    case JSON_ARRAY:
        canonical_array(value, out);
        break;
    case JSON_OBJECT:
        canonical_object(value, out);
        break;
    }
}

/* ---- the writer ---- */

/* The comma before an item of an array or a key of an object. */
static void
separate(struct json_out *out)
{
    if (out->depth > 0 && out->comma[out->depth])
        buf_char(out->buf, ',');
    out->comma[out->depth] = true;
}

/* What comes before every value. */
static void
begin_value(struct json_out *out)
{
    bool in_object = out->depth > 0 && out->close[out->depth] == '}';

    assert(in_object == out->keyed);
    if (!in_object)
        separate(out);
    out->keyed = false;
}

void
json_open(struct json_out *out, char bracket)
{
    assert(bracket == '{' || bracket == '[');
    assert(out->depth < JSON_DEPTH_MAX);
    begin_value(out);
    out->depth++;
    out->close[out->depth] = bracket == '{' ? '}' : ']';
    out->comma[out->depth] = false;
    buf_char(out->buf, bracket);
}

void
json_close(struct json_out *out, char bracket)
{
    assert(out->depth > 0);
    assert(out->close[out->depth] == bracket);
    assert(!out->keyed);
    out->depth--;
    buf_char(out->buf, bracket);
}

void
json_key(struct json_out *out, const char *key)
{
    assert(out->depth > 0 && out->close[out->depth] == '}');
    assert(!out->keyed);
    separate(out);
    json_quote(out->buf, key, strlen(key));
    buf_char(out->buf, ':');
    out->keyed = true;
}

void
json_put_raw(struct json_out *out, const char *json)
{
    begin_value(out);
    buf_str(out->buf, json);
}

void
json_put_members(struct json_out *out, const char *object)
{
    size_t len = strlen(object);

    assert(out->depth > 0 && out->close[out->depth] == '}' && !out->keyed);
    assert(len >= 2 && object[0] == '{' && object[len - 1] == '}');
    if (len == 2)
        return;
    separate(out);
    buf_add(out->buf, object + 1, len - 2);
}

void
json_put_text(struct json_out *out, const char *s)
{
    if (!s) {
        json_put_null(out);
        return;
    }
    begin_value(out);
    json_quote(out->buf, s, strlen(s));
}

void
json_put_number(struct json_out *out, double v)
{
    begin_value(out);
    number_add(out->buf, v);
}

void
json_put_int(struct json_out *out, int64_t v)
{
    begin_value(out);
    number_add_int(out->buf, v);
}

void
json_put_bool(struct json_out *out, bool v)
{
    json_put_raw(out, v ? "true" : "false");
}

void
json_put_null(struct json_out *out)
{
    json_put_raw(out, "null");
}

void
json_put_time(struct json_out *out, int64_t us)
{
    char text[CLOCK_TEXT];

    clock_utc(text, us);
    json_put_text(out, text);
}
