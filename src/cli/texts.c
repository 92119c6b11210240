/* SPDX-License-Identifier: Apache-2.0 */
/* Loading models from files. */
#include "cli/texts.h"

#include "cli/whole.h"
#include "core/draft.h"
#include "kinds/kind.h"

enum err
texts_read(struct texts *t, const char *path, const char *scalers)
{
    enum err e = whole_read(path, &t->text);

    t->path = path;
    if (e == ERR_OK && scalers)
        e = whole_read(scalers, &t->scalers);
    return e;
}

void
texts_free(struct texts *t)
{
    buf_free(&t->text);
    buf_free(&t->scalers);
}

enum err
texts_draft(const struct model *m, const struct texts *t, struct draft *d)
{
    const struct foreign file = {
        .text = buf_text(&t->text),
        .len = t->text.len,
        .extra = t->scalers.len ? buf_text(&t->scalers) : NULL,
        .extra_len = t->scalers.len,
    };

    return whole_blame(draft_load(m, &file, d), t->path);
}
