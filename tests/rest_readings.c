/* SPDX-License-Identifier: Apache-2.0 */
/* POST /v1/readings: what is recorded, what is refused and where it stood. */
#include "base/json.h"
#include "core/prune.h"
#include "rest.h"

static struct rest lab;
static struct service *s;

static int64_t
rows(void)
{
    return lab_number(s, "SELECT count(*) FROM history");
}

/* Sends a body; the exchange is freed by the next call. */
static struct exchange *
post(const char *query, const char *type, const char *body)
{
    static struct exchange *x;
    struct buf target = {0};

    exchange_free(x);
    x = NULL;
    if (!body)
        return NULL;
    buf_printf(&target, "/v1/readings%s", query);
    x = rest_request(&lab, "POST", buf_text(&target), body);
    if (type)
        rest_header(x, HEADER_CONTENT_TYPE, type);
    (void) rest_send(x);
    buf_free(&target);
    return x;
}

static struct exchange *
send(const char *body)
{
    return post("", NULL, body);
}

/* ---- what is recorded ---- */

static void
test_answer(void)
{
    int64_t before = rows();
    struct exchange *x = send("{\"readings\":[{\"model\":\"A\",\"value\":10},"
                              "{\"model\":\"B\",\"value\":13},"
                              "{\"value\":1e1,\"model\":\"\\u0041\"}]}");

    rest_says(x, 200,
              "{\"tested\":3,\"alerts\":1,\"errors\":[],\"verdicts\":["
              "{\"model\":\"B\",\"version\":1,\"column\":\"value\","
              "\"value\":13,\"alert\":true,\"score\":2.3104",
              "readings are tested, and the alerts told");
    rest_says(x, 200, "\"state\":\"alert\",\"reason\":\"13 is 2.31 ",
              "with all that a verdict has");
    is_int(rows() - before, 3, "all of them are recorded");
    ok(lab.app->prune_wanted, "and pruning is asked for");
    x = post("?verdicts=all", NULL,
             "{\"readings\":[{\"model\":\"A\",\"value\":10}]}");
    rest_says(x, 200, "\"verdicts\":[{\"model\":\"A\",\"version\":1,",
              "?verdicts=all tells those without an alert, too");
    rest_says(x, 200, "\"state\":\"learning\"", "with the column's state");
    x = send("{\"readings\":[]}");
    rest_says(x, 200,
              "{\"tested\":0,\"alerts\":0,\"errors\":[],\"verdicts\":[]}",
              "no readings are no error");
    x = send(" { \"readings\" : [ { \"model\" : \"A\" , \"value\" : 1 } ] } ");
    rest_says(x, 200, "\"tested\":1,", "blanks may be anywhere");
}

static void
test_columns(void)
{
    struct history_page page = {0};
    struct model m = lab_model(s, "C");
    struct exchange *x = send("{\"readings\":[{\"model\":\"C\",\"columns\":"
                              "{\"y\":13,\"x/~1\":5}},"
                              "{\"model\":\"C\",\"columns\":{\"y\":1}}]}");

    rest_says(x, 200, "{\"tested\":2,\"alerts\":1,\"errors\":[]",
              "columns are one reading");
    must(history_read(
        s,
        &(struct history_query){
            .model = m.id, .since = INT64_MIN, .until = INT64_MAX, .limit = 9},
        &page));
    ok(page.count == 2 && page.items[1].values[0] == 5
           && page.items[1].values[1] == 13 && isnan(page.items[0].values[0]),
       "and one row, with the columns that were given");
    ok(page.count > 0 && page.items[0].request
           && strcmp(page.items[0].request, x->id) == 0
           && strcmp(page.items[0].by, "rest") == 0,
       "which has the request and who sent it");
    history_page_free(&page);
    model_free(&m);
}

static void
test_timed(void)
{
    static const char body[] =
        "{\"readings\":["
        "{\"model\":\"T\",\"at\":\"2026-11-20T13:00:00Z\",\"value\":5},"
        "{\"model\":\"T\",\"at\":\"2026-11-20T13:00:01Z\",\"value\":99}]}";
    int64_t before = rows();
    struct exchange *x = send(body);

    rest_says(x, 200, "\"tested\":2,\"alerts\":1,", "readings with a time");
    is_int(rows() - before, 2, "are recorded");
    x = send(body);
    rest_says(x, 200, "\"tested\":2,\"alerts\":1,\"errors\":[]",
              "a retry has the same answer");
    is_int(rows() - before, 2, "and is not recorded twice");
    x = send("{\"readings\":[{\"model\":\"T\",\"value\":5,"
             "\"at\":\"2026-11-22T13:00:01Z\"}]}");
    rest_says(x, 200,
              "\"errors\":[{\"pointer\":\"/readings/0/at\",\"detail\":\"the "
              "time of a reading lies more than a day ahead\"}]",
              "a time far ahead is refused");
}

/* The caches must not outlive what they were made of. */
static void
test_caches(void)
{
    static const char body[] = "{\"readings\":[{\"model\":\"K\",\"value\":20}"
                               "]}";
    struct model m;
    struct exchange *x = send(body);

    rest_says(x, 200, "\"errors\":[{\"pointer\":\"/readings/0/model\"",
              "a model that is not there");
    lab_fit(s, "K", 1);
    rest_says(send(body), 200, "\"alerts\":1,", "is there after a fit");
    lab_fit(s, "K", 10);
    rest_says(send(body), 200, "\"alerts\":0,", "a new version judges");
    m = lab_model(s, "K");
    must(service_begin(s));
    must(change_open(s, "remove", "K"));
    must(change_activate(s, &m, 0));
    must(service_commit(s));
    rest_says(send(body), 200, "K is removed; POST /v1/models/K/",
              "a removed model says so");
    must(service_begin(s));
    must(change_open(s, "undo", "K"));
    must(change_activate(s, &m, 1));
    must(model_rename(s, &m, "L"));
    service_rollback(s);
    rest_says(send(body), 200, "K is removed; ",
              "what was taken back is not believed");
    model_free(&m);
    m = lab_model(s, "K");
    must(service_begin(s));
    must(change_open(s, "rename", "K"));
    must(change_activate(s, &m, 1));
    must(model_rename(s, &m, "L"));
    must(service_commit(s));
    rest_says(send(body), 200, "no model named \\\"K\\\"",
              "the old name of a renamed model is nobody's");
    rest_says(send("{\"readings\":[{\"model\":\"L\",\"value\":20}]}"), 200,
              "\"alerts\":1,\"errors\":[],\"verdicts\":[{\"model\":\"L\"",
              "and the new one is its");
    model_free(&m);
}

/* Another connection, as another process would have. */
static void
test_other_writer(void)
{
    static const char body[] = "{\"readings\":[{\"model\":\"O\",\"value\":20}"
                               "]}";
    struct service *other;

    lab_fit(s, "O", 1);
    rest_says(send(body), 200, "\"alerts\":1,", "a model is known");
    must(service_open(lab.path, DB_WRITE, &lab.conf, "ana", "cli", &other));
    lab_fit(other, "O", 10);
    ok(lab_record(other, "O", 7, 0), "another process fits and records");
    service_close(other);
    rest_says(send(body), 200, "\"alerts\":0,", "its version judges from now");
    is_int(lab_number(s, "SELECT count(DISTINCT h.prev) FROM history h"
                         " JOIN model m ON m.id = h.model"
                         " WHERE m.name = 'O'"),
           2, "and its row is a link of the chain");
}

/* ---- what is refused ---- */

static void
test_faults(void)
{
    static const struct {
        const char *reading, *pointer, *words;
    } faults[] = {
        {"7",                                               "",                "must be an object"  },
        {"{\"value\":1}",                                   "",                "needs \\\"model\\\""},
        {"{\"model\":\"A\"}",                               "",                "needs \\\"value\\\""},
        {"{\"model\":\"A\",\"value\":1,\"columns\":{}}",    "",                "one of them"        },
        {"{\"model\":7,\"value\":1}",                       "/model",          "not a number"       },
        {"{\"model\":\"AA\",\"value\":1}",                  "/model",          "nearest: A"         },
        {"{\"model\":\"A\",\"value\":\"1\"}",               "/value",          "not a text"         },
        {"{\"model\":\"A\",\"value\":null}",                "/value",          "a missing reading"  },
        {"{\"model\":\"C\",\"value\":1}",                   "/value",          "name one of"        },
        {"{\"model\":\"A\",\"valu\":1}",                    "/valu",           "mean \\\"value\\\"" },
        {"{\"model\":\"A\",\"a/b\":1}",                     "/a~1b",           "no member"          },
        {"{\"model\":\"A\",\"value\":1,\"value\":2}",       "/value",          "given twice"        },
        {"{\"model\":\"A\",\"value\":1,\"at\":\"soon\"}",   "/at",             "soon"               },
        {"{\"model\":\"A\",\"value\":1,\"at\":7}",          "/at",             "must be a text"     },
        {"{\"model\":\"C\",\"columns\":{}}",                "/columns",        "at least one"       },
        {"{\"model\":\"C\",\"columns\":{\"z\":1}}",         "/columns/z",      "no column"          },
        {"{\"model\":\"C\",\"columns\":{\"x/~1\":null}}",   "/columns/x~1~01",
         "a missing reading"                                                                        },
        {"{\"model\":\"C\",\"columns\":{\"y\":1,\"y\":2}}", "/columns/y",
         "given twice"                                                                              },
    };
    struct buf body = {0}, words = {0};

    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        int64_t before = rows();
        struct exchange *x;

        buf_clear(&body);
        buf_printf(&body,
                   "{\"readings\":[{\"model\":\"B\",\"value\":1},%s,"
                   "{\"model\":\"B\",\"value\":2}]}",
                   faults[i].reading);
        buf_clear(&words);
        buf_printf(&words, "\"errors\":[{\"pointer\":\"/readings/1%s\",",
                   faults[i].pointer);
        x = send(buf_text(&body));
        rest_says(x, 200, buf_text(&words), faults[i].reading);
        rest_says(x, 200, faults[i].words, "says why");
        ok(rows() - before == 2
               && strstr(buf_text(&x->response.body), "\"tested\":2,"),
           "and the others are recorded");
    }
    buf_free(&body);
    buf_free(&words);
}

static void
test_refused(void)
{
    static const struct {
        const char *body;
        int status;
        const char *words;
    } bodies[] = {
        {"",                                                 400, "the text is empty"       },
        {"{\"readings\":[{\"model\":\"A\",\"value\":1},{]}", 400,
         "line 1, column 39"                                                                },
        {"{\"readings\":[{\"model\":\"A\",\"value\":01}]}",  400,
         "not a number as"                                                                  },
        {"{\"readings\":[{\"model\":\"A\",\"value\":1}]} x", 400,
         "must end here"                                                                    },
        {"{\"readings\":[{\"model\":\"\xff\"}]}",            400, "not UTF-8"               },
        {"[]",                                               422, "must be an object"       },
        {"{}",                                               422, "needs \\\"readings\\\""  },
        {"{\"readings\":{}}",                                422, "must be an array"        },
        {"{\"reading\":[]}",                                 422, "\"pointer\":\"/reading\""},
        {"{\"readings\":[],\"readings\":[]}",                400, "already there"           },
    };
    int64_t before = rows();

    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++)
        rest_says(send(bodies[i].body), bodies[i].status, bodies[i].words,
                  bodies[i].body);
    rest_says(post("?verdicts=some", NULL, "{\"readings\":[]}"), 422,
              "there is alerts, all", "an unknown choice of verdicts");
    rest_says(post("?atomic=yes", NULL, "{\"readings\":[]}"), 422, "?atomic",
              "a flag that is none");
    rest_says(post("", "text/csv", "A,1"), 415, "application/x-ndjson",
              "another type is told what to send");
    is_int(rows() - before, 0, "nothing of them is recorded");
}

static void
test_lines(void)
{
    int64_t before = rows();
    struct exchange *x = post("", "application/x-ndjson; charset=utf-8",
                              "{\"model\":\"A\",\"value\":1}\n"
                              "\n"
                              "{\"model\":\"A\",\"value\":}\r\n"
                              "{\"model\":\"A\",\"value\":1} 2\n"
                              "{\"model\":\"A\",\"valu\":1}\n"
                              "{\"model\":\"B\",\"value\":13}");

    rest_says(x, 200,
              "{\"tested\":2,\"alerts\":1,\"errors\":["
              "{\"pointer\":\"/2/value\",\"detail\":\"line 3, column 22: ",
              "lines are readings, and a broken one stands alone");
    rest_says(x, 200, "{\"pointer\":\"/3\",", "so does one with more in it");
    rest_says(x, 200, "{\"pointer\":\"/4/valu\",", "and one that is wrong");
    is_int(rows() - before, 2, "the others are recorded");
}

static void
test_atomic(void)
{
    int64_t before = rows();
    struct buf body = {0};
    struct exchange *x =
        post("?atomic=1", NULL,
             "{\"readings\":[{\"model\":\"A\",\"value\":1},"
             "{\"model\":\"A\",\"valu\":1},{\"model\":\"A\",\"value\":1},"
             "{\"model\":\"nobody\",\"value\":1}]}");

    rest_says(x, 422, "\"errors\":[{\"pointer\":\"/readings/1/valu\"",
              "an atomic request is refused for one bad reading");
    rest_says(x, 422, "{\"pointer\":\"/readings/3/model\"",
              "and says all that is wrong");
    is_int(rows() - before, 0, "nothing of it is recorded");
    rest_says(post("?atomic=1", NULL,
                   "{\"readings\":[{\"model\":\"A\",\"value\":1}]}"),
              200, "\"tested\":1,", "a good one is recorded");
    is_int(rows() - before, 1, "whole");
    buf_str(&body, "{\"readings\":[{\"model\":\"A\",\"value\":1}");
    for (int i = 0; i < 1000; i++)
        buf_str(&body, ",{\"model\":\"A\",\"value\":1}");
    buf_str(&body, "]}");
    rest_says(post("?atomic=1", NULL, buf_text(&body)), 422,
              "more than 1000 readings in an atomic request",
              "1,001 are too many for it");
    is_int(rows() - before, 1, "and not recorded");
    buf_free(&body);
}

/* ---- long work ---- */

static void
test_long(void)
{
    enum { MANY = 40000 };
    int64_t before = rows();
    struct buf body = {0}, words = {0};
    struct exchange *x;
    int turns = 0;

    buf_str(&body, "{\"readings\":[");
    for (int i = 0; i < MANY; i++)
        buf_printf(&body, "%s{\"model\":\"%s\",\"value\":%d}", i ? "," : "",
                   i % 2 ? "A" : "B", i % 10);
    buf_str(&body, "]}");
    x = rest_request(&lab, "POST", "/v1/readings", buf_text(&body));
    route_prepare(x);
    clock_step(PIECE_US / 1000); /* readings in a turn */
    do {
        must(service_begin(s));
        must(route_answer(x));
        must(service_commit(s));
        turns++;
        if (turns == 1)
            ok(x->more && rows() > before && x->response.body.len == 0,
               "a piece is stored, and not yet answered");
    } while (x->more);
    clock_step(1);
    ok(turns > 1, "very many readings take several turns: %d", turns);
    buf_printf(&words, "{\"tested\":%d,\"alerts\":0,\"errors\":[]", MANY);
    rest_says(x, 200, buf_text(&words), "and are answered at the end");
    is_int(rows() - before, MANY, "all of them are recorded");
    exchange_free(x);

    lab.conf.rest_rows_max = MANY - 1;
    rest_says(send(buf_text(&body)), 422, "more than 39999 readings in one",
              "more than [rest] rows_max are refused");
    is_int(rows() - before, MANY, "before any is recorded");
    buf_free(&body);
    buf_free(&words);
}

/* Suggestions cost, so only the first few strangers get them. */
static void
test_strangers(void)
{
    struct buf body = {0};
    struct exchange *x;
    int nearest = 0;

    for (int i = 0; i < 20; i++)
        buf_str(&body, "{\"model\":\"AA\",\"value\":1}\n");
    x = post("", "application/x-ndjson", buf_text(&body));
    for (const char *at = buf_text(&x->response.body);
         (at = strstr(at, "nearest")); at++)
        nearest++;
    is_int(nearest, 5, "few of many unknown names get the nearest ones told");
    buf_free(&body);
}

int
main(void)
{
    static const char *const columns[] = {"x/~1", "y", NULL};
    struct draft d;

    clock_fix(LAB_TIME);
    rest_open(&lab);
    s = lab.app->service;
    lab_fit(s, "A", 1);
    lab_fit(s, "B", 1);
    lab_fit(s, "T", 1);
    lab_draft(s, "C", columns, 1, &d);
    lab_apply(s, "C", "fit", &d);
    test_answer();
    test_columns();
    test_timed();
    test_caches();
    test_other_writer();
    test_faults();
    test_refused();
    test_lines();
    test_atomic();
    test_strangers();
    test_long();
    (void) post("", NULL, NULL);
    rest_close(&lab);
    return done_testing();
}
