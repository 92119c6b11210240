/* SPDX-License-Identifier: Apache-2.0 */
/* Repeated requests: from an exchange to core/idempotency.h and back. */
#include "cgi/repeat.h"

#include <string.h>

#include "base/buf.h"
#include "base/sha256.h"
#include "cgi/app.h"
#include "cgi/multipart.h"
#include "cgi/route.h"
#include "core/idempotency.h"
#include "core/service.h"

static const char *
key_of(const struct exchange *x)
{
    return x->route->idempotent_key
               ? x->request.headers[HEADER_IDEMPOTENCY_KEY]
               : NULL;
}

static struct idempotent
describe(const struct exchange *x, const char *key)
{
    const struct request *r = &x->request;
    const char *type = r->headers[HEADER_CONTENT_TYPE];
    struct idempotent description = {
        .key = key, .method = method_name(r->method), .target = r->target};
    struct buf form = {0};

    if (multipart_is(type)) {
        multipart_content(type, &r->body, &form);
        sha256(buf_text(&form), form.len, description.body);
    } else {
        sha256(buf_text(&r->body), r->body.len, description.body);
    }
    buf_free(&form);
    return description;
}

/* What the handler has added to the headers: all behind our X-Request-Id,
 * which a repetition has its own of. */
static const char *
own_headers(const struct exchange *x)
{
    const char *end = strstr(buf_text(&x->response.headers), "\r\n");

    return end ? end + 2 : "";
}

enum err
repeat_check(const struct exchange *x)
{
    const char *key = key_of(x);
    size_t len = 0;

    if (!key)
        return ERR_OK;
    while (key[len] > ' ' && key[len] < 0x7f)
        len++;
    if (len == 0 || len > REPEAT_KEY_MAX || key[len] != '\0')
        return err_set(ERR_SYNTAX,
                       "an Idempotency-Key has 1 to %d printable ASCII "
                       "characters without blanks",
                       REPEAT_KEY_MAX);
    return ERR_OK;
}

enum err
repeat_find(struct exchange *x, bool *found)
{
    const char *key = key_of(x);
    struct idempotent_answer answer;
    struct idempotent request;
    enum err e;

    *found = false;
    if (!key)
        return ERR_OK;
    request = describe(x, key);
    service_act_as(x->app->service, x->by);
    e = idempotency_find(x->app->service, &request, found, &answer);
    if (e != ERR_OK || !*found)
        return e;
    x->response.status = (int) answer.status; /* three digits */
    buf_str(&x->response.headers, answer.headers);
    response_header(&x->response, "Idempotency-Replayed", "true");
    buf_str(&x->response.body, answer.body);
    idempotent_answer_free(&answer);
    return ERR_OK;
}

enum err
repeat_keep(struct exchange *x)
{
    const char *key = key_of(x);
    struct idempotent_answer answer = {
        .status = x->response.status,
        .headers = (char *) own_headers(x), /* only read */
        .body = x->response.body.data ? x->response.body.data : (char[]){""}};
    struct idempotent request;

    if (!key || answer.status < 200 || answer.status > 299)
        return ERR_OK;
    request = describe(x, key);
    return idempotency_keep(x->app->service, &request, &answer);
}
