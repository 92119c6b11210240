/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Loading: a model's text as the body, or in a form with the files "file" and
 * "scalers". All that does not depend on the model is checked before the
 * turn.
 */
#include "cgi/verbs.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/json.h"
#include "cgi/app.h"
#include "cgi/multipart.h"
#include "core/model.h"
#include "core/name.h"
#include "kinds/kind.h"

static void
free_draft(void *state)
{
    draft_free(state);
    free(state);
}

/* A part of the form. A name that is wrong would mean a model without its
 * scalers. */
static enum err
take_part(const struct multipart_part *part, void *arg)
{
    static const char *const known[] = {"file", "scalers", NULL};
    struct foreign *file = arg;
    const char **text[] = {&file->text, &file->extra};
    size_t *len[] = {&file->len, &file->extra_len}, i = 0;
    struct buf hint = {0};
    char *name = xstrndup(part->name, part->name_len);
    enum err e = ERR_OK;

    while (known[i] && strcmp(known[i], name) != 0)
        i++;
    if (known[i] && *text[i]) {
        e = kind_problem("", name, "the form has \"%s\" twice", name);
    } else if (known[i]) {
        *text[i] = part->text;
        *len[i] = part->len;
    } else {
        kind_suggest(&hint, name, known);
        e = kind_problem("", name, "a form has no field \"%.60s\"%s", name,
                         hint.len ? buf_text(&hint)
                                  : "; it has \"file\" and \"scalers\"");
    }
    buf_free(&hint);
    free(name);
    return e;
}

static enum err
find_texts(const struct exchange *x, struct foreign *file)
{
    const char *type = x->request.headers[HEADER_CONTENT_TYPE];
    const struct buf *body = &x->request.body;
    enum err e;

    *file = (struct foreign){.text = buf_text(body), .len = body->len};
    if (!multipart_is(type))
        return ERR_OK;
    *file = (struct foreign){.text = NULL};
    err_clear();
    e = multipart_each(type, body, take_part, file);
    if (e == ERR_OK && !file->text)
        e = err_set(ERR_DATA, "the form has no field \"file\" with the "
                              "model's text");
    return e;
}

enum err
verb_load_read(struct exchange *x, const char *name)
{
    struct model any = {.name = (char *) name /* not changed */,
                        .title = (char[]){""}};
    struct foreign file;
    struct draft draft;
    enum err e = name_check(name);

    if (e == ERR_OK)
        e = find_texts(x, &file);
    if (e == ERR_OK)
        e = draft_load(&any, &file, &draft);
    if (e != ERR_OK)
        return e;
    x->state = xmalloc(sizeof draft);
    *(struct draft *) x->state = draft;
    x->state_free = free_draft;
    return ERR_OK;
}

enum err
verb_load(struct exchange *x, const char *name, struct deed *deed)
{
    struct draft *read = x->state;
    enum err e = model_or_new(x->app->service, name, &deed->model);

    if (e != ERR_OK)
        return e;
    deed->draft = *read; /* nothing in it comes from the model but: */
    *read = (struct draft){0};
    deed->draft.base = deed->model.version;
    free(deed->draft.title);
    deed->draft.title = xstrdup(deed->model.title);
    return verb_store(x, deed, "load", "from a request");
}
