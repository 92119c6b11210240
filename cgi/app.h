/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The REST service without its transports: one app, many exchanges. An
 * exchange goes through route_prepare() as soon as it is complete (route,
 * door, body parsed, fits computed: no lock), and through route_answer() in
 * a turn (turn.h).
 */
#ifndef VIGIA_APP_H
#define VIGIA_APP_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/conf.h"
#include "cgi/http.h"

struct metrics;
struct route;
struct service;
struct training;

/* What a key, or nobody, may do; each includes those before it. */
enum scope {
    SCOPE_UNSET, /* a route without a scope is a bug: tests/route.c */
    SCOPE_OPEN,  /* everybody: /health */
    SCOPE_READ,
    SCOPE_TEST,
    SCOPE_OPERATE,
    SCOPE_ADMIN
};
extern const char *const scope_names[]; /* by enum scope */

struct app {
    struct service *service;
    const struct conf *conf; /* borrowed; replaced by SIGHUP */
    struct metrics *metrics;
    int64_t requests;          /* for ids */
    char instance[17];         /* random; begins our request ids */
    bool prune_wanted;         /* history was added: prune after the answers */
    struct training *training; /* NULL: nothing is trained */
    bool roused;               /* who sleeps (sleep_until) has its turn now */
};

enum { EXCHANGE_NAMES_MAX = 3 };

struct exchange {
    struct app *app;
    struct request request;
    struct response response;
    const struct route *route;             /* NULL: none, answered already */
    const char *names[EXCHANGE_NAMES_MAX]; /* {sensor_id} ... decoded */
    char id[HTTP_ID_MAX + 1];              /* X-Request-Id, taken or made */
    char by[80];         /* who acts: the key's name, or "rest" */
    int64_t began;       /* clock_elapsed() when it was complete */
    int refused;         /* by the transport: its status, 0: not */
    bool begun;          /* route_answer() was here before */
    bool answered;       /* response is final; no turn is needed */
    bool more;           /* route_answer() wants to go on in another turn */
    int64_t sleep_until; /* which comes then (clock_elapsed), or when the app
                            is roused; 0: at once */
    void *state;         /* what prepare made for answer */
    void (*state_free)(void *state);
};

/* Its response begins as 200 with JSON. */
struct exchange *exchange_new(struct app *app);
void exchange_free(struct exchange *x); /* takes NULL */

/* Opens the database, made where there is none; conf is borrowed. */
CHECKED enum err app_new(const char *database, const struct conf *conf,
                         struct app **out);
void app_free(struct app *app);

#endif
