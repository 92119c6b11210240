/* SPDX-License-Identifier: Apache-2.0 */
/* Reading whole files. */
#include "cli/whole.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/json.h"
#include "base/stop.h"
#include "data/lines.h"

enum { CHUNK = 1 << 16 };

const char *
whole_name(const char *path)
{
    return strcmp(path, "-") ? path : "standard input";
}

static enum err
read_stream(FILE *f, const char *name, struct buf *text)
{
    size_t n;

    do {
        buf_reserve(text, CHUNK);
        n = fread(text->data + text->len, 1, CHUNK, f);
        text->len += n;
        if (stop_asked())
            return stop_check();
    } while (n > 0 && text->len <= JSON_SIZE_MAX);
    if (ferror(f))
        return err_set(ERR_INPUT, "cannot read %s: %s", name, strerror(errno));
    if (text->len > JSON_SIZE_MAX)
        return err_set(ERR_DATA, "%s is larger than %d MiB", name,
                       JSON_SIZE_MAX >> 20);
    if (text->len == 0)
        return err_set(ERR_DATA, "%s is empty", name);
    text->data[text->len] = '\0'; /* in what was reserved */
    return ERR_OK;
}

enum err
whole_read(const char *path, struct buf *text)
{
    const char *name = whole_name(path);
    FILE *f = strcmp(path, "-") == 0 ? stdin : fopen(path, "re");
    enum err e;

    if (!f && stop_asked())
        return stop_check(); /* it waited for who writes to a pipe */
    if (!f)
        return err_set(ERR_INPUT, "cannot read %s: %s", name, strerror(errno));
    e = read_stream(f, name, text);
    if (f != stdin)
        (void) fclose(f);
    return e;
}

enum err
whole_blame(enum err e, const char *path)
{
    size_t faults;
    char *why;

    (void) err_details(&faults);
    if (e == ERR_OK || faults > 1)
        return e;
    why = xstrdup(err_text());
    e = err_set(e, "%s: %s", whole_name(path), why);
    free(why);
    return e;
}

enum err
whole_values(const char *path, struct json **out)
{
    struct buf text = {0};
    enum err e = whole_read(path, &text);

    if (e == ERR_OK)
        e = whole_blame(lines_read(text.data, text.len, out), path);
    buf_free(&text);
    return e;
}
