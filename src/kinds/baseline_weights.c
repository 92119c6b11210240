/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The weights of a sensor: the one reader and the one writer, both from one
 * table of members, and the search for a column.
 */
#include "kinds/baseline.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/json_pull.h"
#include "base/number.h"

static const char columns_at[] = "/weights/columns";

/* clang-format off */
/* The members of a column's weights. */
static const struct field {
    const char *name;
    bool whole; /* an int64_t, else a double */
    size_t offset;
    double least;
} fields[] = {
    { "n",       true,  offsetof(struct kind_column, n),       2 },
    { "missing", true,  offsetof(struct kind_column, missing), 0 },
    { "mean",    false, offsetof(struct kind_column, mean),    -DBL_MAX },
    { "std",     false, offsetof(struct kind_column, std),     0 },
    { "min",     false, offsetof(struct kind_column, min),     -DBL_MAX },
    { "max",     false, offsetof(struct kind_column, max),     -DBL_MAX },
};
/* clang-format on */

enum {
    FIELDS = sizeof fields / sizeof fields[0],
    COLUMN_BYTES = 150 /* of a column as JSON, about */
};

static const char *const field_names[] = {"n",   "missing", "mean", "std",
                                          "min", "max",     NULL};

/* Whole numbers beyond are not exact in JSON. */
static const double WHOLE_MAX = 9007199254740992.0;

/* ---- the model ---- */

struct baseline *
baseline_new(size_t count)
{
    size_t each = sizeof(struct baseline_column) + sizeof(void *);
    struct baseline *m = xcalloc(1, sizeof *m + count * each);

    m->count = count;
    m->columns = (void *) (m + 1); /* aligned like m, all have pointers */
    m->by_name = (void *) (m->columns + count);
    return m;
}

void
baseline_free(void *model)
{
    struct baseline *m = model;

    if (!m)
        return;
    free(m->text);
    free(m);
}

static int
by_name(const void *a, const void *b)
{
    struct baseline_column *const *left = a, *const *right = b;

    return strcmp((*left)->is.name, (*right)->is.name);
}

static int
name_to_column(const void *name, const void *member)
{
    struct baseline_column *const *c = member;

    return strcmp(name, (*c)->is.name);
}

const struct baseline_column *
baseline_index(struct baseline *m)
{
    for (size_t i = 0; i < m->count; i++)
        m->by_name[i] = &m->columns[i];
    if (m->count > 1)
        qsort(m->by_name, m->count, sizeof m->by_name[0], by_name);
    for (size_t i = 1; i < m->count; i++)
        if (by_name(&m->by_name[i - 1], &m->by_name[i]) == 0)
            return m->by_name[i];
    return NULL;
}

struct baseline_column *
baseline_find(const struct baseline *m, const char *name)
{
    struct baseline_column **at = bsearch(
        name, m->by_name, m->count, sizeof m->by_name[0], name_to_column);

    return at ? *at : NULL;
}

/* ---- reading and writing ---- */

enum err
baseline_check_name(const char *name, const char *parent)
{
    const char *fault = kind_text_fault(name, KIND_COLUMN_MAX);

    if (!fault)
        return ERR_OK;
    return kind_problem(parent, name,
                        "the column name \"%s\" %s: it is 1 to %d bytes of "
                        "UTF-8 without control characters",
                        name, fault, KIND_COLUMN_MAX);
}

static bool
is_whole(double v)
{
    return v == floor(v) && v <= WHOLE_MAX;
}

static void
put_field(const struct field *f, double v, struct kind_column *c)
{
    char *at = (char *) c + f->offset;

    if (f->whole)
        *(int64_t *) (void *) at = (int64_t) v; /* is_whole(), and >= least */
    else
        *(double *) (void *) at = v;
}

static enum err
read_field(const struct field *f, const struct json *value,
           struct kind_column *c)
{
    const char *what = f->whole ? "a whole number" : "a number";
    char shown[NUMBER_MAX];
    double v;

    if (!value)
        return kind_problem(columns_at, c->name, "column \"%s\" has no \"%s\"",
                            c->name, f->name);
    if (json_type(value) != JSON_NUMBER)
        return kind_problem(columns_at, c->name,
                            "%s of column \"%s\" must be %s, not %s", f->name,
                            c->name, what, json_type_name(json_type(value)));
    v = json_number(value);
    if (v >= f->least && (!f->whole || is_whole(v))) {
        put_field(f, v, c);
        return ERR_OK;
    }
    (void) number_print(shown, v);
    if (v < f->least)
        return kind_problem(columns_at, c->name,
                            "%s of column \"%s\" must be at least %.0f, "
                            "not %s",
                            f->name, c->name, f->least, shown);
    return kind_problem(columns_at, c->name,
                        "%s of column \"%s\" must be %s, not %s", f->name,
                        c->name, what, shown);
}

static enum err
read_column(const struct json *weights, struct kind_column *c)
{
    enum err e, worst = baseline_check_name(c->name, columns_at);

    if (json_type(weights) != JSON_OBJECT)
        return kind_problem(columns_at, c->name,
                            "column \"%s\" must be an object, not %s", c->name,
                            json_type_name(json_type(weights)));
    for (size_t i = 0; i < FIELDS; i++) {
        e = read_field(&fields[i], json_get(weights, fields[i].name), c);
        if (e != ERR_OK)
            worst = e;
    }
    e = kind_members(weights, field_names, "a column", columns_at, c->name);
    if (e != ERR_OK)
        return e;
    if (worst == ERR_OK && c->min > c->max)
        return kind_problem(columns_at, c->name,
                            "min of column \"%s\" is above its max", c->name);
    return worst;
}

/* The columns of weights; null when there is no such object. */
static enum err
open_weights(const struct json *weights, const struct json **columns)
{
    static const char *const known[] = {"columns", NULL};
    enum err e = kind_members(weights, known, "weights", "/weights", NULL);
    size_t count;

    *columns = json_get(weights, known[0]);
    count = *columns ? json_count(*columns) : 0;
    if (!*columns || json_type(*columns) != JSON_OBJECT)
        e = kind_problem("/weights", NULL,
                         "weights must be an object with an object "
                         "\"columns\"");
    else if (count == 0 || count > KIND_COLUMNS_MAX)
        e = kind_problem(columns_at, NULL,
                         "a model has 1 to %d columns, not %zu",
                         KIND_COLUMNS_MAX, count);
    return e;
}

enum err
baseline_read(const struct json *weights, struct baseline **out)
{
    struct json_walk it = {0};
    const struct json *columns;
    struct baseline *m;
    enum err e = open_weights(weights, &columns), one;

    if (e != ERR_OK)
        return e;
    m = baseline_new(json_count(columns));
    for (struct baseline_column *c = m->columns;
         json_next(columns, &it) && !kind_enough_problems(); c++) {
        c->is.name = it.key;
        c->is.unit = "";
        one = read_column(it.value, &c->is);
        if (one != ERR_OK)
            e = one;
    }
    if (e == ERR_OK) {
        (void) baseline_index(m); /* JSON has no key twice */
        *out = m;
    } else {
        baseline_free(m);
    }
    return e;
}

/* The members of a column in the order of fields[], with right values. */
static bool
pull_column(struct json_pull *p, struct kind_column *c)
{
    struct json_raw key;
    bool more;
    double v;

    c->unit = "";
    if (json_pull_open(p, '{') != ERR_OK)
        return false;
    for (size_t i = 0; i < FIELDS; i++) {
        const struct field *f = &fields[i];

        if (json_pull_member(p, i, &key, &more) != ERR_OK || !more
            || !json_raw_is(&key, f->name) || json_pull_number(p, &v) != ERR_OK
            || v < f->least || (f->whole && !is_whole(v)))
            return false;
        put_field(f, v, c);
    }
    return json_pull_member(p, FIELDS, &key, &more) == ERR_OK && !more
           && c->min <= c->max;
}

/* Their names are ended in the text itself, behind which nobody looks. */
static bool
pull_columns(struct json_pull *p, struct baseline *m)
{
    size_t room = m->count;
    struct json_raw key;
    bool more;

    for (m->count = 0;; m->count++) {
        struct kind_column *c = &m->columns[m->count].is;

        if (json_pull_member(p, m->count, &key, &more) != ERR_OK)
            return false;
        if (!more)
            return m->count > 0;
        if (m->count == room || key.escaped)
            return false;
        c->name = key.at;
        m->text[key.at - m->text + (ptrdiff_t) key.len] = '\0';
        if (kind_text_fault(c->name, KIND_COLUMN_MAX) || !pull_column(p, c))
            return false;
    }
}

struct baseline *
baseline_read_plain(const char *weights)
{
    size_t brackets = 0;
    struct json_raw key;
    struct json_pull p;
    struct baseline *m;
    bool more = false;

    for (const char *s = weights; (s = strchr(s, '{')); s++)
        brackets++;
    if (brackets < 3 || brackets - 2 > KIND_COLUMNS_MAX)
        return NULL;
    m = baseline_new(brackets - 2);
    m->text = xstrdup(weights);
    if (json_pull_begin(&p, m->text, strlen(m->text)) == ERR_OK
        && json_pull_open(&p, '{') == ERR_OK
        && json_pull_member(&p, 0, &key, &more) == ERR_OK && more
        && json_raw_is(&key, "columns") && json_pull_open(&p, '{') == ERR_OK
        && pull_columns(&p, m)
        && json_pull_member(&p, 1, &key, &more) == ERR_OK && !more
        && json_pull_end(&p) == ERR_OK && !baseline_index(m))
        return m;
    baseline_free(m);
    return NULL;
}

void
baseline_put_fields(struct json_out *out, const struct kind_column *c)
{
    for (const struct field *f = fields; f < fields + FIELDS; f++) {
        const char *at = (const char *) c + f->offset;

        json_key(out, f->name);
        if (f->whole)
            json_put_int(out, *(const int64_t *) (const void *) at);
        else
            json_put_number(out, *(const double *) (const void *) at);
    }
}

void
baseline_write(const struct baseline *m, struct buf *weights)
{
    struct json_out out = {.buf = weights};

    buf_reserve(weights, m->count * COLUMN_BYTES);
    json_open(&out, '{');
    json_key(&out, "columns");
    json_open(&out, '{');
    for (size_t i = 0; i < m->count; i++) {
        json_key(&out, m->columns[i].is.name);
        json_open(&out, '{');
        baseline_put_fields(&out, &m->columns[i].is);
        json_close(&out, '}');
    }
    json_close(&out, '}');
    json_close(&out, '}');
}
