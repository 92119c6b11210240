/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The planners: what must hold of any request, over 100,000 random ones;
 * wrong requests; and priors.
 */
#include "planners.h"

enum { RANDOM = 100000 };

/* ---- any request ---- */

/* A request of any size, some of them finished; d decides. */
static void
random_request(struct draws *d, struct buf *out)
{
    static const char *const answers[] = {"\"ir_accepted\"", "\"ir_rejected\"",
                                          "\"ir_pending\"", "null", "\"?\""};
    static const char *const states[] = {"\"offer_accepted\"", "\"not_in_ft\"",
                                         "\"cancelled\"", "null"};
    int rows = (int) (draws_uniform(d) * draws_uniform(d) * 12);
    int minutes = (int) (pow(10, draws_uniform(d) * 7));

    buf_clear(out);
    buf_printf(
        out,
        "{\"now\":\"20%02d-%02d-%02dT%02d:%02d:%02d\","
        "\"num_vacancies\":%d,\"num_remaining_in_pool\":%d,"
        "\"deadline\":\"20%02d-03-01 12:00:00.25+02:00\","
        "\"impacted_candidates_data\":[",
        (int) (draws_uniform(d) * 50), 1 + (int) (draws_uniform(d) * 12),
        1 + (int) (draws_uniform(d) * 28), (int) (draws_uniform(d) * 24),
        (int) (draws_uniform(d) * 60), (int) (draws_uniform(d) * 60),
        (int) (pow(10, draws_uniform(d) * 4)) - 2,
        (int) (pow(10, draws_uniform(d) * 5)) - 2,
        (int) (draws_uniform(d) * 100));
    for (int i = 0; i < rows; i++) {
        buf_printf(out,
                   "%s{\"notification_status\":%s,\"candidate_status\":%s",
                   i ? "," : "", answers[(int) (draws_uniform(d) * 5)],
                   states[(int) (draws_uniform(d) * 4)]);
        if (draws_uniform(d) < 0.9)
            buf_printf(out, ",\"time_to_respond_ir_minutes\":%.1f",
                       draws_uniform(d) * minutes);
        buf_char(out, '}');
    }
    buf_str(out, "]}");
}

struct broken {
    int total, open, error, finished, bounds, late, original;
};

/* What holds of every answer of the usual mode. */
static void
look_at(size_t i, const struct json *request, struct broken *b)
{
    double pool = json_number(json_get(request, "num_remaining_in_pool"));
    struct plan p = asked(i, request, NULL, 1);
    struct plan q = asked(i, request, "original", 1);
    bool late;

    b->total++;
    if (p.e != ERR_OK) {
        b->error++;
        return;
    }
    late = json_bool(json_get(p.json, "late"));
    b->open += !p.finished;
    b->finished += p.finished && (p.candidates != 0 || p.callback != 0);
    b->bounds += !(p.candidates >= 0 && p.callback >= 0
                   && (p.finished || p.candidates <= pool)
                   && p.candidates == floor(p.candidates)
                   && p.callback == floor(p.callback));
    b->late += late && (i == EXP || p.finished);
    b->original += q.e == ERR_OK && q.finished != p.finished;
    json_free(p.json);
    json_free(q.json);
}

static void
test_any(void)
{
    struct broken b = {0};
    struct draws d = {20261123};
    struct buf text = {0};

    for (int n = 0; n < RANDOM; n++) {
        struct json *request;

        random_request(&d, &text);
        request = parsed(text.data);
        look_at((size_t) n % PLANNERS, request, &b);
        json_free(request);
    }
    ok(b.total == RANDOM && b.open > RANDOM / 4
           && b.open < RANDOM - RANDOM / 10,
       "100,000 requests, many open and many not");
    is_int(b.error, 0, "all are answered");
    is_int(b.finished, 0, "finished means nobody and no callback");
    is_int(b.bounds, 0, "whole numbers from 0 on, and no more than the pool");
    is_int(b.late, 0, "invite-exp does not look again after the deadline");
    is_int(b.original, 0, "the original finishes when we do");
    buf_free(&text);
}

/* ---- wrong requests ---- */

#define HEAD \
    "\"now\":\"2021-11-01 00:00:00\",\"deadline\":\"2021-11-02 00:00:00\""
#define COUNTS "\"num_vacancies\":5,\"num_remaining_in_pool\":500"
#define ROWS   "\"impacted_candidates_data\":["

static void
test_wrong(void)
{
    static const struct {
        const char *request, *pointer, *says;
    } cases[] = {
        {"[]",                                                            "",                                                       "must be an object"     },
        {"{" HEAD "," COUNTS "}",                                         "/impacted_candidates_data",                              "needs"                 },
        {"{" HEAD "," COUNTS ",\"impacted_candidates_data\":{}}",
         "/impacted_candidates_data",                                                                                               "must be an array"      },
        {"{\"deadline\":\"2021-11-02 00:00:00\"," COUNTS "," ROWS "]}",   "/now",
         "(or \"ref"                                                                                                                                        },
        {"{" HEAD ",\"reference_date_time\":\"2021-11-01 00:00:00\"," COUNTS
         "," ROWS "]}",
         "/reference_date_time",                                                                                                    "are the same"          },
        {"{\"now\":5,\"deadline\":\"2021-02-30 00:00:00\"," COUNTS "," ROWS
         "]}",                                                   "/deadline",                                              "no date and time"      },
        {"{\"now\":5,\"deadline\":\"2021-11-02 00:00:00\"," COUNTS "," ROWS
         "]}",                                                   "/now",                                                   "must be a time"        },
        {"{" HEAD ",\"num_vacancies\":5.5,\"num_remaining_in_pool\":1," ROWS
         "]}",                                                   "/num_vacancies",                                         "whole number"          },
        {"{" HEAD ",\"num_vacancies\":\"5\",\"num_remaining_in_pool\":1," ROWS
         "]}",                                                   "/num_vacancies",                                         "must be a number"      },
        {"{" HEAD ",\"num_vacancies\":5,\"num_remaining_in_pool\":1e300," ROWS
         "]}",                                                   "/num_remaining_in_pool",                                 "whole number"          },
        {"{" HEAD "," COUNTS "," ROWS "7]}",                              "/impacted_candidates_data/0",
         "must be an object"                                                                                                                                },
        {"{" HEAD "," COUNTS "," ROWS "{},{\"notification_status\":1}]}",
         "/impacted_candidates_data/1/notification_status",                                                                         "must be a text or null"},
        {"{" HEAD "," COUNTS "," ROWS
         "{\"time_to_respond_ir_minutes\":1e300}]}",             "/impacted_candidates_data/0/time_to_respond_ir_minutes",
         "must be from 0 to"                                                                                                                                },
        {"{" HEAD "," COUNTS "," ROWS
         "{\"time_to_respond_ir_minutes\":\"7\"}]}",             "/impacted_candidates_data/0/time_to_respond_ir_minutes",
         "must be a number or null"                                                                                                                         },
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct json *request = parsed(cases[i].request);
        struct plan p = asked(i % PLANNERS, request, NULL, 1);
        size_t found;
        const struct err_detail *d = err_details(&found);
        bool told = false;

        for (size_t j = 0; j < found; j++)
            told |= !strcmp(d[j].pointer, cases[i].pointer)
                    && strstr(d[j].text, cases[i].says);
        ok(p.e == ERR_DATA && told, "refused: %s %s", cases[i].pointer,
           cases[i].says);
        json_free(p.json);
        json_free(request);
    }
}

static void
test_faults_together(void)
{
    struct json *request =
        parsed("{\"now\":\"x\",\"num_vacancies\":true," ROWS "{},0]}");
    struct ask ask = {.mode = "orignal"};
    struct verdicts v = {0};
    size_t found;

    ok(kind_invite_exp.test(models[EXP], request, &ask, &v) == ERR_DATA,
       "a request with faults is refused");
    (void) err_details(&found);
    is_int((int64_t) found, 6, "and all of them are told");
    json_free(request);
}

static void
test_doubts(void)
{
    struct json *request = parsed("{" HEAD "," COUNTS ",\"more\":1," ROWS
                                  "{\"candidate_status\":\"gone\"}]}");
    struct plan p = asked(NBINOM, request, NULL, 1);
    const struct json *warnings = json_get(p.json, "warnings");

    ok(p.e == ERR_OK && json_count(warnings) == 2
           && strstr(json_text(json_at(warnings, 0)), "\"gone\"")
           && strstr(json_text(json_at(warnings, 1)), "\"more\""),
       "what is not known is told, and counts for nothing");
    json_free(p.json);
    json_free(request);
    request = parsed("{\"reference_date_time\":\"2021-11-01T00:00:00Z\","
                     "\"deadline\":\"2021-11-01T00:30:00.5+00:00\"," COUNTS
                     "," ROWS "{\"notification_status\":\"ir_accepted\","
                     "\"time_to_respond_ir_minutes\":90},{},{}]}");
    p = asked(NBINOM, request, NULL, 1);
    ok(p.e == ERR_OK && p.callback == 90
           && json_bool(json_get(p.json, "late")),
       "a callback after the deadline is late");
    json_free(p.json);
    json_free(request);
}

/* ---- rows beside others ---- */

/* A member of a row, as one or another program may write it. */
static void
random_member(struct draws *d, size_t member, struct buf *out)
{
    static const char *const forms[][8] = {
        {"\"notification_status\":\"ir_accepted\"",
         "\"notification_status\": \"ir_accepted\"",            "\"notification_status\":\"ir_rejected\"",
         "\"notification_status\":\"ir_pending\"",                                                                      "\"notification_status\": null",
         "\"notification_status\":\"ir_accepted \"",                                                                                                                                          "\"notification_st\\u0061tus\":\"ir_accepted\"",
         "\"notification_status\":\"ir_\\u0061ccepted\""                                                                                                                                                                                                 },
        {"\"candidate_status\":\"offer_accepted\"",
         "\"candidate_status\" :\"offer_accepted\"",            "\"candidate_status\":\"not_in_ft\"",
         "\"candidate_status\":\"cancelled\"",                                                                          "\"candidate_status\":null",
         "\"candidate_status\":\"offer\"",                                                                                                                                                    "\"candidate_status\":\"\"",
         "\"candidate_status\":\"ir_accepted\""                                                                                                                                                                                                          },
        {"\"time_to_respond_ir_minutes\":48",
         "\"time_to_respond_ir_minutes\": 48",                  "\"time_to_respond_ir_minutes\":4.5",
         "\"time_to_respond_ir_minutes\":0",                                                                            "\"time_to_respond_ir_minutes\":null",
         "\"time_to_respond_ir_minutes\":1e2",                                                                                                                                                "\"time_to_respond_ir_minutes\":52560000",
         "\"time_to_respond_ir_minutes\":\t7"                                                                                                                                                                                                            },
        {"\"id\":1",                                "\"id\":2", "\"id\": [1,{}]",                          "\"\":null",
         "\"candidate\":\"x\"",                                                                                                                                "\"time\":\"offer_accepted\"",
         "\"notification_statu\":\"ir_accepted\"",                                                                                                                                                                                             "\"i\":{}"},
    };

    buf_str(out, forms[member][(size_t) (draws_uniform(d) * 8)]);
}

/* A row of some of them, in any order. */
static void
random_row(struct draws *d, struct buf *out)
{
    size_t order[] = {0, 1, 2, 3};
    size_t count = (size_t) (draws_uniform(d) * 5);

    buf_char(out, '{');
    for (size_t i = 0; i < count; i++) {
        size_t other = i + (size_t) (draws_uniform(d) * (double) (4 - i));
        size_t member = order[other];

        order[other] = order[i];
        buf_str(out, i == 0 ? "" : draws_uniform(d) < 0.5 ? "," : ", ");
        random_member(d, member, out);
    }
    buf_char(out, '}');
}

static void
add_rows(const struct buf *text, struct invite *sum)
{
    struct buf array = {0};

    buf_printf(&array, "[%s]", buf_text(text));
    must(invite_read_rows(array.data, array.len, "", sum));
    buf_free(&array);
}

/* What a row means does not depend on the rows before it, of which the reader
 * keeps what it has seen. */
static void
test_rows_together(void)
{
    struct draws d = {7};
    int wrong = 0;

    for (int n = 0; n < 2000; n++) {
        struct buf rows = {0}, row = {0};
        struct invite together = {0}, alone = {0};

        for (int i = 0; i < 20; i++) {
            buf_clear(&row);
            random_row(&d, &row);
            buf_printf(&rows, "%s%s", i ? "," : "", row.data);
            add_rows(&row, &alone);
        }
        add_rows(&rows, &together);
        wrong += together.rows != alone.rows
                 || together.accepted != alone.accepted
                 || together.offered != alone.offered
                 || together.any_status != alone.any_status
                 || together.longest > alone.longest
                 || together.longest < alone.longest
                 || together.minute_count != alone.minute_count
                 || (alone.minute_count > 0
                     && memcmp(together.minutes, alone.minutes,
                               alone.minute_count * sizeof(double)));
        invite_free(&together);
        invite_free(&alone);
        buf_free(&rows);
        buf_free(&row);
    }
    is_int(wrong, 0, "rows mean beside others what they mean alone");
}

/* The second row is read by what the first one has shown, to where the text
 * ends and no further. */
static void
test_rows_wrong(void)
{
    static const char *const rows[] = {
        "[{\"candidate_status\":null},"
        "{\"candidate_status\":null,\"candidate_status\":null}]",
        "[{\"candidate_status\":\"cancelled\"},"
        "{\"candidate_status\":\"cancelled\"\"}]",
        "[{\"id\":1,\"candidate_status\":null},{,\"candidate_status\":null}]",
        "[{\"id\":1},{\"id\":}]",
    };
    static const char whole[] = "[{\"candidate_status\":\"cancelled\"},"
                                "{\"candidate_status\":\"cancelled\"}]";
    int taken = 0;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct invite r = {0};

        ok(invite_read_rows(rows[i], strlen(rows[i]), "", &r) == ERR_SYNTAX,
           "refused: %s", rows[i]);
        invite_free(&r);
    }
    for (size_t len = 1; len < sizeof whole; len++) {
        struct invite r = {0};

        taken += invite_read_rows(whole, len, "", &r) == ERR_OK;
        invite_free(&r);
    }
    is_int(taken, 1, "rows that are cut off anywhere are refused");
}

/* ---- seeds ---- */

static void
test_seed(void)
{
    struct json *request = parsed("{" HEAD ",\"num_vacancies\":200,"
                                  "\"num_remaining_in_pool\":5000," ROWS "]}");
    struct plan a = asked(STOCH, request, NULL, 5);
    struct plan b = asked(STOCH, request, NULL, 5);
    struct plan c = asked(STOCH, request, NULL, 6);

    ok(a.candidates == b.candidates && a.candidates != c.candidates,
       "the same seed plans the same, another one does not");
    ok(json_number(json_get(c.json, "seed")) == 6, "the answer has its seed");
    json_free(a.json);
    json_free(b.json);
    json_free(c.json);
    json_free(request);
}

/* ---- priors ---- */

static double
mean_of(const struct json *weights)
{
    const struct json *prior = json_get(weights, "prior");
    double alpha = json_number(json_get(prior, "alpha"));

    return alpha / (alpha + json_number(json_get(prior, "beta")));
}

static enum err
fitted(const char *cases, struct json **weights)
{
    struct json *json = parsed(cases);
    struct source source = {.cases = json};
    struct buf text = {0};
    enum err e = kind_invite_nbinom.fit(&source, NULL, &text);

    if (e == ERR_OK)
        *weights = parsed(text.data);
    json_free(json);
    buf_free(&text);
    return e;
}

#define YES  "{\"notification_status\":\"ir_accepted\"}"
#define NO   "{\"notification_status\":\"ir_rejected\"}"
#define CASE "{\"impacted_candidates_data\":["

static void
test_fit(void)
{
    struct json *w = NULL;

    must(fitted("[" CASE YES "," YES "," YES "," NO "]}," CASE YES "," NO
                "," NO "," NO "]}]",
                &w));
    ok(fabs(mean_of(w) - 0.5) < 1e-12 && json_number(json_get(w, "cases")) == 2
           && json_number(json_get(w, "rows")) == 8
           && json_number(json_get(w, "accepted")) == 4,
       "a prior has the share of all rows for its mean");
    /* spread 4*(1/16)*2 = 0.5, chance 1/4, alike (0.5-0.25)/(0.25*3) = 1/3 */
    ok(fabs(json_number(json_get(json_get(w, "prior"), "alpha")) - 1) < 1e-12,
       "and the weight that the cases differ by");
    json_free(w);
    must(fitted("[" CASE YES "," NO "]}," CASE NO "," YES "]}," CASE "]}]",
                &w));
    ok(json_number(json_get(json_get(w, "prior"), "beta")) == 2
           && json_number(json_get(w, "cases")) == 2,
       "which is that of the rows when they are all alike");
    json_free(w);
    refused(fitted("[" CASE YES "]}]", &w), ERR_DATA, "two finished cases",
            "one case is none");
    refused(fitted("[" CASE YES "]}," CASE YES "]}]", &w), ERR_DATA,
            "all were accepted", "all accepted says nothing");
}

static void
test_adjust(void)
{
    struct buf text = {0}, moved = {0};
    struct json *w, *after;

    kind_invite_stoch.builtin(&text);
    w = parsed(text.data);
    must(kind_invite_stoch.adjust(w, 25, NULL, &moved));
    after = parsed(moved.data);
    ok(fabs(mean_of(after) - 0.25) < 1e-12
           && fabs(json_number(json_get(json_get(after, "prior"), "alpha"))
                   + json_number(json_get(json_get(after, "prior"), "beta"))
                   - 159)
                  < 1e-9,
       "an adjustment moves the mean and keeps the weight");
    refused(kind_invite_stoch.adjust(w, 500, NULL, &moved), ERR_DATA,
            "out of 0 to 1", "but not to 1");
    refused(kind_invite_stoch.adjust(w, 5, "value", &moved), ERR_NOT_FOUND,
            "no columns", "it has no columns");
    json_free(w);
    json_free(after);
    buf_free(&text);
    buf_free(&moved);
}

static void
test_weights(void)
{
    static const char *const wrong[] = {
        "[]",
        "{}",
        "{\"prior\":{\"alpha\":0,\"beta\":1},\"moved\":1,\"cases\":0,"
        "\"rows\":0,\"accepted\":0}",
        "{\"prior\":{\"alpha\":1,\"beta\":1e300},\"moved\":1,\"cases\":0,"
        "\"rows\":0,\"accepted\":0}",
        "{\"prior\":{\"alpha\":1,\"beta\":1},\"moved\":1,\"cases\":0.5,"
        "\"rows\":0,\"accepted\":0}",
        "{\"prior\":{\"alpha\":1,\"beta\":1,\"gamma\":1},\"moved\":1,"
        "\"cases\":0,\"rows\":0,\"accepted\":0}",
    };
    int refused_ = 0;

    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct json *w = parsed(wrong[i]);

        refused_ += kind_invite_exp.check(w) == ERR_DATA;
        json_free(w);
    }
    is_int(refused_, sizeof wrong / sizeof *wrong,
           "weights that cannot be are refused");
}

int
main(void)
{
    compile_builtin();
    test_any();
    test_wrong();
    test_faults_together();
    test_doubts();
    test_rows_together();
    test_rows_wrong();
    test_seed();
    test_fit();
    test_adjust();
    test_weights();
    release_builtin();
    return done_testing();
}
