/* SPDX-License-Identifier: Apache-2.0 */
/* Each line is parsed alone, so that a wrong one is named; then all are, as
 * one array. */
#include "data/lines.h"

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

enum err
lines_read(const char *text, size_t len, struct json **out)
{
    const char *at = text, *end = text + len;
    struct buf array = {0};
    enum err e = ERR_OK;

    if (text[strspn(text, blanks)] == '[')
        return json_parse(text, len, out);
    for (size_t number = 1; e == ERR_OK && at < end; number++) {
        const char *stop = memchr(at, '\n', (size_t) (end - at)); /* > 0 */

        stop = stop ? stop : end;
        e = take_line(at, (size_t) (stop - at), number, &array);
        at = stop + 1;
    }
    if (array.len == 0)
        buf_char(&array, '[');
    buf_char(&array, ']');
    if (e == ERR_OK)
        e = json_parse(array.data, array.len, out);
    buf_free(&array);
    return e;
}
