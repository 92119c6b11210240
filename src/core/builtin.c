/* SPDX-License-Identifier: Apache-2.0 */
/* A built-in model is loaded, as from a file that the kind keeps itself. */
#include "core/builtin.h"

#include "base/buf.h"
#include "base/json.h"
#include "core/change.h"
#include "core/draft.h"
#include "core/model.h"
#include "core/service.h"
#include "kinds/kind.h"

static enum err
make_draft(const struct kind *kind, struct draft *out)
{
    struct buf weights = {0}, params = {0};
    struct draft d = {.origin = "load", .kind = kind};

    kind->builtin(&weights);
    params_presets(kind, &params);
    d.title = xstrdup("");
    d.weights = buf_steal(&weights);
    d.params = buf_steal(&params);
    return draft_finish(&d, ERR_OK, out);
}

static enum err
make(struct service *s, const struct kind *kind, struct model *out)
{
    struct draft d = {0};
    int64_t number;
    enum err e = model_or_new(s, kind->name, out);

    if (e != ERR_OK || out->id) /* another process was faster */
        return e;
    e = make_draft(kind, &d);
    if (e == ERR_OK)
        e = change_open(s, "load", "built in");
    if (e == ERR_OK)
        e = draft_apply(s, out, &d, &number);
    draft_free(&d);
    if (e != ERR_OK)
        model_free(out);
    return e;
}

enum err
builtin_make(struct service *s, const struct kind *kind, struct model *out)
{
    bool own = !db_writing(s->db);
    enum err e = own ? service_begin(s) : ERR_OK;

    if (e != ERR_OK)
        return e;
    e = make(s, kind, out);
    if (!own)
        return e;
    if (e == ERR_OK)
        e = service_commit(s);
    else
        service_rollback(s);
    if (e != ERR_OK)
        model_free(out);
    return e;
}
