/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The door. What is not known counts as foreign: a request whose address
 * nobody told, or that was forwarded by somebody who is not believed, is not
 * one of this machine.
 */
#include "cgi/door.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "cgi/app.h"
#include "cgi/route.h"
#include "core/key.h"

enum { ADDRESS_MAX = 64 };

/* ---- where from ---- */

bool
door_is_loopback(const char *address)
{
    static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
    uint8_t bytes[sizeof(struct in6_addr)];

    if (strcmp(address, "unix:") == 0)
        return true;
    if (inet_pton(AF_INET, address, bytes) == 1)
        return bytes[0] == 127;
    if (inet_pton(AF_INET6, address, bytes) != 1)
        return false;
    if (memcmp(bytes, mapped, sizeof mapped) == 0)
        return bytes[sizeof mapped] == 127;
    return memcmp(bytes, &in6addr_loopback, sizeof bytes) == 0;
}

/* The last item of a list parted by commas, or the one before *end; false
 * when there is none. Items that do not fit are cut, and so are no address. */
static bool
item_before(const char *list, const char **end, char out[ADDRESS_MAX])
{
    const char *begin;

    if (*end == list)
        return false;
    for (begin = *end; begin > list && begin[-1] != ',';)
        begin--;
    (void) snprintf(out, ADDRESS_MAX, "%.*s", (int) (*end - begin), begin);
    *end = begin > list ? begin - 1 : begin;
    while (*out == ' ' || *out == '\t')
        memmove(out, out + 1, strlen(out));
    out[strcspn(out, " \t")] = '\0';
    return true;
}

static bool
is_listed(const char *list, const char *address)
{
    const char *end = list + strlen(list);
    char item[ADDRESS_MAX];

    while (item_before(list, &end, item))
        if (strcmp(item, address) == 0)
            return true;
    return false;
}

/*
 * Does the request come from this machine? Of what trusted proxies say it
 * came through, the last that is no such proxy is who sent it.
 */
static bool
is_local(const struct exchange *x)
{
    const char *trusted = x->app->conf->rest_trusted_proxy;
    const char *forwarded = x->request.headers[HEADER_FORWARDED_FOR];
    const char *remote = x->request.remote, *end;
    char item[ADDRESS_MAX] = "";

    if (!remote)
        return false;
    if (!forwarded)
        return door_is_loopback(remote);
    if (!trusted || !is_listed(trusted, remote))
        return false;
    end = forwarded + strlen(forwarded);
    while (item_before(forwarded, &end, item))
        if (!is_listed(trusted, item))
            return door_is_loopback(item);
    return door_is_loopback(item); /* a proxy asked by itself */
}

/* ---- who ---- */

static bool
refuse(struct exchange *x, int status, const char *challenge,
       const char *detail)
{
    response_problem_status(&x->response, status, detail, x->id);
    if (challenge)
        response_header(&x->response, "WWW-Authenticate", challenge);
    return false;
}

static bool
refuse_stranger(struct exchange *x)
{
    bool any = false;
    enum err e = key_any(x->app->service, &any);

    if (e != ERR_OK) {
        response_problem(&x->response, e, x->id);
        return false;
    }
    if (!any)
        return refuse(x, 403, NULL,
                      "there are no keys yet, so only callers of the machine "
                      "itself are let in; \"vigia key add NAME --scope read\" "
                      "there makes one");
    return refuse(x, 401, "Bearer realm=\"vigia\"",
                  "this needs a key: send the header \"Authorization: Bearer "
                  "KEY\"");
}

static bool
refuse_scope(struct exchange *x, const char *name, enum scope has)
{
    struct buf detail = {0}, challenge = {0};

    buf_printf(&detail,
               "the key %s has the scope %s, and this needs the scope %s",
               name, scope_names[has], scope_names[x->route->scope]);
    buf_printf(&challenge,
               "Bearer realm=\"vigia\", error=\"insufficient_scope\", "
               "scope=\"%s\"",
               scope_names[x->route->scope]);
    refuse(x, 403, challenge.data, detail.data);
    buf_free(&detail);
    buf_free(&challenge);
    return false;
}

/* The key of "Bearer KEY"; NULL when the header has no such thing. */
static const char *
bearer(const char *header)
{
    static const char scheme[] = "Bearer ";

    if (!header || strncasecmp(header, scheme, sizeof scheme - 1) != 0)
        return NULL;
    header += sizeof scheme - 1;
    return header + strspn(header, " ");
}

static bool
check_key(struct exchange *x, const char *text)
{
    enum key_scope scope = KEY_READ;
    char name[KEY_NAME_MAX + 1];
    enum scope has;
    bool found;
    enum err e = key_check(x->app->service, text, &found, &scope, name);

    if (e != ERR_OK) {
        response_problem(&x->response, e, x->id);
        return false;
    }
    if (!found)
        return refuse(x, 401,
                      "Bearer realm=\"vigia\", error=\"invalid_token\"",
                      "there is no such key; it may have been removed");
    has = (enum scope)(SCOPE_READ + scope); /* the same, in the same order */
    if (has < x->route->scope)
        return refuse_scope(x, name, has);
    (void) snprintf(x->by, sizeof x->by, "%s", name);
    return true;
}

/* ---- from which page ---- */

/* Splits HOST[:PORT]; the port is "" when there is none. */
static const char *
port_of(const char *host, size_t *host_len)
{
    const char *colon = strrchr(host, ':');

    if (colon && strchr(colon, ']')) /* [::1] */
        colon = NULL;
    *host_len = colon ? (size_t) (colon - host) : strlen(host);
    return colon ? colon + 1 : "";
}

/*
 * Is the origin of a page this service? nginx as Debian has it tells no port
 * of the host: then the port cannot be compared.
 */
static bool
is_our_origin(const char *origin, const char *host)
{
    const char *authority = strstr(origin, "://");
    const char *preset, *port, *origin_port;
    size_t len, origin_len;

    if (!authority || !host)
        return false;
    preset = strncasecmp(origin, "https:", 6) == 0 ? "443" : "80";
    origin_port = port_of(authority + 3, &origin_len);
    port = port_of(host, &len);
    if (len != origin_len || strncasecmp(authority + 3, host, len) != 0)
        return false;
    return *port == '\0'
           || strcmp(port, *origin_port ? origin_port : preset) == 0;
}

static bool
check_origin(struct exchange *x)
{
    const struct request *r = &x->request;
    const char *origin = r->headers[HEADER_ORIGIN];

    if (!origin || r->method == METHOD_GET || r->method == METHOD_HEAD
        || is_our_origin(origin, r->headers[HEADER_HOST]))
        return true;
    return refuse(x, 403, NULL,
                  "a page of another site (Origin) may change nothing here");
}

bool
door_pass(struct exchange *x)
{
    const char *key = bearer(x->request.headers[HEADER_AUTHORIZATION]);

    (void) snprintf(x->by, sizeof x->by, "rest");
    if (!check_origin(x))
        return false;
    if (x->route->scope == SCOPE_OPEN)
        return true;
    if (key)
        return check_key(x, key);
    if (x->app->conf->rest_insecure || is_local(x))
        return true;
    return refuse_stranger(x);
}
