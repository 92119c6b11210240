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

/* The name that the headers, up to end, give their part; "" for none. */
static void
read_name(const char *at, const char *end, struct multipart_part *part)
{
    static const char key[] = "name=\"";

    part->name = "";
    part->name_len = 0;
    for (; (at = memmem(at, (size_t) (end - at), key, sizeof key - 1)); at++) {
        const char *value = at + sizeof key - 1, *quote;

        if (at[-1] == 'e') /* of filename= */
            continue;
        quote = memchr(value, '"', (size_t) (end - value));
        part->name = value;
        part->name_len = (size_t) ((quote ? quote : end) - value);
        return;
    }
}

static enum err
each(const struct buf *body, const struct buf *mark,
     enum err (*see)(const struct multipart_part *part, void *arg), void *arg)
{
    const char *at = body->data, *end = at + body->len, *data, *next;
    struct multipart_part part;
    enum err e = ERR_OK;

    /* The first boundary begins the body, without a line end before. */
    if (body->len < mark->len
        || memcmp(at, mark->data + 2, mark->len - 2) != 0)
        return err_set(ERR_SYNTAX,
                       "the form does not begin with its boundary");
    at += mark->len - 2;
    while (e == ERR_OK && end - at >= 2 && memcmp(at, "--", 2) != 0) {
        data = memmem(at, (size_t) (end - at), "\r\n\r\n", 4);
        next = data ? memmem(data + 2, (size_t) (end - data) - 2, mark->data,
                             mark->len)
                    : NULL;
        if (!next)
            return err_set(ERR_SYNTAX, "the form is cut");
        read_name(at, data, &part);
        part.text = data + 4 <= next ? data + 4 : next;
        part.len = (size_t) (next - part.text);
        e = see(&part, arg);
        at = next + mark->len;
    }
    if (e == ERR_OK && end - at < 2)
        return err_set(ERR_SYNTAX, "the form is cut");
    return e;
}

enum err
multipart_each(const char *type, const struct buf *body,
               enum err (*see)(const struct multipart_part *part, void *arg),
               void *arg)
{
    struct buf mark = {0};
    enum err e = read_boundary(type, &mark);

    if (e == ERR_OK)
        e = each(body, &mark, see, arg);
    buf_free(&mark);
    return e;
}

static enum err
add_part(const struct multipart_part *part, void *arg)
{
    struct buf *out = arg;

    buf_printf(out, "%zu %zu ", part->name_len, part->len);
    buf_add(out, part->name, part->name_len);
    buf_add(out, part->text, part->len);
    return ERR_OK;
}

void
multipart_content(const char *type, const struct buf *body, struct buf *out)
{
    if (multipart_each(type, body, add_part, out) == ERR_OK)
        return;
    err_clear();
    buf_clear(out);
    buf_add(out, buf_text(body), body->len);
}
