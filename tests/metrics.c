/* SPDX-License-Identifier: Apache-2.0 */
/*
 * GET /metrics: what is counted, under which names and labels, and that the
 * number of series and of rows examined is bounded.
 */
#include "cgi/metrics.h"
#include "cgi/metrics_internal.h"
#include "cgi/resources.h"
#include "rest.h"

static struct rest rest;
static struct app *app;

/* The answer of GET target; the caller frees it. */
static struct exchange *
get(const char *target)
{
    struct exchange *x = rest_request(&rest, "GET", target, NULL);

    (void) rest_send(x);
    return x;
}

/* The page has the line. */
static void
has_line(const char *line, const char *name)
{
    struct exchange *x = get("/metrics");
    struct buf want = {0}, page = {0};

    buf_printf(&want, "\n%s\n", line);
    buf_printf(&page, "\n%s", buf_text(&x->response.body));
    if (!ok(strstr(buf_text(&page), buf_text(&want)), "%s", name))
        diag("   no line: %s", line);
    buf_free(&want);
    buf_free(&page);
    exchange_free(x);
}

static int64_t
lines_with(const char *words)
{
    struct exchange *x = get("/metrics");
    const char *at = buf_text(&x->response.body);
    int64_t n = 0;

    while ((at = strstr(at, words))) {
        n++;
        at += strlen(words);
    }
    exchange_free(x);
    return n;
}

static int64_t
id_of(const char *name)
{
    struct model m = lab_model(app->service, name);
    int64_t id = m.id;

    model_free(&m);
    return id;
}

/* A verdict for one column, as the kinds make them. */
static void
count(int64_t model, const char *column, size_t index, bool alert)
{
    struct verdict v = {.column = column, .index = index, .alert = alert};
    struct verdicts verdicts = {.items = &v, .count = 1};

    metrics_verdicts(app, model, &verdicts);
}

static void
test_requests(void)
{
    const struct route *route = &health_routes[0];

    metrics_request(app, route, 200, 0.0001);
    metrics_request(app, route, 200, 0.003);
    metrics_request(app, route, 503, 99);
    metrics_request(app, NULL, 404, 0.001);
    metrics_request(app, route, 42, 0.001);
    has_line("vigia_http_requests_total{method=\"GET\",route=\"/health\","
             "status=\"200\"} 2",
             "requests are counted by method, route and status");
    has_line("vigia_http_requests_total{method=\"GET\",route=\"/health\","
             "status=\"503\"} 1",
             "... each status for itself");
    has_line("vigia_http_requests_total{method=\"_other\",route=\"_other\","
             "status=\"404\"} 1",
             "what fits no route has one series");
    is_int(lines_with("status=\"42\""), 0, "no status is made up");
    has_line("vigia_http_request_duration_seconds_bucket{method=\"GET\","
             "route=\"/health\",le=\"0.0001\"} 1",
             "a bucket has what took as long as its bound");
    has_line("vigia_http_request_duration_seconds_bucket{method=\"GET\","
             "route=\"/health\",le=\"0.005\"} 2",
             "... and all that was faster");
    has_line("vigia_http_request_duration_seconds_bucket{method=\"GET\","
             "route=\"/health\",le=\"+Inf\"} 3",
             "the last has all");
    has_line("vigia_http_request_duration_seconds_count{method=\"GET\","
             "route=\"/health\"} 3",
             "... as the count");
}

static void
test_turns(void)
{
    metrics_turn(app, 3, 0.002, 0.0002);
    metrics_turn(app, 1, 0.0005, 0);
    has_line("vigia_turn_requests_bucket{le=\"1\"} 1", "turns by requests");
    has_line("vigia_turn_requests_sum 4", "... and their sum");
    has_line("vigia_commit_seconds_sum 0.0025", "the time of commits");
    has_line("vigia_lock_wait_seconds_count 2", "the wait for the lock");
}

static void
test_verdicts(void)
{
    int64_t pump;

    lab_fit(app->service, "PUMP", 1);
    pump = id_of("PUMP");
    count(pump, "value", 0, false);
    has_line("vigia_alerts_total{model=\"PUMP\",column=\"value\"} 0",
             "alerts begin with 0, so that the first one is a rise");
    count(pump, "value", 0, true);
    count(pump, "a \"b\"\\c", 1, true);
    has_line("vigia_verdicts_total{model=\"PUMP\"} 3", "verdicts by model");
    has_line("vigia_alerts_total{model=\"PUMP\",column=\"value\"} 1",
             "alerts by model and column");
    has_line("vigia_alerts_total{model=\"PUMP\",column=\"a \\\"b\\\"\\\\c\"}"
             " 1",
             "labels are escaped");

    must(service_begin(app->service));
    must(change_open(app->service, "rename", ""));
    struct model m = lab_model(app->service, "PUMP");
    must(model_rename(app->service, &m, "OLD"));
    model_free(&m);
    must(service_commit(app->service));
    lab_fit(app->service, "PUMP", 1);
    count(id_of("PUMP"), "value", 0, false);
    has_line("vigia_verdicts_total{model=\"OLD\"} 3",
             "a renamed model takes its count along");
    has_line("vigia_verdicts_total{model=\"PUMP\"} 1",
             "... and another one of its old name has its own");
}

/* max_models is 3 here: OLD, PUMP and FAN-1. */
static void
test_bounds(void)
{
    char name[32];

    for (int i = 1; i <= 5; i++) {
        (void) snprintf(name, sizeof name, "FAN-%d", i);
        lab_fit(app->service, name, 1);
    }
    count(id_of("FAN-5"), "value", 0, true);
    count(id_of("FAN-4"), "value", 0, true);
    count(id_of("FAN-1"), "value", 0, true);
    is_int(lines_with("vigia_verdicts_total{"), 4,
           "max_models models have their own series, one is of the others");
    has_line("vigia_verdicts_total{model=\"FAN-1\"} 1",
             "it is the first by creation that have");
    has_line("vigia_alerts_total{model=\"_other\",column=\"_other\"} 2",
             "the others are counted together");
    for (size_t i = 0; i < 1000; i++) {
        (void) snprintf(name, sizeof name, "c%zu", i);
        count(id_of("FAN-1"), name, i, true);
    }
    ok(lines_with("vigia_alerts_total{model=\"FAN-1\"")
           <= COLUMNS_PER_MODEL * 3,
       "columns are bounded, too");
    ok(lines_with("vigia_alerts_total{model=\"FAN-1\",column=\"_other\"") == 1,
       "... and those too many counted together");
}

static void
test_states(void)
{
    static const double high = 99;
    int64_t counts[STATES];

    has_line("vigia_models{state=\"learning\"} 7", "models by state");
    has_line("vigia_models{state=\"alert\"} 0", "... each of them");
    must(service_begin(app->service));
    lab_put(app->service, "FAN-2", &high, 1, 0, NULL);
    must(service_commit(app->service));
    has_line("vigia_models{state=\"alert\"} 1", "... as they are now");
    has_line("vigia_models{state=\"learning\"} 6", "... one in each");
    has_line("vigia_history_rows 1", "rows of the history");
    is_int(lines_with("\nvigia_database_bytes "), 1, "the database's size");
    is_int(lines_with("\nvigia_wal_bytes "), 1, "... and the log's");

    /* More columns than a scrape may look at: rounds. */
    must(db_begin(app->service->db));
    must(db_run(app->service->db,
                "INSERT INTO state(model, ord, name, n, flat, activated_at)"
                " WITH RECURSIVE c(i) AS"
                " (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 9000)"
                " SELECT (SELECT id FROM model WHERE name = 'FAN-3'), i,"
                " 'c' || i, 4, 0, 0 FROM c",
                NULL, 0));
    must(db_commit(app->service->db));
    lab_fit(app->service, "FAN-6", 1);
    for (int i = 0; i < 6; i++)
        must(metrics_states(app->metrics, app->service, counts));
    is_int(counts[STATE_LEARNING], 7, "a large plant is counted in rounds");
    is_int(counts[STATE_ALERT], 1, "... but for what is in alert");
    must(service_begin(app->service));
    lab_put(app->service, "FAN-5", &high, 1, 0, NULL);
    must(service_commit(app->service));
    must(metrics_states(app->metrics, app->service, counts));
    is_int(counts[STATE_ALERT], 2, "... which is known at once");
}

static void
test_page(void)
{
    struct exchange *x = get("/metrics");

    is_int(x->response.status, 200, "the page is there");
    is_str(x->response.type, "text/plain; version=0.0.4; charset=utf-8",
           "its type is the one Prometheus asks for");
    exchange_free(x);
    is_int(lines_with("# TYPE "), 11, "every name has its type once");
}

int
main(void)
{
    rest_open(&rest);
    app = rest.app;
    metrics_free(app->metrics);
    app->metrics = metrics_new(3);
    test_page();
    test_requests();
    test_turns();
    test_verdicts();
    test_bounds();
    test_states();
    rest_close(&rest);
    return done_testing();
}
