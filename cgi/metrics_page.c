/* SPDX-License-Identifier: Apache-2.0 */
/*
 * GET /metrics: the counters, and what the database is like at this moment,
 * in the text format of Prometheus. At most max_models names and some
 * thousand states are read for it.
 */
#include "cgi/resources.h"

#include <inttypes.h>

#include "base/number.h"
#include "cgi/metrics.h"
#include "cgi/metrics_internal.h"
#include "core/history.h"
#include "core/service.h"
#include "store/db.h"

static void
put_head(struct buf *out, const char *name, const char *type, const char *help)
{
    buf_printf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

/* A label's value: the format knows three escapes and any UTF-8. */
static void
put_label(struct buf *out, const char *name, const char *value)
{
    buf_printf(out, "%s=\"", name);
    for (; *value; value++)
        if (*value == '\n')
            buf_str(out, "\\n");
        else if (*value == '"' || *value == '\\')
            buf_printf(out, "\\%c", *value);
        else
            buf_char(out, *value);
    buf_char(out, '"');
}

static void
put_count(struct buf *out, uint64_t count)
{
    buf_printf(out, " %" PRIu64 "\n", count);
}

/* labels: "" or "a=\"b\"". Buckets are cumulative in the text. */
static void
put_histogram(struct buf *out, const char *name, const char *labels,
              const struct histogram *h)
{
    const char *comma = *labels ? "," : "";
    const char *open = *labels ? "{" : "", *close = *labels ? "}" : "";
    uint64_t count = 0;
    size_t i;

    for (i = 0; h->bounds[i] > 0; i++) {
        count += h->buckets[i];
        buf_printf(out, "%s_bucket{%s%sle=\"", name, labels, comma);
        number_add(out, h->bounds[i]);
        buf_str(out, "\"}");
        put_count(out, count);
    }
    count += h->buckets[i];
    buf_printf(out, "%s_bucket{%s%sle=\"+Inf\"}", name, labels, comma);
    put_count(out, count);
    buf_printf(out, "%s_sum%s%s%s ", name, open, labels, close);
    number_add(out, h->sum);
    buf_printf(out, "\n%s_count%s%s%s", name, open, labels, close);
    put_count(out, count);
}

/* ---- requests and turns ---- */

/* method="GET",route="/v1/models" */
static void
put_route(struct buf *out, const struct route *route)
{
    put_label(out, "method", route ? method_name(route->method) : "_other");
    buf_char(out, ',');
    put_label(out, "route", route ? route->path : METRICS_OTHER);
}

static void
put_requests(struct buf *out, const struct metrics *m)
{
    static const char name[] = "vigia_http_requests_total";

    put_head(out, name, "counter", "Requests answered, by route and status.");
    for (size_t r = 0; r < m->route_count; r++)
        for (size_t i = 0; i < STATUS_END - STATUS_FIRST; i++) {
            uint64_t count = m->answers[r].by_status[i];

            if (count == 0)
                continue;
            buf_printf(out, "%s{", name);
            put_route(out, m->routes[r]);
            buf_printf(out, ",status=\"%zu\"}", i + STATUS_FIRST);
            put_count(out, count);
        }
}

static uint64_t
histogram_count(const struct histogram *h)
{
    uint64_t count = 0;

    for (size_t i = 0; i <= BOUNDS_MAX; i++)
        count += h->buckets[i];
    return count;
}

static void
put_durations(struct buf *out, const struct metrics *m)
{
    static const char name[] = "vigia_http_request_duration_seconds";
    struct buf labels = {0};

    put_head(out, name, "histogram",
             "Time from a complete request to its answer.");
    for (size_t r = 0; r < m->route_count; r++) {
        if (histogram_count(&m->answers[r].seconds) == 0)
            continue;
        buf_clear(&labels);
        put_route(&labels, m->routes[r]);
        put_histogram(out, name, buf_text(&labels), &m->answers[r].seconds);
    }
    buf_free(&labels);
}

static void
put_turns(struct buf *out, const struct metrics *m)
{
    const struct {
        const char *name, *help;
        const struct histogram *h;
    } rows[] = {
        {"vigia_turn_requests",     "Requests that shared a transaction.",
         &m->turn_requests    },
        {"vigia_commit_seconds",    "Time of a commit, with its sync.",
         &m->commit_seconds   },
        {"vigia_lock_wait_seconds", "Time waited for the write lock.",
         &m->lock_wait_seconds},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        put_head(out, rows[i].name, "histogram", rows[i].help);
        put_histogram(out, rows[i].name, "", rows[i].h);
    }
}

/* ---- models ---- */

static void
put_model(struct buf *verdicts, struct buf *alerts, const char *name,
          const struct model_series *model)
{
    buf_str(verdicts, "vigia_verdicts_total{");
    put_label(verdicts, "model", name);
    buf_char(verdicts, '}');
    put_count(verdicts, model->verdicts);
    for (size_t i = 0; i < model->count; i++) {
        buf_str(alerts, "vigia_alerts_total{");
        put_label(alerts, "model", name);
        buf_char(alerts, ',');
        put_label(alerts, "column", model->columns[i].name);
        buf_char(alerts, '}');
        put_count(alerts, model->columns[i].alerts);
    }
}

/* All without a series of their own, among them those that had one while it
 * was not known yet how many models there are. */
static void
put_other_models(struct buf *verdicts, struct buf *alerts,
                 const struct metrics *m)
{
    char name[] = METRICS_OTHER;
    struct column_series column = {.name = name};
    struct model_series other = {.columns = &column, .count = 1};

    for (size_t i = 0; i < m->model_count; i++) {
        const struct model_series *model = &m->models[i];

        if (i > 0 && model->id <= m->last_own)
            continue;
        other.verdicts += model->verdicts;
        for (size_t c = 0; c < model->count; c++)
            column.alerts += model->columns[c].alerts;
    }
    put_model(verdicts, alerts, name, &other);
}

/* Names are asked for now, so that a renamed model changes its series, and
 * two models never have the same. */
static enum err
put_models(struct buf *out, struct metrics *m, struct service *s)
{
    static const char sql[] =
        "SELECT id, name FROM model ORDER BY id LIMIT $1";
    struct arg args[] = {arg_int((int64_t) m->max_models)};
    struct buf verdicts = {0}, alerts = {0};
    struct db_rows *rows;
    bool more = false;
    enum err e;

    metrics_rank(m, s);
    e = db_query(s->db, sql, args, 1, &rows);
    if (e != ERR_OK)
        return e;
    while ((e = db_next(rows, &more)) == ERR_OK && more) {
        const struct model_series *model = metrics_model(m, db_int(rows, 0));

        if (model)
            put_model(&verdicts, &alerts, db_text(rows, 1), model);
    }
    db_done(rows);
    put_other_models(&verdicts, &alerts, m);
    put_head(out, "vigia_verdicts_total", "counter",
             "Verdicts given, one for each column of a reading.");
    buf_str(out, buf_text(&verdicts));
    put_head(out, "vigia_alerts_total", "counter",
             "Verdicts that were alerts.");
    buf_str(out, buf_text(&alerts));
    buf_free(&verdicts);
    buf_free(&alerts);
    return e;
}

static enum err
put_states(struct buf *out, struct metrics *m, struct service *s)
{
    int64_t counts[STATES];
    enum err e = metrics_states(m, s, counts);

    if (e != ERR_OK)
        return e;
    put_head(out, "vigia_models", "gauge",
             "Models by state; of large plants as of the last full count.");
    for (int i = 0; i < STATES; i++)
        buf_printf(out, "vigia_models{state=\"%s\"} %" PRId64 "\n",
                   state_names[i], counts[i]);
    return ERR_OK;
}

/* ---- the database ---- */

static void
put_gauge(struct buf *out, const char *name, const char *help, int64_t value)
{
    put_head(out, name, "gauge", help);
    buf_printf(out, "%s %" PRId64 "\n", name, value);
}

static enum err
put_database(struct buf *out, struct service *s)
{
    int64_t database, wal, rows;
    enum err e = db_sizes(s->db, &database, &wal);

    if (e == ERR_OK)
        e = history_count(s, &rows);
    if (e != ERR_OK)
        return e;
    put_gauge(out, "vigia_database_bytes", "Size of the database.", database);
    put_gauge(out, "vigia_wal_bytes", "Size of its write-ahead log.", wal);
    put_gauge(out, "vigia_history_rows", "Readings in the history.", rows);
    return ERR_OK;
}

static enum err
answer(struct exchange *x)
{
    struct metrics *m = x->app->metrics;
    struct buf *out = &x->response.body;
    enum err e;

    x->response.type = "text/plain; version=0.0.4; charset=utf-8";
    put_requests(out, m);
    put_durations(out, m);
    put_turns(out, m);
    e = put_models(out, m, x->app->service);
    if (e == ERR_OK)
        e = put_states(out, m, x->app->service);
    if (e == ERR_OK)
        e = put_database(out, x->app->service);
    return e;
}

const struct route metrics_routes[] = {
    {
     .method = METHOD_GET,
     .path = "/metrics",
     .scope = SCOPE_READ,
     .answer = answer,
     .summary = "Counters and gauges in the text format of Prometheus.",
     .response_type = "text/plain",
     },
    {.path = NULL },
};
