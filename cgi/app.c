/* SPDX-License-Identifier: Apache-2.0 */
/* The app and its exchanges: making and freeing them. */
#include "cgi/app.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "cgi/metrics.h"
#include "core/service.h"

enum { PAGES_BYTES = 32 << 20 }; /* of the database, kept in memory */

/* clang-format off */
const char *const scope_names[] = {
    [SCOPE_UNSET] = "unset",
    [SCOPE_OPEN] = "open",
    [SCOPE_READ] = "read",
    [SCOPE_TEST] = "test",
    [SCOPE_OPERATE] = "operate",
    [SCOPE_ADMIN] = "admin",
};
/* clang-format on */

/* Ids of requests differ between processes by their beginning. */
static enum err
name_instance(struct app *app)
{
    uint64_t bits;
    enum err e = random_fill(&bits, sizeof bits);

    if (e == ERR_OK)
        (void) snprintf(app->instance, sizeof app->instance, "%016" PRIx64,
                        bits);
    return e;
}

enum err
app_new(const char *database, const struct conf *conf, struct app **out)
{
    struct app *app = xcalloc(1, sizeof *app);
    enum err e = name_instance(app);

    app->conf = conf;
    if (e == ERR_OK)
        e = service_open(database, DB_CREATE, conf, "rest", "rest",
                         &app->service);
    if (e == ERR_OK)
        e = db_cache(app->service->db, PAGES_BYTES);
    if (e != ERR_OK) {
        app_free(app);
        return e;
    }
    app->metrics = metrics_new(conf->metrics_max_models);
    *out = app;
    return ERR_OK;
}

void
app_free(struct app *app)
{
    if (!app)
        return;
    metrics_free(app->metrics);
    service_close(app->service);
    free(app);
}

struct exchange *
exchange_new(struct app *app)
{
    struct exchange *x = xcalloc(1, sizeof *x);

    x->app = app;
    x->response.status = 200;
    x->response.type = "application/json";
    return x;
}

void
exchange_free(struct exchange *x)
{
    if (!x)
        return;
    if (x->state_free)
        x->state_free(x->state);
    request_free(&x->request);
    response_free(&x->response);
    free(x);
}
