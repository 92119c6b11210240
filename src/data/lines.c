/* SPDX-License-Identifier: Apache-2.0 */
/* What is no array becomes the text of one. Each line is parsed alone before,
 * so that a wrong one is named. */
#include "data/lines.h"

#include <stdbool.h>
#include <string.h>

#include "base/buf.h"
#include "base/json.h"

static const char blanks[] = " \t\r\n";

/* Adds the line, if it has a value, as an item of the array. */
static enum err
take_line(const char *line, size_t len, size_t number, struct buf *array)
{
    struct json *value = NULL;
    enum err e;

    if (strspn(line, blanks) >= len)
        return ERR_OK;
    e = json_parse(line, len, &value);
    json_free(value);
    if (e != ERR_OK)
        return err_set(e, "line %zu: %.900s", number, err_text());
    buf_char(array, array->len ? ',' : '[');
    buf_add(array, line, len);
    return ERR_OK;
}

static enum err
take_lines(const char *text, size_t len, struct buf *array)
{
    const char *at = text, *end = text + len;
    enum err e = ERR_OK;

    for (size_t number = 1; e == ERR_OK && at < end; number++) {
        const char *stop = memchr(at, '\n', (size_t) (end - at)); /* > 0 */

        stop = stop ? stop : end;
        e = take_line(at, (size_t) (stop - at), number, array);
        at = stop + 1;
    }
    if (array->len == 0)
        buf_char(array, '[');
    return e;
}

/* Is this, which is no object, meant to be one over several lines? Not if its
 * first line is complete, or seems cut off before another object. */
static bool
is_meant_whole(const char *object)
{
    size_t len = strcspn(object, "\n");
    const char *next = object + len + strspn(object + len, blanks);
    struct json *first = NULL;
    bool complete = json_parse(object, len, &first) == ERR_OK;
    bool alone = 1 + strspn(object + 1, blanks) >= len; /* a bracket */

    json_free(first);
    return !complete && (alone || *next != '{');
}

/* The whole text as the only item, if it is an object or was to be one: *is
 * tells. */
static enum err
take_whole(const char *text, size_t len, struct buf *array, bool *is)
{
    const char *object = text + strspn(text, blanks);
    struct json *one = NULL;
    bool meant;
    enum err e;

    *is = false;
    if (*object != '{')
        return ERR_OK;
    meant = is_meant_whole(object);
    e = json_parse(text, len, &one);
    json_free(one);
    *is = e == ERR_OK || meant;
    if (e == ERR_OK) {
        buf_char(array, '[');
        buf_add(array, text, len);
    }
    return *is ? e : ERR_OK;
}

enum err
lines_read(const char *text, size_t len, struct json **out)
{
    struct buf array = {0};
    bool whole;
    enum err e;

    if (text[strspn(text, blanks)] == '[')
        return json_parse(text, len, out);
    e = take_whole(text, len, &array, &whole);
    if (e == ERR_OK && !whole)
        e = take_lines(text, len, &array);
    buf_char(&array, ']');
    if (e == ERR_OK)
        e = json_parse(array.data, array.len, out);
    buf_free(&array);
    return e;
}
