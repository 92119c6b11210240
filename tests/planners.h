/* SPDX-License-Identifier: Apache-2.0 */
/* The planners with the priors that are built in, asked by tests. */
#ifndef VIGIA_PLANNERS_H
#define VIGIA_PLANNERS_H

#include "base/json.h"
#include "kinds/invite.h"
#include "lab.h"

static const struct kind *const planners[] = {
    &kind_invite_exp, &kind_invite_nbinom, &kind_invite_stoch};
enum { EXP, NBINOM, STOCH, PLANNERS };

static void *models[PLANNERS]; /* with the priors that are built in */

static inline struct json *
parsed(const char *text)
{
    struct json *json = NULL;

    must(json_parse(text, strlen(text), &json));
    return json;
}

static inline void
compile_builtin(void)
{
    for (size_t i = 0; i < PLANNERS; i++) {
        struct buf text = {0};
        struct json *weights;

        planners[i]->builtin(&text);
        weights = parsed(text.data);
        must(planners[i]->compile(weights, NULL, &models[i]));
        json_free(weights);
        buf_free(&text);
    }
}

/* An answer; the rest of it is in json. */
struct plan {
    enum err e;
    bool finished;
    double candidates, callback;
    struct json *json; /* owned */
};

static inline struct plan
asked(size_t i, const struct json *request, const char *mode, uint64_t seed)
{
    struct ask ask = {.mode = mode, .seeded = true, .seed = seed};
    struct verdicts v = {0};
    struct plan p = {.e = ERR_OK};

    p.e = planners[i]->test(models[i], request, &ask, &v);
    if (p.e == ERR_OK) {
        p.json = parsed(buf_text(&v.items[0].detail));
        p.finished = json_bool(json_get(p.json, "finished"));
        p.candidates = json_number(json_get(p.json, "candidates"));
        p.callback = json_number(json_get(p.json, "callback_minutes"));
    }
    verdicts_free(&v);
    return p;
}

static inline void
release_builtin(void)
{
    for (size_t i = 0; i < PLANNERS; i++)
        planners[i]->release(models[i]);
}

#endif
