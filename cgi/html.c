/* SPDX-License-Identifier: Apache-2.0 */
/* Escaping for HTML. */
#include "cgi/html.h"

#include <stdbool.h>
#include <string.h>

#include "base/buf.h"
#include "base/json.h"

static void
add_char(struct buf *out, char c)
{
    switch (c) {
    case '&':
        buf_str(out, "&amp;");
        break;
    case '<':
        buf_str(out, "&lt;");
        break;
    case '>':
        buf_str(out, "&gt;");
        break;
    case '"':
        buf_str(out, "&quot;");
        break;
    default:
        buf_char(out, c);
    }
}

void
html_add(struct buf *out, const char *s)
{
    for (; *s; s++)
        add_char(out, *s);
}

void
html_path(struct buf *out, const char *s)
{
    for (; *s; s++) {
        add_char(out, *s);
        if (*s == '/')
            buf_str(out, "<wbr>");
    }
}

void
html_prose(struct buf *out, const char *s)
{
    static const struct {
        const char *mark, *open, *close;
    } marks[] = {
        {"`",    "<code>",    "</code>"  },
        {"**",   "<strong>",  "</strong>"},
        {"\n\n", "</p>\n<p>", "</p>\n<p>"},
    };
    enum { MARKS = sizeof marks / sizeof *marks };
    bool on[MARKS] = {false};

    while (*s) {
        size_t i = 0;

        while (i < MARKS && strncmp(s, marks[i].mark, strlen(marks[i].mark)))
            i++;
        if (i == MARKS) {
            add_char(out, *s++);
            continue;
        }
        buf_str(out, on[i] ? marks[i].close : marks[i].open);
        on[i] = !on[i];
        s += strlen(marks[i].mark);
    }
}

static void
put_value(struct json_out *out, const struct json *value)
{
    struct json_walk it = {0};

    switch (json_type(value)) {
    case JSON_NULL:
        json_put_null(out);
        break;
    case JSON_BOOL:
        json_put_bool(out, json_bool(value));
        break;
    case JSON_NUMBER:
        json_put_number(out, json_number(value));
        break;
    case JSON_STRING:
        json_put_text(out, json_text(value));
        break;
    case JSON_ARRAY:
        json_open(out, '[');
        for (size_t i = 0; i < json_count(value); i++)
            put_value(out, json_at(value, i));
        json_close(out, ']');
        break;
    case JSON_OBJECT:
        json_open(out, '{');
        while (json_next(value, &it)) {
            json_key(out, it.key);
            put_value(out, it.value);
        }
        json_close(out, '}');
        break;
    }
}

void
html_value(struct buf *out, const struct json *value)
{
    struct buf text = {0};
    struct json_out json = {.buf = &text};

    put_value(&json, value);
    html_add(out, buf_text(&text));
    buf_free(&text);
}

void
html_word(struct buf *out, const struct json *value)
{
    if (json_type(value) == JSON_STRING)
        html_add(out, json_text(value));
    else
        html_value(out, value);
}
