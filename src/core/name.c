/* SPDX-License-Identifier: Apache-2.0 */
/* Names. The reserved ones are the first segments of REST paths. */
#include "core/name.h"

#include <stdbool.h>
#include <string.h>

#include "base/buf.h"
#include "base/number.h"
#include "base/text.h"

enum { SHOWN_MAX = 60, VERSION_MAX = (1 << 20) - 1 };

static const char *const reserved[] = {
    "api",
    "model",
    "models",
    "health",
    "metrics",
    "docs",
    "redoc",
    "openapi.json",
    "predict",
    "static",
    "readings",
    "events",
    "alerts",
    "silences",
    "write",
    "invocations",
    "ping",
    "version",
    "login",
    "admin",
    "ui",
    "favicon.ico",
    "robots.txt",
    "optim-exp",
    "optim-nbinomial",
    "optim-stoch-constraint",
};

static bool
is_reserved(const char *name)
{
    if (name[0] == 'v' && name[1] >= '1' && name[1] <= '9' && !name[2])
        return true;
    for (size_t i = 0; i < sizeof reserved / sizeof *reserved; i++)
        if (*name == *reserved[i] && strcmp(name, reserved[i]) == 0)
            return true;
    return false;
}

static bool
may_begin(unsigned char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z')
           || (c >= 'a' && c <= 'z');
}

static bool
may_follow(unsigned char c)
{
    return may_begin(c) || c == '.' || c == '_' || c == ':' || c == '-';
}

enum err
name_check(const char *name)
{
    const char *c = name;

    while (*c && may_follow((unsigned char) *c))
        c++;
    if (*c || !may_begin((unsigned char) *name))
        return err_set(ERR_DATA,
                       "\"%.*s\" cannot be a name: letters, digits and "
                       ". _ : - are allowed, and a letter or digit first",
                       SHOWN_MAX, name);
    if (c - name > NAME_MAX_LEN)
        return err_set(ERR_DATA,
                       "the name \"%.*s...\" is longer than %d characters",
                       SHOWN_MAX, name, NAME_MAX_LEN);
    if (is_reserved(name))
        return err_set(ERR_DATA,
                       "\"%s\" is a reserved word and cannot be a name", name);
    return ERR_OK;
}

enum err
name_map(const char *text, size_t len, struct buf *name)
{
    const char *end = text + len;
    unsigned code;

    buf_clear(name);
    if (len == 0)
        return err_set(ERR_DATA, "an empty text cannot be a name");
    if (!may_begin((unsigned char) *text))
        buf_char(name, 'x');
    while (text < end && name->len <= NAME_MAX_LEN) {
        const char *run = text;
        size_t bytes;

        while (text < end && may_follow((unsigned char) *text))
            text++;
        buf_add(name, run, (size_t) (text - run)); /* it never goes back */
        if (text == end)
            break;
        bytes = text_decode(text, end, &code);
        buf_char(name, '_');
        text += bytes ? bytes : 1;
    }
    return name_check(buf_text(name));
}

enum err
name_split(const char *text, char **name, int64_t *number)
{
    const char *at = strrchr(text, '@');

    *number = 0;
    if (at
        && (number_int(at + 1, 1, VERSION_MAX, number) != ERR_OK
            || at == text))
        return err_set(ERR_DATA,
                       "\"%.*s\" names no version: write MODEL@N, with N "
                       "from 1 on",
                       SHOWN_MAX, text);
    *name = at ? xstrndup(text, (size_t) (at - text)) : xstrdup(text);
    return ERR_OK;
}
