/* SPDX-License-Identifier: Apache-2.0 */
/* Reading of queries and paths, in words that name the parameter. */
#include "cgi/ask.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/number.h"
#include "base/text.h"
#include "cgi/app.h"
#include "cgi/route.h"
#include "core/model.h"

enum { SHOWN_MAX = 60 }; /* bytes of a wrong name that a message repeats */

/* "?limit: 0 is not between 1 and 1000": the text of an error becomes that,
 * with a pointer. */
static enum err
name_it(enum err e, const char *name)
{
    struct buf pointer = {0};
    char *why;

    if (e == ERR_OK)
        return e;
    why = xstrdup(err_text());
    err_clear();
    buf_printf(&pointer, "?%s", name);
    e = err_also(ERR_DATA, buf_text(&pointer), "?%s: %s", name, why);
    buf_free(&pointer);
    free(why);
    return e;
}

static enum err
read_flag(const char *value, bool *out)
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

    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strcmp(value, words[i].word) == 0) {
            *out = words[i].value;
            return ERR_OK;
        }
    }
    return err_set(ERR_DATA, "\"%.40s\" is not 1 or 0", value);
}

enum err
ask_int(const struct exchange *x, const char *name, int64_t min, int64_t max,
        int64_t *out)
{
    const char *value = request_query(&x->request, name);

    return value ? name_it(number_int(value, min, max, out), name) : ERR_OK;
}

/* A time, with the + of its offset, which comes as a blank when it is not
 * written as %2B. */
static enum err
read_time(const char *value, int64_t *out)
{
    enum { OFFSET = 6 }; /* bytes of +01:00 */
    size_t len = strlen(value);
    int64_t now = clock_now();
    enum err e = clock_argument(value, now, out);
    char *plus;

    if (e == ERR_OK || len < OFFSET || value[len - OFFSET] != ' ')
        return e;
    plus = xstrdup(value);
    plus[len - OFFSET] = '+';
    e = clock_argument(plus, now, out);
    free(plus);
    return e == ERR_OK ? e : clock_argument(value, now, out);
}

enum err
ask_time(const struct exchange *x, const char *name, int64_t *out)
{
    const char *value = request_query(&x->request, name);

    return value ? name_it(read_time(value, out), name) : ERR_OK;
}

enum err
ask_flag(const struct exchange *x, const char *name, bool *out)
{
    const char *value = request_query(&x->request, name);

    return value ? name_it(read_flag(value, out), name) : ERR_OK;
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
    e = err_set(ERR_DATA, "there is no \"%.40s\"; there is %s", value,
                buf_text(&known));
    buf_free(&known);
    return name_it(e, name);
}

/* ---- all of the query ---- */

/* Is it a value of that type of struct route_query? */
static enum err
read_type(const char *type, const char *value)
{
    int64_t number;
    bool flag;

    if (strcmp(type, "integer") == 0)
        return number_int(value, INT64_MIN, INT64_MAX, &number);
    if (strcmp(type, "boolean") == 0)
        return read_flag(value, &flag);
    if (strcmp(type, "time") == 0)
        return read_time(value, &number);
    return ERR_OK; /* any text */
}

static enum err
unknown_query(const struct route *route, const char *name)
{
    const char *names[HTTP_QUERIES_MAX + 1] = {NULL}, *near;
    struct buf pointer = {0}, known = {0};
    size_t count = 0;
    enum err e;

    for (const struct route_query *q = route->queries; q && q->name; q++) {
        buf_printf(&known, "%s%s", count ? ", " : "; it may have ", q->name);
        if (count < HTTP_QUERIES_MAX)
            names[count++] = q->name;
    }
    near = text_nearest(name, names);
    buf_printf(&pointer, "?%.*s", SHOWN_MAX, name);
    if (near)
        e = err_also(ERR_USAGE, pointer.data,
                     "no query parameter \"%.*s\"; is it %s?", SHOWN_MAX, name,
                     near);
    else
        e = err_also(ERR_USAGE, pointer.data, "no query parameter \"%.*s\"%s",
                     SHOWN_MAX, name,
                     count ? buf_text(&known) : "; this path takes none");
    buf_free(&pointer);
    buf_free(&known);
    return e;
}

/* One that was there before, and may be there once. */
static bool
is_repeated(const struct request *r, size_t i, const struct route_query *q)
{
    size_t first = 0;

    while (strcmp(r->queries[first].name, q->name) != 0)
        first++;
    return first < i && strcmp(q->type, "strings") != 0;
}

/* One thing that is wrong with query i of the request. */
static enum err
check_query(const struct exchange *x, size_t i)
{
    const struct query *query = &x->request.queries[i];
    const struct route_query *q = x->route->queries;
    struct buf pointer = {0};
    enum err e;

    while (q && q->name && strcmp(q->name, query->name) != 0)
        q++;
    if (!q || !q->name)
        return unknown_query(x->route, query->name);
    if (!is_repeated(&x->request, i, q))
        return name_it(read_type(q->type, query->value), q->name);
    buf_printf(&pointer, "?%s", q->name);
    e = err_also(ERR_SYNTAX, buf_text(&pointer), "the query has \"%s\" twice",
                 q->name);
    buf_free(&pointer);
    return e;
}

enum err
ask_check(const struct exchange *x)
{
    struct err_kept kept = {0};
    enum err e = ERR_OK;

    for (size_t i = 0; i < x->request.query_count; i++) {
        enum err one;

        err_clear();
        one = check_query(x, i);
        if (one != ERR_OK)
            err_keep(&kept, "");
        e = e == ERR_OK ? one : e;
    }
    return err_tell(&kept, e);
}

/* ---- the path ---- */

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
ask_named(struct service *s, const char *name, bool hidden, struct model *out)
{
    enum err e = model_find(s, name, true, out);

    if (e != ERR_OK || out->version || hidden)
        return e;
    e = err_set(ERR_NOT_FOUND,
                "%s is removed; POST /v1/models/%s/%s brings it back", name,
                name, model_brought_back(out));
    model_free(out);
    return e;
}

enum err
ask_model(const struct exchange *x, bool hidden, struct model *out)
{
    return ask_named(x->app->service, x->names[0], hidden, out);
}
