/* SPDX-License-Identifier: Apache-2.0 */
/* Entity tags. */
#include "cgi/etag.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/sha256.h"
#include "cgi/app.h"
#include "core/model.h"
#include "core/service.h"
#include "core/version.h"

void
etag_of(const struct service *s, const struct model *m, int64_t number,
        char out[ETAG_SIZE])
{
    char text[64], hex[SHA256_HEX];
    int len =
        snprintf(text, sizeof text, "%" PRId64 " %" PRId64, s->generation,
                 version_row(m->id, number ? number : m->version));

    sha256_hex(text, (size_t) len, hex); /* two numbers fit */
    (void) snprintf(out, ETAG_SIZE, "\"%.32s\"", hex);
}

/*
 * Is the tag in a list such as "a", W/"b", or the list a star? Weak tags
 * count, too: web servers make tags weak when they compress an answer.
 */
static bool
is_listed(const char *list, const char *tag)
{
    list += strspn(list, " \t");
    return strcmp(list, "*") == 0 || strstr(list, tag); /* quotes are in it */
}

bool
etag_fresh(struct exchange *x, const struct model *m, int64_t number)
{
    const char *wanted = x->request.headers[HEADER_IF_NONE_MATCH];
    char tag[ETAG_SIZE];

    etag_of(x->app->service, m, number, tag);
    response_header(&x->response, "ETag", tag);
    if (!wanted || !is_listed(wanted, tag))
        return false;
    x->response.status = 304;
    return true;
}

/* Makes the answer a 412 with the tag of the active version. */
static void
refuse(struct exchange *x, const struct model *m, const char *words)
{
    struct buf detail = {0};
    char tag[ETAG_SIZE];

    etag_of(x->app->service, m, 0, tag);
    if (m->version)
        buf_printf(&detail, "version %" PRId64 " of %s is active, which is %s",
                   m->version, m->name, words);
    else
        buf_printf(&detail, "%s has no active version", m->name);
    response_problem_status(&x->response, 412, detail.data, x->id);
    if (m->version)
        response_header(&x->response, "ETag", tag);
    buf_free(&detail);
}

bool
etag_expected(struct exchange *x, const struct model *m)
{
    const char *wanted = x->request.headers[HEADER_IF_MATCH];
    const char *known = x->request.headers[HEADER_IF_NONE_MATCH];
    char tag[ETAG_SIZE];

    if (!wanted && !known)
        return true;
    etag_of(x->app->service, m, 0, tag);
    if (wanted && !(m->version && is_listed(wanted, tag)))
        refuse(x, m, "not the one of If-Match");
    else if (known && m->version && is_listed(known, tag))
        refuse(x, m, "one of If-None-Match");
    else
        return true;
    return false;
}
