/* SPDX-License-Identifier: Apache-2.0 */
/* Who is let in: this machine, keys and their scopes, proxies, origins. */
#include "cgi/door.h"

#include "core/key.h"
#include "rest.h"

static struct rest rest;

static const struct route open_route = {.path = "/x", .scope = SCOPE_OPEN};
static const struct route read_route = {.path = "/x", .scope = SCOPE_READ};
static const struct route operate_route = {.path = "/x",
                                           .scope = SCOPE_OPERATE};

/* A request that has found its route. */
static struct exchange *
request(const struct route *route, const char *method, const char *address)
{
    struct exchange *x = rest_request(&rest, method, "/x", NULL);

    x->route = route;
    rest_from(x, address);
    return x;
}

static void
addresses(void)
{
    static const struct {
        const char *address;
        bool local;
    } cases[] = {
        {"127.0.0.1",        true },
        {"127.8.9.1",        true },
        {"::1",              true },
        {"0:0:0:0:0:0:0:1",  true },
        {"::ffff:127.0.0.1", true },
        {"unix:",            true },
        {"",                 false},
        {"10.0.0.1",         false},
        {"128.0.0.1",        false},
        {"::ffff:10.0.0.1",  false},
        {"::",               false},
        {"127.0.0.1.evil",   false},
        {"127.1",            false},
        {"localhost",        false},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        ok(door_is_loopback(cases[i].address) == cases[i].local,
           "\"%s\" is %s machine", cases[i].address,
           cases[i].local ? "this" : "another");
}

static void
strangers(void)
{
    struct exchange *x = request(&operate_route, "POST", "127.0.0.1");

    ok(door_pass(x), "this machine needs no key");
    is_str(x->by, "rest", "and acts as the service");
    exchange_free(x);
    x = request(&open_route, "GET", "10.0.0.1");
    ok(door_pass(x), "nobody needs one for an open route");
    exchange_free(x);
    x = request(&read_route, "GET", "10.0.0.1");
    ok(!door_pass(x), "another machine does");
    rest_says(x, 403, "no keys yet", "as long as there is none, it is told");
    exchange_free(x);
    x = request(&read_route, "GET", "");
    free(x->request.remote);
    x->request.remote = NULL;
    ok(!door_pass(x), "who came from nowhere came from elsewhere");
    exchange_free(x);
    rest.conf.rest_insecure = 1;
    x = request(&operate_route, "POST", "10.0.0.1");
    ok(door_pass(x), "[rest] insecure opens the door");
    exchange_free(x);
    rest.conf.rest_insecure = 0;
}

static void
make_key(const char *name, enum key_scope scope, char text[KEY_SIZE])
{
    struct service *s = rest.app->service;

    must(service_begin(s));
    must(key_add(s, name, scope, text));
    must(service_commit(s));
}

static struct exchange *
with_key(const struct route *route, const char *scheme, const char *key)
{
    struct exchange *x = request(route, "POST", "10.0.0.1");
    struct buf header = {0};

    buf_printf(&header, "%s%s", scheme, key);
    rest_header(x, HEADER_AUTHORIZATION, header.data);
    buf_free(&header);
    return x;
}

static void
keys(void)
{
    char reader[KEY_SIZE], admin[KEY_SIZE];
    struct exchange *x;

    make_key("gauge", KEY_READ, reader);
    make_key("chief", KEY_ADMIN, admin);
    x = request(&read_route, "GET", "10.0.0.1");
    ok(!door_pass(x), "without a key");
    rest_says(x, 401, "Authorization: Bearer", "it is told how to send it");
    ok(rest_has_header(x, "WWW-Authenticate: Bearer realm=\"vigia\"\r\n"),
       "in the header, too");
    exchange_free(x);
    x = with_key(&read_route, "Bearer ", reader);
    ok(door_pass(x), "with a key");
    is_str(x->by, "gauge", "its bearer acts under its name");
    exchange_free(x);
    x = with_key(&operate_route, "bearer  ", admin);
    ok(door_pass(x), "a scope includes those before it");
    exchange_free(x);
    x = with_key(&operate_route, "Bearer ", reader);
    ok(!door_pass(x), "but not those behind it");
    rest_says(x, 403,
              "key gauge has the scope read, and this needs the scope "
              "operate",
              "which is named");
    ok(rest_has_header(x, "error=\"insufficient_scope\", scope=\"operate\""),
       "in the header, too");
    exchange_free(x);
    x = with_key(&read_route, "Basic ", reader);
    ok(!door_pass(x) && x->response.status == 401, "another scheme is none");
    exchange_free(x);
    reader[10] = reader[10] == 'a' ? 'b' : 'a';
    x = with_key(&read_route, "Bearer ", reader);
    ok(!door_pass(x) && x->response.status == 401
           && rest_has_header(x, "error=\"invalid_token\""),
       "nor is a wrong key");
    exchange_free(x);
    x = with_key(&read_route, "Bearer ", reader);
    rest_from(x, "127.0.0.1");
    ok(!door_pass(x), "which does not become right on this machine");
    exchange_free(x);
}

static void
proxies(void)
{
    /* clang-format off */
    static const struct {
        const char *trusted, *remote, *forwarded;
        bool local;
        const char *name;
    } cases[] = {
        {NULL, "127.0.0.1", "10.0.0.1", false,
         "what is forwarded is not of this machine"},
        {NULL, "127.0.0.1", "127.0.0.1", false, "whatever it claims"},
        {NULL, "10.0.0.1", "127.0.0.1", false, "nobody makes himself local"},
        {"127.0.0.1", "127.0.0.1", "10.0.0.1", false,
         "a trusted proxy tells who it was"},
        {"127.0.0.1", "127.0.0.1", "127.0.0.2", true, "who may be local"},
        {"127.0.0.1", "127.0.0.1", "127.0.0.2, 10.0.0.1", false,
         "only the last counts"},
        {"127.0.0.1", "127.0.0.1", "10.0.0.1,127.0.0.1", false,
         "proxies are passed over"},
        {"127.0.0.1, 10.0.0.9", "10.0.0.9", " 127.0.0.2 , 127.0.0.1 ", true,
         "each in a list"},
        {"10.0.0.9", "10.0.0.8", "127.0.0.1", false,
         "another proxy is not believed"},
        {"127.0.0.1", "127.0.0.1", "", false, "an empty list names nobody"},
        {"127.0.0.1", "127.0.0.1", NULL, true, "a proxy may ask for itself"},
        {"127.0.0.1", "127.0.0.1", "127.0.0.1, junk junk", false,
         "junk is nobody"},
    };
    /* clang-format on */

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct exchange *x = request(&read_route, "GET", cases[i].remote);

        rest.conf.rest_trusted_proxy = (char *) cases[i].trusted; /* read */
        if (cases[i].forwarded)
            rest_header(x, HEADER_FORWARDED_FOR, cases[i].forwarded);
        ok(door_pass(x) == cases[i].local, "%s", cases[i].name);
        exchange_free(x);
    }
    rest.conf.rest_trusted_proxy = NULL;
}

static void
origins(void)
{
    /* clang-format off */
    static const struct {
        const char *method, *origin, *host;
        bool good;
        const char *name;
    } cases[] = {
        {"POST", "http://h.example:8080", "h.example:8080", true,
         "our own page may change something"},
        {"POST", "http://H.example:8080", "h.Example:8080", true,
         "in capitals, too"},
        {"POST", "https://h.example", "h.example:443", true,
         "a preset port may be told"},
        {"POST", "http://h.example", "h.example:80", true, "either of them"},
        {"POST", "https://h.example:8443", "h.example", true,
         "or not told by the web server"},
        {"POST", "http://[::1]:8080", "[::1]:8080", true,
         "an address is a host"},
        {"POST", "http://evil.example", "h.example", false,
         "another site may not"},
        {"POST", "http://h.example.evil", "h.example", false,
         "nor one that begins the same"},
        {"POST", "http://h.example:8081", "h.example:8080", false,
         "nor another port"},
        {"POST", "http://[::1]:81", "[::1]:8080", false, "of an address, too"},
        {"POST", "null", "null", false, "nor a page of no site"},
        {"POST", "http://h.example", NULL, false,
         "nor any, when we know no host"},
        {"DELETE", "http://evil.example", "h.example", false,
         "whatever changes something"},
        {"GET", "http://evil.example", "h.example", true,
         "reading is left to the browser"},
    };
    /* clang-format on */

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct exchange *x =
            request(&read_route, cases[i].method, "127.0.0.1");

        rest_header(x, HEADER_ORIGIN, cases[i].origin);
        if (cases[i].host)
            rest_header(x, HEADER_HOST, cases[i].host);
        ok(door_pass(x) == cases[i].good
               && (cases[i].good || x->response.status == 403),
           "%s", cases[i].name);
        exchange_free(x);
    }
}

int
main(void)
{
    rest_open(&rest);
    addresses();
    strangers();
    keys();
    proxies();
    origins();
    rest_close(&rest);
    return done_testing();
}
