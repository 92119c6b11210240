/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Requests are parsed into one copy of the target, which decoding only makes
 * shorter: its segments and queries are cut out of it in place.
 */
#include "cgi/http.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"

enum { SHOWN_MAX = 60 }; /* bytes of a bad target that a message repeats */

const char *const header_names[HEADERS] = {
    [HEADER_AUTHORIZATION] = "Authorization",
    [HEADER_CONTENT_ENCODING] = "Content-Encoding",
    [HEADER_CONTENT_TYPE] = "Content-Type",
    [HEADER_HOST] = "Host",
    [HEADER_IDEMPOTENCY_KEY] = "Idempotency-Key",
    [HEADER_IF_MATCH] = "If-Match",
    [HEADER_IF_NONE_MATCH] = "If-None-Match",
    [HEADER_ORIGIN] = "Origin",
    [HEADER_FORWARDED_FOR] = "X-Forwarded-For",
    [HEADER_REQUEST_ID] = "X-Request-Id",
};

bool
header_counts(size_t header, const char *value)
{
    return *value != '\0' || header == HEADER_IDEMPOTENCY_KEY;
}

static const char *const methods[] = {
    [METHOD_GET] = "GET",       [METHOD_HEAD] = "HEAD",
    [METHOD_POST] = "POST",     [METHOD_PATCH] = "PATCH",
    [METHOD_DELETE] = "DELETE", [METHOD_OTHER] = "other",
};

enum method
method_of(const char *text)
{
    for (enum method m = METHOD_GET; m < METHOD_OTHER; m++)
        if (strcmp(methods[m], text) == 0)
            return m;
    return METHOD_OTHER;
}

const char *
method_name(enum method method)
{
    return methods[method];
}

void
request_free(struct request *r)
{
    free(r->target);
    free(r->remote);
    free(r->decoded);
    for (size_t i = 0; i < HEADERS; i++)
        free(r->headers[i]);
    buf_free(&r->body);
    *r = (struct request){0};
}

/* ---- the target ---- */

static int
hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char) (c | 0x20); /* ASCII to lower case */
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/*
 * Decodes s in place, once. A segment may hide no slash; a query has a plus
 * for each blank.
 */
static enum err
decode(char *s, bool segment)
{
    char *out = s;

    for (const char *in = s; *in; in++) {
        char c = *in;

        if (c == '%') {
            int high = hex_digit(in[1]);
            int low = high < 0 ? -1 : hex_digit(in[2]);

            if (low < 0)
                return err_set(ERR_SYNTAX,
                               "\"%.3s\" is no escape: %% needs two "
                               "hexadecimal digits",
                               in);
            c = (char) (high << 4 | low); /* a byte */
            in += 2;
            if (c == '/' && segment)
                return err_set(ERR_SYNTAX,
                               "a segment of the path may not have %%2F");
        } else if (c == '+' && !segment) {
            c = ' ';
        }
        if ((c >= 0 && c < ' ') || c == 0x7f)
            return err_set(ERR_SYNTAX,
                           "the path or query has the control byte 0x%02x",
                           (unsigned) c);
        *out++ = c;
    }
    *out = '\0';
    if (!text_is_utf8(s, strlen(s)))
        return err_set(ERR_SYNTAX, "the path or query is not UTF-8");
    return ERR_OK;
}

/* Cuts the segments out of path, which begins with a slash or is empty. */
static enum err
parse_path(struct request *r, char *path)
{
    path += *path == '/';
    while (path && *path != '\0') {
        char *segment = path;
        enum err e;

        path = strchr(segment, '/');
        if (path)
            *path++ = '\0';
        if (*segment == '\0')
            return err_set(ERR_SYNTAX, "the path has an empty segment (//)");
        if (r->segment_count == HTTP_SEGMENTS_MAX)
            return err_set(ERR_DATA, "the path has more than %d segments",
                           HTTP_SEGMENTS_MAX);
        e = decode(segment, true);
        if (e != ERR_OK)
            return e;
        if (strcmp(segment, ".") == 0 || strcmp(segment, "..") == 0)
            return err_set(ERR_SYNTAX,
                           "the path may not have the segment \"%s\"",
                           segment);
        r->segments[r->segment_count++] = segment;
    }
    return ERR_OK;
}

static enum err
parse_query(struct request *r, char *query)
{
    char *next;

    for (; query; query = next) {
        char *value;
        enum err e;

        next = strchr(query, '&');
        if (next)
            *next++ = '\0';
        if (*query == '\0')
            continue;
        if (r->query_count == HTTP_QUERIES_MAX)
            return err_set(ERR_DATA, "the query has more than %d parameters",
                           HTTP_QUERIES_MAX);
        value = strchr(query, '=');
        if (value)
            *value++ = '\0';
        e = decode(query, false);
        if (e == ERR_OK && value)
            e = decode(value, false);
        if (e != ERR_OK)
            return e;
        r->queries[r->query_count++] =
            (struct query){query, value ? value : ""};
    }
    return ERR_OK;
}

/* Behind scheme and authority, which some web servers hand on. */
static char *
skip_authority(char *target)
{
    char *slashes = strstr(target, "://");

    if (!slashes
        || (strncasecmp(target, "http:", 5)
            && strncasecmp(target, "https:", 6)))
        return target;
    return slashes + 3 + strcspn(slashes + 3, "/?");
}

/* *path moves behind the prefix. */
static enum err
skip_prefix(char **path, const char *prefix)
{
    size_t len = strlen(prefix);

    if (strncmp(*path, prefix, len) == 0
        && (len == 0 || (*path)[len] == '/' || (*path)[len] == '\0')) {
        *path += len;
        return ERR_OK;
    }
    return err_set(ERR_NOT_FOUND, "\"%.*s\" is not below %s", SHOWN_MAX, *path,
                   prefix);
}

enum err
request_parse(struct request *r, const char *prefix)
{
    size_t len = strlen(r->target);
    char *path, *query;
    enum err e;

    if (len > HTTP_TARGET_MAX)
        return err_set(ERR_DATA,
                       "the path and query have %zu bytes; at most %d are "
                       "allowed",
                       len, HTTP_TARGET_MAX);
    free(r->decoded);
    r->segment_count = r->query_count = 0;
    r->decoded = xstrndup(r->target, len);
    path = skip_authority(r->decoded);
    query = strchr(path, '?');
    if (query)
        *query++ = '\0';
    if (*path != '/' && (*path != '\0' || path == r->decoded))
        return err_set(ERR_SYNTAX, "the path \"%.*s\" does not begin with /",
                       SHOWN_MAX, path);
    e = skip_prefix(&path, prefix);
    if (e == ERR_OK)
        e = parse_path(r, path);
    if (e == ERR_OK)
        e = parse_query(r, query);
    return e;
}

const char *
request_query(const struct request *r, const char *name)
{
    for (size_t i = 0; i < r->query_count; i++)
        if (strcmp(r->queries[i].name, name) == 0)
            return r->queries[i].value;
    return NULL;
}

/* ---- the answer ---- */

void
response_free(struct response *r)
{
    buf_free(&r->headers);
    buf_free(&r->body);
    *r = (struct response){0};
}

void
response_header(struct response *r, const char *name, const char *value)
{
    buf_str(&r->headers, name);
    buf_add(&r->headers, ": ", 2);
    for (; *value; value++)
        if ((unsigned char) *value >= ' ' && *value != 0x7f)
            buf_char(&r->headers, *value);
    buf_add(&r->headers, "\r\n", 2);
}
