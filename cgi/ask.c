/* SPDX-License-Identifier: Apache-2.0 */
/* Reading of queries and paths, in words that name the parameter. */
#include "cgi/ask.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/number.h"
#include "cgi/app.h"
#include "core/model.h"

/* "limit: 0 is not between 1 and 1000" */
static enum err
name_it(enum err e, const char *name)
{
    char *why;

    if (e == ERR_OK)
        return e;
    why = xstrdup(err_text());
    err_clear();
    e = err_set(ERR_DATA, "?%s: %s", name, why);
    free(why);
    return e;
}

enum err
ask_int(const struct exchange *x, const char *name, int64_t min, int64_t max,
        int64_t *out)
{
    const char *value = request_query(&x->request, name);

    return value ? name_it(number_int(value, min, max, out), name) : ERR_OK;
}

enum err
ask_time(const struct exchange *x, const char *name, int64_t *out)
{
    const char *value = request_query(&x->request, name);

    return value ? name_it(clock_argument(value, clock_now(), out), name)
                 : ERR_OK;
}

enum err
ask_flag(const struct exchange *x, const char *name, bool *out)
{
    static const struct {
        const char *word;
        bool value;
    } words[] = {
        {"1",     true },
        {"0",     false},
        {"true",  true },
        {"false", false}
    };
    const char *value = request_query(&x->request, name);

    if (!value)
        return ERR_OK;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strcmp(value, words[i].word) == 0) {
            *out = words[i].value;
            return ERR_OK;
        }
    }
    return err_set(ERR_DATA, "?%s: \"%.40s\" is not 1 or 0", name, value);
}

enum err
ask_word(const struct exchange *x, const char *name, const char *const *words,
         int64_t *out)
{
    const char *value = request_query(&x->request, name);
    struct buf known = {0};
    enum err e;

    if (!value)
        return ERR_OK;
    for (int64_t i = 0; words[i]; i++) {
        if (strcmp(value, words[i]) == 0) {
            buf_free(&known);
            *out = i;
            return ERR_OK;
        }
        buf_printf(&known, "%s%s", i ? ", " : "", words[i]);
    }
    e = err_set(ERR_DATA, "?%s: there is no \"%.40s\"; there is %s", name,
                value, buf_text(&known));
    buf_free(&known);
    return e;
}

enum err
ask_number(const struct exchange *x, int i, const char *what, int64_t *out)
{
    const char *text = x->names[i];

    if (number_int(text, 1, INT64_MAX, out) != ERR_OK)
        return err_set(ERR_NOT_FOUND, "\"%.40s\" is not the number of a %s",
                       text, what);
    return ERR_OK;
}

enum err
ask_model(const struct exchange *x, bool hidden, struct model *out)
{
    return model_find(x->app->service, x->names[0], hidden, out);
}
