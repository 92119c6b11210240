/* SPDX-License-Identifier: Apache-2.0 */
/* A pair ends where the name of the next one begins, and that is the word
 * before the next "=" outside of quotes. */
#include "tui/request.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/json.h"
#include "base/leaves.h"
#include "base/number.h"

/* Pieces of the text that is read. */
struct piece {
    const char *at;
    size_t len;
    bool quoted; /* len is without the quotes, at behind the first */
};

static bool
is_between(char c)
{
    return c == ' ' || c == ',' || c == ';';
}

static const char *
skip(const char *at)
{
    while (is_between(*at))
        at++;
    return at;
}

/* A quoted piece, if one begins at *at, which goes behind it; false: its end
 * is missing. */
static bool
take_quoted(const char **at, struct piece *out)
{
    const char *end;

    *out = (struct piece){.at = *at};
    if (**at != '"' && **at != '\'')
        return true;
    end = strchr(*at + 1, **at);
    if (!end)
        return false;
    *out = (struct piece){*at + 1, (size_t) (end - *at - 1), true}; /* > 0 */
    *at = end + 1;
    return true;
}

/* A name and its "="; *at goes behind that. false: it is none. */
static bool
take_name(const char **at, struct piece *out)
{
    const char *end = *at;

    if (!take_quoted(&end, out))
        return false;
    if (!out->quoted) {
        out->len = strcspn(end, " =");
        end += out->len;
    }
    end += strspn(end, " ");
    if (*end != '=' || out->len == 0)
        return false;
    *at = end + 1;
    return true;
}

/* A value without quotes; *at goes to the name behind it, or to the end. */
static void
take_plain(const char **at, struct piece *out)
{
    const char *end = *at;
    struct piece next;

    *out = (struct piece){.at = *at};
    for (; *end; end++) {
        const char *name = end;

        if ((end == *at || is_between(end[-1])) && take_name(&name, &next))
            break;
    }
    out->len = (size_t) (end - *at); /* end >= at */
    *at = end;
    while (out->len > 0 && is_between(out->at[out->len - 1]))
        out->len--;
}

static void
put_value(struct json_out *out, const struct piece *value)
{
    char *text = xstrndup(value->at, value->len);
    double number;

    if (value->len == 0 && !value->quoted)
        json_put_null(out);
    else if (!value->quoted
             && number_read(text, value->len, NUMBER_LOOSE, &number) == ERR_OK)
        json_put_number(out, number);
    else
        json_put_text(out, text);
    free(text);
}

static int
shown(size_t len)
{
    return (int) (len < 40 ? len : 40);
}

/* The pair at *at, which goes behind it. */
static enum err
read_pair(const char **at, struct leaves *names, struct json_out *out)
{
    const char *from = *at;
    struct piece name, value;
    char *key;

    if (!take_name(at, &name))
        return err_set(ERR_DATA, "\"%.*s\" is no name=value, nor is it JSON",
                       shown(strcspn(from, " ")), from);
    *at += strspn(*at, " ");
    if (!take_quoted(at, &value))
        return err_set(ERR_DATA, "the value of %.*s has no closing quote",
                       shown(name.len), name.at);
    if (!value.quoted)
        take_plain(at, &value);
    key = xstrndup(name.at, name.len);
    if (leaves_find(names, key)) {
        free(key);
        return err_set(ERR_DATA, "%.*s has two values", shown(name.len),
                       name.at);
    }
    json_key(out, key);
    put_value(out, &value);
    leaves_put_text(names, key, key);
    return ERR_OK;
}

enum err
request_read(const char *text, struct buf *json)
{
    struct json_out out = {.buf = json};
    const char *first = text + strspn(text, " ");
    struct leaves names = {0};
    enum err e = ERR_OK;

    if (*first == '{' || *first == '[') {
        buf_str(json, first);
        return ERR_OK;
    }
    json_open(&out, '{');
    for (first = skip(first); e == ERR_OK && *first; first = skip(first))
        e = read_pair(&first, &names, &out);
    json_close(&out, '}');
    leaves_free(&names);
    if (e == ERR_OK)
        err_clear(); /* of what was no number */
    return e;
}
