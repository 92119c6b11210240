/* SPDX-License-Identifier: Apache-2.0 */
/* The routes of the planners, and models of kinds without columns elsewhere.
 */
#include "rest.h"

static struct rest rest;

static struct exchange *
sent(const char *method, const char *target, const char *body)
{
    struct exchange *x = rest_request(&rest, method, target, body);

    rest_send(x);
    return x;
}

static void
says(const char *target, const char *body, int status, const char *words,
     const char *name)
{
    struct exchange *x = sent(body ? "POST" : "GET", target, body);

    rest_says(x, status, words, name);
    exchange_free(x);
}

#define BODY(now)                                                          \
    "{\"" now "\":\"2021-11-01 00:00:00\","                                \
    "\"deadline\":\"2021-11-02 00:00:00\",\"num_vacancies\":10,"           \
    "\"num_remaining_in_pool\":500,\"correlation_id\":\"c-1\",\n"          \
    "\"impacted_candidates_data\":["                                       \
    "{\"notification_status\":\"ir_accepted\","                            \
    "\"candidate_status\":\"offer_accepted\","                             \
    "\"time_to_respond_ir_minutes\":48},"                                  \
    "{\"notification_status\":\"ir_rejected\","                            \
    "\"candidate_status\":\"not_in_ft\",\"time_to_respond_ir_minutes\":11" \
    "}]}"
static const char example[] = BODY("now");

static void
test_routes(void)
{
    struct exchange *x;

    says("/optim-exp/", example, 200, "[false,28,11]",
         "the routes answer on an empty database");
    says("/optim-nbinomial/", BODY("reference_date_time"), 200, "[false,29,7]",
         "in both spellings of the time");
    says("/optim-stoch-constraint/?seed=1", example, 200, "[false,",
         "and without a slash at the end or with");
    says("/optim-stoch-constraint?seed=1&mode=original", example, 200,
         "[false,0,32]", "in the other mode, too");
    says("/optim-exp?mode=original", example, 422,
         "the original program failed", "which may have failed");
    says("/optim-exp?mode=nice", example, 422, "there is repaired, original",
         "a mode is one of those there are");
    says("/optim-exp?seed=-1", example, 422, "seed", "a seed is a number");
    x = sent("POST", "/optim-exp", "{\"now\":1");
    is_int(x->response.status, 400, "what is no JSON is told");
    exchange_free(x);
    says("/optim-exp", "{\"now\":1,\"num_vacancies\":-1.5}", 422,
         "/num_remaining_in_pool", "and all that is wrong");
    says("/optim-exp", "", 400, "", "an empty body is none");
    says("/optim-exp",
         "{\"now\":\"2021-11-02T00:00:00Z\","
         "\"deadline\":\"2021-11-01T00:00:00Z\",\"num_vacancies\":-4,"
         "\"num_remaining_in_pool\":-1,\"impacted_candidates_data\":[]}",
         200, "[true,0,0]", "what is over is finished");
}

static void
test_history(void)
{
    says("/v1/history?model=invite-nbinom", NULL, 200,
         "\"columns\":null,\"alert\":false,\"input\":{\"correlation_id\":"
         "\"c-1\",",
         "the history has the request");
    says("/v1/history?model=invite-nbinom", NULL, 200,
         "\"output\":{\"finished\":false,\"candidates\":29,",
         "and the answer");
    says("/optim-nbinomial?record=0", example, 200, "[", "or has not");
    is_int(lab_number(rest.app->service,
                      "SELECT count(*) FROM history h JOIN model m"
                      " ON m.id = h.model WHERE m.name = 'invite-nbinom'"),
           1, "when it was not to be recorded");
}

static void
test_models(void)
{
    struct rest old = rest;
    struct exchange *x;

    rest_open(&rest);
    says("/v1/models/invite-exp", NULL, 200, "\"from\":\"built in\"",
         "a model that is built in is there when it is asked for");
    says("/v1/models/invite-exp/test", example, 200,
         "{\"verdicts\":[{\"model\":\"invite-exp\",\"version\":1,"
         "\"finished\":false,\"candidates\":28,\"callback_minutes\":11,"
         "\"posterior\":{\"alpha\":11.931428571428572,",
         "its test explains the answer");
    says("/v1/models?kind=invite-exp", NULL, 200,
         "\"state\":\"ok\",\"columns\":[],\"last\":{", "a list shows it");
    says("/v1/models/invite-exp/adjust", "{\"percent\":25}", 200,
         "\"mean\":0.0499999", "it is adjusted");
    says("/v1/models/invite-exp/undo", "", 200, "\"version\":1",
         "and taken back");
    says("/v1/models/invite-exp/test", "{\"value\":10}", 422,
         "/impacted_candidates_data", "its requests are its own");
    says("/invite-exp/predict", example, 422, "is no sensor",
         "it is no sensor");
    says("/invite-exp/weights", NULL, 422, "GET /v1/models/invite-exp shows",
         "with weights in columns");
    says("/invite-exp/adjust", "{}", 422, "POST /v1/models/invite-exp/adjust",
         "nor one to be adjusted");
    says("/invite-stoch/predict", example, 422, "is no sensor",
         "nor is one that was never used");
    says("/v1/readings",
         "{\"readings\":[{\"model\":\"invite-exp\",\"value\":1}]}", 200,
         "is no sensor", "and has no readings");
    says("/v1/models/other/test", example, 404, "no model named",
         "another name is not built in");
    x = sent("PATCH", "/v1/models/invite-exp", "{\"title\":\"Plan\"}");
    rest_says(x, 200, "\"title\":\"Plan\"", "it has a title");
    exchange_free(x);
    says("/metrics", NULL, 200, "vigia_models{state=\"ok\"} 1",
         "metrics count it");
    rest_close(&rest);
    rest = old;
}

#define CASES                                                     \
    "{\"cases\":[{\"impacted_candidates_data\":["                 \
    "{\"notification_status\":\"ir_accepted\"},{}]},"             \
    "{\"impacted_candidates_data\":[{},{\"notification_status\":" \
    "\"ir_accepted\"}]}]}"

static void
test_fit(void)
{
    says("/v1/models/invite-stoch/fit", CASES, 200,
         "\"from\":\"fitted from 2 cases\"", "a planner learns from cases");
    says("/v1/models/plan/fit?kind=invite-stoch", CASES, 200,
         "\"kind\":\"invite-stoch\"", "one of another name, too");
    says("/v1/models/new/fit", CASES, 422, "baseline learns from readings",
         "a sensor does not");
    says("/v1/models/invite-stoch/fit", "{\"values\":[1,2]}", 422,
         "learns from \\\"cases\\\"", "and planners not from readings");
    says("/v1/models/new/fit?kind=unknown", CASES, 422, "there is baseline",
         "kinds that there are not are told");
    says("/v1/models/invite-stoch/fit", "{\"cases\":[{}]}", 422,
         "/cases/0/impacted_candidates_data", "so is what a case lacks");
    says("/v1/models/invite-stoch/fit", "{\"recorded\":{}}", 422,
         "does not learn from recorded", "recorded requests teach nothing");
}

int
main(void)
{
    clock_fix(LAB_TIME);
    rest_open(&rest);
    test_routes();
    test_history();
    test_models();
    test_fit();
    rest_close(&rest);
    return done_testing();
}
