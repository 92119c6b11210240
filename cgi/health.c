/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Health, for whoever starts, watches or balances the service: it lives when
 * it answers at all, and is ready when the database answers too. Open to
 * everybody, so nothing else is told.
 */
#include "cgi/resources.h"

#include "core/service.h"
#include "store/db.h"

#define HEALTH_SCHEMA                                                 \
    "{\"type\":\"object\",\"required\":[\"status\"],\"properties\":{" \
    "\"status\":{\"type\":\"string\",\"const\":\"ok\"}},"             \
    "\"examples\":[{\"status\":\"ok\"}]}"

static enum err
live(struct exchange *x)
{
    buf_str(&x->response.body, "{\"status\":\"ok\"}");
    return ERR_OK;
}

/* A model is looked for, so that a table is read: that the file is open says
 * nothing about its disk. One that has lost its name is read and never
 * written. */
static enum err
ready(struct exchange *x)
{
    static const char sql[] = "SELECT id FROM model LIMIT 1";
    struct db_rows *rows;
    bool more;
    enum err e = db_still_there(x->app->service->db);

    if (e != ERR_OK) {
        response_gone(&x->response, x->id);
        return ERR_OK;
    }
    e = service_refresh(x->app->service);
    if (e == ERR_OK)
        e = db_query(x->app->service->db, sql, NULL, 0, &rows);
    if (e != ERR_OK)
        return e;
    e = db_next(rows, &more);
    db_done(rows);
    return e == ERR_OK ? live(x) : e;
}

const struct route health_routes[] = {
    {
     .method = METHOD_GET,
     .path = "/health",
     .scope = SCOPE_OPEN,
     .answer = ready,
     .summary = "Whether the service and its database answer.",
     .response_schema = HEALTH_SCHEMA,
     },
    {
     .method = METHOD_GET,
     .path = "/health/live",
     .scope = SCOPE_OPEN,
     .answer = live,
     .summary = "Whether the service answers.",
     .response_schema = HEALTH_SCHEMA,
     },
    {
     .method = METHOD_GET,
     .path = "/health/ready",
     .scope = SCOPE_OPEN,
     .answer = ready,
     .summary = "Whether the database answers.",
     .response_schema = HEALTH_SCHEMA,
     },
    {.path = NULL                                                        },
};
