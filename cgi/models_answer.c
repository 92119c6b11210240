/* SPDX-License-Identifier: Apache-2.0 */
/* Models as answers. */
#include "cgi/models.h"

#include "base/json.h"
#include "cgi/app.h"
#include "cgi/verbs.h"
#include "core/answer.h"
#include "core/service.h"
#include "core/view.h"

enum err
model_answer(struct exchange *x, struct model *m, int64_t number,
             const struct buf *warning)
{
    struct json_out out = {.buf = &x->response.body};
    struct view view = {.now = 0};
    enum err e = view_load(x->app->service, m, number, &view);

    if (e != ERR_OK)
        return e;
    answer_view(&out, &view, warning->len ? buf_text(warning) : NULL);
    view_free(&view);
    return ERR_OK;
}

static enum err
answer_hidden(struct exchange *x, const struct model *m)
{
    struct json_out out = {.buf = &x->response.body};
    const struct state_list none = {0};

    answer_listed(&out, m, &none, NULL);
    return ERR_OK;
}

enum err
model_answer_now(struct exchange *x, struct model *m,
                 const struct buf *warning)
{
    if (!m->version)
        return answer_hidden(x, m);
    verb_tag(x, m);
    return model_answer(x, m, 0, warning);
}
