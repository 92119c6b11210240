/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The routes of the invitation planners, as their users call them: the answer
 * is [finished, candidates, callback_minutes]. They are tests of the models
 * that the kinds have built in, and recorded like any test.
 */
#include "cgi/resources.h"

#include "base/json_pull.h"
#include "cgi/verbs.h"

/* The first three members of what the kind says, as an array. */
static enum err
put_values(const struct verdict *v, struct buf *out)
{
    struct json_pull p;
    struct json_raw key;
    bool more;
    enum err e = json_pull_begin(&p, buf_text(&v->detail), v->detail.len);

    if (e == ERR_OK)
        e = json_pull_open(&p, '{');
    for (size_t i = 0; e == ERR_OK && i < 3; i++) {
        const char *from;

        e = json_pull_member(&p, i, &key, &more);
        from = p.at;
        if (e == ERR_OK)
            e = json_pull_skip(&p);
        buf_char(out, i ? ',' : '[');
        buf_add(out, from, (size_t) (p.at - from)); /* it went on */
    }
    buf_char(out, ']');
    return e;
}

static enum err
answer(struct exchange *x, const char *model)
{
    struct trial trial = {.known = NULL};
    enum err e;

    x->names[0] = model;
    e = verb_test(x, &trial);
    if (e == ERR_OK && trial.compiled->kind != kind_find(model))
        e = err_set(ERR_CONFLICT, "the model %s is of kind %s", model,
                    trial.compiled->kind->name);
    if (e == ERR_OK)
        e = put_values(&trial.verdicts.items[0], &x->response.body);
    trial_free(&trial);
    return e;
}

static enum err
exponential(struct exchange *x)
{
    return answer(x, "invite-exp");
}

static enum err
negative_binomial(struct exchange *x)
{
    return answer(x, "invite-nbinom");
}

static enum err
stochastic(struct exchange *x)
{
    return answer(x, "invite-stoch");
}

/* ---- the table ---- */

/* clang-format off */
static const struct route_query queries[] = {
    {"mode", "string", "original: as the program these follow, faults and all"},
    {"seed", "integer", "begins what is drawn: the same answer again"},
    {"record", "boolean", "0: the request is not recorded"},
    {.name = NULL},
};
/* clang-format on */

#define TEXT "{\"type\":[\"string\",\"null\"]}"

static const char request_schema[] =
    "{\"type\":\"object\",\"required\":[\"deadline\",\"num_vacancies\","
    "\"num_remaining_in_pool\",\"impacted_candidates_data\"],"
    "\"properties\":{\"now\":{\"type\":\"string\","
    "\"description\":\"YYYY-MM-DD HH:MM:SS, UTC unless it has a zone; this or "
    "reference_date_time is needed\"},"
    "\"reference_date_time\":{\"type\":\"string\","
    "\"description\":\"another name of now\"},"
    "\"deadline\":{\"type\":\"string\","
    "\"description\":\"when the vacancies must be filled\"},"
    "\"num_vacancies\":{\"type\":\"integer\","
    "\"description\":\"how many there were at first\"},"
    "\"num_remaining_in_pool\":{\"type\":\"integer\","
    "\"description\":\"candidates that can still be invited\"},"
    "\"correlation_id\":{\"description\":\"kept in the history\"},"
    "\"impacted_candidates_data\":{\"type\":\"array\","
    "\"description\":\"those asked so far\",\"items\":{"
    "\"type\":\"object\",\"properties\":{"
    "\"notification_status\":" TEXT ",\"candidate_status\":" TEXT ","
    "\"time_to_respond_ir_minutes\":{\"type\":[\"number\",\"null\"]}}}}},"
    "\"examples\":[{\"now\":\"2021-11-01 00:00:00\","
    "\"deadline\":\"2021-11-02 00:00:00\",\"num_vacancies\":10,"
    "\"num_remaining_in_pool\":500,\"impacted_candidates_data\":[{"
    "\"notification_status\":\"ir_accepted\","
    "\"candidate_status\":\"offer_accepted\","
    "\"time_to_respond_ir_minutes\":48},{"
    "\"notification_status\":\"ir_rejected\","
    "\"candidate_status\":\"not_in_ft\","
    "\"time_to_respond_ir_minutes\":11}]}]}";

#define RESPONSE(example)                                                 \
    "{\"type\":\"array\",\"items\":{\"type\":[\"boolean\",\"integer\"]}," \
    "\"minItems\":3,\"maxItems\":3,"                                      \
    "\"description\":\"finished (nothing is left to do), candidates (to " \
    "invite now), callback_minutes (until the next request)\","           \
    "\"examples\":[" example "]}"

const struct route planner_routes[] = {
    {
     .method = METHOD_POST,
     .path = "/optim-exp",
     .may_lack = true,
     .scope = SCOPE_TEST,
     .writes = true,
     .body = true,
     .answer = exponential,
     .queries = queries,
     .summary = "How many to invite now, and when to ask again: "
                   "exponentially rarer looks.", .request_schema = request_schema,
     .response_schema = RESPONSE("[false,28,11]"),
     },
    {
     .method = METHOD_POST,
     .path = "/optim-nbinomial",
     .may_lack = true,
     .scope = SCOPE_TEST,
     .writes = true,
     .body = true,
     .answer = negative_binomial,
     .queries = queries,
     .summary = "How many to invite now, and when to ask again: refusals "
                   "before an acceptance.", .request_schema = request_schema,
     .response_schema = RESPONSE("[false,29,7]"),
     },
    {
     .method = METHOD_POST,
     .path = "/optim-stoch-constraint",
     .may_lack = true,
     .scope = SCOPE_TEST,
     .writes = true,
     .body = true,
     .answer = stochastic,
     .queries = queries,
     .summary = "How many to invite now, and when to ask again: the best "
                   "over drawn chances.", .request_schema = request_schema,
     .response_schema = RESPONSE("[false,50,32]"),
     },
    {.path = NULL},
};
