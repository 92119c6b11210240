/* SPDX-License-Identifier: Apache-2.0 */
/* Loading models from files. */
#include "cli/texts.h"

#include <string.h>

#include "cli/whole.h"
#include "core/draft.h"
#include "kinds/kind.h"

/* What has to be said about a file that is no text at all. */
static enum err
check_text(const struct buf *text, const char *name)
{
    static const struct {
        const char *begins;
        size_t len;
        const char *what;
    } others[] = {
        {"\x80",     1,
         "a Python pickle, which could run any code when it is "
         "read; the scripts in packaging/convert make a text of "
         "it that vigia loads"                                          },
        {"(dp",      3,
         "a Python pickle, which could run any code when it is "
         "read; the scripts in packaging/convert make a text of "
         "it that vigia loads"                                          },
        {"\x1f\x8b", 2, "compressed: gunzip it first"                   },
        {"PK\x03",   3, "a zip archive: take the model's text out of it"},
        {"binf",     4, "a binary model of XGBoost: save it as .json"   },
        {"{L",       2, "a binary model of XGBoost: save it as .json"   },
    };

    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (text->len >= others[i].len
            && memcmp(text->data, others[i].begins, others[i].len) == 0)
            return err_set(ERR_DATA, "%s is %s", name, others[i].what);
    return ERR_OK;
}

enum err
texts_read(struct texts *t, const char *path, const char *scalers)
{
    enum err e = whole_read(path, &t->text);

    t->path = path;
    if (e == ERR_OK)
        e = check_text(&t->text, whole_name(path));
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
