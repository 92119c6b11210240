/* SPDX-License-Identifier: Apache-2.0 */
/* Bodies that are short enough to become values. */
#include "cgi/body.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/number.h"
#include "kinds/kind.h"

enum err
body_json(const struct buf *text, bool missing, struct json **out)
{
    const char *s = buf_text(text);

    if (missing && s[strspn(s, " \t\r\n")] == '\0' && strlen(s) == text->len) {
        *out = NULL;
        return ERR_OK;
    }
    return json_parse(s, text->len, out);
}

static const char *
blanks(const char *s, const char *end)
{
    while (s < end && (*s == ' ' || *s == '\n' || *s == '\r' || *s == '\t'))
        s++;
    return s;
}

bool
body_is_value(const struct buf *text, double *v)
{
    static const char *const parts[] = {"{", "\"value\"", ":"};
    const char *s = buf_text(text), *end = s + text->len;
    size_t len;

    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        s = blanks(s, end);
        len = strlen(parts[i]);
        if ((size_t) (end - s) < len || memcmp(s, parts[i], len) != 0)
            return false; /* end is not before s */
        s += len;
    }
    s = blanks(s, end);
    s += number_scan(s, end, NUMBER_JSON, v);
    if (s[-1] == ':' || !isfinite(*v))
        return false;
    s = blanks(s, end);
    return s < end && *s == '}' && blanks(s + 1, end) == end;
}

/* Reads a time, and forgets nothing of what was noted before. */
static bool
read_time(const char *text, int64_t *out)
{
    const struct err_detail *noted;
    struct err_detail *kept;
    size_t count;
    bool right;

    noted = err_details(&count);
    kept = xcalloc(count + 1, sizeof *kept);
    for (size_t i = 0; i < count; i++)
        kept[i] = (struct err_detail){xstrdup(noted[i].pointer),
                                      xstrdup(noted[i].text)};
    right = clock_rfc3339(text, strlen(text), out) == ERR_OK;
    if (!right)
        err_clear();
    for (size_t i = 0; i < count; i++) {
        if (!right)
            (void) !err_also(ERR_DATA, kept[i].pointer, "%s", kept[i].text);
        free((char *) kept[i].pointer); /* ours, see above */
        free((char *) kept[i].text);
    }
    free(kept);
    return right;
}

enum err
body_none(const struct buf *text)
{
    static const char *const known[] = {NULL};
    struct json *body = NULL;
    enum err e = body_json(text, true, &body);

    if (e != ERR_OK || !body)
        return e;
    err_clear();
    e = json_type(body) == JSON_OBJECT
            ? kind_members(body, known, "this request", "", NULL)
            : kind_problem("", NULL, "this request takes no body");
    json_free(body);
    return e;
}

enum err
body_time(const struct json *object, const char *parent, const char *key,
          int64_t *out)
{
    const struct json *value = json_get(object, key);

    if (!value)
        return ERR_OK;
    if (json_type(value) != JSON_STRING)
        return kind_problem(parent, key, "\"%s\" must be a time, not %s", key,
                            json_type_name(json_type(value)));
    if (read_time(json_text(value), out))
        return ERR_OK;
    return kind_problem(parent, key,
                        "\"%.40s\" is no time such as "
                        "2026-11-20T14:03:00Z",
                        json_text(value));
}

enum err
body_at(const struct json *object, bool *timed, int64_t *at)
{
    *timed = json_get(object, "at") != NULL;
    return body_time(object, "", "at", at);
}
