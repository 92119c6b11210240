/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A form is parts between lines of "--" and the boundary that the content
 * type names; each has headers, an empty line, and its bytes as they are.
 */
#include "cgi/multipart.h"

#include <string.h>
#include <strings.h>

#include "base/buf.h"

enum { BOUNDARY_MAX = 70 }; /* RFC 2046 */

static const char form[] = "multipart/form-data";

bool
multipart_is(const char *type)
{
    return type && strncasecmp(type, form, sizeof form - 1) == 0;
}

/* "\r\n--" and the boundary, as it stands behind every part. */
static enum err
read_boundary(const char *type, struct buf *out)
{
    const char *at = multipart_is(type) ? strcasestr(type, "boundary=") : NULL;
    size_t len;

    if (!at)
        return err_set(ERR_SYNTAX, "the form's Content-Type has no boundary");
    at += sizeof "boundary=" - 1;
    len = *at == '"' ? strcspn(++at, "\"") : strcspn(at, "; \t");
    if (len == 0 || len > BOUNDARY_MAX)
        return err_set(ERR_SYNTAX,
                       "the boundary of the form must have 1 to "
                       "%d characters",
                       BOUNDARY_MAX);
    buf_str(out, "\r\n--");
    buf_add(out, at, len);
    return ERR_OK;
}

/* Do the headers, up to end, name the field? */
static bool
is_named(const char *at, const char *end, const char *name)
{
    static const char key[] = "name=\"";
    size_t len = strlen(name);

    for (; (at = memmem(at, (size_t) (end - at), key, sizeof key - 1)); at++) {
        const char *value = at + sizeof key - 1;

        if (at[-1] != 'e' /* of filename= */
            && (size_t) (end - value) > len && memcmp(value, name, len) == 0
            && value[len] == '"')
            return true;
    }
    return false;
}

static enum err
find(const struct buf *body, const struct buf *mark, const char *name,
     const char **text, size_t *len)
{
    const char *at = body->data, *end = at + body->len, *data, *next;

    /* The first boundary begins the body, without a line end before. */
    if (body->len < mark->len
        || memcmp(at, mark->data + 2, mark->len - 2) != 0)
        return err_set(ERR_SYNTAX,
                       "the form does not begin with its boundary");
    at += mark->len - 2;
    while (end - at >= 2 && memcmp(at, "--", 2) != 0) {
        data = memmem(at, (size_t) (end - at), "\r\n\r\n", 4);
        next = data ? memmem(data + 2, (size_t) (end - data) - 2, mark->data,
                             mark->len)
                    : NULL;
        if (!next)
            return err_set(ERR_SYNTAX, "the form is cut");
        if (is_named(at, data, name)) {
            *text = data + 4 <= next ? data + 4 : next;
            *len = (size_t) (next - *text);
            return ERR_OK;
        }
        at = next + mark->len;
    }
    return end - at >= 2 ? ERR_OK : err_set(ERR_SYNTAX, "the form is cut");
}

enum err
multipart_field(const char *type, const struct buf *body, const char *name,
                const char **text, size_t *len)
{
    struct buf mark = {0};
    enum err e = read_boundary(type, &mark);

    *text = NULL;
    *len = 0;
    if (e == ERR_OK)
        e = find(body, &mark, name, text, len);
    buf_free(&mark);
    return e;
}
