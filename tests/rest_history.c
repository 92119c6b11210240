/* SPDX-License-Identifier: Apache-2.0 */
/* GET /v1/history: what is listed, page by page, and what is refused. */
#include "base/json.h"
#include "rest.h"

#define MINUTE (60 * CLOCK_SECOND)

static struct rest lab;

/* Asks; the exchange is freed by the next call. */
static struct exchange *
ask(const char *query)
{
    static struct exchange *x;
    struct buf target = {0};

    exchange_free(x);
    x = NULL;
    if (!query)
        return NULL;
    buf_printf(&target, "/v1/history%s", query);
    x = rest_request(&lab, "GET", buf_text(&target), NULL);
    (void) rest_send(x);
    buf_free(&target);
    return x;
}

/* The values of a page: "A13 B14 A5", and "..." when there is a next. */
static const char *
page(const char *query, int64_t *next)
{
    static struct buf text;
    const struct buf *body = &ask(query)->response.body;
    struct json *json = NULL;
    const struct json *rows;

    buf_clear(&text);
    must(json_parse(buf_text(body), body->len, &json));
    rows = json_get(json, "history");
    for (size_t i = 0; rows && i < json_count(rows); i++) {
        const struct json *row = json_at(rows, i);
        const struct json *value =
            json_get(json_get(json_get(row, "columns"), "value"), "value");

        buf_printf(&text, "%s%s%g", i ? " " : "",
                   json_text(json_get(row, "model")), json_number(value));
    }
    *next = rows && json_type(json_get(json, "next")) == JSON_NUMBER
                ? (int64_t) json_number(json_get(json, "next"))
                : 0;
    json_free(json);
    return buf_text(&text);
}

static void
lists(const char *query, const char *want, const char *name)
{
    int64_t next;

    is_str(page(query, &next), want, name);
    is_int(next, 0, "and that is the end");
}

/* A: 13 (an alert), 5, 7 and B: 1, 14, in turns, a minute apart. */
static void
record_some(void)
{
    static const struct {
        const char *name;
        double value;
    } readings[] = {
        {"A", 13},
        {"B", 1 },
        {"A", 5 },
        {"B", 14},
        {"A", 7 }
    };

    for (size_t i = 0; i < sizeof readings / sizeof *readings; i++) {
        clock_fix(LAB_TIME + (int64_t) i * MINUTE);
        lab_record(lab.app->service, readings[i].name, readings[i].value, 0);
    }
}

static void
test_lists(void)
{
    lists("", "A7 B14 A5 B1 A13", "all readings, newest first");
    lists("?model=A", "A7 A5 A13", "those of one model");
    lists("?alert=1", "B14 A13", "those in alert");
    lists("?model=B&alert=true", "B14", "of one model");
    lists("?alert=0", "A7 B14 A5 B1 A13", "alert=0 leaves none out");
    lists("?since=2026-11-20T14:02:00Z", "A7 B14 A5", "since is inclusive");
    lists("?until=2026-11-20T14:02:00Z", "B1 A13", "until is exclusive");
    lists("?model=A&since=2026-11-20T14:01:00Z&until=2026-11-20T14:04:00Z",
          "A5", "both, of one model");
    lists("?since=2026-11-20T15:02:00+01:00", "A7 B14 A5",
          "with the plus of its offset as it is written");
    lists("?since=2026-11-20T15:02:00.0%2B01:00", "A7 B14 A5",
          "or as it must be");
    rest_says(ask("?since=2026-11-20+24:60"), 422, "\\\"2026-11-20 24:60\\\"",
              "a blank is no plus where that makes no time");
    lists("?since=2m", "A7 B14 A5", "an age is a time, too");
    rest_says(ask("?limit=1"), 200,
              "{\"history\":[{\"id\":5,\"at\":\"2026-11-20T14:04:00.000000Z\","
              "\"recorded_at\":\"2026-11-20T14:04:00.000000Z\","
              "\"model\":\"A\",\"version\":1,\"columns\":{\"value\":{"
              "\"value\":7,\"alert\":false,\"score\":-0.21",
              "a row says what the command line says");
}

static void
test_pages(void)
{
    static const char *const queries[] = {"?limit=2", "?limit=2&model=A",
                                          "?limit=1&alert=1"};
    static const char *const want[] = {"A7 B14|A5 B1|A13", "A7 A5|A13",
                                       "B14|A13"};

    for (size_t i = 0; i < 3; i++) {
        struct buf all = {0}, query = {0};
        int64_t next = 0;
        int pages = 0;

        do {
            const char *text;

            buf_clear(&query);
            buf_str(&query, queries[i]);
            if (next)
                buf_printf(&query, "&cursor=%d", (int) next); /* small */
            text = page(buf_text(&query), &next);
            if (*text) /* the last may be empty */
                buf_printf(&all, "%s%s", pages ? "|" : "", text);
        } while (next && ++pages < 9);
        is_str(buf_text(&all), want[i], "pages follow each other");
        buf_free(&all);
        buf_free(&query);
    }
}

static void
test_refused(void)
{
    rest_says(ask("?limit=0"), 422, "?limit: 0 is not between 1 and 1000",
              "a limit out of range");
    rest_says(ask("?cursor=x"), 422, "?cursor", "a cursor that is none");
    rest_says(ask("?since=soon&until=late&alert=2"), 422,
              "{\"pointer\":\"?until\"", "all values that are none");
    rest_says(ask("?since=soon"), 422, "?since: ", "a time that is none");
    rest_says(ask("?since=1m&until=2m"), 422, "?since is not before ?until",
              "an empty time");
    rest_says(ask("?alert=maybe"), 422, "?alert", "a flag that is none");
    rest_says(ask("?model=AA"), 404, "nearest: A", "an unknown model");
    rest_says(ask("?modell=A"), 400, "modell", "an unknown parameter");
}

/* However short the pages of a busy machine are, together they are all. */
static void
test_many(void)
{
    struct service *s = lab.app->service;
    struct buf query = {0};
    int64_t next = 0;
    size_t rows = 0;

    lab_fit(s, "M", 1);
    must(service_begin(s));
    for (int i = 0; i < 1500; i++) {
        double value = i % 7;

        lab_put(s, "M", &value, 1, 0, NULL);
    }
    must(service_commit(s));
    do {
        const char *text;

        buf_clear(&query);
        buf_str(&query, "?limit=1000&model=M");
        if (next)
            buf_printf(&query, "&cursor=%lld", (long long) next);
        text = page(buf_text(&query), &next);
        rows += *text != '\0';
        for (; *text; text++)
            rows += *text == ' ';
    } while (next);
    ok(rows == 1500, "a long history is all of its pages: %zu rows", rows);
    buf_free(&query);
}

int
main(void)
{
    clock_fix(LAB_TIME);
    rest_open(&lab);
    lab_fit(lab.app->service, "A", 1);
    lab_fit(lab.app->service, "B", 1);
    lists("", "", "without readings the history is empty");
    record_some();
    test_lists();
    test_pages();
    test_refused();
    test_many();
    (void) ask(NULL);
    rest_close(&lab);
    return done_testing();
}
